package rule

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"

	"mimamori/internal/fault"
	"mimamori/internal/untrusted"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// maxRulebookBytes bounds a rulebook file; the Japanese one has about 50 kB.
const maxRulebookBytes = 4 << 20

// Load reads and checks a rulebook.
//
// A rulebook with a problem is refused with a fault.Invalid error that lists
// every problem with its line and rule: unknown or missing names, values and
// days, a missing quote or citation, a fact without two values, rules that
// contradict each other, rules that can never apply, and worlds to which no
// rule applies, on every day a rule starts or stops.
func Load(fsys fs.FS, path string) (*Rulebook, error) {
	rb, y, err := read(fsys, path)
	if err != nil {
		return nil, err
	}
	if err := y.check.Err("rulebook %s", path); err != nil {
		return nil, err
	}
	if rb.target != "" {
		return nil, fault.New(fault.Invalid, "rulebook %s concludes facts of %s, it does not decide what is due", path, rb.target)
	}
	return rb, nil
}

// read reads a rulebook of either kind. Its problems are in the reader; the
// error says that the file is not readable at all.
func read(fsys fs.FS, path string) (*Rulebook, *yamlReader, error) {
	body, data, err := document(fsys, path)
	if err != nil {
		return nil, nil, err
	}
	sum := sha256.Sum256(data)
	y := &yamlReader{}
	rb := &Rulebook{Digest: "sha256:" + hex.EncodeToString(sum[:])}
	y.nodes = y.rulebook(rb, body)
	if y.check.Err("") == nil { // the worlds can be walked only when every name is known
		rb.compile()
		y.walk(rb, y.nodes)
	}
	return rb, y, nil
}

// document reads a file with one YAML document.
func document(fsys fs.FS, path string) (ast.Node, []byte, error) {
	f, err := fsys.Open(path)
	if err != nil {
		return nil, nil, fault.Wrap(fault.NotFound, err, "rulebook %s", path)
	}
	defer f.Close() //nolint:errcheck // only read
	data, err := untrusted.ReadText(f, "rulebook "+path, maxRulebookBytes)
	if err != nil {
		return nil, nil, err
	}
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, nil, fault.Wrap(fault.Invalid, err, "rulebook %s is not readable as YAML", path)
	}
	if len(file.Docs) != 1 || file.Docs[0].Body == nil {
		return nil, nil, fault.New(fault.Invalid, "rulebook %s: expected one YAML document, found %d", path, len(file.Docs))
	}
	return file.Docs[0].Body, data, nil
}

// ruleNodes has the YAML node of each rule, in their order.
type ruleNodes []ast.Node

// Keys of the two kinds of rulebooks and of their rules.
var (
	bookKeys     = []string{"question", "id", "version", "title", "instrument", "several", "?readings", "facts", "rules", "otherwise"}
	factBookKeys = []string{"question", "id", "version", "title", "instrument", "concludes", "?readings", "facts", "rules"}
	ruleKeys     = []string{"id", "?item", "title", "in_force", "address", "citation", "quote", "when", "?any", "?except", "then", "confidence", "?reading", "?note"}
	factRuleKeys = []string{"id", "title", "in_force", "address", "citation", "quote", "when", "?any", "?except", "then", "confidence", "?reading", "?note"}
)

// rulebook fills rb and returns the node of each rule.
func (y *yamlReader) rulebook(rb *Rulebook, node ast.Node) ruleNodes {
	var rules ruleNodes
	var otherwise ast.Node
	keys, keysOfRule := bookKeys, ruleKeys
	if has(node, "concludes") {
		keys, keysOfRule = factBookKeys, factRuleKeys
	}
	for _, e := range y.mapping(node, "", keys...) {
		p := "/" + e.key
		switch e.key {
		case "question":
			rb.Question = y.text(e.node, p)
		case "id":
			rb.ID = y.text(e.node, p)
		case "version":
			rb.Version = y.text(e.node, p)
		case "title":
			rb.Title = y.both(e.node, p)
		case "instrument":
			for _, part := range y.mapping(e.node, p, "title", "law_id", "text_of") {
				if part.key == "text_of" {
					rb.TextOf = y.date(part.node, p+"/text_of")
				} else {
					y.text(part.node, p+"/"+part.key)
				}
			}
		case "several":
			switch s := y.text(e.node, p); s {
			case "earliest":
				rb.several = true
			case "never":
			default:
				y.problem(e.node, p, "enum", "%q: expected earliest (an event can meet several items) or never", s)
			}
		case "readings":
			rb.Readings = y.texts(e.node, p)
			for _, r := range rb.Readings {
				y.reading(e.node, p, r)
			}
		case "facts":
			y.facts(rb, e.node)
		case "concludes":
			y.concludes(rb, e.node)
		case "rules":
			rules = y.list(e.node, p)
		case "otherwise":
			otherwise = e.node
		}
	}
	for i, n := range rules {
		rb.Rules = append(rb.Rules, y.ruleEntry(rb, n, fmt.Sprintf("/rules/%d", i), keysOfRule...))
	}
	y.uniqueIDs(rb, rules)
	if otherwise != nil {
		rb.otherwise = y.ruleEntry(rb, otherwise, "/otherwise", "id", "title", "address", "citation", "quote", "then", "confidence", "?reading", "?note")
		if !rb.otherwise.Then.Person && rb.otherwise.Then != (Outcome{}) {
			y.problem(otherwise, "/otherwise/then", "person", "where no rule applies, a named person must decide within a term: write person: named")
		}
	}
	return rules
}

// has tells whether a mapping has a key.
func has(node ast.Node, key string) bool {
	m, ok := node.(*ast.MappingNode)
	return ok && slices.ContainsFunc(m.Values, func(v *ast.MappingValueNode) bool { return v.Key.GetToken().Value == key })
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

func (y *yamlReader) facts(rb *Rulebook, node ast.Node) {
	rb.index = map[string]int{}
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
				matters[i] = e.node
			case "values":
				f.Values = y.values(e.node, p+"/values")
			}
		}
		if _, twice := rb.index[f.ID]; twice {
			y.problem(n, p+"/id", "unique", "fact %s stands twice: remove one", f.ID)
		}
		rb.index[f.ID] = i
		rb.Facts = append(rb.Facts, f)
	}
	for i := range rb.Facts {
		if n := matters[i]; n != nil {
			rb.Facts[i].Matters = y.conditions(rb, n, fmt.Sprintf("/facts/%d/matters", i))
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

// ruleEntry reads one rule.
func (y *yamlReader) ruleEntry(rb *Rulebook, node ast.Node, p string, keys ...string) Rule {
	var r Rule
	if m, ok := node.(*ast.MappingNode); ok { // the id first: every message names it
		for _, v := range m.Values {
			if v.Key.GetToken().Value == "id" {
				y.rule = v.Value.GetToken().Value
			}
		}
	}
	defer func() { y.rule = "" }()
	for _, e := range y.mapping(node, p, keys...) {
		pe := p + "/" + e.key
		switch e.key {
		case "id":
			r.ID = y.text(e.node, pe)
		case "item":
			r.Item = y.text(e.node, pe)
		case "title":
			r.Title = y.both(e.node, pe)
		case "in_force":
			y.inForce(&r, e.node, pe)
		case "address":
			r.Address = y.text(e.node, pe)
		case "citation":
			r.Citation = y.both(e.node, pe)
		case "quote":
			r.Quote = y.text(e.node, pe)
		case "when":
			r.When = y.condition(rb, e.node, pe)
		case "any":
			r.Any = y.conditions(rb, e.node, pe)
		case "except":
			r.Except = y.texts(e.node, pe)
		case "then":
			if rb.target != "" {
				r.Concludes = y.conclusion(rb, e.node, pe)
			} else {
				r.Then = y.outcome(e.node, pe)
			}
		case "confidence":
			r.Confidence = Confidence(y.text(e.node, pe))
			if !slices.Contains([]Confidence{Confirmed, Inferred, Recall}, r.Confidence) {
				y.problem(e.node, pe, "enum", "%q: expected confirmed, inferred or recall", r.Confidence)
			}
		case "reading":
			r.Reading = y.text(e.node, pe)
			y.reading(e.node, pe, r.Reading)
		case "note":
			r.Note = y.both(e.node, pe)
		}
	}
	if r.Then.reports() && r.Item == "" {
		y.problem(node, p+"/item", "required", "item is missing: a report names the legal item that asks for it")
	}
	return r
}

var readingID = regexp.MustCompile(`^R-[0-9]{3}$`)

func (y *yamlReader) reading(node ast.Node, p, id string) {
	if !readingID.MatchString(id) {
		y.problem(node, p, "pattern", "%q is not the number of a reading: write it as R-001", id)
	}
}

func (y *yamlReader) inForce(r *Rule, node ast.Node, p string) {
	for _, e := range y.mapping(node, p, "from", "?until") {
		if e.key == "from" && e.node.GetToken().Value == "unknown" {
			continue
		}
		d := y.date(e.node, p+"/"+e.key)
		if e.key == "from" {
			r.From = &d
		} else {
			r.Until = &d
		}
	}
	if r.From != nil && r.Until != nil && !r.From.Before(*r.Until) {
		y.problem(node, p, "order", "from %v is not before until %v", *r.From, *r.Until)
	}
}

func (y *yamlReader) conditions(rb *Rulebook, node ast.Node, p string) []Condition {
	var out []Condition
	for i, n := range y.list(node, p) {
		out = append(out, y.condition(rb, n, fmt.Sprintf("%s/%d", p, i)))
	}
	return out
}

func (y *yamlReader) condition(rb *Rulebook, node ast.Node, p string) Condition {
	return y.valuesOf(rb.Fact, node, p)
}

// conclusion reads the values that a rule leaves to facts of the target; nil
// for a rule that only takes matters out of others.
func (y *yamlReader) conclusion(rb *Rulebook, node ast.Node, p string) Condition {
	entries := y.mapping(node, p, "?facts", "?scope")
	if len(entries) != 1 {
		y.problem(node, p, "outcome", "expected facts with the values that remain, or scope: outside")
		return nil
	}
	e := entries[0]
	if e.key == "scope" {
		if got := y.text(e.node, p+"/scope"); got != "outside" {
			y.problem(e.node, p+"/scope", "enum", "%q: expected outside", got)
		}
		return nil
	}
	c := y.valuesOf(rb.targetFact, e.node, p+"/facts")
	if len(c) == 0 {
		y.problem(e.node, p+"/facts", "empty", "no fact is concluded: name one or more, or write scope: outside")
	}
	for _, id := range sortedKeys(c) {
		if f := rb.targetFact(id); !slices.ContainsFunc(f.Values, func(v Value) bool { return !slices.Contains(c[id], v.ID) }) {
			y.problem(e.node, p+"/facts/"+id, "open", "every value of %s remains: name fewer, or leave it out", id)
		}
	}
	return c
}

// valuesOf reads facts with values of each.
func (y *yamlReader) valuesOf(fact func(string) *Fact, node ast.Node, p string) Condition {
	c := Condition{}
	for _, e := range y.mapping(node, p) {
		pe := p + "/" + e.key
		values := y.texts(e.node, pe)
		f := fact(e.key)
		if f == nil {
			y.problem(e.node, pe, "unknown_fact", "no fact is called %q", e.key)
			continue
		}
		for _, v := range values {
			if f.value(v) < 0 {
				y.problem(e.node, pe, "unknown_value", "%s has no value %q", e.key, v)
			}
		}
		if len(values) == 0 {
			y.problem(e.node, pe, "empty", "%s needs one or more values", e.key)
		}
		c[e.key] = values
	}
	return c
}

func (y *yamlReader) outcome(node ast.Node, p string) Outcome {
	var o Outcome
	unit := ""
	for _, e := range y.mapping(node, p, "?term", "?unit", "?periodic", "?form", "?person", "?first_report", "?report") {
		pe := p + "/" + e.key
		word := func(want string) bool {
			if got := y.text(e.node, pe); got != want {
				y.problem(e.node, pe, "enum", "%q: expected %s", got, want)
				return false
			}
			return true
		}
		switch e.key {
		case "term":
			o.TermDays = y.number(e.node, pe, 1, 366)
		case "unit":
			word("calendar_days") // the only unit of the rulebooks so far
			unit = e.key
		case "periodic":
			o.Periodic = word("yearly_within_two_months")
		case "form":
			o.Form = "form" + strconv.Itoa(y.number(e.node, pe, 8, 12))
		case "person":
			o.Person = word("named")
		case "first_report":
			o.FirstReport = word("promptly")
		case "report":
			o.None = word("none")
		}
	}
	term := o.TermDays > 0
	shape := o
	shape.TermDays, shape.Form = 0, ""
	ok := term == (unit != "")
	switch shape {
	case Outcome{}:
		ok = ok && term && o.reports()
	case Outcome{Periodic: true}:
		ok = ok && !term && o.reports()
	case Outcome{Person: true}:
		ok = ok && term && !o.reports()
	case Outcome{FirstReport: true}, Outcome{None: true}:
		ok = ok && !term && !o.reports()
	default:
		ok = false
	}
	if !ok {
		y.problem(node, p, "outcome", "expected term with unit and form, term with unit and person, periodic with form, first_report alone, or report: none alone")
	}
	return o
}

// uniqueIDs checks ids and the rules named as exceptions.
func (y *yamlReader) uniqueIDs(rb *Rulebook, nodes ruleNodes) {
	seen := map[string]bool{}
	for _, r := range rb.Rules {
		seen[r.ID] = true
	}
	first := map[string]bool{}
	for i, r := range rb.Rules {
		y.rule = r.ID
		p := fmt.Sprintf("/rules/%d", i)
		if first[r.ID] {
			y.problem(nodes[i], p+"/id", "unique", "the id stands twice: give one of the rules another")
		}
		first[r.ID] = true
		for _, id := range r.Except {
			if !seen[id] || id == r.ID {
				y.problem(nodes[i], p+"/except", "unknown_rule", "except names %q, which is no other rule", id)
			}
		}
	}
	y.rule = ""
}
