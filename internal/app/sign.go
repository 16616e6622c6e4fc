package app

import (
	"context"
	"strings"

	"mimamori/internal/fault"
	"mimamori/internal/ident"
	"mimamori/internal/ledger"
)

// What can be signed, and what a signature under it means.
const (
	signedDetermination = "determination"
	signedClockChange   = "clock_change"

	meansConfirmed     = "confirmed"
	meansOverride      = "override" // first signature: asks for another decision than the law's
	meansCountersigned = "countersigned"
	meansRebased       = "rebased"
)

// WrongPassword tells whether an error says that the password given for a
// signature was wrong. Every other error of a use case that takes one came
// after the password was found right.
func WrongPassword(err error) bool {
	for _, f := range fault.FieldsOf(err) {
		if f.Pointer == "/password" {
			return true
		}
	}
	return false
}

// reauthenticate notes a problem at /password when it is not the actor's own.
// A signature is given by a person who is there and knows the password, not by
// an open browser. It is asked before everything else of an input, so that
// nobody can try passwords unnoticed.
func (a *App) reauthenticate(ctx context.Context, c *fault.Checker, by Actor, password string) error {
	u, err := a.signer(ctx, a.Store, by)
	if err != nil {
		return err
	}
	if strings.TrimSpace(password) == "" {
		c.Require("/password", password, "your password")
		return nil
	}
	ok, err := a.Passwords.Match(password, u.PasswordHash)
	if err != nil {
		return err
	}
	if !ok {
		c.Add("/password", "password", "the password is wrong: give the one with which you sign in")
	}
	return nil
}

// signer returns the person who signs.
func (a *App) signer(ctx context.Context, r Reader, by Actor) (User, error) {
	if by.System {
		return User{}, fault.New(fault.Forbidden, "this is signed by a person: sign in first")
	}
	u, err := r.User(ctx, by.UserID)
	switch {
	case fault.KindOf(err) == fault.NotFound, err == nil && u.Disabled:
		return User{}, fault.New(fault.Forbidden, "your account is switched off and cannot sign: ask an administrator")
	case err != nil:
		return User{}, err
	}
	return u, nil
}

// sign puts the actor's name under a record: kind and subject name it, digest
// is that of the content that was shown.
func (a *App) sign(ctx context.Context, tx Tx, by Actor, s Signature, about ...ledger.Subject) error {
	u, err := a.signer(ctx, tx, by)
	if err != nil {
		return err
	}
	s.ID, s.UserID, s.Name, s.At = ident.New(), u.ID, u.Name, a.now()
	e := by.entry("signature.given", ledger.Subject{Kind: s.Kind, ID: s.Subject}, nil, s, "")
	e.Parents = about
	tx.Record(e)
	return tx.AddSignature(ctx, s)
}
