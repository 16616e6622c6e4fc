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

// stateChanged takes statements into findings that were opened.
func stateChanged(ctx context.Context, tx Tx, changes []FindingChange) error {
	opened := map[string]bool{}
	groups := map[string]bool{}
	for _, c := range changes {
		if c.Change == "opened" || c.Change == "reopened" {
			opened[c.FindingID], groups[c.VulnerabilityID] = true, true
		}
	}
	if len(opened) == 0 {
		return nil
	}
	return state(ctx, tx, slices.Sorted(maps.Keys(groups)), opened)
}

// recount takes what statements say into the open findings of the
// vulnerabilities: to be called when statements changed.
func recount(ctx context.Context, tx Tx, vulnerabilityIDs []string) error {
	return state(ctx, tx, vulnerabilityIDs, nil)
}

// state stores what statements say about the open findings of the
// vulnerabilities, or only about these findings.
func state(ctx context.Context, tx Tx, vulnerabilityIDs []string, only map[string]bool) error {
	for part := range slices.Chunk(vulnerabilityIDs, maxTogether) {
		aliases, err := tx.NamesOf(ctx, part)
		if err != nil {
			return err
		}
		var names []string
		for id, list := range aliases {
			for i := range list {
				list[i] = strings.ToUpper(list[i])
			}
			aliases[id] = list
			names = append(names, list...)
		}
		slices.Sort(names)
		stored, err := tx.StatementsAbout(ctx, slices.Compact(names))
		if err != nil {
			return err
		}
		said := statementsBy(stored)
		findings, err := tx.OpenFindingsOf(ctx, part)
		if err != nil {
			return err
		}
		var changed []FindingStated
		for _, f := range findings {
			if only != nil && !only[f.ID] {
				continue
			}
			component, names := componentOf(f.Component), aliases[f.VulnerabilityID]
			all := [][]match.Counter{
				said[saidBy{trusted: true}].About(component, names), said[saidBy{sbom: ownDocument + f.SBOMID, trusted: true}].About(component, names),
				said[saidBy{}].About(component, names), said[saidBy{sbom: ownDocument + f.SBOMID}].About(component, names),
			}
			now := FindingStated{FindingID: f.ID, Counters: slices.Concat(all...), Trusted: len(all[0])+len(all[1]) > 0}
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

// saidBy tells statements apart that count in different places: those in an
// SBOM for the releases that use it, and only what a trusted issuer says for
// the precise mode. Nobody is trusted until a person says so.
type saidBy struct {
	sbom    string // "sbom:" and its id; "" for all other documents
	trusted bool
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
		by := saidBy{trusted: stored[i].Trust == Trusted}
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
