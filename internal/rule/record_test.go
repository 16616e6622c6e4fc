package rule_test

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"mimamori/internal/fault"
	"mimamori/internal/rule"
)

func TestReplayGivesTheSameBytes(t *testing.T) {
	rb := japan(t)
	random := rand.New(rand.NewPCG(7, 7))
	for range 200 {
		s, _ := draw(random)
		for fact, k := range s {
			k.Evidence, k.By, k.At = "電子添文 第3版 <5>", "安全管理責任者", "2026-06-01T09:00:00Z"
			s[fact] = k
		}
		b := record(t, rb, s)
		if err := rb.Replay(b); err != nil {
			t.Fatalf("%v\n%s", err, b)
		}
	}
}

func TestReplayNoticesChanges(t *testing.T) {
	rb := japan(t)
	b := record(t, rb, rule.Situation{"report_kind": {Values: []string{"case"}}, "harm_status": {Values: []string{"none"}}})
	for _, tt := range []struct {
		name     string
		old, new string
		want     fault.Kind
	}{
		{"another answer", `"result":"not_reportable"`, `"result":"report"`, fault.Conflict},
		{"another fact", `"harm_status":{"values":["none"]}`, `"harm_status":{"values":["actual"]}`, fault.Conflict},
		{"another version of the rulebook", `"version":"` + rb.Version + `"`, `"version":"0.9.0"`, fault.NotFound},
		{"a fact that the rulebook does not have", `"harm_status":{"values"`, `"harm":{"values"`, fault.Invalid},
		{"cut off", `"result"`, ``, fault.Invalid},
	} {
		t.Run(tt.name, func(t *testing.T) {
			changed := bytes.Replace(b, []byte(tt.old), []byte(tt.new), 1)
			if bytes.Equal(changed, b) {
				t.Fatalf("%s is not in the record", tt.old)
			}
			if err := rb.Replay(changed); fault.KindOf(err) != tt.want {
				t.Errorf("got %v, want kind %s", err, tt.want)
			}
		})
	}
}
