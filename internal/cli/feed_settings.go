package cli

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"mimamori/codelists"
	"mimamori/internal/app"
	"mimamori/internal/fault"
)

// FeedStatusCmd shows sources and feeds with their state.
type FeedStatusCmd struct{ Who }

// Run shows them. It ends with code 3 when "not affected" may not rest on one.
func (c FeedStatusCmd) Run(x *Context) error {
	return c.readOnly(x, func(a *app.App) error {
		sources, err := a.SourcesView(x.Ctx)
		if err != nil {
			return err
		}
		doubts, err := a.Doubts(x.Ctx)
		if err != nil {
			return err
		}
		err = c.show(x, map[string]any{"items": sources, "doubts": doubts}, func(line func(...any)) {
			line("SOURCE", "STATE", "RECORDS", "AGE", "CANARIES", "FEED", "NEXT", "ERROR")
			for _, s := range sources {
				line(s.Name, s.State, s.Records, ageText(s.AgeHours), canaryText(s), "", "", s.LastError)
				for _, f := range s.Feeds {
					next := ""
					if f.On && !f.NextAt.IsZero() {
						next = f.NextAt.Format("2006-01-02T15:04Z")
					}
					line("", f.State, f.Records, ageText(f.AgeHours), "", f.Name, next, strings.TrimSpace(string(f.Suspicion)+" "+f.LastError))
				}
			}
		})
		if err == nil && len(doubts) > 0 {
			return ExitNeedsAction
		}
		return err
	})
}

func ageText(hours int) string {
	if hours < 0 {
		return "never"
	}
	return fmt.Sprintf("%d h", hours)
}

func canaryText(s app.SourceView) string {
	if s.Canaries == 0 {
		return ""
	}
	return fmt.Sprintf("%d of %d", max(0, s.Canaries-len(s.CanariesMissing)), s.Canaries)
}

// FeedSetCmd adds or changes a feed.
type FeedSetCmd struct {
	Who
	Name    string   `arg:"" help:"Name of the feed; the first time that of a public address fills in the rest."`
	Kind    string   `help:"osv, cve, nvd, csaf, jvn, kev, vex, epss or eol."`
	Address string   `help:"https address of a file, archive or bundle, that of the NVD API 2.0, or folder:NAME/below."`
	Trust   []string `placeholder:"KEY" help:"The address gives bundles: the public key that must have signed them (repeatable)."`
	Every   int      `placeholder:"HOURS" help:"Hours between two runs."`
	Alarm   int      `placeholder:"HOURS" help:"Age of its data in hours from which they count as stale."`
	Whole   bool     `xor:"brings" help:"Each run brings everything the source has."`
	Changes bool     `xor:"brings" help:"Each run brings what is new."`
	On      bool     `xor:"switch" help:"Switch the feed on: it is fetched."`
	Off     bool     `xor:"switch" help:"Switch the feed off."`
}

// Run adds the feed when there is none of this name, or changes what is given.
func (c FeedSetCmd) Run(x *Context) error {
	return c.with(x, func(a *app.App, by app.Actor) error {
		f, err := feedNamed(x.Ctx, a, c.Name)
		known := err == nil
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		if !known {
			presets, err := codelists.Feeds()
			if err != nil {
				return err
			}
			f = app.Feed{Name: c.Name, EveryH: 24, AlarmAfterH: 72, Whole: true}
			for _, p := range presets {
				if p.Name == c.Name {
					f.Kind, f.Address, f.EveryH, f.AlarmAfterH, f.Whole = p.Kind, p.Address, p.EveryH, p.AlarmAfterH, p.Whole
				}
			}
		}
		in := app.FeedInput{
			Name: c.Name, Kind: cmp.Or(c.Kind, f.Kind), Address: cmp.Or(c.Address, f.Address), Trust: f.Trust,
			EveryH: cmp.Or(c.Every, f.EveryH), AlarmAfterH: cmp.Or(c.Alarm, f.AlarmAfterH), Whole: (f.Whole || c.Whole) && !c.Changes, On: (f.On || c.On) && !c.Off,
		}
		if len(c.Trust) > 0 {
			in.Trust = c.Trust
		}
		if known {
			f, err = a.UpdateFeed(x.Ctx, by, f.ID, f.Revision, in)
		} else {
			f, err = a.AddFeed(x.Ctx, by, in)
		}
		if err != nil {
			return err
		}
		return c.show(x, f, func(line func(...any)) {
			line("NAME", "KIND", "ADDRESS", "EVERY", "ALARM AFTER", "WHOLE", "ON")
			line(f.Name, f.Kind, f.Address, ageText(f.EveryH), ageText(f.AlarmAfterH), f.Whole, f.On)
		})
	})
}

func feedNamed(ctx context.Context, a *app.App, name string) (app.Feed, error) {
	feeds, err := a.Store.Feeds(ctx)
	if err != nil {
		return app.Feed{}, err
	}
	for _, f := range feeds {
		if f.Name == name {
			return f, nil
		}
	}
	return app.Feed{}, fault.New(fault.NotFound, "there is no feed %q: see mimamori feed status", name)
}

// FeedRunCmd asks for a run of a feed.
type FeedRunCmd struct {
	Who
	Name string `arg:"" help:"Name of the feed."`
}

// Run keeps the wish; the server that runs, or the next one that is started, does it.
func (c FeedRunCmd) Run(x *Context) error {
	return c.with(x, func(a *app.App, by app.Actor) error {
		f, err := feedNamed(x.Ctx, a, c.Name)
		if err != nil {
			return err
		}
		run, err := a.FetchFeed(x.Ctx, by, f.ID)
		if err != nil {
			return err
		}
		return c.show(x, run, func(line func(...any)) {
			line("ID", "FEED", "STATE")
			line(run.ID, run.Name, run.State)
		})
	})
}

// FeedAcceptCmd takes the last run of a feed for right.
type FeedAcceptCmd struct {
	Who
	Name   string `arg:"" help:"Name of the feed."`
	Reason string `required:"" help:"Why the source really has so few records now."`
}

// Run takes it for right.
func (c FeedAcceptCmd) Run(x *Context) error {
	return c.with(x, func(a *app.App, by app.Actor) error {
		f, err := feedNamed(x.Ctx, a, c.Name)
		if err != nil {
			return err
		}
		if f, err = a.AcceptFeed(x.Ctx, by, f.ID, c.Reason); err != nil {
			return err
		}
		return c.show(x, f, func(line func(...any)) {
			line("NAME", "RECORDS")
			line(f.Name, f.Records)
		})
	})
}
