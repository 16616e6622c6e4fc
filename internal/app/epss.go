package app

import (
	"context"
	"strings"
	"time"

	"mimamori/internal/advisory"
	"mimamori/internal/caldate"
	"mimamori/internal/fault"
)

// EPSS is the newest score of a CVE and the one before it. A CVE that has none
// is unknown, not unlikely.
type EPSS struct {
	CVE         string       `json:"cve"`
	Probability float64      `json:"probability"` // of exploitation within 30 days of the day, in [0, 1]
	Percentile  float64      `json:"percentile"`  // in [0, 1]: the part of all scored CVEs at or below
	ScoredOn    caldate.Date `json:"scored_on"`
	Model       string       `json:"model"`  // "" when the file did not tell it
	Before      *EPSSBefore  `json:"before"` // nil: no score before
}

// EPSSBefore is the score before the newest one.
type EPSSBefore struct {
	Probability float64      `json:"probability"`
	Percentile  float64      `json:"percentile"`
	ScoredOn    caldate.Date `json:"scored_on"`
	Model       string       `json:"model"`
	// Comparable tells that both are of the same model: scores of different models do not compare.
	Comparable bool `json:"comparable"`
}

// EPSSJump is a score that moved by a tenth or more between two files of one model.
type EPSSJump struct {
	CVE      string       `json:"cve"`
	From     float64      `json:"from"`
	To       float64      `json:"to"`
	BeforeOn caldate.Date `json:"before_on"`
	ScoredOn caldate.Date `json:"scored_on"`
	Model    string       `json:"model"`
}

// EPSSReader has the reads of EPSS scores.
type EPSSReader interface {
	EPSS(ctx context.Context, cves []string) ([]EPSS, error)          // by CVE; those without a score are left out
	EPSSJumps(ctx context.Context, cves []string) ([]EPSSJump, error) // oldest first
}

// EPSSWriter keeps EPSS scores.
type EPSSWriter interface {
	// PutEPSS stores scores, of which each CVE's newest counts and the one before is kept. It returns how many changed.
	PutEPSS(ctx context.Context, scores []advisory.EPSSScore) (DataPut, error)
	// KeepEPSSJumps keeps the scores of the day that jumped.
	KeepEPSSJumps(ctx context.Context, day caldate.Date) error
}

// epssBatch is how many scores commit together: the day's file in a dozen parts.
const epssBatch = 20_000

// epss imports EPSS scores.
func (i *importer) epss(ctx context.Context, path string) error {
	batch := make([]advisory.EPSSScore, 0, epssBatch)
	days := map[caldate.Date]string{}
	flush := func() error {
		var put DataPut
		err := i.commit(ctx, len(batch), func(ctx context.Context, tx Tx) (err error) {
			if put, err = tx.PutEPSS(ctx, batch); err != nil {
				return err
			}
			last := batch[len(batch)-1]
			i.record(tx, "import.epss", map[string]any{"scores": len(batch), "changed": put.Changed, "older": put.Older, "scored_on": last.ScoredOn, "model": last.Model})
			return nil
		})
		i.run.Changed += put.Changed
		i.run.Older += put.Older
		batch = batch[:0]
		return err
	}
	var refusal error
	for score, err := range i.app.Feed.EPSS(path) {
		if err == nil && score.ScoredOn.IsZero() {
			err = fault.New(fault.Invalid, "%s: tells no day of its scores, neither in its first line nor in its name: name the file as it is published (epss_scores-2026-01-31.csv.gz)", path)
		}
		if err != nil {
			refusal = err
			i.refuse(path, err.Error())
			continue
		}
		days[score.ScoredOn] = score.Model
		i.dated(time.Date(score.ScoredOn.Year(), score.ScoredOn.Month(), score.ScoredOn.Day(), 0, 0, 0, 0, time.UTC))
		if batch = append(batch, score); len(batch) == epssBatch {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if len(batch) > 0 {
		if err := flush(); err != nil {
			return err
		}
	}
	if i.run.Records == 0 {
		return refusal
	}
	return i.app.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		i.record(tx, "import.epss_jumps", map[string]any{"days": len(days)})
		for day := range days {
			if err := tx.KeepEPSSJumps(ctx, day); err != nil {
				return err
			}
		}
		return nil
	})
}

// dated notes the date of a record.
func (i *importer) dated(at time.Time) {
	if at.After(i.newest) {
		i.newest = at
	}
}

// cvesOf returns the CVE ids among the names of a vulnerability.
func cvesOf(aliases []string) []string {
	var out []string
	for _, alias := range aliases {
		if name := strings.ToUpper(alias); strings.HasPrefix(name, "CVE-") {
			out = append(out, name)
		}
	}
	return out
}

// commit writes one part of an import and tells how far it is.
func (i *importer) commit(ctx context.Context, records int, write func(ctx context.Context, tx Tx) error) error {
	progress, err := i.app.Store.Progress(ctx, i.run.ID)
	if err != nil {
		return err
	}
	if progress.Cancel {
		return errCancelled
	}
	if err := i.app.Store.Write(ctx, write); err != nil {
		return err
	}
	i.run.Records += records
	progress.Records, progress.Phase = i.run.Records, "reading"
	i.tell(progress)
	return i.app.Store.SetProgress(ctx, i.run.ID, progress)
}
