package sbom_test

import (
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"mimamori/internal/sbom"
)

// refused are the real documents that are not read, and what the reader says.
var refused = map[string]string{
	"istio-source.spdx": "has no end </text>: the file is cut off", // the last line stops in the middle of a licence
}

// archives has the real SBOMs with what must come out of them: documents,
// components, and components counted by an independent program (jq, grep) where
// want is not zero.
var archives = []struct {
	name                  string
	documents, components int
}{
	{"container-spdx-trivy.tar.gz", 632, 181508},
	{"cyclonedx-bom-examples.zip", 39, 0},
	{"dependency-track-boms.zip", 26, 0},
	{"medical-device-sbom.zip", 1, 55},
	{"spdx-examples.zip", 27, 0},
	{"spdx-tools-golang.zip", 16, 0},
	{"wild-spdx.zip", 17, 0},
}

// Every SBOM of the shared data is read, or refused for the reason listed.
// Documents that say the same in several forms give the same components.
func TestAllSharedSBOMs(t *testing.T) {
	twins, pairs := map[string]string{}, 0
	for _, archive := range archives {
		documents, components, slowest := 0, 0, time.Duration(0)
		shared(t, "sbom/"+archive.name, func(name string, r io.Reader) {
			start := time.Now()
			d, err := sbom.Read(r, name)
			slowest = max(slowest, time.Since(start))
			if want := refused[path.Base(name)]; want != "" || err != nil {
				if err == nil || want == "" || !strings.Contains(err.Error(), want) {
					t.Errorf("%s: got %v, want refused: %q", name, err, want)
				}
				return
			}
			documents++
			components += len(d.Components)
			if key := twin(name); key != "" {
				list := summary(d, false)
				if other, seen := twins[key]; seen {
					pairs++
					if strings.HasSuffix(name, ".rdf") { // the RDF example has two of the four packages
						other = strings.Join(slices.DeleteFunc(strings.Split(other, "\n"), func(line string) bool { return !strings.Contains(list, line) }), "\n")
						if len(d.Components) != 2 {
							t.Errorf("%s: %d components, want 2", name, len(d.Components))
						}
						if other == list {
							return
						}
					}
					if other != list {
						t.Errorf("%s: differs from its twin\n%s", name, difference(other, list))
					}
				}
				twins[key] = list
			}
		})
		t.Logf("%s: %d documents, %d components, slowest %v", archive.name, documents, components, slowest)
		if documents != archive.documents || archive.components != 0 && components != archive.components {
			t.Errorf("%s: %d documents with %d components, want %d with %d", archive.name, documents, components, archive.documents, archive.components)
		}
	}
	if pairs < 10 {
		t.Errorf("%d real documents in several forms, want 10 or more", pairs)
	}
}

// twin returns a key that is equal for documents that say the same.
func twin(name string) string {
	base := path.Base(name)
	switch {
	case strings.HasPrefix(name, "SBOM/"):
		return strings.TrimSuffix(name, path.Ext(name))
	case strings.HasPrefix(name, "examples/sample-docs/") && strings.HasPrefix(base, "SPDX"):
		if strings.Contains(base, "2.3") {
			return "SPDX example 2.3"
		}
		return "SPDX example 2.2"
	case strings.HasPrefix(base, "flagger"), strings.HasPrefix(base, "helm-controller"), strings.HasPrefix(base, "kustomizer"):
		// Made by one tool from one image. In the pair "source-controller" the publisher replaced "sha256" in one of the two.
		return strings.TrimSuffix(base, ".json")
	}
	return ""
}

// difference lists the lines that only one of the texts has.
func difference(a, b string) string {
	var out []string
	before, after := strings.Split(a, "\n"), strings.Split(b, "\n")
	for _, line := range before {
		if !slices.Contains(after, line) {
			out = append(out, "- "+line)
		}
	}
	for _, line := range after {
		if !slices.Contains(before, line) {
			out = append(out, "+ "+line)
		}
	}
	return strings.Join(out[:min(len(out), 20)], "\n")
}

// summary lists the components in a form that is equal for equal content.
func summary(d *sbom.Document, all bool) string {
	var lines []string
	for _, c := range d.Components {
		line := fmt.Sprintf("%s|%s|%s|%s|%s|%s|%v|%v", c.Type, c.Group, c.Name, c.Version, c.Purl, c.Supplier, c.CPEs, c.Hashes)
		if all {
			line += fmt.Sprintf("|%s|%s|%v|%v|%s|%s|%v", c.Ref, c.Parent, c.OtherPurls, c.Authors, c.SourceName, c.SourceVersion, c.Licenses)
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	if all {
		for _, e := range d.Dependencies {
			lines = append(lines, fmt.Sprintf("%s -> %s (%s)", e.From, e.To, e.Kind))
		}
		for _, s := range d.Statements {
			lines = append(lines, fmt.Sprintf("%+v", s))
		}
	}
	return strings.Join(lines, "\n")
}
