package advisory

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"mimamori/internal/cvss"
	"mimamori/internal/version"
)

// Voice is what one source says about a vulnerability, beside others.
type Voice struct {
	Advisory *Advisory
	Silent   bool // withdrawn, or missing in its source: it is shown and counts no more
}

// DisagreementKind is what sources disagree about.
type DisagreementKind string

// The kinds.
const (
	DisagreeScore        DisagreementKind = "score"        // base scores of one CVSS version
	DisagreeRange        DisagreementKind = "range"        // where the affected versions of a product end
	DisagreeStatus       DisagreementKind = "status"       // whether a product is affected
	DisagreeWithdrawn    DisagreementKind = "withdrawn"    // whether the record stands at all
	DisagreeExploitation DisagreementKind = "exploitation" // whether it is exploited
)

// Disagreement is a point on which voices say different things. It says nothing
// about who is right.
type Disagreement struct {
	Kind  DisagreementKind
	About string // CVSS version or product, as the first voice names it; may be empty
	Says  []Said // in the order of the voices
}

// Said is what one voice says on the point.
type Said struct {
	Voice int    // place in the list
	By    string // who within the record, where it tells (the scorer of NVD); else empty
	Text  string // the score; the ends of ranges; a status
}

// Disagreements lists the points on which voices disagree. What one of them
// does not speak of is no disagreement. knownExploited tells that the catalogue
// of known exploited vulnerabilities has it.
func Disagreements(voices []Voice, knownExploited bool) []Disagreement {
	out := scoreDisagreements(voices)
	out = append(out, productDisagreements(voices)...)
	if d, found := withdrawnDisagreement(voices); found {
		out = append(out, d)
	}
	if d, found := exploitationDisagreement(voices, knownExploited); found {
		out = append(out, d)
	}
	return out
}

// cvssVersion is the version of CVSS whose scores compare: "2.0", "3", "4.0".
// The scores of 3.0 and 3.1 hardly differ.
func cvssVersion(vector string) string {
	switch {
	case strings.HasPrefix(vector, "CVSS:3."):
		return "3"
	case strings.HasPrefix(vector, "CVSS:4."):
		return "4.0"
	default:
		return "2.0"
	}
}

func scoreDisagreements(voices []Voice) []Disagreement {
	type scorer struct {
		voice int
		by    string
	}
	scores := map[string]map[scorer]float64{} // CVSS version → who → highest base score
	for i, v := range voices {
		if v.Silent {
			continue
		}
		for _, s := range v.Advisory.Severities {
			score, err := cvss.Score(s.Vector)
			if err != nil {
				continue
			}
			family, who := cvssVersion(s.Vector), scorer{i, s.Source}
			if scores[family] == nil {
				scores[family] = map[scorer]float64{}
			}
			scores[family][who] = max(scores[family][who], score)
		}
	}
	var out []Disagreement
	for _, family := range slices.Sorted(maps.Keys(scores)) {
		who := slices.SortedFunc(maps.Keys(scores[family]), func(a, b scorer) int {
			return cmp.Or(cmp.Compare(a.voice, b.voice), cmp.Compare(a.by, b.by))
		})
		d := Disagreement{Kind: DisagreeScore, About: "CVSS " + family}
		for _, w := range who {
			d.Says = append(d.Says, Said{Voice: w.voice, By: w.by, Text: fmt.Sprintf("%.1f", scores[family][w])})
		}
		if d.differs() {
			out = append(out, d)
		}
	}
	return out
}

// differs tells whether not all say the same.
func (d *Disagreement) differs() bool {
	return slices.ContainsFunc(d.Says, func(s Said) bool { return s.Text != d.Says[0].Text })
}

// productKey tells the products that voices name alike. Distributions number
// their own versions, so each is by itself.
type productKey struct{ space, name string }

func (a *Affected) productKey() productKey {
	k := productKey{name: strings.ToLower(cmp.Or(a.Product, a.Name, a.ProductName))}
	if a.Product == "" && a.Name != "" { // "golang.org/x/net" is called "net" elsewhere
		k.name = k.name[strings.LastIndexAny(k.name, "/:")+1:]
	}
	k.name = strings.NewReplacer("_", " ", "-", " ").Replace(k.name)
	switch family, _, _ := strings.Cut(a.Ecosystem, ":"); family {
	case "Debian", "Ubuntu", "Alpine", "Red Hat", "Rocky Linux", "AlmaLinux", "SUSE", "openSUSE", "Chainguard", "Wolfi", "Mageia", "openEuler", "Photon OS", "Android", "BellSoft Hardened Containers", "MinimOS", "Echo":
		k.space = a.Ecosystem
	}
	return k
}

// ends are the upper ends of the ranges of an entry, comparable as text:
// "< 3.0.7". Single versions and ranges without an end have none.
func (a *Affected) ends() []string {
	var out []string
	add := func(operator, v string) {
		if v != "" {
			out = append(out, operator+" "+plainVersion(v))
		}
	}
	for _, r := range a.Ranges {
		if r.Kind == RangeGit {
			continue
		}
		for _, e := range r.Events {
			add("<", e.Fixed)
			add("≤", e.LastAffected)
		}
	}
	add("≤", a.Bounds.UpTo)
	add("<", a.Bounds.Before)
	if a.Stated != nil {
		for _, e := range a.Stated.Entries {
			if e.Status == version.StatedAffected && !strings.EqualFold(e.Type, "git") {
				add("≤", e.UpTo)
				add("<", e.Before)
			}
		}
	}
	return out
}

// plainVersion is a version without what is written or not: "v1.2.0" is "1.2".
func plainVersion(v string) string {
	v = strings.TrimPrefix(strings.ToLower(v), "v")
	for strings.HasSuffix(v, ".0") && strings.Count(v, ".") > 1 {
		v = strings.TrimSuffix(v, ".0")
	}
	return v
}

func productDisagreements(voices []Voice) []Disagreement {
	type view struct {
		ends         map[string]bool
		open, closed bool
	}
	said := map[productKey]map[int]*view{}
	label := map[productKey]string{}
	for i, v := range voices {
		if v.Silent {
			continue
		}
		for n := range v.Advisory.Affected {
			a := &v.Advisory.Affected[n]
			key := a.productKey()
			if key.name == "" || key.name == "*" || a.Status == Platform {
				continue
			}
			if said[key] == nil {
				said[key] = map[int]*view{}
				label[key] = strings.TrimSpace(key.space + " " + cmp.Or(a.Product, a.Name, a.ProductName))
			}
			w := said[key][i]
			if w == nil {
				w = &view{ends: map[string]bool{}}
				said[key][i] = w
			}
			w.open, w.closed = w.open || a.Status.Open(), w.closed || a.Status == KnownNotAffected || a.Status == Fixed || a.Status == FirstFixed
			if a.Status.Open() {
				for _, end := range a.ends() {
					w.ends[end] = true
				}
			}
		}
	}
	var out []Disagreement
	keys := slices.SortedFunc(maps.Keys(said), func(a, b productKey) int {
		return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.space, b.space))
	})
	for _, key := range keys {
		ranges := Disagreement{Kind: DisagreeRange, About: label[key]}
		status := Disagreement{Kind: DisagreeStatus, About: label[key]}
		for _, i := range slices.Sorted(maps.Keys(said[key])) {
			w := said[key][i]
			if len(w.ends) > 0 {
				ranges.Says = append(ranges.Says, Said{Voice: i, Text: strings.Join(slices.Sorted(maps.Keys(w.ends)), ", ")})
			}
			switch {
			case w.open && !w.closed:
				status.Says = append(status.Says, Said{Voice: i, Text: string(KnownAffected)})
			case w.closed && !w.open:
				status.Says = append(status.Says, Said{Voice: i, Text: string(KnownNotAffected)})
			}
		}
		for _, d := range []Disagreement{ranges, status} {
			if d.differs() {
				out = append(out, d)
			}
		}
	}
	return out
}

func withdrawnDisagreement(voices []Voice) (Disagreement, bool) {
	d := Disagreement{Kind: DisagreeWithdrawn}
	for i, v := range voices {
		text := "in_force"
		if v.Silent {
			text = "withdrawn"
		}
		d.Says = append(d.Says, Said{Voice: i, Text: text})
	}
	return d, d.differs()
}

func exploitationDisagreement(voices []Voice, known bool) (Disagreement, bool) {
	d := Disagreement{Kind: DisagreeExploitation}
	for i, v := range voices {
		switch {
		case v.Silent:
		case v.Advisory.SSVC != nil && v.Advisory.SSVC.Exploitation != "":
			d.Says = append(d.Says, Said{Voice: i, By: v.Advisory.SSVC.Role, Text: strings.ToLower(v.Advisory.SSVC.Exploitation)})
		case v.Advisory.Exploited != nil:
			d.Says = append(d.Says, Said{Voice: i, Text: "active"})
		}
	}
	wrong := known && slices.ContainsFunc(d.Says, func(s Said) bool { return s.Text != "active" })
	return d, wrong || d.differs()
}
