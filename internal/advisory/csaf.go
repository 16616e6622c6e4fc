package advisory

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"mimamori/internal/caldate"
	"mimamori/internal/fault"
	"mimamori/internal/untrusted"
)

// maxCSAFBytes limits one document; the largest published are about 30 MB.
const maxCSAFBytes = 64 << 20

type csafDocument struct {
	Document struct {
		Category    string `json:"category"`
		CSAFVersion string `json:"csaf_version"`
		Title       string `json:"title"`
		Publisher   struct {
			Name string `json:"name"`
		} `json:"publisher"`
		Notes      []csafNote      `json:"notes"`
		References []csafReference `json:"references"`
		Tracking   struct {
			ID      string   `json:"id"`
			Aliases []string `json:"aliases"`
			Initial string   `json:"initial_release_date"`
			Current string   `json:"current_release_date"`
		} `json:"tracking"`
	} `json:"document"`
	ProductTree     csafTree            `json:"product_tree"`
	Vulnerabilities []csafVulnerability `json:"vulnerabilities"`
}

type csafNote struct {
	Category string `json:"category"`
	Text     string `json:"text"`
	Title    string `json:"title"`
}

type csafReference struct {
	Category string `json:"category"`
	URL      string `json:"url"`
}

type csafVulnerability struct {
	CVE string `json:"cve"`
	IDs []struct {
		Text string `json:"text"`
	} `json:"ids"`
	Title string `json:"title"`
	CWE   struct {
		ID string `json:"id"`
	} `json:"cwe"`
	CWEs []struct {
		ID string `json:"id"`
	} `json:"cwes"`
	Notes         []csafNote          `json:"notes"`
	References    []csafReference     `json:"references"`
	ReleaseDate   string              `json:"release_date"`
	ProductStatus map[string][]string `json:"product_status"`
	Scores        []csafScores        `json:"scores"` // CSAF 2.0
	Metrics       []struct {
		Content csafMetric `json:"content"`
		Source  string     `json:"source"`
	} `json:"metrics"` // CSAF 2.1
	Exploitation []struct {
		Date string `json:"exploitation_date"`
	} `json:"first_known_exploitation_dates"` // CSAF 2.1
	Flags []struct {
		Label string `json:"label"`
		csafTargets
	} `json:"flags"`
	Threats []struct {
		Category string `json:"category"`
		Details  string `json:"details"`
		csafTargets
	} `json:"threats"`
	Remediations []struct {
		Category string `json:"category"`
		Details  string `json:"details"`
		csafTargets
	} `json:"remediations"`
}

type csafScores struct {
	V2 *csafCVSS `json:"cvss_v2"`
	V3 *csafCVSS `json:"cvss_v3"`
	V4 *csafCVSS `json:"cvss_v4"`
}

// csafMetric is a metric of CSAF 2.1.
type csafMetric struct {
	csafScores
	Qualitative string `json:"qualitative_severity_rating"`
	SSVC        *struct {
		Timestamp  string `json:"timestamp"`
		Selections []struct {
			Name   string `json:"name"`
			Key    string `json:"key"`
			Values []struct {
				Name string `json:"name"`
				Key  string `json:"key"`
			} `json:"values"`
		} `json:"selections"`
	} `json:"ssvc_v2"`
}

// csafStatuses are all product statuses in a fixed order, so that no result
// hangs on map order.
var csafStatuses = []Status{KnownAffected, FirstAffected, LastAffected, UnderInvestigation, UnknownStatus, KnownNotAffected, Fixed, FirstFixed, Recommended}

type csafCVSS struct {
	Vector string      `json:"vectorString"`
	Score  json.Number `json:"baseScore"`
}

// CSAF reads one CSAF 2.0 or 2.1 document and returns
// one Advisory for each of its vulnerabilities, in order. A document without
// vulnerabilities gives one Advisory without Affected.
//
// Every product status is read. Product ids are resolved through branches,
// full_product_names and relationships or, in 2.1, product_paths (a status lists
// products only; groups occur in remediations, flags and threats); an id that
// the product tree does not define is kept by its id alone.
func CSAF(r io.Reader, name string) ([]Advisory, error) {
	data, err := untrusted.ReadText(r, name, maxCSAFBytes)
	if err != nil {
		return nil, err
	}
	var in csafDocument
	if err := untrusted.DecodeJSON(data, name, &in); err != nil {
		return nil, err
	}
	if in.Document.Tracking.ID == "" {
		return nil, fault.New(fault.Invalid, "%s: is not a CSAF document: /document/tracking/id is missing", name)
	}
	base := Advisory{
		Source: SourceCSAF, ID: in.Document.Tracking.ID, Publisher: in.Document.Publisher.Name, Title: in.Document.Title,
		Modified: instant(in.Document.Tracking.Current), Published: instant(in.Document.Tracking.Initial),
		Details: notes(in.Document.Notes), Digest: digest(data), Raw: data,
		References: references(in.Document.References),
	}
	if len(in.Vulnerabilities) == 0 {
		return []Advisory{base}, nil
	}
	products := in.ProductTree.products()
	out := make([]Advisory, 0, len(in.Vulnerabilities))
	for i := range in.Vulnerabilities {
		out = append(out, in.Vulnerabilities[i].advisory(base, i, products))
	}
	return out, nil
}

func (v *csafVulnerability) advisory(a Advisory, index int, products map[string]Affected) Advisory {
	a.Part = v.CVE
	if a.Part == "" {
		a.Part = fmt.Sprintf("#%d", index+1)
	} else {
		a.Aliases = append(a.Aliases, v.CVE)
	}
	for _, id := range v.IDs {
		if id.Text != "" && !slices.Contains(a.Aliases, id.Text) {
			a.Aliases = append(a.Aliases, id.Text)
		}
	}
	if v.Title != "" {
		a.Summary = v.Title
	}
	if text := notes(v.Notes); text != "" {
		a.Details = text
	}
	a.References = append(slices.Clip(a.References), references(v.References)...)
	if v.CWE.ID != "" {
		a.CWEs = append(a.CWEs, v.CWE.ID)
	}
	for _, c := range v.CWEs {
		a.CWEs = append(a.CWEs, c.ID)
	}
	for _, s := range v.Scores {
		a.addScores(s)
	}
	for i := range v.Metrics {
		a.addMetric(&v.Metrics[i].Content)
	}
	for _, e := range v.Exploitation { // the first day of all products
		day := caldate.Of(instant(e.Date), time.UTC)
		if !instant(e.Date).IsZero() && (a.Exploited == nil || day.Before(a.Exploited.AddedOn)) {
			a.Exploited = &Exploited{AddedOn: day, Name: "first known exploitation"}
		}
	}
	for _, status := range csafStatuses {
		for _, id := range v.ProductStatus[string(status)] {
			p, known := products[id]
			if !known {
				p = Affected{ProductID: id}
			}
			p.Status = status
			a.Affected = append(a.Affected, p)
		}
	}
	return a
}

// addMetric takes a metric of CSAF 2.1. SSVC decision points are told by their
// names, or by the keys that CISA's tree has for them.
func (a *Advisory) addMetric(m *csafMetric) {
	a.addScores(m.csafScores)
	if v := (Severity{Type: "qualitative", Score: m.Qualitative}); m.Qualitative != "" && !slices.Contains(a.Severities, v) {
		a.Severities = append(a.Severities, v)
	}
	if m.SSVC == nil {
		return
	}
	out := &SSVC{At: instant(m.SSVC.Timestamp)}
	for _, s := range m.SSVC.Selections {
		var values []string
		for _, value := range s.Values {
			values = append(values, strings.ToLower(cmp.Or(value.Name, value.Key)))
		}
		text := strings.Join(values, " or ")
		switch {
		case s.Name == "Exploitation" || s.Name == "" && s.Key == "E":
			out.Exploitation = text
		case s.Name == "Automatable" || s.Name == "" && s.Key == "A":
			out.Automatable = text
		case s.Name == "Technical Impact" || s.Name == "" && s.Key == "TI":
			out.TechnicalImpact = text
		}
	}
	a.SSVC = out
}

func (a *Advisory) addScores(s csafScores) {
	for _, c := range []struct {
		kind string
		*csafCVSS
	}{{"CVSS_V2", s.V2}, {"CVSS_V3", s.V3}, {"CVSS_V4", s.V4}} {
		if c.csafCVSS == nil {
			continue
		}
		v := Severity{Type: c.kind, Vector: c.Vector, Score: c.Score.String()}
		if !slices.Contains(a.Severities, v) {
			a.Severities = append(a.Severities, v)
		}
	}
}

// notes joins the notes that describe: summary first, then description and
// details.
func notes(list []csafNote) string {
	var texts []string
	for _, category := range []string{"summary", "description", "details", "general"} {
		for _, n := range list {
			if n.Category == category && strings.TrimSpace(n.Text) != "" {
				texts = append(texts, strings.TrimSpace(n.Text))
			}
		}
	}
	return strings.Join(texts, "\n\n")
}

func references(list []csafReference) []Reference {
	var out []Reference
	for _, r := range list {
		out = append(out, Reference{r.Category, r.URL})
	}
	return out
}
