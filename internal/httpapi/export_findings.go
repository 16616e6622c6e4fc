package httpapi

import (
	"context"
	"encoding/csv"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"mimamori/internal/app"

	"github.com/danielgtaylor/huma/v2"
)

type exportFindings struct {
	Q string `query:"q" maxLength:"500" doc:"Words to search for"`
	FindingFilter
}

// exportColumns are the columns of the table, which stay as they are.
var exportColumns = []string{
	"finding", "vulnerability", "title", "severity", "known_exploited", "class", "mode", "state", "product", "release", "component", "version", "supplier", "purl", "cpe",
	"sites", "units", "assessment", "first_seen_at", "closed_at", "counters", "evidence",
}

// exportFindings writes the list of findings as a table in CSV (RFC 4180, with
// the mark that spreadsheets need to see UTF-8), page by page.
func (a *API) exportFindings(ctx context.Context, in *exportFindings) (func(huma.Context), error) {
	next, err := a.App.ExportFindings(ctx, actor(ctx), Listing{Q: in.Q}.query("vulnerability", in.filters()...))
	if err != nil {
		return nil, err
	}
	name := "findings-" + a.App.Today().String() + ".csv"
	return func(hctx huma.Context) {
		hctx.SetHeader("Content-Type", "text/csv; charset=utf-8; header=present")
		hctx.SetHeader("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
		body := hctx.BodyWriter()
		if _, err := body.Write([]byte("\xEF\xBB\xBF")); err != nil {
			return // the client went away
		}
		w := csv.NewWriter(body)
		w.UseCRLF = true
		_ = w.Write(exportColumns) // Error below tells
		for {
			found, err := next(hctx.Context())
			if err != nil { // nobody may take a table that was cut off for a whole one
				a.Log.ErrorContext(ctx, "exporting findings", "error", err)
				panic(http.ErrAbortHandler)
			}
			if len(found) == 0 {
				break
			}
			for _, f := range found {
				_ = w.Write(exportRow(f)) // Error below tells
			}
			if w.Flush(); w.Error() != nil {
				return // the client went away
			}
		}
		w.Flush()
	}, nil
}

func exportRow(f app.FindingExport) []string {
	mode := "comprehensive"
	if f.Precise {
		mode = "precise"
	}
	var counters []string
	for _, c := range f.Counters {
		counters = append(counters, string(c.By)+" "+c.Source+": "+string(c.Status)+" ("+c.Reason+")")
	}
	row := []string{
		f.ID, f.Vulnerability, f.Title, f.Severity, yes(f.KEV), f.Class, mode, f.State, f.BrandName, f.Version, f.Component.Name, f.Component.Version, f.Component.Supplier,
		f.Component.Purl, f.Component.CPE, strconv.Itoa(f.Sites), strconv.Itoa(f.Units), string(f.Status), stamp(f.FirstSeenAt), stamp(f.ClosedAt),
		strings.Join(counters, "\n"), strings.Join(f.Evidence, "\n"),
	}
	for i, cell := range row {
		row[i] = plainCell(cell)
	}
	return row
}

// plainCell keeps a spreadsheet from taking what a supplier wrote for a formula.
func plainCell(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

func yes(v bool) string {
	if v {
		return "yes"
	}
	return "no"
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
