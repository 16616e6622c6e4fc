package feed

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"mimamori/internal/advisory"
	"mimamori/internal/fault"
	"mimamori/internal/untrusted"

	"golang.org/x/mod/sumdb/note"
)

// A bundle carries vulnerability data to where no network is: a packed tar
// archive whose first member is the manifest, a signed note:
//
//	mimamori feed bundle 1
//	made 2026-11-23T10:00:00Z
//	file nvd 5269f1… 1452704 nvdcve-1.1-2002.json.gz
//
//	— NAME SIGNATURE
//
// One line a file has its kind, SHA-256, size in bytes and name; the members
// follow in that order, under "kind/name". Nothing of a bundle is used before
// its signature and every digest have been checked.
const (
	bundleTitle     = "mimamori feed bundle 1"
	manifestName    = "manifest"
	maxManifest     = 16 << 20
	maxBundledFiles = 100_000
	maxBundleBytes  = 64 << 30
)

// Bundled is a file of a bundle.
type Bundled struct {
	Kind   advisory.Kind
	Name   string // slashes between folders; neither absolute nor upwards
	SHA256 string // hexadecimal
	Bytes  int64
	Path   string // where it lies on this disk; not part of the manifest
}

// Manifest says what a bundle holds.
type Manifest struct {
	Made   time.Time // in UTC, to the second
	Signer string    // name of the key
	Files  []Bundled // sorted by kind and name, no duplicates
}

// BundleFiles lists the files of kind at path, a file or a folder, to be put
// into a bundle. An empty kind is told from the content.
func BundleFiles(kind advisory.Kind, root string) ([]Bundled, error) {
	if kind == "" {
		var err error
		if kind, err = DetectKind(root); err != nil {
			return nil, err
		}
	}
	info, err := os.Stat(root)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "%s: cannot be opened", root)
	}
	if !info.IsDir() {
		return []Bundled{{Kind: kind, Name: filepath.Base(root), Path: root}}, nil
	}
	var out []Bundled
	err = filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return fault.Wrap(fault.Invalid, err, "%s: cannot be opened", name)
		}
		if !entry.Type().IsRegular() || strings.HasPrefix(entry.Name(), ".") {
			return nil
		}
		relative, err := filepath.Rel(root, name)
		out = append(out, Bundled{Kind: kind, Name: filepath.ToSlash(relative), Path: name})
		return err
	})
	if err == nil && len(out) == 0 {
		err = fault.New(fault.Invalid, "%s: the folder has no file", root)
	}
	return out, err
}

// NewBundleKey makes a key to sign bundles with: the secret text for
// note.NewSigner, and the public one for those who are to trust it. name is
// shown with every bundle and holds neither spaces nor "+".
func NewBundleKey(name string) (secret, public string, err error) {
	if name == "" || strings.ContainsFunc(name, unicode.IsSpace) || strings.Contains(name, "+") {
		return "", "", fault.New(fault.Invalid, "%q is no name of a key: use letters, digits, dots and dashes", name)
	}
	return note.GenerateKey(rand.Reader, name)
}

// WriteBundle writes a bundle of the files, signed by signer, and returns its
// manifest. Files are read twice: to measure them for the manifest, which comes
// first, and to pack them.
func WriteBundle(w io.Writer, made time.Time, files []Bundled, signer note.Signer) (Manifest, error) {
	m := Manifest{Made: made.UTC().Truncate(time.Second), Signer: signer.Name(), Files: slices.Clone(files)}
	slices.SortFunc(m.Files, compareBundled)
	for i := range m.Files {
		if err := m.Files[i].measure(); err != nil {
			return m, err
		}
	}
	if err := m.check(); err != nil {
		return m, err
	}
	signed, err := note.Sign(&note.Note{Text: m.text()}, signer)
	if err != nil {
		return m, fmt.Errorf("signing the bundle: %w", err)
	}
	packed := gzip.NewWriter(w)
	archive := tar.NewWriter(packed)
	member := func(name string, size int64, content io.Reader) error {
		if err := archive.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o644, Size: size, ModTime: m.Made, Format: tar.FormatPAX}); err != nil {
			return fmt.Errorf("writing the bundle: %w", err)
		}
		if _, err := io.Copy(archive, content); err != nil {
			return fmt.Errorf("writing the bundle, %s: %w", name, err)
		}
		return nil
	}
	if err := member(manifestName, int64(len(signed)), strings.NewReader(string(signed))); err != nil {
		return m, err
	}
	for _, b := range m.Files {
		f, err := os.Open(b.Path)
		if err != nil {
			return m, fault.Wrap(fault.Invalid, err, "%s: cannot be opened", b.Path)
		}
		sum := sha256.New()
		err = member(b.member(), b.Bytes, io.TeeReader(f, sum))
		_ = f.Close() // only read from
		if err == nil && hex.EncodeToString(sum.Sum(nil)) != b.SHA256 {
			err = fault.New(fault.Conflict, "%s: changed while it was packed: make the bundle again", b.Path)
		}
		if err != nil {
			return m, err
		}
	}
	if err := errors.Join(archive.Close(), packed.Close()); err != nil {
		return m, fmt.Errorf("writing the bundle: %w", err)
	}
	return m, nil
}

func compareBundled(a, b Bundled) int { return strings.Compare(a.member(), b.member()) }

func (b *Bundled) member() string { return string(b.Kind) + "/" + b.Name }

func (b *Bundled) measure() (err error) {
	b.SHA256, b.Bytes, err = sumFile(b.Path)
	return err
}

// kinds are the kinds that a bundle may carry.
var kinds = []advisory.Kind{
	advisory.KindOSV, advisory.KindCSAF, advisory.KindKEV, advisory.KindCVE, advisory.KindNVD,
	advisory.KindJVN, advisory.KindVEX, advisory.KindEPSS, advisory.KindEOL,
}

// check tells everything that is wrong with the list of files.
func (m *Manifest) check() error {
	var c fault.Checker
	total := int64(0)
	for i, b := range m.Files {
		at := fmt.Sprintf("/files/%d", i)
		if !slices.Contains(kinds, b.Kind) {
			c.Add(at+"/kind", "kind", "kind %q is not known", string(b.Kind))
		}
		if !fs.ValidPath(b.Name) || b.Name == "." || !filepath.IsLocal(filepath.FromSlash(b.Name)) || strings.ContainsAny(b.Name, "\n\r\t\\:") || len(b.Name) > 1000 {
			c.Add(at+"/name", "name", "%q is no plain file name", b.Name)
		}
		if sum, err := hex.DecodeString(b.SHA256); err != nil || len(sum) != sha256.Size || b.Bytes < 0 {
			c.Add(at+"/sha256", "digest", "%s: the digest or the size is not readable", b.Name)
		}
		if i > 0 && compareBundled(m.Files[i-1], b) >= 0 {
			c.Add(at+"/name", "order", "%s: occurs twice or stands out of order", b.member())
		}
		if total += max(0, b.Bytes); total > maxBundleBytes {
			c.Add(at+"/bytes", "size", "the files have more than %d GiB together", int64(maxBundleBytes)>>30)
			break
		}
	}
	if len(m.Files) == 0 || len(m.Files) > maxBundledFiles {
		c.Add("/files", "count", "%d files: want 1 to %d", len(m.Files), maxBundledFiles)
	}
	return c.Err("the bundle is not valid")
}

func (m *Manifest) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\nmade %s\n", bundleTitle, m.Made.Format(time.RFC3339))
	for _, f := range m.Files {
		fmt.Fprintf(&b, "file %s %s %d %s\n", f.Kind, f.SHA256, f.Bytes, f.Name)
	}
	return b.String()
}

// parseManifest checks the signature of a manifest and reads it.
func parseManifest(signed []byte, name string, trusted note.Verifiers) (Manifest, error) {
	n, err := note.Open(signed, trusted)
	if err != nil {
		return Manifest{}, fault.Wrap(fault.Invalid, err, "%s: the bundle is not signed by a key that is trusted here: nothing is taken over", name)
	}
	m := Manifest{Signer: n.Sigs[0].Name}
	lines := strings.Split(strings.TrimSuffix(n.Text, "\n"), "\n")
	if lines[0] != bundleTitle || len(lines) < 2 {
		return m, fault.New(fault.Invalid, "%s: is no bundle of this program: its first line is %.60q", name, lines[0])
	}
	made, found := strings.CutPrefix(lines[1], "made ")
	if m.Made, err = time.Parse(time.RFC3339, made); !found || err != nil {
		return m, fault.New(fault.Invalid, "%s: the manifest does not tell when the bundle was made", name)
	}
	for i, line := range lines[2:] {
		words := strings.SplitN(line, " ", 5)
		if len(words) != 5 || words[0] != "file" {
			return m, fault.New(fault.Invalid, "%s: line %d of the manifest is not readable", name, i+3)
		}
		size, err := strconv.ParseInt(words[3], 10, 64)
		if err != nil {
			size = -1 // told by check
		}
		m.Files = append(m.Files, Bundled{Kind: advisory.Kind(words[1]), SHA256: words[2], Bytes: size, Name: words[4]})
	}
	return m, m.check()
}

// ReadManifest checks the signature of the bundle r and reads its manifest. The
// files themselves are not looked at.
func ReadManifest(r io.Reader, name string, trusted note.Verifiers) (Manifest, error) {
	_, m, err := openBundle(r, name, trusted)
	return m, err
}

// openBundle reads the manifest of a bundle; its files follow.
func openBundle(r io.Reader, name string, trusted note.Verifiers) (*tar.Reader, Manifest, error) {
	unpacked, err := untrusted.Gunzip(bufio.NewReader(r), name, maxBundleBytes+maxBundleBytes/8)
	if err != nil {
		return nil, Manifest{}, err
	}
	archive := tar.NewReader(unpacked)
	h, err := nextMember(archive, name)
	if err != nil || h.Name != manifestName || h.Size > maxManifest {
		if fault.KindOf(err) == fault.Invalid && err != nil {
			return nil, Manifest{}, err
		}
		return nil, Manifest{}, fault.New(fault.Invalid, "%s: is not a bundle: its first member is not the manifest", name)
	}
	signed, err := io.ReadAll(io.LimitReader(archive, maxManifest))
	if err != nil {
		return nil, Manifest{}, fault.Wrap(fault.Invalid, err, "%s: the manifest is cut off: fetch the bundle again", name)
	}
	m, err := parseManifest(signed, name, trusted)
	return archive, m, err
}

func nextMember(archive *tar.Reader, name string) (*tar.Header, error) {
	h, err := archive.Next()
	if err == nil && h.Typeflag != tar.TypeReg {
		return nil, fault.New(fault.Invalid, "%s: %q is no plain file", name, h.Name)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = fault.Wrap(fault.Invalid, err, "%s: is not a bundle or is cut off: fetch it again", name)
	}
	return h, err
}

// ReadBundle unpacks the bundle r into the empty folder dir, each file at
// dir/kind/name, and returns the manifest with their paths. It fails, and the
// folder is then to be thrown away, unless a trusted key has signed the
// manifest and every file is there with its size and digest and nothing else.
func ReadBundle(r io.Reader, name string, trusted note.Verifiers, dir string) (Manifest, error) {
	archive, m, err := openBundle(r, name, trusted)
	if err != nil {
		return m, err
	}
	for i := range m.Files {
		b := &m.Files[i]
		h, err := nextMember(archive, name)
		if errors.Is(err, io.EOF) {
			return m, fault.New(fault.Invalid, "%s: ends before %s: it is cut off, fetch it again", name, b.member())
		}
		if err != nil {
			return m, err
		}
		if h.Name != b.member() || h.Size != b.Bytes {
			return m, fault.New(fault.Invalid, "%s: holds %q with %d bytes where the manifest has %q with %d: nothing is taken over", name, h.Name, h.Size, b.member(), b.Bytes)
		}
		if err := b.unpack(archive, dir); err != nil {
			return m, err
		}
	}
	if _, err := nextMember(archive, name); !errors.Is(err, io.EOF) {
		return m, fault.New(fault.Invalid, "%s: holds more than its manifest says: nothing is taken over", name)
	}
	return m, nil
}

// unpack writes the file below dir and checks its digest.
func (b *Bundled) unpack(r io.Reader, dir string) error {
	b.Path = filepath.Join(dir, filepath.FromSlash(path.Join(string(b.Kind), b.Name)))
	if err := os.MkdirAll(filepath.Dir(b.Path), 0o750); err != nil {
		return fmt.Errorf("unpacking the bundle: %w", err)
	}
	f, err := os.OpenFile(b.Path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("unpacking the bundle: %w", err)
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, sum), r)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("unpacking the bundle, %s: %w", b.member(), err)
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != b.SHA256 || n != b.Bytes {
		return fault.New(fault.Invalid, "%s: has another digest than the manifest says: nothing is taken over, fetch the bundle again", b.member())
	}
	return nil
}
