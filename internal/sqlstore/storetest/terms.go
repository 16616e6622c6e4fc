package storetest

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"

	"mimamori/internal/app"
	"mimamori/internal/fault"
	"mimamori/internal/term"
)

func (f *fixture) put(terms ...term.Term) (added, changed int) {
	f.t.Helper()
	f.write(func(ctx context.Context, tx app.Tx) (err error) {
		added, changed, err = tx.PutTerms(ctx, terms)
		return err
	})
	return added, changed
}

func imdrf(code, en string) term.Term {
	return term.Term{List: term.IMDRF, Release: "2024", Code: code, EN: en, Also: []string{}, Paths: []string{}, Cyber: strings.HasPrefix(code, "A11")}
}

func (f *fixture) terms(q app.ListQuery) []term.Term {
	f.t.Helper()
	out := []term.Term{}
	for {
		list := must[app.List[app.TermRow]](f.t)(f.Terms(f.ctx(), q))
		for _, t := range list.Items {
			if t.Annex != t.Term.Annex() || t.Selectable != t.Term.Selectable() {
				f.t.Errorf("%+v", t)
			}
			out = append(out, t.Term)
		}
		if q.Cursor = list.Next; q.Cursor == "" {
			if list.Total != len(out) {
				f.t.Fatalf("%d terms, total %d", len(out), list.Total)
			}
			return out
		}
	}
}

// terms are merged into their release, and a blank never overwrites.
func terms(t *testing.T, f *fixture) {
	whole := imdrf("A110501", "Application Security Problem")
	whole.Definition, whole.Paths = "Issue 100% of_it", []string{"A11|A1105|A110501"}
	heading := imdrf("A11", "Computer Software Problem")
	heading.Status = "Not selectable"
	if added, changed := f.put(whole, heading, imdrf("A01", "Patient Device Interaction Problem")); added != 3 || changed != 0 {
		t.Errorf("%d added, %d changed", added, changed)
	}
	if added, changed := f.put(whole, whole); added != 0 || changed != 0 {
		t.Errorf("the same again: %d added, %d changed", added, changed)
	}
	japanese := term.Term{List: term.IMDRF, Release: "2024", Code: "A110501", JA: "アプリケーションセキュリティの問題", Also: []string{}, Paths: []string{}}
	other := japanese
	other.Release = "2023"
	if added, changed := f.put(japanese, other, term.Term{List: term.JFMDA, Release: "8", Code: "D09-a0027", JA: "接続不良"}); added != 2 || changed != 1 {
		t.Errorf("a translation: %d added, %d changed", added, changed)
	}
	whole.JA = japanese.JA
	equal(t, f.terms(app.ListQuery{Filter: map[string]string{"release": "2024", "annex": "A", "list": "imdrf"}, Text: "セキュリティ"}), []term.Term{whole})
	equal(t, len(f.terms(app.ListQuery{Filter: map[string]string{"release": "2024", "selectable": "yes"}})), 2)
	equal(t, len(f.terms(app.ListQuery{Filter: map[string]string{"cyber": "yes", "release": "2024"}})), 2)
	equal(t, len(f.terms(app.ListQuery{Text: "100%"})), 1)
	equal(t, len(f.terms(app.ListQuery{Text: "f_i"})), 1)
	equal(t, must[[]app.TermList](t)(f.TermLists(f.ctx())), []app.TermList{
		{List: term.IMDRF, Release: "2023", Terms: 1, Selectable: 1, Japanese: 1},
		{List: term.IMDRF, Release: "2024", Terms: 3, Selectable: 2, Japanese: 1},
		{List: term.JFMDA, Release: "8", Terms: 1, Selectable: 1, Japanese: 1},
	})
}

// termsRanked come in the order that term.Rank gives, page by page.
func termsRanked(t *testing.T, f *fixture) {
	names := []string{"Network Problem", "Problem", "Data Problem", "Problem of Networks", "No Flow", "Security %_\\ Problem", "problem"}
	var all []term.Term
	for i, name := range names {
		for _, code := range []string{fmt.Sprintf("A11%02d", i), fmt.Sprintf("B%02d", i)} {
			one := imdrf(code, name)
			if i%3 == 0 && code[0] == 'B' {
				one.Status = "Retired"
			}
			all = append(all, one)
		}
	}
	f.put(all...)
	for _, text := range []string{"", "problem", "Problem", "network", "a1101", "A11", "%_\\", "no flow", "ＰＲＯＢＬＥＭ", "none"} {
		for _, limit := range []int{1, 4, 20} {
			got := f.terms(app.ListQuery{Text: text, Limit: limit})
			want := term.Rank(text, got)
			if !slices.EqualFunc(got, want, func(a, b term.Term) bool { return a.Code == b.Code }) {
				t.Errorf("search for %q by %d: %v\nwant %v", text, limit, got, want)
			}
		}
	}
}

// installedForms are kept byte for byte and never replaced.
func installedForms(t *testing.T, f *fixture) {
	text := []byte("form: pmda/form8\r\n# 𠮷\x00\n")
	installed := app.FormText{Form: "pmda/form8", Edition: "2026-10", Digest: fmt.Sprintf("sha256:%x", sha256.Sum256(text)), Text: text, InstalledBy: "管理", InstalledAt: f.tick()}
	older := installed
	older.Edition = "2026-01"
	for _, one := range []app.FormText{installed, older} {
		f.write(func(ctx context.Context, tx app.Tx) error { return tx.AddFormText(ctx, one) })
	}
	equal(t, must[app.FormText](t)(f.FormText(f.ctx(), "pmda/form8", "2026-10")), installed)
	equal(t, must[[]app.FormText](t)(f.FormTexts(f.ctx())), []app.FormText{older, installed})
	wantKind(t, f.try(func(ctx context.Context, tx app.Tx) error { return tx.AddFormText(ctx, installed) }), fault.Conflict)
	forged := installed
	forged.Edition, forged.Text = "2026-11", []byte("other")
	if err := f.try(func(ctx context.Context, tx app.Tx) error { return tx.AddFormText(ctx, forged) }); err == nil {
		t.Error("a text without its digest was kept")
	}
	_, err := f.FormText(f.ctx(), "pmda/form8", "2026-11")
	wantKind(t, err, fault.NotFound)
}
