package app_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/deadline"
	"mimamori/internal/ident"
	"mimamori/internal/intake"
	"mimamori/internal/ledger"
	"mimamori/internal/openvalue"
	"mimamori/internal/register"
	"mimamori/internal/rule"
	"mimamori/internal/sqlstore"
	"mimamori/rulebook"
)

// watch is an app whose clock is set by hand, with a queue and a mailbox that
// keep what they get.
type watch struct {
	*app.App
	mu     sync.Mutex
	clock  time.Time
	tick   time.Duration // by which the clock goes on whenever it is read
	jobs   []app.Job
	mails  []app.Mail
	broken error // of the mail server
}

func (w *watch) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = w.clock.Add(w.tick)
	return w.clock
}

// at sets the clock to a time in Tokyo, for example "2026-11-23 08:00".
func (w *watch) at(text string) {
	at, err := time.ParseInLocation("2006-01-02 15:04", text, caldate.Tokyo)
	if err != nil {
		panic(err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = at.UTC()
}

func (w *watch) Send(_ context.Context, m app.Mail) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.broken != nil {
		return w.broken
	}
	w.mails = append(w.mails, m)
	return nil
}

// deliver works the queue as the job does; what fails stays in it.
func (w *watch) deliver(t *testing.T) {
	t.Helper()
	var left []app.Job
	for _, j := range w.jobs {
		if j.Kind != app.JobMail {
			t.Errorf("job %+v", j)
		}
		if err := w.SendMail(t.Context(), j.ID); err != nil {
			left = append(left, j)
		}
	}
	w.jobs = left
}

func newWatch(t *testing.T, people ...app.Actor) *watch {
	t.Helper()
	w := &watch{}
	w.at("2026-11-23 08:00")
	store, err := sqlstore.Open(t.Context(), sqlstore.Config{
		Path: filepath.Join(t.TempDir(), "test.db"), Clock: w.now,
		Enqueue: func(_ context.Context, _ any, j app.Job) error { w.jobs = append(w.jobs, j); return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	var sources []rule.Source
	for _, name := range []string{"reg-228-20-2", "cs-notice", "recall", "periodic", "lifecycle"} {
		sources = append(sources, rule.Source{FS: rulebook.FS, Path: "jp/" + name + ".yaml"})
	}
	w.App = &app.App{
		Store: store, Clock: w.now, Law: must[*rule.Law](t)(rule.LoadLaw(sources)), Mail: w, Address: "https://mimamori.example.jp",
		Calendar: must[*deadline.Calendar](t)(deadline.LoadCalendar(rulebook.FS, rulebook.JapanCalendar)),
		Values:   must[[]openvalue.OpenValue](t)(openvalue.Load(rulebook.FS, rulebook.JapanOpenValues)),
	}
	hire(t, w.App, people...)
	return w
}

var viewer = app.Actor{UserID: "u-viewer", Name: "閲覧者", Roles: []app.Role{app.Viewer}, Via: "api"}

// device registers a product without periodic reports.
func (w *watch) device(t *testing.T) register.Product {
	t.Helper()
	return must[register.Product](t)(w.AddProduct(t.Context(), officer, register.Product{
		BrandName: "輸液ポンプ IP-300", GenericName: "汎用輸液ポンプ", Route: register.Approval, Class: register.ClassIII, Designated: register.No,
	}))
}

// owe stores an obligation of the product.
func (w *watch) owe(t *testing.T, o casefile.Obligation) casefile.Obligation {
	t.Helper()
	o.ID, o.State, o.Items, o.Revision = ident.New(), casefile.ObligationOpen, []string{}, 1
	err := w.Store.Write(t.Context(), func(ctx context.Context, tx app.Tx) error {
		tx.Record(ledger.Entry{Actor: ledger.Actor{ID: "t", Name: "t", Via: "cli"}, Action: "obligation.added", Subject: ledger.Subject{Kind: "obligation", ID: o.ID}})
		return tx.AddObligation(ctx, o)
	})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// told returns the steps that a person was told, oldest first.
func (w *watch) told(t *testing.T, by app.Actor) []string {
	t.Helper()
	list := must[app.List[app.NotificationRow]](t)(w.Store.Notifications(t.Context(), by.UserID, app.ListQuery{Limit: 200}))
	steps := []string{}
	for _, n := range list.Items {
		steps = append(steps, n.Step)
	}
	slices.Reverse(steps)
	return steps
}

func (w *watch) escalate(t *testing.T) {
	t.Helper()
	if err := w.Escalate(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (w *watch) wantTold(t *testing.T, by app.Actor, want ...string) {
	t.Helper()
	if got := w.told(t, by); !slices.Equal(got, append([]string{}, want...)) {
		t.Errorf("%s was told %q, want %q", by.Name, got, want)
	}
}

// One intake on November 23: the report is due on December 8. Every day at
// eight the steps are told, each to whom it concerns, in the app and by mail,
// until somebody does what is due.
func TestStoryOfAClockThatRunsLate(t *testing.T) {
	w := newWatch(t, officer, approver, psirt, viewer)
	ctx := t.Context()
	p := w.device(t)
	record := must[intake.Record](t)(w.RecordIntake(ctx, psirt, intake.Record{
		Source: intake.Hospital, AwareOn: caldate.MustParse("2026-11-23"), Title: "患者 山田太郎 の件", From: "東京中央病院", Text: "ポンプが止まった", ProductID: p.ID,
	}))
	must[casefile.Case](t)(w.OpenCase(ctx, psirt, app.OpenCase{IntakeID: record.ID}))
	for day := caldate.MustParse("2026-11-23"); !day.After(caldate.MustParse("2026-12-11")); day = day.AddDays(1) {
		w.at(day.String() + " 08:00")
		w.escalate(t)
		w.deliver(t)
	}
	w.wantTold(t, officer, "10", "5", "2", "0", "late+1", "late+2", "late+3")
	w.wantTold(t, approver, "2", "0", "late+1", "late+2", "late+3")
	w.wantTold(t, psirt)
	w.wantTold(t, viewer)

	if len(w.mails) != 12 || len(w.jobs) != 0 {
		t.Fatalf("%d messages, %d wait; want 12 and none", len(w.mails), len(w.jobs))
	}
	first := w.mails[0]
	if first.To != "u-officer@sample.example" || first.Subject != "【期限まで10日】報告要否の判断：C-2026-0001 輸液ポンプ IP-300" {
		t.Errorf("first message to %s: %s", first.To, first.Subject)
	}
	for _, want := range []string{"2026年12月8日（火）", "別添4(1)", "https://mimamori.example.jp/cases/"} {
		if !strings.Contains(first.Text, want) {
			t.Errorf("the message does not say %q:\n%s", want, first.Text)
		}
	}
	for _, m := range w.mails {
		if strings.Contains(m.Subject+m.Text, "山田") || strings.Contains(m.Text, "止まった") {
			t.Errorf("a message tells what the case is about:\n%s", m.Text)
		}
	}
	if last := w.mails[len(w.mails)-1]; !strings.Contains(last.Subject, "期限を3日超過") {
		t.Errorf("last subject %q", last.Subject)
	}

	view := must[app.NotificationsView](t)(w.Notifications(ctx, officer, app.ListQuery{}))
	if view.Total != 7 || view.Unread != 7 || view.Items[0].MailedAt.IsZero() || view.Items[0].Obligation.Urgency != app.Late || view.Items[0].Obligation.Label.Ja == "" {
		t.Errorf("notifications %+v", view)
	}
	if err := w.ReadNotifications(ctx, officer, []string{view.Items[0].ID}); err != nil {
		t.Fatal(err)
	}
	today := must[app.TodayView](t)(w.TodayView(ctx, officer))
	if today.Unread != 6 || !slices.ContainsFunc(today.Changes, func(c app.Change) bool { return c.Kind == "deadline" }) {
		t.Errorf("%d unread, changes %+v", today.Unread, today.Changes)
	}
	if err := w.ReadNotifications(ctx, approver, nil); err != nil {
		t.Fatal(err)
	}
	if n := must[app.TodayView](t)(w.TodayView(ctx, officer)).Unread; n != 6 {
		t.Errorf("the approver read their own, %d of the officer's are unread", n)
	}
	runs := must[app.List[ledger.Entry]](t)(w.Store.Entries(ctx, app.ListQuery{Filter: map[string]string{"action": "obligations.told"}}))
	if runs.Total != 7 || len(runs.Items[0].Parents) != 1 || runs.Items[0].Parents[0].Name != "C-2026-0001" {
		t.Errorf("%d entries for 7 runs that told somebody: %+v", runs.Total, runs.Items[0])
	}
}

func TestStepsAfterADowntimeAndTwice(t *testing.T) {
	w := newWatch(t, officer)
	p := w.device(t)
	w.owe(t, casefile.Obligation{Kind: casefile.DueReport, Form: "form8", ProductID: p.ID, AwareOn: caldate.MustParse("2026-11-23"), DueOn: caldate.MustParse("2026-12-08")})
	w.at("2026-11-27 08:00") // 11 days left
	w.escalate(t)
	w.wantTold(t, officer)
	w.at("2026-12-07 09:00") // the server was off; 10 and 5 are over
	w.escalate(t)
	w.escalate(t)
	w.wantTold(t, officer, "2")
	w.at("2026-12-20 09:00")
	w.escalate(t)
	w.wantTold(t, officer, "2", "late+12")
}

// The due day ends at midnight in Tokyo, wherever the server is.
func TestDaysTurnInTokyo(t *testing.T) {
	w := newWatch(t, officer)
	p := w.device(t)
	w.owe(t, casefile.Obligation{Kind: casefile.DueReport, Form: "form8", ProductID: p.ID, DueOn: caldate.MustParse("2026-12-08")})
	w.clock = time.Date(2026, 12, 8, 14, 59, 0, 0, time.UTC) // 23:59 in Tokyo
	w.escalate(t)
	w.wantTold(t, officer, "0")
	w.clock = time.Date(2026, 12, 8, 15, 0, 0, 0, time.UTC)
	w.escalate(t)
	w.wantTold(t, officer, "0", "late+1")
}

func TestWhoIsTold(t *testing.T) {
	both := app.Actor{UserID: "u-both", Name: "兼務", Roles: []app.Role{app.Approver, app.SafetyOfficer}, Via: "api"}
	gone := app.Actor{UserID: "u-gone", Name: "退職者", Roles: []app.Role{app.SafetyOfficer}, Via: "api"}
	maker := app.Actor{UserID: "u-maker", Name: "起案者", Roles: []app.Role{app.ProductSecurity}, Via: "api"}
	w := newWatch(t, officer, approver, psirt, viewer, admin, both, gone, maker)
	ctx := t.Context()
	user := must[app.User](t)(w.Store.User(ctx, gone.UserID))
	must[app.User](t)(w.UpdateUser(ctx, admin, app.UpdateUser{ID: user.ID, Name: user.Name, Roles: user.Roles, Disabled: true, Revision: user.Revision}))
	p := w.device(t)
	o := w.owe(t, casefile.Obligation{Kind: casefile.DueReport, Form: "form8", ProductID: p.ID, DueOn: caldate.MustParse("2026-12-08")})
	c := must[casefile.Case](t)(w.OpenCase(ctx, psirt, app.OpenCase{Title: "x", ProductID: p.ID, AwareOn: caldate.MustParse("2026-11-23")}))
	w.meetAll(t, c.ID)
	w.begin(t, maker, c, o)
	want := map[string][]app.Actor{
		"2026-11-28 08:00": {officer, both},
		"2026-12-03 08:00": {officer, both, maker},
		"2026-12-06 08:00": {officer, both, maker, approver},
		"2026-12-08 08:00": {officer, both, maker, approver},
		"2026-12-09 08:00": {officer, both, maker, approver},
	}
	counts := map[string]int{}
	for _, at := range []string{"2026-11-28 08:00", "2026-12-03 08:00", "2026-12-06 08:00", "2026-12-08 08:00", "2026-12-09 08:00"} {
		w.at(at)
		w.escalate(t)
		for _, by := range want[at] {
			counts[by.UserID]++
		}
		for _, by := range []app.Actor{officer, approver, psirt, viewer, admin, both, gone, maker} {
			if got := len(w.told(t, by)); got != counts[by.UserID] {
				t.Errorf("%s: %s was told %d times, want %d", at, by.Name, got, counts[by.UserID])
			}
		}
	}
}

// meetAll ends the open obligations of a case.
func (w *watch) meetAll(t *testing.T, caseID string) {
	t.Helper()
	err := w.Store.Write(t.Context(), func(ctx context.Context, tx app.Tx) error {
		list, err := tx.Obligations(ctx, app.ListQuery{Filter: map[string]string{"case": caseID}})
		for _, o := range list.Items {
			o.State = casefile.ObligationMet
			tx.Record(ledger.Entry{Actor: ledger.Actor{ID: "t", Name: "t", Via: "cli"}, Action: "obligation.met", Subject: ledger.Subject{Kind: "obligation", ID: o.ID}})
			err = errors.Join(err, tx.UpdateObligation(ctx, o.Obligation))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// begin stores a report in work on an obligation as its maker would.
func (w *watch) begin(t *testing.T, by app.Actor, c casefile.Case, o casefile.Obligation) {
	t.Helper()
	err := w.Store.Write(t.Context(), func(ctx context.Context, tx app.Tx) error {
		r := app.Report{ID: ident.New(), Number: "R-2026-0001", CaseID: c.ID, ObligationID: o.ID, ProductID: c.ProductID, Form: "form8", Edition: "e", State: "draft", Version: 1, Maker: by.Name, Revision: 1, CreatedAt: w.now(), UpdatedAt: w.now()}
		tx.Record(ledger.Entry{Actor: ledger.Actor{ID: by.UserID, Name: by.Name, Via: by.Via}, Action: "report.begun", Subject: ledger.Subject{Kind: "report", ID: r.ID, Name: r.Number}})
		return tx.AddReport(ctx, r)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Something due promptly has no day: its internal target counts, by the hour.
func TestInternalTargets(t *testing.T) {
	w := newWatch(t, officer, approver)
	p := w.device(t)
	target := time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC) // 10:00 in Tokyo
	w.owe(t, casefile.Obligation{Kind: casefile.DueFirstReport, ProductID: p.ID, AwareOn: caldate.MustParse("2026-11-23"), TargetAt: target})
	w.owe(t, casefile.Obligation{Kind: casefile.DueDuty, Duty: "recall-start-report", ProductID: p.ID, TargetAt: target.Add(72 * time.Hour)})
	w.owe(t, casefile.Obligation{Kind: casefile.DueDuty, Duty: "lifecycle-collection", ProductID: p.ID}) // a standing duty
	for _, at := range []string{"2026-11-24 03:59", "2026-11-24 04:00", "2026-11-24 09:59", "2026-11-24 10:00", "2026-11-25 09:59", "2026-11-25 10:00"} {
		w.at(at)
		if err := w.EscalateTargets(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	w.wantTold(t, officer, "0", "late+1", "late+2")
	w.wantTold(t, approver, "0", "late+1", "late+2")
	w.deliver(t)
	if m := w.mails[0]; !strings.Contains(m.Text, "速やかに") || !strings.Contains(m.Text, "2026年11月24日（火） 10:00") {
		t.Errorf("message:\n%s", m.Text)
	}
}

// Two servers ask at the same time, many times: everybody is told once.
func TestTwoRunnersAtOnceTellOnce(t *testing.T) {
	w := newWatch(t, officer, approver)
	p := w.device(t)
	for range 20 {
		w.owe(t, casefile.Obligation{Kind: casefile.DueReport, Form: "form8", ProductID: p.ID, DueOn: caldate.MustParse("2026-11-24")})
	}
	w.tick = time.Millisecond // a clock that goes makes no further messages
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if err := w.Daily(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if n := len(w.told(t, officer)); n != 20 {
		t.Errorf("the officer was told %d times of 20", n)
	}
	if len(w.jobs) != 2 {
		t.Errorf("%d messages are asked for, want one for each of two people", len(w.jobs))
	}
	w.deliver(t)
	for _, m := range w.mails {
		if !strings.Contains(m.Subject, "20件") || strings.Count(m.Text, "■") != 20 {
			t.Errorf("one message tells of all: %s", m.Subject)
		}
	}
}

// A mail server that fails holds up nothing in the app and is told; when it
// works again everything goes out once.
func TestAMailServerThatFails(t *testing.T) {
	w := newWatch(t, officer)
	ctx := t.Context()
	p := w.device(t)
	o := w.owe(t, casefile.Obligation{Kind: casefile.DueReport, Form: "form8", ProductID: p.ID, DueOn: caldate.MustParse("2026-11-24")})
	w.broken = errors.New("connection refused")
	w.escalate(t)
	w.wantTold(t, officer, "2")
	w.deliver(t)
	w.at("2026-11-23 09:00")
	w.deliver(t)
	state := must[app.NotificationsView](t)(w.Notifications(ctx, officer, app.ListQuery{})).Mail
	if !state.Configured || state.Problem != "connection refused" || !state.FailedSince.Equal(time.Date(2026, 11, 22, 23, 0, 0, 0, time.UTC)) {
		t.Errorf("state of mail %+v", state)
	}
	failures := must[app.List[ledger.Entry]](t)(w.Store.Entries(ctx, app.ListQuery{Filter: map[string]string{"action": "mail.failed"}}))
	if failures.Total != 1 || len(w.jobs) != 1 {
		t.Errorf("two failures in a row: %d entries, %d jobs wait", failures.Total, len(w.jobs))
	}
	w.broken = nil
	job := w.jobs[0]
	w.deliver(t)
	if err := w.SendMail(ctx, job.ID); err != nil { // a queue may run a job twice
		t.Fatal(err)
	}
	if len(w.mails) != 1 || w.mails[0].ID != job.ID {
		t.Errorf("%d messages went out: %+v", len(w.mails), w.mails)
	}
	if state := must[app.TodayView](t)(w.TodayView(ctx, officer)).Mail; !state.FailedSince.IsZero() || state.Problem != "" || state.LastGoodAt.IsZero() {
		t.Errorf("state of mail after it went out: %+v", state)
	}

	// What was done meanwhile is not mailed any more.
	w.at("2026-11-24 08:00")
	w.escalate(t)
	o = must[casefile.Obligation](t)(w.Store.Obligation(ctx, o.ID))
	o.State = casefile.ObligationMet
	if err := w.Store.Write(ctx, func(ctx context.Context, tx app.Tx) error {
		tx.Record(ledger.Entry{Actor: ledger.Actor{ID: "t", Name: "t", Via: "cli"}, Action: "obligation.met", Subject: ledger.Subject{Kind: "obligation", ID: o.ID}})
		return tx.UpdateObligation(ctx, o)
	}); err != nil {
		t.Fatal(err)
	}
	w.deliver(t)
	if len(w.mails) != 1 || len(w.jobs) != 0 {
		t.Errorf("%d messages, %d jobs: what is done needs no message", len(w.mails), len(w.jobs))
	}
}

// A server that is stopped the moment its mail went out still marks it.
func TestAStopWhileMailGoesOut(t *testing.T) {
	w := newWatch(t, officer)
	p := w.device(t)
	w.owe(t, casefile.Obligation{Kind: casefile.DueReport, Form: "form8", ProductID: p.ID, DueOn: caldate.MustParse("2026-11-24")})
	w.escalate(t)
	ctx, stop := context.WithCancel(t.Context())
	w.Mail = stopping{w, stop}
	if err := w.SendMail(ctx, w.jobs[0].ID); err != nil {
		t.Error(err)
	}
	w.deliver(t) // the queue runs after the next start what it has no end of
	if len(w.mails) != 1 {
		t.Errorf("%d messages went out, want 1", len(w.mails))
	}
}

// stopping is a mail server during whose work ours is stopped.
type stopping struct {
	app.Mailer
	stop func()
}

func (s stopping) Send(ctx context.Context, m app.Mail) error {
	defer s.stop()
	return s.Mailer.Send(ctx, m)
}

func TestMailInEnglishAndANameWithALineBreak(t *testing.T) {
	w := newWatch(t, officer)
	ctx := t.Context()
	english := "en"
	must[app.User](t)(w.UpdateMe(ctx, officer, app.UpdateMe{Lang: &english}))
	p := must[register.Product](t)(w.AddProduct(ctx, officer, register.Product{
		BrandName: "Pump\r\nBcc: x@example.com", GenericName: "pump", Route: register.Approval, Class: register.ClassIII, Designated: register.No,
	}))
	w.owe(t, casefile.Obligation{Kind: casefile.DueDuty, Duty: "recall-start-report", Rule: ruleOf(t, w, "recall-start-report"), ProductID: p.ID, DueOn: caldate.MustParse("2026-11-24")})
	w.escalate(t)
	w.deliver(t)
	if len(w.mails) != 1 {
		t.Fatalf("%d messages", len(w.mails))
	}
	m := w.mails[0]
	if strings.ContainsAny(m.Subject, "\r\n") || !strings.HasPrefix(m.Subject, "[1 day left] ") {
		t.Errorf("subject %q", m.Subject)
	}
	for _, want := range []string{"Due on: 24 November 2026 (Tue)", "Product: Pump Bcc: x@example.com", "Clause: ", "(to be confirmed)", "https://mimamori.example.jp/products/"} {
		if !strings.Contains(m.Text, want) {
			t.Errorf("no %q in\n%s", want, m.Text)
		}
	}
}

// ruleOf returns a rule that asks for a duty.
func ruleOf(t *testing.T, w *watch, duty string) string {
	t.Helper()
	for _, book := range w.Law.CaseDuties {
		for _, r := range book.Rules() {
			if slices.Contains(r.Duties, duty) {
				return r.ID
			}
		}
	}
	t.Fatalf("no rule asks for %s", duty)
	return ""
}

// Without a mail server people are told in the app, and nothing waits for one.
func TestWithoutMail(t *testing.T) {
	w := newWatch(t, officer)
	w.Mail = nil
	p := w.device(t)
	w.owe(t, casefile.Obligation{Kind: casefile.DueReport, Form: "form8", ProductID: p.ID, DueOn: caldate.MustParse("2026-11-24")})
	w.escalate(t)
	w.wantTold(t, officer, "2")
	if len(w.jobs) != 0 || must[app.TodayView](t)(w.TodayView(t.Context(), officer)).Mail.Configured {
		t.Errorf("jobs %+v", w.jobs)
	}
}
