package advisory_test

import (
	"testing"

	"mimamori/internal/advisory"
)

func TestLine(t *testing.T) {
	product := func(names ...string) advisory.ProductLife {
		var p advisory.ProductLife
		for _, n := range names {
			p.Lines = append(p.Lines, advisory.ReleaseLine{Name: n})
		}
		return p
	}
	openssl := product("3.5", "3.0", "1.1.1", "1.1.0", "1.0.2")
	windows := product("11-24h2-e", "11-24h2-w", "10-22h2", "11")
	for _, tt := range []struct {
		p       advisory.ProductLife
		version string
		want    string // "": nothing may be said
	}{
		{openssl, "3.0.13", "3.0"},
		{openssl, "1.1.1w", "1.1.1"},
		{openssl, "1.1.1", "1.1.1"},
		{openssl, "3.0.13-1~deb12u2", "3.0"},
		{openssl, "v3.0.1", "3.0"},
		{openssl, "3.05.1", ""},
		{openssl, "3.1.0", ""},
		{openssl, "1.1", ""},
		{openssl, "", ""},
		{openssl, "unknown", ""},
		{product("3", "3.0"), "3.0.1", "3.0"},
		{product("3", "3.0"), "3.1.1", "3"},
		{windows, "10.0.19045", ""},
		{windows, "11", ""}, // may be any of its variants
		{windows, "11-24h2-e", "11-24h2-e"},
		{product("24.04"), "24.04.3", "24.04"},
		{product("2.4"), "2.40", ""},
	} {
		got, known := tt.p.Line(tt.version)
		if got.Name != tt.want || known != (tt.want != "") {
			t.Errorf("%q: line %q, known %t; want %q", tt.version, got.Name, known, tt.want)
		}
	}
}
