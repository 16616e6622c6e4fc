// Package cli is the command line: flags in, a use case, a printer out.
package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/fault"

	"github.com/alecthomas/kong"
)

// Context is what every command gets: the terminal, the clock and the way to
// the things that cmd wires.
type Context struct {
	Ctx      context.Context // ends when the process is asked to stop
	Out, Err io.Writer
	Now      func() time.Time
	Version  string

	// Open opens the store at data or database with the use cases on it.
	Open func(ctx context.Context, where Where) (*app.App, func() error, error)
	// Serve runs the server until the context ends.
	Serve func(ctx context.Context, s ServeCmd) error
	// Spec returns the OpenAPI document.
	Spec func() ([]byte, error)
}

// Where says which store a command works on.
type Where struct {
	Data     string `help:"Folder of the database file and its keys." default:"mimamori-data" env:"MIMAMORI_DATA" type:"path"`
	Database string `help:"postgres://… address; the default is an SQLite file in the data folder." env:"MIMAMORI_DATABASE"`
}

// Who says who gives a command and how its answer is printed.
type Who struct {
	Where
	As   string `help:"E-mail address of the user in whose name this is done." env:"MIMAMORI_AS"`
	JSON bool   `help:"Print JSON."`
}

// Root is the whole command line.
type Root struct {
	Serve    ServeCmd    `cmd:"" help:"Start the server and its page."`
	Product  ProductCmd  `cmd:"" help:"Products (品目)."`
	Release  ReleaseCmd  `cmd:"" help:"Releases of a product (製品バージョン)."`
	SBOM     SBOMCmd     `cmd:"" name:"sbom" help:"Software bills of materials."`
	Identity IdentityCmd `cmd:"" help:"Components that cannot be matched, and names of products in advisories (照合できない部品)."`
	Site     SiteCmd     `cmd:"" help:"Hospitals and installations (医療機関)."`
	Feed     FeedCmd     `cmd:"" help:"Vulnerability data."`
	Changes  ChangesCmd  `cmd:"" help:"What changed since yesterday, or since another day (変化)."`
	Match    MatchCmd    `cmd:"" help:"Match SBOM files with vulnerability files, without a server or database."`
	Rematch  RematchCmd  `cmd:"" help:"Match everything stored anew, for example after an update of the program."`
	Intake   IntakeCmd   `cmd:"" help:"Safety information (安全管理情報)."`
	Case     CaseCmd     `cmd:"" help:"Cases (事案)."`
	Decide   DecideCmd   `cmd:"" help:"Ask the law about a file of facts, without a server or database."`
	Rulebook RulebookCmd `cmd:"" help:"Rulebooks: the law as data."`
	Report   ReportCmd   `cmd:"" help:"Reports (報告書)."`
	Form     FormCmd     `cmd:"" help:"Official forms (様式)."`
	Term     TermCmd     `cmd:"" help:"Code lists (用語集)."`
	Ledger   LedgerCmd   `cmd:"" help:"The audit trail (監査証跡)."`
	User     UserCmd     `cmd:"" help:"People."`
	OpenAPI  OpenAPICmd  `cmd:"" name:"openapi" help:"Print the OpenAPI document of the REST API." hidden:""`
	Version  VersionCmd  `cmd:"" help:"Print the version."`
}

// ServeCmd starts the server.
type ServeCmd struct {
	Where
	Listen string            `help:"Address to listen on." default:"127.0.0.1:8080" env:"MIMAMORI_LISTEN"`
	URL    string            `help:"Address under which people reach the page, when it is not the listening one." env:"MIMAMORI_URL"`
	Demo   bool              `help:"Fill an empty database with sample data of a fictional manufacturer."`
	Mail   Mail              `embed:"" prefix:"mail-"`
	Feeds  map[string]string `name:"feed-folder" help:"Folder that feeds may read (folder:NAME), for updates without network (repeatable)." placeholder:"NAME=PATH" env:"MIMAMORI_FEED_FOLDERS" mapsep:","`
}

// Mail says how people are told of deadlines by mail. The password comes from
// the variable MIMAMORI_MAIL_PASSWORD only: arguments can be seen by others.
type Mail struct {
	Server string `help:"host:port of the mail server; without it nobody is told by mail. The password is read from MIMAMORI_MAIL_PASSWORD." env:"MIMAMORI_MAIL_SERVER"`
	From   string `help:"Address in whose name mail is sent." env:"MIMAMORI_MAIL_FROM"`
	User   string `help:"User name at the mail server, when it asks for one." env:"MIMAMORI_MAIL_USER"`
	TLS    string `help:"required: STARTTLS; implicit: TLS from the start; loopback: none, only to this machine." enum:"required,implicit,loopback" default:"required" env:"MIMAMORI_MAIL_TLS"`
}

// Run starts the server.
func (c ServeCmd) Run(x *Context) error { return x.Serve(x.Ctx, c) }

// VersionCmd prints the version.
type VersionCmd struct {
	JSON bool `help:"Print JSON."`
}

// Run prints the version.
func (c VersionCmd) Run(x *Context) error {
	if c.JSON {
		return printJSON(x.Out, map[string]string{"version": x.Version})
	}
	_, err := fmt.Fprintln(x.Out, "mimamori", x.Version)
	return err
}

// OpenAPICmd prints the OpenAPI document.
type OpenAPICmd struct{}

// Run prints the OpenAPI document.
func (OpenAPICmd) Run(x *Context) error {
	spec, err := x.Spec()
	if err == nil {
		_, err = x.Out.Write(spec)
	}
	return err
}

// Main runs the command line and returns the exit code: 0 done, 1 failed,
// 2 wrong usage, 3 done and something needs action.
func Main(x *Context, args []string) int {
	var root Root
	exited := -1
	parser, err := kong.New(&root, kong.Name("mimamori"),
		kong.Description("Post-market cybersecurity vigilance for medical devices.\n\nExit codes: 0 done, 1 failed, 2 wrong usage, 3 done and something needs action."),
		kong.Writers(x.Out, x.Err), kong.Exit(func(code int) { exited = code }), kong.UsageOnError())
	if err != nil {
		return fail(x, err)
	}
	command, err := parser.Parse(args)
	if exited >= 0 { // --help was printed
		return exited
	}
	if err != nil {
		_, _ = fmt.Fprintf(x.Err, "mimamori: %v\nSee: mimamori --help\n", err) // nothing is left to do when the terminal is gone
		return 2
	}
	return fail(x, command.Run(x))
}

func fail(x *Context, err error) int {
	if code, ok := errors.AsType[ExitCode](err); ok {
		return int(code)
	}
	if err == nil {
		return 0
	}
	_, _ = fmt.Fprintf(x.Err, "mimamori: %v\n", err) // nothing is left to do when the terminal is gone
	return 1
}

// with opens the store, finds the person and runs do in their name.
func (w Who) with(x *Context, do func(a *app.App, by app.Actor) error) (err error) {
	a, closeStore, err := x.Open(x.Ctx, w.Where)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeStore()) }()
	by, err := w.actor(x, a)
	if err != nil {
		return err
	}
	return do(a, by)
}

// read is with for a command that changes nothing: it makes no database where
// there is none.
func (w Who) read(x *Context, do func(a *app.App, by app.Actor) error) error {
	if err := w.requireData(); err != nil {
		return err
	}
	return w.with(x, do)
}

// readOnly opens the store for a command that changes nothing and needs no name.
func (w Who) readOnly(x *Context, do func(a *app.App) error) (err error) {
	if err := w.requireData(); err != nil {
		return err
	}
	a, closeStore, err := x.Open(x.Ctx, w.Where)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeStore()) }()
	return do(a)
}

// actor is the person named by --as. Before there is any user, whoever holds
// the data folder acts as the system, so that the first one can be added.
func (w Who) actor(x *Context, a *app.App) (app.Actor, error) {
	needed, err := a.SetupNeeded(x.Ctx)
	if err != nil {
		return app.Actor{}, err
	}
	if needed {
		by := app.System
		by.Via = "cli"
		return by, nil
	}
	if w.As == "" {
		return app.Actor{}, fault.New(fault.SignIn, "say in whose name this is done: --as E-MAIL, or the variable MIMAMORI_AS")
	}
	u, err := a.Store.UserByEmail(x.Ctx, strings.ToLower(w.As))
	if fault.KindOf(err) == fault.NotFound || (err == nil && u.Disabled) {
		return app.Actor{}, fault.New(fault.SignIn, "there is no active user %q: see mimamori user list", w.As)
	}
	return app.Actor{UserID: u.ID, Name: u.Name, Roles: u.Roles, Via: "cli"}, err
}

func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// show prints v as JSON, or else what table writes, in columns.
func (w Who) show(x *Context, v any, table func(line func(cells ...any))) error {
	if w.JSON {
		return printJSON(x.Out, v)
	}
	tw := tabwriter.NewWriter(x.Out, 0, 4, 2, ' ', 0)
	table(func(cells ...any) {
		texts := make([]string, len(cells))
		for i, c := range cells {
			texts[i] = strings.NewReplacer("\t", " ", "\n", " ").Replace(fmt.Sprint(c))
		}
		_, _ = fmt.Fprintln(tw, strings.Join(texts, "\t")) // Flush reports the error
	})
	return tw.Flush()
}

// Page asks for one page of a list.
type Page struct {
	Query  string `short:"q" help:"Words to search for."`
	Sort   string `help:"Field to sort by; - in front for descending."`
	Cursor string `help:"Cursor of the next page, as the page before printed it."`
	Limit  int    `help:"Rows of a page, 1 to 200." default:"50"`
}

func (p Page) query(filter map[string]string) app.ListQuery {
	for name, value := range filter {
		if value == "" {
			delete(filter, name)
		}
	}
	return app.ListQuery{Text: p.Query, Sort: p.Sort, Cursor: p.Cursor, Limit: p.Limit, Filter: filter}
}
