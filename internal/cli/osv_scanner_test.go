package cli

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mimamori/internal/advisory"
	"mimamori/internal/feed"
	"mimamori/internal/match"
	"mimamori/internal/sbom"
)

// scannedPair is a package of an ecosystem and a record that concerns it.
type scannedPair struct{ ecosystem, name, version, record string }

// scannedEcosystems are those that both programs read, by purl type.
var scannedEcosystems = map[string]string{"golang": "Go", "pypi": "PyPI", "cargo": "crates.io"}

// TestOSVScanner holds `mimamori match` to osv-scanner: all packages of the
// container fleet, and of every record the versions at which its answer turns.
// docs/reference/osv-scanner.md says why the two differ where they may. Set
// OSV_SCANNER to the program, or have it on the path.
func TestOSVScanner(t *testing.T) {
	program := os.Getenv("OSV_SCANNER")
	if program == "" {
		found, err := exec.LookPath("osv-scanner")
		if err != nil {
			t.Skip("skipped: there is no osv-scanner on the path, and OSV_SCANNER names none")
		}
		program = found
	}
	fleet := containerFleet(t)
	work := t.TempDir()
	packages := packagesToScan(t, fleet, filepath.Join(work, "records"))
	document := filepath.Join(work, "sboms", "all.cdx.json")
	writeFile(t, document, packages.cycloneDX(t))

	theirs := scanned(t, program, filepath.Dir(document), filepath.Join(work, "records"))
	ours := matched(t, packages, MatchCmd{OSV: fleet.OSV, SBOM: []string{document}, Format: "json", Mode: "comprehensive"})
	count := map[string]int{}
	for p := range theirs {
		if _, both := ours[p]; both {
			count[p.ecosystem+" both"]++
			continue
		}
		count[p.ecosystem+" only theirs"]++
		t.Errorf("only osv-scanner has %v", p)
	}
	for p, row := range ours {
		if theirs[p] {
			continue
		}
		why := packages.reason(p, row)
		count[p.ecosystem+" only ours: "+why]++
		if why == "" {
			t.Errorf("only mimamori has %v: %s", p, row.Evidence)
		}
	}
	t.Logf("%d packages: %v", len(packages.byPurl), count)
	if count["Go both"] < 10_000 || count["PyPI both"] < 10_000 || count["crates.io both"] < 1000 {
		t.Errorf("too little was compared: %v", count)
	}
}

// reason says why osv-scanner leaves a pair out, in the order in which
// docs/reference/osv-scanner.md has the reasons; empty when it does not say.
func (all scannedPackages) reason(p scannedPair, row matchRow) string {
	switch {
	case row.Class == match.Possible:
		return "possible"
	case p.ecosystem == "PyPI" && strings.Contains(p.name, "."):
		return "a dot in the name"
	case p.ecosystem == "Go" && p.name != strings.ToLower(p.name):
		return "capital letters"
	}
	switch behindGit, named := all.named[scannedPair{p.ecosystem, p.name, "", p.record}]; {
	case !named:
		return "another spelling"
	case behindGit:
		return "behind a GIT range"
	}
	return ""
}

// scannedPackages are the packages to scan.
type scannedPackages struct {
	byPurl map[string]scannedPackage
	// named has the names that records name, without a version: true where a
	// GIT range stands before others.
	named map[scannedPair]bool
}

type scannedPackage struct{ ecosystem, name, version string }

func (all scannedPackages) add(kind, name, version string) {
	namespace, last := "", name
	if at := strings.LastIndexByte(name, '/'); at >= 0 {
		namespace, last = name[:at+1], name[at+1:]
	}
	purl := "pkg:" + kind + "/" + namespace + url.PathEscape(last) + "@" + url.PathEscape(version)
	if _, err := sbom.ParsePurl(purl); err == nil {
		all.byPurl[purl] = scannedPackage{scannedEcosystems[kind], name, version}
	}
}

// packagesToScan lists the packages and writes the records as osv-scanner's
// database into dir.
func packagesToScan(t *testing.T, c MatchCmd, dir string) scannedPackages {
	t.Helper()
	all := scannedPackages{map[string]scannedPackage{}, map[scannedPair]bool{}}
	for found, err := range feed.SBOMs(c.SBOM[0]) {
		if err != nil {
			t.Fatal(err)
		}
		for i := range found.Document.Components {
			p, err := sbom.ParsePurl(found.Document.Components[i].Purl)
			if err != nil || scannedEcosystems[p.Type] == "" || p.Version == "" {
				continue
			}
			all.add(p.Type, strings.TrimPrefix(p.Namespace+"/"+p.Name, "/"), p.Version)
		}
	}
	archives := map[string]*zip.Writer{}
	buffers := map[string]*bytes.Buffer{}
	for kind, ecosystem := range scannedEcosystems {
		buffers[kind] = &bytes.Buffer{}
		archives[ecosystem] = zip.NewWriter(buffers[kind])
	}
	for _, path := range c.OSV {
		for a, err := range feed.OSV(path) {
			if err != nil {
				t.Fatal(err)
			}
			written := map[string]bool{}
			for _, affected := range a.Affected {
				for kind, ecosystem := range scannedEcosystems {
					if affected.Ecosystem != ecosystem {
						continue
					}
					if !written[ecosystem] {
						written[ecosystem] = true
						w, err := archives[ecosystem].Create(a.ID + ".json")
						if err == nil {
							_, err = w.Write(a.Raw)
						}
						if err != nil {
							t.Fatal(err)
						}
					}
					all.named[scannedPair{ecosystem, affected.Name, "", a.ID}] = len(affected.Ranges) > 1 && affected.Ranges[0].Kind == advisory.RangeGit
					for _, r := range affected.Ranges {
						for _, e := range r.Events {
							for _, version := range []string{e.Introduced, e.Fixed, e.LastAffected} {
								if version != "" && version != "0" && r.Kind != advisory.RangeGit {
									all.add(kind, affected.Name, version)
								}
							}
						}
					}
					for _, version := range affected.Versions[:min(1, len(affected.Versions))] {
						all.add(kind, affected.Name, version)
					}
				}
			}
		}
	}
	for kind, ecosystem := range scannedEcosystems {
		if err := archives[ecosystem].Close(); err != nil {
			t.Fatal(err)
		}
		for _, part := range []string{"osv-scanner", "osv-scalibr"} {
			writeFile(t, filepath.Join(dir, part, ecosystem, "all.zip"), buffers[kind].Bytes())
		}
	}
	return all
}

func writeFile(t *testing.T, path string, data []byte) {
	t.Helper()
	err := os.MkdirAll(filepath.Dir(path), 0o750)
	if err == nil {
		err = os.WriteFile(path, data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// cycloneDX writes the packages as a document. osv-scanner 2.5.0 takes the name
// of the component and not that of its purl.
func (all scannedPackages) cycloneDX(t *testing.T) []byte {
	t.Helper()
	components := []map[string]string{}
	for purl, p := range all.byPurl {
		components = append(components, map[string]string{"type": "library", "bom-ref": purl, "name": p.name, "version": p.version, "purl": purl})
	}
	slices.SortFunc(components, func(a, b map[string]string) int { return strings.Compare(a["purl"], b["purl"]) })
	data, err := json.Marshal(map[string]any{"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "components": components})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// scanned runs osv-scanner. It ends with another code than 0 when it finds something.
func scanned(t *testing.T, program, sboms, records string) map[scannedPair]bool {
	t.Helper()
	command := exec.CommandContext(t.Context(), program, "scan", "source", "--offline", "--recursive", "--no-resolve", "--all-packages", "--experimental-plugins", "sbom", "--format", "json", sboms)
	command.Env = append(os.Environ(), "OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY="+records, "OSV_SCALIBR_LOCAL_DB_CACHE_DIRECTORY="+records)
	var out, errs bytes.Buffer
	command.Stdout, command.Stderr = &out, &errs
	runErr := command.Run()
	var report struct {
		Results []struct {
			Packages []struct {
				Package         scannedName `json:"package"`
				Vulnerabilities []struct {
					ID string `json:"id"`
				} `json:"vulnerabilities"`
			} `json:"packages"`
		} `json:"results"`
	}
	if err := json.Unmarshal(out.Bytes(), &report); err != nil {
		t.Fatalf("%v, %v: %s", runErr, err, errs.String())
	}
	pairs := map[scannedPair]bool{}
	for _, result := range report.Results {
		for _, p := range result.Packages {
			for _, v := range p.Vulnerabilities {
				pairs[scannedPair{p.Package.Ecosystem, p.Package.Name, p.Package.Version, v.ID}] = true
			}
		}
	}
	return pairs
}

type scannedName struct {
	Ecosystem string `json:"ecosystem"`
	Name      string `json:"name"`
	Version   string `json:"version"`
}

func matched(t *testing.T, packages scannedPackages, c MatchCmd) map[scannedPair]matchRow {
	t.Helper()
	var out bytes.Buffer
	if err := matchFiles(&out, os.Stderr, c); exitCode(err) != int(ExitNeedsAction) {
		t.Fatal(err)
	}
	var rows []matchRow
	if err := json.Unmarshal(out.Bytes(), &rows); err != nil {
		t.Fatal(err)
	}
	pairs := map[scannedPair]matchRow{}
	for _, row := range rows {
		p := packages.byPurl[row.Purl]
		if p.name == "" {
			t.Fatal(fmt.Errorf("a row of a purl that was not given: %q", row.Purl))
		}
		pairs[scannedPair{p.ecosystem, p.name, p.version, row.Vulnerability}] = row
	}
	return pairs
}
