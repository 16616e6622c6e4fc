package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"mimamori/internal/assess"
	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/register"
	"mimamori/internal/rule"
)

// matter is what the law is asked about: the facts of a case, and the records
// that the notice is asked about beside them.
type matter struct {
	facts      []casefile.Fact
	aware      caldate.Date
	product    register.Product
	intakes    []IntakeRow
	assessment *assess.Assessment // current one of product and vulnerability; nil when there is none
}

// matterOf reads what the law is asked about a case.
func matterOf(ctx context.Context, r Reader, c casefile.Case) (matter, error) {
	m := matter{facts: c.Facts, aware: c.AwareOn}
	var err error
	if m.product, err = r.Product(ctx, c.ProductID); err != nil {
		return m, err
	}
	intakes, err := r.Intakes(ctx, ListQuery{Filter: map[string]string{"case": c.ID}, Limit: 200})
	if err != nil {
		return m, err
	}
	m.intakes = intakes.Items
	m.assessment, err = currentAssessment(ctx, r, c)
	return m, err
}

// currentAssessment returns the current assessment of the product and
// vulnerability of a case, nil when there is none.
func currentAssessment(ctx context.Context, r Reader, c casefile.Case) (*assess.Assessment, error) {
	if c.VulnerabilityID == "" {
		return nil, nil //nolint:nilnil // no vulnerability, no assessment
	}
	current, err := r.Assessments(ctx, ListQuery{Filter: map[string]string{"product": c.ProductID, "vulnerability": c.VulnerabilityID, "current": "yes"}, Limit: 1})
	if err != nil || len(current.Items) == 0 {
		return nil, err
	}
	return &current.Items[0].Assessment, nil
}

func (m matter) period() periodOf { return periodOf{m.product.LicensedOn, m.aware} }

// notice is what the notice is asked; nil without an assessment.
func (m matter) notice() *rule.NoticeInput {
	if m.assessment == nil {
		return nil
	}
	return &rule.NoticeInput{
		Subject:   fmt.Sprintf("assessment %s, version %d", m.assessment.ID, m.assessment.Version),
		Situation: noticeSituation(m.product, m.intakes, *m.assessment, m.aware),
	}
}

// determine asks the whole law.
func (a *App) determine(m matter) (rule.Joined, error) {
	return a.Law.Determine(a.situationOf(m.facts), m.notice(), m.aware)
}

// situationOf turns the answers of a case into a situation of the law. An
// answer that the rulebooks in force no longer know, since they changed, counts
// as unknown: it stays in the case, and in the records that rest on it.
func (a *App) situationOf(facts []casefile.Fact) rule.Situation {
	s := rule.Situation{}
	for _, f := range facts {
		known := a.Law.Fact(f.Name)
		if known == nil {
			continue
		}
		values := slices.DeleteFunc(slices.Clone(f.Possible), func(v string) bool {
			return !slices.ContainsFunc(known.Values, func(k rule.Value) bool { return k.ID == v })
		})
		if len(values) > 0 {
			s[f.Name] = rule.Known{Values: values, Evidence: f.Evidence, By: f.By, At: f.At.UTC().Format(time.RFC3339)}
		}
	}
	return s
}

// caseFacts returns the part of a situation that the case report rulebook asks.
func (a *App) caseFacts(s rule.Situation) rule.Situation {
	out := rule.Situation{}
	for name, known := range s {
		if a.Law.Case.Fact(name) != nil {
			out[name] = known
		}
	}
	return out
}
