package httpapi_test

import (
	"bytes"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/feed"

	"golang.org/x/mod/sumdb/note"
)

// A signed bundle is taken over when a key that was named has signed it, each
// kind of data as an import of its own; else nothing is.
func TestASignedBundleIsUploaded(t *testing.T) {
	s := newServer(t)
	s.app.Feed = feed.Disk{}
	_, b := s.person(t, "bundles@example.com", app.ProductSecurity)
	secret, public, err := feed.NewBundleKey("acme")
	if err != nil {
		t.Fatal(err)
	}
	_, other, err := feed.NewBundleKey("mallory")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	var files []feed.Bundled
	for name, content := range map[string]string{
		"osv.json": `{"id":"GHSA-a","modified":"2026-01-01T00:00:00Z","affected":[]}`,
		"kev.json": `{"catalogVersion":"1","dateReleased":"2026-01-01T00:00:00Z","count":1,"vulnerabilities":[{"cveID":"CVE-2026-0001","vulnerabilityName":"x","dateAdded":"2026-01-01"}]}`,
	} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		some, err := feed.BundleFiles("", path)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, some...)
	}
	var bundle bytes.Buffer
	made := time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
	if _, err := feed.WriteBundle(&bundle, made, files, signer); err != nil {
		t.Fatal(err)
	}
	address := func(keys ...string) string {
		return "/api/imports/bundle?name=b.tar.gz&trust=" + url.QueryEscape(strings.Join(keys, "\n"))
	}
	var all app.List[app.ImportRun]
	for what, refused := range map[string]struct {
		address string
		body    []byte
	}{
		"signed by somebody else": {address(other), bundle.Bytes()},
		"no key":                  {address(""), bundle.Bytes()},
		"what is no key":          {address("acme"), bundle.Bytes()},
		"cut off":                 {address(public), bundle.Bytes()[:bundle.Len()-20]},
		"no bundle":               {address(public), []byte("{}")},
	} {
		if got := b.do(t, "POST", refused.address, bytes.NewReader(refused.body)); got.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s", what, got.status, got.body)
		}
	}
	b.want(t, http.StatusOK, "GET", "/api/imports", nil).into(t, &all)
	if all.Total != 0 {
		t.Errorf("nothing is taken over: %+v", all.Items)
	}
	var started struct{ Items []app.ImportRun }
	b.want(t, http.StatusAccepted, "POST", address(other, public), bytes.NewReader(bundle.Bytes())).into(t, &started)
	if len(started.Items) != 2 {
		t.Fatalf("an import for each kind: %+v", started.Items)
	}
	for _, run := range started.Items {
		if err := s.app.RunImport(t.Context(), run.ID); err != nil {
			t.Fatal(err)
		}
		var view struct{ Run app.ImportRun }
		b.want(t, http.StatusOK, "GET", "/api/imports/"+run.ID, nil).into(t, &view)
		if r := view.Run; r.State != "done" || r.Records != 1 || !r.AsOfAt.Equal(made) || len(r.Trust) != 2 {
			t.Errorf("%+v", r)
		}
	}
}
