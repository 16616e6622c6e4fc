package app

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"mimamori/internal/advisory"
	"mimamori/internal/match"
	"mimamori/internal/sbom"
)

// StatementView is a VEX statement beside the findings that it is about.
type StatementView struct {
	ID                 string             `json:"id"`
	Source             string             `json:"source"`   // "vex", "sbom" or "pedigree"
	Format             string             `json:"format"`   // "CSAF", "OpenVEX", "CycloneDX"
	Document           string             `json:"document"` // its id
	Issuer             string             `json:"issuer"`   // as the document says, which proves nothing; may be empty
	IssuerKey          string             `json:"issuer_key"`
	Trust              Trust              `json:"trust"`
	Vulnerability      string             `json:"vulnerability"` // as the document names it
	Status             advisory.VEXStatus `json:"status"`
	StatusLabel        string             `json:"status_label"` // the document's own word
	Justification      string             `json:"justification"`
	JustificationLabel string             `json:"justification_label"`
	Impact             string             `json:"impact"` // why it is not affected, in words
	Action             string             `json:"action"` // what to do, in words
	StatedAt           time.Time          `json:"stated_at"`
	RestatedAt         time.Time          `json:"restated_at"`
	ImportedAt         time.Time          `json:"imported_at"`
	SupersededAt       time.Time          `json:"superseded_at"` // zero: in force
	Products           []string           `json:"products"`      // the first of what it is about, in words
	ProductCount       int                `json:"product_count"`
	Within             []string           `json:"within"`   // it speaks of a part within these products only
	Concerns           []Concern          `json:"concerns"` // our products with an open finding that it is about
}

// Concern is a product of ours whose open findings a statement is about.
type Concern struct {
	ProductID string             `json:"product_id"`
	BrandName string             `json:"brand_name"`
	Covered   int                `json:"covered"`  // open findings of components that it names by an identifier
	Open      int                `json:"open"`     // all open findings of the product and the vulnerability
	Decision  *StatementDecision `json:"decision"` // the newest; nil: nobody has decided
}

// Partial tells that the statement does not speak of all open findings of the
// product, or of its components only as parts of something else.
func (c Concern) partial(s StatementView) bool { return c.Covered < c.Open || len(s.Within) > 0 }

const (
	maxStatements = 100    // of one vulnerability that are shown
	maxProducts   = 20     // of one statement that are shown
	maxTouched    = 10_000 // components of our products that statements are held against
)

// viewStatement is a statement without its concerns.
func viewStatement(s Statement) StatementView {
	v := StatementView{
		ID: s.ID, Source: s.Source, Format: s.Format, Document: s.Document, Issuer: s.Issuer, IssuerKey: IssuerKey(s.Issuer), Trust: s.Trust,
		Vulnerability: s.Vulnerability, Status: s.Status, StatusLabel: s.StatusLabel, Justification: s.Justification, JustificationLabel: s.JustificationLabel,
		Impact: s.Impact, Action: s.Action, StatedAt: s.StatedAt, RestatedAt: s.RestatedAt, ImportedAt: s.ImportedAt, SupersededAt: s.SupersededAt,
		Products: []string{}, ProductCount: len(s.Products), Within: []string{}, Concerns: []Concern{},
	}
	for _, p := range s.Products[:min(len(s.Products), maxProducts)] {
		v.Products = append(v.Products, productText(p))
	}
	for _, p := range s.Products {
		if len(p.Subcomponents) > 0 && len(v.Within) < maxProducts {
			v.Within = append(v.Within, productName(p))
		}
	}
	return v
}

// productText is what a statement is about, in one line.
func productText(p advisory.Product) string {
	text := productName(p)
	if p.On != "" {
		text += " (" + p.On + ")"
	}
	if len(p.Subcomponents) > 0 {
		var parts []string
		for _, sub := range p.Subcomponents[:min(len(p.Subcomponents), maxProducts)] {
			parts = append(parts, productName(sub))
		}
		text = strings.Join(parts, ", ") + " ⊂ " + text
	}
	return text
}

func productName(p advisory.Product) string {
	if len(p.Purls) > 0 {
		return p.Purls[0]
	}
	named := strings.TrimSpace(p.Vendor + " " + strings.TrimSpace(p.Name+" "+p.Version))
	if p.Name == "" && len(p.CPEs) > 0 {
		return p.CPEs[0]
	}
	return cmp.Or(named, p.ID)
}

// statementsAbout returns what VEX statements say about a vulnerability: those
// in force first, among them the trusted and the newest, and how many there are.
func statementsAbout(ctx context.Context, r Reader, vulnerabilityID string) ([]StatementView, int, error) {
	var kept []Statement
	total := 0
	for _, state := range []string{"in_force", "superseded"} {
		list, err := r.Statements(ctx, ListQuery{Filter: map[string]string{"vulnerability": vulnerabilityID, "state": state}, Limit: maxStatements})
		if err != nil {
			return nil, 0, err
		}
		kept, total = append(kept, list.Items...), total+list.Total
	}
	kept = kept[:min(len(kept), maxStatements)]
	concerns, err := concernsOf(ctx, r, vulnerabilityID, kept)
	if err != nil {
		return nil, 0, err
	}
	views := make([]StatementView, len(kept))
	for i, s := range kept {
		views[i] = viewStatement(s)
		views[i].Concerns = concerns[i]
	}
	slices.SortStableFunc(views, func(a, b StatementView) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), b.RestatedAt.Compare(a.RestatedAt))
	})
	return views, total, nil
}

// rank puts what a person has to decide first: in force and about our products,
// of an issuer that is trusted.
func rank(s StatementView) int {
	n := 0
	if !s.SupersededAt.IsZero() {
		n += 100
	}
	if len(s.Concerns) == 0 {
		n += 10
	}
	switch s.Trust {
	case Trusted:
	case TrustUnknown:
		n++
	case Untrusted:
		n += 2
	}
	return n
}

// concernsOf tells for each statement which of our products it is about. A
// statement in an SBOM is about the releases that use the SBOM only.
func concernsOf(ctx context.Context, r Reader, vulnerabilityID string, statements []Statement) ([][]Concern, error) {
	out := make([][]Concern, len(statements))
	touched := map[string][]TouchedComponent{} // SBOM that a statement stands in, or "" → components
	ids := []string{}
	for i, s := range statements {
		out[i] = []Concern{}
		for _, sbomID := range []string{"", sbomOf(s)} {
			if _, known := touched[sbomID]; known {
				continue
			}
			found, err := r.TouchedComponents(ctx, vulnerabilityID, sbomID, maxTouched)
			if err != nil {
				return nil, err
			}
			touched[sbomID] = found
			for _, t := range found {
				ids = append(ids, t.ComponentID)
			}
		}
	}
	slices.Sort(ids)
	components, err := r.Components(ctx, slices.Compact(ids))
	if err != nil || len(components) == 0 {
		return out, err
	}
	place, read := map[string]int{}, make([]sbom.Component, len(components))
	for i, c := range components {
		place[c.ID], read[i] = i, componentOf(c)
	}
	said, statementIDs := make([]advisory.Statement, len(statements)), make([]string, len(statements))
	for i, s := range statements {
		said[i], statementIDs[i] = s.Statement, s.ID
	}
	named := match.Concerns(said, read)
	decisions, err := newestDecisions(ctx, r, statementIDs)
	if err != nil {
		return nil, err
	}
	open := map[string]int{} // product → open findings
	for _, t := range touched[""] {
		open[t.ProductID] += t.Findings
	}
	if len(touched[""]) == maxTouched { // there may be more: no statement is taken to speak of all
		for id := range open {
			open[id]++
		}
	}
	for i, s := range statements {
		if !s.SupersededAt.IsZero() {
			continue
		}
		for _, t := range touched[sbomOf(s)] {
			if !named[i][place[t.ComponentID]] {
				continue
			}
			if n := len(out[i]); n == 0 || out[i][n-1].ProductID != t.ProductID { // those of one product are together
				c := Concern{ProductID: t.ProductID, BrandName: t.BrandName, Open: open[t.ProductID]}
				if d, decided := decisions[decided{s.ID, t.ProductID}]; decided {
					c.Decision = &d
				}
				out[i] = append(out[i], c)
			}
			out[i][len(out[i])-1].Covered += t.Findings
		}
	}
	return out, nil
}

// sbomOf is the SBOM that a statement stands in, or "".
func sbomOf(s Statement) string {
	if id, own := strings.CutPrefix(s.Document, ownDocument); own && s.Source != StatementVEX {
		return id
	}
	return ""
}

// decided is what there is one newest decision for.
type decided struct{ statement, product string }

func newestDecisions(ctx context.Context, r Reader, statementIDs []string) (map[decided]StatementDecision, error) {
	list, err := r.StatementDecisions(ctx, statementIDs)
	out := map[decided]StatementDecision{}
	for _, d := range list { // newest first
		key := decided{d.StatementID, d.ProductID}
		if _, newer := out[key]; !newer {
			out[key] = d
		}
	}
	return out, err
}

// Statements lists VEX statements without what they concern.
func (a *App) Statements(ctx context.Context, q ListQuery) (List[StatementView], error) {
	found, err := a.Store.Statements(ctx, q)
	out := List[StatementView]{Items: make([]StatementView, len(found.Items)), Next: found.Next, Total: found.Total}
	for i, s := range found.Items {
		out.Items[i] = viewStatement(s)
	}
	return out, err
}
