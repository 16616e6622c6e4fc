package sbom

import (
	"bytes"
	"encoding/json"
)

// decodeTree turns one JSON value that passed untrusted.CheckJSON into a tree.
// It relies on that check for everything, which makes it short and fast.
func decodeTree(data []byte) any {
	d := decoder{data: data}
	return d.value()
}

type decoder struct {
	data []byte
	at   int
}

// space skips white space and returns the byte after it.
func (d *decoder) space() byte {
	for {
		switch c := d.data[d.at]; c {
		case ' ', '\t', '\r', '\n':
			d.at++
		default:
			return c
		}
	}
}

func (d *decoder) value() any {
	switch d.space() {
	case '{':
		out := map[string]any{}
		for d.at++; d.space() != '}'; {
			key := d.text()
			d.space()
			d.at++ // the colon
			out[key] = d.value()
			if d.space() == ',' {
				d.at++
			}
		}
		d.at++
		return out
	case '[':
		out := []any{}
		for d.at++; d.space() != ']'; {
			out = append(out, d.value())
			if d.space() == ',' {
				d.at++
			}
		}
		d.at++
		return out
	case '"':
		return d.text()
	case 't':
		d.at += len("true")
		return true
	case 'f':
		d.at += len("false")
		return false
	case 'n':
		d.at += len("null")
		return nil
	}
	start := d.at
	for d.at < len(d.data) && bytes.IndexByte([]byte("+-.0123456789eE"), d.data[d.at]) >= 0 {
		d.at++
	}
	return json.Number(d.data[start:d.at]) // as written: a version 1.10 must not become 1.1
}

// text reads a text in quotes.
func (d *decoder) text() string {
	d.space()
	start, escaped := d.at, false
	for d.at++; d.data[d.at] != '"'; d.at++ {
		if d.data[d.at] == '\\' {
			escaped = true
			d.at++
		}
	}
	d.at++
	if !escaped {
		return string(d.data[start+1 : d.at-1])
	}
	var out string
	_ = json.Unmarshal(d.data[start:d.at], &out) // was checked
	return out
}
