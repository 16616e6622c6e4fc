package storetest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"mimamori/internal/app"
	"mimamori/internal/fault"
	"mimamori/internal/intake"
	"mimamori/internal/ledger"
	"mimamori/internal/register"
)

// Pages of every size and order show every item once, also where all sort
// values are equal.
func pagingOverTies(t *testing.T, f *fixture) {
	var want []string
	for i := range 23 {
		s := f.site(fmt.Sprintf("病院 %d", i/9), []string{"東京都", ""}[i%2])
		want = append(want, s.ID)
	}
	slices.Sort(want)
	for _, sort := range []string{"name", "-name", "prefecture", "-prefecture", "updated_at", "-updated_at"} {
		whole := must[app.List[app.SiteRow]](t)(f.Sites(f.ctx(), app.ListQuery{Sort: sort, Limit: 200}))
		for _, limit := range []int{1, 4, 22, 23, 24} {
			var got []string
			q := app.ListQuery{Sort: sort, Limit: limit}
			for {
				page := must[app.List[app.SiteRow]](t)(f.Sites(f.ctx(), q))
				if page.Total != 23 {
					t.Fatalf("%s by %d: total %d", sort, limit, page.Total)
				}
				for i, s := range page.Items {
					if s.ID != whole.Items[len(got)].ID {
						t.Fatalf("%s by %d: item %d of the page differs from the whole list", sort, limit, i)
					}
					got = append(got, s.ID)
				}
				if q.Cursor = page.Next; q.Cursor == "" {
					break
				}
			}
			slices.Sort(got)
			equal(t, got, want)
		}
	}
	// Sorted by a number.
	p := f.product("ポンプ")
	r := f.release(p, "1")
	site := must[app.List[app.SiteRow]](t)(f.Sites(f.ctx(), app.ListQuery{Limit: 1})).Items[0].Site
	for _, units := range []int{10, 9, 100, 9, 1} {
		f.install(site, r, units)
	}
	var units []int
	for q := (app.ListQuery{Sort: "units", Limit: 2}); ; {
		page := must[app.List[app.InstallationRow]](t)(f.Installations(f.ctx(), q))
		for _, i := range page.Items {
			units = append(units, i.Units)
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			break
		}
	}
	equal(t, units, []int{1, 9, 9, 10, 100})
}

func listsRefuse(t *testing.T, f *fixture) {
	f.site("a", "")
	f.site("b", "")
	page := must[app.List[app.SiteRow]](t)(f.Sites(f.ctx(), app.ListQuery{Limit: 1}))
	for name, q := range map[string]app.ListQuery{
		"unknown filter":         only("colour", "red"),
		"unknown sort":           {Sort: "colour"},
		"SQL as sort":            {Sort: "name; DROP TABLE sites"},
		"cursor of another sort": {Sort: "-name", Cursor: page.Next},
		"cursor that is none":    {Cursor: "AAAA"},
		"cursor with an object":  {Cursor: "eyJzIjoibmFtZSIsInYiOnt9LCJpIjoieCJ9"},
		"page too large":         {Limit: 201},
		"page of nothing":        {Limit: -1},
		"too many words":         {Text: strings.Repeat("a ", 11)},
	} {
		_, err := f.Sites(f.ctx(), q)
		if fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: got %v", name, err)
		}
	}
	_, err := f.Sites(f.ctx(), only("colour", "red"))
	if !strings.Contains(err.Error(), "prefecture, product, release") {
		t.Errorf("the error does not name the filters there are: %v", err)
	}
	if list := must[app.List[app.SiteRow]](t)(f.Sites(f.ctx(), only("id", page.Items[0].ID))); list.Total != 1 || list.Items[0].ID != page.Items[0].ID {
		t.Errorf("one site by its id: %+v", list)
	}
	_, err = f.Entries(f.ctx(), only("id", "x")) // entries have numbers
	wantKind(t, err, fault.Invalid)
	_, err = f.Findings(f.ctx(), only("state", "lost"))
	wantKind(t, err, fault.Invalid)

	// Every list answers without a filter, and with a text.
	for name, list := range map[string]func(q app.ListQuery) (int, error){
		"products":        func(q app.ListQuery) (int, error) { l, err := f.Products(f.ctx(), q); return l.Total, err },
		"releases":        func(q app.ListQuery) (int, error) { l, err := f.Releases(f.ctx(), q); return l.Total, err },
		"occurrences":     func(q app.ListQuery) (int, error) { l, err := f.Occurrences(f.ctx(), "x", q); return l.Total, err },
		"installations":   func(q app.ListQuery) (int, error) { l, err := f.Installations(f.ctx(), q); return l.Total, err },
		"vulnerabilities": func(q app.ListQuery) (int, error) { l, err := f.Vulnerabilities(f.ctx(), q); return l.Total, err },
		"findings":        func(q app.ListQuery) (int, error) { l, err := f.Findings(f.ctx(), q); return l.Total, err },
		"assessments":     func(q app.ListQuery) (int, error) { l, err := f.Assessments(f.ctx(), q); return l.Total, err },
		"intakes":         func(q app.ListQuery) (int, error) { l, err := f.Intakes(f.ctx(), q); return l.Total, err },
		"cases":           func(q app.ListQuery) (int, error) { l, err := f.Cases(f.ctx(), q); return l.Total, err },
		"obligations":     func(q app.ListQuery) (int, error) { l, err := f.Obligations(f.ctx(), q); return l.Total, err },
		"reports":         func(q app.ListQuery) (int, error) { l, err := f.Reports(f.ctx(), q); return l.Total, err },
		"import runs":     func(q app.ListQuery) (int, error) { l, err := f.ImportRuns(f.ctx(), q); return l.Total, err },
	} {
		for _, q := range []app.ListQuery{{}, {Text: "ポンプ 50%_x"}} {
			if n, err := list(q); err != nil || n != 0 {
				t.Errorf("%s with %+v: %d, %v", name, q, n, err)
			}
		}
	}
}

func searchFinds(t *testing.T, f *fixture) {
	f.product("スマート輸液ポンプ ＳＰ－１００", func(p *register.Product) { p.GenericName, p.LicenceNumber, p.JMDNCode = "汎用", "", "" })
	f.product("50%生食_用 ウォーマー", func(p *register.Product) { p.GenericName, p.LicenceNumber, p.JMDNCode = "汎用", "", "" })
	for _, tt := range []struct {
		text string
		want int
	}{
		{"スマート", 1},
		{"すまーと", 1},
		{"ｽﾏｰﾄ ﾎﾟﾝﾌﾟ", 1},
		{"SP-100", 1},
		{"sp-100　輸液", 1},
		{"ポンプ ウォーマー", 0}, // both words in one record
		{"50%", 1},
		{"5%生", 0}, // % is a letter here
		{"食_用", 1},
		{"食用", 0},
		{"食x用", 0},
		{`\`, 0},
		{"'; DROP TABLE products; --", 0},
		{"汎用", 2},
		{"  ", 2},
	} {
		if list := must[app.List[app.ProductRow]](t)(f.Products(f.ctx(), app.ListQuery{Text: tt.text})); list.Total != tt.want {
			t.Errorf("%q: %d, want %d", tt.text, list.Total, tt.want)
		}
	}
}

func searchOverEverything(t *testing.T, f *fixture) {
	p := f.product("ポンプ")
	r := f.release(p, "3.2.1")
	site := f.site("ポンプ記念病院", "東京都")
	f.sbom(r, component("openssl", "3.0.1"))
	f.advise(advisory("GHSA-jfh8-c2jp-5v3q", "CVE-2021-44228"))
	n := f.intake(func(n *intake.Record) { n.ProductID = p.ID })
	c := f.openCase(p, n)
	for _, tt := range []struct{ text, kind, title string }{
		{c.Number, "case", c.Number + " " + c.Title},
		{strings.ToLower(c.Number), "case", c.Number + " " + c.Title},
		{n.Number, "intake", n.Number + " " + n.Title},
		{"cve-2021-44228", "vulnerability", "CVE-2021-44228"},
		{"ghsa-JFH8-C2JP-5V3Q", "vulnerability", "CVE-2021-44228"},
		{p.ID, "product", p.BrandName},
		{"ぽんぷ 3.2.1", "release", "ポンプ 3.2.1"},
		{"記念", "site", site.Name},
		{"OpenSSL", "component", "openssl 3.0.1"},
	} {
		hits := must[[]app.Hit](t)(f.Search(f.ctx(), tt.text, 20))
		i := slices.IndexFunc(hits, func(h app.Hit) bool { return h.Kind == tt.kind && h.Title == tt.title })
		if i < 0 {
			t.Errorf("%q: no %s %q in %+v", tt.text, tt.kind, tt.title, hits)
		}
	}
	kinds := map[string]bool{}
	for _, h := range must[[]app.Hit](t)(f.Search(f.ctx(), "ポンプ", 20)) {
		if kinds[h.Kind+h.ID] {
			t.Errorf("%s %s twice", h.Kind, h.ID)
		}
		kinds[h.Kind+h.ID] = true
		kinds[h.Kind] = true
	}
	for _, kind := range []string{"product", "release", "site"} {
		if !kinds[kind] {
			t.Errorf("no %s found", kind)
		}
	}
	if hits := must[[]app.Hit](t)(f.Search(f.ctx(), "ポンプ", 2)); len(hits) != 2 {
		t.Errorf("limit 2 gave %d", len(hits))
	}
	if hits := must[[]app.Hit](t)(f.Search(f.ctx(), " ", 5)); len(hits) != 0 {
		t.Errorf("nothing gave %d", len(hits))
	}
}

func ledgerLists(t *testing.T, f *fixture) {
	write := func(e ...ledger.Entry) {
		t.Helper()
		if err := f.Write(f.ctx(), func(_ context.Context, tx app.Tx) error {
			for _, e := range e {
				tx.Record(e)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	parent := ledger.Subject{Kind: "case", ID: "c1"}
	write(entry("case.opened", "case", "c1"), entry("case.fact", "case", "c1", parent)) // named twice, listed once
	write(entry("report.drafted", "report", "r1", parent, ledger.Subject{Kind: "product", ID: "p1"}))
	other := entry("case.opened", "case", "c2")
	other.Actor.ID = "u2"
	write(other)

	all := must[app.List[ledger.Entry]](t)(f.Entries(f.ctx(), app.ListQuery{}))
	for i, e := range all.Items {
		if e.Seq != int64(3-i) || e.At.IsZero() {
			t.Fatalf("entry %d: %+v", i, e)
		}
	}
	equal(t, string(all.Items[0].After), `{"a":"<b>&","z":1}`)
	for _, tt := range []struct {
		filter map[string]string
		want   []int64
	}{
		{map[string]string{"subject_kind": "case", "subject_id": "c1"}, []int64{2, 1, 0}},
		{map[string]string{"subject_kind": "product", "subject_id": "p1"}, []int64{2}},
		{map[string]string{"subject_kind": "case"}, []int64{3, 2, 1, 0}},
		{map[string]string{"subject_kind": "", "subject_id": "", "action": ""}, []int64{3, 2, 1, 0}},
		{map[string]string{"actor": "u2"}, []int64{3}},
		{map[string]string{"action": "case."}, []int64{3, 1, 0}},
		{map[string]string{"action": "case.opened"}, []int64{3, 0}},
		{map[string]string{"action_in": "case.opened,report.drafted"}, []int64{3, 2, 0}},
	} {
		var got []int64
		for q := (app.ListQuery{Filter: tt.filter, Limit: 1}); ; {
			list := must[app.List[ledger.Entry]](t)(f.Entries(f.ctx(), q))
			for _, e := range list.Items {
				got = append(got, e.Seq)
			}
			if q.Cursor = list.Next; q.Cursor == "" {
				break
			}
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%v: %v, want %v", tt.filter, got, tt.want)
		}
	}
	for text, want := range map[string]int{"佐藤": 4, "REPORT r1": 1, "ﾃｽﾄ": 0} {
		if list := must[app.List[ledger.Entry]](t)(f.Entries(f.ctx(), app.ListQuery{Text: text})); list.Total != want {
			t.Errorf("%q: %d entries, want %d", text, list.Total, want)
		}
	}
	_, err := f.Entries(f.ctx(), only("subject_id", "c1"))
	wantKind(t, err, fault.Invalid)
}
