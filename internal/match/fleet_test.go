package match_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"mimamori/internal/advisory"
	"mimamori/internal/match"
	"mimamori/internal/sbom"
	"mimamori/internal/version"

	"pgregory.net/rapid"
)

// drawComponent draws one of few components, so that keys meet.
func drawComponent(t *rapid.T) sbom.Component {
	v := fmt.Sprintf("%d.%d", rapid.IntRange(0, 3).Draw(t, "major"), rapid.IntRange(0, 3).Draw(t, "minor"))
	name := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "name")
	switch rapid.IntRange(0, 3).Draw(t, "kind") {
	case 0:
		return sbom.Component{Name: name, Version: v, Purl: "pkg:npm/" + name + "@" + v + ".0"}
	case 1:
		return sbom.Component{Name: name, Version: v, CPEs: []string{"cpe:2.3:a:v:" + name + ":" + v + ":*:*:*:*:*:*:*"}}
	case 2:
		return sbom.Component{Name: name, Version: v, Purl: "pkg:deb/debian/" + name + "@" + v + "-1?distro=debian-12", CPEs: []string{"cpe:/a:v:" + name + ":" + v}}
	}
	return sbom.Component{Name: name, Version: v, Supplier: "v"}
}

func drawRow(t *rapid.T) match.Row {
	c := drawComponent(t)
	return match.Row{ID: identityText(&c), Release: rapid.SampledFrom([]string{"r1", "r2", "r3"}).Draw(t, "release"), Component: c}
}

// drawAdvisory draws one of few advisories, of every kind that is compared in
// its own way, some withdrawn.
func drawAdvisory(t *rapid.T) advisory.Advisory {
	name := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "package")
	fixed := fmt.Sprintf("%d.%d", rapid.IntRange(1, 3).Draw(t, "major"), rapid.IntRange(0, 3).Draw(t, "minor"))
	var a advisory.Advisory
	switch rapid.IntRange(0, 3).Draw(t, "source") {
	case 0:
		a = osv(rapid.SampledFrom([]string{"npm", "Debian:12"}).Draw(t, "ecosystem"), name, advisory.RangeEcosystem, "introduced 0", "fixed "+fixed)
	case 1:
		a = nvdOf(name, fixed, rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "platform"))
	case 2:
		a = advisory.Advisory{Source: advisory.SourceCVE, Part: "CNA", Affected: []advisory.Affected{{
			Vendor: "v", Product: name, Status: advisory.KnownAffected,
			Stated: &version.Stated{Default: version.StatedUnaffected, Entries: []version.StatedEntry{{Version: "0", Before: fixed, Type: rapid.SampledFrom([]string{"semver", "custom"}).Draw(t, "type"), Status: version.StatedAffected}}},
		}}}
	default:
		a = csaf(advisory.Affected{Vendor: "v", Product: name, VersionText: "< " + fixed})
	}
	a.ID = rapid.SampledFrom([]string{"X-1", "X-2", "X-3", "X-4"}).Draw(t, "id")
	if rapid.IntRange(0, 5).Draw(t, "withdrawn") == 0 {
		a.Withdrawn = a.Withdrawn.AddDate(2026, 0, 0)
	}
	return a
}

// nvdOf makes an NVD record of a product below a version and, where it is not
// empty, only together with a platform of version 1.0 or more.
func nvdOf(name, fixed, platform string) advisory.Advisory {
	a := advisory.Advisory{Source: advisory.SourceNVD, Affected: []advisory.Affected{{
		Vendor: "v", Product: name, CPEs: []string{"cpe:2.3:a:v:" + name + ":*:*:*:*:*:*:*:*"}, Bounds: version.Bounds{Before: fixed}, Status: advisory.KnownAffected,
	}}}
	if platform != "" {
		a.Affected = append(a.Affected, advisory.Affected{CPEs: []string{"cpe:2.3:a:v:" + platform + ":*:*:*:*:*:*:*:*"}, Bounds: version.Bounds{From: "1.0"}, Status: advisory.Platform})
		a.Configurations = []advisory.Configuration{{Operator: "AND", Entries: []int{0, 1}}}
	}
	return a
}

func matchesOf(f *match.Fleet) map[string][]match.Finding { return maps.Collect(f.All()) }

// Whatever the order and the batches in which rows and advisories came, went
// and changed: the fleet is as one that was built of what is left at once. The
// changes it told, put together, are its matches, and every release has the
// findings of Index.Release.
func TestFleetDeltas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := match.NewFleet(nil)
		rows := map[[2]string]match.Row{}
		records := map[match.AdvisoryKey]advisory.Advisory{}
		told := map[string]map[match.AdvisoryKey]match.Finding{}
		apply := func(changes []match.Change) {
			for _, c := range changes {
				before, held := told[c.Component][c.Advisory]
				if held != (c.Before != nil) || held && fmt.Sprint(before) != fmt.Sprint(*c.Before) {
					t.Fatalf("%s %v: told before %+v, now said to have been %+v", c.Component, c.Advisory, before, c.Before)
				}
				if told[c.Component] == nil {
					told[c.Component] = map[match.AdvisoryKey]match.Finding{}
				}
				if c.After == nil {
					delete(told[c.Component], c.Advisory)
				} else {
					told[c.Component][c.Advisory] = *c.After
				}
			}
		}
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			switch rapid.IntRange(0, 3).Draw(t, "step") {
			case 0:
				list := rapid.SliceOfN(rapid.Custom(drawRow), 1, 6).Draw(t, "add")
				for _, r := range list {
					rows[[2]string{r.ID, r.Release}] = r
				}
				apply(f.AddComponents(list))
			case 1:
				list := rapid.SliceOfN(rapid.Custom(drawRow), 1, 6).Draw(t, "remove")
				for _, r := range list {
					delete(rows, [2]string{r.ID, r.Release})
				}
				apply(f.RemoveComponents(list))
			case 2:
				list := rapid.SliceOfN(rapid.Custom(drawAdvisory), 1, 4).Draw(t, "put")
				for _, a := range list {
					records[match.AdvisoryKey{Source: a.Source, ID: a.ID, Part: a.Part}] = a
				}
				apply(f.PutAdvisories(list))
			default:
				a := drawAdvisory(t)
				key := match.AdvisoryKey{Source: a.Source, ID: a.ID, Part: a.Part}
				delete(records, key)
				apply(f.DeleteAdvisories([]match.AdvisoryKey{key}))
			}
		}
		fresh := match.NewFleet(nil)
		for _, a := range records {
			fresh.PutAdvisories([]advisory.Advisory{a})
		}
		fresh.AddComponents(slices.Collect(maps.Values(rows)))
		got, want := matchesOf(f), matchesOf(fresh)
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("after deltas\n%v\nbuilt at once\n%v", got, want)
		}
		for id, byKey := range told {
			for key, finding := range byKey {
				at := slices.IndexFunc(want[id], func(x match.Finding) bool {
					return key == match.AdvisoryKey{Source: x.Source, ID: x.Record, Part: x.Part}
				})
				if at < 0 || fmt.Sprint(want[id][at]) != fmt.Sprint(finding) {
					t.Fatalf("told %s %+v, which is not so", id, finding)
				}
			}
			if len(byKey) != len(want[id]) {
				t.Fatalf("%s: told %d matches of %d", id, len(byKey), len(want[id]))
			}
		}
		sameReleases(t, f, rows, records)
	})
}

// sameReleases compares Fleet.Affected with Index.Release.
func sameReleases(t *rapid.T, f *match.Fleet, rows map[[2]string]match.Row, records map[match.AdvisoryKey]advisory.Advisory) {
	var x match.Index
	for _, a := range records {
		x.Add(a)
	}
	type hit struct {
		component, release string
		advisory           match.AdvisoryKey
	}
	want, got := map[hit]string{}, map[hit]string{}
	for _, release := range []string{"r1", "r2", "r3"} {
		var components []sbom.Component
		var ids []string
		for key, r := range rows {
			if key[1] == release {
				components, ids = append(components, r.Component), append(ids, r.ID)
			}
		}
		for i, found := range x.Release(components) {
			for _, one := range found {
				want[hit{ids[i], release, match.AdvisoryKey{Source: one.Source, ID: one.Record, Part: one.Part}}] = fmt.Sprint(one.Class, one.Evidence)
			}
		}
	}
	for key := range records {
		for _, h := range f.Affected(key) {
			got[hit{h.Component, h.Release, key}] = fmt.Sprint(h.Finding.Class, h.Finding.Evidence)
		}
	}
	if !maps.Equal(got, want) {
		t.Fatalf("in releases\n%v\nby Index.Release\n%v", got, want)
	}
}

// A record that matters to no component may be left out until one comes.
func TestFleetMatters(t *testing.T) {
	f := match.NewFleet(nil)
	a := osv("npm", "a", advisory.RangeEcosystem, "introduced 0", "fixed 2.0.0")
	a.ID = "X-1"
	if f.Matters(&a) {
		t.Error("a record matters to an empty fleet")
	}
	row := match.Row{ID: "1", Release: "r", Component: purl("pkg:npm/a@1.0.0")}
	keys := match.Keys(row.Component)
	if got := f.NewKeys(keys); !slices.Equal(got, keys) {
		t.Errorf("new keys %q, want all of %q", got, keys)
	}
	f.AddComponents([]match.Row{row})
	if !f.Matters(&a) || len(f.NewKeys(keys)) != 0 {
		t.Errorf("matters %v, new keys %q", f.Matters(&a), f.NewKeys(keys))
	}
	if got := f.PutAdvisories([]advisory.Advisory{a}); len(got) != 1 || got[0].After == nil || got[0].Component != "1" {
		t.Errorf("got %+v", got)
	}
	if got := f.Size(); got != (match.Size{Components: 1, Occurrences: 1, Releases: 1, Advisories: 1, Keys: len(keys)}) {
		t.Errorf("size %+v", got)
	}
}
