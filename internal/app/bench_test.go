package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"mimamori/internal/app"
	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/ident"
	"mimamori/internal/ledger"
	"mimamori/internal/register"
	"mimamori/internal/rule"
)

// fleet writes OSV records of n packages; every tenth concerns the version
// that bigSBOM has.
func fleet(n int) string {
	var out strings.Builder
	for i := range n {
		fixed := "1.0.0"
		if i%10 == 0 {
			fixed = "9.0.0"
		}
		fmt.Fprintf(&out, `{"id":"BENCH-%d","modified":"2026-01-01T00:00:00Z","affected":[{"package":{"ecosystem":"npm","name":"pkg-%d"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"%s"}]}]}]}`+"\n", i, i, fixed)
	}
	return out.String()
}

// bigSBOM is a CycloneDX document of n components.
func bigSBOM(b *testing.B, n int, version string) []byte {
	b.Helper()
	type component struct {
		Type    string `json:"type"`
		Name    string `json:"name"`
		Version string `json:"version"`
		Purl    string `json:"purl"`
	}
	components := make([]component, n)
	for i := range components {
		name := fmt.Sprintf("pkg-%d", i)
		components[i] = component{"library", name, version, "pkg:npm/" + name + "@" + version}
	}
	data, err := json.Marshal(map[string]any{"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": components})
	if err != nil {
		b.Fatal(err)
	}
	return data
}

// BenchmarkUploadSBOM3000 uploads an SBOM of 3,000 components, none of them
// known yet, to a store with 20,000 advisories: read, stored, matched, 300
// findings opened, all with the ledger.
func BenchmarkUploadSBOM3000(b *testing.B) {
	a := newApp(b)
	ctx := b.Context()
	run := must[app.ImportRun](b)(a.ImportPath(ctx, psirt, "osv", write(b, "osv.jsonl", fleet(20_000)), func(app.Progress) {}))
	if run.State != "done" {
		b.Fatalf("import: %+v", run)
	}
	p := must[register.Product](b)(a.AddProduct(ctx, officer, register.Product{BrandName: "CT", GenericName: "CT", Route: register.Approval, Class: register.ClassII}))
	var files [][]byte
	for i := range b.N {
		files = append(files, bigSBOM(b, 3_000, fmt.Sprintf("2.0.%d", i)))
	}
	b.ResetTimer()
	for i := range b.N {
		b.StopTimer()
		r := must[register.Release](b)(a.AddRelease(ctx, officer, register.Release{ProductID: p.ID, Version: fmt.Sprint(i)}))
		b.StartTimer()
		up := must[app.UploadedSBOM](b)(a.UploadSBOM(ctx, psirt, app.UploadSBOM{ReleaseID: r.ID, FileName: "ct.cdx.json", File: bytes.NewReader(files[i])}))
		if up.Opened != 300 {
			b.Fatalf("300 findings are there, %d were opened", up.Opened)
		}
	}
}

// BenchmarkWrites adds hospitals one after the other: one durable commit each,
// with its ledger entry.
func BenchmarkWrites(b *testing.B) {
	a := newApp(b)
	for i := range b.N {
		must[register.Site](b)(a.AddSite(b.Context(), officer, register.Site{Name: fmt.Sprintf("病院 %d", i)}))
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "writes/s")
}

// BenchmarkCasePage evaluates a case with everything unknown for its page:
// answer, grid, proof, obligations.
func BenchmarkCasePage(b *testing.B) {
	a := newApp(b)
	p := must[register.Product](b)(a.AddProduct(b.Context(), officer, register.Product{BrandName: "CT", GenericName: "CT", Route: register.Approval, Class: register.ClassII}))
	c, err := a.OpenCase(b.Context(), officer, app.OpenCase{Title: "x", ProductID: p.ID, AwareOn: caldate.MustParse("2026-11-20")})
	if err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for range b.N {
		must[app.CaseView](b)(a.Case(b.Context(), c.ID))
	}
}

// BenchmarkReevaluate10000 asks the law again about 10,000 decided cases, each
// with facts of its own, known and unknown ones, as it is done every day and
// when a rulebook changed.
func BenchmarkReevaluate10000(b *testing.B) {
	const n = 10_000
	a := newApp(b)
	decide(b, a, n)
	b.ResetTimer()
	for range b.N {
		if reopened := must[int](b)(a.Reevaluate(b.Context())); reopened != 0 {
			b.Fatalf("nothing changed, %d cases were opened again", reopened)
		}
	}
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "determinations/s")
}

// decide stores n decided cases, all in one go: the use cases would take a
// transaction for each step.
func decide(b *testing.B, a *app.App, n int) {
	b.Helper()
	p, _ := pump(b, a)
	facts := a.Law.Case.Facts
	err := a.Store.Write(b.Context(), func(ctx context.Context, tx app.Tx) error {
		tx.Record(ledger.Entry{Action: "case.opened", Subject: ledger.Subject{Kind: "case", ID: "many"}})
		for i := range n {
			c := casefile.Case{
				ID: ident.New(), Number: fmt.Sprintf("C-%d", i), Title: "T", ProductID: p.ID, IntakeIDs: []string{}, AwareOn: caldate.MustParse("2026-11-20"),
				Stage: casefile.StageReport, Revision: 1, OpenedBy: officer.Name, CreatedAt: now, UpdatedAt: now,
			}
			s := rule.Situation{}
			at := i * 7919 // spreads over the situations
			for _, f := range facts {
				k := at % (len(f.Values) + 1) // the last one: unknown
				at /= len(f.Values) + 1
				if k < len(f.Values) {
					s[f.ID] = rule.Known{Values: []string{f.Values[k].ID}}
					c.Facts = append(c.Facts, casefile.Fact{Name: f.ID, Possible: []string{f.Values[k].ID}, By: officer.Name, At: now})
				}
			}
			joined, err := a.Law.Determine(s, nil, c.AwareOn)
			if err != nil {
				return err
			}
			if err := tx.AddCase(ctx, c); err != nil {
				return err
			}
			if err := addDecided(ctx, tx, c, joined); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// addDecided stores what a person confirmed, with the obligations of the duties.
func addDecided(ctx context.Context, tx app.Tx, c casefile.Case, joined rule.Joined) error {
	record, err := joined.Record()
	if err != nil {
		return err
	}
	d := casefile.Determination{
		ID: ident.New(), CaseID: c.ID, Version: 1, Status: casefile.Confirmed, AwareOn: c.AwareOn, Result: string(joined.Answer.Result),
		Items: []string{}, Record: record, MadeAt: now,
	}
	if g := joined.Answer.Governing; g != nil {
		if d.Periodic, d.FirstReport = g.Periodic, g.FirstReport; g.Form != nil {
			d.Form = *g.Form
		}
		if g.TermDays != nil {
			d.TermDays = *g.TermDays
		}
	}
	if err := tx.AddDetermination(ctx, d); err != nil {
		return err
	}
	for _, book := range joined.Duties {
		for _, line := range book.Duties {
			if line.State != rule.Applies || line.Duty.Clock.Continuing {
				continue
			}
			o := casefile.Obligation{ID: ident.New(), CaseID: c.ID, Kind: casefile.DueDuty, Duty: line.Duty.ID, Items: []string{}, State: casefile.ObligationOpen, CreatedAt: now, UpdatedAt: now}
			if err := tx.AddObligation(ctx, o); err != nil {
				return err
			}
		}
	}
	return nil
}
