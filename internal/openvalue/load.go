package openvalue

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"

	"mimamori/internal/fault"
	"mimamori/internal/rule"
	"mimamori/internal/untrusted"

	"github.com/goccy/go-yaml"
)

// maxBytes bounds the file; the Japanese one has about 8 kB.
const maxBytes = 1 << 20

var idShape = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// valueInFile is an open value as it stands in the file.
type valueInFile struct {
	ID      string         `yaml:"id"`
	Label   textInFile     `yaml:"label"`
	Help    textInFile     `yaml:"help"`
	Kind    Kind           `yaml:"kind"`
	Choices []choiceInFile `yaml:"choices"`
	Default *string        `yaml:"default"`
	Mark    Mark           `yaml:"mark"`
	Source  string         `yaml:"source"`
	UsedIn  []string       `yaml:"used_in"`
}

type choiceInFile struct {
	ID    string     `yaml:"id"`
	Label textInFile `yaml:"label"`
}

type textInFile struct {
	JA string `yaml:"ja"`
	EN string `yaml:"en"`
}

// Load reads a list of open values, in the order of the file. It fails, with
// fault.Invalid, listing every value that is incomplete, stands twice or has a
// default of another kind.
func Load(fsys fs.FS, path string) ([]OpenValue, error) {
	f, err := fsys.Open(path)
	if err != nil {
		return nil, fault.Wrap(fault.NotFound, err, "open values %s", path)
	}
	defer f.Close() //nolint:errcheck // only read
	data, err := untrusted.ReadText(f, "open values "+path, maxBytes)
	if err != nil {
		return nil, err
	}
	var file struct {
		Values []valueInFile `yaml:"values"`
	}
	if err := yaml.UnmarshalWithOptions(data, &file, yaml.Strict()); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "open values %s are not readable", path)
	}
	var check fault.Checker
	values := make([]OpenValue, len(file.Values))
	seen := map[string]bool{}
	for i, v := range file.Values {
		problem := func(part, kind, format string, args ...any) {
			check.Add(fmt.Sprintf("/values/%d/%s", i, part), kind, "value %d (%s): %s", i+1, v.ID, fmt.Sprintf(format, args...))
		}
		if seen[v.ID] {
			problem("id", "unique", "the id stands twice: remove one")
		}
		seen[v.ID] = true
		values[i] = v.value(problem)
	}
	if len(values) == 0 {
		check.Add("/values", "empty", "there is no value")
	}
	return values, check.Err("open values %s", path)
}

// value checks one value and makes it.
func (v valueInFile) value(problem func(part, kind, format string, args ...any)) OpenValue {
	if !idShape.MatchString(v.ID) {
		problem("id", "pattern", "%q: write the id in small letters, parted by hyphens", v.ID)
	}
	out := OpenValue{ID: v.ID, Label: v.Label.text(), Help: v.Help.text(), Kind: v.Kind, Choices: []Choice{}, Mark: v.Mark, Source: v.Source, UsedIn: v.UsedIn}
	if !v.Label.filled() {
		problem("label", "required", "the label is not filled in both languages")
	}
	if !v.Help.filled() {
		problem("help", "required", "the help is not filled in both languages")
	}
	for _, c := range v.Choices {
		if c.ID == "" || !c.Label.filled() {
			problem("choices", "required", "choice %q has no id or no label in both languages", c.ID)
		}
		out.Choices = append(out.Choices, Choice{ID: c.ID, Label: c.Label.text()})
	}
	switch {
	case !slices.Contains([]Kind{Line, Lines, Number, Select}, v.Kind):
		problem("kind", "enum", "kind %q: expected text, lines, number or choice", v.Kind)
	case (v.Kind == Select) != (len(v.Choices) > 1):
		problem("choices", "choices", "%d choices: a choice has two or more, any other kind has none", len(v.Choices))
	}
	if !slices.Contains([]Mark{Confirmed, Secondary, Recall, NotSeen}, v.Mark) {
		problem("mark", "enum", "mark %q: expected C, C2, R or not_seen", v.Mark)
	}
	if v.Source == "" {
		problem("source", "required", "the source is missing: say where it comes from, or what is to be obtained")
	}
	if len(v.UsedIn) == 0 {
		problem("used_in", "required", "used_in is missing: name what rests on it")
	}
	if v.Default == nil {
		problem("default", "required", "the default is missing: write \"\" when nothing is known")
		return out
	}
	out.Default = *v.Default
	if err := out.Check(out.Default); err != nil {
		problem("default", "default", "the default does not fit its kind: %v", err)
	}
	return out
}

func (t textInFile) filled() bool { return t.JA != "" && t.EN != "" }

func (t textInFile) text() rule.Text { return rule.Text{JA: t.JA, EN: t.EN} }
