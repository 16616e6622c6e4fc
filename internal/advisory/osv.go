package advisory

import (
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"mimamori/internal/fault"
	"mimamori/internal/untrusted"
)

// OSV yields the OSV records of r (schema 1.0 to 1.7): one record, a list,
// records after one another, or one a line. name stands in the errors.
//
// A record that cannot be read is yielded as a fault.Invalid error with its
// place and what is wrong, and the rest goes on. A stream without any record
// yields an error.
func OSV(r io.Reader, name string) iter.Seq2[Advisory, error] {
	return records(r, name, "OSV", nil, parseOSV)
}

type osvRecord struct {
	ID         string        `json:"id"`
	Modified   string        `json:"modified"`
	Published  string        `json:"published"`
	Withdrawn  string        `json:"withdrawn"`
	Aliases    []string      `json:"aliases"`
	Upstream   []string      `json:"upstream"`
	Summary    string        `json:"summary"`
	Details    string        `json:"details"`
	Severity   []osvSeverity `json:"severity"`
	Affected   []osvAffected `json:"affected"`
	References []struct {
		Type string `json:"type"`
		URL  string `json:"url"`
	} `json:"references"`
	DatabaseSpecific osvExtra `json:"database_specific"`
}

type osvSeverity struct {
	Type  string `json:"type"`
	Score string `json:"score"`
}

type osvAffected struct {
	Package struct {
		Ecosystem string `json:"ecosystem"`
		Name      string `json:"name"`
		Purl      string `json:"purl"`
	} `json:"package"`
	Severity []osvSeverity `json:"severity"`
	Ranges   []struct {
		Type   string  `json:"type"`
		Repo   string  `json:"repo"`
		Events []Event `json:"events"`
	} `json:"ranges"`
	Versions          []string `json:"versions"`
	EcosystemSpecific osvExtra `json:"ecosystem_specific"`
	DatabaseSpecific  osvExtra `json:"database_specific"`
}

// osvExtra takes what is used from the two free-form members; their other
// content may have any shape.
type osvExtra struct {
	cpes, imports, cwes []string
}

func (x *osvExtra) UnmarshalJSON(data []byte) error {
	var p untrusted.Parser
	members, err := p.Parse(data, "")
	if err != nil {
		return nil //nolint:nilerr // free-form by specification; the record was checked before
	}
	x.cpes, x.cwes, x.imports = osvTexts(members.Member("cpes"), ""), osvTexts(members.Member("cwe_ids"), ""), osvTexts(members.Member("imports"), "path")
	return nil
}

// osvTexts returns the texts of a list, or those in a member of its elements;
// nil when it is no list or anything has another shape.
func osvTexts(list untrusted.Value, member string) []string {
	if list.Kind() != untrusted.List {
		return nil
	}
	out := []string{}
	for e := range list.Elements() {
		if member != "" && e.Kind() == untrusted.Object {
			e = e.Member(member)
		} else if member != "" && e.Kind() != untrusted.Null {
			return nil
		}
		switch e.Kind() {
		case untrusted.Text:
			out = append(out, string(e.Bytes()))
		case untrusted.None, untrusted.Null:
			out = append(out, "")
		default:
			return nil
		}
	}
	return out
}

func parseOSV(data []byte, name string) ([]Advisory, error) {
	var in osvRecord
	if err := untrusted.DecodeJSON(data, name, &in); err != nil {
		return nil, err
	}
	if strings.TrimSpace(in.ID) == "" {
		return nil, fault.New(fault.Invalid, "%s: is not an OSV record: /id is missing", name)
	}
	a := Advisory{
		Source: SourceOSV, ID: in.ID, Aliases: in.Aliases, Upstream: in.Upstream,
		Modified: instant(in.Modified), Published: instant(in.Published),
		Title: in.Summary, Summary: in.Summary, Details: in.Details,
		CWEs: in.DatabaseSpecific.cwes, Digest: digest(data), Raw: data,
	}
	if in.Withdrawn != "" {
		t, err := time.Parse(time.RFC3339Nano, in.Withdrawn)
		if err != nil {
			return nil, fault.New(fault.Invalid, "%s: %s: /withdrawn is %q instead of a time such as 2026-01-02T03:04:05Z", name, in.ID, in.Withdrawn)
		}
		a.Withdrawn = t.UTC()
	}
	severity := func(list []osvSeverity) {
		for _, s := range list {
			v := Severity{Type: s.Type, Vector: s.Score}
			if !slices.Contains(a.Severities, v) {
				a.Severities = append(a.Severities, v)
			}
		}
	}
	severity(in.Severity)
	for _, f := range in.Affected {
		severity(f.Severity)
		out := Affected{
			Ecosystem: f.Package.Ecosystem, Name: f.Package.Name, Purl: f.Package.Purl, Versions: f.Versions, Status: KnownAffected,
			CPEs:    slices.Concat(f.DatabaseSpecific.cpes, f.EcosystemSpecific.cpes, in.DatabaseSpecific.cpes),
			Imports: f.EcosystemSpecific.imports,
		}
		for _, r := range f.Ranges {
			out.Ranges = append(out.Ranges, Range{Kind: RangeKind(strings.ToUpper(r.Type)), Repo: r.Repo, Events: r.Events})
		}
		a.Affected = append(a.Affected, out)
	}
	for _, r := range in.References {
		a.References = append(a.References, Reference{r.Type, r.URL})
	}
	return []Advisory{a}, nil
}
