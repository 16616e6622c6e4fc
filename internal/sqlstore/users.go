package sqlstore

import (
	"context"
	"strings"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/fault"
)

func userRow(u *app.User) row {
	return row{
		{"id", &u.ID},
		{"email", &u.Email},
		{"name", &u.Name},
		{"roles", listOf(&u.Roles)},
		{"lang", &u.Lang},
		{"password_hash", &u.PasswordHash},
		{"disabled", &u.Disabled},
		{"revision", &u.Revision},
		{"created_at", instant{&u.CreatedAt}},
		{"updated_at", instant{&u.UpdatedAt}},
	}
}

func (r reader) User(ctx context.Context, id string) (app.User, error) {
	return one(ctx, r.queries, "user "+id, userRow, "FROM users WHERE id = ?", id)
}

func (r reader) UserByEmail(ctx context.Context, email string) (app.User, error) {
	return one(ctx, r.queries, "user with the address "+email, userRow, "FROM users WHERE email = ?", strings.ToLower(email))
}

func (r reader) Users(ctx context.Context) ([]app.User, error) {
	return all(ctx, r.queries, userRow, "FROM users ORDER BY email")
}

func (w writer) AddUser(ctx context.Context, u app.User) error {
	u.Email = strings.ToLower(u.Email)
	u.Revision = max(u.Revision, 1)
	if err := w.freeEmail(ctx, u); err != nil {
		return err
	}
	return w.insert(ctx, "users", userRow(&u))
}

func (w writer) UpdateUser(ctx context.Context, u app.User) error {
	u.Email = strings.ToLower(u.Email)
	if err := w.freeEmail(ctx, u); err != nil {
		return err
	}
	return w.revise(ctx, "users", "user", u.ID, u.Revision, userRow(&u))
}

func (w writer) freeEmail(ctx context.Context, u app.User) error {
	n, err := w.number(ctx, "(SELECT COUNT(*) FROM users WHERE email = ? AND id <> ?)", u.Email, u.ID)
	if err == nil && n > 0 {
		return fault.New(fault.Conflict, "there is already a user with the address %s", u.Email)
	}
	return err
}

func invitationRow(i *app.Invitation) row {
	return row{
		{"token_hash", &i.TokenHash},
		{"user_id", ref{&i.UserID}},
		{"expires_at", instant{&i.ExpiresAt}},
		{"used_at", instant{&i.UsedAt}},
	}
}

func (r reader) Invitation(ctx context.Context, tokenHash string) (app.Invitation, error) {
	return one(ctx, r.queries, "invitation with this link", invitationRow, "FROM invitations WHERE token_hash = ?", tokenHash)
}

func (w writer) AddInvitation(ctx context.Context, i app.Invitation) error {
	return w.insert(ctx, "invitations", invitationRow(&i))
}

func (w writer) UseInvitation(ctx context.Context, tokenHash string, at time.Time) error {
	n, err := w.exec(ctx, "UPDATE invitations SET used_at = ? WHERE token_hash = ? AND used_at = ''", instant{&at}, tokenHash)
	if err != nil || n > 0 {
		return err
	}
	if _, err := w.Invitation(ctx, tokenHash); err != nil {
		return err
	}
	return fault.New(fault.Conflict, "this link was used before: ask for a new one")
}
