// Package app has the use cases: load, decide, store, ledger. One file each.
package app

import (
	"context"
	"encoding/json"
	"io"
	"time"

	"mimamori/internal/assess"
	"mimamori/internal/casefile"
	"mimamori/internal/intake"
	"mimamori/internal/ledger"
	"mimamori/internal/register"
	"mimamori/internal/term"
)

// Store keeps everything together with its ledger. Every implementation
// passes the store test suite.
type Store interface {
	Reader
	ProgressStore
	ComputedStore

	// Write runs fn in one transaction and commits what it stored together
	// with the entries it recorded: all or nothing. A fn that stores without
	// recording an entry fails with fault.Internal. fn sees its own writes; it
	// may run more than once, so it must have no other side effects.
	Write(ctx context.Context, fn func(ctx context.Context, tx Tx) error) error

	// VerifyLedger recomputes the whole ledger; Checkpoint returns the newest signed note about it.
	VerifyLedger(ctx context.Context) (ledger.Report, error)
	Checkpoint(ctx context.Context) (note string, err error)

	Close() error
}

// Tx is one transaction: everything can be read and changed in it.
type Tx interface {
	Reader
	Writer

	// Record adds an entry to the ledger; Seq and At are set at commit.
	Record(e ledger.Entry)

	// Enqueue asks for a job to run after commit; the intent commits with the
	// transaction.
	Enqueue(ctx context.Context, job Job) error
}

// Job is background work.
type Job struct {
	Kind string // "import" or one of the Job… kinds
	ID   string // of what it is about, for example the import run; "" when there is only one
}

// ListQuery is a request for one page of a list.
type ListQuery struct {
	Text   string            // words to search for, or ""; matched after NFKC, case and kana folding
	Filter map[string]string // field → value; each list documents its fields, all have id; unknown fields are Invalid
	Sort   string            // field, with "-" in front for descending; "" for the list's own order
	Cursor string            // Next of the page before, or ""
	Limit  int               // 1 to 200; 0 means 50
}

// List is one page. Total counts the whole list under the same filter.
type List[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next"` // cursor of the next page, "" at the end
	Total int    `json:"total"`
}

// Reader has every read. One that is asked for a single record returns a
// fault.NotFound error when there is none.
type Reader interface {
	StatementReader
	AliasReader
	ProductNameReader
	FeedSettingReader
	SBOMReader
	ChangeReader
	EvidenceReader

	User(ctx context.Context, id string) (User, error)
	UserByEmail(ctx context.Context, email string) (User, error)
	Users(ctx context.Context) ([]User, error)
	Invitation(ctx context.Context, tokenHash string) (Invitation, error)

	Product(ctx context.Context, id string) (register.Product, error)
	ProductUnits(ctx context.Context, id string) (ProductUnits, error)
	// Products: filter class, route, eos ("past", "soon" = within 180 days, "supported", as of Filter["today"]);
	// sort brand_name, generic_name, licence_number, class, eos_on, updated_at.
	Products(ctx context.Context, q ListQuery) (List[ProductRow], error)
	// ProductsAfter returns products in the order of their ids, those after the given one, at most limit; it counts nothing.
	ProductsAfter(ctx context.Context, id string, limit int) ([]register.Product, error)

	Release(ctx context.Context, id string) (register.Release, error)
	// Releases: filter product; sort version, released_on, updated_at.
	Releases(ctx context.Context, q ListQuery) (List[ReleaseRow], error)

	SBOM(ctx context.Context, id string) (register.SBOM, error)
	SBOMsOfRelease(ctx context.Context, releaseID string) ([]register.SBOM, error) // newest first
	// Occurrences of one SBOM: filter match ("purl", "cpe", "none"); sort name, version, supplier.
	Occurrences(ctx context.Context, sbomID string, q ListQuery) (List[register.Occurrence], error)
	Blob(ctx context.Context, sha256 string) ([]byte, error)

	Site(ctx context.Context, id string) (register.Site, error)
	// Sites: filter product, release, vulnerability (units of releases with an open finding), prefecture; sort name, prefecture, updated_at.
	Sites(ctx context.Context, q ListQuery) (List[SiteRow], error)
	Installation(ctx context.Context, id string) (register.Installation, error)
	// Installations: filter site, release, product, vulnerability (of releases with an open finding); sort site, product, units.
	Installations(ctx context.Context, q ListQuery) (List[InstallationRow], error)

	Vulnerability(ctx context.Context, id string) (Vulnerability, error)
	VulnerabilityByName(ctx context.Context, alias string) (Vulnerability, error) // "CVE-2021-44228", any alias
	// Vulnerabilities: filter kev ("yes"), touching ("yes": has an open finding), epss (this score or more, 0 to 1);
	// sort priority (known exploited first, then severity), name, modified_at, findings.
	Vulnerabilities(ctx context.Context, q ListQuery) (List[VulnerabilityRow], error)
	Advisories(ctx context.Context, vulnerabilityID string) ([]Advisory, error) // sorted by source, record id
	AdvisoryByRecord(ctx context.Context, source, recordID string) (Advisory, error)
	// AdvisoriesByKeys returns the advisories that name one of the canonical matching keys, each once.
	AdvisoriesByKeys(ctx context.Context, keys []string) ([]Advisory, error)
	KEV(ctx context.Context, cve string) (KEVEntry, error)

	// ComponentsOfSBOM returns each component identity of the SBOM once.
	ComponentsOfSBOM(ctx context.Context, sbomID string) ([]register.Component, error)
	// ComponentsByKeys returns the components that have one of the keys, each once.
	ComponentsByKeys(ctx context.Context, keys []string) ([]register.Component, error)
	// Components returns those with these ids; unknown ones are left out.
	Components(ctx context.Context, ids []string) ([]register.Component, error)
	// ComponentsAfter returns components in the order of their ids, those after the given one, at most limit.
	ComponentsAfter(ctx context.Context, id string, limit int) ([]register.Component, error)
	// NamesakesAfter returns components in the order of supplier and name, so that those with the same advisories are
	// together: those after cursor ("" for the first), at most limit, and the cursor of the next ones.
	NamesakesAfter(ctx context.Context, cursor string, limit int) (found []register.Component, next string, err error)
	// AdvisoriesAfter returns advisories in the order of their ids, those after the given one, at most limit.
	AdvisoriesAfter(ctx context.Context, id string, limit int) ([]Advisory, error)
	AdvisoriesByIDs(ctx context.Context, ids []string) ([]Advisory, error)
	// NamesOf returns the names of the vulnerabilities, by id.
	NamesOf(ctx context.Context, vulnerabilityIDs []string) (map[string][]string, error)
	// OpenFindingsOf returns the open findings of the vulnerabilities.
	OpenFindingsOf(ctx context.Context, vulnerabilityIDs []string) ([]OpenFinding, error)
	// ReleasesOf returns in which releases the components are, by component.
	ReleasesOf(ctx context.Context, componentIDs []string) (map[string][]string, error)
	// ConditionalAdvisories returns the ids of the advisories with a conditional match in one of the releases.
	ConditionalAdvisories(ctx context.Context, releaseIDs []string) ([]string, error)
	// AllConditionalAdvisories returns those with a conditional match at all.
	AllConditionalAdvisories(ctx context.Context) ([]string, error)

	Finding(ctx context.Context, id string) (FindingRow, error)
	// Findings: filter release, product, site, vulnerability, class, state ("open", "closed"; default all),
	// kev ("yes"), assessed ("yes", "no"), mode ("precise", "comprehensive"; default comprehensive); sort priority
	// (known exploited, then severity; descending is the default), vulnerability, component, product, first_seen_at.
	Findings(ctx context.Context, q ListQuery) (List[FindingRow], error)
	Evidence(ctx context.Context, findingID string) ([]Match, error) // strongest first

	Assessment(ctx context.Context, id string) (assess.Assessment, error)
	// Assessments: filter product, vulnerability, status, current ("yes"); sort made_at, vulnerability, product.
	Assessments(ctx context.Context, q ListQuery) (List[AssessmentRow], error)

	Intake(ctx context.Context, id string) (intake.Record, error)
	// Intakes: filter source, product, case ("none": not in a case yet, else the id of a case); sort aware_on, number, recorded_at.
	Intakes(ctx context.Context, q ListQuery) (List[IntakeRow], error)

	Attachment(ctx context.Context, id string) (intake.Attachment, error)
	Attachments(ctx context.Context, intakeID string) ([]intake.Attachment, error) // in the order in which they were added

	Case(ctx context.Context, id string) (casefile.Case, error) // by id or number
	// Cases: filter product, stage, vulnerability, intake; sort number, aware_on, due_on, updated_at.
	Cases(ctx context.Context, q ListQuery) (List[CaseRow], error)
	Determinations(ctx context.Context, caseID string) ([]casefile.Determination, error) // newest first
	Determination(ctx context.Context, id string) (casefile.Determination, error)
	// DecidedCases returns cases in report or watch whose governing determination is signed, in the order of their
	// ids, those after afterID ("" for the first), at most limit.
	DecidedCases(ctx context.Context, afterID string, limit int) ([]DecidedCase, error)
	Signatures(ctx context.Context, kind, subject string) ([]Signature, error)       // oldest first
	ClockChanges(ctx context.Context, obligationIDs []string) ([]ClockChange, error) // oldest first
	// Notifications of a person, newest first: filter unread ("yes").
	Notifications(ctx context.Context, userID string, q ListQuery) (List[NotificationRow], error)
	RulebookText(ctx context.Context, digest string) (RulebookText, error)
	Obligation(ctx context.Context, id string) (casefile.Obligation, error)
	// Obligations: filter case, intake, product, state, kind, duty, due_until (day; has a day on or before it);
	// sort urgency (default: open first reports, then by due day).
	Obligations(ctx context.Context, q ListQuery) (List[ObligationRow], error)

	Report(ctx context.Context, id string) (Report, error)
	// Reports: filter case, product, state, form, period (its first day), issue_kind (a report.Kind, "complete" or
	// "incomplete"), due ("met" in time, "late": a day was missed, "open"; as of Filter["today"]), sent_from and
	// sent_to (days in Tokyo), waiting ("yes": not sent), mismatch ("yes": of an acknowledgement); sort number,
	// updated_at, due_on (without a day last), sent_at.
	Reports(ctx context.Context, q ListQuery) (List[ReportRow], error)
	ReportVersions(ctx context.Context, reportID string) ([]ReportVersion, error) // newest first
	ReportVersion(ctx context.Context, reportID string, version int) (ReportVersion, error)
	Submission(ctx context.Context, id string) (Submission, error)
	Submissions(ctx context.Context, reportID string) ([]Submission, error)       // oldest first
	SubmissionsOf(ctx context.Context, reportIDs []string) ([]Submission, error)  // by report, oldest first
	Agreements(ctx context.Context, reportID string) ([]HospitalAgreement, error) // oldest first

	// Terms of code lists: filter list, release, annex, selectable ("yes"), cyber ("yes"). The order is rank: what a
	// report may use first, then what the words name best, then what matters for cybersecurity, then by code.
	Terms(ctx context.Context, q ListQuery) (List[TermRow], error)
	TermLists(ctx context.Context) ([]TermList, error) // by list and release
	FormTexts(ctx context.Context) ([]FormText, error) // by form and edition
	FormText(ctx context.Context, form, edition string) (FormText, error)

	ImportRun(ctx context.Context, id string) (ImportRun, error)
	// ImportRuns: filter state, kind; newest first.
	ImportRuns(ctx context.Context, q ListQuery) (List[ImportRun], error)
	Sources(ctx context.Context) ([]SourceHealth, error)

	// Entries of the ledger: filter subject_kind with subject_id (entries about it or naming it as parent),
	// actor, action (prefix), action_in (actions with commas between), from and to (instants in RFC 3339; before to);
	// newest first.
	Entries(ctx context.Context, q ListQuery) (List[ledger.Entry], error)

	Setting(ctx context.Context, key string) (json.RawMessage, error)

	// Search looks for products, releases, sites, vulnerabilities, intakes, cases and reports; best first, at most limit.
	Search(ctx context.Context, text string, limit int) ([]Hit, error)

	// Counts returns how many things wait: "obligations", "intakes", "cases", "findings", "reports" (not sent),
	// "mismatches" (reports whose acknowledgement has other numbers).
	Counts(ctx context.Context) (map[string]int, error)
}

// Writer has every change. An Update compares the record's Revision with the
// stored one, fails with fault.Conflict when they differ, and stores the record
// with the next revision.
type Writer interface {
	StatementWriter
	AliasWriter
	ProductNameWriter
	FeedSettingWriter
	SBOMWriter

	AddUser(ctx context.Context, u User) error
	UpdateUser(ctx context.Context, u User) error
	AddInvitation(ctx context.Context, i Invitation) error
	UseInvitation(ctx context.Context, tokenHash string, at time.Time) error // Conflict when it was used

	AddProduct(ctx context.Context, p register.Product) error
	UpdateProduct(ctx context.Context, p register.Product) error
	AddRelease(ctx context.Context, r register.Release) error
	UpdateRelease(ctx context.Context, r register.Release) error
	// AddSBOM stores an SBOM. Components are interned by IdentityKey; their ID is set here. key sets the matching keys of
	// some of them, for a moment: all keys of a large SBOM take much memory. It returns the ids of those that are new and
	// share a key with an advisory, and of those that have other keys than before: the others meet nothing new.
	AddSBOM(ctx context.Context, s register.SBOM, occurrences []register.Occurrence, file io.ReadSeeker, key func([]register.Component)) (fresh []string, err error)
	AddSite(ctx context.Context, s register.Site) error
	UpdateSite(ctx context.Context, s register.Site) error
	AddInstallation(ctx context.Context, i register.Installation) error
	UpdateInstallation(ctx context.Context, i register.Installation) error

	// PutAdvisories stores new and changed advisories with their keys and aliases, joining alias groups; it sets
	// ID and VulnerabilityID. A state that is Older than the stored one is kept as a version that was before, and joins
	// alias groups too; nothing else of it counts. Advisories is bounded by the caller (≤ 2,000).
	PutAdvisories(ctx context.Context, advisories []Advisory) (AdvisoriesPut, error)
	// PutKEV stores entries of a catalogue. One of an older catalogue than the stored one does not replace it.
	PutKEV(ctx context.Context, entries []KEVEntry) (DataPut, error)
	// ReplaceMatches makes found the matches between these components and these advisories (older ones of the same pairs
	// go); nil components or advisories stand for all of them. It returns the components whose matches changed:
	// AlignFindings is to follow.
	ReplaceMatches(ctx context.Context, componentIDs, advisoryIDs []string, found []Match) (touched []string, err error)
	// SettleAdvisories makes settled what is known of the advisories' conditional matches, in all releases;
	// SettleRelease of all conditional matches in one release.
	SettleAdvisories(ctx context.Context, advisoryIDs []string, settled []Settlement) error
	SettleRelease(ctx context.Context, releaseID string, settled []Settlement) error
	// AlignFindings brings the findings of the components in line with matches, settlements and SBOMs in use: opened,
	// reopened, closed or with a new class. It returns the findings that changed.
	AlignFindings(ctx context.Context, componentIDs []string, at time.Time) ([]FindingChange, error)
	// AlignVulnerabilities is AlignFindings for all components and some vulnerabilities.
	AlignVulnerabilities(ctx context.Context, vulnerabilityIDs []string, at time.Time) ([]FindingChange, error)
	// SyncFindings is AlignFindings for one release: it also closes the open findings whose component is not in its SBOM
	// in use any more.
	SyncFindings(ctx context.Context, releaseID string, at time.Time) ([]FindingChange, error)
	// SetStated stores what statements say against findings; no counters: nothing does.
	SetStated(ctx context.Context, stated []FindingStated) error
	// SetComponentKeys stores the matching keys of components that are known, and returns the ids of those that had others.
	SetComponentKeys(ctx context.Context, components []register.Component) (changed []string, err error)
	// SetAdvisoryKeys stores the matching keys of advisories that are known.
	SetAdvisoryKeys(ctx context.Context, advisories []Advisory) error

	AddAssessment(ctx context.Context, a assess.Assessment) error // marks the older ones superseded
	AddIntake(ctx context.Context, r intake.Record) error
	AddAttachment(ctx context.Context, a intake.Attachment, file []byte) error
	AddCase(ctx context.Context, c casefile.Case) error
	UpdateCase(ctx context.Context, c casefile.Case) error
	// AddDetermination stores a determination. One that is signed, and a provisional one, supersedes every older one
	// of the case; any other supersedes the older ones that are not signed.
	AddDetermination(ctx context.Context, d casefile.Determination) error
	// SettleDetermination gives a determination another status; one that becomes signed supersedes every other of the case.
	SettleDetermination(ctx context.Context, d casefile.Determination) error
	AddSignature(ctx context.Context, s Signature) error
	AddClockChange(ctx context.Context, c ClockChange) error
	// AddNotifications stores those whose person was not told this step of the obligation yet, and returns them.
	AddNotifications(ctx context.Context, n []Notification) ([]Notification, error)
	MarkMailed(ctx context.Context, notificationIDs []string, at time.Time) error
	MarkRead(ctx context.Context, userID string, notificationIDs []string, at time.Time) error // of that person only; nil: all
	KeepRulebookText(ctx context.Context, t RulebookText) (added bool, err error)
	AddObligation(ctx context.Context, o casefile.Obligation) error
	UpdateObligation(ctx context.Context, o casefile.Obligation) error
	AddReport(ctx context.Context, r Report) error
	UpdateReport(ctx context.Context, r Report) error
	AddReportVersion(ctx context.Context, v ReportVersion) error
	// AddSubmission stores a submission with those of its files that the store does not have yet, by their SHA-256.
	AddSubmission(ctx context.Context, s Submission, files map[string][]byte) error
	// AcknowledgeSubmission stores what came back: state, numbers, words, time and files; nothing else changes.
	AcknowledgeSubmission(ctx context.Context, s Submission, files map[string][]byte) error
	AddAgreement(ctx context.Context, g HospitalAgreement) error
	// PutTerms stores terms; one that is known in its release is joined by term.Merge, so that a blank never
	// overwrites. It returns how many are new and how many changed.
	PutTerms(ctx context.Context, terms []term.Term) (added, changed int, err error)
	AddFormText(ctx context.Context, t FormText) error // Conflict when the edition was installed before

	// AddImportRun keeps the file too, read from its beginning; nil when the run reads from somewhere else.
	AddImportRun(ctx context.Context, r ImportRun, file io.ReadSeeker) error
	UpdateImportRun(ctx context.Context, r ImportRun) error
	PutSource(ctx context.Context, s SourceHealth) error
	PutSetting(ctx context.Context, key string, value json.RawMessage) error

	// NextNumber counts up a series within a year, for example "C" in 2026: 1, 2, 3, …
	NextNumber(ctx context.Context, series string, year int) (int, error)
}

// ProgressStore keeps how far a running import is. That is no record, so it has
// no ledger entry.
type ProgressStore interface {
	SetProgress(ctx context.Context, runID string, p Progress) error
	Progress(ctx context.Context, runID string) (Progress, error)
}
