package match

import (
	"cmp"
	"regexp"
	"strings"

	"mimamori/internal/version"

	"github.com/package-url/packageurl-go"
)

// pkg is a package as OSV names it.
type pkg struct {
	ecosystem string // without release, as OSV spells it
	name      string // normalized
	release   string // release of a distribution; empty when not known or none
	weak      string // why the mapping is uncertain; empty when it is exact
}

// ofType maps purl types that stand for one OSV ecosystem each. dotnet-core is
// how Trivy calls NuGet packages of an application.
var ofType = map[string]string{
	"npm": "npm", "pypi": "PyPI", "golang": "Go", "maven": "Maven", "cargo": "crates.io", "gem": "RubyGems",
	"composer": "Packagist", "nuget": "NuGet", "dotnet-core": "NuGet", "hex": "Hex", "pub": "Pub", "hackage": "Hackage",
	"cran": "CRAN", "bioconductor": "Bioconductor", "conan": "ConanCenter", "swift": "SwiftURL", "julia": "Julia", "bitnami": "Bitnami",
	"github": "GitHub Actions", "githubactions": "GitHub Actions", "opam": "opam", "vscode-extension": "VSCode", "k8s": "Kubernetes",
	"generic": "OSS-Fuzz",
}

// ofDistribution maps type and namespace of packages of an operating system.
var ofDistribution = map[string]string{
	"deb/debian": "Debian", "deb/ubuntu": "Ubuntu", "deb/echo": "Echo",
	"apk/alpine": "Alpine", "apk/wolfi": "Wolfi", "apk/chainguard": "Chainguard", "apk/minimos": "MinimOS", "apk/alpaquita": "Alpaquita",
	"apk/bellsoft-hardened-containers": "BellSoft Hardened Containers",
	"rpm/redhat":                       "Red Hat", "rpm/rhel": "Red Hat", "rpm/almalinux": "AlmaLinux", "rpm/alma": "AlmaLinux",
	"rpm/rocky": "Rocky Linux", "rpm/rockylinux": "Rocky Linux", "rpm/rocky-linux": "Rocky Linux",
	"rpm/suse": "SUSE", "rpm/sles": "SUSE", "rpm/sled": "SUSE", "rpm/sle-micro": "SUSE", "rpm/sl-micro": "SUSE",
	"rpm/opensuse": "openSUSE", "rpm/opensuse-leap": "openSUSE", "rpm/opensuse.leap": "openSUSE",
	"rpm/opensuse-tumbleweed": "openSUSE", "rpm/opensuse.tumbleweed": "openSUSE",
	"rpm/mageia": "Mageia", "rpm/openeuler": "openEuler", "rpm/photon": "Photon OS",
	"rpm/azurelinux": "Azure Linux", "rpm/azure-linux": "Azure Linux", "rpm/mariner": "Azure Linux", "rpm/cbl-mariner": "Azure Linux",
}

// ofPurl maps a package URL to the package OSV knows it as; false when there
// is none.
func ofPurl(p packageurl.PackageURL) (pkg, bool) {
	if ecosystem, known := ofType[p.Type]; known {
		name := p.Name
		if p.Namespace != "" {
			separator := "/"
			if ecosystem == "Maven" {
				separator = ":"
			}
			name = p.Namespace + separator + p.Name
		}
		out := pkg{ecosystem: ecosystem, name: normalName(ecosystem, name)}
		if ecosystem == "OSS-Fuzz" {
			out.weak = "a generic purl names no registry"
		}
		return out, true
	}
	namespace := strings.ToLower(p.Namespace)
	qualifiers := p.Qualifiers.Map()
	distro := strings.ToLower(cmp.Or(qualifiers["distro"], qualifiers["distro_name"]))
	ecosystem, known := ofDistribution[p.Type+"/"+namespace]
	if !known && namespace == "" {
		family, _, _ := strings.Cut(distro, "-")
		ecosystem, known = ofDistribution[p.Type+"/"+family]
	}
	if !known {
		return pkg{}, false
	}
	if ecosystem == "openSUSE" || ecosystem == "SUSE" { // one namespace may hold both
		switch {
		case strings.HasPrefix(distro, "opensuse"):
			ecosystem = "openSUSE"
		case strings.HasPrefix(distro, "sl"), strings.HasPrefix(distro, "suse"):
			ecosystem = "SUSE"
		}
	}
	return pkg{ecosystem: ecosystem, name: normalName(ecosystem, p.Name), release: componentRelease(ecosystem, distro)}, true
}

var pep503 = regexp.MustCompile(`[-_.]+`)

// normalName brings a name to the form in which its ecosystem holds two names
// to be the same: PEP 503 for PyPI; letter case for registries that ignore it
// (a Go purl is lower case by its specification, a Go module is not); - and _
// for crates.io, which admits only one of the spellings.
func normalName(ecosystem, name string) string {
	switch ecosystem {
	case "PyPI":
		return pep503.ReplaceAllString(strings.ToLower(name), "-")
	case "crates.io":
		return strings.ReplaceAll(strings.ToLower(name), "_", "-")
	case "Go":
		name = strings.ToLower(name)
		if name == "std" {
			return "stdlib"
		}
		return name
	case "SwiftURL":
		return strings.TrimSuffix(strings.TrimPrefix(strings.ToLower(name), "https://"), ".git")
	case "Packagist", "NuGet", "Hex", "Pub", "GitHub Actions", "Bitnami", "VSCode",
		"Debian", "Ubuntu", "Alpine", "Wolfi", "Chainguard", "MinimOS", "Alpaquita", "BellSoft Hardened Containers", "Echo":
		return strings.ToLower(name)
	}
	return name
}

// osvKey is the index key of a package: ecosystem in lower case, without the
// release, and normalized name.
func osvKey(ecosystem, name string) string { return "osv:" + strings.ToLower(ecosystem) + ":" + name }

// purlKey is the index key of a purl without version and qualifiers.
func purlKey(p packageurl.PackageURL) string {
	key := "purl:" + p.Type + "/"
	if p.Namespace != "" {
		key += p.Namespace + "/"
	}
	return key + p.Name
}

// sourceKey is the index key of a distribution's source package.
func sourceKey(p packageurl.PackageURL) string {
	return "source:" + strings.TrimPrefix(purlKey(p), "purl:")
}

// vendorPurlKeys returns the index keys of a purl in a record: a source
// package stands for all that is built from it, too.
func vendorPurlKeys(p packageurl.PackageURL) []string {
	keys := []string{purlKey(p)}
	if arch := p.Qualifiers.Map()["arch"]; distribution(p) && (arch == "src" || arch == "source") {
		keys = append(keys, sourceKey(p))
	}
	return keys
}

// purlLabel is the purl without version and qualifiers, for evidence.
func purlLabel(p packageurl.PackageURL) string {
	return "pkg:" + strings.TrimPrefix(purlKey(p), "purl:")
}

// sourceLabel is purlLabel with the source package behind it.
func sourceLabel(p packageurl.PackageURL, source string) string {
	return purlLabel(p) + " (source " + source + ")"
}

// gemPlatform is what a Ruby gem built for one platform has behind its version:
// 1.13.6-x86_64-linux is 1.13.6, and not a pre-release of it.
var gemPlatform = regexp.MustCompile(`-(?:java|jruby|ruby|mswin|mingw|(?:x86|x64|aarch64|arm|universal|i[3-6]86|ppc|powerpc|s390|riscv)[0-9A-Za-z_]*-).*$`)

// purlVersion returns the version that is compared: the purl's own, or else
// stated, which the document gives beside it. Linux distributions may keep the
// epoch in a qualifier; the Go toolchain writes "go1.20" for its library.
func purlVersion(p packageurl.PackageURL, ecosystem, stated string) string {
	v := cmp.Or(p.Version, stated)
	switch {
	case p.Type == "rpm" || p.Type == "deb":
		return withEpoch(p, v)
	case ecosystem == "Go":
		return strings.TrimPrefix(v, "go")
	case ecosystem == "RubyGems":
		return gemPlatform.ReplaceAllString(v, "")
	}
	return v
}

// withEpoch puts the epoch that the purl tells before a version without one.
func withEpoch(p packageurl.PackageURL, v string) string {
	if epoch := p.Qualifiers.Map()["epoch"]; epoch != "" && strings.ContainsAny(v, "0123456789") && !strings.Contains(v, ":") {
		return epoch + ":" + v
	}
	return v
}

// purlScheme returns the comparison rules of a purl type, for sources that
// name versions of purls themselves.
func purlScheme(p packageurl.PackageURL) version.Scheme {
	switch p.Type {
	case "rpm":
		return "Red Hat"
	case "deb":
		return "Debian"
	case "apk":
		return "Alpine"
	}
	if ecosystem, known := ofType[p.Type]; known {
		return version.SchemeOf(ecosystem)
	}
	return version.Generic
}

// distribution tells whether the purl is of an operating system's package,
// which may be patched without a change of the upstream version.
func distribution(p packageurl.PackageURL) bool {
	switch p.Type {
	case "deb", "rpm", "apk", "alpm", "ebuild":
		return true
	}
	return false
}
