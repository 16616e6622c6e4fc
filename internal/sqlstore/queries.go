package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"mimamori/internal/fault"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// session is what *sql.DB, *sql.Conn and *sql.Tx have in common.
type session interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
}

// queries runs one set of SQL on either database. Placeholders are written ?;
// no SQL text holds a ? for anything else.
type queries struct {
	session  session
	postgres bool
}

func (q queries) bind(query string) string {
	if !q.postgres || !strings.Contains(query, "?") {
		return query
	}
	var out strings.Builder
	n := 0
	for part := range strings.SplitSeq(query, "?") {
		if n > 0 {
			out.WriteString("$" + strconv.Itoa(n))
		}
		out.WriteString(part)
		n++
	}
	return out.String()
}

// clean makes every text argument fit for both databases.
func clean(args []any) []any {
	out := make([]any, len(args))
	for i, arg := range args {
		if text, ok := arg.(string); ok {
			arg = textOf(text)
		}
		out[i] = arg
	}
	return out
}

// exec runs a statement and returns how many rows it touched.
func (q queries) exec(ctx context.Context, statement string, args ...any) (int64, error) {
	result, err := q.session.ExecContext(ctx, q.bind(statement), clean(args)...)
	if err != nil {
		return 0, kindOf(err)
	}
	return result.RowsAffected()
}

// each runs a SELECT of the row's columns and calls fn for every row, after
// the row was scanned. tail starts at FROM.
func (q queries) each(ctx context.Context, r row, tail string, args []any, fn func() error) error {
	rows, err := q.session.QueryContext(ctx, q.bind("SELECT "+r.names()+" "+tail), clean(args)...)
	if err != nil {
		return kindOf(err)
	}
	defer func() { _ = rows.Close() }() // Err below tells
	dests := r.dests()
	for rows.Next() {
		if err := rows.Scan(dests...); err != nil {
			return fmt.Errorf("reading a row: %w", err)
		}
		if err := fn(); err != nil {
			return err
		}
	}
	return rows.Err()
}

// all returns every record that the SELECT gives; never nil.
func all[T any](ctx context.Context, q queries, shape func(*T) row, tail string, args ...any) ([]T, error) {
	out := []T{}
	err := q.collect(ctx, func() (row, func()) {
		var item T
		p := &item
		return shape(p), func() { out = append(out, *p) }
	}, tail, args)
	return out, err
}

// collect scans every row into a fresh record, so that records share nothing.
func (q queries) collect(ctx context.Context, fresh func() (row, func()), tail string, args []any) error {
	r, keep := fresh()
	rows, err := q.session.QueryContext(ctx, q.bind("SELECT "+r.names()+" "+tail), clean(args)...)
	if err != nil {
		return kindOf(err)
	}
	defer func() { _ = rows.Close() }() // Err below tells
	for rows.Next() {
		if err := rows.Scan(r.dests()...); err != nil {
			return fmt.Errorf("reading a row: %w", err)
		}
		keep()
		r, keep = fresh()
	}
	return rows.Err()
}

// one returns the first record that the SELECT gives, or a NotFound error that
// names what was looked for.
func one[T any](ctx context.Context, q queries, what string, shape func(*T) row, tail string, args ...any) (T, error) {
	items, err := all(ctx, q, shape, tail, args...)
	if err != nil {
		var none T
		return none, err
	}
	if len(items) == 0 {
		var none T
		return none, fault.New(fault.NotFound, "there is no %s", what)
	}
	return items[0], nil
}

// number returns one number.
func (q queries) number(ctx context.Context, expression string, args ...any) (int, error) {
	var n int
	err := q.each(ctx, row{{expression, &n}}, "", args, func() error { return nil })
	return n, err
}

// texts returns one column of text.
func (q queries) texts(ctx context.Context, name, tail string, args ...any) ([]string, error) {
	var out []string
	var text string
	err := q.each(ctx, row{{name, &text}}, tail, args, func() error { out = append(out, text); return nil })
	return out, err
}

// maxParameters keeps statements far under the limits of both databases
// (32,766 and 65,535) and their texts short.
const maxParameters = 2_000

// insert stores rows of the same shape.
func (q queries) insert(ctx context.Context, table string, rows ...row) error {
	return q.insertWith(ctx, table, "", rows...)
}

// insertWith is insert with an ON CONFLICT clause.
func (q queries) insertWith(ctx context.Context, table, conflict string, rows ...row) error {
	if len(rows) == 0 {
		return nil
	}
	into, marks := "INSERT INTO "+table+" ("+rows[0].names()+") VALUES ", "("+strings.TrimSuffix(strings.Repeat("?, ", len(rows[0])), ", ")+")"
	insert := q.insertEach
	if q.postgres {
		insert = q.insertMany
	}
	if err := insert(ctx, into, marks, conflict, rows); err != nil {
		return fmt.Errorf("storing in %s: %w", table, err)
	}
	return nil
}

// insertMany stores many rows with one statement: to PostgreSQL, each statement
// is a way there and back.
func (q queries) insertMany(ctx context.Context, into, marks, conflict string, rows []row) error {
	for chunk := range slices.Chunk(rows, max(1, maxParameters/len(rows[0]))) {
		args := make([]any, 0, len(chunk)*len(rows[0]))
		for _, r := range chunk {
			args = append(args, r.values()...)
		}
		if _, err := q.exec(ctx, into+strings.TrimSuffix(strings.Repeat(marks+", ", len(chunk)), ", ")+conflict, args...); err != nil {
			return err
		}
	}
	return nil
}

// insertEach stores row by row. To SQLite, a call is cheap and a statement of
// many rows is not: it keeps a copy of each page that it changes, to be able to
// take back its first rows when a later one fails.
func (q queries) insertEach(ctx context.Context, into, marks, conflict string, rows []row) error {
	if len(rows) == 1 {
		_, err := q.exec(ctx, into+marks+conflict, rows[0].values()...)
		return err
	}
	prepared, err := q.session.PrepareContext(ctx, into+marks+conflict)
	if err != nil {
		return err
	}
	defer func() { _ = prepared.Close() }() // nothing depends on it
	run := prepared.ExecContext
	if g, guarded := q.session.(*guard); guarded {
		run = g.watch(run)
	}
	for _, r := range rows {
		if _, err := run(ctx, clean(r.values())...); err != nil {
			return kindOf(err)
		}
	}
	return nil
}

// set changes the row with the id.
func (q queries) set(ctx context.Context, table string, r row, where string, args ...any) (int64, error) {
	names := make([]string, len(r))
	for i, c := range r {
		names[i] = c.name + " = ?"
	}
	n, err := q.exec(ctx, "UPDATE "+table+" SET "+strings.Join(names, ", ")+" WHERE "+where, append(r.values(), args...)...)
	if err != nil {
		return 0, fmt.Errorf("changing %s: %w", table, err)
	}
	return n, nil
}

// revise changes a record that carries a revision, which goes up by one. A
// record that somebody else changed since it was read is a Conflict.
func (q queries) revise(ctx context.Context, table, what, id string, revision int, r row) error {
	next := revision + 1
	r = append(r.without("id", "created_at", "revision"), column{"revision", &next})
	n, err := q.set(ctx, table, r, "id = ? AND revision = ?", id, revision)
	if err != nil || n > 0 {
		return err
	}
	stored, err := q.number(ctx, "COALESCE((SELECT revision FROM "+table+" WHERE id = ?), 0)", id)
	switch {
	case err != nil:
		return err
	case stored == 0:
		return fault.New(fault.NotFound, "there is no %s %s", what, id)
	default:
		return fault.New(fault.Conflict, "somebody else changed this %s (revision %d, yours is %d): load it again and repeat the change", what, stored, revision)
	}
}

// in returns "column IN (?, …)" and its arguments.
func in(name string, values []string) (string, []any) {
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = v
	}
	if len(values) == 0 {
		return "1 = 0", nil
	}
	return name + " IN (" + strings.TrimSuffix(strings.Repeat("?, ", len(values)), ", ") + ")", args
}

// inChunks calls fn with parts of values that fit into one statement.
func inChunks(values []string, fn func(part []string) error) error {
	for part := range slices.Chunk(values, 500) {
		if err := fn(part); err != nil {
			return err
		}
	}
	return nil
}

// kindOf gives the errors of both databases that a caller can act on their kind.
func kindOf(err error) error {
	var lite *sqlite.Error
	var pg *pgconn.PgError
	switch {
	case errors.As(err, &lite) && (lite.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || lite.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY),
		errors.As(err, &pg) && pg.Code == "23505":
		return fault.Wrap(fault.Conflict, err, "there is already a record with this key")
	case errors.As(err, &lite) && lite.Code() == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY,
		errors.As(err, &pg) && pg.Code == "23503":
		return fault.Wrap(fault.Invalid, err, "it refers to a record that does not exist")
	default:
		return err
	}
}
