package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/fault"
	"mimamori/internal/ledger"
)

// group commits the SQLite writes of many callers together: one transaction,
// one wait for the disk. Each write but the first has a savepoint of its own, so
// a failing one leaves the others alone. A caller goes on when its write is on
// disk.
//
// A savepoint makes SQLite keep every page that changes after it, in a list in
// memory that it walks after each statement: a write of 100,000 rows would take
// most of its time, and memory, for that. So the first write has none (when it
// fails, there is nothing else to keep), and one that turns out to be large is
// begun again as the first of the next group.
type group struct {
	store    *Store
	requests chan *request
	quit     chan struct{}
	stopOnce sync.Once
	stopped  chan struct{}
}

type request struct {
	ctx      context.Context //nolint:containedctx // it crosses to the goroutine that writes
	fn       func(ctx context.Context, tx app.Tx) error
	err      error
	panicked any
	done     chan struct{}
}

// A group takes in no more writes after maxGroup of them or maxGroupTime, so
// that the first does not wait long for the last.
const (
	maxGroup     = 256
	maxGroupTime = 20 * time.Millisecond

	// maxFollowing is how many rows a write may change in a savepoint.
	maxFollowing = 2_000
)

// errLarge stops a write that is too large for a savepoint.
var errLarge = errors.New("a large write goes first in a group")

func newGroup(s *Store) *group {
	g := &group{store: s, requests: make(chan *request), quit: make(chan struct{}), stopped: make(chan struct{})}
	go g.loop()
	return g
}

func (g *group) stop() {
	g.stopOnce.Do(func() { close(g.quit) })
	<-g.stopped
}

// write hands the write over and waits for the commit. A panic in fn comes out here.
func (g *group) write(ctx context.Context, fn func(ctx context.Context, tx app.Tx) error) error {
	r := &request{ctx: ctx, fn: fn, done: make(chan struct{})}
	select {
	case g.requests <- r:
	case <-ctx.Done():
		return ctx.Err()
	case <-g.quit:
		return fault.New(fault.Internal, "the store is closed")
	}
	<-r.done
	if r.panicked != nil {
		panic(r.panicked)
	}
	return r.err
}

func (g *group) loop() {
	defer close(g.stopped)
	for {
		select {
		case r := <-g.requests:
			for r != nil {
				r = g.commit(r)
			}
		case <-g.quit:
			return
		}
	}
}

// commit runs first and whatever waits behind it, and commits them. It returns
// a write that has to be the first of the next group, or nil.
func (g *group) commit(first *request) (large *request) {
	var members []*request
	large, err := g.collect(first, &members)
	for _, r := range members {
		if r == large {
			continue
		}
		if r.err == nil && r.panicked == nil {
			r.err = err
		}
		close(r.done)
	}
	return large
}

// collect returns an error when the transaction as a whole failed.
func (g *group) collect(first *request, members *[]*request) (large *request, err error) {
	*members = append(*members, first)
	ctx := context.Background() // the group outlives each of its members
	began, err := g.store.writes.BeginTx(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("beginning a transaction: %w", err)
	}
	committed := false
	defer func() {
		if !committed {
			_ = began.Rollback() // SQLite may have rolled back by itself
		}
	}()
	q := queries{session: began}
	head, err := loadHead(ctx, q, "")
	if err != nil {
		return nil, err
	}
	size := head.tree.Size()

	deadline := time.Now().Add(maxGroupTime)
	if !g.run(began, q, &head, first, 0) {
		return nil, nil //nolint:nilnil // the error is in first, and nothing is kept
	}
	for r := g.next(len(*members), deadline); r != nil && large == nil; r = g.next(len(*members), deadline) {
		*members = append(*members, r)
		if err := g.member(ctx, began, q, &head, r); err != nil {
			return nil, err
		}
		if errors.Is(r.err, errLarge) {
			r.err, large = nil, r
		}
	}
	if head.tree.Size() > size {
		if err := g.store.saveHead(ctx, q, &head); err != nil {
			return large, err
		}
	}
	if err := began.Commit(); err != nil {
		return large, fmt.Errorf("committing: %w", err)
	}
	committed = true
	return large, nil
}

// next returns a waiting write, or nil when the group should commit.
func (g *group) next(members int, deadline time.Time) *request {
	if members >= maxGroup || time.Now().After(deadline) {
		return nil
	}
	select {
	case r := <-g.requests:
		return r
	default:
		return nil
	}
}

// member runs one write in a savepoint. Its own failure is left in r; the
// error returned is one of the whole transaction.
func (g *group) member(ctx context.Context, began *sql.Tx, q queries, head *head, r *request) error {
	if _, err := began.ExecContext(ctx, "SAVEPOINT member"); err != nil {
		return fmt.Errorf("setting a savepoint: %w", err)
	}
	if g.run(began, q, head, r, maxFollowing) {
		if _, err := began.ExecContext(ctx, "RELEASE member"); err != nil {
			return fmt.Errorf("releasing a savepoint: %w", err)
		}
		return nil
	}
	_, err := began.ExecContext(ctx, "ROLLBACK TO member")
	if err == nil {
		_, err = began.ExecContext(ctx, "RELEASE member")
	}
	if err != nil { // SQLite rolled back everything, for example when the disk is full
		return errors.Join(fmt.Errorf("rolling back to a savepoint: %w", err), r.err)
	}
	return nil
}

// run runs one write, which may change most rows or, with 0, any number, and
// tells whether it went well. head moves only then.
func (g *group) run(began *sql.Tx, q queries, head *head, r *request, most int64) bool {
	t := newTx(began, false, g.store.config.Clock)
	t.guard.most = most
	t.enqueue = func(ctx context.Context, job app.Job) error {
		if g.store.config.Enqueue == nil {
			return fault.New(fault.Internal, "there is no job queue")
		}
		return g.store.config.Enqueue(context.WithoutCancel(ctx), began, job)
	}
	grown := head.clone()
	r.panicked, r.err = protect(func() error { return t.run(r.ctx, r.fn) })
	if errors.Is(t.guard.failed, errLarge) || most > 0 && int64(len(t.entries)) > most {
		r.panicked, r.err = nil, errLarge
	}
	if r.err == nil && r.panicked == nil {
		r.err = g.store.appendEntries(context.Background(), q, &grown, t.entries)
	}
	if r.err != nil || r.panicked != nil {
		return false
	}
	*head = grown
	return true
}

func protect(fn func() error) (panicked any, err error) {
	defer func() { panicked = recover() }()
	return nil, fn()
}

// head is the end of the ledger inside of a transaction.
type head struct {
	tree ledger.Tree
	note string
}

func (h *head) clone() head { return head{tree: h.tree.Clone(), note: h.note} }
