package term_test

import (
	"archive/zip"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	"mimamori/internal/fault"
	"mimamori/internal/term"
)

const archive = "../../../shared/data/medical/imdrf-adverse-event-terms.zip"

func member(t *testing.T, name string) []byte {
	t.Helper()
	z, err := zip.OpenReader(archive)
	if err != nil {
		t.Skipf("skipped: the IMDRF terms are not beside the project (%v)", err)
	}
	defer z.Close()
	f, err := z.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// The counts of the files as their publisher tells them. Annex E has 884 entries
// of 700 codes, since a term can stand in two places.
func TestReadIMDRFTakesEveryAnnex(t *testing.T) {
	for name, want := range map[string]int{
		"annexa2024_1.json": 488, "annexa_3.json": 478, "annexb_1.json": 24, "annexc_1.json": 151,
		"annexd_1.json": 41, "annexe_1.json": 884 - 184, "annexf_1.json": 66, "annexg_1.json": 296,
	} {
		terms, err := term.ReadIMDRF(member(t, name), "2023")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(terms) != want {
			t.Errorf("%s has %d codes, want %d", name, len(terms), want)
		}
		for _, one := range terms {
			if one.Release != "2023" || one.Annex() != strings.ToUpper(name[5:6]) || len(one.Paths) == 0 {
				t.Errorf("%s: %+v", name, one)
			}
		}
	}
}

func TestReadIMDRFKeepsBothPlacesAndTheNewerName(t *testing.T) {
	terms, err := term.ReadIMDRF(member(t, "annexe_1.json"), "2023")
	if err != nil {
		t.Fatal(err)
	}
	brain := find(t, terms, "E0102")
	if strings.Join(brain.Paths, " ") != "E01|E0102 E20|E0102" {
		t.Errorf("paths of E0102: %v", brain.Paths)
	}
	ketones := find(t, terms, "E120501")
	if ketones.EN != "Elevated ketones/Diabetic Ketoacidosis" || strings.Join(ketones.Also, "") != "Diabetic Ketoacidosis" {
		t.Errorf("the modified name goes first, the older one stays: %+v", ketones)
	}
	if find(t, terms, "E01").Selectable() || !brain.Selectable() {
		t.Error("a heading can be selected, or a term cannot")
	}
}

func find(t *testing.T, terms []term.Term, code string) term.Term {
	t.Helper()
	i := slices.IndexFunc(terms, func(one term.Term) bool { return one.Code == code })
	if i < 0 {
		t.Fatalf("there is no %s", code)
	}
	return terms[i]
}

func TestRankPutsWhatMattersForCybersecurityFirst(t *testing.T) {
	terms, err := term.ReadIMDRF(member(t, "annexa_3.json"), "2023")
	if err != nil {
		t.Fatal(err)
	}
	var found []term.Term
	for _, one := range terms {
		if strings.Contains(one.SearchText(), "unauthorized") {
			found = append(found, one)
		}
	}
	ranked := term.Rank("unauthorized", found)
	if len(ranked) == 0 || ranked[0].Code != "A110502" || !ranked[0].Cyber {
		t.Errorf("first is %+v, want Unauthorized Access to Computer System", ranked)
	}
	if !find(t, terms, "A1105").Cyber || find(t, terms, "A01").Cyber {
		t.Error("the cyber-relevant codes are not told apart")
	}
}

func TestReadCSVTakesAGlossaryAndATranslation(t *testing.T) {
	glossary, err := term.ReadCSV([]byte("コード,用語,英語,定義\nD09-a0027,接続不良,Connection failure,\"線が外れた\n又は緩んだ\"\n\nO02-a0084,機器の操作困難,,\n"), term.JFMDA, "8")
	if err != nil || len(glossary) != 2 || glossary[0].JA != "接続不良" || glossary[0].EN != "Connection failure" || glossary[1].Code != "O02-a0084" {
		t.Errorf("got %+v, %v", glossary, err)
	}
	translation, err := term.ReadCSV([]byte("code\tterm_ja\nA110501\tアプリケーションセキュリティの問題\n"), term.IMDRF, "2023")
	if err != nil || len(translation) != 1 || !translation[0].Cyber {
		t.Fatalf("got %+v, %v", translation, err)
	}
	whole := term.Merge(term.Term{List: term.IMDRF, Release: "2023", Code: "A110501", EN: "Application Security Problem", Paths: []string{"A11|A1105|A110501"}}, translation[0])
	if again := term.Merge(whole, whole); !reflect.DeepEqual(again, whole) {
		t.Errorf("the same again is something else: %#v\n%#v", again, whole)
	}
	if whole.EN != "Application Security Problem" || whole.JA != "アプリケーションセキュリティの問題" || len(whole.Paths) != 1 || len(whole.Also) != 0 {
		t.Errorf("a blank took the place of a word: %+v", whole)
	}
}

func TestBadListsTellEveryProblem(t *testing.T) {
	_, err := term.ReadIMDRF([]byte(`[{"code":"Z1","term":"x"},{"code":"A01","term":""},{"code":"A02","term":"x","CodeHierarchy":"A01|A03"},{"code":5,"term":"x"}]`), "")
	if got := len(fault.FieldsOf(err)); got != 6 { // release, code, term, hierarchy, no text, and that one's missing code
		t.Errorf("%d problems, want 6: %v", got, fault.FieldsOf(err))
	}
	_, err = term.ReadCSV([]byte("code,term_ja\n,x\nA-1,\n"), term.JFMDA, "8")
	if fields := fault.FieldsOf(err); len(fields) != 2 || !strings.Contains(fields[1].Message, "line 3") {
		t.Errorf("got %v", fields)
	}
	for name, data := range map[string]string{"no head": "", "other columns": "a,b\n1,2\n", "nothing below": "code,term_ja\n"} {
		if _, err := term.ReadCSV([]byte(data), term.JFMDA, "8"); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}
