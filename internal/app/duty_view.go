package app

import (
	"slices"

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

// dutySteps shows what the duty rulebooks say, each with its facts as they
// stand; books and answers go together.
func dutySteps(books []*rule.DutyRulebook, answers []rule.DutyAnswer, facts []casefile.Fact) []DutyStep {
	steps := []DutyStep{}
	for _, answer := range answers {
		i := slices.IndexFunc(books, func(b *rule.DutyRulebook) bool { return b.Ref() == answer.Rulebook })
		if i >= 0 {
			steps = append(steps, dutyStep(books[i].Facts(), answer, facts))
		}
	}
	return steps
}

func dutyStep(asked []rule.Fact, answer rule.DutyAnswer, facts []casefile.Fact) DutyStep {
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
			v.Relevant = true // somebody answered it
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
	return step
}
