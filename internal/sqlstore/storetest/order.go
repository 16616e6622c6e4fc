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
