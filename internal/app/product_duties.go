package app

import (
	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/register"
	"mimamori/internal/rule"
)

// productFacts is what the register says of a product on a day, for the duty
// rulebooks about products. What nobody entered stays unknown: a missing
// day of approval is not "no approval", no unit on record is not "out of use".
// Whether a device is a legacy device is in no register; it stays open.
func productFacts(p ProductUnits, today caldate.Date) []casefile.Fact {
	var facts []casefile.Fact
	from := func(fact, ja string, values ...string) {
		facts = append(facts, casefile.Fact{Name: fact, Possible: values, Evidence: "品目台帳：" + ja})
	}
	switch {
	case p.LicensedOn.After(today):
		from("licence_state", "承認等の年月日", "not_yet")
	case !p.LicensedOn.IsZero():
		from("licence_state", "承認等の年月日", "held")
	case p.LicenceNumber != "":
		from("licence_state", "承認等の番号", "held")
	}
	from("licence_route", "承認、認証又は届出の別", string(p.Route))
	if p.Designated != register.Unknown {
		from("product_designated", "指定区分", string(p.Designated))
	}
	if states := supportStates(p.Product, today); len(states) > 0 {
		from("support_state", "EOL及びEOSの年月日", states...)
	}
	if p.Units > 0 {
		from("still_in_use", "納入記録", "yes")
	}
	return facts
}

// supportStates returns where the support of a product can stand; empty when
// neither day is known.
func supportStates(p register.Product, today caldate.Date) []string {
	reached := func(d caldate.Date) bool { return !d.After(today) }
	switch {
	case !p.EOSOn.IsZero() && reached(p.EOSOn):
		return []string{"ended"}
	case !p.EOLOn.IsZero() && !reached(p.EOLOn):
		return []string{"full"}
	case p.EOLOn.IsZero() && p.EOSOn.IsZero():
		return nil
	case p.EOLOn.IsZero(): // before EOS
		return []string{"full", "limited"}
	case p.EOSOn.IsZero(): // after EOL
		return []string{"limited", "ended"}
	default:
		return []string{"limited"}
	}
}

// productSituation is what is known of a product as a situation of the law.
func productSituation(facts []casefile.Fact) rule.Situation {
	known := rule.Situation{}
	for _, f := range facts {
		known[f.Name] = rule.Known{Values: f.Possible, Evidence: f.Evidence}
	}
	return known
}

// productAnswers asks every duty rulebook about products.
func (a *App) productAnswers(p ProductUnits) (facts []casefile.Fact, answers []rule.DutyAnswer, err error) {
	facts = productFacts(p, a.Today())
	known := productSituation(facts)
	for _, book := range a.Law.ProductDuties {
		answer, err := book.Duties(book.Of(known), a.Today())
		if err != nil {
			return nil, nil, err
		}
		answers = append(answers, answer)
	}
	return facts, answers, nil
}
