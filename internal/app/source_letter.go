package app

import (
	"context"
	"fmt"
	"strings"
)

// JobSourceMail is the kind of the job that tells one person by mail of sources
// whose state changed; its ID names the person and the instant.
const JobSourceMail = "source_mail"

// SendSourceMail sends the message of a job. It is tried again by the queue
// when it fails; what was marked as mailed is not sent again.
func (a *App) SendSourceMail(ctx context.Context, id string) error {
	user, at, err := a.addressee(ctx, id)
	if err != nil || user.ID == "" {
		return err
	}
	told, err := a.sourceNoticesAt(ctx, user.ID, at)
	if err != nil || len(told) == 0 {
		return err
	}
	ids := make([]string, len(told))
	for i, n := range told {
		ids[i] = n.ID
	}
	letter := a.sourceLetter(user, told)
	letter.ID = id
	return a.post(ctx, letter, func(ctx context.Context, tx Tx) error {
		tx.Record(mailed(user, id, ids))
		return tx.MarkSourceNoticesMailed(ctx, ids, a.now())
	})
}

// stateWords say what a state means and what to do.
var stateWords = map[SourceState]struct{ name, text Words }{
	SourceGood:  {Words{"正常", "good"}, Words{"正常に戻りました。", "It is in order again."}},
	SourceStale: {Words{"更新の停止", "stale"}, Words{"新しい情報を取り込めていません。「該当なし」を根拠に使わず、情報源の画面で原因を確かめてください。", "Nothing new came. Do not rely on \"not affected\"; see why on the page of the sources."}},
	SourceNever: {Words{"未取込", "nothing yet"}, Words{"まだ取り込まれていません。", "Nothing came yet."}},
	SourceRed:   {Words{"異常", "alarm"}, Words{"取り込んだ内容に異常があります。「該当なし」を根拠に使わず、情報源の画面で対処してください。", "What came cannot be right. Do not rely on \"not affected\"; mend it on the page of the sources."}},
	SourceOff:   {},
}

// sourceLetter writes the message about sources whose state changed.
func (a *App) sourceLetter(user User, told []SourceNotice) Mail {
	lang := user.Lang
	first := told[0]
	name := func(n SourceNotice) string { return strings.ToUpper(n.Source) }
	subject := say(lang, Words{
		fmt.Sprintf("【情報源】%s：%s", name(first), stateWords[first.After].name.Ja),
		fmt.Sprintf("[Source] %s: %s", name(first), stateWords[first.After].name.En),
	})
	if len(told) > 1 {
		subject = say(lang, Words{fmt.Sprintf("【情報源】状態の変化 %d件", len(told)), fmt.Sprintf("[Sources] %d changes of state", len(told))})
	}
	text := say(lang, Words{user.Name + " 様\n\n脆弱性情報の情報源の状態が変わりました。\n", "Dear " + user.Name + ",\n\nthe state of a source of vulnerability data has changed.\n"})
	for _, n := range told {
		text += "\n■ " + name(n) + say(lang, Words{"：", ": "}) + say(lang, stateWords[n.After].name) + "\n  " + say(lang, stateWords[n.After].text) + "\n"
		for _, reason := range n.Reasons {
			text += "  - " + oneLine(reason) + "\n"
		}
	}
	text += "\n" + say(lang, Words{"詳細：", "Details: "}) + a.Address + "/sources\n"
	return Mail{To: user.Email, Subject: subject, Text: text, At: a.now()}
}
