package app

import (
	"cmp"
	"context"
	"strings"

	"mimamori/internal/ident"
)

// AcceptInvitation is the answer to a one-time link. Email and Name are for
// the first administrator only.
type AcceptInvitation struct {
	Token, Email, Name, Password, Lang string
}

// AcceptInvitation sets the password of an invited person, or makes the first
// administrator.
func (a *App) AcceptInvitation(ctx context.Context, in AcceptInvitation) (User, error) {
	hash := ""
	var u User
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		i, invited, err := a.invitation(ctx, tx, in.Token)
		if err != nil {
			return err
		}
		u = invited
		first := u.ID == ""
		if first {
			u = User{ID: ident.New(), Email: normalEmail(in.Email), Name: strings.TrimSpace(in.Name), Roles: []Role{Administrator}, Revision: 1, CreatedAt: a.now()}
			if err := checkUser(u); err != nil {
				return err
			}
		}
		u.Lang = cmp.Or(in.Lang, u.Lang, "ja")
		u.UpdatedAt = a.now()
		if err := a.Passwords.Check(in.Password, u.Email); err != nil {
			return err
		}
		if hash == "" {
			if hash, err = a.Passwords.Hash(in.Password); err != nil {
				return err
			}
		}
		u.PasswordHash = hash
		if err := tx.UseInvitation(ctx, i.TokenHash, a.now()); err != nil {
			return err
		}
		by := Actor{UserID: u.ID, Name: u.Name, Via: "web"}
		if first {
			tx.Record(by.entry("user.added", subjectUser(u), nil, u, ""))
			return tx.AddUser(ctx, u)
		}
		tx.Record(by.entry("user.password_set", subjectUser(u), nil, nil, ""))
		return tx.UpdateUser(ctx, u)
	})
	if err != nil {
		return User{}, err
	}
	return a.Store.User(ctx, u.ID)
}
