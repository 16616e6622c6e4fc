package rule

import (
	"fmt"
	"slices"

	"github.com/goccy/go-yaml/ast"
)

// Keys of each kind of rulebook besides those of every rulebook, and those of
// rules besides those of every rule.
var (
	bookKeys = [...][]string{
		decides:   {"several", "facts", "otherwise"},
		concludes: {"concludes", "facts"},
		extends:   {"extends"},
		tells:     {"about", "?uses", "?facts", "duties", "otherwise"},
	}
	everyBookKeys = []string{"question", "id", "version", "title", "instrument", "?readings", "rules"}
	everyRuleKeys = []string{"id", "title", "in_force", "address", "citation", "quote", "when", "?any", "?except", "then", "confidence", "?reading", "?note"}
	otherwiseKeys = []string{"id", "title", "address", "citation", "quote", "then", "confidence", "?reading", "?note"}
)

// kindOf tells the kind of a rulebook from the key that only this kind has.
func kindOf(node ast.Node) kind {
	switch {
	case child(node, "concludes") != nil:
		return concludes
	case child(node, "extends") != nil:
		return extends
	case child(node, "duties") != nil:
		return tells
	}
	return decides
}

// child returns what stands under a key of a mapping, or nil.
func child(node ast.Node, key string) ast.Node {
	if m, ok := node.(*ast.MappingNode); ok {
		for _, v := range m.Values {
			if v.Key.GetToken().Value == key {
				return v.Value
			}
		}
	}
	return nil
}

// rulebook fills rb, whose kind is known. base returns the rulebook of an id
// whose facts another kind of rulebook may use, or nil.
func (y *yamlReader) rulebook(rb *Rulebook, node ast.Node, base func(id string) *Rulebook) {
	rb.index = map[string]int{}
	parts := map[string]ast.Node{}
	for _, e := range y.mapping(node, "", append(slices.Clone(everyBookKeys), bookKeys[rb.kind]...)...) {
		parts[e.key] = e.node
		y.header(rb, e.key, e.node)
	}
	read := func(key string, f func(*Rulebook, ast.Node)) {
		if n := parts[key]; n != nil {
			f(rb, n)
		}
	}
	read("concludes", y.concludes)
	read("extends", func(rb *Rulebook, n ast.Node) { y.extends(rb, n, base) })
	read("uses", func(rb *Rulebook, n ast.Node) { y.uses(rb, n, base) })
	read("facts", y.facts)
	read("duties", y.duties)
	if rb.kind == extends && len(rb.Facts) == 0 { // told already; without facts no rule can be read
		return
	}
	read("rules", y.rules)
	read("otherwise", y.otherwise)
}

// header reads what stands at the top of every rulebook.
func (y *yamlReader) header(rb *Rulebook, key string, node ast.Node) {
	p := "/" + key
	switch key {
	case "question":
		rb.Question = y.text(node, p)
	case "id":
		rb.ID = y.text(node, p)
	case "version":
		rb.Version = y.text(node, p)
	case "title":
		rb.Title = y.both(node, p)
	case "instrument":
		for _, part := range y.mapping(node, p, "title", "law_id", "text_of") {
			if part.key == "text_of" {
				rb.TextOf = y.date(part.node, p+"/text_of")
			} else {
				y.text(part.node, p+"/"+part.key)
			}
		}
	case "several":
		switch s := y.text(node, p); s {
		case "earliest":
			rb.several = true
		case "never":
		default:
			y.problem(node, p, "enum", "%q: expected earliest (an event can meet several items) or never", s)
		}
	case "about":
		if rb.about = y.text(node, p); rb.about != AboutCase && rb.about != AboutProduct {
			y.problem(node, p, "enum", "%q: expected %s or %s", rb.about, AboutCase, AboutProduct)
		}
	case "readings":
		rb.Readings = y.texts(node, p)
		for _, r := range rb.Readings {
			y.reading(node, p, r)
		}
	}
}

// rules reads every rule.
func (y *yamlReader) rules(rb *Rulebook, node ast.Node) {
	y.nodes = y.list(node, "/rules")
	keys := everyRuleKeys
	if rb.kind == decides || rb.kind == extends {
		keys = append(slices.Clone(keys), "?item")
	}
	for i, n := range y.nodes {
		rb.Rules = append(rb.Rules, y.ruleEntry(rb, n, fmt.Sprintf("/rules/%d", i), keys...))
	}
	y.uniqueIDs(rb)
}

// otherwise reads the rule that stands in where none applies.
func (y *yamlReader) otherwise(rb *Rulebook, node ast.Node) {
	rb.otherwise = y.ruleEntry(rb, node, "/otherwise", otherwiseKeys...)
	if then := rb.otherwise.Then; !then.Person && then != (Outcome{}) || len(rb.otherwise.Duties) > 0 {
		y.problem(node, "/otherwise/then", "person", "where no rule applies, a named person must decide: write person: named")
	}
}

// extends takes over the facts of the rulebook that an extension adds rules to.
func (y *yamlReader) extends(rb *Rulebook, node ast.Node, base func(id string) *Rulebook) {
	rb.target = y.text(node, "/extends")
	b := base(rb.target)
	if b == nil {
		y.problem(node, "/extends", "target", "there is no rulebook %q that could be extended: read it together with this one", rb.target)
		return
	}
	rb.Facts, rb.index, rb.several = b.Facts, b.index, b.several
}

// uses takes over facts that another rulebook asks.
func (y *yamlReader) uses(rb *Rulebook, node ast.Node, base func(id string) *Rulebook) {
	var b *Rulebook
	for _, e := range y.mapping(node, "/uses", "rulebook", "facts") {
		p := "/uses/" + e.key
		if e.key == "rulebook" {
			rb.target = y.text(e.node, p)
			if b = base(rb.target); b == nil {
				y.problem(e.node, p, "target", "there is no rulebook %q whose facts could be used: read it together with this one", rb.target)
			}
		}
	}
	facts := child(node, "facts")
	if b == nil || facts == nil {
		return
	}
	for i, id := range y.texts(facts, "/uses/facts") {
		p := fmt.Sprintf("/uses/facts/%d", i)
		f := b.Fact(id)
		if f == nil {
			y.problem(facts, p, "unknown_fact", "%s has no fact %q: use one of %s", b.ID, id, b.factIDs())
			continue
		}
		if _, twice := rb.index[id]; twice {
			y.problem(facts, p, "unique", "fact %s stands twice: remove one", id)
			continue
		}
		rb.index[id] = len(rb.Facts)
		rb.Facts = append(rb.Facts, *f)
	}
	rb.used = len(rb.Facts)
}

// concludes reads which facts of which rulebook a fact rulebook can conclude.
func (y *yamlReader) concludes(rb *Rulebook, node ast.Node) {
	for _, e := range y.mapping(node, "/concludes", "rulebook", "facts") {
		p := "/concludes/" + e.key
		if e.key == "rulebook" {
			rb.target = y.text(e.node, p)
			continue
		}
		for _, f := range y.mapping(e.node, p) {
			target := Fact{ID: f.key}
			for _, id := range y.texts(f.node, p+"/"+f.key) {
				target.Values = append(target.Values, Value{ID: id})
			}
			if len(target.Values) < 2 || len(target.Values) > maxValues {
				y.problem(f.node, p+"/"+f.key, "values", "%d values: a fact needs 2 to %d", len(target.Values), maxValues)
			}
			rb.targets = append(rb.targets, target)
		}
	}
}

// facts adds the facts that a rulebook asks itself.
func (y *yamlReader) facts(rb *Rulebook, node ast.Node) {
	first := len(rb.Facts)
	matters := map[int]ast.Node{}
	for i, n := range y.list(node, "/facts") {
		p := fmt.Sprintf("/facts/%d", i)
		var f Fact
		for _, e := range y.mapping(n, p, "id", "label", "question", "help", "?matters", "values") {
			switch e.key {
			case "id":
				f.ID = y.text(e.node, p+"/id")
			case "label":
				f.Label = y.both(e.node, p+"/label")
			case "question":
				f.Question = y.both(e.node, p+"/question")
			case "help":
				f.Help = y.both(e.node, p+"/help")
			case "matters":
				matters[first+i] = e.node
			case "values":
				f.Values = y.values(e.node, p+"/values")
			}
		}
		if _, twice := rb.index[f.ID]; twice {
			y.problem(n, p+"/id", "unique", "fact %s stands twice: remove one", f.ID)
		}
		rb.index[f.ID] = first + i
		rb.Facts = append(rb.Facts, f)
	}
	for i := range rb.Facts {
		if n := matters[i]; n != nil {
			rb.Facts[i].Matters = y.conditions(rb, n, fmt.Sprintf("/facts/%d/matters", i-first))
		}
	}
}

func (y *yamlReader) values(node ast.Node, p string) []Value {
	var values []Value
	for i, n := range y.list(node, p) {
		var v Value
		pv := fmt.Sprintf("%s/%d", p, i)
		for _, e := range y.mapping(n, pv, "id", "label", "help") {
			switch e.key {
			case "id":
				v.ID = y.text(e.node, pv+"/id")
			case "label":
				v.Label = y.both(e.node, pv+"/label")
			case "help":
				v.Help = y.both(e.node, pv+"/help")
			}
		}
		if slices.ContainsFunc(values, func(o Value) bool { return o.ID == v.ID }) {
			y.problem(n, pv+"/id", "unique", "value %q stands twice: remove one", v.ID)
		}
		if v.ID == "unknown" {
			y.problem(n, pv+"/id", "reserved", "the value unknown is kept for \"we do not know yet\": choose another name")
		}
		values = append(values, v)
	}
	if len(values) < 2 || len(values) > maxValues {
		y.problem(node, p, "values", "%d values: a fact needs 2 to %d", len(values), maxValues)
	}
	return values
}
