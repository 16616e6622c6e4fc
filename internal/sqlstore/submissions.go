package sqlstore

import (
	"context"
	"slices"

	"mimamori/internal/app"
	"mimamori/internal/fault"
)

func submissionRow(s *app.Submission) row {
	return append(row{
		{"id", &s.ID},
		{"report_id", &s.ReportID},
		{"issue", &s.Issue},
		{"version", &s.Version},
		{"digest", &s.Digest},
		{"obligation_id", ref{&s.ObligationID}},
		{"channel", &s.Channel},
		{"sent_at", instant{&s.SentAt}},
		{"recipient", &s.Recipient},
		{"proof", &s.Proof},
		{"made_by", &s.By},
		{"made_at", instant{&s.At}},
	}, acknowledgement(s)...)
}

// acknowledgement are the columns that change when an acknowledgement comes.
func acknowledgement(s *app.Submission) row {
	return row{
		{"state", &s.State},
		{"registration_number", &s.RegistrationNumber},
		{"identification_number", &s.IdentificationNumber},
		{"acknowledged", &s.Acknowledged},
		{"acknowledged_at", instant{&s.AcknowledgedAt}},
		{"files", listOf(&s.Files)},
	}
}

func (r reader) Submission(ctx context.Context, id string) (app.Submission, error) {
	return one(ctx, r.queries, "submission "+id, submissionRow, "FROM submissions WHERE id = ?", id)
}

func (r reader) Submissions(ctx context.Context, reportID string) ([]app.Submission, error) {
	return r.SubmissionsOf(ctx, []string{reportID})
}

func (r reader) SubmissionsOf(ctx context.Context, reportIDs []string) ([]app.Submission, error) {
	out := []app.Submission{}
	err := inChunks(slices.Compact(slices.Sorted(slices.Values(reportIDs))), func(part []string) error {
		condition, args := in("report_id", part)
		found, err := all(ctx, r.queries, submissionRow, "FROM submissions WHERE "+condition+" ORDER BY report_id, sent_at, id", args...)
		out = append(out, found...)
		return err
	})
	return out, err
}

// AddSubmission tells the report when it was sent last, for its list.
func (w writer) AddSubmission(ctx context.Context, s app.Submission, files map[string][]byte) error {
	if err := w.keepFiles(ctx, s, files); err != nil {
		return err
	}
	if err := w.insert(ctx, "submissions", submissionRow(&s)); err != nil {
		return err
	}
	at := instantText(s.SentAt)
	_, err := w.exec(ctx, "UPDATE reports SET sent_at = ? WHERE id = ? AND sent_at < ?", at, s.ReportID, at)
	return err
}

// AcknowledgeSubmission never drops a file of the submission.
func (w writer) AcknowledgeSubmission(ctx context.Context, s app.Submission, files map[string][]byte) error {
	stored, err := w.Submission(ctx, s.ID)
	if err != nil {
		return err
	}
	kept := map[app.SubmissionFile]bool{}
	for _, f := range s.Files {
		kept[f] = true
	}
	for _, f := range stored.Files {
		if !kept[f] {
			return fault.New(fault.Internal, "the file %s of submission %s would be lost", f.Name, s.ID)
		}
	}
	if err := w.keepFiles(ctx, s, files); err != nil {
		return err
	}
	_, err = w.set(ctx, "submissions", acknowledgement(&s), "id = ?", s.ID)
	return err
}

// keepFiles keeps the files of a submission, and refuses one without content.
func (w writer) keepFiles(ctx context.Context, s app.Submission, files map[string][]byte) error {
	for _, f := range s.Files {
		if content, given := files[f.SHA256]; given {
			if err := w.addBlob(ctx, f.SHA256, content); err != nil {
				return err
			}
			continue
		}
		n, err := w.number(ctx, "(SELECT COUNT(*) FROM blobs WHERE sha256 = ?)", f.SHA256)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Internal, "the file %s of submission %s has no content", f.Name, s.ID)
		}
	}
	return nil
}
