package sbom_test

import (
	"bytes"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	"mimamori/internal/sbom"

	"pgregory.net/rapid"
)

// checkGraph holds the graph of a document to the document: every dependency
// and every parent is an edge and nothing else is, each node has a path along
// edges from a root, and it is read back as it was written.
func checkGraph(t testing.TB, d *sbom.Document) {
	t.Helper()
	g := d.Graph()
	ref := func(node int) string {
		if node < g.Components() {
			return d.Components[node].Ref
		}
		return g.Other(node)
	}
	want := map[sbom.Dependency]bool{}
	for _, e := range d.Dependencies {
		want[e] = true
	}
	for i, c := range d.Components {
		if c.Parent != "" && c.Parent != c.Ref {
			want[sbom.Dependency{From: c.Parent, To: fmt.Sprint(i), Kind: sbom.Holds}] = true // its place: references can be shared
		}
	}
	got := map[sbom.Dependency]bool{}
	edges := map[[2]int]bool{}
	for node := range g.Nodes() {
		for _, e := range g.Needs(node) {
			edges[[2]int{node, e.To}] = true
			to := ref(e.To)
			if e.Kind == sbom.Holds {
				to = fmt.Sprint(e.To)
			}
			got[sbom.Dependency{From: ref(node), To: to, Kind: e.Kind}] = true
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("edges %v, want %v", got, want)
	}
	w := g.Walk()
	for node := range g.Nodes() {
		path := w.Path(node)
		if path[len(path)-1] != node || !slices.Contains(w.Roots, path[0]) {
			t.Fatalf("path %v to %d from the roots %v", path, node, w.Roots)
		}
		for i := range path[1:] {
			if !edges[[2]int{path[i], path[i+1]}] {
				t.Fatalf("path %v: there is no edge after %d", path, path[i])
			}
		}
	}
	data, err := g.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	back, err := sbom.ParseGraph(data)
	if err != nil {
		t.Fatal(err)
	}
	again, _ := back.MarshalBinary()
	if !bytes.Equal(data, again) || back.Nodes() != g.Nodes() || back.Edges() != g.Edges() || back.Subject() != g.Subject() {
		t.Error("the graph was not read back as it was written")
	}
	for node := range g.Nodes() {
		if !slices.Equal(back.Needs(node), g.Needs(node)) {
			t.Errorf("node %d: %v, want %v", node, back.Needs(node), g.Needs(node))
		}
	}
}

// Any graph: shortest chains and cycles are those of a second computation that
// looks at all pairs of nodes.
func TestWalkAgainstAllPairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 8).Draw(t, "components")
		d := &sbom.Document{}
		for i := range n {
			d.Components = append(d.Components, sbom.Component{Ref: fmt.Sprint("c", i)})
		}
		if rapid.Bool().Draw(t, "subject") {
			d.Subject = &sbom.Component{Ref: rapid.SampledFrom([]string{"s", "c0"}).Draw(t, "ref")}
		}
		for range rapid.IntRange(0, 14).Draw(t, "edges") {
			ref := rapid.SampledFrom(strings.Fields("s gone c0 c1 c2 c3 c4 c5 c6 c7"))
			e := sbom.Dependency{From: ref.Draw(t, "from"), To: ref.Draw(t, "to"), Kind: rapid.SampledFrom([]string{"", "dev"}).Draw(t, "kind")}
			if e.From != e.To && !slices.Contains(d.Dependencies, e) {
				d.Dependencies = append(d.Dependencies, e)
			}
		}
		if n > 1 && rapid.Bool().Draw(t, "parent") {
			d.Components[n-1].Parent = rapid.SampledFrom([]string{"c0", "s", "gone"}).Draw(t, "parent ref")
		}
		g := d.Graph()
		w := g.Walk()
		const far = 1 << 20
		nodes := g.Nodes()
		far2 := make([][]int, nodes) // distances of one edge or more
		for i := range nodes {
			far2[i] = slices.Repeat([]int{far}, nodes)
			for _, e := range g.Needs(i) {
				far2[i][e.To] = 1
			}
		}
		for k := range nodes {
			for i := range nodes {
				for j := range nodes {
					far2[i][j] = min(far2[i][j], far2[i][k]+far2[k][j])
				}
			}
		}
		apart, circular := 0, 0
		for i := range g.Components() {
			if s := g.Subject(); s < 0 || s != i && far2[s][i] == far {
				apart++
			}
			if far2[i][i] < far {
				circular++
			}
		}
		if w.Apart != apart || w.Circular != circular {
			t.Fatalf("apart %d, want %d; circular %d, want %d", w.Apart, apart, w.Circular, circular)
		}
		if s := g.Subject(); s >= 0 {
			if w.Roots[0] != s {
				t.Fatalf("roots %v: the subject %d is the first", w.Roots, s)
			}
			for i := range nodes {
				if path := w.Path(i); i != s && far2[s][i] < far && (path[0] != s || len(path) != far2[s][i]+1) {
					t.Fatalf("path %v to %d: want %d edges from the subject", path, i, far2[s][i])
				}
			}
		}
		for i := range nodes {
			for _, from := range w.NeededBy(i) {
				if far2[from][i] != 1 {
					t.Fatalf("%d is said to be needed by %d", i, from)
				}
			}
		}
	})
}

func TestGraphOfRealDocuments(t *testing.T) {
	for _, archive := range archives {
		shared(t, "sbom/"+archive.name, func(name string, r io.Reader) {
			if d, err := sbom.Read(r, name); err == nil {
				checkGraph(t, d)
			}
		})
	}
}

// A chain and a ring as long as documents get are walked without recursion.
func TestWalkLong(t *testing.T) {
	const n = 300_000
	d := &sbom.Document{}
	for i := range n {
		d.Components = append(d.Components, sbom.Component{Ref: fmt.Sprintf("c%06d", i)})
	}
	for i := range n - 1 {
		d.Dependencies = append(d.Dependencies, sbom.Dependency{From: d.Components[i].Ref, To: d.Components[i+1].Ref})
	}
	if w := d.Graph().Walk(); len(w.Path(n-1)) != n || w.Circular != 0 || w.Depth != n-1 || !slices.Equal(w.Roots, []int{0}) {
		t.Errorf("chain: path of %d, %d circular, depth %d, %d roots", len(w.Path(n-1)), w.Circular, w.Depth, len(w.Roots))
	}
	d.Dependencies = append(d.Dependencies, sbom.Dependency{From: d.Components[n-1].Ref, To: d.Components[0].Ref})
	if w := d.Graph().Walk(); w.Circular != n || w.Apart != n || !slices.Equal(w.Roots, []int{0}) {
		t.Errorf("ring: %d circular, %d apart, %d roots", w.Circular, w.Apart, len(w.Roots))
	}
}

func FuzzParseGraph(f *testing.F) {
	d := &sbom.Document{Components: []sbom.Component{{Ref: "a"}, {Ref: "b", Parent: "a"}}, Dependencies: []sbom.Dependency{{From: "a", To: "b", Kind: "dev"}, {From: "b", To: "gone"}}}
	data, _ := d.Graph().MarshalBinary()
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		if g, err := sbom.ParseGraph(data); err == nil {
			g.Walk()
		}
	})
}
