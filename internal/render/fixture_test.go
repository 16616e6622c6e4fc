package render_test

import (
	"bytes"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"mimamori/forms"
	"mimamori/internal/caldate"
	"mimamori/internal/render"
	"mimamori/internal/report"
)

var noon = time.Date(2026, 6, 10, 3, 0, 0, 0, time.UTC)

var shared = sync.OnceValues(func() (*render.Renderer, error) { return render.New(render.Fonts()) })

// renderer skips the test where the fonts were not installed: they are fetched
// by `make fonts`, which `make test` runs first.
func renderer(t testing.TB) *render.Renderer {
	t.Helper()
	r, err := shared()
	if err != nil {
		t.Skip(err)
	}
	return r
}

func form8(t testing.TB) *report.Form {
	t.Helper()
	form, err := report.Load(forms.FS, report.Form8, "2021-07")
	if err != nil {
		t.Fatal(err)
	}
	return form
}

// pump is a fictional domestic case: everything is known, the report is incomplete.
func pump() report.Sources {
	return report.Sources{
		Report: report.ReportSource{
			Ref: "obl-1", Origin: "domestic", Agent: "malfunction", TermDays: 15,
			ReportedOn: caldate.MustParse("2026-06-10"), NextReportOn: caldate.MustParse("2026-07-10"),
		},
		Holder: report.HolderSource{
			Ref: "mah-1", Name: "みまもり医療機器株式会社", Address: "東京都千代田区架空町一丁目2番3号 みまもりビル", Representative: "代表取締役　𠮷田　太郎",
			ContactName: "安全　花子", Department: "安全管理統括部", Telephone: "03-0000-0000", Email: "safety@mimamori.example",
		},
		Product: report.ProductSource{
			Ref: "prd-1", BrandName: "みまもり輸液ポンプ IP-200", GenericName: "汎用輸液ポンプ", JMDNCode: "13215000",
			ApprovalNumber: "22800BZX00000000", Class: "III", Categories: []string{"特定保守管理医療機器"},
		},
		Release: report.ReleaseSource{Ref: "rel-1", Version: "2.4.1", OperatingSystem: "組込みLinux（カーネル 5.10）"},
		Installation: report.InstallationSource{
			Ref: "ins-1", Model: "IP-200A", SerialOrLot: "IP2A-004217", ManufacturedOn: "2023-04", UDI: "(01)04900000000004",
			Usage:  "2023年6月に納入。集中治療室で看護師が使用。直近の定期点検は2026年3月、異常なし。",
			Status: "使用を中止し、医療機関から返却を受けて当社で保管している。", Network: "院内無線LAN（WPA2）に接続。薬剤ライブラリの配信サーバと通信。",
			CoDevices: []string{"生体情報モニタ（他社製）", "薬剤ライブラリ配信サーバ"},
		},
		Intake: report.IntakeSource{Ref: "int-1", AwareOn: caldate.MustParse("2026-06-01"), Text: "ポンプが停止したとの連絡"},
		Case: report.CaseSource{
			Ref: "case-1", EventOn: "2026-05-31", HarmTerm: "低血圧", MalfunctionTerm: "送液の停止（その他：不正な設定変更）",
			Harm: "昇圧剤の持続投与が約6分間中断し、収縮期血圧が62mmHgまで低下した。代替機による投与の再開後、20分で回復した。",
			Malfunction: "送液中に「設定変更」の表示とともに流量が0mL/hとなり、警報が鳴動した。操作者は設定を変更していない。" +
				"ログの確認により、未使用のまま開放されていた通信ポート（TCP 8100）を経由して、院内ネットワーク上の端末から設定変更の指令を受信していたことを確認した。",
		},
		Patient: report.PatientSource{
			Ref: "case-1", Initials: "A.B.", Age: "68歳", Sex: "female", Weight: "52.5", Outcome: "recovered",
			State: "心臓手術後2日目。ノルアドレナリンを持続投与中。", Treatment: "直ちに代替機に交換し、投与を再開した。",
		},
		Facts: []report.FactSource{
			{Ref: "fact-1", Label: "国内・外国の別", Answer: "国内症例"},
			{Ref: "fact-2", Label: "健康被害", Answer: "あり"},
			{Ref: "fact-3", Label: "重篤性", Answer: "重篤"},
			{Ref: "fact-4", Label: "予測可能性", Answer: "不明（調査中）"},
		},
		Assessment: report.AssessmentSource{Ref: "asm-1", Text: "当該通信ポートは保守用であり、通常の使用では不要である。SBOM及び設計資料により、該当する部品が本品目に存在し、使用されていることを確認した。"},
		Measures: []report.MeasureSource{
			{Ref: "mea-1", On: caldate.MustParse("2026-06-02"), Text: "納入先の全医療機関（34施設）へ、当該ポートの遮断を依頼する文書を送付。"},
			{Ref: "mea-2", On: caldate.MustParse("2026-06-30"), Text: "当該ポートを閉じる修正版 2.4.2 を提供する。", Planned: true},
		},
	}
}

func draftOf(t testing.TB, s report.Sources) (*report.Form, report.Draft) {
	t.Helper()
	form := form8(t)
	d, err := report.New(form, report.Begin{
		ID: "rep-1", CaseID: "case-1", ProductID: "prd-1", By: "person-1", At: noon, Filled: report.Fill(form, s),
	})
	if err != nil {
		t.Fatal(err)
	}
	return form, d
}

func approved(t testing.TB, form *report.Form, d report.Draft) report.Draft {
	t.Helper()
	d, err := report.Submit(form, d, report.Sign{By: "person-1", Name: "安全　花子", At: noon, Shown: report.Digest(d)})
	if err != nil {
		t.Fatal(err)
	}
	d, err = report.SignChecked(form, d, report.Sign{By: "person-3", Name: "安全管理　三郎", At: noon, Shown: report.Digest(d)}, false)
	if err != nil {
		t.Fatal(err)
	}
	d, err = report.Approve(form, d, report.Sign{By: "person-2", Name: "総括　次郎", At: noon, Shown: report.Digest(d)})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func pdf(t testing.TB, form *report.Form, d report.Draft) []byte {
	t.Helper()
	file, err := renderer(t).Form(render.Document{Form: form, Draft: d})
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// poppler runs one of the poppler tools on a PDF and returns what it prints.
func poppler(t testing.TB, file []byte, tool string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(tool); err != nil {
		t.Skipf("%s is not installed (Debian package poppler-utils): the PDF was made but not read back", tool)
	}
	cmd := exec.Command(tool, args...)
	cmd.Stdin = bytes.NewReader(file)
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Run(); err != nil || problems.Len() > 0 {
		t.Fatalf("%s: %v\n%s", tool, err, problems.String())
	}
	return out.String()
}

// squeeze drops every blank and line end: where lines break is not content.
func squeeze(text string) string { return strings.Join(strings.Fields(text), "") }
