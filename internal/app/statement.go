package app

import (
	"context"
	"strings"
	"time"

	"mimamori/internal/advisory"
	"mimamori/internal/fold"
)

// Statement is a VEX statement as it is kept: what an issuer says, and whether
// its document still says so. It is a proposal beside a finding and never takes
// one away; nothing is ever deleted.
type Statement struct {
	advisory.Statement

	ID     string
	Source string // StatementVEX, StatementSBOM or StatementPedigree
	// Trust is how far a person trusts the issuer, by its name as the document
	// gives it. It decides how prominently the statement is shown, and whether it counts in the precise mode.
	Trust Trust
	// RestatedAt is when a later version of the document said the same again;
	// StatedAt if none did.
	RestatedAt   time.Time
	ImportedAt   time.Time
	SupersededAt time.Time // when a later version of the document no longer said so; zero: in force
}

// Where a statement comes from.
const (
	StatementVEX      = "vex"      // a document of its own: CSAF, OpenVEX, CycloneDX
	StatementSBOM     = "sbom"     // embedded in an SBOM; Document is "sbom:" and the SBOM's id
	StatementPedigree = "pedigree" // a patch that an SBOM names in a component's pedigree; likewise
)

// Trust is how far statements of an issuer are trusted.
type Trust string

// The values. Nobody is trusted until a person says so, with the reason.
const (
	TrustUnknown Trust = "unknown" // nobody has judged the issuer
	Untrusted    Trust = "untrusted"
	Trusted      Trust = "trusted"
)

// IssuerKey is the same for an issuer however its name is written.
func IssuerKey(name string) string { return fold.Text(name) }

// DocumentKey is the same for every version of the document of a statement.
func (s *Statement) DocumentKey() string {
	if s.Format != "CycloneDX" || s.Source != StatementVEX {
		return s.Document
	}
	serial, _, _ := strings.Cut(s.Document, "/") // "urn:uuid:…/2"
	return serial
}

// Content is the same for statements that say the same of the same products,
// whatever the version of the document and the time.
func (s *Statement) Content() string {
	said := s.Statement
	said.Document, said.StatedAt = s.DocumentKey(), time.Time{}
	return said.Digest()
}

// Names returns the names of the vulnerability, upper case.
func (s *Statement) Names() []string {
	out := []string{strings.ToUpper(s.Vulnerability)}
	for _, alias := range s.Aliases {
		out = append(out, strings.ToUpper(alias))
	}
	return out
}

// Issuer is somebody whose statements are stored, with the trust in them.
type Issuer struct {
	Key        string    `json:"key"` // IssuerKey of the name
	Name       string    `json:"name"`
	Trust      Trust     `json:"trust"`
	Reason     string    `json:"reason"`
	SetBy      string    `json:"set_by"`
	SetAt      time.Time `json:"set_at"` // zero: nobody has judged the issuer
	Revision   int       `json:"revision"`
	Statements int       `json:"statements"` // in force
}

// StatementDecision is what a person made of a statement for one product.
type StatementDecision struct {
	ID           string    `json:"id"`
	StatementID  string    `json:"statement_id"`
	ProductID    string    `json:"product_id"`
	Accepted     bool      `json:"accepted"`      // otherwise declined
	AssessmentID string    `json:"assessment_id"` // that accepting it made; "" when declined
	Reason       string    `json:"reason"`
	By           string    `json:"by"`
	At           time.Time `json:"at"`
}

// StatementReader has the reads about statements, scores and ends of life.
type StatementReader interface {
	EPSSReader
	LifeReader
	TouchedReader

	// StatementsAbout returns the statements in force that name one of these
	// vulnerabilities, by any name, each once, in the order of their ids.
	StatementsAbout(ctx context.Context, names []string) ([]Statement, error)
	// VulnerabilitiesNamed returns the ids of the groups that have one of these names.
	VulnerabilitiesNamed(ctx context.Context, names []string) ([]string, error)
	Statement(ctx context.Context, id string) (Statement, error)
	// Statements: filter vulnerability (id of the group), issuer (key), source, state ("in_force", "superseded");
	// sort stated_at.
	Statements(ctx context.Context, q ListQuery) (List[Statement], error)
	// Issuers: sort name, statements.
	Issuers(ctx context.Context, q ListQuery) (List[Issuer], error)
	Issuer(ctx context.Context, key string) (Issuer, error)
	// VulnerabilitiesOfIssuer returns the ids of the vulnerabilities of which the issuer's statements in force speak.
	VulnerabilitiesOfIssuer(ctx context.Context, key string) ([]string, error)
	// StatementDecisions returns what was decided about the statements, newest first.
	StatementDecisions(ctx context.Context, statementIDs []string) ([]StatementDecision, error)
}

// StatementWriter has the changes of statements, scores and ends of life.
type StatementWriter interface {
	EPSSWriter
	LifeWriter

	// PutStatements stores whole documents: all statements of one source, issuer
	// and DocumentKey are a version of the document, which supersedes the one
	// before unless that was stated later. It returns the statements that came
	// into force and those that went out of it. ID, Trust and the times but
	// StatedAt and ImportedAt are set here.
	PutStatements(ctx context.Context, statements []Statement) (changed []Statement, err error)
	// SupersedeDocument takes what a document says out of force, for example that
	// of an SBOM which is not in use any more, and returns it.
	SupersedeDocument(ctx context.Context, source, document string, at time.Time) (gone []Statement, err error)
	PutIssuer(ctx context.Context, i Issuer) error // by Revision, 0 for the first
	AddStatementDecision(ctx context.Context, d StatementDecision) error
}
