package match_test

import (
	"testing"

	"mimamori/internal/advisory"
	"mimamori/internal/match"
	"mimamori/internal/sbom"
)

func TestConcerns(t *testing.T) {
	openssl := sbom.Component{Name: "openssl", Version: "3.0.1", Supplier: "OpenSSL", Purl: "pkg:generic/openssl@3.0.1"}
	byCPE := sbom.Component{Name: "openssl", Version: "3.0.1", CPEs: []string{"cpe:2.3:a:openssl:openssl:3.0.1:*:*:*:*:*:*:*"}}
	named := sbom.Component{Name: "openssl", Version: "3.0.1", Supplier: "OpenSSL"}
	for name, tt := range map[string]struct {
		product advisory.Product
		want    [3]bool
	}{
		"purl with version":   {advisory.Product{Purls: []string{"pkg:generic/openssl@3.0.1"}}, [3]bool{true, false, false}},
		"another version":     {advisory.Product{Purls: []string{"pkg:generic/openssl@3.0.2"}}, [3]bool{}},
		"every version":       {advisory.Product{Purls: []string{"pkg:generic/openssl"}}, [3]bool{true, false, false}},
		"version beside it":   {advisory.Product{Purls: []string{"pkg:generic/openssl"}, Version: "3.0.1"}, [3]bool{true, false, false}},
		"range beside it":     {advisory.Product{Purls: []string{"pkg:generic/openssl"}, Version: "vers:generic/<3.0.9"}, [3]bool{}}, // not read: says nothing of a version
		"CPE":                 {advisory.Product{CPEs: []string{"cpe:2.3:a:openssl:openssl:3.0.1:*:*:*:*:*:*:*"}}, [3]bool{false, true, false}},
		"CPE of all versions": {advisory.Product{CPEs: []string{"cpe:2.3:a:openssl:openssl:*:*:*:*:*:*:*:*"}}, [3]bool{false, true, false}},
		"names only":          {advisory.Product{Vendor: "OpenSSL", Name: "openssl", Version: "3.0.1"}, [3]bool{}},
		"a part":              {advisory.Product{Purls: []string{"pkg:oci/image"}, Subcomponents: []advisory.Product{{Purls: []string{"pkg:generic/openssl@3.0.1"}}}}, [3]bool{true, false, false}},
		"nothing":             {advisory.Product{ID: "CSAFPID-1"}, [3]bool{}},
	} {
		// What it says does not matter: all statuses are about the same components.
		for _, status := range []advisory.VEXStatus{advisory.VEXAffected, advisory.VEXNotAffected, advisory.VEXFixed, advisory.VEXUnderInvestigation} {
			got := match.Concerns([]advisory.Statement{{Status: status, Products: []advisory.Product{tt.product}}}, []sbom.Component{openssl, byCPE, named})
			if [3]bool(got[0]) != tt.want {
				t.Errorf("%s, %s: %v, want %v", name, status, got[0], tt.want)
			}
		}
	}
}
