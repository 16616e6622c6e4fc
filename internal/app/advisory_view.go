package app

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"mimamori/internal/advisory"
	"mimamori/internal/caldate"
	"mimamori/internal/cvss"
)

// AdvisoryView is what one source says.
type AdvisoryView struct {
	ID          string         `json:"id"`
	Source      string         `json:"source"`
	RecordID    string         `json:"record_id"`
	Part        string         `json:"part"`
	Publisher   string         `json:"publisher"` // who issued it, where the record says so
	State       string         `json:"state"`     // the record's own word on how far it is: "Analyzed", "Deferred"; ""
	Title       string         `json:"title"`
	Summary     string         `json:"summary"`
	Severity    string         `json:"severity"`
	Severities  []SeverityView `json:"severities"`
	PublishedAt time.Time      `json:"published_at"`
	ModifiedAt  time.Time      `json:"modified_at"`
	ImportedAt  time.Time      `json:"imported_at"`
	WithdrawnAt time.Time      `json:"withdrawn_at"`
	GoneAt      time.Time      `json:"gone_at"`        // since when it is missing in its source; zero: it is there
	Affected    []string       `json:"affected"`       // package or product with its versions, in words; at most 50
	Entries     int            `json:"affected_count"` // of them in all
	References  []string       `json:"references"`     // at most 100
	SSVC        *SSVCView      `json:"ssvc"`
	Exploited   *ExploitedView `json:"exploited"`
}

// SSVCView is a prioritization by CISA's tree, in the words as published.
type SSVCView struct {
	Exploitation    string    `json:"exploitation"` // "none", "poc" or "active"
	Automatable     string    `json:"automatable"`
	TechnicalImpact string    `json:"technical_impact"`
	Role            string    `json:"role"`
	Version         string    `json:"version"` // of the tree
	At              time.Time `json:"at"`
}

// ExploitedView says that the record itself carries an entry of the KEV
// catalogue.
type ExploitedView struct {
	AddedOn   caldate.Date `json:"added_on"`
	DueOn     caldate.Date `json:"due_on"`
	Name      string       `json:"name"`
	Reference string       `json:"reference"`
}

// SeverityView is one score as the publisher gave it, with the base score and
// band that its vector has.
type SeverityView struct {
	Type   string `json:"type"` // for example "CVSS_V3"
	Vector string `json:"vector"`
	Score  string `json:"score"` // "" when the vector cannot be read and the publisher gave none
	Band   string `json:"band"`
	By     string `json:"by"` // who scored, where the record tells
}

const (
	maxShownAffected   = 50
	maxShownReferences = 100
	maxShownVersions   = 8 // of one entry, listed one by one
)

func advisoryView(s Advisory, gone time.Time) (AdvisoryView, *advisory.Advisory, error) {
	var body advisory.Advisory
	if err := json.Unmarshal(s.Body, &body); err != nil {
		return AdvisoryView{}, nil, err
	}
	v := AdvisoryView{
		ID: s.ID, Source: s.Source, RecordID: s.RecordID, Part: s.Part, Publisher: body.Publisher, State: body.State, Title: s.Title, Summary: cmp.Or(body.Details, body.Summary),
		Severity: s.Severity, Severities: severityViews(body.Severities), PublishedAt: s.PublishedAt, ModifiedAt: s.ModifiedAt, ImportedAt: s.ImportedAt,
		WithdrawnAt: s.WithdrawnAt, GoneAt: gone, Affected: []string{}, References: []string{},
	}
	for i := range body.Affected {
		text := affectedText(body.Affected[i])
		if text == "" { // "n/a" names nothing
			continue
		}
		if v.Entries++; len(v.Affected) < maxShownAffected {
			v.Affected = append(v.Affected, text)
		}
	}
	for _, r := range body.References[:min(len(body.References), maxShownReferences)] {
		v.References = append(v.References, r.URL)
	}
	if x := body.SSVC; x != nil {
		v.SSVC = &SSVCView{x.Exploitation, x.Automatable, x.TechnicalImpact, x.Role, x.Version, x.At}
	}
	if x := body.Exploited; x != nil {
		v.Exploited = &ExploitedView{x.AddedOn, x.DueOn, x.Name, x.Reference}
	}
	return v, &body, nil
}

func severityViews(given []advisory.Severity) []SeverityView {
	out := []SeverityView{}
	for _, s := range given {
		v := SeverityView{Type: s.Type, Vector: s.Vector, Score: s.Score, By: s.Source}
		if score, err := cvss.Score(s.Vector); err == nil {
			v.Score, v.Band = fmt.Sprintf("%.1f", score), string(cvss.BandOf(score))
		}
		out = append(out, v)
	}
	return out
}

// affectedText says in one line which package or product and which versions.
func affectedText(a advisory.Affected) string {
	spans := a.Spans()
	if len(spans) > maxShownVersions {
		spans = append(spans[:maxShownVersions:maxShownVersions], "…")
	}
	return strings.TrimSpace(a.Label() + " " + strings.Join(spans, ", "))
}

// DisagreementView is a point on which sources disagree.
type DisagreementView struct {
	Kind  advisory.DisagreementKind `json:"kind"`  // "score", "range", "status", "withdrawn" or "exploitation"
	About string                    `json:"about"` // CVSS version or product
	Says  []SaidView                `json:"says"`
}

// SaidView is what one source says on the point.
type SaidView struct {
	Advisory int    `json:"advisory"` // place in the list of advisories
	By       string `json:"by"`       // who within the record, where it tells
	Text     string `json:"text"`
}

func viewDisagreements(found []advisory.Disagreement) []DisagreementView {
	out := []DisagreementView{}
	for _, d := range found {
		v := DisagreementView{Kind: d.Kind, About: d.About, Says: []SaidView{}}
		for _, s := range d.Says {
			v.Says = append(v.Says, SaidView{s.Voice, s.By, s.Text})
		}
		out = append(out, v)
	}
	return out
}

// Gap is something that nobody says about a vulnerability. It is unknown, and
// never good news.
type Gap string

// The gaps.
const (
	GapOneSource Gap = "one_source" // only one record is in force
	GapNoSource  Gap = "no_source"  // every record was withdrawn, or is missing in its source
	GapNoCPE     Gap = "no_cpe"     // NVD has no CPE, or does not say anything at all
	GapNoProduct Gap = "no_product" // no record names an affected product
	GapNoScore   Gap = "no_score"   // no record has a score
)

// gapsOf lists what the voices leave open.
func gapsOf(voices []advisory.Voice, v Vulnerability) []Gap {
	out := []Gap{}
	inForce := 0
	var cpe, product, score bool
	for _, voice := range voices {
		if voice.Silent {
			continue
		}
		inForce++
		score = score || len(voice.Advisory.Severities) > 0
		for i := range voice.Advisory.Affected {
			a := &voice.Advisory.Affected[i]
			product = product || a.Status.Open()
			cpe = cpe || voice.Advisory.Source == advisory.SourceNVD && len(a.CPEs) > 0
		}
	}
	if inForce == 0 {
		return append(out, GapNoSource)
	}
	if inForce == 1 {
		out = append(out, GapOneSource)
	}
	if !cpe && len(cvesOf(v.Aliases)) > 0 {
		out = append(out, GapNoCPE)
	}
	if !product {
		out = append(out, GapNoProduct)
	}
	if !score {
		out = append(out, GapNoScore)
	}
	return out
}
