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

// Graph is the dependency graph of a document made ready for walking. Cycles
// do no harm: every walk visits a reference once.
type Graph struct {
	needs map[string][]string // sorted
	roots []string
}

// Graph joins what components need and what they hold into one graph, in which
// the subject, or else whatever nothing else points to, is a root.
func (d *Document) Graph() Graph {
	g := Graph{needs: map[string][]string{}}
	pointed := map[string]bool{}
	edge := func(from, to string) {
		if from != to && from != "" && to != "" {
			g.needs[from] = append(g.needs[from], to)
			pointed[to] = true
		}
	}
	for _, e := range d.Dependencies {
		edge(e.From, e.To)
	}
	for i := range d.Components {
		edge(d.Components[i].Parent, d.Components[i].Ref)
	}
	for ref, list := range g.needs {
		slices.Sort(list)
		g.needs[ref] = slices.Compact(list)
	}
	if d.Subject != nil && d.Subject.Ref != "" {
		g.roots = append(g.roots, d.Subject.Ref)
	}
	for i := range d.Components {
		if ref := d.Components[i].Ref; ref != "" && !pointed[ref] && !slices.Contains(g.roots, ref) {
			g.roots = append(g.roots, ref)
		}
	}
	slices.Sort(g.roots[min(len(g.roots), 1):])
	return g
}

// Needs returns what ref points to, sorted.
func (g Graph) Needs(ref string) []string { return g.needs[ref] }

// Path returns a shortest chain of references from a root to ref, both
// included; nil when no root reaches it. Of equally short chains it is the
// first in order of the roots, then of the references.
func (g Graph) Path(ref string) []string {
	from := map[string]string{}
	queue := make([]string, 0, len(g.roots))
	for _, root := range g.roots {
		if _, seen := from[root]; !seen {
			from[root] = ""
			queue = append(queue, root)
		}
	}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		if at == ref {
			var path []string
			for ; at != ""; at = from[at] {
				path = append(path, at)
			}
			slices.Reverse(path)
			return path
		}
		for _, next := range g.needs[at] {
			if _, seen := from[next]; !seen {
				from[next] = at
				queue = append(queue, next)
			}
		}
	}
	return nil
}
