package report

import "mimamori/internal/caldate"

// Sources is everything known that form 8 (別紙様式第8) can be filled from. The
// Ref of each part is the key of the record it was read from; it is kept with
// every value. Empty texts are unknown and leave their field empty.
type Sources struct {
	Report       ReportSource
	Holder       HolderSource
	Product      ProductSource
	Release      ReleaseSource
	Installation InstallationSource
	Intake       IntakeSource
	Case         CaseSource
	Patient      PatientSource
	Facts        []FactSource // in the order of the rulebook
	Assessment   AssessmentSource
	Measures     []MeasureSource // in the order of their days
}

// ReportSource is what the determination and its clock say about this report.
type ReportSource struct {
	Ref          string
	Origin       string // domestic or foreign
	Agent        string // malfunction or infection
	TermDays     int    // 15 or 30; 0 when not known
	Additional   bool
	Complete     bool
	ReportedOn   caldate.Date
	NextReportOn caldate.Date // zero when complete

	// Numbers given by the authority on an earlier report.
	RegistrationNumber, IdentificationNumber string

	Addressee string // empty: the one of the form
}

// HolderSource is the marketing authorization holder 製造販売業者.
type HolderSource struct {
	Ref                                       string
	Name, Address, Representative             string
	ContactName, Department, Telephone, Email string
}

// ProductSource is the product 品目.
type ProductSource struct {
	Ref                    string
	BrandName, GenericName string
	JMDNCode               string
	ApprovalNumber         string   // of approval, certification or notification
	Class                  string   // I, II, III or IV
	Categories             []string // 特定保守管理医療機器, 設置管理医療機器, ...
}

// ReleaseSource is the software version concerned.
type ReleaseSource struct {
	Ref             string
	Version         string
	OperatingSystem string
}

// InstallationSource is the unit concerned and where it stands.
type InstallationSource struct {
	Ref            string
	Model          string
	SerialOrLot    string
	ManufacturedOn string // 2026-06-01, 2026-06, 2026 or empty
	UDI            string
	Usage          string
	Status         string // where the device is now
	Network        string
	CoDevices      []string
}

// IntakeSource is the safety information 安全管理情報 that started the clock.
type IntakeSource struct {
	Ref     string
	AwareOn caldate.Date
	Text    string
}

// CaseSource is the case 事案.
type CaseSource struct {
	Ref                          string
	EventOn                      string // 2026-06-01, 2026-06, 2026, 不明 or empty
	HarmTerm, Harm               string
	MalfunctionTerm, Malfunction string // an empty Malfunction is filled from the intake's text
	Remarks                      string
}

// PatientSource is what is known of the patient.
type PatientSource struct {
	Ref                   string
	Initials, Age, Weight string
	Sex, Outcome          string // codes of the form
	State, Treatment      string
}

// FactSource is one answer to a question of the rulebook, in Japanese.
type FactSource struct {
	Ref           string
	Label, Answer string
}

// AssessmentSource is our judgement of a vulnerability for the product, in Japanese.
type AssessmentSource struct {
	Ref  string
	Text string
}

// MeasureSource is one safety measure 安全確保措置.
type MeasureSource struct {
	Ref     string
	On      caldate.Date // zero when no day is set
	Text    string
	Planned bool // not done yet
}
