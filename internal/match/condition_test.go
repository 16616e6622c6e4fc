package match_test

import (
	"compress/gzip"
	"slices"
	"strconv"
	"strings"
	"testing"

	"mimamori/internal/advisory"
	"mimamori/internal/match"
	"mimamori/internal/sbom"
	"mimamori/internal/version"

	"pgregory.net/rapid"
)

// naive is a second, simple computation of CPE applicability from the
// definitions: NISTIR 7696 (name matching, table 6-2) and the description of
// NVD's configurations. It works on the texts, knows nothing of keys and
// indexes, and differs where the matcher does on purpose: a missing platform,
// an update spelled otherwise, "-" as the version of something affected, and
// ANY as a vendor are unknown.
type naive struct{ components []string } // CPE 2.3 names of a release

const (
	no, unknown, yes = 0, 1, 2
)

func fields(name string) []string {
	return strings.Split(strings.ToLower(strings.NewReplacer(`\.`, ".", `\-`, "-").Replace(name)), ":")[2:]
}

func (n naive) name(source, target string, b version.Bounds, platform bool) int {
	s, t := fields(source), fields(target)
	if s[0] != t[0] || s[2] != t[2] || s[1] != t[1] && s[1] != "*" {
		return no
	}
	answer := yes
	weaken := func(to int) { answer = min(answer, to) }
	if s[1] == "*" && t[1] != "*" {
		weaken(unknown)
	}
	switch v := t[3]; {
	case s[3] == "-" && platform:
	case s[3] == "-":
		weaken(unknown)
	case s[3] == "*" && b.IsZero():
	case v == "*" || v == "-":
		weaken(unknown)
	case s[3] == "*":
		weaken(within(b, v))
	default:
		order, err := version.Compare(version.Generic, v, s[3])
		major, _, dotted := strings.Cut(v, ".")
		other, _, dottedToo := strings.Cut(s[3], ".")
		a, errA := strconv.ParseUint(major, 10, 64)
		b, errB := strconv.ParseUint(other, 10, 64)
		switch {
		case v == s[3]:
		case dotted && dottedToo && errA == nil && errB == nil && a != b: // 99.9 is not 7.0(3)I1, whatever that is
			weaken(no)
		case err != nil:
			weaken(unknown)
		case order != 0:
			weaken(no)
		}
	}
	for i := 4; i < 11; i++ {
		switch {
		case s[i] == "*" || s[i] == t[i]:
		case i == 4 && s[i] == "-" && t[i] == "*":
		case t[i] == "*" || i == 4:
			weaken(unknown)
		default:
			weaken(no)
		}
	}
	return answer
}

func within(b version.Bounds, v string) int {
	answer := yes
	for _, bound := range []struct {
		text string
		ok   func(int) bool
	}{
		{b.From, func(o int) bool { return o >= 0 }},
		{b.After, func(o int) bool { return o > 0 }},
		{b.UpTo, func(o int) bool { return o <= 0 }},
		{b.Before, func(o int) bool { return o < 0 }},
	} {
		if bound.text == "" {
			continue
		}
		order, err := version.Compare(version.Generic, v, bound.text)
		switch {
		case err != nil:
			answer = min(answer, unknown)
		case !bound.ok(order):
			answer = no
		}
	}
	return answer
}

// entry: what any component of the release makes of it; with none of its
// products there, it is unknown.
func (n naive) entry(f *advisory.Affected) int {
	answer := -1
	for _, source := range f.CPEs {
		for _, target := range n.components {
			s, t := fields(source), fields(target)
			if s[0] == t[0] && s[2] == t[2] && (s[1] == t[1] || s[1] == "*") {
				answer = max(answer, n.name(source, target, f.Bounds, f.Status == advisory.Platform))
			}
		}
	}
	if answer >= 0 {
		return answer
	}
	for _, source := range f.CPEs {
		s := fields(source)
		for _, target := range n.components {
			if t := fields(target); f.Status == advisory.Platform && s[0] == "h" && (s[3] == "-" || s[3] == "*") && t[0] == "o" && t[1] == s[1] && t[2] == s[2]+"_firmware" {
				return yes // firmware runs on its own hardware
			}
		}
	}
	return unknown
}

func (n naive) holds(a *advisory.Advisory, c *advisory.Configuration) int {
	var parts []int
	for _, i := range c.Entries {
		parts = append(parts, n.entry(&a.Affected[i]))
	}
	for i := range c.Parts {
		parts = append(parts, n.holds(a, &c.Parts[i]))
	}
	answer := slices.Max(parts)
	if c.Operator == "AND" {
		answer = slices.Min(parts)
	}
	if c.Negate {
		return yes - answer
	}
	return answer
}

// component is what the record means for one component of the release.
func (n naive) component(a *advisory.Advisory, target string) int {
	answer := no
	for i := range a.Affected {
		f := &a.Affected[i]
		if f.Status == advisory.Platform {
			continue
		}
		own := no
		for _, source := range f.CPEs {
			own = max(own, n.name(source, target, f.Bounds, false))
		}
		for j := range a.Configurations {
			if names(&a.Configurations[j], i) {
				own = min(own, n.holds(a, &a.Configurations[j]))
			}
		}
		answer = max(answer, own)
	}
	return answer
}

func names(c *advisory.Configuration, entry int) bool {
	return slices.Contains(c.Entries, entry) || slices.ContainsFunc(c.Parts, func(p advisory.Configuration) bool { return names(&p, entry) })
}

func agree(t interface{ Fatalf(string, ...any) }, a *advisory.Advisory, components []string) int {
	var x match.Index
	x.Add(*a)
	list := make([]sbom.Component, len(components))
	for i, text := range components {
		list[i] = sbom.Component{Name: "c", CPEs: []string{text}}
	}
	met := 0
	for i, found := range x.Release(list) {
		got := no
		if len(found) > 0 {
			got = map[match.Class]int{match.Affected: yes, match.Possible: unknown}[found[0].Class]
			met++
		}
		if want := (naive{components}).component(a, components[i]); got != want {
			t.Fatalf("%s %s for %s among %q: got %d, the second computation %d\n%+v\n%+v", a.ID, a.Part, components[i], components, got, want, found, *a)
		}
	}
	return met
}

func TestCPEAgreesWithNaive(t *testing.T) {
	attribute := rapid.SampledFrom([]string{"*", "*", "*", "-", "x", "y"})
	name := func(t *rapid.T, source bool) string {
		vendors := []string{"v", "w"}
		if source {
			vendors = append(vendors, "*")
		}
		parts := []string{
			"cpe:2.3:a", rapid.SampledFrom(vendors).Draw(t, "vendor"), rapid.SampledFrom([]string{"p", "q"}).Draw(t, "product"),
			rapid.SampledFrom([]string{"*", "*", "-", "1.0", "1.5", "2.0", "2.0a", "1-beta", "sp1"}).Draw(t, "version"),
		}
		for range 7 {
			parts = append(parts, attribute.Draw(t, "attribute"))
		}
		return strings.Join(parts, ":")
	}
	rapid.Check(t, func(t *rapid.T) {
		a := advisory.Advisory{Source: advisory.SourceNVD, ID: "CVE-2026-1"}
		for range rapid.IntRange(1, 4).Draw(t, "entries") {
			f := advisory.Affected{CPEs: []string{name(t, true)}, Status: rapid.SampledFrom([]advisory.Status{advisory.KnownAffected, advisory.KnownAffected, advisory.Platform}).Draw(t, "status")}
			if rapid.Bool().Draw(t, "bounded") && fields(f.CPEs[0])[3] == "*" {
				f.Bounds = version.Bounds{From: rapid.SampledFrom([]string{"", "1.0"}).Draw(t, "from"), Before: rapid.SampledFrom([]string{"", "1.5", "2.0"}).Draw(t, "before")}
			}
			a.Affected = append(a.Affected, f)
		}
		var condition func(depth int) advisory.Configuration
		condition = func(depth int) advisory.Configuration {
			c := advisory.Configuration{Operator: rapid.SampledFrom([]string{"AND", "OR"}).Draw(t, "operator"), Negate: rapid.IntRange(0, 4).Draw(t, "negate") == 0}
			c.Entries = rapid.SliceOfNDistinct(rapid.IntRange(0, len(a.Affected)-1), 1, len(a.Affected), rapid.ID).Draw(t, "named")
			if depth > 0 && rapid.Bool().Draw(t, "deeper") {
				c.Parts = append(c.Parts, condition(depth-1))
			}
			return c
		}
		if rapid.Bool().Draw(t, "conditional") {
			a.Configurations = []advisory.Configuration{condition(2)}
		}
		var components []string
		for range rapid.IntRange(1, 3).Draw(t, "components") {
			components = append(components, name(t, false))
		}
		agree(t, &a, components)
	})
}

// Every 150th record of NVD's feeds against releases made of the names it
// gives itself, with their versions and others.
func TestNVDAgreesWithNaive(t *testing.T) {
	records, conditional, met := 0, 0, 0
	for _, feed := range []string{"vuln/nvd/nvdcve-1.1-2014.json.gz", "vuln/nvd/nvdcve-1.1-2021.json.gz", "vuln/nvd-overrides.jsonl.gz"} {
		z, err := gzip.NewReader(open(t, feed))
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for a, err := range advisory.NVD(z, feed) {
			if n++; err != nil || n%150 != 0 || len(a.Affected) == 0 || !a.Withdrawn.IsZero() {
				continue
			}
			records++
			conditional += min(len(a.Configurations), 1)
			var all []string
			for i := range a.Affected {
				for _, text := range a.Affected[i].CPEs[:min(len(a.Affected[i].CPEs), 3)] {
					if c, err := sbom.ParseCPE(text); err != nil || strings.ContainsAny(c.Vendor+c.Product+c.Version, `:\*?`) && c.Version != "*" || strings.ContainsAny(c.Vendor+c.Product, ":*?") {
						continue
					}
					parts := strings.Split(text, ":")
					for _, v := range []string{parts[5], cutLast(a.Affected[i].Bounds), "99.9"} {
						if len(parts) == 13 && v != "" {
							parts[5] = v
							all = append(all, strings.Join(parts, ":"))
						}
					}
				}
			}
			for i := range all {
				met += agree(t, &a, all[i:i+1])
				if i > 0 {
					met += agree(t, &a, []string{all[i-1], all[i]})
				}
				if i > 12 {
					break
				}
			}
			if len(all) > 0 {
				met += agree(t, &a, all[:min(len(all), 20)])
			}
		}
	}
	t.Logf("%d records, %d with conditions, %d matches agree", records, conditional, met)
	if records < 200 || conditional < 15 {
		t.Errorf("only %d records, %d with conditions", records, conditional)
	}
}

func cutLast(b version.Bounds) string {
	for _, v := range []string{b.UpTo, b.Before, b.From} {
		if v != "" {
			return v
		}
	}
	return ""
}

// Firmware runs on its own hardware, which no SBOM lists.
func TestFirmwareImpliesItsHardware(t *testing.T) {
	a := advisory.Advisory{
		Source: advisory.SourceNVD, ID: "CVE-2026-2",
		Affected: []advisory.Affected{
			{CPEs: []string{"cpe:2.3:o:acme:pump_firmware:*:*:*:*:*:*:*:*"}, Bounds: version.Bounds{Before: "2.0"}, Status: advisory.KnownAffected},
			{CPEs: []string{"cpe:2.3:h:acme:pump:-:*:*:*:*:*:*:*"}, Status: advisory.Platform},
		},
		Configurations: []advisory.Configuration{{Operator: "AND", Entries: []int{0, 1}}},
	}
	firmware := sbom.Component{Name: "f", CPEs: []string{"cpe:2.3:o:acme:pump_firmware:1.9:*:*:*:*:*:*:*"}}
	var x match.Index
	x.Add(a)
	if got := x.Release([]sbom.Component{firmware}); len(got[0]) != 1 || got[0][0].Class != match.Affected {
		t.Errorf("got %+v", got)
	}
	a.Affected[1].CPEs[0] = "cpe:2.3:o:linux:linux_kernel:-:*:*:*:*:*:*:*"
	var y match.Index
	y.Add(a)
	got := y.Release([]sbom.Component{firmware})
	if len(got[0]) != 1 || got[0][0].Class != match.Possible || got[0][0].Evidence[0].Condition != "o:linux:linux_kernel" {
		t.Errorf("got %+v", got)
	}
	if got[0][0].In(match.Precise) || !got[0][0].In(match.Comprehensive) {
		t.Error("a platform that is not known to be there is for the comprehensive mode")
	}
}
