package advisory_test

import (
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"mimamori/internal/advisory"
	"mimamori/internal/caldate"
	"mimamori/internal/fault"
	"mimamori/internal/version"
)

// all collects what a reader yields.
func all[T any](records iter.Seq2[T, error]) (list []T, problems []error) {
	for r, err := range records {
		if err != nil {
			problems = append(problems, err)
			continue
		}
		list = append(list, r)
	}
	return list, problems
}

const cveText = `{"dataType":"CVE_RECORD","dataVersion":"5.1",
"cveMetadata":{"cveId":"CVE-2026-0001","state":"PUBLISHED","assignerShortName":"acme","datePublished":"2026-01-01T00:00:00","dateUpdated":"2026-02-01T00:00:00.123Z"},
"containers":{"cna":{"providerMetadata":{"orgId":"1","shortName":"acme","dateUpdated":"2026-01-02T00:00:00Z"},"title":"Pump opens",
 "descriptions":[{"lang":"ja","value":"日本語"},{"lang":"en","value":"The pump opens.\nAlways."}],
 "affected":[
  {"vendor":"Acme","product":"Pump","defaultStatus":"unaffected","platforms":["ARM","x86"],"cpes":["cpe:2.3:o:acme:pump:*:*:*:*:*:*:*:*"],"repo":"https://example.org/pump",
   "versions":[{"version":"1.0","status":"affected","lessThan":"2.0","versionType":"custom","changes":[{"at":"1.5","status":"unaffected"}]},{"version":"n/a","status":"affected"}]},
  {"vendor":"n/a","product":"n/a","versions":[{"version":"n/a","status":"affected"}]},
  {"collectionURL":"https://registry.npmjs.org","packageName":"@acme/pump","defaultStatus":"affected"},
  {"collectionURL":"https://repo.maven.apache.org/maven2/","packageName":"org.acme:pump","defaultStatus":"unaffected","versions":[{"version":"1","status":"unaffected"}]},
  {"vendor":"Acme","product":"Lib","packageURL":"pkg:pypi/lib","versions":[{"version":"0","lessThanOrEqual":"*","status":"affected","versionType":"python"}]}],
 "cpeApplicability":[{"operator":"AND","nodes":[{"operator":"OR","negate":false,"cpeMatch":[{"vulnerable":true,"criteria":"cpe:2.3:o:acme:pump_firmware:*:*:*:*:*:*:*:*","versionEndExcluding":"2.0"}]},{"operator":"OR","negate":false,"cpeMatch":[{"vulnerable":false,"criteria":"cpe:2.3:h:acme:pump:-:*:*:*:*:*:*:*"}]}]}],
 "metrics":[{"format":"CVSS","cvssV3_1":{"version":"3.1","vectorString":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H","baseScore":9.8}},{"cvssV4_0":{"vectorString":"CVSS:4.0/AV:N","baseScore":9}},{"cvssV2_0":{"vectorString":"AV:N","baseScore":"7.5"}}],
 "problemTypes":[{"descriptions":[{"lang":"en","type":"CWE","cweId":"CWE-1","description":"x"},{"description":"n/a"}]}],
 "references":[{"url":"https://example.org/1","tags":["vendor-advisory"]}]},
"adp":[
 {"title":"CVE Program Container","providerMetadata":{"orgId":"af","shortName":"CVE"},"references":[{"url":"https://example.org/1","tags":["vendor-advisory"]},{"url":"https://example.org/2"}]},
 {"title":"CISA ADP Vulnrichment","providerMetadata":{"orgId":"134c704f-9b21-4f2e-91b3-4a467353bcc0","shortName":"CISA-ADP","dateUpdated":"2026-03-01T00:00:00Z"},
  "affected":[{"vendor":"acme","product":"pump","defaultStatus":"unknown","versions":[{"version":"1.0","status":"affected","lessThan":"1.9","versionType":"custom"}]}],
  "metrics":[{"other":{"type":"ssvc","content":{"timestamp":"2026-03-01T00:00:00Z","id":"CVE-2026-0001","options":[{"Exploitation":"active"},{"Automatable":"no"},{"Technical Impact":"total"}],"role":"CISA Coordinator","version":"2.0.3"}}},
   {"other":{"type":"kev","content":{"dateAdded":"2026-02-27","reference":"https://example.org/kev"}}},{"other":{"type":"more","content":[1]}}]}]}}`

func TestCVE(t *testing.T) {
	list, problems := all(advisory.CVE(strings.NewReader(cveText), "f"))
	if len(list) != 2 || len(problems) > 0 {
		t.Fatalf("%d advisories, %v", len(list), problems)
	}
	cna, cisa := list[0], list[1]
	if cna.Part != "CNA" || cna.Publisher != "acme" || cna.Title != "Pump opens" || cna.Summary != "The pump opens." || cna.State != "PUBLISHED" || !cna.Withdrawn.IsZero() ||
		!cna.Published.Equal(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)) || !slices.Equal(cna.CWEs, []string{"CWE-1"}) || !slices.Equal(cna.Names(), []string{"CVE-2026-0001"}) {
		t.Errorf("head %+v", cna)
	}
	if got := []string{cna.Severities[0].Type, cna.Severities[1].Type, cna.Severities[2].Score}; !slices.Equal(got, []string{"CVSS_V3", "CVSS_V4", "7.5"}) {
		t.Errorf("scores %+v", cna.Severities)
	}
	if len(cna.References) != 2 {
		t.Errorf("references %+v", cna.References)
	}
	var got []string
	for _, f := range cna.Affected {
		got = append(got, strings.Join([]string{f.Vendor, f.Product, f.Purl, string(f.Status)}, "|"))
	}
	want := []string{
		"Acme|Pump||known_affected", "|||known_affected", "|@acme/pump|pkg:npm/%40acme/pump|known_affected", "|org.acme:pump|pkg:maven/org.acme/pump|known_not_affected",
		"Acme|Lib|pkg:pypi/lib|known_affected", "acme|pump_firmware||known_affected", "acme|pump||platform",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	pump := cna.Affected[0]
	if len(pump.Stated.Entries) != 1 || pump.Stated.Judge("1.6").Guess != version.Outside || pump.Stated.Judge("1.4").Guess != version.Inside || pump.Platform != "ARM, x86" || pump.Repo == "" {
		t.Errorf("%+v", pump.Stated)
	}
	if pump.Stated.Default != version.StatedUnknown {
		t.Errorf("an affected version that is not named leaves the others %q", pump.Stated.Default)
	}
	if got := cna.Affected[1].Stated.Judge("1.0"); got.Member != version.Unknown {
		t.Errorf("a record that names nothing answers %+v", got)
	}
	if c := cna.Configurations; len(c) != 1 || c[0].Operator != "AND" || len(c[0].Parts) != 2 || !slices.Equal(c[0].Parts[0].Entries, []int{5}) || !slices.Equal(c[0].Parts[1].Entries, []int{6}) {
		t.Errorf("configurations %+v", c)
	}
	if cisa.Part != "ADP CISA-ADP" || cisa.Key() != "CVE-2026-0001#ADP CISA-ADP" || cisa.Title != "" || cisa.SSVC == nil || cisa.SSVC.Exploitation != "active" || cisa.SSVC.Automatable != "no" ||
		cisa.SSVC.TechnicalImpact != "total" || cisa.Exploited == nil || cisa.Exploited.AddedOn != caldate.MustParse("2026-02-27") || cisa.Affected[0].Stated.Entries[0].Before != "1.9" {
		t.Errorf("CISA's container: %+v", cisa)
	}
	if cna.SSVC != nil || cna.Exploited != nil {
		t.Error("CISA's words stand with the CNA")
	}
}

func TestCVERefusesAndGoesOn(t *testing.T) {
	rejected := `{"cveMetadata":{"cveId":"CVE-2026-0002","state":"REJECTED","dateRejected":"2026-05-05T00:00:00Z"},"containers":{"cna":{"rejectedReasons":[{"lang":"en","value":"Not used."}],"replacedBy":["CVE-2026-0001"]}}}`
	undated := `{"cveMetadata":{"cveId":"CVE-2026-0003","state":"REJECTED"},"containers":{"cna":{}}}`
	lines := strings.Join([]string{
		strings.ReplaceAll(cveText, "\n", ""), `{"fetchTime":"x","changes":[]}`, `{"cveMetadata":{"cveId":"CVE-1"},"containers":{"cna":{}}}`, `{"cveMetadata":{"cveId":["x"]},"containers":{}}`,
		`{"cveMetadata":{"cveId":"CVE-2026-0009"`, rejected, undated,
	}, "\n")
	list, problems := all(advisory.CVE(strings.NewReader(lines), "f"))
	if len(list) != 4 || list[2].Withdrawn.Year() != 2026 || list[2].Details != "Not used." || list[3].Withdrawn.IsZero() {
		t.Errorf("got %d: %+v", len(list), list)
	}
	wants := []string{"f line 2: is not a CVE record", "f line 3: /cveMetadata/cveId is \"CVE-1\"", "f line 4: line 1", "f line 5: the record is cut off"}
	if len(problems) != len(wants) {
		t.Fatalf("problems %v", problems)
	}
	for i, want := range wants {
		if !strings.Contains(problems[i].Error(), want) || fault.KindOf(problems[i]) != fault.Invalid {
			t.Errorf("got %v, want %q", problems[i], want)
		}
	}
	if _, problems := all(advisory.CVE(strings.NewReader("[]"), "f")); len(problems) != 1 || !strings.Contains(problems[0].Error(), "holds no CVE record") {
		t.Errorf("an empty list: %v", problems)
	}
}

func TestCVEVoicesOfOneNameStayApart(t *testing.T) {
	voice := `{"providerMetadata":{"shortName":"X"},"tags":["disputed"]}`
	text := `{"cveMetadata":{"cveId":"CVE-2026-0001","state":"PUBLISHED"},"containers":{"adp":[` + voice + "," + voice + "," + voice + `]}}`
	list, problems := all(advisory.CVE(strings.NewReader(text), "f"))
	if len(problems) > 0 || len(list) != 3 || list[0].Part != "ADP X" || list[1].Part != "ADP X 2" || list[2].Part != "ADP X 3" {
		t.Errorf("%+v, %v", list, problems)
	}
}
