package advisory_test

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"mimamori/internal/advisory"
)

// told is a statement in one line.
func told(s advisory.Statement) string {
	var products []string
	for _, p := range s.Products {
		text := strings.Join(slices.Concat([]string{p.ID, p.Vendor, p.Name, p.Version, p.On}, p.Purls, p.CPEs), " ")
		for _, sub := range p.Subcomponents {
			text += " (" + strings.Join(sub.Purls, " ") + ")"
		}
		products = append(products, strings.Join(strings.Fields(text), " "))
	}
	return fmt.Sprintf("%s %s %s %s: %s [%s] %s[%s] %q %q %s", s.Format, s.Document, s.Issuer, s.Vulnerability, s.Status, s.StatusLabel, s.Justification, s.JustificationLabel, s.Impact, s.Action, strings.Join(products, "; "))
}

func TestVEX(t *testing.T) {
	csaf := `{"document":{"category":"csaf_vex","title":"T","publisher":{"name":"Acme"},"tracking":{"id":"A-1","current_release_date":"2026-01-02T00:00:00Z"}},
"product_tree":{"branches":[{"category":"vendor","name":"Acme","branches":[{"category":"product_name","name":"Pump","branches":[{"category":"product_version","name":"1.0","product":{"product_id":"P1","name":"Acme Pump 1.0"}},{"category":"product_version","name":"2.0","product":{"product_id":"P2","name":"Acme Pump 2.0","product_identification_helper":{"cpe":"cpe:2.3:a:acme:pump:2.0:*:*:*:*:*:*:*"}}},{"category":"product_version","name":"3.0","product":{"product_id":"P3","name":"Acme Pump 3.0"}}]}]}],
 "full_product_names":[{"product_id":"OS","name":"OS"}],"product_groups":[{"group_id":"G","product_ids":["P1","P3"]}],
 "relationships":[{"category":"installed_on","product_reference":"P2","relates_to_product_reference":"OS","full_product_name":{"product_id":"P2OS","name":"2.0 on OS"}}]},
"vulnerabilities":[{"cve":"CVE-2026-0001","product_status":{"known_not_affected":["P1","P2","P3"],"known_affected":["P2OS"],"recommended":["P3"]},
 "flags":[{"label":"component_not_present","group_ids":["G"]},{"label":"inline_mitigations_already_exist","product_ids":["P2"]}],"threats":[{"category":"impact","details":"Not built in.","group_ids":["G"]},{"category":"exploit_status","details":"none"}],
 "remediations":[{"category":"vendor_fix","details":"Update.","product_ids":["P2OS"]}]},
 {"ids":[{"system_name":"s","text":"X-1"}],"product_status":{"under_investigation":["P1","Z"]}},{"product_status":{"fixed":["P1"]}}]}`
	openvex := `{"@context":["https://openvex.dev/ns/v0.2.0"],"@id":"urn:1","author":"Acme","timestamp":"2026-01-01T00:00:00Z","version":1,"statements":[
 {"vulnerability":{"name":"CVE-2026-0001","aliases":["GHSA-1"]},"products":[{"@id":"pkg:oci/pump@1","identifiers":{"cpe23":"cpe:2.3:a:acme:pump:1:*:*:*:*:*:*:*"},"subcomponents":[{"@id":"pkg:apk/zlib@1"}]}],"status":"not_affected","justification":"vulnerable_code_not_present","impact_statement":"I","timestamp":"2026-02-01T00:00:00Z"},
 {"vulnerability":"CVE-2026-0002","products":["pkg:oci/pump@1"],"subcomponents":["pkg:apk/y@2"],"status":"affected","action_statement":"Do."},
 {"vulnerability":{"name":"CVE-2026-0003"},"products":[{"@id":"x"}],"status":"perhaps"},{"vulnerability":"CVE-2026-0004","status":"fixed"},{"products":["x"],"status":"fixed"}]}`
	cyclonedx := `{"bomFormat":"CycloneDX","specVersion":"1.6","serialNumber":"urn:uuid:1","version":2,"metadata":{"timestamp":"2026-01-01T00:00:00Z","supplier":{"name":"Acme"},"component":{"bom-ref":"pump","name":"Pump","version":"1.0"}},
"components":[{"bom-ref":"lib","group":"org.x","name":"lib","version":"2","purl":"pkg:maven/org.x/lib@2","components":[{"bom-ref":"in","name":"inner","cpe":"cpe:2.3:a:x:inner:1:*:*:*:*:*:*:*"}]}],
"vulnerabilities":[{"id":"CVE-2026-0001","references":[{"id":"GHSA-1"}],"analysis":{"state":"not_affected","justification":"code_not_reachable","response":["will_not_fix"],"detail":"D"},"affects":[{"ref":"lib"},{"ref":"in"}]},
 {"id":"CVE-2026-0002","analysis":{"state":"false_positive","justification":"requires_environment"},"affects":[{"ref":"urn:cdx:9/1#pkg:npm/z@1"}]},
 {"id":"CVE-2026-0003","affects":[{"ref":"pump"}]},
 {"id":"CVE-2026-0004","affects":[{"ref":"pump","versions":[{"version":"1.0","status":"affected"},{"range":"vers:semver/>=2","status":"unaffected"},{"version":"1.1","status":"unknown"}]}]},
 {"id":"CVE-2026-0005","analysis":{"state":"exploitable","response":["update"],"detail":"Soon."},"affects":[{"ref":"pump"}]},
 {"id":"CVE-2026-0006","analysis":{"state":"odd"},"affects":[{"ref":"pump"}]}]}`
	for _, tt := range []struct {
		name, in string
		want     []string
		problems []string
	}{
		{"CSAF", csaf, []string{
			`CSAF A-1 Acme CVE-2026-0001: affected [known_affected] [] "" "vendor_fix: Update." P2OS Acme Pump 2.0 OS cpe:2.3:a:acme:pump:2.0:*:*:*:*:*:*:*`,
			`CSAF A-1 Acme CVE-2026-0001: not_affected [known_not_affected] component_not_present[component_not_present] "Not built in." "" P1 Acme Pump 1.0; P3 Acme Pump 3.0`,
			`CSAF A-1 Acme CVE-2026-0001: not_affected [known_not_affected] inline_mitigations_already_exist[inline_mitigations_already_exist] "" "" P2 Acme Pump 2.0 cpe:2.3:a:acme:pump:2.0:*:*:*:*:*:*:*`,
			`CSAF A-1 Acme X-1: under_investigation [under_investigation] [] "" "" P1 Acme Pump 1.0; Z`,
		}, []string{"/vulnerabilities/2/product_status/fixed: the statement names no vulnerability"}},
		{"OpenVEX", openvex, []string{
			`OpenVEX urn:1 Acme CVE-2026-0001: not_affected [not_affected] vulnerable_code_not_present[vulnerable_code_not_present] "I" "" pkg:oci/pump@1 pkg:oci/pump@1 cpe:2.3:a:acme:pump:1:*:*:*:*:*:*:* (pkg:apk/zlib@1)`,
			`OpenVEX urn:1 Acme CVE-2026-0002: affected [affected] [] "" "Do." pkg:oci/pump@1 pkg:oci/pump@1 (pkg:apk/y@2)`,
		}, []string{`/statements/2: the status "perhaps"`, "/statements/3: the statement names no product", "/statements/4: the statement names no vulnerability"}},
		{"CycloneDX", cyclonedx, []string{
			`CycloneDX urn:uuid:1/2 Acme CVE-2026-0001: not_affected [not_affected] vulnerable_code_not_in_execute_path[code_not_reachable] "D" "will_not_fix" lib org.x/lib 2 pkg:maven/org.x/lib@2; in inner cpe:2.3:a:x:inner:1:*:*:*:*:*:*:*`,
			`CycloneDX urn:uuid:1/2 Acme CVE-2026-0002: not_affected [false_positive] [requires_environment] "" "" urn:cdx:9/1#pkg:npm/z@1 pkg:npm/z@1`,
			`CycloneDX urn:uuid:1/2 Acme CVE-2026-0004: affected [affected] [] "" "" pump Pump 1.0`,
			`CycloneDX urn:uuid:1/2 Acme CVE-2026-0004: not_affected [unaffected] [] "" "" pump Pump vers:semver/>=2`,
			`CycloneDX urn:uuid:1/2 Acme CVE-2026-0004: under_investigation [unknown] [] "" "" pump Pump 1.1`,
			`CycloneDX urn:uuid:1/2 Acme CVE-2026-0005: affected [exploitable] [] "" "Soon.` + `\n\n` + `update" pump Pump 1.0`,
		}, []string{`/vulnerabilities/5: the status "odd"`}},
		{"an SBOM without analyses", `{"bomFormat":"CycloneDX","components":[]}`, nil, []string{"holds no VEX statement"}},
		{"another JSON", `{"a":1}`, nil, []string{"is not a VEX document"}},
		{"a CSAF list", `{"document":{}}`, nil, []string{"/document/tracking/id is missing"}},
		{"cut off", openvex[:300], nil, []string{"too early"}},
		{"a duplicate name", `{"@context":"openvex","@context":"x"}`, nil, []string{"occurs twice"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			list, problems := all(advisory.VEX(strings.NewReader(tt.in), "f"))
			var got []string
			for _, s := range list {
				got = append(got, told(s))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
			}
			if !slices.EqualFunc(problems, tt.problems, func(err error, want string) bool { return strings.Contains(err.Error(), want) }) {
				t.Errorf("problems %v, want %q", problems, tt.problems)
			}
			again, _ := all(advisory.VEX(strings.NewReader(tt.in), "f"))
			digests := map[string]bool{}
			for i := range list {
				digests[list[i].Digest()] = true
				if list[i].Digest() != again[i].Digest() {
					t.Error("read twice, the digests differ")
				}
			}
			if len(digests) != len(list) {
				t.Error("two statements have one digest")
			}
		})
	}
}

// Every real document gives statements or a reason. The figures are as first
// read: they notice a change and prove nothing.
func TestSharedVEX(t *testing.T) {
	for _, tt := range []struct {
		archive string
		want    map[string]int
	}{
		{"openvex/openvex-examples.zip", map[string]int{"fixed": 3, "under_investigation": 8, "refused": 2}},
		{"sbom/cyclonedx-bom-examples.zip", map[string]int{"not_affected": 46, "fixed": 2, "affected": 6, "under_investigation": 2}},
		{"csaf/examples-2.0.zip", map[string]int{"affected": 12, "not_affected": 13, "fixed": 8, "under_investigation": 6}},
		{"csaf/examples-2.1.zip", map[string]int{"affected": 7, "not_affected": 9, "fixed": 3, "under_investigation": 1}},
		{"csaf/cisa-icsma.zip", map[string]int{"affected": 366}},
	} {
		got := map[string]int{}
		members(t, tt.archive, func(name string, r io.Reader) {
			if !strings.HasSuffix(name, ".json") {
				return
			}
			for s, err := range advisory.VEX(r, name) {
				switch {
				case err == nil:
					got[string(s.Status)]++
				case strings.Contains(err.Error(), "the statement names no product"):
					got["refused"]++
				}
			}
		})
		for _, key := range []string{"affected", "not_affected", "fixed", "under_investigation", "refused"} {
			if got[key] != tt.want[key] {
				t.Errorf("%s: got %v, want %v", tt.archive, got, tt.want)
				break
			}
		}
	}
}

func TestCSAF21(t *testing.T) {
	text := `{"document":{"category":"csaf_security_advisory","csaf_version":"2.1","publisher":{"name":"P"},"tracking":{"id":"A-1"}},
"product_tree":{"full_product_names":[{"product_id":"1","name":"Pump"},{"product_id":"2","name":"OS"},{"product_id":"3","name":"Box"}],
 "product_paths":[{"beginning_product_reference":"1","full_product_name":{"product_id":"4","name":"Pump on OS on Box"},"subpaths":[{"category":"installed_on","next_product_reference":"2"},{"category":"installed_on","next_product_reference":"3"}]}]},
"vulnerabilities":[{"cve":"CVE-2026-0001","cwes":[{"id":"CWE-1"}],"product_status":{"known_affected":["4"],"unknown":["1"]},"first_known_exploitation_dates":[{"date":"2026-03-01T00:00:00Z","exploitation_date":"2026-02-02T00:00:00Z"},{"exploitation_date":"2026-02-01T00:00:00Z"}],
 "metrics":[{"content":{"cvss_v4":{"vectorString":"CVSS:4.0/AV:N","baseScore":9.3}},"products":["4"]},{"content":{"qualitative_severity_rating":"high","ssvc_v2":{"timestamp":"2026-01-01T00:00:00Z","selections":[{"namespace":"ssvc","key":"E","name":"Exploitation","values":[{"key":"A","name":"Active"}]},{"key":"A","values":[{"key":"Y"}]}]}}}]}]}`
	list, err := advisory.CSAF(strings.NewReader(text), "f")
	if err != nil || len(list) != 1 {
		t.Fatal(err)
	}
	a := list[0]
	if len(a.Affected) != 2 || a.Affected[0].Product != "Pump" || a.Affected[0].Platform != "Box" || a.Affected[1].Status != advisory.UnknownStatus || !a.Affected[1].Status.Open() {
		t.Errorf("affected %+v", a.Affected)
	}
	if a.SSVC == nil || a.SSVC.Exploitation != "active" || a.SSVC.Automatable != "y" || a.Exploited == nil || a.Exploited.AddedOn.String() != "2026-02-01" || len(a.Severities) != 2 || a.Severities[1].Score != "high" || a.CWEs[0] != "CWE-1" {
		t.Errorf("%+v %+v %+v", a.SSVC, a.Exploited, a.Severities)
	}
}
