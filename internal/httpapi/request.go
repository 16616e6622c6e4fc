package httpapi

import (
	"context"
	"io"
	"net/http"
	"time"

	"mimamori/internal/app"
)

type keyRequest struct{}

// request is what a handler can ask about the request it works on.
type request struct {
	user   *app.User // nil: nobody is signed in
	http   *http.Request
	writer http.ResponseWriter
}

func requestOf(ctx context.Context) request {
	r, ok := ctx.Value(keyRequest{}).(request)
	if !ok {
		panic("handler outside of an operation")
	}
	return r
}

// actor is the person who is signed in, as use cases know people.
func actor(ctx context.Context) app.Actor {
	u := requestOf(ctx).user
	if u == nil {
		return app.Actor{Via: "web"}
	}
	return app.Actor{UserID: u.ID, Name: u.Name, Roles: u.Roles, Via: "web"}
}

// file is the body of an upload.
func file(ctx context.Context) io.Reader {
	r := requestOf(ctx)
	return &timedBody{body: r.http.Body, writer: r.writer}
}

// timedBody is a body that has to arrive in a time. What is done after its end
// is not held to that time.
type timedBody struct {
	body   io.Reader
	writer http.ResponseWriter
}

func (b *timedBody) Read(p []byte) (int, error) {
	n, err := b.body.Read(p)
	if err != nil {
		// An error says that the connection has no deadlines.
		_ = http.NewResponseController(b.writer).SetReadDeadline(time.Time{})
	}
	return n, err
}
