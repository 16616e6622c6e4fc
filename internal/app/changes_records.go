package app

import (
	"context"
	"time"

	"mimamori/internal/ledger"
	"mimamori/internal/register"
)

// ChangeReader tells what changed in a span of time, from tables that are
// indexed by it; nothing reads the ledger from end to end. A span begins with
// from and ends before to.
type ChangeReader interface {
	// VulnerabilityChanges: vulnerabilities that touch the fleet and about which something changed. Filter what
	// ("exploited", "opened", "reclassed", "severity", "closed", "withdrawn"), product; sort urgency (the default: became
	// known exploited, then new findings and risen severity by severity, then the others), name, at.
	VulnerabilityChanges(ctx context.Context, from, to time.Time, q ListQuery) (List[VulnerabilityChange], error)
	// FindingChanges of one vulnerability: filter change; sort at (newest first).
	FindingChanges(ctx context.Context, vulnerabilityID string, from, to time.Time, q ListQuery) (List[FindingChangeRow], error)
	SpanTotals(ctx context.Context, from, to time.Time) (SpanTotals, error)
	// RecordVersions returns what the advisories of a vulnerability said before they were replaced in the span, oldest first.
	RecordVersions(ctx context.Context, vulnerabilityID string, from, to time.Time) ([]RecordVersion, error)
	// SBOMUploads: newest first.
	SBOMUploads(ctx context.Context, from, to time.Time, q ListQuery) (List[SBOMUpload], error)
}

// SpanTotals counts what changed in a span.
type SpanTotals struct {
	Vulnerabilities int `json:"vulnerabilities"` // about which something changed
	Opened          int `json:"opened"`          // findings, opened for the first time
	Reopened        int `json:"reopened"`
	Closed          int `json:"closed"`
	Reclassed       int `json:"reclassed"`
	Exploited       int `json:"exploited"` // vulnerabilities that became known exploited
	Rose            int `json:"rose"`      // vulnerabilities whose severity rose
	Withdrawn       int `json:"withdrawn"` // records that were withdrawn
}

// VulnerabilityChange is a vulnerability about which something changed in a
// span, with everything that did.
type VulnerabilityChange struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	Title       string    `json:"title"`
	Severity    string    `json:"severity"` // now
	KEV         bool      `json:"kev"`      // now
	At          time.Time `json:"at"`       // of the newest change
	Opened      int       `json:"opened"`   // findings
	Reopened    int       `json:"reopened"`
	Closed      int       `json:"closed"`
	Reclassed   int       `json:"reclassed"`
	Exploited   bool      `json:"exploited"` // it became known exploited in the span
	Rose        bool      `json:"rose"`      // its severity rose in the span
	SeverityWas string    `json:"severity_was"`
	Withdrawn   int       `json:"withdrawn"` // records
	Joined      int       `json:"joined"`    // groups that turned out to be the same vulnerability

	// What is touched: by findings that changed, and where the vulnerability itself changed by every open finding.
	Products  []Named       `json:"products"` // the first few by name
	ProductsN int           `json:"products_n"`
	Releases  int           `json:"releases"`
	Sites     int           `json:"sites"`
	Causes    []ChangeCause `json:"causes"` // newest first, the first few
	CausesN   int           `json:"causes_n"`
}

// Named is a record by its id and name.
type Named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// ChangeCause is the write that changed something: which import, which SBOM,
// which alias, and which records it brought.
type ChangeCause struct {
	At      time.Time        `json:"at"`
	Action  string           `json:"action"` // of the ledger, "import.batch"; "" when it is older than the index of changes
	Subject ledger.Subject   `json:"subject"`
	Parents []ledger.Subject `json:"parents"`
	By      string           `json:"by"`
	Records []RecordChange   `json:"records"` // of sources, those about this vulnerability
}

// RecordChange is a record of a source that an import brought.
type RecordChange struct {
	Source string `json:"source"`
	Record string `json:"record"`
	How    string `json:"how"` // "new", "changed", "withdrawn" or "restored"
}

// FindingChangeRow is one finding that changed.
type FindingChangeRow struct {
	FindingID string      `json:"finding_id"`
	Change    string      `json:"change"` // "opened", "reopened", "closed" or "class"
	Class     string      `json:"class"`
	Was       string      `json:"was"` // class before; "" where it was opened
	Component string      `json:"component"`
	ReleaseID string      `json:"release_id"`
	Version   string      `json:"version"`
	ProductID string      `json:"product_id"`
	BrandName string      `json:"brand_name"`
	Sites     int         `json:"sites"`
	Cause     ChangeCause `json:"cause"`
}

// RecordVersion is what an advisory said until it was replaced, and what it
// says now.
type RecordVersion struct {
	Was        Advisory // without the fields that are not kept: id, source, record, digest, dates and body are
	Is         Advisory
	ReplacedAt time.Time
}

// SBOMUpload is an SBOM that was given to a release.
type SBOMUpload struct {
	SBOM      register.SBOM `json:"sbom"` // without its problems
	Version   string        `json:"version"`
	ProductID string        `json:"product_id"`
	BrandName string        `json:"brand_name"`
}
