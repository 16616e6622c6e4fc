package sqlstore

import (
	"context"
	"encoding/json"

	"mimamori/internal/fault"
)

func (r reader) Setting(ctx context.Context, key string) (json.RawMessage, error) {
	var content json.RawMessage
	found := false
	err := r.each(ctx, row{{"content", raw{&content}}}, "FROM settings WHERE name = ?", []any{key}, func() error { found = true; return nil })
	if err == nil && !found {
		return nil, fault.New(fault.NotFound, "there is no setting %s", key)
	}
	return content, err
}

func (w writer) PutSetting(ctx context.Context, key string, content json.RawMessage) error {
	return w.insertWith(ctx, "settings", " ON CONFLICT (name) DO UPDATE SET content = excluded.content", row{{"name", &key}, {"content", raw{&content}}})
}

// NextNumber counts up; a number of a write that fails is given again.
func (w writer) NextNumber(ctx context.Context, series string, year int) (int, error) {
	if _, err := w.exec(ctx, "INSERT INTO number_series (series, year, last_number) VALUES (?, ?, 1) "+
		"ON CONFLICT (series, year) DO UPDATE SET last_number = number_series.last_number + 1", series, year); err != nil {
		return 0, err
	}
	return w.number(ctx, "(SELECT last_number FROM number_series WHERE series = ? AND year = ?)", series, year)
}
