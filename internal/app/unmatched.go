package app

import (
	"context"
	"sync"
	"time"

	"mimamori/internal/match"
	"mimamori/internal/register"
	"mimamori/internal/sbom"
)

// AliasProposal is an identity that a component may have, and why.
type AliasProposal struct {
	Identity     string   `json:"identity"`
	Supplier     string   `json:"supplier"`
	Name         string   `json:"name"`
	Score        float64  `json:"score"`         // 0 to 1: how similar the names are
	Shared       []string `json:"shared"`        // words that both names have
	SameSupplier bool     `json:"same_supplier"` // the suppliers have a word in common
	Advisories   int      `json:"advisories"`    // that name it
}

func proposalsOf(list []match.Proposal) []AliasProposal {
	out := make([]AliasProposal, len(list))
	for i, p := range list {
		out[i] = AliasProposal{Identity: p.Identity, Supplier: p.Supplier, Name: p.Name, Score: p.Score, Shared: p.Shared, SameSupplier: p.SameSupplier, Advisories: p.Records}
	}
	return out
}

// leastBest is the similarity from which on a proposal is worth being shown with
// the component in a list.
const leastBest = 0.5

// UnmatchedItem is a component that cannot be matched with the best proposal.
type UnmatchedItem struct {
	UnmatchedRow
	Best *AliasProposal `json:"best"` // nil: none, or not known yet
}

// UnmatchedView is one page of what cannot be matched.
type UnmatchedView struct {
	Items []UnmatchedItem `json:"items"`
	Next  string          `json:"next"`
	Total int             `json:"total"`
	// Uncovered are registries and distributions whose source is missing: what a person does about them is to import it.
	Uncovered []UnmatchedRow `json:"uncovered"`
	// AsOf is when the list was brought in line; Behind tells that something came since and that it is being computed
	// anew. Ready tells that proposals are there; ask again a moment later when they are not.
	AsOf   time.Time `json:"as_of"`
	Behind bool      `json:"behind"`
	Ready  bool      `json:"ready"`
}

// waitForList is how long a request waits for what is being computed.
const waitForList = 80 * time.Millisecond

// Unmatched lists what cannot be matched. The list is computed in the
// background when somebody asks for it and something changed; until then the
// page shows the one before and says so.
func (a *App) Unmatched(ctx context.Context, q ListQuery) (UnmatchedView, error) {
	computed, behind, err := a.fleetMoved(ctx, a.Store.UnmatchedComputed)
	if err != nil {
		return UnmatchedView{}, err
	}
	if behind {
		done := a.names.lists.run(ctx, func(ctx context.Context) error { return a.Store.RefreshUnmatched(ctx, a.now()) })
		if wait(ctx, done) {
			if computed, behind, err = a.fleetMoved(ctx, a.Store.UnmatchedComputed); err != nil {
				return UnmatchedView{}, err
			}
		}
	}
	list, err := a.Store.Unmatched(ctx, q)
	if err != nil {
		return UnmatchedView{}, err
	}
	uncovered, err := a.Store.Unmatched(ctx, ListQuery{Filter: map[string]string{"reason": string(UnmatchedUncovered)}})
	if err != nil {
		return UnmatchedView{}, err
	}
	view := UnmatchedView{Items: make([]UnmatchedItem, len(list.Items)), Next: list.Next, Total: list.Total, Uncovered: uncovered.Items, AsOf: computed.At, Behind: behind}
	catalogue, err := a.catalogue(ctx, false)
	if err != nil {
		return view, err
	}
	view.Ready = catalogue != nil
	for i, row := range list.Items {
		view.Items[i].UnmatchedRow = row
		if catalogue == nil {
			continue
		}
		if best := match.ProposeAliases(sbom.Component{Supplier: row.Supplier, Name: row.Name}, catalogue); len(best) > 0 && best[0].Score >= leastBest {
			view.Items[i].Best = &proposalsOf(best[:1])[0]
		}
	}
	return view, nil
}

// fleetMoved tells whether the fleet changed since something was computed.
func (a *App) fleetMoved(ctx context.Context, computed func(context.Context) (Computed, error)) (Computed, bool, error) {
	c, err := computed(ctx)
	if err != nil {
		return c, false, err
	}
	newest, err := a.Store.LastFleetChange(ctx)
	return c, newest != c.Seq || c.At.IsZero(), err
}

// UnmatchedDetail is one component that cannot be matched, with everything that
// helps to decide.
type UnmatchedDetail struct {
	Row       UnmatchedRow         `json:"row"`
	Proposals []AliasProposal      `json:"proposals"` // best first
	Decisions []ComponentAlias     `json:"decisions"` // about the same supplier and name, withdrawn ones too
	Examples  []register.Component `json:"examples"`  // some of the components
}

// UnmatchedDetail returns one group with its proposals.
func (a *App) UnmatchedDetail(ctx context.Context, key string) (UnmatchedDetail, error) {
	row, err := a.Store.UnmatchedGroup(ctx, key)
	if err != nil {
		return UnmatchedDetail{}, err
	}
	d := UnmatchedDetail{Row: row, Proposals: []AliasProposal{}}
	if d.Decisions, err = a.Store.AliasesOf(ctx, key); err != nil {
		return d, err
	}
	const examples = 5
	if d.Examples, err = a.Store.ComponentsOfAlias(ctx, key, examples); err != nil {
		return d, err
	}
	catalogue, err := a.catalogue(ctx, true)
	if err != nil {
		return d, err
	}
	d.Proposals = proposalsOf(match.ProposeAliases(sbom.Component{Supplier: row.Supplier, Name: row.Name}, catalogue))
	return d, nil
}

// ProposeIdentities searches identities by words that a person typed.
func (a *App) ProposeIdentities(ctx context.Context, supplier, name string) ([]AliasProposal, error) {
	catalogue, err := a.catalogue(ctx, true)
	if err != nil {
		return nil, err
	}
	return proposalsOf(match.ProposeAliases(sbom.Component{Supplier: supplier, Name: name}, catalogue)), nil
}

// nameIndex is what proposals are made from. It is built when somebody asks and
// given up when nobody has for a while: proposals are for a page that a few
// people open now and then, and no state of the server.
type nameIndex struct {
	lists single // of what cannot be matched
	build single
	names single // of products

	mu     sync.Mutex
	held   *match.Catalogue
	seq    int64     // of the newest change of the fleet when it was built
	at     time.Time // when
	expiry *time.Timer
}

// Limits of the index: how many identities it takes, from when on it is worth
// keeping although something came since, and how long it is kept unused.
const (
	maxIdentities  = 500_000
	manyIdentities = 20_000
	keepManyFor    = 2 * time.Minute
	keepUnused     = 10 * time.Minute
)

// catalogue returns the identities that advisories name. Without waiting, it
// returns nil while they are being read.
func (a *App) catalogue(ctx context.Context, waiting bool) (*match.Catalogue, error) {
	seq, err := a.Store.LastFleetChange(ctx)
	if err != nil {
		return nil, err
	}
	held, good := a.names.get(seq, a.now())
	if good {
		return held, nil
	}
	built := a.names.build.run(ctx, func(ctx context.Context) error {
		fresh, err := readIdentities(ctx, a.Store)
		if err == nil {
			a.names.put(fresh, seq, a.now())
		}
		return err
	})
	if !waiting {
		if wait(ctx, built) {
			held, _ = a.names.get(seq, a.now())
		}
		return held, nil
	}
	select {
	case <-built.done:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	held, _ = a.names.get(seq, a.now())
	return held, built.err
}

// get returns what is held, and whether it is good for the state of the fleet.
func (n *nameIndex) get(seq int64, now time.Time) (*match.Catalogue, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.held == nil {
		return nil, false
	}
	n.expiry.Reset(keepUnused)
	return n.held, n.seq == seq || n.held.Len() > manyIdentities && now.Sub(n.at) < keepManyFor
}

func (n *nameIndex) put(c *match.Catalogue, seq int64, now time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.held, n.seq, n.at = c, seq, now
	if n.expiry == nil {
		n.expiry = time.AfterFunc(keepUnused, func() {
			n.mu.Lock()
			defer n.mu.Unlock()
			n.held = nil
		})
	}
	n.expiry.Reset(keepUnused)
}

func readIdentities(ctx context.Context, r Reader) (*match.Catalogue, error) {
	var list []match.Named
	err := r.AdvisoryKeyCounts(ctx, func(key string, advisories int) error {
		if named, ok := match.NamedByKey(key, advisories); ok && named.Identity != "" && len(list) < maxIdentities {
			list = append(list, named)
		}
		return nil
	})
	return match.NewCatalogue(list), err
}

// single runs something in the background, once at a time.
type single struct {
	mu      sync.Mutex
	running *background
}

type background struct {
	done chan struct{}
	err  error // once done
}

// run begins work, or returns that which is under way. The work outlives the
// request that began it.
func (s *single) run(ctx context.Context, work func(ctx context.Context) error) *background {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running != nil {
		return s.running
	}
	b := &background{done: make(chan struct{})}
	s.running = b
	go func() {
		b.err = work(context.WithoutCancel(ctx))
		s.mu.Lock()
		s.running = nil
		s.mu.Unlock()
		close(b.done)
	}()
	return b
}

// wait waits a moment and tells whether the work is done.
func wait(ctx context.Context, b *background) bool {
	moment := time.NewTimer(waitForList)
	defer moment.Stop()
	select {
	case <-b.done:
		return b.err == nil
	case <-moment.C:
	case <-ctx.Done():
	}
	return false
}
