package app

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"mimamori/internal/fault"
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
