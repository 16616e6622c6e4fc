package storetest

import (
	"context"
	"testing"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/caldate"
	"mimamori/internal/ledger"
	"mimamori/internal/register"
)

// forever is a span with everything in it.
var forever = [2]time.Time{time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)}

func (f *fixture) changed(q app.ListQuery) map[string]app.VulnerabilityChange {
	f.t.Helper()
	out := map[string]app.VulnerabilityChange{}
	list := must[app.List[app.VulnerabilityChange]](f.t)(f.VulnerabilityChanges(f.ctx(), forever[0], forever[1], q))
	for _, v := range list.Items {
		out[v.Name] = v
	}
	if len(out) != list.Total {
		f.t.Errorf("%d vulnerabilities on the page, %d in all", len(out), list.Total)
	}
	return out
}

// whatChanged: what each write changes about vulnerabilities that touch the
// fleet is kept with its cause, and nothing about those that do not.
func whatChanged(t *testing.T, f *fixture) {
	p := f.product("ポンプ")
	r := f.release(p, "1")
	_, o := f.sbom(r, component("openssl", "3.0.1"), component("zlib", "1"))
	ssl, zlib := o[0].Component, o[1].Component
	records := f.advise(advisory("CVE-2026-1"), advisory("CVE-2026-2"), advisory("CVE-2026-9"))
	equal(t, len(f.changed(app.ListQuery{})), 0) // nothing is touched yet

	f.match([]register.Component{ssl, zlib}, records[:2], match(ssl, records[0], "possible"), match(zlib, records[0], "affected"), match(ssl, records[1], "affected"))
	v := f.changed(app.ListQuery{})
	equal(t, len(v), 2)
	equal(t, []int{v["CVE-2026-1"].Opened, v["CVE-2026-2"].Opened, v["CVE-2026-1"].ProductsN, v["CVE-2026-1"].Releases}, []int{2, 1, 1, 1})
	equal(t, v["CVE-2026-1"].Products, []app.Named{{ID: p.ID, Name: p.BrandName}})

	// Another class, and a match that goes: told by an import, with the record it brought.
	next := advisory("CVE-2026-1")
	next.Severity = "critical"
	next = digested(next)
	if err := f.Write(f.ctx(), func(ctx context.Context, tx app.Tx) error {
		tx.Record(ledger.Entry{Action: "import.batch", Subject: ledger.Subject{Kind: "import", ID: "run", Name: "osv"}, Actor: ledger.Actor{Name: "佐藤"}})
		put, err := tx.PutAdvisories(ctx, []app.Advisory{next})
		if err != nil {
			return err
		}
		changed := put.Changed
		touched, err := tx.ReplaceMatches(ctx, nil, []string{changed[0].ID}, []app.Match{match(ssl, changed[0], "affected")})
		if err == nil {
			_, err = tx.AlignFindings(ctx, touched, f.tick())
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	one := f.changed(app.ListQuery{})["CVE-2026-1"]
	equal(t, []any{one.Reclassed, one.Closed, one.Rose, one.SeverityWas, one.Severity}, []any{1, 1, true, "high", "critical"})
	cause := one.Causes[0]
	equal(t, []string{cause.Action, cause.Subject.ID, cause.By}, []string{"import.batch", "run", "佐藤"})
	equal(t, cause.Records, []app.RecordChange{{Source: "osv", Record: "CVE-2026-1", How: "changed"}})
	details := must[app.List[app.FindingChangeRow]](t)(f.FindingChanges(f.ctx(), one.ID, forever[0], forever[1], app.ListQuery{}))
	kinds := map[string]string{}
	for _, d := range details.Items {
		kinds[d.Change+" "+d.Component] = d.Was + ">" + d.Class
	}
	equal(t, kinds, map[string]string{"opened openssl 3.0.1": ">possible", "opened zlib 1": ">affected", "class openssl 3.0.1": "possible>affected", "closed zlib 1": "affected>affected"})
	versions := must[[]app.RecordVersion](t)(f.RecordVersions(f.ctx(), one.ID, forever[0], forever[1]))
	equal(t, len(versions), 1)

	// Known exploited: of what touches us only; it comes first.
	f.write(func(ctx context.Context, tx app.Tx) error {
		_, err := tx.PutKEV(ctx, []app.KEVEntry{{CVE: "CVE-2026-2", AddedOn: caldate.MustParse("2026-06-01")}, {CVE: "CVE-2026-9", AddedOn: caldate.MustParse("2026-06-01")}})
		return err
	})
	list := must[app.List[app.VulnerabilityChange]](t)(f.VulnerabilityChanges(f.ctx(), forever[0], forever[1], app.ListQuery{}))
	if list.Total != 2 || list.Items[0].Name != "CVE-2026-2" || !list.Items[0].Exploited {
		t.Errorf("what became known exploited is not first: %+v", list)
	}
	equal(t, len(f.changed(only("what", "exploited"))), 1)

	// Withdrawn.
	gone := advisory("CVE-2026-2")
	gone.WithdrawnAt = f.now
	f.advise(digested(gone))
	equal(t, f.changed(only("what", "withdrawn"))["CVE-2026-2"].Withdrawn, 1)

	totals := must[app.SpanTotals](t)(f.SpanTotals(f.ctx(), forever[0], forever[1]))
	equal(t, totals, app.SpanTotals{Vulnerabilities: 2, Opened: 3, Closed: 1, Reclassed: 1, Exploited: 1, Rose: 1, Withdrawn: 1})
	equal(t, must[app.SpanTotals](t)(f.SpanTotals(f.ctx(), forever[0], forever[0])), app.SpanTotals{})

	// Groups that turn out to be the same are one line, with both their changes.
	f.advise(advisory("JVNDB-1", "CVE-2026-1", "CVE-2026-2"))
	both := f.changed(app.ListQuery{})
	equal(t, len(both), 1)
	equal(t, []int{both["CVE-2026-1"].Opened, both["CVE-2026-1"].Joined}, []int{3, 1})

	uploads := must[app.List[app.SBOMUpload]](t)(f.SBOMUploads(f.ctx(), forever[0], forever[1], app.ListQuery{}))
	if uploads.Total != 1 || uploads.Items[0].BrandName != p.BrandName {
		t.Errorf("SBOMs: %+v", uploads)
	}
}
