package app

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"mimamori/internal/assess"
	"mimamori/internal/casefile"
	"mimamori/internal/intake"
	"mimamori/internal/register"

	"pgregory.net/rapid"
)

// TestExamplesStandInTheNotice finds the six texts and the sentence about them
// in the stored notice, character for character but for line breaks and spaces.
func TestExamplesStandInTheNotice(t *testing.T) {
	joined := func(text string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) {
				return -1
			}
			return r
		}, text)
	}
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "reference", "law", "cs-notice-2024-01-15.txt"))
	if os.IsNotExist(err) {
		t.Skip("the stored notice is not here")
	}
	if err != nil {
		t.Fatal(err)
	}
	notice := joined(string(data))
	e := builtInExamples()
	if len(e.Examples) != 6 {
		t.Fatalf("%d examples, the notice has 6", len(e.Examples))
	}
	at := 0
	for _, x := range e.Examples {
		found := strings.Index(notice[at:], joined(x.Text.Ja))
		if found < 0 {
			t.Errorf("%s does not stand in the notice after the one before it: %s", x.ID, x.Text.Ja)
			continue
		}
		at += found
	}
	if !strings.Contains(notice, joined(e.NotAlone.Ja)) {
		t.Error("the sentence about the examples does not stand in the notice")
	}
}

// TestExamplesUseTheirFeatures: every feature of an example has its words, and
// every one with words is used.
func TestExamplesUseTheirFeatures(t *testing.T) {
	e := builtInExamples()
	used := map[string]bool{}
	ids := map[string]bool{}
	for _, x := range e.Examples {
		if ids[x.ID] || x.Text.En == "" || x.Citation.Ja == "" || x.Citation.En == "" {
			t.Errorf("%s stands twice or lacks words", x.ID)
		}
		ids[x.ID] = true
		if x.Device != nil && (x.Device.Label.Ja == "" || x.Device.Label.En == "" || len(x.Device.Words) == 0) {
			t.Errorf("%s: the device lacks words", x.ID)
		}
		for _, f := range x.Features {
			used[f] = true
		}
	}
	for f := range used {
		if w := e.Features[f]; w.Ja == "" || w.En == "" {
			t.Errorf("feature %s has no words in both languages", f)
		}
	}
	for f := range e.Features {
		if !used[f] {
			t.Errorf("feature %s belongs to no example", f)
		}
	}
}

// TestNothingKnownIsAllOpen: without records every feature of every example is
// open, and the order is that of the text.
func TestNothingKnownIsAllOpen(t *testing.T) {
	e := builtInExamples()
	for i, v := range (&App{}).similarExamples(register.Product{}, nil, nil, nil) {
		want := len(e.Examples[i].Features)
		if e.Examples[i].Device != nil {
			want++
		}
		if v.ID != e.Examples[i].ID || len(v.Open) != want || len(v.Same)+len(v.Different) > 0 {
			t.Errorf("%d: %s with %d alike, %d different, %d open", i, v.ID, len(v.Same), len(v.Different), len(v.Open))
		}
		if v.NotAlone != e.NotAlone {
			t.Errorf("%s does not say that it decides nothing", v.ID)
		}
	}
}

// TestTheNearestExample compares cases like those of the notice.
func TestTheNearestExample(t *testing.T) {
	wired := []register.Link{register.LinkWired}
	settings := assess.Assessment{
		Present: register.Yes, Exploited: register.Yes,
		Consequences: assess.Consequences{SettingsChanged: register.Yes, CareChanged: register.Yes, Misoperation: register.No},
	}
	harmed := []casefile.Fact{{Name: "harm_status", Possible: []string{"actual"}}}
	told := func(source intake.Source, text string) []IntakeRow {
		return []IntakeRow{{Record: intake.Record{Source: source, Title: "発生の連絡", Text: text}}}
	}
	tests := []struct {
		name       string
		product    register.Product
		intakes    []IntakeRow
		assessment *assess.Assessment
		facts      []casefile.Fact
		want       string
		different  []string // Japanese labels of what is different in it
	}{
		{
			"misoperation after unauthorised access",
			register.Product{GenericName: "多項目モニタ", Connectivity: wired},
			told(intake.Hospital, "不正アクセスを受け、停止した。"),
			&assess.Assessment{Present: register.Yes, Exploited: register.Yes, Consequences: assess.Consequences{Misoperation: register.Yes}}, nil, "cs-4(2)/common-2", nil,
		},
		{
			"a flood of requests stopped a scanner, full width and half",
			register.Product{GenericName: "全身用Ｘ線ＣＴ診断装置"},
			told(intake.Hospital, "ｄｄｏｓ攻撃により検査を中止した。"),
			&assess.Assessment{FunctionAffected: register.Yes}, nil, "cs-4(2)/common-3", nil,
		},
		{
			"settings of an infusion pump, no harm",
			register.Product{GenericName: "汎用輸液ポンプ", Connectivity: wired},
			told(intake.Hospital, "未使用ポートへの不正アクセスで設定が変わった。"),
			&settings, nil, "cs-4(2)/device-1", nil,
		},
		{
			"an insulin pump is another device than an infusion pump",
			register.Product{GenericName: "ポータブルインスリン用輸液ポンプ"},
			told(intake.Hospital, "不正アクセス"),
			&settings, harmed, "cs-4(2)/device-2", nil,
		},
		{
			"a defibrillator, connected by media only",
			register.Product{GenericName: "自動植込み型除細動器", Connectivity: []register.Link{register.LinkMedia}},
			told(intake.ForeignCase, "Unauthorized access by telemetry."),
			&settings, harmed, "cs-4(2)/device-3", nil,
		},
		{
			"the same without harm: nearest still, and the difference is told",
			register.Product{GenericName: "自動植込み型除細動器"},
			told(intake.Hospital, "不正アクセス"),
			&settings,
			[]casefile.Fact{{Name: "harm_status", Possible: []string{"none", "potential"}}},
			"cs-4(2)/device-3",
			[]string{"健康被害の発生"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := (&App{}).similarExamples(tt.product, tt.intakes, tt.assessment, tt.facts)
			if got[0].ID != tt.want {
				t.Fatalf("nearest is %s (%v), want %s", got[0].ID, got[0].Same, tt.want)
			}
			var different []string
			for _, w := range got[0].Different {
				different = append(different, w.Ja)
			}
			if !slices.Equal(different, tt.different) {
				t.Errorf("different: %v, want %v", different, tt.different)
			}
		})
	}
}

// TestLikenessOnlyGrowsWithWhatIsKnown: to learn a feature moves it from open to
// one of the others and nothing else; the order is always the same for the same
// case, and by how much agrees.
func TestLikenessOnlyGrowsWithWhatIsKnown(t *testing.T) {
	e := builtInExamples()
	var features []string
	for f := range e.Features {
		features = append(features, f)
	}
	slices.Sort(features)
	counts := func(known map[string]register.Known, name string) map[string][3]int {
		out := map[string][3]int{}
		before := -1
		for _, v := range e.compare(known, name) {
			out[v.ID] = [3]int{len(v.Same), len(v.Different), len(v.Open)}
			if before >= 0 && len(v.Same) > before {
				panic("not in order of what agrees")
			}
			before = len(v.Same)
		}
		return out
	}
	rapid.Check(t, func(t *rapid.T) {
		known := map[string]register.Known{}
		for _, f := range features {
			known[f] = rapid.SampledFrom([]register.Known{"", register.Unknown, register.Yes, register.No}).Draw(t, f)
		}
		name := rapid.SampledFrom([]string{"", "汎用輸液ポンプ", "汎用超音波画像診断装置", "歩行分析計"}).Draw(t, "name")
		before := counts(known, name)
		f := rapid.SampledFrom(features).Draw(t, "learnt")
		if known[f] == register.Yes || known[f] == register.No {
			return
		}
		known[f] = register.Yes
		after := counts(known, name)
		for _, x := range e.Examples {
			want := before[x.ID]
			if slices.Contains(x.Features, f) {
				want[0], want[2] = want[0]+1, want[2]-1
			}
			if after[x.ID] != want {
				t.Fatalf("%s after learning %s: %v, want %v", x.ID, f, after[x.ID], want)
			}
		}
	})
}

// TestExamplesReachNoSituation: the words by which a feature is seen change
// what is shown, and nothing that is concluded.
func TestExamplesReachNoSituation(t *testing.T) {
	plain := []IntakeRow{{Record: intake.Record{Source: intake.Hospital, Text: "表示が遅い。"}}}
	likened := []IntakeRow{{Record: intake.Record{Source: intake.Hospital, Text: "DDoS、不正アクセス、未使用ポート"}}}
	product := register.Product{GenericName: "汎用輸液ポンプ"}
	a := assess.Assessment{Present: register.Yes}
	for fact, k := range noticeSituation(product, likened, a, product.EOSOn) {
		if other := noticeSituation(product, plain, a, product.EOSOn)[fact]; !slices.Equal(k.Values, other.Values) {
			t.Errorf("%s is %v instead of %v because of words in a text", fact, k.Values, other.Values)
		}
	}
}
