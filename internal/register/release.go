package register

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"mimamori/internal/caldate"
	"mimamori/internal/fault"
)

// Release is one shipped software version of a product (製品バージョン).
type Release struct {
	ID         string       `json:"id"`
	ProductID  string       `json:"product_id"`
	Version    string       `json:"version"` // as printed on the device, for example "3.2.1"
	ReleasedOn caldate.Date `json:"released_on"`
	EOSOn      caldate.Date `json:"eos_on"` // of this version, when it differs from the product
	Note       string       `json:"note"`
	SBOMID     string       `json:"sbom_id"` // the SBOM in use; "" when none was given yet
	Revision   int          `json:"revision"`
	CreatedAt  time.Time    `json:"created_at"`
	UpdatedAt  time.Time    `json:"updated_at"`
}

// Check returns everything that is wrong with r as an Invalid error, or nil.
func (r Release) Check() error {
	var c fault.Checker
	c.Require("/version", r.Version, "version")
	checkLengths(&c, map[string]string{"/version": r.Version, "/note": r.Note})
	return c.Err("the release cannot be kept like this")
}

// SBOM is a software bill of materials as it was uploaded for a release. A new
// upload supersedes the old one and keeps it.
type SBOM struct {
	ID          string    `json:"id"`
	ReleaseID   string    `json:"release_id"`
	FileName    string    `json:"file_name"`
	SHA256      string    `json:"sha256"` // of the file, hex; the file itself is kept as a blob under it
	Bytes       int64     `json:"bytes"`
	Format      string    `json:"format"`       // "CycloneDX", "SPDX", "SWID" or "table"
	SpecVersion string    `json:"spec_version"` // for example "1.6"; empty for tables
	About       AboutSBOM `json:"about"`
	Components  int       `json:"components"`
	WithPurl    int       `json:"with_purl"`
	WithCPE     int       `json:"with_cpe"`
	Unmatchable int       `json:"unmatchable"` // neither purl nor CPE: kept and shown, never dropped
	Problems    []Problem `json:"problems"`    // warnings of the reader, in file order
	UploadedBy  string    `json:"uploaded_by"` // name of the person
	UploadedAt  time.Time `json:"uploaded_at"`
}

// Problem is a warning about one place in an uploaded file.
type Problem struct {
	Where   string `json:"where"`
	Message string `json:"message"`
}

// Component is the identity of a part in SBOMs. It is stored once; equal parts
// of many releases share it.
type Component struct {
	ID       string   `json:"id"`
	Type     string   `json:"type"` // CycloneDX component type, for example "library"
	Group    string   `json:"group"`
	Name     string   `json:"name"`
	Version  string   `json:"version"`
	Supplier string   `json:"supplier"`
	Purl     string   `json:"purl"`
	CPE      string   `json:"cpe"`
	Keys     []string `json:"keys"` // canonical keys for matching, sorted; empty: cannot be matched

	// Further identifiers, rarely there; stored together as one JSON text.
	More MoreIdentity `json:"more"`
}

// MoreIdentity is what some SBOMs say about a component beside its first
// identifiers.
type MoreIdentity struct {
	Purls         []string `json:"purls,omitempty"`
	CPEs          []string `json:"cpes,omitempty"`
	SourceName    string   `json:"source_name,omitempty"` // the distribution's source package
	SourceVersion string   `json:"source_version,omitempty"`
	VersionRange  string   `json:"version_range,omitempty"`
	Hashes        []string `json:"hashes,omitempty"` // "SHA-256:" and hex, of the file that it is
}

// IdentityKey is equal for equal identities.
func (c Component) IdentityKey() string {
	m := c.More
	key := strings.Join(slices.Concat([]string{
		c.Type, c.Group, c.Name, c.Version, c.Supplier, c.Purl, c.CPE,
		m.SourceName, m.SourceVersion, m.VersionRange,
	}, m.Purls, []string{strconv.Itoa(len(m.Purls))}, m.CPEs), "\x1f")
	if len(m.Hashes) > 0 {
		key += "\x1e" + strings.Join(m.Hashes, "\x1f")
	}
	return key
}
