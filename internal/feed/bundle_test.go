package feed_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"mimamori/internal/advisory"
	"mimamori/internal/fault"
	"mimamori/internal/feed"

	"golang.org/x/mod/sumdb/note"
)

// keys returns a fresh signer and who trusts it.
func keys(t *testing.T, name string) (note.Signer, note.Verifiers) {
	t.Helper()
	secret, public, err := feed.NewBundleKey(name)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := note.NewVerifier(public)
	if err != nil {
		t.Fatal(err)
	}
	return signer, note.VerifierList(verifier)
}

var made = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// bundled writes a folder with two files and packs it.
func bundled(t *testing.T, signer note.Signer) ([]byte, feed.Manifest) {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, "b.jsonl", []byte(b))
	write(t, dir, "sub/a.jsonl", []byte(a))
	write(t, dir, ".hidden", []byte("x"))
	files, err := feed.BundleFiles(advisory.KindOSV, dir)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	m, err := feed.WriteBundle(&out, made, files, signer)
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), m
}

func TestBundleComesBackAsItWasPacked(t *testing.T) {
	signer, trusted := keys(t, "psirt.example")
	packed, want := bundled(t, signer)
	again, _ := bundled(t, signer)
	if !bytes.Equal(packed, again) {
		t.Error("the same files and time give two different bundles")
	}
	dir := t.TempDir()
	got, err := feed.ReadBundle(bytes.NewReader(packed), "x.tar.gz", trusted, dir)
	if err != nil {
		t.Fatal(err)
	}
	if !got.Made.Equal(made) || got.Signer != "psirt.example" || len(got.Files) != 2 || len(want.Files) != 2 {
		t.Fatalf("got %+v", got)
	}
	for i, f := range got.Files {
		if f.Path != filepath.Join(dir, "osv", filepath.FromSlash(f.Name)) || f.SHA256 != want.Files[i].SHA256 {
			t.Errorf("got %+v, want %+v", f, want.Files[i])
		}
	}
	found, problems := ids(filepath.Join(dir, "osv"))
	if !slices.Equal(found, []string{"A", "B"}) || len(problems) > 0 {
		t.Errorf("found %q, %q", found, problems)
	}
}

// member is a member of a bundle taken apart.
type member struct {
	header  tar.Header
	content []byte
}

func takeApart(t *testing.T, packed []byte) []member {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	var out []member
	archive := tar.NewReader(z)
	for {
		h, err := archive.Next()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, member{*h, content})
	}
}

func putTogether(t *testing.T, list []member) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	archive := tar.NewWriter(z)
	for _, m := range list {
		m.header.Size = int64(len(m.content))
		if err := archive.WriteHeader(&m.header); err != nil {
			t.Fatal(err)
		}
		if _, err := archive.Write(m.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestBundleThatWasChangedIsRefused(t *testing.T) {
	signer, trusted := keys(t, "psirt.example")
	stranger, _ := keys(t, "psirt.example")
	packed, _ := bundled(t, signer)
	foreign, _ := bundled(t, stranger)
	change := func(f func(list []member) []member) []byte { return putTogether(t, f(takeApart(t, packed))) }
	tests := []struct {
		name, want string
		packed     []byte
	}{
		{"signed by another key of the same name", "not signed by a key that is trusted", foreign},
		{"a letter of a file", "another digest", change(func(l []member) []member { l[1].content[7] ^= 1; return l })},
		{"a file longer by one", "where the manifest has", change(func(l []member) []member { l[1].content = append(l[1].content, ' '); return l })},
		{"two files exchanged", "where the manifest has", change(func(l []member) []member { l[1], l[2] = l[2], l[1]; return l })},
		{"a file under another name", "where the manifest has", change(func(l []member) []member { l[1].header.Name = "osv/../../x"; return l })},
		{"a file left out", "ends before", change(func(l []member) []member { return l[:2] })},
		{"a file more", "more than its manifest", change(func(l []member) []member { return append(l, l[1]) })},
		{"a link instead of a file", "no plain file", change(func(l []member) []member {
			l[1].header.Typeflag, l[1].header.Linkname, l[1].content = tar.TypeSymlink, "/etc/passwd", nil
			return l
		})},
		{"another line in the manifest", "not signed by a key that is trusted", change(func(l []member) []member {
			l[0].content = bytes.Replace(l[0].content, []byte("made 2026"), []byte("made 2027"), 1)
			return l
		})},
		{"no manifest", "not a bundle", change(func(l []member) []member { return l[1:] })},
		{"nothing", "not a bundle", change(func([]member) []member { return nil })},
		{"cut off", "", packed[:len(packed)/2]},
		{"another file", "not a gzip file", []byte("hello")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			_, err := feed.ReadBundle(bytes.NewReader(tt.packed), "x.tar.gz", trusted, dir)
			if err == nil || fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v (%s), want %q", err, fault.KindOf(err), tt.want)
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(dir), "x")); err == nil {
				t.Error("something was written outside the folder")
			}
		})
	}
}

// A key that is trusted may still sign a manifest that leads out of the folder.
func TestManifestIsCheckedWhoeverSignedIt(t *testing.T) {
	signer, trusted := keys(t, "psirt.example")
	const sum = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	for _, tt := range []struct{ name, lines, want string }{
		{"upwards", "file osv " + sum + " 0 ../x\n", "no plain file name"},
		{"absolute", "file osv " + sum + " 0 /x\n", "no plain file name"},
		{"another system's folders", "file osv " + sum + " 0 a\\..\\x\n", "no plain file name"},
		{"unknown kind", "file ../x " + sum + " 0 a\n", "is not known"},
		{"twice", strings.Repeat("file osv "+sum+" 0 a\n", 2), "occurs twice"},
		{"short digest", "file osv e3b0 0 a\n", "digest"},
		{"negative size", "file osv " + sum + " -1 a\n", "size"},
		{"huge", "file osv " + sum + " 999999999999999 a\n", "GiB"},
		{"no file", "", "0 files"},
		{"another line", "link osv a b c\n", "line 3"},
	} {
		signed, err := note.Sign(&note.Note{Text: "mimamori feed bundle 1\nmade 2026-11-23T10:00:00Z\n" + tt.lines}, signer)
		if err != nil {
			t.Fatal(err)
		}
		packed := putTogether(t, []member{{header: tar.Header{Name: "manifest", Mode: 0o600, Typeflag: tar.TypeReg}, content: signed}})
		_, err = feed.ReadBundle(bytes.NewReader(packed), "x", trusted, t.TempDir())
		said := ""
		if err != nil {
			said = err.Error()
			for _, f := range fault.FieldsOf(err) {
				said += " " + f.Message
			}
		}
		if !strings.Contains(said, tt.want) {
			t.Errorf("%s: got %q, want %q", tt.name, said, tt.want)
		}
	}
}
