package app

import (
	"encoding/json"
	"time"

	"mimamori/internal/assess"
	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/intake"
	"mimamori/internal/match"
	"mimamori/internal/register"
	"mimamori/internal/term"
)

// User is a person who can sign in.
type User struct {
	ID           string    `json:"id"`
	Email        string    `json:"email"` // lower case, unique
	Name         string    `json:"name"`
	Roles        []Role    `json:"roles"` // sorted
	Lang         string    `json:"lang"`  // "ja" or "en"
	PasswordHash string    `json:"-"`     // argon2id; "" until the invitation was used
	Disabled     bool      `json:"disabled"`
	Revision     int       `json:"revision"`
	CreatedAt    time.Time `json:"created_at"`
	UpdatedAt    time.Time `json:"updated_at"`
}

// Invitation is a one-time link with which a person sets the first password.
// Only the hash of its token is kept.
type Invitation struct {
	TokenHash string    `json:"-"`       // SHA-256, hex
	UserID    string    `json:"user_id"` // "" for the link that makes the first administrator
	ExpiresAt time.Time `json:"expires_at"`
	UsedAt    time.Time `json:"used_at"` // zero: still good
}

// ProductUnits is a product with how many units of it are on record.
type ProductUnits struct {
	register.Product
	Units int `json:"units"`
}

// ProductRow is a product in a list, with what hangs on it.
type ProductRow struct {
	ProductUnits
	Releases     int `json:"releases"`
	Sites        int `json:"sites"`
	OpenFindings int `json:"open_findings"`
	OpenCases    int `json:"open_cases"` // not in watch
}

// ReleaseRow is a release in a list.
type ReleaseRow struct {
	register.Release
	BrandName    string         `json:"brand_name"`
	SBOM         *register.SBOM `json:"sbom"` // in use, without problems; nil when none was given
	Sites        int            `json:"sites"`
	Units        int            `json:"units"`
	OpenFindings int            `json:"open_findings"`
}

// SiteRow is a site in a list.
type SiteRow struct {
	register.Site
	Installations int `json:"installations"`
	Units         int `json:"units"`
	Products      int `json:"products"`
}

// InstallationRow is an installation in a list.
type InstallationRow struct {
	register.Installation
	SiteName  string `json:"site_name"`
	ProductID string `json:"product_id"`
	BrandName string `json:"brand_name"`
	Version   string `json:"version"`
}

// Vulnerability is the alias group over which advisories are joined (脆弱性).
type Vulnerability struct {
	ID         string    `json:"id"`
	Name       string    `json:"name"`     // CVE where there is one, else the first id seen
	Aliases    []string  `json:"aliases"`  // sorted, with Name
	Title      string    `json:"title"`    // from the advisories, for lists
	Severity   string    `json:"severity"` // highest CVSS band among the sources: none, low, medium, high, critical; "" unknown
	KEV        bool      `json:"kev"`
	ModifiedAt time.Time `json:"modified_at"` // newest among its advisories
}

// VulnerabilityRow is a vulnerability in a list.
type VulnerabilityRow struct {
	Vulnerability
	EPSS         *EPSS `json:"epss"` // the highest among its CVE ids; nil: unknown
	Advisories   int   `json:"advisories"`
	OpenFindings int   `json:"open_findings"`
	Products     int   `json:"products"` // with an open finding
	Sites        int   `json:"sites"`    // with an installation of a release with an open finding
}

// Advisory is what one source says about one vulnerability.
type Advisory struct {
	ID              string          `json:"id"`
	Source          string          `json:"source"`    // "osv" or "csaf"
	RecordID        string          `json:"record_id"` // as the source names it
	Part            string          `json:"part"`      // which vulnerability of a document with several, usually the CVE; "" otherwise
	Digest          string          `json:"digest"`    // SHA-256 of the record, hex
	VulnerabilityID string          `json:"vulnerability_id"`
	Aliases         []string        `json:"aliases"` // identity: the record id and its aliases; for a CSAF part the CVE
	Title           string          `json:"title"`
	Severity        string          `json:"severity"` // band, or ""
	PublishedAt     time.Time       `json:"published_at"`
	ModifiedAt      time.Time       `json:"modified_at"`
	WithdrawnAt     time.Time       `json:"withdrawn_at"` // zero: in force
	Keys            []string        `json:"keys"`         // canonical matching keys, sorted
	Body            json.RawMessage `json:"body"`         // advisory.Advisory as JSON
	ImportedAt      time.Time       `json:"imported_at"`
}

// KEVEntry is one line of CISA's catalogue of known exploited vulnerabilities.
type KEVEntry struct {
	CVE        string       `json:"cve"`
	AddedOn    caldate.Date `json:"added_on"`
	Name       string       `json:"name"`
	Action     string       `json:"action"`
	DueOn      caldate.Date `json:"due_on"`
	Ransomware string       `json:"ransomware"`  // "Known" or "Unknown"
	ReleasedAt time.Time    `json:"released_at"` // the newest catalogue that has the entry; zero: not known
}

// Match is one advisory that meets one component, with the evidence.
type Match struct {
	ComponentID string          `json:"component_id"`
	AdvisoryID  string          `json:"advisory_id"`
	Source      string          `json:"source"`
	RecordID    string          `json:"record_id"`
	Class       string          `json:"class"`    // "affected" or "possible"
	Text        string          `json:"text"`     // the evidence in one line
	Evidence    json.RawMessage `json:"evidence"` // match.Evidence as JSON
	Precise     bool            `json:"precise"`  // looked at in the precise mode
	Conditional bool            `json:"-"`        // rests on what else is in the release: see Settlement
	Counters    []match.Counter `json:"counters"` // what other records of the component say against it
}

// Settlement is a conditional match as it is in one release.
type Settlement struct {
	ComponentID string
	AdvisoryID  string
	ReleaseID   string
	Class       string // "affected", "possible", or "none": the release is known not to meet the condition
	Precise     bool
	Text        string
	Evidence    json.RawMessage
}

// FindingStated is what statements say against one finding.
type FindingStated struct {
	FindingID string
	Counters  []match.Counter
	Trusted   bool // somebody who is trusted says so
}

// FindingRow is a finding: one component of one release meets one vulnerability.
type FindingRow struct {
	ID              string             `json:"id"`
	ReleaseID       string             `json:"release_id"`
	Version         string             `json:"version"`
	ProductID       string             `json:"product_id"`
	BrandName       string             `json:"brand_name"`
	Component       register.Component `json:"component"`
	VulnerabilityID string             `json:"vulnerability_id"`
	Vulnerability   string             `json:"vulnerability"` // name
	Title           string             `json:"title"`
	Severity        string             `json:"severity"`
	KEV             bool               `json:"kev"`
	Class           string             `json:"class"` // strongest of its matches
	State           string             `json:"state"` // "open" or "closed"
	// Precise tells that the finding is looked at in the precise mode, Counters what speaks against it. They never take
	// it away: a person decides.
	Precise      bool            `json:"precise"`
	Counters     []match.Counter `json:"counters"`
	Reasons      []string        `json:"reasons,omitempty"` // in lists: why it is only possible, each once
	FirstSeenAt  time.Time       `json:"first_seen_at"`
	ClosedAt     time.Time       `json:"closed_at"`
	AssessmentID string          `json:"assessment_id"` // current assessment of product and vulnerability, or ""
	Status       assess.Status   `json:"status"`        // of that assessment; under_investigation when there is none
	Sites        int             `json:"sites"`
	Units        int             `json:"units"`
}

// FindingChange is what a matching run did to one finding.
type FindingChange struct {
	FindingID       string `json:"finding_id"`
	ReleaseID       string `json:"release_id"`
	ComponentID     string `json:"component_id"`
	Component       string `json:"component"` // name and version
	VulnerabilityID string `json:"vulnerability_id"`
	Vulnerability   string `json:"vulnerability"` // name
	Change          string `json:"change"`        // "opened", "reopened", "closed" or "class"
	Class           string `json:"class"`
}

// AssessmentRow is an assessment in a list.
type AssessmentRow struct {
	assess.Assessment
	BrandName     string `json:"brand_name"`
	Vulnerability string `json:"vulnerability"`
}

// IntakeRow is an intake record in a list.
type IntakeRow struct {
	intake.Record
	BrandName  string                   `json:"brand_name"`
	SiteName   string                   `json:"site_name"`
	CaseID     string                   `json:"case_id"` // "" when no case was opened from it
	CaseNumber string                   `json:"case_number"`
	Triage     casefile.ObligationState `json:"triage"` // of its triage obligation: open, or dismissed; "" when it has none
}

// CaseRow is a case in a list.
type CaseRow struct {
	casefile.Case
	BrandName     string       `json:"brand_name"`
	Version       string       `json:"version"`
	Vulnerability string       `json:"vulnerability"`
	Result        string       `json:"result"`   // of the confirmed determination, or ""
	DueOn         caldate.Date `json:"due_on"`   // earliest open obligation with a day
	Promptly      int          `json:"promptly"` // open obligations that are due promptly (速やかに), without a day
}

// ObligationRow is an obligation in a list.
type ObligationRow struct {
	casefile.Obligation
	CaseNumber  string `json:"case_number"` // of the intake record where there is no case; "" for a product
	CaseTitle   string `json:"case_title"`  // likewise
	BrandName   string `json:"brand_name"`
	ReportID    string `json:"report_id"` // the report that is being written for it, or ""
	ReportState string `json:"report_state"`
}

// Report is one report on one form, of a case and product or of a product and
// period; its content is in its versions.
type Report struct {
	ID                   string       `json:"id"`
	Number               string       `json:"number"`        // for example "R-2026-0003"
	CaseID               string       `json:"case_id"`       // "" when it is of no case: forms 11 and 12
	ObligationID         string       `json:"obligation_id"` // what its newest issue is due for, or ""
	ProductID            string       `json:"product_id"`
	Form                 string       `json:"form"`                  // "form8"
	Edition              string       `json:"edition"`               // folder of the form definition
	Issue                int          `json:"issue"`                 // 報 of its newest content: 1, 2, …
	IssueKind            string       `json:"issue_kind"`            // report.Kind of that issue, or ""
	Completion           string       `json:"completion"`            // "complete", "incomplete" or "": as that issue says
	PeriodFrom           caldate.Date `json:"period_from"`           // of a periodic report; zero otherwise
	PeriodTo             caldate.Date `json:"period_to"`             // last day of it
	RegistrationNumber   string       `json:"registration_number"`   // 登録番号 that the authority gave, or ""
	IdentificationNumber string       `json:"identification_number"` // 識別番号, likewise
	State                string       `json:"state"`                 // report.State
	Version              int          `json:"version"`               // newest
	Maker                string       `json:"maker"`                 // name of the person who made the draft
	Revision             int          `json:"revision"`
	CreatedAt            time.Time    `json:"created_at"`
	UpdatedAt            time.Time    `json:"updated_at"`
}

// ReportVersion is the content of a report at one time; it is never changed.
type ReportVersion struct {
	ReportID string          `json:"report_id"`
	Version  int             `json:"version"`
	Content  json.RawMessage `json:"content"` // report.Draft as JSON
	Digest   string          `json:"digest"`
	By       string          `json:"by"`
	At       time.Time       `json:"at"`
}

// ReportRow is a report in a list.
type ReportRow struct {
	Report
	CaseNumber string       `json:"case_number"` // "" when it is of no case
	CaseTitle  string       `json:"case_title"`
	BrandName  string       `json:"brand_name"`
	DueOn      caldate.Date `json:"due_on"`  // of what its newest issue is due for; zero: no day
	SentAt     time.Time    `json:"sent_at"` // of its newest submission; zero: none
	Late       bool         `json:"late"`    // a day was missed by one of its submissions, or is over and it was not sent
}

// Submission is one issue of a report as it was given to the authority. Only
// its acknowledgement is added to it later.
type Submission struct {
	ID                   string           `json:"id"`
	ReportID             string           `json:"report_id"`
	Issue                int              `json:"issue"`
	Version              int              `json:"version"`       // of the report: the content that was sent
	Digest               string           `json:"digest"`        // of that content
	ObligationID         string           `json:"obligation_id"` // that it met, or ""
	Channel              string           `json:"channel"`       // "fax", "pmda_electronic", "mail", "portal" or "hand"
	SentAt               time.Time        `json:"sent_at"`
	Recipient            string           `json:"recipient"`
	Proof                string           `json:"proof"` // of sending, in words: fax journal, tracking number
	State                SubmissionState  `json:"state"`
	RegistrationNumber   string           `json:"registration_number"`   // as the acknowledgement has it, or ""
	IdentificationNumber string           `json:"identification_number"` // likewise
	Acknowledged         string           `json:"acknowledged"`          // what the acknowledgement says, in words
	AcknowledgedAt       time.Time        `json:"acknowledged_at"`       // zero: not yet
	By                   string           `json:"by"`                    // name of the person who recorded it
	At                   time.Time        `json:"at"`
	Files                []SubmissionFile `json:"files"`
}

// SubmissionState says what came back.
type SubmissionState string

// The states. Mismatch: the acknowledgement has other numbers than the report.
const (
	SubmissionSent         SubmissionState = "sent"
	SubmissionAcknowledged SubmissionState = "acknowledged"
	SubmissionMismatch     SubmissionState = "mismatch"
)

// SubmissionFile is one file of a submission; its content is a blob.
type SubmissionFile struct {
	Kind   string `json:"kind"` // "package", "proof", "acknowledgement" or "attachment"
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
}

// TermRow is a term of a code list in a list of them.
type TermRow struct {
	term.Term
	Annex      string `json:"annex"`      // of an IMDRF term, "A" to "G"; "" of others
	Selectable bool   `json:"selectable"` // a report may use it
}

// TermList is one release of a code list that the store has.
type TermList struct {
	List       term.List `json:"list"`
	Release    string    `json:"release"`
	Terms      int       `json:"terms"`
	Selectable int       `json:"selectable"`
	Japanese   int       `json:"japanese"` // with a Japanese term
}

// FormText is an edition of a form that an administrator installed, as it was given.
type FormText struct {
	Form        string    `json:"form"`    // "pmda/form8"
	Edition     string    `json:"edition"` // "2021-07"
	Digest      string    `json:"digest"`  // "sha256:" and hex
	Text        []byte    `json:"text"`
	InstalledBy string    `json:"installed_by"`
	InstalledAt time.Time `json:"installed_at"`
}

// HospitalAgreement notes that a version of a report agrees with what the
// hospital reports itself (CS notice 4(1)).
type HospitalAgreement struct {
	ID       string       `json:"id"`
	ReportID string       `json:"report_id"`
	Issue    int          `json:"issue"`
	Version  int          `json:"version"`
	On       caldate.Date `json:"on"`
	With     string       `json:"with"` // whom at the hospital it was agreed with
	Note     string       `json:"note"`
	By       string       `json:"by"`
	At       time.Time    `json:"at"`
}

// Hit is one result of a search over everything.
type Hit struct {
	Kind  string `json:"kind"` // "product", "release", "site", "vulnerability", "intake", "case", "report", "component", "unrecorded": a CVE without any record
	ID    string `json:"id"`
	Title string `json:"title"`
	Note  string `json:"note"`
}

// Signature is a person's name under a record: who, when, with what meaning,
// bound to the exact content by its digest. The person gave the password again.
type Signature struct {
	ID      string    `json:"id"`
	Kind    string    `json:"kind"` // of the record: "determination", "clock_change", "report"
	Subject string    `json:"subject"`
	Digest  string    `json:"digest"`  // SHA-256 of the content signed, hex
	Meaning string    `json:"meaning"` // "confirmed", "override", "countersigned", "rebased", …
	UserID  string    `json:"user_id"`
	Name    string    `json:"name"` // printed name at that time
	At      time.Time `json:"at"`
}

// ClockChange is a clock that was based on another day, with the reason.
type ClockChange struct {
	ID           string       `json:"id"`
	ObligationID string       `json:"obligation_id"`
	FromAwareOn  caldate.Date `json:"from_aware_on"`
	FromDueOn    caldate.Date `json:"from_due_on"`
	ToAwareOn    caldate.Date `json:"to_aware_on"`
	ToDueOn      caldate.Date `json:"to_due_on"`
	Reason       string       `json:"reason"`
	By           string       `json:"by"`
	At           time.Time    `json:"at"`
}

// Notification tells one person that an obligation presses. Each step of an
// obligation is told to a person once.
type Notification struct {
	ID           string    `json:"id"`
	UserID       string    `json:"user_id"`
	ObligationID string    `json:"obligation_id"`
	Step         string    `json:"step"` // "10", "5", "2", "0" days left, or "late+1", "late+2", … days after
	CreatedAt    time.Time `json:"created_at"`
	MailedAt     time.Time `json:"mailed_at"` // zero: no mail was sent
	ReadAt       time.Time `json:"read_at"`   // zero: not seen yet
}

// NotificationRow is a notification with what it is about.
type NotificationRow struct {
	Notification
	Obligation ObligationRow `json:"obligation"`
}

// RulebookText is a rulebook file as it was when a determination could rest on
// it; kept so that every determination can be replayed.
type RulebookText struct {
	Digest  string    `json:"digest"` // "sha256:" and hex, as in rule.Ref
	ID      string    `json:"id"`
	Version string    `json:"version"`
	Path    string    `json:"path"` // file name, for messages
	Text    []byte    `json:"text"`
	KeptAt  time.Time `json:"kept_at"`
}

// DecidedCase is a case with the determination that governs it and what is
// needed to ask the law again.
type DecidedCase struct {
	Case          casefile.Case
	Determination casefile.Determination // without Record
	LicensedOn    caldate.Date
}
