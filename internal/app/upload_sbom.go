package app

import (
	"bytes"
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
	"mimamori/internal/untrusted"
)

// UploadSBOM is a file for a release.
type UploadSBOM struct {
	ReleaseID string
	FileName  string
	File      io.Reader
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
	file, err := io.ReadAll(io.LimitReader(in.File, untrusted.MaxBytes+1))
	if err != nil {
		return UploadedSBOM{}, fault.Wrap(fault.Invalid, err, "%s: the upload broke off: send it again", in.FileName)
	}
	if len(file) > untrusted.MaxBytes {
		return UploadedSBOM{}, fault.New(fault.Invalid, "%s: more than %d MiB: split the file, or check that it is the right one", in.FileName, untrusted.MaxBytes>>20)
	}
	document, err := sbom.Read(bytes.NewReader(file), in.FileName)
	if err != nil {
		return UploadedSBOM{}, err
	}
	counts := document.Counts()
	sum := sha256.Sum256(file)
	s := register.SBOM{
		ID: ident.New(), ReleaseID: in.ReleaseID, FileName: in.FileName, SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(file)),
		Format: string(document.Format), SpecVersion: document.SpecVersion, Components: counts.Total, WithPurl: counts.WithPurl,
		WithCPE: counts.WithCPE, Unmatchable: counts.WithoutIdentifier, Problems: []register.Problem{}, UploadedBy: by.Name, UploadedAt: a.now(),
	}
	for _, p := range document.Problems {
		s.Problems = append(s.Problems, register.Problem{Where: p.Pointer, Message: p.Message})
	}
	aliases, err := confirmedAliases(ctx, a.Store)
	if err != nil {
		return UploadedSBOM{}, err
	}
	occurrences := make([]register.Occurrence, 0, len(document.Components))
	for _, c := range document.Components {
		occurrences = append(occurrences, register.Occurrence{Component: identityOf(c, aliases), Ref: c.Ref, Parent: c.Parent})
	}
	document = nil // the largest have some hundred megabytes, which the transaction does not need
	up := UploadedSBOM{SBOM: s}
	err = a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		up.Opened, up.Closed = 0, 0
		changes, err := a.useSBOM(ctx, tx, by, s, aliases, occurrences, file)
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

// useSBOM stores an SBOM, makes it the one in use and brings the findings in line.
func (a *App) useSBOM(ctx context.Context, tx Tx, by Actor, s register.SBOM, aliases *match.Aliases, occurrences []register.Occurrence, file []byte) ([]FindingChange, error) {
	release, err := tx.Release(ctx, s.ReleaseID)
	if err != nil {
		return nil, err
	}
	product, err := tx.Product(ctx, release.ProductID)
	if err != nil {
		return nil, err
	}
	fresh, err := tx.AddSBOM(ctx, s, occurrences, file)
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
	changes, err := a.matchSBOM(ctx, tx, aliases, release.ID, occurrences, fresh)
	recordFindings(tx, by, changes)
	return changes, err
}

// matchSBOM matches the components that are new, or have other keys than
// before, with everything known; the others are matched already. Then it brings
// the findings of the release in line.
func (a *App) matchSBOM(ctx context.Context, tx Tx, aliases *match.Aliases, releaseID string, occurrences []register.Occurrence, fresh []string) ([]FindingChange, error) {
	isFresh := make(map[string]bool, len(fresh))
	for _, id := range fresh {
		isFresh[id] = true
	}
	seen := make(map[string]bool, len(occurrences))
	var components, unmatched []register.Component
	for i := range occurrences {
		c := &occurrences[i].Component
		if seen[c.ID] {
			continue
		}
		seen[c.ID] = true
		components = append(components, *c)
		if isFresh[c.ID] {
			unmatched = append(unmatched, *c)
		}
	}
	slices.SortFunc(unmatched, compareNames)
	if err := a.matchComponents(ctx, tx, aliases, unmatched); err != nil {
		return nil, err
	}
	if err := settleRelease(ctx, tx, aliases, releaseID, components); err != nil {
		return nil, err
	}
	changes, err := tx.SyncFindings(ctx, releaseID, a.now())
	if err != nil {
		return nil, err
	}
	return changes, stateChanged(ctx, tx, changes)
}
