package advisory_test

import (
	"fmt"
	"strings"
	"testing"

	"mimamori/internal/advisory"
	"mimamori/internal/version"
)

// disagreed writes disagreements as "kind about: 0=x 1=y".
func disagreed(found []advisory.Disagreement) string {
	var out []string
	for _, d := range found {
		text := strings.TrimSpace(string(d.Kind)+" "+d.About) + ":"
		for _, s := range d.Says {
			text += fmt.Sprintf(" %d=%s", s.Voice, s.Text)
		}
		out = append(out, text)
	}
	return strings.Join(out, "; ")
}

func TestDisagreements(t *testing.T) {
	const nine, eight, two = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "CVSS:3.0/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H", "AV:N/AC:L/Au:N/C:P/I:P/A:P"
	scored := func(vectors ...string) advisory.Voice {
		a := &advisory.Advisory{}
		for _, v := range vectors {
			a.Severities = append(a.Severities, advisory.Severity{Vector: v})
		}
		return advisory.Voice{Advisory: a}
	}
	about := func(entries ...advisory.Affected) advisory.Voice {
		return advisory.Voice{Advisory: &advisory.Advisory{Affected: entries}}
	}
	osv := func(ecosystem, name, fixed string) advisory.Affected {
		return advisory.Affected{Ecosystem: ecosystem, Name: name, Status: advisory.KnownAffected, Ranges: []advisory.Range{{Kind: advisory.RangeEcosystem, Events: []advisory.Event{{Introduced: "0"}, {Fixed: fixed}}}}}
	}
	nvd := func(product, before string) advisory.Affected {
		return advisory.Affected{Vendor: "x", Product: product, Status: advisory.KnownAffected, Bounds: version.Bounds{Before: before}}
	}
	silent := func(v advisory.Voice) advisory.Voice { v.Silent = true; return v }
	exploitation := func(word string) advisory.Voice {
		return advisory.Voice{Advisory: &advisory.Advisory{SSVC: &advisory.SSVC{Exploitation: word}}}
	}
	for name, tt := range map[string]struct {
		voices []advisory.Voice
		kev    bool
		want   string
	}{
		"the same score":            {[]advisory.Voice{scored(nine), scored(nine)}, false, ""},
		"other scores":              {[]advisory.Voice{scored(nine), scored(eight)}, false, "score CVSS 3: 0=9.8 1=8.1"},
		"another version of CVSS":   {[]advisory.Voice{scored(nine), scored(two)}, false, ""},
		"only one has a score":      {[]advisory.Voice{scored(nine), scored()}, false, ""},
		"who is silent says none":   {[]advisory.Voice{scored(nine), silent(scored(eight))}, false, "withdrawn: 0=in_force 1=withdrawn"},
		"ends of one product":       {[]advisory.Voice{about(nvd("open-ssl", "3.0.7")), about(osv("Go", "github.com/x/open_ssl", "3.0.8"))}, false, "range open-ssl: 0=< 3.0.7 1=< 3.0.8"},
		"written otherwise":         {[]advisory.Voice{about(nvd("a", "1.2.0")), about(osv("npm", "a", "v1.2"))}, false, ""},
		"other products":            {[]advisory.Voice{about(nvd("a", "1")), about(nvd("b", "2"))}, false, ""},
		"a distribution's own":      {[]advisory.Voice{about(nvd("curl", "8.1.0")), about(osv("Debian:12", "curl", "7.88.1-10"))}, false, ""},
		"no range is no other":      {[]advisory.Voice{about(nvd("a", "1")), about(advisory.Affected{Product: "a", Status: advisory.KnownAffected})}, false, ""},
		"affected and not affected": {[]advisory.Voice{about(advisory.Affected{Product: "a", Status: advisory.KnownAffected}), about(advisory.Affected{Product: "A", Status: advisory.KnownNotAffected})}, false, "status a: 0=known_affected 1=known_not_affected"},
		"KEV against SSVC":          {[]advisory.Voice{exploitation("none")}, true, "exploitation: 0=none"},
		"KEV and SSVC":              {[]advisory.Voice{exploitation("active")}, true, ""},
		"SSVC against SSVC":         {[]advisory.Voice{exploitation("none"), exploitation("active")}, false, "exploitation: 0=none 1=active"},
		"nobody":                    {nil, true, ""},
	} {
		if got := disagreed(advisory.Disagreements(tt.voices, tt.kev)); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
		// Who speaks first does not matter.
		turned := make([]advisory.Voice, len(tt.voices))
		for i, v := range tt.voices {
			turned[len(turned)-1-i] = v
		}
		if got := advisory.Disagreements(turned, tt.kev); len(got) != len(advisory.Disagreements(tt.voices, tt.kev)) {
			t.Errorf("%s: the other way round %q", name, disagreed(got))
		}
	}
}
