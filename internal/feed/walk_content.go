package feed

import (
	"bytes"
	"cmp"
	"io"

	"mimamori/internal/advisory"
	"mimamori/internal/fault"
)

// packing is how a file is packed, told by its first bytes.
type packing int

const (
	plain packing = iota
	zipped
	gzipped
	tarred
)

// A tar archive has its mark inside its first header.
const (
	tarMark   = "ustar"
	tarMarkAt = 257
)

// packingOf tells how a file is packed whatever it is called. Packings that are
// not opened are an error that says how to mend it.
func packingOf(head []byte, name string) (packing, error) {
	for _, known := range []struct {
		mark []byte
		name string
	}{
		{[]byte("\xFD7zXZ\x00"), "xz"}, {[]byte("\x28\xB5\x2F\xFD"), "zstd"}, {[]byte("BZh"), "bzip2"}, {[]byte("7z\xBC\xAF\x27\x1C"), "7z"},
	} {
		if bytes.HasPrefix(head, known.mark) {
			return plain, fault.New(fault.Invalid, "%s: is packed with %s, which is not opened here: unpack it, or pack it as .zip or .tar.gz", name, known.name)
		}
	}
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return zipped, nil
	case bytes.HasPrefix(head, []byte{0x1F, 0x8B}):
		return gzipped, nil
	case len(head) > tarMarkAt && bytes.HasPrefix(head[tarMarkAt:], []byte(tarMark)):
		return tarred, nil
	}
	return plain, nil
}

// DetectKind tells what kind of vulnerability data lies at root: a file, a
// folder or an archive. The first file that tells decides; when none does, the
// error says what the first one holds instead.
func DetectKind(root string) (advisory.Kind, error) {
	const maxTries = 20 // files that tell nothing, such as a list of contents
	var kind advisory.Kind
	var problem error
	tries := 0
	err := Walk(root, dataFiles, func(name string, r io.Reader) error {
		head, err := io.ReadAll(io.LimitReader(r, advisory.DetectBytes))
		if err == nil {
			kind, err = advisory.Detect(head, name)
		}
		if err != nil {
			problem = cmp.Or(problem, err)
			if tries++; tries < maxTries {
				return nil
			}
		}
		return errStop
	})
	switch {
	case err != nil:
		return "", err
	case kind == "":
		return "", problem
	}
	return kind, nil
}
