package cli

import (
	"io"
	"os"
	"path/filepath"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/caldate"
	"mimamori/internal/fault"
	"mimamori/internal/intake"
	"mimamori/internal/report"
)

// filesAt reads files of a kind; each is held to its size before it is read whole.
func filesAt(kind string, paths []string) ([]app.NewFile, error) {
	var files []app.NewFile
	for _, path := range paths {
		f, err := os.Open(path) //nolint:gosec // the user names the file
		if err != nil {
			return nil, fault.Wrap(fault.NotFound, err, "file")
		}
		content, err := io.ReadAll(io.LimitReader(f, intake.MaxAttachmentBytes+1))
		_ = f.Close() // read only: nothing can be lost
		if err != nil {
			return nil, fault.Wrap(fault.Invalid, err, "%s", path)
		}
		files = append(files, app.NewFile{Kind: kind, Name: filepath.Base(path), Content: content})
	}
	return files, nil
}

// instantOr reads a time; "" is now.
func instantOr(x *Context, pointer, text string) (time.Time, error) {
	if text == "" {
		return x.Now(), nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return at, fault.Fields("the time cannot be read", []fault.Field{fault.At(pointer, "date-time", "expected string to be RFC 3339 date-time")})
	}
	return at, nil
}

// ReportSentCmd records how a report was sent.
type ReportSentCmd struct {
	Who
	ID         string   `arg:"" help:"Report id."`
	Channel    string   `required:"" help:"fax, pmda_electronic, mail, portal or hand."`
	To         string   `required:"" help:"Office to which it was sent, with its number or address."`
	At         string   `help:"When it was sent, as 2026-06-01T09:00:00+09:00; now without it."`
	Proof      string   `help:"Line of the fax journal, tracking number, or who took it."`
	LateReason string   `help:"Why it was sent after its day (遅延理由)."`
	ProofFile  []string `type:"existingfile" help:"File that proves it; repeatable."`
	Attach     []string `type:"existingfile" help:"File that went with it; repeatable."`
}

// Run records how a report was sent.
func (c ReportSentCmd) Run(x *Context) error {
	at, err := instantOr(x, "/sent_at", c.At)
	if err != nil {
		return err
	}
	proofs, err := filesAt("proof", c.ProofFile)
	if err != nil {
		return err
	}
	attached, err := filesAt("attachment", c.Attach)
	if err != nil {
		return err
	}
	return c.with(x, func(a *app.App, by app.Actor) error {
		view, err := a.RecordSubmission(x.Ctx, by, app.RecordSubmission{
			Report: c.ID, Channel: c.Channel, SentAt: at, Recipient: c.To, Proof: c.Proof, LateReason: c.LateReason, Files: append(proofs, attached...),
		})
		return c.printReport(x, view, err)
	})
}

// ReportAckCmd records what the authority sent back.
type ReportAckCmd struct {
	Who
	Submission     string   `arg:"" help:"Submission id, as report show prints it."`
	Registration   string   `help:"Registration number (登録番号)."`
	Identification string   `help:"Identification number (識別番号)."`
	Text           string   `help:"What it says."`
	At             string   `help:"When it came, as 2026-06-01T09:00:00+09:00; now without it."`
	File           []string `type:"existingfile" help:"The acknowledgement as a file; repeatable."`
}

// Run records what the authority sent back.
func (c ReportAckCmd) Run(x *Context) error {
	at, err := instantOr(x, "/received_at", c.At)
	if err != nil {
		return err
	}
	files, err := filesAt("acknowledgement", c.File)
	if err != nil {
		return err
	}
	return c.with(x, func(a *app.App, by app.Actor) error {
		view, err := a.AcknowledgeSubmission(x.Ctx, by, app.AcknowledgeSubmission{
			ID: c.Submission, RegistrationNumber: c.Registration, IdentificationNumber: c.Identification, Text: c.Text, ReceivedAt: at, Files: files,
		})
		return c.printReport(x, view, err)
	})
}

// ReportNumbersCmd settles numbers that disagree.
type ReportNumbersCmd struct {
	Who
	Submission     string `arg:"" help:"Submission id."`
	Registration   string `help:"Registration number (登録番号) from now on."`
	Identification string `help:"Identification number (識別番号) from now on."`
	Reason         string `help:"Why these are right."`
}

// Run settles numbers that disagree.
func (c ReportNumbersCmd) Run(x *Context) error {
	return c.with(x, func(a *app.App, by app.Actor) error {
		view, err := a.ResolveMismatch(x.Ctx, by, app.ResolveMismatch{ID: c.Submission, RegistrationNumber: c.Registration, IdentificationNumber: c.Identification, Reason: c.Reason})
		return c.printReport(x, view, err)
	})
}

// ReportNextCmd begins the next issue.
type ReportNextCmd struct {
	Who
	ID   string `arg:"" help:"Report id."`
	Kind string `default:"additional" help:"additional, withdrawal or downgrade."`
}

// Run begins the next issue.
func (c ReportNextCmd) Run(x *Context) error {
	return c.with(x, func(a *app.App, by app.Actor) error {
		view, err := a.NextIssue(x.Ctx, by, app.NextIssue{ID: c.ID, Kind: report.Kind(c.Kind)})
		return c.printReport(x, view, err)
	})
}

// ReportAgreeCmd records an agreement with the hospital.
type ReportAgreeCmd struct {
	Who
	ID       string `arg:"" help:"Report id."`
	On       string `required:"" help:"Day on which it was agreed, as 2026-06-01."`
	Hospital string `name:"with" required:"" help:"Person or department of the hospital."`
	Note     string `help:"What was compared."`
}

// Run records an agreement with the hospital.
func (c ReportAgreeCmd) Run(x *Context) error {
	on, err := caldate.Parse(c.On)
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "--on")
	}
	return c.with(x, func(a *app.App, by app.Actor) error {
		view, err := a.RecordAgreement(x.Ctx, by, app.RecordAgreement{Report: c.ID, On: on, With: c.Hospital, Note: c.Note})
		return c.printReport(x, view, err)
	})
}

// ReportDiffCmd shows what differs between two versions.
type ReportDiffCmd struct {
	Who
	ID   string `arg:"" help:"Report id."`
	From int    `help:"Version; without it what was sent with the issue before."`
	To   int    `help:"Version; without it the newest."`
}

// Run shows what differs.
func (c ReportDiffCmd) Run(x *Context) error {
	return c.read(x, func(a *app.App, _ app.Actor) error {
		diff, err := a.ReportDiff(x.Ctx, c.ID, c.From, c.To)
		if err != nil {
			return err
		}
		return c.show(x, diff, func(line func(...any)) {
			line("Versions", diff.From, diff.To)
			for _, d := range diff.Changes {
				line(d.Number, d.Field, "was", d.Was, "is", d.Is)
			}
		})
	})
}

// ReportExportCmd writes the list of reports as a table.
type ReportExportCmd struct {
	Who
	Page
	ReportFilter
	Out string `short:"o" required:"" type:"path" help:"File to write; its end says the format: .xlsx or .csv."`
}

// Run writes the list of reports as a table.
func (c ReportExportCmd) Run(x *Context) error {
	return c.read(x, func(a *app.App, _ app.Actor) (err error) {
		format := filepath.Ext(c.Out)
		if format != "" {
			format = format[1:]
		}
		export, err := a.ExportReports(x.Ctx, c.query(c.filter()), format)
		if err != nil {
			return err
		}
		out, err := os.OpenFile(c.Out, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		err = export.Write(out)
		if closing := out.Close(); err == nil {
			err = closing
		}
		return err
	})
}
