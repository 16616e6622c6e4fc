// Package intake has the records of safety information (安全管理情報) as it
// arrives. A record is never changed; its awareness date starts every clock.
package intake

import (
	"time"

	"mimamori/internal/caldate"
	"mimamori/internal/fault"
)

// Source says where safety information came from (GVP ordinance, art. 7).
type Source string

// The sources. Foreign measure: a recall, stop of sale or other measure on the
// identical device abroad (規則228条の20第2項1号チ).
const (
	Hospital       Source = "hospital"
	Finder         Source = "finder"
	ForeignMeasure Source = "foreign_measure"
	ForeignCase    Source = "foreign_case"
	Authority      Source = "authority"
	Literature     Source = "literature"
	Supplier       Source = "supplier"
	Internal       Source = "internal"
	Other          Source = "other"
)

// Sources lists every source in the order in which screens offer them.
var Sources = []Source{Hospital, Finder, ForeignMeasure, ForeignCase, Authority, Literature, Supplier, Internal, Other}

// Record is one piece of safety information, as it came.
type Record struct {
	ID              string       `json:"id"`
	Number          string       `json:"number"` // for example "IN-2026-0007"
	Source          Source       `json:"source"`
	From            string       `json:"from"`     // person or body, for example "東京中央病院 ME室"
	AwareOn         caldate.Date `json:"aware_on"` // 情報入手日: the first day anyone of the MAH had it
	OccurredOn      caldate.Date `json:"occurred_on"`
	Title           string       `json:"title"`
	Text            string       `json:"text"`
	ProductID       string       `json:"product_id"` // "" when not known yet
	ReleaseID       string       `json:"release_id"`
	SiteID          string       `json:"site_id"`
	VulnerabilityID string       `json:"vulnerability_id"`
	RecordedBy      string       `json:"recorded_by"` // name of the person
	RecordedAt      time.Time    `json:"recorded_at"`
}

// EarliestAware is the first day on which an awareness date can lie: the Act
// (昭和35年法律第145号) is in force since then. An earlier one is a slip of the year.
var EarliestAware = caldate.MustParse("1961-02-01")

// Check returns everything that is wrong with r as an Invalid error, or nil.
// today is the day in Tokyo: nobody can have known before it happened, nor
// tomorrow.
func (r Record) Check(today caldate.Date) error {
	var c fault.Checker
	c.Require("/title", r.Title, "title")
	c.Require("/text", r.Text, "what was told")
	c.Require("/from", r.From, "who told it")
	if !known(r.Source) {
		c.Add("/source", "source", "source %q: choose one of %v", r.Source, Sources)
	}
	switch {
	case r.AwareOn.IsZero():
		c.Add("/aware_on", "required", "awareness date (情報入手日) is missing: the first day anyone in the company had the information")
	case r.AwareOn.After(today):
		c.Add("/aware_on", "not-in-future", "awareness date %v is after today, %v: check the year and the day", r.AwareOn, today)
	}
	if !r.AwareOn.IsZero() && r.AwareOn.Before(EarliestAware) {
		c.Add("/aware_on", "year", "awareness date %v is before the Act was in force, %v: check the year", r.AwareOn, EarliestAware)
	}
	if !r.OccurredOn.IsZero() && !r.AwareOn.IsZero() && r.OccurredOn.After(r.AwareOn) {
		c.Add("/occurred_on", "before-awareness", "it happened on %v, after the awareness date %v: check both", r.OccurredOn, r.AwareOn)
	}
	const maxText = 200_000
	if len(r.Text) > maxText {
		c.Add("/text", "length", "the text has %d bytes, at most %d fit", len(r.Text), maxText)
	}
	if len(r.Title) > 1_000 {
		c.Add("/title", "length", "the title has %d bytes, at most 1000 fit", len(r.Title))
	}
	return c.Err("the record cannot be kept like this")
}

func known(s Source) bool {
	for _, k := range Sources {
		if s == k {
			return true
		}
	}
	return false
}
