package sbom

import (
	"encoding/json"
	"strings"
)

// tree is one JSON object, or what another encoding says in its place. Values
// are nil, bool, string, json.Number, []any and map[string]any. What has another
// shape than expected reads as missing, so a mistake costs one member.
type tree map[string]any

// asTree returns v as an object; nil when it is none.
func asTree(v any) tree {
	m, _ := v.(map[string]any)
	return m
}

// text returns v as a text: a number or true/false, which tools write where a
// text belongs, as written; anything else is empty.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v)
	case json.Number:
		return v.String()
	case bool:
		if v {
			return "true"
		}
		return "false"
	}
	return ""
}

func (t tree) text(member string) string { return text(t[member]) }

func (t tree) object(member string) tree { return asTree(t[member]) }

// list returns a member as a list; a single value stands for a list of one.
func (t tree) list(member string) []any {
	switch v := t[member].(type) {
	case nil:
		return nil
	case []any:
		return v
	default:
		return []any{v}
	}
}

// objects returns the objects of a list; what is none is passed over.
func (t tree) objects(member string) []tree {
	var out []tree
	for _, v := range t.list(member) {
		if o := asTree(v); o != nil {
			out = append(out, o)
		}
	}
	return out
}

// texts returns the texts of a list that are not blank.
func (t tree) texts(member string) []string {
	var out []string
	for _, v := range t.list(member) {
		if s := text(v); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// party returns the name of an organization or a person: an object with a
// name, or a text.
func (t tree) party(member string) string {
	if o := t.object(member); o != nil {
		return o.text("name")
	}
	return t.text(member)
}

// firstOf returns the first text that is not blank.
func firstOf(texts ...string) string {
	for _, t := range texts {
		if t = strings.TrimSpace(t); t != "" {
			return t
		}
	}
	return ""
}
