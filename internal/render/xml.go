package render

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"mimamori/internal/fault"
	"mimamori/internal/report"
)

// XML writes a report as a profile says; equal reports give equal bytes.
//
// Errors: fault.Invalid when the draft is not one of this form edition, or has a
// character that XML cannot hold.
func XML(p *Profile, form *report.Form, draft report.Draft) ([]byte, error) {
	if draft.Form != form.ID || draft.Edition != form.Edition {
		return nil, fault.New(fault.Invalid, "the report is on %s edition %s, not on %s edition %s", draft.Form, draft.Edition, form.ID, form.Edition)
	}
	var out bytes.Buffer
	out.WriteString(xml.Header)
	w := xmlWriter{form: form, draft: draft, known: documentTexts(form, draft), encoder: xml.NewEncoder(&out)}
	w.encoder.Indent("", "  ")
	if err := w.node(p.Root); err != nil {
		return nil, err
	}
	if err := w.encoder.Close(); err != nil {
		return nil, fmt.Errorf("writing report %s as XML: %w", draft.ID, err)
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

type xmlWriter struct {
	form    *report.Form
	draft   report.Draft
	known   map[string]string // texts by name, of the loops at hand too
	field   report.Field      // the one at hand
	row     []string          // the one at hand
	encoder *xml.Encoder
}

// documentTexts are the texts of the report as a whole.
func documentTexts(form *report.Form, d report.Draft) map[string]string {
	known := map[string]string{
		"form.id": form.ID, "form.edition": form.Edition, "form.title": form.FullTitle(d.Texts()), "form.heading": form.Heading,
		"report.id": d.ID, "report.case": d.CaseID, "report.product": d.ProductID,
		"report.issue": strconv.Itoa(d.Number()), "report.version": strconv.Itoa(d.Version),
		"report.state": string(d.State), "report.maker": d.Maker, "report.digest": report.Digest(d),
	}
	for _, f := range form.Fields {
		text := d.Text(f.Key)
		known["value:"+f.Key], known["printed:"+f.Key] = text, form.Display(f, text)
	}
	return known
}

// node writes an element, as often as it has to stand.
func (w *xmlWriter) node(n Node) error {
	switch n.Each {
	case "fields":
		for _, f := range w.form.Fields {
			if f.Type == report.Group {
				continue
			}
			w.field = f
			v := w.draft.Values[f.Key]
			w.set("field", map[string]string{
				"key": f.Key, "number": f.Number, "group": f.Group, "type": string(f.Type), "name_ja": f.Ja, "name_en": f.En,
				"text": v.Text, "printed": w.form.Display(f, v.Text), "source": string(v.Origin.Kind), "ref": v.Origin.Ref, "by": v.By, "at": stamp(v.At),
			})
			if err := w.element(n); err != nil {
				return err
			}
		}
		return nil
	case "signatures":
		for _, s := range w.draft.Signatures() {
			w.set("signature", map[string]string{"meaning": string(s.Meaning), "by": s.By, "name": s.Name, "at": stamp(s.At), "digest": s.Digest})
			if err := w.element(n); err != nil {
				return err
			}
		}
		return nil
	case "rows":
		if w.field.Type != report.Table {
			return nil
		}
		for i, row := range report.Rows(w.draft.Text(w.field.Key)) {
			w.row = row
			w.set("row", map[string]string{"number": strconv.Itoa(i + 1)})
			if err := w.element(n); err != nil {
				return err
			}
		}
		return nil
	case "cells":
		for i, cell := range w.row {
			texts := map[string]string{"text": cell}
			if i < len(w.field.Columns) {
				c := w.field.Columns[i]
				texts["column"], texts["name_ja"], texts["name_en"], texts["printed"] = c.Key, c.Ja, c.En, c.Display(cell)
			}
			w.set("cell", texts)
			if err := w.element(n); err != nil {
				return err
			}
		}
		return nil
	}
	return w.element(n)
}

// stamp writes an instant, "" for none.
func stamp(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339Nano)
}

func (w *xmlWriter) set(loop string, texts map[string]string) {
	for name, text := range texts {
		w.known[loop+"."+name] = text
	}
}

func (w *xmlWriter) element(n Node) error {
	text := n.Text
	if n.From != "" {
		text = w.known[n.From]
	}
	if code, ok := n.Codes[text]; ok {
		text = code
	}
	for _, from := range sortedReplacements(n.Replace) {
		text = strings.ReplaceAll(text, from, n.Replace[from])
	}
	if n.OmitEmpty && text == "" && len(n.Children) == 0 {
		return nil
	}
	start := xml.StartElement{Name: xml.Name{Local: n.Element}}
	for _, a := range n.Attributes {
		value := a.Text
		if a.From != "" {
			value = w.known[a.From]
		}
		if value == "" {
			continue
		}
		if err := writable(n.Element, value); err != nil {
			return err
		}
		start.Attr = append(start.Attr, xml.Attr{Name: xml.Name{Local: a.Name}, Value: value})
	}
	if err := writable(n.Element, text); err != nil {
		return err
	}
	if err := w.encoder.EncodeToken(start); err != nil {
		return err
	}
	if text != "" {
		if err := w.encoder.EncodeToken(xml.CharData(text)); err != nil {
			return err
		}
	}
	for _, child := range n.Children {
		if err := w.node(child); err != nil {
			return err
		}
	}
	return w.encoder.EncodeToken(start.End())
}

// writable refuses what XML 1.0 cannot hold; the encoder would write U+FFFD
// instead and say nothing.
func writable(element, text string) error {
	for i, r := range text {
		ok := r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD && r != utf8.RuneError || r >= 0x10000
		if !ok {
			return fault.New(fault.Invalid, "the text of %s has a character at byte %d that XML cannot hold (U+%04X): remove it", element, i, r)
		}
	}
	return nil
}

// sortedReplacements lists what is replaced, the longer ones first, so that one
// does not tear another apart.
func sortedReplacements(m map[string]string) []string {
	return slices.SortedFunc(maps.Keys(m), func(a, b string) int {
		return cmp.Or(len(b)-len(a), strings.Compare(a, b))
	})
}
