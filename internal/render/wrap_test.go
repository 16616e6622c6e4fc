package render

import (
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// em measures Japanese characters as 1 and the rest as a half.
func em(r rune) float64 {
	if r < 0x2000 {
		return 0.5
	}
	return 1
}

func TestWrap(t *testing.T) {
	tests := []struct {
		name, text string
		width      float64
		want       []string
	}{
		{"nothing gives no line", "", 5, nil},
		{"a text that fits stays one line", "送液の停止", 5, []string{"送液の停止"}},
		{"a full stop does not begin a line", "送液が停止。", 5, []string{"送液が停", "止。"}},
		{"a closing bracket and its full stop stay together", "送液が（停）。", 6, []string{"送液が", "（停）。"}},
		{"an opening bracket does not end a line", "送液が「停止」", 4, []string{"送液が", "「停止」"}},
		{"a small kana does not begin a line", "あいうえっか", 4, []string{"あいう", "えっか"}},
		{"a long vowel mark does not begin a line", "エラーサーバー", 6, []string{"エラーサー", "バー"}},
		{"a word stays whole", "ポート openssl を", 6, []string{"ポート", "openssl を"}},
		{"a word longer than the line is cut", "abcdefghij", 2, []string{"abcd", "efgh", "ij"}},
		{"a version number stays whole", "版は2.4.1です", 4, []string{"版は", "2.4.1で", "す"}},
		{"line ends are kept, empty lines too", "一\n\n二", 5, []string{"一", "", "二"}},
		{"only punctuation is cut somewhere", "。。。。", 2, []string{"。。", "。。"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := wrap(tt.text, tt.width, em); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestWrapLosesNothingAndKeepsTheWidth(t *testing.T) {
	alphabet := []rune("あア漢字、。（）「」ーっ abc123./-𠮷\n")
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom(alphabet)).Draw(t, "text")
		width := rapid.Float64Range(0.5, 12).Draw(t, "width")
		lines := wrap(text, width, em)
		if strings.Join(strings.Fields(strings.Join(lines, "")), "") != strings.Join(strings.Fields(text), "") {
			t.Fatalf("%q became %q", text, lines)
		}
		for _, line := range lines {
			used := 0.0
			for _, r := range line {
				used += em(r)
			}
			if used > width && len([]rune(line)) > 1 {
				t.Fatalf("line %q is %g wide, the width is %g", line, used, width)
			}
		}
	})
}
