package sbom

import (
	"bytes"
	"encoding/json"
	"strings"
)

// text is a JSON text; null is empty, and a number or true/false, which tools
// write where a text belongs, is kept as written. Lists and objects are
// dropped: the members that matter are read with their own types.
type text string

func (t *text) UnmarshalJSON(data []byte) error {
	switch data[0] {
	case '"':
		var s string
		if err := json.Unmarshal(data, &s); err != nil {
			return err
		}
		*t = text(strings.TrimSpace(s))
	case 'n', '{', '[':
		*t = ""
	default:
		*t = text(data)
	}
	return nil
}

// loose is a JSON list whose elements are decoded one by one. An element of
// another shape, like null, is skipped and counted instead of failing the
// document; a single object stands for a list of one.
type loose[T any] struct {
	items   []T
	at      []int // index of each item in the list
	skipped []int // indexes of elements that could not be used
}

func (l *loose[T]) UnmarshalJSON(data []byte) error {
	var raw []json.RawMessage
	switch data[0] {
	case '[':
		if err := json.Unmarshal(data, &raw); err != nil {
			return err
		}
	case '{':
		raw = []json.RawMessage{data}
	default:
		return nil
	}
	l.items = make([]T, 0, len(raw))
	for i, element := range raw {
		var item T
		if bytes.Equal(element, []byte("null")) || json.Unmarshal(element, &item) != nil {
			l.skipped = append(l.skipped, i)
			continue
		}
		l.items = append(l.items, item)
		l.at = append(l.at, i)
	}
	return nil
}

// party is an organization or a person: an object with a name, or a text.
type party struct{ name string }

func (p *party) UnmarshalJSON(data []byte) error {
	switch data[0] {
	case '"':
		return json.Unmarshal(data, &p.name)
	case '{':
		var o struct {
			Name text `json:"name"`
		}
		if err := json.Unmarshal(data, &o); err != nil {
			return err
		}
		p.name = string(o.Name)
	}
	return nil
}
