package app_test

import (
	"strings"
	"testing"

	"mimamori/internal/app"
	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/intake"
	"mimamori/internal/openvalue"
	"mimamori/internal/register"
	"mimamori/rulebook"
)

// TestWhatStandsBesideACase: the example cases of the notice and the list of
// designated devices are shown with a case, and neither answers a fact.
func TestWhatStandsBesideACase(t *testing.T) {
	a := newApp(t)
	a.Values = must[[]openvalue.OpenValue](t)(openvalue.Load(rulebook.FS, rulebook.JapanOpenValues))
	ctx := t.Context()
	device := func(designated register.Known) string {
		p := must[register.Product](t)(a.AddProduct(ctx, officer, register.Product{
			BrandName: "輸液ポンプ IP-300", GenericName: "汎用輸液ポンプ", Route: register.Approval, Class: register.ClassIII,
			Connectivity: []register.Link{register.LinkWired}, Designated: designated,
		}))
		call := must[intake.Record](t)(a.RecordIntake(ctx, officer, intake.Record{
			Source: intake.Hospital, From: "東京中央病院", AwareOn: caldate.MustParse("2026-11-20"), Title: "流量の設定が変わった",
			Text: "未使用ポートへの不正アクセスがあった。", ProductID: p.ID,
		}))
		return must[casefile.Case](t)(a.OpenCase(ctx, officer, app.OpenCase{IntakeID: call.ID, Title: "流量の設定の変更", ProductID: p.ID})).ID
	}
	suggested := func(id string) string {
		for _, f := range must[app.CaseView](t)(a.Case(ctx, id)).Facts {
			if f.Name == "designated_device" && f.Suggested != nil {
				return strings.Join(f.Suggested.Possible, " ") + ": " + f.Suggested.Why.Ja
			}
		}
		return ""
	}
	open, told := device(register.Unknown), device(register.No)

	view := must[app.CaseView](t)(a.Case(ctx, open))
	if len(view.Examples) != 6 || view.Examples[0].ID != "cs-4(2)/device-1" || len(view.Examples[0].Same) != 5 {
		t.Errorf("examples %+v", view.Examples)
	}
	for _, f := range view.Facts {
		if f.State != "open" {
			t.Errorf("%s is %s, and nobody answered it", f.Name, f.State)
		}
	}
	for _, step := range []struct{ name, list, state, open, told string }{
		{"nobody entered the list", "", "", "", "no: 品目台帳の指定区分"},
		{"a list that is not confirmed says yes", "汎用輸液ポンプ", "to_be_confirmed", "yes: 指定医療機器の一覧（要確認）と一般的名称の照合", "no: 品目台帳の指定区分"},
		{"but never no", "注射筒輸液ポンプ", "to_be_confirmed", "", "no: 品目台帳の指定区分"},
		{"a confirmed one does", "注射筒輸液ポンプ", "confirmed", "no: 指定医療機器の一覧と一般的名称の照合", "no: 品目台帳の指定区分"},
		{"the register goes before the list", "汎用輸液ポンプ", "confirmed", "yes: 指定医療機器の一覧と一般的名称の照合", "no: 品目台帳の指定区分"},
	} {
		if step.list != "" {
			must[app.OpenValueView](t)(a.SetOpenValue(ctx, officer, app.SetOpenValue{ID: "designated-devices", Value: step.list, State: step.state, Source: "告示"}))
		}
		if got := suggested(open); got != step.open {
			t.Errorf("%s: %q, want %q", step.name, got, step.open)
		}
		if got := suggested(told); got != step.told {
			t.Errorf("%s, with the register: %q, want %q", step.name, got, step.told)
		}
	}
}
