package app

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/rule"
)

// letter writes the message about what a person was told, the most pressing
// first. It has numbers, product names, days and clauses only: titles and texts
// of a case can hold data of patients.
func (a *App) letter(user User, told []NotificationRow, set map[string]setValue) Mail {
	lang := user.Lang
	told = slices.Clone(told)
	slices.SortStableFunc(told, func(x, y NotificationRow) int { return cmp.Compare(a.left(x.Obligation), a.left(y.Obligation)) })
	var late int
	var parts []string
	for _, n := range told {
		if a.left(n.Obligation) < 0 {
			late++
		}
		parts = append(parts, a.paragraph(n.Obligation, set, lang))
	}
	first := told[0].Obligation
	label := a.dueWords(first.Obligation)
	subject := say(lang, Words{
		fmt.Sprintf("【%s】%s：%s", a.standing(first).Ja, label.Ja, oneLine(named(first))),
		fmt.Sprintf("[%s] %s: %s", a.standing(first).En, label.En, oneLine(named(first))),
	})
	if len(told) > 1 {
		subject = say(lang, Words{
			fmt.Sprintf("【期限の通知】%d件（うち期限超過%d件）", len(told), late),
			fmt.Sprintf("[Deadlines] %d due (%d of them late)", len(told), late),
		})
	}
	head := say(lang, Words{user.Name + " 様\n\n次の期限をお知らせします。\n", "Dear " + user.Name + ",\n\nthese deadlines concern you.\n"})
	foot := say(lang, Words{
		"みまもりから自動で送信しています。このメールには、患者に関する情報及び事案の内容を記載していません。",
		"Sent by Mimamori by itself. This message has no data of patients and nothing of what cases are about.",
	})
	return Mail{To: user.Email, Subject: subject, Text: head + "\n" + strings.Join(parts, "\n") + "\n" + foot + "\n", At: a.now()}
}

// left is the number of days to the day of an obligation; what is due promptly
// stands as due today, or late once its target has passed.
func (a *App) left(o ObligationRow) int {
	if !o.DueOn.IsZero() {
		return a.Today().DaysUntil(o.DueOn)
	}
	if a.now().Before(o.TargetAt) {
		return 0
	}
	return -1
}

// standing says how near the day is.
func (a *App) standing(o ObligationRow) Words {
	left := a.left(o)
	switch {
	case o.DueOn.IsZero() && left < 0:
		return Words{"社内目標を超過", "internal target passed"}
	case o.DueOn.IsZero():
		return Words{"社内目標が間近", "internal target near"}
	case left < 0:
		return Words{fmt.Sprintf("期限を%d日超過", -left), fmt.Sprintf("%s late", days(-left))}
	case left == 0:
		return Words{"本日が期限", "due today"}
	default:
		return Words{fmt.Sprintf("期限まで%d日", left), fmt.Sprintf("%s left", days(left))}
	}
}

func days(n int) string {
	if n == 1 {
		return "1 day"
	}
	return fmt.Sprintf("%d days", n)
}

// paragraph tells one obligation: what, for which device and case, by when, why.
func (a *App) paragraph(o ObligationRow, set map[string]setValue, lang string) string {
	label := a.dueWords(o.Obligation)
	to, confirm := a.dueTo(o.Obligation, set)
	if confirm {
		to = Words{to.Ja + "（要確認）", to.En + " (to be confirmed)"}
	}
	standing := a.standing(o)
	lines := []string{"■ " + say(lang, label)}
	add := func(ja, en, text string) {
		if text != "" {
			lines = append(lines, "  "+say(lang, Words{ja + "：", en + ": "})+oneLine(text))
		}
	}
	add("状況", "Standing", say(lang, standing))
	add("品目", "Product", o.BrandName)
	switch {
	case o.CaseID != "":
		add("事案", "Case", o.CaseNumber)
	case o.IntakeID != "":
		add("安全管理情報", "Intake record", o.CaseNumber)
	}
	add("提出先", "To", say(lang, to))
	if o.DueOn.IsZero() {
		add("法定期限", "Due", say(lang, Words{"速やかに（日数の定めなし）", "promptly (no number of days)"}))
		target := o.TargetAt.In(caldate.Tokyo)
		add("社内目標", "Internal target", dayIn(lang, caldate.Of(target, caldate.Tokyo))+target.Format(" 15:04"))
	} else {
		add("法定期限", "Due on", dayIn(lang, o.DueOn))
		if last, err := a.Calendar.LastOpenDay(o.DueOn); err == nil && last != o.DueOn { // it fails where holidays are not known
			add("期限までの最終開庁日", "Last office day before", dayIn(lang, last))
		}
	}
	add("根拠", "Clause", say(lang, a.clauses(o.Obligation)))
	add("詳細", "Details", a.Address+linkToDue(o))
	return strings.Join(lines, "\n") + "\n"
}

// clauses cites what an obligation rests on; empty when it is not kept.
func (a *App) clauses(o casefile.Obligation) Words {
	if o.Kind == casefile.DueDecision || o.Kind == casefile.DueTriage {
		return Words{"医薬安発0115第2号（令和6年1月15日）別添4(1)（判断するまで15日と仮定）", "Notice 医薬安発0115第2号 (2024-01-15), annex 4(1) (15 days are assumed until it is decided)"}
	}
	var ja, en []string
	cite := func(r rule.Rule) {
		if !slices.Contains(ja, r.Citation.JA) {
			ja, en = append(ja, r.Citation.JA), append(en, r.Citation.EN)
		}
	}
	for _, r := range a.Law.Case.Rules {
		if slices.Contains(o.Items, r.Item) {
			cite(r)
		}
	}
	for _, book := range a.dutyBooks() {
		for _, r := range book.Rules() {
			if r.ID == o.Rule {
				cite(r)
			}
		}
	}
	return Words{strings.Join(ja, "、"), strings.Join(en, "; ")}
}

// named says in one line what an obligation hangs on.
func named(o ObligationRow) string {
	if o.CaseNumber == "" || o.BrandName == "" {
		return numberOf(o)
	}
	return o.CaseNumber + " " + o.BrandName
}

// linkToDue is the address of the page of what an obligation hangs on.
func linkToDue(o ObligationRow) string {
	subject := subjectOfDue(o)
	switch subject.Kind {
	case "case":
		return "/cases/" + subject.ID
	case "intake":
		return "/intakes/" + subject.ID
	default:
		return "/products/" + subject.ID
	}
}

// say chooses the words of a language: "en", or Japanese.
func say(lang string, w Words) string {
	if lang == "en" {
		return w.En
	}
	return w.Ja
}

var weekdays = [7]string{"日", "月", "火", "水", "木", "金", "土"}

// dayIn writes a day: 2026年12月8日（火）, or 8 December 2026 (Tue).
func dayIn(lang string, d caldate.Date) string {
	return say(lang, Words{
		fmt.Sprintf("%d年%d月%d日（%s）", d.Year(), d.Month(), d.Day(), weekdays[d.Weekday()]),
		fmt.Sprintf("%d %s %d (%s)", d.Day(), d.Month(), d.Year(), d.Weekday().String()[:3]),
	})
}

// oneLine puts a text of the register on one line: line breaks and control
// characters in a name do not belong into a mail's subject.
func oneLine(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsControl(r) }), " ")
}
