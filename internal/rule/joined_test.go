package rule_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mimamori/internal/fault"
	"mimamori/internal/rule"
	"mimamori/rulebook"
)

// shelfOf holds texts by their digest, as the store does.
func shelfOf(texts []rule.BookText) func(string) (rule.BookText, error) {
	return func(digest string) (rule.BookText, error) {
		if i := slices.IndexFunc(texts, func(b rule.BookText) bool { return b.Ref.Digest == digest }); i >= 0 {
			return texts[i], nil
		}
		return rule.BookText{}, fault.New(fault.NotFound, "no text has the digest %s", digest)
	}
}

// archive holds the rulebooks that are no longer in force.
func archive(t testing.TB) func(string) (rule.BookText, error) {
	t.Helper()
	var texts []rule.BookText
	for _, path := range rulebook.Archive {
		text, err := rulebook.FS.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, rule.BookText{Ref: rule.Ref{Digest: rule.DigestOf(text)}, Path: path, Text: text})
	}
	return shelfOf(texts)
}

// TestRecordsOfTheFirstFormatReplay: testdata/format1 was written by the program
// before there was a joined law, from jp/reg-228-20-2 1.0.0. It is never
// written again.
func TestRecordsOfTheFirstFormatReplay(t *testing.T) {
	paths, err := filepath.Glob("testdata/format1/*.json")
	if err != nil || len(paths) != 7 {
		t.Fatalf("%d records (%v), want 7", len(paths), err)
	}
	for _, path := range paths {
		record, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := rule.ReplayRecord(record, archive(t)); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		changed := bytes.Replace(record, []byte(`"state":"excluded"`), []byte(`"state":"applies"`), 1)
		if err := rule.ReplayRecord(changed, archive(t)); fault.KindOf(err) != fault.Conflict {
			t.Errorf("%s changed: got %v, want a conflict", path, err)
		}
		if err := rule.ReplayRecord(record, shelfOf(nil)); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s without its rulebook: got %v, want not found", path, err)
		}
	}
}

// drawLaw makes a situation of the whole law: facts known, partly known or unknown.
func drawLaw(random *rand.Rand, facts []rule.Fact) rule.Situation {
	s := rule.Situation{}
	known := random.IntN(11)
	for _, f := range facts {
		one := random.IntN(len(f.Values))
		var values []string
		for v := range f.Values {
			if v == one || random.IntN(11) >= known {
				values = append(values, f.Values[v].ID)
			}
		}
		if len(values) < len(f.Values) {
			s[f.ID] = rule.Known{Values: values, Evidence: "品目台帳 <5>", By: "安全管理責任者", At: "2026-06-01T09:00:00Z"}
		}
	}
	return s
}

func TestRecordsOfTheJoinedLawReplay(t *testing.T) {
	l := theLaw(t)
	held := shelfOf(l.Texts)
	random := rand.New(rand.NewPCG(2, 2))
	for i := range 12 {
		var notice *rule.NoticeInput
		if i%2 == 0 {
			notice = &rule.NoticeInput{Subject: "assessment 1, version 3", Situation: drawLaw(random, l.Notice.Facts())}
		}
		j, err := l.Determine(drawLaw(random, l.Facts()), notice, noticeDay)
		if err != nil {
			t.Fatal(err)
		}
		if wantRefs := 2 + len(l.CaseDuties) + 1 - i%2; len(j.Law) != wantRefs || len(j.Duties) != len(l.CaseDuties) || (j.Notice == nil) != (notice == nil) {
			t.Fatalf("%d rulebooks, %d duty answers", len(j.Law), len(j.Duties))
		}
		record, err := j.Record()
		if err != nil {
			t.Fatal(err)
		}
		if err := rule.ReplayRecord(record, held); err != nil {
			t.Fatalf("%v\n%s", err, record)
		}
		if err := rule.ReplayRecord(bytes.Replace(record, []byte(`"state":"`), []byte(`"state":"x`), 1), held); fault.KindOf(err) != fault.Conflict {
			t.Errorf("changed: got %v, want a conflict", err)
		}
	}
}

// TestReplayOfAJoinedRecordRefuses what it cannot trust.
func TestReplayOfAJoinedRecordRefuses(t *testing.T) {
	l := theLaw(t)
	j, err := l.Determine(rule.Situation{}, nil, noticeDay)
	if err != nil {
		t.Fatal(err)
	}
	record, err := j.Record()
	if err != nil {
		t.Fatal(err)
	}
	changed := slices.Clone(l.Texts)
	changed[0].Text = append(slices.Clone(changed[0].Text), " \n# changed\n"...)
	for _, tt := range []struct {
		name, old, new string
		texts          []rule.BookText
		want           fault.Kind
	}{
		{"a rulebook is not held", "", "", l.Texts[1:], fault.NotFound},
		{"a kept text was changed", "", "", changed, fault.Conflict},
		{"a later format", `"format":2`, `"format":3`, l.Texts, fault.Invalid},
		{"no JSON", `{"format"`, `"format"`, l.Texts, fault.Invalid},
		{"no rulebook that decides", `"id":"jp/reg-228-20-2"`, `"id":"x"`, l.Texts, fault.Conflict},
		{"another day", `"aware":"2026-06-01"`, `"aware":"2026-06-02"`, l.Texts, fault.Conflict},
		{"a fact that nothing asks", `"situation":{}`, `"situation":{"age":{"values":["old"]}}`, l.Texts, fault.Invalid},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := record
			if tt.old != "" {
				if b = bytes.Replace(record, []byte(tt.old), []byte(tt.new), 1); bytes.Equal(b, record) {
					t.Fatalf("%s is not in the record", tt.old)
				}
			}
			if err := rule.ReplayRecord(b, shelfOf(tt.texts)); fault.KindOf(err) != tt.want {
				t.Errorf("got %v, want kind %s", err, tt.want)
			}
		})
	}
}

// TestJoinedAsJSON: the names that stores and pages rely on.
func TestJoinedAsJSON(t *testing.T) {
	l := theLaw(t)
	s, err := l.ReadFacts(strings.NewReader(`{"report_kind":"case","agent":"malfunction","origin":"domestic","harm_status":"actual","seriousness":"death","field_action":"recall","recall_basis":"own","recall_stage":"started"}`))
	if err != nil {
		t.Fatal(err)
	}
	j, err := l.Determine(s, &rule.NoticeInput{Subject: "assessment 1, version 3"}, noticeDay)
	if err != nil {
		t.Fatal(err)
	}
	b, err := j.Record()
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Format int
		Law    []struct{ ID, Version, Digest string }
		Notice struct {
			Subject  string
			Rulebook struct{ ID string }
			Facts    []struct {
				Fact     string
				Possible []string
				Open     bool
			}
			Proof []struct{ Rule string }
		}
		Situation map[string]rule.Known
		Answer    struct {
			Governing struct {
				Form        string
				FirstReport bool `json:"first_report"`
			}
			Proof []struct{ Rule, Rulebook, State string }
		}
		Duties []struct {
			Rulebook struct{ ID string }
			Title    rule.Text
			Duties   []struct {
				Duty struct {
					ID    string
					Clock map[string]any
					From  string
				}
				State string
				Rules []string
			}
			OpenFacts []struct {
				Fact     string
				Outcomes []struct {
					Value             string
					Certain, Possible []string
				}
			} `json:"open_facts"`
			NamedPerson bool `json:"named_person"`
		}
	}
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if got.Format != 2 || !slices.IsSortedFunc(got.Law, func(a, b struct{ ID, Version, Digest string }) int { return strings.Compare(a.ID, b.ID) }) ||
		got.Notice.Subject == "" || len(got.Notice.Facts) != 5 || len(got.Notice.Proof) == 0 || len(got.Situation) != 8 {
		t.Errorf("got %+v", got)
	}
	if got.Answer.Governing.Form != "form8" || !got.Answer.Governing.FirstReport {
		t.Errorf("governing %+v", got.Answer.Governing)
	}
	first := 0
	for _, p := range got.Answer.Proof {
		if p.Rulebook == "jp/first-report" {
			first++
		}
	}
	if first != 2 {
		t.Errorf("%d lines of the proof are of the extension, want 2", first)
	}
	for _, d := range got.Duties {
		if d.Rulebook.ID == "jp/recall" && (len(d.Duties) == 0 || d.Duties[0].Duty.ID != "recall-start-report" || d.Duties[0].State != "applies" ||
			d.Duties[0].Duty.Clock["promptly"] != true || len(d.Duties[0].Rules) == 0 || len(d.OpenFacts) == 0) {
			t.Errorf("recall: %+v", d)
		}
	}
}

// TestOrderOfSourcesDoesNotMatter: the same rulebooks make the same law.
func TestOrderOfSourcesDoesNotMatter(t *testing.T) {
	l := theLaw(t)
	random := rand.New(rand.NewPCG(5, 5))
	for range 5 {
		sources := inForce()
		random.Shuffle(len(sources), func(i, j int) { sources[i], sources[j] = sources[j], sources[i] })
		other, err := rule.LoadLaw(sources)
		if err != nil {
			t.Fatal(err)
		}
		s := drawLaw(random, l.Facts())
		if !bytes.Equal(joinedRecord(t, l, s), joinedRecord(t, other, s)) {
			t.Fatalf("%v is decided differently by %v", s, sources)
		}
	}
}

func joinedRecord(t *testing.T, l *rule.Law, s rule.Situation) []byte {
	t.Helper()
	j, err := l.Determine(s, nil, noticeDay)
	if err != nil {
		t.Fatal(err)
	}
	b, err := j.Record()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestLearningKeepsWhatIsSettled: one more known fact never takes away a duty
// that was certain, nor brings one that was excluded.
func TestLearningKeepsWhatIsSettled(t *testing.T) {
	random := rand.New(rand.NewPCG(68, 9))
	for _, d := range dutyBooks(t) {
		for range 300 {
			s := drawLaw(random, d.AllFacts())
			before, err := d.Duties(s, noticeDay)
			if err != nil {
				t.Fatal(err)
			}
			if len(before.OpenFacts) == 0 {
				continue
			}
			o := before.OpenFacts[random.IntN(len(before.OpenFacts))]
			s[o.Fact] = rule.Known{Values: []string{o.Outcomes[random.IntN(len(o.Outcomes))].Value}}
			after, err := d.Duties(s, noticeDay)
			if err != nil {
				t.Fatal(err)
			}
			states := func(a rule.DutyAnswer) map[string]rule.State {
				m := map[string]rule.State{}
				for _, line := range a.Duties {
					m[line.Duty.ID] = line.State
				}
				return m
			}
			was, is := states(before), states(after)
			for _, duty := range d.All() {
				if was[duty.ID] == rule.Applies && is[duty.ID] != rule.Applies || was[duty.ID] == "" && is[duty.ID] != "" {
					t.Fatalf("%s %v: %s was %q and is %q", d.Ref().ID, s, duty.ID, was[duty.ID], is[duty.ID])
				}
			}
		}
	}
}

func TestFactsOfTheWholeLaw(t *testing.T) {
	l := theLaw(t)
	if l.Fact("recall_stage") == nil || l.Fact("harm_status") == nil || l.Fact("licence_state") != nil {
		t.Error("a case is asked the facts of the report and of the case duties, not those of the product")
	}
	_, err := l.ReadFacts(strings.NewReader(`{"recall_stage":"soon","harm_status":"bad","licence_state":"held","field_action":{"not":["recall"]}}`))
	if got := len(fault.FieldsOf(err)); got != 3 {
		t.Errorf("%d problems, want 3: %v", got, err)
	}
	if err := l.Check(rule.Situation{"recall_stage": {Values: []string{"soon"}}, "age": {Values: []string{"old"}}}); len(fault.FieldsOf(err)) != 2 {
		t.Errorf("got %v, want 2 problems", err)
	}
}
