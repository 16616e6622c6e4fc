package sbom

import (
	"bytes"
	"strings"

	"mimamori/internal/untrusted"
)

// tree is a JSON value, or what another encoding says in its place. It is valid
// during the call it is given to: what is kept of it are texts. What has another
// shape than expected reads as missing, so a mistake costs one member.
type tree struct{ untrusted.Value }

// treeOf turns what the reader of another encoding made, of texts, []any and
// map[string]any, into a tree.
func treeOf(v any) tree { return tree{untrusted.Made(v)} }

func (t tree) isObject() bool { return t.Kind() == untrusted.Object }

// there tells whether there is anything but null.
func (t tree) there() bool { return t.Kind() > untrusted.Null }

// String returns a text: a number or true/false, which tools write where a
// text belongs, as written; anything else is empty.
func (t tree) String() string {
	switch t.Kind() {
	case untrusted.Text:
		return string(bytes.TrimSpace(t.Bytes()))
	case untrusted.Number:
		return string(t.Bytes())
	case untrusted.True:
		return "true"
	case untrusted.False:
		return "false"
	default:
		return ""
	}
}

func (t tree) member(name string) tree { return tree{t.Member(name)} }

func (t tree) text(member string) string { return t.member(member).String() }

// object returns a member that is an object; nothing when it is none.
func (t tree) object(member string) tree {
	if o := t.member(member); o.isObject() {
		return o
	}
	return tree{}
}

// list returns a member as a list; a single value stands for a list of one.
func (t tree) list(member string) []tree {
	v := t.member(member)
	switch {
	case v.Kind() == untrusted.List:
		var out []tree
		for element := range v.Elements() {
			out = append(out, tree{element})
		}
		return out
	case v.there():
		return []tree{v}
	}
	return nil
}

// objects returns the objects of a list; what is none is passed over.
func (t tree) objects(member string) []tree {
	var out []tree
	for _, v := range t.list(member) {
		if v.isObject() {
			out = append(out, v)
		}
	}
	return out
}

// texts returns the texts of a list that are not blank.
func (t tree) texts(member string) []string {
	var out []string
	for _, v := range t.list(member) {
		if s := v.String(); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// party returns the name of an organization or a person: an object with a
// name, or a text.
func (t tree) party(member string) string {
	if o := t.object(member); o.isObject() {
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
