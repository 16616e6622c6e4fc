package report_test

import (
	"strings"
	"testing"

	"mimamori/forms"
	"mimamori/internal/report"
)

// titles of the forms as the CS notice 4(1) lists them.
var titles = map[string]string{
	"pmda/form8":       "医療機器不具合・感染症症例報告書",
	"pmda/form9":       "医療機器に係る不具合の発生率変化調査報告書",
	"pmda/form10":      "医療機器の研究報告／外国における製造等の中止、回収、廃棄等の措置調査報告書",
	"pmda/form11":      "医療機器品目指定定期報告書",
	"pmda/form12":      "医療機器未知非重篤不具合定期報告書",
	"pmda/firstreport": "医療機器不具合等　第一報",
}

func TestEveryFormOfTheNoticeIsHere(t *testing.T) {
	for id, title := range titles {
		editions, err := report.Editions(forms.FS, id)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, edition := range editions {
			form, err := report.Load(forms.FS, id, edition)
			if err != nil {
				t.Errorf("%s %s: %v", id, edition, err)
				continue
			}
			if form.Title.Ja != title {
				t.Errorf("%s is called %s, want %s", id, form.Title.Ja, title)
			}
			if n, ok := strings.CutPrefix(id, "pmda/form"); ok && form.Heading != "別紙様式第"+n {
				t.Errorf("heading of form %s is %s", n, form.Heading)
			}
		}
	}
}
