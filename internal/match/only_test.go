package match_test

import (
	"compress/gzip"
	"reflect"
	"testing"

	"mimamori/internal/advisory"
	"mimamori/internal/match"
	"mimamori/internal/sbom"
)

// An index of only what some components are looked up by finds for each of
// them, alone and in a release, what the whole index finds.
func TestOnly(t *testing.T) {
	var records []advisory.Advisory
	read := func(name string, list func(r *gzip.Reader) func(func(advisory.Advisory, error) bool)) {
		z, err := gzip.NewReader(open(t, "vuln/"+name))
		if err != nil {
			t.Fatal(err)
		}
		for a, err := range list(z) {
			if err != nil {
				t.Fatal(err)
			}
			a.Raw = nil
			records = append(records, a)
		}
	}
	read("nvd/nvdcve-1.1-recent@2021-09-12.json.gz", func(z *gzip.Reader) func(func(advisory.Advisory, error) bool) { return advisory.NVD(z, "nvd") })
	read("osv-rustsec.jsonl.gz", func(z *gzip.Reader) func(func(advisory.Advisory, error) bool) { return advisory.OSV(z, "osv") })
	var components []sbom.Component
	for i := 0; i < len(records); i += 5 {
		for _, f := range records[i].Affected {
			c := sbom.Component{Name: f.Name, Version: "1.0", CPEs: f.CPEs}
			if f.Ecosystem == "crates.io" {
				c.Purl = "pkg:cargo/" + f.Name + "@0.1.0"
			}
			components = append(components, c)
		}
	}
	var all, some match.Index
	queries := make([]match.Query, len(components))
	for i := range components {
		queries[i] = some.Query(&components[i])
	}
	some.Only(queries)
	for _, a := range records {
		all.Add(a)
		some.Add(a)
	}
	if !all.Conditional() || all.Len() != some.Len() {
		t.Errorf("conditions %v; %d and %d records", all.Conditional(), all.Len(), some.Len())
	}
	found := 0
	for i := range components {
		want := all.Component(components[i])
		if got := some.Find(&queries[i]); len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
			t.Errorf("%+v: got %+v, want %+v", components[i], got, want)
		}
		found += len(want)
	}
	if want, got := all.Release(components), some.Release(components); !reflect.DeepEqual(got, want) {
		t.Error("a release has other findings")
	}
	if found < len(components)/2 {
		t.Errorf("only %d findings of %d components", found, len(components))
	}
	limited := match.Index{}
	limited.Only(nil)
	for _, a := range records {
		limited.Add(a)
	}
	for i := range components {
		if got := limited.Component(components[i]); len(got) > 0 {
			t.Fatalf("an index of nothing finds %v", got)
		}
	}
}
