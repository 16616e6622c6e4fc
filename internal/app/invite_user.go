package app

import (
	"cmp"
	"context"
	"strings"

	"mimamori/internal/fault"
	"mimamori/internal/ident"
)

// InviteUser is a new person.
type InviteUser struct {
	Email, Name string
	Roles       []Role
	Lang        string
}

// InviteUser adds a person and returns the token of the one-time link with
// which the first password is set.
func (a *App) InviteUser(ctx context.Context, by Actor, in InviteUser) (User, string, error) {
	if err := require(by, ManageUsers); err != nil {
		return User{}, "", err
	}
	u := User{
		ID: ident.New(), Email: normalEmail(in.Email), Name: strings.TrimSpace(in.Name), Roles: sortedRoles(in.Roles),
		Lang: cmp.Or(in.Lang, "ja"), Revision: 1, CreatedAt: a.now(), UpdatedAt: a.now(),
	}
	if err := checkUser(u); err != nil {
		return User{}, "", err
	}
	var token string
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		if _, err := tx.UserByEmail(ctx, u.Email); err == nil {
			return fault.Fields("the person was not added", []fault.Field{{Pointer: "/email", Rule: "unique", Message: "there is a user with this e-mail address already"}})
		} else if fault.KindOf(err) != fault.NotFound {
			return err
		}
		if err := tx.AddUser(ctx, u); err != nil {
			return err
		}
		tx.Record(by.entry("user.added", subjectUser(u), nil, u, ""))
		var err error
		token, err = a.invite(ctx, tx, by, u)
		return err
	})
	return u, token, err
}

// ReinviteUser makes a new one-time link for a person, for example after a
// forgotten password.
func (a *App) ReinviteUser(ctx context.Context, by Actor, id string) (token string, err error) {
	if err := require(by, ManageUsers); err != nil {
		return "", err
	}
	err = a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		u, err := tx.User(ctx, id)
		if err != nil {
			return err
		}
		token, err = a.invite(ctx, tx, by, u)
		return err
	})
	return token, err
}
