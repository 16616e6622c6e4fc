package sqlstore

import (
	"context"

	"mimamori/internal/intake"
)

func attachmentRow(a *intake.Attachment) row {
	return row{
		{"id", &a.ID},
		{"intake_id", &a.IntakeID},
		{"name", &a.Name},
		{"sha256", &a.SHA256},
		{"bytes", &a.Bytes},
		{"added_by", &a.AddedBy},
		{"added_at", instant{&a.AddedAt}},
	}
}

func (r reader) Attachment(ctx context.Context, id string) (intake.Attachment, error) {
	return one(ctx, r.queries, "attachment "+id, attachmentRow, "FROM attachments WHERE id = ?", id)
}

func (r reader) Attachments(ctx context.Context, intakeID string) ([]intake.Attachment, error) {
	return all(ctx, r.queries, attachmentRow, "FROM attachments WHERE intake_id = ? ORDER BY id", intakeID)
}

func (w writer) AddAttachment(ctx context.Context, a intake.Attachment, file []byte) error {
	if err := w.addBlob(ctx, a.SHA256, file); err != nil {
		return err
	}
	return w.insert(ctx, "attachments", attachmentRow(&a))
}
