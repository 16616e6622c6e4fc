package report

import (
	"regexp"
	"strings"
)

// Filling is one way to fill a field: lines of text with the names of sources in
// braces, such as "バージョン {release.version}". A line with a source that is not
// known is left out; a filling without a line left does not fill.
type Filling []string

// UnmarshalYAML reads a filling: one line, or a list of lines.
func (f *Filling) UnmarshalYAML(read func(any) error) error {
	var line string
	if read(&line) == nil {
		*f = Filling{line}
		return nil
	}
	return read((*[]string)(f))
}

var placeholder = regexp.MustCompile(`\{([^{}]*)\}`)

// sources lists the names in the braces of a filling.
func (f Filling) sources() []string {
	var names []string
	for _, line := range f {
		for _, m := range placeholder.FindAllStringSubmatch(line, -1) {
			names = append(names, m[1])
		}
	}
	return names
}

// text returns the filled lines with the origin of the first source of them.
func (f Filling) text(known map[string]Value) (Value, bool) {
	var out Value
	var lines []string
	for _, line := range f {
		whole := true
		var first Value
		text := placeholder.ReplaceAllStringFunc(line, func(name string) string {
			v := known[strings.Trim(name, "{}")]
			whole = whole && v.Text != ""
			if first.Text == "" {
				first = v
			}
			return v.Text
		})
		if !whole {
			continue
		}
		if len(lines) == 0 || out.Origin.Kind == "" {
			out.Origin = first.Origin
		}
		lines = append(lines, text)
	}
	out.Text = strings.Join(lines, "\n")
	return out, out.Origin.Kind != "" // words without a source say nothing
}

// Fill answers the fields of a form from what is known, as the form says: of each
// field the first filling that has something. Every value tells the record it
// came from; fields without a known answer are absent.
func Fill(form *Form, s Sources) map[string]Value {
	known := s.named()
	filled := map[string]Value{}
	for _, field := range form.Fields {
		for _, f := range field.Fill {
			if v, ok := f.text(known); ok {
				filled[field.Key] = v
				break
			}
		}
	}
	return filled
}
