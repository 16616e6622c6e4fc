package feed

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"mimamori/internal/fault"
)

// Fetched is what is remembered of a download, to ask next time only for what
// is new. The zero Fetched has nothing.
type Fetched struct {
	ETag         string `json:"etag,omitempty"`
	LastModified string `json:"last_modified,omitempty"`
	SHA256       string `json:"sha256"`
	Bytes        int64  `json:"bytes"`
}

// Fetcher downloads vulnerability data over HTTPS; plain HTTP is for addresses
// of this computer only. Proxies come from the environment (HTTPS_PROXY,
// HTTP_PROXY, NO_PROXY). Make one with NewFetcher.
type Fetcher struct {
	MaxBytes int64         // of one download
	Tries    int           // per call, the first included
	Pause    time.Duration // before the second try; doubles with each, and varies by a quarter
	MaxPause time.Duration // a longer wait that the server asks for ends the call
	Stall    time.Duration // a try that brings nothing for so long has failed
	Agent    string        // sent as User-Agent

	Header   http.Header       // sent beside, to the host of the address only; values are never told
	Passing  map[int]bool      // further states of an answer that may pass
	Received func(bytes int64) // told how many bytes of the file are here; nil: nobody asks

	client *http.Client
	sleep  func(context.Context, time.Duration) error
}

// NewFetcher returns a Fetcher with limits that fit the public sources.
func NewFetcher(agent string) *Fetcher {
	f := &Fetcher{
		MaxBytes: 8 << 30, Tries: 6, Pause: 2 * time.Second, MaxPause: 10 * time.Minute, Stall: time.Minute, Agent: agent,
		sleep: func(ctx context.Context, d time.Duration) error {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(d):
				return nil
			}
		},
	}
	f.client = &http.Client{
		Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, TLSHandshakeTimeout: 30 * time.Second,
			ResponseHeaderTimeout: time.Minute, DisableCompression: true, MaxResponseHeaderBytes: 1 << 20,
			DialContext: (&net.Dialer{Timeout: 30 * time.Second}).DialContext,
		},
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			const mostRedirects = 5
			if len(via) > mostRedirects {
				return fault.New(fault.Invalid, "%s: redirected more than %d times", via[0].URL.Redacted(), mostRedirects)
			}
			if r.URL.Host != via[0].URL.Host {
				for name := range f.Header {
					r.Header.Del(name) // a key is for the host that was named
				}
			}
			return secure(r.URL)
		},
	}
	return f
}

// Close gives the open connections back.
func (f *Fetcher) Close() { f.client.CloseIdleConnections() }

// secure refuses addresses that anybody on the way could answer.
func secure(u *url.URL) error {
	host := u.Hostname()
	ip := net.ParseIP(host)
	switch {
	case u.Scheme == "https" && host != "":
		return nil
	case u.Scheme == "http" && (host == "localhost" || ip != nil && ip.IsLoopback()):
		return nil
	}
	return fault.New(fault.Invalid, "%s: only https addresses are fetched (http only from this computer itself)", u.Redacted())
}

// Fetch downloads address into the file to and returns what to remember. When
// the server says that nothing changed since known, changed is false and the
// file is left alone; so it is after any error.
//
// A download that breaks off is kept beside the file as to+".part" and resumed,
// in this call or a later one, as long as the server still has the same file.
// Failures that may pass (connection, 408, 425, 429, 5xx) are tried again with
// growing pauses, or after the time that the server asks for.
func (f *Fetcher) Fetch(ctx context.Context, address, to string, known Fetched) (now Fetched, changed bool, err error) {
	u, err := url.Parse(address)
	if err != nil {
		return known, false, fault.Wrap(fault.Invalid, err, "%.200q is no address", address)
	}
	if err := secure(u); err != nil {
		return known, false, err
	}
	pause := f.Pause
	for try := 1; ; try++ {
		now, changed, err = f.try(ctx, u, to, known)
		if err == nil {
			return now, changed, nil
		}
		var again *retry
		if ctx.Err() != nil || !errors.As(err, &again) {
			return known, false, err
		}
		if try >= f.Tries {
			return known, false, fault.Wrap(fault.Invalid, again.cause, "%s: not fetched in %d tries", u.Redacted(), try)
		}
		wait := again.after
		if wait == 0 {
			wait = pause + time.Duration(rand.Int64N(int64(pause)/4+1)) //nolint:gosec // only spreads the load
			pause = min(2*pause, f.MaxPause)
		}
		if wait > f.MaxPause {
			return known, false, fault.Wrap(fault.Invalid, again.cause, "%s: the server asks to wait %s: fetch it later", u.Redacted(), wait)
		}
		if err := f.sleep(ctx, wait); err != nil {
			return known, false, err
		}
	}
}

// retry is a failure that may pass.
type retry struct {
	cause error
	after time.Duration // what the server asks for; 0: nothing
}

func (r *retry) Error() string { return r.cause.Error() }
func (r *retry) Unwrap() error { return r.cause }

// part is a download that is not complete.
type part struct {
	URL          string `json:"url"`
	ETag         string `json:"etag"`
	LastModified string `json:"last_modified"`
}

// validator is what tells the server which file the part belongs to: a strong
// ETag, or the time; empty when it cannot be resumed (RFC 9110, section 13.1.5).
func (p part) validator() string {
	if p.ETag != "" && !strings.HasPrefix(p.ETag, "W/") {
		return p.ETag
	}
	return p.LastModified
}

func (f *Fetcher) try(ctx context.Context, u *url.URL, to string, known Fetched) (Fetched, bool, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return known, false, fault.Wrap(fault.Invalid, err, "%s: is no address", u.Redacted())
	}
	request.Header.Set("User-Agent", f.Agent)
	for name, values := range f.Header {
		request.Header[name] = values
	}
	begun, have := f.begun(u, to)
	if have > 0 {
		request.Header.Set("Range", "bytes="+strconv.FormatInt(have, 10)+"-")
		request.Header.Set("If-Range", begun.validator())
	} else if known.SHA256 != "" {
		if known.ETag != "" {
			request.Header.Set("If-None-Match", known.ETag)
		}
		if known.LastModified != "" {
			request.Header.Set("If-Modified-Since", known.LastModified)
		}
	}
	response, err := f.client.Do(request)
	if err != nil {
		if fault.KindOf(err) == fault.Invalid {
			return known, false, err
		}
		return known, false, &retry{cause: err}
	}
	defer func() { _ = response.Body.Close() }() // read as far as it is wanted
	switch response.StatusCode {
	case http.StatusNotModified:
		return known, false, nil
	case http.StatusOK:
		have = 0
	case http.StatusPartialContent:
		if !strings.HasPrefix(response.Header.Get("Content-Range"), "bytes "+strconv.FormatInt(have, 10)+"-") || have == 0 {
			f.forget(to)
			return known, false, &retry{cause: fault.New(fault.Invalid, "%s: the server sends another part than was asked for", u.Redacted())}
		}
	case http.StatusRequestedRangeNotSatisfiable:
		f.forget(to)
		return known, false, &retry{cause: fault.New(fault.Invalid, "%s: the server has another file now", u.Redacted())}
	default:
		return known, false, f.failure(u, response)
	}
	return f.receive(response, u, to, have, cancel)
}

// failure tells what an answer without content means.
func (f *Fetcher) failure(u *url.URL, response *http.Response) error {
	err := fault.New(fault.Invalid, "%s: the server answers %d %s", u.Redacted(), response.StatusCode, http.StatusText(response.StatusCode))
	switch code := response.StatusCode; {
	case code == http.StatusRequestTimeout, code == http.StatusTooEarly, code == http.StatusTooManyRequests, code >= http.StatusInternalServerError, f.Passing[code]:
		return &retry{cause: err, after: retryAfter(response.Header.Get("Retry-After"), time.Now())}
	}
	return err
}

// retryAfter reads seconds or a time; anything else is 0.
func retryAfter(text string, now time.Time) time.Duration {
	const mostSeconds = 1 << 30
	if seconds, err := strconv.ParseInt(text, 10, 64); err == nil && seconds >= 0 {
		return time.Duration(min(seconds, mostSeconds)) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}

// begun returns what an earlier try left, and how many bytes of it are there.
func (f *Fetcher) begun(u *url.URL, to string) (part, int64) {
	var p part
	text, err := os.ReadFile(partState(to))
	if err != nil || json.Unmarshal(text, &p) != nil || p.URL != u.String() || p.validator() == "" {
		return part{}, 0
	}
	info, err := os.Stat(partFile(to))
	if err != nil {
		return part{}, 0
	}
	return p, info.Size()
}

func partFile(to string) string  { return to + ".part" }
func partState(to string) string { return to + ".part.json" }

func (f *Fetcher) forget(to string) {
	_ = os.Remove(partFile(to)) // one that stays is taken up again, and then found out
	_ = os.Remove(partState(to))
}

// receive writes the answer behind the first have bytes of the part and, when
// it is complete, puts it in the place of the file.
func (f *Fetcher) receive(response *http.Response, u *url.URL, to string, have int64, cancel func()) (Fetched, bool, error) {
	now := Fetched{ETag: response.Header.Get("ETag"), LastModified: response.Header.Get("Last-Modified")}
	tooLarge := func() error {
		f.forget(to)
		return fault.New(fault.Invalid, "%s: is larger than %d MiB: check the address", u.Redacted(), f.MaxBytes>>20)
	}
	if have+response.ContentLength > f.MaxBytes {
		return now, false, tooLarge()
	}
	how := os.O_WRONLY | os.O_CREATE
	if have == 0 {
		how |= os.O_TRUNC
		state, err := json.Marshal(part{URL: u.String(), ETag: now.ETag, LastModified: now.LastModified})
		if err != nil {
			return now, false, err
		}
		f.forget(to)
		if err := os.WriteFile(partState(to), state, 0o600); err != nil {
			return now, false, fmt.Errorf("fetching: %w", err)
		}
	}
	file, err := os.OpenFile(partFile(to), how, 0o600)
	if err != nil {
		return now, false, fmt.Errorf("fetching: %w", err)
	}
	_, err = file.Seek(have, io.SeekStart)
	if err == nil {
		body := &stalling{r: response.Body, timer: time.AfterFunc(f.Stall, cancel), stall: f.Stall, have: have, received: f.Received}
		var n int64
		n, err = io.Copy(file, io.LimitReader(body, f.MaxBytes-have+1))
		body.timer.Stop()
		if have += n; have > f.MaxBytes {
			_ = file.Close() // thrown away
			return now, false, tooLarge()
		}
		if err == nil && response.ContentLength >= 0 && n < response.ContentLength {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			_ = file.Close() // what was written is taken up again
			return now, false, &retry{cause: fmt.Errorf("the connection broke off after %d bytes: %w", have, err)}
		}
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return now, false, fmt.Errorf("fetching: %w", err)
	}
	if now.SHA256, now.Bytes, err = sumFile(partFile(to)); err != nil {
		return now, false, err
	}
	if err := os.Rename(partFile(to), to); err != nil {
		return now, false, fmt.Errorf("fetching: %w", err)
	}
	_ = os.Remove(partState(to)) // without its part it says nothing
	return now, true, nil
}

// sumFile measures a file.
func sumFile(name string) (sha string, size int64, err error) {
	file, err := os.Open(name) //nolint:gosec // the path is the caller's
	if err != nil {
		return "", 0, fault.Wrap(fault.Invalid, err, "%s: cannot be opened", name)
	}
	defer func() { _ = file.Close() }() // only read from
	sum := sha256.New()
	if size, err = io.Copy(sum, file); err != nil {
		return "", 0, fault.Wrap(fault.Invalid, err, "%s: cannot be read", name)
	}
	return hex.EncodeToString(sum.Sum(nil)), size, nil
}

// stalling calls the timer's function when nothing comes for a time.
type stalling struct {
	r        io.Reader
	timer    *time.Timer
	stall    time.Duration
	have     int64
	received func(bytes int64)
}

func (s *stalling) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.timer.Reset(s.stall)
	if s.have += int64(n); s.received != nil {
		s.received(s.have)
	}
	return n, err
}
