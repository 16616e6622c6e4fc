package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Old files are told, source by source; the newest file of a source counts.
func TestOldVulnerabilityDataIsTold(t *testing.T) {
	now := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	dir := t.TempDir()
	file := func(name string, age time.Duration) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, now.Add(-age), now.Add(-age)); err != nil {
			t.Fatal(err)
		}
		return path
	}
	old, fresh := file("old", 10*24*time.Hour), file("fresh", staleAfter-time.Second)
	var errs bytes.Buffer
	c := MatchCmd{OSV: []string{old, fresh}, NVD: []string{old}, CVE: []string{filepath.Join(dir, "missing")}}
	c.tellAge(&errs, now)
	if got := errs.String(); strings.Count(got, "\n") != 1 || !strings.HasPrefix(got, "NVD: the newest file is 10 days old") {
		t.Errorf("told %q", got)
	}
}
