package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mimamori/internal/fault"
)

// runDecide runs the command on a facts file at 2026-05-31 23:30 UTC, which is
// June 1 in Tokyo.
func runDecide(t *testing.T, facts string, cmd DecideCmd) (string, error) {
	t.Helper()
	cmd.Facts = filepath.Join(t.TempDir(), "facts.json")
	if err := os.WriteFile(cmd.Facts, []byte(facts), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	err := cmd.Run(&Context{Out: &out, Now: func() time.Time { return time.Date(2026, 5, 31, 23, 30, 0, 0, time.UTC) }})
	return out.String(), err
}

func TestDecidePrintsJSON(t *testing.T) {
	out, err := runDecide(t, `{"report_kind":"case","agent":"malfunction","origin":"domestic","harm_status":"actual"}`, DecideCmd{JSON: true})
	if err != nil {
		t.Fatal(err)
	}
	var answer struct {
		Result    string
		Aware     string
		Governing map[string]any
		Certain   []string
		Possible  []string
		OpenFacts []struct {
			Fact     string
			Decisive bool
			Outcomes []struct{ Value, Result string }
		} `json:"open_facts"`
		Rulebook struct{ ID, Version, Digest string }
		Proof    []struct{ Rule, State, Quote string }
	}
	if err := json.Unmarshal([]byte(out), &answer); err != nil {
		t.Fatal(err)
	}
	if answer.Result != "undetermined" || answer.Aware != "2026-06-01" {
		t.Errorf("result %s, aware %s", answer.Result, answer.Aware)
	}
	for name, want := range map[string]any{"form": "form8", "term_days": 15.0, "periodic": false, "due": "2026-06-16", "first_report": true} {
		if answer.Governing[name] != want {
			t.Errorf("governing %s is %v, want %v", name, answer.Governing[name], want)
		}
	}
	if len(answer.Certain) != 0 || len(answer.Possible) != 5 || len(answer.OpenFacts) != 6 || !strings.HasPrefix(answer.Rulebook.Digest, "sha256:") || len(answer.Proof) < 30 {
		t.Errorf("got %+v", answer)
	}
}

func TestDecideTellsItInBothLanguages(t *testing.T) {
	const facts = `{"report_kind":"safety_measure","origin":"foreign"}`
	for lang, want := range map[string][]string{
		"ja": {"判断: 報告を要する", "様式第10、15日以内、期限 2026-06-21（直前の開庁日 2026-06-19）、第一報を速やかに", "[該当] 施行規則第228条の20第2項第1号チ: 外国医療機器に係る措置の実施 → 様式第10、15日以内", "R228-20(2)-1-chi"},
		"en": {"Result: a report is due", "form 10, within 15 days, due 2026-06-21 (last office day 2026-06-19), first report promptly", "[applies] Enforcement Regulation art. 228-20(2), item 1-チ"},
	} {
		out, err := runDecide(t, facts, DecideCmd{Aware: "2026-06-06", Lang: lang})
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range want {
			if !strings.Contains(out, w) {
				t.Errorf("%s: want %q in:\n%s", lang, w, out)
			}
		}
	}
}

func TestDecideRulesFollowTheAwarenessDay(t *testing.T) {
	const facts = `{"report_kind":"case","agent":"malfunction","origin":"foreign","harm_status":"actual","seriousness":"death","predictability":"predictable","trend":"normal"}`
	for aware, want := range map[string]string{"2026-04-30": `"due": "2026-05-30"`, "2026-05-01": `"result": "not_reportable"`} {
		out, err := runDecide(t, facts, DecideCmd{Aware: aware, JSON: true})
		if err != nil || !strings.Contains(out, want) {
			t.Errorf("aware %s: want %s in:\n%s (%v)", aware, want, out, err)
		}
	}
}

func TestDecideRefuses(t *testing.T) {
	for name, tt := range map[string]struct {
		facts string
		cmd   DecideCmd
		want  []string
	}{
		"every problem of the file": {`{"origin":"here","age":"old"}`, DecideCmd{}, []string{`/age: no fact is called "age"`, `/origin: origin has no value "here"`}},
		"a day that does not exist": {`{}`, DecideCmd{Aware: "2026-02-30"}, []string{"--aware", "2026-02-30"}},
		"no JSON":                   {`report_kind=case`, DecideCmd{}, []string{"not valid JSON"}},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := runDecide(t, tt.facts, tt.cmd)
			if fault.KindOf(err) != fault.Invalid || out != "" {
				t.Fatalf("got %q (%v), want an invalid error and no output", out, err)
			}
			for _, w := range tt.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("want %q in %v", w, err)
				}
			}
		})
	}
	cmd := DecideCmd{Facts: filepath.Join(t.TempDir(), "absent.json")}
	if err := cmd.Run(&Context{Now: time.Now}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a missing file: got %v", err)
	}
}
