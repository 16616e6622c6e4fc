package advisory

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"mimamori/internal/caldate"
	"mimamori/internal/fault"
	"mimamori/internal/untrusted"
)

// CVE yields what the CVE records of r say (format 5.x): one Advisory for the
// numbering authority's container, Part "CNA", and one for each container of an
// authorized data publisher, such as CISA's Vulnrichment, Part "ADP CISA-ADP".
// A container with nothing but references has no say: its references stand with
// those of the CNA, of which the CVE program's own container is a copy.
//
// A rejected record is withdrawn. One that cannot be read is yielded as an
// error and the rest goes on.
func CVE(r io.Reader, name string) iter.Seq2[Advisory, error] {
	return records(r, name, "CVE", nil, parseCVE)
}

type cveRecord struct {
	DataType string `json:"dataType"`
	Metadata struct {
		ID        string `json:"cveId"`
		State     string `json:"state"`
		Published string `json:"datePublished"`
		Updated   string `json:"dateUpdated"`
		Reserved  string `json:"dateReserved"`
		Rejected  string `json:"dateRejected"`
		Assigner  string `json:"assignerShortName"`
	} `json:"cveMetadata"`
	Containers struct {
		CNA *cveContainer  `json:"cna"`
		ADP []cveContainer `json:"adp"`
	} `json:"containers"`
}

type cveContainer struct {
	Provider struct {
		OrgID   string `json:"orgId"`
		Name    string `json:"shortName"`
		Updated string `json:"dateUpdated"`
	} `json:"providerMetadata"`
	Title           string        `json:"title"`
	Public          string        `json:"datePublic"`
	Descriptions    []cveText     `json:"descriptions"`
	RejectedReasons []cveText     `json:"rejectedReasons"`
	Affected        []cveAffected `json:"affected"`
	Applicability   []struct {
		Operator string    `json:"operator"`
		Negate   bool      `json:"negate"`
		Nodes    []nvdNode `json:"nodes"`
	} `json:"cpeApplicability"`
	Metrics      []cveMetric `json:"metrics"`
	ProblemTypes []struct {
		Descriptions []struct {
			CWE  string `json:"cweId"`
			Text string `json:"description"`
		} `json:"descriptions"`
	} `json:"problemTypes"`
	References []cveReference `json:"references"`
	Solutions  []cveText      `json:"solutions"`
	Tags       []string       `json:"tags"`
}

type cveText struct {
	Lang  string `json:"lang"`
	Value string `json:"value"`
}

type cveReference struct {
	URL  string   `json:"url"`
	Tags []string `json:"tags"`
}

// cveMetric has exactly one scoring standard by the schema; real ones are read
// whatever they have.
type cveMetric struct {
	V2    *csafCVSS `json:"cvssV2_0"`
	V30   *csafCVSS `json:"cvssV3_0"`
	V31   *csafCVSS `json:"cvssV3_1"`
	V4    *csafCVSS `json:"cvssV4_0"`
	Other struct {
		Type    string          `json:"type"`
		Content json.RawMessage `json:"content"`
	} `json:"other"`
}

func parseCVE(data []byte, name string) ([]Advisory, error) {
	var in cveRecord
	if err := untrusted.DecodeJSON(data, name, &in); err != nil {
		return nil, err
	}
	id := in.Metadata.ID
	switch {
	case id == "" || in.Containers.CNA == nil && len(in.Containers.ADP) == 0:
		return nil, fault.New(fault.Invalid, "%s: is not a CVE record of format 5: /cveMetadata/cveId or /containers/cna is missing", name)
	case !cvePattern.MatchString(id):
		return nil, fault.New(fault.Invalid, "%s: /cveMetadata/cveId is %.40q instead of an id such as CVE-2026-12345", name, id)
	}
	base := Advisory{
		Source: SourceCVE, ID: id, State: in.Metadata.State,
		Published: instant(in.Metadata.Published), Modified: instant(in.Metadata.Updated), Digest: digest(data), Raw: data,
	}
	if strings.EqualFold(in.Metadata.State, "REJECTED") {
		base.Withdrawn = takenBack(instant(in.Metadata.Rejected), base.Modified, base.Published, instant(in.Metadata.Reserved))
	}
	var out []Advisory
	var copied []cveReference
	if c := in.Containers.CNA; c != nil {
		c.Provider.Name = cmp.Or(c.Provider.Name, in.Metadata.Assigner)
		out = append(out, c.advisory(base, "CNA"))
	}
	for i := range in.Containers.ADP {
		c := &in.Containers.ADP[i]
		if !c.says() && len(out) > 0 {
			copied = append(copied, c.References...)
			continue
		}
		part := "ADP " + cmp.Or(c.Provider.Name, c.Provider.OrgID, c.Title)
		for n := 2; slices.ContainsFunc(out, func(a Advisory) bool { return a.Part == part }); n++ {
			part = fmt.Sprintf("ADP %s %d", cmp.Or(c.Provider.Name, c.Provider.OrgID, c.Title), n)
		}
		out = append(out, c.advisory(base, part))
	}
	out[0].addReferences(copied)
	return out, nil
}

// says tells whether the container holds more than references.
func (c *cveContainer) says() bool {
	return len(c.Descriptions)+len(c.RejectedReasons)+len(c.Affected)+len(c.Applicability)+len(c.Metrics)+len(c.ProblemTypes)+len(c.Solutions)+len(c.Tags) > 0
}

func (c *cveContainer) advisory(a Advisory, part string) Advisory {
	a.Part, a.Publisher = part, c.Provider.Name
	if t := instant(c.Provider.Updated); !t.IsZero() && part != "CNA" {
		a.Modified = t
	}
	a.Details = inEnglish(append(slices.Clip(c.RejectedReasons), c.Descriptions...))
	a.Summary = firstLine(a.Details)
	if part == "CNA" { // the title of the others is the name of their programme
		a.Title = c.Title
	}
	for i := range c.Affected {
		a.Affected = append(a.Affected, c.Affected[i].entry())
	}
	for _, config := range c.Applicability {
		a.addConfiguration(config.Operator, config.Negate, config.Nodes)
	}
	for i := range c.Metrics {
		m := &c.Metrics[i]
		a.addScores(csafScores{V2: m.V2, V3: m.V30, V4: m.V4})
		a.addScores(csafScores{V3: m.V31})
		a.addOther(m.Other.Type, m.Other.Content)
	}
	for _, p := range c.ProblemTypes {
		for _, d := range p.Descriptions {
			if d.CWE != "" && !slices.Contains(a.CWEs, d.CWE) {
				a.CWEs = append(a.CWEs, d.CWE)
			}
		}
	}
	a.addReferences(c.References)
	return a
}

func (a *Advisory) addReferences(list []cveReference) {
	for _, r := range list {
		v := Reference{strings.Join(r.Tags, ", "), r.URL}
		if !slices.Contains(a.References, v) {
			a.References = append(a.References, v)
		}
	}
}

// addOther takes SSVC and KEV from CISA's metrics; their content has no schema,
// and another shape says nothing.
func (a *Advisory) addOther(kind string, content json.RawMessage) {
	switch kind {
	case "ssvc":
		var in struct {
			Options   []map[string]json.RawMessage `json:"options"`
			Role      string                       `json:"role"`
			Version   string                       `json:"version"`
			Timestamp string                       `json:"timestamp"`
		}
		if json.Unmarshal(content, &in) == nil {
			a.SSVC = ssvc(in.Options, in.Role, in.Version, in.Timestamp)
		}
	case "kev":
		var in struct {
			Added     string `json:"dateAdded"`
			Reference string `json:"reference"`
		}
		if json.Unmarshal(content, &in) == nil {
			added, _ := caldate.Parse(in.Added) // a day that cannot be read is not told
			a.Exploited = &Exploited{AddedOn: added, Reference: in.Reference}
		}
	}
}

// ssvc reads options such as {"Technical Impact": "total"} or, as NVD writes
// them, {"technicalImpact": "total"}.
func ssvc(options []map[string]json.RawMessage, role, treeVersion, at string) *SSVC {
	out := &SSVC{Role: role, Version: treeVersion, At: instant(at)}
	for _, option := range options {
		for key, raw := range option {
			var value string
			if json.Unmarshal(raw, &value) != nil {
				continue
			}
			switch strings.ToLower(strings.ReplaceAll(key, " ", "")) {
			case "exploitation":
				out.Exploitation = value
			case "automatable":
				out.Automatable = value
			case "technicalimpact":
				out.TechnicalImpact = value
			}
		}
	}
	return out
}

// inEnglish joins the English texts, or, where there is none, all of them.
func inEnglish(list []cveText) string {
	var english, all []string
	for _, d := range list {
		text := strings.TrimSpace(d.Value)
		if text == "" {
			continue
		}
		all = append(all, text)
		if d.Lang == "" || strings.HasPrefix(strings.ToLower(d.Lang), "en") {
			english = append(english, text)
		}
	}
	if len(english) == 0 {
		english = all
	}
	return strings.Join(english, "\n\n")
}

// maxSummaryRunes is where the first line of a description is cut for a title.
const maxSummaryRunes = 200

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	if runes := []rune(strings.TrimSpace(line)); len(runes) > maxSummaryRunes {
		return string(runes[:maxSummaryRunes]) + "…"
	}
	return strings.TrimSpace(line)
}
