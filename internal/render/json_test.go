package render_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"testing"

	"mimamori/internal/render"
	"mimamori/internal/report"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestJSON(t *testing.T) {
	form, drafts := samples(t)
	for _, name := range []string{"draft", "empty", "complete"} {
		t.Run(name, func(t *testing.T) {
			got, err := render.JSON(form, drafts[name])
			if err != nil {
				t.Fatal(err)
			}
			path := "testdata/form8-" + name + ".golden.json"
			if *update {
				if err := os.WriteFile(path, got, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("differs from %s: look at the difference after go test ./internal/render -update\n%s", path, got)
			}
		})
	}
}

// What a reader of the JSON gets is the content that was signed.
func TestJSONHoldsTheSignedContent(t *testing.T) {
	form, drafts := samples(t)
	for name, d := range drafts {
		text, err := render.JSON(form, d)
		if err != nil {
			t.Fatal(err)
		}
		var out struct {
			Form, Edition, Report, Case, Product, Digest string
			Version                                      int
			Fields                                       []struct{ Key, Number, Value string }
		}
		if err := json.Unmarshal(text, &out); err != nil {
			t.Fatal(err)
		}
		back := report.Draft{
			ID: out.Report, CaseID: out.Case, ProductID: out.Product, Form: out.Form, Edition: out.Edition,
			Version: out.Version, Values: map[string]report.Value{},
		}
		fields := 0
		for _, f := range out.Fields {
			back.Values[f.Key] = report.Value{Text: f.Value}
			fields++
		}
		if report.Digest(back) != out.Digest || out.Digest != report.Digest(d) {
			t.Errorf("%s: the JSON does not give the signed content back", name)
		}
		want := 0
		for _, f := range form.Fields {
			if f.Type != report.Group {
				want++
			}
		}
		if fields != want {
			t.Errorf("%s: %d fields, want %d", name, fields, want)
		}
	}
}
