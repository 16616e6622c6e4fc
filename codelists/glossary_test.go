package codelists_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"mimamori/codelists"
	"mimamori/internal/app"
	"mimamori/internal/assess"
	"mimamori/internal/casefile"
	"mimamori/internal/intake"
	"mimamori/internal/register"
)

func glossary(t *testing.T) map[string]codelists.Term {
	t.Helper()
	terms, err := codelists.Glossary()
	if err != nil {
		t.Fatal(err)
	}
	return terms
}

func TestEveryTermStandsInBothLanguages(t *testing.T) {
	key := regexp.MustCompile(`^[a-z0-9_]+(\.[A-Za-z0-9_]+)*$`)
	for k, term := range glossary(t) {
		if !key.MatchString(k) {
			t.Errorf("key %q: want lower-case words joined by _ and dots", k)
		}
		for lang, text := range map[string]string{"ja": term.Ja, "en": term.En} {
			if text == "" || strings.TrimSpace(text) != text {
				t.Errorf("%s: %s text %q is missing or has blanks around it", k, lang, text)
			}
		}
		if strings.ContainsFunc(term.En, func(r rune) bool { return r > unicode.MaxLatin1 }) {
			t.Errorf("%s: English text %q holds Japanese characters", k, term.En)
		}
	}
}

// Every value that a record can hold is shown by name, so it must have one.
func TestEveryValueOfTheRecordsHasATerm(t *testing.T) {
	terms := glossary(t)
	want := func(prefix string, values ...any) {
		for _, v := range values {
			key := fmt.Sprintf("%s.%v", prefix, v)
			if _, ok := terms[key]; !ok {
				t.Errorf("no term %q", key)
			}
		}
	}
	for _, v := range intake.Sources {
		want("intake.source", v)
	}
	for _, v := range assess.Statuses {
		want("status", v)
	}
	for _, v := range assess.Justifications {
		want("justification", v)
	}
	for _, v := range assess.Harms {
		want("harm", v)
	}
	for _, v := range app.Roles {
		want("role", v)
	}
	want("class", register.ClassI, register.ClassII, register.ClassIII, register.ClassIV)
	want("route", register.Approval, register.Certification, register.Notification)
	want("link", register.LinkWired, register.LinkWireless, register.LinkMedia, register.LinkNone)
	want("known", register.Yes, register.No, register.Unknown)
	want("stage", casefile.StageDetermine, casefile.StageReport, casefile.StageWatch)
	want("obligation", casefile.DueDecision, casefile.DueFirstReport, casefile.DueReport, casefile.DuePeriodicReport)
	want("obligation.state", casefile.ObligationOpen, casefile.ObligationMet, casefile.ObligationVoid)
	want("form", "form8", "form9", "form10", "form11", "form12")
}
