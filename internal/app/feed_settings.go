package app

import (
	"context"
	"net"
	"net/url"
	"path"
	"slices"
	"strings"

	"mimamori/internal/advisory"
	"mimamori/internal/fault"
	"mimamori/internal/fold"
	"mimamori/internal/ident"
	"mimamori/internal/ledger"
)

// FeedInput is what an administrator says of a feed.
type FeedInput struct {
	Name        string
	Kind        string
	Address     string
	Trust       []string
	EveryH      int
	AlarmAfterH int
	Whole       bool
	On          bool
}

// Limits of the settings of a feed.
const (
	maxFeedName    = 100
	maxFeedAddress = 1000
	maxFeedTrust   = 10
	maxEveryH      = 31 * 24
	maxAlarmH      = 366 * 24
	// nvdEveryH is how often the NVD asks to be called at most (reference/scoring.md, section 4.5).
	nvdEveryH = 2
)

// folderScheme begins the address of a folder on the server.
const folderScheme = "folder:"

func isFolder(address string) bool { return strings.HasPrefix(address, folderScheme) }

// NVDAPIPath ends the address of the NVD API 2.0, which is asked page by page.
const NVDAPIPath = "/rest/json/cves/2.0"

// IsNVDAPI tells whether an address is that of the NVD API.
func IsNVDAPI(kind, address string) bool {
	u, err := url.Parse(address)
	return err == nil && kind == feedNVD && strings.HasSuffix(u.Path, NVDAPIPath)
}

func subjectFeed(f Feed) ledger.Subject { return ledger.Subject{Kind: "feed", ID: f.ID, Name: f.Name} }

// AddFeed keeps a new feed. Nothing is fetched before it is on.
func (a *App) AddFeed(ctx context.Context, by Actor, in FeedInput) (Feed, error) {
	if err := require(by, ManageSettings); err != nil {
		return Feed{}, err
	}
	f := Feed{ID: ident.New(), Revision: 1, CreatedAt: a.now()}
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		if err := a.checkFeed(ctx, tx, f.ID, &in); err != nil {
			return err
		}
		a.setFeed(&f, by, in)
		tx.Record(by.entry("feed.added", subjectFeed(f), nil, f, ""))
		return tx.AddFeed(ctx, f)
	})
	return f, err
}

// UpdateFeed changes a feed. Another address makes it a new start: what it had
// is not compared with what comes from there.
func (a *App) UpdateFeed(ctx context.Context, by Actor, id string, revision int, in FeedInput) (Feed, error) {
	if err := require(by, ManageSettings); err != nil {
		return Feed{}, err
	}
	var f Feed
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		before, err := tx.Feed(ctx, id)
		if err != nil {
			return err
		}
		if in.Kind == "" {
			in.Kind = before.Kind
		}
		if err := a.checkFeed(ctx, tx, id, &in); err != nil {
			return err
		}
		if in.Kind != before.Kind {
			return fault.Fields("the feed cannot be kept like this", []fault.Field{fault.At("/kind", "kind", "the kind of a feed stays: add another feed, and switch this one off")})
		}
		f = before
		f.Revision = revision
		if in.Address != before.Address {
			f.FeedState = FeedState{RunID: before.RunID, LastRunID: before.LastRunID}
			if err := tx.ForgetFeedRecords(ctx, id); err != nil {
				return err
			}
		}
		a.setFeed(&f, by, in)
		tx.Record(by.entry("feed.changed", subjectFeed(f), before, f, ""))
		if err := tx.UpdateFeed(ctx, f); err != nil {
			return err
		}
		return a.watchSources(ctx, tx)
	})
	if err == nil {
		f, err = a.Store.Feed(ctx, id)
	}
	return f, err
}

// setFeed puts the settings into the feed; one that is switched on is due.
func (a *App) setFeed(f *Feed, by Actor, in FeedInput) {
	if in.On && (!f.On || f.Address != in.Address) {
		f.NextAt = a.now()
	}
	f.Name, f.Kind, f.Address, f.Trust = in.Name, in.Kind, in.Address, in.Trust
	f.EveryH, f.AlarmAfterH, f.Whole, f.On = in.EveryH, in.AlarmAfterH, in.Whole, in.On
	f.By, f.UpdatedAt = by.Name, a.now()
}

// checkFeed tells everything that is wrong with the settings of a feed.
func (a *App) checkFeed(ctx context.Context, r Reader, id string, in *FeedInput) error {
	in.Name, in.Address = strings.TrimSpace(in.Name), strings.TrimSpace(in.Address)
	in.Trust = slices.DeleteFunc(slices.Clone(in.Trust), func(key string) bool { return strings.TrimSpace(key) == "" })
	var c fault.Checker
	feeds, err := r.Feeds(ctx)
	if err != nil {
		return err
	}
	switch taken := func(f Feed) bool { return f.ID != id && fold.All(f.Name) == fold.All(in.Name) }; {
	case in.Name == "" || len(in.Name) > maxFeedName || oneLine(in.Name) != in.Name:
		c.Add("/name", "name", "give the feed a name of one line, %d bytes at most", maxFeedName)
	case slices.ContainsFunc(feeds, taken):
		c.Add("/name", "name", "there is a feed with this name already: choose another name")
	}
	if _, err := feedKindOf(in.Kind); err != nil {
		c.Add("/kind", "kind", "kind %q: choose one of %s", in.Kind, strings.Join(FeedKinds(), ", "))
	}
	a.checkAddress(&c, in)
	least := 1
	if IsNVDAPI(in.Kind, in.Address) {
		least = nvdEveryH
	}
	if in.EveryH < least || in.EveryH > maxEveryH {
		c.Add("/every_h", "range", "every %d hours: choose %d to %d hours", in.EveryH, least, maxEveryH)
	}
	if in.AlarmAfterH <= in.EveryH || in.AlarmAfterH > maxAlarmH {
		c.Add("/alarm_after_h", "range", "alarm after %d hours: choose more than the %d hours between two runs, %d at most", in.AlarmAfterH, in.EveryH, maxAlarmH)
	}
	if len(in.Trust) > maxFeedTrust {
		c.Add("/trust", "length", "%d keys are too many, at most %d can be named", len(in.Trust), maxFeedTrust)
	}
	for _, key := range in.Trust {
		if a.Courier != nil && !a.Courier.IsKey(key) {
			c.Add("/trust", "key", "%.100q is no public key of a bundle: take the line that mimamori feed key printed", key)
		}
	}
	return c.Err("the feed cannot be kept like this")
}

// checkAddress tells what is wrong with the address of a feed.
func (a *App) checkAddress(c *fault.Checker, in *FeedInput) {
	if len(in.Address) > maxFeedAddress || strings.ContainsAny(in.Address, "\r\n\t ") {
		c.Add("/address", "address", "the address has spaces or more than %d bytes: check it", maxFeedAddress)
		return
	}
	if below, ok := strings.CutPrefix(in.Address, folderScheme); ok {
		name, rest, _ := strings.Cut(below, "/")
		var known []string
		if a.Courier != nil { // else the server that fetches tells
			known = a.Courier.Folders()
		}
		switch {
		case a.Courier == nil:
		case len(known) == 0:
			c.Add("/address", "folder", "no folder was named when the server was started: start it with --feed-folder NAME=PATH")
		case !slices.Contains(known, name):
			c.Add("/address", "folder", "there is no folder %q: choose one of %s, or name it when the server is started", name, strings.Join(known, ", "))
		case rest != "" && (path.Clean("/"+rest) != "/"+rest || strings.Contains(rest, "\\")):
			c.Add("/address", "folder", "%q is no path below the folder: write it with slashes and without \"..\"", rest)
		}
		return
	}
	u, err := url.Parse(in.Address)
	switch {
	case err != nil || u.Host == "":
		c.Add("/address", "address", "%.200q is no address: write https://… or folder:NAME", in.Address)
	case u.User != nil:
		c.Add("/address", "address", "the address has a user name or password, which everybody could read: leave it out")
	case u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())):
		c.Add("/address", "address", "only https addresses are fetched: write https://… or folder:NAME")
	}
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// AcceptFeed takes the last run of a feed for right although it was far smaller
// than the one before, or had more records refused than read.
func (a *App) AcceptFeed(ctx context.Context, by Actor, id, reason string) (Feed, error) {
	if err := require(by, ManageSettings); err != nil {
		return Feed{}, err
	}
	if err := checkReason(reason); err != nil {
		return Feed{}, err
	}
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		f, err := tx.Feed(ctx, id)
		if err != nil {
			return err
		}
		run, err := tx.ImportRun(ctx, f.LastRunID)
		if f.Suspicion == advisory.NoSuspicion || fault.KindOf(err) == fault.NotFound {
			return fault.New(fault.Conflict, "this feed has no alarm: load the page again")
		}
		if err != nil {
			return err
		}
		if run.Records == 0 {
			return fault.New(fault.Conflict, "the last run brought nothing: nothing can be taken for right, mend the address or the file")
		}
		before := f
		f.Suspicion, f.LastError, f.Failures = advisory.NoSuspicion, "", 0
		f.Records, f.LastGoodAt, f.AsOfAt = run.Records, run.FinishedAt, run.AsOfAt
		tx.Record(by.entry("feed.accepted", subjectFeed(f), before, f, reason))
		if err := tx.UpdateFeed(ctx, f); err != nil {
			return err
		}
		return a.watchSources(ctx, tx)
	})
	if err != nil {
		return Feed{}, err
	}
	return a.Store.Feed(ctx, id)
}
