package version_test

import (
	"testing"

	"mimamori/internal/version"

	"pgregory.net/rapid"
)

func entry(v, before, upTo, kind string, status version.StatedStatus, changes ...version.StatedChange) version.StatedEntry {
	return version.StatedEntry{Version: v, Before: before, UpTo: upTo, Type: kind, Status: status, Changes: changes}
}

const (
	yes   = version.StatedAffected
	no    = version.StatedUnaffected
	maybe = version.StatedUnknown
)

func TestStatedJudge(t *testing.T) {
	type entries = []version.StatedEntry
	change := func(at string, status version.StatedStatus) version.StatedChange {
		return version.StatedChange{At: at, Status: status}
	}
	tests := []struct {
		name         string // what the record has, then why the answer is what it is
		standard     version.StatedStatus
		entries      entries
		version      string
		member, gues version.Membership
	}{
		{"semver range, inside", no, entries{entry("1.0.0", "1.2.0", "", "semver", yes)}, "1.1.9", version.Inside, version.Inside},
		{"semver range, its end is outside", no, entries{entry("1.0.0", "1.2.0", "", "semver", yes)}, "1.2.0", version.Outside, version.Outside},
		{"up to includes the end", no, entries{entry("1.0.0", "", "1.2.0", "semver", yes)}, "1.2.0", version.Inside, version.Inside},
		{"0 is before every version", no, entries{entry("0", "1.2.0", "", "semver", yes)}, "0.0.1-alpha", version.Inside, version.Inside},
		{"* as upper bound is no bound", no, entries{entry("1.0.0", "*", "", "semver", yes)}, "99.0.0", version.Inside, version.Inside},
		{"every version, the component has none", no, entries{entry("0", "*", "", "custom", yes)}, "", version.Inside, version.Inside},
		{"every version, of a free type", no, entries{entry("0", "", "*", "whatever", yes)}, "R12-B", version.Inside, version.Inside},
		{"custom type, guessed inside", no, entries{entry("1.0", "1.2", "", "custom", yes)}, "1.1", version.Unknown, version.Inside},
		{"custom type, guessed outside is still unknown", no, entries{entry("1.0", "1.2", "", "custom", yes)}, "1.3", version.Unknown, version.Outside},
		{"no type, guessed inside", no, entries{entry("1.0", "1.2", "", "", yes)}, "1.1", version.Unknown, version.Inside},
		{"one version, the same text needs no rules", no, entries{entry("R2.1 beta", "", "", "", yes)}, "R2.1 beta", version.Inside, version.Inside},
		{"one version of numbers, another is another", no, entries{entry("2.4", "", "", "", yes)}, "2.5", version.Outside, version.Outside},
		{"one version, the same written otherwise, is only guessed", no, entries{entry("2.4", "", "", "", yes)}, "2.4.0", version.Unknown, version.Inside},
		{"words are not comparable", no, entries{entry("see vendor advisory", "", "", "", yes)}, "1.0", version.Unknown, version.Unknown},
		{"a range in the version, as GitHub writes it", no, entries{entry(">= 1.0, < 1.4", "", "", "", yes)}, "1.3", version.Unknown, version.Inside},
		{"the same, outside", no, entries{entry(">= 1.0, < 1.4", "", "", "", yes)}, "1.4", version.Unknown, version.Outside},
		{"git commits have no order here", no, entries{entry("1da177e4c3f4", "5c9241f3ceab", "", "git", yes)}, "5.10", version.Unknown, version.Unknown},
		{"the first entry that speaks decides", no, entries{entry("1.5.0", "", "", "semver", no), entry("1.0.0", "2.0.0", "", "semver", yes)}, "1.5.0", version.Outside, version.Outside},
		{"the default decides when none speaks", yes, entries{entry("2.0.0", "", "*", "semver", no)}, "1.0.0", version.Inside, version.Inside},
		{"and when it is unknown, so is the answer", "", entries{entry("2.0.0", "", "*", "semver", yes)}, "1.0.0", version.Unknown, version.Unknown},
		{"no entry, no default", "", nil, "1.0", version.Unknown, version.Unknown},
		{"no entry, all affected", yes, nil, "1.0", version.Inside, version.Inside},
		{"all affected, the component has no version", yes, nil, "", version.Inside, version.Inside},
		{"the component has no version", no, entries{entry("1.0.0", "1.2.0", "", "semver", yes)}, "", version.Unknown, version.Unknown},
		{"a change within a range", no, entries{entry("1.0.0", "3.0.0", "", "semver", yes, change("1.2.3", no))}, "1.2.4", version.Outside, version.Outside},
		{"before the change", no, entries{entry("1.0.0", "3.0.0", "", "semver", yes, change("1.2.3", no))}, "1.2.2", version.Inside, version.Inside},
		{"changes are sorted by version, not by place", no, entries{entry("1.0.0", "3.0.0", "", "semver", yes, change("2.0.0", yes), change("1.2.3", no))}, "2.1.0", version.Inside, version.Inside},
		{"a change of a free type is a guess", no, entries{entry("1.0", "3.0", "", "custom", yes, change("1.2", no))}, "1.5", version.Unknown, version.Outside},
		{"the kernel's way to say all of 6.6", yes, entries{entry("6.6.5", "", "6.6.*", "semver", no), entry("6.7", "", "*", "semver", no)}, "6.6.40", version.Outside, version.Outside},
		{"and before it", yes, entries{entry("6.6.5", "", "6.6.*", "semver", no), entry("6.7", "", "*", "semver", no)}, "6.6.4", version.Inside, version.Inside},
		{"and between", yes, entries{entry("6.6.5", "", "6.6.*", "semver", no), entry("6.8", "", "*", "semver", no)}, "6.7", version.Inside, version.Inside},
		{"rpm compares with its release", no, entries{entry("0", "0:1.2-3.el9", "", "rpm", yes)}, "1.2-2.el9", version.Inside, version.Inside},
		{"an unknown status of the entry", no, entries{entry("1.0.0", "2.0.0", "", "semver", maybe)}, "1.5.0", version.Unknown, version.Unknown},
		{"unspecified bounds of the fourth format", no, entries{entry("unspecified", "1.2", "", "", yes)}, "1.1", version.Unknown, version.Inside},
		{"next of, of the fourth format", no, entries{entry("next of 1.2", "unspecified", "", "", yes)}, "1.2", version.Unknown, version.Outside},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := version.Stated{Default: tt.standard, Entries: tt.entries}.Judge(tt.version)
			if got.Member != tt.member || got.Guess != tt.gues {
				t.Errorf("got %s, guess %s (%s; %s); want %s, %s", got.Member, got.Guess, got.Text, got.Reason, tt.member, tt.gues)
			}
			if (got.Reason != "") != (got.Member == version.Unknown) {
				t.Errorf("%s with the reason %q", got.Member, got.Reason)
			}
		})
	}
}

// The algorithm of the CVE format, written down once more over whole numbers:
// for semver the two agree on every record and version.
func TestStatedAgreesWithThePlainAlgorithm(t *testing.T) {
	statuses := []version.StatedStatus{yes, no, maybe}
	number := func(n int) string { return string(rune('0'+n)) + ".0.0" }
	rapid.Check(t, func(t *rapid.T) {
		type plain struct {
			from, end int
			single    bool
			status    version.StatedStatus
			at        int
			then      version.StatedStatus
		}
		var list []plain
		s := version.Stated{Default: rapid.SampledFrom(statuses).Draw(t, "default")}
		for range rapid.IntRange(0, 4).Draw(t, "entries") {
			p := plain{
				from: rapid.IntRange(0, 9).Draw(t, "from"), end: rapid.IntRange(0, 9).Draw(t, "end"), single: rapid.Bool().Draw(t, "single"),
				status: rapid.SampledFrom(statuses).Draw(t, "status"), at: rapid.IntRange(-1, 9).Draw(t, "at"), then: rapid.SampledFrom(statuses).Draw(t, "then"),
			}
			e := version.StatedEntry{Version: number(p.from), Type: "semver", Status: p.status}
			if !p.single {
				e.Before = number(p.end)
				if p.at >= 0 {
					e.Changes = []version.StatedChange{{At: number(p.at), Status: p.then}}
				}
			}
			list, s.Entries = append(list, p), append(s.Entries, e)
		}
		v := rapid.IntRange(0, 9).Draw(t, "version")
		want := s.Default
		for _, p := range list {
			if p.single && v == p.from {
				want = p.status
				break
			}
			if !p.single && p.from <= v && v < p.end {
				want = p.status
				if p.at >= 0 && p.at <= v {
					want = p.then
				}
				break
			}
		}
		answer := map[version.StatedStatus]version.Membership{yes: version.Inside, no: version.Outside, maybe: version.Unknown}[want]
		if got := s.Judge(number(v)); got.Member != answer {
			t.Errorf("%+v at %d: got %+v, want %s", s, v, got, answer)
		}
	})
}

// What cannot be compared never comes out as not affected when the record may
// affect something.
func TestStatedNeverSaysNoForWantOfRules(t *testing.T) {
	texts := rapid.SampledFrom([]string{"", "1.0", "R2", "(devel)", "2.4A", "next of 1", "9.9.*", "all versions prior to 2.0", "5c9241f3ceab", "1.0 (1)"})
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom([]string{"custom", "", "git", "release", "sem"}).Draw(t, "type")
		s := version.Stated{Default: no, Entries: []version.StatedEntry{{Version: "2.0", Before: texts.Draw(t, "before") + "x", Type: kind, Status: yes}}}
		if got := s.Judge(texts.Draw(t, "version")); got.Member == version.Outside {
			t.Errorf("%+v: %+v", s, got)
		}
	})
}

func TestBounds(t *testing.T) {
	for _, tt := range []struct {
		bounds version.Bounds
		text   string
		want   version.Membership
		shown  string
	}{
		{version.Bounds{}, "anything", version.Inside, "(-∞, ∞)"},
		{version.Bounds{From: "1.0", Before: "2.0"}, "1.0", version.Inside, "[1.0, 2.0)"},
		{version.Bounds{From: "1.0", Before: "2.0"}, "2.0", version.Outside, "[1.0, 2.0)"},
		{version.Bounds{After: "1.0", UpTo: "2.0"}, "1.0", version.Outside, "(1.0, 2.0]"},
		{version.Bounds{After: "1.0", UpTo: "2.0"}, "2.0", version.Inside, "(1.0, 2.0]"},
		{version.Bounds{UpTo: "1.0.2j"}, "1.0.2k", version.Outside, "(-∞, 1.0.2j]"},
		{version.Bounds{Before: "r48p0"}, "1.2", version.Unknown, "(-∞, r48p0)"},
		{version.Bounds{From: "2.0", Before: "r48p0"}, "1.2", version.Outside, "[2.0, r48p0)"},
		{version.Bounds{UpTo: "1.0"}, "(devel)", version.Unknown, "(-∞, 1.0]"},
	} {
		if got := tt.bounds.Contains(version.Generic, tt.text); got != tt.want || tt.bounds.String() != tt.shown {
			t.Errorf("%q in %s (%s): got %s, want %s", tt.text, tt.bounds, tt.shown, got, tt.want)
		}
	}
}

func TestJapaneseRanges(t *testing.T) {
	for _, tt := range []struct {
		text            string
		inside, outside []string // none of both: not understood
	}{
		{"2.13.0 から 2.15.0 より前のバージョン", []string{"2.13.0", "2.14.9"}, []string{"2.12.9", "2.15.0"}},
		{"1.2.3 およびそれ以前", []string{"1.2.3", "0.9"}, []string{"1.2.4"}},
		{"１．２．３　以前", []string{"1.2.3"}, []string{"1.2.4"}},
		{"1.2.3 およびそれ以前のバージョン", []string{"1.2.3"}, []string{"1.2.4"}},
		{"5.0 未満", []string{"4.9"}, []string{"5.0"}},
		{"バージョン 5.0 より前", []string{"4.9"}, []string{"5.0"}},
		{"3.0 以降", []string{"3.0", "9"}, []string{"2.9"}},
		{"1.0 から 2.0 まで", []string{"1.0", "2.0"}, []string{"2.1", "0.9"}},
		{"すべてのバージョン", []string{"1", "x"}, nil},
		{"全バージョン", []string{"1"}, nil},
		{"core 2.0-beta9 から 2.12.1 より前のバージョン", nil, nil},
		{"ファームウェア 1.0 以前", nil, nil},
		{"詳しくは開発者の情報をご覧ください", nil, nil},
	} {
		r := version.ParseVendorRange(tt.text)
		if r.Understood() != (len(tt.inside)+len(tt.outside) > 0) {
			t.Errorf("%s: understood %v", tt.text, r.Understood())
			continue
		}
		for _, v := range tt.inside {
			if got := r.Contains(v); got != version.Inside {
				t.Errorf("%s: %s is %s", tt.text, v, got)
			}
		}
		for _, v := range tt.outside {
			if got := r.Contains(v); got != version.Outside {
				t.Errorf("%s: %s is %s", tt.text, v, got)
			}
		}
		if !r.Understood() && r.Contains("1.0") != version.Unknown {
			t.Errorf("%s: a text that is not understood gives %s", tt.text, r.Contains("1.0"))
		}
	}
}
