package storetest

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/fault"
	"mimamori/internal/ident"
	"mimamori/internal/register"
)

// content has blanks, an order of its own and characters beyond the first plane.
const content = "{ \"values\":{\"harm\":{\"text\":\"𠮷田 <&>\"}},\"a\":1 }\n"

// report adds a report with its first version.
func (f *fixture) report(p register.Product, change ...func(*app.Report)) app.Report {
	f.t.Helper()
	r := app.Report{
		ID: ident.New(), Number: f.number("R"), ProductID: p.ID, Form: "form12", Edition: "2021-07", Issue: 1, IssueKind: "first", Completion: "incomplete",
		State: "draft", Version: 1, Maker: "佐藤", Revision: 1, CreatedAt: f.tick(), UpdatedAt: f.now,
	}
	for _, c := range change {
		c(&r)
	}
	f.write(func(ctx context.Context, tx app.Tx) error {
		if err := tx.AddReport(ctx, r); err != nil {
			return err
		}
		return tx.AddReportVersion(ctx, app.ReportVersion{ReportID: r.ID, Version: 1, Content: json.RawMessage(content), Digest: "d1", By: "佐藤", At: f.tick()})
	})
	return r
}

func (f *fixture) submit(r app.Report, sentAt time.Time, change ...func(*app.Submission)) app.Submission {
	f.t.Helper()
	s := app.Submission{
		ID: ident.New(), ReportID: r.ID, Issue: 1, Version: 1, Digest: "d1", ObligationID: r.ObligationID, Channel: "fax", SentAt: sentAt,
		Recipient: "医療機器安全対策課", Proof: "送信記録", State: app.SubmissionSent, By: "佐藤", At: f.tick(), Files: []app.SubmissionFile{},
	}
	for _, c := range change {
		c(&s)
	}
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.AddSubmission(ctx, s, nil) })
	return s
}

func (f *fixture) reports(filters ...string) []string {
	f.t.Helper()
	q := app.ListQuery{Filter: map[string]string{}, Sort: "number", Limit: 200}
	for _, filter := range filters {
		name, value, _ := strings.Cut(filter, "=")
		q.Filter[name] = value
	}
	list := must[app.List[app.ReportRow]](f.t)(f.Reports(f.ctx(), q))
	ids := []string{}
	for _, r := range list.Items {
		ids = append(ids, r.ID)
	}
	if list.Total != len(ids) {
		f.t.Fatalf("%v: %d reports, total %d", filters, len(ids), list.Total)
	}
	return ids
}

// submissions keep what was sent, byte for byte, and change by their
// acknowledgement only.
func submissions(t *testing.T, f *fixture) {
	p := f.product("ポンプ")
	r, other := f.report(p), f.report(p)
	package1, letter := []byte("PK\x00\xff"), []byte("受付番号 1")
	file := func(kind, name string, data []byte) app.SubmissionFile {
		return app.SubmissionFile{Kind: kind, Name: name, SHA256: fmt.Sprintf("%x", sha256.Sum256(data)), Bytes: int64(len(data))}
	}
	s := app.Submission{
		ID: ident.New(), ReportID: r.ID, Issue: 1, Version: 1, Digest: "d1", Channel: "pmda_electronic", SentAt: f.tick(), Recipient: "PMDA", Proof: "送信済み",
		State: app.SubmissionSent, By: "佐藤", At: f.tick(), Files: []app.SubmissionFile{file("package", "様式第8 𠮷.zip", package1)},
	}
	if err := f.try(func(ctx context.Context, tx app.Tx) error { return tx.AddSubmission(ctx, s, nil) }); err == nil {
		t.Error("a submission without the content of its file was kept")
	}
	f.write(func(ctx context.Context, tx app.Tx) error {
		return tx.AddSubmission(ctx, s, map[string][]byte{s.Files[0].SHA256: package1})
	})
	equal(t, must[app.Submission](t)(f.Submission(f.ctx(), s.ID)), s)
	equal(t, must[[]byte](t)(f.Blob(f.ctx(), s.Files[0].SHA256)), package1)

	later := s // the same package is kept once
	later.ID, later.SentAt = ident.New(), f.tick()
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.AddSubmission(ctx, later, nil) })
	elsewhere := f.submit(other, f.tick())
	equal(t, must[[]app.Submission](t)(f.Submissions(f.ctx(), r.ID)), []app.Submission{s, later})
	both := must[[]app.Submission](t)(f.SubmissionsOf(f.ctx(), []string{other.ID, r.ID, r.ID}))
	equal(t, both, []app.Submission{s, later, elsewhere})
	equal(t, must[[]app.Submission](t)(f.SubmissionsOf(f.ctx(), nil)), []app.Submission{})

	came := s
	came.State, came.RegistrationNumber, came.IdentificationNumber = app.SubmissionMismatch, "2026-1", "K-1"
	came.Acknowledged, came.AcknowledgedAt, came.Files = "受領", f.tick(), append(slices.Clone(s.Files), file("acknowledgement", "受領.txt", letter))
	changed := came
	changed.Channel, changed.Digest, changed.SentAt = "hand", "other", f.now
	f.write(func(ctx context.Context, tx app.Tx) error {
		return tx.AcknowledgeSubmission(ctx, changed, map[string][]byte{came.Files[1].SHA256: letter})
	})
	equal(t, must[app.Submission](t)(f.Submission(f.ctx(), s.ID)), came)
	lost := came
	lost.Files = came.Files[1:]
	if err := f.try(func(ctx context.Context, tx app.Tx) error { return tx.AcknowledgeSubmission(ctx, lost, nil) }); err == nil {
		t.Error("an acknowledgement dropped a file of the submission")
	}
	equal(t, f.reports("mismatch=yes"), []string{r.ID})
	equal(t, must[map[string]int](t)(f.Counts(f.ctx()))["mismatches"], 1)

	missing := s
	missing.ID = ident.New()
	wantKind(t, f.try(func(ctx context.Context, tx app.Tx) error { return tx.AcknowledgeSubmission(ctx, missing, nil) }), fault.NotFound)
	_, err := f.Submission(f.ctx(), missing.ID)
	wantKind(t, err, fault.NotFound)
	missing.Version = 7
	wantKind(t, f.try(func(ctx context.Context, tx app.Tx) error { return tx.AddSubmission(ctx, missing, nil) }), fault.Invalid)
	wantKind(t, f.try(func(ctx context.Context, tx app.Tx) error { return tx.AddSubmission(ctx, s, nil) }), fault.Conflict)
}

func reportVersions(t *testing.T, f *fixture) {
	r := f.report(f.product("ポンプ"))
	v := must[app.ReportVersion](t)(f.ReportVersion(f.ctx(), r.ID, 1))
	equal(t, string(v.Content), content)
	_, err := f.ReportVersion(f.ctx(), r.ID, 2)
	wantKind(t, err, fault.NotFound)

	g := app.HospitalAgreement{ID: ident.New(), ReportID: r.ID, Issue: 1, Version: 1, On: caldate.MustParse("2026-06-10"), With: "医療安全管理部", Note: "一致", By: "佐藤", At: f.tick()}
	next := g
	next.ID, next.At = ident.New(), f.tick()
	for _, one := range []app.HospitalAgreement{next, g} {
		f.write(func(ctx context.Context, tx app.Tx) error { return tx.AddAgreement(ctx, one) })
	}
	equal(t, must[[]app.HospitalAgreement](t)(f.Agreements(f.ctx(), r.ID)), []app.HospitalAgreement{g, next})
	equal(t, must[[]app.HospitalAgreement](t)(f.Agreements(f.ctx(), "none")), []app.HospitalAgreement{})
}

// reportRegister finds reports of a case and of a period alike.
func reportRegister(t *testing.T, f *fixture) {
	p := f.product("ポンプ")
	c := f.openCase(p)
	ofCase := f.report(p, func(r *app.Report) {
		r.CaseID, r.Form, r.State, r.Completion = c.ID, "form8", "sent", "complete"
		r.RegistrationNumber, r.IdentificationNumber = "2026-000123", "K26-00045"
	})
	withdrawn := f.report(p, func(r *app.Report) {
		r.Issue, r.IssueKind, r.State = 2, "withdrawal", "approved"
		r.PeriodFrom, r.PeriodTo = caldate.MustParse("2025-04-01"), caldate.MustParse("2026-03-31")
	})
	// The day in Tokyo counts: this is the first minute of 2 June there.
	f.submit(ofCase, time.Date(2026, 6, 1, 15, 0, 0, 0, time.UTC))
	sent := must[app.List[app.ReportRow]](t)(f.Reports(f.ctx(), only("id", ofCase.ID))).Items[0]
	equal(t, sent, app.ReportRow{Report: ofCase, CaseNumber: c.Number, CaseTitle: c.Title, BrandName: "ポンプ", SentAt: time.Date(2026, 6, 1, 15, 0, 0, 0, time.UTC)})
	periodic := must[app.List[app.ReportRow]](t)(f.Reports(f.ctx(), only("id", withdrawn.ID))).Items[0]
	equal(t, periodic, app.ReportRow{Report: withdrawn, BrandName: "ポンプ"})
	for filters, want := range map[string][]string{
		"product=" + p.ID:                            {ofCase.ID, withdrawn.ID},
		"case=" + c.ID:                               {ofCase.ID},
		"period=2025-04-01 form=form12":              {withdrawn.ID},
		"issue_kind=withdrawal":                      {withdrawn.ID},
		"issue_kind=complete":                        {ofCase.ID},
		"issue_kind=additional":                      {},
		"sent_from=2026-06-02 sent_to=2026-06-02":    {ofCase.ID},
		"sent_to=2026-06-01":                         {},
		"sent_from=2026-06-03":                       {},
		"waiting=yes":                                {withdrawn.ID},
		"mismatch=yes":                               {},
		"state=approved product=" + p.ID + " today=": {withdrawn.ID},
	} {
		if got := f.reports(strings.Fields(filters)...); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", filters, got, want)
		}
	}
	equal(t, must[map[string]int](t)(f.Counts(f.ctx()))["reports"], len(f.reports("waiting=yes")))
	for text, want := range map[string]int{"2026-000123": 1, "k26-00045": 1, "送液停止": 1, "ぽんぷ": 2} {
		if list := must[app.List[app.ReportRow]](t)(f.Reports(f.ctx(), app.ListQuery{Text: text})); list.Total != want {
			t.Errorf("search for %s finds %d, want %d", text, list.Total, want)
		}
	}
	hits := must[[]app.Hit](t)(f.Search(f.ctx(), withdrawn.Number, 5))
	if len(hits) == 0 || hits[0].ID != withdrawn.ID || hits[0].Note != "ポンプ 2025-04-01" {
		t.Errorf("a report of a period is not found by its number: %+v", hits)
	}
	for _, bad := range []map[string]string{{"due": "late"}, {"due": "soon", "today": "2026-06-01"}, {"sent_from": "June"}, {"issue_kind": "last"}, {"today": "x"}} {
		_, err := f.Reports(f.ctx(), app.ListQuery{Filter: bad})
		wantKind(t, err, fault.Invalid)
	}
	wantKind(t, f.try(func(ctx context.Context, tx app.Tx) error {
		return tx.AddReport(ctx, app.Report{ID: ident.New(), Number: f.tick().String(), CaseID: "none", ProductID: p.ID})
	}), fault.Invalid)
}

// deadlines of the register, beside the same worked out from the records.
func reportDeadlines(t *testing.T, f *fixture) {
	p := f.product("ポンプ")
	c := f.openCase(p)
	today := caldate.MustParse("2026-06-10")
	type deadline struct {
		due    string
		state  casefile.ObligationState
		met    string
		before string // what an earlier issue met: "", "in time" or "late"
	}
	want := map[string][]string{"met": {}, "late": {}, "open": {}}
	late := map[string]bool{}
	for _, d := range []deadline{
		{"2026-06-09", casefile.ObligationOpen, "", ""},
		{"2026-06-10", casefile.ObligationOpen, "", ""},
		{"2026-06-11", casefile.ObligationOpen, "", "late"},
		{"", casefile.ObligationOpen, "", "in time"},
		{"2026-06-08", casefile.ObligationMet, "2026-06-08", "in time"},
		{"2026-06-08", casefile.ObligationMet, "2026-06-09", ""},
		{"2026-06-08", casefile.ObligationMet, "2026-06-07", "late"},
		{"", casefile.ObligationMet, "2026-06-07", ""},
		{"2026-06-01", casefile.ObligationVoid, "", ""},
	} {
		o := f.oblige(c, casefile.DueReport, d.due, d.state)
		if d.met != "" {
			o.MetOn = caldate.MustParse(d.met)
			f.write(func(ctx context.Context, tx app.Tx) error { return tx.UpdateObligation(ctx, o) })
		}
		r := f.report(p, func(r *app.Report) { r.CaseID, r.ObligationID = c.ID, o.ID })
		if d.before != "" {
			earlier := f.oblige(c, casefile.DueReport, "2026-05-10", casefile.ObligationMet)
			earlier.MetOn = caldate.MustParse("2026-05-10")
			if d.before == "late" {
				earlier.MetOn = earlier.MetOn.AddDays(1)
			}
			f.write(func(ctx context.Context, tx app.Tx) error { return tx.UpdateObligation(ctx, earlier) })
			f.submit(r, f.tick(), func(s *app.Submission) { s.ObligationID = earlier.ID })
		}
		missed := d.before == "late" || d.met > d.due && d.due != "" || d.state == casefile.ObligationOpen && d.due != "" && d.due < today.String()
		late[r.ID] = missed
		if missed {
			want["late"] = append(want["late"], r.ID)
		}
		if d.state == casefile.ObligationMet && !missed {
			want["met"] = append(want["met"], r.ID)
		}
		if d.state == casefile.ObligationOpen && (d.due == "" || d.due >= today.String()) {
			want["open"] = append(want["open"], r.ID)
		}
	}
	f.report(p) // of no obligation
	for value, ids := range want {
		if got := f.reports("due="+value, "today="+today.String()); !slices.Equal(got, ids) {
			t.Errorf("due %s: %v, want %v", value, got, ids)
		}
	}
	rows := must[app.List[app.ReportRow]](t)(f.Reports(f.ctx(), app.ListQuery{Sort: "due_on", Filter: map[string]string{"today": today.String()}})).Items
	for i, r := range rows {
		if r.Late != late[r.ID] {
			t.Errorf("report due on %v: late %v, want %v", r.DueOn, r.Late, late[r.ID])
		}
		if i > 0 && !rows[i-1].DueOn.IsZero() && r.DueOn.Before(rows[i-1].DueOn) && !r.DueOn.IsZero() || i > 0 && rows[i-1].DueOn.IsZero() && !r.DueOn.IsZero() {
			t.Errorf("due on %v comes after %v", r.DueOn, rows[i-1].DueOn)
		}
	}
	if len(rows) != len(late)+1 {
		t.Errorf("%d reports", len(rows))
	}
}

// followUps: what a submission met keeps its report when the report goes on to
// the next thing that is due; one without a day is due promptly.
func followUps(t *testing.T, f *fixture) {
	p := f.product("ポンプ")
	c := f.openCase(p)
	met := f.oblige(c, casefile.DueReport, "2026-06-16", casefile.ObligationMet)
	numbers := f.owe(casefile.Obligation{CaseID: c.ID, ProductID: p.ID, Kind: casefile.DueReportFollowUp, TargetAt: f.tick()})
	next := f.owe(casefile.Obligation{CaseID: c.ID, ProductID: p.ID, Kind: casefile.DueReportFollowUp, DueOn: caldate.MustParse("2026-07-10")})
	r := f.report(p, func(r *app.Report) { r.CaseID, r.ObligationID, r.State = c.ID, met.ID, "sent" })
	f.submit(r, f.tick())
	r.ObligationID = next.ID
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.UpdateReport(ctx, r) })
	var order, reports []string
	for _, o := range f.due(only("case", c.ID)) {
		order, reports = append(order, o.ID), append(reports, o.ReportID)
	}
	equal(t, order, []string{numbers.ID, next.ID, met.ID})
	equal(t, reports, []string{"", r.ID, r.ID})
	if row := must[app.List[app.CaseRow]](t)(f.Cases(f.ctx(), only("id", c.ID))).Items[0]; row.Promptly != 1 || row.DueOn != next.DueOn {
		t.Errorf("the case has %d promptly, next due on %v", row.Promptly, row.DueOn)
	}
}
