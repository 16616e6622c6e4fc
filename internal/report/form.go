// Package report holds the reports a marketing authorization holder owes to an
// authority: the official forms as data, drafts of them, the checks, and the
// life of a draft up to its approval. It is pure: the day, the time and the
// file system of forms come in as arguments.
//
// Words: a form (様式) is the official paper of one edition; a draft is one
// report being written on it; a box is one numbered place of the paper, filled
// by one field or by the members of a group.
package report

import "slices"

// Mark says how sure we are of a statement about the official form.
type Mark string

const (
	Confirmed Mark = "C"        // text of the official document seen
	Secondary Mark = "C2"       // seen in a secondary text only
	Inferred  Mark = "I"        // follows from confirmed text
	Recall    Mark = "R"        // not seen: a setting, never code
	NotSeen   Mark = "not_seen" // the official text exists, its value is unknown to us
)

// Form8 is the id of 別紙様式第8, the case report of a malfunction or infection.
const Form8 = "pmda/form8"

// Type is what the text of a field must look like.
type Type string

const (
	Group       Type = "group"        // names a box; its members carry the texts
	Text        Type = "text"         // one line
	LongText    Type = "longtext"     // lines divided by \n
	Date        Type = "date"         // 2026-06-01
	PartialDate Type = "partial_date" // 2026-06-01, 2026-06 or 2026
	Code        Type = "code"         // one code of the field's list
	Number      Type = "number"       // decimal, not negative
	Table       Type = "table"        // rows of cells, see Rows
)

// Form is one edition of one official form. Load makes it; it is not changed
// afterwards and may be shared.
type Form struct {
	ID          string            `yaml:"form"`    // <authority>/<form>, for example pmda/form8
	Edition     string            `yaml:"edition"` // year and month of the notice, for example 2021-07
	Heading     string            `yaml:"heading"` // 別紙様式第8
	Title       Words             `yaml:"title"`
	TitleSuffix TitleSuffix       `yaml:"title_suffix"`
	Source      Source            `yaml:"source"`
	Sections    []Section         `yaml:"sections"`
	Codes       map[string][]Term `yaml:"codes"`
	Fields      []Field           `yaml:"fields"` // in the order of the paper, keys unique
	Layout      Layout            `yaml:"layout"`

	byKey map[string]int
}

// Words is a text in both languages of the users.
type Words struct {
	Ja string `yaml:"ja"`
	En string `yaml:"en"`
}

// In returns the words in language lang: "en" or, for everything else, Japanese.
func (w Words) In(lang string) string {
	if lang == "en" {
		return w.En
	}
	return w.Ja
}

// String returns the words in English, the language of errors before they are
// told to somebody.
func (w Words) String() string { return w.En }

// Source is where an edition was published.
type Source struct {
	Document string `yaml:"document"`
	URL      string `yaml:"url"`
	Mark     Mark   `yaml:"mark"`
}

// TitleSuffix is what follows the title, by the code of one field.
type TitleSuffix struct {
	Field string            `yaml:"field"`
	Ja    map[string]string `yaml:"ja"` // by code
}

// Section is a numbered part of the form.
type Section struct {
	Number string `yaml:"number"`
	Words  `yaml:",inline"`
}

// Term is one entry of a code list.
type Term struct {
	Code  string `yaml:"code"`
	Words `yaml:",inline"`
}

// Field is one thing the form asks for, or a group of them.
type Field struct {
	Number    string `yaml:"number"` // 1-1 to 4-3; empty in the block of the reporter
	Key       string `yaml:"key"`    // lower case words joined by _, unique in the form
	Group     string `yaml:"group"`  // key of the group it is a member of, or empty
	Type      Type   `yaml:"type"`
	CodeList  string `yaml:"codes"` // name in Form.Codes; type code only
	Words     `yaml:",inline"`
	Help      Words     `yaml:"help"`
	Unit      string    `yaml:"unit"`    // printed after the text
	Default   string    `yaml:"default"` // first text of a new draft
	Fill      []Filling `yaml:"fill"`    // the first that has something fills a new draft
	Columns   []Column  `yaml:"columns"` // of a table, left to right
	Agrees    bool      `yaml:"agrees"`  // has to say what the records and the other documents of the case say
	Also      []string  `yaml:"also"`    // words taken beside the type, such as 不明
	Mark      Mark      `yaml:"mark"`
	Source    string    `yaml:"source"` // when it differs from the source of the form
	Required  Required  `yaml:"required_when"`
	MaxLength Limit     `yaml:"max_length"`
	MustSay   *MustSay  `yaml:"must_say"`
	NotBefore []string  `yaml:"not_before"` // date fields; this day is the same or later
	NotAfter  []string  `yaml:"not_after"`  // date fields; this day is the same or earlier
	After     []string  `yaml:"after"`      // date fields; this day is later
}

// Condition holds when each named code field has one of the listed codes.
type Condition map[string][]string

// holds tells whether c is met by the texts.
func (c Condition) holds(texts map[string]string) bool {
	for key, codes := range c {
		if !slices.Contains(codes, texts[key]) {
			return false
		}
	}
	return true
}

// Required says when a field may not be empty: always, or when any of the
// conditions holds. The zero Required means never.
type Required struct {
	Always bool        `yaml:"always"`
	When   []Condition `yaml:"when"`
	Mark   Mark        `yaml:"mark"`
}

func (r Required) holds(texts map[string]string) bool {
	return r.Always || slices.ContainsFunc(r.When, func(c Condition) bool { return c.holds(texts) })
}

// Limit is a greatest length in characters. A nil Value is not checked: the
// official limits were not seen, and a guess must not refuse a true report.
type Limit struct {
	Value *int `yaml:"value"`
	Mark  Mark `yaml:"mark"`
}

// MustSay asks for a phrase in the text of a field while the condition holds.
type MustSay struct {
	Text string    `yaml:"text"`
	When Condition `yaml:"when"`
	Mark Mark      `yaml:"mark"`
}

// Field returns the field of that key.
func (f *Form) Field(key string) (Field, bool) {
	i, ok := f.byKey[key]
	if !ok {
		return Field{}, false
	}
	return f.Fields[i], true
}

// Members returns the fields of a group in the order of the form.
func (f *Form) Members(group string) []Field {
	var members []Field
	for _, field := range f.Fields {
		if field.Group == group && group != "" {
			members = append(members, field)
		}
	}
	return members
}

// Term returns the entry of a field's code list.
func (f *Form) Term(field Field, code string) (Term, bool) {
	for _, t := range f.Codes[field.CodeList] {
		if t.Code == code {
			return t, true
		}
	}
	return Term{}, false
}

// FullTitle is the Japanese title with what follows it for these texts, for
// example 医療機器不具合・感染症症例報告書（国内）.
func (f *Form) FullTitle(texts map[string]string) string {
	return f.Title.Ja + f.TitleSuffix.Ja[texts[f.TitleSuffix.Field]]
}
