package app

import (
	"context"

	"mimamori/internal/fault"
	"mimamori/internal/ledger"
)

// NotificationView is a notification with what it is about.
type NotificationView struct {
	Notification
	Obligation Due `json:"obligation"`
}

// NotificationsView is a page of a person's notifications.
type NotificationsView struct {
	Items  []NotificationView `json:"items"`
	Next   string             `json:"next"`
	Total  int                `json:"total"`
	Unread int                `json:"unread"` // of all of them, those about sources included
	// Sources are the newest notices about sources whose state changed, newest first.
	Sources []SourceNotice `json:"sources"`
	Mail    MailState      `json:"mail"`
}

// Notifications returns the person's own notifications, newest first.
func (a *App) Notifications(ctx context.Context, by Actor, q ListQuery) (NotificationsView, error) {
	view := NotificationsView{Items: []NotificationView{}}
	list, err := a.Store.Notifications(ctx, by.UserID, q)
	if err != nil {
		return view, err
	}
	rows := make([]ObligationRow, len(list.Items))
	for i := range list.Items {
		rows[i] = list.Items[i].Obligation
	}
	due, err := a.dues(ctx, a.Store, rows)
	if err != nil {
		return view, err
	}
	for i := range list.Items {
		view.Items = append(view.Items, NotificationView{list.Items[i].Notification, due[i]})
	}
	view.Next, view.Total = list.Next, list.Total
	if view.Unread, err = a.unread(ctx, by); err != nil {
		return view, err
	}
	if view.Sources, _, err = a.Store.SourceNotices(ctx, by.UserID, sourceNoticesShown); err != nil {
		return view, err
	}
	view.Mail, err = a.mailState(ctx, a.Store)
	return view, err
}

// unread counts the person's notifications that were not read yet.
func (a *App) unread(ctx context.Context, by Actor) (int, error) {
	list, err := a.Store.Notifications(ctx, by.UserID, ListQuery{Filter: map[string]string{"unread": "yes"}, Limit: 1})
	if err != nil {
		return 0, err
	}
	_, sources, err := a.Store.SourceNotices(ctx, by.UserID, 0)
	return list.Total + sources, err
}

// maxRead bounds how many notifications are named in one request.
const maxRead = 1000

// ReadNotifications records that the person has seen these of the own
// notifications; none named means all. Ids of other people's do nothing.
func (a *App) ReadNotifications(ctx context.Context, by Actor, ids []string) error {
	if len(ids) > maxRead {
		return fault.Fields("the notifications cannot be marked like this", []fault.Field{
			fault.At("/ids", "length", "%d notifications are too many, at most %d can be named at once: name none to mark all", len(ids), maxRead),
		})
	}
	if len(ids) == 0 {
		ids = nil
	}
	if unread, err := a.unread(ctx, by); err != nil || unread == 0 {
		return err
	}
	return a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		tx.Record(by.entry("notifications.read", ledger.Subject{Kind: "user", ID: by.UserID, Name: by.Name}, nil, map[string]any{"ids": ids}, ""))
		if err := tx.MarkSourceNoticesRead(ctx, by.UserID, ids, a.now()); err != nil {
			return err
		}
		return tx.MarkRead(ctx, by.UserID, ids, a.now())
	})
}
