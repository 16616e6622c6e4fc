package httpapi

import (
	"context"

	"mimamori/internal/app"
	"mimamori/internal/fault"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// metaPermission is where an operation carries its permission of the table.
const metaPermission = "permission"

// authorize lets a request pass when the person who is signed in has the
// permission of the operation. It runs before anything of the request is read.
func (a *API) authorize(ctx huma.Context, next func(huma.Context)) {
	r, w := humago.Unwrap(ctx)
	user, err := a.whoIs(ctx.Context())
	if err != nil {
		a.refuse(ctx.Context(), w, err)
		return
	}
	permission, ok := ctx.Operation().Metadata[metaPermission].(app.Permission)
	switch {
	case !ok:
		err = fault.New(fault.Internal, "operation %s has no permission", ctx.Operation().OperationID)
	case permission == app.Anyone:
	case user == nil:
		err = fault.New(fault.SignIn, "sign in first: nobody is signed in, or the session has ended")
	case !app.May(user.Roles, permission):
		err = fault.New(fault.Forbidden, "this needs the permission %q, which your roles do not give: ask an administrator", permission)
	}
	if err != nil {
		a.refuse(ctx.Context(), w, err)
		return
	}
	c := context.WithValue(ctx.Context(), keyRequest{}, request{user: user, http: r, writer: w})
	next(huma.WithContext(ctx, c))
}

// whoIs returns the user of the session, or nil. A person who was disabled or
// has another password since is out at once.
func (a *API) whoIs(ctx context.Context) (*app.User, error) {
	id, ok := a.Sessions.SignedIn(ctx)
	if !ok {
		return nil, nil //nolint:nilnil // nobody is an answer here
	}
	user, err := a.App.Store.User(ctx, id)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return nil, a.Sessions.SignOut(ctx)
	case err != nil:
		return nil, err
	case user.Disabled || !a.Sessions.Holds(ctx, user.PasswordHash):
		return nil, a.Sessions.SignOut(ctx)
	}
	noteUser(ctx, &user)
	return &user, nil
}
