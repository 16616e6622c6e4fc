package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/auth"
	"mimamori/internal/cli"
	"mimamori/internal/demo"
	"mimamori/internal/feed"
	"mimamori/internal/httpapi"
	"mimamori/internal/jobs"
	"mimamori/internal/mail"
	"mimamori/internal/sqlstore"
	"mimamori/web"
)

// sampleMail ends the addresses of everybody in the sample data.
const sampleMail = "@sample.example"

// stopTerm is how long running requests and jobs get when the server stops.
const stopTerm = 10 * time.Second

// serve runs the server until ctx ends.
func serve(ctx context.Context, c cli.ServeCmd) (err error) {
	limitMemory()
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	a, store, err := openStore(ctx, c.Where)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("cannot listen on %s (is another server running there? choose another address with --listen): %w", c.Listen, err)
	}
	address := c.URL
	if address == "" {
		address = "http://" + listener.Addr().String()
	}
	a.Address = address
	if a.Courier, err = courier(c); err != nil {
		return errors.Join(err, listener.Close())
	}
	if a.Mail, err = mailer(c.Mail); err != nil {
		return errors.Join(err, listener.Close())
	}
	if err := begin(ctx, a, c.Demo, address); err != nil {
		return errors.Join(err, listener.Close())
	}
	if err := a.KeepMatching(ctx); err != nil {
		return errors.Join(err, listener.Close())
	}
	runner, err := newRunner(a, store, log)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	if err := runner.Start(ctx); err != nil {
		return errors.Join(err, listener.Close())
	}
	page, err := fs.Sub(web.Dist, "dist")
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	handler, err := httpapi.New(httpapi.Config{
		App: a, Sessions: auth.NewSessions(store, strings.HasPrefix(address, "https:"), time.Now), Throttle: auth.NewThrottle(time.Now),
		Version: version, Demo: c.Demo, Web: page, Log: log,
	})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	server := httpapi.Server(handler)
	return serveUntil(ctx, server, listener, runner, address)
}

// courier is what fetches vulnerability data. The key of the NVD API comes from
// the environment only: arguments can be seen by others.
func courier(c cli.ServeCmd) (*feed.Courier, error) {
	for name, path := range c.Feeds {
		if info, err := os.Stat(path); err != nil || !info.IsDir() || strings.ContainsAny(name, "/\\") {
			return nil, fmt.Errorf("--feed-folder %s=%s: is no folder that can be read (the name has no slashes): check the path", name, path)
		}
	}
	return &feed.Courier{
		Dir: filepath.Join(c.Data, "feeds"), Named: c.Feeds, Agent: "mimamori/" + version, NVDKey: os.Getenv("MIMAMORI_NVD_API_KEY"), Now: time.Now,
	}, nil
}

// mailer is what sends mail, nil when no mail server is named.
func mailer(c cli.Mail) (app.Mailer, error) {
	if c.Server == "" {
		return nil, nil //nolint:nilnil // no mail is a way to run, and the page says so
	}
	return mail.New(mail.Config{
		Server: c.Server, From: c.From, User: c.User, Password: os.Getenv("MIMAMORI_MAIL_PASSWORD"), Security: mail.Security(c.TLS),
	})
}

func newRunner(a *app.App, store *sqlstore.Store, log *slog.Logger) (*jobs.Runner, error) {
	handles := store.Handles()
	if handles.Postgres != nil {
		return jobs.OnPostgres(handles.Postgres, a, log)
	}
	return jobs.OnSQLite(handles.SQLite, a, log)
}

// serveUntil answers requests until ctx ends, then lets running ones finish.
func serveUntil(ctx context.Context, server *http.Server, listener net.Listener, runner *jobs.Runner, address string) error {
	fmt.Printf("Mimamori is ready: %s\n", address)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	var err error
	select {
	case err = <-failed: // never nil; it does not end by itself
	case <-ctx.Done():
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTerm)
	defer cancel()
	return errors.Join(err, runner.Stop(stopping), server.Shutdown(stopping))
}

// begin fills an empty store with sample data when asked to, and prints the
// one-time links that are needed to sign in for the first time.
func begin(ctx context.Context, a *app.App, sample bool, address string) error {
	empty, err := a.SetupNeeded(ctx)
	if err != nil {
		return err
	}
	switch {
	case empty && sample:
		fmt.Println("Writing sample data of a fictional manufacturer …")
		if err := demo.Load(ctx, a); err != nil {
			return err
		}
	case empty:
		token, err := a.NewSetupToken(ctx)
		if err != nil {
			return err
		}
		fmt.Printf("Set-up link: %s/setup?token=%s\n", address, token)
		return nil
	}
	if sample {
		return printSampleLinks(ctx, a, address)
	}
	return nil
}

// walkOrder is the order in which the tour needs people.
var walkOrder = []app.Role{app.SafetyOfficer, app.Approver, app.ProductSecurity, app.Viewer, app.Administrator}

// printSampleLinks prints a one-time link for everybody in the sample data who
// has no password yet, the safety officer first.
func printSampleLinks(ctx context.Context, a *app.App, address string) error {
	users, err := a.Store.Users(ctx)
	if err != nil {
		return err
	}
	fmt.Println("Sample data of a fictional manufacturer. Open a link and choose a password; start with the first:")
	for _, role := range walkOrder {
		for _, u := range users {
			if !slices.Contains(u.Roles, role) || u.PasswordHash != "" || u.Disabled || !strings.HasSuffix(u.Email, sampleMail) {
				continue
			}
			token, err := a.ReinviteUser(ctx, app.System, u.ID)
			if err != nil {
				return err
			}
			fmt.Printf("  %-16s %-24s %s/setup?token=%s\n", strings.ReplaceAll(string(role), "_", " "), u.Email, address, token)
		}
	}
	return nil
}

// spec is the document that the page's types are made of; it does not change
// with every build.
func spec() ([]byte, error) { return httpapi.Spec("1"), nil }
