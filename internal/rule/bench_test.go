package rule_test

import (
	"testing"

	"mimamori/internal/caldate"
	"mimamori/internal/rule"
	"mimamori/rulebook"
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

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := rule.Load(rulebook.FS, rulebook.JapanCaseReport); err != nil {
			b.Fatal(err)
		}
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
