package sbom

import (
	"fmt"
	"net/url"
	"strings"
)

// CPE holds the attributes of a CPE name that matching compares, in lower case
// and without escapes. "*" is ANY, "-" is NA.
type CPE struct {
	Part, Vendor, Product, Version, Update                  string
	Edition, Language, SWEdition, TargetSW, TargetHW, Other string
}

// Any and NA are the two logical values of a CPE attribute (NISTIR 7695).
const (
	Any = "*"
	NA  = "-"
)

// ParseCPE reads a CPE name in the 2.3 formatted string or the 2.2 URI binding.
func ParseCPE(text string) (CPE, error) {
	var fields []string
	switch {
	case strings.HasPrefix(text, "cpe:2.3:"):
		fields = splitEscaped(text[len("cpe:2.3:"):])
		if len(fields) != 11 {
			return CPE{}, fmt.Errorf("the CPE %q has %d attributes instead of 11: correct it", short(text), len(fields))
		}
	case strings.HasPrefix(strings.ToLower(text), "cpe:/"):
		fields = strings.Split(text[len("cpe:/"):], ":")
		fields = unpacked(fields)
		for i, f := range fields {
			plain, err := url.PathUnescape(f)
			if err != nil {
				return CPE{}, fmt.Errorf("the CPE %q has a broken %% escape: correct it", short(text))
			}
			fields[i] = plain
		}
	default:
		return CPE{}, fmt.Errorf("the CPE %q starts neither with cpe:2.3: nor with cpe:/", short(text))
	}
	attribute := func(i int) string {
		if i >= len(fields) || fields[i] == "" {
			return Any
		}
		return strings.ToLower(fields[i])
	}
	c := CPE{
		attribute(0), attribute(1), attribute(2), attribute(3), attribute(4),
		attribute(5), attribute(6), attribute(7), attribute(8), attribute(9), attribute(10),
	}
	if c.Part != "a" && c.Part != "o" && c.Part != "h" && c.Part != Any {
		return CPE{}, fmt.Errorf("the CPE %q has the part %q instead of a, o or h", short(text), c.Part)
	}
	if c.Product == Any || c.Product == NA {
		return CPE{}, fmt.Errorf("the CPE %q names no product", short(text))
	}
	return c, nil
}

// unpacked spreads the edition of a 2.2 URI that carries the attributes of 2.3,
// "~edition~sw_edition~target_sw~target_hw~other" (NISTIR 7695, 6.1.2.1.2).
func unpacked(fields []string) []string {
	const edition, packed = 5, 6
	if len(fields) <= edition || !strings.HasPrefix(fields[edition], "~") {
		return fields
	}
	parts := strings.SplitN(fields[edition], "~", packed)
	out := append(make([]string, 0, 11), fields[:edition]...)
	out = append(out, parts[1], "")
	if len(fields) > packed {
		out[packed] = fields[packed]
	}
	return append(out, parts[2:]...)
}

// splitEscaped splits at colons that no backslash escapes and removes the
// backslashes.
func splitEscaped(text string) []string {
	if strings.IndexByte(text, '\\') < 0 {
		return strings.Split(text, ":")
	}
	var fields []string
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\' && i+1 < len(text):
			i++
			b.WriteByte(text[i])
		case text[i] == ':':
			fields = append(fields, b.String())
			b.Reset()
		default:
			b.WriteByte(text[i])
		}
	}
	return append(fields, b.String())
}
