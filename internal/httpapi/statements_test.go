package httpapi_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/assess"
	"mimamori/internal/feed"
	"mimamori/internal/register"
)

// upload imports a file whose kind its content tells, and waits for its end.
func (s *server) upload(t *testing.T, b *browser, name, content string) app.ImportRun {
	t.Helper()
	s.app.Feed = feed.Disk{}
	var run app.ImportRun
	b.want(t, http.StatusAccepted, "POST", "/api/imports?name="+name, strings.NewReader(content)).into(t, &run)
	if err := s.app.RunImport(t.Context(), run.ID); err != nil {
		t.Fatal(err)
	}
	run, err := s.store.ImportRun(t.Context(), run.ID)
	if err != nil || run.State != "done" {
		t.Fatalf("import of %s: %+v, %v", name, run, err)
	}
	return run
}

const vexOSV = `{"schema_version":"1.6.0","id":"GHSA-aaaa-bbbb-cccc","modified":"2026-06-02T00:00:00Z","published":"2026-06-01T00:00:00Z","aliases":["CVE-2026-7777"],
"summary":"Prototype pollution","severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
"affected":[{"package":{"ecosystem":"npm","name":"left-pad"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.3.0"}]}]}]}`

// The other voice has another score and another end of the range, and says that it is not exploited.
const vexCVE = `{"dataType":"CVE_RECORD","dataVersion":"5.1","cveMetadata":{"cveId":"CVE-2026-7777","state":"PUBLISHED","datePublished":"2026-06-01T00:00:00Z","dateUpdated":"2026-06-03T00:00:00Z"},
"containers":{"cna":{"providerMetadata":{"orgId":"x","shortName":"acme"},"descriptions":[{"lang":"en","value":"Prototype pollution"}],
"affected":[{"vendor":"acme","product":"left-pad","versions":[{"version":"0","lessThan":"1.4.0","status":"affected","versionType":"semver"}]}],
"metrics":[{"cvssV3_1":{"version":"3.1","vectorString":"CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H","baseScore":8.1}}],"references":[{"url":"https://example.org"}]},
"adp":[{"providerMetadata":{"orgId":"y","shortName":"CISA-ADP"},"title":"CISA ADP Vulnrichment","metrics":[{"other":{"type":"ssvc","content":{"timestamp":"2026-06-04T00:00:00Z","id":"CVE-2026-7777",
"options":[{"Exploitation":"none"},{"Automatable":"yes"},{"Technical Impact":"total"}],"role":"CISA Coordinator","version":"2.0.3"}}}]}]}}`

func openVEX(version, at, status string) string {
	return `{"@context":"https://openvex.dev/ns/v0.2.0","@id":"https://example.org/vex/1","author":"Acme","timestamp":"` + at + `","version":` + version + `,
"statements":[{"vulnerability":{"name":"cve-2026-7777"},"products":[{"@id":"pkg:npm/left-pad@1.0.0"}],` + status + `}]}`
}

const notAffected = `"status":"not_affected","justification":"vulnerable_code_not_in_execute_path","impact_statement":"The function is never called."`

// fleetWith registers a product with two releases, one with the component in
// the version that the statement names, one with another.
func fleetWith(t *testing.T, b *browser) (p register.Product, r register.Release) {
	t.Helper()
	b.want(t, http.StatusCreated, "POST", "/api/products", pump).into(t, &p)
	for _, version := range []string{"1.2.9", "1.0.0"} {
		b.want(t, http.StatusCreated, "POST", "/api/products/"+p.ID+"/releases", map[string]string{"version": "with " + version}).into(t, &r)
		b.want(t, http.StatusCreated, "POST", "/api/releases/"+r.ID+"/sbom?name=bom.json", strings.NewReader(`{"bomFormat":"CycloneDX","specVersion":"1.5","version":1,"components":[
			{"type":"library","bom-ref":"1","name":"left-pad","version":"`+version+`","purl":"pkg:npm/left-pad@`+version+`"},
			{"type":"framework","bom-ref":"2","name":"node","version":"18.2.0","purl":"pkg:generic/nodejs@18.2.0"}]}`))
	}
	return p, r
}

func TestStatementsAreProposals(t *testing.T) {
	s := newServer(t)
	_, b := s.person(t, "psirt@example.jp", app.ProductSecurity)
	p, _ := fleetWith(t, b)
	s.upload(t, b, "a.json", vexOSV)
	page := func() (v app.VulnerabilityView) {
		t.Helper()
		b.want(t, http.StatusOK, "GET", "/api/vulnerabilities/CVE-2026-7777", nil).into(t, &v)
		return v
	}
	if run := s.upload(t, b, "vex.json", openVEX("1", "2026-07-01T00:00:00Z", notAffected)); run.Kind != "vex" || run.Changed != 1 {
		t.Errorf("run: %+v", run)
	}
	v := page()
	if v.Vulnerability.OpenFindings != 2 || len(v.Statements) != 1 || len(v.Affected) != 1 || v.Affected[0].Assessment != nil {
		t.Fatalf("a statement changed what is open: %+v", v)
	}
	st := v.Statements[0]
	if st.Issuer != "Acme" || st.Trust != app.TrustUnknown || st.StatusLabel != "not_affected" || len(st.Concerns) != 1 ||
		st.Concerns[0].Covered != 1 || st.Concerns[0].Open != 2 || st.Concerns[0].Decision != nil {
		t.Fatalf("statement: %+v", st)
	}
	body := map[string]string{"product_id": p.ID, "vulnerability_id": v.Vulnerability.ID}
	at := "/api/statements/" + st.ID

	// Declining needs a reason and changes nothing else.
	if l := b.want(t, http.StatusUnprocessableEntity, "POST", at+"/decline", map[string]string{"product_id": p.ID, "vulnerability_id": v.Vulnerability.ID, "reason": " "}).problem(t).locations(); l["/reason"] == "" {
		t.Errorf("declined without a reason: %v", l)
	}
	b.want(t, http.StatusCreated, "POST", at+"/decline", map[string]string{"product_id": p.ID, "vulnerability_id": v.Vulnerability.ID, "reason": "設定が異なる"})
	v = page()
	if d := v.Statements[0].Concerns[0].Decision; d == nil || d.Accepted || d.Reason != "設定が異なる" || v.Affected[0].Assessment != nil || v.Vulnerability.OpenFindings != 2 {
		t.Errorf("after declining: %+v", v)
	}

	// It speaks of one of two findings: accepting it for the product needs a reason.
	if l := b.want(t, http.StatusUnprocessableEntity, "POST", at+"/accept", body).problem(t).locations(); l["/reason"] == "" {
		t.Errorf("accepted for a finding that it does not speak of: %v", l)
	}
	body["reason"] = "両バージョンとも同じ設定"
	var made assess.Assessment
	b.want(t, http.StatusCreated, "POST", at+"/accept", body).into(t, &made)
	if made.Status != assess.NotAffected || made.Justification != "vulnerable_code_not_in_execute_path" || made.Present != register.Unknown || made.MadeBy == "" ||
		!strings.Contains(made.Statement, "The function is never called.") || !strings.Contains(made.Statement, "https://example.org/vex/1") || !strings.Contains(made.Statement, "両バージョン") {
		t.Errorf("assessment: %+v", made)
	}
	v = page()
	if v.Affected[0].Assessment == nil || v.Affected[0].Assessment.ID != made.ID || !v.Statements[0].Concerns[0].Decision.Accepted || v.Vulnerability.OpenFindings != 2 {
		t.Errorf("after accepting: %+v", v)
	}
	// The ledger has both, with the reason, and the assessment names the statement it came from.
	for _, action := range []string{"statement.accepted", "statement.declined"} {
		var entries struct{ Items []struct{ Reason string } }
		b.want(t, http.StatusOK, "GET", "/api/ledger?action="+action, nil).into(t, &entries)
		if len(entries.Items) != 1 || entries.Items[0].Reason == "" {
			t.Errorf("%s in the ledger: %+v", action, entries)
		}
	}

	// The issuer says something else now: the old statement is out of force, and cannot be taken over any more.
	s.upload(t, b, "vex2.json", openVEX("2", "2026-08-01T00:00:00Z", `"status":"affected","action_statement":"Update to 1.3.0"`))
	v = page()
	if len(v.Statements) != 2 || v.Statements[0].Status != "affected" || v.Statements[1].SupersededAt.IsZero() || v.Affected[0].Assessment.ID != made.ID {
		t.Errorf("after the new version: %+v", v.Statements)
	}
	b.want(t, http.StatusConflict, "POST", at+"/accept", body)
	// What it says now is no "not affected": it needs no reason.
	delete(body, "reason")
	b.want(t, http.StatusCreated, "POST", "/api/statements/"+v.Statements[0].ID+"/accept", body).into(t, &made)
	if made.Status != assess.Affected || made.Justification != "" || made.Version != 2 {
		t.Errorf("second assessment: %+v", made)
	}
	b.want(t, http.StatusNotFound, "POST", "/api/statements/none/accept", body)
	body["product_id"] = "none"
	b.want(t, http.StatusUnprocessableEntity, "POST", "/api/statements/"+v.Statements[0].ID+"/accept", body)
}

// A statement about a part within somebody else's product says little of the
// part in ours.
func TestStatementWithinAnotherProduct(t *testing.T) {
	s := newServer(t)
	_, b := s.person(t, "psirt@example.jp", app.ProductSecurity)
	var p register.Product
	b.want(t, http.StatusCreated, "POST", "/api/products", pump).into(t, &p)
	var r register.Release
	b.want(t, http.StatusCreated, "POST", "/api/products/"+p.ID+"/releases", map[string]string{"version": "1"}).into(t, &r)
	b.want(t, http.StatusCreated, "POST", "/api/releases/"+r.ID+"/sbom?name=bom.json",
		strings.NewReader(`{"bomFormat":"CycloneDX","specVersion":"1.5","version":1,"components":[{"type":"library","name":"left-pad","version":"1.0.0","purl":"pkg:npm/left-pad@1.0.0"}]}`))
	s.upload(t, b, "a.json", vexOSV)
	s.upload(t, b, "vex.json", strings.Replace(openVEX("1", "2026-07-01T00:00:00Z", notAffected), `{"@id":"pkg:npm/left-pad@1.0.0"}`,
		`{"@id":"pkg:oci/image","subcomponents":[{"@id":"pkg:npm/left-pad@1.0.0"}]}`, 1))
	var v app.VulnerabilityView
	b.want(t, http.StatusOK, "GET", "/api/vulnerabilities/CVE-2026-7777", nil).into(t, &v)
	if len(v.Statements) != 1 || len(v.Statements[0].Within) != 1 || v.Statements[0].Within[0] != "pkg:oci/image" {
		t.Fatalf("statements: %+v", v.Statements)
	}
	b.want(t, http.StatusUnprocessableEntity, "POST", "/api/statements/"+v.Statements[0].ID+"/accept", map[string]string{"product_id": p.ID, "vulnerability_id": v.Vulnerability.ID})
}

func TestTrustInIssuers(t *testing.T) {
	s := newServer(t)
	_, b := s.person(t, "psirt@example.jp", app.ProductSecurity)
	fleetWith(t, b)
	s.upload(t, b, "a.json", vexOSV)
	s.upload(t, b, "vex.json", openVEX("1", "2026-07-01T00:00:00Z", notAffected))
	s.upload(t, b, "other.json", strings.NewReplacer("Acme", "Mallory", "vex/1", "vex/2").Replace(openVEX("1", "2026-07-02T00:00:00Z", notAffected)))
	var list app.List[app.Issuer]
	b.want(t, http.StatusOK, "GET", "/api/issuers?key=acme", nil).into(t, &list)
	if list.Total != 1 || list.Items[0].Name != "Acme" || list.Items[0].Trust != app.TrustUnknown || list.Items[0].Statements != 1 {
		t.Fatalf("issuers: %+v", list)
	}
	acme := map[string]any{"key": "acme", "trust": "trusted", "reason": "", "revision": 0}
	if l := b.want(t, http.StatusUnprocessableEntity, "PUT", "/api/issuers/trust", acme).problem(t).locations(); l["/reason"] == "" {
		t.Errorf("trusted without a reason: %v", l)
	}
	acme["reason"] = "部品の製造元"
	b.want(t, http.StatusOK, "PUT", "/api/issuers/trust", acme)
	b.want(t, http.StatusConflict, "PUT", "/api/issuers/trust", acme)
	var v app.VulnerabilityView
	b.want(t, http.StatusOK, "GET", "/api/vulnerabilities/CVE-2026-7777", nil).into(t, &v)
	if v.Statements[0].Issuer != "Acme" || v.Statements[0].Trust != app.Trusted || v.Statements[1].Trust != app.TrustUnknown {
		t.Errorf("the trusted one does not come first: %+v", v.Statements)
	}
	if v.Vulnerability.OpenFindings != 2 || v.Statements[0].Concerns[0].Decision != nil || v.Affected[0].Assessment != nil {
		t.Errorf("trust decided something: %+v", v)
	}
	_, viewer := s.person(t, "viewer@example.jp", app.Viewer)
	viewer.want(t, http.StatusForbidden, "PUT", "/api/issuers/trust", acme)
}

func TestVulnerabilitySideBySide(t *testing.T) {
	s := newServer(t)
	_, b := s.person(t, "psirt@example.jp", app.ProductSecurity)
	fleetWith(t, b)
	s.upload(t, b, "a.json", vexOSV)
	var v app.VulnerabilityView
	page := func() {
		t.Helper()
		v = app.VulnerabilityView{}
		b.want(t, http.StatusOK, "GET", "/api/vulnerabilities/CVE-2026-7777", nil).into(t, &v)
	}
	page()
	gaps := map[app.Gap]bool{}
	for _, g := range v.Gaps {
		gaps[g] = true
	}
	if !gaps[app.GapOneSource] || !gaps[app.GapNoCPE] || gaps[app.GapNoProduct] || len(v.Disagreements) != 0 || v.Vulnerability.EPSS != nil {
		t.Errorf("one source: %+v", v)
	}
	s.upload(t, b, "cve.json", vexCVE)
	s.upload(t, b, "epss_scores-2026-07-01.csv", "#model_version:v2025.03.14,score_date:2026-07-01T00:00:00+0000\ncve,epss,percentile\nCVE-2026-7777,0.00043,0.1\n")
	s.upload(t, b, "epss_scores-2026-07-02.csv", "#model_version:v2025.03.14,score_date:2026-07-02T00:00:00+0000\ncve,epss,percentile\nCVE-2026-7777,0.31,0.97\n")
	page()
	kinds := map[string]app.DisagreementView{}
	for _, d := range v.Disagreements {
		kinds[string(d.Kind)] = d
	}
	if d := kinds["score"]; len(d.Says) != 2 || d.Says[0].Text != "8.1" || d.Says[1].Text != "9.8" {
		t.Errorf("scores: %+v", v.Disagreements)
	}
	if d := kinds["range"]; len(d.Says) != 2 || d.Says[0].Text != "< 1.4" || d.Says[1].Text != "< 1.3" {
		t.Errorf("ranges: %+v", v.Disagreements)
	}
	if e := v.Vulnerability.EPSS; e == nil || e.Probability != 0.31 || e.Model != "v2025.03.14" || e.Before == nil || e.Before.Probability != 0.00043 || !e.Before.Comparable {
		t.Errorf("EPSS: %+v", v.Vulnerability.EPSS)
	}
	var ssvc *app.SSVCView
	for _, a := range v.Advisories {
		if a.SSVC != nil {
			ssvc = a.SSVC
		}
	}
	if ssvc == nil || ssvc.Exploitation != "none" || ssvc.Role != "CISA Coordinator" || ssvc.At.IsZero() {
		t.Errorf("SSVC: %+v", ssvc)
	}
	told := map[app.TimelineKind]bool{}
	before := time.Time{}
	for _, e := range v.Timeline {
		told[e.Kind] = true
		if e.At.Before(before) {
			t.Errorf("out of order: %+v", v.Timeline)
		}
		before = e.At
	}
	for _, kind := range []app.TimelineKind{app.TimePublished, app.TimeModified, app.TimeImported, app.TimeEPSS, app.TimeSSVC, app.TimeFirstFinding} {
		if !told[kind] {
			t.Errorf("the time line does not tell %q: %+v", kind, v.Timeline)
		}
	}

	// In the catalogue of known exploited vulnerabilities, against SSVC "none".
	s.upload(t, b, "kev.json", `{"title":"x","catalogVersion":"2026.07.03","dateReleased":"2026-07-03T00:00:00Z","count":1,"vulnerabilities":[{"cveID":"CVE-2026-7777","vendorProject":"a","product":"b","vulnerabilityName":"c","dateAdded":"2026-07-03","shortDescription":"d","requiredAction":"e","dueDate":"2026-07-24","knownRansomwareCampaignUse":"Unknown"}]}`)
	page()
	found := false
	for _, d := range v.Disagreements {
		found = found || d.Kind == "exploitation"
	}
	if !found || v.KEV == nil {
		t.Errorf("KEV against SSVC: %+v", v.Disagreements)
	}
	// The list has the score, and can be narrowed to it.
	var list app.List[app.VulnerabilityRow]
	b.want(t, http.StatusOK, "GET", "/api/vulnerabilities?epss=0.3", nil).into(t, &list)
	if list.Total != 1 || list.Items[0].EPSS == nil || list.Items[0].EPSS.Probability != 0.31 {
		t.Errorf("list: %+v", list)
	}
	b.want(t, http.StatusOK, "GET", "/api/vulnerabilities?epss=0.32", nil).into(t, &list)
	if list.Total != 0 {
		t.Errorf("list of higher scores: %+v", list)
	}
	b.want(t, http.StatusUnprocessableEntity, "GET", "/api/vulnerabilities?epss=much", nil)

	// A record that is withdrawn stays, with the day, and the others stand against it.
	s.upload(t, b, "b.json", strings.Replace(vexOSV, `"modified":"2026-06-02T00:00:00Z"`, `"modified":"2026-07-05T00:00:00Z","withdrawn":"2026-07-05T00:00:00Z"`, 1))
	page()
	last := v.Advisories[len(v.Advisories)-1]
	found = false
	for _, d := range v.Disagreements {
		found = found || d.Kind == "withdrawn"
	}
	if last.Source != "osv" || last.WithdrawnAt.IsZero() || !found {
		t.Errorf("after the withdrawal: %+v, %+v", last, v.Disagreements)
	}
}

func TestReleaseSupport(t *testing.T) {
	s := newServer(t)
	_, b := s.person(t, "psirt@example.jp", app.ProductSecurity)
	_, r := fleetWith(t, b)
	var got app.ReleaseSupport
	b.want(t, http.StatusOK, "GET", "/api/releases/"+r.ID+"/support", nil).into(t, &got)
	if got.Known != 0 || len(got.Components) != 0 {
		t.Errorf("without data: %+v", got)
	}
	s.upload(t, b, "eol.json", `{"schema_version":"1.2.0","result":[
		{"name":"nodejs","label":"Node.js","category":"framework","identifiers":[{"type":"purl","id":"pkg:generic/nodejs"}],
		 "releases":[{"name":"18","isEol":true,"eolFrom":"2025-04-30"},{"name":"20","isEol":false,"eolFrom":"2036-04-30"}]},
		{"name":"left-pad","label":"left-pad","category":"framework","identifiers":[],"releases":[{"name":"1","isEol":true,"eolFrom":"2020-01-01"}]}]}`)
	b.want(t, http.StatusOK, "GET", "/api/releases/"+r.ID+"/support", nil).into(t, &got)
	if got.Known != 1 || got.Ended != 1 || got.Components[0].Name != "node" || got.Components[0].Line != "18" || got.Components[0].EndsOn.String() != "2025-04-30" {
		t.Errorf("only an exact identifier tells: %+v", got)
	}
	b.want(t, http.StatusNotFound, "GET", "/api/releases/none/support", nil)
}

// What an SBOM says of its own components is a proposal for the releases that
// use the SBOM, and for no others.
func TestStatementInAnSBOM(t *testing.T) {
	s := newServer(t)
	_, b := s.person(t, "psirt@example.jp", app.ProductSecurity)
	var p register.Product
	b.want(t, http.StatusCreated, "POST", "/api/products", pump).into(t, &p)
	const component = `{"bomFormat":"CycloneDX","specVersion":"1.5","version":1,"metadata":{"supplier":{"name":"Acme"}},"components":[{"type":"library","bom-ref":"pad","name":"left-pad","version":"1.0.0","purl":"pkg:npm/left-pad@1.0.0"}]`
	const said = `,"vulnerabilities":[{"id":"CVE-2026-7777","analysis":{"state":"not_affected","justification":"code_not_reachable","detail":"never called"},"affects":[{"ref":"pad"}]}]`
	for _, vex := range []string{said, ""} {
		var r register.Release
		b.want(t, http.StatusCreated, "POST", "/api/products/"+p.ID+"/releases", map[string]string{"version": "with VEX: " + vex[:min(len(vex), 5)]}).into(t, &r)
		b.want(t, http.StatusCreated, "POST", "/api/releases/"+r.ID+"/sbom?name=bom.json", strings.NewReader(component+vex+"}"))
	}
	s.upload(t, b, "a.json", vexOSV)
	var v app.VulnerabilityView
	b.want(t, http.StatusOK, "GET", "/api/vulnerabilities/CVE-2026-7777", nil).into(t, &v)
	if v.Vulnerability.OpenFindings != 2 || len(v.Statements) != 1 {
		t.Fatalf("%d findings, statements %+v", v.Vulnerability.OpenFindings, v.Statements)
	}
	if st := v.Statements[0]; st.Source != app.StatementSBOM || len(st.Concerns) != 1 || st.Concerns[0].Covered != 1 || st.Concerns[0].Open != 2 {
		t.Errorf("statement: %+v", st)
	}
}

// A CSAF document is an advisory, and a statement about each of its products;
// what a later version says counts.
func TestStatementsOfCSAF(t *testing.T) {
	s := newServer(t)
	_, b := s.person(t, "psirt@example.jp", app.ProductSecurity)
	csaf := func(status, at string) string {
		return `{"document":{"category":"csaf_vex","csaf_version":"2.0","publisher":{"category":"vendor","name":"Acme","namespace":"https://example.org"},"title":"x","tracking":{"id":"ACME-1","version":"1","status":"final","current_release_date":"` + at + `","initial_release_date":"` + at + `"}},
"product_tree":{"full_product_names":[{"product_id":"P1","name":"left-pad 1.0.0","product_identification_helper":{"purl":"pkg:npm/left-pad@1.0.0"}}]},
"vulnerabilities":[{"cve":"CVE-2026-7777","notes":[{"category":"description","text":"x"}],"product_status":{"` + status + `":["P1"]},"flags":[{"label":"component_not_present","product_ids":["P1"]}]}]}`
	}
	if run := s.upload(t, b, "a.json", csaf("known_affected", "2026-07-01T00:00:00Z")); run.Kind != "csaf" || run.Records != 1 {
		t.Errorf("run: %+v", run)
	}
	inForce := func(want string) {
		t.Helper()
		var list app.List[app.StatementView]
		b.want(t, http.StatusOK, "GET", "/api/statements?state=in_force", nil).into(t, &list)
		if list.Total != 1 || list.Items[0].StatusLabel != want {
			t.Errorf("in force: %+v, want %s", list, want)
		}
	}
	inForce("known_affected")
	s.upload(t, b, "b.json", csaf("known_not_affected", "2026-07-02T00:00:00Z"))
	inForce("known_not_affected")
	s.upload(t, b, "c.json", csaf("known_affected", "2026-07-03T00:00:00Z"))
	inForce("known_affected") // a "not affected" that was taken back must not stay
}
