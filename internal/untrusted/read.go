// Package untrusted reads input that comes from outside: whole, but never more
// than a limit, and with an error that says what is wrong, where, and how to
// mend it. It opens nothing itself.
package untrusted

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"mimamori/internal/fault"
)

// Limits that hold where the caller names no other.
const (
	MaxBytes   = 256 << 20 // one document, after decompression
	MaxDepth   = 200       // nesting of objects, lists or elements
	MaxSpaces  = 64 << 10  // white space before the first character
	MaxValues  = 16 << 20  // values and names of one JSON text
	chunkBytes = 64 << 10
)

// ReadText returns everything r holds as UTF-8 without a byte order mark.
//
// It fails, with a fault.Invalid error, on more than maxBytes bytes, on an
// empty input, on more than MaxSpaces bytes of leading white space (read no
// further than that), and on UTF-16, UTF-32, NUL bytes and anything else that
// is not UTF-8. name stands in the messages.
func ReadText(r io.Reader, name string, maxBytes int64) ([]byte, error) {
	var data []byte
	blank := true
	chunk := make([]byte, chunkBytes)
	for {
		n, err := r.Read(chunk)
		data = append(data, chunk[:n]...)
		if blank {
			blank = len(bytes.TrimLeft(withoutMark(data), " \t\r\n")) == 0
			if blank && len(data) > MaxSpaces {
				return nil, fault.New(fault.Invalid, "%s: starts with more than %s of white space: export the file again", name, size(MaxSpaces))
			}
		}
		if int64(len(data)) > maxBytes {
			return nil, fault.New(fault.Invalid, "%s: more than %s: split the file, or check that it is the right one", name, size(maxBytes))
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			if fault.KindOf(err) != fault.Internal {
				return nil, err
			}
			return nil, fault.Wrap(fault.Invalid, err, "%s: cannot be read at byte %d: the file may be cut off", name, len(data))
		}
	}
	if len(data) == 0 {
		return nil, fault.New(fault.Invalid, "%s: the file is empty (0 bytes): export it again", name)
	}
	if blank {
		return nil, fault.New(fault.Invalid, "%s: holds nothing but white space: export it again", name)
	}
	return checkText(data, name)
}

// checkText strips the UTF-8 byte order mark and refuses other encodings.
func checkText(data []byte, name string) ([]byte, error) {
	const mend = "save the file as UTF-8"
	for _, other := range []struct {
		mark []byte
		name string
	}{
		{[]byte{0xFF, 0xFE, 0, 0}, "UTF-32"},
		{[]byte{0, 0, 0xFE, 0xFF}, "UTF-32"},
		{[]byte{0xFF, 0xFE}, "UTF-16"},
		{[]byte{0xFE, 0xFF}, "UTF-16"},
		{[]byte{0x1F, 0x8B}, "gzip-compressed"},
		{[]byte("PK\x03\x04"), "ZIP-compressed"},
	} {
		if bytes.HasPrefix(data, other.mark) {
			if other.mark[0] == 0x1F || other.mark[0] == 'P' {
				return nil, fault.New(fault.Invalid, "%s: is %s: unpack it first", name, other.name)
			}
			return nil, fault.New(fault.Invalid, "%s: is encoded in %s: %s", name, other.name, mend)
		}
	}
	data = withoutMark(data)
	if at := bytes.IndexByte(data, 0); at >= 0 {
		return nil, fault.New(fault.Invalid, "%s: NUL byte at %s: binary data or UTF-16 without a byte order mark; %s", name, Position(data, at), mend)
	}
	if !utf8.Valid(data) {
		at := 0
		for at < len(data) {
			r, n := utf8.DecodeRune(data[at:])
			if r == utf8.RuneError && n == 1 {
				break
			}
			at += n
		}
		return nil, fault.New(fault.Invalid, "%s: byte 0x%02X at %s is not UTF-8 (the file may be Latin-1 or Shift_JIS): %s", name, data[at], Position(data, at), mend)
	}
	return data, nil
}

func withoutMark(data []byte) []byte { return bytes.TrimPrefix(data, []byte("\uFEFF")) }
