package advisory

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"mimamori/internal/fault"
)

// Kind is a kind of vulnerability data, as users name it.
type Kind string

// The kinds. A CSAF document of the VEX profile is KindCSAF; VEX reads it too.
const (
	KindOSV  Kind = "osv"
	KindCSAF Kind = "csaf"
	KindKEV  Kind = "kev"
	KindCVE  Kind = "cve"
	KindNVD  Kind = "nvd"
	KindJVN  Kind = "jvn"
	KindVEX  Kind = "vex"
	KindEPSS Kind = "epss"
	KindEOL  Kind = "eol"
)

// DetectBytes is how much of a file Detect wants to see.
const DetectBytes = 64 << 10

// Detect tells from the start of a file, decompressed, what kind of data it
// holds. It fails with a fault.Invalid error that says what was found when the
// start does not tell: then the kind has to be named.
func Detect(head []byte, name string) (Kind, error) {
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\uFEFF")), " \t\r\n")
	found := "neither JSON, XML nor CSV of a known kind"
	switch {
	case len(text) == 0:
		return "", fault.New(fault.Invalid, "%s: the file is empty: fetch it again", name)
	case text[0] == '{' || text[0] == '[':
		kind, why := detectJSON(text)
		if kind != "" {
			return kind, nil
		}
		found = why
	case text[0] == '<':
		switch {
		case bytes.Contains(text, []byte("<VULDEF-Document")), bytes.Contains(text, []byte("jvn.jp/rss")) && bytes.Contains(text, []byte("RDF")):
			return KindJVN, nil
		}
		found = "XML that is not of JVN iPedia"
	case bytes.HasPrefix(text, []byte("#model_version:")), bytes.HasPrefix(text, []byte("cve,epss")):
		return KindEPSS, nil
	case bytes.HasPrefix(text, []byte("cveID,")), bytes.HasPrefix(text, []byte(`"cveID",`)):
		return KindKEV, nil
	}
	return "", fault.New(fault.Invalid, "%s: what kind of data this is cannot be told (found %s): name the kind", name, found)
}

// detectJSON tells the kind by the names of the first object, or what it is
// instead.
func detectJSON(text []byte) (kind Kind, found string) {
	top, inner := memberNames(text)
	has := func(names ...string) bool {
		return !slices.ContainsFunc(names, func(n string) bool { return !slices.Contains(top, n) })
	}
	within := func(name string) bool { return slices.Contains(inner, name) }
	cycloneDX := bytes.Contains(text, []byte(`"CycloneDX"`))
	switch {
	case has("cveMetadata"), has("containers"):
		return KindCVE, ""
	case has("CVE_Items"), has("vulnerabilities", "resultsPerPage"),
		has("_annotation", "cve"), has("cve") && (within("CVE_data_meta") || within("sourceIdentifier")):
		return KindNVD, ""
	case has("catalogVersion"):
		return KindKEV, ""
	case has("document") && (within("csaf_version") || within("tracking")):
		return KindCSAF, ""
	case has("bomFormat") && cycloneDX && has("vulnerabilities") && !has("components"):
		return KindVEX, ""
	case has("bomFormat"), has("spdxVersion"), has("SPDXID"):
		return "", "an SBOM; VEX statements inside it are read when the kind vex is named"
	case has("@context") && bytes.Contains(text, []byte("openvex")), has("statements", "author"):
		return KindVEX, ""
	case has("data", "status-code"), has("data", "status") && bytes.Contains(text, []byte(`"epss"`)):
		return KindEPSS, ""
	case has("result", "schema_version"), has("cycle", "eol"), has("releases", "identifiers"):
		return KindEOL, ""
	case has("feed"), has("aggregator"), has("canonical_url"):
		return "", "a list of advisories, not the advisories"
	case has("id") && (has("affected") || has("modified") || has("schema_version")):
		return KindOSV, ""
	}
	const most = 8
	return "", "JSON with the members " + strings.Join(top[:min(len(top), most)], ", ")
}

// memberNames returns the names of the members of the first object in text,
// which may be the first of a list, and those one level further in. The text
// may be cut off.
func memberNames(text []byte) (top, inner []string) {
	depth, first := 0, 1
	if text[0] == '[' {
		first = 2
	}
	for at := 0; at < len(text); at++ {
		switch text[at] {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth < first {
				return top, inner
			}
		case '"':
			end := at + 1
			for end < len(text) && text[end] != '"' {
				if text[end] == '\\' {
					end++
				}
				end++
			}
			if end >= len(text) {
				return top, inner
			}
			rest := bytes.TrimLeft(text[end+1:], " \t\r\n")
			var name string
			if len(rest) > 0 && rest[0] == ':' && depth <= first+1 && json.Unmarshal(text[at:end+1], &name) == nil {
				if depth == first {
					top = append(top, name)
				} else {
					inner = append(inner, name)
				}
			}
			at = end
		}
	}
	return top, inner
}
