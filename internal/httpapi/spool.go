package httpapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"mimamori/internal/fault"
)

// spool writes the body of an upload to a temporary file, so that it takes no
// memory however large it is and can be read several times. remove ends that;
// it is never nil.
//
// Errors: fault.Invalid when the body breaks off; *http.MaxBytesError.
func spool(ctx context.Context, name string) (body *os.File, remove func(), err error) {
	remove = func() {}
	if body, err = os.CreateTemp("", "mimamori-upload-"); err != nil { // with mode 0600
		return nil, remove, fmt.Errorf("a file for the upload: %w", err)
	}
	remove = func() { _ = errors.Join(body.Close(), os.Remove(body.Name())) } // an upload that stays behind harms nobody
	in := &sender{r: file(ctx)}
	if _, err = io.Copy(body, in); err == nil {
		_, err = body.Seek(0, io.SeekStart)
	}
	if in.err != nil {
		err = fault.Wrap(fault.Invalid, in.err, "%s: the upload broke off: send it again", name)
	}
	return body, remove, err
}

// sender remembers an error of the one who sends, which is not one of our disk.
type sender struct {
	r   io.Reader
	err error
}

func (s *sender) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}
