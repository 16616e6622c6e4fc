package app

import (
	"slices"

	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/rule"
)

// DutyStep is what one duty rulebook says, with the facts it asks by itself.
type DutyStep struct {
	Rulebook    rule.Ref         `json:"rulebook"`
	Title       Words            `json:"title"`
	Facts       []FactView       `json:"facts"`        // its own; those it takes from another rulebook stand there
	Next        string           `json:"next"`         // fact to ask next, "" when none matters
	NamedPerson bool             `json:"named_person"` // no rule applies: a person decides
	Duties      []DutyView       `json:"duties"`       // certain ones first
	Proof       []rule.ProofLine `json:"proof"`
}

// DutyView is one duty that there is for certain or may be.
type DutyView struct {
	ID    string     `json:"id"`
	Label Words      `json:"label"`
	To    Words      `json:"to"`    // who is told
	Value string     `json:"value"` // open value that a person must still confirm, or ""
	Clock rule.Clock `json:"clock"`
	From  string     `json:"from"` // day 0: "aware", "answered", "approval" or "none"
	Form  string     `json:"form"`
	State string     `json:"state"` // "applies" or "possible"
	Rules []string   `json:"rules"` // that ask for it
}

// DutyOutcome is what one value of an open fact of a duty rulebook leads to.
type DutyOutcome struct {
	Value       string   `json:"value"`
	Certain     []string `json:"certain"`  // ids of duties
	Possible    []string `json:"possible"` // ids of duties
	NamedPerson bool     `json:"named_person"`
}

// dutySteps shows what the duty rulebooks say on a day, each with its facts as
// they stand; books and answers go together, s is what they answered.
func dutySteps(books []*rule.DutyRulebook, answers []rule.DutyAnswer, facts []casefile.Fact, s rule.Situation, day caldate.Date) ([]DutyStep, error) {
	steps := []DutyStep{}
	for _, answer := range answers {
		i := slices.IndexFunc(books, func(b *rule.DutyRulebook) bool { return b.Ref() == answer.Rulebook })
		if i < 0 {
			continue
		}
		step, err := dutyStep(books[i], answer, facts, s, day)
		if err != nil {
			return nil, err
		}
		steps = append(steps, step)
	}
	return steps, nil
}

func dutyStep(book *rule.DutyRulebook, answer rule.DutyAnswer, facts []casefile.Fact, s rule.Situation, day caldate.Date) (DutyStep, error) {
	asked := book.Facts()
	step := DutyStep{
		Rulebook: answer.Rulebook, Title: words(answer.Title), NamedPerson: answer.NamedPerson,
		Facts: []FactView{}, Duties: []DutyView{}, Proof: answer.Proof,
	}
	if answer.Next != nil {
		step.Next = *answer.Next
	}
	for i := range asked {
		v := factView(&asked[i], facts)
		if j := slices.IndexFunc(answer.OpenFacts, func(o rule.OpenDutyFact) bool { return o.Fact == v.Name }); j >= 0 {
			o := answer.OpenFacts[j]
			v.Relevant, v.Decisive = o.Relevant, o.Decisive
			for _, out := range o.Outcomes {
				v.DutyOutcomes = append(v.DutyOutcomes, DutyOutcome(out))
			}
		} else {
			relevant, err := bears(book, v.Name, s, day)
			if err != nil {
				return step, err
			}
			v.Relevant = relevant
		}
		step.Facts = append(step.Facts, v)
	}
	for _, line := range answer.Duties {
		d := line.Duty
		step.Duties = append(step.Duties, DutyView{
			ID: d.ID, Label: words(d.Label), To: words(d.To), Value: d.Value, Clock: d.Clock, From: d.From, Form: d.Form,
			State: string(line.State), Rules: line.Rules,
		})
	}
	return step, nil
}

// bears tells whether a fact that is answered has a bearing on the duties, the
// others being as they are.
func bears(book *rule.DutyRulebook, fact string, s rule.Situation, day caldate.Date) (bool, error) {
	without := book.Of(s)
	delete(without, fact)
	answer, err := book.Duties(without, day)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(answer.OpenFacts, func(o rule.OpenDutyFact) bool { return o.Fact == fact && o.Relevant }), nil
}
