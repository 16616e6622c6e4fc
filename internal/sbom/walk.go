package sbom

import "slices"

// Walk is a Graph walked once: from where each node is reached, and by whom it
// is needed.
type Walk struct {
	graph *Graph
	// Roots are the nodes a tree of everything begins with: the subject; then
	// what nothing points to; then, of each part that is reached from none of
	// these because it only points to itself, its first component. Sorted
	// within each of the three.
	Roots []int
	// Apart is how many components are not reached from the subject; all are
	// when there is none.
	Apart int
	// Circular is how many components need themselves, through others or directly.
	Circular int
	// Depth is the length in edges of the longest of the shortest chains from a root.
	Depth int

	via   []int32 // the node before on a shortest chain from a root; -1 for roots
	start []int32 // of the edges to each node
	from  []int32
}

// Walk walks the graph. It takes time and memory in proportion to its nodes
// and edges.
func (g *Graph) Walk() *Walk {
	w := &Walk{graph: g, via: make([]int32, g.Nodes())}
	w.turn()
	const unseen = -2
	for i := range w.via {
		w.via[i] = unseen
	}
	depth := make([]int32, g.Nodes())
	queue := make([]int32, 0, g.Nodes())
	grow := func(roots []int32) {
		for _, r := range roots {
			if w.via[r] == unseen {
				w.via[r] = -1
				w.Roots = append(w.Roots, int(r))
				queue = append(queue, r)
			}
		}
		for len(queue) > 0 {
			at := queue[0]
			queue = queue[1:]
			w.Depth = max(w.Depth, int(depth[at]))
			for _, next := range g.ends(at) {
				if w.via[next] == unseen {
					w.via[next], depth[next] = at, depth[at]+1
					queue = append(queue, next)
				}
			}
		}
	}
	if g.subject >= 0 {
		grow([]int32{int32(g.subject)}) //nolint:gosec // a node
	}
	var tops []int32
	for i := range int32(g.Nodes()) { //nolint:gosec // at most twice maxDependencies
		if int(i) < g.components && w.via[i] == unseen {
			w.Apart++
		}
		if w.start[i] == w.start[i+1] {
			tops = append(tops, i)
		}
	}
	grow(tops)
	for i := range int32(g.Nodes()) { //nolint:gosec // as above
		if w.via[i] == unseen {
			grow([]int32{i})
		}
	}
	w.Circular = g.circular()
	return w
}

// turn collects the edges by their ends.
func (w *Walk) turn() {
	g := w.graph
	w.start, w.from = make([]int32, g.Nodes()+1), make([]int32, len(g.to))
	for _, to := range g.to {
		w.start[to+1]++
	}
	for i := range g.Nodes() {
		w.start[i+1] += w.start[i]
	}
	next := slices.Clone(w.start)
	for from := range int32(g.Nodes()) { //nolint:gosec // at most twice maxDependencies
		for _, to := range g.ends(from) {
			w.from[next[to]] = from
			next[to]++
		}
	}
}

// NeededBy returns the nodes that need or hold a node, sorted, each once.
func (w *Walk) NeededBy(node int) []int {
	out := make([]int, 0, w.start[node+1]-w.start[node])
	for _, from := range w.from[w.start[node]:w.start[node+1]] {
		if len(out) == 0 || out[len(out)-1] != int(from) {
			out = append(out, int(from))
		}
	}
	return out
}

// Via returns the node before a node on its Path, or -1.
func (w *Walk) Via(node int) int { return int(w.via[node]) }

// Path returns a shortest chain of nodes from a root to the node, both
// included. Every node has one.
func (w *Walk) Path(node int) []int {
	var path []int
	for at := int32(node); at >= 0; at = w.via[at] { //nolint:gosec // a node
		path = append(path, int(at))
	}
	slices.Reverse(path)
	return path
}

// Above returns the nodes that stand on the Path of one of the given ones,
// these included.
func (w *Walk) Above(nodes []int) map[int]bool {
	out := make(map[int]bool, len(nodes))
	for _, node := range nodes {
		for at := int32(node); at >= 0 && !out[int(at)]; at = w.via[at] { //nolint:gosec // a node
			out[int(at)] = true
		}
	}
	return out
}

// circular counts the components that are on a cycle: those whose strongly
// connected part has more than one node (Tarjan 1972, without recursion, since
// chains can be as long as a document).
func (g *Graph) circular() int {
	n := g.Nodes()
	index, low := make([]int32, n), make([]int32, n) // 0: not visited
	onStack := make([]bool, n)
	next := slices.Clone(g.start[:n])
	var stack, calls []int32
	count, found := int32(0), 0
	for root := range int32(n) { //nolint:gosec // at most twice maxDependencies
		if index[root] != 0 {
			continue
		}
		calls = append(calls[:0], root)
		for len(calls) > 0 {
			at := calls[len(calls)-1]
			if index[at] == 0 {
				count++
				index[at], low[at], onStack[at] = count, count, true
				stack = append(stack, at)
			}
			if next[at] < g.start[at+1] {
				to := g.to[next[at]]
				next[at]++
				if index[to] == 0 {
					calls = append(calls, to)
				} else if onStack[to] {
					low[at] = min(low[at], index[to])
				}
				continue
			}
			calls = calls[:len(calls)-1]
			if len(calls) > 0 {
				up := calls[len(calls)-1]
				low[up] = min(low[up], low[at])
			}
			if low[at] != index[at] {
				continue
			}
			size, components := 0, 0
			for {
				member := stack[len(stack)-1]
				stack = stack[:len(stack)-1]
				onStack[member] = false
				size++
				if int(member) < g.components {
					components++
				}
				if member == at {
					break
				}
			}
			if size > 1 {
				found += components
			}
		}
	}
	return found
}
