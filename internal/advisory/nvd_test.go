package advisory_test

import (
	"slices"
	"strings"
	"testing"

	"mimamori/internal/advisory"
	"mimamori/internal/caldate"
	"mimamori/internal/version"
)

const nvd2Text = `{"resultsPerPage":1,"startIndex":0,"totalResults":1,"format":"NVD_CVE","version":"2.0","timestamp":"2026-06-18T00:00:00.000","vulnerabilities":[{"cve":{
"id":"CVE-2026-0001","sourceIdentifier":"security@acme.example","published":"2026-01-01T10:15:09.143","lastModified":"2026-02-01T00:00:00.000","vulnStatus":"Modified",
"descriptions":[{"lang":"es","value":"La bomba"},{"lang":"en","value":"The pump opens."}],"cisaExploitAdd":"2026-01-10","cisaActionDue":"2026-01-24","cisaRequiredAction":"Update.","cisaVulnerabilityName":"Acme Pump",
"metrics":{"cvssMetricV31":[{"source":"nvd@nist.gov","type":"Primary","cvssData":{"version":"3.1","vectorString":"CVSS:3.1/AV:N","baseScore":10.0}},{"source":"security@acme.example","type":"Secondary","cvssData":{"vectorString":"CVSS:3.1/AV:L","baseScore":5}}],
 "cvssMetricV2":[{"source":"nvd@nist.gov","type":"Primary","cvssData":{"vectorString":"AV:N/AC:M/Au:N/C:C/I:C/A:C","baseScore":9.3}}],
 "ssvcV203":[{"source":"134c704f","ssvcData":{"timestamp":"2026-02-04T14:25:34.416117Z","options":[{"exploitation":"active"},{"automatable":"yes"},{"technicalImpact":"total"}],"role":"CISA Coordinator","version":"2.0.3"}}]},
"weaknesses":[{"source":"nvd@nist.gov","type":"Primary","description":[{"lang":"en","value":"CWE-20"},{"lang":"en","value":"NVD-CWE-noinfo"}]}],
"affected":[{"source":"security@acme.example","affectedData":[{"vendor":"Acme","product":"Pump","versions":[{"version":"1.0","lessThan":"2.0","versionType":"custom","status":"affected"}]}]}],
"configurations":[
 {"nodes":[{"operator":"OR","negate":false,"cpeMatch":[{"vulnerable":true,"criteria":"cpe:2.3:a:acme:pump\\:x:*:*:*:*:*:*:*:*","versionStartIncluding":"1.0","versionEndExcluding":"2.0","matchCriteriaId":"A"},
   {"vulnerable":true,"criteria":"cpe:2.3:a:acme:pump\\:x:3.0:*:*:*:*:*:*:*","matchCriteriaId":"B"},{"vulnerable":true,"criteria":"cpe:2.3:a:acme:pump\\:x:3.1:*:*:*:*:*:*:*","matchCriteriaId":"C"}]}]},
 {"operator":"AND","nodes":[{"operator":"OR","negate":false,"cpeMatch":[{"vulnerable":true,"criteria":"cpe:2.3:o:acme:fw:*:*:*:*:*:*:*:*","versionStartExcluding":"1","versionEndIncluding":"2"}]},
  {"operator":"OR","negate":true,"cpeMatch":[{"vulnerable":false,"criteria":"cpe:2.3:h:acme:box:-:*:*:*:*:*:*:*"}]}]}],
"references":[{"url":"https://example.org","source":"x","tags":["Patch","Vendor Advisory"]}]}}]}`

func TestNVD2(t *testing.T) {
	list, problems := all(advisory.NVD(strings.NewReader(nvd2Text), "f"))
	if len(list) != 1 || len(problems) > 0 {
		t.Fatalf("%d, %v", len(list), problems)
	}
	a := list[0]
	if a.ID != "CVE-2026-0001" || a.Part != "" || a.State != "Modified" || a.Details != "The pump opens." || a.Published.Nanosecond() != 143e6 || !slices.Equal(a.CWEs, []string{"CWE-20"}) || !a.Withdrawn.IsZero() {
		t.Errorf("head %+v", a)
	}
	want := []advisory.Severity{
		{Type: "CVSS_V3", Vector: "CVSS:3.1/AV:N", Score: "10.0", Source: "nvd@nist.gov", Kind: "Primary"},
		{Type: "CVSS_V3", Vector: "CVSS:3.1/AV:L", Score: "5", Source: "security@acme.example", Kind: "Secondary"},
		{Type: "CVSS_V2", Vector: "AV:N/AC:M/Au:N/C:C/I:C/A:C", Score: "9.3", Source: "nvd@nist.gov", Kind: "Primary"},
	}
	if !slices.Equal(a.Severities, want) {
		t.Errorf("scores %+v", a.Severities)
	}
	if a.SSVC == nil || a.SSVC.TechnicalImpact != "total" || a.Exploited == nil || a.Exploited.DueOn != caldate.MustParse("2026-01-24") {
		t.Errorf("%+v, %+v", a.SSVC, a.Exploited)
	}
	if len(a.Affected) != 5 {
		t.Fatalf("affected %+v", a.Affected)
	}
	ranged, listed, firmware, box, stated := a.Affected[0], a.Affected[1], a.Affected[2], a.Affected[3], a.Affected[4]
	if ranged.Product != "pump:x" || ranged.Bounds != (version.Bounds{From: "1.0", Before: "2.0"}) || len(listed.CPEs) != 2 || !listed.Bounds.IsZero() ||
		firmware.Bounds != (version.Bounds{After: "1", UpTo: "2"}) || box.Status != advisory.Platform || stated.Stated == nil {
		t.Errorf("affected %+v", a.Affected)
	}
	if c := a.Configurations; len(c) != 1 || c[0].Operator != "AND" || !slices.Equal(c[0].Parts[0].Entries, []int{2}) || !c[0].Parts[1].Negate || !slices.Equal(c[0].Parts[1].Entries, []int{3}) {
		t.Errorf("configurations %+v", c)
	}
}

const nvd1Item = `{"cve":{"data_type":"CVE","CVE_data_meta":{"ID":"CVE-2018-0001","ASSIGNER":"x"},"problemtype":{"problemtype_data":[{"description":[{"lang":"en","value":"CWE-79"}]}]},
"references":{"reference_data":[{"url":"https://example.org","name":"n","refsource":"","tags":["Patch"]}]},"description":{"description_data":[{"lang":"en","value":"TEXT"}]}},
"configurations":{"CVE_data_version":"4.0","nodes":[NODES]},
"impact":{"baseMetricV3":{"cvssV3":{"vectorString":"CVSS:3.0/AV:N","baseScore":9.8},"impactScore":5.9},"baseMetricV2":{"cvssV2":{"vectorString":"AV:N","baseScore":7.5}}},"publishedDate":"2018-01-10T22:29Z","lastModifiedDate":"2019-10-09T23:30Z"}`

func nvd1(text, nodes string) string {
	return strings.NewReplacer("TEXT", text, "NODES", nodes).Replace(nvd1Item)
}

func TestNVD1(t *testing.T) {
	match := func(vulnerable, name string) string {
		return `{"vulnerable":` + vulnerable + `,"cpe23Uri":"cpe:2.3:` + name + `:*:*:*:*:*:*:*:*","cpe_name":[]}`
	}
	node := func(operator, children, matches string) string {
		return `{"operator":"` + operator + `","children":[` + children + `],"cpe_match":[` + matches + `]}`
	}
	v, p, w := match("true", "o:acme:fw"), match("false", "h:acme:box"), match("true", "a:acme:x")
	type config = advisory.Configuration
	tests := []struct {
		name, nodes string
		want        []config
		open        int // entries that are affected
	}{
		{"alternatives stand by themselves", node("OR", "", v+","+w), nil, 2},
		{"firmware on a box", node("AND", node("OR", "", v)+","+node("OR", "", p), ""), []config{{Operator: "AND", Parts: []config{{Operator: "OR", Entries: []int{0}}, {Operator: "OR", Entries: []int{1}}}}}, 1},
		{"an AND of one part is that part", node("AND", node("OR", "", v), ""), nil, 1},
		{"two configurations", node("OR", "", v) + "," + node("OR", "", w), nil, 2},
		{"a platform alone affects nothing", node("OR", "", p), []config{{Operator: "OR", Entries: []int{0}}}, 0},
		{"AND of criteria", node("AND", "", v+","+w), []config{{Operator: "AND", Entries: []int{0, 1}}}, 2},
		{"nothing known", "", nil, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			feed := `{"CVE_data_type":"CVE","CVE_data_numberOfCVEs":"1","CVE_Items":[` + nvd1("A text.", tt.nodes) + `]}`
			list, problems := all(advisory.NVD(strings.NewReader(feed), "f"))
			if len(list) != 1 || len(problems) > 0 {
				t.Fatalf("%d, %v", len(list), problems)
			}
			a := list[0]
			open := 0
			for _, f := range a.Affected {
				if f.Status.Open() {
					open++
				}
			}
			if !slices.EqualFunc(a.Configurations, tt.want, equalConfig) || open != tt.open {
				t.Errorf("got %+v, %d open; want %+v, %d", a.Configurations, open, tt.want, tt.open)
			}
			if a.ID != "CVE-2018-0001" || a.Severities[0].Score != "9.8" || a.Severities[1].Type != "CVSS_V2" || a.Modified.Year() != 2019 || a.CWEs[0] != "CWE-79" || a.References[0].Type != "Patch" {
				t.Errorf("head %+v", a)
			}
		})
	}
}

func equalConfig(a, b advisory.Configuration) bool {
	return a.Operator == b.Operator && a.Negate == b.Negate && slices.Equal(a.Entries, b.Entries) && slices.EqualFunc(a.Parts, b.Parts, equalConfig)
}

func TestNVDRefusesAndGoesOn(t *testing.T) {
	rejected := nvd1("** REJECT **  Do not use.", "")
	feed := `{"CVE_Items":[` + strings.Join([]string{nvd1("A", ""), `{"cve":1}`, `{}`, `{"cve":{"CVE_data_meta":{"ID":"x"}},"publishedDate":"2018-01-10T22:29Z"}`, `"text"`, `{"cve":{"id":"CVE-2026-0002","vulnStatus":"Rejected","lastModified":"2026-01-01T00:00:00.000"}}`, rejected}, ",\n") + `]}`
	list, problems := all(advisory.NVD(strings.NewReader(feed), "f"))
	if len(list) != 3 || !list[0].Withdrawn.IsZero() || list[1].Withdrawn.IsZero() || list[2].Withdrawn.IsZero() {
		t.Errorf("%+v", list)
	}
	if len(problems) != 4 {
		t.Fatalf("%v", problems)
	}
	for i, want := range []string{"f /CVE_Items/1 (line 5) /cve: line 1", "/CVE_Items/2 (line 6): is not an NVD record: /cve is missing", `/CVE_Items/3 (line 7): is not an NVD record: its id is "x"`, "/CVE_Items/4"} {
		if !strings.Contains(problems[i].Error(), want) {
			t.Errorf("got %v, want %q", problems[i], want)
		}
	}
	if list, problems := all(advisory.NVD(strings.NewReader(feed[:len(feed)-200]), "f")); len(list) != 2 || !strings.Contains(problems[len(problems)-1].Error(), "cut off") {
		t.Errorf("cut off: %d, %v", len(list), problems)
	}
	if _, problems := all(advisory.NVD(strings.NewReader(`{"resultsPerPage":0,"vulnerabilities":[]}`), "f")); len(problems) != 1 || !strings.Contains(problems[0].Error(), "holds no NVD record") {
		t.Errorf("an empty page: %v", problems)
	}
}

func TestOverrideStandsBesideNVD(t *testing.T) {
	text := `{"_annotation":{"cve_id":"CVE-2026-0001","description":"D","reason":"R","published":"2026-01-01T00:00:00","references":["https://example.org"]},
"cve":{"configurations":[{"nodes":[{"operator":"OR","negate":false,"cpeMatch":[{"criteria":"cpe:2.3:a:null:null:*:*:*:*:*:*:*:*","vulnerable":false}]}]}]}}`
	list, problems := all(advisory.NVD(strings.NewReader(text), "f"))
	if len(problems) > 0 || len(list) != 1 || list[0].Part != "override" || list[0].Details != "D\n\nR" || list[0].Affected[0].Status.Open() || list[0].Published.Year() != 2026 {
		t.Errorf("%+v, %v", list, problems)
	}
}
