package feed_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"mimamori/internal/advisory"
	"mimamori/internal/app"
	"mimamori/internal/fault"
	"mimamori/internal/feed"

	"golang.org/x/mod/sumdb/note"
)

// carried is a courier with one named folder, and the folder.
func carried(t *testing.T) (c *feed.Courier, folder string) {
	t.Helper()
	folder = t.TempDir()
	return &feed.Courier{Dir: t.TempDir(), Named: map[string]string{"usb": folder}, Now: func() time.Time { return made.Add(240 * time.Hour) }}, folder
}

func got(t *testing.T, c *feed.Courier, o app.FeedOrder) app.Delivery {
	t.Helper()
	d, err := c.Deliver(t.Context(), o, func(int64) {})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func count(t *testing.T, d app.Delivery) int {
	t.Helper()
	n := 0
	for _, err := range feed.Advisories(advisory.KindOSV, d.Path) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n
}

// A folder is as fresh as the newest file that somebody put there.
func TestAFolderIsReadWhenItChanged(t *testing.T) {
	c, folder := carried(t)
	o := app.FeedOrder{Feed: "f", Kind: "osv", Address: "folder:usb", Whole: true}
	if _, err := c.Deliver(t.Context(), o, func(int64) {}); fault.KindOf(err) != fault.Invalid || strings.Contains(err.Error(), folder) {
		t.Errorf("an empty folder: %v", err)
	}
	write(t, folder, "a.jsonl", []byte(a))
	if err := os.Chtimes(filepath.Join(folder, "a.jsonl"), made, made); err != nil {
		t.Fatal(err)
	}
	first := got(t, c, o)
	if count(t, first) != 1 || !first.AsOfAt.Equal(made) || !first.Whole {
		t.Errorf("%+v", first)
	}
	first.Remove()
	o.Known = first.Known
	if d := got(t, c, o); !d.Unchanged || !d.AsOfAt.Equal(made) {
		t.Errorf("the same folder: %+v", d)
	}
	write(t, folder, "b.jsonl", []byte(b))
	if d := got(t, c, o); d.Unchanged || count(t, d) < 2 || !d.AsOfAt.After(made) {
		t.Errorf("one file more: %+v", d)
	}
	if _, err := os.Stat(filepath.Join(folder, "a.jsonl")); err != nil {
		t.Errorf("what lay in the folder is gone: %v", err)
	}
}

func TestAFolderCannotBeLeft(t *testing.T) {
	c, folder := carried(t)
	outside := t.TempDir()
	write(t, outside, "a.jsonl", []byte(a))
	if err := os.Symlink(outside, filepath.Join(folder, "link")); err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{"folder:other", "folder:usb/..", "folder:usb/../x", "folder:usb//etc", "folder:usb/link", "folder:usb/link/a.jsonl", "folder:usb/none", "folder:"} {
		d, err := c.Deliver(t.Context(), app.FeedOrder{Feed: "f", Kind: "osv", Address: address}, func(int64) {})
		if fault.KindOf(err) != fault.Invalid || strings.Contains(err.Error(), folder) {
			t.Errorf("%s: %+v, %v", address, d, err)
		}
	}
}

// A bundle is as fresh as when it was made, over the network and by hand; an
// older one, or one of another hand, is not taken.
func TestBundlesAreTakenByTheirOwnDate(t *testing.T) {
	secret, public, err := feed.NewBundleKey("publisher")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	stranger, _ := keys(t, "stranger")
	dir := t.TempDir()
	write(t, dir, "a.jsonl", []byte(a))
	files, err := feed.BundleFiles(advisory.KindOSV, dir)
	if err != nil {
		t.Fatal(err)
	}
	pack := func(at time.Time, signer note.Signer) []byte {
		t.Helper()
		var out bytes.Buffer
		if _, err := feed.WriteBundle(&out, at, files, signer); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	c, folder := carried(t)
	o := app.FeedOrder{Feed: "f", Kind: "osv", Address: "folder:usb", Trust: []string{public}, Whole: true}
	write(t, folder, "new.tar.gz", pack(made, signer))
	write(t, folder, "old.tar.gz", pack(made.Add(-time.Hour), signer))
	first := got(t, c, o)
	if count(t, first) != 1 || !first.AsOfAt.Equal(made) {
		t.Errorf("the newest bundle: %+v", first)
	}
	first.Remove()
	o.Known = first.Known
	write(t, folder, "older.tar.gz", pack(made.Add(-2*time.Hour), signer))
	if d := got(t, c, o); !d.Unchanged || !d.AsOfAt.Equal(made) {
		t.Errorf("an older bundle: %+v", d)
	}
	kev := o
	kev.Kind, kev.Known = "kev", nil
	if _, err := c.Deliver(t.Context(), kev, func(int64) {}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a kind that the bundle has not: %v", err)
	}
	write(t, folder, "stranger.tar.gz", pack(made.Add(time.Hour), stranger))
	if _, err := c.Deliver(t.Context(), o, func(int64) {}); fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "stranger.tar.gz") {
		t.Errorf("a stranger's bundle: %v", err)
	}

	served := pack(made.Add(time.Hour), signer)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"1"`)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(served))
	}))
	t.Cleanup(server.Close)
	o = app.FeedOrder{Feed: "g", Kind: "osv", Address: server.URL + "/feed.tar.gz", Trust: []string{public}}
	for range 2 { // the second time the server says that it is the same
		d := got(t, c, o)
		if !d.AsOfAt.Equal(made.Add(time.Hour)) || d.Unchanged != (o.Known != nil) {
			t.Errorf("over the network: %+v", d)
		}
		d.Remove()
		o.Known = d.Known
	}
	if !c.IsKey(public) || c.IsKey("publisher") || c.IsKey("") {
		t.Error("what is a key is not told")
	}
}

// A server that sends neither ETag nor time sends the same file again.
func TestTheSameFileAgainIsNothingNew(t *testing.T) {
	text := a
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(text)) }))
	t.Cleanup(server.Close)
	c, _ := carried(t)
	o := app.FeedOrder{Feed: "f", Kind: "osv", Address: server.URL}
	o.Known = got(t, c, o).Known
	if d := got(t, c, o); !d.Unchanged {
		t.Errorf("%+v", d)
	}
	text = a + "\n"
	if d := got(t, c, o); d.Unchanged {
		t.Errorf("%+v", d)
	}
}

// Spreadsheets are SBOMs and not archives of them.
func TestSBOMFilesOfEveryForm(t *testing.T) {
	dir := t.TempDir()
	names := []string{"a.yaml", "b.yml", "c.csv", "d.xlsx", "e.swidtag", "f.tag", "g.json"}
	for _, name := range names {
		text := []byte(name)
		if name == "d.xlsx" {
			text = []byte("PK\x03\x04") // as a spreadsheet begins
		}
		write(t, dir, name, text)
	}
	write(t, dir, "h.md", []byte("no SBOM"))
	var read []string
	for _, root := range []string{dir, filepath.Join(dir, "d.xlsx")} {
		err := feed.Walk(root, feed.SBOMFiles, func(name string, _ io.Reader) error { read = append(read, filepath.Base(name)); return nil })
		if err != nil {
			t.Fatal(err)
		}
	}
	if want := append(names, "d.xlsx"); !slices.Equal(read, want) {
		t.Errorf("read %v, want %v", read, want)
	}
}
