package app

import (
	"context"

	"mimamori/internal/ledger"
)

// FindingExport is one finding with why it is one.
type FindingExport struct {
	FindingRow
	Evidence []string // what agreed, each in one line, strongest first
}

// EvidenceReader reads why many findings are findings.
type EvidenceReader interface {
	// EvidenceTexts returns the evidence of each finding in lines, strongest first.
	EvidenceTexts(ctx context.Context, findingIDs []string) (map[string][]string, error)
}

// exportPage is how many findings are read at once: memory does not grow with
// the list.
const exportPage = 200

// ExportFindings hands every finding that a list has to write, page by page.
// That they were taken out, by whom and under which filter, stands in the
// ledger before the first one is handed over.
func (a *App) ExportFindings(ctx context.Context, by Actor, q ListQuery) (next func(context.Context) ([]FindingExport, error), err error) {
	if err := require(by, Read); err != nil {
		return nil, err
	}
	q.Limit, q.Cursor = exportPage, ""
	page, err := a.Store.Findings(ctx, q)
	if err != nil {
		return nil, err
	}
	err = a.Store.Write(ctx, func(_ context.Context, tx Tx) error {
		tx.Record(by.entry("findings.exported", ledger.Subject{Kind: "export", ID: "findings", Name: "CSV"}, nil,
			map[string]any{"filter": q.Filter, "text": q.Text, "findings": page.Total}, ""))
		return nil
	})
	if err != nil {
		return nil, err
	}
	done := false
	return func(ctx context.Context) ([]FindingExport, error) {
		if done {
			return nil, nil
		}
		ids := make([]string, len(page.Items))
		for i, f := range page.Items {
			ids[i] = f.ID
		}
		texts, err := a.Store.EvidenceTexts(ctx, ids)
		if err != nil {
			return nil, err
		}
		out := make([]FindingExport, len(page.Items))
		for i, f := range page.Items {
			out[i] = FindingExport{f, texts[f.ID]}
		}
		if q.Cursor, done = page.Next, page.Next == ""; !done {
			page, err = a.Store.Findings(ctx, q)
		}
		return out, err
	}, nil
}
