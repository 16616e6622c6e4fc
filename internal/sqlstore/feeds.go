package sqlstore

import (
	"context"
	"slices"
	"time"

	"mimamori/internal/app"
)

func feedRow(f *app.Feed) row {
	return row{
		{"id", &f.ID},
		{"name", &f.Name},
		{"kind", &f.Kind},
		{"address", &f.Address},
		{"trust", listOf(&f.Trust)},
		{"every_h", &f.EveryH},
		{"alarm_after_h", &f.AlarmAfterH},
		{"whole", &f.Whole},
		{"active", &f.On},
		{"changed_by", &f.By},
		{"revision", &f.Revision},
		{"created_at", instant{&f.CreatedAt}},
		{"updated_at", instant{&f.UpdatedAt}},
		{"run_id", &f.RunID},
		{"last_run_id", &f.LastRunID},
		{"next_at", instant{&f.NextAt}},
		{"last_good_at", instant{&f.LastGoodAt}},
		{"as_of_at", instant{&f.AsOfAt}},
		{"newest_at", instant{&f.NewestAt}},
		{"records", &f.Records},
		{"failures", &f.Failures},
		{"last_error", &f.LastError},
		{"suspicion", &f.Suspicion},
		{"fetched", raw{&f.Fetched}},
	}
}

func (r reader) Feed(ctx context.Context, id string) (app.Feed, error) {
	return one(ctx, r.queries, "feed "+id, feedRow, "FROM feeds WHERE id = ?", id)
}

func (r reader) Feeds(ctx context.Context) ([]app.Feed, error) {
	return all(ctx, r.queries, feedRow, "FROM feeds ORDER BY kind, name")
}

func (w writer) AddFeed(ctx context.Context, f app.Feed) error {
	f.Revision = max(f.Revision, 1)
	return w.insert(ctx, "feeds", feedRow(&f))
}

func (w writer) UpdateFeed(ctx context.Context, f app.Feed) error {
	return w.revise(ctx, "feeds", "feed", f.ID, f.Revision, feedRow(&f))
}

func (r reader) GoneSince(ctx context.Context, advisoryIDs []string) (map[string]time.Time, error) {
	gone := map[string]time.Time{}
	err := inChunks(advisoryIDs, func(part []string) error {
		condition, args := in("a.id", part)
		var id string
		var since time.Time
		return r.each(ctx, row{{"a.id", &id}, {"MAX(f.gone_at)", instant{&since}}},
			"FROM advisories a JOIN feed_records f ON f.source = a.source AND f.record_id = a.record_id WHERE "+condition+" GROUP BY a.id HAVING MIN(f.gone_at) <> ''",
			args, func() error { gone[id] = since; return nil })
	})
	return gone, err
}

func (w writer) SeenInFeed(ctx context.Context, feedID, source string, seen map[string]bool, at time.Time, keep bool, most int) (app.SeenChange, error) {
	var gone, back []string
	known := make(map[string]bool, len(seen))
	var id, goneAt string
	err := w.each(ctx, row{{"record_id", &id}, {"gone_at", &goneAt}}, "FROM feed_records WHERE feed_id = ?", []any{feedID}, func() error {
		switch known[id] = true; {
		case seen[id] && goneAt != "":
			back = append(back, id)
		case !seen[id] && goneAt == "":
			gone = append(gone, id)
		}
		return nil
	})
	if err != nil {
		return app.SeenChange{}, err
	}
	if keep {
		gone = nil
	}
	var added []string
	for id := range seen {
		if !known[id] {
			added = append(added, id)
		}
	}
	slices.Sort(added) // in the order of the key
	fresh := make([]row, len(added))
	for i := range added {
		fresh[i] = row{{"feed_id", &feedID}, {"record_id", &added[i]}, {"source", &source}, {"gone_at", instant{new(time.Time)}}}
	}
	if err := w.insert(ctx, "feed_records", fresh...); err != nil {
		return app.SeenChange{}, err
	}
	if err := w.markGone(ctx, feedID, gone, instantText(at)); err != nil {
		return app.SeenChange{}, err
	}
	if err := w.markGone(ctx, feedID, back, ""); err != nil {
		return app.SeenChange{}, err
	}
	slices.Sort(gone)
	slices.Sort(back)
	return app.SeenChange{Gone: len(gone), Back: len(back), GoneIDs: gone[:min(most, len(gone))], BackIDs: back[:min(most, len(back))]}, nil
}

func (w writer) markGone(ctx context.Context, feedID string, records []string, at string) error {
	return inChunks(records, func(part []string) error {
		condition, args := in("record_id", part)
		_, err := w.exec(ctx, "UPDATE feed_records SET gone_at = ? WHERE feed_id = ? AND "+condition, append([]any{at, feedID}, args...)...)
		return err
	})
}

func (w writer) ForgetFeedRecords(ctx context.Context, feedID string) error {
	_, err := w.exec(ctx, "DELETE FROM feed_records WHERE feed_id = ?", feedID)
	return err
}

func sourceNoticeRow(n *app.SourceNotice) row {
	return row{
		{"id", &n.ID},
		{"user_id", &n.UserID},
		{"source", &n.Source},
		{"state_before", &n.Before},
		{"state_after", &n.After},
		{"reasons", listOf(&n.Reasons)},
		{"created_at", instant{&n.CreatedAt}},
		{"mailed_at", instant{&n.MailedAt}},
		{"read_at", instant{&n.ReadAt}},
	}
}

func (r reader) SourceNotices(ctx context.Context, userID string, limit int) ([]app.SourceNotice, int, error) {
	notices, err := all(ctx, r.queries, sourceNoticeRow, "FROM source_notices WHERE user_id = ? ORDER BY created_at DESC, id DESC LIMIT ?", userID, limit)
	if err != nil {
		return nil, 0, err
	}
	unread, err := r.number(ctx, "(SELECT COUNT(*) FROM source_notices WHERE user_id = ? AND read_at = '')", userID)
	return notices, unread, err
}

func (w writer) AddSourceNotices(ctx context.Context, notices []app.SourceNotice) error {
	rows := make([]row, len(notices))
	for i := range notices {
		rows[i] = sourceNoticeRow(&notices[i])
	}
	return w.insert(ctx, "source_notices", rows...)
}

func (w writer) MarkSourceNoticesMailed(ctx context.Context, ids []string, at time.Time) error {
	return inChunks(ids, func(part []string) error {
		condition, args := in("id", part)
		_, err := w.exec(ctx, "UPDATE source_notices SET mailed_at = ? WHERE mailed_at = '' AND "+condition, append([]any{instant{&at}}, args...)...)
		return err
	})
}

func (w writer) MarkSourceNoticesRead(ctx context.Context, userID string, ids []string, at time.Time) error {
	const unread = "UPDATE source_notices SET read_at = ? WHERE user_id = ? AND read_at = ''"
	if ids == nil {
		_, err := w.exec(ctx, unread, instant{&at}, userID)
		return err
	}
	return inChunks(ids, func(part []string) error {
		condition, args := in("id", part)
		_, err := w.exec(ctx, unread+" AND "+condition, append([]any{instant{&at}, userID}, args...)...)
		return err
	})
}
