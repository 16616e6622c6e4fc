package app

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/mail"
	"slices"
	"strings"
	"time"

	"mimamori/internal/fault"
	"mimamori/internal/ident"
	"mimamori/internal/ledger"
)

// invitationTerm is how long a one-time link is good.
const invitationTerm = 72 * time.Hour

// SetupNeeded tells whether there is no user yet.
func (a *App) SetupNeeded(ctx context.Context) (bool, error) {
	users, err := a.Store.Users(ctx)
	return len(users) == 0, err
}

// NewSetupToken makes the one-time link for the first administrator.
func (a *App) NewSetupToken(ctx context.Context) (token string, err error) {
	needed, err := a.SetupNeeded(ctx)
	if err != nil {
		return "", err
	}
	if !needed {
		return "", fault.New(fault.Conflict, "there are users already: an administrator invites further ones")
	}
	return token, a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		token, err = a.invite(ctx, tx, System, User{})
		return err
	})
}

// invite stores a fresh invitation for u, or for the first administrator when
// u is empty, and returns its token.
func (a *App) invite(ctx context.Context, tx Tx, by Actor, u User) (string, error) {
	token := rand.Text()
	i := Invitation{TokenHash: tokenHash(token), UserID: u.ID, ExpiresAt: a.now().Add(invitationTerm)}
	tx.Record(by.entry("user.link_made", subjectUser(u), nil, map[string]any{"expires_at": i.ExpiresAt}, ""))
	return token, tx.AddInvitation(ctx, i)
}

func tokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

func subjectUser(u User) ledger.Subject {
	return ledger.Subject{Kind: "user", ID: cmp.Or(u.ID, "first"), Name: cmp.Or(u.Name, "first administrator")}
}

// InvitationView is what a one-time link is good for.
type InvitationView struct {
	Valid bool   `json:"valid"`
	First bool   `json:"first"` // it makes the first administrator
	Email string `json:"email"`
	Name  string `json:"name"`
}

// Invitation tells what a one-time link is good for. A wrong, used or expired
// one is not an error: it is not valid.
func (a *App) Invitation(ctx context.Context, token string) (InvitationView, error) {
	_, u, err := a.invitation(ctx, a.Store, token)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return InvitationView{}, nil
	case err != nil:
		return InvitationView{}, err
	}
	return InvitationView{Valid: true, First: u.ID == "", Email: u.Email, Name: u.Name}, nil
}

// invitation returns a good invitation and its user; NotFound when it is not good.
func (a *App) invitation(ctx context.Context, r Reader, token string) (Invitation, User, error) {
	bad := fault.New(fault.NotFound, "this link is wrong, used or expired: ask an administrator for a new one")
	i, err := r.Invitation(ctx, tokenHash(token))
	if fault.KindOf(err) == fault.NotFound {
		return Invitation{}, User{}, bad
	}
	if err != nil {
		return Invitation{}, User{}, err
	}
	if !i.UsedAt.IsZero() || a.now().After(i.ExpiresAt) {
		return Invitation{}, User{}, bad
	}
	if i.UserID != "" {
		u, err := r.User(ctx, i.UserID)
		return i, u, err
	}
	users, err := r.Users(ctx)
	if err == nil && len(users) > 0 {
		err = bad
	}
	return i, User{}, err
}

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
