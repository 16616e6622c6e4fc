package advisory_test

import (
	"io"
	"strings"
	"testing"

	"mimamori/internal/advisory"
	"mimamori/internal/caldate"
)

func TestEPSS(t *testing.T) {
	day := caldate.MustParse("2026-01-02")
	for name, tt := range map[string]struct {
		file, in string
		want     advisory.EPSSScore
	}{
		"with zone +0000":     {"f", "#model_version:v2023.03.01,score_date:2026-01-02T00:00:00+0000\ncve,epss,percentile\nCVE-2020-5902,0.97567,0.99995\n", advisory.EPSSScore{CVE: "CVE-2020-5902", Probability: 0.97567, Percentile: 0.99995, ScoredOn: day, Model: "v2023.03.01"}},
		"with zone Z":         {"f", "#model_version:v2026.06.15,score_date:2026-01-02T12:00:22Z\r\ncve,epss,percentile\r\nCVE-2020-5902,1,0\r\n", advisory.EPSSScore{CVE: "CVE-2020-5902", Probability: 1, ScoredOn: day, Model: "v2026.06.15"}},
		"no comment":          {"x/epss_scores-2026-01-02.csv.gz", "cve,epss,percentile\nCVE-2020-5902,0.5,0.5", advisory.EPSSScore{CVE: "CVE-2020-5902", Probability: 0.5, Percentile: 0.5, ScoredOn: day}},
		"without percentiles": {"f", "cve,epss\nCVE-2020-5902,0.5\n", advisory.EPSSScore{CVE: "CVE-2020-5902", Probability: 0.5}},
		"the API":             {"f", `{"status":"OK","status-code":200,"version":"1.0","total":1,"data":[{"cve":"CVE-2020-5902","epss":"0.5","percentile":"0.25","date":"2026-01-02"}]}`, advisory.EPSSScore{CVE: "CVE-2020-5902", Probability: 0.5, Percentile: 0.25, ScoredOn: day}},
	} {
		list, problems := all(advisory.EPSS(strings.NewReader(tt.in), tt.file))
		if len(list) != 1 || len(problems) > 0 || list[0] != tt.want {
			t.Errorf("%s: %+v, %v", name, list, problems)
		}
	}
}

func TestEPSSRefuses(t *testing.T) {
	const head = "#model_version:v1,score_date:2026-01-02T00:00:00Z\ncve,epss,percentile\n"
	for name, tt := range map[string]struct {
		in       string
		read     int
		problems int
		want     string
	}{
		"a row that is none":         {head + "CVE-2020-0001,0.5,0.5\nCVE-2020-0002,high,0.5\nCVE-2020-0003,0.5,0.5\n", 2, 1, `line 4: left out: CVE id "CVE-2020-0002", probability "high"`},
		"more than certain":          {head + "CVE-2020-0001,1.5,0.5\n", 0, 1, "from 0 to 1"},
		"not a number":               {head + "CVE-2020-0001,NaN,0.5\n", 0, 1, "NaN"},
		"no CVE id":                  {head + "x,0.5,0.5\n", 0, 1, "left out"},
		"too few fields":             {head + "CVE-2020-0001\n", 0, 1, "left out"},
		"another CSV":                {"a,b\n1,2\n", 0, 1, "not an EPSS file"},
		"empty":                      {"", 0, 1, "not an EPSS file"},
		"no row":                     {head, 0, 1, "holds no EPSS score"},
		"a comment without end":      {"#" + strings.Repeat("x", 1<<20), 0, 1, "line 1 is longer"},
		"a row without end":          {head + strings.Repeat("x", 1<<20), 0, 1, "longer than 4 KiB"},
		"a quoted row without end":   {head + `"` + strings.Repeat("x,\n", 1<<20), 0, 1, "cannot be read any further"},
		"nothing but broken rows":    {head + strings.Repeat("x,y,z\n", 10_000), 0, 101, "more than 100 broken rows"},
		"another answer of some API": {`{"data":[{"a":1}]}`, 0, 1, "left out"},
	} {
		list, problems := all(advisory.EPSS(strings.NewReader(tt.in), "f"))
		if len(list) != tt.read || len(problems) != tt.problems || !strings.Contains(problems[len(problems)-1].Error(), tt.want) {
			t.Errorf("%s: %d, %d problems %.300v", name, len(list), len(problems), problems)
		}
	}
}

func TestSharedEPSS(t *testing.T) {
	n := 0
	for s, err := range advisory.EPSS(unpacked(t, "vuln/epss/epss_scores-2024-01-13.csv.gz"), "f") {
		if err != nil {
			t.Fatal(err)
		}
		if n++; s.Model != "v2023.03.01" || s.ScoredOn != caldate.MustParse("2024-01-13") {
			t.Fatalf("%+v", s)
		}
	}
	if n != 221346 {
		t.Errorf("%d scores", n)
	}
}

func TestEOL(t *testing.T) {
	on := caldate.MustParse("2026-06-01")
	for name, in := range map[string]string{
		"one product": `{"schema_version":"1.2.0","result":{"name":"fw","label":"FW","category":"os","aliases":["f"],"identifiers":[{"type":"cpe","id":"cpe:2.3:o:acme:fw"},{"type":"purl","id":"pkg:generic/fw"}],"releases":[
 {"name":"1","releaseDate":"2020-01-01","isLts":true,"isEoas":true,"eoasFrom":"2022-01-01","isEol":true,"eolFrom":"2026-01-01","isEoes":null,"eoesFrom":null,"latest":{"name":"1.9","date":"2025-01-01"}},
 {"name":"2","releaseDate":"2024-01-01","isLts":false,"isEol":false,"eolFrom":null,"latest":null}]}}`,
		"all products": `{"schema_version":"1.2.0","total":1,"result":[{"name":"fw","label":"FW","category":"os","aliases":["f"],"identifiers":[{"type":"cpe","id":"cpe:2.3:o:acme:fw"},{"type":"purl","id":"pkg:generic/fw"}],"releases":[
 {"name":"1","releaseDate":"2020-01-01","isLts":true,"isEoas":true,"eoasFrom":"2022-01-01","isEol":true,"eolFrom":"2026-01-01","latest":{"name":"1.9","date":"2025-01-01"}},
 {"name":"2","releaseDate":"2024-01-01","isLts":false,"isEol":false}]}]}`,
		"the old API": `[{"cycle":1,"releaseDate":"2020-01-01","lts":true,"support":"2022-01-01","eol":"2026-01-01","latest":"1.9","latestReleaseDate":"2025-01-01"},{"cycle":"2","releaseDate":"2024-01-01","lts":false,"eol":false}]`,
	} {
		list, problems := all(advisory.EOL(strings.NewReader(in), "folder/fw.json"))
		if len(list) != 1 || len(problems) > 0 {
			t.Errorf("%s: %+v, %v", name, list, problems)
			continue
		}
		p := list[0]
		if p.ID != "fw" || len(p.Lines) != 2 || p.Lines[0].Name != "1" || !p.Lines[0].LTS || p.Lines[1].LTS || p.Lines[0].Latest != "1.9" || p.Lines[0].ReleasedOn != caldate.MustParse("2020-01-01") || p.Digest == "" {
			t.Errorf("%s: %+v", name, p)
		}
		if over, known := p.Lines[0].Security.Over(on); !over || !known {
			t.Errorf("%s: 1 is %v, %v", name, over, known)
		}
		if over, known := p.Lines[1].Security.Over(on); over || !known {
			t.Errorf("%s: 2 is %v, %v", name, over, known)
		}
		if _, known := p.Lines[0].Extended.Over(on); known {
			t.Errorf("%s: nothing is said about extended support", name)
		}
	}
	day := advisory.Phase{End: on, State: advisory.PhaseGoesOn}
	if over, _ := day.Over(on); !over {
		t.Error("on its day the phase is over, whatever the state of the data says")
	}
	if over, _ := day.Over(on.AddDays(-1)); over {
		t.Error("the day before it is not")
	}
	for name, tt := range map[string]struct {
		in, want string
	}{
		"another JSON": {`{"a":1}`, "is not a product"},
		"empty":        {"", "empty"},
		"empty list":   {`{"result":[]}`, "holds no end-of-life data"},
	} {
		if list, problems := all(advisory.EOL(strings.NewReader(tt.in), "f")); len(list) > 0 || len(problems) != 1 || !strings.Contains(problems[0].Error(), tt.want) {
			t.Errorf("%s: %v, %v", name, list, problems)
		}
	}
}

func TestSharedEOL(t *testing.T) {
	lines := map[string]int{}
	members(t, "vuln/feed-fixtures.zip", func(name string, r io.Reader) {
		if !strings.HasSuffix(name, "endoflife-date/api/happy/full") {
			return
		}
		for p, err := range advisory.EOL(r, name) {
			if err != nil {
				t.Error(err)
			}
			lines[p.ID] = len(p.Lines)
			for _, l := range p.Lines {
				if l.Name == "" || l.ReleasedOn.IsZero() || l.Security.State == advisory.PhaseUnknown {
					t.Errorf("%s: %+v", p.ID, l)
				}
			}
		}
	})
	if len(lines) != 2 || lines["ubuntu"] == 0 || lines["windows"] == 0 {
		t.Errorf("%v", lines)
	}
}

func TestSuspect(t *testing.T) {
	type size = advisory.RunSize
	for _, tt := range []struct {
		name        string
		before, now size
		want        advisory.Suspicion
	}{
		{"first run", size{}, size{Records: 1}, advisory.NoSuspicion},
		{"nothing comes", size{Records: 5}, size{}, advisory.SourceEmpty},
		{"nothing came before either", size{}, size{}, advisory.SourceEmpty},
		{"as many", size{Records: 1000}, size{Records: 1000}, advisory.NoSuspicion},
		{"exactly the least", size{Records: 1000}, size{Records: 900}, advisory.NoSuspicion},
		{"one less", size{Records: 1000}, size{Records: 899}, advisory.SourceShrunk},
		{"more refused than read", size{Records: 10}, size{Records: 10, Rejected: 11}, advisory.SourceMostRefused},
	} {
		if got := advisory.Suspect(tt.before, tt.now, 90); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
