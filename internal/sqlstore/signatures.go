package sqlstore

import (
	"context"

	"mimamori/internal/app"
)

func signatureRow(s *app.Signature) row {
	return row{
		{"id", &s.ID},
		{"kind", &s.Kind},
		{"subject", &s.Subject},
		{"digest", &s.Digest},
		{"meaning", &s.Meaning},
		{"user_id", &s.UserID},
		{"name", &s.Name},
		{"at", instant{&s.At}},
	}
}

func (r reader) Signatures(ctx context.Context, kind, subject string) ([]app.Signature, error) {
	return all(ctx, r.queries, signatureRow, "FROM signatures WHERE kind = ? AND subject = ? ORDER BY at, id", kind, subject)
}

func (w writer) AddSignature(ctx context.Context, s app.Signature) error {
	return w.insert(ctx, "signatures", signatureRow(&s))
}
