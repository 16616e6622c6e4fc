package storetest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/assess"
	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/fault"
	"mimamori/internal/intake"
	matcher "mimamori/internal/match"
	"mimamori/internal/register"
)

// advisory is a statement of OSV; the first alias is its record.
func advisory(record string, aliases ...string) app.Advisory {
	a := app.Advisory{
		Source: "osv", RecordID: record, Aliases: append([]string{record}, aliases...), Title: "title of " + record, Severity: "high",
		PublishedAt: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), ModifiedAt: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC),
		Keys: []string{"pkg:generic/openssl"}, Body: json.RawMessage(`{"id":"` + record + `"}`), ImportedAt: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC),
	}
	slices.Sort(a.Aliases)
	a.Aliases = slices.Compact(a.Aliases)
	return digested(a)
}

// digested sets the digest from everything the advisory says.
func digested(a app.Advisory) app.Advisory {
	a.Digest = ""
	a.Digest = digest(fmt.Append(nil, a))
	return a
}

// advise imports advisories and returns those that changed.
func (f *fixture) advise(advisories ...app.Advisory) (changed []app.Advisory) {
	f.t.Helper()
	f.write(func(ctx context.Context, tx app.Tx) (err error) {
		put, err := tx.PutAdvisories(ctx, advisories)
		changed = put.Changed
		return err
	})
	return changed
}

func (f *fixture) named(alias string) app.Vulnerability {
	f.t.Helper()
	return must[app.Vulnerability](f.t)(f.VulnerabilityByName(f.ctx(), alias))
}

func aliasGroupsJoin(t *testing.T, f *fixture) {
	changed := f.advise(advisory("GHSA-aaaa"), advisory("PYSEC-1", "CVE-2021-9"), advisory("GO-1", "GHSA-aaaa"))
	if changed[0].VulnerabilityID != changed[2].VulnerabilityID || changed[0].VulnerabilityID == changed[1].VulnerabilityID {
		t.Fatal("advisories of one import that share an alias are not one group, or others are")
	}
	equal(t, f.named("ghsa-AAAA").Name, "GHSA-aaaa")
	older, younger := f.named("GHSA-aaaa"), f.named("CVE-2021-9")
	if older.ID > younger.ID {
		older, younger = younger, older
	}
	// A record that links both joins them.
	f.advise(advisory("JVNDB-1", "GHSA-aaaa", "CVE-2021-9", "CVE-2021-10", "CVE-2020-44444"))
	v := f.named("GO-1")
	if v.ID != older.ID {
		t.Errorf("the younger group survived")
	}
	equal(t, v.Aliases, []string{"CVE-2020-44444", "CVE-2021-10", "CVE-2021-9", "GHSA-aaaa", "GO-1", "JVNDB-1", "PYSEC-1"})
	equal(t, v.Name, "CVE-2020-44444") // the smallest by year and number
	equal(t, must[app.Vulnerability](t)(f.Vulnerability(f.ctx(), younger.ID)), v)
	advisories := must[[]app.Advisory](t)(f.Advisories(f.ctx(), v.ID))
	var records []string
	for _, a := range advisories {
		records = append(records, a.RecordID)
	}
	equal(t, records, []string{"GHSA-aaaa", "GO-1", "JVNDB-1", "PYSEC-1"})
	list := must[app.List[app.VulnerabilityRow]](t)(f.Vulnerabilities(f.ctx(), app.ListQuery{}))
	if list.Total != 1 || list.Items[0].Advisories != 4 {
		t.Errorf("list: %+v", list)
	}
	equal(t, list.Items[0].Vulnerability, v)
	if list := must[app.List[app.VulnerabilityRow]](t)(f.Vulnerabilities(f.ctx(), app.ListQuery{Text: "pysec-1 go-1"})); list.Total != 1 {
		t.Errorf("not found by aliases: %+v", list)
	}
	// A third group joins the joined one; the first younger id still leads there.
	f.advise(advisory("X-1"))
	third := f.named("X-1")
	f.advise(advisory("X-2", "X-1", "PYSEC-1"))
	for _, id := range []string{younger.ID, third.ID, older.ID} {
		equal(t, must[app.Vulnerability](t)(f.Vulnerability(f.ctx(), id)).ID, older.ID)
	}
	_, err := f.VulnerabilityByName(f.ctx(), "CVE-1999-1")
	wantKind(t, err, fault.NotFound)
	_, err = f.Vulnerability(f.ctx(), "none")
	wantKind(t, err, fault.NotFound)
}

// match says that the advisory is about the component.
func match(c register.Component, a app.Advisory, class string) app.Match {
	return app.Match{
		ComponentID: c.ID, AdvisoryID: a.ID, Source: a.Source, RecordID: a.RecordID, Class: class, Text: class + " by " + a.RecordID,
		Evidence: json.RawMessage(`{"range":"< 3.0.2"}`), Precise: true, Counters: []matcher.Counter{},
	}
}

func (f *fixture) match(components []register.Component, advisories []app.Advisory, found ...app.Match) (changes []app.FindingChange) {
	f.t.Helper()
	var a []string
	for _, x := range advisories {
		a = append(a, x.ID)
	}
	at := f.tick()
	f.write(func(ctx context.Context, tx app.Tx) (err error) {
		touched, err := tx.ReplaceMatches(ctx, idsOf(components), a, found)
		if err == nil {
			changes, err = tx.AlignFindings(ctx, touched, at)
		}
		return err
	})
	return changes
}

// align brings the findings of components in line.
func (f *fixture) align(components ...register.Component) (changes []app.FindingChange) {
	f.t.Helper()
	at := f.tick()
	f.write(func(ctx context.Context, tx app.Tx) (err error) {
		changes, err = tx.AlignFindings(ctx, idsOf(components), at)
		return err
	})
	return changes
}

func idsOf(components []register.Component) (ids []string) {
	for _, c := range components {
		ids = append(ids, c.ID)
	}
	return ids
}

// what lists the changes as "opened affected".
func what(changes []app.FindingChange) (out []string) {
	for _, c := range changes {
		out = append(out, c.Change+" "+c.Class)
	}
	slices.Sort(out)
	return out
}

func (f *fixture) findings(q app.ListQuery) []app.FindingRow {
	f.t.Helper()
	return must[app.List[app.FindingRow]](f.t)(f.Findings(f.ctx(), q)).Items
}

func aliasGroupsKeep(t *testing.T, f *fixture) {
	p := f.product("ポンプ")
	r := f.release(p, "1")
	_, o := f.sbom(r, component("openssl", "3.0.1"), component("zlib", "1"))
	ssl, zlib := o[0].Component, o[1].Component
	changed := f.advise(advisory("GHSA-a"), advisory("CVE-2026-7"))
	a, b := changed[0], changed[1]
	f.match([]register.Component{ssl, zlib}, changed, match(ssl, a, "possible"), match(ssl, b, "affected"), match(zlib, b, "possible"))
	equal(t, len(f.findings(only("state", "open"))), 3)
	va, vb := f.named("GHSA-a"), f.named("CVE-2026-7")
	older, younger := va, vb
	if vb.ID < va.ID {
		older, younger = vb, va
	}
	oldJudgement := f.assess(p, va, 1, assess.UnderInvestigation)
	judgement := f.assess(p, vb, 1, assess.Affected)
	n := f.intake(func(n *intake.Record) { n.VulnerabilityID = younger.ID })
	c := f.openCase(p, n)
	c.VulnerabilityID = younger.ID
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.UpdateCase(ctx, c) })

	f.advise(advisory("JVNDB-1", "GHSA-a", "CVE-2026-7"))
	open := f.findings(app.ListQuery{Sort: "component", Filter: map[string]string{"state": "open"}})
	if len(open) != 2 || open[0].Component.Name != "openssl" || open[0].Class != "affected" || open[1].Component.Name != "zlib" || open[1].Class != "possible" {
		t.Fatalf("open findings: %+v", open)
	}
	for _, row := range open {
		if row.VulnerabilityID != older.ID || row.Vulnerability != "CVE-2026-7" || row.AssessmentID != judgement.ID || row.Status != assess.Affected {
			t.Errorf("finding: %+v", row)
		}
	}
	equal(t, len(f.findings(app.ListQuery{})), 3) // the twin is closed, not gone
	equal(t, must[intake.Record](t)(f.Intake(f.ctx(), n.ID)).VulnerabilityID, older.ID)
	if list := must[app.List[app.CaseRow]](t)(f.Cases(f.ctx(), only("vulnerability", younger.ID))); list.Total != 1 || list.Items[0].VulnerabilityID != older.ID {
		t.Errorf("cases under the old id: %+v", list)
	}
	if got := must[assess.Assessment](t)(f.Assessment(f.ctx(), oldJudgement.ID)); !got.Superseded || got.VulnerabilityID != older.ID {
		t.Errorf("the older assessment: %+v", got)
	}
	row := must[app.List[app.VulnerabilityRow]](t)(f.Vulnerabilities(f.ctx(), only("touching", "yes")))
	if row.Total != 1 || row.Items[0].OpenFindings != 2 || row.Items[0].Products != 1 {
		t.Errorf("vulnerabilities: %+v", row)
	}
	// A page that was opened before the groups were joined writes to the right one.
	if b := f.assess(p, younger, 2, assess.Fixed); must[assess.Assessment](t)(f.Assessment(f.ctx(), b.ID)).VulnerabilityID != older.ID {
		t.Error("an assessment of the joined group is lost")
	}
	c.Revision++
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.UpdateCase(ctx, c) })
	if got := must[casefile.Case](t)(f.Case(f.ctx(), c.ID)); got.VulnerabilityID != older.ID {
		t.Error("a case went back to the joined group")
	}
	// Nothing was learned that would change a finding.
	equal(t, f.match([]register.Component{ssl, zlib}, changed, match(ssl, a, "possible"), match(ssl, b, "affected"), match(zlib, b, "possible")), []app.FindingChange{})
}

func importTwice(t *testing.T, f *fixture) {
	batch := []app.Advisory{advisory("GHSA-a", "CVE-2026-1"), advisory("GHSA-b", "CVE-2026-2"), advisory("GHSA-a", "CVE-2026-1")}
	part := advisory("CSAF-1", "CVE-2026-1")
	part.Source, part.Part = "csaf", "CVE-2026-1"
	part.Aliases = []string{"CVE-2026-1"} // a document is no alias of one of its vulnerabilities
	other := part
	other.Part, other.Aliases = "CVE-2026-2", []string{"CVE-2026-2"}
	batch = append(batch, digested(part), digested(other))
	first := f.advise(batch...)
	equal(t, len(first), 4) // the same record twice is one
	before := must[app.List[app.VulnerabilityRow]](t)(f.Vulnerabilities(f.ctx(), app.ListQuery{Sort: "name"}))
	equal(t, before.Total, 2)
	equal(t, len(f.advise(batch...)), 0)
	equal(t, must[app.List[app.VulnerabilityRow]](t)(f.Vulnerabilities(f.ctx(), app.ListQuery{Sort: "name"})), before)
	got := must[[]app.Advisory](t)(f.Advisories(f.ctx(), f.named("CVE-2026-1").ID))
	equal(t, got, []app.Advisory{first[2], first[0]})
	equal(t, must[app.Advisory](t)(f.AdvisoryByRecord(f.ctx(), "osv", "GHSA-b")).VulnerabilityID, f.named("CVE-2026-2").ID)
	_, err := f.AdvisoryByRecord(f.ctx(), "csaf", "GHSA-b")
	wantKind(t, err, fault.NotFound)
	equal(t, len(f.advise()), 0)
}

func advisoryChanges(t *testing.T, f *fixture) {
	a := advisory("GHSA-a", "CVE-2026-1")
	first := f.advise(a)[0]
	equal(t, f.named("CVE-2026-1").Severity, "high")
	a.Title, a.Severity, a.Keys = "改題", "critical", []string{"pkg:generic/libssl"}
	a.ModifiedAt, a.Body = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), json.RawMessage(`{"v":2}`)
	second := f.advise(digested(a))[0]
	if second.ID != first.ID || second.VulnerabilityID != first.VulnerabilityID {
		t.Error("a changed advisory got another id")
	}
	v := f.named("CVE-2026-1")
	if v.Severity != "critical" || v.Title != "改題" || !v.ModifiedAt.Equal(a.ModifiedAt) {
		t.Errorf("vulnerability: %+v", v)
	}
	equal(t, len(must[[]app.Advisory](t)(f.AdvisoriesByKeys(f.ctx(), []string{"pkg:generic/openssl"}))), 0)
	equal(t, must[[]app.Advisory](t)(f.AdvisoriesByKeys(f.ctx(), []string{"pkg:generic/libssl", "pkg:generic/openssl", "pkg:generic/libssl"})), []app.Advisory{second})

	other := advisory("GO-1", "CVE-2026-1")
	other.Source, other.Severity = "csaf", "low"
	f.advise(digested(other))
	equal(t, f.named("CVE-2026-1").Severity, "critical") // the highest of the sources
	a.WithdrawnAt = time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	f.advise(digested(a))
	equal(t, f.named("CVE-2026-1").Severity, "low") // what is withdrawn does not count
	equal(t, f.named("CVE-2026-1").Title, "title of GO-1")
}

func knownExploited(t *testing.T, f *fixture) {
	p := f.product("ポンプ")
	_, o := f.sbom(f.release(p, "1"), component("openssl", "3.0.1"))
	changed := f.advise(advisory("GHSA-a", "CVE-2026-1"))
	f.match([]register.Component{o[0].Component}, changed, match(o[0].Component, changed[0], "affected"))
	put := func(entries ...app.KEVEntry) (n int) {
		f.write(func(ctx context.Context, tx app.Tx) (err error) {
			put, err := tx.PutKEV(ctx, entries)
			n = put.Changed
			return err
		})
		return n
	}
	e := app.KEVEntry{CVE: "CVE-2026-1", AddedOn: caldate.MustParse("2026-05-01"), Name: "OpenSSL", Action: "Apply", DueOn: caldate.MustParse("2026-05-22"), Ransomware: "Unknown"}
	later := app.KEVEntry{CVE: "CVE-2026-2", AddedOn: e.AddedOn}
	equal(t, put(e, later), 2)
	equal(t, put(e, later), 0)
	equal(t, must[app.KEVEntry](t)(f.KEV(f.ctx(), "cve-2026-1")), e)
	_, err := f.KEV(f.ctx(), "CVE-2026-3")
	wantKind(t, err, fault.NotFound)
	if !f.named("GHSA-a").KEV || len(f.findings(only("kev", "yes"))) != 1 {
		t.Error("the vulnerability or its finding is not marked as exploited")
	}
	f.advise(advisory("GHSA-b", "CVE-2026-2")) // was in the catalogue before its advisory came
	if list := must[app.List[app.VulnerabilityRow]](t)(f.Vulnerabilities(f.ctx(), only("kev", "yes"))); list.Total != 2 {
		t.Errorf("%d exploited vulnerabilities, want 2", list.Total)
	}
	e.Ransomware = "Known"
	equal(t, put(e, later), 1)
	equal(t, must[app.KEVEntry](t)(f.KEV(f.ctx(), "CVE-2026-1")).Ransomware, "Known")

	// An older catalogue changes nothing of a newer one, and adds what only it has.
	day := func(d int, ransomware string) app.KEVEntry {
		n := e
		n.ReleasedAt, n.Ransomware = time.Date(2026, 5, d, 0, 0, 0, 0, time.UTC), ransomware
		return n
	}
	equal(t, put(day(2, "two")), 1)
	equal(t, put(day(4, "two")), 0) // said again later: from then on
	only3 := app.KEVEntry{CVE: "CVE-2026-7", ReleasedAt: day(3, "").ReleasedAt}
	f.write(func(ctx context.Context, tx app.Tx) error {
		got, err := tx.PutKEV(ctx, []app.KEVEntry{day(3, "three"), only3})
		equal(t, got, app.DataPut{Changed: 1, Older: 1})
		return err
	})
	equal(t, must[app.KEVEntry](t)(f.KEV(f.ctx(), "CVE-2026-1")), day(4, "two"))
}

func findingsFollowMatches(t *testing.T, f *fixture) {
	p := f.product("ポンプ")
	r1, r2 := f.release(p, "1"), f.release(p, "2")
	_, o := f.sbom(r1, component("openssl", "3.0.1"), component("zlib", "1"))
	f.sbom(r2, component("openssl", "3.0.1"))
	ssl, zlib := o[0].Component, o[1].Component
	changed := f.advise(advisory("GHSA-a", "CVE-2026-1"), advisory("GO-1", "CVE-2026-1"), advisory("GHSA-b"))
	a, a2, b := changed[0], changed[1], changed[2]
	parts, advisories := []register.Component{ssl, zlib}, changed

	changes := f.match(parts, advisories, match(ssl, a, "possible"), match(zlib, b, "affected"))
	equal(t, what(changes), []string{"opened affected", "opened possible", "opened possible"})
	i := slices.IndexFunc(changes, func(c app.FindingChange) bool { return c.ReleaseID == r1.ID && c.Class == "affected" })
	equal(t, changes[i].Component, "zlib 1")
	equal(t, changes[i].Vulnerability, "GHSA-b")
	equal(t, what(f.match(parts, advisories, match(ssl, a, "possible"), match(zlib, b, "affected"))), []string(nil)) // again: nothing new
	// A second source is sure: the stronger class counts.
	equal(t, what(f.match(parts, []app.Advisory{a2}, match(ssl, a2, "affected"))), []string{"class affected", "class affected"})
	finding := f.findings(app.ListQuery{Filter: map[string]string{"release": r2.ID}})[0]
	evidence := must[[]app.Match](t)(f.Evidence(f.ctx(), finding.ID))
	equal(t, evidence, []app.Match{match(ssl, a2, "affected"), match(ssl, a, "possible")})
	equal(t, must[app.FindingRow](t)(f.Finding(f.ctx(), finding.ID)), finding)
	// Only the pairs that were asked about are replaced.
	equal(t, what(f.match([]register.Component{ssl}, []app.Advisory{a2})), []string{"class possible", "class possible"})
	equal(t, what(f.match([]register.Component{ssl}, []app.Advisory{a})), []string{"closed possible", "closed possible"})
	closed := must[app.FindingRow](t)(f.Finding(f.ctx(), finding.ID))
	if closed.State != "closed" || closed.ClosedAt.IsZero() || !closed.FirstSeenAt.Equal(finding.FirstSeenAt) {
		t.Errorf("closed finding: %+v", closed)
	}
	equal(t, f.named("CVE-2026-1").ID, closed.VulnerabilityID)
	equal(t, what(f.match([]register.Component{ssl}, []app.Advisory{a}, match(ssl, a, "affected"))), []string{"reopened affected", "reopened affected"})
	again := must[app.FindingRow](t)(f.Finding(f.ctx(), finding.ID))
	if again.State != "open" || !again.ClosedAt.IsZero() {
		t.Errorf("reopened finding: %+v", again)
	}
	// A withdrawn advisory gives no open finding, whatever matches it.
	w := advisory("GHSA-a", "CVE-2026-1")
	w.WithdrawnAt = f.now
	f.advise(digested(w))
	equal(t, what(f.align(ssl)), []string{"closed affected", "closed affected"})
	row := must[app.List[app.VulnerabilityRow]](t)(f.Vulnerabilities(f.ctx(), app.ListQuery{Sort: "-findings"}))
	if row.Items[0].Name != "GHSA-b" || row.Items[0].OpenFindings != 1 || row.Items[1].OpenFindings != 0 {
		t.Errorf("vulnerabilities: %+v", row)
	}
	_, err := f.Evidence(f.ctx(), "none")
	wantKind(t, err, fault.NotFound)
}

func findingsFollowSBOM(t *testing.T, f *fixture) {
	p := f.product("ポンプ")
	r, other := f.release(p, "1"), f.release(p, "2")
	_, o := f.sbom(r, component("openssl", "3.0.1"))
	f.sbom(other, component("openssl", "3.0.1"))
	ssl := o[0].Component
	changed := f.advise(advisory("GHSA-a"))
	f.match([]register.Component{ssl}, changed, match(ssl, changed[0], "affected"))
	sync := func() (changes []app.FindingChange) {
		t.Helper()
		at := f.tick()
		f.write(func(ctx context.Context, tx app.Tx) (err error) {
			changes, err = tx.SyncFindings(ctx, r.ID, at)
			return err
		})
		return changes
	}
	equal(t, what(sync()), []string(nil))
	f.sbom(r, component("openssl", "3.0.2"))
	equal(t, what(sync()), []string{"closed affected"}) // that of the other release stays
	equal(t, len(f.findings(only("state", "open"))), 1)
	f.sbom(r, component("openssl", "3.0.1"), component("zlib", "1"))
	equal(t, what(sync()), []string{"reopened affected"}) // the known match is taken up without matching again
	third := f.release(p, "3")
	f.sbom(third, component("openssl", "3.0.1"))
	var changes []app.FindingChange
	f.write(func(ctx context.Context, tx app.Tx) (err error) {
		changes, err = tx.SyncFindings(ctx, third.ID, f.now)
		return err
	})
	equal(t, what(changes), []string{"opened affected"})
	wantKind(t, f.try(func(ctx context.Context, tx app.Tx) error { _, err := tx.SyncFindings(ctx, "none", f.now); return err }), fault.NotFound)
	equal(t, what(f.match(nil, nil)), []string(nil))
}

func findingsList(t *testing.T, f *fixture) {
	p, q := f.product("輸液ポンプ"), f.product("モニタ")
	r, s := f.release(p, "1"), f.release(q, "9")
	_, o := f.sbom(r, component("openssl", "3.0.1"), component("zlib", "1"))
	f.sbom(s, component("openssl", "3.0.1"))
	ssl, zlib := o[0].Component, o[1].Component
	low := advisory("GHSA-b", "CVE-2026-2")
	low.Severity = "low"
	changed := f.advise(advisory("GHSA-a", "CVE-2026-1"), digested(low))
	f.match([]register.Component{ssl, zlib}, changed, match(ssl, changed[0], "affected"), match(zlib, changed[1], "possible"))
	tokyo, osaka := f.site("東京病院", ""), f.site("大阪病院", "")
	f.install(tokyo, r, 3)
	f.install(osaka, r, 4)
	f.install(osaka, s, 5)
	v := f.named("CVE-2026-1")
	a := f.assess(q, v, 1, assess.NotAffected)

	rows := f.findings(app.ListQuery{Sort: "product"})
	equal(t, len(rows), 3)
	got := rows[0]
	want := app.FindingRow{
		ID: got.ID, ReleaseID: s.ID, Version: "9", ProductID: q.ID, BrandName: "モニタ", Component: ssl, VulnerabilityID: v.ID, Vulnerability: "CVE-2026-1",
		Title: v.Title, Severity: "high", Class: "affected", State: "open", Precise: true, Counters: []matcher.Counter{}, FirstSeenAt: got.FirstSeenAt, AssessmentID: a.ID, Status: assess.NotAffected, Sites: 1, Units: 5,
	}
	equal(t, got, want)
	if rows[1].Sites != 2 || rows[1].Units != 7 || rows[1].Status != assess.UnderInvestigation || rows[1].AssessmentID != "" {
		t.Errorf("finding of the pump: %+v", rows[1])
	}
	for _, tt := range []struct {
		q    app.ListQuery
		want int
	}{
		{only("release", r.ID), 2},
		{only("product", q.ID), 1},
		{only("site", tokyo.ID), 2},
		{only("site", osaka.ID), 3},
		{only("vulnerability", v.ID), 2},
		{only("class", "possible"), 1},
		{only("kev", "yes"), 0},
		{only("assessed", "yes"), 1},
		{only("assessed", "no"), 2},
		{only("state", "closed"), 0},
		{app.ListQuery{Text: "openssl ﾎﾟﾝﾌﾟ"}, 1},
		{app.ListQuery{Text: "cve-2026-1"}, 2},
		{app.ListQuery{Text: "ghsa-b zlib"}, 1},
		{app.ListQuery{Text: "pkg:generic/openssl@3.0.1"}, 2},
	} {
		if rows := f.findings(tt.q); len(rows) != tt.want {
			t.Errorf("%+v: %d, want %d", tt.q, len(rows), tt.want)
		}
	}
	equal(t, f.findings(app.ListQuery{})[2].Vulnerability, "CVE-2026-2") // the gravest first
	for id, want := range map[string]int{v.ID: 2, f.named("CVE-2026-2").ID: 2, "none": 0} {
		if list := must[app.List[app.SiteRow]](t)(f.Sites(f.ctx(), only("vulnerability", id))); list.Total != want {
			t.Errorf("sites with the vulnerability: %d, want %d", list.Total, want)
		}
	}
	equal(t, must[map[string]int](t)(f.Counts(f.ctx()))["findings"], 2)

	p.BrandName = "新型ポンプ"
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.UpdateProduct(ctx, p) })
	if rows := f.findings(app.ListQuery{Text: "新型"}); len(rows) != 2 || rows[0].BrandName != "新型ポンプ" {
		t.Errorf("after the product was renamed: %+v", rows)
	}
	// A finding that opens after the assessment knows it.
	t2 := f.release(q, "10")
	f.sbom(t2, component("openssl", "3.0.1"))
	f.write(func(ctx context.Context, tx app.Tx) error {
		_, err := tx.SyncFindings(ctx, t2.ID, f.tick())
		return err
	})
	if rows := f.findings(only("release", t2.ID)); len(rows) != 1 || rows[0].AssessmentID != a.ID {
		t.Errorf("finding of the new release: %+v", rows)
	}
}
