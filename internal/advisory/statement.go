package advisory

import (
	"encoding/json"
	"io"
	"iter"
	"strings"
	"time"

	"mimamori/internal/fault"
	"mimamori/internal/untrusted"
)

// VEXStatus is one of the four statuses of VEX.
type VEXStatus string

// The statuses (CISA, "Minimum Requirements for VEX", 2023).
const (
	VEXNotAffected        VEXStatus = "not_affected"
	VEXAffected           VEXStatus = "affected"
	VEXFixed              VEXStatus = "fixed"
	VEXUnderInvestigation VEXStatus = "under_investigation"
)

// Statement is what an issuer says about one vulnerability in some products:
// one statement of a VEX document. It is a proposal for whoever judges the
// product and never takes a finding away by itself.
//
// The three formats have vocabularies that do not map one to one: StatusLabel
// and JustificationLabel keep the document's own words.
type Statement struct {
	Format   string // "CSAF", "OpenVEX" or "CycloneDX"
	Document string // its id: tracking id, @id, serial number with version
	Issuer   string // as the document says, which proves nothing; may be empty

	Vulnerability string   // the id given: a CVE id mostly
	Aliases       []string `json:",omitempty"`
	Products      []Product
	Status        VEXStatus
	StatusLabel   string // "known_not_affected", "false_positive"
	// Justification is one of the five labels of not_affected, such as
	// "component_not_present"; empty when none is given or none corresponds.
	Justification      string `json:",omitempty"`
	JustificationLabel string `json:",omitempty"`
	Impact             string `json:",omitempty"` // why it is not affected, in words
	Action             string `json:",omitempty"` // what to do
	StatedAt           time.Time
}

// Digest is the same for the same statement of the same document.
func (s *Statement) Digest() string {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err) // texts and a time only
	}
	return digest(text)
}

// Product is what a statement is about. Which fields are filled depends on the
// document; at least one is.
type Product struct {
	ID      string `json:",omitempty"` // within the document, or an IRI
	Vendor  string `json:",omitempty"`
	Name    string `json:",omitempty"`
	Version string `json:",omitempty"` // a version or a range, as written
	Purls   []string
	CPEs    []string
	Hashes  []Hash
	On      string `json:",omitempty"` // CSAF: what it is a part of, or installed on
	// Subcomponents, when there are any, are what the statement is about within
	// the product.
	Subcomponents []Product `json:",omitempty"`
}

// justifications are the labels of not_affected that CSAF and OpenVEX share,
// and what those of CycloneDX correspond to. Its requires_… say that the flaw
// needs a set-up, which none of the five says.
var justifications = map[string]string{
	"component_not_present":                             "component_not_present",
	"vulnerable_code_not_present":                       "vulnerable_code_not_present",
	"vulnerable_code_not_in_execute_path":               "vulnerable_code_not_in_execute_path",
	"vulnerable_code_cannot_be_controlled_by_adversary": "vulnerable_code_cannot_be_controlled_by_adversary",
	"inline_mitigations_already_exist":                  "inline_mitigations_already_exist",
	"code_not_present":                                  "vulnerable_code_not_present",
	"code_not_reachable":                                "vulnerable_code_not_in_execute_path",
	"protected_by_compiler":                             "inline_mitigations_already_exist",
	"protected_at_runtime":                              "inline_mitigations_already_exist",
	"protected_at_perimeter":                            "inline_mitigations_already_exist",
	"protected_by_mitigating_control":                   "inline_mitigations_already_exist",
}

// maxVEXBytes limits one document; the largest published are about 30 MB.
const maxVEXBytes = 64 << 20

// VEX yields the statements of one document: CSAF, OpenVEX or CycloneDX with
// vulnerabilities, own document or embedded in an SBOM. The content tells which.
//
// A statement that cannot be used is yielded as an error with its place and
// the rest goes on; a document without any statement yields an error.
func VEX(r io.Reader, name string) iter.Seq2[Statement, error] {
	return func(yield func(Statement, error) bool) {
		data, err := untrusted.ReadText(r, name, maxVEXBytes)
		if err == nil {
			err = untrusted.CheckJSON(data, name)
		}
		if err != nil {
			yield(Statement{}, err)
			return
		}
		var head struct {
			Document json.RawMessage `json:"document"`
			BOM      json.RawMessage `json:"bomFormat"`
			Context  json.RawMessage `json:"@context"` // a text or a list
			OldType  json.RawMessage `json:"format"`
		}
		if err := untrusted.DecodeCheckedJSON(data, name, &head); err != nil {
			yield(Statement{}, err)
			return
		}
		v := &vexReader{name: name, data: data, yield: yield}
		switch {
		case len(head.Document) > 0:
			err = v.csaf()
		case strings.EqualFold(string(head.BOM), `"CycloneDX"`):
			err = v.cycloneDX()
		case strings.Contains(string(head.Context), "openvex"), string(head.OldType) == `"text/vex+json"`:
			err = v.openVEX()
		default:
			err = fault.New(fault.Invalid, "%s: is not a VEX document: found neither CSAF (/document), OpenVEX (/@context) nor CycloneDX (/bomFormat)", name)
		}
		switch {
		case v.stopped:
		case err != nil:
			yield(Statement{}, err)
		case v.count == 0:
			yield(Statement{}, fault.New(fault.Invalid, "%s: holds no VEX statement", name))
		}
	}
}

// vexReader passes on the statements of one document.
type vexReader struct {
	name    string
	data    []byte
	yield   func(Statement, error) bool
	count   int // statements and refusals
	stopped bool
}

// state passes s on, or the reason why it cannot be used. pointer is its place
// in the document. It returns false when the receiver wants no more.
func (v *vexReader) state(pointer string, s Statement) bool {
	v.count++
	var err error
	switch {
	case s.Vulnerability == "":
		err = fault.New(fault.Invalid, "%s: %s: the statement names no vulnerability", v.name, pointer)
	case s.Status == "":
		err = fault.New(fault.Invalid, "%s: %s: the status %.40q is none of VEX", v.name, pointer, s.StatusLabel)
	case len(s.Products) == 0:
		err = fault.New(fault.Invalid, "%s: %s: the statement names no product", v.name, pointer)
	}
	if err != nil {
		s = Statement{}
	}
	v.stopped = !v.yield(s, err)
	return !v.stopped
}
