package advisory

import (
	"cmp"
	"slices"
	"strings"

	"mimamori/internal/version"
)

// Label names the package or product of the entry in one line.
func (a *Affected) Label() string {
	name := strings.TrimSpace(a.Ecosystem + " " + a.Name)
	return cmp.Or(name, a.ProductName, strings.TrimSpace(a.Vendor+" "+a.Product), a.Purl, strings.Join(a.CPEs, " "))
}

// Spans lists the affected versions of the entry as they are bounded, each span
// as "≥ 1.0 < 1.2", and single ones by themselves; empty when nothing is said
// about versions.
func (a *Affected) Spans() []string {
	var out []string
	add := func(parts ...string) {
		text := strings.TrimSpace(strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), " "))
		if text != "" && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	if a.VersionText != "" && !strings.Contains(a.Label(), a.VersionText) {
		add(a.VersionText)
	}
	for _, r := range a.Ranges {
		if r.Kind == RangeGit {
			continue
		}
		from := ""
		for _, e := range r.Events {
			switch {
			case e.Introduced != "":
				if from != "" {
					add(from)
				}
				from = "≥ " + e.Introduced
			default:
				add(from, end(e.Fixed, e.LastAffected, e.Limit))
				from = ""
			}
		}
		add(from)
	}
	add(boundsText(a.Bounds))
	if a.Stated != nil {
		for _, e := range a.Stated.Entries {
			if e.Status != version.StatedAffected {
				continue
			}
			switch {
			case e.Before != "" || e.UpTo != "":
				add("≥ "+cmp.Or(e.Version, "0"), end(e.Before, e.UpTo, ""))
			default:
				add(e.Version)
			}
		}
		if a.Stated.Default == version.StatedAffected { // every version that no entry speaks of
			add(strings.TrimSpace("* " + unaffected(a.Stated.Entries)))
		}
	}
	if len(out) == 0 {
		out = append(out, a.Versions...)
	}
	return out
}

// unaffected lists what a record leaves out of "every version": "≠ 6.1 ≠ 6.2".
func unaffected(entries []version.StatedEntry) string {
	var out []string
	for _, e := range entries {
		if e.Status == version.StatedUnaffected {
			text := e.Version
			if upper := end(e.Before, e.UpTo, ""); upper != "" {
				text = "(≥ " + cmp.Or(e.Version, "0") + " " + upper + ")"
			}
			out = append(out, "≠ "+text)
		}
	}
	return strings.Join(out, " ")
}

func end(before, upTo, limit string) string {
	switch {
	case before != "":
		return "< " + before
	case upTo != "":
		return "≤ " + upTo
	case limit != "":
		return "< " + limit
	default:
		return ""
	}
}

func boundsText(b version.Bounds) string {
	from := ""
	switch {
	case b.From != "":
		from = "≥ " + b.From
	case b.After != "":
		from = "> " + b.After
	}
	return strings.TrimSpace(from + " " + end(b.Before, b.UpTo, ""))
}
