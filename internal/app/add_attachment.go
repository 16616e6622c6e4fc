package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"

	"mimamori/internal/fault"
	"mimamori/internal/ident"
	"mimamori/internal/intake"
	"mimamori/internal/ledger"
)

// AddAttachment is a file for an intake record.
type AddAttachment struct {
	IntakeID, Name string
	File           io.Reader
}

// AddAttachment keeps a file with the safety information it came with.
func (a *App) AddAttachment(ctx context.Context, by Actor, in AddAttachment) (intake.Attachment, error) {
	if err := require(by, RecordIntake); err != nil {
		return intake.Attachment{}, err
	}
	content, err := io.ReadAll(io.LimitReader(in.File, intake.MaxAttachmentBytes+1))
	if err != nil {
		return intake.Attachment{}, fault.Wrap(fault.Invalid, err, "%s: the upload broke off: send it again", in.Name)
	}
	sum := sha256.Sum256(content)
	file := intake.Attachment{
		ID: ident.New(), IntakeID: in.IntakeID, Name: in.Name, SHA256: hex.EncodeToString(sum[:]),
		Bytes: int64(len(content)), AddedBy: by.Name, AddedAt: a.now(),
	}
	if err := file.Check(); err != nil {
		return intake.Attachment{}, err
	}
	return file, a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		record, err := tx.Intake(ctx, in.IntakeID)
		if err != nil {
			return err
		}
		e := by.entry("intake.attached", ledger.Subject{Kind: "attachment", ID: file.ID, Name: file.Name}, nil, file, "")
		e.Parents = []ledger.Subject{subjectIntake(record)}
		tx.Record(e)
		return tx.AddAttachment(ctx, file, content)
	})
}

// Attachment returns a file that came with an intake record.
func (a *App) Attachment(ctx context.Context, id string) (File, error) {
	file, err := a.Store.Attachment(ctx, id)
	if err != nil {
		return File{}, err
	}
	content, err := a.Store.Blob(ctx, file.SHA256)
	return File{Name: file.Name, Content: content}, err
}
