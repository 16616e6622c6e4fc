package demo

import (
	"context"
	"fmt"

	"mimamori/internal/app"
	"mimamori/internal/casefile"
	"mimamori/internal/intake"
)

// matter is something that arrived, and what was done about it so far. Days
// are counted back from today.
type matter struct {
	intake  *arrival
	opening *opening // nil: not in a case yet
	facts   []answer
	accept  bool   // take over what the records propose for the other facts
	confirm string // comment of the confirmed determination; "" when it is still open
	met     map[casefile.ObligationKind]string
	report  *writing
}

// arrival is an intake record.
type arrival struct {
	by                  string
	source              intake.Source
	from                string
	awareDaysAgo        int
	occurredDaysAgo     int // -1: not stated
	title, text         string
	product, release    string
	site, vulnerability string
}

// opening is what a case is opened with.
type opening struct {
	by, title                       string
	product, release, vulnerability string
	awareDaysAgo                    int // of a case without an intake record
	fromAssessment                  bool
}

// answer is one answered fact.
type answer struct {
	by, fact string
	possible []string
	evidence string
}

// writing is how far the report has come.
type writing struct {
	values map[string]string
	submit bool
}

func (l *loader) loadMatters(ctx context.Context) error {
	for _, m := range matters() {
		if err := l.loadMatter(ctx, m); err != nil {
			return fmt.Errorf("%s: %w", m.title(), err)
		}
	}
	return nil
}

func (m matter) title() string {
	if m.intake != nil {
		return m.intake.title
	}
	return m.opening.title
}

func (l *loader) loadMatter(ctx context.Context, m matter) error {
	var recorded intake.Record
	if m.intake != nil {
		var err error
		if recorded, err = l.record(ctx, *m.intake); err != nil {
			return err
		}
	}
	if m.opening == nil {
		return nil
	}
	id, err := l.open(ctx, *m.opening, recorded.ID)
	if err != nil {
		return err
	}
	if err := l.answer(ctx, id, m); err != nil {
		return err
	}
	if m.confirm == "" {
		return nil
	}
	view, err := l.Case(ctx, id)
	if err != nil {
		return err
	}
	if view, err = l.ConfirmDetermination(ctx, l.people[safety], app.ConfirmDetermination{Case: id, Shown: view.Answer.Digest, Comment: m.confirm}); err != nil {
		return err
	}
	for _, o := range view.Obligations {
		proof, done := m.met[o.Kind]
		if !done || o.State != casefile.ObligationOpen {
			continue
		}
		if _, err := l.MeetObligation(ctx, l.people[safety], app.MeetObligation{ID: o.ID, MetOn: l.Today(), Proof: proof, Revision: o.Revision}); err != nil {
			return err
		}
	}
	return l.write(ctx, id, m.report)
}

func (l *loader) record(ctx context.Context, in arrival) (intake.Record, error) {
	r := intake.Record{
		Source: in.source, From: in.from, AwareOn: l.Today().AddDays(-in.awareDaysAgo), Title: in.title, Text: in.text,
		ProductID: l.products[in.product].ID, ReleaseID: l.releases[in.release].ID, SiteID: l.sites[in.site].ID,
	}
	if in.occurredDaysAgo >= 0 {
		r.OccurredOn = l.Today().AddDays(-in.occurredDaysAgo)
	}
	var err error
	if r.VulnerabilityID, err = l.vulnerability(ctx, in.vulnerability); err != nil {
		return r, err
	}
	return l.RecordIntake(ctx, l.people[in.by], r)
}

// vulnerability returns the key of a vulnerability by name; "" for none.
func (l *loader) vulnerability(ctx context.Context, name string) (string, error) {
	if name == "" {
		return "", nil
	}
	v, err := l.Store.VulnerabilityByName(ctx, name)
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	return v.ID, nil
}

func (l *loader) open(ctx context.Context, in opening, intakeID string) (caseID string, err error) {
	o := app.OpenCase{Title: in.title, ProductID: l.products[in.product].ID, ReleaseID: l.releases[in.release].ID, IntakeID: intakeID}
	if o.VulnerabilityID, err = l.vulnerability(ctx, in.vulnerability); err != nil {
		return "", err
	}
	if intakeID == "" {
		o.AwareOn = l.Today().AddDays(-in.awareDaysAgo)
	}
	if in.fromAssessment {
		current, err := l.Store.Assessments(ctx, app.ListQuery{Limit: 1, Filter: map[string]string{
			"product": o.ProductID, "vulnerability": o.VulnerabilityID, "current": "yes",
		}})
		if err != nil {
			return "", err
		}
		if len(current.Items) == 0 {
			return "", fmt.Errorf("no assessment of %s for %s", in.vulnerability, in.product)
		}
		o.AssessmentID = current.Items[0].ID
	}
	c, err := l.OpenCase(ctx, l.people[in.by], o)
	return c.ID, err
}

func (l *loader) answer(ctx context.Context, caseID string, m matter) error {
	view, err := l.Case(ctx, caseID)
	if err != nil {
		return err
	}
	for _, f := range m.facts {
		if view, err = l.AnswerFact(ctx, l.people[f.by], app.AnswerFact{Case: caseID, Fact: f.fact, Possible: f.possible, Evidence: f.evidence, Revision: view.Case.Revision}); err != nil {
			return fmt.Errorf("%s: %w", f.fact, err)
		}
	}
	if m.accept {
		_, err = l.AcceptSuggestions(ctx, l.people[safety], caseID, view.Case.Revision)
	}
	return err
}

func (l *loader) write(ctx context.Context, caseID string, w *writing) error {
	if w == nil {
		return nil
	}
	view, err := l.CreateReport(ctx, l.people[safety], app.CreateReport{Case: caseID, Form: "form8"})
	if err != nil {
		return err
	}
	if view, err = l.EditReport(ctx, l.people[safety], app.EditReport{ID: view.Report.ID, Values: w.values, Revision: view.Report.Revision}); err != nil {
		return err
	}
	if w.submit {
		asked := l.Passwords
		l.Passwords = noPasswords{asked} // nobody else uses it while sample data are written
		defer func() { l.Passwords = asked }()
		_, err = l.SubmitReport(ctx, l.people[safety], app.SignReport{ID: view.Report.ID, Revision: view.Report.Revision, Password: "sample"})
	}
	return err
}

// noPasswords lets sample people, who have none, sign the sample report.
type noPasswords struct{ app.Passwords }

// Match takes any password.
func (noPasswords) Match(string, string) (bool, error) { return true, nil }
