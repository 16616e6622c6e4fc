package advisory

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"mimamori/internal/caldate"
	"mimamori/internal/fault"
	"mimamori/internal/untrusted"
)

// KEVCatalogue is CISA's catalogue of known exploited vulnerabilities.
type KEVCatalogue struct {
	Version  string    // "2025.08.25"; empty in the CSV form
	Released time.Time // zero in the CSV form
	Entries  []KEVEntry
	// Problems are entries that were left out, and a stated count that differs.
	Problems []fault.Field
}

// KEVEntry says that a CVE is exploited. Vendor and product are free text:
// entries are joined by CVE id only.
type KEVEntry struct {
	CVE               string
	Vendor            string
	Product           string
	Name              string
	AddedOn           caldate.Date
	Description       string
	RequiredAction    string
	DueOn             caldate.Date
	KnownInRansomware string // "Known" or "Unknown"
	Notes             string
	CWEs              []string
}

var cvePattern = regexp.MustCompile(`^CVE-\d{4}-\d{4,19}$`)

const maxKEVBytes = 64 << 20

// KEV reads the catalogue as JSON or CSV; the content tells which. An entry
// without a CVE id or day of addition is left out and listed; a catalogue
// without any entry is an error.
func KEV(r io.Reader, name string) (*KEVCatalogue, error) {
	data, err := untrusted.ReadText(r, name, maxKEVBytes)
	if err != nil {
		return nil, err
	}
	var c *KEVCatalogue
	if bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("{")) {
		c, err = kevJSON(data, name)
	} else {
		c, err = kevCSV(data, name)
	}
	if err == nil && len(c.Entries) == 0 {
		err = fault.Fields(name+": the catalogue has no usable entry", append(c.Problems, fault.Field{Pointer: "/vulnerabilities", Rule: "count", Message: "none: fetch the catalogue again"}))
	}
	if err != nil {
		return nil, err
	}
	return c, nil
}

func kevJSON(data []byte, name string) (*KEVCatalogue, error) {
	var in struct {
		Version  string `json:"catalogVersion"`
		Released string `json:"dateReleased"`
		Count    *int   `json:"count"`
		Entries  []struct {
			CVE         string   `json:"cveID"`
			Vendor      string   `json:"vendorProject"`
			Product     string   `json:"product"`
			Name        string   `json:"vulnerabilityName"`
			Added       string   `json:"dateAdded"`
			Description string   `json:"shortDescription"`
			Action      string   `json:"requiredAction"`
			Due         string   `json:"dueDate"`
			Ransomware  string   `json:"knownRansomwareCampaignUse"`
			Notes       string   `json:"notes"`
			CWEs        []string `json:"cwes"`
		} `json:"vulnerabilities"`
	}
	if err := untrusted.DecodeJSON(data, name, &in); err != nil {
		return nil, err
	}
	c := &KEVCatalogue{Version: in.Version, Released: instant(in.Released)}
	for i, e := range in.Entries {
		c.add(fmt.Sprintf("/vulnerabilities/%d", i), KEVEntry{
			CVE: e.CVE, Vendor: e.Vendor, Product: e.Product, Name: e.Name, Description: e.Description,
			RequiredAction: e.Action, KnownInRansomware: e.Ransomware, Notes: e.Notes, CWEs: e.CWEs,
		}, e.Added, e.Due)
	}
	if in.Count != nil && *in.Count != len(in.Entries) {
		c.Problems = append(c.Problems, fault.Field{Pointer: "/count", Rule: "count", Message: fmt.Sprintf("the catalogue says %d entries and has %d: it may be cut off, fetch it again", *in.Count, len(in.Entries))})
	}
	return c, nil
}

func kevCSV(data []byte, name string) (*KEVCatalogue, error) {
	rows := csv.NewReader(bytes.NewReader(data))
	rows.FieldsPerRecord = -1
	header, err := rows.Read()
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "%s: is neither the KEV catalogue as JSON nor as CSV", name)
	}
	column := map[string]int{}
	for i, title := range header {
		column[strings.TrimSpace(title)] = i
	}
	for _, needed := range []string{"cveID", "dateAdded"} {
		if _, found := column[needed]; !found {
			return nil, fault.New(fault.Invalid, "%s: is not the KEV catalogue: the first line has no column %q", name, needed)
		}
	}
	c := &KEVCatalogue{}
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return c, nil
		}
		if err != nil {
			return nil, fault.Wrap(fault.Invalid, err, "%s: not valid CSV", name)
		}
		field := func(title string) string {
			if i, found := column[title]; found && i < len(row) {
				return row[i]
			}
			return ""
		}
		line, _ := rows.FieldPos(0)
		e := KEVEntry{
			CVE: field("cveID"), Vendor: field("vendorProject"), Product: field("product"), Name: field("vulnerabilityName"),
			Description: field("shortDescription"), RequiredAction: field("requiredAction"),
			KnownInRansomware: field("knownRansomwareCampaignUse"), Notes: field("notes"),
		}
		for _, cwe := range strings.Split(field("cwes"), ",") {
			if cwe = strings.TrimSpace(cwe); cwe != "" {
				e.CWEs = append(e.CWEs, cwe)
			}
		}
		c.add(fmt.Sprintf("line %d", line), e, field("dateAdded"), field("dueDate"))
	}
}

func (c *KEVCatalogue) add(at string, e KEVEntry, added, due string) {
	day, err := caldate.Parse(added)
	if !cvePattern.MatchString(e.CVE) || err != nil {
		c.Problems = append(c.Problems, fault.Field{Pointer: at, Rule: "entry", Message: fmt.Sprintf("left out: CVE id %.40q, added on %.40q", e.CVE, added)})
		return
	}
	e.AddedOn = day
	e.DueOn, _ = caldate.Parse(due) // a due day that cannot be read is no due day
	c.Entries = append(c.Entries, e)
}
