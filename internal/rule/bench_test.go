package rule_test

import (
	"testing"

	"mimamori/internal/caldate"
	"mimamori/internal/rule"
)

func BenchmarkDecide(b *testing.B) {
	rb := japan(b)
	aware := caldate.MustParse("2026-06-01")
	for name, s := range map[string]rule.Situation{
		"all unknown": {},
		"all known": situation(map[string]string{
			"report_kind": "case", "agent": "malfunction", "research_finding": "other", "origin": "domestic",
			"harm_status": "actual", "seriousness": "serious", "predictability": "predictable", "trend": "normal",
			"designated_device": "no", "rate_exceeded": "no",
		}),
		"half known": situation(map[string]string{"report_kind": "case", "agent": "malfunction", "origin": "domestic", "harm_status": "actual"}),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := rb.Decide(s, aware); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkLoadLaw(b *testing.B) {
	for b.Loop() {
		if _, err := rule.LoadLaw(inForce()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDetermine decides a case under the whole law: art. 228-20(2) with its
// extensions and every case duty.
func BenchmarkDetermine(b *testing.B) {
	l := theLaw(b)
	known := rule.Situation{}
	for _, f := range l.Facts() {
		known[f.ID] = rule.Known{Values: []string{f.Values[0].ID}}
	}
	for name, s := range map[string]rule.Situation{"all unknown": {}, "all known": known} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := l.Determine(s, nil, noticeDay); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkConclude(b *testing.B) {
	fr := notice(b)
	for name, s := range map[string]rule.Situation{
		"all unknown": {},
		"most known": situation(map[string]string{
			"occasion": "vulnerability", "device": "this", "device_kind": "device", "wired": "yes", "present": "yes", "used": "yes",
			"controls_suffice": "no", "exploited": "no", "gravest_harm": "serious",
		}),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := fr.Conclude(s, noticeDay); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
