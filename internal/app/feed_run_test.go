package app_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"mimamori/internal/advisory"
	"mimamori/internal/app"
	"mimamori/internal/fault"
	"mimamori/internal/feed"
	"mimamori/internal/ledger"

	"pgregory.net/rapid"
)

// publisher is a server that publishes OSV records of npm in one file.
type publisher struct {
	records  []string // ids
	status   int      // answered instead of the file; 0: the file
	raw      string   // sent instead of the records; "": the records
	requests int
	version  int
}

func (p *publisher) publish(records ...string) { p.records, p.version = records, p.version+1 }

func (p *publisher) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.requests++
	if p.status != 0 {
		w.WriteHeader(p.status)
		return
	}
	var b bytes.Buffer
	for _, id := range p.records {
		name := strings.ToLower(id)
		if id == canary {
			name = "lodash"
		}
		fmt.Fprintf(&b, `{"id":%q,"modified":"2026-01-01T00:00:00Z","affected":[{"package":{"ecosystem":"npm","name":%q},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"4.17.21"}]}]}]}`+"\n", id, name)
	}
	if p.raw != "" {
		b.Reset()
		b.WriteString(p.raw)
	}
	w.Header().Set("ETag", fmt.Sprintf(`"%d"`, p.version))
	http.ServeContent(w, r, "all.jsonl", time.Time{}, bytes.NewReader(b.Bytes()))
}

// canary is the record that a built-in pseudo-release of npm must find.
const canary = "GHSA-35jh-r3h4-6jhm"

// ids are record ids, from and to included.
func ids(from, to int) []string {
	var out []string
	for n := from; n <= to; n++ {
		out = append(out, fmt.Sprintf("X-%04d", n))
	}
	return out
}

// fetching is an app with a clock that can be put on, a publisher and a feed of it.
type fetching struct {
	*app.App
	t    testing.TB
	from *publisher
	feed app.Feed
	now  time.Time
}

func startFetching(t testing.TB) *fetching {
	t.Helper()
	f := &fetching{App: newApp(t), t: t, from: &publisher{}, now: now}
	f.Clock = func() time.Time { return f.now }
	server := httptest.NewServer(f.from)
	t.Cleanup(server.Close)
	f.Courier = &feed.Courier{Dir: filepath.Join(t.TempDir(), "feeds"), Now: f.Clock, New: func(agent string) *feed.Fetcher {
		fetcher := feed.NewFetcher(agent)
		fetcher.Tries = 1
		return fetcher
	}}
	f.feed = must[app.Feed](t)(f.AddFeed(t.Context(), admin, app.FeedInput{Name: "npm", Kind: "osv", Address: server.URL + "/all.jsonl", EveryH: 24, AlarmAfterH: 72, Whole: true, On: true}))
	return f
}

// next puts the clock on to the next run and does it.
func (f *fetching) next() app.ImportRun {
	f.t.Helper()
	f.now = f.now.Add(25 * time.Hour)
	if err := f.FetchDue(f.t.Context()); err != nil {
		f.t.Fatal(err)
	}
	current := must[app.Feed](f.t)(f.Store.Feed(f.t.Context(), f.feed.ID))
	if current.RunID == "" {
		f.t.Fatalf("the feed is not due at %s: %+v", f.now, current)
	}
	if err := f.RunFeed(f.t.Context(), current.RunID); err != nil {
		f.t.Fatal(err)
	}
	return must[app.ImportRun](f.t)(f.Store.ImportRun(f.t.Context(), current.RunID))
}

func (f *fetching) source() app.SourceView {
	f.t.Helper()
	for _, s := range must[[]app.SourceView](f.t)(f.SourcesView(f.t.Context())) {
		if s.Name == "osv" {
			return s
		}
	}
	f.t.Fatal("no source osv")
	return app.SourceView{}
}

// told is what the administrator was told of sources, oldest first.
func (f *fetching) told() []string {
	f.t.Helper()
	list, _, err := f.Store.SourceNotices(f.t.Context(), admin.UserID, 50)
	if err != nil {
		f.t.Fatal(err)
	}
	var out []string
	for _, n := range slices.Backward(list) {
		out = append(out, string(n.Before)+">"+string(n.After))
	}
	return out
}

func (f *fetching) entries(action string) int {
	f.t.Helper()
	list, err := f.Store.Entries(f.t.Context(), app.ListQuery{Filter: map[string]string{"action": action}})
	if err != nil {
		f.t.Fatal(err)
	}
	return list.Total
}

func TestAFeedThatIsOffIsNeverFetched(t *testing.T) {
	f := startFetching(t)
	in := app.FeedInput{Name: "npm", Address: f.feed.Address, EveryH: 24, AlarmAfterH: 72, Whole: true}
	off := must[app.Feed](t)(f.UpdateFeed(t.Context(), admin, f.feed.ID, f.feed.Revision, in))
	for range 3 {
		f.now = f.now.Add(100 * time.Hour)
		if err := f.FetchDue(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := f.FetchFeed(t.Context(), psirt, off.ID); fault.KindOf(err) != fault.Conflict {
		t.Errorf("fetching a feed that is off: %v", err)
	}
	if list := must[app.List[app.ImportRun]](t)(f.Store.ImportRuns(t.Context(), app.ListQuery{})); list.Total != 0 || f.from.requests != 0 {
		t.Errorf("%d runs, %d requests", list.Total, f.from.requests)
	}
}

func TestAFeedFromGoodToRedAndBack(t *testing.T) {
	f := startFetching(t)
	f.from.publish(append(ids(1, 200), canary)...)
	run := f.next()
	if s := f.source(); run.State != "done" || run.Records != 201 || s.State != app.SourceGood || s.Canaries != 1 || len(s.CanariesMissing) != 0 || s.Records != 201 {
		t.Fatalf("first run %+v\nsource %+v", run, s)
	}

	// The source has nothing new: a good run that says so.
	run = f.next()
	if s := f.source(); run.State != "done" || !run.Unchanged || run.Records != 0 || s.State != app.SourceGood || s.AgeHours != 0 || s.Feeds[0].Records != 201 {
		t.Fatalf("second run %+v\nsource %+v", run, s)
	}

	// Three records go, and come back.
	f.from.publish(append(ids(4, 200), canary)...)
	if run = f.next(); run.Gone != 3 || run.Back != 0 || run.Suspicion != "" {
		t.Errorf("three gone: %+v", run)
	}
	f.from.publish(append(ids(2, 200), canary)...)
	if run = f.next(); run.Gone != 0 || run.Back != 2 {
		t.Errorf("two back: %+v", run)
	}
	if n := f.entries("import.moved"); n != 2 {
		t.Errorf("%d entries about records that moved, want one a run", n)
	}

	// The source loses half: an alarm, told once; nothing is said to be gone.
	f.from.publish(append(ids(1, 90), canary)...)
	for range 3 {
		run = f.next()
		if s := f.source(); run.Suspicion != advisory.SourceShrunk || run.Before != 200 || run.Gone != 0 || !s.Red || s.State != app.SourceRed || run.Unchanged {
			t.Fatalf("shrunk: %+v\nsource %+v", run, s)
		}
	}
	if got := f.told(); !slices.Equal(got, []string{"good>red"}) {
		t.Errorf("told %v", got)
	}
	doubts := must[[]app.Doubt](t)(f.Doubts(t.Context()))
	if !slices.Contains(doubts, app.Doubt{Source: "osv", State: app.SourceRed}) {
		t.Errorf("doubts %v", doubts)
	}

	// Somebody knows that this is right.
	if _, err := f.AcceptFeed(t.Context(), psirt, f.feed.ID, "提供元が整理しました"); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("accepted by anybody: %v", err)
	}
	must[app.Feed](t)(f.AcceptFeed(t.Context(), admin, f.feed.ID, "提供元が整理しました"))
	if s := f.source(); s.State != app.SourceGood {
		t.Errorf("after accepting: %+v", s)
	}
	run = f.next() // the same file is judged against what was accepted
	if run.Suspicion != "" || run.Before != 91 || run.Gone != 110 {
		t.Errorf("after accepting: %+v", run)
	}

	// What a pseudo-release must find has gone.
	f.from.publish(ids(1, 90)...)
	run = f.next()
	if s := f.source(); run.Suspicion != "" || run.Gone != 1 || s.State != app.SourceRed || !slices.Equal(s.CanariesMissing, []string{"pkg:npm/lodash@4.17.20 → " + canary}) {
		t.Errorf("the canary has gone: %+v\nsource %+v", run, s)
	}
	f.from.publish(append(ids(1, 90), canary)...)
	f.next()
	if s := f.source(); s.State != app.SourceGood {
		t.Errorf("the canary is back: %+v", s)
	}

	// A page instead of the data.
	f.from.raw, f.from.version = "<html>maintenance</html>", 99
	run = f.next()
	if s := f.source(); run.State != "failed" || run.Error == "" || strings.Contains(run.Error, f.feed.ID) || s.State != app.SourceRed || s.Feeds[0].Suspicion != advisory.SourceEmpty {
		t.Errorf("no data: %+v\nsource %+v", run, s)
	}
	if _, err := f.AcceptFeed(t.Context(), admin, f.feed.ID, "提供元が整理しました"); fault.KindOf(err) != fault.Conflict {
		t.Errorf("nothing was accepted: %v", err)
	}
	f.from.raw = ""
	f.next()

	// The source cannot be reached: that alone is no alarm, until its data are too old. Then it is, without any run.
	f.from.status = http.StatusServiceUnavailable
	run = f.next()
	if s := f.source(); run.State != "failed" || s.State != app.SourceGood || s.Feeds[0].LastError == "" || s.Feeds[0].Failures != 1 {
		t.Errorf("not reached: %+v\nsource %+v", run, s)
	}
	before := f.told()
	for range 60 {
		f.now = f.now.Add(time.Hour)
		if err := f.Hourly(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if s := f.source(); s.State != app.SourceStale || !s.Stale {
		t.Errorf("three days later: %+v", s)
	}
	if got := f.told()[len(before):]; !slices.Equal(got, []string{"good>stale"}) {
		t.Errorf("told of old data: %v", got)
	}
	f.from.status = 0
	f.next()
	if got := f.told(); got[len(got)-1] != "stale>good" {
		t.Errorf("told %v", got)
	}
	if n := f.entries("source.state"); n != len(f.told())+1 { // the first good state is told to nobody
		t.Errorf("%d entries about states, %d notices", n, len(f.told()))
	}
	if report := must[ledger.Report](t)(f.Store.VerifyLedger(t.Context())); !report.OK {
		t.Errorf("the ledger does not hold: %+v", report.FirstBad)
	}
}

// Whatever a source publishes, what is marked as gone is what it had at a good
// run and does not have at the last good one.
func TestMarksFollowTheSource(t *testing.T) {
	f := startFetching(t)
	address, check := f.feed.Address, 0
	rapid.Check(t, func(r *rapid.T) {
		check++ // another address is a new start, with records of its own
		ids := func(from, to int) []string { return ids(100*check+from, 100*check+to) }
		f.feed = must[app.Feed](t)(f.Store.Feed(context.Background(), f.feed.ID))
		in := app.FeedInput{Name: "npm", Kind: "osv", Address: fmt.Sprintf("%s?%d", address, check), EveryH: 24, AlarmAfterH: 72, Whole: true, On: true}
		f.feed = must[app.Feed](t)(f.UpdateFeed(context.Background(), admin, f.feed.ID, f.feed.Revision, in))
		ever, last, size := map[string]bool{}, map[string]bool{}, 0
		for range rapid.IntRange(1, 6).Draw(r, "runs") {
			published := rapid.SliceOfNDistinct(rapid.SampledFrom(ids(1, 14)), 0, 14, rapid.ID[string]).Draw(r, "published")
			f.from.publish(published...)
			run := f.next()
			if len(published) == 0 || len(published)*10 < size*9 {
				if run.Gone+run.Back > 0 || f.source().State != app.SourceRed {
					r.Fatalf("%d records after %d: %+v", len(published), size, run)
				}
				continue
			}
			last, size = map[string]bool{}, len(published)
			for _, id := range published {
				ever[id], last[id] = true, true
			}
			if f.source().State != app.SourceGood {
				r.Fatalf("%d records after %d: %+v", len(published), size, f.source())
			}
		}
		want := []string{}
		for _, id := range slices.Sorted(maps.Keys(ever)) {
			if !last[id] {
				want = append(want, id)
			}
		}
		got := []string{}
		for _, id := range ids(1, 14) {
			a, err := f.Store.AdvisoryByRecord(context.Background(), "osv", id)
			if fault.KindOf(err) == fault.NotFound {
				continue
			}
			gone, goneErr := f.Store.GoneSince(context.Background(), []string{a.ID})
			if err != nil || goneErr != nil {
				r.Fatal(err, goneErr)
			}
			if len(gone) > 0 {
				got = append(got, id)
			}
		}
		if !slices.Equal(got, want) {
			r.Fatalf("marked %v, want %v", got, want)
		}
	})
}

func TestSettingsOfFeedsAreChecked(t *testing.T) {
	f := startFetching(t)
	bad := app.FeedInput{Name: "NPM", Kind: "rss", Address: "http://example.org/x", Trust: []string{"no key"}, EveryH: 0, AlarmAfterH: 0}
	_, err := f.AddFeed(t.Context(), admin, bad)
	var pointers []string
	for _, field := range fault.FieldsOf(err) {
		pointers = append(pointers, field.Pointer)
	}
	if want := []string{"/name", "/kind", "/address", "/every_h", "/alarm_after_h", "/trust"}; !slices.Equal(pointers, want) {
		t.Errorf("told %v, want all of %v", pointers, want)
	}
	for _, address := range []string{"", "x", "ftp://a/b", "https://user:secret@a/b", "https://a/b c", "folder:none", "folder:../etc", "file:///etc/passwd", "http://192.0.2.1/x"} {
		in := app.FeedInput{Name: "other", Kind: "osv", Address: address, EveryH: 24, AlarmAfterH: 72}
		if _, err := f.AddFeed(t.Context(), admin, in); fault.KindOf(err) != fault.Invalid || strings.Contains(err.Error(), "secret") {
			t.Errorf("address %q: %v", address, err)
		}
	}
	nvd := app.FeedInput{Name: "nvd", Kind: "nvd", Address: "https://nvd.example" + app.NVDAPIPath, EveryH: 1, AlarmAfterH: 72}
	if _, err := f.AddFeed(t.Context(), admin, nvd); fault.KindOf(err) != fault.Invalid {
		t.Errorf("the NVD every hour: %v", err)
	}
	if _, err := f.AddFeed(t.Context(), psirt, nvd); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("by anybody: %v", err)
	}
}
