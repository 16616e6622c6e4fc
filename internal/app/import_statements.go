package app

import (
	"context"
	"iter"
	"slices"

	"mimamori/internal/advisory"
	"mimamori/internal/fault"
)

// statementFeed opens data beside the advisories.
type statementFeed interface {
	// VEXDocuments yields the VEX documents at path, each with its statements.
	VEXDocuments(path string) iter.Seq2[advisory.VEXDocument, error]
	// EPSS yields scores; one that cannot be read is yielded as an error and the rest goes on.
	EPSS(path string) iter.Seq2[advisory.EPSSScore, error]
	// EOL yields products with their ends of life, likewise.
	EOL(path string) iter.Seq2[advisory.ProductLife, error]
}

// maxVEXNames and maxVEXText limit what a hostile statement can make of the
// store: names of the vulnerability, and bytes of its issuer and document.
const (
	maxVEXNames = 100
	maxVEXText  = 2_000
)

// vex imports VEX documents.
func (i *importer) vex(ctx context.Context, path string) error {
	n, refusal, err := i.statements(ctx, path)
	i.run.Records += n
	if err == nil && n == 0 { // nothing came in: the import fails
		err = refusal
	}
	return err
}

// csaf imports CSAF documents: what they say of vulnerabilities, and the status
// of each product as a statement.
func (i *importer) csaf(ctx context.Context, path string) error {
	if err := i.advisories(ctx, path); err != nil {
		return err
	}
	return i.csafStatements(ctx, path)
}

// csafStatements imports the statuses of products in CSAF documents. "Affected"
// is one of them, so that a later version takes back what was "not affected".
func (i *importer) csafStatements(ctx context.Context, path string) error {
	problems, rejected := i.run.Problems, i.run.Rejected
	_, _, err := i.statements(ctx, path)
	i.run.Problems, i.run.Rejected = problems, rejected // what cannot be read was told with the advisories
	return err
}

// statements imports the statements of VEX documents, whole documents together.
// It returns how many there were, and why the last of those
// that cannot be used was refused.
func (i *importer) statements(ctx context.Context, path string) (total int, refusal, err error) {
	var batch []Statement
	documents := 0
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		total += len(batch)
		err := i.takeStatements(ctx, documents, batch)
		batch, documents = nil, 0
		return err
	}
	for d, err := range i.app.Feed.VEXDocuments(path) {
		if err != nil {
			return total, refusal, err
		}
		for _, problem := range d.Problems {
			refusal = problem
			i.refuse(d.Path, problem.Error())
		}
		documents++
		for _, s := range d.Statements {
			if err := unfit(d.Path, s); err != nil {
				refusal = err
				i.refuse(d.Path, err.Error())
				continue
			}
			if s.Document == "" { // without a name it has no other version
				s.Document = "sha256:" + d.SHA256
			}
			i.dated(s.StatedAt)
			batch = append(batch, Statement{Statement: s, Source: StatementVEX, ImportedAt: i.app.now()})
		}
		if len(batch) >= importBatch {
			if err := flush(); err != nil {
				return total, refusal, err
			}
		}
	}
	return total, refusal, flush()
}

// unfit says why a statement cannot be stored, or nil.
func unfit(path string, s advisory.Statement) error {
	switch {
	case len(s.Aliases) >= maxVEXNames:
		return fault.New(fault.Invalid, "%s: a statement has %d names of its vulnerability: at most %d fit", path, len(s.Aliases)+1, maxVEXNames)
	case len(s.Document) > maxVEXText, len(s.Issuer) > maxVEXText, len(s.Vulnerability) > maxVEXText:
		return fault.New(fault.Invalid, "%s: the id of the document, its issuer or the vulnerability has more than %d bytes", path, maxVEXText)
	default:
		return nil
	}
}

// takeStatements commits whole documents with what they change in findings.
func (i *importer) takeStatements(ctx context.Context, documents int, batch []Statement) error {
	changed := 0
	err := i.commit(ctx, 0, func(ctx context.Context, tx Tx) error {
		touched, err := tx.PutStatements(ctx, batch)
		if err != nil {
			return err
		}
		changed = len(touched)
		i.record(tx, "import.statements", map[string]any{"documents": documents, "statements": len(batch), "changed": changed})
		return recountStatements(ctx, tx, touched)
	})
	i.run.Changed += changed
	return err
}

// recountStatements brings what findings show of statements in line with
// statements that came or went.
func recountStatements(ctx context.Context, tx Tx, touched []Statement) error {
	var names []string
	for _, s := range touched {
		names = append(names, s.Names()...)
	}
	slices.Sort(names)
	groups, err := tx.VulnerabilitiesNamed(ctx, slices.Compact(names))
	if err != nil || len(groups) == 0 {
		return err
	}
	return recount(ctx, tx, groups)
}
