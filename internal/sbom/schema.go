package sbom

import (
	_ "embed"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"mimamori/internal/fault"
	"mimamori/internal/untrusted"
)

// rule is one demand of the CycloneDX schemas on one member of one kind of
// object. The member must be there when required, and when it is there, it
// must hold what kind says.
type rule struct {
	object, member string
	from, to       string // versions in which it holds, both included; empty: open
	encoding       string // "JSON" or "XML" when it holds in that one only
	required       bool
	kind           demand
	values         []string
	pattern        *regexp.Regexp
}

type demand int

const (
	anything  demand = iota
	aText            // a text, once
	filled           // a text that is not empty
	oneOf            // one of values
	shaped           // a text of the form of pattern
	aDigest          // 32, 40, 64, 96 or 128 hexadecimal digits
	aLicence         // an identifier of the SPDX licence list
	anObject         // an object
	aList            // a list
	forbidden        // must not be there
)

// parts says which kind of object the members of an object hold, alone or in a list.
var parts = map[string]map[string]string{
	"metadata":          {"component": "component", "licenses": "licenses", "properties": "property"},
	"component":         {"components": "component", "hashes": "hash", "licenses": "licenses", "swid": "swid", "properties": "property", "pedigree": "pedigree", "externalReferences": "externalReference"},
	"pedigree":          {"ancestors": "component", "descendants": "component", "variants": "component", "patches": "patch"},
	"patch":             {"resolves": "issue"},
	"service":           {"services": "service", "data": "serviceData", "licenses": "licenses", "properties": "property", "externalReferences": "externalReference"},
	"licenses":          {"license": "license"},
	"license":           {"properties": "property"},
	"externalReference": {"hashes": "hash"},
}

// top says which kind of object the members of a document hold.
var top = map[string]string{
	"metadata": "metadata", "components": "component", "services": "service", "dependencies": "dependency", "properties": "property",
}

// rules are what the conformance documents of the CycloneDX project
// (github.com/CycloneDX/specification, tools/src/test/resources) hold a reader
// to, as the schemas of each version say it.
var rules = []rule{
	{object: "bom", member: "bomFormat", encoding: "JSON", required: true, kind: oneOf, values: []string{"CycloneDX"}},
	{object: "bom", member: "serialNumber", kind: shaped, pattern: regexp.MustCompile(`^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`), from: "1.1"},
	{object: "bom", member: "metadata", kind: anObject},
	{object: "bom", member: "components", kind: aList, encoding: "JSON"},
	{object: "bom", member: "dependencies", kind: aList, encoding: "JSON"},

	{object: "component", member: "name", required: true, kind: aText},
	{object: "component", member: "version", required: true, to: "1.3"},
	{object: "component", member: "version", kind: aText},
	{object: "component", member: "bom-ref", kind: filled},
	{object: "component", member: "type", required: true, to: "1.0", kind: oneOf, values: words("application framework library operating-system device")},
	{object: "component", member: "type", required: true, from: "1.1", to: "1.1", kind: oneOf, values: words("application framework library operating-system device file")},
	{object: "component", member: "type", required: true, from: "1.2", to: "1.4", kind: oneOf, values: words("application framework library container operating-system device firmware file")},
	{object: "component", member: "type", required: true, from: "1.5", to: "1.5", kind: oneOf, values: words("application framework library container platform operating-system device device-driver firmware file machine-learning-model data")},
	{object: "component", member: "type", required: true, from: "1.6", kind: oneOf, values: words("application framework library container platform operating-system device device-driver firmware file machine-learning-model data cryptographic-asset")},
	{object: "component", member: "scope", to: "1.0", kind: oneOf, values: words("required optional")},
	{object: "component", member: "scope", from: "1.1", kind: oneOf, values: words("required optional excluded")},
	{object: "component", member: "purl", kind: aText},
	{object: "component", member: "versionRange", to: "1.6", kind: forbidden},

	{object: "hash", member: "alg", required: true, to: "1.1", kind: oneOf, values: words("MD5 SHA-1 SHA-256 SHA-384 SHA-512 SHA3-256 SHA3-512")},
	{object: "hash", member: "alg", required: true, from: "1.2", to: "1.6", kind: oneOf, values: words("MD5 SHA-1 SHA-256 SHA-384 SHA-512 SHA3-256 SHA3-384 SHA3-512 BLAKE2b-256 BLAKE2b-384 BLAKE2b-512 BLAKE3")},
	{object: "hash", member: "alg", required: true, from: "1.7", kind: oneOf, values: words("MD5 SHA-1 SHA-256 SHA-384 SHA-512 SHA3-256 SHA3-384 SHA3-512 BLAKE2b-256 BLAKE2b-384 BLAKE2b-512 BLAKE3 Streebog-256 Streebog-512")},
	{object: "hash", member: "content", required: true, kind: aDigest},

	{object: "swid", member: "tagId", required: true, kind: aText},
	{object: "swid", member: "name", required: true, kind: aText},

	{object: "license", member: "id", from: "1.1", kind: aLicence},
	{object: "license", member: "name", from: "1.1", kind: aText},

	{object: "property", member: "name", required: true, from: "1.6", kind: aText},
	{object: "property", member: "value", kind: aText},

	{object: "service", member: "name", required: true, kind: aText},
	{object: "service", member: "bom-ref", kind: filled},
	{object: "serviceData", member: "flow", required: true, kind: oneOf, values: words("inbound outbound bi-directional unknown")},
	{object: "serviceData", member: "classification", required: true, kind: aText},

	{object: "dependency", member: "ref", required: true, kind: filled},

	{object: "patch", member: "type", required: true, kind: oneOf, values: words("unofficial monkey backport cherry-pick")},
	{object: "issue", member: "type", required: true, kind: oneOf, values: words("defect enhancement security")},
	{object: "externalReference", member: "url", required: true, kind: aText},
	{object: "externalReference", member: "type", required: true, kind: aText},
}

// exclusive are demands on more than one member at once: at most (and, when
// one is needed, at least) one of them may be there.
var exclusive = []struct {
	object  string
	members [2]string
	needed  bool
	from    string
}{
	{"license", [2]string{"id", "name"}, true, "1.1"},
	{"component", [2]string{"version", "versionRange"}, false, "1.7"},
}

func words(list string) []string { return strings.Fields(list) }

// byObject has the indexes of the rules of each kind of object.
var byObject = sync.OnceValue(func() map[string][]int {
	index := map[string][]int{}
	for i, r := range rules {
		index[r.object] = append(index[r.object], i)
	}
	return index
})

// licenceIDs holds the identifiers of licences and exceptions of the SPDX
// licence list, one a line.
//
//go:embed spdx-licences.txt
var licenceList string

var licenceIDs = sync.OnceValue(func() map[string]bool {
	ids := map[string]bool{}
	for id := range strings.Lines(licenceList) {
		ids[strings.TrimSpace(id)] = true
	}
	return ids
})

// breach counts the places that break one rule.
type breach struct {
	count        int
	first, value string
}

// breaches holds the objects of a document to the rules of every version, as
// the version may come last in the document; report picks those of its own.
type breaches struct {
	bom       map[string]tree // the members of the document that rules ask for
	broken    map[int]*breach
	exclusive map[int]*breach
	mixed     breach // expressions beside other licences
	external  breach // a range of versions for a component that is shipped along
	strict    []fault.Field
}

func (x *breaches) member(name string, i int, v tree) {
	if x.bom == nil {
		x.bom, x.broken, x.exclusive = map[string]tree{}, map[int]*breach{}, map[int]*breach{}
	}
	if object, ok := top[name]; ok {
		if i < 0 { // not an element of a list
			x.bom[name] = tree{v.Clone()}
			if name != "metadata" {
				return
			}
		}
		x.object(object, &spot{member: name, i: i}, v, 0)
		return
	}
	if kind := v.Kind(); kind != untrusted.List && kind != untrusted.Object { // those are not looked into
		x.bom[name] = tree{v.Clone()}
	}
}

func (x *breaches) object(object string, at *spot, t tree, depth int) {
	if depth > maxNesting {
		return
	}
	for _, i := range byObject()[object] {
		x.check(i, t.member(rules[i].member), at)
	}
	for i, e := range exclusive {
		if e.object == object {
			first, second := t.member(e.members[0]).Kind() != untrusted.None, t.member(e.members[1]).Kind() != untrusted.None
			if first && second || e.needed && !first && !second {
				hit(x.exclusive, i, at, "")
			}
		}
	}
	if object == "component" && t.member("versionRange").there() && t.text("isExternal") != "true" {
		x.external.add(at, "")
	}
	inside := parts[object]
	if len(inside) == 0 {
		return
	}
	for name, v := range t.Members() {
		part, known := inside[string(name)]
		if !known {
			continue
		}
		here := &spot{at, string(name), -1}
		switch {
		case v.Kind() != untrusted.List:
			x.object(part, here, tree{v}, depth+1)
		case part == "licenses":
			x.licences(tree{v}, here, depth+1)
		default:
			i := 0
			for element := range v.Elements() {
				x.object(part, &spot{here, "", i}, tree{element}, depth+1)
				i++
			}
		}
	}
}

// licences checks a choice of licences: until 1.6 either licences or one expression.
func (x *breaches) licences(list tree, at *spot, depth int) {
	expressions, i := 0, 0
	for element := range list.Elements() {
		t := tree{element}
		if t.member("expression").there() {
			expressions++
		}
		if l := t.member("license"); l.Kind() != untrusted.None {
			x.object("license", &spot{&spot{at, "", i}, "license", -1}, l, depth)
		}
		i++
	}
	if expressions > 0 && i > 1 {
		x.mixed.add(at, "")
	}
}

// check holds one member to one rule.
func (x *breaches) check(i int, v tree, at *spot) {
	r := &rules[i]
	if v.Kind() == untrusted.None {
		if r.required {
			hit(x.broken, i, at, "")
		}
		return
	}
	if s, ok := r.kind.accepts(r, v); !ok {
		hit(x.broken, i, &spot{at, r.member, -1}, s)
	}
}

// accepts tells whether v is what the rule asks for, and shows what it is.
func (k demand) accepts(r *rule, v tree) (string, bool) {
	isText := v.Kind() == untrusted.Text
	switch k { // the demands that need no copy of the text first
	case anything, aText:
		return "", k == anything || isText
	case filled:
		return "", isText && len(v.Bytes()) > 0
	default:
	}
	s := ""
	if isText {
		s = string(v.Bytes())
	}
	switch k { //nolint:exhaustive // the others stand above
	case anObject:
		return "", v.isObject()
	case aList:
		return "", v.Kind() == untrusted.List
	case forbidden:
		return s, false
	case oneOf:
		return s, isText && slices.Contains(r.values, s)
	case shaped:
		return s, isText && r.pattern.MatchString(s)
	case aDigest:
		n := len(s)
		return s, isText && (n == 32 || n == 40 || n == 64 || n == 96 || n == 128) && strings.Trim(s, "0123456789abcdefABCDEF") == ""
	case aLicence:
		return s, isText && licenceIDs()[s]
	}
	return s, false
}

// spot is a place in a document, for which no text is made until something is
// wrong there. nil is the document itself.
type spot struct {
	up     *spot
	member string // empty for an element of the list at up
	i      int    // of an element, or -1
}

func (s *spot) String() string {
	if s == nil {
		return ""
	}
	out := s.up.String()
	if s.member != "" {
		out += "/" + s.member
	}
	if s.i >= 0 {
		out += "/" + strconv.Itoa(s.i)
	}
	return out
}

func hit(m map[int]*breach, i int, at *spot, value string) {
	if m[i] == nil {
		m[i] = &breach{}
	}
	m[i].add(at, value)
}

func (b *breach) add(at *spot, value string) {
	if b.count == 0 {
		b.first, b.value = at.String(), value
	}
	b.count++
}

// report notes what breaks the rules of the document's version.
func (x *breaches) report(b *builder, encoding string) {
	version := b.d.SpecVersion
	holds := func(from, to, only string) bool {
		return (from == "" || version >= from) && (to == "" || version <= to) && (only == "" || only == encoding)
	}
	note := func(f fault.Field) {
		x.strict = append(x.strict, f)
		b.note(f)
	}
	if x.bom == nil {
		x.broken = map[int]*breach{}
	}
	for _, i := range byObject()["bom"] {
		x.check(i, x.bom[rules[i].member], nil)
	}
	for i, r := range rules {
		h := x.broken[i]
		if h == nil || !holds(r.from, r.to, r.encoding) {
			continue
		}
		switch {
		case !strings.HasSuffix(h.first, "/"+r.member):
			note(fault.At(orRoot(h.first), "schema", "CycloneDX %s asks for %q in each %s: it is missing in %d places; add it", short(version), r.member, r.object, h.count))
		case r.kind == oneOf || r.kind == shaped || r.kind == aDigest || r.kind == aLicence:
			note(fault.At(h.first, "schema", "%q is no %s of a %s that CycloneDX %s allows (%d places): correct it", short(h.value), r.member, r.object, short(version), h.count))
		case r.kind == forbidden:
			note(fault.At(h.first, "schema", "CycloneDX %s has no %s in a %s (%d places): remove it, or state the newer version", short(version), r.member, r.object, h.count))
		default:
			note(fault.At(h.first, "schema", "%s of a %s has not the shape that CycloneDX %s asks for (%d places): correct it", r.member, r.object, short(version), h.count))
		}
	}
	for i, e := range exclusive {
		if h := x.exclusive[i]; h != nil && holds(e.from, "", "") {
			note(fault.At(h.first, "schema", "a %s has either %q or %q in CycloneDX %s (%d places): correct it", e.object, e.members[0], e.members[1], short(version), h.count))
		}
	}
	if h := x.mixed; h.count > 0 && holds("", "1.6", "") {
		note(fault.At(h.first, "schema", "licences are either a list of licences or one expression in CycloneDX %s (%d places): correct it", short(version), h.count))
	}
	if h := x.external; h.count > 0 && holds("1.7", "", "") {
		note(fault.At(h.first, "schema", "a range of versions is only for components with isExternal true (%d places): correct it", h.count))
	}
}

func orRoot(at string) string {
	if at == "" {
		return "/"
	}
	return at
}
