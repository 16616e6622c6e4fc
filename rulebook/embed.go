// Package rulebook holds the law as data, one folder for each jurisdiction.
package rulebook

import "embed"

// FS has every rulebook; a path is jurisdiction/file, for example
// "jp/reg-228-20-2.yaml".
//
//go:embed jp
var FS embed.FS

// JapanCaseReport is the path of the rulebook that decides whether a matter is
// to be reported under the Enforcement Regulation art. 228-20(2).
const JapanCaseReport = "jp/reg-228-20-2.yaml"

// JapanCSNotice is the path of the rulebook that concludes facts of
// JapanCaseReport from the assessment of a vulnerability (CS notice 医薬安発0115第2号).
const JapanCSNotice = "jp/cs-notice.yaml"
