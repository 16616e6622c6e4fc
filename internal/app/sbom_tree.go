package app

import (
	"context"

	"mimamori/internal/fault"
	"mimamori/internal/register"
	"mimamori/internal/sbom"
)

// TreeNode is a node of the dependency graph of an SBOM as a tree shows it.
type TreeNode struct {
	Node     int             `json:"node"`      // the position of the component, or a larger number
	Place    *ComponentPlace `json:"place"`     // null for what is no component of the document
	Name     string          `json:"name"`      // of what is no component: the subject's, or a reference
	Version  string          `json:"version"`   // of the subject that is no component
	Subject  bool            `json:"subject"`   // what the document is about
	Kind     string          `json:"kind"`      // of the edge from the node above: sbom.Edge
	Needs    int             `json:"needs"`     // nodes below it
	NeededBy int             `json:"needed_by"` // nodes above it
	Below    bool            `json:"below"`     // a component with an open finding is reached through it
	Depth    int             `json:"depth"`     // in a search; else 0
	Found    bool            `json:"found"`     // meets the search, otherwise it only leads there
}

// TreeShape says what the dependency graph of an SBOM is like.
type TreeShape struct {
	Kept       bool `json:"kept"` // false for SBOMs from before graphs were kept
	Components int  `json:"components"`
	Edges      int  `json:"edges"`
	Apart      int  `json:"apart"`    // components that are not reached from the subject
	Circular   int  `json:"circular"` // components that need themselves, through others or directly
	Depth      int  `json:"depth"`    // edges of the longest of the shortest chains
	Subject    bool `json:"subject"`  // the document says what it is about, and its graph begins there
}

// TreePage is a part of the nodes below a node, or of those a tree begins with.
type TreePage struct {
	Shape TreeShape  `json:"shape"`
	Items []TreeNode `json:"items"`
	Total int        `json:"total"`
}

// TreeSearch is the part of a tree that leads to what a search found: every
// hit on its shortest chain from a root, as a walk from the top meets them.
type TreeSearch struct {
	Items []TreeNode `json:"items"`
	Found int        `json:"found"` // hits shown
	More  bool       `json:"more"`  // there are more hits than are shown
}

// Limits of what a tree shows at once.
const (
	maxTreePage  = 500
	maxTreeFound = 300
	maxTreeChain = 4_000 // nodes of a search with those above them
)

// sbomTree is the graph of one SBOM, walked.
type sbomTree struct {
	sbom  register.SBOM
	graph *sbom.Graph
	walk  *sbom.Walk
	kept  bool
}

func (a *App) sbomTree(ctx context.Context, sbomID string) (sbomTree, error) {
	t := sbomTree{kept: true}
	var err error
	if t.sbom, err = a.Store.SBOM(ctx, sbomID); err != nil {
		return t, err
	}
	data, err := a.Store.SBOMGraph(ctx, sbomID)
	if fault.KindOf(err) == fault.NotFound {
		t.kept, err = false, nil
	}
	if err != nil {
		return t, err
	}
	if t.graph, err = sbom.ParseGraph(data); err != nil {
		return t, err
	}
	t.walk = t.graph.Walk()
	return t, nil
}

func (t sbomTree) shape() TreeShape {
	return TreeShape{
		Kept: t.kept, Components: t.sbom.Components, Edges: t.graph.Edges(), Apart: t.walk.Apart, Circular: t.walk.Circular,
		Depth: t.walk.Depth, Subject: t.graph.Subject() >= 0,
	}
}

// SBOMTree returns the nodes below a node of the dependency graph of an SBOM,
// or with -1 those that a tree begins with; from and limit (at most 500) say
// which of them.
func (a *App) SBOMTree(ctx context.Context, sbomID string, below, from, limit int) (TreePage, error) {
	if limit < 1 || limit > maxTreePage || from < 0 {
		return TreePage{}, fault.New(fault.Invalid, "a page of %d items: ask for 1 to %d", limit, maxTreePage)
	}
	t, err := a.sbomTree(ctx, sbomID)
	if err != nil {
		return TreePage{}, err
	}
	page := TreePage{Shape: t.shape()}
	if below >= t.graph.Nodes() || below < -1 {
		return page, fault.New(fault.NotFound, "there is no node %d in the dependency graph of this SBOM", below)
	}
	var edges []sbom.Edge
	if below < 0 {
		edges = edgesTo(t.walk.Roots)
	} else {
		edges = once(t.graph.Needs(below))
	}
	page.Total = len(edges)
	edges = edges[min(from, len(edges)):min(from+limit, len(edges))]
	page.Items, err = a.treeNodes(ctx, t, edges)
	return page, err
}

// once leaves out further edges to the same node.
func once(edges []sbom.Edge) []sbom.Edge {
	out := edges[:0]
	for _, e := range edges {
		if len(out) == 0 || out[len(out)-1].To != e.To {
			out = append(out, e)
		}
	}
	return out
}

// edgesTo returns the nodes as edges of no kind.
func edgesTo(nodes []int) []sbom.Edge {
	out := make([]sbom.Edge, len(nodes))
	for i, node := range nodes {
		out[i] = sbom.Edge{To: node}
	}
	return out
}

// along returns a chain of nodes as the edges between them, after one to the first.
func (t sbomTree) along(path []int) []sbom.Edge {
	out := edgesTo(path)
	for i := range path[1:] {
		for _, e := range t.graph.Needs(path[i]) {
			if e.To == path[i+1] {
				out[i+1] = e
				break
			}
		}
	}
	return out
}

// SearchSBOMTree returns the components that the query finds where they are in
// the tree.
func (a *App) SearchSBOMTree(ctx context.Context, sbomID string, q ComponentQuery) (TreeSearch, error) {
	t, err := a.sbomTree(ctx, sbomID)
	if err != nil {
		return TreeSearch{}, err
	}
	out := TreeSearch{Items: []TreeNode{}}
	q.From, q.Limit = 0, maxTreeFound+1
	hits, err := a.Store.Positions(ctx, sbomID, q)
	if err != nil || !t.kept {
		return out, err
	}
	if len(hits) > maxTreeFound {
		hits, out.More = hits[:maxTreeFound], true
	}
	shown, found := map[int]bool{}, map[int]bool{}
	for _, hit := range hits {
		chain := t.walk.Path(hit)
		if len(shown)+len(chain) > maxTreeChain {
			out.More = true
			break
		}
		found[hit] = true
		for _, node := range chain {
			shown[node] = true
		}
	}
	out.Found = len(found)
	edges, depths := t.preorder(shown)
	if out.Items, err = a.treeNodes(ctx, t, edges); err != nil {
		return out, err
	}
	for i := range out.Items {
		out.Items[i].Depth, out.Items[i].Found = depths[i], found[out.Items[i].Node]
	}
	return out, nil
}

// preorder lists the shown nodes as a walk along their shortest chains meets
// them, each once, with how deep it is.
func (t sbomTree) preorder(shown map[int]bool) (edges []sbom.Edge, depths []int) {
	type step struct {
		edge  sbom.Edge
		depth int
	}
	var stack []step
	push := func(list []sbom.Edge, depth int) {
		for i := len(list) - 1; i >= 0; i-- {
			stack = append(stack, step{list[i], depth})
		}
	}
	var roots []sbom.Edge
	for _, root := range t.walk.Roots {
		if shown[root] {
			roots = append(roots, sbom.Edge{To: root})
		}
	}
	push(roots, 0)
	for len(stack) > 0 {
		s := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		edges, depths = append(edges, s.edge), append(depths, s.depth)
		var below []sbom.Edge
		for _, e := range once(t.graph.Needs(s.edge.To)) {
			if shown[e.To] && t.walk.Via(e.To) == s.edge.To {
				below = append(below, e)
			}
		}
		push(below, s.depth+1)
	}
	return edges, depths
}

// treeNodes describes the ends of the edges, with a fixed number of reads.
func (a *App) treeNodes(ctx context.Context, t sbomTree, edges []sbom.Edge) ([]TreeNode, error) {
	affected, err := a.Store.Positions(ctx, t.sbom.ID, ComponentQuery{Findings: true, Limit: sbomPositions})
	if err != nil {
		return nil, err
	}
	own := make(map[int]bool, len(affected))
	for _, position := range affected {
		own[position] = true
	}
	above := t.walk.Above(affected)
	var positions []int
	for _, e := range edges {
		if e.To < t.graph.Components() {
			positions = append(positions, e.To)
		}
	}
	places := make(map[int]*ComponentPlace, len(positions))
	for len(positions) > 0 {
		n := min(len(positions), maxTreePage)
		some, err := a.Store.PlacesAt(ctx, t.sbom.ID, positions[:n])
		if err != nil {
			return nil, err
		}
		for i := range some {
			places[some[i].Position] = &some[i]
		}
		positions = positions[n:]
	}
	out := make([]TreeNode, len(edges))
	for i, e := range edges {
		n := TreeNode{
			Node: e.To, Kind: e.Kind, Subject: e.To == t.graph.Subject(), Needs: len(once(t.graph.Needs(e.To))), NeededBy: len(t.walk.NeededBy(e.To)),
			Place: places[e.To], Below: above[e.To] && t.leads(e.To, above, own),
		}
		if e.To >= t.graph.Components() {
			if n.Name = t.graph.Other(e.To); n.Subject {
				n.Name, n.Version = t.sbom.About.Subject.Name, t.sbom.About.Subject.Version
			}
		}
		out[i] = n
	}
	return out, nil
}

// sbomPositions is more than an SBOM can have components.
const sbomPositions = 1_000_000

// leads tells whether a node that is on the way to an affected component has
// one below it: being affected itself does not count.
func (t sbomTree) leads(node int, above, own map[int]bool) bool {
	if !own[node] {
		return true
	}
	for _, e := range t.graph.Needs(node) {
		if above[e.To] && t.walk.Via(e.To) == node {
			return true
		}
	}
	return false
}
