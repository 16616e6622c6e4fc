package cli

import (
	"fmt"

	"mimamori/internal/app"
)

// RematchCmd matches every component with every record anew.
type RematchCmd struct{ Who }

// Run matches and says what changed.
func (c RematchCmd) Run(x *Context) error {
	return c.with(x, func(a *app.App, by app.Actor) error {
		done, err := a.Rematch(x.Ctx, by, func(r app.Rematched) {
			_, _ = fmt.Fprintf(x.Err, "\r%d components, %d records read; %d keys and %d findings changed", r.Components, r.Advisories, r.Keys, r.Findings) // progress only
		})
		if err != nil {
			return err
		}
		_, _ = fmt.Fprintln(x.Err)
		return c.show(x, done, func(line func(...any)) {
			line("COMPONENTS", "RECORDS", "KEYS CHANGED", "FINDINGS CHANGED")
			line(done.Components, done.Advisories, done.Keys, done.Findings)
		})
	})
}
