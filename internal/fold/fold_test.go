package fold_test

import (
	"testing"

	"mimamori/internal/fold"

	"pgregory.net/rapid"
)

func TestText(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"full-width letters and digits", "ＡＢＣ１２３", "abc123"},
		{"half-width katakana with its voicing mark", "ﾎﾟﾝﾌﾟ", "ぽんぷ"},
		{"katakana meets hiragana", "シリンジ ポンプ", "しりんじ ぽんぷ"},
		{"ideographic space and line ends", " 輸液　ポンプ\r\n", "輸液 ぽんぷ"},
		{"iteration marks", "ヽヾ", "ゝゞ"},
		{"small ke", "ヶ", "ゖ"},
		{"long vowel mark stays", "サーバー", "さーばー"},
		{"square abbreviation", "㍿みまもり", "株式会社みまもり"},
		{"CVE name", "cve-2021-44228", "cve-2021-44228"},
		{"letter outside the basic plane", "𠮷野家", "𠮷野家"},
		{"NUL, which PostgreSQL cannot keep", "a\x00b", "a b"},
		{"broken UTF-8", "a\xffb", "a\uFFFDb"},
		{"nothing", " \t", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := fold.Text(tt.in); got != tt.want {
				t.Errorf("Text(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestTextTwiceChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		once := fold.Text(rapid.String().Draw(t, "text"))
		if twice := fold.Text(once); twice != once {
			t.Fatalf("once %q, twice %q", once, twice)
		}
	})
}
