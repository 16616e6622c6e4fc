package render

import (
	"testing"

	"mimamori/codelists"
)

// The paper says what the screens say.
func TestWordsOfTheProofAreThoseOfTheGlossary(t *testing.T) {
	glossary, err := codelists.Glossary()
	if err != nil {
		t.Fatal(err)
	}
	for word, term := range map[string]string{
		"company": "mah", "case": "case", "product": "product", "release": "release", "aware": "aware_on", "determination": "determination",
		"superseded": "obligation.state.void", "unknown": "unknown", "rulebook": "rulebook", "promptly": "promptly", "subject": "assessment",
		"state/applies": "proof.applies", "state/possible": "proof.possible", "state/excluded": "proof.excluded",
		"confidence/confirmed": "confidence.confirmed", "confidence/inferred": "confidence.inferred", "confidence/recall": "confidence.recall",
		"form8": "form.form8", "form9": "form.form9", "form10": "form.form10", "form11": "form.form11", "form12": "form.form12",
		"outcome/periodic": "obligation.periodic_report", "outcome/none": "result.not_reportable",
	} {
		want, ok := glossary[term]
		got := proofText[word]
		if !ok || got[0] != want.Ja {
			t.Errorf("%s is %q, the glossary has %s as %q", word, got[0], term, want.Ja)
		}
		if word == "outcome/periodic" || word == "outcome/none" {
			continue // in the middle of a sentence in English
		}
		if got[1] != want.En {
			t.Errorf("%s is %q, the glossary has %s as %q", word, got[1], term, want.En)
		}
	}
	for key, text := range proofText {
		if (text[0] == "" || text[1] == "") && key != "from/none" {
			t.Errorf("%s has no words in both languages", key)
		}
	}
}
