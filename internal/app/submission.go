package app

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/fault"
	"mimamori/internal/ident"
	"mimamori/internal/intake"
	"mimamori/internal/ledger"
	"mimamori/internal/report"
)

// Channels are the ways by which a report can be given to the authority.
var Channels = []string{"fax", "pmda_electronic", "mail", "portal", "hand"}

// Kinds of the files of a submission. The package is made here.
const (
	filePackage         = "package"
	fileProof           = "proof"
	fileAcknowledgement = "acknowledgement"
	fileAttachment      = "attachment"
)

const (
	maxSubmissionFiles = 20       // files that one submission or acknowledgement brings
	maxSubmissionBytes = 64 << 20 // of them together
)

// NewFile is a file that a person hands in.
type NewFile struct {
	Kind    string // "proof", "acknowledgement" or "attachment"
	Name    string
	Content []byte
}

// RecordSubmission says that the approved content of a report was given to the
// authority.
type RecordSubmission struct {
	Report      string
	Digest      string // of the content that was sent; "" for the approved one
	Channel     string // one of Channels
	SentAt      time.Time
	Recipient   string // office and number or address
	Proof       string // fax journal, tracking number, name of who took it; or a file of kind proof
	LateReason  string // 遅延理由, when it was sent after a day on which it was due
	Files       []NewFile
	Attachments []string // ids of attachments of the case that were sent with it
}

// RecordSubmission keeps what was sent, how and when, and meets what it was due
// for, in one transaction. The package of exactly the approved content is kept
// with it.
func (a *App) RecordSubmission(ctx context.Context, by Actor, in RecordSubmission) (ReportView, error) {
	if err := require(by, WriteReport); err != nil {
		return ReportView{}, err
	}
	in.Recipient, in.Proof, in.LateReason = strings.TrimSpace(in.Recipient), strings.TrimSpace(in.Proof), strings.TrimSpace(in.LateReason)
	in.SentAt = in.SentAt.UTC().Truncate(time.Microsecond)
	if err := a.checkSubmission(in); err != nil {
		return ReportView{}, err
	}
	return a.changeReport(ctx, by, reportChange{
		id: in.Report, revision: presentRevision, action: "report.sent", reason: in.Proof,
		change: func(s reportAt) (report.Draft, error) {
			if in.Digest != "" && in.Digest != report.Digest(s.d) {
				return report.Draft{}, fault.New(fault.Conflict, "the content that was sent is not the approved one: approve it, and send that")
			}
			return report.MarkSent(s.d, in.SentAt)
		},
		also: func(ctx context.Context, tx Tx, w Report, d report.Draft) error {
			return a.submitted(ctx, tx, by, in, w, d)
		},
	})
}

func (a *App) checkSubmission(in RecordSubmission) error {
	var c fault.Checker
	if !slices.Contains(Channels, in.Channel) {
		c.Add("/channel", "enum", "channel %q: choose one of %s", in.Channel, strings.Join(Channels, ", "))
	}
	switch {
	case in.SentAt.IsZero():
		c.Add("/sent_at", "required", "say when it was sent")
	case in.SentAt.After(a.now()):
		c.Add("/sent_at", "not-in-future", "this is in the future: check day and time")
	}
	c.Require("/recipient", in.Recipient, "office to which it was sent")
	if in.Proof == "" && !slices.ContainsFunc(in.Files, func(f NewFile) bool { return f.Kind == fileProof }) {
		c.Add("/proof", "required", "the proof of sending is missing: write the line of the fax journal or the tracking number, or add it as a file")
	}
	checkTexts(&c, map[string]string{"/recipient": in.Recipient, "/proof": in.Proof, "/late_reason": in.LateReason})
	wrong := append(fault.FieldsOf(c.Err("the submission cannot be recorded like this")), wrongFiles(in.Files, fileProof, fileAttachment)...)
	return fault.Fields("the submission cannot be recorded like this", wrong)
}

// checkTexts notes texts that are too long, or have characters that cannot be
// printed.
func checkTexts(c *fault.Checker, texts map[string]string) {
	for _, pointer := range slices.Sorted(maps.Keys(texts)) {
		text := texts[pointer]
		if len(text) > maxReason {
			c.Add(pointer, "length", "the text has %d bytes, at most %d fit: shorten it", len(text), maxReason)
		}
		if strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' || r == utf8.RuneError }) {
			c.Add(pointer, "control", "the text has control characters: remove them")
		}
	}
}

// wrongFiles tells what is wrong with files that a person hands in.
func wrongFiles(files []NewFile, kinds ...string) []fault.Field {
	var c fault.Checker
	total := 0
	for _, f := range files {
		total += len(f.Content)
	}
	if len(files) > maxSubmissionFiles {
		c.Add("/files", "count", "%d files: at most %d are taken", len(files), maxSubmissionFiles)
	}
	if total > maxSubmissionBytes {
		c.Add("/files", "size", "the files have %d bytes together, at most %d fit", total, maxSubmissionBytes)
	}
	for i, f := range files {
		if !slices.Contains(kinds, f.Kind) {
			c.Add(fmt.Sprintf("/files/%d/kind", i), "enum", "kind %q: choose one of %s", f.Kind, strings.Join(kinds, ", "))
		}
	}
	wrong := fault.FieldsOf(c.Err("the file cannot be kept like this"))
	for i, f := range files {
		for _, field := range fault.FieldsOf(intake.Attachment{Name: f.Name, Bytes: int64(len(f.Content))}.Check()) {
			field.Pointer = fmt.Sprintf("/files/%d%s", i, strings.Replace(field.Pointer, "/file", "/content", 1))
			wrong = append(wrong, field)
		}
	}
	return wrong
}

// submitted stores the submission of a report that was just marked as sent, and
// meets what it was due for.
func (a *App) submitted(ctx context.Context, tx Tx, by Actor, in RecordSubmission, w Report, d report.Draft) error {
	due, err := openFor(ctx, tx, w)
	if err != nil {
		return err
	}
	sentOn := caldate.Of(in.SentAt, caldate.Tokyo)
	if err := checkSentOn(in, w, sentOn, due); err != nil {
		return err
	}
	form, err := a.form(ctx, tx, w.Form, w.Edition)
	if err != nil {
		return err
	}
	attached, err := a.caseAttachments(ctx, tx, w, in.Attachments)
	if err != nil {
		return err
	}
	for _, f := range in.Files {
		if f.Kind == fileAttachment {
			attached = append(attached, File{f.Name, f.Content})
		}
	}
	s := Submission{
		ID: ident.New(), ReportID: w.ID, Issue: w.Issue, Version: w.Version, Digest: report.Digest(d), Channel: in.Channel, SentAt: in.SentAt,
		Recipient: in.Recipient, Proof: in.Proof, State: SubmissionSent, By: by.Name, At: a.now(),
	}
	if len(due) > 0 {
		s.ObligationID = due[0].ID
	}
	files := in.Files
	now := reportAt{w: w, form: form, d: d}
	// What cannot be drawn here was sent all the same: without fonts there is no package.
	if a.Renderer != nil {
		content, err := a.pack(now, attached)
		if err != nil {
			return err
		}
		files = append([]NewFile{{filePackage, fileName(now) + ".zip", content}}, files...)
	}
	contents := s.keep(files)
	e := by.entry("submission.recorded", subjectSubmission(s, w), nil, s, in.Proof)
	if e.Parents, err = aboutReport(ctx, tx, w); err != nil {
		return err
	}
	e.Parents = append(e.Parents, subjectReport(w))
	tx.Record(e)
	if err := tx.AddSubmission(ctx, s, contents); err != nil {
		return err
	}
	return a.afterSending(ctx, tx, by, in, w, d, s, due)
}

// checkSentOn holds the day of sending to what it was due for.
func checkSentOn(in RecordSubmission, w Report, sentOn caldate.Date, due []casefile.Obligation) error {
	var c fault.Checker
	if !w.PeriodTo.IsZero() && !sentOn.After(w.PeriodTo) {
		c.Add("/sent_at", "period", "the period ends on %v only: its report is sent after that", w.PeriodTo)
	}
	for _, o := range due {
		if o.Kind != casefile.DuePeriodicReport && o.Kind != casefile.DueReportFollowUp && sentOn.Before(o.AwareOn) {
			c.Add("/sent_at", "after-awareness", "%v is before the awareness date %v: check the day", sentOn, o.AwareOn)
			break
		}
	}
	if slices.ContainsFunc(due, func(o casefile.Obligation) bool { return isLate(o, sentOn) }) {
		addReason(&c, "/late_reason", in.LateReason)
	}
	return c.Err("the submission cannot be recorded like this")
}

// keep adds files to the submission and returns their contents by SHA-256.
func (s *Submission) keep(files []NewFile) map[string][]byte {
	contents := map[string][]byte{}
	if s.Files == nil {
		s.Files = []SubmissionFile{}
	}
	for _, f := range files {
		sum := sha256Hex(f.Content)
		contents[sum] = f.Content
		s.Files = append(s.Files, SubmissionFile{Kind: f.Kind, Name: f.Name, SHA256: sum, Bytes: int64(len(f.Content))})
	}
	return contents
}

// afterSending opens what a report that is not complete promises, and meets what
// was due.
func (a *App) afterSending(ctx context.Context, tx Tx, by Actor, in RecordSubmission, w Report, d report.Draft, s Submission, due []casefile.Obligation) error {
	if err := a.promise(ctx, tx, by, w, d, caldate.Of(s.SentAt, caldate.Tokyo)); err != nil {
		return err
	}
	proof := in.Proof
	if proof == "" {
		proof = w.Number + " " + in.Channel
	}
	for _, o := range due {
		if err := a.meet(ctx, tx, by, o, MeetObligation{MetOn: caldate.Of(s.SentAt, caldate.Tokyo), Proof: proof, LateReason: in.LateReason, Revision: o.Revision}); err != nil {
			return err
		}
	}
	return nil
}

// promise opens the further report that an incomplete one named a day for
// (次回報告予定日), in place of an older promise of the same report.
func (a *App) promise(ctx context.Context, tx Tx, by Actor, w Report, d report.Draft, sentOn caldate.Date) error {
	next, err := caldate.Parse(d.Text("next_report_on"))
	if err != nil || d.Completion() != "incomplete" {
		return nil //nolint:nilerr // no day, no promise; the form says where one is needed
	}
	err = a.addFollowUp(ctx, tx, by, w, casefile.Obligation{AwareOn: sentOn, DueOn: next, LastOfficeDay: a.lastOfficeDay(next)})
	if err != nil {
		return err
	}
	if w, err = tx.Report(ctx, w.ID); err != nil {
		return err
	}
	if w.ObligationID, err = followUpOf(ctx, tx, w); err != nil {
		return err
	}
	return tx.UpdateReport(ctx, w)
}

// followUpOf returns the id of the further report that was just promised.
func followUpOf(ctx context.Context, r Reader, w Report) (string, error) {
	due, err := openFor(ctx, r, w)
	if err != nil {
		return "", err
	}
	newest := slices.MaxFunc(due, func(x, y casefile.Obligation) int { return strings.Compare(x.ID, y.ID) })
	return newest.ID, nil
}

// addFollowUp opens something to do about a report that was sent.
func (a *App) addFollowUp(ctx context.Context, tx Tx, by Actor, w Report, o casefile.Obligation) error {
	o.ID, o.CaseID, o.ProductID, o.Kind, o.Form, o.Items = ident.New(), w.CaseID, w.ProductID, casefile.DueReportFollowUp, w.Form, []string{}
	o.PeriodFrom, o.PeriodTo = w.PeriodFrom, w.PeriodTo
	o.State, o.Revision, o.CreatedAt, o.UpdatedAt = casefile.ObligationOpen, 1, a.now(), a.now()
	about, err := aboutReport(ctx, tx, w)
	if err != nil {
		return err
	}
	e := by.entry("obligation.added", ledger.Subject{Kind: "obligation", ID: o.ID, Name: strings.TrimSpace(about[0].Name + " " + o.Form)}, nil, o, "")
	e.Parents = about
	tx.Record(e)
	return tx.AddObligation(ctx, o)
}

func subjectSubmission(s Submission, w Report) ledger.Subject {
	return ledger.Subject{Kind: "submission", ID: s.ID, Name: w.Number}
}

// SubmissionFileContent returns a file of a submission by its SHA-256.
func (a *App) SubmissionFileContent(ctx context.Context, id, sha256 string) (File, error) {
	s, err := a.Store.Submission(ctx, id)
	if err != nil {
		return File{}, err
	}
	i := slices.IndexFunc(s.Files, func(f SubmissionFile) bool { return f.SHA256 == sha256 })
	if i < 0 {
		return File{}, fault.New(fault.NotFound, "the submission has no such file")
	}
	content, err := a.Store.Blob(ctx, sha256)
	return File{Name: s.Files[i].Name, Content: content}, err
}
