package app

import (
	"context"

	"mimamori/internal/fault"
)

// SignIn returns the user with this e-mail address and password. Every
// failure has the same text, and takes the same work.
func (a *App) SignIn(ctx context.Context, email, password string) (User, error) {
	wrong := fault.New(fault.SignIn, "e-mail address or password is wrong")
	u, err := a.Store.UserByEmail(ctx, normalEmail(email))
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return User{}, err
	}
	ok, matchErr := a.Passwords.Match(password, u.PasswordHash)
	if matchErr != nil {
		return User{}, matchErr
	}
	if err != nil || !ok || u.Disabled {
		return User{}, wrong
	}
	return u, nil
}
