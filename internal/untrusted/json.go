package untrusted

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"sync"

	"mimamori/internal/fault"
)

// DecodeJSON checks that data is exactly one JSON value and decodes it into
// target as encoding/json does. Beyond the grammar (RFC 8259) it refuses nesting
// deeper than MaxDepth and a name that occurs twice in one object: readers
// disagree on which of the two counts, so one of them could hide content.
//
// Errors are fault.Invalid and say line, column and JSON pointer.
func DecodeJSON(data []byte, name string, target any) error {
	p, _ := parsers.Get().(*Parser) // nothing else is in the pool
	defer p.release()
	v, err := p.Parse(data, name)
	if err != nil {
		return err
	}
	to := reflect.ValueOf(target).Elem()
	if v.fill(to) {
		return nil
	}
	to.SetZero()
	return DecodeCheckedJSON(data, name, target)
}

// parsers keeps the memory of parsers for the next text.
var parsers = sync.Pool{New: func() any { return &Parser{} }}

// release gives the parser back, without the memory of an unusually large text.
func (p *Parser) release() {
	const most = 1 << 20
	if cap(p.values.nodes) > most {
		p.values.nodes = nil
	}
	p.values.data, p.scan.data = nil, nil
	parsers.Put(p)
}

// DecodeCheckedJSON is DecodeJSON for data that passed CheckJSON before.
func DecodeCheckedJSON(data []byte, name string, target any) error {
	err := json.Unmarshal(data, target)
	if err == nil {
		return nil
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fault.New(fault.Invalid, "%s: %s, in %s: found %s, expected %s: correct the value", name,
			Position(data, int(wrong.Offset)), "/"+strings.ReplaceAll(wrong.Field, ".", "/"), plainType(wrong.Value), plainType(wrong.Type.Kind().String()))
	}
	return fault.Wrap(fault.Invalid, err, "%s: not readable as JSON", name)
}

func plainType(kind string) string {
	switch kind {
	case "struct", "map":
		return "object"
	case "slice", "array":
		return "list"
	case "int", "int64", "float64":
		return "number"
	}
	return kind
}

// CheckJSON is the check of DecodeJSON without the decoding.
func CheckJSON(data []byte, name string) error {
	p, _ := parsers.Get().(*Parser) // nothing else is in the pool
	defer p.release()
	_, err := p.Parse(data, name)
	return err
}
