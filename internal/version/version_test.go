package version_test

import (
	"archive/zip"
	"bufio"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mimamori/internal/version"

	"pgregory.net/rapid"
)

// The comparison vectors of github.com/google/osv-scalibr (checked there
// against the native tools), through our reading of the texts: an order that
// differs is wrong; refusing a text that is no version is allowed but rare.
func TestPublishedVectors(t *testing.T) {
	archive, err := zip.OpenReader(filepath.Join("..", "..", "..", "shared", "data", "versions", "osv-semantic-fixtures.zip"))
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("skipped: ../shared/data/versions is not beside the repository")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = archive.Close() }()
	schemes := map[string]version.Scheme{
		"alpine": "Alpine", "cran": "CRAN", "debian": "Debian", "hackage": "Hackage", "maven": "Maven", "nuget": "NuGet",
		"packagist": "Packagist", "pub": "Pub", "pypi": "PyPI", "redhat": "Red Hat", "rubygems": "RubyGems", "semver": version.SemVer,
	}
	total, refused := 0, 0
	for _, f := range archive.File {
		kind, _, _ := strings.Cut(filepath.Base(f.Name), "-")
		scheme, known := schemes[kind]
		if !known {
			t.Errorf("%s: no scheme", f.Name)
			continue
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(r)
		for lines.Scan() {
			fields := strings.Fields(lines.Text())
			if len(fields) != 3 || strings.HasPrefix(fields[0], "#") {
				continue
			}
			total++
			got, err := version.Compare(scheme, fields[0], fields[2])
			if err != nil {
				refused++
				t.Logf("%s: refused %q", f.Name, lines.Text())
				continue
			}
			if want := map[string]int{"<": -1, "=": 0, ">": 1}[fields[1]]; got != want {
				t.Errorf("%s: %q: got %d", f.Name, lines.Text(), got)
			}
		}
		_ = r.Close()
	}
	if total < 40_000 || refused > total/200 {
		t.Errorf("%d comparisons, %d refused", total, refused)
	}
}

func TestGeneric(t *testing.T) {
	const none = 9
	tests := []struct {
		a, b string
		want int
	}{
		{"1.0.2k", "1.0.2", 1},
		{"1.0.2k", "1.0.2j", 1},
		{"1.0.2k", "1.0.3", -1},
		{"2.6A", "2.6", 1},
		{"1.0", "1.0.0", 0},
		{"1.10", "1.9", 1},
		{"v2.1", "2.1", 0},
		{"Version 3", "3.0", 0},
		{"007", "7", 0},
		{"1.0-rc1", "1.0", -1},
		{"1.0-rc1", "1.0-beta2", 1},
		{"1.0-rc1", "1.0.1", -1},
		{"1.0 SP1", "1.0", none},
		{"1.0-SP1", "1.0", 1},
		{"C.00.04", "B.02", 1},
		{"VM5.0", "VM4.9", 1},
		{"VM5.0", "BT06", none},
		{"1.foo", "1.2", none},
		{"1.foo", "1.bar", none},
		{"(devel)", "1", none},
		{"", "1", none},
		{"N", "1", none},
		{"20170701", "3.1", 1},
		{"1.2.3.final", "1.2.3", 0},
		{"12345678901234567890123", "12345678901234567890124", -1},
	}
	for _, tt := range tests {
		t.Run(tt.a+" and "+tt.b, func(t *testing.T) {
			got, err := version.Compare(version.Generic, tt.a, tt.b)
			if err != nil {
				got = none
			}
			back, err := version.Compare(version.Generic, tt.b, tt.a)
			if err != nil {
				back = -none
			}
			if got != tt.want || back != -tt.want {
				t.Errorf("got %d and %d, want %d", got, back, tt.want)
			}
		})
	}
}

// Where there is an order, it reads the same from both sides, for any texts
// under any scheme.
func TestCompareIsAntisymmetric(t *testing.T) {
	schemes := []version.Scheme{version.Generic, version.SemVer, "PyPI", "Maven", "Debian", "Alpine", "Red Hat", "RubyGems", "Packagist", "NuGet"}
	text := rapid.StringMatching(`v?[0-9]{1,3}(\.[0-9]{1,3}){0,3}([.-]?(rc|beta|sp|k|a|SNAPSHOT|final)[0-9]{0,2})?`)
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom(schemes).Draw(t, "scheme")
		a, b := text.Draw(t, "a"), text.Draw(t, "b")
		x, errX := version.Compare(s, a, b)
		y, errY := version.Compare(s, b, a)
		if (errX == nil) != (errY == nil) || x != -y {
			t.Fatalf("%s: %q and %q: %d %v, back %d %v", s, a, b, x, errX, y, errY)
		}
		if same, err := version.Compare(s, a, a); err == nil && same != 0 {
			t.Fatalf("%s: %q is not equal to itself", s, a)
		}
	})
}

func TestParseRefuses(t *testing.T) {
	for scheme, texts := range map[version.Scheme][]string{
		"Go":        {"", "(devel)", "unknown", "7f3a2b19c0d4"},
		"npm":       {"kibana", "latest", "*", "^1.2.3"},
		"Packagist": {"dev-master", "dev-4.5-lts"},
		"Maven":     {"${project.version}", "RELEASE", "1 2"},
		"PyPI":      {"", "not.a.version"},
		"Debian":    {"(none)", "0e58ed8671d6b60d0890c21b07f8835ace038e67"},
	} {
		for _, text := range texts {
			if _, err := version.Parse(scheme, text); !errors.Is(err, version.ErrCannotCompare) {
				t.Errorf("%s %q: got %v, want ErrCannotCompare", scheme, text, err)
			}
		}
	}
}

// What is not quite Semantic Versioning is ordered all the same where the
// order is plain, and not where it is a guess.
func TestNearlySemVer(t *testing.T) {
	const no = 9
	for _, tt := range []struct {
		scheme version.Scheme
		a, b   string
		want   int
	}{
		{"ConanCenter", "1.1.1q", "1.1.1w", -1},
		{"ConanCenter", "1.1.1q", "3.0.8", -1},
		{"ConanCenter", "1.1.1q", "1.1.1", 1},
		{"ConanCenter", "1.1.1q", "1.1.1+build.7", 1},
		{"Bitnami", "1.2.3.4", "1.2.3", 1},
		{"Go", "1.2.3.4", "1.2.4-rc.1", -1},
		{"npm", "1.x", "2.0.0", -1},
		{"npm", "1.x", "1.5.0", no},
		{"npm", "main-2", "1.5.0", no},
	} {
		order, err := version.Compare(tt.scheme, tt.a, tt.b)
		if (err != nil) != (tt.want == no) || err == nil && order != tt.want {
			t.Errorf("%s: %s against %s: got %d, %v; want %d", tt.scheme, tt.a, tt.b, order, err, tt.want)
		}
	}
}

// Texts as they occur in CISA's medical advisories.
func TestVendorRange(t *testing.T) {
	const in, out, unk = version.Inside, version.Outside, version.Unknown
	tests := []struct {
		text, v string
		want    version.Membership
	}{
		{"vers:all/*", "1.2", in},
		{"vers:all/*", "gibberish", in},
		{"vers:all/*", "", unk},
		{"*", "3", in},
		{"vers:generic/<=1.2|>=2.0|<3", "1.1", in},
		{"vers:generic/<=1.2|>=2.0|<3", "1.5", out},
		{"vers:generic/<=1.2|>=2.0|<3", "2.5", in},
		{"vers:npm/>=1.0.0|<2.0.0", "1.9.9", in},
		{"vers:npm/>=1.0.0|<2.0.0", "2.0.0-rc.1", in},
		{"vers:generic/!=1.0", "1.0", out},
		{"vers:pypi/1.0%2Blocal", "1.0+local", in},
		{"vers:generic/>=1.0|!=1.5|<2.0", "1.4", in},
		{"vers:generic/>=1.0|!=1.5|<2.0", "1.5", out},
		{"vers:generic/>=1.0|!=1.5|<2.0", "0.9", out},
		{"vers:generic/>=1.0|!=1.5|<2.0", "3.0", out},
		{"vers:generic/<2.0|!=1.5", "1.4", in},
		{"vers:rpm/>=1:1.0-1|<1:2.0-1", "1:1.5-3.el8", in},
		{"VERS:Debian/<1.1.1n-0+deb11u4", "1.1.1n-0+deb11u3", in},
		{"<= 2.6A", "2.6", in},
		{"<= 2.6A", "2.6A", in},
		{"<= 2.6A", "2.6B", out},
		{"< 4.0", "4.0", out},
		{"<4.0", "3.99", in},
		{">= 1.0.0 | <= 1.1.1", "1.1", in},
		{">= 1.0.0 | <= 1.1.1", "1.2", out},
		{">=1.0|<2.0", "0.9", out},
		{">=BT02 | <= BT06", "BT03", in},
		{"5.0|5.1", "5.1", in},
		{"5.0|5.1", "5.2", out},
		{"1.x", "1.9", in},
		{"1.x", "2.0", out},
		{"5.x.x", "5.1.2", in},
		{"<= 12.2.x.x", "12.2.9.9", in},
		{"<= 12.2.x.x", "12.3", out},
		{"< 3.x", "3.1", out},
		{"< 3.x", "2.9", in},
		{"2.3.6 and  below", "2.3.5", in},
		{"2.3.6 and  below", "2.3.7", out},
		{"prior to 4.0", "3.9", in},
		{"< august 28", "1.0", unk},
		{"<=N", "1.0", unk},
		{"* (end-of-life 2011)", "1.0", unk},
		{"Accu-Chek Inform II", "1.0", unk},
		{"A.01 <= C.0x | 4.0", "1.0", unk},
		{"1.3.1 Build 13", "1.3.1", unk},
		{"< 4.0", "unknown", unk},
		{"<= 3.1", "BT06", unk},
		{"", "1", unk},
	}
	for _, tt := range tests {
		t.Run(tt.text+" with "+tt.v, func(t *testing.T) {
			if got := version.ParseVendorRange(tt.text).Contains(tt.v); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestSchemeOf(t *testing.T) {
	for ecosystem, want := range map[string]version.Scheme{"Debian:12": "Debian", "pypi": "PyPI", "npm": "npm", "Android": version.Generic, "": version.Generic, "Red Hat:enterprise_linux:8::baseos": "Red Hat"} {
		if got := version.SchemeOf(ecosystem); got != want {
			t.Errorf("%q: got %q, want %q", ecosystem, got, want)
		}
	}
	for _, scheme := range []version.Scheme{"Debian", "PyPI", "Go", "Alpine", "SUSE", "CRAN", "Hackage"} {
		if order, err := version.Compare(scheme, "1.2", "1.10"); err != nil || order != -1 {
			t.Errorf("%s: got %d, %v", scheme, order, err)
		}
	}
}
