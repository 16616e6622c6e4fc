package httpapi

import (
	"context"
	"net"
	"net/http"
	"time"
)

type keyStreams struct{}

// Server returns an HTTP server for the handler of New, with limits against
// slow clients. Shutdown ends its event streams, which would go on for minutes,
// and lets other requests finish.
func Server(handler http.Handler) *http.Server {
	streams, end := context.WithCancel(context.Background())
	s := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		BaseContext: func(net.Listener) context.Context {
			return context.WithValue(context.Background(), keyStreams{}, streams)
		},
	}
	s.RegisterOnShutdown(end)
	return s
}

// streamContext is ctx for an event stream: it ends with the request, with the
// server and after a time.
func streamContext(ctx context.Context, longest time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(ctx, longest)
	streams, ok := ctx.Value(keyStreams{}).(context.Context)
	if !ok {
		return ctx, cancel
	}
	forget := context.AfterFunc(streams, cancel)
	return ctx, func() {
		forget()
		cancel()
	}
}
