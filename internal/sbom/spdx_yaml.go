package sbom

import (
	"io"
	"strings"

	"mimamori/internal/fault"
	"mimamori/internal/untrusted"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// maxYAML limits a YAML document, which is held in memory as a whole.
const maxYAML = 32 << 20

// readYAML reads documents in YAML: SPDX 2, and CycloneDX for those tools that
// write it. Anchors, aliases, tags and merge keys are refused: no SBOM needs
// them, and they make a small file expand.
func readYAML(in io.Reader, name string) (*Document, *breaches, error) {
	data, err := untrusted.ReadText(in, name, maxYAML)
	if err != nil {
		return nil, nil, err
	}
	tokens := lexer.Tokenize(string(data))
	if err := checkYAML(tokens, name); err != nil {
		return nil, nil, err
	}
	file, err := parser.Parse(tokens, 0)
	if err != nil {
		return nil, nil, fault.New(fault.Invalid, "%s: not readable as YAML: %s", name, short(firstLine(err.Error())))
	}
	if len(file.Docs) != 1 {
		return nil, nil, fault.New(fault.Invalid, "%s: holds %d YAML documents instead of one: split the file", name, len(file.Docs))
	}
	v, err := yamlValue(file.Docs[0].Body, name)
	if err != nil {
		return nil, nil, err
	}
	root, isMapping := v.(map[string]any)
	if !isMapping {
		return nil, nil, fault.New(fault.Invalid, "%s: is YAML but not an SBOM: its top level is no mapping", name)
	}
	r := newTreeReader(name)
	for member, value := range root {
		list, isList := value.([]any)
		if !isList {
			if err := r.member(member, -1, treeOf(value)); err != nil {
				return nil, nil, err
			}
			continue
		}
		for i, element := range list {
			if err := r.member(member, i, treeOf(element)); err != nil {
				return nil, nil, err
			}
		}
	}
	return r.done("YAML")
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// checkYAML refuses what could make the parser recurse or the document expand.
// Blocks nest only by columns and flow collections only by brackets, so both
// are bounded by the tokens alone.
func checkYAML(tokens token.Tokens, name string) error {
	const maxColumn = 4 * untrusted.MaxDepth
	depth := 0
	for _, t := range tokens {
		switch t.Type { //nolint:exhaustive // the other tokens do no harm
		case token.AnchorType, token.AliasType, token.TagType, token.MergeKeyType, token.DirectiveType:
			return fault.New(fault.Invalid, "%s: line %d: %q: anchors, aliases, tags and directives are not accepted: write the values out", name, t.Position.Line, short(t.Value))
		case token.SequenceStartType, token.MappingStartType:
			depth++
		case token.SequenceEndType, token.MappingEndType:
			depth--
		case token.SequenceEntryType, token.MappingKeyType, token.MappingValueType:
			if depth == 0 && t.Position.Column > maxColumn {
				depth = untrusted.MaxDepth + 1
			}
		}
		if depth > untrusted.MaxDepth {
			return fault.New(fault.Invalid, "%s: line %d: nested deeper than %d levels: no real document needs that", name, t.Position.Line, untrusted.MaxDepth)
		}
	}
	return nil
}

// yamlValue turns a node into a tree. Scalars are kept as they are written: a
// version 1.10 must not become 1.1.
func yamlValue(n ast.Node, name string) (any, error) {
	switch n := n.(type) {
	case nil, *ast.NullNode:
		return nil, nil //nolint:nilnil // null is a value
	case *ast.StringNode:
		return n.Value, nil
	case *ast.LiteralNode:
		return n.Value.Value, nil
	case *ast.SequenceNode:
		list := make([]any, 0, len(n.Values))
		for _, element := range n.Values {
			v, err := yamlValue(element, name)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		return list, nil
	case *ast.MappingNode:
		return yamlMapping(n.Values, name)
	case *ast.MappingValueNode:
		return yamlMapping([]*ast.MappingValueNode{n}, name)
	default:
		return n.GetToken().Value, nil
	}
}

func yamlMapping(values []*ast.MappingValueNode, name string) (any, error) {
	out := make(map[string]any, len(values))
	for _, pair := range values {
		key, ok := pair.Key.(ast.ScalarNode)
		if !ok {
			return nil, fault.New(fault.Invalid, "%s: line %d: a name that is no plain text: write it as text", name, pair.GetToken().Position.Line)
		}
		member := key.GetToken().Value
		if _, twice := out[member]; twice {
			return nil, fault.New(fault.Invalid, "%s: line %d: the name %q occurs twice in one mapping: remove one of them", name, key.GetToken().Position.Line, short(member))
		}
		v, err := yamlValue(pair.Value, name)
		if err != nil {
			return nil, err
		}
		out[member] = v
	}
	return out, nil
}
