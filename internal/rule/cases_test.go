package rule_test

import (
	"io/fs"
	"slices"
	"testing"

	"mimamori/internal/caldate"
	"mimamori/internal/rule"
	"mimamori/rulebook"

	"github.com/goccy/go-yaml"
)

// workedExample is one case of rulebook/jp/cases.yaml.
type workedExample struct {
	Title  map[string]string `yaml:"title"`
	Rules  []string          `yaml:"rules"` // those that apply; empty when facts are open
	Aware  string            `yaml:"aware"`
	Facts  map[string]string `yaml:"facts"`
	Expect struct {
		Result      string   `yaml:"result"`
		Form        string   `yaml:"form"`
		TermDays    int      `yaml:"term_days"`
		Periodic    bool     `yaml:"periodic"`
		Due         string   `yaml:"due"`
		FirstReport bool     `yaml:"first_report"`
		NamedPerson bool     `yaml:"named_person"`
		Items       []string `yaml:"items"`
	} `yaml:"expect"`
}

func workedExamples(t *testing.T) []workedExample {
	t.Helper()
	data, err := fs.ReadFile(rulebook.FS, "jp/cases.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Cases []workedExample `yaml:"cases"`
	}
	if err := yaml.UnmarshalWithOptions(data, &file, yaml.DisallowUnknownField()); err != nil {
		t.Fatal(err)
	}
	return file.Cases
}

func TestWorkedExamples(t *testing.T) {
	shown := map[string]bool{}
	for _, c := range workedExamples(t) {
		t.Run(c.Title["en"], func(t *testing.T) {
			if c.Title["ja"] == "" || c.Title["en"] == "" {
				t.Error("the title is missing in one language")
			}
			a := decide(t, situation(c.Facts), caldate.MustParse(c.Aware))
			var applied []string
			for _, p := range a.Proof {
				if p.State == rule.Applies {
					applied = append(applied, p.Rule)
					shown[p.Rule] = true
				}
			}
			slices.Sort(applied)
			slices.Sort(c.Rules)
			if !slices.Equal(applied, c.Rules) {
				t.Errorf("rules applied %v, want %v", applied, c.Rules)
			}
			if string(a.Result) != c.Expect.Result {
				t.Fatalf("result %s, want %s", a.Result, c.Expect.Result)
			}
			if c.Expect.Result == "not_reportable" {
				if a.Governing != nil {
					t.Errorf("governing %+v, want none", a.Governing)
				}
				return
			}
			g, e := a.Governing, c.Expect
			if text(g.Form) != e.Form || number(g.TermDays) != e.TermDays || g.Periodic != e.Periodic || day(g.Due) != e.Due ||
				g.FirstReport != e.FirstReport || g.NamedPerson != e.NamedPerson || !slices.Equal(g.Items, e.Items) {
				t.Errorf("got form %q, %d days, due %q: %+v\nwant %+v", text(g.Form), number(g.TermDays), day(g.Due), g, e)
			}
		})
	}
	for _, r := range japan(t).Rules {
		if !shown[r.ID] {
			t.Errorf("rule %s has no worked example in rulebook/jp/cases.yaml", r.ID)
		}
	}
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func number(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}

func day(d *caldate.Date) string {
	if d == nil {
		return ""
	}
	return d.String()
}
