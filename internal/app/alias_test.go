package app_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/fault"
	"mimamori/internal/match"
	"mimamori/internal/register"
)

// unnamed is a CycloneDX document of parts "name version" of a supplier. Parts
// that begin with "+" have their CPE name, the others have no identifier.
func unnamed(parts ...string) string {
	var out []string
	for i, p := range parts {
		name, v, _ := strings.Cut(strings.TrimPrefix(p, "+"), " ")
		cpe := ""
		if strings.HasPrefix(p, "+") {
			kind := "a"
			if name == "rtos" {
				kind = "o"
			}
			cpe = fmt.Sprintf(`,"cpe":"cpe:2.3:%s:example:%s:%s:*:*:*:*:*:*:*"`, kind, name, v)
		}
		out = append(out, fmt.Sprintf(`{"type":"library","bom-ref":"%d","name":"%s","version":"%s","supplier":{"name":"Example Works"}%s}`, i, name, v, cpe))
	}
	return `{"bomFormat":"CycloneDX","specVersion":"1.5","version":1,"components":[` + strings.Join(out, ",") + `]}`
}

const viewerIdentity = "cpe:2.3:a:example:viewer:*:*:*:*:*:*:*:*"

// unmatchedNow lists what cannot be matched once the list is in line.
func unmatchedNow(t testing.TB, a *app.App) map[string]app.UnmatchedItem {
	t.Helper()
	for range 100 {
		view := must[app.UnmatchedView](t)(a.Unmatched(t.Context(), app.ListQuery{Limit: 200}))
		if view.Behind || !view.Ready {
			time.Sleep(20 * time.Millisecond)
			continue
		}
		out := map[string]app.UnmatchedItem{}
		for _, item := range view.Items {
			out[item.Name] = item
		}
		return out
	}
	t.Fatal("the list does not come in line")
	return nil
}

// classesOf lists the open findings as "version: component version class".
func classesOf(t testing.TB, a *app.App) []string {
	t.Helper()
	var out []string
	for _, f := range must[app.List[app.FindingRow]](t)(a.Store.Findings(t.Context(), app.ListQuery{Filter: map[string]string{"state": "open"}, Limit: 200})).Items {
		out = append(out, f.Version+": "+f.Component.Name+" "+f.Component.Version+" "+f.Vulnerability+" "+f.Class)
	}
	slices.Sort(out)
	return out
}

// Confirming an identity gives what an SBOM would have given that told it from
// the beginning, in every release, and does what was said before; withdrawing
// it takes that back.
func TestAnAliasDoesWhatTheIdentityInTheSBOMWouldHaveDone(t *testing.T) {
	releases := map[string][]string{
		"old": {"viewer 1.0", "+rtos 4.2"}, "new": {"viewer 1.0", "+rtos 5.1"}, "alone": {"viewer 1.0", "viewer 3.0"}, "odd": {"viewer 開発版"}, "none": {"+rtos 4.2", "pump-ui 7"},
	}
	fleet := func(told bool) (*app.App, map[string]string) {
		a := newApp(t)
		p, _ := pump(t, a)
		ids := map[string]string{}
		for version, parts := range releases {
			r := must[register.Release](t)(a.AddRelease(t.Context(), psirt, register.Release{ProductID: p.ID, Version: version}))
			ids[version] = r.ID
			document := unnamed(parts...)
			if told {
				document = strings.ReplaceAll(unnamed(slices.Collect(func(yield func(string) bool) {
					for _, part := range parts {
						if strings.HasPrefix(part, "viewer") {
							part = "+" + part
						}
						if !yield(part) {
							return
						}
					}
				})...), "開発版:", "%e9:")
			}
			upload(t, a, r.ID, document)
		}
		must[app.ImportRun](t)(a.ImportPath(t.Context(), psirt, "nvd", write(t, "nvd.json", conditional), func(app.Progress) {}))
		return a, ids
	}
	oracle, _ := fleet(true)
	want := classesOf(t, oracle)
	a, ids := fleet(false)
	if got := classesOf(t, a); len(got) != 0 {
		t.Fatalf("before anything was confirmed: %q", got)
	}
	list := unmatchedNow(t, a)
	if got := slices.Sorted(maps.Keys(list)); !slices.Contains(got, "pump-ui") || !slices.Contains(got, "viewer") {
		t.Fatalf("cannot be matched: %q", got)
	}
	viewer := list["viewer"]
	if viewer.Reason != app.UnmatchedNone || viewer.Releases != 4 || viewer.Best == nil || viewer.Best.Identity != viewerIdentity || !viewer.Best.SameSupplier || !slices.Equal(viewer.Best.Shared, []string{"viewer"}) {
		t.Errorf("%+v, proposed %+v", viewer, viewer.Best)
	}
	effect := must[app.AliasEffect](t)(a.AliasEffect(t.Context(), viewer.Key, viewerIdentity))
	if effect.Findings != len(want) || !effect.Known || effect.Vulnerabilities != 1 {
		t.Errorf("foretold %+v, where the SBOMs tell it: %q", effect, want)
	}
	done := must[app.DecidedAlias](t)(a.ConfirmAlias(t.Context(), psirt, app.ConfirmAlias{Supplier: "Example Works", Name: "Viewer", Identity: viewerIdentity, Reason: "供給者に確認した"}))
	if got := classesOf(t, a); !slices.Equal(got, want) || done.Opened != effect.Findings {
		t.Errorf("got %q, want %q; opened %d of %d", got, want, done.Opened, effect.Findings)
	}
	if again := must[app.AliasEffect](t)(a.AliasEffect(t.Context(), viewer.Key, viewerIdentity)); again.Findings != 0 {
		t.Errorf("what is open would open again: %+v", again)
	}
	if _, listed := unmatchedNow(t, a)["viewer"]; listed {
		t.Error("what was decided is still listed")
	}
	// Who, when and why is told with the finding.
	finding := must[app.List[app.FindingRow]](t)(a.Store.Findings(t.Context(), app.ListQuery{})).Items[0]
	decisions := must[[]app.ComponentAlias](t)(a.DecisionsOf(t.Context(), finding.ID))
	if len(decisions) != 1 || decisions[0].By != psirt.Name || decisions[0].Reason != "供給者に確認した" || !decisions[0].At.Equal(now) {
		t.Errorf("decisions %+v", decisions)
	}
	// An SBOM that comes later is matched by it, too.
	upload(t, a, ids["none"], unnamed("viewer 1.1", "+rtos 4.2"))
	if got := classesOf(t, a); len(got) != len(want)+1 {
		t.Errorf("after another SBOM: %q", got)
	}
	undone := must[app.DecidedAlias](t)(a.WithdrawAlias(t.Context(), psirt, done.Alias.ID, "別の製品だった"))
	if got := classesOf(t, a); len(got) != 0 || undone.Closed != len(want)+1 {
		t.Errorf("after it was withdrawn: %q, closed %d", got, undone.Closed)
	}
	if closed := must[app.List[app.FindingRow]](t)(a.Store.Findings(t.Context(), app.ListQuery{Filter: map[string]string{"state": "closed"}})); closed.Total != len(want)+1 {
		t.Errorf("%d findings in the history", closed.Total)
	}
	if _, listed := unmatchedNow(t, a)["viewer"]; !listed {
		t.Error("what was withdrawn is not listed")
	}
}

// Decisions that cannot stand are refused with the field, and what somebody
// decided before is told.
func TestDecisionsAboutComponents(t *testing.T) {
	a := newApp(t)
	_, r := pump(t, a)
	upload(t, a, r.ID, unnamed("pump-ui 7", "zlib 1"))
	for pointer, in := range map[string]app.ConfirmAlias{
		"/name": {Identity: viewerIdentity, Reason: "供給者に確認した"}, "/reason": {Name: "x", Identity: viewerIdentity}, "/identity": {Name: "x", Identity: "openssl", Reason: "供給者に確認した"},
	} {
		_, err := a.ConfirmAlias(t.Context(), psirt, in)
		if fields := fault.FieldsOf(err); len(fields) != 1 || fields[0].Pointer != pointer {
			t.Errorf("%+v: %v %+v", in, err, fields)
		}
	}
	for _, identity := range []string{"pkg:npm/lodash@4", "cpe:2.3:a:openssl:openssl:3.0:*:*:*:*:*:*:*"} {
		if _, err := a.ConfirmAlias(t.Context(), psirt, app.ConfirmAlias{Name: "x", Identity: identity, Reason: "供給者に確認した"}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s with a version: %v", identity, err)
		}
	}
	if _, err := a.ConfirmAlias(t.Context(), approver, app.ConfirmAlias{Name: "x", Reason: "自社のコードである"}); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("without permission: %v", err)
	}
	none := app.ConfirmAlias{Supplier: "Example Works", Name: "pump-ui", Reason: "自社で作成したプログラム"}
	own := must[app.DecidedAlias](t)(a.ConfirmAlias(t.Context(), psirt, none))
	if _, listed := unmatchedNow(t, a)["pump-ui"]; listed {
		t.Error("own code is still listed")
	}
	if _, err := a.ConfirmAlias(t.Context(), officer, none); fault.KindOf(err) != fault.Conflict {
		t.Errorf("the same again: %v", err)
	}
	none.Identity = viewerIdentity
	if _, err := a.ConfirmAlias(t.Context(), officer, none); fault.KindOf(err) != fault.Conflict {
		t.Errorf("otherwise: %v", err)
	}
	// Several at once are all or none.
	_, err := a.ConfirmAliases(t.Context(), psirt, []app.ConfirmAlias{{Supplier: "Example Works", Name: "zlib", Reason: "自社で保守"}, {Supplier: "Example Works", Name: "PUMP UI", Reason: "自社で保守"}})
	if _, listed := unmatchedNow(t, a)["zlib"]; fault.KindOf(err) != fault.Conflict || !listed {
		t.Errorf("half of it was kept: %v", err)
	}
	must[app.DecidedAlias](t)(a.WithdrawAlias(t.Context(), psirt, own.Alias.ID, "登録を誤った"))
	if _, err := a.WithdrawAlias(t.Context(), psirt, own.Alias.ID, "登録を誤った"); fault.KindOf(err) != fault.Conflict {
		t.Errorf("withdrawn twice: %v", err)
	}
	must[app.DecidedAlias](t)(a.ConfirmAlias(t.Context(), psirt, none))
}

// CISA's medical advisories name no identifier. What may be a product of ours is
// proposed and told, nothing is decided by itself, and what a person confirmed
// meets every release, with or without an SBOM.
func TestAnAdvisoryNamesAProductOfOurs(t *testing.T) {
	a := newApp(t)
	p := must[register.Product](t)(a.AddProduct(t.Context(), officer, register.Product{
		BrandName: "DoseWise Portal ドーズワイズ", GenericName: "放射線量管理プログラム", Route: register.Approval, Class: register.ClassII,
	}))
	addRelease := func(version string) register.Release {
		return must[register.Release](t)(a.AddRelease(t.Context(), officer, register.Release{ProductID: p.ID, Version: version}))
	}
	addRelease("1.1.7.333")
	addRelease("3.0")
	odd := addRelease("試作")
	archive := filepath.Join("..", "..", "..", "shared", "data", "csaf", "cisa-icsma.zip")
	if _, err := os.Stat(archive); err != nil {
		t.Skip("skipped: the medical advisories (../shared/data) are not beside the project")
	}
	must[app.ImportRun](t)(a.ImportPath(t.Context(), psirt, "csaf", archive, func(app.Progress) {}))
	if got := classesOf(t, a); len(got) != 0 {
		t.Fatalf("decided by itself: %q", got)
	}
	added := must[[]app.ProductProposal](t)(a.ProposeProducts(t.Context()))
	if len(added) == 0 || added[0].ProductID != p.ID || added[0].Name != "DoseWise Portal" || added[0].Vendor != "Philips" {
		t.Fatalf("proposed: %+v", added)
	}
	if again := must[[]app.ProductProposal](t)(a.ProposeProducts(t.Context())); len(again) != 0 {
		t.Errorf("proposed again: %+v", again)
	}
	detail := must[app.ProductNameDetail](t)(a.ProductNameDetail(t.Context(), p.ID, added[0].Key))
	foretold := map[string][2]int{}
	for _, r := range detail.Releases {
		foretold[r.Version] = [2]int{r.Affected, r.Possible}
	}
	if len(detail.Advisories) != detail.Total || detail.Advisories[0].RecordID != "ICSMA-17-229-01" || len(detail.Advisories[0].Versions) == 0 {
		t.Errorf("advisories %+v", detail.Advisories)
	}
	done := must[app.DecidedProductName](t)(a.DecideProductName(t.Context(), psirt, app.DecideProductName{
		ProductID: p.ID, Vendor: added[0].Vendor, Name: added[0].Name, Ours: true, Reason: "同じ製品を当社が販売している",
	}))
	got := map[string][2]int{}
	for _, f := range must[app.List[app.FindingRow]](t)(a.Store.Findings(t.Context(), app.ListQuery{Filter: map[string]string{"state": "open"}})).Items {
		n := got[f.Version]
		if f.Class == "affected" {
			n[0]++
		} else {
			n[1]++
		}
		got[f.Version] = n
		evidence := must[[]app.Match](t)(a.Store.Evidence(t.Context(), f.ID))
		if !strings.Contains(string(evidence[0].Evidence), string(match.ByProduct)) {
			t.Errorf("evidence %s", evidence[0].Evidence)
		}
		if decisions := must[[]app.ComponentAlias](t)(a.DecisionsOf(t.Context(), f.ID)); len(decisions) != 1 || decisions[0].By != psirt.Name {
			t.Errorf("decisions %+v", decisions)
		}
	}
	if got["1.1.7.333"][0] == 0 || got["試作"][1] == 0 || got["3.0"] != [2]int{} {
		t.Errorf("findings %v", got)
	}
	delete(foretold, "3.0")
	if !maps.Equal(got, foretold) {
		t.Errorf("foretold %v, came %v", foretold, got)
	}
	if list := must[app.List[app.ProductProposal]](t)(a.Store.ProductProposals(t.Context(), app.ListQuery{})); slices.ContainsFunc(list.Items, func(x app.ProductProposal) bool { return x.Key == added[0].Key }) {
		t.Error("what was decided is still proposed")
	}
	// A release that comes later, and one that is named another way.
	addRelease("2.1.1.3069")
	odd.Version = "3.1"
	must[register.Release](t)(a.UpdateRelease(t.Context(), officer, odd))
	versions := map[string]bool{}
	for _, f := range must[app.List[app.FindingRow]](t)(a.Store.Findings(t.Context(), app.ListQuery{Filter: map[string]string{"state": "open"}})).Items {
		versions[f.Version] = true
	}
	if !maps.Equal(versions, map[string]bool{"1.1.7.333": true, "2.1.1.3069": true}) {
		t.Errorf("releases with findings: %v", versions)
	}
	undone := must[app.DecidedProductName](t)(a.WithdrawProductName(t.Context(), psirt, done.Name.ID, "別の製品だった"))
	if got := classesOf(t, a); len(got) != 0 || undone.Closed == 0 {
		t.Errorf("after it was withdrawn: %q", got)
	}
}
