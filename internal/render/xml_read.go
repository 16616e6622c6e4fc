package render

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strconv"
	"time"

	"mimamori/internal/fault"
	"mimamori/internal/report"
)

// maxReportXML bounds a report that is read back.
const maxReportXML = 32 << 20

// neutralReport mirrors the neutral profile.
type neutralReport struct {
	XMLName    xml.Name `xml:"urn:mimamori:report:1 report"`
	Form       string   `xml:"form,attr"`
	Edition    string   `xml:"edition,attr"`
	ID         string   `xml:"id,attr"`
	Case       string   `xml:"case,attr"`
	Product    string   `xml:"product,attr"`
	Issue      string   `xml:"issue,attr"`
	Version    string   `xml:"version,attr"`
	State      string   `xml:"state,attr"`
	Maker      string   `xml:"maker,attr"`
	Digest     string   `xml:"digest,attr"`
	Signatures []struct {
		Meaning string `xml:"meaning,attr"`
		By      string `xml:"by,attr"`
		At      string `xml:"at,attr"`
		Digest  string `xml:"digest,attr"`
		Name    string `xml:",chardata"`
	} `xml:"signature"`
	Fields []struct {
		Key    string `xml:"key,attr"`
		Source string `xml:"source,attr"`
		Ref    string `xml:"ref,attr"`
		By     string `xml:"by,attr"`
		At     string `xml:"at,attr"`
		Text   string `xml:"text"`
	} `xml:"field"`
}

// ReadXML reads a report in the neutral XML back.
//
// Errors: fault.Invalid when it is not one, names another form edition or a field
// the form does not have, or its digest is not the one of its content.
func ReadXML(form *report.Form, data []byte) (report.Draft, error) {
	if len(data) > maxReportXML {
		return report.Draft{}, fault.New(fault.Invalid, "the XML file is larger than %d MB", maxReportXML>>20)
	}
	var in neutralReport
	decoder := xml.NewDecoder(bytes.NewReader(data))
	if err := decoder.Decode(&in); err != nil {
		return report.Draft{}, fault.Wrap(fault.Invalid, err, "not a report in neutral XML")
	}
	if in.Form != form.ID || in.Edition != form.Edition {
		return report.Draft{}, fault.New(fault.Invalid, "the report is on %s edition %s, not on %s edition %s", in.Form, in.Edition, form.ID, form.Edition)
	}
	var c fault.Checker
	d := report.Draft{
		ID: in.ID, CaseID: in.Case, ProductID: in.Product, Form: in.Form, Edition: in.Edition, State: report.State(in.State),
		Maker: in.Maker, Values: map[string]report.Value{},
	}
	number := func(pointer, text string) int {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			c.Add(pointer, "number", "%q is no number of 1 or more", text)
		}
		return n
	}
	d.Version = number("/version", in.Version)
	if issue := number("/issue", in.Issue); issue > 1 {
		d.Issue = issue
	}
	when := func(pointer, text string) time.Time {
		if text == "" {
			return time.Time{}
		}
		at, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			c.Add(pointer, "instant", "%q is no instant: write it as 2026-06-01T09:00:00Z", text)
		}
		return at.UTC()
	}
	for _, f := range in.Fields {
		field, ok := form.Field(f.Key)
		if !ok || field.Type == report.Group {
			c.Add("/values/"+f.Key, "field", "form %s has no field %q", form.ID, f.Key)
			continue
		}
		if f.Source != "" || f.Text != "" {
			d.Values[f.Key] = report.Value{
				Text: f.Text, Origin: report.Origin{Kind: report.SourceKind(f.Source), Ref: f.Ref}, By: f.By, At: when("/values/"+f.Key+"/at", f.At),
			}
		}
	}
	for i, in := range in.Signatures {
		signature := &report.Signature{
			Meaning: report.Meaning(in.Meaning), By: in.By, Name: in.Name, At: when(fmt.Sprintf("/signatures/%d/at", i), in.At), Digest: in.Digest,
		}
		switch signature.Meaning {
		case report.MeansMade:
			d.Submitted = signature
		case report.MeansChecked:
			d.Checked = signature
		case report.MeansApproved, "": // an approval from before there were three signatures has no meaning
			d.Approval = signature
		default:
			c.Add(fmt.Sprintf("/signatures/%d/meaning", i), "meaning", "%q is no meaning of a signature", in.Meaning)
		}
	}
	if err := c.Err("the report in neutral XML"); err != nil {
		return report.Draft{}, err
	}
	if got := report.Digest(d); got != in.Digest {
		return report.Draft{}, fault.New(fault.Invalid, "the content of the report does not have the digest it says: it was changed")
	}
	return d, nil
}
