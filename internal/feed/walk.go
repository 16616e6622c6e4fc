// Package feed opens vulnerability data and SBOMs where they lie on disk:
// single files, folders and archives, always within limits.
package feed

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"mimamori/internal/fault"
	"mimamori/internal/untrusted"
)

// Limits of one input, over all its members and after decompression.
const (
	maxFiles      = untrusted.MaxMembers
	maxTotalBytes = 64 << 30
	maxMemberSize = 8 << 30
)

// Kind says which files of a folder or archive are read. A file that is named
// itself is read whatever it is called.
type Kind struct {
	name     string
	suffixes []string // lower case
	beside   []string // lower-case names of files that lie beside the records and are none
	zipped   []string // of suffixes, those of files that are ZIP archives inside and are read as they are
}

// The kinds of input.
var (
	OSVFiles  = Kind{name: "OSV", suffixes: []string{".json", ".jsonl", ".ndjson"}}
	CSAFFiles = Kind{name: "CSAF", suffixes: []string{".json"}}
	KEVFiles  = Kind{name: "KEV", suffixes: []string{".json", ".csv"}}
	CVEFiles  = Kind{name: "CVE", suffixes: []string{".json", ".jsonl", ".ndjson"}, beside: []string{"delta.json", "deltalog.json", "recent_activities.json"}}
	NVDFiles  = Kind{name: "NVD", suffixes: []string{".json", ".jsonl", ".ndjson"}}
	JVNFiles  = Kind{name: "JVN", suffixes: []string{".rdf", ".xml"}}
	VEXFiles  = Kind{name: "VEX", suffixes: []string{".json"}}
	EPSSFiles = Kind{name: "EPSS", suffixes: []string{".csv", ".json"}}
	EOLFiles  = Kind{name: "end-of-life", suffixes: []string{".json"}}
	SBOMFiles = Kind{
		name: "SBOM", suffixes: []string{".json", ".xml", ".spdx", ".cdx", ".rdf", ".yaml", ".yml", ".csv", ".xlsx", ".swidtag", ".tag"},
		zipped: []string{".xlsx"},
	}

	dataFiles = Kind{name: "vulnerability data", suffixes: []string{".json", ".jsonl", ".ndjson", ".csv", ".rdf", ".xml"}}
)

func (k Kind) takes(name string) bool {
	name = strings.TrimSuffix(strings.ToLower(path.Base(filepath.ToSlash(name))), ".gz")
	return !strings.HasPrefix(name, ".") && !slices.Contains(k.beside, name) && slices.ContainsFunc(k.suffixes, func(s string) bool { return strings.HasSuffix(name, s) })
}

// whole tells that a file is read as it is although it is an archive inside.
func (k Kind) whole(name string) bool {
	return slices.ContainsFunc(k.zipped, func(s string) bool { return strings.HasSuffix(strings.ToLower(name), s) })
}

// headBytes is how much of a file is looked at to tell how it is packed.
const headBytes = 512

// errStop ends a walk early without being an error.
var errStop = errors.New("stop")

// Walk calls read for every file of kind at root: the file itself, unpacked when
// it is gzip; the members of a ZIP archive, a tar archive or a packed tar
// archive; the files of a folder and its subfolders, archives among them
// included. How a file is packed is told by its content. Order is by name in
// folders and as stored in archives. Archives inside archives are not opened.
//
// name is the path to show and to take the base name from. An error of read
// ends the walk. A root that holds no file of the kind is an error.
func Walk(root string, kind Kind, read func(name string, r io.Reader) error) error {
	w := &walker{kind: kind, read: read}
	info, err := os.Stat(root)
	if errors.Is(err, fs.ErrNotExist) {
		return fault.New(fault.Invalid, "%s: there is no such file or folder: check the path", root)
	}
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "%s: cannot be opened", root)
	}
	if info.IsDir() {
		err = filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return fault.Wrap(fault.Invalid, err, "%s: cannot be opened", name)
			case !entry.Type().IsRegular() || !kind.takes(name) && !isArchive(name):
				return nil
			}
			return w.file(name)
		})
	} else {
		err = w.file(root)
	}
	switch {
	case errors.Is(err, errStop):
		return nil
	case err != nil:
		return err
	case w.files == 0:
		return fault.New(fault.Invalid, "%s: holds no %s file (%s): check the path", root, kind.name, strings.Join(kind.suffixes, ", "))
	}
	return nil
}

type walker struct {
	kind  Kind
	read  func(name string, r io.Reader) error
	files int
	bytes int64
}

func isArchive(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc([]string{".zip", ".tar", ".tgz", ".tar.gz"}, func(s string) bool { return strings.HasSuffix(name, s) })
}

// file reads one file on disk, an archive or not.
func (w *walker) file(name string) error {
	f, err := os.Open(name) //nolint:gosec // the path is what the user named
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "%s: cannot be opened", name)
	}
	defer func() { _ = f.Close() }() // only read from
	head := make([]byte, headBytes)
	n, _ := f.ReadAt(head, 0) // the reading below tells what is wrong
	how, err := packingOf(head[:n], name)
	if err != nil {
		return err
	}
	lower := strings.ToLower(name)
	switch {
	case w.kind.whole(name):
		return w.one(name, f)
	case how == zipped, strings.HasSuffix(lower, ".zip"):
		return w.zip(name, f)
	case how == tarred, strings.HasSuffix(lower, ".tar"):
		return w.tar(name, f)
	case how == gzipped:
		r, err := untrusted.Gunzip(f, name, maxTotalBytes)
		if err != nil {
			return err
		}
		inside := bufio.NewReaderSize(r, headBytes)
		head, _ := inside.Peek(headBytes) // the same
		if how, err = packingOf(head, name); err != nil {
			return err
		}
		if how == tarred || strings.HasSuffix(lower, ".tgz") || strings.HasSuffix(lower, ".tar.gz") {
			return w.tar(name, inside)
		}
		return w.one(name, inside)
	}
	return w.one(name, f)
}

// one reads a file that is no archive, unpacked when it is gzip.
func (w *walker) one(name string, r io.Reader) error {
	if w.files++; w.files > maxFiles {
		return fault.New(fault.Invalid, "%s: more than %d files: import it in parts", name, maxFiles)
	}
	in := bufio.NewReaderSize(r, headBytes)
	head, _ := in.Peek(headBytes) // the reading below tells what is wrong
	how, err := packingOf(head, name)
	if err != nil {
		return err
	}
	r = in
	if how == gzipped {
		if r, err = untrusted.Gunzip(in, name, maxMemberSize); err != nil {
			return err
		}
	}
	return w.read(name, &total{r: r, w: w, name: name})
}

// total limits what all files together unpack to.
type total struct {
	r    io.Reader
	w    *walker
	name string
}

func (t *total) Read(p []byte) (int, error) {
	n, err := t.r.Read(p)
	if t.w.bytes += int64(n); t.w.bytes > maxTotalBytes {
		return 0, fault.New(fault.Invalid, "%s: the input unpacks to more than %d GiB: import it in parts", t.name, int64(maxTotalBytes)>>30)
	}
	return n, err
}

func (w *walker) zip(name string, f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "%s: cannot be opened", name)
	}
	archive, err := zip.NewReader(f, info.Size())
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "%s: is not a ZIP archive or is cut off: fetch it again", name)
	}
	for _, m := range archive.File {
		if !m.Mode().IsRegular() || !w.kind.takes(m.Name) {
			continue
		}
		shown := name + "/" + m.Name
		r, err := untrusted.OpenMember(m, shown, maxMemberSize)
		if err != nil {
			return err
		}
		err = w.one(shown, r)
		_ = r.Close() // read to the end, or given up
		if err != nil {
			return err
		}
	}
	return nil
}

func (w *walker) tar(name string, r io.Reader) error {
	archive := tar.NewReader(r)
	for {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fault.Wrap(fault.Invalid, err, "%s: is not a tar archive or is cut off: fetch it again", name)
		}
		if h.Typeflag != tar.TypeReg || !w.kind.takes(h.Name) {
			continue
		}
		if err := w.one(name+"/"+h.Name, archive); err != nil {
			return err
		}
	}
}
