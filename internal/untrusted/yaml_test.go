package untrusted_test

import (
	"strings"
	"testing"

	"mimamori/internal/fault"
	"mimamori/internal/untrusted"
)

func TestShallowYAML(t *testing.T) {
	for name, c := range map[string]struct {
		text    string
		refused string
	}{
		"ordinary":        {"a: [1, {b: c}]\n  - d: {}\n", ""},
		"64 lists":        {strings.Repeat("[", 64) + strings.Repeat("]", 64), ""},
		"65 lists":        {"a: b\n" + strings.Repeat("[", 65), "line 2"},
		"on many lines":   {strings.Repeat("{a:\n", 65), "line 65"},
		"many closed":     {strings.Repeat("a: [{b: c}]\n", 1000), ""},
		"dashes":          {strings.Repeat("- ", 200) + "a", "line 1"},
		"questions":       {strings.Repeat("? ", 200) + "a", "line 1"},
		"indented":        {"a:\n" + strings.Repeat(" ", 300) + "b: c", "line 2"},
		"closed too much": {strings.Repeat("]", 1000), ""},
		"empty":           {"", ""},
		"a long line":     {"a:\n" + strings.Repeat("a", 16<<10), ""},
		"too long a line": {"a:\n" + strings.Repeat("a", 16<<10+1), "line 2"},
	} {
		err := untrusted.ShallowYAML([]byte(c.text), "file")
		if c.refused == "" && err != nil || c.refused != "" && (fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), c.refused)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
