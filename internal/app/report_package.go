package app

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"mimamori/internal/fault"
	"mimamori/internal/render"
	"mimamori/internal/report"
)

// packageManifest lists what a package of a report holds.
type packageManifest struct {
	Format     string             `json:"format"` // mimamori-package/1
	Report     string             `json:"report"` // number
	Form       string             `json:"form"`
	Edition    string             `json:"edition"`
	Issue      int                `json:"issue"`
	Digest     string             `json:"digest"` // of the content
	Signatures []report.Signature `json:"signatures"`
	Files      []packageFile      `json:"files"` // in the order of the archive
}

type packageFile struct {
	Name   string `json:"name"`
	Bytes  int    `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// ReportPackage returns a report as one archive: PDF, XML, JSON, spreadsheet, the
// attachments of its case that were chosen, and a manifest with the SHA-256 of
// each. The same content gives the same bytes.
func (a *App) ReportPackage(ctx context.Context, id string, attachments []string) (File, error) {
	s, err := a.reportNow(ctx, a.Store, id)
	if err != nil {
		return File{}, err
	}
	added, err := a.caseAttachments(ctx, a.Store, s.w, attachments)
	if err != nil {
		return File{}, err
	}
	content, err := a.pack(s, added)
	return File{Name: fileName(s) + ".zip", Content: content}, err
}

// caseAttachments reads attachments of the intake records of a report's case.
//
// Errors: fault.Invalid naming every one that is not of this case.
func (a *App) caseAttachments(ctx context.Context, r Reader, w Report, ids []string) ([]File, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	if len(ids) > maxSubmissionFiles {
		return nil, fault.Fields("the package cannot be made like this", []fault.Field{fault.At("/attachments", "count", "%d files: at most %d are taken", len(ids), maxSubmissionFiles)})
	}
	var c fault.Checker
	var intakes []string
	if w.CaseID != "" {
		found, err := r.Case(ctx, w.CaseID)
		if err != nil {
			return nil, err
		}
		intakes = found.IntakeIDs
	}
	var files []File
	for i, id := range ids {
		found, err := r.Attachment(ctx, id)
		if fault.KindOf(err) == fault.NotFound || err == nil && !slices.Contains(intakes, found.IntakeID) {
			c.Add(fmt.Sprintf("/attachments/%d", i), "reference", "%q is no attachment of the case of this report", id)
			continue
		}
		if err != nil {
			return nil, err
		}
		content, err := r.Blob(ctx, found.SHA256)
		if err != nil {
			return nil, err
		}
		files = append(files, File{Name: found.Name, Content: content})
	}
	return files, c.Err("the package cannot be made like this")
}

// pack writes the archive of a report.
func (a *App) pack(s reportAt, attachments []File) ([]byte, error) {
	name := fileName(s)
	var files []File
	for _, write := range []struct {
		ext  string
		make func() ([]byte, error)
	}{
		{".pdf", func() ([]byte, error) { return a.pdf(s) }},
		{".xml", func() ([]byte, error) { return xmlOf(s) }},
		{".json", func() ([]byte, error) { return render.JSON(s.form, s.d) }},
		{".xlsx", func() ([]byte, error) { return render.XLSX(s.form, s.d) }},
	} {
		content, err := write.make()
		if err != nil {
			return nil, err
		}
		files = append(files, File{name + write.ext, content})
	}
	taken := map[string]bool{}
	for _, f := range attachments {
		f.Name = "attachments/" + freeName(f.Name, taken)
		files = append(files, f)
	}
	manifest, err := manifestOf(s, files)
	if err != nil {
		return nil, err
	}
	return archive(append([]File{{"manifest.json", manifest}}, files...))
}

func manifestOf(s reportAt, files []File) ([]byte, error) {
	m := packageManifest{
		Format: "mimamori-package/1", Report: s.w.Number, Form: s.form.ID, Edition: s.form.Edition, Issue: s.d.Number(), Digest: report.Digest(s.d),
		Signatures: append([]report.Signature{}, s.d.Signatures()...),
	}
	for _, f := range files {
		m.Files = append(m.Files, packageFile{f.Name, len(f.Content), sha256Hex(f.Content)})
	}
	text, err := json.MarshalIndent(m, "", "  ")
	return append(text, '\n'), err
}

func sha256Hex(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// freeName returns name, with a number before its extension when it was taken.
func freeName(name string, taken map[string]bool) string {
	free := name
	for n := 2; taken[strings.ToLower(free)]; n++ {
		dot := strings.LastIndex(name, ".")
		if dot <= 0 {
			dot = len(name)
		}
		free = fmt.Sprintf("%s (%d)%s", name[:dot], n, name[dot:])
	}
	taken[strings.ToLower(free)] = true
	return free
}

// archive writes files as a ZIP archive without times, so that equal files give
// equal bytes.
func archive(files []File) ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range files {
		w, err := z.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Deflate})
		if err != nil {
			return nil, fmt.Errorf("packing %s: %w", f.Name, err)
		}
		if _, err := w.Write(f.Content); err != nil {
			return nil, fmt.Errorf("packing %s: %w", f.Name, err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("packing: %w", err)
	}
	return out.Bytes(), nil
}
