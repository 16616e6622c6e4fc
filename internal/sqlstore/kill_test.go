package sqlstore_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/ident"
	"mimamori/internal/ledger"
	"mimamori/internal/register"
)

// A process that is killed in the middle of its writes has lost none that it
// acknowledged, and its ledger is whole.
func TestKilledProcessLosesNothing(t *testing.T) {
	const variable = "MIMAMORI_TEST_WRITE_TO"
	if path := os.Getenv(variable); path != "" {
		s := openSQLite(t, path)
		for range 8 {
			go func() {
				for {
					id := ident.New()
					if err := s.Write(context.Background(), func(ctx context.Context, tx app.Tx) error {
						tx.Record(ledger.Entry{Action: "site.added", Subject: ledger.Subject{Kind: "site", ID: id}})
						return tx.AddSite(ctx, register.Site{ID: id, Name: id})
					}); err != nil {
						fmt.Println("failed", err)
						return
					}
					fmt.Printf("stored %s\n", id)
				}
			}()
		}
		time.Sleep(time.Minute)
		return
	}

	path := filepath.Join(t.TempDir(), "x.db")
	for range 3 {
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
		child.Env = append(os.Environ(), variable+"="+path)
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		var stored []string
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			id, ok := strings.CutPrefix(lines.Text(), "stored ")
			if !ok {
				t.Errorf("the writing process says: %s", lines.Text())
				continue
			}
			if stored = append(stored, id); len(stored) == 300 {
				if err := child.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		_ = child.Wait() // it was killed
		if len(stored) < 300 {
			t.Fatalf("only %d writes", len(stored))
		}

		s := openSQLite(t, path)
		if last := stored[len(stored)-1]; len(last) < 36 {
			stored = stored[:len(stored)-1] // the line was cut off
		}
		for _, id := range stored {
			if _, err := s.Site(t.Context(), id); err != nil {
				t.Fatalf("acknowledged and lost: %v", err)
			}
		}
		sites, err := s.Sites(t.Context(), app.ListQuery{Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		if r := verify(t, s); !r.OK || r.Entries != int64(sites.Total) {
			t.Errorf("%d sites, %+v %+v", sites.Total, r, r.FirstBad)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
