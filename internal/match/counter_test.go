package match_test

import (
	"testing"

	"mimamori/internal/advisory"
	"mimamori/internal/match"
	"mimamori/internal/sbom"
	"mimamori/internal/version"
)

// What a distribution, a patch or a VEX statement says beats an upstream range:
// beside the finding, with its reason, and never in place of it.
func TestCounters(t *testing.T) {
	upstream := nvdOf("curl", "8.0", "")
	upstream.ID = "CVE-2026-4"
	debian := osv("Debian:12", "curl", advisory.RangeEcosystem, "introduced 0", "fixed 7.88.1-10+deb12u5")
	debian.ID, debian.Aliases = "DEBIAN-CVE-2026-4", nil
	curl := func(v string) sbom.Component {
		return sbom.Component{Ref: "c1", Name: "curl", Version: v, Purl: "pkg:deb/debian/curl@" + v + "?distro=debian-12", CPEs: []string{"cpe:2.3:a:v:curl:7.88.1:*:*:*:*:*:*:*"}}
	}
	statement := func(status advisory.VEXStatus, purl string) *match.Statements {
		return match.NewStatements([]advisory.Statement{{
			Issuer: "Acme", Vulnerability: "CVE-2026-4", Status: status, Justification: "vulnerable_code_not_in_execute_path",
			Products: []advisory.Product{{Name: "pump", Subcomponents: []advisory.Product{{Purls: []string{purl}}}}},
		}}, nil)
	}
	const fixed, old = "7.88.1-10+deb12u5", "7.88.1-10+deb12u4"
	for _, tt := range []struct {
		name       string
		c          sbom.Component
		statements *match.Statements
		kind       match.CounterKind
		status     advisory.VEXStatus
		records    int
	}{
		{"patched by the distribution", curl(fixed), nil, match.CounterDistro, advisory.VEXFixed, 1},
		{"not patched by the distribution", curl(old), nil, "", "", 2},
		{"VEX for the version", curl(old), statement(advisory.VEXNotAffected, "pkg:deb/debian/curl@"+old), match.CounterVEX, advisory.VEXNotAffected, 2},
		{"VEX for every version", curl(old), statement(advisory.VEXFixed, "pkg:deb/debian/curl"), match.CounterVEX, advisory.VEXFixed, 2},
		{"VEX for another version", curl(old), statement(advisory.VEXNotAffected, "pkg:deb/debian/curl@1"), "", "", 2},
		{"VEX for another package", curl(old), statement(advisory.VEXNotAffected, "pkg:deb/debian/wget"), "", "", 2},
		{"VEX that says affected", curl(old), statement(advisory.VEXAffected, "pkg:deb/debian/curl"), "", "", 2},
		{"pedigree", curl(old), match.NewStatements(nil, []match.Patch{{Component: "c1", Resolves: []string{"CVE-2026-4"}}}), match.CounterPedigree, advisory.VEXFixed, 2},
		{"pedigree of another component", curl(old), match.NewStatements(nil, []match.Patch{{Component: "c2", Resolves: []string{"CVE-2026-4"}}}), "", "", 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x := match.Index{Statements: tt.statements}
			x.Add(upstream)
			x.Add(debian)
			found := x.Component(tt.c)
			if len(found) != tt.records {
				t.Fatalf("%d records are met, want %d: %+v", len(found), tt.records, found)
			}
			f := found[0] // CVE-… comes before DEBIAN-CVE-…
			if tt.kind == "" {
				if len(f.Counters) != 0 {
					t.Errorf("got %+v", f.Counters)
				}
				return
			}
			if len(f.Counters) != 1 || f.Counters[0].By != tt.kind || f.Counters[0].Status != tt.status || f.Counters[0].Reason == "" || f.Counters[0].Source == "" {
				t.Errorf("got %+v", f.Counters)
			}
			if f.In(match.Precise) || !f.In(match.Comprehensive) {
				t.Error("a countered finding is for the comprehensive mode")
			}
		})
	}
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
