package app

import (
	"cmp"
	"context"
	"net/mail"
	"slices"
	"strings"

	"mimamori/internal/fault"
	"mimamori/internal/ledger"
)

func subjectUser(u User) ledger.Subject {
	return ledger.Subject{Kind: "user", ID: cmp.Or(u.ID, "first"), Name: cmp.Or(u.Name, "first administrator")}
}

// UpdateUser is a change that an administrator makes.
type UpdateUser struct {
	ID, Name string
	Roles    []Role
	Disabled bool
	Revision int
}

// UpdateUser changes a person's name, roles or access. The last administrator
// with access cannot be taken away.
func (a *App) UpdateUser(ctx context.Context, by Actor, in UpdateUser) (User, error) {
	if err := require(by, ManageUsers); err != nil {
		return User{}, err
	}
	return a.changeUser(ctx, by, in.ID, "user.changed", func(u *User) error {
		u.Name, u.Roles, u.Disabled, u.Revision = strings.TrimSpace(in.Name), sortedRoles(in.Roles), in.Disabled, in.Revision
		return nil
	})
}

func (a *App) changeUser(ctx context.Context, by Actor, id, action string, change func(*User) error) (User, error) {
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		before, err := tx.User(ctx, id)
		if err != nil {
			return err
		}
		after := before
		if err := change(&after); err != nil {
			return err
		}
		after.UpdatedAt = a.now()
		if err := checkUser(after); err != nil {
			return err
		}
		if isAdministrator(before) && !isAdministrator(after) {
			if err := requireAnotherAdministrator(ctx, tx, id); err != nil {
				return err
			}
		}
		tx.Record(by.entry(action, subjectUser(after), before, after, ""))
		return tx.UpdateUser(ctx, after)
	})
	if err != nil {
		return User{}, err
	}
	return a.Store.User(ctx, id)
}

func isAdministrator(u User) bool { return !u.Disabled && slices.Contains(u.Roles, Administrator) }

func requireAnotherAdministrator(ctx context.Context, r Reader, id string) error {
	users, err := r.Users(ctx)
	if err != nil {
		return err
	}
	for _, u := range users {
		if u.ID != id && isAdministrator(u) {
			return nil
		}
	}
	return fault.New(fault.Conflict, "this is the last administrator with access: give the role to somebody else first")
}

func checkUser(u User) error {
	var c fault.Checker
	if addr, err := mail.ParseAddress(u.Email); err != nil || addr.Address != u.Email || len(u.Email) > 254 {
		c.Add("/email", "email", "%q is not an e-mail address", u.Email)
	}
	c.Require("/name", u.Name, "name")
	if len(u.Name) > 200 {
		c.Add("/name", "length", "the name has %d bytes, at most 200 fit", len(u.Name))
	}
	if len(u.Roles) == 0 {
		c.Add("/roles", "required", "choose at least one role")
	}
	for _, r := range u.Roles {
		if !slices.Contains(Roles, r) {
			c.Add("/roles", "role", "role %q: choose among %v", r, Roles)
		}
	}
	if u.Lang != "" && u.Lang != "ja" && u.Lang != "en" {
		c.Add("/lang", "language", "language %q: choose ja or en", u.Lang)
	}
	return c.Err("the person cannot be kept like this")
}

func normalEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

func sortedRoles(roles []Role) []Role {
	out := slices.Clone(roles)
	slices.Sort(out)
	return slices.Compact(out)
}
