package sqlstore

import (
	"context"
	"database/sql/driver"
	"fmt"
	"math"
	"slices"
	"strings"

	"mimamori/internal/advisory"
	"mimamori/internal/app"
	"mimamori/internal/caldate"
	"mimamori/internal/fault"
)

// nano keeps a number from 0 to 1 in units of 0.000000001, so that both
// databases keep and compare it exactly.
type nano struct{ p *float64 }

const nanoUnits = 1e9

func (n nano) Value() (driver.Value, error) { return int64(math.Round(*n.p * nanoUnits)), nil }

func (n nano) Scan(src any) error {
	units, ok := src.(int64)
	if !ok {
		return fmt.Errorf("a %T where a number was expected", src)
	}
	*n.p = float64(units) / nanoUnits
	return nil
}

// storedEPSS is a score with the one before; without one BeforeOn is zero.
type storedEPSS struct {
	app.EPSS
	before app.EPSSBefore
}

func epssRow(e *storedEPSS) row {
	return row{
		{"cve", &e.CVE},
		{"probability", nano{&e.Probability}},
		{"percentile", nano{&e.Percentile}},
		{"scored_on", day{&e.ScoredOn}},
		{"model", &e.Model},
		{"before_probability", nano{&e.before.Probability}},
		{"before_percentile", nano{&e.before.Percentile}},
		{"before_on", day{&e.before.ScoredOn}},
		{"before_model", &e.before.Model},
	}
}

func (r reader) EPSS(ctx context.Context, cves []string) ([]app.EPSS, error) {
	out := []app.EPSS{}
	err := inChunks(upperNames(cves), func(part []string) error {
		condition, args := in("cve", part)
		found, err := all(ctx, r.queries, epssRow, "FROM epss WHERE "+condition+" ORDER BY cve", args...)
		for _, e := range found {
			if !e.before.ScoredOn.IsZero() {
				e.before.Comparable = e.before.Model == e.Model && e.Model != ""
				e.Before = &e.before
			}
			out = append(out, e.EPSS)
		}
		return err
	})
	return out, err
}

// upperNames returns the names as they are indexed, sorted, each once.
func upperNames(names []string) []string {
	keys := make([]string, len(names))
	for i, name := range names {
		keys[i] = aliasKey(name)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

func (r reader) EPSSJumps(ctx context.Context, cves []string) ([]app.EPSSJump, error) {
	out := []app.EPSSJump{}
	err := inChunks(upperNames(cves), func(part []string) error {
		condition, args := in("cve", part)
		found, err := all(ctx, r.queries, func(j *app.EPSSJump) row {
			return row{
				{"cve", &j.CVE},
				{"before_probability", nano{&j.From}},
				{"probability", nano{&j.To}},
				{"before_on", day{&j.BeforeOn}},
				{"scored_on", day{&j.ScoredOn}},
				{"model", &j.Model},
			}
		}, "FROM epss_jumps WHERE "+condition+" ORDER BY scored_on, cve", args...)
		out = append(out, found...)
		return err
	})
	return out, err
}

func (w writer) PutEPSS(ctx context.Context, scores []advisory.EPSSScore) (put app.DataPut, err error) {
	byDay := map[caldate.Date]map[string]advisory.EPSSScore{} // of several scores of a CVE on a day the last counts
	for _, s := range scores {
		if s.ScoredOn.IsZero() {
			return put, fault.New(fault.Internal, "the score of %s has no day", s.CVE)
		}
		if byDay[s.ScoredOn] == nil {
			byDay[s.ScoredOn] = make(map[string]advisory.EPSSScore, len(scores))
		}
		byDay[s.ScoredOn][aliasKey(s.CVE)] = s
	}
	days := make([]caldate.Date, 0, len(byDay))
	for d := range byDay {
		days = append(days, d)
	}
	slices.SortFunc(days, caldate.Date.Compare)
	for _, d := range days {
		older, err := w.epssAfter(ctx, d, byDay[d])
		if err != nil {
			return put, err
		}
		n, err := w.putEPSSOfDay(ctx, d, byDay[d])
		if err != nil {
			return put, err
		}
		put.Changed, put.Older = put.Changed+n, put.Older+older
	}
	return put, nil
}

// epssAfter counts the CVEs of the scores that have one of a later day.
func (w writer) epssAfter(ctx context.Context, d caldate.Date, scores map[string]advisory.EPSSScore) (n int, err error) {
	on := d.String()
	err = inChunks(sortedKeys(scores), func(part []string) error {
		condition, args := in("cve", part)
		some, err := w.number(ctx, "(SELECT COUNT(*) FROM epss WHERE scored_on > ? AND "+condition+")", append([]any{on}, args...)...)
		n += some
		return err
	})
	return n, err
}

// keepNewest keeps the two newest scores of a CVE: one of a later day than the
// stored one moves that to the one before, one of a day between becomes the one
// before, and another one of the same day replaces it.
const keepNewest = ` ON CONFLICT (cve) DO UPDATE SET
	before_probability = CASE WHEN excluded.scored_on > epss.scored_on THEN epss.probability WHEN excluded.scored_on = epss.scored_on THEN epss.before_probability ELSE excluded.probability END,
	before_percentile = CASE WHEN excluded.scored_on > epss.scored_on THEN epss.percentile WHEN excluded.scored_on = epss.scored_on THEN epss.before_percentile ELSE excluded.percentile END,
	before_on = CASE WHEN excluded.scored_on > epss.scored_on THEN epss.scored_on WHEN excluded.scored_on = epss.scored_on THEN epss.before_on ELSE excluded.scored_on END,
	before_model = CASE WHEN excluded.scored_on > epss.scored_on THEN epss.model WHEN excluded.scored_on = epss.scored_on THEN epss.before_model ELSE excluded.model END,
	probability = CASE WHEN excluded.scored_on < epss.scored_on THEN epss.probability ELSE excluded.probability END,
	percentile = CASE WHEN excluded.scored_on < epss.scored_on THEN epss.percentile ELSE excluded.percentile END,
	model = CASE WHEN excluded.scored_on < epss.scored_on THEN epss.model ELSE excluded.model END,
	scored_on = CASE WHEN excluded.scored_on < epss.scored_on THEN epss.scored_on ELSE excluded.scored_on END
	WHERE excluded.scored_on > epss.scored_on
	OR excluded.scored_on = epss.scored_on AND (excluded.probability <> epss.probability OR excluded.percentile <> epss.percentile OR excluded.model <> epss.model)
	OR excluded.scored_on < epss.scored_on AND (excluded.scored_on > epss.before_on OR excluded.scored_on = epss.before_on
		AND (excluded.probability <> epss.before_probability OR excluded.percentile <> epss.before_percentile OR excluded.model <> epss.before_model))`

func (w writer) putEPSSOfDay(ctx context.Context, d caldate.Date, scores map[string]advisory.EPSSScore) (changed int, err error) {
	const columns = 9
	marks := "(" + strings.TrimSuffix(strings.Repeat("?, ", columns), ", ") + ")"
	on := d.String()
	for chunk := range slices.Chunk(sortedKeys(scores), maxParameters/columns) {
		args := make([]any, 0, len(chunk)*columns)
		for _, cve := range chunk {
			s := scores[cve]
			args = append(args, cve, int64(math.Round(s.Probability*nanoUnits)), int64(math.Round(s.Percentile*nanoUnits)), on, s.Model, 0, 0, "", "")
		}
		n, err := w.exec(ctx, "INSERT INTO epss ("+epssRow(new(storedEPSS)).names()+") VALUES "+
			strings.TrimSuffix(strings.Repeat(marks+", ", len(chunk)), ", ")+keepNewest, args...)
		if err != nil {
			return 0, fmt.Errorf("storing EPSS scores: %w", err)
		}
		changed += int(n)
	}
	return changed, nil
}

func (w writer) KeepEPSSJumps(ctx context.Context, d caldate.Date) error {
	on := d.String()
	// A score of a day between takes the place of the one that a jump was from.
	if _, err := w.exec(ctx, "DELETE FROM epss_jumps WHERE scored_on > ? AND before_on < ? AND EXISTS (SELECT 1 FROM epss e "+
		"WHERE e.cve = epss_jumps.cve AND e.scored_on = epss_jumps.scored_on AND e.before_on = ?)", on, on, on); err != nil {
		return err
	}
	_, err := w.exec(ctx, "INSERT INTO epss_jumps (cve, scored_on, probability, before_on, before_probability, model) "+
		"SELECT cve, scored_on, probability, before_on, before_probability, model FROM epss "+
		"WHERE (scored_on = ? OR before_on = ?) AND before_on <> '' AND model <> '' AND before_model = model AND ABS(probability - before_probability) >= ? "+
		"ON CONFLICT (cve, scored_on) DO NOTHING", on, on, nanoUnits/10)
	return err
}
