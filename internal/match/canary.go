package match

import (
	_ "embed"
	"slices"

	"mimamori/internal/advisory"
	"mimamori/internal/sbom"

	"github.com/goccy/go-yaml"
)

//go:embed canaries.yaml
var canaryText []byte

// Canary is a pseudo-release whose findings are known. Every run of a source
// must find them again: a source that does not is broken, and nothing may rest
// on its silence.
type Canary struct {
	Source    advisory.Source `yaml:"source"`
	Ecosystem string          `yaml:"ecosystem"` // of OSV; else empty
	Parts     []CanaryPart    `yaml:"parts"`
	Finds     []string        `yaml:"finds"`  // records that must be found for the first part
	Leaves    []string        `yaml:"leaves"` // records that must not
}

// CanaryPart is a component of a pseudo-release.
type CanaryPart struct {
	Purl     string `yaml:"purl"`
	CPE      string `yaml:"cpe"`
	Supplier string `yaml:"supplier"`
	Name     string `yaml:"name"`
	Version  string `yaml:"version"`
}

// Canaries returns the built-in pseudo-releases, in the order of their file.
func Canaries() []Canary {
	var in struct {
		Canaries []Canary `yaml:"canaries"`
	}
	if err := yaml.UnmarshalWithOptions(canaryText, &in, yaml.Strict()); err != nil {
		panic(err) // the file is part of the program; a test reads it
	}
	return in.Canaries
}

// Missing is an answer that a canary did not get.
type Missing struct {
	Source    advisory.Source
	Ecosystem string
	Component string // as the canary names it
	Record    string
	Found     bool // it was found and must not be: versions are not compared as they should be
}

// CheckCanaries returns what the index does not answer as it must. Whoever has
// not loaded a source, or an ecosystem of OSV, leaves out what is about it.
func CheckCanaries(index *Index) []Missing {
	var out []Missing
	for _, c := range Canaries() {
		components := make([]sbom.Component, len(c.Parts))
		for i, p := range c.Parts {
			components[i] = sbom.Component{Name: p.Name, Version: p.Version, Supplier: p.Supplier, Purl: p.Purl}
			if p.CPE != "" {
				components[i].CPEs = []string{p.CPE}
			}
		}
		var records []string
		for _, f := range index.Release(components)[0] {
			if f.Source == c.Source {
				records = append(records, f.Record)
			}
		}
		first := c.Parts[0]
		name := firstText(first.Purl, firstText(first.CPE, first.Supplier+" "+first.Name+" "+first.Version))
		report := func(list []string, found bool) {
			for _, record := range list {
				if slices.Contains(records, record) == found {
					out = append(out, Missing{c.Source, c.Ecosystem, name, record, found})
				}
			}
		}
		report(c.Finds, false)
		report(c.Leaves, true)
	}
	return out
}
