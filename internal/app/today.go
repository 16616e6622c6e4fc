package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/ledger"
)

// Words is a short text in both languages.
type Words struct {
	Ja string `json:"ja"`
	En string `json:"en"`
}

// DayView is one day of the calendar of national offices and of the company.
type DayView struct {
	Date    caldate.Date `json:"date"`
	Closed  bool         `json:"closed"`
	Holiday *Words       `json:"holiday"` // nil when it is none
	Company string       `json:"company"` // why the company does not work (会社休業日); "" when it does
	Unknown bool         `json:"unknown"` // the holidays of its year are not known: Closed tells the days of rest of the week only
}

// Change is something that happened lately and that people should know.
type Change struct {
	At   time.Time `json:"at"`
	Kind string    `json:"kind"` // "finding", "case", "intake", "import", "report", "deadline", "mail"
	Text Words     `json:"text"`
	Link string    `json:"link"` // address of the page
}

// EndOfSupport is a product whose support ends soon or has ended.
type EndOfSupport struct {
	ProductID string       `json:"product_id"`
	BrandName string       `json:"brand_name"`
	EOSOn     caldate.Date `json:"eos_on"`
	Days      int          `json:"days"` // until then; negative when past
}

// TodayView is the first page.
type TodayView struct {
	Date        caldate.Date   `json:"date"`
	Obligations []Due          `json:"obligations"` // the 50 most urgent
	Open        int            `json:"open"`        // all of them; the duties of a case from one rulebook are one
	Strip       []DayView      `json:"strip"`       // today and the 30 days after
	Changes     []Change       `json:"changes"`     // since yesterday, newest first
	Sources     []SourceView   `json:"sources"`
	Doubts      []Doubt        `json:"doubts"` // sources on whose silence nothing may rest now
	EOS         []EndOfSupport `json:"eos"`
	Named       int            `json:"named"` // names in advisories that may mean products of ours, which nobody decided yet
	Counts      map[string]int `json:"counts"`
	Unread      int            `json:"unread"` // notifications of the person that were not read yet
	Mail        MailState      `json:"mail"`
}

// stripDays is how far the first page looks ahead.
const stripDays = 30

// TodayView returns the first page of a person.
func (a *App) TodayView(ctx context.Context, by Actor) (TodayView, error) {
	today := a.Today()
	view := TodayView{Date: today}
	var err error
	if view.Strip, err = a.Days(ctx, today, today.AddDays(stripDays)); err != nil {
		return view, err
	}
	open, err := a.Store.Obligations(ctx, ListQuery{Filter: map[string]string{"state": string(casefile.ObligationOpen)}, Limit: 50})
	if err != nil {
		return view, err
	}
	if view.Obligations, err = a.dues(ctx, a.Store, open.Items); err != nil {
		return view, err
	}
	if view.Unread, err = a.unread(ctx, by); err != nil {
		return view, err
	}
	if view.Mail, err = a.mailState(ctx, a.Store); err != nil {
		return view, err
	}
	if view.Changes, err = a.changes(ctx); err != nil {
		return view, err
	}
	if view.Sources, err = a.SourcesView(ctx); err != nil {
		return view, err
	}
	if view.Doubts, err = a.Doubts(ctx); err != nil {
		return view, err
	}
	if view.EOS, err = a.endsOfSupport(ctx); err != nil {
		return view, err
	}
	named, err := a.ProductProposals(ctx, ListQuery{Limit: 1})
	if err != nil {
		return view, err
	}
	view.Named = named.Total
	view.Counts, err = a.Store.Counts(ctx)
	view.Open = view.Counts["obligations"]
	return view, err
}

func (a *App) endsOfSupport(ctx context.Context) ([]EndOfSupport, error) {
	out := []EndOfSupport{}
	for _, state := range []string{"past", "soon"} {
		list, err := a.Store.Products(ctx, ListQuery{Filter: map[string]string{"eos": state, "today": a.Today().String()}, Sort: "eos_on", Limit: 10})
		if err != nil {
			return nil, err
		}
		for _, p := range list.Items {
			out = append(out, EndOfSupport{ProductID: p.ID, BrandName: p.BrandName, EOSOn: p.EOSOn, Days: a.Today().DaysUntil(p.EOSOn)})
		}
	}
	return out, nil
}

// told are the ledger actions that the first page tells, with their words; %s
// is the name of the record.
var told = map[string]struct {
	kind string
	text Words
}{
	"intake.recorded":              {"intake", Words{"%s を受け付けました", "%s was recorded"}},
	"case.opened":                  {"case", Words{"事案 %s を開始しました", "Case %s was opened"}},
	"case.reopened":                {"case", Words{"事案 %s を再開しました", "Case %s was reopened"}},
	"case.watched":                 {"case", Words{"事案 %s は監視に移りました", "Case %s is now under watch"}},
	"determination.confirmed":      {"case", Words{"事案 %s の報告要否を判断しました", "The determination of case %s was confirmed"}},
	"determination.proposed":       {"case", Words{"事案 %s の報告要否判断が提案されました", "A determination of case %s was proposed"}},
	"determination.override_asked": {"case", Words{"事案 %s の法令の結論と異なる判断が、二人目の署名を待っています", "An override was asked for in case %s"}},
	"determination.overridden":     {"case", Words{"事案 %s は、二名の署名により会社の判断で進めています", "The determination of case %s was overridden with two signatures"}},
	"determination.not_taken":      {"case", Words{"事案 %s の提案又は異なる判断は採用されませんでした", "A proposal or override in case %s was not taken"}},
	"obligation.rebased":           {"deadline", Words{"起算日が改められました：%s", "A clock was based on another day: %s"}},
	"intake.dismissed":             {"intake", Words{"%s は事案としないこととされました", "No case is opened from %s"}},
	"report.sent_to_review":        {"report", Words{"報告書 %s の確認が依頼されました", "Report %s waits for the check"}},
	"report.checked":               {"report", Words{"報告書 %s の承認が依頼されました", "Report %s waits for approval"}},
	"report.sent":                  {"report", Words{"報告書 %s を提出しました", "Report %s was sent"}},
	"submission.acknowledged":      {"report", Words{"報告書 %s の受付の通知を記録しました", "The acknowledgement of report %s was recorded"}},
	"report.approved":              {"report", Words{"報告書 %s が承認されました", "Report %s was approved"}},
	"report.returned":              {"report", Words{"報告書 %s が差し戻されました", "Report %s was sent back"}},
	"product.named":                {"import", Words{"勧告が「%s」を指している可能性があります", "An advisory may name %s"}},
	"import.done":                  {"import", Words{"情報源 %s を取り込みました", "Imported %s"}},
	"import.failed":                {"import", Words{"情報源 %s の取り込みに失敗しました", "The import of %s failed"}},
	"obligations.told":             {"deadline", Words{"期限の通知を送りました：%s", "Deadlines were told: %s"}},
	"mail.failed":                  {"mail", Words{"メールを送信できません：%s", "Mail cannot be sent: %s"}},
}

// changes returns what the ledger tells about yesterday and today.
func (a *App) changes(ctx context.Context) ([]Change, error) {
	since := a.now().Add(-24 * time.Hour)
	out := []Change{}
	q := ListQuery{Filter: map[string]string{"action_in": strings.Join(toldActions(), ",")}, Limit: 20}
	list, err := a.Store.Entries(ctx, q)
	if err != nil {
		return nil, err
	}
	for _, e := range list.Items {
		if t, ok := told[e.Action]; ok && e.At.After(since) {
			out = append(out, Change{
				At: e.At, Kind: t.kind, Link: linkTo(e),
				Text: Words{Ja: fmt.Sprintf(t.text.Ja, e.Subject.Name), En: fmt.Sprintf(t.text.En, e.Subject.Name)},
			})
		}
	}
	return out, nil
}

func toldActions() []string {
	actions := make([]string, 0, len(told))
	for action := range told {
		actions = append(actions, action)
	}
	return actions
}

// linkTo is the address of the page of an entry's record, or of the case it
// belongs to when it has none of its own.
func linkTo(e ledger.Entry) string {
	s := e.Subject
	if e.Action == "product.named" {
		return "/unmatched/names"
	}
	for _, parent := range e.Parents {
		if (s.Kind == "determination" || s.Kind == "obligation") && parent.Kind == "case" || s.Kind == "submission" && parent.Kind == "report" {
			s = parent
		}
	}
	switch s.Kind {
	case "intake":
		return "/intakes/" + s.ID
	case "case":
		return "/cases/" + s.ID
	case "report":
		return "/reports/" + s.ID
	case "import":
		return "/sources"
	default:
		return "/ledger?subject_kind=" + s.Kind + "&subject_id=" + s.ID
	}
}
