package app

import (
	"strconv"
	"strings"

	"mimamori/internal/fault"
	"mimamori/internal/report"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// FormProblem is one thing wrong with the text of a form definition.
type FormProblem struct {
	Line    int    `json:"line"` // 0 when it cannot be told
	Pointer string `json:"pointer"`
	Text    string `json:"message"`
}

// FormProblems reads a form definition and returns every problem with the line
// it stands on; form is nil when there is one.
func FormProblems(text []byte) (form *report.Form, problems []FormProblem) {
	form, err := report.Parse(text)
	if err == nil {
		return form, nil
	}
	fields := fault.FieldsOf(err)
	if len(fields) == 0 { // no YAML, or too large: the message has the line
		return nil, []FormProblem{{Text: err.Error()}}
	}
	file, err := parser.ParseBytes(text, 0)
	if err != nil || len(file.Docs) == 0 {
		return nil, []FormProblem{{Text: "not a form definition"}}
	}
	for _, f := range fields {
		problems = append(problems, FormProblem{Line: lineOf(file.Docs[0].Body, f.Pointer), Pointer: f.Pointer, Text: f.Message})
	}
	return nil, problems
}

// lineOf returns the line of what a pointer names, or of the nearest thing above
// it that is there.
func lineOf(node ast.Node, pointer string) int {
	line := 1
	for _, part := range strings.Split(strings.Trim(pointer, "/"), "/") {
		next, at := step(node, part)
		if next == nil {
			return line
		}
		node, line = next, at
	}
	return line
}

func step(node ast.Node, part string) (ast.Node, int) {
	switch n := node.(type) {
	case *ast.MappingNode:
		for _, value := range n.Values {
			if value.Key.String() == part {
				return value.Value, value.Key.GetToken().Position.Line
			}
		}
	case *ast.MappingValueNode:
		if n.Key.String() == part {
			return n.Value, n.Key.GetToken().Position.Line
		}
	case *ast.SequenceNode:
		if i, err := strconv.Atoi(part); err == nil && i >= 0 && i < len(n.Values) {
			return n.Values[i], firstLine(n.Values[i])
		}
	}
	return nil, 0
}

// firstLine is the line on which an element of a list begins. The token of a
// mapping is its first colon, on the same line.
func firstLine(node ast.Node) int {
	if m, ok := node.(*ast.MappingNode); ok && len(m.Values) > 0 {
		return m.Values[0].Key.GetToken().Position.Line
	}
	return node.GetToken().Position.Line
}
