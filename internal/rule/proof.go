package rule

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"mimamori/internal/caldate"
)

// State says whether a rule applies.
type State string

// The states of a rule.
const (
	Applies    State = "applies"  // in every world
	MayApply   State = "possible" // in some worlds
	IsExcluded State = "excluded" // in none
)

// ProofLine says of one rule whether it applies and why, or why not.
type ProofLine struct {
	Rule       string     `json:"rule"`
	Rulebook   string     `json:"rulebook,omitempty"` // id of the extension it comes from; "" for the rulebook itself
	Item       string     `json:"item,omitempty"`
	Title      Text       `json:"title"`
	Citation   Text       `json:"citation"`
	Quote      string     `json:"quote"`
	State      State      `json:"state"`
	Reason     Text       `json:"reason"`
	Outcome    Outcome    `json:"outcome"`
	Duties     []string   `json:"duties,omitempty"` // ids of the duties it asks for
	Confidence Confidence `json:"confidence"`
	Reading    string     `json:"reading,omitempty"`
	Note       Text       `json:"note"`
}

// proof returns one line for each rule, and one for the rule that stands in
// where a world is met by none.
func (rb *Rulebook) proof(w worlds) []ProofLine {
	count := make([]int, len(rb.Rules))
	unmet := 0
	for _, i := range w.leaves {
		for _, r := range w.diagram.leaves[i].rules {
			count[r]++
		}
		if w.diagram.leaves[i].unmet {
			unmet++
		}
	}
	lines := make([]ProofLine, 0, len(rb.Rules)+1)
	e := explainer{rb, w.possible, w.day}
	for i := range rb.Rules {
		state := stateOf(count[i], len(w.leaves))
		lines = append(lines, rb.Rules[i].line(state, e.reason(i, state)))
	}
	if unmet > 0 {
		lines = append(lines, rb.standIn(stateOf(unmet, len(w.leaves))))
	}
	return lines
}

// standIn returns the line of the rule that stands in where no rule applies.
func (rb *Rulebook) standIn(state State) ProofLine {
	reason := Text{JA: "該当する規定がない。責任者が期限内に判断する。", EN: "No rule applies. A named person decides within the term."}
	switch {
	case rb.otherwise.Then.TermDays > 0:
	case state == Applies:
		reason = Text{JA: "該当する規定がない。責任者が判断する。", EN: "No rule applies. A named person decides."}
	default:
		reason = Text{JA: "該当する規定がない可能性がある。その場合は責任者が判断する。", EN: "Perhaps no rule applies. Then a named person decides."}
	}
	return rb.otherwise.line(state, reason)
}

func stateOf(met, of int) State {
	switch met {
	case 0:
		return IsExcluded
	case of:
		return Applies
	}
	return MayApply
}

func (r *Rule) line(state State, reason Text) ProofLine {
	return ProofLine{
		Rule: r.ID, Rulebook: r.Rulebook, Item: r.Item, Title: r.Title, Citation: r.Citation, Quote: r.Quote, State: state, Reason: reason,
		Outcome: r.Then, Duties: r.Duties, Confidence: r.Confidence, Reading: r.Reading, Note: r.Note,
	}
}

// explainer puts the reasons of a decision into words.
type explainer struct {
	rb       *Rulebook
	possible []valueSet
	aware    caldate.Date
}

func (e explainer) reason(rule int, state State) Text {
	r := &e.rb.Rules[rule]
	switch {
	case !r.InForce(e.aware):
		return e.notInForce(r)
	case state == Applies:
		return e.met(rule)
	case state == MayApply:
		return e.dependsOn(rule)
	}
	if t, blocked := e.blocked(rule); blocked {
		return t
	}
	return e.takenOut(r)
}

func (e explainer) notInForce(r *Rule) Text {
	if r.Until != nil && !e.aware.Before(*r.Until) {
		return Text{
			JA: fmt.Sprintf("情報入手日%vには効力がない（%vより前の情報に適用）。", e.aware, *r.Until),
			EN: fmt.Sprintf("Not in force on the awareness day %v (for information before %v).", e.aware, *r.Until),
		}
	}
	return Text{
		JA: fmt.Sprintf("情報入手日%vには効力がない（%v以後の情報に適用）。", e.aware, *r.From),
		EN: fmt.Sprintf("Not in force on the awareness day %v (for information from %v on).", e.aware, *r.From),
	}
}

// met lists the facts that the rule asks for and that hold.
func (e explainer) met(rule int) Text {
	var ja, en []string
	for f := range e.rb.Facts {
		if e.names(rule, f) && e.possible[f] != e.rb.Facts[f].all() {
			t := e.values(f, e.possible[f])
			ja = append(ja, e.rb.Facts[f].Label.JA+"が「"+t.JA+"」")
			en = append(en, "“"+e.rb.Facts[f].Label.EN+"” is “"+t.EN+"”")
		}
	}
	if len(ja) == 0 {
		return Text{JA: "他の事実にかかわらず該当する。", EN: "It applies whatever the other facts are."}
	}
	return Text{JA: strings.Join(ja, "、") + "であるため該当する。", EN: "It applies because " + strings.Join(en, ", ") + "."}
}

// dependsOn lists the open facts on which the rule, or a rule that may take
// the matter out of it, depends.
func (e explainer) dependsOn(rule int) Text {
	rules := []int{rule}
	for i := range e.rb.Rules {
		if slices.Contains(e.rb.Rules[rule].Except, e.rb.Rules[i].ID) && e.rb.Rules[i].InForce(e.aware) && e.compatible(i) {
			rules = append(rules, i)
		}
	}
	var ja, en []string
	for f := range e.rb.Facts {
		open := e.possible[f]&(e.possible[f]-1) != 0
		if open && slices.ContainsFunc(rules, func(i int) bool { return e.splits(i, f) }) {
			ja = append(ja, "「"+e.rb.Facts[f].Label.JA+"」")
			en = append(en, "“"+e.rb.Facts[f].Label.EN+"”")
		}
	}
	return Text{JA: strings.Join(ja, "") + "により該当する可能性がある。", EN: "It may apply, depending on " + strings.Join(en, ", ") + "."}
}

// blocked names the facts whose possible values the rule does not allow. It is
// false when no fact stands against the rule.
func (e explainer) blocked(rule int) (Text, bool) {
	if e.compatible(rule) {
		return Text{}, false
	}
	branches := e.rb.branches[rule]
	var ja, en []string
	for _, inAll := range []bool{true, false} { // facts against every branch say it best
		for f := range e.rb.Facts {
			var wanted valueSet
			against := 0
			for _, c := range branches {
				if c.allowed[f]&e.possible[f] == 0 {
					against++
				}
				wanted |= c.allowed[f]
			}
			if against == 0 || inAll && against < len(branches) {
				continue
			}
			is, want := e.values(f, e.possible[f]), e.values(f, wanted)
			if against < len(branches) {
				ja = append(ja, e.rb.Facts[f].Label.JA+"が「"+is.JA+"」")
				en = append(en, "“"+e.rb.Facts[f].Label.EN+"” is “"+is.EN+"”")
				continue
			}
			ja = append(ja, e.rb.Facts[f].Label.JA+"が「"+is.JA+"」（要件は「"+want.JA+"」）")
			en = append(en, "“"+e.rb.Facts[f].Label.EN+"” is “"+is.EN+"” (it needs “"+want.EN+"”)")
		}
		if len(ja) > 0 {
			break
		}
	}
	return Text{JA: strings.Join(ja, "、") + "であるため該当しない。", EN: "It does not apply because " + strings.Join(en, ", ") + "."}, true
}

// takenOut names the rules that take the matter out of r.
func (e explainer) takenOut(r *Rule) Text {
	var ja, en []string
	for i := range e.rb.Rules {
		if o := &e.rb.Rules[i]; slices.Contains(r.Except, o.ID) && o.InForce(e.aware) && e.compatible(i) {
			ja = append(ja, o.Citation.JA+"（"+o.Title.JA+"）")
			en = append(en, o.Citation.EN+" ("+o.Title.EN+")")
		}
	}
	return Text{JA: strings.Join(ja, "、") + "に掲げる事項として除かれる。", EN: "Taken out of it as a matter of " + strings.Join(en, "; ") + "."}
}

// compatible tells whether the conditions of the rule hold in some world.
func (e explainer) compatible(rule int) bool {
	return slices.ContainsFunc(e.rb.branches[rule], func(c clause) bool {
		for f := range e.possible {
			if c.allowed[f]&e.possible[f] == 0 {
				return false
			}
		}
		return true
	})
}

// names tells whether the rule asks for the fact.
func (e explainer) names(rule, fact int) bool {
	return slices.ContainsFunc(e.rb.branches[rule], func(c clause) bool { return c.allowed[fact] != e.rb.Facts[fact].all() })
}

// splits tells whether a branch of the rule allows only some of the possible
// values of the fact.
func (e explainer) splits(rule, fact int) bool {
	return slices.ContainsFunc(e.rb.branches[rule], func(c clause) bool { return e.possible[fact]&^c.allowed[fact] != 0 })
}

// values returns the labels of a set of values.
func (e explainer) values(fact int, set valueSet) Text {
	if set&(set-1) == 0 && set != 0 {
		return e.rb.Facts[fact].Values[bits.TrailingZeros32(uint32(set))].Label
	}
	var ja, en []string
	for v := range e.rb.Facts[fact].Values {
		if set.has(v) {
			label := e.rb.Facts[fact].Values[v].Label
			ja, en = append(ja, label.JA), append(en, label.EN)
		}
	}
	return Text{JA: strings.Join(ja, "又は"), EN: strings.Join(en, " or ")}
}
