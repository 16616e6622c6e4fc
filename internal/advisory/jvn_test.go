package advisory_test

import (
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"mimamori/internal/advisory"
)

const jvnRSS = `<?xml version="1.0" encoding="UTF-8"?><rdf:RDF xmlns:rdf="r" xmlns="http://purl.org/rss/1.0/" xmlns:dc="dc" xmlns:dcterms="dt" xmlns:sec="http://jvn.jp/rss/mod_sec/">
<channel><title>JVNDB</title><items><rdf:Seq><rdf:li rdf:resource="x"/></rdf:Seq></items></channel>
<item rdf:about="x"><title>複数の脆弱性</title><link>https://jvndb.jvn.jp/1</link><description>説明</description><sec:identifier>JVNDB-2026-000001</sec:identifier>
<sec:references source="CVE" id="CVE-2026-0001">https://c/1</sec:references><sec:references source="NVD" id="CVE-2026-0001">https://n/1</sec:references><sec:references source="CVE" id="CVE-2026-0002">https://c/2</sec:references>
<sec:references title="x" id="CWE-20">https://w</sec:references><sec:cpe version="2.2" vendor="アクメ" product="ポンプ">cpe:/a:acme:pump</sec:cpe>
<sec:cvss version="2.0" score="9.3" type="Base" severity="High" vector="AV:N/AC:M/Au:N/C:C/I:C/A:C"/><sec:cvss version="3.0" score="10.0" type="Base" severity="Critical" vector="CVSS:3.0/AV:N"/>
<dcterms:issued>2026-01-02T16:37+09:00</dcterms:issued><dcterms:modified>2026-02-02T10:24+09:00</dcterms:modified></item>
<item><title>no id</title></item>
<item><title>一つ</title><sec:identifier>JVNDB-2026-000002</sec:identifier><sec:references source="CVE" id="CVE-2026-0003">https://c/3</sec:references></item></rdf:RDF>`

const jvnDetail = `<VULDEF-Document version="3.2" xmlns="http://jvn.jp/vuldef/"><Vulinfo><VulinfoID>JVNDB-2026-000002</VulinfoID><VulinfoData><Title>一つ</Title>
<VulinfoDescription><Overview>概要</Overview></VulinfoDescription><Affected><AffectedItem><Name>アクメ</Name><ProductName>ポンプ</ProductName><Cpe version="2.2">cpe:/a:acme:pump</Cpe>
<VersionNumber>1.2.3 およびそれ以前</VersionNumber><VersionNumber>2.0 から 2.4 より前のバージョン</VersionNumber></AffectedItem><AffectedItem><Name>別社</Name><ProductName>装置</ProductName><VersionNumber/></AffectedItem></Affected>
<Impact><Cvss version="3.0"><Severity type="Base">Critical</Severity><Base>10</Base><Vector>CVSS:3.0/AV:N</Vector></Cvss></Impact><Solution><SolutionItem><Description>更新する</Description></SolutionItem></Solution>
<Related><RelatedItem type="cve"><Name>Common Vulnerabilities and Exposures (CVE)</Name><VulinfoID>CVE-2026-0003</VulinfoID><URL>https://c/3</URL></RelatedItem><RelatedItem type="cwe"><Name>CWE</Name><VulinfoID>CWE-20</VulinfoID><Title>x</Title><URL>https://w</URL></RelatedItem></Related>
<DateFirstPublished>2026/01/02</DateFirstPublished><DateLastUpdated>2026-02-02T10:24:36+09:00</DateLastUpdated></VulinfoData></Vulinfo></VULDEF-Document>`

func TestJVNOverview(t *testing.T) {
	list, problems := all(advisory.JVN(strings.NewReader(jvnRSS), "f"))
	if len(list) != 3 || len(problems) != 1 || !strings.Contains(problems[0].Error(), "f line 8") {
		t.Fatalf("%d, %v", len(list), problems)
	}
	a, b, single := list[0], list[1], list[2]
	if a.Key() != "JVNDB-2026-000001#CVE-2026-0001" || b.Part != "CVE-2026-0002" || !slices.Equal(b.Names(), []string{"CVE-2026-0002"}) || a.Title != "複数の脆弱性" || a.Details != "説明" || !slices.Equal(a.CWEs, []string{"CWE-20"}) {
		t.Errorf("%+v\n%+v", a, b)
	}
	if single.Part != "" || !slices.Equal(single.Names(), []string{"JVNDB-2026-000002", "CVE-2026-0003"}) {
		t.Errorf("one CVE: %+v", single)
	}
	changed, _ := all(advisory.JVN(strings.NewReader(strings.Replace(jvnRSS, "ポンプ", "ポンプ改", 1)), "f"))
	if a.Digest != b.Digest || a.Digest == single.Digest || changed[0].Digest == a.Digest || changed[2].Digest != single.Digest {
		t.Error("the digest does not tell a changed record from the same one")
	}
	if f := a.Affected[0]; f.Vendor != "アクメ" || f.CPEs[0] != "cpe:/a:acme:pump" || f.VersionText != "" || !f.Status.Open() {
		t.Errorf("affected %+v", f)
	}
	if !a.Published.Equal(time.Date(2026, 1, 2, 7, 37, 0, 0, time.UTC)) || len(a.Severities) != 2 || a.Severities[1] != (advisory.Severity{Type: "CVSS_V3", Vector: "CVSS:3.0/AV:N", Score: "10.0"}) {
		t.Errorf("%v, %+v", a.Published, a.Severities)
	}
}

func TestJVNDetail(t *testing.T) {
	list, problems := all(advisory.JVN(strings.NewReader(jvnDetail), "f"))
	if len(list) != 1 || len(problems) > 0 {
		t.Fatalf("%d, %v", len(list), problems)
	}
	a := list[0]
	var got []string
	for _, f := range a.Affected {
		got = append(got, f.Vendor+"|"+f.Product+"|"+f.VersionText+"|"+strings.Join(f.CPEs, ","))
	}
	if want := []string{"アクメ|ポンプ|1.2.3 およびそれ以前|cpe:/a:acme:pump", "アクメ|ポンプ|2.0 から 2.4 より前のバージョン|cpe:/a:acme:pump", "別社|装置||"}; !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if !slices.Equal(a.Names(), []string{"JVNDB-2026-000002", "CVE-2026-0003"}) || a.CWEs[0] != "CWE-20" || a.Severities[0].Score != "10" || a.Details != "概要\n\n更新する" || !a.Published.Equal(time.Date(2026, 1, 1, 15, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v", a)
	}
}

func TestJVNRefuses(t *testing.T) {
	for name, tt := range map[string]struct{ in, want string }{
		"empty":       {"", "empty"},
		"another XML": {"<a/>", "no JVN iPedia record"},
		"cut off":     {jvnDetail[:900], "too early"},
		"an entity":   {`<!DOCTYPE x [<!ENTITY a "b">]>` + jvnDetail, "not accepted"},
	} {
		list, problems := all(advisory.JVN(strings.NewReader(tt.in), "f"))
		if len(list) > 0 || len(problems) != 1 || !strings.Contains(problems[0].Error(), tt.want) {
			t.Errorf("%s: %d, %v", name, len(list), problems)
		}
	}
}

func TestSharedJVN(t *testing.T) {
	read, refused := map[string]int{}, 0
	members(t, "vuln/jvn-fixtures.zip", func(name string, r io.Reader) {
		if !strings.HasSuffix(name, ".rdf") {
			return
		}
		for a, err := range advisory.JVN(r, name) {
			if err != nil {
				if refused++; !strings.Contains(name, "/product/") {
					t.Error(err)
				}
				continue
			}
			read[a.ID]++
			if a.Title == "" || a.Modified.IsZero() || len(a.Severities) == 0 {
				t.Errorf("%s: %+v", name, a)
			}
		}
	})
	if len(read) != 10 || refused != 1 {
		t.Errorf("%d ids %v, %d refused", len(read), read, refused)
	}
}
