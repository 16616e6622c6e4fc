package storetest

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/fault"
	"mimamori/internal/ident"
)

func (f *fixture) feed(name, kind string) app.Feed {
	f.t.Helper()
	feed := app.Feed{
		ID: ident.New(), Name: name, Kind: kind, Address: "https://example.org/" + name, Trust: []string{}, EveryH: 24, AlarmAfterH: 72, Whole: true, On: true,
		By: "佐藤", Revision: 1, CreatedAt: f.tick(), UpdatedAt: f.now,
	}
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.AddFeed(ctx, feed) })
	return feed
}

func feeds(t *testing.T, f *fixture) {
	b, a := f.feed("B", "osv"), f.feed("A", "kev")
	equal(t, must[[]app.Feed](t)(f.Feeds(f.ctx())), []app.Feed{a, b}) // by kind and name
	taken := a
	taken.ID = ident.New()
	wantKind(t, f.try(func(ctx context.Context, tx app.Tx) error { return tx.AddFeed(ctx, taken) }), fault.Conflict)
	_, err := f.Feed(f.ctx(), "none")
	wantKind(t, err, fault.NotFound)

	b.On, b.Whole, b.Trust = false, false, []string{"key+1+x"}
	b.FeedState = app.FeedState{
		RunID: "r", LastRunID: "l", NextAt: f.tick(), LastGoodAt: f.tick(), AsOfAt: f.tick(), NewestAt: f.tick(), Records: 7, Failures: 2,
		LastError: "offline", Suspicion: "shrunk", Fetched: json.RawMessage(`{"etag":"\"1\""}`),
	}
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.UpdateFeed(ctx, b) })
	wantKind(t, f.try(func(ctx context.Context, tx app.Tx) error { return tx.UpdateFeed(ctx, b) }), fault.Conflict)
	b.Revision++
	equal(t, must[app.Feed](t)(f.Feed(f.ctx(), b.ID)), b)

	run := app.ImportRun{ID: ident.New(), Kind: "osv", FeedID: b.ID, State: "done", Unchanged: true, Gone: 1, Back: 2, Before: 9, Suspicion: "shrunk", AsOfAt: f.tick(), Problems: nil, Revision: 1, CreatedAt: f.tick(), UpdatedAt: f.now}
	other := app.ImportRun{ID: ident.New(), Kind: "osv", State: "done", Revision: 1, CreatedAt: f.tick(), UpdatedAt: f.now}
	f.write(func(ctx context.Context, tx app.Tx) error {
		if err := tx.AddImportRun(ctx, other, nil); err != nil {
			return err
		}
		return tx.AddImportRun(ctx, run, nil)
	})
	list := must[app.List[app.ImportRun]](t)(f.ImportRuns(f.ctx(), app.ListQuery{Filter: map[string]string{"feed": b.ID}}))
	if len(list.Items) != 1 || list.Items[0].Suspicion != "shrunk" || !list.Items[0].Unchanged || list.Items[0].Gone != 1 || list.Items[0].Back != 2 || list.Items[0].Before != 9 || !list.Items[0].AsOfAt.Equal(run.AsOfAt) {
		t.Errorf("runs of the feed: %+v", list.Items)
	}
}

// A record is missing when every feed that had it is without it, and it comes back.
func goneFromFeeds(t *testing.T, f *fixture) {
	one, two := f.feed("one", "osv"), f.feed("two", "osv")
	elsewhere := advisory("A")
	elsewhere.Source = "cve"
	changed := f.advise(advisory("A"), advisory("B"), digested(elsewhere))
	ids := map[string]string{}
	var all []string
	for _, a := range changed {
		ids[a.Source+a.RecordID] = a.ID
		all = append(all, a.ID)
	}
	see := func(feed app.Feed, at time.Time, keep bool, records ...string) (moved app.SeenChange) {
		t.Helper()
		seen := map[string]bool{}
		for _, r := range records {
			seen[r] = true
		}
		f.write(func(ctx context.Context, tx app.Tx) (err error) {
			moved, err = tx.SeenInFeed(ctx, feed.ID, "osv", seen, at, keep, 2)
			return err
		})
		return moved
	}
	gone := func() map[string]time.Time {
		t.Helper()
		return must[map[string]time.Time](t)(f.GoneSince(f.ctx(), all))
	}

	equal(t, see(one, f.tick(), false, "A", "B"), app.SeenChange{})
	equal(t, see(two, f.tick(), false, "A"), app.SeenChange{})
	equal(t, gone(), map[string]time.Time{})
	first := f.tick()
	equal(t, see(one, first, false, "C").GoneIDs, []string{"A", "B"})
	equal(t, gone(), map[string]time.Time{ids["osvB"]: first}) // the other feed has A
	second := f.tick()
	see(two, second, true, "D") // something was refused: nothing is told missing
	equal(t, gone(), map[string]time.Time{ids["osvB"]: first})
	equal(t, see(two, second, false, "D").Gone, 1)
	equal(t, gone(), map[string]time.Time{ids["osvA"]: second, ids["osvB"]: first}) // never the record of another source
	equal(t, see(one, f.tick(), false, "A", "B", "C"), app.SeenChange{Back: 2, BackIDs: []string{"A", "B"}})
	equal(t, gone(), map[string]time.Time{})
	equal(t, see(one, f.tick(), false, "A", "B", "C"), app.SeenChange{})

	// The first ids are told, all are counted.
	many := make([]string, 1200)
	for i := range many {
		many[i] = fmt.Sprintf("R-%04d", i)
	}
	see(one, f.tick(), false, many...)
	moved := see(one, f.tick(), false, "A")
	equal(t, moved, app.SeenChange{Gone: 1200, Back: 1, GoneIDs: many[:2], BackIDs: []string{"A"}})
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.ForgetFeedRecords(ctx, one.ID) })
	equal(t, see(one, f.tick(), false, "A"), app.SeenChange{})
	equal(t, must[int](t)(f.RecordsOf(f.ctx(), "osv")), 2)
}

func sourceNotices(t *testing.T, f *fixture) {
	sato, suzuki := f.user("sato"), f.user("suzuki")
	notice := func(u app.User) app.SourceNotice {
		return app.SourceNotice{ID: ident.New(), UserID: u.ID, Source: "osv", Before: app.SourceGood, After: app.SourceRed, Reasons: []string{"OSV npm"}, CreatedAt: f.tick()}
	}
	old, fresh, his := notice(sato), notice(sato), notice(suzuki)
	f.write(func(ctx context.Context, tx app.Tx) error {
		return tx.AddSourceNotices(ctx, []app.SourceNotice{old, fresh, his})
	})
	of := func(u app.User, limit int) ([]app.SourceNotice, int) {
		t.Helper()
		list, unread, err := f.SourceNotices(f.ctx(), u.ID, limit)
		if err != nil {
			t.Fatal(err)
		}
		return list, unread
	}
	list, unread := of(sato, 1)
	equal(t, list, []app.SourceNotice{fresh})
	equal(t, unread, 2)
	at := f.tick()
	f.write(func(ctx context.Context, tx app.Tx) error {
		if err := tx.MarkSourceNoticesMailed(ctx, []string{old.ID}, at); err != nil {
			return err
		}
		return tx.MarkSourceNoticesRead(ctx, sato.ID, []string{old.ID, his.ID}, at) // another person's stays
	})
	old.MailedAt, old.ReadAt = at, at
	list, unread = of(sato, 5)
	equal(t, list, []app.SourceNotice{fresh, old})
	equal(t, unread, 1)
	if _, unread = of(suzuki, 5); unread != 1 {
		t.Errorf("another person's notices were marked: %d unread", unread)
	}
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.MarkSourceNoticesRead(ctx, sato.ID, nil, at) })
	if _, unread = of(sato, 0); unread != 0 {
		t.Errorf("%d unread after all were read", unread)
	}
}
