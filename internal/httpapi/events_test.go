package httpapi_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/ident"
	"mimamori/internal/ledger"
)

func mustParse(t *testing.T, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// addRun stores a queued import run.
func addRun(t *testing.T, s *server) app.ImportRun {
	t.Helper()
	file := []byte("{}")
	run := app.ImportRun{
		ID: ident.New(), Kind: "osv", Name: "osv.zip", SHA256: fmt.Sprintf("%x", sha256.Sum256(file)), Bytes: int64(len(file)),
		State: "queued", Revision: 1, CreatedAt: time.Now().UTC(),
	}
	change(t, s, func(ctx context.Context, tx app.Tx) error { return tx.AddImportRun(ctx, run, bytes.NewReader(file)) })
	return run
}

func change(t *testing.T, s *server, fn func(context.Context, app.Tx) error) {
	t.Helper()
	err := s.store.Write(t.Context(), func(ctx context.Context, tx app.Tx) error {
		tx.Record(ledger.Entry{Actor: ledger.Actor{ID: "system", Name: "test", Via: "job"}, Action: "import.test", Subject: ledger.Subject{Kind: "import", ID: "x", Name: "x"}})
		return fn(ctx, tx)
	})
	if err != nil {
		t.Fatal(err)
	}
}

type event struct {
	name string
	data struct {
		State   string `json:"state"`
		Phase   string `json:"phase"`
		Records int    `json:"records"`
	}
}

// follow reads events until the server ends the stream.
func follow(t *testing.T, res *http.Response, got chan<- event) {
	defer close(got)
	lines := bufio.NewScanner(res.Body)
	var e event
	for lines.Scan() {
		switch line := lines.Text(); {
		case strings.HasPrefix(line, "event: "):
			e.name = line[7:]
		case strings.HasPrefix(line, "data: "):
			if err := json.Unmarshal([]byte(line[6:]), &e.data); err != nil {
				t.Error(err)
			}
		case line == "":
			got <- e
			e = event{}
		}
	}
}

func TestEventsOfAnImport(t *testing.T) {
	s := newServer(t)
	b := s.signIn(t, "admin@example.jp")
	run := addRun(t, s)
	b.want(t, http.StatusNotFound, "GET", "/api/imports/none/events", nil).problem(t)
	res, err := b.Get(s.URL + "/api/imports/" + run.ID + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if ct := res.Header.Get("Content-Type"); ct != "text/event-stream" || res.StatusCode != http.StatusOK {
		t.Fatalf("status %d, content type %q", res.StatusCode, ct)
	}
	got := make(chan event)
	go follow(t, res, got)
	next := func() event {
		t.Helper()
		select {
		case e := <-got:
			return e
		case <-time.After(10 * time.Second):
			t.Fatal("no event in 10 s")
			return event{}
		}
	}
	if e := next(); e.name != "progress" || e.data.State != "queued" {
		t.Errorf("first event %+v", e)
	}
	if err := s.store.SetProgress(t.Context(), run.ID, app.Progress{Records: 3, Phase: "reading"}); err != nil {
		t.Fatal(err)
	}
	if e := next(); e.name != "progress" || e.data.Phase != "reading" || e.data.Records != 3 {
		t.Errorf("second event %+v", e)
	}
	change(t, s, func(ctx context.Context, tx app.Tx) error {
		run.State, run.Records = "done", 7
		return tx.UpdateImportRun(ctx, run)
	})
	if e := next(); e.name != "done" || e.data.State != "done" || e.data.Records != 7 {
		t.Errorf("last event %+v", e)
	}
	if e, open := <-got; open {
		t.Errorf("after the end: %+v", e)
	}
}

func TestEventsEndWhenTheClientGoes(t *testing.T) {
	s := newServer(t)
	b := s.signIn(t, "admin@example.jp")
	run := addRun(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, "GET", s.URL+"/api/imports/"+run.ID+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := b.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	res.Body.Close()
	deadline := time.Now().Add(10 * time.Second)
	for !strings.Contains(s.log.String(), "/events") {
		if time.Now().After(deadline) {
			t.Fatal("the stream goes on 10 s after the client went")
		}
		time.Sleep(20 * time.Millisecond)
	}
	if strings.Contains(s.log.String(), "level=ERROR") {
		t.Errorf("a client that goes is no error: %s", s.log)
	}
}

func TestShutdownEndsStreams(t *testing.T) {
	s := newServer(t)
	b := s.signIn(t, "admin@example.jp")
	run := addRun(t, s)
	res, err := b.Get(s.URL + "/api/imports/" + run.ID + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	got := make(chan event)
	go follow(t, res, got)
	<-got
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := s.Config.Shutdown(ctx); err != nil {
		t.Errorf("the server does not stop while an import is watched: %v", err)
	}
}
