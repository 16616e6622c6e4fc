// Command mimamori watches over medical devices after they are sold: it joins
// vulnerabilities, SBOMs and incidents with the law, the forms and the clock.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"mimamori/internal/cli"
)

// version is set by the build.
var version = "dev"

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return cli.Main(&cli.Context{
		Ctx: ctx, Out: os.Stdout, Err: os.Stderr, Now: time.Now, Version: version,
		Open: open, Serve: serve, Spec: spec,
	}, args)
}
