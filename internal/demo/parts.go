package demo

import (
	"embed"
	"fmt"
	"strings"

	"github.com/package-url/packageurl-go"
)

//go:embed data/*.txt data/*.json data/*.jsonl
var data embed.FS

// part is one component of a sample SBOM.
type part struct {
	group, name, version, supplier string
	purl, cpe                      string // "" where nobody recorded one
	source                         string // source package of a distribution
	kind                           string // CycloneDX component type
}

// readParts reads a list of parts from data/. A line is kind|name|version and,
// by kind, one more field:
//
//	deb|binary package|version|source package, when it has another name
//	maven|group:artifact|version     npm|name|version     pypi|name|version
//	generic|name|version|CPE vendor:product, with "o:" in front for an operating system
//	cpe|name|version|CPE part:vendor:product:version:update
//	none|name|version|supplier
func readParts(file, distro string) ([]part, error) {
	text, err := data.ReadFile("data/" + file)
	if err != nil {
		return nil, err
	}
	var parts []part
	for i, line := range strings.Split(string(text), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(line, "|")
		if len(fields) < 3 {
			return nil, fmt.Errorf("%s, line %d: %q has fewer than three fields", file, i+1, line)
		}
		p, err := newPart(fields[0], fields[1], fields[2], strings.Join(fields[3:], "|"), distro)
		if err != nil {
			return nil, fmt.Errorf("%s, line %d: %w", file, i+1, err)
		}
		parts = append(parts, p)
	}
	return parts, nil
}

func newPart(kind, name, version, more, distro string) (part, error) {
	p := part{name: name, version: version, kind: "library"}
	switch kind {
	case "deb":
		p.source = more
		if p.source == "" {
			p.source = name
		}
		qualifiers := map[string]string{"arch": "amd64", "distro": distro}
		if p.source != name {
			qualifiers["upstream"] = p.source
		}
		p.purl = purl("deb", "debian", name, version, qualifiers)
	case "maven":
		p.group, p.name, _ = strings.Cut(name, ":")
		p.purl = purl("maven", p.group, p.name, version, map[string]string{"type": "jar"})
	case "npm":
		if scope, rest, scoped := strings.Cut(name, "/"); scoped {
			p.group, p.name = scope, rest
		}
		p.purl = purl("npm", p.group, p.name, version, nil)
	case "pypi":
		p.purl = purl("pypi", "", name, version, nil)
	case "generic":
		p.purl = purl("generic", "", name, version, nil)
		if more != "" {
			if strings.Count(more, ":") == 1 {
				more = "a:" + more
			}
			p.cpe = cpe(more + ":" + version)
		}
	case "cpe":
		p.cpe = cpe(more)
	case "none":
		p.supplier, p.kind = more, "firmware"
	default:
		return part{}, fmt.Errorf("unknown kind %q", kind)
	}
	if strings.HasPrefix(more, "o:") {
		p.kind = "operating-system"
	}
	return p, nil
}

func purl(kind, namespace, name, version string, qualifiers map[string]string) string {
	return packageurl.NewPackageURL(kind, namespace, name, version, packageurl.QualifiersFromMap(qualifiers), "").ToString()
}

// cpe fills the attributes that are not given with ANY.
func cpe(given string) string {
	const attributes = 11
	return "cpe:2.3:" + given + strings.Repeat(":*", attributes-1-strings.Count(given, ":"))
}
