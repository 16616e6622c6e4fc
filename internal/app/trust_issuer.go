package app

import (
	"context"
	"slices"

	"mimamori/internal/fault"
	"mimamori/internal/ledger"
)

// TrustIssuer says how far the VEX statements of an issuer are trusted.
type TrustIssuer struct {
	Key      string // of the issuer
	Trust    Trust
	Reason   string
	Revision int
}

// TrustIssuer records how far an issuer is trusted, with the reason. It
// decides how prominently its statements are shown, and whether what they
// speak against is left out of the precise mode, and nothing else: no finding
// goes away, and every statement still waits for a person.
func (a *App) TrustIssuer(ctx context.Context, by Actor, in TrustIssuer) (Issuer, error) {
	if err := require(by, Assess); err != nil {
		return Issuer{}, err
	}
	var c fault.Checker
	c.Require("/reason", in.Reason, "reason")
	if in.Key == "" {
		c.Add("/key", "issuer", "the documents name no issuer: nobody can be trusted for them")
	}
	if all := []Trust{TrustUnknown, Untrusted, Trusted}; !slices.Contains(all, in.Trust) {
		c.Add("/trust", "trust", "trust %q: choose one of %v", in.Trust, all)
	}
	if err := c.Err("the trust in the issuer cannot be kept like this"); err != nil {
		return Issuer{}, err
	}
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		before, err := tx.Issuer(ctx, in.Key)
		if err != nil {
			return err
		}
		after := before
		after.Trust, after.Reason, after.SetBy, after.SetAt, after.Revision = in.Trust, in.Reason, by.Name, a.now(), in.Revision
		tx.Record(by.entry("issuer.trust", ledger.Subject{Kind: "issuer", ID: before.Key, Name: before.Name}, before, after, in.Reason))
		if err := tx.PutIssuer(ctx, after); err != nil {
			return err
		}
		spoken, err := tx.VulnerabilitiesOfIssuer(ctx, in.Key)
		if err != nil {
			return err
		}
		return recount(ctx, tx, spoken)
	})
	if err != nil {
		return Issuer{}, err
	}
	return a.Store.Issuer(ctx, in.Key)
}
