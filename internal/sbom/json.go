package sbom

import (
	"bufio"
	"slices"
	"strings"

	"mimamori/internal/fault"
)

// whole are the members that are one object; every other list is taken
// element by element.
var whole = []string{"metadata", "creationInfo", "@context"}

// readJSON reads CycloneDX, SPDX 2 and SPDX 3 as JSON. Which one it is may be
// said last, so the members of all are taken by their names and the format is
// decided at the end.
func readJSON(in *bufio.Reader, name string) (*Document, *breaches, error) {
	s := &jsonStream{in: in, name: name, line: 1}
	r := newTreeReader(name)
	err := s.members(func(member string) error {
		if slices.Contains(whole, member) {
			v, err := s.value(member, -1)
			if err != nil {
				return err
			}
			return r.member(member, -1, v)
		}
		return s.elements(member, func(i int, v tree) error { return r.member(member, i, v) })
	})
	if err != nil {
		return nil, nil, err
	}
	return r.done("JSON")
}

// treeReader reads a document of a format that is not known yet.
type treeReader struct {
	name        string
	cdx         *cycloneDX
	spdx        *spdx2
	spdx3       *spdx3
	spdxVersion string
	linked      bool // has an @context
}

func newTreeReader(name string) *treeReader {
	return &treeReader{name: name, cdx: &cycloneDX{builder: newBuilder(name)}, spdx: newSPDX2(name), spdx3: newSPDX3(name)}
}

// member takes a member of the document; i is the index in a list, or -1.
func (r *treeReader) member(name string, i int, v tree) error {
	switch name {
	case "spdxVersion":
		r.spdxVersion = v.String()
	case "@context":
		r.linked = true
		return nil
	case "@graph":
		return r.spdx3.element(i, v)
	}
	if err := r.spdx.member(name, i, v); err != nil {
		return err
	}
	return r.cdx.member(name, i, v)
}

// done decides on the format.
func (r *treeReader) done(encoding string) (*Document, *breaches, error) {
	switch {
	case r.cdx.bomFormat == "CycloneDX", r.cdx.bomFormat == "" && strings.Contains(r.cdx.schema, "cyclonedx.org"):
		return r.cdx.done(encoding), &r.cdx.breaches, nil
	case r.cdx.bomFormat != "":
		return nil, nil, fault.New(fault.Invalid, "%s: /bomFormat is %q instead of \"CycloneDX\": correct it, or choose an SBOM", r.name, short(r.cdx.bomFormat))
	case strings.HasPrefix(r.spdxVersion, "SPDX-2."):
		d, err := r.spdx.done(encoding)
		return d, nil, err
	case r.spdxVersion != "":
		return nil, nil, fault.New(fault.Invalid, "%s: /spdxVersion is %q, which is not read: export it as SPDX 2.3 JSON", r.name, short(r.spdxVersion))
	case r.linked:
		d, err := r.spdx3.done()
		return d, nil, err
	}
	return nil, nil, fault.New(fault.Invalid, "%s: is JSON but not an SBOM: neither \"bomFormat\" (CycloneDX) nor \"spdxVersion\" (SPDX) is at its top level", r.name)
}
