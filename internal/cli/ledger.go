package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"mimamori/internal/app"
	"mimamori/internal/caldate"
	"mimamori/internal/fault"
)

// LedgerCmd has the commands about the audit trail.
type LedgerCmd struct {
	List   LedgerListCmd   `cmd:"" help:"List entries, newest first."`
	Verify LedgerVerifyCmd `cmd:"" help:"Recompute the whole ledger; works without a server or network."`
}

// LedgerListCmd lists entries.
type LedgerListCmd struct {
	Who
	Page
	Kind   string `help:"Kind of the record, for example case."`
	ID     string `help:"Id of the record."`
	Action string `help:"Action, or its beginning."`
}

// Run lists entries.
func (c LedgerListCmd) Run(x *Context) error {
	return c.read(x, func(a *app.App, _ app.Actor) error {
		list, err := a.Store.Entries(x.Ctx, c.query(map[string]string{"subject_kind": c.Kind, "subject_id": c.ID, "action": c.Action}))
		if err != nil {
			return err
		}
		return c.show(x, list, func(line func(...any)) {
			line("SEQ", "WHEN", "WHO", "ACTION", "RECORD", "REASON")
			for _, e := range list.Items {
				line(e.Seq, e.At.In(caldate.Tokyo).Format("2006-01-02 15:04:05"), e.Actor.Name, e.Action, e.Subject.Name, e.Reason)
			}
		})
	})
}

// requireData fails when there is no database file: opening would make an empty
// one, whose ledger is whole.
func (w Where) requireData() error {
	if w.Database != "" {
		return nil
	}
	path := filepath.Join(w.Data, "mimamori.db")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return fault.New(fault.Invalid, "%s: there is no such file or folder: check the path", path)
	}
	return nil
}

// LedgerVerifyCmd verifies the ledger.
type LedgerVerifyCmd struct {
	Where
	JSON bool `help:"Print JSON."`
}

// Run verifies the ledger. A ledger that does not verify ends with exit code 3.
func (c LedgerVerifyCmd) Run(x *Context) error {
	if err := c.requireData(); err != nil {
		return err
	}
	a, closeStore, err := x.Open(x.Ctx, c.Where)
	if err != nil {
		return err
	}
	defer func() { _ = closeStore() }() // nothing was written
	report, err := a.Store.VerifyLedger(x.Ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		err = printJSON(x.Out, report)
	} else if report.OK {
		_, err = fmt.Fprintf(x.Out, "The ledger is whole: %d entries, %d signed checkpoints.\n", report.Entries, report.Checkpoints)
	} else {
		_, err = fmt.Fprintf(x.Out, "THE LEDGER WAS ALTERED. First bad entry: %d: %s\n", report.FirstBad.Seq, report.FirstBad.Why)
	}
	if err == nil && !report.OK {
		err = ExitCode(3)
	}
	return err
}
