package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"slices"

	"mimamori/internal/fault"
	"mimamori/internal/ident"
	"mimamori/internal/intake"
	"mimamori/internal/ledger"
	"mimamori/internal/match"
	"mimamori/internal/register"
	"mimamori/internal/sbom"
)

// UploadSBOM is a file for a release.
type UploadSBOM struct {
	ReleaseID string
	FileName  string
	File      io.ReadSeeker // read from its beginning, several times
	Strict    bool          // refuse what the schema of the format does not allow; otherwise such faults are warnings
}

// UploadedSBOM is what came of it.
type UploadedSBOM struct {
	SBOM   register.SBOM `json:"sbom"`
	Opened int           `json:"opened"` // findings opened or opened again
	Closed int           `json:"closed"`
}

// UploadSBOM gives a release its SBOM and matches it with everything known. An
// older SBOM of the release stays in its history. A file that cannot be read
// changes nothing.
func (a *App) UploadSBOM(ctx context.Context, by Actor, in UploadSBOM) (UploadedSBOM, error) {
	if err := require(by, EditRegister); err != nil {
		return UploadedSBOM{}, err
	}
	if in.FileName == "" || !intake.PlainFileName(in.FileName) {
		return UploadedSBOM{}, fault.Fields("the SBOM cannot be kept like this", []fault.Field{
			fault.At("/name", "file-name", "this is no plain file name: give it without folders and control characters, 255 bytes at most"),
		})
	}
	digest, size, err := measure(in)
	if err != nil {
		return UploadedSBOM{}, err
	}
	read := sbom.Read
	if in.Strict {
		read = sbom.ReadStrict
	}
	document, err := read(in.File, in.FileName)
	if err != nil {
		return UploadedSBOM{}, err
	}
	graph := document.Graph()
	counts := document.Counts()
	s := register.SBOM{
		ID: ident.New(), ReleaseID: in.ReleaseID, FileName: in.FileName, SHA256: digest, Bytes: size,
		Format: string(document.Format), SpecVersion: document.SpecVersion, About: register.About(document, in.Strict), Components: counts.Total, WithPurl: counts.WithPurl,
		WithCPE: counts.WithCPE, Unmatchable: counts.WithoutIdentifier, Problems: []register.Problem{}, UploadedBy: by.Name, UploadedAt: a.now(),
	}
	s.About.Dependencies = graph.Edges()
	for _, p := range document.Problems {
		s.Problems = append(s.Problems, register.Problem{Where: p.Pointer, Message: p.Message})
	}
	written, err := graph.MarshalBinary()
	if err != nil {
		return UploadedSBOM{}, err
	}
	document.Dependencies = nil // the graph has them
	stated := carriedBy(document, s)
	occurrences := make([]register.Occurrence, 0, len(document.Components))
	for i := range document.Components {
		c := &document.Components[i]
		occurrences = append(occurrences, register.Occurrence{Component: identityOf(*c), Ref: c.Ref, Parent: c.Parent, Detail: register.DetailOf(c)})
		*c = sbom.Component{}
	}
	document = nil // the largest have some hundred megabytes, which the transaction does not need
	up := UploadedSBOM{}
	err = a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		up = UploadedSBOM{SBOM: s}
		changes, err := a.useSBOM(ctx, tx, by, &up.SBOM, sbomContent{occurrences, written, in.File, stated})
		for _, c := range changes {
			if c.Change == "closed" {
				up.Closed++
			} else if c.Change != "class" {
				up.Opened++
			}
		}
		return err
	})
	if err != nil {
		return UploadedSBOM{}, err
	}
	return up, nil
}

// measure returns the SHA-256 and the length of a file and goes back to its beginning.
func measure(in UploadSBOM) (digest string, size int64, err error) {
	sum := sha256.New()
	if size, err = io.Copy(sum, io.LimitReader(in.File, sbom.MaxBytes+1)); err != nil {
		return "", 0, fault.Wrap(fault.Invalid, err, "%s: the upload broke off: send it again", in.FileName)
	}
	if size > sbom.MaxBytes {
		return "", 0, fault.New(fault.Invalid, "%s: more than %d MiB: split the file, or check that it is the right one", in.FileName, sbom.MaxBytes>>20)
	}
	_, err = in.File.Seek(0, io.SeekStart)
	return hex.EncodeToString(sum.Sum(nil)), size, err
}

// sbomContent is what is kept of an SBOM beside its own record.
type sbomContent struct {
	occurrences []register.Occurrence
	graph       []byte
	file        io.ReadSeeker
	stated      []Statement // of vulnerabilities
}

// useSBOM stores an SBOM, makes it the one in use and brings the findings in
// line. What makes it doubtful that it is of this release is added to its problems.
func (a *App) useSBOM(ctx context.Context, tx Tx, by Actor, s *register.SBOM, content sbomContent) ([]FindingChange, error) {
	aliases, err := confirmedAliases(ctx, tx) // in this write: none that is confirmed at the same time is missed
	if err != nil {
		return nil, err
	}
	release, err := tx.Release(ctx, s.ReleaseID)
	if err != nil {
		return nil, err
	}
	product, err := tx.Product(ctx, release.ProductID)
	if err != nil {
		return nil, err
	}
	s.Problems = append(s.About.Subject.Doubts(product, release), s.Problems...)
	fresh, err := tx.AddSBOM(ctx, *s, content.occurrences, content.file, keying(aliases))
	if err != nil {
		return nil, err
	}
	if err := tx.AddSBOMGraph(ctx, s.ID, content.graph); err != nil {
		return nil, err
	}
	touched, err := replaceCarried(ctx, tx, release.SBOMID, content.stated, a.now())
	if err != nil {
		return nil, err
	}
	release.SBOMID, release.UpdatedAt = s.ID, a.now()
	if err := tx.UpdateRelease(ctx, release); err != nil {
		return nil, err
	}
	e := by.entry("sbom.uploaded", ledger.Subject{Kind: "sbom", ID: s.ID, Name: s.FileName}, nil, s, "")
	e.Parents = []ledger.Subject{subjectRelease(product, release), subjectProduct(product)}
	tx.Record(e)
	changes, err := a.matchSBOM(ctx, tx, aliases, release.ID, content.occurrences, fresh)
	if err != nil {
		return nil, err
	}
	recordFindings(tx, by, changes)
	return changes, recountStatements(ctx, tx, touched)
}

// matchSBOM matches the fresh components with everything known; the others are
// matched already, or meet nothing. Then it brings the findings of the release
// in line.
func (a *App) matchSBOM(ctx context.Context, tx Tx, aliases *match.Aliases, releaseID string, occurrences []register.Occurrence, fresh []string) ([]FindingChange, error) {
	isFresh := make(map[string]bool, len(fresh))
	for _, id := range fresh {
		isFresh[id] = true
	}
	unmatched := make([]register.Component, 0, len(fresh))
	for i := range occurrences {
		if c := &occurrences[i].Component; isFresh[c.ID] {
			unmatched = append(unmatched, *c)
			delete(isFresh, c.ID) // once
		}
	}
	keying(aliases)(unmatched)
	slices.SortFunc(unmatched, compareNames)
	touched, err := matchComponents(ctx, tx, aliases, unmatched)
	if err != nil {
		return nil, err
	}
	if err := settleRelease(ctx, tx, aliases, releaseID, func() []register.Component { return componentsOf(occurrences) }); err != nil {
		return nil, err
	}
	changes, err := tx.SyncFindings(ctx, releaseID, a.now())
	if err != nil {
		return nil, err
	}
	if err := stateChanged(ctx, tx, changes); err != nil {
		return nil, err
	}
	// Components that were known and got other keys may be in other releases.
	releases, err := tx.ReleasesOf(ctx, touched)
	if err != nil {
		return nil, err
	}
	elsewhere := slices.DeleteFunc(touched, func(id string) bool { return slices.Equal(releases[id], []string{releaseID}) })
	others, err := a.align(ctx, tx, elsewhere)
	return append(changes, others...), err
}

// componentsOf returns each component of the places once.
func componentsOf(occurrences []register.Occurrence) []register.Component {
	seen := make(map[string]bool, len(occurrences))
	out := make([]register.Component, 0, len(occurrences))
	for i := range occurrences {
		if c := &occurrences[i].Component; !seen[c.ID] {
			seen[c.ID] = true
			out = append(out, *c)
		}
	}
	return out
}
