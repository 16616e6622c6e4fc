package cli

import (
	"fmt"
	"io"
	"os"
	"time"
)

// staleAfter is the age from which files of vulnerability data are told to be
// old, as the server counts it for sources that nobody set otherwise.
const staleAfter = 72 * time.Hour

// tellAge says for each source whose newest file is old that nothing may rest
// on what is not listed.
func (c *MatchCmd) tellAge(errs io.Writer, now time.Time) {
	for _, source := range []struct {
		name  string
		paths []string
	}{{"OSV", c.OSV}, {"CSAF", c.CSAF}, {"CVE", c.CVE}, {"NVD", c.NVD}, {"JVN", c.JVN}} {
		var newest time.Time
		for _, path := range source.paths {
			if info, err := os.Stat(path); err == nil && info.ModTime().After(newest) {
				newest = info.ModTime()
			}
		}
		if age := now.Sub(newest); !newest.IsZero() && age >= staleAfter {
			_, _ = fmt.Fprintf(errs, "%s: the newest file is %d days old: what is not listed is not \"not affected\"; fetch it anew\n", source.name, int(age/(24*time.Hour))) // nothing is left to tell a failing stderr to
		}
	}
}
