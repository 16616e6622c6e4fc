package httpapi

import (
	"context"

	"mimamori/internal/app"
	"mimamori/internal/caldate"
)

// sessionView is who is signed in, what they may do, and what the page has to
// know from the start.
type sessionView struct {
	User        *app.User        `json:"user" doc:"Nobody is signed in when null"`
	Permissions []app.Permission `json:"permissions"`
	Today       caldate.Date     `json:"today" doc:"The day in Tokyo"`
	TodayName   dayName          `json:"today_name"`
	Version     string           `json:"version"`
	Demo        bool             `json:"demo"`
	SetupNeeded bool             `json:"setup_needed" doc:"There is no user yet: use the link on the terminal"`
}

// dayName is what is special about a day.
type dayName struct {
	Closed  bool       `json:"closed"`
	Holiday *app.Words `json:"holiday"`
}

func (a *API) session(ctx context.Context, _ *struct{}) (sessionView, error) {
	return a.sessionOf(ctx, requestOf(ctx).user)
}

func (a *API) sessionOf(ctx context.Context, user *app.User) (sessionView, error) {
	needed, err := a.App.SetupNeeded(ctx)
	if err != nil {
		return sessionView{}, err
	}
	view := sessionView{User: user, Today: a.App.Today(), Version: a.Version, Demo: a.Demo, SetupNeeded: needed}
	days, err := a.App.Days(ctx, view.Today, view.Today)
	if err != nil {
		return sessionView{}, err
	}
	view.TodayName = dayName{Closed: days[0].Closed, Holiday: days[0].Holiday}
	if user != nil {
		view.Permissions = app.PermissionsOf(user.Roles)
	}
	return view, nil
}

type signIn struct {
	Body struct {
		Email    string `json:"email" maxLength:"320"`
		Password string `json:"password" maxLength:"1000"`
	} `nameHint:"SignIn"`
}

// signIn starts a session.
//
// Errors: 401 with one text for every reason, 429 after too many attempts.
func (a *API) signIn(ctx context.Context, in *signIn) (sessionView, error) {
	address := requestOf(ctx).http.RemoteAddr
	if wait := a.Throttle.Allow(in.Body.Email, address); wait > 0 {
		return sessionView{}, slow{wait}
	}
	user, err := a.App.SignIn(ctx, in.Body.Email, in.Body.Password)
	if err != nil {
		return sessionView{}, err
	}
	a.Throttle.Succeeded(in.Body.Email, address)
	return a.startSession(ctx, user)
}

func (a *API) startSession(ctx context.Context, user app.User) (sessionView, error) {
	if err := a.Sessions.SignIn(ctx, user.ID, user.PasswordHash); err != nil {
		return sessionView{}, err
	}
	noteUser(ctx, &user)
	return a.sessionOf(ctx, &user)
}

func (a *API) signOut(ctx context.Context, _ *struct{}) error {
	return a.Sessions.SignOut(ctx)
}

type setupQuery struct {
	Token string `query:"token" maxLength:"200"`
}

func (a *API) setupLink(ctx context.Context, in *setupQuery) (app.InvitationView, error) {
	return a.App.Invitation(ctx, in.Token)
}

type setup struct {
	Body struct {
		Token    string `json:"token" maxLength:"200"`
		Email    string `json:"email,omitempty" maxLength:"320" doc:"For the first administrator only"`
		Name     string `json:"name,omitempty" doc:"For the first administrator only"`
		Password string `json:"password" doc:"At least 12 characters"`
		Lang     string `json:"lang,omitempty" enum:"ja,en,"`
	} `nameHint:"Setup"`
}

// setUp answers a one-time link: it sets the password and signs in. Attempts
// are not slowed down: nobody guesses a token of 130 random bits, and a
// password is hashed for a good one only.
//
// Errors: 404 when the link is wrong, used or expired.
func (a *API) setUp(ctx context.Context, in *setup) (sessionView, error) {
	user, err := a.App.AcceptInvitation(ctx, app.AcceptInvitation{
		Token: in.Body.Token, Email: in.Body.Email, Name: in.Body.Name, Password: in.Body.Password, Lang: in.Body.Lang,
	})
	if err != nil {
		return sessionView{}, err
	}
	return a.startSession(ctx, user)
}
