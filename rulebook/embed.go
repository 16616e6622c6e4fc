// Package rulebook holds the law as data, one folder for each jurisdiction.
package rulebook

import "embed"

// FS has every file; a path is jurisdiction/file, for example
// "jp/reg-228-20-2.yaml". Besides rulebooks and their worked examples
// (NAME.cases.yaml) a jurisdiction has its calendar and its open values, which
// are no rulebooks. Versions that are no longer in force stand in archive,
// byte for byte as they were: determinations made with them are replayed.
//
//go:embed jp archive
var FS embed.FS

// JapanCaseReport is the path of the rulebook that decides whether a matter is
// to be reported under the Enforcement Regulation art. 228-20(2).
const JapanCaseReport = "jp/reg-228-20-2.yaml"

// JapanCSNotice is the path of the rulebook that concludes facts of
// JapanCaseReport from the assessment of a vulnerability (CS notice 医薬安発0115第2号).
const JapanCSNotice = "jp/cs-notice.yaml"

// JapanOpenValues is the path of the list of values that a company must still
// obtain or confirm.
const JapanOpenValues = "jp/open-values.yaml"

// JapanCalendar is the path of the days on which national offices are closed.
const JapanCalendar = "jp/calendar.yaml"

// Japan lists the rulebooks in force, in the order in which they are read.
var Japan = []string{
	JapanCaseReport,
	"jp/first-report.yaml",
	JapanCSNotice,
	"jp/recall.yaml",
	"jp/letters.yaml",
	"jp/measures.yaml",
	"jp/periodic.yaml",
	"jp/lifecycle.yaml",
}

// Archive lists the rulebooks that are no longer in force.
var Archive = []string{
	"archive/jp/reg-228-20-2@1.0.0.yaml",
	"archive/jp/cs-notice@1.0.0.yaml",
}
