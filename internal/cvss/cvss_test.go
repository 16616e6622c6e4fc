package cvss_test

import (
	"archive/zip"
	"bufio"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"mimamori/internal/cvss"
)

func TestScore(t *testing.T) {
	tests := []struct {
		name, vector string
		score        float64
		band         cvss.Band
	}{
		{"Log4Shell changes the scope", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 10, cvss.Critical},
		{"Heartbleed leaks only", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", 7.5, cvss.High},
		{"version 2 in brackets, as older sources write it", "(AV:N/AC:L/Au:N/C:P/I:N/A:N)", 5, cvss.Medium},
		{"no impact is no severity", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0, cvss.None},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := cvss.Score(tt.vector)
			if err != nil {
				t.Fatal(err)
			}
			if got != tt.score || cvss.BandOf(got) != tt.band {
				t.Errorf("%s: got %v (%s), want %v (%s)", tt.vector, got, cvss.BandOf(got), tt.score, tt.band)
			}
		})
	}
	for _, bad := range []string{"", "AV:N", "CVSS:3.1/AV:X", "CVSS:9.9/AV:N"} {
		if s, err := cvss.Score(bad); err == nil {
			t.Errorf("Score(%q) = %v, want an error", bad, s)
		}
	}
}

// line is "<vector> - (base, temporal, environmental)".
var line = regexp.MustCompile(`^(\S+) - \(([0-9.-]+),`)

// TestPublishedVectors compares with vectors of versions 2.0 to 3.1 whose scores
// are published.
func TestPublishedVectors(t *testing.T) {
	archive, err := zip.OpenReader(filepath.Join("..", "..", "..", "shared", "data", "cvss", "vectors.zip"))
	if os.IsNotExist(err) {
		t.Skip("skipped: the published CVSS vectors (../shared/data/cvss/vectors.zip) are not beside the project")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = archive.Close() }()
	checked := 0
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		for scan := bufio.NewScanner(r); scan.Scan(); {
			m := line.FindStringSubmatch(strings.TrimSpace(scan.Text()))
			if m == nil || strings.HasPrefix(m[1], "CVSS:4.0") || strings.Contains(f.Name, "calculator2") {
				continue
			}
			checked++
			got, err := cvss.Score(m[1])
			want, wantErr := strconv.ParseFloat(m[2], 64)
			if err != nil || wantErr != nil || got != want {
				t.Errorf("%s: %s: got %v (%v), want %s", f.Name, m[1], got, err, m[2])
			}
		}
		_ = r.Close()
	}
	if checked < 1000 {
		t.Errorf("only %d vectors were compared: has the file changed?", checked)
	}
}

func TestMaxKeepsTheGraver(t *testing.T) {
	if got := cvss.Max(cvss.Unknown, cvss.None); got != cvss.None {
		t.Errorf("knowing of no severity is more than not knowing: got %q", got)
	}
	if got := cvss.Max(cvss.Critical, cvss.Low); got != cvss.Critical {
		t.Errorf("got %q, want critical", got)
	}
}
