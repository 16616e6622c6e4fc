package match

import (
	"strings"

	"mimamori/internal/sbom"

	"github.com/package-url/packageurl-go"
)

// purlTypes are the ecosystems, as keys spell them, whose packages are proposed
// as identities. Packages of distributions are not: a component that somebody
// built into a device is none of them, and their versions mean something else.
var purlTypes = map[string]string{
	"npm": "npm", "pypi": "pypi", "go": "golang", "maven": "maven", "crates.io": "cargo", "rubygems": "gem", "packagist": "composer",
	"nuget": "nuget", "hex": "hex", "pub": "pub", "hackage": "hackage", "cran": "cran", "conancenter": "conan", "swifturl": "swift",
	"julia": "julia", "bitnami": "bitnami", "opam": "opam",
}

// Coverage returns how the keys of a source begin that speaks about the packages
// of a component's registry or distribution by name, and what that is called:
// "osv:npm:" and "npm" of "osv:npm:lodash", "purl:rpm/amazon/" and "rpm/amazon"
// of "purl:rpm/amazon/curl". A source with such keys knows the package or has
// nothing to say about it; without one nothing can be said. false for other keys.
func Coverage(key string) (prefix, name string, ok bool) {
	if ecosystem, ok := PackageEcosystem(key); ok {
		return "osv:" + ecosystem + ":", ecosystem, true
	}
	rest, isPurl := strings.CutPrefix(key, "purl:")
	kind, rest, _ := strings.Cut(rest, "/")
	namespace, _, named := strings.Cut(rest, "/")
	if !isPurl || !named || !distribution(packageurl.PackageURL{Type: kind}) {
		return "", "", false
	}
	return "purl:" + kind + "/" + namespace + "/", kind + "/" + namespace, true
}

// PackageEcosystem returns the ecosystem of a matching key of a package in a
// registry or distribution that is known by name, "npm" of "osv:npm:lodash". A
// source that covers the ecosystem knows such a package or has nothing to say
// about it. false for other keys, and for generic purls, whose name nobody
// registers.
func PackageEcosystem(key string) (string, bool) {
	rest, ok := strings.CutPrefix(key, "osv:")
	ecosystem, _, named := strings.Cut(rest, ":")
	return ecosystem, ok && named && ecosystem != "oss-fuzz"
}

// IdentityKey tells whether a matching key is of an identity: a purl, a CPE name
// or a repository, and not of a name or of a file's digest.
func IdentityKey(key string) bool {
	return !strings.HasPrefix(key, namePrefix) && !strings.HasPrefix(key, "hash:")
}

// NamedByKey returns what a matching key of advisories names, of which there
// are that many: an identity that can be proposed, or the vendor and product of
// a record that has no identifier. false for keys that are neither.
func NamedByKey(key string, records int) (Named, bool) {
	switch {
	case strings.HasPrefix(key, "cpe:"):
		parts := strings.Split(key, ":")
		if len(parts) != 4 || parts[2] == sbom.Any || parts[3] == sbom.Any || parts[2] == "" || parts[3] == "" {
			return Named{}, false
		}
		c := sbom.CPE{Part: parts[1], Vendor: parts[2], Product: parts[3]}
		return Named{Supplier: spaced(c.Vendor), Name: spaced(c.Product), Identity: cpeIdentity(c), Records: records}, true
	case strings.HasPrefix(key, namePrefix):
		vendor, product, _ := strings.Cut(strings.TrimPrefix(key, namePrefix), "|")
		return Named{Supplier: vendor, Name: product, Records: records, key: key}, product != ""
	}
	ecosystem, ok := PackageEcosystem(key)
	kind := purlTypes[ecosystem]
	if !ok || kind == "" {
		return Named{}, false
	}
	name := strings.TrimPrefix(key, "osv:"+ecosystem+":")
	namespace, separator := "", "/"
	if kind == "maven" {
		separator = ":"
	}
	if at := strings.LastIndex(name, separator); at >= 0 {
		namespace, name = name[:at], name[at+1:]
	}
	if name == "" {
		return Named{}, false
	}
	return Named{Supplier: namespace, Name: name, Identity: packageurl.NewPackageURL(kind, namespace, name, "", nil, "").ToString(), Records: records}, true
}

// cpeIdentity is the CPE name of any version.
func cpeIdentity(c sbom.CPE) string {
	return "cpe:2.3:" + c.Part + ":" + escaped(c.Vendor) + ":" + escaped(c.Product) + ":*:*:*:*:*:*:*:*"
}
