package untrusted

import (
	"bytes"
	"encoding/json"
	"iter"
	"slices"
)

// Kind is the kind of a JSON value.
type Kind uint8

// The kinds. None is a value that is not there.
const (
	None Kind = iota
	Null
	False
	True
	Number
	Text
	List
	Object
	memberName // in the tape only: before each value of an object
)

// Value is a place in a JSON text that was read by a Parser, and valid until
// that reads the next one. The zero Value is none; everything asked of it, or of
// a value of another kind, is none too.
type Value struct {
	tape *tape
	at   int
}

// tape holds the values of one text in their order, each before those inside it.
type tape struct {
	data  []byte
	nodes []node
}

// node is one value or name: data[start:end], of texts without the quotes.
type node struct {
	start, end uint32
	next       uint32 // index of the node after the whole value
	kind       Kind
	escaped    bool // a text that is not to be read as written: it has escapes, or bytes that are not UTF-8
}

// Kind tells what the value is.
func (v Value) Kind() Kind {
	if v.tape == nil {
		return None
	}
	return v.tape.nodes[v.at].kind
}

// Bytes returns a text, decoded, or a number as written; nil for all else. They
// are not to be changed and valid as long as the value.
func (v Value) Bytes() []byte {
	switch v.Kind() {
	case Text, Number:
		return v.tape.text(v.at)
	default:
		return nil
	}
}

// raw returns the value as it stands in the text.
func (v Value) raw() []byte {
	n := v.tape.nodes[v.at]
	if n.kind == Text {
		return v.tape.data[n.start-1 : n.end+1]
	}
	return v.tape.data[n.start:n.end]
}

func (t *tape) text(at int) []byte {
	n := &t.nodes[at]
	raw := t.data[n.start:n.end]
	if !n.escaped {
		return raw
	}
	return unescaped(raw)
}

// unescaped decodes what stands between the quotes of a text.
func unescaped(raw []byte) []byte {
	var out string
	_ = json.Unmarshal(slices.Concat([]byte{'"'}, raw, []byte{'"'}), &out) // was checked
	return []byte(out)
}

// Member returns the member of an object.
func (v Value) Member(name string) Value {
	if v.Kind() != Object {
		return Value{}
	}
	for at, end := v.at+1, int(v.tape.nodes[v.at].next); at < end; at = int(v.tape.nodes[at+1].next) {
		if v.tape.named(at, name) {
			return Value{v.tape, at + 1}
		}
	}
	return Value{}
}

// named tells whether the name at a place is the given one.
func (t *tape) named(at int, name string) bool {
	n := &t.nodes[at]
	if n.escaped {
		return string(t.text(at)) == name
	}
	return int(n.end-n.start) == len(name) && string(t.data[n.start:n.end]) == name
}

// Members yields the names and values of an object in their order.
func (v Value) Members() iter.Seq2[[]byte, Value] {
	return func(yield func([]byte, Value) bool) {
		if v.Kind() != Object {
			return
		}
		for at, end := v.at+1, int(v.tape.nodes[v.at].next); at < end; at = int(v.tape.nodes[at+1].next) {
			if !yield(v.tape.text(at), Value{v.tape, at + 1}) {
				return
			}
		}
	}
}

// Elements yields the elements of a list in their order.
func (v Value) Elements() iter.Seq[Value] {
	return func(yield func(Value) bool) {
		if v.Kind() != List {
			return
		}
		for at, end := v.at+1, int(v.tape.nodes[v.at].next); at < end; at = int(v.tape.nodes[at].next) {
			if !yield(Value{v.tape, at}) {
				return
			}
		}
	}
}

// Clone returns a copy that stays valid.
func (v Value) Clone() Value {
	if v.tape == nil {
		return Value{}
	}
	whole := v.tape.nodes[v.at]
	from := uint32(v.at) //nolint:gosec // indexes of nodes are below 4 Gi
	out := &tape{data: bytes.Clone(v.tape.data[whole.start:whole.end]), nodes: slices.Clone(v.tape.nodes[v.at:whole.next])}
	for i := range out.nodes {
		n := &out.nodes[i]
		n.start, n.end, n.next = n.start-whole.start, n.end-whole.start, n.next-from
	}
	return Value{out, 0}
}

// Made returns v, made of nil, bool, string, json.Number, []any and
// map[string]any, as a Value: what other encodings say in the place of JSON.
func Made(v any) Value {
	t := &tape{}
	t.put(v)
	return Value{t, 0}
}

func (t *tape) put(v any) {
	at := len(t.nodes)
	n := node{start: t.here()}
	add := func(kind Kind, text string) {
		n.kind = kind
		t.data = append(t.data, text...)
		t.nodes = append(t.nodes, n)
	}
	switch v := v.(type) {
	case bool:
		if add(False, ""); v {
			t.nodes[at].kind = True
		}
	case string:
		add(Text, v)
	case json.Number:
		add(Number, v.String())
	case []any:
		add(List, "")
		for _, element := range v {
			t.put(element)
		}
	case map[string]any:
		add(Object, "")
		for name, member := range v {
			t.put(name)
			t.nodes[len(t.nodes)-1].kind = memberName
			t.put(member)
		}
	default:
		add(Null, "")
	}
	t.nodes[at].end, t.nodes[at].next = t.here(), uint32(len(t.nodes)) //nolint:gosec // made of what was read within limits
}

func (t *tape) here() uint32 { return uint32(len(t.data)) } //nolint:gosec // the same
