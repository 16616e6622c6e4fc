package report_test

import (
	"testing"
	"time"

	"mimamori/internal/caldate"
	"mimamori/internal/report"
)

var noon = time.Date(2026, 6, 3, 3, 0, 0, 0, time.UTC)

// pumpSources is a fictional domestic case with everything known, incomplete.
func pumpSources() report.Sources {
	return report.Sources{
		Report: report.ReportSource{
			Ref: "obl-1", Origin: "domestic", Agent: "malfunction", TermDays: 15,
			ReportedOn: caldate.MustParse("2026-06-10"), NextReportOn: caldate.MustParse("2026-07-10"),
			RegistrationNumber: "2026-000123", IdentificationNumber: "K26-0001",
		},
		Holder: report.HolderSource{
			Ref: "mah-1", Name: "みまもり医療機器株式会社", Address: "東京都千代田区霞が関0-0-0", Representative: "代表取締役　架空太郎",
			ContactName: "安全花子", Department: "安全管理統括部", Telephone: "03-0000-0000", Email: "safety@example.jp",
		},
		Product: report.ProductSource{
			Ref: "prd-1", BrandName: "みまもり輸液ポンプ IP-200", GenericName: "汎用輸液ポンプ", JMDNCode: "13215000",
			ApprovalNumber: "22800BZX00000000", Class: "III", Categories: []string{"特定保守管理医療機器"},
		},
		Release: report.ReleaseSource{Ref: "rel-1", Version: "2.4.1", OperatingSystem: "Linux 5.10"},
		Installation: report.InstallationSource{
			Ref: "ins-1", Model: "IP-200A", SerialOrLot: "IP2A-004217", ManufacturedOn: "2023-04", UDI: "(01)04900000000000",
			Usage: "2023年6月から病棟で使用", Status: "使用を中止し、当社で保管", Network: "院内無線LANに接続", CoDevices: []string{"生体情報モニタ"},
		},
		Intake: report.IntakeSource{Ref: "int-1", AwareOn: caldate.MustParse("2026-06-01"), Text: "ポンプが停止したとの連絡"},
		Case: report.CaseSource{
			Ref: "case-1", EventOn: "2026-05-31", HarmTerm: "低血圧", Harm: "昇圧剤の投与中断による低血圧",
			MalfunctionTerm: "停止", Malfunction: "未使用の開放ポートを経由して設定が変更され、送液が停止した。", Remarks: "保守用ポート有効",
		},
		Patient: report.PatientSource{
			Ref: "case-1", Initials: "A.B.", Age: "68歳", Sex: "female", Weight: "52.5", Outcome: "recovered",
			State: "術後、昇圧剤を持続投与中", Treatment: "代替機に交換し投与を再開",
		},
		Facts:      []report.FactSource{{Ref: "fact-1", Label: "重篤性", Answer: "重篤"}, {Ref: "fact-2", Label: "予測可能性", Answer: "不明"}},
		Assessment: report.AssessmentSource{Ref: "asm-1", Text: "当該部品は機器で使用されている。"},
		Measures: []report.MeasureSource{
			{Ref: "mea-1", On: caldate.MustParse("2026-06-02"), Text: "納入先医療機関へ情報提供"},
			{Ref: "mea-2", Text: "修正版の提供", Planned: true},
		},
	}
}

func newDraft(t testing.TB, s report.Sources) (*report.Form, report.Draft) {
	t.Helper()
	form := form8(t)
	d, err := report.New(form, report.Begin{ID: "rep-1", CaseID: "case-1", ProductID: "prd-1", By: "maker", At: noon, Filled: report.Fill(form8(t), s)})
	if err != nil {
		t.Fatal(err)
	}
	return form, d
}
