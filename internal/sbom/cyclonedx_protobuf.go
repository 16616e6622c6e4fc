package sbom

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"regexp"
	"time"
	"unicode/utf8"

	"mimamori/internal/fault"
	"mimamori/internal/untrusted"
)

// protoField is a field of a message: the member of the JSON form, and what it
// holds: the name of a message in protoMessages or of a list in protoEnums, or
// empty for texts.
type protoField struct{ member, holds string }

// protoMessages are the fields that are read, by message and number, as
// bom-1.3.proto to bom-1.7.proto have them (the numbers never changed).
var protoMessages = map[string]map[int]protoField{
	"bom": {
		1: {"specVersion", ""}, 3: {"serialNumber", ""}, 4: {"metadata", "metadata"}, 5: {"components", "component"}, 6: {"services", "service"},
		8: {"dependencies", "dependency"}, 10: {"vulnerabilities", "vulnerability"},
	},
	"metadata": {1: {"timestamp", "time"}, 2: {"tools", "tool"}, 3: {"authors", "entity"}, 4: {"component", "component"}, 7: {"licenses", "licenseChoice"}, 8: {"properties", "property"}},
	"tool":     {2: {"name", ""}, 3: {"version", ""}, 6: {"components", "component"}, 7: {"services", "service"}},
	"component": {
		1: {"type", "type"}, 3: {"bom-ref", ""}, 4: {"supplier", "entity"}, 5: {"author", ""}, 6: {"publisher", ""}, 7: {"group", ""}, 8: {"name", ""},
		9: {"version", ""}, 11: {"scope", "scope"}, 12: {"hashes", "hash"}, 13: {"licenses", "licenseChoice"}, 15: {"cpe", ""}, 16: {"purl", ""},
		17: {"swid", "swid"}, 19: {"pedigree", "pedigree"}, 21: {"components", "component"}, 22: {"properties", "property"}, 23: {"evidence", "evidence"},
		28: {"manufacturer", "entity"}, 29: {"authors", "entity"}, 33: {"versionRange", ""}, 34: {"isExternal", "bool"},
	},
	"entity":        {1: {"name", ""}},
	"hash":          {1: {"alg", "alg"}, 2: {"content", ""}},
	"licenseChoice": {1: {"license", "license"}, 2: {"expression", ""}},
	"license":       {1: {"id", ""}, 2: {"name", ""}, 7: {"properties", "property"}},
	"swid":          {1: {"tagId", ""}, 2: {"name", ""}, 3: {"version", ""}},
	"pedigree":      {1: {"ancestors", "component"}, 5: {"patches", "patch"}, 6: {"notes", ""}},
	"patch":         {1: {"type", "patchType"}, 3: {"resolves", "issue"}},
	"issue":         {1: {"type", "issueType"}, 2: {"id", ""}, 3: {"name", ""}},
	"property":      {1: {"name", ""}, 2: {"value", ""}},
	"evidence":      {3: {"identity", "identity"}},
	"identity":      {1: {"field", "evidenceField"}, 5: {"concludedValue", ""}},
	"dependency":    {1: {"ref", ""}, 2: {"dependsOn", "dependency"}, 3: {"provides", ""}},
	"service":       {1: {"bom-ref", ""}, 4: {"name", ""}, 13: {"services", "service"}},
	"vulnerability": {
		2: {"id", ""}, 3: {"source", "entity"}, 4: {"references", "reference"}, 13: {"updated", "time"}, 16: {"analysis", "analysis"}, 17: {"affects", "affects"},
	},
	"reference":       {1: {"id", ""}},
	"analysis":        {1: {"state", "state"}, 2: {"justification", "justification"}, 3: {"response", "response"}, 4: {"detail", ""}, 6: {"lastUpdated", "time"}},
	"affects":         {1: {"ref", ""}, 2: {"versions", "affectedVersion"}},
	"affectedVersion": {1: {"version", ""}, 2: {"range", ""}, 3: {"status", "affectedStatus"}},
}

// protoEnums are the values of the JSON form in the order of their numbers,
// from 1 on; 0 means not stated.
var protoEnums = map[string][]string{
	"type":           words("application framework library operating-system device file container firmware device-driver platform machine-learning-model data cryptographic-asset"),
	"scope":          words("required optional excluded"),
	"alg":            words("MD5 SHA-1 SHA-256 SHA-384 SHA-512 SHA3-256 SHA3-384 SHA3-512 BLAKE2b-256 BLAKE2b-384 BLAKE2b-512 BLAKE3 Streebog-256 Streebog-512"),
	"patchType":      words("unofficial monkey backport cherry-pick"),
	"issueType":      words("defect enhancement security"),
	"evidenceField":  words("group name version purl cpe swid hash omniborId swhid"),
	"state":          words("resolved resolved_with_pedigree exploitable in_triage false_positive not_affected"),
	"justification":  words("code_not_present code_not_reachable requires_configuration requires_dependency requires_environment protected_by_compiler protected_at_runtime protected_at_perimeter protected_by_mitigating_control"),
	"response":       words("can_not_fix will_not_fix update rollback workaround_available"),
	"affectedStatus": words("affected unaffected"),
}

// protoLists are members that are lists in the JSON form also with one element.
var protoLists = map[string]bool{
	"components": true, "services": true, "hashes": true, "licenses": true, "properties": true, "authors": true, "ancestors": true, "patches": true,
	"resolves": true, "identity": true, "dependsOn": true, "provides": true, "references": true, "response": true, "affects": true, "versions": true,
}

// protoHead is how every encoder starts: field 1, a text, the version.
var protoHead = regexp.MustCompile(`\A\x0a\x031\.[0-9]`)

func protobufHead(head []byte) bool { return protoHead.Match(head) }

var errProto = fault.New(fault.Invalid, "the field is cut off or damaged: export the file again")

// readCycloneDXProtobuf reads the protobuf form of CycloneDX (1.3 on), field by
// field.
func readCycloneDXProtobuf(in *bufio.Reader, name string) (*Document, *breaches, error) {
	b := &cycloneDX{builder: newBuilder(name)}
	count := map[string]int{}
	broken := func(field int, err error) error {
		return fault.Wrap(fault.Invalid, err, "%s: not readable as protobuf at field %d of the document", name, field)
	}
	for last := 0; ; {
		key, err := binary.ReadUvarint(in)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, nil, broken(last, err)
		}
		number, wire := int(key>>3), key&7 //nolint:gosec // a number too large is no known field
		last = number
		if wire == 0 {
			if _, err := binary.ReadUvarint(in); err != nil {
				return nil, nil, broken(number, err)
			}
			continue
		}
		data, err := protoBytes(in, wire)
		if err != nil {
			return nil, nil, broken(number, err)
		}
		f, known := protoMessages["bom"][number]
		if !known {
			continue
		}
		v, err := protoValue(data, f.holds, 1)
		if err != nil {
			return nil, nil, broken(number, err)
		}
		i := -1
		if f.holds != "" && f.member != "metadata" {
			i = count[f.member]
			count[f.member]++
		}
		if err := b.member(f.member, i, treeOf(v)); err != nil {
			return nil, nil, err
		}
	}
	return b.done("protobuf"), &b.breaches, nil
}

// protoBytes reads the content of a field with a length.
func protoBytes(in *bufio.Reader, wire uint64) ([]byte, error) {
	if wire != 2 {
		return nil, errProto
	}
	n, err := binary.ReadUvarint(in)
	if err != nil || n > untrusted.MaxRecordBytes {
		return nil, errProto
	}
	// Grown as it comes: a length alone must not take memory.
	data, err := io.ReadAll(io.LimitReader(in, int64(n)))
	if err != nil {
		return nil, err
	}
	if uint64(len(data)) != n {
		return nil, errProto
	}
	return data, nil
}

// protoValue turns the content of a field with a length into a tree.
func protoValue(data []byte, holds string, depth int) (any, error) {
	if holds == "" {
		if !utf8.Valid(data) {
			return nil, errProto
		}
		return string(data), nil
	}
	if holds == "time" {
		return protoTime(data)
	}
	fields, isMessage := protoMessages[holds]
	if !isMessage || depth > untrusted.MaxDepth {
		return nil, errProto
	}
	out := map[string]any{}
	for len(data) > 0 {
		key, n := binary.Uvarint(data)
		if n <= 0 {
			return nil, errProto
		}
		data = data[n:]
		content, number, rest, err := cutProto(data, key&7)
		if err != nil {
			return nil, err
		}
		data = rest
		f, known := fields[int(key>>3)] //nolint:gosec // a number too large is no known field
		if !known {
			continue
		}
		var v any
		switch values := protoEnums[f.holds]; {
		case f.holds == "bool":
			v = number != 0
		case values != nil && key&7 == 2: // several numbers packed
			for len(content) > 0 {
				number, n := binary.Uvarint(content)
				if n <= 0 {
					return nil, errProto
				}
				content = content[n:]
				protoPut(out, f.member, protoEnum(values, number))
			}
			continue
		case values != nil:
			v = protoEnum(values, number)
		default:
			if v, err = protoValue(content, f.holds, depth+1); err != nil {
				return nil, err
			}
		}
		if f.member == "dependsOn" {
			reference, _ := v.(map[string]any) // as protoMessages has it
			v = reference["ref"]
		}
		protoPut(out, f.member, v)
	}
	return out, nil
}

// protoPut sets a member, or adds to it when it is a list.
func protoPut(out map[string]any, member string, v any) {
	if v == nil {
		return
	}
	if protoLists[member] {
		list, _ := out[member].([]any)
		out[member] = append(list, v)
		return
	}
	out[member] = v
}

func protoEnum(values []string, number uint64) any {
	if number == 0 {
		return nil
	}
	if number > uint64(len(values)) {
		return "unknown"
	}
	return values[number-1]
}

// cutProto cuts one field off data: its content when it has a length, its number otherwise.
func cutProto(data []byte, wire uint64) (content []byte, number uint64, rest []byte, err error) {
	switch wire {
	case 0:
		v, n := binary.Uvarint(data)
		if n <= 0 {
			return nil, 0, nil, errProto
		}
		return nil, v, data[n:], nil
	case 1:
		if len(data) < 8 {
			return nil, 0, nil, errProto
		}
		return nil, 0, data[8:], nil
	case 5:
		if len(data) < 4 {
			return nil, 0, nil, errProto
		}
		return nil, 0, data[4:], nil
	case 2:
		size, n := binary.Uvarint(data)
		if n <= 0 || size > uint64(len(data)-n) { //nolint:gosec // n is at most the length
			return nil, 0, nil, errProto
		}
		return data[n : n+int(size)], 0, data[n+int(size):], nil //nolint:gosec // not more than the data
	}
	return nil, 0, nil, errProto
}

// protoTime turns a google.protobuf.Timestamp into the text of the JSON form.
func protoTime(data []byte) (any, error) {
	var seconds uint64
	for len(data) > 0 {
		key, n := binary.Uvarint(data)
		if n <= 0 {
			return nil, errProto
		}
		_, number, rest, err := cutProto(data[n:], key&7)
		if err != nil {
			return nil, err
		}
		if data = rest; key>>3 == 1 {
			seconds = number
		}
	}
	return time.Unix(int64(seconds), 0).UTC().Format(time.RFC3339), nil //nolint:gosec // two's complement, as protobuf has it
}
