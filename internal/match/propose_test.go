package match_test

import (
	"archive/zip"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"mimamori/internal/advisory"
	"mimamori/internal/match"
	"mimamori/internal/sbom"
	"mimamori/internal/version"

	"pgregory.net/rapid"
)

// medical are the products of CISA's medical advisories.
func medical(t testing.TB) []match.Named {
	t.Helper()
	f := open(t, "csaf/cisa-icsma.zip")
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(f, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	var out []match.Named
	for _, m := range z.File {
		if !strings.HasSuffix(m.Name, ".json") {
			continue
		}
		r, err := m.Open()
		if err != nil {
			t.Fatal(err)
		}
		list, err := advisory.CSAF(r, m.Name)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range list {
			out = append(out, match.NamesOf(a)...)
		}
		_ = r.Close()
	}
	return out
}

// Vendors and products as a register has them, and the advisory that has to be
// among the first proposals. Vendor names vary in the advisories.
func TestProposeAdvisories(t *testing.T) {
	items := medical(t)
	catalogue := match.NewCatalogue(items)
	for _, tt := range []struct {
		supplier, name, version, want string
		member                        version.Membership
	}{
		{"Becton Dickinson", "Alaris 8015 PC Unit", "9.5", "ICSMA-17-017-02", version.Inside},
		{"BD", "Alaris PC unit 8015", "9.33", "ICSMA-17-017-02", version.Inside},
		{"Phillips", "DoseWise Portal", "1.1.7.333", "ICSMA-17-229-01", version.Inside},
		{"Philips", "Dosewise portal", "3.0", "ICSMA-17-229-01", version.Outside},
		{"St Jude Medical, Inc.", "EX1100 Inductive Model", "8.2.1", "ICSMA-17-009-01A", version.Inside},
		{"BMC Medical", "Luna CPAP", "2018", "ICSMA-17-227-01", version.Unknown},
		{"", "IntelliSpace Portal", "8.0.1", "ICSMA-18-058-02", version.Inside},
		{"", "Alaris 8015 PC ユニット", "9.5", "ICSMA-17-017-02", version.Inside},
		{"Siemens Healthineers", "SPECT/CT System (Windows XP)", "VB20", "ICSMA-17-215-01", version.Inside},
	} {
		got := match.ProposeAdvisories(tt.supplier, tt.name, tt.version, catalogue)
		at := slices.IndexFunc(got, func(p match.Proposal) bool { return p.Advisory.ID == tt.want && p.Version == tt.member })
		if at < 0 || at > 4 {
			t.Errorf("%s %s %s: %s (%s) is at %d of %+v", tt.supplier, tt.name, tt.version, tt.want, tt.member, at, got)
		}
	}
	if got := match.ProposeAdvisories("Acme", "Coffee machine", "1", catalogue); len(got) != 0 {
		t.Errorf("a coffee machine: %+v", got)
	}
	shuffled := slices.Clone(items)
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	again := match.NewCatalogue(shuffled)
	for _, item := range items[:50] {
		a, b := match.ProposeAdvisories(item.Supplier, item.Name, "1", catalogue), match.ProposeAdvisories(item.Supplier, item.Name, "1", again)
		if !reflect.DeepEqual(a, b) {
			t.Fatalf("%s: the order of the catalogue changes the proposals: %+v, %+v", item.Name, a, b)
		}
		if a[0].Score < 0.99 || a[0].Name != item.Name {
			t.Errorf("%s %s is not proposed for itself first: %+v", item.Supplier, item.Name, a[0])
		}
	}
}

// A component without identifier gets the identities of its name; once one is
// confirmed, it is matched by it, with the evidence saying so.
func TestAlias(t *testing.T) {
	record := osv("PyPI", "scikit-learn", advisory.RangeEcosystem, "introduced 0", "fixed 1.5.0")
	openssl := nvdOf("openssl", "1.0.2k", "")
	openssl.ID = "CVE-2026-3"
	record.ID = "PYSEC-1"
	var items []match.Named
	for _, a := range []advisory.Advisory{openssl, osv("PyPI", "scikit-image", advisory.RangeEcosystem)} {
		a.Affected[0].Purl = map[advisory.Source]string{advisory.SourceOSV: "pkg:pypi/scikit-image"}[a.Source]
		items = append(items, match.NamesOf(a)...)
	}
	record.Affected[0].Purl = "pkg:pypi/scikit-learn"
	items = append(items, match.NamesOf(record)...)
	c := sbom.Component{Name: "Scikit Learn library", Version: "1.4.2", Supplier: "INRIA"}
	got := match.ProposeAliases(c, match.NewCatalogue(items))
	if len(got) == 0 || got[0].Identity != "pkg:pypi/scikit-learn" {
		t.Fatalf("got %+v", got)
	}
	var x match.Index
	x.Add(record)
	if found := x.Component(c); len(found) != 0 {
		t.Errorf("an alias that nobody confirmed matches: %+v", found)
	}
	aliases := match.NewAliases([]match.Alias{{Supplier: "Inria", Name: "scikit-learn LIBRARY", Identity: got[0].Identity}, {Name: "", Identity: "pkg:npm/x"}, {Name: "x", Identity: "x"}})
	x.Aliases = aliases
	found := x.Component(c)
	if len(found) != 1 || found[0].Class != match.Affected || found[0].Evidence[0].Rule != match.ByAlias {
		t.Fatalf("got %+v", found)
	}
	if keys := aliases.Keys(c); !slices.Contains(keys, "osv:pypi:scikit-learn") || slices.Contains(match.Keys(c), "osv:pypi:scikit-learn") {
		t.Errorf("keys %q", keys)
	}
	cpe := match.NewAliases([]match.Alias{{Name: "SSL", Identity: "cpe:2.3:a:v:openssl:*:*:*:*:*:*:*:*"}})
	y := match.Index{Aliases: cpe}
	y.Add(openssl)
	if found := y.Component(sbom.Component{Name: "ssl", Version: "1.0.2j"}); len(found) != 1 || found[0].Class != match.Affected {
		t.Errorf("got %+v", found)
	}
	for _, wrong := range []match.Alias{{Identity: "pkg:npm/x"}, {Name: "x", Identity: "pkg:"}, {Name: "x", Identity: "openssl"}} {
		if match.CheckAlias(wrong) == nil {
			t.Errorf("%+v is accepted", wrong)
		}
	}
}

// Whatever a key names is proposed under an identity that leads back to the key
// once it is confirmed.
func TestNamedByKey(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-z0-9][a-z0-9._+-]{0,8}`)
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		key := rapid.SampledFrom([]string{
			"cpe:a:" + a + ":" + b, "cpe:o:" + a + ":" + b, "osv:npm:@" + a + "/" + b, "osv:npm:" + a, "osv:go:example.com/" + a + "/" + b,
			"osv:maven:org." + a + ":" + b, "osv:crates.io:" + strings.ReplaceAll(a, "_", "-"), "osv:nuget:" + a,
		}).Draw(t, "key")
		named, ok := match.NamedByKey(key, 3)
		if !ok || named.Records != 3 {
			t.Fatalf("%s: %+v", key, named)
		}
		alias := match.Alias{Name: "part", Identity: named.Identity}
		if err := match.CheckAlias(alias); err != nil {
			t.Fatal(err)
		}
		if keys := match.NewAliases([]match.Alias{alias}).Keys(sbom.Component{Name: "part", Version: "1"}); !slices.Contains(keys, key) {
			t.Fatalf("%s is proposed as %s, which has the keys %q", key, named.Identity, keys)
		}
	})
	for _, key := range []string{"cpe:a:*:openssl", "hash:sha1:00", "source:deb/debian/openssl", "osv:debian:openssl", "osv:oss-fuzz:openssl", "cpe:a:x", "osv:npm:", "name:philips|", ""} {
		if named, ok := match.NamedByKey(key, 1); ok {
			t.Errorf("%s: %+v", key, named)
		}
	}
	if named, ok := match.NamedByKey("name:philips|dosewise portal", 1); !ok || named.Key() != match.AliasKey("Philips", "DoseWise Portal") || named.Identity != "" {
		t.Errorf("%+v", named)
	}
}

// Why something is proposed is told in our words, and of equally similar
// identities the one that more advisories name comes first.
func TestProposalsExplained(t *testing.T) {
	var items []match.Named
	for key, records := range map[string]int{"cpe:a:openssl:openssl": 200, "cpe:a:acme:openssl": 1, "osv:npm:left-pad": 1, "osv:pypi:openssl-tools": 9} {
		named, _ := match.NamedByKey(key, records)
		items = append(items, named)
	}
	catalogue := match.NewCatalogue(items)
	got := match.ProposeAliases(sbom.Component{Name: "OpenSSL"}, catalogue)
	if len(got) < 2 || got[0].Identity != "cpe:2.3:a:openssl:openssl:*:*:*:*:*:*:*:*" || !slices.Equal(got[0].Shared, []string{"openssl"}) || got[0].SameSupplier {
		t.Errorf("got %+v", got)
	}
	got = match.ProposeAliases(sbom.Component{Name: "OpenSSL", Supplier: "ACME Inc."}, catalogue)
	if got[0].Supplier != "acme" || !got[0].SameSupplier {
		t.Errorf("got %+v", got)
	}
}

// A device is matched by what a person confirmed and by nothing else.
func TestDevice(t *testing.T) {
	record := advisory.Advisory{Source: advisory.SourceCSAF, ID: "ICSMA-1", Part: "CVE-2026-1", Affected: []advisory.Affected{
		{Vendor: "Philips", Product: "DoseWise Portal", VersionText: "<= 2.1", Status: advisory.KnownAffected},
	}}
	device := func(v string) sbom.Component {
		return sbom.Component{Type: "device", Supplier: "Philips", Name: "DoseWise Portal", Version: v, Purl: match.DevicePurl("p-1", "r-1")}
	}
	var x match.Index
	x.Add(record)
	if found := x.Component(device("1.0")); len(found) != 0 {
		t.Errorf("what nobody confirmed matches: %+v", found)
	}
	x.Aliases = match.NewAliases([]match.Alias{
		{Name: match.DeviceName("p-1"), Identity: match.AliasKey("PHILIPS", "dosewise portal")},
		{Name: match.DeviceName("p-2"), Identity: "name:x|y"},
		{Name: match.DeviceName("p-1"), Identity: "pkg:npm/x"},
	})
	for v, want := range map[string]match.Class{"1.0": match.Affected, "2.1": match.Affected, "2.2": "", "": match.Possible, "開発版": match.Possible} {
		found := x.Component(device(v))
		got := match.Class("")
		if len(found) == 1 && found[0].Evidence[0].Rule == match.ByProduct {
			got = found[0].Class
		}
		if got != want {
			t.Errorf("version %q: %+v, want %q", v, found, want)
		}
	}
	if keys := x.Aliases.Keys(device("1.0")); !slices.Equal(keys, match.AdvisoryKeys(record)) {
		t.Errorf("keys %q, of the record %q", keys, match.AdvisoryKeys(record))
	}
	other := device("1.0")
	other.Purl = match.DevicePurl("p-2", "r-1")
	if found := x.Component(other); len(found) != 0 {
		t.Errorf("another product: %+v", found)
	}
}

// BenchmarkPropose looks for a component among 200,000 identities.
func BenchmarkPropose(b *testing.B) {
	draw := rand.New(rand.NewPCG(3, 4))
	words := make([]string, 5000)
	for i := range words {
		for range 3 + draw.IntN(6) {
			words[i] += string(rune('a' + draw.IntN(26)))
		}
	}
	items := make([]match.Named, 200_000)
	for i := range items {
		name := words[int(5000*draw.Float64()*draw.Float64())] + "-" + words[int(5000*draw.Float64()*draw.Float64())]
		items[i] = match.Named{Supplier: words[draw.IntN(5000)], Name: name, Identity: "pkg:npm/" + name}
	}
	catalogue := match.NewCatalogue(items)
	for b.Loop() {
		item := items[draw.IntN(len(items))]
		if len(match.ProposeAliases(sbom.Component{Name: item.Name, Supplier: item.Supplier}, catalogue)) == 0 {
			b.Fatal("nothing proposed")
		}
	}
}
