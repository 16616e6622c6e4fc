package httpapi

import (
	"context"
	"errors"

	"mimamori/internal/app"
	"mimamori/internal/fault"
)

type updateMe struct {
	Body struct {
		Name *string `json:"name,omitempty"`
		Lang *string `json:"lang,omitempty" enum:"ja,en"`
	} `nameHint:"UpdateMe"`
}

func (a *API) updateMe(ctx context.Context, in *updateMe) (app.User, error) {
	return a.App.UpdateMe(ctx, actor(ctx), app.UpdateMe{Name: in.Body.Name, Lang: in.Body.Lang})
}

type changePassword struct {
	Body struct {
		Old string `json:"old" maxLength:"1000"`
		New string `json:"new"`
	} `nameHint:"ChangePassword"`
}

// changePassword sets the own password. Every other session of the person
// ends with it; this one goes on under a new token.
func (a *API) changePassword(ctx context.Context, in *changePassword) error {
	r := requestOf(ctx)
	if wait := a.Throttle.Allow(r.user.Email, r.http.RemoteAddr); wait > 0 {
		return slow{wait}
	}
	if err := a.App.ChangePassword(ctx, actor(ctx), in.Body.Old, in.Body.New); err != nil {
		return atField(err, "/password", "/new")
	}
	a.Throttle.Succeeded(r.user.Email, r.http.RemoteAddr)
	user, err := a.App.Store.User(ctx, r.user.ID)
	if err != nil {
		return err
	}
	return a.Sessions.SignIn(ctx, user.ID, user.PasswordHash)
}

// atField tells a problem at the field of this operation that the use case
// knows under another name.
func atField(err error, from, to string) error {
	e, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return err
	}
	moved := *e
	moved.Fields = nil
	for _, f := range e.Fields {
		if f.Pointer == from {
			f.Pointer = to
		}
		moved.Fields = append(moved.Fields, f)
	}
	return &moved
}

// userList has everybody; a manufacturer's people are few.
type userList struct {
	Items []app.User `json:"items"`
}

func (a *API) users(ctx context.Context, _ *struct{}) (userList, error) {
	users, err := a.App.Store.Users(ctx)
	return userList{Items: users}, err
}

type inviteUser struct {
	Body struct {
		Email string     `json:"email"`
		Name  string     `json:"name"`
		Roles []app.Role `json:"roles"`
		Lang  string     `json:"lang,omitempty" enum:"ja,en,"`
	} `nameHint:"InviteUser"`
}

// invitedUser is a new person with the link for the first password.
type invitedUser struct {
	User     app.User `json:"user"`
	SetupURL string   `json:"setup_url" doc:"One-time link, relative to the address of this server; shown once"`
}

func (a *API) inviteUser(ctx context.Context, in *inviteUser) (invitedUser, error) {
	user, token, err := a.App.InviteUser(ctx, actor(ctx), app.InviteUser{
		Email: in.Body.Email, Name: in.Body.Name, Roles: in.Body.Roles, Lang: in.Body.Lang,
	})
	if err != nil {
		return invitedUser{}, err
	}
	return invitedUser{User: user, SetupURL: setupURL(token)}, nil
}

func setupURL(token string) string { return "/setup?token=" + token }

type updateUser struct {
	ByID
	Body struct {
		Name     string     `json:"name"`
		Roles    []app.Role `json:"roles"`
		Disabled bool       `json:"disabled"`
		Revision int        `json:"revision"`
	} `nameHint:"UpdateUser"`
}

func (a *API) updateUser(ctx context.Context, in *updateUser) (app.User, error) {
	return a.App.UpdateUser(ctx, actor(ctx), app.UpdateUser{
		ID: in.ID, Name: in.Body.Name, Roles: in.Body.Roles, Disabled: in.Body.Disabled, Revision: in.Body.Revision,
	})
}

// oneTimeLink is a link for a person who has no password or forgot it.
type oneTimeLink struct {
	SetupURL string `json:"setup_url" doc:"One-time link, relative to the address of this server; shown once"`
}

func (a *API) reinviteUser(ctx context.Context, in *ByID) (oneTimeLink, error) {
	token, err := a.App.ReinviteUser(ctx, actor(ctx), in.ID)
	if err != nil {
		return oneTimeLink{}, err
	}
	return oneTimeLink{SetupURL: setupURL(token)}, nil
}
