package httpapi

import (
	"io"
	"mime"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// download writes data as a file to be saved under name.
func download(mediaType, name string, data []byte) func(huma.Context) {
	return downloadFrom(mediaType, name, int64(len(data)), func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// downloadFrom is download of size bytes that are written piece by piece.
func downloadFrom(mediaType, name string, size int64, write func(io.Writer) error) func(huma.Context) {
	return func(ctx huma.Context) {
		disposition := mime.FormatMediaType("attachment", map[string]string{"filename": name})
		if disposition == "" {
			disposition = "attachment" // the name cannot be written in a header
		}
		ctx.SetHeader("Content-Type", mediaType)
		ctx.SetHeader("Content-Disposition", disposition)
		ctx.SetHeader("Content-Length", strconv.FormatInt(size, 10))
		_ = write(ctx.BodyWriter()) // the client went away, or sees that bytes are missing: nothing left to tell it
	}
}
