package app

import (
	"context"
	"strings"

	"mimamori/internal/fault"
	"mimamori/internal/ident"
	"mimamori/internal/ledger"
	"mimamori/internal/match"
)

// ConfirmAlias says what a component is, for every component of this supplier
// and name.
type ConfirmAlias struct {
	Supplier string
	Name     string
	Identity string // purl or CPE name without version; "": it has none
	Reason   string
}

// DecidedAlias is a decision with what it did at once.
type DecidedAlias struct {
	Alias  ComponentAlias `json:"alias"`
	Opened int            `json:"opened"` // findings opened or opened again
	Closed int            `json:"closed"`
}

// maxAliasText bounds supplier, name and identity, in bytes.
const maxAliasText = 2_000

// check returns the identity as it is kept.
func (in ConfirmAlias) check() (identity string, err error) {
	var c fault.Checker
	c.Require("/name", in.Name, "name of the component")
	addReason(&c, "/reason", in.Reason)
	for pointer, text := range map[string]string{"/supplier": in.Supplier, "/name": in.Name, "/identity": in.Identity} {
		if len(text) > maxAliasText {
			c.Add(pointer, "length", "the text has %d bytes, at most %d fit: shorten it", len(text), maxAliasText)
		}
	}
	if match.IsDevice(in.Name) {
		c.Add("/name", "component", "a product of ours is no component: confirm its name among the names of products")
	}
	if in.Identity != "" {
		if identity, err = match.CanonicalIdentity(in.Identity); err != nil {
			c.Add("/identity", "identity", "%s", err)
		}
	}
	return identity, c.Err("the decision cannot be kept like this")
}

// ConfirmAlias records what a component is, or that it has no identity, and
// brings the findings of the whole fleet in line.
func (a *App) ConfirmAlias(ctx context.Context, by Actor, in ConfirmAlias) (DecidedAlias, error) {
	done, err := a.ConfirmAliases(ctx, by, []ConfirmAlias{in})
	if err != nil {
		return DecidedAlias{}, err
	}
	return done[0], nil
}

// maxAliasesAtOnce bounds decisions that commit together.
const maxAliasesAtOnce = 200

// ConfirmAliases records several decisions: all or none.
func (a *App) ConfirmAliases(ctx context.Context, by Actor, list []ConfirmAlias) ([]DecidedAlias, error) {
	if err := require(by, Identify); err != nil {
		return nil, err
	}
	if len(list) == 0 || len(list) > maxAliasesAtOnce {
		return nil, fault.New(fault.Invalid, "%d decisions at once: give 1 to %d", len(list), maxAliasesAtOnce)
	}
	done := make([]DecidedAlias, len(list))
	for i, in := range list {
		identity, err := in.check()
		if err != nil {
			return nil, err
		}
		done[i].Alias = ComponentAlias{
			ID: ident.New(), Supplier: strings.TrimSpace(in.Supplier), Name: strings.TrimSpace(in.Name), Identity: identity,
			Reason: strings.TrimSpace(in.Reason), By: by.Name, At: a.now(),
		}
	}
	return done, a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		for i := range done {
			decided := done[i].Alias
			if err := onlyOneKind(ctx, tx, decided); err != nil {
				return err
			}
			if err := tx.AddAlias(ctx, decided); err != nil {
				return err
			}
			tx.Record(by.entry("alias.confirmed", subjectAlias(decided), nil, decided, decided.Reason))
			var err error
			if done[i].Opened, done[i].Closed, err = a.realign(ctx, tx, by, decided); err != nil {
				return err
			}
		}
		return nil
	})
}

// onlyOneKind refuses to say of one component that it has an identity and that
// it has none, and the same thing twice.
func onlyOneKind(ctx context.Context, tx Tx, decided ComponentAlias) error {
	held, err := tx.AliasesOf(ctx, match.AliasKey(decided.Supplier, decided.Name))
	if err != nil {
		return err
	}
	for _, h := range held {
		switch {
		case !h.InForce():
		case h.Identity == decided.Identity:
			return fault.New(fault.Conflict, "%s decided the same about %q before: nothing is left to do", h.By, decided.Name)
		case (h.Identity == "") != (decided.Identity == ""):
			return fault.New(fault.Conflict, "%s decided otherwise about %q before: withdraw that decision first", h.By, decided.Name)
		}
	}
	return nil
}

// WithdrawAlias takes a decision back. Findings that rest on it are closed;
// their history stays.
func (a *App) WithdrawAlias(ctx context.Context, by Actor, id, reason string) (DecidedAlias, error) {
	if err := require(by, Identify); err != nil {
		return DecidedAlias{}, err
	}
	if err := checkReason(reason); err != nil {
		return DecidedAlias{}, err
	}
	var done DecidedAlias
	return done, a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		before, err := tx.ComponentAlias(ctx, id)
		if err != nil {
			return err
		}
		if !before.InForce() {
			return fault.New(fault.Conflict, "%s withdrew this decision before: nothing is left to do", before.WithdrawnBy)
		}
		after := before
		after.WithdrawnBy, after.WithdrawnAt, after.WithdrawnReason = by.Name, a.now(), strings.TrimSpace(reason)
		if err := tx.WithdrawAlias(ctx, after); err != nil {
			return err
		}
		tx.Record(by.entry("alias.withdrawn", subjectAlias(after), before, after, after.WithdrawnReason))
		done.Alias = after
		done.Opened, done.Closed, err = a.realign(ctx, tx, by, after)
		return err
	})
}

func subjectAlias(c ComponentAlias) ledger.Subject {
	return ledger.Subject{Kind: "alias", ID: c.ID, Name: strings.TrimSpace(c.Supplier + " " + c.Name)}
}

// realign brings findings and the list of what cannot be matched in line with
// the decisions about a component.
func (a *App) realign(ctx context.Context, tx Tx, by Actor, decided ComponentAlias) (opened, closed int, err error) {
	key := match.AliasKey(decided.Supplier, decided.Name)
	if err := tx.AlignUnmatched(ctx, key); err != nil || decided.Identity == "" {
		return 0, 0, err
	}
	components, err := tx.ComponentsOfAlias(ctx, key, maxGroup)
	if err != nil {
		return 0, 0, err
	}
	ids := make([]string, len(components))
	for i := range components {
		ids[i] = components[i].ID
	}
	changes, err := a.rematchComponents(ctx, tx, by, ids)
	if err != nil {
		return 0, 0, err
	}
	opened, closed = countChanges(changes)
	return opened, closed, tx.AlignUnmatched(ctx, key)
}

// maxGroup bounds the components of one supplier and name: their versions.
const maxGroup = 100_000

func countChanges(changes []FindingChange) (opened, closed int) {
	for _, c := range changes {
		switch c.Change {
		case "opened", "reopened":
			opened++
		case "closed":
			closed++
		}
	}
	return opened, closed
}

// DecisionsOf returns what persons decided on which the evidence of a finding
// rests, or rested.
func (a *App) DecisionsOf(ctx context.Context, findingID string) ([]ComponentAlias, error) {
	f, err := a.Store.Finding(ctx, findingID)
	if err != nil {
		return nil, err
	}
	if !match.IsDevice(f.Component.Purl) {
		out, err := a.Store.AliasesOf(ctx, match.AliasKey(f.Component.Supplier, f.Component.Name))
		return withIdentity(out), err
	}
	names, err := a.Store.ProductNames(ctx, ListQuery{Filter: map[string]string{"product": f.ProductID, "ours": "yes"}, Limit: 200})
	if err != nil {
		return nil, err
	}
	out := []ComponentAlias{}
	for _, n := range names.Items {
		out = append(out, ComponentAlias{
			ID: n.ID, Supplier: n.Vendor, Name: n.Name, Identity: n.Key, Reason: n.Reason, By: n.By, At: n.At,
			WithdrawnBy: n.WithdrawnBy, WithdrawnAt: n.WithdrawnAt, WithdrawnReason: n.WithdrawnReason,
		})
	}
	return out, nil
}

func withIdentity(list []ComponentAlias) []ComponentAlias {
	out := []ComponentAlias{}
	for _, a := range list {
		if a.Identity != "" {
			out = append(out, a)
		}
	}
	return out
}
