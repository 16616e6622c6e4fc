package feed

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"mimamori/internal/advisory"
	"mimamori/internal/app"

	"pgregory.net/rapid"
)

// nvdServer behaves like the NVD API 2.0: pages, windows, and refusals.
type nvdServer struct {
	t        testing.TB
	modified []time.Time                         // of each record, by its number
	refuse   map[int]func(w http.ResponseWriter) // by the number of the request, from 1
	asked    []url.Values
	keys     []string
}

func (s *nvdServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	s.asked, s.keys = append(s.asked, q), append(s.keys, r.Header.Get("apiKey"))
	if refuse := s.refuse[len(s.asked)]; refuse != nil {
		refuse(w)
		return
	}
	var from, to time.Time
	if q.Has("lastModStartDate") != q.Has("lastModEndDate") {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	if q.Has("lastModStartDate") {
		from, to = s.instant(q.Get("lastModStartDate")), s.instant(q.Get("lastModEndDate"))
		if to.Sub(from) > 120*24*time.Hour || to.Before(from) {
			w.WriteHeader(http.StatusNotFound)
			return
		}
	}
	start, _ := strconv.Atoi(q.Get("startIndex"))
	size, _ := strconv.Atoi(q.Get("resultsPerPage"))
	if size < 1 || size > 2000 {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	matching := []int{}
	for n, at := range s.modified {
		if from.IsZero() || !at.Before(from) && !at.After(to) {
			matching = append(matching, n)
		}
	}
	page := matching[min(start, len(matching)):min(start+size, len(matching))]
	records := []any{}
	for _, n := range page {
		records = append(records, map[string]any{"cve": map[string]any{"id": fmt.Sprintf("CVE-2026-%05d", n), "sourceIdentifier": "x", "published": "2026-01-01T00:00:00.000", "lastModified": s.modified[n].Format("2006-01-02T15:04:05.000"), "vulnStatus": "Analyzed", "descriptions": []any{}}})
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"resultsPerPage": len(page), "startIndex": start, "totalResults": len(matching), "format": "NVD_CVE", "version": "2.0", "vulnerabilities": records})
}

func (s *nvdServer) instant(text string) time.Time {
	at, err := time.Parse(nvdLayout, text)
	if err != nil {
		s.t.Errorf("asked with the time %q", text)
	}
	return at
}

// nvdCourier is a courier of the server with a clock that can be put on.
func nvdCourier(t testing.TB, s *nvdServer, key string) (c *Courier, o app.FeedOrder, clock *time.Time, waits *[]time.Duration) {
	t.Helper()
	s.t = t
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	at := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	clock, waits = &at, &[]time.Duration{}
	c = &Courier{Dir: t.TempDir(), Now: func() time.Time { return *clock }, NVDKey: key, New: func(agent string) *Fetcher {
		f := NewFetcher(agent)
		f.Tries = 3
		f.sleep = func(ctx context.Context, d time.Duration) error { *waits = append(*waits, d); return ctx.Err() }
		return f
	}}
	return c, app.FeedOrder{Feed: "f1", Kind: "nvd", Address: server.URL + app.NVDAPIPath}, clock, waits
}

func nvdRecords(t testing.TB, d app.Delivery) []string {
	t.Helper()
	var out []string
	for a, err := range Advisories(advisory.KindNVD, d.Path) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, a.ID)
	}
	slices.Sort(out)
	return out
}

func deliver(t testing.TB, c *Courier, o app.FeedOrder) app.Delivery {
	t.Helper()
	d, err := c.Deliver(context.Background(), o, func(int64) {})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func many(n int, at time.Time) []time.Time {
	out := make([]time.Time, n)
	for i := range out {
		out[i] = at
	}
	return out
}

func TestNVDIsFetchedPageByPageAndThenOnlyWhatChanged(t *testing.T) {
	s := &nvdServer{modified: many(4500, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))}
	c, o, clock, waits := nvdCourier(t, s, "")
	first := deliver(t, c, o)
	if got := nvdRecords(t, first); len(got) != 4500 || got[0] != "CVE-2026-00000" || got[4499] != "CVE-2026-04499" || first.Unchanged || !first.AsOfAt.Equal(*clock) {
		t.Fatalf("%d records, %+v", len(got), first)
	}
	if !slices.Equal(*waits, []time.Duration{nvdPause, nvdPause}) {
		t.Errorf("waited %v between three pages", *waits)
	}
	if s.asked[0].Has("lastModStartDate") || s.asked[2].Get("startIndex") != "4000" || s.keys[0] != "" {
		t.Errorf("asked %v with the key %q", s.asked, s.keys[0])
	}
	first.Remove()

	// A year later: windows of at most 120 days, and only what changed since.
	o.Known = first.Known
	s.modified[7] = clock.AddDate(0, 1, 0)
	s.modified[9] = clock.AddDate(0, 11, 0)
	*clock = clock.AddDate(1, 0, 0)
	s.asked = nil
	second := deliver(t, c, o)
	if got := nvdRecords(t, second); !slices.Equal(got, []string{"CVE-2026-00007", "CVE-2026-00009"}) || len(s.asked) != 4 || second.Whole {
		t.Errorf("%v, %d requests, %+v", got, len(s.asked), second)
	}
	second.Remove()

	// Nothing changed since.
	o.Known = second.Known
	*clock = clock.Add(4 * time.Hour)
	third := deliver(t, c, o)
	if !third.Unchanged || third.Path != "" {
		t.Errorf("nothing changed: %+v", third)
	}
}

func TestNVDRefusesAndRecovers(t *testing.T) {
	code := func(code int) func(http.ResponseWriter) { return func(w http.ResponseWriter) { w.WriteHeader(code) } }
	short := func(text string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) { _, _ = w.Write([]byte(text)) }
	}
	s := &nvdServer{modified: many(2100, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)), refuse: map[int]func(http.ResponseWriter){
		1: code(http.StatusForbidden), 2: code(http.StatusServiceUnavailable),
		4: func(w http.ResponseWriter) {
			w.Header().Set("Retry-After", "45")
			w.WriteHeader(http.StatusTooManyRequests)
		},
		5: short(`{"resultsPerPage":2000,"startIndex":2000,"totalResults":2100,"vulnerabilities":[`),
		6: short(`{"resultsPerPage":0,"startIndex":2000,"totalResults":2100,"vulnerabilities":[]}`),
	}}
	c, o, _, waits := nvdCourier(t, s, "secret-key")
	d := deliver(t, c, o)
	if got := nvdRecords(t, d); len(got) != 2100 || len(s.asked) != 7 {
		t.Errorf("%d records with %d requests", len(got), len(s.asked))
	}
	if !slices.Contains(*waits, 45*time.Second) || (*waits)[0] < nvdWaits {
		t.Errorf("waited %v", *waits)
	}
	if slices.ContainsFunc(s.keys, func(k string) bool { return k != "secret-key" }) {
		t.Errorf("keys %q", s.keys)
	}
	if strings.Contains(string(d.Known), "secret") {
		t.Error("the key is kept")
	}
}

// A run that breaks off goes on where it was.
func TestNVDGoesOnAfterABreak(t *testing.T) {
	s := &nvdServer{modified: many(5000, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)), refuse: map[int]func(http.ResponseWriter){}}
	for n := 3; n <= 5; n++ {
		s.refuse[n] = func(w http.ResponseWriter) { w.WriteHeader(http.StatusForbidden) }
	}
	c, o, _, _ := nvdCourier(t, s, "secret-key")
	_, err := c.Deliver(t.Context(), o, func(int64) {})
	if err == nil || strings.Contains(err.Error(), "secret") {
		t.Fatalf("three refusals: %v", err)
	}
	s.asked = nil
	s.refuse = nil
	if got := nvdRecords(t, deliver(t, c, o)); len(got) != 5000 || len(s.asked) != 1 || s.asked[0].Get("startIndex") != "4000" {
		t.Errorf("%d records, asked %v", len(got), s.asked)
	}
}

// A key does not follow a redirect to another host.
func TestNVDKeyStaysWithItsHost(t *testing.T) {
	elsewhere := &nvdServer{t: t}
	other := httptest.NewServer(elsewhere)
	t.Cleanup(other.Close)
	s := &nvdServer{refuse: map[int]func(http.ResponseWriter){1: func(w http.ResponseWriter) {
		w.Header().Set("Location", strings.Replace(other.URL, "127.0.0.1", "localhost", 1)+"/x?startIndex=0&resultsPerPage=2000")
		w.WriteHeader(http.StatusFound)
	}}}
	c, o, _, _ := nvdCourier(t, s, "secret-key")
	_, _ = c.Deliver(t.Context(), o, func(int64) {}) // nothing is there
	if len(elsewhere.keys) == 0 || elsewhere.keys[0] != "" || s.keys[0] != "secret-key" {
		t.Errorf("keys %q, elsewhere %q", s.keys, elsewhere.keys)
	}
}

// However often and whenever it is asked, what changed is fetched: after every
// run what was delivered so far is what the NVD has, with its last changes.
func TestNVDMissesNothing(t *testing.T) {
	s := &nvdServer{}
	c, o, clock, _ := nvdCourier(t, s, "")
	begin := *clock
	rapid.Check(t, func(r *rapid.T) {
		s.modified, s.asked = nil, nil
		*clock = begin
		order := o
		have := map[string]time.Time{}
		for range rapid.IntRange(1, 5).Draw(r, "runs") {
			for range rapid.IntRange(0, 3).Draw(r, "new") {
				s.modified = append(s.modified, *clock)
			}
			for n := range s.modified {
				if rapid.Bool().Draw(r, "changes") {
					s.modified[n] = *clock
				}
			}
			*clock = clock.Add(time.Duration(rapid.IntRange(1, 500*24).Draw(r, "hours")) * time.Hour)
			if len(s.modified) == 0 {
				continue
			}
			d, err := c.Deliver(context.Background(), order, func(int64) {})
			if err != nil {
				r.Fatal(err)
			}
			order.Known = d.Known
			if !d.Unchanged {
				for a, err := range Advisories(advisory.KindNVD, d.Path) {
					if err != nil {
						r.Fatal(err)
					}
					have[a.ID] = a.Modified
				}
			}
			d.Remove()
			for n, at := range s.modified {
				if id := fmt.Sprintf("CVE-2026-%05d", n); !have[id].Equal(at) {
					r.Fatalf("%s was changed at %s, delivered with %s", id, at, have[id])
				}
			}
		}
	})
}
