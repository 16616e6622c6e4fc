package sqlstore

import (
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
	"time"
)

// Session returns the data kept under a session token that has not expired.
func (s *Store) Session(ctx context.Context, token string) (data []byte, found bool, err error) {
	q := queries{session: s.reads, postgres: s.pool != nil}
	var text string
	row := s.reads.QueryRowContext(ctx, q.bind("SELECT data FROM sessions WHERE token_hash = ? AND expires_at > ?"), token, instantText(s.config.Clock()))
	switch err := row.Scan(&text); {
	case errors.Is(err, sql.ErrNoRows):
		return nil, false, nil
	case err != nil:
		return nil, false, kindOf(err)
	}
	data, err = base64.StdEncoding.DecodeString(text)
	return data, err == nil, err
}

// PutSession keeps data under a session token, and forgets expired sessions.
func (s *Store) PutSession(ctx context.Context, token string, data []byte, expiresAt time.Time) error {
	q := queries{session: s.writes, postgres: s.pool != nil}
	_, err := q.exec(ctx, "INSERT INTO sessions (token_hash, data, expires_at) VALUES (?, ?, ?) "+
		"ON CONFLICT (token_hash) DO UPDATE SET data = excluded.data, expires_at = excluded.expires_at",
		token, base64.StdEncoding.EncodeToString(data), instantText(expiresAt))
	if err != nil {
		return err
	}
	_, err = q.exec(ctx, "DELETE FROM sessions WHERE expires_at <= ?", instantText(s.config.Clock()))
	return err
}

// DeleteSession forgets a session.
func (s *Store) DeleteSession(ctx context.Context, token string) error {
	q := queries{session: s.writes, postgres: s.pool != nil}
	_, err := q.exec(ctx, "DELETE FROM sessions WHERE token_hash = ?", token)
	return err
}
