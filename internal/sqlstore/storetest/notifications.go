package storetest

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/fault"
	"mimamori/internal/ident"
)

func (f *fixture) user(name string) app.User {
	f.t.Helper()
	u := app.User{ID: ident.New(), Email: name + "@example.jp", Name: name, CreatedAt: f.tick(), UpdatedAt: f.now}
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.AddUser(ctx, u) })
	return u
}

func (f *fixture) notification(u app.User, o casefile.Obligation, step string) app.Notification {
	return app.Notification{ID: ident.New(), UserID: u.ID, ObligationID: o.ID, Step: step, CreatedAt: f.tick()}
}

// notify tells and records an entry only when somebody was told, as a job does.
func (f *fixture) notify(notifications ...app.Notification) (added []app.Notification, err error) {
	err = f.Write(f.ctx(), func(ctx context.Context, tx app.Tx) (err error) {
		added, err = tx.AddNotifications(ctx, notifications)
		if len(added) > 0 {
			tx.Record(entry("notifications.sent", "obligation", added[0].ObligationID))
		}
		return err
	})
	return added, err
}

func notifications(t *testing.T, f *fixture) {
	p := f.product("ポンプ")
	c := f.openCase(p)
	o := f.owe(casefile.Obligation{CaseID: c.ID, ProductID: p.ID, Kind: casefile.DueReport, DueOn: caldate.MustParse("2026-06-30")})
	periodic := f.owe(casefile.Obligation{ProductID: p.ID, Kind: casefile.DuePeriodicReport, DueOn: caldate.MustParse("2026-06-30")})
	sato, suzuki := f.user("sato"), f.user("suzuki")
	told := func(notifications ...app.Notification) []app.Notification {
		t.Helper()
		return must[[]app.Notification](t)(f.notify(notifications...))
	}

	ten := f.notification(sato, o, "10")
	equal(t, told(ten), []app.Notification{ten})
	size := f.size()
	equal(t, told(f.notification(sato, o, "10")), []app.Notification{}) // told before; and no entry of nothing
	equal(t, told(), []app.Notification{})
	if f.size() != size {
		t.Error("an entry about no notification")
	}
	five, his, other := f.notification(sato, o, "5"), f.notification(suzuki, o, "10"), f.notification(sato, periodic, "10")
	equal(t, told(five, f.notification(sato, o, "10"), his, f.notification(sato, o, "5"), other), []app.Notification{five, his, other})
	for name, n := range map[string]app.Notification{
		"nobody":  {ID: ident.New(), UserID: "none", ObligationID: o.ID},
		"nothing": {ID: ident.New(), UserID: sato.ID, ObligationID: "none"},
	} {
		if _, err := f.notify(n); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a notification of %s: %v", name, err)
		}
	}

	list := func(u app.User, q app.ListQuery) (out []app.Notification) {
		t.Helper()
		l := must[app.List[app.NotificationRow]](t)(f.Notifications(f.ctx(), u.ID, q))
		for _, n := range l.Items {
			out = append(out, n.Notification)
		}
		return out
	}
	rows := must[app.List[app.NotificationRow]](t)(f.Notifications(f.ctx(), sato.ID, app.ListQuery{}))
	row := app.ObligationRow{Obligation: o, CaseNumber: c.Number, CaseTitle: c.Title, BrandName: "ポンプ"}
	equal(t, rows, app.List[app.NotificationRow]{Total: 3, Items: []app.NotificationRow{
		{Notification: other, Obligation: app.ObligationRow{Obligation: periodic, BrandName: "ポンプ"}},
		{Notification: five, Obligation: row},
		{Notification: ten, Obligation: row},
	}})
	first := must[app.List[app.NotificationRow]](t)(f.Notifications(f.ctx(), sato.ID, app.ListQuery{Limit: 2}))
	equal(t, list(sato, app.ListQuery{Limit: 2, Cursor: first.Next}), []app.Notification{ten})
	equal(t, list(suzuki, app.ListQuery{}), []app.Notification{his})

	// Each is read by its own person, once; mailed once.
	mark := func(u app.User, ids []string) time.Time {
		t.Helper()
		at := f.tick()
		f.write(func(ctx context.Context, tx app.Tx) error { return tx.MarkRead(ctx, u.ID, ids, at) })
		return at
	}
	mark(suzuki, []string{ten.ID, five.ID})
	ten.ReadAt = mark(sato, []string{ten.ID, his.ID})
	mark(sato, []string{})
	equal(t, list(sato, only("unread", "yes")), []app.Notification{other, five})
	equal(t, list(suzuki, only("unread", "yes")), []app.Notification{his})
	other.ReadAt = mark(sato, nil)
	five.ReadAt = other.ReadAt
	mark(sato, []string{ten.ID})
	for range 2 {
		at := f.tick()
		f.write(func(ctx context.Context, tx app.Tx) error { return tx.MarkMailed(ctx, []string{five.ID, his.ID}, at) })
		if five.MailedAt.IsZero() {
			five.MailedAt, his.MailedAt = at, at
		}
	}
	equal(t, list(sato, app.ListQuery{}), []app.Notification{other, five, ten})
	equal(t, list(suzuki, app.ListQuery{}), []app.Notification{his})
	_, err := f.Notifications(f.ctx(), sato.ID, only("unread", "perhaps"))
	wantKind(t, err, fault.Invalid)
}

// Several nodes look for what presses at the same time: each step is told to
// each person once.
func notifiedAtOnce(t *testing.T, f *fixture) {
	o := f.owe(casefile.Obligation{ProductID: f.product("ポンプ").ID, Kind: casefile.DueReport})
	users := []app.User{f.user("a"), f.user("b"), f.user("c")}
	var batches [8][]app.Notification
	for i := range batches {
		for _, u := range users {
			for _, step := range []string{"10", "5", "late+1"} {
				batches[i] = append(batches[i], f.notification(u, o, step))
			}
		}
	}
	var mutex sync.Mutex
	told := map[string]int{}
	var wait sync.WaitGroup
	for _, batch := range batches {
		wait.Go(func() {
			added, err := f.notify(batch...)
			if err != nil {
				t.Error(err)
			}
			mutex.Lock()
			defer mutex.Unlock()
			for _, n := range added {
				told[n.UserID+" "+n.Step]++
			}
		})
	}
	wait.Wait()
	if len(told) != 9 {
		t.Errorf("%d steps were told, want 9", len(told))
	}
	for key, n := range told {
		if n != 1 {
			t.Errorf("%s was told %d times", key, n)
		}
	}
	for _, u := range users {
		list := must[app.List[app.NotificationRow]](t)(f.Notifications(f.ctx(), u.ID, app.ListQuery{}))
		if list.Total != 3 || !slices.IsSortedFunc(list.Items, func(a, b app.NotificationRow) int { return b.CreatedAt.Compare(a.CreatedAt) }) {
			t.Errorf("%s: %+v", u.Name, list)
		}
	}
}

func rulebookTexts(t *testing.T, f *fixture) {
	keep := func(text app.RulebookText) (added bool, err error) {
		err = f.Write(f.ctx(), func(ctx context.Context, tx app.Tx) (err error) {
			if added, err = tx.KeepRulebookText(ctx, text); added {
				tx.Record(entry("rulebook.kept", "rulebook", text.ID))
			}
			return err
		})
		return added, err
	}
	for _, content := range []string{"question: jp/x\r\n# 規則\n", "\x00\xff kept byte for byte", ""} {
		text := app.RulebookText{Digest: "sha256:" + digest([]byte(content)), ID: "jp/x", Version: "1.0.0", Path: "x.yaml", Text: []byte(content), KeptAt: f.tick()}
		if added, err := keep(text); !added || err != nil {
			t.Fatalf("kept: %v, %v", added, err)
		}
		again := text
		again.Path, again.KeptAt = "y.yaml", f.tick()
		if added, err := keep(again); added || err != nil { // and no entry of nothing
			t.Fatalf("kept again: %v, %v", added, err)
		}
		equal(t, must[app.RulebookText](t)(f.RulebookText(f.ctx(), text.Digest)), text)
	}
	if _, err := keep(app.RulebookText{Digest: "sha256:" + digest([]byte("other")), Text: []byte("text")}); fault.KindOf(err) != fault.Internal {
		t.Errorf("the digest is another text's: %v", err)
	}
	_, err := f.RulebookText(f.ctx(), "sha256:none")
	wantKind(t, err, fault.NotFound)
}
