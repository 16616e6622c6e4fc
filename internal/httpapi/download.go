package httpapi

import (
	"mime"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// download writes data as a file to be saved under name.
func download(mediaType, name string, data []byte) func(huma.Context) {
	return func(ctx huma.Context) {
		disposition := mime.FormatMediaType("attachment", map[string]string{"filename": name})
		if disposition == "" {
			disposition = "attachment" // the name cannot be written in a header
		}
		ctx.SetHeader("Content-Type", mediaType)
		ctx.SetHeader("Content-Disposition", disposition)
		ctx.SetHeader("Content-Length", strconv.Itoa(len(data)))
		_, _ = ctx.BodyWriter().Write(data) // the client went away: nothing left to tell it
	}
}
