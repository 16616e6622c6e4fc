package app

import (
	"context"
	"encoding/json"

	"mimamori/internal/fault"
)

// setting reads a stored setting into value, which stays as it is when nobody
// has set it yet.
func setting(ctx context.Context, r Reader, key string, value any) error {
	data, err := r.Setting(ctx, key)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	return json.Unmarshal(data, value)
}
