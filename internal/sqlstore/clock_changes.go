package sqlstore

import (
	"cmp"
	"context"
	"slices"

	"mimamori/internal/app"
)

func clockChangeRow(c *app.ClockChange) row {
	return row{
		{"id", &c.ID},
		{"obligation_id", &c.ObligationID},
		{"from_aware_on", day{&c.FromAwareOn}},
		{"from_due_on", day{&c.FromDueOn}},
		{"to_aware_on", day{&c.ToAwareOn}},
		{"to_due_on", day{&c.ToDueOn}},
		{"reason", &c.Reason},
		{"changed_by", &c.By},
		{"at", instant{&c.At}},
	}
}

func (r reader) ClockChanges(ctx context.Context, obligationIDs []string) ([]app.ClockChange, error) {
	out := []app.ClockChange{}
	ids := slices.Compact(slices.Sorted(slices.Values(obligationIDs)))
	err := inChunks(ids, func(part []string) error {
		condition, args := in("obligation_id", part)
		changes, err := all(ctx, r.queries, clockChangeRow, "FROM clock_changes WHERE "+condition, args...)
		out = append(out, changes...)
		return err
	})
	slices.SortFunc(out, func(a, b app.ClockChange) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	return out, err
}

func (w writer) AddClockChange(ctx context.Context, c app.ClockChange) error {
	return w.insert(ctx, "clock_changes", clockChangeRow(&c))
}
