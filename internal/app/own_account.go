package app

import (
	"context"
	"strings"

	"mimamori/internal/fault"
)

// UpdateMe is a change of one's own account; nil leaves a field as it is.
type UpdateMe struct{ Name, Lang *string }

// UpdateMe changes the actor's own name or language.
func (a *App) UpdateMe(ctx context.Context, by Actor, in UpdateMe) (User, error) {
	return a.changeUser(ctx, by, by.UserID, "user.changed", func(u *User) error {
		if in.Name != nil {
			u.Name = strings.TrimSpace(*in.Name)
		}
		if in.Lang != nil {
			u.Lang = *in.Lang
		}
		return nil
	})
}

// ChangePassword sets the actor's own password.
func (a *App) ChangePassword(ctx context.Context, by Actor, old, fresh string) error {
	u, err := a.Store.User(ctx, by.UserID)
	if err != nil {
		return err
	}
	ok, err := a.Passwords.Match(old, u.PasswordHash)
	if err != nil {
		return err
	}
	if !ok {
		return fault.Fields("the password was not changed", []fault.Field{{Pointer: "/old", Rule: "password", Message: "the present password is wrong"}})
	}
	if err := a.Passwords.Check(fresh, u.Email); err != nil {
		return err
	}
	hash, err := a.Passwords.Hash(fresh)
	if err != nil {
		return err
	}
	_, err = a.changeUser(ctx, by, by.UserID, "user.password_set", func(u *User) error {
		u.PasswordHash = hash
		return nil
	})
	return err
}
