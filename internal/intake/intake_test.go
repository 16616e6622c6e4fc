package intake_test

import (
	"slices"
	"testing"

	"mimamori/internal/caldate"
	"mimamori/internal/fault"
	"mimamori/internal/intake"
)

func TestCheck(t *testing.T) {
	today := caldate.MustParse("2026-11-23")
	good := intake.Record{Source: intake.Hospital, From: "東京中央病院 ME室", AwareOn: today, Title: "停止", Text: "停止した。"}
	tests := []struct {
		name   string
		change func(*intake.Record)
		want   []string
	}{
		{"known today", func(*intake.Record) {}, nil},
		{"known years ago and recorded only now", func(r *intake.Record) { r.AwareOn = caldate.MustParse("2019-01-01") }, nil},
		{"nobody can have known tomorrow", func(r *intake.Record) { r.AwareOn = today.AddDays(1) }, []string{"/aware_on"}},
		{"without an awareness date no clock can start", func(r *intake.Record) { r.AwareOn = caldate.Date{} }, []string{"/aware_on"}},
		{"it happened after it was known", func(r *intake.Record) { r.OccurredOn, r.AwareOn = today, today.AddDays(-1) }, []string{"/occurred_on"}},
		{"a source that is not in the list", func(r *intake.Record) { r.Source = "rumour" }, []string{"/source"}},
		{"all at once", func(r *intake.Record) { *r = intake.Record{} }, []string{"/aware_on", "/from", "/source", "/text", "/title"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := good
			tt.change(&r)
			var got []string
			for _, f := range fault.FieldsOf(r.Check(today)) {
				got = append(got, f.Pointer)
			}
			slices.Sort(got)
			if !slices.Equal(got, tt.want) {
				t.Errorf("problems at %v, want %v", got, tt.want)
			}
		})
	}
}
