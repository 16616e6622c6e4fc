package cli

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"strings"
)

// rowWriter prints rows as they come.
type rowWriter struct {
	out   *bufio.Writer
	json  bool
	count int
}

func newRowWriter(out io.Writer, format string) *rowWriter {
	w := &rowWriter{out: bufio.NewWriterSize(out, 64<<10), json: format == "json"}
	if !w.json {
		_, _ = w.out.WriteString("sbom\tcomponent\tversion\tpurl\tvulnerability\tclass\tevidence\n") // end returns the first error
	}
	return w
}

// rows prints the rows of one document.
func (w *rowWriter) rows(rows []matchRow) error {
	for i := range rows {
		write := w.tsv
		if w.json {
			write = w.element
		}
		if err := write(&rows[i]); err != nil {
			return err
		}
		w.count++
	}
	return nil
}

// tsvEscape keeps a value in its field and line.
var tsvEscape = strings.NewReplacer("\\", `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`)

func (w *rowWriter) tsv(r *matchRow) error {
	for i, field := range []string{r.SBOM, r.Component, r.Version, r.Purl, r.Vulnerability, string(r.Class), r.Evidence} {
		if i > 0 {
			_ = w.out.WriteByte('\t') // WriteByte below returns the first error
		}
		_, _ = tsvEscape.WriteString(w.out, field)
	}
	return w.out.WriteByte('\n')
}

// element prints one element of a JSON list.
func (w *rowWriter) element(r *matchRow) error {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("  ", "  ")
	if err := encoder.Encode(r); err != nil {
		return err
	}
	before := ",\n  "
	if w.count == 0 {
		before = "[\n  "
	}
	_, _ = w.out.WriteString(before) // Write returns the first error
	_, err := w.out.Write(bytes.TrimRight(b.Bytes(), "\n"))
	return err
}

// end completes the output.
func (w *rowWriter) end() error {
	switch {
	case !w.json:
	case w.count == 0:
		_, _ = w.out.WriteString("[]\n") // Flush returns the first error
	default:
		_, _ = w.out.WriteString("\n]\n")
	}
	return w.out.Flush()
}
