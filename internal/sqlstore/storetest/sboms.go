package storetest

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"mimamori/internal/app"
	"mimamori/internal/fault"
	"mimamori/internal/ident"
	"mimamori/internal/register"
	"mimamori/internal/sbom"

	"pgregory.net/rapid"
)

// files holds every file to being read back as it was, whatever its size.
func files(t *testing.T, f *fixture) {
	const mib = 1 << 20
	for _, size := range []int{0, 1, mib - 1, mib, mib + 1, 3 * mib} {
		content := bytes.Repeat([]byte("mimamori"), size/8+1)[:size]
		for range 2 { // the same file is kept once
			f.write(func(ctx context.Context, tx app.Tx) error {
				return tx.KeepFile(ctx, digest(content), bytes.NewReader(content))
			})
		}
		var copied bytes.Buffer
		if err := f.CopyBlob(f.ctx(), digest(content), &copied); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(copied.Bytes(), content) || !bytes.Equal(must[[]byte](t)(f.Blob(f.ctx(), digest(content))), content) {
			t.Errorf("a file of %d bytes came back as one of %d", size, copied.Len())
		}
	}
	wantKind(t, f.CopyBlob(f.ctx(), strings.Repeat("0", 64), &bytes.Buffer{}), fault.NotFound)
	long := bytes.Repeat([]byte("x"), mib+1)
	wantKind(t, f.try(func(ctx context.Context, tx app.Tx) error {
		return tx.KeepFile(ctx, digest([]byte("other")), bytes.NewReader(long))
	}), fault.Internal)
	_, err := f.Blob(f.ctx(), digest(long))
	wantKind(t, err, fault.NotFound) // nothing of it stayed
}

// sbomOf gives the release an SBOM of these places, in their order.
func (f *fixture) sbomOf(r register.Release, occurrences []register.Occurrence, about register.AboutSBOM) register.SBOM {
	f.t.Helper()
	file := []byte(ident.New())
	s := register.SBOM{
		ID: ident.New(), ReleaseID: r.ID, FileName: "bom.json", SHA256: digest(file), Bytes: int64(len(file)), Format: "CycloneDX", About: about,
		Components: len(occurrences), Problems: []register.Problem{}, UploadedAt: f.tick(),
	}
	f.write(func(ctx context.Context, tx app.Tx) error {
		_, err := tx.AddSBOM(ctx, s, occurrences, bytes.NewReader(file), keyed)
		return err
	})
	return s
}

// places holds lists of an SBOM to what a walk over its places gives.
func places(t *testing.T, f *fixture) {
	r := f.release(f.product("輸液ポンプ"), "1")
	patched := register.Detail{
		Authors: []string{"A", "B"}, Licenses: []string{"MIT"}, Scope: "optional", Manufacturer: "M", SWID: "tag",
		Pedigree: &sbom.Pedigree{Notes: "n", Patches: []sbom.Patch{{Type: "backport", Resolves: []sbom.Issue{{Type: "security", ID: "CVE-2026-1"}}}}},
	}
	cpe := register.Component{Name: "rtos", Version: "7", Supplier: "Acme", CPE: "cpe:2.3:o:acme:rtos:7:*:*:*:*:*:*:*", Keys: []string{"cpe:o:acme:rtos"}}
	occurrences := []register.Occurrence{
		{Component: register.Component{Name: "blob", Keys: []string{}}, Ref: "x"},
		{Component: component("openssl", "3.0.1"), Ref: "a", Detail: patched},
		{Component: component("openssl", "3.0.2"), Ref: "b", Parent: "a"},
		{Component: component("openssl", "3.0.1"), Ref: "c"}, // a second place of the same identity
		{Component: cpe, Ref: "d"},
		{Component: component("zlib", "1.2"), Ref: "e"},
	}
	about := register.AboutSBOM{
		Encoding: "JSON", Strict: true, DocumentID: "urn:uuid:1", Created: "2026-01-01", Creators: []string{"syft 1"},
		Subject: register.SBOMSubject{Name: "Pump", Version: "1", Supplier: "S", Purl: "pkg:generic/pump@1"}, Dependencies: 3, Statements: 1, Patched: 1,
	}
	s := f.sbomOf(r, occurrences, about)
	equal(t, must[register.SBOM](t)(f.SBOM(f.ctx(), s.ID)).About, about)
	for i := range occurrences { // everything that was uploaded is read back the same
		equal(t, must[register.Occurrence](t)(f.Occurrence(f.ctx(), s.ID, i)), occurrences[i])
	}
	_, err := f.Occurrence(f.ctx(), s.ID, len(occurrences))
	wantKind(t, err, fault.NotFound)
	var each []string
	if err := f.EachComponent(f.ctx(), s.ID, func(position int, c register.Component) error {
		equal(t, position, len(each))
		each = append(each, c.Name+c.Version)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	equal(t, each, []string{"blob", "openssl3.0.1", "openssl3.0.2", "openssl3.0.1", "rtos7", "zlib1.2"})

	var matched []app.Match
	var known []app.Advisory
	for i, severity := range []string{"critical", "low", "medium"} {
		name := fmt.Sprintf("GHSA-%d", i+1)
		a := f.advise(digested(app.Advisory{Source: "osv", RecordID: name, Aliases: []string{name}, Severity: severity, Body: []byte("{}")}))[0]
		c := occurrences[[]int{1, 5, 5}[i]].Component
		known = append(known, a)
		matched = append(matched, app.Match{ComponentID: c.ID, AdvisoryID: a.ID, Source: "osv", RecordID: name, Class: "affected", Evidence: []byte("[]")})
	}
	f.match([]register.Component{occurrences[1].Component, occurrences[5].Component}, known, matched...)

	at := func(q app.ComponentQuery) (positions []int, total int) {
		t.Helper()
		if q.Limit == 0 {
			q.Limit = 10
		}
		page, err := f.ComponentPlaces(f.ctx(), s.ID, q)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range page.Items {
			positions = append(positions, p.Position)
		}
		return positions, page.Total
	}
	for _, tt := range []struct {
		name  string
		q     app.ComponentQuery
		want  []int
		total int
	}{
		{"everything", app.ComponentQuery{}, []int{0, 1, 2, 3, 4, 5}, 6},
		{"a part", app.ComponentQuery{From: 2, Limit: 3}, []int{2, 3, 4}, 6},
		{"beyond the end", app.ComponentQuery{From: 9}, nil, 6},
		{"backwards", app.ComponentQuery{Sort: "-name", Limit: 2}, []int{5, 4}, 6},
		{"a part backwards", app.ComponentQuery{Sort: "-name", From: 1, Limit: 2}, []int{4, 3}, 6},
		{"by version", app.ComponentQuery{Sort: "version"}, []int{0, 5, 1, 3, 2, 4}, 6},
		{"by supplier, the last first", app.ComponentQuery{Sort: "-supplier", Limit: 1}, []int{4}, 6},
		{"most urgent first", app.ComponentQuery{Sort: "findings"}, []int{1, 3, 5, 0, 2, 4}, 6},
		{"only with findings", app.ComponentQuery{Findings: true}, []int{1, 3, 5}, 3},
		{"with findings and a word", app.ComponentQuery{Findings: true, Text: "ZLIB"}, []int{5}, 1},
		{"all words", app.ComponentQuery{Text: "openssl 3.0.2"}, []int{2}, 1},
		{"by purl", app.ComponentQuery{Match: "purl", From: 1, Limit: 2}, []int{2, 3}, 4},
		{"by CPE", app.ComponentQuery{Match: "cpe"}, []int{4}, 1},
		{"by nothing", app.ComponentQuery{Match: "none"}, []int{0}, 1},
	} {
		got, total := at(tt.q)
		if !slices.Equal(got, tt.want) || total != tt.total {
			t.Errorf("%s: %v of %d, want %v of %d", tt.name, got, total, tt.want, tt.total)
		}
		q := tt.q
		q.Sort, q.From, q.Limit = "", 0, 100
		if positions := must[[]int](t)(f.Positions(f.ctx(), s.ID, q)); len(positions) != tt.total {
			t.Errorf("%s: positions %v, want %d", tt.name, positions, tt.total)
		}
	}
	for _, q := range []app.ComponentQuery{{Limit: 0}, {Limit: 501}, {Limit: 1, From: -1}, {Limit: 1, Match: "x"}, {Limit: 1, Sort: "x"}, {Limit: 1, Text: strings.Repeat("a ", 11)}} {
		_, err := f.ComponentPlaces(f.ctx(), s.ID, q)
		wantKind(t, err, fault.Invalid)
	}
	some := must[[]app.ComponentPlace](t)(f.PlacesAt(f.ctx(), s.ID, []int{5, 1, 77}))
	if len(some) != 2 || some[0].Position != 1 || some[0].Patches != 1 || some[0].Licenses[0] != "MIT" || some[0].Findings != 1 || some[1].Findings != 2 || some[1].Licenses == nil {
		t.Errorf("places: %+v", some)
	}
	found := must[[]app.ComponentFinding](t)(f.ComponentFindings(f.ctx(), r.ID, occurrences[5].Component.ID))
	if len(found) != 2 || found[0].Vulnerability != "GHSA-3" || found[1].Severity != "low" {
		t.Errorf("findings: %+v", found)
	}
}

// graphs holds any graph to being read back byte for byte.
func graphs(t *testing.T, f *fixture) {
	s := f.sbomOf(f.release(f.product("輸液ポンプ"), "1"), nil, register.AboutSBOM{})
	_, err := f.SBOMGraph(f.ctx(), s.ID)
	wantKind(t, err, fault.NotFound)
	rapid.Check(t, func(rt *rapid.T) {
		graph := rapid.SliceOfN(rapid.Byte(), 1, 200).Draw(rt, "graph")
		var id string
		err := f.Write(f.ctx(), func(ctx context.Context, tx app.Tx) error {
			tx.Record(entry("test.written", "test", "1"))
			s.ID = ident.New()
			id = s.ID
			if _, err := tx.AddSBOM(ctx, s, nil, bytes.NewReader(must[[]byte](t)(f.Blob(ctx, s.SHA256))), keyed); err != nil {
				return err
			}
			return tx.AddSBOMGraph(ctx, id, graph)
		})
		if err != nil {
			rt.Fatal(err)
		}
		if got := must[[]byte](t)(f.SBOMGraph(f.ctx(), id)); !bytes.Equal(got, graph) {
			rt.Fatalf("got %x, want %x", got, graph)
		}
	})
}
