package sbom

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"mimamori/internal/fault"
)

// Limits of one document. They are far above real documents (the largest known
// has some hundred thousand components) and keep a small file of many empty
// elements from filling memory.
const (
	maxComponents   = 600_000
	maxDependencies = 8_000_000
	maxStatements   = 200_000
	maxText         = 64 << 10 // bytes of one identifier, name or version
	maxNesting      = 60       // components inside components
	maxProblems     = 500      // one line says how many more
)

// builder collects what the reader of one format finds.
type builder struct {
	d    Document
	name string // of the file, for messages

	refs     map[string]bool // of components
	others   map[string]bool // references of what is no component: services, files, documents
	interned map[string]string
	more     int // problems beyond maxProblems
	breaches breaches
}

func newBuilder(name string) *builder {
	return &builder{name: name, refs: map[string]bool{}, others: map[string]bool{}, interned: map[string]string{}}
}

// wants tells whether one more problem would be kept, and counts it if not; the
// texts of a million problems take longer to make than the document to read.
func (b *builder) wants() bool {
	if len(b.d.Problems) < maxProblems {
		return true
	}
	b.more++
	return false
}

// note adds a problem of the document.
func (b *builder) note(f fault.Field) {
	if len(b.d.Problems) < maxProblems {
		b.d.Problems = append(b.d.Problems, f)
	} else {
		b.more++
	}
}

// same returns one copy of texts that occur many times.
func (b *builder) same(text string) string {
	if len(text) > 200 {
		return text
	}
	if known, ok := b.interned[text]; ok {
		return known
	}
	if len(b.interned) < 100_000 {
		text = strings.Clone(text)
		b.interned[text] = text
	}
	return text
}

// add takes a component; at is its place in the document.
func (b *builder) add(c Component, at string) error {
	if len(b.d.Components) >= maxComponents {
		return fault.New(fault.Invalid, "%s: more than %d components: split the document", b.name, maxComponents)
	}
	if err := b.tidy(&c, at); err != nil {
		return err
	}
	b.check(&c, at)
	if c.Ref != "" {
		if b.refs[c.Ref] && b.wants() {
			b.note(fault.At(at, "unique", "the reference %q is used by more than one component: give each its own", short(c.Ref)))
		}
		b.refs[c.Ref] = true
	}
	b.d.Components = append(b.d.Components, c)
	return nil
}

// tidy puts a component in order and refuses texts that no component has.
func (b *builder) tidy(c *Component, at string) error {
	c.Type, c.Group, c.Supplier, c.Parent = b.same(c.Type), b.same(c.Group), b.same(c.Supplier), b.same(c.Parent)
	c.Manufacturer, c.Scope = b.same(c.Manufacturer), b.same(c.Scope)
	for i := range c.Licenses {
		c.Licenses[i] = b.same(c.Licenses[i])
	}
	for i := range c.Authors {
		c.Authors[i] = b.same(c.Authors[i])
	}
	for i := range c.Hashes {
		c.Hashes[i].Algorithm = b.same(c.Hashes[i].Algorithm)
	}
	if c.Ref == c.Purl { // as many tools have it
		c.Ref = c.Purl
	}
	slices.SortFunc(c.Hashes, func(x, y Hash) int {
		return cmp.Or(cmp.Compare(x.Algorithm, y.Algorithm), cmp.Compare(x.Value, y.Value))
	})
	for _, text := range [...]string{c.Ref, c.Type, c.Group, c.Name, c.Version, c.VersionRange, c.Supplier, c.Manufacturer, c.Purl, c.SWID} {
		if len(text) > maxText {
			return fault.New(fault.Invalid, "%s: %s: a name, version or identifier of more than %d KiB: no real component needs that", b.name, at, maxText>>10)
		}
	}
	return nil
}

// check notes what is wrong with a component and fills in the version of its purl.
func (b *builder) check(c *Component, at string) {
	if c.Purl != "" {
		p, err := ParsePurl(c.Purl)
		if err != nil && b.wants() {
			b.note(fault.At(at, "purl", "%s: the purl %q cannot be read: %v", label(c), short(c.Purl), err))
		}
		if err == nil && c.Version == "" {
			c.Version = p.Version
		}
	}
	if c.Name == "" && b.wants() {
		b.note(fault.At(at, "name", "component without a name: add it"))
	}
	if c.Version == "" && c.VersionRange == "" && c.Type != "file" && b.wants() {
		b.note(fault.At(at, "version", "%s has no version: matches can only be \"possible\"; add it", label(c)))
	}
	for _, text := range c.CPEs {
		if _, err := ParseCPE(text); err != nil && b.wants() {
			b.note(fault.At(at, "cpe", "%s: %v", label(c), err))
		}
	}
}

// depend takes an edge of the dependency graph.
func (b *builder) depend(from, to, kind string) error {
	if from == "" || to == "" || from == to {
		return nil
	}
	if len(b.d.Dependencies) >= maxDependencies {
		return fault.New(fault.Invalid, "%s: more than %d dependencies: split the document", b.name, maxDependencies)
	}
	b.d.Dependencies = append(b.d.Dependencies, Dependency{b.same(from), b.same(to), kind})
	return nil
}

// finish orders everything and notes the problems of the document as a whole.
func (b *builder) finish() *Document {
	d := &b.d
	b.cutParentCycles()
	slices.SortFunc(d.Dependencies, compareDependencies)
	d.Dependencies = slices.Compact(d.Dependencies)
	b.noteDangling()
	if len(d.Components) == 0 && len(d.Statements) == 0 {
		b.note(fault.At("/", "components", "the document lists no components"))
	}
	if b.more > 0 {
		d.Problems = append(d.Problems, fault.At("/", "problems", "and %d more problems", b.more))
	}
	sortComponents(d.Components)
	slices.SortStableFunc(d.Statements, func(x, y Statement) int { return strings.Compare(x.Vulnerability, y.Vulnerability) })
	if d.Name == "" && d.Subject != nil {
		d.Name = d.Subject.Name
	}
	return d
}

// cutParentCycles takes the parent from components that would hold themselves.
func (b *builder) cutParentCycles() {
	parents := make(map[string]int, len(b.d.Components))
	for i := range b.d.Components {
		if c := &b.d.Components[i]; c.Ref != "" {
			parents[c.Ref] = i
		}
	}
	const walking, done = 1, 2
	state := make([]byte, len(b.d.Components))
	for i := range b.d.Components {
		var chain []int
		for at := i; state[at] == 0; {
			state[at] = walking
			chain = append(chain, at)
			next, ok := parents[b.d.Components[at].Parent]
			if b.d.Components[at].Parent == "" || !ok {
				break
			}
			if state[next] == walking {
				c := &b.d.Components[at]
				b.note(fault.At("/", "cycle", "%s is said to be inside itself: its place is left open; correct it", label(c)))
				c.Parent = ""
				break
			}
			at = next
		}
		for _, at := range chain {
			state[at] = done
		}
	}
}

// noteDangling notes references of the graph that nothing in the document has.
func (b *builder) noteDangling() {
	known := func(ref string) bool {
		return b.refs[ref] || b.others[ref] || b.d.Subject != nil && b.d.Subject.Ref == ref || strings.HasPrefix(ref, "urn:cdx:") || strings.HasPrefix(ref, "DocumentRef-")
	}
	missing := map[string]bool{}
	for _, e := range b.d.Dependencies {
		for _, ref := range [...]string{e.From, e.To} {
			if !known(ref) {
				missing[ref] = true
			}
		}
	}
	if len(missing) == 0 {
		return
	}
	first := ""
	for ref := range missing {
		if first == "" || ref < first {
			first = ref
		}
	}
	b.note(fault.At("/dependencies", "reference", "%d references of the dependency graph belong to nothing in the document, the first is %q: correct them", len(missing), short(first)))
}

func label(c *Component) string {
	if c.Name == "" {
		return "a component"
	}
	return fmt.Sprintf("%q", short(c.Name))
}

// short cuts a text for a message.
func short(text string) string {
	const most = 120
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "..."
}
