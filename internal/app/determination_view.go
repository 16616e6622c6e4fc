package app

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"mimamori/internal/casefile"
	"mimamori/internal/fault"
	"mimamori/internal/rule"
)

// DeterminationView is a determination with who signed it.
type DeterminationView struct {
	casefile.Determination
	// Laxer tells that persons decided for less than the law asks for.
	Laxer      bool        `json:"laxer"`
	Signatures []Signature `json:"signatures"` // oldest first
	Refused    *Refusal    `json:"refused"`    // why it was not taken; nil when nobody refused it
}

// Refusal says why something was not taken, who said so and when.
type Refusal struct {
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
}

// refusal returns what the ledger tells of a refusal, nil when there was none.
func refusal(ctx context.Context, r Reader, action, kind, id string) (*Refusal, error) {
	entries, err := r.Entries(ctx, ListQuery{Filter: map[string]string{"subject_kind": kind, "subject_id": id, "action": action}, Limit: 1})
	if err != nil || len(entries.Items) == 0 {
		return nil, err
	}
	e := entries.Items[0]
	return &Refusal{By: e.Actor.Name, At: e.At, Reason: e.Reason}, nil
}

func viewDetermination(ctx context.Context, r Reader, d casefile.Determination) (DeterminationView, error) {
	view := DeterminationView{Determination: d, Laxer: d.Laxer()}
	var err error
	if view.Signatures, err = r.Signatures(ctx, signedDetermination, d.ID); err != nil || d.Status != casefile.NotTaken {
		return view, err
	}
	view.Refused, err = refusal(ctx, r, "determination.not_taken", "determination", d.ID)
	return view, err
}

// DeterminationPage is one determination with everything that its page and its
// paper show.
type DeterminationPage struct {
	Determination DeterminationView `json:"determination"` // with its record
	Signatures    []Signature       `json:"signatures"`
	Case          CaseRow           `json:"case"`
	Product       ProductRow        `json:"product"`
	Replay        Replay            `json:"replay"`
	Readings      []string          `json:"readings"` // ids of the readings that the record rests on, sorted
}

// Determination returns a determination, replayed.
func (a *App) Determination(ctx context.Context, id string) (DeterminationPage, error) {
	var page DeterminationPage
	d, err := a.Store.Determination(ctx, id)
	if err != nil {
		return page, err
	}
	if page.Determination, err = viewDetermination(ctx, a.Store, d); err != nil {
		return page, err
	}
	page.Signatures = page.Determination.Signatures
	c, err := a.Store.Case(ctx, d.CaseID)
	if err != nil {
		return page, err
	}
	var view CaseView
	if err := a.addRows(ctx, &view, c); err != nil {
		return page, err
	}
	page.Case, page.Product = view.Case, view.Product
	if page.Replay, err = a.replay(ctx, d, c); err != nil {
		return page, err
	}
	recorded, err := readRecord(d)
	if err != nil {
		return page, err
	}
	page.Readings = readingsOf(recorded)
	return page, nil
}

// DeterminationRecord returns the record of a determination byte for byte.
func (a *App) DeterminationRecord(ctx context.Context, id string) (File, error) {
	d, err := a.Store.Determination(ctx, id)
	if err != nil {
		return File{}, err
	}
	c, err := a.Store.Case(ctx, d.CaseID)
	return File{Name: fmt.Sprintf("%s-%d.json", c.Number, d.Version), Content: d.Record}, err
}

// readRecord reads the record of a determination of either format. One of the
// first format has no notice and no duties.
func readRecord(d casefile.Determination) (rule.Joined, error) {
	var recorded rule.Joined
	if err := json.Unmarshal(d.Record, &recorded); err != nil {
		return recorded, fault.Wrap(fault.Internal, err, "the record of a determination is not readable")
	}
	if recorded.Format == 0 {
		recorded.Law = []rule.Ref{recorded.Answer.Rulebook}
	}
	return recorded, nil
}

// readingsOf lists the readings of the rules that apply or may apply in a
// record, sorted.
func readingsOf(recorded rule.Joined) []string {
	readings := []string{}
	proofs := [][]rule.ProofLine{recorded.Answer.Proof}
	if recorded.Notice != nil {
		proofs = append(proofs, recorded.Notice.Proof)
	}
	for _, d := range recorded.Duties {
		proofs = append(proofs, d.Proof)
	}
	for _, proof := range proofs {
		for _, line := range proof {
			if line.Reading != "" && line.State != rule.IsExcluded {
				readings = append(readings, line.Reading)
			}
		}
	}
	slices.Sort(readings)
	return slices.Compact(readings)
}
