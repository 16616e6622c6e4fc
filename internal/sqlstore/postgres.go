package sqlstore

import (
	"context"
	"database/sql"
	"runtime"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
)

// openPostgres opens a pool, and the same pool as a database/sql handle.
func openPostgres(ctx context.Context, address string) (*pgxpool.Pool, *sql.DB, error) {
	config, err := pgxpool.ParseConfig(address)
	if err != nil {
		return nil, nil, err // pgx masks the password
	}
	config.MaxConns = max(config.MaxConns, int32(min(4*runtime.NumCPU(), 32))) //nolint:gosec // at most 32
	// A plan that was made while a table was almost empty reads all of it when it
	// has grown: plan every statement for what is there.
	config.ConnConfig.RuntimeParams["plan_cache_mode"] = "force_custom_plan"
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, nil, err
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, nil, err
	}
	return pool, stdlib.OpenDBFromPool(pool), nil
}
