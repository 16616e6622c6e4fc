package app

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"mimamori/internal/advisory"
	"mimamori/internal/match"
	"mimamori/internal/register"
	"mimamori/internal/sbom"
)

// rematch brings the findings of the whole fleet in line with new or changed
// advisories: only components that share a key with them are looked at.
func rematch(ctx context.Context, tx Tx, changed []Advisory, at time.Time) ([]FindingChange, error) {
	if len(changed) == 0 {
		return nil, nil
	}
	var keys []string
	for _, a := range changed {
		keys = append(keys, a.Keys...)
	}
	slices.Sort(keys)
	components, err := tx.ComponentsByKeys(ctx, slices.Compact(keys))
	if err != nil {
		return nil, err
	}
	found, err := matches(components, changed)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(changed))
	for i, a := range changed {
		ids[i] = a.ID
	}
	return tx.ReplaceMatches(ctx, nil, ids, found, at)
}

// matchSBOM matches the components of an SBOM with every advisory that shares
// a key with one of them.
func matchSBOM(ctx context.Context, tx Tx, sbomID string, at time.Time) ([]FindingChange, error) {
	components, err := tx.ComponentsOfSBOM(ctx, sbomID)
	if err != nil {
		return nil, err
	}
	var keys, ids []string
	for _, c := range components {
		keys, ids = append(keys, c.Keys...), append(ids, c.ID)
	}
	slices.Sort(keys)
	advisories, err := tx.AdvisoriesByKeys(ctx, slices.Compact(keys))
	if err != nil {
		return nil, err
	}
	found, err := matches(components, advisories)
	if err != nil {
		return nil, err
	}
	return tx.ReplaceMatches(ctx, ids, nil, found, at)
}

// matches runs the matcher over stored components and advisories.
func matches(components []register.Component, advisories []Advisory) ([]Match, error) {
	type key struct{ source, record, part string }
	byKey := make(map[key]Advisory, len(advisories))
	var index match.Index
	for _, a := range advisories {
		if !a.WithdrawnAt.IsZero() {
			continue
		}
		var record advisory.Advisory
		if err := json.Unmarshal(a.Body, &record); err != nil {
			return nil, err
		}
		byKey[key{strings.ToLower(string(record.Source)), record.ID, record.Part}] = a
		index.Add(record)
	}
	var found []Match
	for _, c := range components {
		for _, f := range index.Component(componentOf(c)) {
			a := byKey[key{strings.ToLower(string(f.Source)), f.Record, f.Part}]
			found = append(found, Match{
				ComponentID: c.ID, AdvisoryID: a.ID, Source: a.Source, RecordID: a.RecordID,
				Class: string(f.Class), Text: f.Evidence[0].Text, Evidence: asJSON(f.Evidence),
			})
		}
	}
	return found, nil
}

// componentOf turns a stored identity into what the matcher reads.
func componentOf(c register.Component) sbom.Component {
	out := sbom.Component{
		Type: c.Type, Group: c.Group, Name: c.Name, Version: c.Version, VersionRange: c.More.VersionRange, Supplier: c.Supplier,
		Purl: c.Purl, OtherPurls: c.More.Purls, SourceName: c.More.SourceName, SourceVersion: c.More.SourceVersion,
	}
	if c.CPE != "" {
		out.CPEs = append([]string{c.CPE}, c.More.CPEs...)
	}
	return out
}

// identityOf is the other way round.
func identityOf(c sbom.Component) register.Component {
	out := register.Component{
		Type: c.Type, Group: c.Group, Name: c.Name, Version: c.Version, Supplier: c.Supplier, Purl: c.Purl, Keys: match.Keys(c),
		More: register.MoreIdentity{Purls: c.OtherPurls, SourceName: c.SourceName, SourceVersion: c.SourceVersion, VersionRange: c.VersionRange},
	}
	if len(c.CPEs) > 0 {
		out.CPE, out.More.CPEs = c.CPEs[0], c.CPEs[1:]
	}
	return out
}
