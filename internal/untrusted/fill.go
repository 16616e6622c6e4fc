package untrusted

import (
	"cmp"
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// fill decodes the value into to, which is its zero value, as json.Unmarshal
// does, without looking at the text again. It returns false, with to half
// filled, when something has another shape than to asks for.
func (v Value) fill(to reflect.Value) bool { return planOf(to.Type()).fill(v, to) }

// plan says how values are decoded into places of one type.
type plan struct {
	how     way
	element *plan // of pointers and slices
	members []field
	exact   map[string]*field
	folded  map[string]*field // by name in lower case
}

// field is a field of a struct.
type field struct {
	name string
	path []int // as reflect.Value.FieldByIndex takes it
	plan *plan
}

type way uint8

const (
	byJSON  way = iota // what is rare in records: numbers, maps, fields that hide each other …
	bySelf             // the type has an UnmarshalJSON
	asText             // string
	asFlag             // bool
	asNext             // pointer
	asList             // slice
	asGroup            // struct
)

var (
	plans = struct {
		sync.RWMutex
		byType map[reflect.Type]*plan
	}{byType: map[reflect.Type]*plan{}}

	jsonDecoder = reflect.TypeFor[json.Unmarshaler]()
	textDecoder = reflect.TypeFor[encoding.TextUnmarshaler]()
	numberText  = reflect.TypeFor[json.Number]()
)

func planOf(t reflect.Type) *plan {
	plans.RLock()
	known := plans.byType[t]
	plans.RUnlock()
	if known != nil {
		return known
	}
	plans.Lock()
	defer plans.Unlock()
	return newPlan(t)
}

// newPlan makes the plan of a type and of those inside it; plans is locked.
func newPlan(t reflect.Type) *plan {
	if known := plans.byType[t]; known != nil {
		return known
	}
	p := &plan{}
	switch kind := t.Kind(); {
	case reflect.PointerTo(t).Implements(jsonDecoder):
		p.how = bySelf
	case reflect.PointerTo(t).Implements(textDecoder), t == numberText:
	case kind == reflect.String:
		p.how = asText
	case kind == reflect.Bool:
		p.how = asFlag
	case kind == reflect.Pointer:
		p.how = asNext
	case kind == reflect.Slice && t.Elem().Kind() != reflect.Uint8:
		p.how = asList
	case kind == reflect.Struct:
		p.how = asGroup
	}
	plans.byType[t] = p // before those inside it: a type may hold itself
	switch p.how {
	case asNext, asList:
		p.element = newPlan(t.Elem())
	case asGroup:
		if !p.group(t) {
			p.how = byJSON
		}
	default:
	}
	return p
}

// group takes the fields of a struct; false when it has some that are rare.
func (p *plan) group(t reflect.Type) bool {
	if !p.take(t, nil) {
		return false
	}
	p.exact, p.folded = map[string]*field{}, map[string]*field{}
	for i := range p.members {
		m := &p.members[i]
		p.exact[m.name] = m
		if lower := strings.ToLower(m.name); p.folded[lower] == nil {
			p.folded[lower] = m
		}
	}
	return true
}

// take takes the fields of a struct that lies at a path; those of an embedded
// one count as its own, when their names are.
func (p *plan) take(t reflect.Type, path []int) bool {
	for i := range t.NumField() {
		f := t.Field(i)
		tag := f.Tag.Get("json")
		name, options, _ := strings.Cut(tag, ",")
		at := append(slices.Clip(path), i)
		switch {
		case strings.Contains(options, "string"), f.Anonymous && (name != "" || f.Type.Kind() != reflect.Struct):
			return false
		case f.Anonymous:
			if !p.take(f.Type, at) {
				return false
			}
		case f.IsExported() && tag != "-":
			name = cmp.Or(name, f.Name)
			if slices.ContainsFunc(p.members, func(other field) bool { return other.name == name }) {
				return false // one of them hides the other
			}
			p.members = append(p.members, field{name, at, newPlan(f.Type)})
		}
	}
	return true
}

// named finds the field of a name, in any letter case if there is none of
// exactly that name; nil when there is none.
func (p *plan) named(name []byte) *field {
	if m := p.exact[string(name)]; m != nil {
		return m
	}
	var lower [64]byte
	if len(name) > len(lower) {
		return nil
	}
	for i, c := range name {
		switch {
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		case c >= utf8.RuneSelf: // some fold to ASCII letters, such as the Kelvin sign
			return p.fold(string(name))
		}
		lower[i] = c
	}
	return p.folded[string(lower[:len(name)])]
}

func (p *plan) fold(name string) *field {
	for i := range p.members {
		if strings.EqualFold(p.members[i].name, name) {
			return &p.members[i]
		}
	}
	return nil
}

func (p *plan) fill(v Value, to reflect.Value) bool {
	kind := v.Kind()
	switch p.how {
	case bySelf:
		decoder, ok := to.Addr().Interface().(json.Unmarshaler)
		return ok && decoder.UnmarshalJSON(v.raw()) == nil
	case byJSON:
		return json.Unmarshal(v.raw(), to.Addr().Interface()) == nil
	default:
	}
	switch {
	case kind == Null:
		return true
	case p.how == asNext:
		to.Set(reflect.New(to.Type().Elem()))
		return p.element.fill(v, to.Elem())
	case p.how == asText && kind == Text:
		to.SetString(string(v.Bytes()))
	case p.how == asFlag && (kind == True || kind == False):
		to.SetBool(kind == True)
	case p.how == asList && kind == List:
		return p.fillList(v, to)
	case p.how == asGroup && kind == Object:
		return p.fillGroup(v, to)
	default:
		return false
	}
	return true
}

func (p *plan) fillList(v Value, to reflect.Value) bool {
	n := 0
	for range v.Elements() {
		n++
	}
	list := reflect.MakeSlice(to.Type(), n, n)
	to.Set(list)
	i := 0
	for element := range v.Elements() {
		if !p.element.fill(element, list.Index(i)) {
			return false
		}
		i++
	}
	return true
}

func (p *plan) fillGroup(v Value, to reflect.Value) bool {
	for name, value := range v.Members() {
		if m := p.named(name); m != nil && !m.plan.fill(value, to.FieldByIndex(m.path)) {
			return false
		}
	}
	return true
}
