package httpapi_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"mimamori/internal/advisory"
	"mimamori/internal/app"
	"mimamori/internal/feed"
	"mimamori/internal/match"
	"mimamori/internal/register"
	"mimamori/internal/sbom"
	"mimamori/internal/sqlstore"
	"mimamori/internal/sqlstore/pgtest"
)

func TestMain(m *testing.M) {
	code := m.Run()
	pgtest.Stop()
	os.Exit(code)
}

// world is a fleet and what is known about its components: the state that
// every order of events must lead to.
type world struct {
	releases []worldRelease
	sites    [][]int // units of each release at each hospital; 0: none
	records  []worldRecord
	kev      []string
}

type worldRelease struct {
	product, version string
	parts            []worldPart
	before           []worldPart // of an SBOM that this one replaces; nil: none
}

type worldPart struct {
	name    string
	version int // 0: not told
}

func (p worldPart) String() string {
	if p.version == 0 {
		return p.name
	}
	return fmt.Sprintf("%s %d.0.0", p.name, p.version)
}

// worldRecord is what a source says, from its first state to its last.
type worldRecord struct {
	id     string
	states []recordState
}

type recordState struct {
	aliases           []string
	part              string
	introduced, fixed int
	withdrawn         bool
	severe            bool
}

func (r worldRecord) last() recordState { return r.states[len(r.states)-1] }

// randomWorld makes a small world in which much meets.
func randomWorld(r *rand.Rand) world {
	var w world
	names := []string{"alpha", "beta", "gamma", "delta"}
	parts := func() (out []worldPart) {
		for _, name := range names {
			if r.IntN(3) > 0 {
				out = append(out, worldPart{name, r.IntN(4)})
			}
		}
		return out
	}
	for p := range 2 + r.IntN(2) {
		for v := range 1 + r.IntN(2) {
			release := worldRelease{product: fmt.Sprintf("輸液ポンプ %c", 'A'+p), version: fmt.Sprint(v + 1), parts: parts()}
			if r.IntN(3) == 0 {
				release.before = parts()
			}
			w.releases = append(w.releases, release)
		}
	}
	for range 3 {
		units := make([]int, len(w.releases))
		for i := range units {
			units[i] = r.IntN(3)
		}
		w.sites = append(w.sites, units)
	}
	for i := range 6 + r.IntN(4) {
		record := worldRecord{id: fmt.Sprintf("GHSA-%04d", i)}
		for range 1 + r.IntN(3) {
			s := recordState{part: names[r.IntN(len(names))], introduced: r.IntN(3), severe: r.IntN(2) == 0, withdrawn: r.IntN(6) == 0}
			s.fixed = s.introduced + 1 + r.IntN(3)
			if r.IntN(2) == 0 { // the same CVE as others, which joins them
				s.aliases = append(s.aliases, fmt.Sprintf("CVE-2026-%04d", r.IntN(5)))
			}
			if n := len(record.states); n > 0 { // aliases that were told once stay told
				for _, alias := range record.states[n-1].aliases {
					if !slices.Contains(s.aliases, alias) {
						s.aliases = append(s.aliases, alias)
					}
				}
			}
			record.states = append(record.states, s)
		}
		w.records = append(w.records, record)
	}
	for i := range 5 {
		if r.IntN(3) == 0 {
			w.kev = append(w.kev, fmt.Sprintf("CVE-2026-%04d", i))
		}
	}
	return w
}

// osv writes a state of a record.
func (r worldRecord) osv(n int) []byte {
	s := r.states[n]
	vector := "CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N"
	if s.severe {
		vector = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H"
	}
	record := map[string]any{
		"id": r.id, "aliases": s.aliases, "modified": fmt.Sprintf("2026-01-%02dT00:00:00Z", n+1), "summary": "state " + strconv.Itoa(n) + " of " + r.id,
		"severity": []any{map[string]string{"type": "CVSS_V3", "score": vector}},
		"affected": []any{map[string]any{
			"package": map[string]string{"ecosystem": "npm", "name": s.part},
			"ranges":  []any{map[string]any{"type": "SEMVER", "events": []any{map[string]string{"introduced": fmt.Sprintf("%d.0.0", s.introduced)}, map[string]string{"fixed": fmt.Sprintf("%d.0.0", s.fixed)}}}},
		}},
	}
	if s.withdrawn {
		record["withdrawn"] = "2026-02-01T00:00:00Z"
	}
	data, err := json.Marshal(record)
	if err != nil {
		panic(err)
	}
	return data
}

// cycloneDX writes an SBOM.
func cycloneDX(parts []worldPart) []byte {
	components := []any{}
	for _, p := range parts {
		c := map[string]any{"type": "library", "name": p.name, "purl": "pkg:npm/" + p.name, "bom-ref": p.name}
		if p.version > 0 {
			v := fmt.Sprintf("%d.0.0", p.version)
			c["version"], c["purl"] = v, "pkg:npm/"+p.name+"@"+v
		}
		components = append(components, c)
	}
	components = append(components, map[string]any{"type": "library", "name": "own-code", "version": "1", "bom-ref": "own"})
	data, err := json.Marshal(map[string]any{"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": components})
	if err != nil {
		panic(err)
	}
	return data
}

// group is the alias group of a record at the end, as the sorted names with
// spaces between.
func (w world) groups() map[string]string {
	parent := map[string]string{}
	var root func(string) string
	root = func(n string) string {
		if parent[n] == "" || parent[n] == n {
			return n
		}
		return root(parent[n])
	}
	for _, r := range w.records {
		for _, s := range r.states {
			for _, alias := range s.aliases {
				if a, b := root(r.id), root(alias); a != b {
					parent[a] = b
				}
			}
		}
	}
	members := map[string][]string{}
	for _, r := range w.records {
		for _, name := range append(slices.Clone(r.last().aliases), r.id) {
			if !slices.Contains(members[root(name)], name) {
				members[root(name)] = append(members[root(name)], name)
			}
		}
	}
	out := map[string]string{}
	for _, names := range members {
		slices.Sort(names)
		for _, name := range names {
			out[name] = strings.Join(names, " ")
		}
	}
	return out
}

// affected is the answer as the definition gives it: product, version,
// component and alias group → class.
func (w world) affected() map[string]string {
	groups, out := w.groups(), map[string]string{}
	for _, release := range w.releases {
		for _, p := range release.parts {
			for _, r := range w.records {
				s := r.last()
				if s.part != p.name || s.withdrawn || p.version > 0 && (p.version < s.introduced || p.version >= s.fixed) {
					continue
				}
				key := strings.Join([]string{release.product, release.version, p.String(), groups[r.id]}, "|")
				if class := map[bool]string{true: "affected", false: "possible"}[p.version > 0]; out[key] == "" || class == "affected" {
					out[key] = class
				}
			}
		}
	}
	return out
}

// matched is the answer of the matcher alone, as `mimamori match` gives it.
func (w world) matched(t *testing.T) map[string]string {
	t.Helper()
	var index match.Index
	for _, r := range w.records {
		if r.last().withdrawn {
			continue
		}
		for record, err := range advisory.OSV(bytes.NewReader(r.osv(len(r.states)-1)), "x.json") {
			if err != nil {
				t.Fatal(err)
			}
			index.Add(record)
		}
	}
	groups, out := w.groups(), map[string]string{}
	for _, release := range w.releases {
		document, err := sbom.Read(bytes.NewReader(cycloneDX(release.parts)), "x.cdx.json")
		if err != nil {
			t.Fatal(err)
		}
		for i, found := range index.Release(document.Components) {
			c := document.Components[i]
			for _, f := range found {
				key := strings.Join([]string{release.product, release.version, strings.TrimSpace(c.Name + " " + c.Version), groups[f.Record]}, "|")
				if out[key] == "" || f.Class == match.Affected {
					out[key] = string(f.Class)
				}
			}
		}
	}
	return out
}

// build brings a server into the state of the world. In order: the fleet, then
// every record in its last state at once. Otherwise events come in any order
// that keeps states of one record and SBOMs of one release in theirs, in any
// batches, some twice.
func (w world) build(t *testing.T, s *server, inOrder bool, r *rand.Rand) {
	t.Helper()
	s.app.Feed = feed.Disk{}
	by := app.System
	releaseIDs := map[string]string{}
	products := map[string]string{}
	for _, release := range w.releases {
		if products[release.product] == "" {
			p, err := s.app.AddProduct(t.Context(), by, register.Product{BrandName: release.product, GenericName: "汎用輸液ポンプ", Class: register.ClassIII, Route: register.Approval, Designated: register.No})
			if err != nil {
				t.Fatal(err)
			}
			products[release.product] = p.ID
		}
		made, err := s.app.AddRelease(t.Context(), by, register.Release{ProductID: products[release.product], Version: release.version})
		if err != nil {
			t.Fatal(err)
		}
		releaseIDs[release.product+release.version] = made.ID
	}
	for i, units := range w.sites {
		site, err := s.app.AddSite(t.Context(), by, register.Site{Name: fmt.Sprintf("第%d病院", i), Prefecture: "東京都"})
		if err != nil {
			t.Fatal(err)
		}
		for k, n := range units {
			if n == 0 {
				continue
			}
			release := w.releases[k]
			if _, err := s.app.AddInstallation(t.Context(), by, register.Installation{SiteID: site.ID, ReleaseID: releaseIDs[release.product+release.version], Units: n}); err != nil {
				t.Fatal(err)
			}
		}
	}
	upload := func(release worldRelease, parts []worldPart) func() {
		return func() {
			if _, err := s.app.UploadSBOM(t.Context(), by, app.UploadSBOM{ReleaseID: releaseIDs[release.product+release.version], FileName: "x.cdx.json", File: bytes.NewReader(cycloneDX(parts))}); err != nil {
				t.Fatal(err)
			}
		}
	}
	imported := func(kind string, lines ...[]byte) func() {
		return func() {
			path := filepath.Join(t.TempDir(), kind+".jsonl")
			if kind == "kev" {
				path = filepath.Join(t.TempDir(), "kev.json")
			}
			text := ""
			for _, line := range lines {
				text += string(line) + "\n"
			}
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			run, err := s.app.ImportPath(t.Context(), by, kind, path, func(app.Progress) {})
			if err != nil || run.Rejected > 0 {
				t.Fatalf("%v %+v", err, run)
			}
		}
	}
	if inOrder {
		for _, release := range w.releases {
			upload(release, release.parts)()
		}
		var all [][]byte
		for n := range 3 { // states come one after the other, since they may join groups on their way
			for _, record := range w.records {
				if n < len(record.states) {
					all = append(all, record.osv(n))
				}
			}
			if len(all) > 0 {
				imported("osv", all...)()
			}
			all = nil
		}
		imported("kev", w.kevCatalogue())()
		return
	}
	// Threads of events that must keep their order; any of them may go on next.
	var threads [][]func()
	for _, release := range w.releases {
		thread := []func(){}
		if release.before != nil {
			thread = append(thread, upload(release, release.before))
		}
		thread = append(thread, upload(release, release.parts))
		if r.IntN(4) == 0 {
			thread = append(thread, upload(release, release.parts)) // once more
		}
		threads = append(threads, thread)
	}
	for from := 0; from < len(w.records); {
		to := min(from+1+r.IntN(3), len(w.records))
		var thread []func()
		for n := range 3 {
			var lines [][]byte
			for _, record := range w.records[from:to] {
				lines = append(lines, record.osv(min(n, len(record.states)-1))) // short ones come again as they were
			}
			thread = append(thread, imported("osv", lines...))
		}
		threads = append(threads, thread)
		from = to
	}
	threads = append(threads, []func(){imported("kev", w.kevCatalogue()), imported("kev", w.kevCatalogue())})
	for len(threads) > 0 {
		i := r.IntN(len(threads))
		threads[i][0]()
		if threads[i] = threads[i][1:]; len(threads[i]) == 0 {
			threads = slices.Delete(threads, i, i+1)
		}
	}
}

func (w world) kevCatalogue() []byte {
	entries := []any{}
	for _, cve := range append([]string{"CVE-1999-0001"}, w.kev...) {
		entries = append(entries, map[string]string{
			"cveID": cve, "vendorProject": "v", "product": "p", "vulnerabilityName": "n", "dateAdded": "2026-01-01", "shortDescription": "s", "requiredAction": "r", "dueDate": "2026-02-01",
			"knownRansomwareCampaignUse": "Unknown",
		})
	}
	data, err := json.Marshal(map[string]any{"title": "t", "catalogVersion": "2026.01.01", "dateReleased": "2026-01-01T00:00:00Z", "count": len(entries), "vulnerabilities": entries})
	if err != nil {
		panic(err)
	}
	return data
}

// reader asks over HTTP.
type asker struct {
	t *testing.T
	b *browser
}

// all reads every page of a list.
func all[T any](a asker, path string, limit int, query ...string) (items []T, total int) {
	a.t.Helper()
	values := url.Values{"limit": {strconv.Itoa(limit)}}
	for i := 0; i < len(query); i += 2 {
		values.Set(query[i], query[i+1])
	}
	for {
		var page app.List[T]
		a.b.want(a.t, http.StatusOK, "GET", path+"?"+values.Encode(), nil).into(a.t, &page)
		items, total = append(items, page.Items...), page.Total
		if page.Next == "" {
			if len(items) != total {
				a.t.Errorf("%s %v: %d items on all pages, %d in all", path, values, len(items), total)
			}
			return items, total
		}
		values.Set("cursor", page.Next)
	}
}

func idsOf(found []app.FindingRow) []string {
	out := make([]string, len(found))
	for i, f := range found {
		out[i] = f.ID
	}
	slices.Sort(out)
	return out
}

func (a asker) same(what string, got, want any) {
	a.t.Helper()
	if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w {
		a.t.Errorf("%s:\n got %s\nwant %s", what, g, w)
	}
}

// where keeps the findings for which keep holds.
func where(all []app.FindingRow, keep func(app.FindingRow) bool) []app.FindingRow {
	return slices.DeleteFunc(slices.Clone(all), func(f app.FindingRow) bool { return !keep(f) })
}

// answer asks every read path what is affected, holds them against each other
// and returns the one answer.
func (a asker) answer(r *rand.Rand) map[string]string {
	t := a.t
	t.Helper()
	limit := 1 + r.IntN(20)
	open, _ := all[app.FindingRow](a, "/api/findings", limit, "state", "open")
	for _, sort := range []string{"vulnerability", "-vulnerability", "component", "-component", "product", "-product", "first_seen_at", "-first_seen_at"} {
		found, _ := all[app.FindingRow](a, "/api/findings", 1+r.IntN(20), "state", "open", "sort", sort)
		a.same("findings by "+sort, idsOf(found), idsOf(open))
	}
	every, _ := all[app.FindingRow](a, "/api/findings", limit)
	closed, _ := all[app.FindingRow](a, "/api/findings", limit, "state", "closed")
	a.same("open and closed", idsOf(append(slices.Clone(open), closed...)), idsOf(every))
	filtered := func(name, value string, keep func(app.FindingRow) bool) {
		t.Helper()
		found, _ := all[app.FindingRow](a, "/api/findings", limit, "state", "open", name, value)
		a.same("findings with "+name+" "+value, idsOf(found), idsOf(where(open, keep)))
	}
	for _, class := range []string{"affected", "possible"} {
		filtered("class", class, func(f app.FindingRow) bool { return f.Class == class })
	}
	filtered("kev", "yes", func(f app.FindingRow) bool { return f.KEV })
	filtered("mode", "precise", func(f app.FindingRow) bool { return f.Precise })
	filtered("mode", "comprehensive", func(app.FindingRow) bool { return true })
	filtered("assessed", "no", func(f app.FindingRow) bool { return f.AssessmentID == "" })
	filtered("assessed", "yes", func(f app.FindingRow) bool { return f.AssessmentID != "" })

	a.register(open, filtered)
	answer := a.vulnerabilities(open, filtered)

	var counts map[string]int
	a.b.want(t, http.StatusOK, "GET", "/api/counts", nil).into(t, &counts)
	var today app.TodayView
	a.b.want(t, http.StatusOK, "GET", "/api/today", nil).into(t, &today)
	unassessed := len(where(open, func(f app.FindingRow) bool { return f.AssessmentID == "" }))
	a.same("counts", []int{counts["findings"], today.Counts["findings"]}, []int{unassessed, unassessed})
	a.changes(open)
	a.exported(open)
	return answer
}

// register asks products, releases, their components and hospitals.
func (a asker) register(open []app.FindingRow, filtered func(name, value string, keep func(app.FindingRow) bool)) {
	t := a.t
	t.Helper()
	products, _ := all[app.ProductRow](a, "/api/products", 2)
	for _, p := range products {
		of := where(open, func(f app.FindingRow) bool { return f.ProductID == p.ID })
		filtered("product", p.ID, func(f app.FindingRow) bool { return f.ProductID == p.ID })
		a.same("findings counted for product "+p.BrandName, p.OpenFindings, len(of))
	}
	releases, _ := all[app.ReleaseRow](a, "/api/releases", 2)
	for _, release := range releases {
		of := where(open, func(f app.FindingRow) bool { return f.ReleaseID == release.ID })
		filtered("release", release.ID, func(f app.FindingRow) bool { return f.ReleaseID == release.ID })
		var page struct{ Release app.ReleaseRow }
		a.b.want(t, http.StatusOK, "GET", "/api/releases/"+release.ID, nil).into(t, &page)
		a.same("findings counted for release "+release.Version, []int{release.OpenFindings, page.Release.OpenFindings}, []int{len(of), len(of)})
		var parts app.ComponentPage
		a.b.want(t, http.StatusOK, "GET", "/api/sboms/"+release.SBOMID+"/components?limit=500", nil).into(t, &parts)
		for _, p := range parts.Items {
			ofPart := where(of, func(f app.FindingRow) bool { return f.Component.ID == p.Component.ID })
			var view app.ComponentView
			a.b.want(t, http.StatusOK, "GET", fmt.Sprintf("/api/sboms/%s/components/%d", release.SBOMID, p.Position), nil).into(t, &view)
			shown := []string{}
			for _, f := range view.Findings {
				shown = append(shown, f.ID)
			}
			slices.Sort(shown)
			a.same("findings of component "+p.Component.Name, shown, idsOf(ofPart))
			a.same("findings counted for component "+p.Component.Name, p.Findings, len(ofPart))
		}
	}
	installed, _ := all[app.InstallationRow](a, "/api/installations", 3)
	sites, _ := all[app.SiteRow](a, "/api/sites", 2)
	for _, site := range sites {
		there := map[string]bool{}
		for _, i := range installed {
			there[i.ReleaseID] = there[i.ReleaseID] || i.SiteID == site.ID
		}
		filtered("site", site.ID, func(f app.FindingRow) bool { return there[f.ReleaseID] })
	}
}

// vulnerabilities asks the list and the pages of vulnerabilities, by every
// name, and returns product, version, component and alias group → class.
func (a asker) vulnerabilities(open []app.FindingRow, filtered func(name, value string, keep func(app.FindingRow) bool)) map[string]string {
	t := a.t
	t.Helper()
	answer := map[string]string{}
	installed, _ := all[app.InstallationRow](a, "/api/installations", 200)
	listed, _ := all[app.VulnerabilityRow](a, "/api/vulnerabilities", 3)
	touching, _ := all[app.VulnerabilityRow](a, "/api/vulnerabilities", 2, "touching", "yes")
	for _, sort := range []string{"name", "-findings", "-priority", "modified_at"} {
		again, _ := all[app.VulnerabilityRow](a, "/api/vulnerabilities", 3, "sort", sort)
		a.same("vulnerabilities by "+sort, len(again), len(listed))
	}
	met := 0
	for _, v := range listed {
		of := where(open, func(f app.FindingRow) bool { return f.VulnerabilityID == v.ID })
		met += len(of)
		releases, products, units := map[string]bool{}, map[string]bool{}, map[string]int{}
		for _, f := range of {
			releases[f.ReleaseID], products[f.ProductID] = true, true
			key := strings.Join([]string{f.BrandName, f.Version, strings.TrimSpace(f.Component.Name + " " + f.Component.Version), strings.Join(v.Aliases, " ")}, "|")
			if answer[key] != "" {
				t.Errorf("two findings of %s", key)
			}
			answer[key] = f.Class
			a.same("finding as of its vulnerability", []any{f.KEV, f.Severity, f.Vulnerability, f.Title}, []any{v.KEV, v.Severity, v.Name, v.Title})
		}
		for _, i := range installed {
			if releases[i.ReleaseID] {
				units[i.SiteID] += i.Units
			}
		}
		a.same("counts of "+v.Name, []int{v.OpenFindings, v.Products, v.Sites}, []int{len(of), len(products), len(units)})
		filtered("vulnerability", v.ID, func(f app.FindingRow) bool { return f.VulnerabilityID == v.ID })
		sites, _ := all[app.SiteRow](a, "/api/sites", 2, "vulnerability", v.ID)
		a.same("hospitals of "+v.Name, len(sites), len(units))
		there, _ := all[app.InstallationRow](a, "/api/installations", 2, "vulnerability", v.ID)
		n := 0
		for _, i := range there {
			n += i.Units
		}
		want := 0
		for _, u := range units {
			want += u
		}
		a.same("units of "+v.Name, n, want)
		for _, name := range append(slices.Clone(v.Aliases), v.ID) {
			for mode, shown := range map[string]func(app.FindingRow) bool{
				"comprehensive": func(app.FindingRow) bool { return true },
				"precise":       func(f app.FindingRow) bool { return f.Precise },
			} {
				a.vulnerability(v, name, mode, where(of, shown), installed)
			}
			if name != v.ID {
				byText, _ := all[app.FindingRow](a, "/api/findings", 7, "state", "open", "q", name)
				a.same("findings by the text "+name, idsOf(byText), idsOf(of))
				var hits struct{ Items []app.Hit }
				a.b.want(t, http.StatusOK, "GET", "/api/search?q="+name, nil).into(t, &hits)
				if !slices.ContainsFunc(hits.Items, func(h app.Hit) bool { return h.Kind == "vulnerability" && h.ID == v.ID }) {
					t.Errorf("a search for %s does not find %s", name, v.Name)
				}
			}
		}
		if isTouching := slices.ContainsFunc(touching, func(x app.VulnerabilityRow) bool { return x.ID == v.ID }); isTouching != (len(of) > 0) {
			t.Errorf("%s is among those that touch: %t, with %d findings", v.Name, isTouching, len(of))
		}
	}
	a.same("findings of all vulnerabilities", met, len(open))
	return answer
}

// vulnerability asks the page of one.
func (a asker) vulnerability(v app.VulnerabilityRow, name, mode string, of []app.FindingRow, installed []app.InstallationRow) {
	t := a.t
	t.Helper()
	var page app.VulnerabilityView
	a.b.want(t, http.StatusOK, "GET", "/api/vulnerabilities/"+name+"?mode="+mode, nil).into(t, &page)
	got, want := map[string]string{}, map[string]string{}
	releases, products, units := map[string]bool{}, map[string]bool{}, map[string]int{}
	for _, f := range of {
		releases[f.ReleaseID], products[f.ProductID] = true, true
	}
	for _, i := range installed {
		if releases[i.ReleaseID] {
			units[i.SiteID] += i.Units
		}
	}
	a.same("counts on the page of "+name+" "+mode, []int{page.Vulnerability.OpenFindings, page.Vulnerability.Products, page.Vulnerability.Sites, page.ReleaseCount},
		[]int{len(of), len(products), len(units), len(releases)})
	for _, p := range page.Affected {
		for _, r := range p.Releases {
			got[p.BrandName+" "+r.Version] = fmt.Sprint(r.Findings, " ", r.Class, " ", r.Sites)
		}
	}
	for _, f := range of {
		same := where(of, func(o app.FindingRow) bool { return o.ReleaseID == f.ReleaseID })
		class := "possible"
		if slices.ContainsFunc(same, func(o app.FindingRow) bool { return o.Class == "affected" }) {
			class = "affected"
		}
		want[f.BrandName+" "+f.Version] = fmt.Sprint(len(same), " ", class, " ", f.Sites)
	}
	a.same("page of "+name+" "+mode, got, want)
	there := map[string]int{}
	for _, s := range page.Sites {
		there[s.ID] = s.Units
	}
	a.same("hospitals on the page of "+name, there, units)
	a.same("vulnerability of "+name, page.Vulnerability.ID, v.ID)
}

// exported: the table has the same findings, each with its evidence.
func (a asker) exported(open []app.FindingRow) {
	a.t.Helper()
	file := a.b.want(a.t, http.StatusOK, "GET", "/api/findings/export?state=open", nil)
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(file.body, []byte("\xEF\xBB\xBF")))).ReadAll()
	if err != nil {
		a.t.Fatal(err)
	}
	got := []string{}
	for _, row := range rows[1:] {
		got = append(got, row[0])
		if row[len(row)-1] == "" {
			a.t.Errorf("no evidence in %q", row)
		}
	}
	slices.Sort(got)
	a.same("findings in the table", got, idsOf(open))
}

// changes: what was opened and not closed since is what is open.
func (a asker) changes(open []app.FindingRow) {
	t := a.t
	t.Helper()
	const ever = "from=2000-01-01&to=2099-12-31"
	var page app.ChangesView
	a.b.want(t, http.StatusOK, "GET", "/api/changes?"+ever, nil).into(t, &page)
	listed, _ := all[app.VulnerabilityChange](a, "/api/changes/vulnerabilities", 3, "from", "2000-01-01", "to", "2099-12-31")
	opened, closed := 0, 0
	state := map[string]string{}
	for _, v := range listed {
		opened, closed = opened+v.Opened+v.Reopened, closed+v.Closed
		var details app.VulnerabilityChangeView
		a.b.want(t, http.StatusOK, "GET", "/api/changes/vulnerabilities/"+v.ID+"?limit=200&"+ever, nil).into(t, &details)
		if n := v.Opened + v.Reopened + v.Closed + v.Reclassed; details.Findings.Total != n {
			t.Errorf("%s: %d changes of findings listed, %d counted", v.Name, details.Findings.Total, n)
		}
		for _, f := range slices.Backward(details.Findings.Items) { // oldest first
			state[f.FindingID] = map[bool]string{true: "closed", false: f.Class}[f.Change == "closed"]
		}
	}
	a.same("totals of changes", []int{page.Totals.Vulnerabilities, page.Totals.Opened + page.Totals.Reopened, page.Totals.Closed}, []int{len(listed), opened, closed})
	want := map[string]string{}
	for _, f := range open {
		want[f.ID] = f.Class
	}
	maps.DeleteFunc(state, func(_, class string) bool { return class == "closed" })
	a.same("what was opened and not closed", state, want)
}

// Every read path tells the same affected set, that of the definition; the
// order and batching of what happened does not matter.
func TestSameAnswerOnEveryPath(t *testing.T) {
	for name, seeds := range map[string]int{"sqlite": 12, "postgres": 3} {
		t.Run(name, func(t *testing.T) {
			if testing.Short() {
				seeds = 2
			}
			for seed := range seeds {
				t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) {
					sameAnswer(t, name, uint64(seed))
				})
			}
		})
	}
}

func sameAnswer(t *testing.T, database string, seed uint64) {
	w := randomWorld(rand.New(rand.NewPCG(seed, 1)))
	want := w.affected()
	if matched := w.matched(t); !maps.Equal(matched, want) {
		t.Fatalf("the matcher alone: %s", differing(matched, want))
	}
	for _, inOrder := range []bool{true, false} {
		r := rand.New(rand.NewPCG(seed, 2))
		s := serve(t, openStore(t, database))
		s.hire(t)
		w.build(t, s, inOrder, r)
		_, b := s.person(t, "p@example.jp", app.ProductSecurity)
		got := asker{t, b}.answer(r)
		if !maps.Equal(got, want) {
			t.Errorf("in order %t: %s", inOrder, differing(got, want))
		}
		if t.Failed() {
			return
		}
	}
}

func differing(got, want map[string]string) string {
	var out []string
	for _, key := range slices.Sorted(maps.Keys(got)) {
		if got[key] != want[key] {
			out = append(out, fmt.Sprintf("%s is %q, not %q", key, got[key], want[key]))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if got[key] == "" {
			out = append(out, fmt.Sprintf("%s (%s) is missing", key, want[key]))
		}
	}
	return strings.Join(out, "\n")
}

func openStore(t *testing.T, database string) *sqlstore.Store {
	t.Helper()
	config := sqlstore.Config{Path: filepath.Join(t.TempDir(), "mimamori.db"), Enqueue: func(context.Context, any, app.Job) error { return nil }}
	if database == "postgres" {
		config.Path, config.URL, config.LedgerKeyPath = "", pgtest.Address(t), filepath.Join(t.TempDir(), "ledger.key")
	}
	store, err := sqlstore.Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}
