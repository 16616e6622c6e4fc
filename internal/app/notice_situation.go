package app

import (
	"slices"

	"mimamori/internal/assess"
	"mimamori/internal/caldate"
	"mimamori/internal/intake"
	"mimamori/internal/register"
	"mimamori/internal/rule"
)

// noticeSituation tells what the records of a case say, in the facts of the
// rulebook of the CS notice. What no record says stays unknown; above all, that
// nobody told of harm does not mean that none occurred. The register is read as
// of the awareness day.
func noticeSituation(p register.Product, intakes []IntakeRow, a assess.Assessment, aware caldate.Date) rule.Situation {
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
	set("support", supports(p, aware)...)
	for _, kind := range a.Malfunctions {
		set("malfunction_kind", append(s["malfunction_kind"].Values, string(kind))...)
	}
	known("present", a.Present)
	known("used", a.Used)
	known("function_affected", a.FunctionAffected)
	expected := a.Expected()
	for _, c := range expected.Each() {
		known(c.Name, *c.Answer)
	}
	set("controls_suffice", controls(a)...)
	known("exploited", a.Exploited)
	if a.Harm != assess.HarmUnknown && a.Harm != "" {
		set("gravest_harm", string(a.Harm))
	}
	return s
}

// supports tells what the register says of the end of support. Whether a device
// is a legacy one does not stand there: it can be one before and after.
func supports(p register.Product, aware caldate.Date) []string {
	switch {
	case p.EOSOn.IsZero():
		return nil
	case aware.Before(p.EOSOn):
		return []string{"supported", "legacy"}
	}
	return []string{"after_eos", "legacy"}
}

// controls joins whether the controls suffice with whether they are in place on
// every device in use.
func controls(a assess.Assessment) []string {
	switch {
	case a.ControlsSuffice == register.No:
		return []string{"no"}
	case a.ControlsSuffice == register.Yes && a.ControlsApplied == register.Yes:
		return []string{"yes"}
	case a.ControlsSuffice == register.Yes && a.ControlsApplied == register.No:
		return []string{"not_everywhere"}
	case a.ControlsSuffice == register.Yes:
		return []string{"yes", "not_everywhere"}
	case a.ControlsApplied == register.No:
		return []string{"not_everywhere", "no"}
	case a.ControlsApplied == register.Yes:
		return []string{"yes", "no"}
	}
	return nil
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
