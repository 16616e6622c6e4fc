package sqlstore

import (
	"context"
	"strings"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/fault"
	"mimamori/internal/ledger"
)

var entries = listing{
	from: "ledger_entries e", id: "e.seq", counted: true, search: []string{"e.search"}, order: "-seq",
	sorts: map[string]string{"seq": "e.seq"},
	filters: map[string]filter{
		"subject_kind": subjectFilter,
		"subject_id":   subjectFilter,
		"actor":        equals("e.actor_id"),
		"action":       actionFilter,
		"action_in":    actionsFilter,
		"from":         instantFilter("e.at >= ?"),
		"to":           instantFilter("e.at < ?"),
	},
}

const aboutRecord = "SELECT s.seq FROM ledger_subjects s WHERE s.subject_kind = ? AND s.subject_id = ?"

// subjectFilter finds entries about a record or naming it as parent.
func subjectFilter(_ string, all map[string]string) (string, []any, error) {
	kind, id := all["subject_kind"], all["subject_id"]
	switch {
	case kind == "":
		return "", nil, fault.New(fault.Invalid, "the id of a record needs its kind as well: give subject_kind")
	case id == "":
		return "e.seq IN (SELECT s.seq FROM ledger_subjects s WHERE s.subject_kind = ?)", []any{kind}, nil
	case kind == "release": // and its findings, which do not name it: of a new CVE there is one for each of a thousand releases
		return "e.seq IN (" + aboutRecord + " UNION SELECT s.seq FROM ledger_subjects s WHERE s.subject_kind = 'finding' AND s.subject_id IN (SELECT f.id FROM findings f WHERE f.release_id = ?))",
			[]any{kind, id, id}, nil
	default:
		return "e.seq IN (" + aboutRecord + ")", []any{kind, id}, nil
	}
}

// actionFilter finds actions that begin with the value.
func actionFilter(value string, _ map[string]string) (string, []any, error) {
	return "e.action >= ? AND e.action < ?", []any{value, value + "\U0010FFFF"}, nil
}

// actionsFilter finds the actions that are listed with commas between.
func actionsFilter(value string, _ map[string]string) (string, []any, error) {
	condition, args := in("e.action", strings.Split(value, ","))
	return condition, args, nil
}

// instantFilter compares with an instant in the form of RFC 3339.
func instantFilter(condition string) filter {
	return func(value string, _ map[string]string) (string, []any, error) {
		at, err := time.Parse(time.RFC3339Nano, value)
		if err != nil {
			return "", nil, fault.New(fault.Invalid, "%q is no instant: write it as 2026-06-01T09:00:00Z", value)
		}
		return condition, []any{instantText(at)}, nil
	}
}

// Entries reads the entries from the bytes that were hashed.
func (r reader) Entries(ctx context.Context, q app.ListQuery) (app.List[ledger.Entry], error) {
	stored, err := page(ctx, r.queries, entries, q, func(text *string) row { return row{{"e.canonical", text}} })
	out := app.List[ledger.Entry]{Items: []ledger.Entry{}, Next: stored.Next, Total: stored.Total}
	if err != nil {
		return out, err
	}
	for _, canonical := range stored.Items {
		e, err := ledger.ParseEntry([]byte(canonical))
		if err != nil {
			return out, err
		}
		out.Items = append(out.Items, e)
	}
	return out, nil
}
