package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// openSQLite opens one connection that writes and a pool that reads. All
// settings stand in the DSN, so that every connection of a pool has them.
func openSQLite(ctx context.Context, path string) (writes, reads *sql.DB, err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, nil, err
	}
	// The file holds personal data: nobody else may read it. SQLite gives its
	// side files the same mode.
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the administrator names the file
	if err != nil {
		return nil, nil, err
	}
	if err := file.Close(); err != nil {
		return nil, nil, err
	}
	if writes, err = sql.Open("sqlite", sqliteDSN(path, "immediate")+"&_pragma=cache_size(-64000)"); err != nil {
		return nil, nil, err
	}
	writes.SetMaxOpenConns(1)
	if reads, err = sql.Open("sqlite", sqliteDSN(path, "deferred")+"&_pragma=query_only(1)&_pragma=cache_size(-8000)"); err != nil {
		return nil, nil, errors.Join(err, writes.Close())
	}
	reads.SetMaxOpenConns(max(4, 2*runtime.NumCPU()))
	reads.SetMaxIdleConns(max(4, 2*runtime.NumCPU()))
	reads.SetConnMaxIdleTime(time.Minute) // each has a cache of its own
	if err := writes.PingContext(ctx); err != nil {
		return nil, nil, errors.Join(err, writes.Close(), reads.Close())
	}
	return writes, reads, nil
}

// sqliteDSN sets: write-ahead log; every commit on disk before it returns;
// foreign keys; waiting for another process up to 10 s.
func sqliteDSN(path, lock string) string {
	name := (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath()}).String()
	return fmt.Sprintf("%s?_txlock=%s&_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"+
		"&_pragma=foreign_keys(1)&_pragma=temp_store(MEMORY)", name, lock)
}
