package cli

import (
	"fmt"
	"strings"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/caldate"
)

// ChangesCmd tells what changed since a day.
type ChangesCmd struct {
	Who
	Since string       `help:"yesterday, seen (since the own last look), week, or a day like 2026-11-20 (Tokyo)." default:"yesterday"`
	Until caldate.Date `help:"Last day (Tokyo); without it until now."`
	What  string       `help:"Only where this changed: exploited, opened, closed, reclassed, severity, withdrawn." enum:",exploited,opened,closed,reclassed,severity,withdrawn" default:""`
	Limit int          `help:"Vulnerabilities, 1 to 200." default:"50"`
}

// changesOutput is what --json prints.
type changesOutput struct {
	Changes         app.ChangesView                   `json:"changes"`
	Vulnerabilities app.List[app.VulnerabilityChange] `json:"vulnerabilities"`
}

// Run tells what changed.
func (c ChangesCmd) Run(x *Context) error {
	ask := app.AskChanges{Since: c.Since, To: c.Until}
	if from, err := caldate.Parse(c.Since); err == nil && !from.IsZero() {
		ask.Since, ask.From = "", from
	}
	return c.read(x, func(a *app.App, by app.Actor) error {
		view, err := a.Changes(x.Ctx, by, ask)
		if err != nil {
			return err
		}
		filter := map[string]string{}
		if c.What != "" {
			filter["what"] = c.What
		}
		list, err := a.VulnerabilityChanges(x.Ctx, by, ask, app.ListQuery{Filter: filter, Limit: c.Limit})
		if err != nil {
			return err
		}
		return c.show(x, changesOutput{view, list}, func(line func(...any)) {
			line(fmt.Sprintf("From %s to %s: %d vulnerabilities; findings: %d opened, %d reopened, %d closed, %d of another class; %d became known exploited",
				tokyo(view.From), tokyo(view.To), view.Totals.Vulnerabilities, view.Totals.Opened, view.Totals.Reopened, view.Totals.Closed, view.Totals.Reclassed, view.Totals.Exploited))
			line(freshness(view))
			if len(list.Items) > 0 {
				line("VULNERABILITY", "SEVERITY", "KEV", "WHAT", "PRODUCTS", "RELEASES", "SITES", "WHY")
			}
			for _, v := range list.Items {
				line(v.Name, v.Severity, v.KEV, whatChanged(v), v.ProductsN, v.Releases, v.Sites, why(v))
			}
			for _, m := range view.Cases {
				line("case", m.Name, m.Was+" → "+m.Is, m.Why)
			}
			for _, s := range view.SBOMs {
				line("SBOM", s.SBOM.FileName, s.BrandName+" "+s.Version, tokyo(s.SBOM.UploadedAt))
			}
		})
	})
}

func tokyo(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.In(caldate.Tokyo).Format("2006-01-02 15:04")
}

// freshness says how much a quiet day is worth.
func freshness(v app.ChangesView) string {
	var doubts []string
	for _, s := range v.Sources {
		doubts = append(doubts, fmt.Sprintf("%s (%s)", s.Source, s.State))
	}
	text := "No source has data yet."
	if !v.FreshAt.IsZero() {
		text = fmt.Sprintf("The sources are as of %s or newer (%s).", tokyo(v.FreshAt), v.Oldest)
	}
	if len(doubts) > 0 {
		text += " Silence proves nothing about what these would tell: " + strings.Join(doubts, ", ") + "."
	}
	return text
}

func whatChanged(v app.VulnerabilityChange) string {
	var out []string
	for _, part := range []struct {
		n    int
		text string
	}{{v.Opened, "opened"}, {v.Reopened, "reopened"}, {v.Closed, "closed"}, {v.Reclassed, "of another class"}, {v.Withdrawn, "records withdrawn"}, {v.Joined, "groups joined"}} {
		if part.n > 0 {
			out = append(out, fmt.Sprint(part.n, " ", part.text))
		}
	}
	if v.Exploited {
		out = append([]string{"known exploited"}, out...)
	}
	if v.Rose {
		out = append(out, "severity was "+v.SeverityWas)
	}
	return strings.Join(out, ", ")
}

// why names the newest cause.
func why(v app.VulnerabilityChange) string {
	if len(v.Causes) == 0 || v.Causes[0].Action == "" {
		return ""
	}
	cause := v.Causes[0]
	text := cause.Action + " " + cause.Subject.Name
	for i, r := range cause.Records {
		if i == 3 {
			text += " …"
			break
		}
		text += fmt.Sprintf(" [%s %s %s]", r.Source, r.Record, r.How)
	}
	if v.CausesN > 1 {
		text += fmt.Sprintf(" and %d more", v.CausesN-1)
	}
	return text
}
