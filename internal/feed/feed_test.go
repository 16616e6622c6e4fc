package feed_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mimamori/internal/fault"
	"mimamori/internal/feed"
)

func write(t *testing.T, dir, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func zipped(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range files {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gzipped(t *testing.T, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func tarred(t *testing.T, name, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(text)), Typeflag: tar.TypeReg}); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// ids returns the record ids at root and the errors.
func ids(root string) (found []string, problems []string) {
	for a, err := range feed.OSV(root) {
		if err != nil {
			problems = append(problems, err.Error())
			continue
		}
		found = append(found, a.ID)
	}
	slices.Sort(found)
	return found, problems
}

const a, b = `{"id":"A"}`, `{"id":"B"}`

func TestOSVFromEveryKindOfPath(t *testing.T) {
	dir := t.TempDir()
	tests := []struct{ name, path string }{
		{"lines", write(t, dir, "l.jsonl", []byte(a+"\n"+b+"\n"))},
		{"compressed lines", write(t, dir, "l.jsonl.gz", gzipped(t, []byte(a+"\n"+b)))},
		{"a list", write(t, dir, "list.json", []byte("["+a+","+b+"]"))},
		{"an unusual name", write(t, dir, "records.txt", []byte(a+b))},
		{"zip", write(t, dir, "x.zip", zipped(t, map[string]string{"a.json": a, "sub/b.json": b, "a.json.sha512": "x", "README": "y"}))},
		{"tar.gz", write(t, dir, "x.tar.gz", gzipped(t, tarred(t, "all.jsonl", a+"\n"+b)))},
		{"folder", filepath.Dir(filepath.Dir(write(t, dir, "folder/sub/b.json", []byte(b))))},
	}
	write(t, dir, "folder/a.json", []byte(a))
	write(t, dir, "folder/.hidden.json", []byte("broken"))
	write(t, dir, "folder/notes.txt", []byte("broken"))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found, problems := ids(tt.path)
			if !slices.Equal(found, []string{"A", "B"}) || len(problems) > 0 {
				t.Errorf("got %q, problems %q", found, problems)
			}
		})
	}
}

func TestNothingIsNeverSilent(t *testing.T) {
	dir := t.TempDir()
	bomb := gzipped(t, bytes.Repeat([]byte(" "), 64<<20))
	tests := []struct{ name, path, want string }{
		{"no such path", filepath.Join(dir, "none"), "no such file"},
		{"empty folder", t.TempDir(), "holds no OSV file"},
		{"archive without records", write(t, dir, "e.zip", zipped(t, map[string]string{"README": "x"})), "holds no OSV file"},
		{"no archive", write(t, dir, "n.zip", []byte("not a zip")), "not a ZIP archive"},
		{"cut-off archive", write(t, dir, "c.zip", zipped(t, map[string]string{"a.json": a})[:40]), "cut off"},
		{"cut-off gzip", write(t, dir, "c.jsonl.gz", gzipped(t, []byte(a+"\n"+b))[:20]), "damaged"},
		{"another file", write(t, dir, "o.json", []byte(`{"a":1}`)), "/id is missing"},
		{"bomb of spaces", write(t, dir, "b.jsonl.gz", bomb), "white space"},
		{"bomb in a record", write(t, dir, "r.jsonl.gz", gzipped(t, append([]byte(`{"id":"`), bytes.Repeat([]byte("x"), 64<<20)...))), "bomb"},
		{"bomb of lines", write(t, dir, "d.jsonl.gz", gzipped(t, bytes.Repeat([]byte("x\n"), 8<<20))), "more than 100 broken places"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found, last, n := 0, "", 0
			for _, err := range feed.OSV(tt.path) {
				if err == nil {
					found++
					continue
				}
				n++
				if last += err.Error(); len(last) > 1<<20 {
					last = last[len(last)-1<<10:]
				}
				if fault.KindOf(err) != fault.Invalid {
					t.Errorf("error of kind %s: %v", fault.KindOf(err), err)
				}
			}
			if n == 0 || !strings.Contains(last, tt.want) {
				t.Errorf("got %d records, %d errors: %.300s", found, n, last)
			}
		})
	}
}

func TestZipBombIsStopped(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("big.json")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(`{"id":"A","details":"`)); err != nil {
		t.Fatal(err)
	}
	for range 512 {
		if _, err := w.Write(bytes.Repeat([]byte("x"), 1<<20)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	path := write(t, t.TempDir(), "bomb.zip", b.Bytes())
	for _, problems := range [][]string{onlyProblems(ids(path)), sbomProblems(path)} {
		if len(problems) == 0 || !strings.Contains(problems[0], "bomb") && !strings.Contains(problems[0], "larger than") {
			t.Errorf("got %q", problems)
		}
	}
}

func onlyProblems(_, problems []string) []string { return problems }

func sbomProblems(path string) (problems []string) {
	for s, err := range feed.SBOMs(path) {
		if err != nil {
			problems = append(problems, s.Name+" "+err.Error())
		}
	}
	return problems
}

func TestSBOMsGoOnAfterABrokenOne(t *testing.T) {
	good := `{"bomFormat":"CycloneDX","specVersion":"1.6","components":[]}`
	path := write(t, t.TempDir(), "s.zip", zipped(t, map[string]string{"x/a.json": good, "x/b.json": "{", "x/c.json": good}))
	var names, broken []string
	for s, err := range feed.SBOMs(path) {
		if err != nil {
			broken = append(broken, s.Name)
		} else {
			names = append(names, s.Name)
		}
	}
	slices.Sort(names)
	if !slices.Equal(names, []string{"a.json", "c.json"}) || !slices.Equal(broken, []string{"b.json"}) {
		t.Errorf("read %q, broken %q", names, broken)
	}
}

func TestStoppingEarlyIsNoError(t *testing.T) {
	path := write(t, t.TempDir(), "x.jsonl", []byte(a+"\n"+b))
	for record, err := range feed.OSV(path) {
		if err != nil || record.ID != "A" {
			t.Errorf("got %v, %v", record.ID, err)
		}
		break
	}
}
