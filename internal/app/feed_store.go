package app

import (
	"context"
	"time"
)

// FeedSettingReader reads feeds and what is known of their records.
type FeedSettingReader interface {
	Feed(ctx context.Context, id string) (Feed, error)
	Feeds(ctx context.Context) ([]Feed, error) // by kind and name

	// GoneSince returns since when advisories are missing in every feed that had them, by advisory id; those that are
	// not missing, or came from no feed, are left out.
	GoneSince(ctx context.Context, advisoryIDs []string) (map[string]time.Time, error)
	// RecordsOf counts the advisories of a source, or the entries of the KEV catalogue.
	RecordsOf(ctx context.Context, source string) (int, error)

	// SourceNotices of a person, newest first, at most limit; unread counts all of them that were not read.
	SourceNotices(ctx context.Context, userID string, limit int) (notices []SourceNotice, unread int, err error)
}

// FeedSettingWriter keeps feeds and what is known of their records.
type FeedSettingWriter interface {
	AddFeed(ctx context.Context, f Feed) error // Conflict when the name is taken
	UpdateFeed(ctx context.Context, f Feed) error

	// SeenInFeed makes seen the records that the feed has: what it had and is not seen is missing from at on, unless
	// keep is set; what was missing and is seen is back. At most most ids of each are returned with the full counts.
	SeenInFeed(ctx context.Context, feedID, source string, seen map[string]bool, at time.Time, keep bool, most int) (SeenChange, error)
	// ForgetFeedRecords forgets what a feed had: its address is another one now.
	ForgetFeedRecords(ctx context.Context, feedID string) error

	AddSourceNotices(ctx context.Context, notices []SourceNotice) error
	MarkSourceNoticesMailed(ctx context.Context, ids []string, at time.Time) error
	MarkSourceNoticesRead(ctx context.Context, userID string, ids []string, at time.Time) error // of that person only; nil: all
}

// SeenChange is how the records of a feed moved.
type SeenChange struct {
	Gone, Back       int
	GoneIDs, BackIDs []string // the first of them, sorted
}
