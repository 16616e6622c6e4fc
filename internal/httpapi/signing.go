package httpapi

import (
	"context"

	"mimamori/internal/app"
	"mimamori/internal/fault"
)

// signing runs a use case for which the person gives the password again. Wrong
// ones count with those at the sign-in, so that a session that was left open
// does not help to find the password.
func signing[T any](a *API, ctx context.Context, do func() (T, error)) (T, error) {
	r := requestOf(ctx)
	if wait := a.Throttle.Allow(r.user.Email, r.http.RemoteAddr); wait > 0 {
		var none T
		return none, slow{wait}
	}
	v, err := do()
	if passwordHeld(err) {
		a.Throttle.Succeeded(r.user.Email, r.http.RemoteAddr)
	}
	return v, err
}

// passwordHeld tells from how a use case ended whether the password was right:
// it is looked at before everything else.
func passwordHeld(err error) bool {
	switch fault.KindOf(err) {
	case "", fault.Conflict, fault.NotFound:
		return true
	case fault.Invalid:
		return !app.WrongPassword(err)
	case fault.Forbidden, fault.SignIn, fault.Internal: // they may come before it
	}
	return false
}
