package report

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"mimamori/internal/fault"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/token"
)

const (
	maxFormBytes = 256 << 10 // form 8 has 20 kB
	maxFields    = 500
	maxBoxLines  = 44 // what fits between the head and the foot of an A4 page
)

var (
	keyGrammar     = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)
	numberGrammar  = regexp.MustCompile(`^([1-9][0-9]?-[1-9][0-9]?)?$`)
	idGrammar      = regexp.MustCompile(`^[a-z0-9]+/[a-z0-9]+$`)
	editionGrammar = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}$`)
)

// Load reads the form id ("pmda/form8") of one edition ("2021-07") from fsys,
// where it stands at <id>/<edition>/form.yaml.
//
// Errors: fault.NotFound when there is no such file; fault.Invalid with every
// problem of the definition listed.
func Load(fsys fs.FS, id, edition string) (*Form, error) {
	if !idGrammar.MatchString(id) || !editionGrammar.MatchString(edition) {
		return nil, fault.New(fault.NotFound, "no form %q edition %q: write them as pmda/form8 and 2021-07", id, edition)
	}
	path := id + "/" + edition + "/form.yaml"
	file, err := fsys.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.New(fault.NotFound, "no form %s edition %s", id, edition)
	}
	if err != nil {
		return nil, fmt.Errorf("opening form %s: %w", path, err)
	}
	defer func() { _ = file.Close() }() // read only: nothing can be lost
	data, err := io.ReadAll(io.LimitReader(file, maxFormBytes+1))
	if err != nil {
		return nil, fmt.Errorf("reading form %s: %w", path, err)
	}
	form, err := Parse(data)
	if err != nil {
		return nil, fmt.Errorf("form %s: %w", path, err)
	}
	if form.ID != id || form.Edition != edition {
		return nil, fault.New(fault.Invalid, "form %s says it is %s edition %s: put it into the folder of that name", path, form.ID, form.Edition)
	}
	return form, nil
}

// Editions lists the editions of a form that fsys holds, oldest first. A new
// report uses the last one.
//
// Error: fault.NotFound when there is none.
func Editions(fsys fs.FS, id string) ([]string, error) {
	if !idGrammar.MatchString(id) {
		return nil, fault.New(fault.NotFound, "no form %q: write it as pmda/form8", id)
	}
	folders, err := fs.ReadDir(fsys, id)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("listing editions of form %s: %w", id, err)
	}
	var editions []string
	for _, folder := range folders { // sorted by name, which is year and month
		if folder.IsDir() && editionGrammar.MatchString(folder.Name()) {
			editions = append(editions, folder.Name())
		}
	}
	if len(editions) == 0 {
		return nil, fault.New(fault.NotFound, "no edition of form %s", id)
	}
	return editions, nil
}

// Parse reads and checks a form definition.
//
// Errors: fault.Invalid with every problem listed; a YAML error names line and
// column.
func Parse(data []byte) (*Form, error) {
	if len(data) > maxFormBytes {
		return nil, fault.New(fault.Invalid, "form definition is larger than %d kB", maxFormBytes>>10)
	}
	for _, t := range lexer.Tokenize(string(data)) {
		if t.Type == token.AnchorType || t.Type == token.AliasType {
			return nil, fault.New(fault.Invalid, "line %d: anchors and aliases are not taken: write the text out", t.Position.Line)
		}
	}
	form := new(Form)
	if err := yaml.UnmarshalWithOptions(data, form, yaml.DisallowUnknownField()); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "not a form definition")
	}
	if len(form.Fields) > maxFields {
		return nil, fault.New(fault.Invalid, "form definition has %d fields, the most is %d", len(form.Fields), maxFields)
	}
	form.byKey = make(map[string]int, len(form.Fields))
	for i, field := range form.Fields {
		if _, twice := form.byKey[field.Key]; !twice {
			form.byKey[field.Key] = i
		}
	}
	v := validator{form: form, sources: Names()}
	v.identity()
	v.codes()
	for i, field := range form.Fields {
		v.field(fmt.Sprintf("/fields/%d", i), i, field)
	}
	v.layout()
	if err := v.Err("form definition"); err != nil {
		return nil, err
	}
	return form, nil
}

type validator struct {
	fault.Checker
	form    *Form
	sources []string // names of sources
}

func (v *validator) identity() {
	f := v.form
	if !idGrammar.MatchString(f.ID) {
		v.Add("/form", "grammar", "%q: write it as pmda/form8", f.ID)
	}
	if !editionGrammar.MatchString(f.Edition) {
		v.Add("/edition", "grammar", "%q: write year and month as 2021-07", f.Edition)
	}
	v.Require("/heading", f.Heading, "the heading")
	v.words("/title", f.Title)
	v.Require("/source/document", f.Source.Document, "the source document")
	v.mark("/source/mark", f.Source.Mark)
	for i, s := range f.Sections {
		v.Require(fmt.Sprintf("/sections/%d/number", i), s.Number, "the section number")
		v.words(fmt.Sprintf("/sections/%d", i), s.Words)
	}
	if f.TitleSuffix.Field != "" {
		for code := range f.TitleSuffix.Ja {
			v.code("/title_suffix/ja/"+code, f.TitleSuffix.Field, code)
		}
	}
}

func (v *validator) codes() {
	for _, name := range sortedKeys(v.form.Codes) {
		seen := map[string]bool{}
		for i, t := range v.form.Codes[name] {
			at := fmt.Sprintf("/codes/%s/%d", name, i)
			v.Require(at+"/code", t.Code, "the code")
			v.words(at, t.Words)
			if seen[t.Code] {
				v.Add(at+"/code", "unique", "code %q stands twice in the list", t.Code)
			}
			seen[t.Code] = true
		}
	}
}

func (v *validator) field(at string, i int, f Field) {
	form := v.form
	if !keyGrammar.MatchString(f.Key) {
		v.Add(at+"/key", "grammar", "%q: use lower case words joined by _", f.Key)
	} else if form.byKey[f.Key] != i {
		v.Add(at+"/key", "unique", "key %q is used twice", f.Key)
	}
	if !numberGrammar.MatchString(f.Number) {
		v.Add(at+"/number", "grammar", "%q: write it as 1-1, or leave it empty", f.Number)
	}
	v.words(at, f.Words)
	v.words(at+"/help", f.Help)
	v.mark(at+"/mark", f.Mark)
	if !slices.Contains([]Type{Group, Text, LongText, Date, PartialDate, Code, Number, Table}, f.Type) {
		v.Add(at+"/type", "type", "%q is no type: use group, text, longtext, date, partial_date, code, number or table", f.Type)
	}
	v.columns(at, f)
	for n, filling := range f.Fill {
		for _, name := range filling.sources() {
			if !slices.Contains(v.sources, name) {
				v.Add(fmt.Sprintf("%s/fill/%d", at, n), "source", "there is no source %q: use one of %s", name, strings.Join(v.sources, ", "))
			}
		}
		if f.Type == Group || len(filling.sources()) == 0 {
			v.Add(fmt.Sprintf("%s/fill/%d", at, n), "source", "a filling names one or more sources in braces, and belongs to no group")
		}
	}
	if f.Group != "" {
		if g, ok := form.Field(f.Group); !ok || g.Type != Group {
			v.Add(at+"/group", "reference", "%q is not the key of a group", f.Group)
		}
	}
	if f.Type == Group && len(form.Members(f.Key)) == 0 {
		v.Add(at, "members", "group %q has no members", f.Key)
	}
	if (f.Type == Code) != (f.CodeList != "") {
		v.Add(at+"/codes", "codes", "a code list belongs to a field of type code, and to no other")
	}
	if f.Type == Code && len(form.Codes[f.CodeList]) == 0 {
		v.Add(at+"/codes", "reference", "there is no code list %q", f.CodeList)
	}
	if f.Agrees && (f.Type == Group || f.Type == Table || len(f.Fill) == 0) {
		v.Add(at+"/agrees", "agrees", "only a field that is filled from the records can have to agree with them")
	}
	if f.Required.Always || len(f.Required.When) > 0 {
		v.mark(at+"/required_when/mark", f.Required.Mark)
	}
	for n, c := range f.Required.When {
		v.condition(fmt.Sprintf("%s/required_when/when/%d", at, n), c)
	}
	if f.MustSay != nil {
		v.Require(at+"/must_say/text", f.MustSay.Text, "the phrase")
		v.mark(at+"/must_say/mark", f.MustSay.Mark)
		v.condition(at+"/must_say/when", f.MustSay.When)
	}
	if n := f.MaxLength.Value; n != nil && *n < 1 {
		v.Add(at+"/max_length/value", "range", "%d: want 1 or more, or null when not known", *n)
	}
	if f.MaxLength.Mark != "" || f.MaxLength.Value != nil {
		v.mark(at+"/max_length/mark", f.MaxLength.Mark)
	}
	for _, key := range slices.Concat(f.NotBefore, f.NotAfter, f.After) {
		if other, ok := form.Field(key); !ok || !other.isDate() || !f.isDate() {
			v.Add(at, "reference", "days can be compared between date fields only, not %q with %q", f.Key, key)
		}
	}
}

// columns checks the columns of a table.
func (v *validator) columns(at string, f Field) {
	if (f.Type == Table) != (len(f.Columns) > 0) {
		v.Add(at+"/columns", "columns", "columns belong to a field of type table, and a table needs them")
	}
	seen := map[string]bool{}
	for n, c := range f.Columns {
		at := fmt.Sprintf("%s/columns/%d", at, n)
		v.words(at, c.Words)
		if !keyGrammar.MatchString(c.Key) || seen[c.Key] {
			v.Add(at+"/key", "unique", "%q: use lower case words joined by _, each once", c.Key)
		}
		seen[c.Key] = true
		if !slices.Contains([]Type{Text, Number, Date, PartialDate}, c.Type) {
			v.Add(at+"/type", "type", "%q is no type of a column: use text, number, date or partial_date", c.Type)
		}
		if c.Share < 0 || c.Share > 100 {
			v.Add(at+"/share", "range", "%v: want 0 to 100", c.Share)
		}
	}
}

func (f Field) isDate() bool { return f.Type == Date || f.Type == PartialDate }

func (v *validator) condition(at string, c Condition) {
	if len(c) == 0 {
		v.Add(at, "condition", "an empty condition: name a field and its codes")
	}
	for _, key := range sortedKeys(c) {
		for _, code := range c[key] {
			v.code(at+"/"+key, key, code)
		}
	}
}

func (v *validator) code(at, key, code string) {
	field, ok := v.form.Field(key)
	if !ok || field.Type != Code {
		v.Add(at, "reference", "%q is not a field of type code", key)
		return
	}
	if _, ok := v.form.Term(field, code); !ok {
		v.Add(at, "reference", "%q is not in the code list of %s", code, key)
	}
}

func (v *validator) words(at string, w Words) {
	v.Require(at+"/ja", w.Ja, "the Japanese text")
	v.Require(at+"/en", w.En, "the English text")
}

func (v *validator) mark(at string, m Mark) {
	if !slices.Contains([]Mark{Confirmed, Secondary, Inferred, Recall, NotSeen}, m) {
		v.Add(at, "mark", "%q is no mark of confidence: use C, C2, I, R or not_seen", m)
	}
}

// layout checks that the paper shows every field exactly once (the date of the
// closing block is printed a second time by design).
func (v *validator) layout() {
	form, l := v.form, v.form.Layout
	p := l.Page
	lengths := map[string]float64{
		"page/width": p.Width, "page/height": p.Height, "label_width": l.LabelWidth,
		"sub_label_width": l.SubLabelWidth, "row_height": l.RowHeight,
	}
	for _, name := range sortedKeys(lengths) {
		if mm := lengths[name]; mm <= 0 || mm > 500 {
			v.Add("/layout/"+name, "range", "%v mm: want more than 0 and at most 500", mm)
		}
	}
	if narrow := (p.Width-p.Left-p.Right)/2 - l.LabelWidth - l.SubLabelWidth; narrow < 10 {
		v.Add("/layout/page", "range", "margins and label columns leave %v mm for text in a half row, want 10 or more", narrow)
	}
	printed := map[string]int{}
	for r, row := range l.Rows {
		at := fmt.Sprintf("/layout/rows/%d", r)
		switch {
		case (row.Section != "") == (len(row.Cells) > 0):
			v.Add(at, "row", "a row is either a section or cells")
		case row.Section != "" && !slices.ContainsFunc(form.Sections, func(s Section) bool { return s.Number == row.Section }):
			v.Add(at+"/section", "reference", "there is no section %q", row.Section)
		case len(row.Cells) > 2:
			v.Add(at+"/cells", "range", "at most 2 boxes stand side by side")
		}
		for c, cell := range row.Cells {
			v.cell(fmt.Sprintf("%s/cells/%d", at, c), cell, printed)
		}
	}
	for _, key := range append(slices.Clone(l.Closing.Lines), l.Closing.Addressee) {
		printed[key]++
		if _, ok := form.Field(key); !ok {
			v.Add("/layout/closing", "reference", "there is no field %q", key)
		}
	}
	if field, ok := form.Field(l.Closing.Date); !ok || !field.isDate() {
		v.Add("/layout/closing/date", "reference", "%q is not a date field", l.Closing.Date)
	}
	for _, field := range form.Fields {
		if n := printed[field.Key]; field.Type != Group && n != 1 {
			v.Add("/layout", "complete", "field %q is printed %d times, want once", field.Key, n)
		}
	}
}

func (v *validator) cell(at string, cell Cell, printed map[string]int) {
	field, ok := v.form.Field(cell.Field)
	if !ok {
		v.Add(at+"/field", "reference", "there is no field %q", cell.Field)
		return
	}
	if (field.Type == Group) != (len(cell.Lines) > 0) {
		v.Add(at+"/lines", "lines", "lines belong to a group, and a group needs them")
	}
	for _, key := range cell.Keys() {
		printed[key]++
		if member, ok := v.form.Field(key); !ok || (field.Type == Group && member.Group != cell.Field) {
			v.Add(at+"/lines", "reference", "%q is not a member of %s", key, cell.Field)
		}
	}
	for n, line := range cell.Lines {
		if len(line) < 1 || len(line) > 2 {
			v.Add(fmt.Sprintf("%s/lines/%d", at, n), "range", "a line has 1 or 2 members, not %d", len(line))
		}
	}
	total := 0
	for _, line := range cell.Lines {
		highest := 0
		for _, key := range line {
			_, most := cell.Room(key)
			highest = max(highest, most)
		}
		total += highest
	}
	if total > maxBoxLines {
		v.Add(at+"/max_lines", "range", "the box may grow to %d lines, the most is %d: it has to fit a page", total, maxBoxLines)
	}
	for _, lines := range []map[string]int{cell.MinLines, cell.MaxLines} {
		for _, key := range sortedKeys(lines) {
			if !slices.Contains(cell.Keys(), key) || lines[key] < 1 || lines[key] > 40 {
				v.Add(at, "range", "lines of %q: want a field of this box and 1 to 40 lines", key)
			}
		}
	}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, strings.Compare)
	return keys
}
