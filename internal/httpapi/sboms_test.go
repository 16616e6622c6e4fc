package httpapi_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mimamori/internal/app"
	"mimamori/internal/register"
)

// chainSBOM is a CycloneDX document of n components, each needing the next one.
func chainSBOM(n int, version string) string {
	components, dependencies := make([]string, n), []string{`{"ref":"device","dependsOn":["c0000"]}`}
	for i := range n {
		components[i] = fmt.Sprintf(`{"bom-ref":"c%04d","type":"library","name":"name-%04d","version":"%s","purl":"pkg:npm/name-%04d@%s","licenses":[{"license":{"id":"MIT"}}]}`, i, i, version, i, version)
		if i+1 < n {
			dependencies = append(dependencies, fmt.Sprintf(`{"ref":"c%04d","dependsOn":["c%04d"]}`, i, i+1))
		}
	}
	return `{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"component":{"bom-ref":"device","type":"device","name":"pump","version":"9"}},"components":[` +
		strings.Join(components, ",") + `],"dependencies":[` + strings.Join(dependencies, ",") + `]}`
}

// An SBOM is uploaded, paged by number, walked as a tree, searched, explained
// and compared with the one before.
func TestSBOMOverHTTP(t *testing.T) {
	s := newServer(t)
	b := s.signIn(t, "admin@example.jp")
	var p register.Product
	b.want(t, http.StatusCreated, "POST", "/api/products", pump).into(t, &p)
	var r register.Release
	b.want(t, http.StatusCreated, "POST", "/api/products/"+p.ID+"/releases", map[string]any{"version": "3.2.1"}).into(t, &r)
	const n = 450
	upload := func(query, text string) (up struct{ SBOM register.SBOM }) {
		t.Helper()
		b.want(t, http.StatusCreated, "POST", "/api/releases/"+r.ID+"/sbom?name=pump.cdx.json"+query, text, "Content-Type", "application/octet-stream").into(t, &up)
		return up
	}
	first := upload("", chainSBOM(n, "1")).SBOM
	second := upload("&strict=true", chainSBOM(n-1, "2")).SBOM
	if first.About.Strict || !second.About.Strict || second.About.Dependencies != n-1 || second.About.Encoding != "JSON" {
		t.Errorf("about: %+v", second.About)
	}
	// The document is about version 9, the release is 3.2.1: told, in the language of the reader.
	if len(second.Problems) != 1 || second.Problems[0].Where != "/subject/version" || !strings.Contains(second.Problems[0].Message, "取り違え") {
		t.Errorf("problems: %+v", second.Problems)
	}
	b.want(t, http.StatusUnprocessableEntity, "POST", "/api/releases/"+r.ID+"/sbom?strict=true&name=x.json",
		`{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"gadget","name":"x","version":"1"}]}`, "Content-Type", "application/octet-stream").problem(t)

	at := "/api/sboms/" + second.ID
	seen := 0
	for from := 0; ; from += 200 {
		var page app.ComponentPage
		b.want(t, http.StatusOK, "GET", fmt.Sprintf("%s/components?from=%d&limit=200", at, from), nil).into(t, &page)
		if page.Total != n-1 {
			t.Fatalf("%d in all", page.Total)
		}
		for _, item := range page.Items {
			if item.Position != seen || item.Component.Name != fmt.Sprintf("name-%04d", seen) {
				t.Fatalf("at %d: %+v", seen, item)
			}
			seen++
		}
		if len(page.Items) < 200 {
			break
		}
	}
	if seen != n-1 {
		t.Errorf("%d components were listed", seen)
	}
	var tree app.TreePage
	b.want(t, http.StatusOK, "GET", at+"/tree", nil).into(t, &tree)
	if tree.Total != 1 || !tree.Items[0].Subject || tree.Shape.Depth != n-1 {
		t.Errorf("tree: %+v", tree)
	}
	b.want(t, http.StatusOK, "GET", fmt.Sprintf("%s/tree?below=%d", at, tree.Items[0].Node), nil).into(t, &tree)
	if tree.Total != 1 || tree.Items[0].Place.Component.Name != "name-0000" {
		t.Errorf("below the device: %+v", tree)
	}
	var found app.TreeSearch
	b.want(t, http.StatusOK, "GET", at+"/tree/search?q=name-0007", nil).into(t, &found)
	if found.Found != 1 || len(found.Items) != 9 || !found.Items[8].Found {
		t.Errorf("found: %+v", found)
	}
	var view app.ComponentView
	b.want(t, http.StatusOK, "GET", at+"/components/5", nil).into(t, &view)
	if len(view.Path) != 7 || !view.Connected || view.Occurrence.Detail.Licenses[0] != "MIT" {
		t.Errorf("component: %+v", view)
	}
	var changes app.SBOMChanges
	b.want(t, http.StatusOK, "GET", at+"/changes?since="+first.ID, nil).into(t, &changes)
	if changes.Totals != (app.SBOMChangeTotals{Removed: 1, Changed: n - 1}) {
		t.Errorf("changes: %+v", changes.Totals)
	}
	if a := b.want(t, http.StatusOK, "GET", at+"/file", nil); string(a.body) != chainSBOM(n-1, "2") {
		t.Errorf("the file has %d bytes", len(a.body))
	}
	for path, status := range map[string]int{
		"/components?limit=501": 422, "/components?limit=0": 422, "/components?from=-1": 422, "/components?match=x": 422, "/components?sort=x": 422, "/components?cursor=x": 422,
		"/components/449": 404, "/components/x": 422, "/tree?below=99999": 404, "/tree?limit=501": 422, "/changes": 422, "/changes?since=none": 404,
		"/tree/search?q=" + strings.Repeat("a%20", 30): 422,
	} {
		b.want(t, status, "GET", at+path, nil).problem(t)
	}
	for _, path := range []string{"/components", "/components/1", "/tree", "/tree/search", "/changes?since=" + first.ID, "/file"} {
		b.want(t, http.StatusNotFound, "GET", "/api/sboms/none"+path, nil).problem(t)
	}
}

// Nothing of an upload stays behind in the folder of temporary files.
func TestUploadsLeaveNothingBehind(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	s := newServer(t)
	b := s.signIn(t, "admin@example.jp")
	for _, text := range []string{chainSBOM(3, "1"), "no SBOM", ""} {
		b.do(t, "POST", "/api/releases/none/sbom?name=x.json", text, "Content-Type", "application/octet-stream")
	}
	left, err := filepath.Glob(filepath.Join(folder, "mimamori-upload-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	if _, err := os.Stat(folder); err != nil {
		t.Error(err)
	}
}
