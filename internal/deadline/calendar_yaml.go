package deadline

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// problem notes something wrong at a node.
func (r *calendarReader) problem(node ast.Node, pointer, rule, format string, args ...any) {
	where := ""
	if node != nil && node.GetToken() != nil {
		where = fmt.Sprintf("line %d: ", node.GetToken().Position.Line)
	}
	if r.at != "" {
		where += r.at + ": "
	}
	r.check.Add(pointer, rule, "%s%s", where, fmt.Sprintf(format, args...))
}

// mapping yields the entries of a mapping in order. keys lists what may stand
// there; one that starts with "?" may be missing.
func (r *calendarReader) mapping(node ast.Node, pointer string, keys ...string) iter.Seq2[string, ast.Node] {
	values, ok := entries(node)
	if !ok {
		r.problem(node, pointer, "type", "expected names with values")
	}
	var seen []string
	for _, v := range values {
		key := v.Key.GetToken().Value
		if !slices.Contains(keys, key) && !slices.Contains(keys, "?"+key) {
			r.problem(v.Key, pointer+"/"+key, "unknown", "%q is not known here: use one of %s", key, strings.ReplaceAll(strings.Join(keys, ", "), "?", ""))
			continue
		}
		seen = append(seen, key)
	}
	for _, key := range keys {
		if ok && !strings.HasPrefix(key, "?") && !slices.Contains(seen, key) {
			r.problem(node, pointer+"/"+key, "required", "%s is missing: fill it in", key)
		}
	}
	return func(yield func(string, ast.Node) bool) {
		for _, v := range values {
			if key := v.Key.GetToken().Value; slices.Contains(seen, key) && !yield(key, v.Value) {
				return
			}
		}
	}
}

func entries(node ast.Node) ([]*ast.MappingValueNode, bool) {
	switch n := node.(type) {
	case *ast.MappingNode:
		return n.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}, true
	}
	return nil, false
}

// valueOf returns the value of a key of a mapping.
func valueOf(node ast.Node, key string) (ast.Node, bool) {
	values, _ := entries(node)
	for _, v := range values {
		if v.Key.GetToken().Value == key {
			return v.Value, true
		}
	}
	return nil, false
}

// idOf returns the id of a provision for messages, "" when it has none.
func idOf(node ast.Node) string {
	if id, ok := valueOf(node, "id"); ok && id.GetToken() != nil {
		return id.GetToken().Value
	}
	return ""
}

func (r *calendarReader) list(node ast.Node, pointer string) []ast.Node {
	if n, ok := node.(*ast.SequenceNode); ok {
		return n.Values
	}
	r.problem(node, pointer, "type", "expected a list")
	return nil
}

// text returns a scalar as it is written.
func (r *calendarReader) text(node ast.Node, pointer string) string {
	switch n := node.(type) {
	case *ast.StringNode:
		if strings.TrimSpace(n.Value) == "" {
			r.problem(node, pointer, "required", "the text is empty: fill it in")
		}
		return n.Value
	case *ast.LiteralNode:
		return strings.TrimSpace(n.Value.Value)
	case *ast.IntegerNode, *ast.FloatNode:
		return node.GetToken().Value
	}
	r.problem(node, pointer, "type", "expected a text")
	return ""
}

// number returns a whole number from low to high, 0 after a problem.
func (r *calendarReader) number(node ast.Node, pointer string, low, high int) int {
	text := r.text(node, pointer)
	n, err := strconv.Atoi(text)
	if err != nil || n < low || n > high {
		r.problem(node, pointer, "range", "%q: expected a whole number from %d to %d", text, low, high)
		return 0
	}
	return n
}

// both returns a text in Japanese and English.
func (r *calendarReader) both(node ast.Node, pointer string) (ja, en string) {
	for key, n := range r.mapping(node, pointer, "ja", "en") {
		switch key {
		case "ja":
			ja = r.text(n, pointer+"/ja")
		case "en":
			en = r.text(n, pointer+"/en")
		}
	}
	return ja, en
}
