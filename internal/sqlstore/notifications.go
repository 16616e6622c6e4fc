package sqlstore

import (
	"context"
	"time"

	"mimamori/internal/app"
)

func notificationRow(n *app.Notification) row {
	return row{
		{"id", &n.ID},
		{"user_id", &n.UserID},
		{"obligation_id", &n.ObligationID},
		{"step", &n.Step},
		{"created_at", instant{&n.CreatedAt}},
		{"mailed_at", instant{&n.MailedAt}},
		{"read_at", instant{&n.ReadAt}},
	}
}

// notificationsOf lists the notifications of one person.
func notificationsOf(userID string) listing {
	return listing{
		from: "notifications m", joins: " JOIN obligations o ON o.id = m.obligation_id" + obligationJoins + obligationReport, id: "m.id",
		base: "m.user_id = ?", values: []any{userID}, order: "-created_at",
		sorts:   map[string]string{"created_at": "m.created_at"},
		filters: map[string]filter{"unread": oneOf(map[string]string{"yes": "m.read_at = ''"})},
	}
}

func (r reader) Notifications(ctx context.Context, userID string, q app.ListQuery) (app.List[app.NotificationRow], error) {
	return page(ctx, r.queries, notificationsOf(userID), q, func(n *app.NotificationRow) row {
		return append(notificationRow(&n.Notification).of("m"), obligationColumns(&n.Obligation)...)
	})
}

// AddNotifications leaves it to the key of person, obligation and step which
// of them are new.
func (w writer) AddNotifications(ctx context.Context, notifications []app.Notification) ([]app.Notification, error) {
	rows, ids := make([]row, len(notifications)), make([]string, len(notifications))
	for i := range notifications {
		rows[i], ids[i] = notificationRow(&notifications[i]), notifications[i].ID
	}
	if err := w.insertWith(ctx, "notifications", " ON CONFLICT (user_id, obligation_id, step) DO NOTHING", rows...); err != nil {
		return nil, err
	}
	stored := map[string]bool{}
	err := inChunks(ids, func(part []string) error {
		condition, args := in("id", part)
		kept, err := w.texts(ctx, "id", "FROM notifications WHERE "+condition, args...)
		for _, id := range kept {
			stored[id] = true
		}
		return err
	})
	added := []app.Notification{}
	for _, n := range notifications {
		if stored[n.ID] {
			added = append(added, n)
		}
	}
	return added, err
}

func (w writer) MarkMailed(ctx context.Context, notificationIDs []string, at time.Time) error {
	return inChunks(notificationIDs, func(part []string) error {
		condition, args := in("id", part)
		_, err := w.exec(ctx, "UPDATE notifications SET mailed_at = ? WHERE mailed_at = '' AND "+condition, append([]any{instant{&at}}, args...)...)
		return err
	})
}

func (w writer) MarkRead(ctx context.Context, userID string, notificationIDs []string, at time.Time) error {
	const unread = "UPDATE notifications SET read_at = ? WHERE user_id = ? AND read_at = ''"
	if notificationIDs == nil {
		_, err := w.exec(ctx, unread, instant{&at}, userID)
		return err
	}
	return inChunks(notificationIDs, func(part []string) error {
		condition, args := in("id", part)
		_, err := w.exec(ctx, unread+" AND "+condition, append([]any{instant{&at}, userID}, args...)...)
		return err
	})
}
