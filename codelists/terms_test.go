package codelists_test

import (
	"os"
	"strings"
	"testing"

	"mimamori/codelists"
	"mimamori/forms"
	"mimamori/internal/report"

	"github.com/goccy/go-yaml"
)

// Fields of form 8 that are terms of the glossary, by their keys.
var formTerms = map[string]string{"aware_on": "aware_on", "brand_name": "product.brand_name", "generic_name": "product.generic_name"}

// English words of error texts whose Japanese is a term of the glossary.
var messageTerms = map[string]string{
	"awareness date": "aware_on", "brand name": "product.brand_name", "generic name": "product.generic_name",
}

func TestFormsUseTheTermsOfTheGlossary(t *testing.T) {
	form, err := report.Load(forms.FS, report.Form8, "2021-07")
	if err != nil {
		t.Fatal(err)
	}
	terms := glossary(t)
	for key, term := range formTerms {
		field, ok := form.Field(key)
		if !ok {
			t.Errorf("form 8 has no field %s", key)
			continue
		}
		if want := terms[term]; want == (codelists.Term{}) || field.Ja != want.Ja {
			t.Errorf("field %s is called %q on the form and %q in the glossary", key, field.Ja, want.Ja)
		}
	}
}

func TestMessagesUseTheTermsOfTheGlossary(t *testing.T) {
	data, err := os.ReadFile("messages.ja.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Words, Messages map[string]string }
	if err := yaml.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	terms, met := glossary(t), map[string]int{}
	for _, texts := range []map[string]string{file.Words, file.Messages} {
		for english, japanese := range texts {
			for phrase, key := range messageTerms {
				if !strings.Contains(strings.ToLower(english), phrase) {
					continue
				}
				met[phrase]++
				if term := terms[key].Ja; term == "" || !strings.Contains(japanese, term) {
					t.Errorf("%q is told as %q, without %q", english, japanese, term)
				}
			}
		}
	}
	for phrase := range messageTerms {
		if met[phrase] == 0 {
			t.Errorf("no message speaks of %q: has it been reworded?", phrase)
		}
	}
}
