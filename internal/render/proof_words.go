package render

import (
	"fmt"
	"strings"
	"time"

	"mimamori/internal/caldate"
	"mimamori/internal/rule"
)

// words are the fixed words of the proof, Japanese and English. Terms of the
// glossary stand here as it has them; a test compares.
type words struct{ lang int }

func proofWords(lang string) words {
	if lang == "en" {
		return words{1}
	}
	return words{0}
}

var proofText = map[string][2]string{
	"no company":            {"（未登録）", "(not entered yet)"},
	"title":                 {"報告要否判断の根拠", "Proof of a determination"},
	"company":               {"製造販売業者", "Marketing authorization holder"},
	"case":                  {"事案", "Case"},
	"product":               {"品目", "Product"},
	"release":               {"製品バージョン", "Release"},
	"aware":                 {"情報入手日", "Awareness date"},
	"determination":         {"報告要否判断", "Determination"},
	"version":               {"第%d版", "Version %d"},
	"superseded":            {"後の判断により置換", "Replaced by a later determination"},
	"signatures":            {"署名", "Signatures"},
	"none signed":           {"署名はまだない。", "Nobody has signed yet."},
	"content":               {"署名した内容のSHA-256", "SHA-256 of what was signed"},
	"comment":               {"コメント", "Comment"},
	"answer":                {"結論", "Answer"},
	"law":                   {"法令による結論", "Answer of the law"},
	"instead":               {"会社の判断", "Decision of the company"},
	"reason":                {"異なる判断をする理由", "Why it is decided otherwise"},
	"asked":                 {"二人目の署名があるまでは、法令による結論で進める。", "Until a second person signs, the answer of the law governs."},
	"not taken":             {"この判断は採用されていない。", "This decision was not taken."},
	"items":                 {"該当条項", "Items"},
	"worlds":                {"可能性のある全ての場合（%d通り）について評価した。", "Evaluated for every possible world: %d."},
	"facts":                 {"事実", "Facts"},
	"no facts":              {"確認した事実はまだない。", "No fact is known yet."},
	"unknown":               {"未確認", "Not known yet"},
	"decisive":              {"（結論を左右する）", " (decides the answer)"},
	"evidence":              {"根拠：", "Evidence: "},
	"recorded":              {"記録：", "Recorded: "},
	"notice":                {"脆弱性の評価から事実へ", "From the assessment to facts"},
	"subject":               {"評価", "Assessment"},
	"notice facts":          {"評価の事実", "Facts of the assessment"},
	"concluded":             {"導かれる事実", "What follows from it"},
	"open":                  {"定まらない", "Nothing is concluded"},
	"rules":                 {"報告の要否の条項", "Clauses on the report"},
	"no rules":              {"該当する条項も、該当し得る条項もない。", "No item applies, and none could."},
	"duties":                {"報告のほかに行うこと", "What else has to be done"},
	"no duties":             {"この事実では、ほかに行うことはない。", "Nothing else, as the facts stand."},
	"duty person":           {"当てはまる条項がない。責任者が判断する。", "No rule applies. A named person decides."},
	"to":                    {"宛先：", "To: "},
	"clock":                 {"期間：", "Time: "},
	"clauses":               {"根拠の条項：", "Clauses: "},
	"to be confirmed":       {"要確認", "to be confirmed"},
	"others":                {"該当しない条項とその理由", "Clauses considered, and why they do not apply"},
	"record":                {"記録と再現", "Record and replay"},
	"rulebook":              {"規則集", "Rulebook"},
	"readings":              {"全ての条項に用いる解釈：", "Readings that hold for every rule: "},
	"digest":                {"記録のSHA-256", "SHA-256 of the record"},
	"replay":                {"再現の手順", "How to replay"},
	"replay text":           {"次のコマンドで同じ規則集により判断し直し、記録と1バイトも違わないことを確かめられる。", "This command decides again with the same rulebooks and compares with the record byte for byte."},
	"confidence":            {"確度：", "Confidence: "},
	"reading":               {"解釈：", "Reading: "},
	"outcome":               {"求められること：", "It asks for: "},
	"note":                  {"注：", "Note: "},
	"extension":             {"規則集：", "Rulebook: "},
	"state/applies":         {"該当", "Applies"},
	"state/possible":        {"該当する可能性", "Possible"},
	"state/excluded":        {"該当しない", "Excluded"},
	"confidence/confirmed":  {"条文確認済み", "Text confirmed"},
	"confidence/inferred":   {"条文からの解釈", "Inferred from the text"},
	"confidence/recall":     {"未確認の規則", "Not confirmed"},
	"status/provisional":    {"仮の判断", "Provisional"},
	"status/proposed":       {"提案", "Proposed"},
	"status/confirmed":      {"確定", "Confirmed"},
	"status/override_asked": {"法令の結論と異なる判断（二人目の署名待ち）", "Decided otherwise than the law; waits for a second signature"},
	"status/overridden":     {"法令の結論と異なる判断（二名署名）", "Decided otherwise than the law (two signatures)"},
	"status/not_taken":      {"不採用", "Not taken"},
	"meaning/confirmed":     {"確定", "Confirmed"},
	"meaning/proposed":      {"提案", "Proposed"},
	"meaning/override":      {"異なる判断（一人目）", "Decided otherwise (first)"},
	"meaning/countersigned": {"異なる判断（二人目）", "Decided otherwise (second)"},
	"meaning/refused":       {"不採用", "Not taken"},
	"form8":                 {"様式第8", "Form 8"},
	"form9":                 {"様式第9", "Form 9"},
	"form10":                {"様式第10", "Form 10"},
	"form11":                {"様式第11", "Form 11"},
	"form12":                {"様式第12", "Form 12"},
	"from/aware":            {"情報入手日から", "from the awareness date"},
	"from/answered":         {"事実を確認した日から", "from the day the fact was answered"},
	"from/approval":         {"承認等の日から", "from the approval"},
	"from/none":             {"", ""},
	"promptly":              {"速やかに", "promptly"},
	"days":                  {"%d日以内", "within %d days"},
	"months":                {"%d月以内", "within %d months"},
	"one month":             {"1月以内", "within one month"},
	"yearly":                {"1年ごとの期間の満了後%d月以内", "within %d months after each yearly period"},
	"continuing":            {"継続して", "continuing"},
	"outcome/first":         {"第一報（ファックス等）を速やかに", "a first report (by fax or the like) promptly"},
	"outcome/none":          {"報告不要", "no report"},
	"outcome/no duty":       {"なし", "nothing"},
	"outcome/person":        {"責任者が判断", "a named person decides"},
	"outcome/periodic":      {"定期報告", "periodic report"},
	"comma":                 {"、", ", "},
	"or":                    {"又は", " or "},
}

// say returns a fixed word, formatted with args. Of a key such as "status/new"
// without a word the part behind the stroke is returned: what a later record says
// is shown, not hidden.
func (w words) say(key string, args ...any) string {
	t, ok := proofText[key]
	if !ok {
		return key[strings.IndexByte(key, '/')+1:]
	}
	if len(args) == 0 {
		return t[w.lang]
	}
	return fmt.Sprintf(t[w.lang], args...)
}

// form returns the name of a form, "" for none.
func (w words) form(id string) string { return w.say(id) }

// day writes a day in words.
func (w words) day(d caldate.Date) string {
	if w.lang == 1 {
		return fmt.Sprintf("%d %s %d", d.Day(), d.Month(), d.Year())
	}
	return fmt.Sprintf("%d年%d月%d日", d.Year(), int(d.Month()), d.Day())
}

// instant writes an instant in Japan's time, "" for none.
func (w words) instant(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	at = at.In(caldate.Tokyo)
	if w.lang == 1 {
		return at.Format("2 January 2006 15:04") + " JST"
	}
	return at.Format("2006年1月2日 15:04")
}

// recorded writes an instant of a record; what is no instant is shown as it is.
func (w words) recorded(text string) string {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return text
	}
	return w.instant(at)
}

// answer puts what the law asks for into one sentence.
func (w words) answer(a ProofAnswer) string {
	if a.Result == rule.NotReportable {
		return w.pick("この事実の下では、報告を要しない。", "On these facts no report is due.")
	}
	due, until := "", ""
	if !a.DueOn.IsZero() {
		due = w.day(a.DueOn)
		until = w.pick(due+"（法定期限", "by "+due+" (statutory due day")
		if !a.LastOfficeDay.IsZero() {
			last := w.day(a.LastOfficeDay)
			until += w.pick("。その前の最終開庁日は"+last, "; last office day before it: "+last)
		}
		until += w.pick("）までに", ")")
	}
	form := w.form(a.Form)
	var text string
	switch {
	case a.NamedPerson:
		text = w.pick("該当する条項がないため、責任者が"+until+"判断する。", "No rule applies: a named person decides "+until+".")
	case a.Periodic && due == "":
		text = w.pick(form+"により、承認等の日から1年ごとの期間の満了後2月以内に報告を要する。", "A report on "+form+" is due within two months after each yearly period from the approval.")
	case a.Periodic:
		text = w.pick(form+"により、承認等の日から1年ごとの期間の満了後2月以内の"+until+"報告を要する。", "A periodic report on "+form+" is due "+until+", within two months after the yearly period from the approval.")
	default:
		text = w.pick(form+"により、"+until+"報告を要する。", "A report on "+form+" is due "+until+".")
	}
	if a.Result == rule.Undetermined && !a.NamedPerson {
		text = w.pick("未確認の事実があるため確定しない。確定するまでは、最も早い期限による：", "Not determined yet, because facts are not known. Until they are, the earliest term holds: ") + text
	}
	if a.FirstReport {
		text += w.pick("このほか、第一報（ファックス等）を速やかに要する。", " A first report (by fax or the like) is due promptly as well.")
	}
	return text
}

// instead puts what persons decided into one sentence.
func (w words) instead(o ProofOverride) string {
	if o.Result == rule.NotReportable {
		return w.pick("報告しない。", "No report is made.")
	}
	text := w.pick(w.form(o.Form)+"により報告する。", "A report is made on "+w.form(o.Form)+".")
	if !o.DueOn.IsZero() {
		day, last := w.day(o.DueOn), ""
		if !o.LastOfficeDay.IsZero() {
			last = w.pick("（その前の最終開庁日は"+w.day(o.LastOfficeDay)+"）", " (last office day before it: "+w.day(o.LastOfficeDay)+")")
		}
		text = w.pick(w.form(o.Form)+"により、"+day+last+"までに報告する。", "A report is made on "+w.form(o.Form)+" by "+day+last+".")
	}
	if o.FirstReport {
		text += w.pick("第一報（ファックス等）を速やかに行う。", " A first report (by fax or the like) is made promptly.")
	}
	return text
}

// outcome says what a rule asks for, "" for nothing of its own; none is the word
// for a rule by which nothing is due.
func (w words) outcome(o rule.Outcome, none string) string {
	var parts []string
	if o.Form != "" {
		parts = append(parts, w.form(o.Form))
	}
	if o.TermDays > 0 {
		parts = append(parts, w.say("days", o.TermDays))
	}
	for _, p := range []struct {
		set bool
		key string
	}{{o.Periodic, "outcome/periodic"}, {o.Person, "outcome/person"}, {o.FirstReport, "outcome/first"}, {o.None, none}} {
		if p.set {
			parts = append(parts, w.say(p.key))
		}
	}
	return strings.Join(parts, w.say("comma"))
}

// clock says how much time a duty leaves.
func (w words) clock(c rule.Clock, from string) string {
	var text string
	switch {
	case c.Promptly:
		return w.say("promptly")
	case c.Continuing:
		return w.say("continuing")
	case c.Days > 0:
		text = w.say("days", c.Days)
	case c.Months == 1:
		text = w.say("one month")
	case c.Months > 1:
		text = w.say("months", c.Months)
	case c.YearlyWithinMonths > 0:
		return w.say("yearly", c.YearlyWithinMonths)
	}
	if from == "" || from == rule.FromNone {
		return text
	}
	return w.pick(w.say("from/"+from)+text, text+" "+w.say("from/"+from))
}

func (w words) pick(ja, en string) string { return [2]string{ja, en}[w.lang] }
