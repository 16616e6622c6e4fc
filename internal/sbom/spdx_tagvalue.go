package sbom

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"mimamori/internal/fault"
)

// maxLine limits a line, and a text over several lines, of the tag-value form.
const maxLine = 4 << 20

// tagValue reads the tag-value form of SPDX 2 (SPDX 2.3, clause 5 and annex H)
// line by line: "Tag: value", values over several lines in <text>...</text>.
type tagValue struct {
	*spdx2
	section  string         // tag that opened the present section: "PackageName", "FileName", ...; empty: the document
	pack     map[string]any // the package being read
	packages int
	pending  string // an SPDXID that came before the tag it belongs to
}

func readTagValue(in *bufio.Reader, name string) (*Document, *breaches, error) {
	b := &tagValue{spdx2: newSPDX2(name)}
	for line := 1; ; {
		at := line
		text, n, err := tagLine(in)
		line += n
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, nil, fault.Wrap(fault.Invalid, err, "%s: not readable at line %d", name, at)
		}
		if taken := b.line(text, at); taken != nil {
			return nil, nil, taken
		}
		if err != nil {
			break
		}
	}
	if err := b.closePackage(); err != nil {
		return nil, nil, err
	}
	d, err := b.done("tag-value")
	return d, nil, err
}

// tagLine returns one line, with the lines that a <text> goes on for, and how
// many lines that were.
func tagLine(in *bufio.Reader) (string, int, error) {
	var whole strings.Builder
	for n := 1; ; n++ {
		for {
			chunk, err := in.ReadSlice('\n')
			whole.Write(chunk)
			if whole.Len() > maxLine {
				return "", n, fault.New(fault.Invalid, "a text of more than %d MiB: no real document needs that; a </text> may be missing", maxLine>>20)
			}
			if errors.Is(err, bufio.ErrBufferFull) {
				continue
			}
			text := whole.String()
			if err == nil && strings.Contains(text, "<text>") && !strings.Contains(text, "</text>") {
				break // goes on in the next line
			}
			if !utf8.ValidString(text) || strings.IndexByte(text, 0) >= 0 {
				return "", n, fault.New(fault.Invalid, "holds bytes that are not UTF-8 text: save the file as UTF-8")
			}
			if errors.Is(err, io.EOF) && strings.Contains(text, "<text>") && !strings.Contains(text, "</text>") {
				return "", n, fault.New(fault.Invalid, "the text that starts here has no end </text>: the file is cut off, export it again")
			}
			return strings.TrimSpace(text), n, err
		}
	}
}

// line takes one tag.
func (b *tagValue) line(text string, at int) error {
	if text == "" || text[0] == '#' {
		return nil
	}
	tag, value, ok := strings.Cut(text, ":")
	if !ok {
		b.note(fault.At(fmt.Sprintf("line %d", at), "tag", "no tag: a line is \"Tag: value\"; it was left out"))
		return nil
	}
	value = strings.TrimSpace(value)
	if rest, found := strings.CutPrefix(value, "<text>"); found {
		value = strings.TrimSpace(strings.TrimSuffix(rest, "</text>"))
	}
	switch tag {
	case "PackageName", "FileName", "SnippetSPDXID", "LicenseID", "Annotator", "Reviewer":
		if tag == "Annotator" || tag == "Reviewer" {
			return nil // belongs to what is open
		}
		if err := b.closePackage(); err != nil {
			return err
		}
		b.section = tag
		if tag == "PackageName" {
			b.pack = map[string]any{"name": value}
			b.give("SPDXID", b.pending)
		}
		b.pending = ""
	case "Relationship":
		part := strings.Fields(value)
		if len(part) < 3 {
			b.note(fault.At(fmt.Sprintf("line %d", at), "relationship", "a relationship is \"element TYPE element\": it was left out; correct it"))
			return nil
		}
		return b.relationship(part[0], part[1], part[2])
	case "SPDXID":
		switch {
		case b.pack != nil && b.pack["SPDXID"] == nil:
			b.give("SPDXID", value)
		case b.section == "FileName":
			b.others[value] = true
			b.pending = value
		default:
			b.pending = value
		}
	default:
		return b.tag(tag, value)
	}
	return nil
}

// tag takes the tags of the document and of packages.
func (b *tagValue) tag(tag, value string) error {
	switch tag {
	case "SPDXVersion":
		return b.member("spdxVersion", -1, treeOf(value))
	case "DocumentName":
		return b.member("name", -1, treeOf(value))
	case "DocumentNamespace":
		return b.member("documentNamespace", -1, treeOf(value))
	case "Created":
		b.d.Created = value
	case "Creator":
		b.d.Creators = append(b.d.Creators, value)
	}
	if b.pack == nil {
		return nil
	}
	switch tag {
	case "PackageVersion":
		b.give("versionInfo", value)
	case "PackageSupplier":
		b.give("supplier", value)
	case "PackageOriginator":
		b.give("originator", value)
	case "PackageSourceInfo":
		b.give("sourceInfo", value)
	case "PackageLicenseConcluded":
		b.give("licenseConcluded", value)
	case "PackageLicenseDeclared":
		b.give("licenseDeclared", value)
	case "PrimaryPackagePurpose":
		b.give("primaryPackagePurpose", value)
	case "PackageChecksum":
		algorithm, digest, _ := strings.Cut(value, ":")
		b.append("checksums", map[string]any{"algorithm": strings.TrimSpace(algorithm), "checksumValue": strings.TrimSpace(digest)})
	case "ExternalRef":
		if part := strings.Fields(value); len(part) >= 3 {
			b.append("externalRefs", map[string]any{"referenceType": part[1], "referenceLocator": part[2]})
		}
	}
	return nil
}

// append adds an element to a list of the package.
func (b *tagValue) append(member string, element map[string]any) {
	list, _ := b.pack[member].([]any)
	b.pack[member] = append(list, element)
}

func (b *tagValue) give(member, value string) {
	if value != "" {
		b.pack[member] = value
	}
}

// closePackage takes the package that was read.
func (b *tagValue) closePackage() error {
	if b.pack == nil {
		return nil
	}
	b.packages++
	pack := b.pack
	b.pack = nil
	return b.member("packages", b.packages-1, treeOf(pack))
}
