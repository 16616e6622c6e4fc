package rule

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"mimamori/internal/caldate"
	"mimamori/internal/fault"

	"github.com/goccy/go-yaml/ast"
)

// yamlReader reads a rulebook from YAML nodes and notes every problem with its
// line, so that an author mends them all at once.
type yamlReader struct {
	rule     string // id of the rule being read, for the messages
	problems []Problem
	// Nodes of the rules and duties, in their order.
	nodes, dutyNodes []ast.Node
}

// problem notes something wrong at a node.
func (y *yamlReader) problem(node ast.Node, pointer, rule, format string, args ...any) {
	y.problems = append(y.problems, Problem{Line: lineOf(node), Rule: y.rule, Pointer: pointer, Kind: rule, Message: fmt.Sprintf(format, args...)})
}

// err returns what was noted as a fault.Invalid error, nil when nothing was.
func (y *yamlReader) err(path string) error {
	var check fault.Checker
	for _, p := range y.problems {
		where := ""
		if p.Line > 0 {
			where = fmt.Sprintf("line %d: ", p.Line)
		}
		check.Add(p.Pointer, p.Kind, "%s%s%s", where, p.about(), p.Message)
	}
	return check.Err("rulebook %s", path)
}

// lineOf returns the line of a node, 0 when there is none.
func lineOf(node ast.Node) int {
	if node == nil || node.GetToken() == nil {
		return 0
	}
	return node.GetToken().Position.Line
}

// entry is one key of a mapping with its value.
type entry struct {
	key  string
	node ast.Node
}

// mapping returns the entries of a mapping. keys lists what may stand there;
// one that starts with "?" may be missing. No keys: any name is allowed.
func (y *yamlReader) mapping(node ast.Node, pointer string, keys ...string) []entry {
	var values []*ast.MappingValueNode
	switch n := node.(type) {
	case *ast.MappingNode:
		values = n.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{n}
	default:
		y.problem(node, pointer, "type", "expected names with values")
		return nil
	}
	var entries []entry
	for _, v := range values {
		key := v.Key.GetToken().Value
		if len(keys) > 0 && !slices.Contains(keys, key) && !slices.Contains(keys, "?"+key) {
			y.problem(v.Key, pointer+"/"+key, "unknown", "%q is not known here: use one of %s", key, strings.ReplaceAll(strings.Join(keys, ", "), "?", ""))
			continue
		}
		entries = append(entries, entry{key, v.Value})
	}
	for _, key := range keys {
		if !strings.HasPrefix(key, "?") && !slices.ContainsFunc(entries, func(e entry) bool { return e.key == key }) {
			y.problem(node, pointer+"/"+key, "required", "%s is missing: fill it in", key)
		}
	}
	return entries
}

// list returns the elements of a sequence.
func (y *yamlReader) list(node ast.Node, pointer string) []ast.Node {
	if n, ok := node.(*ast.SequenceNode); ok {
		return n.Values
	}
	y.problem(node, pointer, "type", "expected a list")
	return nil
}

// text returns a scalar as it is written. Words that YAML readers disagree on
// must stand in quotes.
func (y *yamlReader) text(node ast.Node, pointer string) string {
	switch n := node.(type) {
	case *ast.StringNode:
		switch strings.ToLower(n.Value) {
		case "yes", "no", "on", "off", "y", "n":
			if q := n.GetToken().Origin; !strings.ContainsAny(q, `"'`) {
				y.problem(node, pointer, "quotes", "%s without quotes means different things to different readers: write \"%s\"", n.Value, n.Value)
			}
		case "":
			y.problem(node, pointer, "required", "the text is empty: fill it in")
		}
		return n.Value
	case *ast.LiteralNode:
		return strings.TrimSpace(n.Value.Value)
	case *ast.IntegerNode, *ast.FloatNode:
		return node.GetToken().Value
	}
	y.problem(node, pointer, "type", "expected a text")
	return ""
}

// number returns a whole number from low to high.
func (y *yamlReader) number(node ast.Node, pointer string, low, high int) int {
	text := y.text(node, pointer)
	n, err := strconv.Atoi(text)
	if err != nil || n < low || n > high {
		y.problem(node, pointer, "range", "%q: expected a whole number from %d to %d", text, low, high)
		return 0
	}
	return n
}

// yes reads a switch that is either true or left out.
func (y *yamlReader) yes(node ast.Node, pointer string) bool {
	if b, ok := node.(*ast.BoolNode); ok && b.Value {
		return true
	}
	y.problem(node, pointer, "type", "expected true")
	return false
}

// word reads a text that must be want.
func (y *yamlReader) word(node ast.Node, pointer, want string) bool {
	got := y.text(node, pointer)
	if got != want {
		y.problem(node, pointer, "enum", "%q: expected %s", got, want)
	}
	return got == want
}

// date returns a day.
func (y *yamlReader) date(node ast.Node, pointer string) caldate.Date {
	d, err := caldate.Parse(y.text(node, pointer))
	if err != nil {
		y.problem(node, pointer, "date", "%v", err)
	}
	return d
}

// both returns a text in Japanese and English.
func (y *yamlReader) both(node ast.Node, pointer string) Text {
	var t Text
	for _, e := range y.mapping(node, pointer, "ja", "en") {
		switch e.key {
		case "ja":
			t.JA = y.text(e.node, pointer+"/ja")
		case "en":
			t.EN = y.text(e.node, pointer+"/en")
		}
	}
	return t
}

// texts returns a list of texts.
func (y *yamlReader) texts(node ast.Node, pointer string) []string {
	var out []string
	for i, n := range y.list(node, pointer) {
		out = append(out, y.text(n, fmt.Sprintf("%s/%d", pointer, i)))
	}
	return out
}
