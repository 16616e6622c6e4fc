package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/caldate"

	"pgregory.net/rapid"
)

// orderOfAdvisories imports the same statements in many orders and batches,
// each time under names of their own, and wants the same groups.
func orderOfAdvisories(t *testing.T, f *fixture) {
	draw := rand.New(rand.NewPCG(5, 6)) // the same statements each time
	const alias = "%s-X"                // of a run
	var said []app.Advisory
	for i := range 40 {
		a := app.Advisory{
			Source: []string{"osv", "nvd", "cve"}[draw.IntN(3)], RecordID: fmt.Sprintf("REC-%02d"+alias, i, "%s"), Digest: "d", Body: []byte("{}"),
			Title: []string{"", "一", "二", "三"}[draw.IntN(4)], Severity: []string{"", "low", "high", "critical"}[draw.IntN(4)],
			ModifiedAt: time.Date(2026, 1, 1+draw.IntN(2), 0, 0, 0, 0, time.UTC), ImportedAt: f.tick(),
		}
		if draw.IntN(5) == 0 {
			a.WithdrawnAt = time.Date(2026, 2, 1+draw.IntN(2), 0, 0, 0, 0, time.UTC)
		}
		for range draw.IntN(3) {
			if n := draw.IntN(40); n < 20 {
				a.Aliases = append(a.Aliases, fmt.Sprintf("CVE-2001-%d", 50+3*n))
			} else {
				a.Aliases = append(a.Aliases, fmt.Sprintf("GHSA-%02d"+alias, n, "%s"))
			}
		}
		if len(a.Aliases) == 0 || draw.IntN(2) == 0 {
			a.Aliases = append(a.Aliases, a.RecordID)
		}
		said = append(said, a)
	}
	exploited := func(year int) {
		f.write(func(ctx context.Context, tx app.Tx) error {
			_, err := tx.PutKEV(ctx, []app.KEVEntry{{CVE: fmt.Sprintf("CVE-%d-95", year), AddedOn: caldate.MustParse("2026-01-01")}})
			return err
		})
	}
	var want []string
	for run := range 8 {
		year, own := 2010+run, fmt.Sprintf("run%d", run)
		named := func(text string) string {
			return strings.NewReplacer("%s", own, "CVE-2001", fmt.Sprintf("CVE-%d", year)).Replace(text)
		}
		var list []app.Advisory
		for _, a := range said {
			a.RecordID, a.Aliases = named(a.RecordID), slices.Clone(a.Aliases)
			for i := range a.Aliases {
				a.Aliases[i] = named(a.Aliases[i])
			}
			list = append(list, a)
		}
		if run%2 == 0 {
			exploited(year)
		}
		if run > 0 {
			draw.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		}
		for batch := range slices.Chunk(list, []int{40, 1, 2, 3, 7, 13, 40, 1}[run]) {
			f.advise(batch...)
		}
		f.advise(list...) // once more changes nothing
		if run%2 == 1 {
			exploited(year)
		}
		got := f.groups(own, fmt.Sprintf("CVE-%d", year))
		if want == nil {
			want = got
		}
		equal(t, got, want)
	}
	if len(want) < 5 {
		t.Errorf("only %d groups: nothing is compared", len(want))
	}
}

// statesInAnyOrder imports states of records, each with a time of its own, in
// any order and batches, and wants what the newest state of each says.
func statesInAnyOrder(t *testing.T, f *fixture) {
	run := 0
	rapid.Check(t, func(rt *rapid.T) {
		var said []app.Advisory
		for record := range 3 {
			for state := range rapid.IntRange(1, 4).Draw(rt, "states") {
				a := app.Advisory{
					Source: "osv", RecordID: fmt.Sprintf("REC-%d", record), Digest: fmt.Sprintf("d%d", state), Body: []byte("{}"), ImportedAt: f.tick(),
					Title: fmt.Sprintf("state %d", state), Severity: rapid.SampledFrom([]string{"", "low", "critical"}).Draw(rt, "severity"),
					ModifiedAt: time.Date(2026, 1, 1+state, 0, 0, 0, 0, time.UTC), Aliases: []string{fmt.Sprintf("REC-%d", record)},
				}
				if rapid.IntRange(0, 3).Draw(rt, "withdrawn") == 0 {
					a.WithdrawnAt = a.ModifiedAt
				}
				for range rapid.IntRange(0, 2).Draw(rt, "aliases") {
					a.Aliases = append(a.Aliases, fmt.Sprintf("GHSA-%d", rapid.IntRange(0, 5).Draw(rt, "alias")))
				}
				said = append(said, a)
			}
		}
		result := func(list []app.Advisory, batch int) []string {
			run++
			own := fmt.Sprintf("run%d", run)
			list = slices.Clone(list)
			for i := range list {
				list[i].RecordID += "-" + own + "-"
				list[i].Aliases = slices.Clone(list[i].Aliases)
				for n := range list[i].Aliases {
					list[i].Aliases[n] += "-" + own + "-"
				}
			}
			for part := range slices.Chunk(list, batch) {
				f.advise(part...)
			}
			return f.statesOf(own, list)
		}
		want := result(said, 1)
		got := result(rapid.Permutation(said).Draw(rt, "order"), rapid.IntRange(1, len(said)).Draw(rt, "batch"))
		if !slices.Equal(got, want) {
			rt.Fatalf("got %q, want %q", got, want)
		}
	})
}

// statesOf describes the records of a run as they are stored, with their
// groups, without the run's own name.
func (f *fixture) statesOf(own string, list []app.Advisory) (out []string) {
	f.t.Helper()
	for _, a := range list {
		v := f.named(a.RecordID)
		for _, is := range must[[]app.Advisory](f.t)(f.Advisories(f.ctx(), v.ID)) {
			out = append(out, strings.ReplaceAll(fmt.Sprint(v.Name, v.Title, v.Severity, v.ModifiedAt, v.Aliases, is.RecordID, is.Title, is.Digest, is.WithdrawnAt), own, ""))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// olderStates imports states of one record in a wrong order.
func olderStates(t *testing.T, f *fixture) {
	at := func(day int, title string) app.Advisory {
		a := advisory("GHSA-a", "CVE-2026-1")
		a.Title, a.ModifiedAt, a.ImportedAt = title, time.Date(2026, 3, day, 0, 0, 0, 0, time.UTC), f.tick()
		a.Keys = []string{"pkg:generic/" + title}
		return digested(a)
	}
	put := func(list ...app.Advisory) (p app.AdvisoriesPut) {
		f.write(func(ctx context.Context, tx app.Tx) (err error) {
			p, err = tx.PutAdvisories(ctx, list)
			return err
		})
		return p
	}
	title := func() string {
		return must[app.Advisory](t)(f.AdvisoryByRecord(f.ctx(), "osv", "GHSA-a")).Title
	}
	equal(t, len(put(at(5, "five")).Changed), 1)
	older := put(at(3, "three"))
	equal(t, []any{len(older.Changed), older.Older, title()}, []any{0, []string{"GHSA-a"}, "five"})
	equal(t, len(must[[]app.Advisory](t)(f.AdvisoriesByKeys(f.ctx(), []string{"pkg:generic/three"}))), 0)
	equal(t, put(at(3, "three")).Older, []string{"GHSA-a"}) // again: kept once
	id := f.named("CVE-2026-1").ID
	equal(t, len(must[[]app.AdvisoryVersion](t)(f.AdvisoryVersions(f.ctx(), id, 9))), 0) // it never was in force
	equal(t, len(must[[]app.RecordVersion](t)(f.RecordVersions(f.ctx(), id, forever[0], forever[1]))), 0)
	withdrawn := at(7, "seven")
	withdrawn.WithdrawnAt = withdrawn.ModifiedAt
	equal(t, len(put(digested(withdrawn)).Changed), 1)
	equal(t, put(at(6, "six"), at(4, "four")).Older, []string{"GHSA-a", "GHSA-a"}) // not in force again
	equal(t, []any{title(), f.named("CVE-2026-1").Severity}, []any{"seven", ""})
	// Of two of one time, or without a time, the one that came last counts; so it does when a time cannot be.
	equal(t, len(put(at(7, "other")).Changed), 1)
	none := at(7, "none")
	none.ModifiedAt = time.Time{}
	equal(t, []any{len(put(digested(none)).Changed), title()}, []any{1, "none"})
	equal(t, []any{len(put(at(1, "one")).Changed), title()}, []any{1, "one"})
	future := at(1, "future")
	future.ModifiedAt = f.now.AddDate(1, 0, 0)
	put(digested(future))
	equal(t, []any{len(put(at(9, "nine")).Changed), title()}, []any{1, "nine"})
	// An older state that names another record's vulnerability joins them, as it would have in its time.
	f.advise(advisory("GO-1"))
	links := at(2, "two")
	links.Aliases = append(links.Aliases, "GO-1")
	equal(t, put(digested(links)).Named, []string{f.named("GO-1").ID})
	equal(t, f.named("GO-1").ID, f.named("GHSA-a").ID)
}

// groups describes the groups with the run's own names, which are taken out.
func (f *fixture) groups(own, year string) (out []string) {
	f.t.Helper()
	for q := (app.ListQuery{Limit: 200}); ; {
		page := must[app.List[app.VulnerabilityRow]](f.t)(f.Vulnerabilities(f.ctx(), q))
		for _, v := range page.Items {
			text := fmt.Sprintf("%s %s %s %v %v %v:", v.Name, v.Title, v.Severity, v.KEV, v.ModifiedAt, v.Aliases)
			for _, a := range must[[]app.Advisory](f.t)(f.Advisories(f.ctx(), v.ID)) {
				text += " " + a.Source + " " + a.RecordID
			}
			if strings.Contains(text, own+"-") || strings.Contains(text, year+"-") {
				out = append(out, strings.NewReplacer(own, "", year, "").Replace(text))
			}
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			slices.Sort(out)
			return out
		}
	}
}
