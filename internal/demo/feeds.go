package demo

import (
	"bytes"
	"context"
	"fmt"

	"mimamori/internal/app"
)

// feeds are the sample files of vulnerability data in data/, in the order in
// which they are imported. Their texts are our own; the facts are public.
var feeds = []struct{ kind, file string }{
	{"osv", "osv.jsonl"},
	{"csaf", "csaf-vxworks.json"},
	{"csaf", "csaf-treck.json"},
	{"csaf", "csaf-windows.json"},
	{"kev", "kev.json"},
}

func (l *loader) loadFeeds(ctx context.Context) error {
	for _, f := range feeds {
		file, err := data.ReadFile("data/" + f.file)
		if err != nil {
			return err
		}
		run, err := l.StartImport(ctx, l.people[psirt], app.StartImport{Kind: f.kind, Name: f.file, File: bytes.NewReader(file)})
		if err != nil {
			return fmt.Errorf("%s: %w", f.file, err)
		}
		if err := l.RunImport(ctx, run.ID); err != nil {
			return fmt.Errorf("%s: %w", f.file, err)
		}
		if run, err = l.Store.ImportRun(ctx, run.ID); err != nil {
			return err
		}
		if run.State != "done" || run.Rejected > 0 {
			return fmt.Errorf("%s: the import is %s, %d records were refused: %s %v", f.file, run.State, run.Rejected, run.Error, run.Problems)
		}
	}
	return nil
}
