package httpapi_test

import (
	"context"
	"net/http"
	"testing"

	"mimamori/internal/app"
	"mimamori/internal/casefile"
	"mimamori/internal/ident"
	"mimamori/internal/ledger"
)

// pressing stores something that is due tomorrow and tells people of it.
func (s *server) pressing(t *testing.T, productID string) {
	t.Helper()
	err := s.store.Write(t.Context(), func(ctx context.Context, tx app.Tx) error {
		o := casefile.Obligation{ID: ident.New(), ProductID: productID, Kind: casefile.DueReport, Form: "form8", Items: []string{}, State: casefile.ObligationOpen, DueOn: s.app.Today().AddDays(1)}
		tx.Record(ledger.Entry{Actor: ledger.Actor{ID: "t", Name: "t", Via: "cli"}, Action: "obligation.added", Subject: ledger.Subject{Kind: "obligation", ID: o.ID}})
		return tx.AddObligation(ctx, o)
	})
	if err == nil {
		err = s.app.Escalate(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestNotifications(t *testing.T) {
	s := newServer(t)
	_, officer := s.person(t, "officer@example.jp", app.SafetyOfficer)
	_, approver := s.person(t, "approver@example.jp", app.Approver)
	_, viewer := s.person(t, "viewer@example.jp", app.Viewer)
	var p struct{ ID string }
	officer.want(t, http.StatusCreated, "POST", "/api/products", map[string]any{"brand_name": "ポンプ", "generic_name": "輸液ポンプ", "route": "approval", "class": "II"}).into(t, &p)
	s.pressing(t, p.ID)

	type page struct {
		Items []struct {
			ID, Step   string
			ReadAt     string `json:"read_at"`
			Obligation struct {
				Label    app.Words
				DaysLeft int    `json:"days_left"`
				Brand    string `json:"brand_name"`
			}
		}
		Total, Unread int
		Mail          struct{ Configured bool }
	}
	read := func(b *browser, query string) (got page) {
		b.want(t, http.StatusOK, "GET", "/api/notifications"+query, nil).into(t, &got)
		return got
	}
	got := read(officer, "?unread=yes")
	if got.Total != 1 || got.Unread != 1 || got.Mail.Configured {
		t.Fatalf("notifications %+v", got)
	}
	n := got.Items[0]
	if n.Step != "2" || n.Obligation.DaysLeft != 1 || n.Obligation.Label.Ja != "報告書（様式第8）" || n.Obligation.Brand != "ポンプ" {
		t.Errorf("notification %+v", n)
	}
	if got := read(viewer, ""); got.Total != 0 {
		t.Errorf("a viewer was told %+v", got)
	}

	// Nobody reads for somebody else.
	viewer.want(t, http.StatusNoContent, "POST", "/api/notifications/read", map[string]any{"ids": []string{n.ID}})
	approver.want(t, http.StatusNoContent, "POST", "/api/notifications/read", map[string]any{"ids": []string{n.ID}})
	if got := read(officer, ""); got.Unread != 1 {
		t.Errorf("another person read the officer's notification")
	}
	officer.want(t, http.StatusNoContent, "POST", "/api/notifications/read", map[string]any{"ids": []string{}})
	var today struct{ Unread int }
	officer.want(t, http.StatusOK, "GET", "/api/today", nil).into(t, &today)
	if got := read(officer, ""); got.Unread != 0 || got.Total != 1 || today.Unread != 0 {
		t.Errorf("after reading all: %+v, today %+v", got, today)
	}
	approver.want(t, http.StatusOK, "GET", "/api/today", nil).into(t, &today)
	if today.Unread != 1 {
		t.Errorf("the approver has %d unread", today.Unread)
	}
}

func TestOpenValuesOverTheAPI(t *testing.T) {
	s := newServer(t)
	_, officer := s.person(t, "officer@example.jp", app.SafetyOfficer)
	var list struct{ Items []app.OpenValueView }
	officer.want(t, http.StatusOK, "GET", "/api/open-values", nil).into(t, &list)
	if len(list.Items) == 0 || list.Items[0].State != "to_be_confirmed" {
		t.Fatalf("values %+v", list.Items)
	}
	p := officer.want(t, http.StatusUnprocessableEntity, "PUT", "/api/open-values/first-report-target-hours", map[string]string{"value": "-1", "state": "confirmed"}).problem(t)
	if at := p.locations(); at["/value"] == "" || at["/source"] == "" {
		t.Errorf("every problem at once: %+v", p)
	}
	var set app.OpenValueView
	officer.want(t, http.StatusOK, "PUT", "/api/open-values/first-report-target-hours", map[string]string{"value": "12", "state": "confirmed", "source": "社内規程"}).into(t, &set)
	if set.Value != "12" || set.State != "confirmed" || set.By == "" {
		t.Errorf("set %+v", set)
	}
	officer.want(t, http.StatusNotFound, "PUT", "/api/open-values/none", map[string]string{"value": "12", "state": "confirmed", "source": "x"})
}

func TestCompanyDaysOverTheAPI(t *testing.T) {
	s := newServer(t)
	admin := s.signIn(t, s.admin.Email)
	p := admin.want(t, http.StatusUnprocessableEntity, "PUT", "/api/calendar/company-days",
		map[string]any{"days": []map[string]string{{"on": "2026-13-01", "name": "a"}, {"on": "2026-12-28", "name": "年末休業"}}}).problem(t)
	if at := p.locations(); at["/days/0/on"] == "" {
		t.Errorf("a day that is none: %+v", p)
	}
	p = admin.want(t, http.StatusUnprocessableEntity, "PUT", "/api/calendar/company-days", map[string]any{"days": []map[string]string{{"on": "2026-12-28", "name": ""}}}).problem(t)
	if at := p.locations(); at["/days/0/name"] == "" {
		t.Errorf("a day without a name: %+v", p)
	}
	admin.want(t, http.StatusOK, "PUT", "/api/calendar/company-days", map[string]any{"days": []map[string]string{{"on": "2026-12-28", "name": "年末休業"}}})
	var calendar struct{ Days []app.DayView }
	admin.want(t, http.StatusOK, "GET", "/api/calendar?from=2026-12-28&to=2026-12-29", nil).into(t, &calendar)
	if len(calendar.Days) != 2 || calendar.Days[0].Company != "年末休業" || calendar.Days[0].Closed || !calendar.Days[1].Closed || calendar.Days[1].Company != "" {
		t.Errorf("calendar %+v", calendar.Days)
	}
}

func TestLawAndReadings(t *testing.T) {
	s := newServer(t)
	_, viewer := s.person(t, "viewer@example.jp", app.Viewer)
	var law app.LawView
	viewer.want(t, http.StatusOK, "GET", "/api/law", nil).into(t, &law)
	if len(law.Rulebooks) < 2 || len(law.Rulebooks[0].Rules) == 0 || len(law.Calendar.Provisions) == 0 {
		t.Errorf("law %+v", law)
	}
	var reading app.ReadingView
	viewer.want(t, http.StatusOK, "GET", "/api/readings/R-001", nil).into(t, &reading)
	if reading.ID != "R-001" || len(reading.Sections) == 0 || len(reading.Rules) == 0 || reading.Status == "" {
		t.Errorf("reading %+v", reading)
	}
	viewer.want(t, http.StatusNotFound, "GET", "/api/readings/R-999", nil)
}

func TestProductWithItsDuties(t *testing.T) {
	s := newServer(t)
	_, officer := s.person(t, "officer@example.jp", app.SafetyOfficer)
	var p struct{ ID string }
	officer.want(t, http.StatusCreated, "POST", "/api/products", map[string]any{
		"brand_name": "ポンプ", "generic_name": "輸液ポンプ", "route": "approval", "class": "II", "designated": "no",
		"licensed_on": s.app.Today().AddMonths(-30).String(), "licence_number": "1",
	}).into(t, &p)
	var view app.ProductView
	officer.want(t, http.StatusOK, "GET", "/api/products/"+p.ID, nil).into(t, &view)
	if view.Product.BrandName != "ポンプ" || view.ApprovalDayMissing || len(view.DutySteps) != len(s.app.Law.ProductDuties) {
		t.Errorf("product %+v", view)
	}
	if len(s.app.Law.ProductDuties) > 0 && (len(view.Obligations) != 1 || !view.Obligations[0].Coming || view.Obligations[0].Form != "form12") {
		t.Errorf("cycles %+v", view.Obligations)
	}
}
