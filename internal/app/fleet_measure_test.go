package app_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"math"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"mimamori/internal/advisory"
	"mimamori/internal/app"
	"mimamori/internal/auth"
	"mimamori/internal/feed"
	"mimamori/internal/match"
	"mimamori/internal/register"
	"mimamori/internal/sqlstore"
)

// How much is measured: at 100,000 findings and more, p95 of that many.
const (
	newRecords     = 240
	changedRecords = 1_000
	listRequests   = 40
)

// fleetFigures are printed as they come and, at the end, as one row of the
// table of growth.
type fleetFigures struct {
	t     *testing.T
	names []string
	row   map[string]string
}

// tell prints one figure; column is its name in the table, "" for none.
func (f *fleetFigures) tell(column, value, format string, args ...any) {
	f.t.Helper()
	f.t.Logf(format, args...)
	if column != "" {
		f.names, f.row[column] = append(f.names, column), value
	}
}

// TestFleet prints the figures of `make bench-fleet` for one size, FLEET, on a
// database with vulnerability data in the folder FLEET_DATA, with the server
// FLEET_BINARY. It appends a row to the file FLEET_TABLE.
func TestFleet(t *testing.T) {
	n, err := strconv.Atoi(os.Getenv("FLEET"))
	if err != nil {
		t.Skip("skipped: make bench-fleet runs it")
	}
	dir := os.Getenv("FLEET_DATA")
	f := &fleetFigures{t: t, row: map[string]string{}}
	path := filepath.Join(dir, "mimamori.db")

	var size fleetSize
	build := func() {
		withFleet(t, dir, func(a *app.App) { size = generateFleet(t, a, n) })
	}
	begun := time.Now()
	if n > 2_000_000 {
		loadFast(t, path, build)
	} else {
		build()
	}
	f.tell("occurrences", strconv.Itoa(size.occurrences), "%d occurrences in %d releases of %d products, %d installations at %d sites: written in %.0f s",
		size.occurrences, size.releases, size.products, size.installations, size.sites, time.Since(begun).Seconds())

	withFleet(t, dir, func(a *app.App) {
		rematchAll(t, a, f)
		f.tellSize(path)
	})
	withServer(t, dir, f, func(s *fleetServer) {
		withFleet(t, dir, func(a *app.App) {
			known := newRecordsKnown(t, a, s, f)
			changesVisible(t, a, f, known)
		})
		lists(t, s, f)
		f.tell("server MB", strconv.Itoa(highWater(t, s.pid)), "peak memory: server %d MB, importing process %d MB", highWater(t, s.pid), highWater(t, os.Getpid()))
	})
	f.write()
}

// withFleet opens the store with the use cases that the measurement needs.
func withFleet(t *testing.T, dir string, do func(a *app.App)) {
	t.Helper()
	store, err := sqlstore.Open(t.Context(), sqlstore.Config{Path: filepath.Join(dir, "mimamori.db"), Enqueue: func(context.Context, any, app.Job) error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	do(&app.App{Store: store, Clock: time.Now, Passwords: auth.NewPasswords(), Feed: feed.Disk{}})
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
}

// rematchAll matches everything with everything twice: first all findings are
// opened, then nothing changes.
func rematchAll(t *testing.T, a *app.App, f *fleetFigures) {
	t.Helper()
	for _, what := range []string{"full match, every finding opened", "full re-match"} {
		forgetHighWater(t)
		begun, busy := time.Now(), cpuTime()
		done, err := a.Rematch(t.Context(), app.System, func(app.Rematched) {})
		if err != nil {
			t.Fatal(err)
		}
		column := ""
		if done.Findings == 0 {
			column = "re-match s"
		}
		took := time.Since(begun).Seconds()
		f.tell(column, fmt.Sprintf("%.0f", took), "%s: %.0f s, %.0f s of processor time, %d findings changed, peak memory %d MB", what, took, (cpuTime() - busy).Seconds(), done.Findings, highWater(t, os.Getpid()))
	}
}

func (f *fleetFigures) tellSize(path string) {
	bytes := int64(0)
	for _, name := range []string{path, path + "-wal"} {
		if info, err := os.Stat(name); err == nil {
			bytes += info.Size()
		}
	}
	f.tell("database MB", strconv.FormatInt(bytes>>20, 10), "database: %d MB", bytes>>20)
}

// fleetServer is a running server and who is signed in to it.
type fleetServer struct {
	t       *testing.T
	address string
	client  *http.Client
	pid     int
}

// withServer starts the real server, tells how long that takes and what it
// needs when idle, and stops it after do.
func withServer(t *testing.T, dir string, f *fleetFigures, do func(s *fleetServer)) {
	t.Helper()
	const email = "fleet@example.jp"
	withFleet(t, dir, func(a *app.App) {
		token := must[string](t)(a.NewSetupToken(t.Context()))
		must[app.User](t)(a.AcceptInvitation(t.Context(), app.AcceptInvitation{Token: token, Email: email, Name: "計測", Password: password, Lang: "ja"}))
	})
	listener := must[net.Listener](t)((&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0"))
	s := &fleetServer{t: t, address: listener.Addr().String()}
	if err := listener.Close(); err != nil { // only its port was wanted
		t.Fatal(err)
	}
	begun := time.Now()
	server := exec.CommandContext(t.Context(), os.Getenv("FLEET_BINARY"), "serve", "--data", dir, "--listen", s.address)
	var log bytes.Buffer
	server.Stderr = &log
	output := must[io.ReadCloser](t)(server.StdoutPipe())
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	s.pid = server.Process.Pid
	ready := false
	for line := bufio.NewScanner(output); !ready && line.Scan(); {
		ready = strings.Contains(line.Text(), "is ready")
	}
	if !ready {
		_ = server.Wait()
		t.Fatalf("the server did not start: …%s", log.String()[max(0, log.Len()-2_000):])
	}
	s.client = &http.Client{Jar: must[*cookiejar.Jar](t)(cookiejar.New(nil))}
	s.send(http.MethodGet, "/healthz", nil, nil)
	took := time.Since(begun)
	time.Sleep(10 * time.Second)
	idle := statusMB(t, s.pid, "VmRSS")
	f.tell("ready s", fmt.Sprintf("%.2f", took.Seconds()), "start to first answer: %.2f s", took.Seconds())
	f.tell("idle MB", strconv.Itoa(idle), "resident memory of the server, idle for 10 s: %d MB", idle)

	body, err := json.Marshal(map[string]string{"email": email, "password": password})
	if err != nil {
		t.Fatal(err)
	}
	s.send(http.MethodPost, "/api/session", body, nil)
	do(s)
	if err := server.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_ = server.Wait() // what it ends with does not matter here
}

// send returns how many bytes the answer has and how long it took; what reads
// it when it is not nil.
func (s *fleetServer) send(method, path string, body []byte, what any) (int, time.Duration) {
	s.t.Helper()
	begun := time.Now()
	request := must[*http.Request](s.t)(http.NewRequestWithContext(s.t.Context(), method, "http://"+s.address+path, bytes.NewReader(body)))
	request.Header.Set("Content-Type", "application/json")
	answer, err := s.client.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	data := must[[]byte](s.t)(io.ReadAll(answer.Body))
	took := time.Since(begun)
	if err := answer.Body.Close(); err != nil || answer.StatusCode != http.StatusOK {
		s.t.Fatalf("%s %s: %d %.200s %v", method, path, answer.StatusCode, data, err)
	}
	if what != nil {
		if err := json.Unmarshal(data, what); err != nil {
			s.t.Fatal(err)
		}
	}
	return len(data), took
}

// fleetRecord is a record as its publisher gives it.
type fleetRecord struct {
	kind string
	raw  string
}

// recordID finds the ids in a record that stand for its vulnerability.
var recordID = regexp.MustCompile(`\b(?:CVE-\d{4}-\d+|GHSA(?:-\w{4}){3}|(?:GO|PYSEC|RUSTSEC)-\d{4}-\d+|BIT-[\w.-]+)`)

// asNew gives a record ids that nothing else has.
func (r fleetRecord) asNew(number int) fleetRecord {
	renamed := map[string]string{}
	r.raw = recordID.ReplaceAllStringFunc(r.raw, func(id string) string {
		if renamed[id] == "" {
			series, _, _ := strings.Cut(id, "-")
			renamed[id] = fmt.Sprintf("%s-2099-%d%03d", series, 1_000+number, len(renamed))
		}
		return renamed[id]
	})
	return r
}

// records yields what the readers of the program make of it.
func (r fleetRecord) records() iter.Seq2[advisory.Advisory, error] {
	in := strings.NewReader(r.raw)
	switch r.kind {
	case "cve":
		return advisory.CVE(in, "record.jsonl")
	case "nvd":
		return advisory.NVD(in, "record.jsonl")
	}
	return advisory.OSV(in, "record.jsonl")
}

// name is the record's own id.
func (r fleetRecord) name(t *testing.T) string {
	t.Helper()
	for record, err := range r.records() {
		if err != nil {
			t.Fatal(err)
		}
		return record.ID
	}
	t.Fatal("no record")
	return ""
}

// mattering returns n records that share a matching key with the fleet, drawn
// evenly from each of the sources.
func mattering(t *testing.T, a *app.App, n int) []fleetRecord {
	t.Helper()
	files := map[string]string{"cve5-vulnrichment": "cve", "nvd-overrides": "nvd", "osv-go": "osv", "osv-pypi": "osv"}
	var out []fleetRecord
	for _, file := range slices.Sorted(maps.Keys(files)) {
		kind := files[file]
		zipped := must[*os.File](t)(os.Open(filepath.Join(sharedData, "vuln", file+".jsonl.gz")))
		lines := bufio.NewReader(must[*gzip.Reader](t)(gzip.NewReader(zipped)))
		var found []fleetRecord
		for number := 0; ; number++ {
			line, err := lines.ReadString('\n')
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if number%3 == 0 && len(line) < 200_000 && matters(t, a, fleetRecord{kind, line}) {
				found = append(found, fleetRecord{kind, line})
			}
		}
		if err := zipped.Close(); err != nil {
			t.Fatal(err)
		}
		share := n / len(files)
		for i := range share {
			out = append(out, found[i*len(found)/share])
		}
	}
	return out
}

func matters(t *testing.T, a *app.App, r fleetRecord) bool {
	t.Helper()
	for record, err := range r.records() {
		if err != nil || !record.Withdrawn.IsZero() {
			return false
		}
		keys := match.AdvisoryKeys(record)
		if len(keys) == 0 {
			continue
		}
		if len(must[[]register.Component](t)(a.Store.ComponentsByKeys(t.Context(), keys[:min(len(keys), 50)]))) > 0 {
			return true
		}
	}
	return false
}

// importOne imports records of one kind as one file and returns how long it
// took until the last batch was committed, and to the end of the run.
func importOne(t *testing.T, a *app.App, kind string, records []fleetRecord) (known, done time.Duration, run app.ImportRun) {
	t.Helper()
	var lines strings.Builder
	for _, r := range records {
		lines.WriteString(strings.TrimSuffix(r.raw, "\n") + "\n")
	}
	path := write(t, "new."+kind+".jsonl", lines.String())
	begun := time.Now()
	run = must[app.ImportRun](t)(a.ImportPath(t.Context(), app.System, kind, path, func(p app.Progress) {
		if p.Phase == "reading" {
			known = time.Since(begun)
		}
	}))
	if run.State != "done" || run.Changed == 0 {
		t.Fatalf("%s: %+v", kind, run)
	}
	return known, time.Since(begun), run
}

// newRecordsKnown imports new records one by one: when their findings are
// committed, and how long the page of the vulnerability takes then.
func newRecordsKnown(t *testing.T, a *app.App, s *fleetServer, f *fleetFigures) []fleetRecord {
	t.Helper()
	records := mattering(t, a, changedRecords)
	var know, read []time.Duration
	hits, most, bytes := 0, 0, 0
	for i := range newRecords {
		record := records[i*len(records)/newRecords].asNew(i)
		known, _, run := importOne(t, a, record.kind, []fleetRecord{record})
		size, took := s.send(http.MethodGet, "/api/vulnerabilities/"+url.PathEscape(record.name(t)), nil, nil)
		know, read = append(know, known), append(read, took)
		hits, most, bytes = hits+run.Findings, max(most, run.Findings), max(bytes, size)
	}
	f.tell("", "", "new record to findings, %d records: %s; %d findings, at most %d", len(know), quantiles(know), hits, most)
	f.tell("", "", "page of its vulnerability, with releases and sites: %s; at most %d KB", quantiles(read), bytes>>10)
	both := make([]time.Duration, len(know))
	for i := range know {
		both[i] = know[i] + read[i]
	}
	f.tell("new CVE p95 ms", fmt.Sprintf("%.0f", millis(quantile(both, 0.95))), "new record to affected releases and sites on the page: %s", quantiles(both))
	return records
}

// changesVisible imports 1,000 records that are new, and then the same ones
// with another text.
func changesVisible(t *testing.T, a *app.App, f *fleetFigures, records []fleetRecord) {
	t.Helper()
	fresh, changed := map[string][]fleetRecord{}, map[string][]fleetRecord{}
	for i, r := range records {
		r = r.asNew(1_000 + i)
		fresh[r.kind] = append(fresh[r.kind], r)
		// Another time of the last change is another record to every source.
		r.raw = regexp.MustCompile(`"(modified|dateUpdated|lastModified|lastModifiedDate)":\s*"\d{4}`).ReplaceAllString(r.raw, `"$1":"2099`)
		changed[r.kind] = append(changed[r.kind], r)
	}
	for _, step := range []struct {
		column, what string
		records      map[string][]fleetRecord
	}{{"1,000 new s", "new", fresh}, {"", "changed", changed}} {
		took, busy, findings, count := time.Duration(0), cpuTime(), 0, 0
		for _, kind := range slices.Sorted(maps.Keys(step.records)) {
			_, done, run := importOne(t, a, kind, step.records[kind])
			took += done
			findings += run.Findings
			count += run.Changed
		}
		f.tell(step.column, fmt.Sprintf("%.1f", took.Seconds()), "%d %s records visible in findings: %.1f s, %.1f s of processor time, %d findings changed",
			count, step.what, took.Seconds(), (cpuTime() - busy).Seconds(), findings)
	}
}

// lists asks the server for pages of every list.
func lists(t *testing.T, s *fleetServer, f *fleetFigures) {
	t.Helper()
	var total struct {
		Total int `json:"total"`
		Items []struct {
			ID        string `json:"id"`
			ReleaseID string `json:"release_id"`
			ProductID string `json:"product_id"`
		} `json:"items"`
	}
	s.send(http.MethodGet, "/api/findings?state=open&limit=1", nil, &total)
	first := total.Items[0]
	slowest, largest := time.Duration(0), 0
	for _, path := range []string{
		"/api/findings", "/api/findings?state=open", "/api/findings?state=open&sort=vulnerability", "/api/findings?state=open&sort=-component",
		"/api/findings?state=open&assessed=no", "/api/findings?product=" + first.ProductID, "/api/findings?release=" + first.ReleaseID,
		"/api/findings?q=CVE-2024-21", "/api/findings?q=nothing-like-it", "/api/vulnerabilities", "/api/vulnerabilities?touching=yes&sort=-findings",
		"/api/vulnerabilities?q=openssl", "/api/products", "/api/releases", "/api/releases?sort=version", "/api/releases/" + first.ReleaseID + "/components",
		"/api/sites", "/api/installations", "/api/ledger", "/api/search?q=openssl", "/api/today", "/api/counts",
	} {
		var times []time.Duration
		bytes := 0
		for range listRequests {
			size, took := s.send(http.MethodGet, path, nil, nil)
			times, bytes = append(times, took), max(bytes, size)
			if took > 5*time.Second { // enough to know
				break
			}
		}
		p95 := quantile(times, 0.95)
		slowest, largest = max(slowest, p95), max(largest, bytes)
		if p95 > 100*time.Millisecond || bytes > 200_000 {
			f.tell("", "", "  %s: %s, %d KB", strings.NewReplacer(first.ProductID, "ID", first.ReleaseID, "ID").Replace(path), quantiles(times), bytes>>10)
		}
	}
	f.tell("findings", strconv.Itoa(total.Total), "lists and pages at %d open findings: p95 of the slowest %.0f ms, the largest %d KB", total.Total, millis(slowest), largest>>10)
	f.tell("list p95 ms", fmt.Sprintf("%.0f", millis(slowest)), "(above: those over 100 ms or 200 KB)")
}

// write appends the row to the table of growth, its head when the file is new.
func (f *fleetFigures) write() {
	path := os.Getenv("FLEET_TABLE")
	if path == "" {
		return
	}
	var lines strings.Builder
	if _, err := os.Stat(path); err != nil {
		lines.WriteString(strings.Join(f.names, "\t") + "\n")
	}
	values := make([]string, len(f.names))
	for i, name := range f.names {
		values[i] = f.row[name]
	}
	lines.WriteString(strings.Join(values, "\t") + "\n")
	file := must[*os.File](f.t)(os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600))
	if _, err := file.WriteString(lines.String()); err != nil {
		f.t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		f.t.Fatal(err)
	}
}

func quantiles(times []time.Duration) string {
	return fmt.Sprintf("p50 %.0f ms, p95 %.0f ms, max %.0f ms", millis(quantile(times, 0.5)), millis(quantile(times, 0.95)), millis(quantile(times, 1)))
}

// quantile returns the smallest time that the share of times does not exceed.
func quantile(times []time.Duration, share float64) time.Duration {
	sorted := slices.Sorted(slices.Values(times))
	return sorted[max(0, int(math.Ceil(share*float64(len(sorted))))-1)]
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// cpuTime is the processor time of this process so far.
func cpuTime() time.Duration {
	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage) // cannot fail for the process itself
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// forgetHighWater begins the peak of this process anew.
func forgetHighWater(t *testing.T) {
	t.Helper()
	debug.FreeOSMemory()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0o600); err != nil {
		t.Fatal(err)
	}
}

// highWater is the largest resident memory of a process so far, in MB.
func highWater(t *testing.T, pid int) int { return statusMB(t, pid, "VmHWM") }

func statusMB(t *testing.T, pid int, field string) int {
	t.Helper()
	status := must[[]byte](t)(os.ReadFile(fmt.Sprintf("/proc/%d/status", pid)))
	for line := range strings.Lines(string(status)) {
		if rest, found := strings.CutPrefix(line, field+":"); found {
			kb, err := strconv.Atoi(strings.Fields(rest)[0])
			if err != nil {
				t.Fatal(err)
			}
			return kb / 1024
		}
	}
	return 0
}
