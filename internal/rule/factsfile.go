package rule

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"mimamori/internal/fault"
	"mimamori/internal/untrusted"
)

// maxFactsBytes bounds a facts file; one that tells everything has about 500 bytes.
const maxFactsBytes = 1 << 20

// unknown is the word for "we do not know yet" in a facts file.
const unknown = "unknown"

// open are the words that leave every value possible: unknown, and those with
// which the decision table says that a column does not matter in a row.
var open = []string{unknown, "any", "na"}

// ReadFacts reads a facts file: one JSON object whose names are facts. A fact
// is a value, values joined as the decision table joins them
// ("death_or_serious"), "unknown", or {"not": [values that are ruled out]}; a
// fact that is left out, "any" or "na" is unknown.
//
// Errors are fault.Invalid and list every problem with its JSON pointer: not
// JSON, too large, a name twice, facts and values that the rulebook does not
// have, and a fact whose values are all ruled out.
func (rb *Rulebook) ReadFacts(r io.Reader) (Situation, error) {
	const name = "facts"
	data, err := untrusted.ReadText(r, name, maxFactsBytes)
	if err != nil {
		return nil, err
	}
	if err := untrusted.CheckJSON(data, name); err != nil {
		return nil, err
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(data, &object); err != nil || object == nil {
		return nil, fault.New(fault.Invalid, `facts: expected a JSON object such as {"report_kind": "case", "seriousness": {"not": ["death"]}}`)
	}
	s := Situation{}
	var check fault.Checker
	for _, id := range sortedKeys(object) {
		p := "/" + escape(id)
		f := rb.Fact(id)
		if f == nil {
			check.Add(p, "unknown_fact", "no fact is called %q: use one of %s", id, rb.factIDs())
			continue
		}
		if values := f.read(&check, p, object[id]); values != nil {
			s[id] = Known{Values: values}
		}
	}
	if err := check.Err("the facts do not fit the rulebook %s", rb.ID); err != nil {
		return nil, err
	}
	return s, nil
}

// read returns the values of the fact that raw leaves open, or nil when raw
// says nothing or is wrong.
func (f *Fact) read(check *fault.Checker, p string, raw json.RawMessage) []string {
	var value string
	if raw[0] == '"' && json.Unmarshal(raw, &value) == nil {
		return f.named(check, p, value)
	}
	var object map[string]json.RawMessage
	if json.Unmarshal(raw, &object) != nil || object == nil || len(object) != 1 || object["not"] == nil {
		check.Add(p, "type", `expected a value such as %q, %q, or {"not": [values that are ruled out]}`, f.Values[0].ID, unknown)
		return nil
	}
	var out []json.RawMessage
	if json.Unmarshal(object["not"], &out) != nil || out == nil {
		check.Add(p+"/not", "type", "expected a list of values that are ruled out, such as [%q]", f.Values[0].ID)
		return nil
	}
	left := f.in(f.all())
	wrong := false
	for i, item := range out {
		var ruledOut string
		if item[0] != '"' || json.Unmarshal(item, &ruledOut) != nil || f.value(ruledOut) < 0 {
			check.Add(fmt.Sprintf("%s/not/%d", p, i), "unknown_value", "%s has no value %s: use one of %s", f.ID, shown(item), f.valueIDs())
			wrong = true
			continue
		}
		left = slices.DeleteFunc(left, func(id string) bool { return id == ruledOut })
	}
	if len(left) == 0 {
		check.Add(p+"/not", "empty", "every value of %s is ruled out: one of %s must be possible", f.ID, f.valueIDs())
		return nil
	}
	if wrong {
		return nil
	}
	return left
}

// named returns the values that a word leaves open, or nil when it says
// nothing or is wrong.
func (f *Fact) named(check *fault.Checker, p, word string) []string {
	if slices.Contains(open, word) {
		return nil
	}
	values := []string{word}
	if f.value(word) < 0 {
		values = strings.Split(word, "_or_")
	}
	for _, value := range values {
		if f.value(value) < 0 {
			check.Add(p, "unknown_value", "%s has no value %q: use one of %s, or %s", f.ID, word, f.valueIDs(), unknown)
			return nil
		}
	}
	return values
}

// shown returns JSON as it is written, cut to a length that fits a message.
func shown(raw json.RawMessage) string {
	const longest = 60
	if runes := []rune(string(raw)); len(runes) > longest {
		return string(runes[:longest]) + "..."
	}
	return string(raw)
}
