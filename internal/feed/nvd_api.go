package feed

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/fault"
)

// The NVD API 2.0, as NIST asks it to be called (reference/scoring.md, section
// 4.5): pages of at most 2000 records, windows of at most 120 days, a pause of
// six seconds between two requests. It answers 403 to whom calls too often.
const (
	nvdPage    = 2000
	nvdWindow  = 120 * 24 * time.Hour
	nvdPause   = 6 * time.Second
	nvdOverlap = time.Hour // asked for again: records are stamped before they are published
	nvdLayout  = "2006-01-02T15:04:05.000Z"
	// nvdWaits is how long a refused request waits at first; the limit counts 30 seconds.
	nvdWaits = 30 * time.Second
	// nvdKeep is how long pages of a run that broke off are used; after it the counting has moved.
	nvdKeep = 24 * time.Hour
)

// nvdRun is a run that is under way: what is fetched is not fetched again.
type nvdRun struct {
	Address string      `json:"address"`
	Since   time.Time   `json:"since,omitzero"` // zero: everything
	Begun   time.Time   `json:"begun"`
	Windows []nvdPeriod `json:"windows"`
	Pages   int         `json:"pages"` // that are here, of all windows
	Records int         `json:"records"`
	Bytes   int64       `json:"bytes"`
}

// nvdPeriod is one window; the zero times ask for everything.
type nvdPeriod struct {
	From  time.Time `json:"from,omitzero"`
	To    time.Time `json:"to,omitzero"`
	Next  int       `json:"next"`  // index of the first record that is not here
	Total int       `json:"total"` // as the last page said; -1: nothing was asked yet
}

// fromNVD fetches every record, or those changed since the last good run.
func (c *Courier) fromNVD(ctx context.Context, o app.FeedOrder, dir string, last *known, d *app.Delivery, tell func(bytes int64)) error {
	state := filepath.Join(dir, "run.json")
	pages := filepath.Join(dir, "pages")
	run := c.nvdRun(o, state, last.Until)
	if run.Pages == 0 {
		if err := os.RemoveAll(pages); err != nil {
			return fmt.Errorf("fetching: %w", err)
		}
	}
	if err := os.MkdirAll(pages, 0o700); err != nil {
		return fmt.Errorf("fetching: %w", err)
	}
	f := c.fetcher(func(bytes int64) { tell(run.Bytes + bytes) })
	defer f.Close()
	f.Header, f.Passing = header("apiKey", c.NVDKey), map[int]bool{http.StatusForbidden: true}
	f.Pause = max(f.Pause, nvdWaits)
	for i := range run.Windows {
		w := &run.Windows[i]
		for first := true; w.Total < 0 || w.Next < w.Total; first = false {
			if run.Pages > 0 || !first {
				if err := f.sleep(ctx, nvdPause); err != nil {
					return err
				}
			}
			if err := run.page(ctx, f, pages, w); err != nil {
				return err
			}
			text, err := json.Marshal(run)
			if err == nil {
				err = os.WriteFile(state, text, 0o600)
			}
			if err != nil {
				return fmt.Errorf("fetching: %w", err)
			}
		}
	}
	last.Until = run.Begun
	d.Path, d.Bytes, d.AsOfAt, d.Whole = pages, run.Bytes, run.Begun, false // later runs bring what changed
	if run.Records == 0 && !run.Since.IsZero() {
		d.Unchanged, d.Path = true, ""
	}
	return nil
}

// nvdRun is the run that broke off, or a new one.
func (c *Courier) nvdRun(o app.FeedOrder, state string, until time.Time) *nvdRun {
	now := c.Now().UTC()
	var run nvdRun
	if text, err := os.ReadFile(state); err == nil && json.Unmarshal(text, &run) == nil && run.Address == o.Address && //nolint:gosec // a file of its own folder
		run.Since.Equal(until) && now.Sub(run.Begun) < nvdKeep {
		return &run
	}
	run = nvdRun{Address: o.Address, Since: until, Begun: now}
	if until.IsZero() {
		run.Windows = []nvdPeriod{{Total: -1}}
		return &run
	}
	for from := until.Add(-nvdOverlap); from.Before(now); from = from.Add(nvdWindow) {
		to := from.Add(nvdWindow)
		if to.After(now) {
			to = now
		}
		run.Windows = append(run.Windows, nvdPeriod{From: from, To: to, Total: -1})
	}
	return &run
}

// nvdAnswer is what has to be known of a page before it is taken.
type nvdAnswer struct {
	StartIndex      *int              `json:"startIndex"`
	TotalResults    *int              `json:"totalResults"`
	Vulnerabilities []json.RawMessage `json:"vulnerabilities"`
}

// shortReads is how often a page with fewer records than it promises is asked
// for again.
const shortReads = 3

// page fetches the next page of a window.
func (r *nvdRun) page(ctx context.Context, f *Fetcher, dir string, w *nvdPeriod) error {
	address, err := url.Parse(r.Address)
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "%.200q is no address", r.Address)
	}
	q := address.Query()
	q.Set("resultsPerPage", strconv.Itoa(nvdPage))
	q.Set("startIndex", strconv.Itoa(w.Next))
	if !w.To.IsZero() {
		q.Set("lastModStartDate", w.From.UTC().Format(nvdLayout))
		q.Set("lastModEndDate", w.To.UTC().Format(nvdLayout))
	}
	address.RawQuery = q.Encode()
	to := filepath.Join(dir, fmt.Sprintf("page-%06d.json", r.Pages+1))
	for try := 1; ; try++ {
		now, _, err := f.Fetch(ctx, address.String(), to, Fetched{})
		if err != nil {
			return err
		}
		n, total, err := readNVDPage(to, w.Next)
		if err == nil {
			if n == 0 { // nothing changed in this window
				err = os.Remove(to)
			} else {
				r.Pages++
			}
			w.Next, w.Total = w.Next+n, total
			r.Records, r.Bytes = r.Records+n, r.Bytes+now.Bytes
			return err
		}
		if fault.KindOf(err) != fault.Invalid || try == shortReads {
			return err
		}
		if err := f.sleep(ctx, nvdPause); err != nil {
			return err
		}
	}
}

// readNVDPage checks a page that should start at an index: it is whole, and
// brings something as long as something is left.
func readNVDPage(name string, start int) (records, total int, err error) {
	text, err := os.ReadFile(name) //nolint:gosec // it was just written
	if err != nil {
		return 0, 0, fmt.Errorf("fetching: %w", err)
	}
	var a nvdAnswer
	if err := json.Unmarshal(text, &a); err != nil {
		return 0, 0, fault.New(fault.Invalid, "the page from record %d of the NVD is cut off or no JSON: fetch it later", start)
	}
	if a.StartIndex == nil || a.TotalResults == nil {
		return 0, 0, fault.New(fault.Invalid, "the page from record %d is no answer of the NVD API 2.0: check the address", start)
	}
	n := len(a.Vulnerabilities)
	if *a.StartIndex != start || n > nvdPage || start+n > *a.TotalResults || n < nvdPage && start+n < *a.TotalResults {
		return 0, 0, fault.New(fault.Invalid, "the NVD sends %d records from %d of %d where those from %d on were asked for: fetch it later", n, *a.StartIndex, *a.TotalResults, start)
	}
	return n, *a.TotalResults, nil
}
