package app

import (
	"context"
	"fmt"
	"strings"

	"mimamori/internal/assess"
	"mimamori/internal/caldate"
	"mimamori/internal/intake"
	"mimamori/internal/register"
	"mimamori/internal/rule"
)

// Suggestion is an answer that the records propose; a person accepts it or not.
type Suggestion struct {
	Possible []string `json:"possible"`
	Why      Words    `json:"why"`
	Clauses  []Clause `json:"clauses"` // of the law, that it rests on; none when it is only what a record says
}

// Clause is a rule that a suggestion rests on.
type Clause struct {
	Rule       string `json:"rule"`
	Citation   Words  `json:"citation"`
	Quote      string `json:"quote"`      // in the original language
	Confidence string `json:"confidence"` // "confirmed", "inferred" or "recall"
	Reading    string `json:"reading"`    // docs/readings, or ""
}

// suggest proposes answers from what the records of a case say. It never
// proposes more than they do: what they leave open stays open. What a record
// says of itself goes before what the CS notice concludes.
func (a *App) suggest(ctx context.Context, product register.Product, intakes []IntakeRow, assessment *assess.Assessment, aware caldate.Date) (map[string]Suggestion, error) {
	out := map[string]Suggestion{}
	a.suggestDesignated(ctx, out, product)
	if len(intakes) > 0 {
		suggestFromIntake(out, intakes[0])
	}
	if assessment == nil {
		return out, nil
	}
	concluded, err := a.Law.Notice.Conclude(noticeSituation(product, intakes, *assessment, aware), aware)
	if err != nil {
		return nil, err
	}
	for _, c := range concluded.Facts {
		if _, told := out[c.Fact]; !told && !c.Open {
			out[c.Fact] = fromNotice(c, assessment.Version)
		}
	}
	return out, nil
}

// fromNotice is a suggestion with the clauses of the CS notice that it rests on.
func fromNotice(c rule.Conclusion, version int) Suggestion {
	s := Suggestion{Possible: c.Possible, Clauses: []Clause{}}
	var ja, en []string
	for _, line := range c.Rules {
		if line.State != rule.Applies && c.Rules[0].State == rule.Applies {
			break // what may apply adds nothing to what does
		}
		s.Clauses = append(s.Clauses, Clause{
			Rule: line.Rule, Citation: words(line.Citation), Quote: line.Quote, Confidence: string(line.Confidence), Reading: line.Reading,
		})
		var mark Words
		if line.Confidence != rule.Confirmed { // the text does not say it in so many words
			mark = Words{"、解釈" + line.Reading, ", reading " + line.Reading}
		}
		ja = append(ja, fmt.Sprintf("%s（%s「%s」%s）", line.Title.JA, line.Citation.JA, line.Quote, mark.Ja))
		en = append(en, fmt.Sprintf("%s (%s: 「%s」%s)", line.Title.EN, line.Citation.EN, line.Quote, mark.En))
	}
	s.Why = Words{
		Ja: fmt.Sprintf("評価（第%d版）：%s", version, strings.Join(ja, "、又は")),
		En: fmt.Sprintf("Assessment (version %d): %s", version, strings.Join(en, "; or ")),
	}
	return s
}

// suggestDesignated proposes what the register says, or else the list of
// designated devices.
func (a *App) suggestDesignated(ctx context.Context, out map[string]Suggestion, product register.Product) {
	says := func(known register.Known, why Words) {
		out["designated_device"] = Suggestion{Possible: []string{string(known)}, Clauses: []Clause{}, Why: why}
	}
	if product.Designated != register.Unknown {
		says(product.Designated, Words{"品目台帳の指定区分", "Register of the product"})
		return
	}
	switch known, confirmed := a.designatedByList(ctx, product); {
	case known == register.Unknown:
	case confirmed:
		says(known, Words{"指定医療機器の一覧と一般的名称の照合", "The list of designated devices, by the generic name"})
	default:
		says(known, Words{"指定医療機器の一覧（要確認）と一般的名称の照合", "The list of designated devices (to be confirmed), by the generic name"})
	}
}

func suggestFromIntake(out map[string]Suggestion, r IntakeRow) {
	says := func(value, ja, en string) Suggestion {
		return Suggestion{
			Possible: []string{value}, Clauses: []Clause{},
			Why: Words{"受付記録 " + r.Number + "：" + ja, "Intake record " + r.Number + ": " + en},
		}
	}
	switch r.Source {
	case intake.Hospital:
		out["report_kind"] = says("case", "医療機関からの症例・不具合の情報", "a hospital told of a case or malfunction")
		out["origin"] = says("domestic", "国内の医療機関からの情報", "it came from a hospital in Japan")
		out["agent"] = says("malfunction", "機器の不具合としての申告", "it was told as a malfunction of the device")
	case intake.ForeignMeasure:
		out["report_kind"] = says("safety_measure", "外国で措置が実施された", "a measure was taken abroad")
		out["origin"] = says("foreign", "外国医療機器の措置", "it concerns the foreign device")
	case intake.ForeignCase:
		out["report_kind"] = says("case", "外国での症例・不具合の情報", "a case or malfunction abroad")
		out["origin"] = says("foreign", "外国医療機器の情報", "it concerns the foreign device")
		out["agent"] = says("malfunction", "機器の不具合としての申告", "it was told as a malfunction of the device")
	case intake.Literature:
		out["report_kind"] = says("research_report", "文献・学会報告", "literature or a conference paper")
	case intake.Finder, intake.Authority, intake.Supplier, intake.Internal, intake.Other:
	}
}
