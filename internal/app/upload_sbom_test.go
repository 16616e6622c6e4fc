package app_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"mimamori/internal/advisory"
	"mimamori/internal/app"
	"mimamori/internal/fault"
	"mimamori/internal/match"
	"mimamori/internal/register"
	"mimamori/internal/sbom"
)

// uploaded uploads a text for the release.
func uploaded(t testing.TB, a *app.App, r register.Release, name, text string) register.SBOM {
	t.Helper()
	return must[app.UploadedSBOM](t)(a.UploadSBOM(t.Context(), psirt, app.UploadSBOM{ReleaseID: r.ID, FileName: name, File: strings.NewReader(text)})).SBOM
}

// What an SBOM says of its vulnerabilities, and the patches in its pedigrees,
// speak against the findings of the release that uses it, and of no other; with
// the next SBOM they no longer count.
func TestCarriedStatementsCountWhileTheSBOMIsUsed(t *testing.T) {
	const log4j = `{"bom-ref":"l","type":"library","name":"log4j-core","group":"org.apache.logging.log4j","version":"2.14.1","purl":"pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1"`
	const head = `{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"metadata":{"component":{"name":"pump","supplier":{"name":"Acme"}}},"components":[`
	const vex = head + log4j + `}],"vulnerabilities":[{"id":"GHSA-jfh8-c2jp-5v3q","analysis":{"state":"not_affected","justification":"code_not_reachable","detail":"lookups are off"},"affects":[{"ref":"l"}]}]}`
	const patched = head + log4j + `,"pedigree":{"notes":"ours","patches":[{"type":"backport","resolves":[{"type":"security","id":"CVE-2021-44228"}]}]}}]}`
	const scanned = head + log4j + `}],"vulnerabilities":[{"id":"CVE-2021-44228","affects":[{"ref":"l"}]}]}` // a scanner's report states nothing
	a := newApp(t)
	p := must[register.Product](t)(a.AddProduct(t.Context(), officer, register.Product{BrandName: "輸液ポンプ", GenericName: "輸液ポンプ", Route: register.Approval, Class: register.ClassIII}))
	var releases []register.Release
	for _, version := range []string{"1", "2"} {
		releases = append(releases, must[register.Release](t)(a.AddRelease(t.Context(), officer, register.Release{ProductID: p.ID, Version: version})))
	}
	counters := func(r register.Release) []match.Counter {
		t.Helper()
		list := must[app.List[app.FindingRow]](t)(a.Store.Findings(t.Context(), app.ListQuery{Filter: map[string]string{"release": r.ID, "state": "open"}}))
		if len(list.Items) != 1 {
			t.Fatalf("findings %+v", list.Items)
		}
		return list.Items[0].Counters
	}
	uploaded(t, a, releases[0], "a.json", vex)
	uploaded(t, a, releases[1], "b.json", scanned)
	must[app.ImportRun](t)(a.ImportPath(t.Context(), psirt, "osv", write(t, "osv.json", log4shell), func(app.Progress) {}))
	if got := counters(releases[0]); len(got) != 1 || got[0].Status != advisory.VEXNotAffected || got[0].Source != "Acme" || got[0].By != match.CounterVEX || !strings.Contains(got[0].Reason, "lookups are off") {
		t.Errorf("what the SBOM says: %+v", got)
	}
	if got := counters(releases[1]); len(got) != 0 {
		t.Errorf("the SBOM of another release counts here: %+v", got)
	}
	uploaded(t, a, releases[0], "c.json", patched)
	if got := counters(releases[0]); len(got) != 1 || got[0].Status != advisory.VEXFixed || got[0].By != match.CounterPedigree {
		t.Errorf("with a patch instead: %+v", got)
	}
	uploaded(t, a, releases[0], "d.json", scanned)
	if got := counters(releases[0]); len(got) != 0 {
		t.Errorf("what an SBOM of before says counts still: %+v", got)
	}
	said := must[app.List[app.Statement]](t)(a.Store.Statements(t.Context(), app.ListQuery{}))
	if said.Total != 2 || slices.ContainsFunc(said.Items, func(s app.Statement) bool { return s.SupersededAt.IsZero() }) {
		t.Errorf("both statements are kept, out of force: %+v", said.Items)
	}
}

// Strict refuses what the schema does not allow; otherwise it is a warning.
func TestStrictOrWithWarnings(t *testing.T) {
	const odd = `{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"components":[{"type":"gadget","name":"x","version":"1"}]}`
	a := newApp(t)
	_, r := pump(t, a)
	before := must[register.Release](t)(a.Store.Release(t.Context(), r.ID)).SBOMID
	_, err := a.UploadSBOM(t.Context(), psirt, app.UploadSBOM{ReleaseID: r.ID, FileName: "odd.json", File: strings.NewReader(odd), Strict: true})
	if fault.KindOf(err) != fault.Invalid || len(fault.FieldsOf(err)) != 1 {
		t.Errorf("strict: %v", err)
	}
	if got := must[register.Release](t)(a.Store.Release(t.Context(), r.ID)).SBOMID; got != before {
		t.Error("a refused file changed the SBOM in use")
	}
	s := uploaded(t, a, r, "odd.json", odd)
	if s.About.Strict || !slices.ContainsFunc(s.Problems, func(p register.Problem) bool { return strings.Contains(p.Message, "gadget") }) {
		t.Errorf("with warnings: %+v", s)
	}
}

// An SBOM of another version or product is taken, with a doubt.
func TestDoubtsAboutTheSubject(t *testing.T) {
	p := register.Product{BrandName: "輸液ポンプ IP-300 Smart", GenericName: "汎用輸液ポンプ"}
	for _, tt := range []struct {
		name    string
		subject register.SBOMSubject
		version string
		want    []string
	}{
		{"nothing is stated", register.SBOMSubject{}, "3.2.1", nil},
		{"the same", register.SBOMSubject{Name: "smart pump", Version: "3.2.1"}, "3.2.1", nil},
		{"written otherwise", register.SBOMSubject{Name: "SMART", Version: "v3.2.1"}, "Ver. ３．２．１", nil},
		{"another version", register.SBOMSubject{Name: "smart", Version: "3.2.0"}, "3.2.1", []string{"/subject/version"}},
		{"another product", register.SBOMSubject{Name: "ventilator-os", Version: "3.2.1"}, "3.2.1", []string{"/subject/name"}},
		{"a name that cannot be compared", register.SBOMSubject{Name: "人工呼吸器"}, "3.2.1", nil},
	} {
		var got []string
		for _, d := range tt.subject.Doubts(p, register.Release{Version: tt.version}) {
			got = append(got, d.Where)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: doubts %v, want %v", tt.name, got, tt.want)
		}
	}
}

// What is uploaded is read back the same: the file byte for byte, every
// component at its place with all the reader found, and the graph.
func TestRealSBOMsAreReadBackTheSame(t *testing.T) {
	a := newApp(t)
	p := must[register.Product](t)(a.AddProduct(t.Context(), officer, register.Product{BrandName: "x", GenericName: "x", Route: register.Approval, Class: register.ClassI}))
	r := must[register.Release](t)(a.AddRelease(t.Context(), officer, register.Release{ProductID: p.ID, Version: "1"}))
	eachRealSBOM(t, func(name string, data []byte) {
		d, err := sbom.Read(bytes.NewReader(data), name)
		if err != nil {
			return // told elsewhere
		}
		s := uploaded(t, a, r, filepath.Base(name), string(data))
		sum := sha256.Sum256(data)
		if s.SHA256 != hex.EncodeToString(sum[:]) || s.Components != len(d.Components) || s.About.Encoding != d.Encoding || s.About.DocumentID != d.ID {
			t.Errorf("%s: %+v", name, s)
		}
		var file bytes.Buffer
		if err := a.Store.CopyBlob(t.Context(), s.SHA256, &file); err != nil || !bytes.Equal(file.Bytes(), data) {
			t.Errorf("%s: the file came back with %d of %d bytes: %v", name, file.Len(), len(data), err)
		}
		graph, err := d.Graph().MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		if got := must[[]byte](t)(a.Store.SBOMGraph(t.Context(), s.ID)); !bytes.Equal(got, graph) {
			t.Errorf("%s: the graph came back other", name)
		}
		step := max(1, len(d.Components)/40) // some of each: a test of a minute finds no more
		for i := 0; i < len(d.Components); i += step {
			want := d.Components[i]
			got := must[register.Occurrence](t)(a.Store.Occurrence(t.Context(), s.ID, i))
			if c := got.Component; c.Name != clean(want.Name) || c.Version != clean(want.Version) || c.Supplier != clean(want.Supplier) || c.Purl != want.Purl || got.Ref != clean(want.Ref) || got.Parent != want.Parent {
				t.Errorf("%s at %d: %+v, want %+v", name, i, got, want)
			}
			if len(got.Component.More.Hashes) != len(want.Hashes) {
				t.Errorf("%s at %d: hashes %v, want %v", name, i, got.Component.More.Hashes, want.Hashes)
			}
			if detail := register.DetailOf(&want); !got.Detail.Empty() && !reflect.DeepEqual(got.Detail, detail) || got.Detail.Empty() != detail.Empty() {
				t.Errorf("%s at %d: %+v, want %+v", name, i, got.Detail, detail)
			}
		}
		page := must[app.TreePage](t)(a.SBOMTree(t.Context(), s.ID, -1, 0, 100))
		if len(d.Components) > 0 && page.Total == 0 || page.Shape.Components != len(d.Components) {
			t.Errorf("%s: the tree begins with %d of %d", name, page.Total, page.Shape.Components)
		}
	})
}

// clean is a text as both databases can keep it.
func clean(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
}

// eachRealSBOM yields SBOMs of every kind of the shared data, or skips.
func eachRealSBOM(t *testing.T, each func(name string, data []byte)) {
	t.Helper()
	folder := filepath.Join("..", "..", "..", "shared", "data", "sbom")
	if _, err := os.Stat(folder); errors.Is(err, os.ErrNotExist) {
		t.Skip("skipped: ../shared/data is not beside the repository")
	}
	for _, name := range []string{"cyclonedx-bom-examples.zip", "dependency-track-boms.zip", "medical-device-sbom.zip", "spdx-examples.zip", "spdx-tools-golang.zip"} {
		z, err := zip.OpenReader(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range z.File {
			if strings.HasSuffix(f.Name, "/") {
				continue
			}
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			each(f.Name, must[[]byte](t)(io.ReadAll(r)))
			_ = r.Close()
		}
		_ = z.Close()
	}
	f, err := os.Open(filepath.Join(folder, "container-spdx-trivy.tar.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	members := tar.NewReader(z)
	for range 12 { // of 632 alike
		h, err := members.Next()
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeReg {
			each(h.Name, must[[]byte](t)(io.ReadAll(members)))
		}
	}
}

// The tree shows how what was found hangs together, and why it is there.
func TestTreeOfAnSBOM(t *testing.T) {
	const text = `{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"component":{"bom-ref":"pump","type":"device","name":"pump","version":"3.2.1"}},"components":[
 {"bom-ref":"a","name":"a","version":"1","purl":"pkg:npm/a@1"},{"bom-ref":"b","name":"b","version":"1","components":[{"bom-ref":"b2","name":"b-inside","version":"1"}]},
 {"bom-ref":"l","type":"library","name":"log4j-core","group":"org.apache.logging.log4j","version":"2.14.1","purl":"pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1"},
 {"bom-ref":"z","name":"zz","version":"1"}],
 "dependencies":[{"ref":"pump","dependsOn":["a"]},{"ref":"a","dependsOn":["b","l"]},{"ref":"b","dependsOn":["a","l"]}]}`
	a := newApp(t)
	_, r := pump(t, a)
	must[app.ImportRun](t)(a.ImportPath(t.Context(), psirt, "osv", write(t, "osv.json", log4shell), func(app.Progress) {}))
	s := uploaded(t, a, r, "tree.json", text) // 0 a, 1 b, 2 b-inside, 3 log4j-core, 4 zz, 5 the pump
	page := must[app.TreePage](t)(a.SBOMTree(t.Context(), s.ID, -1, 0, 10))
	if want := (app.TreeShape{Kept: true, Components: 5, Edges: 6, Apart: 1, Circular: 2, Depth: 3, Subject: true}); page.Shape != want {
		t.Errorf("shape %+v, want %+v", page.Shape, want)
	}
	if page.Total != 2 || !page.Items[0].Subject || page.Items[0].Name != "pump" || page.Items[0].Version != "3.2.1" || !page.Items[0].Below || page.Items[1].Place.Component.Name != "zz" || page.Items[1].Below {
		t.Errorf("the tree begins with %+v", page.Items)
	}
	below := must[app.TreePage](t)(a.SBOMTree(t.Context(), s.ID, 0, 0, 10)).Items
	if len(below) != 2 || below[0].Place.Component.Name != "b" || below[0].Below || below[1].Place.Findings != 1 || below[1].Below || below[1].NeededBy != 2 {
		t.Errorf("a needs %+v", below)
	}
	found := must[app.TreeSearch](t)(a.SearchSBOMTree(t.Context(), s.ID, app.ComponentQuery{Text: "LOG4J"}))
	var line []string
	for _, n := range found.Items {
		name := n.Name
		if n.Place != nil {
			name = n.Place.Component.Name
		}
		line = append(line, strings.Repeat(">", n.Depth)+name)
	}
	if !slices.Equal(line, []string{"pump", ">a", ">>log4j-core"}) || found.Found != 1 || !found.Items[2].Found || found.Items[1].Found {
		t.Errorf("found %v %+v", line, found)
	}
	view := must[app.ComponentView](t)(a.SBOMComponent(t.Context(), s.ID, 2))
	if len(view.Path) != 4 || !view.Connected || view.Path[3].Kind != sbom.Holds || view.NeededByTotal != 1 {
		t.Errorf("path %+v", view.Path)
	}
	if view := must[app.ComponentView](t)(a.SBOMComponent(t.Context(), s.ID, 4)); view.Connected || len(view.Path) != 1 {
		t.Errorf("what nothing needs: %+v", view)
	}
	if view := must[app.ComponentView](t)(a.SBOMComponent(t.Context(), s.ID, 3)); len(view.Findings) != 1 || view.Findings[0].Vulnerability != "CVE-2021-44228" || view.Findings[0].Severity != "critical" {
		t.Errorf("findings %+v", view.Findings)
	}
	for _, position := range []int{5, 77} {
		if _, err := a.SBOMComponent(t.Context(), s.ID, position); fault.KindOf(err) != fault.NotFound {
			t.Errorf("at %d: %v", position, err)
		}
	}
	if _, err := a.SBOMTree(t.Context(), s.ID, 6, 0, 10); fault.KindOf(err) != fault.NotFound {
		t.Errorf("below a node that is not there: %v", err)
	}
}

func TestChangesBetweenSBOMs(t *testing.T) {
	sbomOf := func(components ...string) string {
		return `{"bomFormat":"CycloneDX","specVersion":"1.6","components":[` + strings.Join(components, ",") + `]}`
	}
	part := func(name, version, purl string) string {
		return `{"name":"` + name + `","version":"` + version + `","purl":"` + purl + `"}`
	}
	a := newApp(t)
	_, r := pump(t, a)
	before := uploaded(t, a, r, "1.json", sbomOf(part("zlib", "1.2", "pkg:generic/zlib@1.2?arch=a"), part("gone", "1", ""), part("two", "1", ""), part("same", "1", "pkg:npm/%40x/same@1"), part("same", "1", "pkg:npm/%40x/same@1")))
	after := uploaded(t, a, r, "2.json", sbomOf(part("zlib", "1.3", "pkg:generic/zlib@1.3?arch=b"), part("new", "1", ""), part("two", "1", ""), part("two", "2", ""), part("same", "1", "pkg:npm/%40x/same@1")))
	got := must[app.SBOMChanges](t)(a.SBOMChanges(t.Context(), before.ID, after.ID))
	if got.Totals != (app.SBOMChangeTotals{Added: 1, Removed: 1, Changed: 2, Same: 1}) || got.Added[0].Name != "new" || got.Removed[0].Name != "gone" || got.Removed[0].Position != -1 {
		t.Errorf("changes %+v", got)
	}
	if c := got.Changed; c[0].Name != "two" || !slices.Equal(c[0].Before, []string{"1"}) || !slices.Equal(c[0].After, []string{"1", "2"}) || c[1].Purl != "pkg:generic/zlib" || !slices.Equal(c[1].After, []string{"1.3"}) {
		t.Errorf("other versions %+v", c)
	}
	// The other way round says the same, turned.
	back := must[app.SBOMChanges](t)(a.SBOMChanges(t.Context(), after.ID, before.ID))
	if back.Totals != (app.SBOMChangeTotals{Added: got.Totals.Removed, Removed: got.Totals.Added, Changed: got.Totals.Changed, Same: got.Totals.Same}) {
		t.Errorf("turned round %+v", back.Totals)
	}
}
