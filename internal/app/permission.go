package app

import (
	"slices"

	"mimamori/internal/fault"
)

// Role is what a person does in the company. One person can have several.
type Role string

// The roles: 管理者, 製品セキュリティ (PSIRT), 安全管理責任者, 総括製造販売責任者 (承認者), 閲覧者.
const (
	Administrator   Role = "administrator"
	ProductSecurity Role = "product_security"
	SafetyOfficer   Role = "safety_officer"
	Approver        Role = "approver"
	Viewer          Role = "viewer"
)

// Roles lists the roles.
var Roles = []Role{Administrator, ProductSecurity, SafetyOfficer, Approver, Viewer}

// Permission is one thing a person may do.
type Permission string

// The permissions. Read covers every list and record except users.
const (
	Anyone         Permission = ""          // no sign-in needed
	SignedIn       Permission = "signed_in" // any role
	Read           Permission = "read"
	EditRegister   Permission = "register.edit" // products, releases, SBOMs, sites
	ImportFeeds    Permission = "feeds.import"
	Assess         Permission = "assess"
	Identify       Permission = "identities.confirm" // what a component is, which advisories name a product of ours
	RecordIntake   Permission = "intake.record"
	WorkCases      Permission = "case.work"              // open, answer facts
	Determine      Permission = "case.determine"         // confirm a determination, meet an obligation
	Override       Permission = "determination.override" // decide otherwise than the law, one of two signatures
	Refuse         Permission = "determination.refuse"   // not take a proposal or an override, or withdraw the own one
	WriteReport    Permission = "report.write"
	CheckReports   Permission = "report.check"   // 確認: the second of three signatures
	ApproveReports Permission = "report.approve" // 承認: the third
	ReturnReports  Permission = "report.return"  // send back, at every step of a review
	ReadLedger     Permission = "ledger.read"
	ManageUsers    Permission = "users.manage"
	ManageSettings Permission = "settings.manage"
	SetValues      Permission = "values.set" // open values, days of the company
)

// granted is the one table that decides who may do what.
var granted = map[Role][]Permission{
	Administrator:   {Read, ReadLedger, ManageUsers, ManageSettings, SetValues, EditRegister, ImportFeeds},
	ProductSecurity: {Read, ReadLedger, EditRegister, ImportFeeds, Assess, Identify, RecordIntake, WorkCases, Refuse},
	SafetyOfficer:   {Read, ReadLedger, EditRegister, ImportFeeds, Assess, Identify, RecordIntake, WorkCases, Determine, Override, Refuse, SetValues, WriteReport, CheckReports, ReturnReports},
	Approver:        {Read, ReadLedger, RecordIntake, Override, Refuse, ApproveReports, ReturnReports},
	Viewer:          {Read, ReadLedger},
}

// May tells whether any of the roles grants p.
func May(roles []Role, p Permission) bool {
	switch p {
	case Anyone:
		return true
	case SignedIn:
		return len(roles) > 0
	default:
		return slices.ContainsFunc(roles, func(r Role) bool { return slices.Contains(granted[r], p) })
	}
}

// PermissionsOf returns everything the roles grant, sorted.
func PermissionsOf(roles []Role) []Permission {
	var out []Permission
	for _, r := range roles {
		out = append(out, granted[r]...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// require returns a Forbidden error when the actor may not do p.
func require(by Actor, p Permission) error {
	if by.System || May(by.Roles, p) {
		return nil
	}
	return fault.New(fault.Forbidden, "this needs the permission %q, which your roles do not give: ask an administrator", p)
}
