package app_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"mimamori/internal/app"
	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/fault"
	"mimamori/internal/ident"
	"mimamori/internal/ledger"
	"mimamori/internal/rule"
	"mimamori/rulebook"
)

// TestReplayComparesBytesAndTellsWhatAnotherRulebookAnswers confirms a
// determination, replays it, and replays it again after the rulebook moved on.
func TestReplayComparesBytesAndTellsWhatAnotherRulebookAnswers(t *testing.T) {
	a := newApp(t)
	ctx := t.Context()
	p, _ := pump(t, a)
	c := must[casefile.Case](t)(a.OpenCase(ctx, officer, app.OpenCase{Title: "過剰投与", ProductID: p.ID, AwareOn: caldate.MustParse("2026-11-20")}))
	view := answer(t, a, c.ID, "report_kind", "case", "agent", "malfunction", "origin", "domestic", "harm_status", "actual", "seriousness", "serious", "predictability", "unpredictable")
	view = must[app.CaseView](t)(a.ConfirmDetermination(ctx, officer, app.ConfirmDetermination{Case: c.ID, Shown: view.Answer.Digest}))
	id := view.Determinations[0].ID

	r := must[app.Replay](t)(a.ReplayDetermination(ctx, id))
	if r.Outcome != app.ReplaySame || !r.Intact || len(r.Differences) != 0 || r.Case != c.Number || r.Recorded != r.Present {
		t.Fatalf("nothing changed: %+v", r)
	}

	whole := a.Store
	a.Store = tampered{whole}
	r = must[app.Replay](t)(a.ReplayDetermination(ctx, id))
	if r.Outcome != app.ReplayDifferent || r.Intact || len(r.Differences) != 1 || r.Differences[0].What != "result" {
		t.Errorf("a record that was changed: %+v", r)
	}
	a.Store = whole

	text, err := rulebook.FS.ReadFile(rulebook.JapanCaseReport)
	if err != nil {
		t.Fatal(err)
	}
	const rule1ha = "    except: [jp-reg/228-20(2)-1-ha/designated, jp-reg/228-20(2)-1-ni, jp-reg/228-20(2)-1-ho]\n    then: {term: 15,"
	later := strings.Replace(string(text), rule1ha, strings.Replace(rule1ha, "term: 15", "term: 10", 1), 1)
	later = strings.Replace(later, "\nversion: 1.", "\nversion: 2.", 1)
	if later == string(text) {
		t.Fatal("the rulebook to move on from reads otherwise now")
	}
	a.Law = lawWith(t, later)
	a.Store, a.Texts = forgetful{whole}, nil
	r = must[app.Replay](t)(a.ReplayDetermination(ctx, id))
	told, err := json.Marshal(r.Differences)
	if err != nil {
		t.Fatal(err)
	}
	if want := `[{"what":"term_days","recorded":"15","present":"10"},{"what":"due","recorded":"2026-12-05","present":"2026-11-30"}]`; r.Outcome != app.ReplayOtherBook || !r.Intact || string(told) != want {
		t.Errorf("%s, differences %s, want %s", r.Outcome, told, want)
	}
	a.Store = whole
	if r = must[app.Replay](t)(a.ReplayDetermination(ctx, id)); r.Outcome != app.ReplaySame || len(r.Differences) != 2 {
		t.Errorf("the store holds the older rulebook, so the bytes come out again: %+v", r)
	}
	renamed := strings.ReplaceAll(later, "harm_status", "harm_state")
	files := fstest.MapFS{"renamed.yaml": {Data: []byte(renamed)}}
	a.Law = must[*rule.Law](t)(rule.LoadLaw([]rule.Source{{FS: files, Path: "renamed.yaml"}}))
	r = must[app.Replay](t)(a.ReplayDetermination(ctx, id))
	if r.Outcome != app.ReplaySame || len(r.Differences) != 1 || r.Differences[0].What != "facts" || !strings.Contains(r.Differences[0].Present, "harm_status") {
		t.Errorf("a fact that is gone: %+v", r)
	}
	if _, err := a.ReplayDetermination(ctx, "nothing"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("no such determination: %v", err)
	}
}

// Records of the first format, made before there were duties, go on to replay
// with the rulebook of that time, which the program has built in.
func TestOlderRecordsReplay(t *testing.T) {
	a := newApp(t)
	ctx := t.Context()
	p, _ := pump(t, a)
	files, err := filepath.Glob("../rule/testdata/format1/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no older records: %v", err)
	}
	for _, file := range files {
		record := must[[]byte](t)(os.ReadFile(file))
		record = bytes.TrimSpace(record)
		c := must[casefile.Case](t)(a.OpenCase(ctx, officer, app.OpenCase{Title: "T", ProductID: p.ID, AwareOn: caldate.MustParse("2026-11-20")}))
		sum := sha256.Sum256(record)
		d := casefile.Determination{
			ID: ident.New(), CaseID: c.ID, Version: 2, Status: casefile.Confirmed, AwareOn: c.AwareOn, Result: "report", Items: []string{},
			Record: record, Digest: hex.EncodeToString(sum[:]), MadeBy: "佐藤", MadeAt: now,
		}
		if err := a.Store.Write(ctx, func(ctx context.Context, tx app.Tx) error {
			tx.Record(ledger.Entry{Action: "determination.confirmed", Subject: ledger.Subject{Kind: "determination", ID: d.ID}})
			return tx.AddDetermination(ctx, d)
		}); err != nil {
			t.Fatal(err)
		}
		page := must[app.DeterminationPage](t)(a.Determination(ctx, d.ID))
		if r := page.Replay; r.Outcome != app.ReplaySame || !r.Intact || len(r.Law) != 1 || r.Law[0].Version != "1.0.0" {
			t.Errorf("%s: %+v", filepath.Base(file), r)
		}
		if got := must[app.File](t)(a.DeterminationRecord(ctx, d.ID)); !bytes.Equal(got.Content, record) {
			t.Errorf("%s: the record is handed out with other bytes", filepath.Base(file))
		}
	}
}

// lawWith is the law with another text of the case report rulebook.
func lawWith(t testing.TB, text string) *rule.Law {
	t.Helper()
	files := fstest.MapFS{rulebook.JapanCaseReport: {Data: []byte(text)}}
	var sources []rule.Source
	for _, path := range rulebook.Japan {
		if path == rulebook.JapanCaseReport {
			sources = append(sources, rule.Source{FS: files, Path: path})
			continue
		}
		sources = append(sources, rule.Source{FS: rulebook.FS, Path: path})
	}
	return must[*rule.Law](t)(rule.LoadLaw(sources))
}

// forgetful is a store that holds no rulebooks.
type forgetful struct{ app.Store }

func (forgetful) RulebookText(context.Context, string) (app.RulebookText, error) {
	return app.RulebookText{}, fault.New(fault.NotFound, "there is no such rulebook")
}

// tampered is a store in which somebody changed the result of a record.
type tampered struct{ app.Store }

func (s tampered) Determination(ctx context.Context, id string) (casefile.Determination, error) {
	d, err := s.Store.Determination(ctx, id)
	d.Record = []byte(strings.Replace(string(d.Record), `"result":"report"`, `"result":"not_reportable"`, 1))
	return d, err
}
