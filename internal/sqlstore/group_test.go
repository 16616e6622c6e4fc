package sqlstore_test

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/ledger"
)

// A large write that comes while a small one runs is begun again by itself,
// and neither takes the other along.
func TestALargeWriteBehindASmallOneIsBegunAgain(t *testing.T) {
	s := openSQLite(t, filepath.Join(t.TempDir(), "x.db"))
	put := func(ctx context.Context, tx app.Tx, name string, n int) error {
		for i := range n {
			if err := tx.PutSetting(ctx, fmt.Sprintf("%s-%d", name, i), json.RawMessage("1")); err != nil {
				return err
			}
		}
		tx.Record(ledger.Entry{Action: name})
		return nil
	}
	const large, most = 3_000, 20
	again := false
	for try := 0; try < most && !again; try++ {
		name := fmt.Sprintf("try%d", try)
		begun, attempts := make(chan struct{}), 0
		var both sync.WaitGroup
		both.Go(func() {
			if err := s.Write(t.Context(), func(ctx context.Context, tx app.Tx) error {
				close(begun)
				time.Sleep(5 * time.Millisecond) // the other one waits by then
				return put(ctx, tx, name+"-small", 1)
			}); err != nil {
				t.Error(err)
			}
		})
		both.Go(func() {
			<-begun
			if err := s.Write(t.Context(), func(ctx context.Context, tx app.Tx) error {
				attempts++
				return put(ctx, tx, name+"-large", large)
			}); err != nil {
				t.Error(err)
			}
		})
		both.Wait()
		again = attempts == 2
		for _, key := range []string{name + "-small-0", name + "-large-0", fmt.Sprintf("%s-large-%d", name, large-1)} {
			if _, err := s.Setting(t.Context(), key); err != nil {
				t.Errorf("%s after %d attempts: %v", key, attempts, err)
			}
		}
		if entries, err := s.Entries(t.Context(), app.ListQuery{Filter: map[string]string{"action": name}}); err != nil || entries.Total != 2 {
			t.Errorf("%d entries after %d attempts, want one for each write: %v", entries.Total, attempts, err)
		}
	}
	if !again {
		t.Errorf("in %d tries no large write came behind a small one", most)
	}
	if report := verify(t, s); !report.OK {
		t.Errorf("%+v", report)
	}
}
