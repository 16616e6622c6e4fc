package app

import (
	"encoding/json"
	"runtime"
	"slices"
	"strings"
	"sync"

	"mimamori/internal/advisory"
	"mimamori/internal/match"
	"mimamori/internal/register"
	"mimamori/internal/sbom"
)

// matcher compares stored components with some stored advisories.
type matcher struct {
	index  match.Index
	stored map[match.AdvisoryKey]Advisory
	// conditional are the records that ask for something else in the release.
	conditional map[match.AdvisoryKey]advisory.Advisory
}

// newMatcher reads the advisories; those that are withdrawn match nothing.
func newMatcher(aliases *match.Aliases, stored []Advisory) (*matcher, error) {
	m := &matcher{stored: make(map[match.AdvisoryKey]Advisory, len(stored)), conditional: map[match.AdvisoryKey]advisory.Advisory{}}
	m.index.Aliases = aliases
	records := make([]advisory.Advisory, len(stored))
	if err := inParallel(len(stored), func(i int) error {
		if !stored[i].WithdrawnAt.IsZero() {
			return nil
		}
		return json.Unmarshal(stored[i].Body, &records[i])
	}); err != nil {
		return nil, err
	}
	for i := range records {
		if !stored[i].WithdrawnAt.IsZero() {
			continue
		}
		key := match.AdvisoryKey{Source: records[i].Source, ID: records[i].ID, Part: records[i].Part}
		a := stored[i]
		a.Body = nil // read
		m.stored[key] = a
		m.index.Add(records[i])
		if len(records[i].Configurations) > 0 {
			m.conditional[key] = records[i]
		}
	}
	return m, nil
}

// matches lists what the components meet; what a record asks for besides is
// open.
func (m *matcher) matches(components []register.Component) []Match {
	parts := make([][]Match, len(components))
	_ = inParallel(len(components), func(i int) error {
		for _, f := range m.index.Component(componentOf(components[i])) {
			parts[i] = append(parts[i], m.match(components[i].ID, &f))
		}
		return nil
	})
	return slices.Concat(parts...)
}

func (m *matcher) match(componentID string, f *match.Finding) Match {
	key := match.AdvisoryKey{Source: f.Source, ID: f.Record, Part: f.Part}
	a := m.stored[key]
	_, conditional := m.conditional[key]
	return Match{
		ComponentID: componentID, AdvisoryID: a.ID, Source: a.Source, RecordID: a.RecordID, Class: string(f.Class), Text: f.Evidence[0].Text,
		Evidence: asJSON(f.Evidence), Precise: f.In(match.Precise), Conditional: conditional, Counters: f.Counters,
	}
}

// settle tells of each conditional match what it is in a release that has
// these components, or those of them that share a key with the records.
func (m *matcher) settle(releaseID string, components []register.Component) []Settlement {
	if len(m.conditional) == 0 {
		return nil
	}
	in := make([]sbom.Component, len(components))
	for i := range components {
		in[i] = componentOf(components[i])
	}
	var out []Settlement
	here := m.index.Release(in)
	for i := range in {
		settled := map[match.AdvisoryKey]*match.Finding{}
		for n := range here[i] {
			f := &here[i][n]
			settled[match.AdvisoryKey{Source: f.Source, ID: f.Record, Part: f.Part}] = f
		}
		for _, f := range m.index.Component(in[i]) {
			key := match.AdvisoryKey{Source: f.Source, ID: f.Record, Part: f.Part}
			if _, conditional := m.conditional[key]; !conditional {
				continue
			}
			s := Settlement{ComponentID: components[i].ID, AdvisoryID: m.stored[key].ID, ReleaseID: releaseID, Class: settledNone, Evidence: json.RawMessage("[]")}
			if f := settled[key]; f != nil {
				s.Class, s.Precise, s.Text, s.Evidence = string(f.Class), f.In(match.Precise), f.Evidence[0].Text, asJSON(f.Evidence)
			}
			out = append(out, s)
		}
	}
	return out
}

// settledNone is the class of a conditional match in a release that is known
// not to meet the condition.
const settledNone = "none"

// inParallel calls do for 0 to n-1 on all cores and returns the first error.
func inParallel(n int, do func(i int) error) error {
	workers := min(runtime.GOMAXPROCS(0), n)
	failed := make([]error, workers)
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() {
			for i := w; i < n && failed[w] == nil; i += workers {
				failed[w] = do(i)
			}
		})
	}
	all.Wait()
	for _, err := range failed {
		if err != nil {
			return err
		}
	}
	return nil
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
	for _, h := range c.More.Hashes {
		algorithm, value, _ := strings.Cut(h, ":")
		out.Hashes = append(out.Hashes, sbom.Hash{Algorithm: algorithm, Value: value})
	}
	return out
}

// keying returns what sets the matching keys of components.
func keying(aliases *match.Aliases) func([]register.Component) {
	return func(components []register.Component) {
		_ = inParallel(len(components), func(i int) error {
			components[i].Keys = aliases.Keys(componentOf(components[i]))
			return nil
		})
	}
}

// identityOf is componentOf the other way round, without matching keys.
func identityOf(c sbom.Component) register.Component {
	out := register.Component{
		Type: c.Type, Group: c.Group, Name: c.Name, Version: c.Version, Supplier: c.Supplier, Purl: c.Purl,
		More: register.MoreIdentity{Purls: c.OtherPurls, SourceName: c.SourceName, SourceVersion: c.SourceVersion, VersionRange: c.VersionRange},
	}
	if len(c.CPEs) > 0 {
		out.CPE, out.More.CPEs = c.CPEs[0], c.CPEs[1:]
	}
	for _, h := range c.Hashes {
		out.More.Hashes = append(out.More.Hashes, h.Algorithm+":"+h.Value)
	}
	slices.Sort(out.More.Hashes)
	return out
}
