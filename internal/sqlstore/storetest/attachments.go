package storetest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"mimamori/internal/app"
	"mimamori/internal/caldate"
	"mimamori/internal/fault"
	"mimamori/internal/ident"
	"mimamori/internal/intake"
)

// attachments come back in the order in which they were added; the same
// content is kept once; one for a record that does not exist is refused.
func attachments(t *testing.T, f *fixture) {
	record := intake.Record{ID: ident.New(), Number: "IN-2026-0001", Source: intake.Hospital, From: "ME室", AwareOn: caldate.MustParse("2026-06-01"), Title: "停止", Text: "停止した。", RecordedBy: "佐藤", RecordedAt: f.tick()}
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.AddIntake(ctx, record) })
	content := []byte("picture \x00\xff")
	sum := sha256.Sum256(content)
	file := func(name string) intake.Attachment {
		return intake.Attachment{ID: ident.New(), IntakeID: record.ID, Name: name, SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(content)), AddedBy: "佐藤", AddedAt: f.tick()}
	}
	first, second := file("b 写真.jpg"), file("a.jpg")
	for _, a := range []intake.Attachment{first, second} {
		f.write(func(ctx context.Context, tx app.Tx) error { return tx.AddAttachment(ctx, a, content) })
	}
	equal(t, must[[]intake.Attachment](t)(f.Attachments(f.ctx(), record.ID)), []intake.Attachment{first, second})
	equal(t, must[intake.Attachment](t)(f.Attachment(f.ctx(), second.ID)), second)
	equal(t, must[[]byte](t)(f.Blob(f.ctx(), first.SHA256)), content)
	lost := file("c.jpg")
	lost.IntakeID = ident.New()
	if err := f.try(func(ctx context.Context, tx app.Tx) error { return tx.AddAttachment(ctx, lost, content) }); err == nil {
		t.Error("a file of a record that does not exist was taken in")
	}
	_, err := f.Attachment(f.ctx(), lost.ID)
	wantKind(t, err, fault.NotFound)
}
