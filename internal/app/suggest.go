package app

import (
	"slices"

	"mimamori/internal/assess"
	"mimamori/internal/intake"
	"mimamori/internal/register"
)

// Suggestion is an answer that the records propose; a person accepts it or not.
type Suggestion struct {
	Possible []string `json:"possible"`
	Why      Words    `json:"why"`
}

// suggest proposes answers from what the records of a case say. It never
// proposes more than they do: what they leave open stays open.
func suggest(product register.Product, intakes []IntakeRow, assessment *assess.Assessment) map[string]Suggestion {
	out := map[string]Suggestion{}
	if product.Designated != register.Unknown {
		out["designated_device"] = Suggestion{
			[]string{string(product.Designated)},
			Words{"品目台帳の指定区分", "Register of the product"},
		}
	}
	if len(intakes) > 0 {
		suggestFromIntake(out, intakes[0])
	}
	if assessment != nil {
		suggestFromAssessment(out, *assessment)
	}
	return out
}

func suggestFromIntake(out map[string]Suggestion, r IntakeRow) {
	why := func(ja, en string) Words {
		return Words{"受付記録 " + r.Number + "：" + ja, "Intake record " + r.Number + ": " + en}
	}
	switch r.Source {
	case intake.Hospital:
		out["report_kind"] = Suggestion{[]string{"case"}, why("医療機関からの症例・不具合の情報", "a hospital told of a case or malfunction")}
		out["origin"] = Suggestion{[]string{"domestic"}, why("国内の医療機関からの情報", "it came from a hospital in Japan")}
		out["agent"] = Suggestion{[]string{"malfunction"}, why("機器の不具合としての申告", "it was told as a malfunction of the device")}
	case intake.ForeignMeasure:
		out["report_kind"] = Suggestion{[]string{"safety_measure"}, why("外国で措置が実施された", "a measure was taken abroad")}
		out["origin"] = Suggestion{[]string{"foreign"}, why("外国医療機器の措置", "it concerns the foreign device")}
	case intake.ForeignCase:
		out["report_kind"] = Suggestion{[]string{"case"}, why("外国での症例・不具合の情報", "a case or malfunction abroad")}
		out["origin"] = Suggestion{[]string{"foreign"}, why("外国医療機器の情報", "it concerns the foreign device")}
		out["agent"] = Suggestion{[]string{"malfunction"}, why("機器の不具合としての申告", "it was told as a malfunction of the device")}
	case intake.Literature:
		out["report_kind"] = Suggestion{[]string{"research_report"}, why("文献・学会報告", "literature or a conference paper")}
	case intake.Finder, intake.Authority, intake.Supplier, intake.Internal, intake.Other:
	}
}

// suggestFromAssessment follows the CS notice 4(3): no report where the
// vulnerable software is not used, or controls leave no harm to be feared;
// a harm that could follow is a feared one.
func suggestFromAssessment(out map[string]Suggestion, a assess.Assessment) {
	if _, ok := out["report_kind"]; !ok {
		out["report_kind"] = Suggestion{[]string{"case"}, Words{"脆弱性の評価（通知4(3)）", "Assessment of a vulnerability (CS notice 4(3))"}}
		out["agent"] = Suggestion{[]string{"malfunction"}, Words{"脆弱性は不具合の原因として評価（通知3(2)）", "A vulnerability counts as a cause of malfunction (CS notice 3(2))"}}
	}
	switch {
	case a.Present == register.No || a.Used == register.No:
		out["harm_status"] = Suggestion{[]string{"none"}, Words{"評価：脆弱性のあるソフトウェアは使用されていない（通知4(3)）", "Assessment: the vulnerable software is not used (CS notice 4(3))"}}
	case a.ControlsSuffice == register.Yes:
		out["harm_status"] = Suggestion{[]string{"none"}, Words{"評価：対策により健康被害が発生するおそれがない（通知4(3)）", "Assessment: with the controls no harm is to be feared (CS notice 4(3))"}}
	case a.Harm == assess.NoHarm:
		out["harm_status"] = Suggestion{[]string{"none"}, Words{"評価：健康被害のおそれなし", "Assessment: no harm is to be feared"}}
	case a.Harm != assess.HarmUnknown && a.Exploited != register.Yes:
		out["harm_status"] = Suggestion{[]string{"potential"}, Words{"評価：健康被害のおそれあり、悪用の実績なし", "Assessment: harm is to be feared, no exploitation so far"}}
	}
	if slices.Contains([]assess.Harm{assess.Death, assess.Serious, assess.NonSerious}, a.Harm) {
		out["seriousness"] = Suggestion{[]string{string(a.Harm)}, Words{"評価：起こり得る健康被害の程度", "Assessment: gravest harm that could follow"}}
	}
}
