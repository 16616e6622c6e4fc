package untrusted

import (
	"archive/zip"
	"bufio"
	"compress/gzip"
	"errors"
	"io"

	"mimamori/internal/fault"
)

// Limits of decompression. A ratio above MaxRatio after MinRatioBytes is taken
// for a bomb: text of this kind shrinks to about a twentieth.
const (
	MaxRatio      = 200
	MinRatioBytes = 16 << 20
	MaxMembers    = 3_000_000
)

// Gunzip returns a reader of the decompressed r. Reading fails with a
// fault.Invalid error when the content grows past maxBytes, or past MaxRatio
// times the compressed size.
func Gunzip(r io.Reader, name string, maxBytes int64) (io.Reader, error) {
	in := &counter{r: r}
	z, err := gzip.NewReader(bufio.NewReader(in))
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "%s: not a gzip file", name)
	}
	return &expanding{r: z, name: name, maxBytes: maxBytes, packed: func() int64 { return in.n }}, nil
}

// OpenMember returns a reader of a member of a ZIP archive with the same
// limits as Gunzip. Encrypted members and unknown methods are refused.
func OpenMember(f *zip.File, name string, maxBytes int64) (io.ReadCloser, error) {
	if f.Flags&1 != 0 {
		return nil, fault.New(fault.Invalid, "%s: the ZIP member is encrypted: unpack it first", name)
	}
	r, err := f.Open()
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "%s: the ZIP member cannot be read", name)
	}
	packed := int64(f.CompressedSize64) //nolint:gosec // only compared; a wrong size makes the limit stricter
	return member{&expanding{r: r, name: name, maxBytes: maxBytes, packed: func() int64 { return packed }}, r}, nil
}

type member struct {
	io.Reader
	io.Closer
}

type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

type expanding struct {
	r        io.Reader
	name     string
	maxBytes int64
	out      int64
	packed   func() int64
}

func (e *expanding) Read(p []byte) (int, error) {
	n, err := e.r.Read(p)
	e.out += int64(n)
	if e.out > e.maxBytes {
		return 0, fault.New(fault.Invalid, "%s: unpacks to more than %s: split it, or check that it is the right file", e.name, size(e.maxBytes))
	}
	if e.out > MinRatioBytes && e.out/MaxRatio > e.packed() {
		return 0, fault.New(fault.Invalid, "%s: unpacks to more than %d times its size: this looks like a decompression bomb", e.name, MaxRatio)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = fault.Wrap(fault.Invalid, err, "%s: damaged after %d unpacked bytes", e.name, e.out)
	}
	return n, err
}
