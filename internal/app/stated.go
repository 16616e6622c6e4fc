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
	Stated          []match.Counter // as stored
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
		said := statementsByDocument(stored)
		findings, err := tx.OpenFindingsOf(ctx, part)
		if err != nil {
			return err
		}
		var changed []FindingStated
		for _, f := range findings {
			if only != nil && !only[f.ID] {
				continue
			}
			component := componentOf(f.Component)
			counters := said[""].About(component, aliases[f.VulnerabilityID])
			counters = append(counters, said[ownDocument+f.SBOMID].About(component, aliases[f.VulnerabilityID])...)
			if !slices.Equal(counters, f.Stated) {
				changed = append(changed, FindingStated{FindingID: f.ID, Counters: counters})
			}
		}
		if err := tx.SetStated(ctx, changed); err != nil {
			return err
		}
	}
	return nil
}

// statementsByDocument gives each SBOM its own statements, and all others
// under "".
func statementsByDocument(stored []Statement) map[string]*match.Statements {
	lists := map[string][]advisory.Statement{}
	for i := range stored {
		s := stored[i].Statement
		s.Vulnerability = strings.ToUpper(s.Vulnerability)
		s.Aliases = slices.Clone(s.Aliases)
		for n := range s.Aliases {
			s.Aliases[n] = strings.ToUpper(s.Aliases[n])
		}
		document := ""
		if strings.HasPrefix(s.Document, ownDocument) {
			document = s.Document
		}
		lists[document] = append(lists[document], s)
	}
	out := map[string]*match.Statements{}
	for document, list := range lists {
		out[document] = match.NewStatements(list, nil)
	}
	return out
}
