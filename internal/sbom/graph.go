package sbom

import (
	"cmp"
	"slices"
)

// Dependency says that one component needs another.
type Dependency struct {
	From, To string // references; a CycloneDX service or the subject may be meant too
	// Kind is empty for a plain dependency; else "build", "dev", "test",
	// "optional", "provided", "runtime", "static_link", "dynamic_link",
	// "build_tool", "dev_tool", "test_tool", "provides" (From implements the
	// specification To) or "contains" (besides the Parent of To).
	Kind string
}

func compareDependencies(a, b Dependency) int {
	return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.Kind, b.Kind))
}

// Holds is the kind of the edge from a component to one whose Parent it is.
const Holds = "holds"

// Edge is one edge of a Graph as seen from its beginning.
type Edge struct {
	To   int
	Kind string // that of the Dependency, or Holds
}

// Graph is what components need and what they hold, by numbers instead of
// references: the component at place i of a document is node i; references
// that are no component (the subject of a CycloneDX document, services, what
// the document does not have) are the nodes after the components. It may have
// cycles.
type Graph struct {
	components int
	others     []string // references of the nodes from components on; the subject first, then sorted
	subject    int      // node, or -1
	start      []int32  // of the edges of each node; one more than nodes
	to         []int32  // sorted within a node, by kind where equal
	kinds      []uint8  // of each edge, into names
	names      []string // of kinds
}

// link is an edge while a graph is being made.
type link struct {
	from, to int32
	kind     uint8
}

// Graph returns the dependency graph of the document. Of several components
// with the same reference, the first one is meant.
func (d *Document) Graph() *Graph {
	g := &Graph{components: len(d.Components), subject: -1}
	nodes := make(map[string]int32, len(d.Components))
	for i := range d.Components {
		ref := d.Components[i].Ref
		if _, taken := nodes[ref]; ref != "" && !taken {
			nodes[ref] = int32(i) //nolint:gosec // at most maxComponents
		}
	}
	if d.Subject != nil && d.Subject.Ref != "" {
		g.subject = g.node(nodes, d.Subject.Ref)
	}
	var unknown []string
	for _, e := range d.Dependencies {
		for _, ref := range [...]string{e.From, e.To} {
			if _, known := nodes[ref]; !known {
				unknown = append(unknown, ref)
			}
		}
	}
	for i := range d.Components {
		if _, known := nodes[d.Components[i].Parent]; !known && d.Components[i].Parent != "" {
			unknown = append(unknown, d.Components[i].Parent)
		}
	}
	slices.Sort(unknown)
	for _, ref := range slices.Compact(unknown) {
		g.node(nodes, ref)
	}

	kinds := map[string]uint8{}
	kind := func(name string) uint8 {
		n, known := kinds[name]
		if !known {
			n = uint8(len(g.names)) //nolint:gosec // there are 14 kinds
			kinds[name] = n
			g.names = append(g.names, name)
		}
		return n
	}
	links := make([]link, 0, len(d.Dependencies))
	for _, e := range d.Dependencies {
		links = append(links, link{nodes[e.From], nodes[e.To], kind(e.Kind)})
	}
	for i := range d.Components {
		if parent := d.Components[i].Parent; parent != "" && parent != d.Components[i].Ref {
			links = append(links, link{nodes[parent], int32(i), kind(Holds)}) //nolint:gosec // at most maxComponents
		}
	}
	g.connect(links)
	return g
}

// node gives a reference that is no component its number.
func (g *Graph) node(nodes map[string]int32, ref string) int {
	if at, known := nodes[ref]; known {
		return int(at)
	}
	at := g.components + len(g.others)
	nodes[ref] = int32(at) //nolint:gosec // at most twice maxDependencies
	g.others = append(g.others, ref)
	return at
}

// connect takes the edges.
func (g *Graph) connect(links []link) {
	slices.SortFunc(links, func(a, b link) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to), cmp.Compare(g.names[a.kind], g.names[b.kind]))
	})
	links = slices.Compact(links)
	g.start = make([]int32, g.Nodes()+1)
	g.to, g.kinds = make([]int32, len(links)), make([]uint8, len(links))
	for i, l := range links {
		g.start[l.from+1]++
		g.to[i], g.kinds[i] = l.to, l.kind
	}
	for i := range g.Nodes() {
		g.start[i+1] += g.start[i]
	}
}

// Nodes returns how many nodes there are: the components, then the others.
func (g *Graph) Nodes() int { return g.components + len(g.others) }

// Components returns how many components there are.
func (g *Graph) Components() int { return g.components }

// Edges returns how many edges there are.
func (g *Graph) Edges() int { return len(g.to) }

// Subject returns the node of what the document is about, or -1 when it has no
// reference.
func (g *Graph) Subject() int { return g.subject }

// Other returns the reference of a node that is no component.
func (g *Graph) Other(node int) string { return g.others[node-g.components] }

// Needs returns the edges from a node, sorted by their end.
func (g *Graph) Needs(node int) []Edge {
	out := make([]Edge, 0, g.start[node+1]-g.start[node])
	for i := g.start[node]; i < g.start[node+1]; i++ {
		out = append(out, Edge{int(g.to[i]), g.names[g.kinds[i]]})
	}
	return out
}

// ends are the nodes to which a node has edges; one can stand there twice, with
// several kinds.
func (g *Graph) ends(node int32) []int32 { return g.to[g.start[node]:g.start[node+1]] }
