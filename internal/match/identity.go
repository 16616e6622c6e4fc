package match

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"mimamori/internal/advisory"
	"mimamori/internal/sbom"
	"mimamori/internal/version"

	"github.com/package-url/packageurl-go"
	"golang.org/x/text/unicode/norm"
)

// identity is one way in which a component can be looked up.
type identity struct {
	key     string
	rule    Rule
	label   string         // shown in evidence
	version string         // to be compared
	scheme  version.Scheme // for osv and purl keys
	pkg     pkg            // for osv keys
	name    cpeName        // for cpe keys
	weak    string         // why a match by it is only possible
	known   *versionTable  // versions of records that were read before; may be nil

	read       subject // version as read under readScheme
	readScheme version.Scheme
}

// subject reads the version under scheme, once.
func (id *identity) subject(scheme version.Scheme) subject {
	if id.readScheme != scheme {
		id.read, id.readScheme = subjectOf(scheme, id.version), scheme
	}
	return id.read
}

// identities lists every way to look a component up, strongest first.
func identities(c *sbom.Component, aliases *Aliases) []identity {
	if product, device := deviceProduct(c.Purl); device {
		return aliases.device(product, c)
	}
	var out []identity
	patched := ""
	for i, text := range append([]string{c.Purl}, c.OtherPurls...) {
		if i > 0 && text == c.Purl || text == "" {
			continue
		}
		p, err := packageurl.FromString(text)
		if p.Type == "" || p.Name == "" {
			continue
		}
		if distribution(p) {
			patched = "the distribution may have patched it without a new upstream version"
		}
		ids := ofPurlText(c, p)
		if err != nil { // a qualifier too few, or given twice: the name was read all the same
			for i := range ids {
				ids[i].weak = "the purl breaks a rule of its type"
			}
		}
		out = append(out, ids...)
	}
	for _, h := range c.Hashes {
		out = append(out, identity{key: hashKey(h.Algorithm, h.Value), rule: ByHash, label: h.Algorithm + " " + h.Value, version: c.Version})
	}
	for _, text := range c.CPEs {
		name, err := sbom.ParseCPE(text)
		if err != nil {
			continue
		}
		v := name.Version
		if v == sbom.Any || v == sbom.NA {
			v = c.Version
		}
		id := identity{key: cpeKey(name), rule: ByCPE, label: cpeLabel(name), version: v, name: cpeNameOf(name), weak: patched}
		out = append(out, id)
		if name.Vendor != sbom.Any { // records whose vendor is ANY speak of every vendor's
			id.key = cpeKey(sbom.CPE{Part: name.Part, Vendor: sbom.Any, Product: name.Product})
			id.weak = cmp.Or(id.weak, "the record names the product only, of any vendor")
			out = append(out, id)
		}
	}
	out = append(out, aliases.identities(c)...)
	if key, ok := nameKey(c.Supplier, c.Name); ok {
		out = append(out, identity{key: key, rule: ByName, label: c.Supplier + " " + c.Name, version: c.Version, weak: "the names agree, but no identifier does"})
	}
	return out
}

// ofPurlText gives the identities of one purl: as a package of its ecosystem,
// as its distribution's source package, as a repository, and by itself.
func ofPurlText(c *sbom.Component, p packageurl.PackageURL) []identity {
	var out []identity
	known, ok := ofPurl(p)
	v := purlVersion(p, known.ecosystem, c.Version)
	source, sourceVersion := sourcePackage(c, p)
	sourceVersion = cmp.Or(sourceVersion, v)
	if ok {
		out = ofPackage(p, known, v, source, sourceVersion)
	}
	if source != "" {
		s := p
		s.Name = source
		out = append(out, identity{key: sourceKey(s), rule: BySource, label: sourceLabel(p, source), version: sourceVersion, scheme: purlScheme(p), pkg: known})
	}
	if repo := repository(p); repo != "" {
		out = append(out, identity{key: repoKey(repo), rule: ByPurl, label: purlLabel(p), version: v, scheme: version.Generic})
	}
	return append(out, identity{key: purlKey(p), rule: ByPurl, label: purlLabel(p), version: v, scheme: purlScheme(p), pkg: known})
}

// ofPackage gives the identities under which OSV records may name a package.
func ofPackage(p packageurl.PackageURL, known pkg, v, source, sourceVersion string) []identity {
	var out []identity
	id := identity{key: osvKey(known.ecosystem, known.name), rule: ByPurl, label: purlLabel(p), version: v, scheme: version.SchemeOf(known.ecosystem), pkg: known, weak: known.weak}
	// Records of distributions name source packages. Where they always do, a
	// binary package of that name is another thing.
	switch known.ecosystem {
	case "Debian", "Ubuntu", "Alpine":
		if source == "" {
			out = append(out, id)
		}
	default:
		out = append(out, id)
	}
	if source != "" {
		s := id
		s.pkg.name = normalName(known.ecosystem, source)
		s.key, s.version = osvKey(known.ecosystem, s.pkg.name), sourceVersion
		if s.pkg.name != known.name {
			s.rule, s.label = BySource, sourceLabel(p, source)
			if known.ecosystem == "Red Hat" || known.ecosystem == "AlmaLinux" {
				s.weak = "the record names the packages it concerns, and of this one only the source"
			}
		}
		if len(out) == 0 || s.key != id.key {
			out = append(out, s)
		}
	}
	if known.ecosystem == "Go" {
		out = append(out, identity{
			key: importKey(known.name), rule: ByImport, label: id.label, version: v, scheme: id.scheme, pkg: known,
			weak: "the purl names a package inside the module",
		})
	}
	return out
}

// repository returns the address of the repository that a purl names: by its
// type, or in the qualifier vcs_url, "git+https://host/owner/name.git@commit".
func repository(p packageurl.PackageURL) string {
	switch p.Type {
	case "github":
		return "github.com/" + p.Namespace + "/" + p.Name
	case "gitlab":
		return "gitlab.com/" + p.Namespace + "/" + p.Name
	case "bitbucket":
		return "bitbucket.org/" + p.Namespace + "/" + p.Name
	}
	address := p.Qualifiers.Map()["vcs_url"]
	if at := strings.LastIndexByte(address, '@'); at > strings.LastIndexByte(address, '/') {
		address = address[:at]
	}
	return address
}

// repoKey is the index key of a repository, without protocol and ".git".
func repoKey(address string) string {
	if _, rest, found := strings.Cut(address, "://"); found {
		address = rest
	}
	return "repo:" + strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(address), "/"), ".git")
}

var sourceRPM = regexp.MustCompile(`^(.+)-([^-]+-[^-]+)\.src\.rpm$`)

// sourcePackage returns the source package's name and, when it is told, its
// version: from the document, or from a qualifier of the purl. Syft writes
// upstream as "name", "name@version" or "name-version-release.src.rpm"; SCALIBR
// writes source and sourceversion, sourcerpm, or origin. The name of an RPM
// file does not tell the epoch: it is the one of the component.
func sourcePackage(c *sbom.Component, p packageurl.PackageURL) (name, v string) {
	if !distribution(p) {
		return "", ""
	}
	if c.SourceName != "" {
		return c.SourceName, c.SourceVersion
	}
	qualifiers := p.Qualifiers.Map()
	if source := qualifiers["source"]; source != "" {
		return source, qualifiers["sourceversion"]
	}
	upstream := cmp.Or(qualifiers["upstream"], qualifiers["sourcerpm"], qualifiers["origin"])
	if m := sourceRPM.FindStringSubmatch(upstream); m != nil {
		return m[1], withEpoch(p, m[2])
	}
	name, v, _ = strings.Cut(upstream, "@")
	return name, v
}

func hashKey(algorithm, value string) string {
	return "hash:" + strings.ReplaceAll(strings.ToLower(algorithm), "-", "") + ":" + strings.ToLower(value)
}

func cpeKey(c sbom.CPE) string { return "cpe:" + c.Part + ":" + c.Vendor + ":" + c.Product }

func cpeLabel(c sbom.CPE) string { return "cpe:2.3:" + c.Part + ":" + c.Vendor + ":" + c.Product }

var linuxKernel = sbom.CPE{Part: "o", Vendor: "linux", Product: "linux_kernel"}

func importKey(path string) string { return "import:" + path }

var legalForms = []string{"inc", "ltd", "llc", "gmbh", "corp", "corporation", "co", "company", "ag", "kg", "plc", "bv", "sa", "kk", "limited", "incorporated"}

// nameKey is the key of a supplier and a product name: compatibility forms
// folded (NFKC), lower case, signs dropped, legal forms dropped from the
// supplier, and the supplier dropped from the front of the product. It needs
// both names.
func nameKey(supplier, product string) (string, bool) {
	s, p := nameWords(supplier), nameWords(product)
	for len(s) > 1 && slices.Contains(legalForms, s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	if len(p) > len(s) && len(s) > 0 && slices.Equal(p[:len(s)], s) {
		p = p[len(s):]
	}
	if len(s) == 0 || len(p) == 0 {
		return "", false
	}
	return "name:" + strings.Join(s, " ") + "|" + strings.Join(p, " "), true
}

// nameWords cuts a name into words as nameKey compares them.
func nameWords(text string) []string {
	return strings.FieldsFunc(strings.ToLower(norm.NFKC.String(text)), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
}

// Keys returns the canonical keys under which advisories about the component
// are found, without duplicates. They are stable texts for a store to index:
//
//	osv:npm:lodash  osv:debian:util-linux  import:example.com/m/p
//	repo:github.com/openssl/openssl  purl:rpm/redhat/openssl  source:rpm/redhat/openssl  cpe:a:openssl:openssl  cpe:a:*:openssl  hash:sha256:...  name:philips|intellivue
//
// A component and an advisory that share no key have no finding.
func Keys(c sbom.Component) []string {
	return keysOf(identities(&c, nil))
}

func keysOf(ids []identity) []string {
	var keys []string
	for i := range ids {
		if !slices.Contains(keys, ids[i].key) {
			keys = append(keys, ids[i].key)
		}
	}
	return keys
}

// AdvisoryKeys returns the keys of everything the advisory leaves affected or
// undecided, without duplicates. A withdrawn advisory has none.
func AdvisoryKeys(a advisory.Advisory) []string {
	if !a.Withdrawn.IsZero() {
		return nil
	}
	seen := map[string]bool{}
	var keys []string
	for _, list := range entriesKeys(&a) {
		for _, key := range list {
			if !seen[key] {
				seen[key] = true
				keys = append(keys, key)
			}
		}
	}
	return keys
}

// entriesKeys returns the keys of each affected entry of the advisory.
//
// A Go record may name a module and, as a package of its parent module, the
// same path: the path is a module then, and no package key is made of it.
func entriesKeys(a *advisory.Advisory) [][]string {
	modules := map[string]bool{}
	for i := range a.Affected {
		modules[importKey(normalName("Go", a.Affected[i].Name))] = true
	}
	out := make([][]string, len(a.Affected))
	for i := range a.Affected {
		out[i] = slices.DeleteFunc(entryKeys(a.Source, &a.Affected[i]), func(key string) bool { return modules[key] })
	}
	return out
}

// entryKeys returns the keys of one affected entry.
func entryKeys(source advisory.Source, f *advisory.Affected) []string {
	if !f.Status.Open() {
		return nil
	}
	var keys []string
	add := func(key string) {
		if !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	p, err := packageurl.FromString(f.Purl)
	hasPurl := f.Purl != "" && err == nil
	if source == advisory.SourceOSV {
		if f.Ecosystem != "" && f.Name != "" {
			base, _, _ := strings.Cut(f.Ecosystem, ":")
			add(osvKey(base, normalName(spelled(base), f.Name)))
		} else if hasPurl {
			if known, ok := ofPurl(p); ok {
				add(osvKey(known.ecosystem, known.name))
			}
		} else {
			for _, r := range f.Ranges { // a record of a repository, of no package
				if r.Kind == advisory.RangeGit && r.Repo != "" {
					add(repoKey(r.Repo))
				}
			}
		}
		if strings.EqualFold(f.Ecosystem, "Linux") && f.Name == "Kernel" {
			add(cpeKey(linuxKernel)) // no purl type names it
		}
		for _, path := range f.Imports {
			add(importKey(normalName("Go", path)))
		}
	} else {
		for _, text := range append([]string{f.Purl}, f.Purls...) {
			if p, err := packageurl.FromString(text); err == nil {
				for _, key := range vendorPurlKeys(p) {
					add(key)
				}
			}
		}
		for _, h := range f.Hashes {
			add(hashKey(h.Algorithm, h.Value))
		}
		if key, ok := nameKey(f.Vendor, f.Product); ok {
			add(key)
		}
	}
	product := "" // as the names before start: an entry may have hundreds of one product
	for _, text := range f.CPEs {
		if product != "" && strings.HasPrefix(text, product) {
			continue
		}
		if name, err := sbom.ParseCPE(text); err == nil {
			add(cpeKey(name))
			product = productOfCPE(text)
		}
	}
	return keys
}

// productOfCPE returns the start of a CPE 2.3 name up to the colon after the
// product; empty for other names.
func productOfCPE(text string) string {
	const colons = 5 // cpe:2.3:part:vendor:product:
	if !strings.HasPrefix(text, "cpe:2.3:") {
		return ""
	}
	seen := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case ':':
			if seen++; seen == colons {
				return text[:i+1]
			}
		}
	}
	return ""
}

// ecosystems is every ecosystem this package maps to, by lower-case name.
var ecosystems = func() map[string]string {
	out := map[string]string{}
	for _, table := range []map[string]string{ofType, ofDistribution} {
		for _, name := range table {
			out[strings.ToLower(name)] = name
		}
	}
	return out
}()

// spelled returns the ecosystem in OSV's spelling, whatever its letter case.
func spelled(base string) string {
	if name, known := ecosystems[strings.ToLower(base)]; known {
		return name
	}
	return base
}
