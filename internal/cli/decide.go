package cli

import (
	"fmt"
	"io"
	"os"
	"strings"

	"mimamori/internal/caldate"
	"mimamori/internal/deadline"
	"mimamori/internal/fault"
	"mimamori/internal/rule"
	"mimamori/rulebook"
)

// DecideCmd asks the law about a file of facts, without a server or database,
// or replays a determination of a store.
type DecideCmd struct {
	Facts string `required:"" xor:"what" placeholder:"FILE" help:"JSON object of facts: a value, {\"not\": [values ruled out]}, or left out when unknown; - reads standard input."`
	Aware string `placeholder:"2026-06-01" help:"Awareness date 情報入手日; without it today in Tokyo."`
	JSON  bool   `name:"json" help:"Print JSON."`
	Lang  string `enum:"ja,en" default:"ja" help:"Language of the text: ja or en."`

	Rulebook []string `placeholder:"PATH" sep:"none" help:"A rulebook of the company, or a folder of them, beside the law; may be given several times."`

	Replay string `required:"" xor:"what" placeholder:"ID" help:"Decide this stored determination again and compare, byte for byte; needs --data or --database, and --as."`
	Where
	As string `help:"E-mail address of the user in whose name this is done; for --replay." env:"MIMAMORI_AS"`
}

// Run prints whether a report is due, on which form, by when, and why.
func (c *DecideCmd) Run(x *Context) error {
	if c.Replay != "" {
		return c.replay(x)
	}
	aware := caldate.Of(x.Now(), caldate.Tokyo)
	if c.Aware != "" {
		var err error
		if aware, err = caldate.Parse(c.Aware); err != nil {
			return fault.Wrap(fault.Invalid, err, "--aware")
		}
	}
	in := io.Reader(os.Stdin)
	if c.Facts != "-" {
		f, err := os.Open(c.Facts)
		if err != nil {
			return fault.Wrap(fault.NotFound, err, "--facts")
		}
		defer f.Close() //nolint:errcheck // only read
		in = f
	}
	law, err := c.law()
	if err != nil {
		return err
	}
	s, err := law.ReadFacts(in)
	if err != nil {
		return err
	}
	j, err := law.Determine(s, nil, aware)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(x.Out, struct {
			rule.Answer
			Duties []rule.DutyAnswer `json:"duties"`
		}{j.Answer, j.Duties})
	}
	calendar, err := deadline.LoadCalendar(rulebook.FS, rulebook.JapanCalendar)
	if err != nil {
		return err
	}
	_, err = io.WriteString(x.Out, answerText(law, calendar, j.Answer, c.Lang)+dutiesText(law, j, c.Lang))
	return err
}

// law reads the rulebooks that are built in, and those of --rulebook.
func (c *DecideCmd) law() (*rule.Law, error) {
	sources := officialBooks()
	if len(c.Rulebook) > 0 {
		own, err := booksAt(c.Rulebook)
		if err != nil {
			return nil, err
		}
		for _, b := range own {
			sources = append(sources, b.Source)
		}
	}
	return rule.LoadLaw(sources)
}

// words of the text output.
var (
	resultWords = map[rule.Result]rule.Text{
		rule.Report:        {JA: "報告を要する", EN: "a report is due"},
		rule.NotReportable: {JA: "施行規則第228条の20第2項の報告を要しない（安全管理情報として記録し、経時的にモニターする）", EN: "no report under art. 228-20(2) (keep it as safety information and keep watching)"},
		rule.Undetermined:  {JA: "未確定（確定するまで最も早い期限に従う）", EN: "undetermined (the earliest term runs until it is settled)"},
	}
	stateWords = map[rule.State]rule.Text{
		rule.Applies:  {JA: "該当", EN: "applies"},
		rule.MayApply: {JA: "可能性あり", EN: "possible"},
	}
	confidenceWords = map[rule.Confidence]rule.Text{
		rule.Confirmed: {JA: "条文確認済み", EN: "confirmed"},
		rule.Inferred:  {JA: "解釈による", EN: "inferred"},
		rule.Recall:    {JA: "条文未確認", EN: "text not seen"},
	}
	wordResult      = rule.Text{JA: "判断", EN: "Result"}
	wordAware       = rule.Text{JA: "情報入手日", EN: "Awareness date"}
	wordGoverning   = rule.Text{JA: "最も早い義務", EN: "Due first"}
	wordItems       = rule.Text{JA: "該当する項目", EN: "Legal items"}
	wordNext        = rule.Text{JA: "次に確かめること", EN: "Ask next"}
	wordDecisive    = rule.Text{JA: "結論を左右する未確定の事実", EN: "Open facts that decide"}
	wordWhy         = rule.Text{JA: "根拠", EN: "Why"}
	wordRulebook    = rule.Text{JA: "ルールブック", EN: "Rulebook"}
	wordPeriodic    = rule.Text{JA: "定期報告（承認日等から1年ごとの期間の満了後2月以内）", EN: "periodic (within two months after each year from the approval day)"}
	wordFirstReport = rule.Text{JA: "第一報を速やかに（ファックス等）", EN: "first report promptly (by fax or the like)"}
	wordPerson      = rule.Text{JA: "条文からは決まらない。責任者が期限内に判断する", EN: "not settled by the text: a named person decides by then"}
	wordReading     = rule.Text{JA: "解釈", EN: "reading"}
)

// answerText writes an answer for a person: the result, what is due first, what
// to ask next, and the rules that apply or may apply.
func answerText(law *rule.Law, calendar *deadline.Calendar, a rule.Answer, lang string) string {
	var b strings.Builder
	line := func(name rule.Text, text string) { fmt.Fprintf(&b, "%s: %s\n", name.In(lang), text) }
	line(wordResult, resultWords[a.Result].In(lang))
	line(wordAware, a.Aware.String())
	if g := a.Governing; g != nil {
		line(wordGoverning, obligationText(*g, calendar, lang))
		if len(g.Items) > 0 {
			line(wordItems, strings.Join(g.Items, ", "))
		}
	}
	if a.Next != nil {
		f := law.Fact(*a.Next)
		line(wordNext, f.Label.In(lang)+" ("+f.ID+"): "+f.Question.In(lang))
	}
	var decisive []string
	for _, o := range a.OpenFacts {
		if o.Decisive {
			decisive = append(decisive, law.Fact(o.Fact).Label.In(lang)+" ("+o.Fact+")")
		}
	}
	if len(decisive) > 0 {
		line(wordDecisive, strings.Join(decisive, ", "))
	}
	line(wordWhy, "")
	for _, p := range a.Proof {
		if p.State == rule.IsExcluded {
			continue
		}
		fmt.Fprintf(&b, "  [%s] %s: %s → %s\n    %s\n    「%s」\n    %s", stateWords[p.State].In(lang), p.Citation.In(lang), p.Title.In(lang),
			outcomeText(p.Outcome, lang), p.Reason.In(lang), p.Quote, confidenceWords[p.Confidence].In(lang))
		if p.Reading != "" {
			fmt.Fprintf(&b, ", %s %s", wordReading.In(lang), p.Reading)
		}
		if note := p.Note.In(lang); note != "" {
			fmt.Fprintf(&b, "; %s", note)
		}
		b.WriteString("\n")
	}
	line(wordRulebook, a.Rulebook.ID+" "+a.Rulebook.Version)
	return b.String()
}

// outcomeText writes what a rule asks for, in a few words.
func outcomeText(o rule.Outcome, lang string) string {
	form := rule.Text{JA: "様式第", EN: "form "}.In(lang) + strings.TrimPrefix(o.Form, "form")
	switch {
	case o.None:
		return rule.Text{JA: "報告を要しない", EN: "not reportable"}.In(lang)
	case o.FirstReport:
		return wordFirstReport.In(lang)
	case o.Periodic:
		return form + rule.Text{JA: "、定期報告", EN: ", periodic"}.In(lang)
	case o.Person:
		return fmt.Sprintf(rule.Text{JA: "責任者が%d日以内に判断", EN: "a named person decides within %d days"}.In(lang), o.TermDays)
	}
	return form + fmt.Sprintf(rule.Text{JA: "、%d日以内", EN: ", within %d days"}.In(lang), o.TermDays)
}

// obligationText writes what is due, with the last office day when the due day
// is none.
func obligationText(o rule.Obligation, calendar *deadline.Calendar, lang string) string {
	var parts []string
	if o.Form != nil {
		parts = append(parts, rule.Text{JA: "様式第", EN: "form "}.In(lang)+strings.TrimPrefix(*o.Form, "form"))
	}
	switch {
	case o.Periodic:
		parts = append(parts, wordPeriodic.In(lang))
	case o.Due != nil && o.TermDays != nil:
		text := fmt.Sprintf(rule.Text{JA: "%d日以内、期限 %v", EN: "within %d days, due %v"}.In(lang), *o.TermDays, *o.Due)
		if last, err := calendar.LastOpenDay(*o.Due); err == nil && last != *o.Due { // years without known holidays show none
			text += fmt.Sprintf(rule.Text{JA: "（直前の開庁日 %v）", EN: " (last office day %v)"}.In(lang), last)
		}
		parts = append(parts, text)
	}
	if o.FirstReport {
		parts = append(parts, wordFirstReport.In(lang))
	}
	if o.NamedPerson {
		parts = append(parts, wordPerson.In(lang))
	}
	return strings.Join(parts, rule.Text{JA: "、", EN: ", "}.In(lang))
}
