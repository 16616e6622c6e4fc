package sqlstore

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"mimamori/internal/app"
	"mimamori/internal/fault"
	"mimamori/internal/fold"
)

// listing describes one list: where its rows come from, what may be asked.
type listing struct {
	from   string            // table with alias and the joins that filters and sorts need
	found  string            // further joins that the search needs, of at most one row each
	id     string            // key column, unique under base; breaks ties
	search []string          // columns of folded text; every word must be in one of them
	sorts  map[string]string // name → expression
	// sortValues are the arguments that every expression of sorts takes, or none.
	sortValues []any
	order      string // the list's own order, as in ListQuery.Sort
	base       string // condition that always holds, or ""
	values     []any  // its arguments
	filters    map[string]filter
	narrow     []string // filters that leave few rows
	counted    bool     // the key is a number, not that of a record
	joins      string   // further joins for the columns of a page
}

// filter turns the value of one filter into a condition with its arguments.
// It may look at the other filters.
type filter func(value string, all map[string]string) (condition string, args []any, err error)

// equals filters by the value of a column.
func equals(name string) filter {
	return func(value string, _ map[string]string) (string, []any, error) {
		return name + " = ?", []any{value}, nil
	}
}

// oneOf filters by listed values with a condition each.
func oneOf(conditions map[string]string) filter {
	return func(value string, _ map[string]string) (string, []any, error) {
		condition, ok := conditions[value]
		if !ok {
			return "", nil, fault.New(fault.Invalid, "%q is not a value of this filter: choose one of %s", value, names(conditions))
		}
		return condition, nil, nil
	}
}

// within filters by a condition that takes the value once.
func within(condition string) filter {
	return func(value string, _ map[string]string) (string, []any, error) { return condition, []any{value}, nil }
}

func names[V any](m map[string]V) string { return strings.Join(sortedKeys(m), ", ") }

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// Limits of one page.
const (
	defaultLimit = 50
	maxLimit     = 200
	maxWords     = 10 // of a search
)

// page returns one page of a list. shape gives the columns of an item.
func page[T any](ctx context.Context, q queries, l listing, query app.ListQuery, shape func(*T) row) (app.List[T], error) {
	none := app.List[T]{Items: []T{}}
	if query.Limit < 0 || query.Limit > maxLimit {
		return none, fault.New(fault.Invalid, "a page of %d items: ask for 1 to %d", query.Limit, maxLimit)
	}
	limit := query.Limit
	if limit == 0 {
		limit = defaultLimit
	}
	sortName, expression, descending, err := l.sort(query.Sort)
	if err != nil {
		return none, err
	}
	where, args, err := l.where(query)
	if err != nil {
		return none, err
	}

	from, searched := l.from, len(fold.Words(query.Text)) > 0
	if searched {
		from += l.found
	}

	list := app.List[T]{Items: []T{}}
	if list.Total, err = q.number(ctx, "(SELECT COUNT(*) FROM "+from+where+")", args...); err != nil {
		return none, err
	}
	if searched && list.Total == 0 {
		return list, nil // looking at all rows once was enough
	}
	few := slices.ContainsFunc(l.narrow, func(name string) bool { return query.Filter[name] != "" }) || searched && list.Total <= 2*limit
	if few {
		expression = "COALESCE(" + expression + ", NULL)" // no index has this: to sort few rows is less work than to look for them along an order
	}
	direction, beyond := "", " > "
	if descending {
		direction, beyond = " DESC", " < "
	}
	if query.Cursor != "" {
		position, err := parseCursor(query.Cursor, sortName)
		if err != nil {
			return none, err
		}
		where += " AND (" + expression + ", " + l.id + ")" + beyond + "(?, ?)"
		args = append(append(args, l.sortValues...), position.Value, position.ID)
	}
	// The page is found first and its columns are read then, so that counts in
	// the columns are computed for the rows of the page only.
	base := ""
	if l.base != "" {
		base = " AND " + l.base
	}
	tail := "FROM (SELECT " + l.id + " AS page_id, " + expression + " AS page_key FROM " + from + where +
		" ORDER BY page_key" + direction + ", page_id" + direction + " LIMIT ?) page, " + l.from + l.found + l.joins + " WHERE " + l.id + " = page.page_id" + base +
		" ORDER BY page.page_key" + direction + ", page.page_id" + direction
	args = slices.Concat(l.sortValues, args, []any{limit + 1}, l.values)

	var keys []cursor
	err = q.collect(ctx, func() (row, func()) {
		item, key := new(T), new(cursor)
		key.Sort = sortName
		return append(shape(item), column{"page.page_key", &key.Value}, column{"page.page_id", &key.ID}),
			func() { list.Items, keys = append(list.Items, *item), append(keys, *key) }
	}, tail, args)
	if err != nil {
		return none, err
	}
	if len(list.Items) > limit {
		list.Items = list.Items[:limit]
		list.Next = keys[limit-1].String()
	}
	return list, nil
}

func (l listing) sort(asked string) (name, expression string, descending bool, err error) {
	if asked == "" {
		asked = l.order
	}
	field := strings.TrimPrefix(asked, "-")
	expression, ok := l.sorts[field]
	if !ok {
		return "", "", false, fault.New(fault.Invalid, "this list cannot be sorted by %q: choose one of %s, with - in front for descending", field, names(l.sorts))
	}
	return asked, expression, strings.HasPrefix(asked, "-"), nil
}

func (l listing) where(query app.ListQuery) (string, []any, error) {
	where, args := " WHERE 1 = 1", []any{}
	if l.base != "" {
		where += " AND " + l.base
		args = append(args, l.values...)
	}
	for _, name := range sortedKeys(query.Filter) {
		make, ok := l.filters[name]
		if name == "id" && !l.counted { // every list of records can be asked for one of them
			make, ok = equals(l.id), true
		}
		if !ok {
			return "", nil, fault.New(fault.Invalid, "this list has no filter %q: choose one of %s", name, names(l.filters))
		}
		if query.Filter[name] == "" {
			continue
		}
		condition, values, err := make(query.Filter[name], query.Filter)
		if err != nil {
			return "", nil, fault.Wrap(fault.KindOf(err), err, "filter %s", name)
		}
		if condition != "" {
			where += " AND (" + condition + ")"
			args = append(args, values...)
		}
	}
	words := fold.Words(query.Text)
	if len(words) > maxWords {
		return "", nil, fault.New(fault.Invalid, "a search of %d words: at most %d fit", len(words), maxWords)
	}
	if len(words) > 0 && len(l.search) == 0 {
		return "", nil, fault.New(fault.Invalid, "this list cannot be searched by text: use its filters")
	}
	for _, word := range words {
		condition, values := containing(l.search, word)
		where += " AND (" + condition + ")"
		args = append(args, values...)
	}
	return where, args, nil
}

// containing returns the condition that one of the columns has the folded word in it.
func containing(columns []string, word string) (string, []any) {
	parts, args := make([]string, len(columns)), make([]any, len(columns))
	for i, name := range columns {
		parts[i], args[i] = name+` LIKE ? ESCAPE '\'`, pattern(word)
	}
	return strings.Join(parts, " OR "), args
}

// pattern finds the text anywhere, for LIKE with the escape \.
func pattern(text string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text) + "%"
}

// cursor is the place after which a page begins: the sort value and key of
// the last item before it.
type cursor struct {
	Sort  string `json:"s"`
	Value any    `json:"v"` // string or int64
	ID    any    `json:"i"` // string or int64
}

func (c cursor) String() string {
	data, err := json.Marshal(c)
	if err != nil {
		panic("sqlstore: a cursor of texts and numbers cannot fail: " + err.Error())
	}
	return base64.RawURLEncoding.EncodeToString(data)
}

func parseCursor(text, sort string) (cursor, error) {
	invalid := fault.New(fault.Invalid, "the cursor %.40q does not belong to this list and order: start from the first page", text)
	data, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(data) > 50_000 {
		return cursor{}, invalid
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var c cursor
	if err := decoder.Decode(&c); err != nil || c.Sort != sort {
		return cursor{}, invalid
	}
	for _, part := range []*any{&c.Value, &c.ID} {
		switch v := (*part).(type) {
		case string:
		case json.Number:
			n, err := v.Int64()
			if err != nil {
				return cursor{}, invalid
			}
			*part = n
		default:
			return cursor{}, invalid
		}
	}
	return c, nil
}
