package app_test

import (
	"slices"
	"strings"
	"testing"

	"mimamori/internal/app"
	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/deadline"
	"mimamori/internal/fault"
	"mimamori/internal/ledger"
)

func value(t *testing.T, w *watch, id string) app.OpenValueView {
	t.Helper()
	all := must[[]app.OpenValueView](t)(w.OpenValues(t.Context()))
	i := slices.IndexFunc(all, func(v app.OpenValueView) bool { return v.ID == id })
	if i < 0 {
		t.Fatalf("no value %s", id)
	}
	return all[i]
}

func TestOpenValues(t *testing.T) {
	w := newWatch(t, officer, admin)
	ctx := t.Context()
	if all := must[[]app.OpenValueView](t)(w.OpenValues(ctx)); len(all) != 10 || slices.ContainsFunc(all, func(v app.OpenValueView) bool { return v.State != "to_be_confirmed" }) {
		t.Errorf("nothing is confirmed by itself: %+v", all)
	}
	set := must[app.OpenValueView](t)(w.SetOpenValue(ctx, officer, app.SetOpenValue{
		ID: "designated-devices", Value: "汎用輸液ポンプ\r\n注射筒輸液ポンプ\r\n", State: "confirmed", Source: "平成26年厚生労働省告示",
	}))
	if got := value(t, w, "designated-devices"); got.Value != "汎用輸液ポンプ\n注射筒輸液ポンプ" || got.State != "confirmed" || got.By != officer.Name || got.On.String() != "2026-11-23" || got.Source != set.Source {
		t.Errorf("kept %+v", got)
	}
	entries := must[app.List[ledger.Entry]](t)(w.Store.Entries(ctx, app.ListQuery{Filter: map[string]string{"action": "openvalue.set"}}))
	if entries.Total != 1 || entries.Items[0].Subject.ID != "designated-devices" {
		t.Errorf("ledger %+v", entries.Items)
	}
	if _, err := w.SetOpenValue(ctx, psirt, app.SetOpenValue{ID: "pmda-fax", Value: "1", State: "confirmed", Source: "x"}); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("product security may not: %v", err)
	}
	if _, err := w.SetOpenValue(ctx, admin, app.SetOpenValue{ID: "none"}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("unknown value: %v", err)
	}
	for _, c := range []struct {
		in   app.SetOpenValue
		want []string
	}{
		{app.SetOpenValue{ID: "first-report-target-hours", Value: "soon", State: "sure"}, []string{"/value", "/state"}},
		{app.SetOpenValue{ID: "first-report-target-hours", Value: "12", State: "confirmed"}, []string{"/source"}},
		{app.SetOpenValue{ID: "nil-period-form12", Value: "maybe", State: "confirmed"}, []string{"/value", "/source"}},
		{app.SetOpenValue{ID: "pmda-fax", Value: "", State: "confirmed", Source: "x"}, []string{"/value"}},
		{app.SetOpenValue{ID: "recall-addressee", Value: "a\nb", State: "to_be_confirmed"}, []string{"/value"}},
	} {
		_, err := w.SetOpenValue(ctx, admin, c.in)
		var at []string
		for _, f := range fault.FieldsOf(err) {
			at = append(at, f.Pointer)
		}
		if !slices.Equal(at, c.want) {
			t.Errorf("%+v: problems at %q, want %q", c.in, at, c.want)
		}
	}
}

// A duty of a recall goes to whom somebody set; until it is confirmed it is
// marked wherever it stands.
func TestTheAddresseeOfARecall(t *testing.T) {
	w := newWatch(t, officer)
	ctx := t.Context()
	p := w.device(t)
	w.owe(t, casefile.Obligation{Kind: casefile.DueDuty, Duty: "recall-start-report", ProductID: p.ID, DueOn: caldate.MustParse("2026-11-24")})
	due := func() app.Due { return must[app.TodayView](t)(w.TodayView(ctx, officer)).Obligations[0] }
	if d := due(); d.To.Ja != "都道府県知事" || !d.ToConfirm || d.Label.Ja == "" || d.Next != "meet" {
		t.Errorf("before anybody set it: %+v, to be confirmed %v", d.To, d.ToConfirm)
	}
	for _, state := range []string{"to_be_confirmed", "confirmed"} {
		must[app.OpenValueView](t)(w.SetOpenValue(ctx, officer, app.SetOpenValue{ID: "recall-addressee", Value: "東京都福祉保健局薬務課", State: state, Source: "電話で確認"}))
		if d := due(); d.To.Ja != "東京都福祉保健局薬務課" || d.ToConfirm != (state == "to_be_confirmed") {
			t.Errorf("%s: %+v, to be confirmed %v", state, d.To, d.ToConfirm)
		}
	}
}

func TestCompanyDays(t *testing.T) {
	w := newWatch(t, officer, approver)
	ctx := t.Context()
	day := caldate.MustParse
	kept := must[[]deadline.CompanyDay](t)(w.SetCompanyDays(ctx, officer, []deadline.CompanyDay{{On: day("2026-12-08"), Name: "創立記念日"}, {On: day("2026-12-07"), Name: "特別休業"}}))
	if len(kept) != 2 || kept[0].Name != "特別休業" {
		t.Errorf("in order of days: %+v", kept)
	}
	p := w.device(t)
	w.owe(t, casefile.Obligation{Kind: casefile.DueReport, Form: "form8", ProductID: p.ID, DueOn: day("2026-12-08"), LastOfficeDay: day("2026-12-08")})
	view := must[app.TodayView](t)(w.TodayView(ctx, officer))
	d := view.Obligations[0]
	if d.DueOn.String() != "2026-12-08" || d.LastOfficeDay.String() != "2026-12-08" || d.LastCompanyDay.String() != "2026-12-04" {
		t.Errorf("due %v, office %v, company %v; the company's days move only its own", d.DueOn, d.LastOfficeDay, d.LastCompanyDay)
	}
	strip := map[string]app.DayView{}
	for _, s := range view.Strip {
		strip[s.Date.String()] = s
	}
	if strip["2026-12-08"].Company != "創立記念日" || strip["2026-12-08"].Closed || !strip["2026-11-23"].Closed || strip["2026-11-23"].Holiday.Ja != "勤労感謝の日" {
		t.Errorf("strip %+v", view.Strip)
	}

	if _, err := w.SetCompanyDays(ctx, approver, nil); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("an approver may not: %v", err)
	}
	_, err := w.SetCompanyDays(ctx, officer, []deadline.CompanyDay{
		{On: day("2026-12-29"), Name: "a"}, {On: day("2026-12-29"), Name: ""}, {Name: "b"}, {On: day("1999-01-01"), Name: strings.Repeat("長", 100)},
	})
	var at []string
	for _, f := range fault.FieldsOf(err) {
		at = append(at, f.Pointer+" "+f.Rule)
	}
	if want := []string{"/days/1/on unique", "/days/1/name required", "/days/2/on required", "/days/3/on year", "/days/3/name length"}; !slices.Equal(at, want) {
		t.Errorf("problems %q, want %q", at, want)
	}
	many := make([]deadline.CompanyDay, 401)
	for i := range many {
		many[i] = deadline.CompanyDay{On: day("2026-01-01").AddDays(i), Name: "x"}
	}
	if _, err := w.SetCompanyDays(ctx, officer, many); len(fault.FieldsOf(err)) != 1 {
		t.Errorf("401 days: %v", err)
	}
	must[[]deadline.CompanyDay](t)(w.SetCompanyDays(ctx, officer, many[:400]))
	if got := must[[]deadline.CompanyDay](t)(w.CompanyDays(ctx)); len(got) != 400 {
		t.Errorf("%d days are kept", len(got))
	}
}
