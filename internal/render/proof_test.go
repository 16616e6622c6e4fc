package render_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"mimamori/internal/caldate"
	"mimamori/internal/fault"
	"mimamori/internal/render"
	"mimamori/internal/rule"

	"pgregory.net/rapid"
)

// quote1ha is art. 228-20(2) item 1-ハ as the rulebook quotes it, in part.
const quote1ha = "医療機器の不具合による症例等の発生であつて、当該医療機器の添付文書等から予測することができないもの"

// proof is the fictional case of the pump, decided otherwise by two persons.
func proof(lang string) render.ProofDoc {
	en := lang == "en"
	pick := func(ja, english string) string {
		if en {
			return english
		}
		return ja
	}
	line := func(id string, state rule.State, quote string, o rule.Outcome, c rule.Confidence, reading string) rule.ProofLine {
		return rule.ProofLine{Rule: id, State: state, Quote: quote, Outcome: o, Confidence: c, Reading: reading}
	}
	doc := render.ProofDoc{
		Lang: lang, Company: "みまもり医療機器株式会社", Case: "C-2026-0042", CaseTitle: "送液中の停止（𠮷田病院）", Product: "みまもり輸液ポンプ IP-200", Release: "2.4.1",
		AwareOn: caldate.MustParse("2026-06-01"), Version: 2, Status: "overridden", MadeBy: "安全　花子", MadeAt: noon, Comment: pick("様式の写しを添付", "Copy of the form attached"),
		Signatures: []render.ProofSignature{
			{Meaning: "override", Name: "安全　花子", At: noon, Digest: strings.Repeat("5f", 32)},
			{Meaning: "countersigned", Name: "総括　次郎", At: noon.Add(time.Hour), Digest: strings.Repeat("5f", 32)},
		},
		Answer: render.ProofAnswer{
			Result: rule.Report, Form: "form8", TermDays: 15, DueOn: caldate.MustParse("2026-06-16"), LastOfficeDay: caldate.MustParse("2026-06-16"), FirstReport: true,
			Items: []string{pick("施行規則第228条の20第2項第1号ハ", "Enforcement Regulation art. 228-20(2) item 1-ha")}, Worlds: 4,
		},
		Override: &render.ProofOverride{
			Result: rule.Report, Form: "form8", DueOn: caldate.MustParse("2026-06-21"), LastOfficeDay: caldate.MustParse("2026-06-19"),
			Reason: pick("添付文書の改訂版（2026年5月）に記載があり、予測できる事象と判断した。", "The insert of May 2026 tells of it, so it was judged predictable."),
		},
		Facts: []render.ProofFact{
			{Label: pick("報告事項の種類", "Kind of matter"), Values: []string{pick("症例・不具合", "case or malfunction")}, Evidence: pick("電話記録 1号", "call record 1"), By: "安全　花子", At: "2026-06-01T02:00:00Z"},
			{Label: pick("健康被害の状況", "Harm"), Values: []string{pick("発生した（疑いを含む）", "occurred or suspected")}, Evidence: "𠮷田病院 診療録の写し、https://" + strings.Repeat("path0123456789", 12), By: "安全　花子", At: "2026-06-01T02:10:00Z"},
			{Label: pick("重篤性", "Seriousness"), Values: []string{pick("死亡", "death"), pick("重篤", "serious")}, Evidence: pick("主治医の所見", "Opinion of the doctor"), By: "安全　花子", At: "2026-06-02T02:10:00Z", Decisive: true},
			{Label: pick("予測可能性", "Predictability"), Decisive: true},
		},
		Notice: &render.ProofNotice{
			Book: "医薬安発0115第2号 別添", Subject: pick("CVE-2026-0042の評価（第3版）", "Assessment of CVE-2026-0042 (version 3)"),
			Facts:       []render.ProofFact{{Label: pick("有線による接続", "Wired connection"), Values: []string{pick("できる", "yes")}}},
			Conclusions: []render.ProofFact{{Label: pick("起因", "Cause"), Values: []string{pick("不具合", "malfunction")}}, {Label: pick("重篤性", "Seriousness")}},
			Rules: []render.ProofRule{{
				ProofLine: line("cs-notice/2-1", rule.Applies, "他の機器・ネットワーク等と接続できる医療機器", rule.Outcome{}, rule.Confirmed, "R-011"),
				Citation:  pick("CS通知 別添2", "CS notice, annex 2"), Title: pick("適用範囲", "Scope"), Reason: pick("「有線による接続」が「できる」であるため該当する。", "It applies because “Wired connection” is “yes”."),
			}},
		},
		Rules: []render.ProofRule{
			{
				ProofLine: line("jp-reg/228-20(2)-1-ha", rule.MayApply, quote1ha, rule.Outcome{TermDays: 15, Form: "form8"}, rule.Confirmed, "R-004"),
				Citation:  pick("施行規則第228条の20第2項第1号ハ", "Enforcement Regulation art. 228-20(2) item 1-ha"), Title: pick("予測できない重篤な症例", "Unpredictable serious case"),
				Reason: pick("「予測可能性」により該当する可能性がある。", "It may apply, depending on “Predictability”."), Note: pick("添付文書等の版を確かめる。", "Look at the edition of the insert."),
			},
			{
				ProofLine: rule.ProofLine{Rule: "jp-first/fax", State: rule.Applies, Quote: "ファックス等により第一報を行うこと", Outcome: rule.Outcome{FirstReport: true}, Confidence: rule.Recall, Rulebook: "jp/first-report"},
				Citation:  pick("局長通知", "Notice of the Bureau"), Title: pick("国内の死亡例の第一報", "First report of a death in Japan"), Reason: pick("「重篤性」が「死亡又は重篤」であるため該当する。", "It applies because “Seriousness” is “death or serious”."),
			},
		},
		Duties: []render.ProofDuties{
			{
				Title: pick("回収に伴う報告", "Reports of a recall"), Open: []string{pick("回収の段階", "Stage of the recall"), pick("回収のクラス分類", "Class of the recall")},
				Facts: []render.ProofFact{{Label: pick("市場にある製品に対する措置", "Measure on products on the market"), Values: []string{pick("改修", "repair")}, Evidence: pick("対策会議の記録", "Minutes"), By: "安全　花子"}}, Duties: []render.ProofDuty{{
					Label: pick("回収着手報告", "Report of the start of a recall"), To: pick("都道府県知事", "Prefectural governor"), ToConfirm: true, State: rule.MayApply,
					Clock: rule.Clock{Promptly: true}, From: rule.FromAnswered, Rules: []string{pick("法第68条の11", "Act art. 68-11")},
				}, {
					Label: pick("医療機関への情報提供", "Letter to hospitals"), To: pick("納入先の医療機関", "Hospitals that received it"), State: rule.Applies, Clock: rule.Clock{Months: 1}, From: rule.FromAnswered, Form: "form9",
				}},
				Rules: []render.ProofRule{{
					ProofLine: line("jp-act/68-11", rule.MayApply, "回収に着手した旨及び回収の状況を厚生労働大臣に報告しなければならない", rule.Outcome{}, rule.Inferred, "R-020"),
					Citation:  pick("法第68条の11", "Act art. 68-11"), Title: pick("回収の報告", "Report of a recall"), Reason: pick("「措置」により該当する可能性がある。", "It may apply, depending on “Measure”."),
				}},
			},
			{Title: pick("情報提供", "Letters"), Rules: []render.ProofRule{{
				ProofLine: line("jp-letters/none", rule.Applies, "作成する場合には", rule.Outcome{None: true}, rule.Inferred, "R-019"),
				Citation:  pick("別添4(2)", "annex 4(2)"), Title: pick("作成しない", "None is made"), Reason: pick("該当する。", "It applies."),
			}}},
			{Title: pick("定期報告", "Periodic reports"), NamedPerson: true},
		},
		Books:  []render.ProofBook{{Title: "施行規則第228条の20第2項", Ref: rule.Ref{ID: "jp/reg-228-20-2", Version: "1.1.0", Digest: "sha256:" + strings.Repeat("ab", 32)}, Readings: []string{"R-001", "R-004", "R-005"}}},
		Digest: strings.Repeat("cd", 32), Replay: "mimamori decide --replay 01939a00-0000-7000-8000-000000000042",
	}
	for i := range 14 {
		doc.Rules = append(doc.Rules, render.ProofRule{
			ProofLine: line(fmt.Sprintf("jp-reg/228-20(2)-2-%d", i), rule.IsExcluded, "外国で使用されている医療機器に係る措置", rule.Outcome{TermDays: 30, Form: "form8"}, rule.Confirmed, ""),
			Citation:  pick("施行規則第228条の20第2項第2号", "Enforcement Regulation art. 228-20(2) item 2"), Title: pick(fmt.Sprintf("第%dの区分", i+1), fmt.Sprintf("branch %d", i+1)),
			Reason: pick("対象の医療機器が「当該医療機器（国内）」（要件は「外国医療機器」）であるため該当しない。", "It does not apply because “Device concerned” is “this device (Japan)” (it needs “foreign device”)."),
		})
	}
	return doc
}

func proofPDF(t testing.TB, doc render.ProofDoc) []byte {
	t.Helper()
	file, err := renderer(t).Proof(doc)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// proofFolio matches the lines that stand above and below the text of a page.
var proofFolio = regexp.MustCompile(`^([0-9]+ / [0-9]+|MIMAMORI.*|(報告要否判断の根拠|Proof of a determination).*)$`)

// proofText is the running text of a proof, blanks and page furniture left out.
func proofText(t testing.TB, file []byte) string {
	t.Helper()
	var b strings.Builder
	for line := range strings.Lines(strings.ReplaceAll(poppler(t, file, "pdftotext", "-raw", "-", "-"), "\f", "")) {
		if line = strings.TrimSpace(line); !proofFolio.MatchString(line) {
			b.WriteString(squeeze(line))
		}
	}
	return b.String()
}

// texts lists everything a reader has to find in the proof.
func texts(d render.ProofDoc) []string {
	all := []string{d.Company, d.Case, d.CaseTitle, d.Product, d.Release, d.MadeBy, d.Comment, d.Override.Reason, d.Digest, d.Replay, d.Notice.Subject, d.Notice.Book}
	for _, facts := range [][]render.ProofFact{d.Facts, d.Notice.Facts, d.Notice.Conclusions} {
		for _, f := range facts {
			all = append(append(all, f.Label, f.Evidence, f.By), f.Values...)
		}
	}
	rules := [][]render.ProofRule{d.Rules, d.Notice.Rules}
	for _, s := range d.Signatures {
		all = append(all, s.Name, s.Digest)
	}
	for _, group := range d.Duties {
		all = append(append(all, group.Title), group.Open...)
		for _, f := range group.Facts {
			all = append(append(all, f.Label, f.Evidence), f.Values...)
		}
		for _, duty := range group.Duties {
			all = append(append(all, duty.Label, duty.To), duty.Rules...)
		}
		rules = append(rules, group.Rules)
	}
	for _, group := range rules {
		for _, r := range group {
			all = append(all, r.Rule, r.Citation, r.Title, r.Reason, r.Note)
			if r.State != rule.IsExcluded {
				all = append(all, r.Quote, r.Reading, r.Rulebook)
			}
		}
	}
	for _, b := range d.Books {
		all = append(append(all, b.Title, b.Ref.ID+b.Ref.Version, b.Ref.Digest), b.Readings...)
	}
	return append(all, d.Answer.Items...)
}

func TestTheProofShowsEverythingItRestsOn(t *testing.T) {
	for lang, want := range map[string][]string{
		"ja": {
			"様式第8により、2026年6月16日（法定期限。その前の最終開庁日は2026年6月16日）までに報告を要する。このほか、第一報（ファックス等）を速やかに要する。",
			"期間：情報入手日から15日以内", "様式第8により、2026年6月21日（その前の最終開庁日は2026年6月19日）までに報告する。", "第2版法令の結論と異なる判断（二名署名）",
			"異なる判断（二人目）総括次郎2026年6月10日13:00", "死亡又は重篤（結論を左右する）", "未確認（結論を左右する）", "記録：安全花子2026年6月1日11:00",
			"都道府県知事［要確認］", "期間：速やかに", "期間：事実を確認した日から1月以内", "確度：条文確認済み解釈：R-004", "確度：未確認の規則", "確度：条文からの解釈",
			"求められること：様式第8、15日以内", "求められること：なし", "未確認回収の段階、回収のクラス分類", "定まらない", "当てはまる条項がない。責任者が判断する。", "（4通り）",
		},
		"en": {
			"A report on Form 8 is due by 16 June 2026 (statutory due day; last office day before it: 16 June 2026). A first report (by fax or the like) is due promptly as well.",
			"A report is made on Form 8 by 21 June 2026 (last office day before it: 19 June 2026).", "Version 2, Decided otherwise than the law (two signatures)",
			"Decided otherwise (second), 総括　次郎, 10 June 2026 13:00 JST", "death or serious (decides the answer)", "Not known yet (decides the answer)",
			"Prefectural governor [to be confirmed]", "Time: promptly", "Time: within one month from the day the fact was answered", "Confidence: Text confirmed, Reading: R-004", "Confidence: Not confirmed",
			"It asks for: Form 8, within 15 days", "Nothing is concluded", "No rule applies. A named person decides.",
		},
	} {
		doc := proof(lang)
		text := proofText(t, proofPDF(t, doc))
		for _, w := range append(want, texts(doc)...) {
			if !strings.Contains(text, squeeze(w)) {
				t.Errorf("%s: %q is not on the paper", lang, w)
			}
		}
	}
}

func TestTheAnswerInOneSentence(t *testing.T) {
	due, last := caldate.MustParse("2026-06-21"), caldate.MustParse("2026-06-19")
	for _, tt := range []struct {
		name   string
		answer render.ProofAnswer
		ja, en string
	}{
		{"nothing is due", render.ProofAnswer{Result: rule.NotReportable}, "この事実の下では、報告を要しない。", "On these facts no report is due."},
		{
			"the facts are open",
			render.ProofAnswer{Result: rule.Undetermined, Form: "form8", DueOn: due, LastOfficeDay: last},
			"未確認の事実があるため確定しない。確定するまでは、最も早い期限による：様式第8により、2026年6月21日（法定期限。その前の最終開庁日は2026年6月19日）までに報告を要する。",
			"Not determined yet, because facts are not known. Until they are, the earliest term holds: A report on Form 8 is due by 21 June 2026 (statutory due day; last office day before it: 19 June 2026).",
		},
		{
			"a person decides",
			render.ProofAnswer{Result: rule.Undetermined, NamedPerson: true, DueOn: due},
			"該当する条項がないため、責任者が2026年6月21日（法定期限）までに判断する。", "No rule applies: a named person decides by 21 June 2026 (statutory due day).",
		},
		{
			"periodic with a day",
			render.ProofAnswer{Result: rule.Report, Form: "form11", Periodic: true, DueOn: due, LastOfficeDay: last},
			"様式第11により、承認等の日から1年ごとの期間の満了後2月以内の2026年6月21日（法定期限。その前の最終開庁日は2026年6月19日）までに報告を要する。",
			"A periodic report on Form 11 is due by 21 June 2026 (statutory due day; last office day before it: 19 June 2026), within two months after the yearly period from the approval.",
		},
		{
			"periodic, the approval day is not known",
			render.ProofAnswer{Result: rule.Report, Form: "form12", Periodic: true},
			"様式第12により、承認等の日から1年ごとの期間の満了後2月以内に報告を要する。", "A report on Form 12 is due within two months after each yearly period from the approval.",
		},
	} {
		for lang, want := range map[string]string{"ja": tt.ja, "en": tt.en} {
			doc := proof(lang)
			doc.Answer = tt.answer
			if text := proofText(t, proofPDF(t, doc)); !strings.Contains(text, squeeze(want)) {
				t.Errorf("%s, %s: %q is not on the paper", tt.name, lang, want)
			}
		}
	}
}

func TestLongTextsFlowOverPages(t *testing.T) {
	var long strings.Builder
	for i := 0; long.Len() < 3*4000; i++ {
		fmt.Fprintf(&long, "第%d段。𠮷野家の髙﨑氏によれば、「設定（流量）が変わった」という。", i)
	}
	unbroken := strings.Repeat("0123456789abcdef", 400)
	doc := proof("ja")
	doc.Facts[0].Evidence, doc.Facts[1].Evidence, doc.Override.Reason = long.String(), unbroken, "理由：\n"+long.String()
	doc.Facts[2].Label = strings.Repeat("とても長い事実の名前", 60)
	file := proofPDF(t, doc)
	text := proofText(t, file)
	for _, want := range []string{long.String(), unbroken, doc.Override.Reason, doc.Facts[2].Label} {
		if !strings.Contains(text, squeeze(want)) {
			t.Errorf("a text of %d bytes is not on the paper as a whole", len(want))
		}
	}
	info := poppler(t, file, "pdfinfo", "-")
	pages := regexp.MustCompile(`Pages:\s+([0-9]+)`).FindStringSubmatch(info)
	if raw := poppler(t, file, "pdftotext", "-raw", "-", "-"); pages == nil || !strings.Contains(raw, "1 / "+pages[1]) || !strings.Contains(raw, pages[1]+" / "+pages[1]) {
		t.Errorf("pages are not numbered: %v", pages)
	}
	doc.Facts[0].Evidence = "a" + strings.Repeat("\n", 90_000) + "b"
	if _, err := renderer(t).Proof(doc); fault.KindOf(err) != fault.Invalid {
		t.Errorf("90,000 empty lines: got %v, want them refused", err)
	}
}

func TestARefusalIsTold(t *testing.T) {
	doc := proof("ja")
	doc.Status, doc.Refused = "not_taken", &render.ProofRefusal{By: "総括　次郎", At: noon, Reason: "根拠となる資料が足りない。"}
	text := proofText(t, proofPDF(t, doc))
	for _, want := range []string{"第2版不採用", "根拠となる資料が足りない。", "記録：総括次郎2026年6月10日12:00", "この判断は採用されていない。"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not on the paper", want)
		}
	}
}

// Nothing is drawn outside the margins: the box around what is on each page.
func TestNothingRunsOutOfThePage(t *testing.T) {
	doc := proof("en")
	doc.Case = strings.Repeat("C-2026-0042-", 30)
	doc.Digest = strings.Repeat("ef", 300)
	boxes := regexp.MustCompile(`xMin="([0-9.]+)" yMin="([0-9.]+)" xMax="([0-9.]+)" yMax="([0-9.]+)"`).FindAllStringSubmatch(poppler(t, proofPDF(t, doc), "pdftotext", "-bbox", "-", "-"), -1)
	if len(boxes) < 100 {
		t.Fatalf("%d words found", len(boxes))
	}
	for _, b := range boxes {
		var x1, y1, x2, y2 float64
		if _, err := fmt.Sscan(strings.Join(b[1:], " "), &x1, &y1, &x2, &y2); err != nil {
			t.Fatal(err)
		}
		if x1 < 50 || x2 > 545 || y1 < 30 || y2 > 825 {
			t.Errorf("a word from %v,%v to %v,%v", x1, y1, x2, y2)
		}
	}
}

func TestTheSameProofGivesTheSameBytes(t *testing.T) {
	for _, lang := range []string{"ja", "en"} {
		if !bytes.Equal(proofPDF(t, proof(lang)), proofPDF(t, proof(lang))) {
			t.Errorf("%s: two PDFs differ", lang)
		}
	}
	if bytes.Equal(proofPDF(t, proof("ja")), proofPDF(t, proof("en"))) {
		t.Error("the languages do not differ")
	}
	if !bytes.Contains(proofPDF(t, proof("ja")), []byte("/CreationDate(D:20260610120000+09'00')")) {
		t.Error("the file is not dated by the determination")
	}
}

func TestAnyProofIsPrintedWithoutFailing(t *testing.T) {
	r := renderer(t)
	rapid.Check(t, func(rt *rapid.T) {
		doc := proof(rapid.SampledFrom([]string{"ja", "en", ""}).Draw(rt, "lang"))
		text := func(name string) string { return rapid.StringN(0, 300, -1).Draw(rt, name) }
		doc.Case, doc.CaseTitle, doc.Company, doc.Status, doc.Replay = text("case"), text("title"), text("company"), text("status"), text("replay")
		doc.Facts[0] = render.ProofFact{Label: text("label"), Values: []string{text("value")}, Evidence: text("evidence"), At: text("at")}
		doc.Rules[0].Quote, doc.Rules[0].Reason = text("quote"), text("reason")
		doc.Signatures[0].Meaning = text("meaning")
		doc.Duties[0].Duties[0].Clock = rule.Clock{Days: rapid.Int().Draw(rt, "days")}
		if _, err := r.Proof(doc); err != nil {
			rt.Fatal(err)
		}
	})
	if _, err := r.Proof(render.ProofDoc{}); err != nil {
		t.Errorf("an empty proof: %v", err)
	}
}

// TestProofPages writes the proof as images into the folder named by
// MIMAMORI_ARTIFACTS, to be looked at by whoever changes the paper.
func TestProofPages(t *testing.T) {
	dir := os.Getenv("MIMAMORI_ARTIFACTS")
	if dir == "" {
		t.Skip("set MIMAMORI_ARTIFACTS to a folder to get the pages as images")
	}
	for _, lang := range []string{"ja", "en"} {
		file := proofPDF(t, proof(lang))
		if err := os.WriteFile(filepath.Join(dir, "proof-"+lang+".pdf"), file, 0o600); err != nil {
			t.Fatal(err)
		}
		poppler(t, file, "pdftoppm", "-r", "80", "-png", "-", filepath.Join(dir, "proof-"+lang))
	}
}

func BenchmarkProof(b *testing.B) {
	r := renderer(b)
	doc := proof("ja")
	for b.Loop() {
		file, err := r.Proof(doc)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(file))/1024, "kB/file")
	}
}
