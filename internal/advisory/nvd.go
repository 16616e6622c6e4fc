package advisory

import (
	"encoding/json"
	"io"
	"iter"
	"slices"
	"strings"

	"mimamori/internal/caldate"
	"mimamori/internal/fault"
	"mimamori/internal/untrusted"
)

// NVD yields the records of r: a feed of version 1.1 ("CVE_Items"), a feed or
// an answer of the API 2.0 ("vulnerabilities"), or records after one another,
// among them those of nvd-data-overrides, which give configurations for CVE
// ids that NVD has not analysed.
//
// The vulnerable criteria become Affected, with the names of one product and
// one pair of bounds in one entry; conditions become Configurations. An
// override has the Part "override": it stands beside NVD's own record.
//
// A record without configurations has no Affected, which means that NVD says
// nothing, never that nothing is affected. Rejected records are withdrawn.
func NVD(r io.Reader, name string) iter.Seq2[Advisory, error] {
	return records(r, name, "NVD", []string{"CVE_Items", "vulnerabilities"}, parseNVD)
}

// nvdRecord has the members of all forms.
type nvdRecord struct {
	CVE        json.RawMessage `json:"cve"`
	Annotation *struct {
		CVE         string   `json:"cve_id"`
		Description string   `json:"description"`
		Reason      string   `json:"reason"`
		Published   string   `json:"published"`
		Modified    string   `json:"modified"`
		References  []string `json:"references"`
	} `json:"_annotation"` // overrides
	nvdItem // feed 1.1
}

func parseNVD(data []byte, name string) ([]Advisory, error) {
	var in nvdRecord
	if err := untrusted.DecodeJSON(data, name, &in); err != nil {
		return nil, err
	}
	a := Advisory{Source: SourceNVD, Publisher: "NVD", Digest: digest(data), Raw: data}
	var err error
	switch {
	case in.Annotation != nil:
		a.Part, a.Publisher = "override", "Anchore, nvd-data-overrides"
		a.ID, a.Published, a.Modified = in.Annotation.CVE, instant(in.Annotation.Published), instant(in.Annotation.Modified)
		a.Details = joined(in.Annotation.Description, in.Annotation.Reason)
		for _, url := range in.Annotation.References {
			a.References = append(a.References, Reference{URL: url})
		}
		err = a.nvd2(in.CVE, name+" /cve")
	case in.Published != "" || in.Configurations.Nodes != nil:
		err = a.nvd1(in.CVE, &in.nvdItem, name+" /cve")
	case len(in.CVE) > 0:
		err = a.nvd2(in.CVE, name+" /cve")
	default:
		return nil, fault.New(fault.Invalid, "%s: is not an NVD record: /cve is missing", name)
	}
	if err != nil {
		return nil, err
	}
	if !cvePattern.MatchString(a.ID) {
		return nil, fault.New(fault.Invalid, "%s: is not an NVD record: its id is %.40q instead of one such as CVE-2026-12345", name, a.ID)
	}
	if strings.EqualFold(a.State, "Rejected") || strings.HasPrefix(a.Details, "** REJECT") || strings.HasPrefix(a.Details, "Rejected reason:") {
		a.Withdrawn = takenBack(a.Modified, a.Published)
	}
	a.Summary = firstLine(a.Details)
	return []Advisory{a}, nil
}

func joined(texts ...string) string {
	texts = slices.DeleteFunc(texts, func(t string) bool { return strings.TrimSpace(t) == "" })
	return strings.Join(texts, "\n\n")
}

// nvd2 reads the CVE object of API 2.0.
func (a *Advisory) nvd2(data []byte, name string) error {
	var in struct {
		ID             string             `json:"id"`
		Published      string             `json:"published"`
		Modified       string             `json:"lastModified"`
		State          string             `json:"vulnStatus"`
		Descriptions   []cveText          `json:"descriptions"`
		Metrics        nvdMetrics         `json:"metrics"`
		ExploitAdd     string             `json:"cisaExploitAdd"`
		ActionDue      string             `json:"cisaActionDue"`
		RequiredAction string             `json:"cisaRequiredAction"`
		ExploitName    string             `json:"cisaVulnerabilityName"`
		References     []cveReference     `json:"references"`
		Configurations []nvdConfiguration `json:"configurations"`
		Weaknesses     []struct {
			Description []cveText `json:"description"`
		} `json:"weaknesses"`
		Affected []struct {
			Source string        `json:"source"`
			Data   []cveAffected `json:"affectedData"`
		} `json:"affected"`
	}
	if err := untrusted.DecodeJSON(data, name, &in); err != nil {
		return err
	}
	if in.ID != "" {
		a.ID, a.State = in.ID, in.State
		a.Published, a.Modified, a.Details = instant(in.Published), instant(in.Modified), inEnglish(in.Descriptions)
	}
	for _, w := range in.Weaknesses {
		a.addWeaknesses(w.Description)
	}
	if added, err := caldate.Parse(in.ExploitAdd); err == nil {
		due, _ := caldate.Parse(in.ActionDue) // a due day that cannot be read is no due day
		a.Exploited = &Exploited{AddedOn: added, DueOn: due, Name: in.ExploitName, Action: in.RequiredAction}
	}
	in.Metrics.addTo(a)
	a.addReferences(in.References)
	for _, c := range in.Configurations {
		a.addConfiguration(c.Operator, c.Negate, c.Nodes)
	}
	for _, source := range in.Affected {
		for i := range source.Data {
			a.Affected = append(a.Affected, source.Data[i].entry())
		}
	}
	return nil
}

func (a *Advisory) addWeaknesses(list []cveText) {
	for _, d := range list {
		if strings.HasPrefix(d.Value, "CWE-") && !slices.Contains(a.CWEs, d.Value) {
			a.CWEs = append(a.CWEs, d.Value)
		}
	}
}

// nvdMetrics are the scores of API 2.0, each with who gave it.
type nvdMetrics struct {
	V2   []nvdMetric `json:"cvssMetricV2"`
	V30  []nvdMetric `json:"cvssMetricV30"`
	V31  []nvdMetric `json:"cvssMetricV31"`
	V40  []nvdMetric `json:"cvssMetricV40"`
	SSVC []struct {
		Data struct {
			Options   []map[string]json.RawMessage `json:"options"`
			Role      string                       `json:"role"`
			Version   string                       `json:"version"`
			Timestamp string                       `json:"timestamp"`
		} `json:"ssvcData"`
	} `json:"ssvcV203"`
}

type nvdMetric struct {
	Source string   `json:"source"`
	Type   string   `json:"type"`
	Data   csafCVSS `json:"cvssData"`
}

func (m *nvdMetrics) addTo(a *Advisory) {
	for _, group := range []struct {
		kind string
		list []nvdMetric
	}{{"CVSS_V4", m.V40}, {"CVSS_V3", m.V31}, {"CVSS_V3", m.V30}, {"CVSS_V2", m.V2}} {
		for _, s := range group.list {
			a.Severities = append(a.Severities, Severity{Type: group.kind, Vector: s.Data.Vector, Score: s.Data.Score.String(), Source: s.Source, Kind: s.Type})
		}
	}
	for _, s := range m.SSVC {
		a.SSVC = ssvc(s.Data.Options, s.Data.Role, s.Data.Version, s.Data.Timestamp)
	}
}

// nvdItem is what stands beside "cve" in the feeds 1.1.
type nvdItem struct {
	Configurations struct {
		Nodes []nvdNode `json:"nodes"`
	} `json:"configurations"`
	Impact struct {
		V3 struct {
			CVSS csafCVSS `json:"cvssV3"`
		} `json:"baseMetricV3"`
		V2 struct {
			CVSS csafCVSS `json:"cvssV2"`
		} `json:"baseMetricV2"`
	} `json:"impact"`
	Published string `json:"publishedDate"`
	Modified  string `json:"lastModifiedDate"`
}

func (a *Advisory) nvd1(data []byte, item *nvdItem, name string) error {
	var in struct {
		Meta struct {
			ID string `json:"ID"`
		} `json:"CVE_data_meta"`
		ProblemType struct {
			Data []struct {
				Description []cveText `json:"description"`
			} `json:"problemtype_data"`
		} `json:"problemtype"`
		References struct {
			Data []cveReference `json:"reference_data"`
		} `json:"references"`
		Description struct {
			Data []cveText `json:"description_data"`
		} `json:"description"`
	}
	if err := untrusted.DecodeJSON(data, name, &in); err != nil {
		return err
	}
	a.ID, a.Published, a.Modified = in.Meta.ID, instant(item.Published), instant(item.Modified)
	a.Details = inEnglish(in.Description.Data)
	for _, p := range in.ProblemType.Data {
		a.addWeaknesses(p.Description)
	}
	for kind, c := range map[string]csafCVSS{"CVSS_V3": item.Impact.V3.CVSS, "CVSS_V2": item.Impact.V2.CVSS} {
		if c.Vector != "" {
			a.Severities = append(a.Severities, Severity{Type: kind, Vector: c.Vector, Score: c.Score.String(), Source: "nvd@nist.gov"})
		}
	}
	slices.SortFunc(a.Severities, func(x, y Severity) int { return strings.Compare(y.Type, x.Type) })
	a.addReferences(in.References.Data)
	for i := range item.Configurations.Nodes { // the nodes are alternatives
		a.addConfiguration("OR", false, item.Configurations.Nodes[i:i+1])
	}
	return nil
}
