package app

import (
	"slices"

	"mimamori/internal/assess"
	"mimamori/internal/intake"
	"mimamori/internal/register"
	"mimamori/internal/rule"
)

// noticeSituation tells what the records of a case say, in the facts of the
// rulebook of the CS notice. What no record says stays unknown; above all, that
// nobody told of harm does not mean that none occurred.
func noticeSituation(p register.Product, intakes []IntakeRow, a assess.Assessment) rule.Situation {
	s := rule.Situation{}
	set := func(fact string, values ...string) {
		if len(values) > 0 {
			s[fact] = rule.Known{Values: values}
		}
	}
	known := func(fact string, k register.Known) {
		if k == register.Yes || k == register.No {
			set(fact, string(k))
		}
	}
	set("occasion", occasions(intakes)...)
	set("device", devices(intakes)...)
	set("device_kind", "device")
	if p.SaMD {
		set("device_kind", "samd")
	}
	if len(p.Connectivity) > 0 { // somebody looked
		for _, link := range []register.Link{register.LinkWired, register.LinkWireless, register.LinkMedia} {
			value := "no"
			if slices.Contains(p.Connectivity, link) {
				value = "yes"
			}
			set(string(link), value)
		}
	}
	known("present", a.Present)
	known("used", a.Used)
	known("function_affected", a.FunctionAffected)
	known("controls_suffice", a.ControlsSuffice)
	known("exploited", a.Exploited)
	known("confidential_only", a.ConfidentialOnly)
	if a.Harm != assess.HarmUnknown && a.Harm != "" {
		set("gravest_harm", string(a.Harm))
	}
	return s
}

// occasions tells from the sources what is being judged. An event or a measure
// prevails over the vulnerability behind it; an authority, or somebody of the
// company, may have told of either.
func occasions(intakes []IntakeRow) []string {
	var told, perhaps []string
	add := func(list *[]string, occasion string) {
		if !slices.Contains(*list, occasion) {
			*list = append(*list, occasion)
		}
	}
	for _, r := range intakes {
		switch r.Source {
		case intake.Hospital, intake.ForeignCase:
			add(&told, "event")
		case intake.ForeignMeasure:
			add(&told, "foreign_measure")
		case intake.Authority, intake.Internal, intake.Other:
			add(&perhaps, "event")
		case intake.Finder, intake.Supplier, intake.Literature: // these tell of vulnerabilities
		}
	}
	if len(told) > 0 {
		return told
	}
	return append([]string{"vulnerability"}, perhaps...)
}

// devices tells whether this device or the foreign one is concerned: the
// assessment is one of this device, unless something came from abroad. A study
// may be about either.
func devices(intakes []IntakeRow) []string {
	foreign := slices.ContainsFunc(intakes, func(r IntakeRow) bool {
		return r.Source == intake.ForeignCase || r.Source == intake.ForeignMeasure
	})
	domestic := slices.ContainsFunc(intakes, func(r IntakeRow) bool { return r.Source == intake.Hospital })
	study := slices.ContainsFunc(intakes, func(r IntakeRow) bool { return r.Source == intake.Literature })
	switch {
	case foreign && domestic, study && !domestic:
		return []string{"this", "foreign"}
	case foreign:
		return []string{"foreign"}
	}
	return []string{"this"}
}
