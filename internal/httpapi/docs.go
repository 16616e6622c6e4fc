package httpapi

import (
	"embed"
	"io/fs"
	"net/http"
	"path"
)

// The human page of the API is a static file with a script that reads
// openapi.json. It loads nothing from elsewhere.
//
//go:embed docs
var docsFiles embed.FS

func docsPage() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := path.Base(r.URL.Path)
		if name == "docs" {
			name = "docs.html"
		}
		data, err := fs.ReadFile(docsFiles, "docs/"+name)
		if err != nil {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Security-Policy", policyDocs)
		w.Header().Set("Content-Type", mediaTypes[path.Ext(name)])
		_, _ = w.Write(data) // the client went away
	})
}
