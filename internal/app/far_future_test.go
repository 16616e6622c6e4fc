package app_test

import (
	"fmt"
	"testing"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/intake"
)

// After the last year of which the holidays are known everything goes on; no
// day is told as an office day, and the calendar says that it does not know.
func TestAfterTheKnownHolidays(t *testing.T) {
	w := newWatch(t, officer, psirt, approver)
	w.at(fmt.Sprintf("%d-06-03 09:00", w.Calendar.LastYear+1))
	ctx := t.Context()
	p, _ := pump(t, w.App)
	aware := w.Today().AddDays(-20)
	in := must[intake.Record](t)(w.RecordIntake(ctx, officer, intake.Record{Source: intake.Hospital, From: "院内", AwareOn: aware, Title: "故障", Text: "停止した。", ProductID: p.ID}))
	c := must[casefile.Case](t)(w.OpenCase(ctx, officer, app.OpenCase{IntakeID: in.ID}))
	view := answer(t, w.App, c.ID, "report_kind", "case", "agent", "malfunction", "origin", "domestic", "harm_status", "actual", "seriousness", "serious", "predictability", "unpredictable", "designated_device", "no")
	view = confirm(t, w.App, view)
	if o := open(t, view, casefile.DueReport); o.DueOn != aware.AddDays(15) || !o.LastOfficeDay.IsZero() || !o.LastCompanyDay.IsZero() {
		t.Errorf("the statutory day is told, no office day is: %+v", o)
	}
	today := must[app.TodayView](t)(w.TodayView(ctx, officer))
	for _, d := range today.Strip {
		if !d.Unknown {
			t.Fatalf("the holidays of %v are not known, and the calendar does not say so", d.Date)
		}
	}
	for _, d := range must[[]app.DayView](t)(w.Days(ctx, caldate.MustParse("2026-12-25"), caldate.MustParse("2027-01-10"))) {
		if d.Unknown {
			t.Errorf("the holidays of %v are known", d.Date)
		}
	}
	if err := w.Daily(ctx); err != nil {
		t.Error(err)
	}
	w.deliver(t)
}

// Telling thousands of open obligations reads and writes in bulk, once.
func TestManyOpenObligationsAreToldInOneGo(t *testing.T) {
	w := newWatch(t, officer)
	p := w.device(t)
	const many = 2_000
	due := w.Today().AddDays(2)
	for range many {
		w.owe(t, casefile.Obligation{ProductID: p.ID, Kind: casefile.DuePeriodicReport, Form: "form12", AwareOn: w.Today(), DueOn: due})
	}
	began := time.Now()
	w.escalate(t)
	t.Logf("telling %d obligations took %v", many, time.Since(began))
	began = time.Now()
	w.escalate(t)
	t.Logf("telling them again took %v", time.Since(began))
	list := must[app.List[app.NotificationRow]](t)(w.Store.Notifications(t.Context(), officer.UserID, app.ListQuery{}))
	if list.Total != many {
		t.Errorf("each is told once: %d", list.Total)
	}
}
