package sqlstore

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"mimamori/internal/fault"
)

// blobPart is how much of a file one row holds.
const blobPart = 1 << 20

func (r reader) Blob(ctx context.Context, digest string) ([]byte, error) {
	var out bytes.Buffer
	err := r.CopyBlob(ctx, digest, &out)
	if err != nil {
		return nil, err
	}
	return append([]byte{}, out.Bytes()...), nil
}

func (r reader) CopyBlob(ctx context.Context, digest string, to io.Writer) error {
	var content []byte
	copied, found := false, false
	write := func() error {
		found = true
		copied = copied || len(content) > 0
		_, err := to.Write(content)
		return err
	}
	if err := r.each(ctx, row{{"content", &content}}, "FROM blobs WHERE sha256 = ?", []any{digest}, write); err != nil {
		return err
	}
	if !found {
		return fault.New(fault.NotFound, "there is no file with the SHA-256 %s", digest)
	}
	for part := 0; !copied; part++ { // one row at a time: a slow reader of the file holds up nobody
		found = false
		if err := r.each(ctx, row{{"content", &content}}, "FROM blob_parts WHERE sha256 = ? AND part = ?", []any{digest, part}, func() error {
			found = true
			_, err := to.Write(content)
			return err
		}); err != nil {
			return err
		}
		if !found {
			break
		}
	}
	return nil
}

// addBlob keeps a file under its digest; the same file is kept once.
func (w writer) addBlob(ctx context.Context, digest string, file []byte) error {
	return w.KeepFile(ctx, digest, bytes.NewReader(file))
}

func (w writer) KeepFile(ctx context.Context, digest string, file io.ReadSeeker) error {
	if _, err := file.Seek(0, io.SeekStart); err != nil { // a write may be tried again
		return fmt.Errorf("reading the file: %w", err)
	}
	sum := sha256.New()
	part := make([]byte, blobPart)
	n, err := io.ReadFull(file, part)
	whole := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	if err != nil && !whole {
		return fmt.Errorf("reading the file: %w", err)
	}
	first := part[:n]
	if !whole {
		first = []byte{}
	}
	added, err := w.exec(ctx, "INSERT INTO blobs (sha256, content) VALUES (?, ?) ON CONFLICT (sha256) DO NOTHING", digest, first)
	if err != nil {
		return err
	}
	for i := 0; ; i++ {
		_, _ = sum.Write(part[:n]) // a hash takes everything
		if !whole && added > 0 && n > 0 {
			if _, err := w.exec(ctx, "INSERT INTO blob_parts (sha256, part, content) VALUES (?, ?, ?)", digest, i, part[:n]); err != nil {
				return err
			}
		}
		if n < len(part) {
			break
		}
		if n, err = io.ReadFull(file, part); err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return fmt.Errorf("reading the file: %w", err)
		}
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != digest { // the transaction takes it back
		return fmt.Errorf("the file has the SHA-256 %s, not %s", got, digest)
	}
	return nil
}
