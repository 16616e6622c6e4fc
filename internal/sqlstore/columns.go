package sqlstore

import (
	"bytes"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"mimamori/internal/caldate"
	"mimamori/internal/fold"
)

// column ties one column of a table to one field of a record: field points to
// it, and is read for an INSERT and written by a SELECT.
type column struct {
	name  string
	field any
}

// row is the shape of a table row, tied to one record.
type row []column

// of names the columns with the alias of their table.
func (r row) of(alias string) row {
	out := make(row, len(r))
	for i, c := range r {
		out[i] = column{alias + "." + c.name, c.field}
	}
	return out
}

func (r row) names() string {
	names := make([]string, len(r))
	for i, c := range r {
		names[i] = c.name
	}
	return strings.Join(names, ", ")
}

// without leaves out columns that are not written.
func (r row) without(names ...string) row {
	var out row
next:
	for _, c := range r {
		for _, name := range names {
			if c.name == name {
				continue next
			}
		}
		out = append(out, c)
	}
	return out
}

func (r row) dests() []any {
	out := make([]any, len(r))
	for i, c := range r {
		out[i] = c.field
	}
	return out
}

func (r row) values() []any {
	out := make([]any, len(r))
	for i, c := range r {
		out[i] = value(c.field)
	}
	return out
}

// value returns what a database gets for a field: a driver.Valuer itself,
// otherwise what the pointer points to, with yes and no as 1 and 0.
func value(field any) any {
	if v, ok := field.(driver.Valuer); ok {
		return v
	}
	v := reflect.ValueOf(field).Elem()
	switch v.Kind() {
	case reflect.String:
		return v.String()
	case reflect.Bool:
		if v.Bool() {
			return int64(1)
		}
		return int64(0)
	case reflect.Int, reflect.Int64:
		return v.Int()
	default:
		panic(fmt.Sprintf("sqlstore: a column cannot hold a %s", v.Type()))
	}
}

// textOf makes text fit for both databases: PostgreSQL keeps neither NUL nor
// broken UTF-8.
func textOf(s string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 { // nearly all, and many times faster
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// found is the column of folded text that searches look into.
func found(parts ...string) column {
	text := fold.All(parts...)
	return column{"search", &text}
}

// day keeps a caldate.Date as "2026-11-23".
type day struct{ p *caldate.Date }

func (d day) Value() (driver.Value, error) { return d.p.String(), nil }

func (d day) Scan(src any) error {
	text, err := textFrom(src)
	if err != nil {
		return err
	}
	return d.p.UnmarshalText([]byte(text))
}

// instantLayout has a fixed width, so that instants sort as text.
const instantLayout = "2006-01-02T15:04:05.000000Z"

func instantText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(instantLayout)
}

// instant keeps a time.Time in UTC and microseconds.
type instant struct{ p *time.Time }

func (i instant) Value() (driver.Value, error) { return instantText(*i.p), nil }

func (i instant) Scan(src any) error {
	text, err := textFrom(src)
	if err != nil || text == "" {
		*i.p = time.Time{}
		return err
	}
	t, err := time.Parse(instantLayout, text)
	if err != nil {
		return fmt.Errorf("instant %q: %w", text, err)
	}
	*i.p = t.UTC()
	return nil
}

// ref keeps a key that may be missing: "" is NULL.
type ref struct{ p *string }

func (r ref) Value() (driver.Value, error) {
	if *r.p == "" {
		return nil, nil //nolint:nilnil // NULL
	}
	return textOf(*r.p), nil
}

func (r ref) Scan(src any) error {
	var s sql.NullString
	if err := s.Scan(src); err != nil {
		return err
	}
	*r.p = s.String
	return nil
}

// list keeps a slice as a JSON array; nil is the empty one.
type list[T any] struct{ p *[]T }

func listOf[T any](p *[]T) list[T] { return list[T]{p} }

func (l list[T]) Value() (driver.Value, error) {
	if len(*l.p) == 0 {
		return "[]", nil
	}
	return compactJSON(*l.p)
}

func (l list[T]) Scan(src any) error {
	text, err := textFrom(src)
	if err != nil {
		return err
	}
	*l.p = []T{}
	if text == "" || text == "[]" {
		return nil
	}
	return json.Unmarshal([]byte(text), l.p)
}

// some keeps a list that is mostly empty as a JSON array; the empty one is "".
// Several columns can be read into one list: each adds to it.
type some[T any] struct{ p *[]T }

func someOf[T any](p *[]T) some[T] { return some[T]{p} }

func (s some[T]) Value() (driver.Value, error) {
	if len(*s.p) == 0 {
		return "", nil
	}
	return compactJSON(*s.p)
}

func (s some[T]) Scan(src any) error {
	text, err := textFrom(src)
	if *s.p == nil {
		*s.p = []T{}
	}
	if err != nil || text == "" {
		return err
	}
	var more []T
	if err := json.Unmarshal([]byte(text), &more); err != nil {
		return err
	}
	*s.p = append(*s.p, more...)
	return nil
}

// seldom keeps a value that mostly says nothing as a JSON object; one that
// says nothing is "".
type seldom[T interface{ Empty() bool }] struct{ p *T }

func (s seldom[T]) Value() (driver.Value, error) {
	if (*s.p).Empty() {
		return "", nil
	}
	return compactJSON(*s.p)
}

func (s seldom[T]) Scan(src any) error {
	text, err := textFrom(src)
	var fresh T
	if err == nil && text != "" {
		err = json.Unmarshal([]byte(text), &fresh)
	}
	*s.p = fresh
	return err
}

// nested keeps a value as a JSON object.
type nested[T any] struct{ p *T }

func (n nested[T]) Value() (driver.Value, error) { return compactJSON(*n.p) }

func (n nested[T]) Scan(src any) error {
	text, err := textFrom(src)
	if err != nil {
		return err
	}
	var fresh T
	if err := json.Unmarshal([]byte(text), &fresh); err != nil {
		return err
	}
	*n.p = fresh
	return nil
}

// optional keeps a value that may be missing as a JSON object: nil is "".
type optional[T any] struct{ p **T }

func (o optional[T]) Value() (driver.Value, error) {
	if *o.p == nil {
		return "", nil
	}
	return compactJSON(*o.p)
}

func (o optional[T]) Scan(src any) error {
	text, err := textFrom(src)
	*o.p = nil
	if err != nil || text == "" {
		return err
	}
	return json.Unmarshal([]byte(text), o.p)
}

// blob keeps bytes; nil is no bytes.
type blob struct{ p *[]byte }

func (b blob) Value() (driver.Value, error) { return append([]byte{}, *b.p...), nil }

func (b blob) Scan(src any) error {
	content, ok := src.([]byte)
	if !ok {
		return fmt.Errorf("a %T where bytes were expected", src)
	}
	*b.p = append([]byte{}, content...) // src is used again for the next row
	return nil
}

// raw keeps JSON byte for byte.
type raw struct{ p *json.RawMessage }

func (r raw) Value() (driver.Value, error) { return string(*r.p), nil }

func (r raw) Scan(src any) error {
	text, err := textFrom(src)
	*r.p = nil
	if err == nil && text != "" {
		*r.p = json.RawMessage(text)
	}
	return err
}

func compactJSON(v any) (string, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return "", err
	}
	return strings.TrimSuffix(out.String(), "\n"), nil
}

func textFrom(src any) (string, error) {
	switch src := src.(type) {
	case nil:
		return "", nil
	case string:
		return src, nil
	case []byte:
		return string(src), nil
	default:
		return "", fmt.Errorf("a %T where text was expected", src)
	}
}
