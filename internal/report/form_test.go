package report_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"mimamori/forms"
	"mimamori/internal/fault"
	"mimamori/internal/report"
)

func form8(t testing.TB) *report.Form {
	t.Helper()
	form, err := report.Load(forms.FS, report.Form8, "2021-07")
	if err != nil {
		t.Fatal(err)
	}
	return form
}

// The boxes as reference/jp-reporting.md section 4.1 lists them.
func TestForm8HasEveryBoxOfTheOfficialForm(t *testing.T) {
	want := map[string]string{
		"1-1": "管理番号", "1-2": "報告の別", "1-3": "不具合発生日", "1-4": "情報入手日", "1-5": "報告日",
		"1-6": "次回報告予定日", "1-7": "患者等の健康被害状況／医療機器の不具合状況", "1-8": "担当者連絡先", "1-9": "取下げ・区分変更の理由", // 1-9 is ours: the official form was not seen
		"2-1": "患者イニシャル", "2-2": "年齢", "2-3": "性別", "2-4": "体重", "2-5": "転帰",
		"2-6": "不具合発生時の患者等の状況", "2-7": "患者等のために取られた処置",
		"3-1": "販売名・一般的名称・承認／認証番号", "3-2": "詳細情報", "3-3": "分類", "3-4": "使用状況", "3-5": "現状",
		"3-6": "併用医療機器", "3-7": "備考", "4-1": "調査結果", "4-2": "これまでの対応", "4-3": "今後の対応",
	}
	form := form8(t)
	got := map[string]string{}
	for _, f := range form.Fields {
		if f.Group == "" && f.Number != "" {
			got[f.Number] = f.Ja
		}
	}
	for number, name := range want {
		if got[number] != name {
			t.Errorf("box %s is named %q, want %q", number, got[number], name)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d boxes, want %d", len(got), len(want))
	}
	for code, title := range map[string]string{
		"domestic_malfunction": "医療機器不具合・感染症症例報告書（国内）",
		"foreign_infection":    "医療機器不具合・感染症症例報告書（外国）",
		"":                     "医療機器不具合・感染症症例報告書",
	} {
		if got := form.FullTitle(map[string]string{"report_kind": code}); got != title {
			t.Errorf("title of kind %q is %s, want %s", code, got, title)
		}
	}
}

func TestNoLimitThatWasNotSeenIsChecked(t *testing.T) {
	for _, f := range form8(t).Fields {
		if f.MaxLength.Value != nil && f.MaxLength.Mark == report.NotSeen {
			t.Errorf("%s has the limit %d though the official limit was not seen", f.Key, *f.MaxLength.Value)
		}
	}
}

func TestLoadTellsEveryProblemOfADefinition(t *testing.T) {
	good, err := fs.ReadFile(forms.FS, "pmda/form8/2021-07/form.yaml")
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for i, f := range form8(t).Fields {
		at[f.Key] = i
	}
	tests := []struct {
		name, old, new string
		pointer        string // starts with the key of a field, or with / elsewhere
	}{
		{"a key used twice", "key: treatment\n", "key: patient_state\n", "treatment/key"},
		{"a type that does not exist", "type: partial_date", "type: day", "event_on/type"},
		{"a code list that does not exist", "codes: sex", "codes: gender", "patient_sex/codes"},
		{"a required-when that names no code", "{report_state: [incomplete]}], mark: C2", "{report_state: [open]}], mark: C2", "next_report_on/required_when/when/0/report_state"},
		{"a field the paper does not show", "{field: patient_initials}, ", "", "/layout"},
		{"a name without English", "en: Remarks", "en: ''", "remarks/en"},
		{"a mark that does not exist", "mark: C2                 # title", "mark: sure # title", "/source/mark"},
		{"a limit of zero characters", "max_length: {value: null", "max_length: {value: 0", "registration_number/max_length/value"},
		{"a box higher than a page", "malfunction: 18}}", "malfunction: 40}}", "/layout/rows/5/cells/0/max_lines"},
		{"a days' order with a text", "after: [reported_on]", "after: [harm]", "next_report_on"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bad := bytes.Replace(good, []byte(tt.old), []byte(tt.new), 1)
			if bytes.Equal(bad, good) {
				t.Fatalf("the definition does not hold %q any more", tt.old)
			}
			want := tt.pointer
			if key, rest, _ := strings.Cut(want, "/"); key != "" {
				want = strings.TrimSuffix(fmt.Sprintf("/fields/%d/%s", at[key], rest), "/")
			}
			_, err := report.Parse(bad)
			var pointers []string
			for _, f := range fault.FieldsOf(err) {
				pointers = append(pointers, f.Pointer)
			}
			if fault.KindOf(err) != fault.Invalid || !strings.Contains(strings.Join(pointers, "\n")+"\n", want+"\n") {
				t.Errorf("want a problem at %s, got %v", want, err)
			}
		})
	}
}

func TestLoadRefusesHostileDefinitions(t *testing.T) {
	for name, data := range map[string]string{
		"alias bomb":       "a: &a [x,x,x]\nb: &b [*a,*a,*a]\nform: pmda/form8\n",
		"unknown property": "form: pmda/form8\nmax_len: 3\n",
		"not YAML":         "form: [pmda\n",
		"too large":        strings.Repeat("# filler\n", 60_000),
		"empty":            "",
	} {
		if _, err := report.Parse([]byte(data)); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: got %v, want an invalid error", name, err)
		}
	}
}

func TestLoadFindsEditionsByName(t *testing.T) {
	for _, name := range [][2]string{{"pmda/form8", "1999-01"}, {"../etc", "2021-07"}, {"pmda/form8", "../2021-07"}} {
		if _, err := report.Load(forms.FS, name[0], name[1]); fault.KindOf(err) != fault.NotFound {
			t.Errorf("Load(%q, %q): got %v, want not found", name[0], name[1], err)
		}
	}
	data, _ := fs.ReadFile(forms.FS, "pmda/form8/2021-07/form.yaml")
	misplaced := fstest.MapFS{"pmda/form8/2026-01/form.yaml": {Data: data}}
	if _, err := report.Load(misplaced, "pmda/form8", "2026-01"); fault.KindOf(err) != fault.Invalid {
		t.Errorf("an edition in the folder of another one: got %v, want invalid", err)
	}
	if _, err := report.Load(brokenFS{}, "pmda/form8", "2021-07"); fault.KindOf(err) != fault.Internal {
		t.Errorf("a disk that fails: got %v, want an internal error", err)
	}
}

func TestEditionsComeOldestFirst(t *testing.T) {
	if got, err := report.Editions(forms.FS, report.Form8); err != nil || len(got) == 0 || got[0] != "2021-07" {
		t.Errorf("built in: %v, %v", got, err)
	}
	several := fstest.MapFS{
		"pmda/form8/2026-01/form.yaml": {}, "pmda/form8/2021-07/form.yaml": {}, "pmda/form8/notes/readme": {}, "pmda/form8/2025-01": {},
	}
	if got, err := report.Editions(several, report.Form8); err != nil || fmt.Sprint(got) != "[2021-07 2026-01]" {
		t.Errorf("got %v, %v", got, err)
	}
	for _, id := range []string{"pmda/form99", "../pmda"} {
		if _, err := report.Editions(forms.FS, id); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s: got %v, want not found", id, err)
		}
	}
}

type brokenFS struct{}

func (brokenFS) Open(string) (fs.File, error) { return nil, errors.New("disk gone") }
