package app

import (
	"context"
	"maps"
	"slices"
	"strings"

	"mimamori/internal/advisory"
	"mimamori/internal/match"
	"mimamori/internal/register"
)

// ownDocument begins the Document of a statement that an SBOM holds: it speaks
// of the releases that use the SBOM only.
const ownDocument = "sbom:"

// OpenFinding is what statements can speak of.
type OpenFinding struct {
	ID              string
	VulnerabilityID string
	SBOMID          string // in use for the release
	Component       register.Component
	Stated          []match.Counter // as stored, with whether somebody who is trusted says so
	Trusted         bool
}

// stateChanged takes statements into findings that were opened. Those of a
// vulnerability that no statement is about are not read again: most are new and
// have nothing said of them.
func stateChanged(ctx context.Context, tx Tx, changes []FindingChange) error {
	opened, groups := map[string]bool{}, map[string]bool{} // groups: whether all of their findings are new
	for _, c := range changes {
		if c.Change == "opened" || c.Change == "reopened" {
			known, again := groups[c.VulnerabilityID]
			opened[c.FindingID], groups[c.VulnerabilityID] = true, c.Change == "opened" && (known || !again)
		}
	}
	if len(opened) == 0 {
		return nil
	}
	return state(ctx, tx, slices.Sorted(maps.Keys(groups)), func(f OpenFinding) bool { return opened[f.ID] }, groups)
}

// recount takes what statements say into the open findings of the
// vulnerabilities: to be called when statements changed.
func recount(ctx context.Context, tx Tx, vulnerabilityIDs []string) error {
	return state(ctx, tx, vulnerabilityIDs, func(OpenFinding) bool { return true }, nil)
}

// state stores what statements say about those open findings of the
// vulnerabilities that are asked for. Of the fresh vulnerabilities, nothing is
// stored yet.
func state(ctx context.Context, tx Tx, vulnerabilityIDs []string, asked func(OpenFinding) bool, fresh map[string]bool) error {
	for part := range slices.Chunk(vulnerabilityIDs, maxTogether) {
		aliases, err := namesInCapitals(ctx, tx, part)
		if err != nil {
			return err
		}
		stored, err := tx.StatementsAbout(ctx, distinct(slices.Collect(maps.Values(aliases))...))
		if err != nil {
			return err
		}
		about := map[string]bool{}
		for i := range stored {
			about[strings.ToUpper(stored[i].Vulnerability)] = true
			for _, name := range stored[i].Aliases {
				about[strings.ToUpper(name)] = true
			}
		}
		part = slices.DeleteFunc(slices.Clone(part), func(id string) bool {
			return fresh[id] && !slices.ContainsFunc(aliases[id], func(name string) bool { return about[name] })
		})
		said := statementsBy(stored)
		findings, err := tx.OpenFindingsOf(ctx, part)
		if err != nil {
			return err
		}
		var changed []FindingStated
		for _, f := range findings {
			if !asked(f) {
				continue
			}
			component, names := componentOf(f.Component), aliases[f.VulnerabilityID]
			now := FindingStated{FindingID: f.ID}
			for _, trusted := range []bool{true, false} {
				own := ownDocument + f.SBOMID
				for _, by := range []saidBy{{trusted: trusted}, {sbom: own, trusted: trusted}, {sbom: own, patch: true, trusted: trusted}} {
					now.Counters = append(now.Counters, by.kind(said[by].About(component, names))...)
				}
				now.Trusted = now.Trusted || trusted && len(now.Counters) > 0
			}
			if !slices.Equal(now.Counters, f.Stated) || now.Trusted != f.Trusted {
				changed = append(changed, now)
			}
		}
		if err := tx.SetStated(ctx, changed); err != nil {
			return err
		}
	}
	return nil
}

// namesInCapitals returns the names of vulnerabilities as statements are compared by.
func namesInCapitals(ctx context.Context, r Reader, ids []string) (map[string][]string, error) {
	names, err := r.NamesOf(ctx, ids)
	for _, list := range names {
		for i := range list {
			list[i] = strings.ToUpper(list[i])
		}
	}
	return names, err
}

// saidBy tells statements apart that count in different places: those in an
// SBOM for the releases that use it, and only what a trusted issuer says for
// the precise mode. Nobody is trusted until a person says so.
type saidBy struct {
	sbom    string // "sbom:" and its id; "" for all other documents
	patch   bool   // in the pedigree of a component
	trusted bool
}

// kind is what its counters are shown as.
func (b saidBy) kind(counters []match.Counter) []match.Counter {
	for i := range counters {
		if b.patch {
			counters[i].By = match.CounterPedigree
		}
	}
	return counters
}

func statementsBy(stored []Statement) map[saidBy]*match.Statements {
	lists := map[saidBy][]advisory.Statement{}
	for i := range stored {
		s := stored[i].Statement
		s.Vulnerability = strings.ToUpper(s.Vulnerability)
		s.Aliases = slices.Clone(s.Aliases)
		for n := range s.Aliases {
			s.Aliases[n] = strings.ToUpper(s.Aliases[n])
		}
		by := saidBy{patch: stored[i].Source == StatementPedigree, trusted: stored[i].Trust == Trusted}
		if strings.HasPrefix(s.Document, ownDocument) {
			by.sbom = s.Document
		}
		lists[by] = append(lists[by], s)
	}
	out := map[saidBy]*match.Statements{}
	for by, list := range lists {
		out[by] = match.NewStatements(list, nil)
	}
	return out
}
