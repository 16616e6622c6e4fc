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
// one wait for the disk. Each write has a savepoint of its own, so a failing
// one leaves the others alone. A caller goes on when its write is on disk.
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
)

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
			g.commit(r)
		case <-g.quit:
			return
		}
	}
}

// commit runs first and whatever waits behind it, and commits them.
func (g *group) commit(first *request) {
	var members []*request
	err := g.collect(first, &members)
	for _, r := range members {
		if r.err == nil && r.panicked == nil {
			r.err = err
		}
		close(r.done)
	}
}

// collect returns an error when the transaction as a whole failed.
func (g *group) collect(first *request, members *[]*request) (err error) {
	*members = append(*members, first)
	ctx := context.Background() // the group outlives each of its members
	began, err := g.store.writes.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("beginning a transaction: %w", err)
	}
	defer func() {
		if err != nil {
			_ = began.Rollback() // SQLite may have rolled back by itself
		}
	}()
	q := queries{session: began}
	head, err := loadHead(ctx, q, "")
	if err != nil {
		return err
	}
	size := head.tree.Size()

	deadline := time.Now().Add(maxGroupTime)
	for r := first; r != nil; r = g.next(len(*members), deadline) {
		if r != first {
			*members = append(*members, r)
		}
		if err := g.member(ctx, began, q, &head, r); err != nil {
			return err
		}
	}
	if head.tree.Size() > size {
		if err := g.store.saveHead(ctx, q, &head); err != nil {
			return err
		}
	}
	if err := began.Commit(); err != nil {
		return fmt.Errorf("committing: %w", err)
	}
	return nil
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
	t := newTx(began, false, g.store.config.Clock)
	t.enqueue = func(ctx context.Context, job app.Job) error {
		if g.store.config.Enqueue == nil {
			return fault.New(fault.Internal, "there is no job queue")
		}
		return g.store.config.Enqueue(context.WithoutCancel(ctx), began, job)
	}
	grown := head.clone()
	r.panicked, r.err = protect(func() error { return t.run(r.ctx, r.fn) })
	if r.err == nil && r.panicked == nil {
		r.err = g.store.appendEntries(ctx, q, &grown, t.entries)
	}
	if r.err == nil && r.panicked == nil {
		*head = grown
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
