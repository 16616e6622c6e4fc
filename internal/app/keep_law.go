package app

import (
	"context"
	"io/fs"
	"strings"

	"mimamori/internal/fault"
	"mimamori/internal/ledger"
	"mimamori/internal/rule"
	"mimamori/rulebook"
)

// KeepLaw keeps every rulebook in force in the store, so that what is decided
// with it can be replayed when the program has moved on. It returns how many
// were new; asked again it does nothing.
func (a *App) KeepLaw(ctx context.Context) (added int, err error) {
	var fresh []rule.BookText
	for _, t := range a.Law.Texts {
		switch _, err := a.Store.RulebookText(ctx, t.Ref.Digest); {
		case fault.KindOf(err) == fault.NotFound:
			fresh = append(fresh, t)
		case err != nil:
			return 0, err
		}
	}
	if len(fresh) == 0 {
		return 0, nil
	}
	err = a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		added = 0
		for _, t := range fresh {
			kept := RulebookText{Digest: t.Ref.Digest, ID: t.Ref.ID, Version: t.Ref.Version, Path: t.Path, Text: t.Text, KeptAt: a.now()}
			isNew, err := tx.KeepRulebookText(ctx, kept)
			if err != nil {
				return err
			}
			if !isNew { // another program was faster
				continue
			}
			added++
			subject := ledger.Subject{Kind: "rulebook", ID: t.Ref.Digest, Name: t.Ref.ID + " " + t.Ref.Version}
			tx.Record(System.entry("rulebook.kept", subject, nil, map[string]any{"rulebook": t.Ref, "path": t.Path, "company": t.Company}, ""))
		}
		return nil
	})
	return added, err
}

// ApplyLaw keeps the rulebooks in force, and when one of them is new asks the
// law again about every decided case. It returns how many cases it opened again.
func (a *App) ApplyLaw(ctx context.Context) (reopened int, err error) {
	added, err := a.KeepLaw(ctx)
	if err != nil || added == 0 {
		return 0, err
	}
	return a.Reevaluate(ctx)
}

// BuiltInLaw loads the rulebooks that are built into the program.
func BuiltInLaw() (*rule.Law, error) {
	var sources []rule.Source
	for _, path := range rulebook.Japan {
		sources = append(sources, rule.Source{FS: rulebook.FS, Path: path})
	}
	return rule.LoadLaw(sources)
}

// ArchivedText returns a rulebook that was in force once and is still built into
// the program by its digest; fault.NotFound when none has it.
func ArchivedText(digest string) (rule.BookText, error) {
	for _, path := range rulebook.Archive {
		text, err := fs.ReadFile(rulebook.FS, path)
		if err != nil {
			return rule.BookText{}, err
		}
		if "sha256:"+digestOf(text) != digest {
			continue
		}
		id, version, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(path, "archive/"), ".yaml"), "@")
		return rule.BookText{Ref: rule.Ref{ID: id, Version: version, Digest: digest}, Path: path, Text: text}, nil
	}
	return rule.BookText{}, fault.New(fault.NotFound, "there is no rulebook with the digest %s", digest)
}
