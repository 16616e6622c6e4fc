package sbom

import (
	"encoding/binary"
	"errors"
	"math"
)

// graphFormat is the first byte of a written graph.
const graphFormat = 1

// MarshalBinary writes the graph in a form that takes about three bytes for an
// edge, which ParseGraph reads back the same. All numbers are unsigned varints:
// the components, the subject + 1, the other references (how many, then each
// with its length), the kinds of edges alike, and for each node how many edges
// it has and, for each, the distance from the end before and its kind.
func (g *Graph) MarshalBinary() ([]byte, error) {
	out := make([]byte, 0, 16+3*len(g.to)+g.Nodes())
	out = append(out, graphFormat)
	number := func(n int) { out = binary.AppendUvarint(out, uint64(n)) } //nolint:gosec // none is negative
	texts := func(list []string) {
		number(len(list))
		for _, text := range list {
			number(len(text))
			out = append(out, text...)
		}
	}
	number(g.components)
	number(g.subject + 1)
	texts(g.others)
	texts(g.names)
	for node := range int32(g.Nodes()) { //nolint:gosec // at most twice maxDependencies
		number(len(g.ends(node)))
		last := int32(0)
		for i := g.start[node]; i < g.start[node+1]; i++ {
			number(int(g.to[i] - last))
			number(int(g.kinds[i]))
			last = g.to[i]
		}
	}
	return out, nil
}

var errGraph = errors.New("the stored dependency graph is damaged")

// ParseGraph reads what MarshalBinary wrote; no bytes are the graph of nothing.
func ParseGraph(data []byte) (*Graph, error) {
	if len(data) == 0 {
		return &Graph{subject: -1, start: []int32{0}}, nil
	}
	r := graphReader{data: data}
	if r.byte() != graphFormat {
		return nil, errGraph
	}
	g := &Graph{components: r.number(len(data)), subject: r.number(math.MaxInt32) - 1}
	g.others, g.names = r.texts(), r.texts()
	if r.failed || g.subject >= g.Nodes() {
		return nil, errGraph
	}
	nodes := g.Nodes()
	g.start = make([]int32, 1, nodes+1)
	for range nodes {
		last := 0
		for range r.number(len(data)) {
			last += r.number(nodes - 1 - last)
			kind := r.number(len(g.names) - 1)
			if r.failed {
				return nil, errGraph
			}
			g.to, g.kinds = append(g.to, int32(last)), append(g.kinds, uint8(kind)) //nolint:gosec // both bounded
		}
		g.start = append(g.start, int32(len(g.to))) //nolint:gosec // no more than bytes
	}
	if r.failed || len(r.data) > 0 || len(g.names) > math.MaxUint8 {
		return nil, errGraph
	}
	return g, nil
}

type graphReader struct {
	data   []byte
	failed bool
}

func (r *graphReader) byte() byte {
	if len(r.data) == 0 {
		r.failed = true
		return 0
	}
	b := r.data[0]
	r.data = r.data[1:]
	return b
}

// number reads a number of at most most.
func (r *graphReader) number(most int) int {
	n, size := binary.Uvarint(r.data)
	if size <= 0 || most < 0 || n > uint64(most) {
		r.failed = true
		return 0
	}
	r.data = r.data[size:]
	return int(n) //nolint:gosec // at most most
}

func (r *graphReader) texts() []string {
	var out []string
	for range r.number(len(r.data)) {
		size := r.number(len(r.data))
		if r.failed || size > len(r.data) {
			r.failed = true
			return nil
		}
		out = append(out, string(r.data[:size]))
		r.data = r.data[size:]
	}
	return out
}
