package advisory

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

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
		Content csafScores `json:"content"`
	} `json:"metrics"` // CSAF 2.1
}

type csafScores struct {
	V2 *csafCVSS `json:"cvss_v2"`
	V3 *csafCVSS `json:"cvss_v3"`
	V4 *csafCVSS `json:"cvss_v4"`
}

type csafCVSS struct {
	Vector string      `json:"vectorString"`
	Score  json.Number `json:"baseScore"`
}

// CSAF reads one CSAF 2.0 document (2.1 as far as it is the same) and returns
// one Advisory for each of its vulnerabilities, in order. A document without
// vulnerabilities gives one Advisory without Affected.
//
// Every product status is read. Product ids are resolved through branches,
// full_product_names and relationships (a status lists products only; groups
// occur in remediations, flags and threats); an id that the product tree does
// not define is kept by its id alone.
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
	for _, m := range v.Metrics {
		a.addScores(m.Content)
	}
	// Statuses in a fixed order, so that the result does not hang on map order.
	for _, status := range []Status{KnownAffected, FirstAffected, LastAffected, UnderInvestigation, KnownNotAffected, Fixed, FirstFixed, Recommended} {
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
