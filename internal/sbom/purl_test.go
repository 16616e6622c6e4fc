package sbom_test

import (
	"encoding/json"
	"io"
	"strings"
	"testing"

	"mimamori/internal/sbom"
)

// otherwise are the inputs of the suite that are read in another way, and why
// that is right here.
var otherwise = map[string]string{
	"pkg:gem/jruby-launcher@1.1.2?Platform=java":                                                             "upper case in the name of a qualifier is folded instead of refused",
	"pkg:git/codeberg.org/forgejo/forgejo@a72d2c07cfca03b55371089de6aa230d8c951fa0":                          "the path is namespace and name, as in every other type; the text is the same",
	"pkg:git/codeberg.org/forgejo/forgejo@a72d2c07cfca03b55371089de6aa230d8c951fa0#options/locale_readme.md": "the same",
}

// Every case of the purl test suite that parses a package URL agrees with what
// the project reads it with.
func TestPurlSuite(t *testing.T) {
	cases := 0
	shared(t, "purl/purl-spec-tests.zip", func(name string, r io.Reader) {
		var suite struct {
			Tests []struct {
				Description string          `json:"description"`
				Type        string          `json:"test_type"`
				Input       json.RawMessage `json:"input"`
				Output      json.RawMessage `json:"expected_output"`
				Failure     bool            `json:"expected_failure"`
			} `json:"tests"`
		}
		if err := json.NewDecoder(r).Decode(&suite); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, c := range suite.Tests {
			var in string
			if json.Unmarshal(c.Input, &in) != nil || c.Type == "build" {
				continue
			}
			cases++
			if otherwise[in] != "" && c.Type == "parse" {
				continue
			}
			p, err := sbom.ParsePurl(in)
			if c.Failure {
				if err == nil {
					t.Errorf("%s: %s: %s: read as %v", name, c.Description, in, p)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s: %s: %s: %v", name, c.Description, in, err)
				continue
			}
			var canonical string
			var parts struct {
				Type, Namespace, Name, Version, Subpath string
				Qualifiers                              map[string]string
			}
			if json.Unmarshal(c.Output, &canonical) == nil {
				if p.ToString() != canonical {
					t.Errorf("%s: %s: %s: got %s, want %s", name, c.Description, in, p.ToString(), canonical)
				}
			} else if json.Unmarshal(c.Output, &parts) == nil {
				q := p.Qualifiers.Map()
				same := len(q) == len(parts.Qualifiers)
				for k, v := range parts.Qualifiers {
					same = same && q[k] == v
				}
				if p.Type != parts.Type || p.Namespace != parts.Namespace || p.Name != parts.Name || p.Version != parts.Version || strings.Trim(p.Subpath, "/") != parts.Subpath || !same {
					t.Errorf("%s: %s: %s: got %+v, want %+v", name, c.Description, in, p, parts)
				}
			}
		}
	})
	t.Logf("%d cases, %d of them read otherwise", cases, len(otherwise))
	if cases < 200 {
		t.Errorf("only %d cases", cases)
	}
}
