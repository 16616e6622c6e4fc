package register_test

import (
	"slices"
	"strings"
	"testing"

	"mimamori/internal/caldate"
	"mimamori/internal/fault"
	"mimamori/internal/register"

	"pgregory.net/rapid"
)

func pointers(err error) []string {
	var out []string
	for _, f := range fault.FieldsOf(err) {
		out = append(out, f.Pointer)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func TestProductCheck(t *testing.T) {
	good := register.Product{
		BrandName: "輸液ポンプ", GenericName: "汎用輸液ポンプ", JMDNCode: "13215000", Route: register.Approval,
		Class: register.ClassIII, Connectivity: []register.Link{register.LinkWired}, Designated: register.Unknown,
	}
	tests := []struct {
		name   string
		change func(*register.Product)
		want   []string
	}{
		{"complete", func(*register.Product) {}, nil},
		{"a JMDN code may be missing", func(p *register.Product) { p.JMDNCode = "" }, nil},
		{"a JMDN code of seven digits", func(p *register.Product) { p.JMDNCode = "1321500" }, []string{"/jmdn_code"}},
		{"a JMDN code in full-width digits", func(p *register.Product) { p.JMDNCode = "１３２１５０００" }, []string{"/jmdn_code"}},
		{"none beside another way of connection", func(p *register.Product) { p.Connectivity = []register.Link{register.LinkNone, register.LinkMedia} }, []string{"/connectivity"}},
		{"support ends before the end of life", func(p *register.Product) {
			p.EOLOn, p.EOSOn = caldate.MustParse("2027-01-01"), caldate.MustParse("2026-12-31")
		}, []string{"/eos_on"}},
		{"blanks are no name", func(p *register.Product) { p.BrandName = " \u3000" }, []string{"/brand_name"}},
		{"a text without end", func(p *register.Product) { p.Note = strings.Repeat("あ", 10_000) }, []string{"/note"}},
		{"all at once", func(p *register.Product) { *p = register.Product{} }, []string{"/brand_name", "/class", "/designated", "/generic_name", "/route"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := good
			tt.change(&p)
			if got := pointers(p.Check()); !slices.Equal(got, tt.want) {
				t.Errorf("problems at %v, want %v", got, tt.want)
			}
		})
	}
}

func TestInstallationNeedsAReleaseAndUnits(t *testing.T) {
	if got := pointers(register.Installation{}.Check()); !slices.Equal(got, []string{"/release_id", "/units"}) {
		t.Errorf("problems at %v", got)
	}
	if err := (register.Installation{ReleaseID: "r", Units: 1}).Check(); err != nil {
		t.Error(err)
	}
}

// Two components share an identity exactly when every part of it is equal.
func TestIdentityKeysDoNotCollide(t *testing.T) {
	text := rapid.StringMatching(`[a-b ]{0,2}`)
	draw := rapid.Custom(func(t *rapid.T) register.Component {
		return register.Component{
			Type: text.Draw(t, "type"), Group: text.Draw(t, "group"), Name: text.Draw(t, "name"), Version: text.Draw(t, "version"),
			Supplier: text.Draw(t, "supplier"), Purl: text.Draw(t, "purl"), CPE: text.Draw(t, "cpe"),
			More: register.MoreIdentity{Purls: rapid.SliceOfN(text, 0, 2).Draw(t, "purls"), CPEs: rapid.SliceOfN(text, 0, 2).Draw(t, "cpes"), SourceName: text.Draw(t, "source")},
		}
	})
	same := func(a, b register.Component) bool {
		return a.Type == b.Type && a.Group == b.Group && a.Name == b.Name && a.Version == b.Version && a.Supplier == b.Supplier && a.Purl == b.Purl && a.CPE == b.CPE &&
			a.More.SourceName == b.More.SourceName && slices.Equal(a.More.Purls, b.More.Purls) && slices.Equal(a.More.CPEs, b.More.CPEs)
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := draw.Draw(t, "a"), draw.Draw(t, "b")
		if equal := a.IdentityKey() == b.IdentityKey(); equal != same(a, b) {
			t.Fatalf("%+v and %+v: keys equal %v", a, b, equal)
		}
	})
}
