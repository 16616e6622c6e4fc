package app

import (
	"context"
	"io/fs"
	"slices"
	"strings"

	"mimamori/internal/fault"
	"mimamori/internal/ledger"
	"mimamori/internal/rule"
	"mimamori/rulebook"
)

// lawKey is the setting that names the rulebooks with which this store was
// opened last, in the order of their sources.
const lawKey = "law-in-force"

// KeepLaw keeps every rulebook in force in the store, so that what is decided
// with it can be replayed when the program has moved on, and tells the ledger
// when they are not those of the time before: a rule of the company that was
// taken away leaves a trace, too. It returns how many were new; while nothing
// changes it reads one setting.
func (a *App) KeepLaw(ctx context.Context) (added int, err error) {
	var before []rule.Ref
	if err := setting(ctx, a.Store, lawKey, &before); err != nil || slices.Equal(before, a.lawInForce()) {
		return 0, err
	}
	err = a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		added = 0
		for _, t := range a.Law.Texts {
			kept := RulebookText{Digest: t.Ref.Digest, ID: t.Ref.ID, Version: t.Ref.Version, Path: t.Path, Text: t.Text, KeptAt: a.now()}
			isNew, err := tx.KeepRulebookText(ctx, kept)
			if err != nil {
				return err
			}
			if !isNew {
				continue
			}
			added++
			subject := ledger.Subject{Kind: "rulebook", ID: t.Ref.Digest, Name: t.Ref.ID + " " + t.Ref.Version}
			tx.Record(System.entry("rulebook.kept", subject, nil, map[string]any{"rulebook": t.Ref, "path": t.Path, "company": t.Company}, ""))
		}
		subject := ledger.Subject{Kind: "setting", ID: lawKey, Name: "rulebooks in force"}
		tx.Record(System.entry("law.changed", subject, before, a.lawInForce(), ""))
		return tx.PutSetting(ctx, lawKey, asJSON(a.lawInForce()))
	})
	return added, err
}

// ApplyLaw keeps the rulebooks in force, and when one of them is new asks the
// law again about every decided case; what follows from one that is gone is
// found by Daily. It returns how many cases it opened again.
func (a *App) ApplyLaw(ctx context.Context) (reopened int, err error) {
	added, err := a.KeepLaw(ctx)
	if err != nil || added == 0 {
		return 0, err
	}
	return a.Reevaluate(ctx)
}

// companyFolder has the rules of the company itself, beside the database. It is
// part of the path that is kept, and tells their texts from those of the law.
const companyFolder = "company"

// BuiltInLaw loads the rulebooks that are built into the program.
func BuiltInLaw() (*rule.Law, error) { return LoadLaw(nil) }

// LoadLaw loads the rulebooks that are built into the program and the rules of
// the company in company/*.yaml of data, which may only make them stricter. data
// may be nil.
//
// Errors: fault.Invalid with every problem of every file; nothing is loaded then.
func LoadLaw(data fs.FS) (*rule.Law, error) {
	var sources []rule.Source
	for _, path := range rulebook.Japan {
		sources = append(sources, rule.Source{FS: rulebook.FS, Path: path})
	}
	if data != nil {
		own, err := fs.Glob(data, companyFolder+"/*.yaml")
		if err != nil {
			return nil, err
		}
		for _, path := range own {
			if !strings.HasSuffix(path, ".cases.yaml") {
				sources = append(sources, rule.Source{FS: data, Path: path, Company: true})
			}
		}
	}
	return rule.LoadLaw(sources)
}

// bookText is a kept rulebook as it was read.
func (t RulebookText) bookText() rule.BookText {
	return rule.BookText{
		Ref: rule.Ref{ID: t.ID, Version: t.Version, Digest: t.Digest}, Path: t.Path, Text: t.Text,
		Company: strings.HasPrefix(t.Path, companyFolder+"/"),
	}
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
