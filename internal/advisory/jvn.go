package advisory

import (
	"cmp"
	"encoding/json"
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"mimamori/internal/fault"
	"mimamori/internal/untrusted"
)

// JVN yields the records of JVN iPedia in r: the overview, JVNRSS ("item"), or
// the details, VULDEF ("Vulinfo"). A record with several CVE ids gives one
// Advisory for each, with the id as Part, because it may score them
// differently; one with one CVE id or none gives one without Part, and the
// JVNDB id and the CVE id name the same vulnerability.
//
// A record without a JVNDB id is yielded as an error and the rest goes on.
// XML that breaks ends the stream with an error.
func JVN(r io.Reader, name string) iter.Seq2[Advisory, error] {
	return func(yield func(Advisory, error) bool) {
		n := 0
		for element, err := range untrusted.XMLElements(r, name, "item", "Vulinfo") {
			n++
			var list []Advisory
			if err == nil {
				list, err = parseJVN(element)
			}
			if err != nil {
				if !yield(Advisory{}, err) {
					return
				}
				continue
			}
			for i := range list {
				if !yield(list[i], nil) {
					return
				}
			}
		}
		if n == 0 {
			yield(Advisory{}, fault.New(fault.Invalid, "%s: holds no JVN iPedia record", name))
		}
	}
}

func parseJVN(element untrusted.XMLElement) ([]Advisory, error) {
	var r jvnRecord
	if element.Local == "item" {
		var in jvnItem
		if err := element.Decode(&in); err != nil {
			return nil, err
		}
		r = in.record()
		r.Digest = digestOf(&in)
	} else {
		var in jvnVulinfo
		if err := element.Decode(&in); err != nil {
			return nil, err
		}
		r = in.record()
		r.Digest = digestOf(&in)
	}
	if !strings.HasPrefix(r.ID, "JVNDB-") {
		return nil, fault.New(fault.Invalid, "%s: is not a JVN iPedia record: its id is %.40q instead of one such as JVNDB-2026-000001", element.Name, r.ID)
	}
	return r.advisories(), nil
}

// jvnRecord is a record of either form.
type jvnRecord struct {
	Advisory
	cves []string
}

// digestOf is the digest of everything that is read of an element: its XML is
// not kept.
func digestOf(element any) string {
	text, err := json.Marshal(element)
	if err != nil {
		panic(err) // texts and lists of texts only
	}
	return digest(text)
}

func (r *jvnRecord) advisories() []Advisory {
	a := r.Advisory
	a.Source, a.Publisher, a.Summary = SourceJVN, "JVN iPedia", a.Title
	if len(r.cves) <= 1 {
		a.Aliases = append(slices.Clip(r.cves), a.Aliases...)
		return []Advisory{a}
	}
	out := make([]Advisory, 0, len(r.cves))
	for _, cve := range r.cves {
		part := a
		part.Part, part.Aliases = cve, []string{cve}
		out = append(out, part)
	}
	return out
}

// addScore takes a CVSS score by the version that its element tells.
func (r *jvnRecord) addScore(cvssVersion, vector, score string) {
	major, _, _ := strings.Cut(cvssVersion, ".")
	v := Severity{Type: "CVSS_V" + cmp.Or(major, "2"), Vector: strings.TrimSpace(vector), Score: strings.TrimSpace(score)}
	if v.Vector+v.Score != "" && !slices.Contains(r.Severities, v) {
		r.Severities = append(r.Severities, v)
	}
}

// addRelated takes a related document: a CVE id names the vulnerability, a CWE
// its kind.
func (r *jvnRecord) addRelated(kind, id, url string) {
	id = strings.TrimSpace(id)
	switch {
	case cvePattern.MatchString(id):
		if !slices.Contains(r.cves, id) {
			r.cves = append(r.cves, id)
		}
	case strings.HasPrefix(id, "CWE-"):
		if !slices.Contains(r.CWEs, id) {
			r.CWEs = append(r.CWEs, id)
		}
		return
	}
	if v := (Reference{kind, strings.TrimSpace(url)}); v.URL != "" && !slices.Contains(r.References, v) {
		r.References = append(r.References, v)
	}
}

// jvnItem is an item of JVNRSS 2.0 with the security extension.
type jvnItem struct {
	Title       string `xml:"title"`
	Link        string `xml:"link"`
	Description string `xml:"description"`
	ID          string `xml:"identifier"`
	References  []struct {
		Source string `xml:"source,attr"`
		ID     string `xml:"id,attr"`
		URL    string `xml:",chardata"`
	} `xml:"references"`
	CPEs []struct {
		Vendor  string `xml:"vendor,attr"`
		Product string `xml:"product,attr"`
		Name    string `xml:",chardata"`
	} `xml:"cpe"`
	Scores []struct {
		Version string `xml:"version,attr"`
		Score   string `xml:"score,attr"`
		Vector  string `xml:"vector,attr"`
	} `xml:"cvss"`
	Issued   string `xml:"issued"`
	Modified string `xml:"modified"`
}

func (in *jvnItem) record() jvnRecord {
	r := jvnRecord{Advisory: Advisory{
		ID: strings.TrimSpace(in.ID), Title: strings.TrimSpace(in.Title), Details: strings.TrimSpace(in.Description),
		Published: instant(in.Issued), Modified: instant(in.Modified),
	}}
	r.addRelated("JVN iPedia", "", in.Link)
	for _, x := range in.References {
		r.addRelated(x.Source, x.ID, x.URL)
	}
	for _, s := range in.Scores {
		r.addScore(s.Version, s.Vector, s.Score)
	}
	for _, c := range in.CPEs {
		entry := Affected{Vendor: c.Vendor, Product: c.Product, Status: KnownAffected}
		if name := strings.TrimSpace(c.Name); name != "" {
			entry.CPEs = []string{name}
		}
		r.Affected = append(r.Affected, entry)
	}
	return r
}

// jvnVulinfo is a record of VULDEF 3.2.
type jvnVulinfo struct {
	ID   string `xml:"VulinfoID"`
	Data struct {
		Title    string `xml:"Title"`
		Overview string `xml:"VulinfoDescription>Overview"`
		Affected []struct {
			Vendor   string   `xml:"Name"`
			Product  string   `xml:"ProductName"`
			CPEs     []string `xml:"Cpe"`
			Versions []string `xml:"VersionNumber"`
		} `xml:"Affected>AffectedItem"`
		Scores []struct {
			Version string `xml:"version,attr"`
			Base    string `xml:"Base"`
			Vector  string `xml:"Vector"`
		} `xml:"Impact>Cvss"`
		Solutions []string `xml:"Solution>SolutionItem>Description"`
		Related   []struct {
			Kind string `xml:"type,attr"`
			Name string `xml:"Name"`
			ID   string `xml:"VulinfoID"`
			URL  string `xml:"URL"`
		} `xml:"Related>RelatedItem"`
		Published string `xml:"DateFirstPublished"`
		Updated   string `xml:"DateLastUpdated"`
	} `xml:"VulinfoData"`
}

func (in *jvnVulinfo) record() jvnRecord {
	d := &in.Data
	r := jvnRecord{Advisory: Advisory{
		ID: strings.TrimSpace(in.ID), Title: strings.TrimSpace(d.Title), Details: joined(append([]string{strings.TrimSpace(d.Overview)}, d.Solutions...)...),
		Published: jvnDay(d.Published), Modified: jvnDay(d.Updated),
	}}
	for _, x := range d.Related {
		r.addRelated(cmp.Or(x.Name, x.Kind), x.ID, x.URL)
	}
	for _, s := range d.Scores {
		r.addScore(s.Version, s.Vector, s.Base)
	}
	for _, f := range d.Affected {
		entry := Affected{Vendor: strings.TrimSpace(f.Vendor), Product: strings.TrimSpace(f.Product), Status: KnownAffected}
		for _, name := range f.CPEs {
			if name = strings.TrimSpace(name); name != "" {
				entry.CPEs = append(entry.CPEs, name)
			}
		}
		versions := slices.DeleteFunc(f.Versions, func(v string) bool { return strings.TrimSpace(v) == "" })
		if len(versions) == 0 {
			versions = []string{""} // the record names no versions
		}
		for _, v := range versions {
			entry.VersionText = strings.TrimSpace(v)
			r.Affected = append(r.Affected, entry)
		}
	}
	return r
}

// jvnDay reads a time, or a day such as "2021/12/14" or "2021-12-14" as its
// first second in Japan.
func jvnDay(text string) time.Time {
	text = strings.TrimSpace(text)
	if t := instant(text); !t.IsZero() {
		return t
	}
	const japan = 9 * time.Hour
	for _, layout := range []string{"2006/01/02", time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.Add(-japan)
		}
	}
	return time.Time{}
}
