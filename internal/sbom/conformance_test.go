package sbom_test

import (
	"bytes"
	"io"
	"path"
	"strings"
	"testing"

	"mimamori/internal/fault"
	"mimamori/internal/sbom"
)

// disagree are the conformance documents that are not taken as their name
// says, and why.
var disagree = map[string]string{}

// Every CycloneDX conformance document is taken by the strict reader as its
// name says; the relaxed one takes all that are CycloneDX at all, and warns of
// those that are invalid. The textual form of protobuf is no form that
// documents are exchanged in.
func TestCycloneDXConformance(t *testing.T) {
	valid, invalid, texts := 0, 0, 0
	shared(t, "sbom/cyclonedx-spec-tests.zip", func(name string, r io.Reader) {
		base := path.Base(name)
		if strings.HasSuffix(name, ".textproto") {
			texts++
			return
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		var want bool
		switch {
		case strings.HasPrefix(base, "valid-"):
			want = true
			valid++
		case strings.Contains(base, "invalid-"): // also "informal-invalid-", beyond what an XML schema can say, and "skip_invalid-"
			invalid++
		default:
			t.Errorf("%s: a name of another kind", name)
			return
		}
		d, err := sbom.ReadStrict(bytes.NewReader(data), base)
		if why := disagree[base]; (err == nil) != (want != (why != "")) {
			t.Errorf("%s: got %v %s", name, err, fields(err))
		}
		if err == nil && d.SpecVersion != path.Base(path.Dir(name)) {
			t.Errorf("%s: version %q", name, d.SpecVersion)
		}
		d, err = sbom.Read(bytes.NewReader(data), base)
		if strings.HasPrefix(base, "invalid-bomformat") {
			if err == nil {
				t.Errorf("%s: the relaxed reader takes another format", name)
			}
			return
		}
		if err != nil {
			t.Errorf("%s: the relaxed reader refuses it: %v", name, err)
			return
		}
		warned := false
		for _, p := range d.Problems {
			warned = warned || p.Rule == "schema" || p.Rule == "unique"
		}
		if warned == want {
			t.Errorf("%s: warned: %v, problems %v", name, warned, d.Problems)
		}
	})
	t.Logf("%d valid, %d invalid, %d in textual protobuf left out", valid, invalid, texts)
	if valid < 250 || invalid < 200 {
		t.Errorf("only %d valid and %d invalid documents", valid, invalid)
	}
}

func fields(err error) string {
	var out strings.Builder
	for _, f := range fault.FieldsOf(err) {
		out.WriteString("\n  " + f.Pointer + ": " + f.Message)
	}
	return out.String()
}
