// Command mimamori watches over medical devices after they are sold: it joins
// vulnerabilities, SBOMs and incidents with the law, the forms and the clock.
package main

import (
	"context"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/cli"
)

// version is set by the build.
var version = "dev"

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var busy atomic.Bool // with a store, which is closed in order
	forget := context.AfterFunc(ctx, func() {
		stop() // whoever asks a second time does not want to wait
		if !busy.Load() {
			os.Exit(exitStopped)
		}
	})
	defer forget()
	return cli.Main(&cli.Context{
		Ctx: ctx, Out: os.Stdout, Err: os.Stderr, Now: time.Now, Version: version, Spec: spec,
		Open: func(ctx context.Context, where cli.Where) (*app.App, func() error, error) {
			busy.Store(true)
			return open(ctx, where)
		},
		Serve: func(ctx context.Context, c cli.ServeCmd) error {
			busy.Store(true)
			return serve(ctx, c)
		},
	}, args)
}

// exitStopped is the exit code of a command that was asked to stop while it
// read files, as shells count it: 128 and the number of SIGINT.
const exitStopped = 130
