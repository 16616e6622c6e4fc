package match

import (
	"cmp"
	"slices"
	"strings"

	"mimamori/internal/fault"
	"mimamori/internal/sbom"

	"github.com/package-url/packageurl-go"
	"golang.org/x/text/unicode/norm"
)

// Alias says what a component without an identifier is: a person confirmed it
// once, and it holds wherever the same supplier and name occur. Who and why is
// kept where it was confirmed.
type Alias struct {
	Supplier, Name string // as in the SBOM; compared as AliasKey does; Supplier may be empty
	// Identity is a purl without version, "pkg:npm/lodash", or a CPE name
	// without version, "cpe:2.3:a:openssl:openssl:*:*:*:*:*:*:*:*". For a device,
	// whose Name is DeviceName of the product, it is the AliasKey of the vendor
	// and product that advisories name, "name:philips|dosewise portal".
	Identity string
}

// The identity of a product of our own: of a device itself, and no part of it.
const (
	deviceType = "device"
	devicePurl = "pkg:" + deviceType + "/"
	namePrefix = "name:"
)

// DeviceName is the name under which aliases are confirmed for a product of our
// own, by its id.
func DeviceName(productID string) string { return devicePurl + productID }

// DevicePurl is the purl of a release of a product of our own. The component
// that has it stands for the device itself: it is matched by confirmed aliases
// of DeviceName alone.
func DevicePurl(productID, releaseID string) string {
	return devicePurl + productID + "/" + releaseID
}

// IsDevice tells whether a purl is one of DevicePurl.
func IsDevice(purl string) bool { return strings.HasPrefix(purl, devicePurl) }

// deviceProduct returns the id of the product whose release the purl is.
func deviceProduct(purl string) (string, bool) {
	rest, ok := strings.CutPrefix(purl, devicePurl)
	product, _, _ := strings.Cut(rest, "/")
	return product, ok
}

// Aliases is a set of confirmed aliases. nil is the empty set.
type Aliases struct {
	byName map[string][]Alias
}

// NewAliases returns the set of the aliases. Those without a name, or whose
// identity is neither a purl nor a CPE name, are left out: CheckAlias refuses
// them where they are confirmed.
func NewAliases(list []Alias) *Aliases {
	out := &Aliases{byName: map[string][]Alias{}}
	for _, a := range list {
		if key := AliasKey(a.Supplier, a.Name); key != "" && CheckAlias(a) == nil {
			out.byName[key] = append(out.byName[key], a)
		}
	}
	for key, list := range out.byName {
		slices.SortFunc(list, func(a, b Alias) int { return cmp.Compare(a.Identity, b.Identity) })
		out.byName[key] = slices.CompactFunc(list, func(a, b Alias) bool { return a.Identity == b.Identity })
	}
	return out
}

// CheckAlias tells why an alias cannot be used, or nil.
func CheckAlias(a Alias) error {
	if AliasKey(a.Supplier, a.Name) == "" {
		return fault.New(fault.Invalid, "the alias names no component: give the component's name")
	}
	if _, device := deviceProduct(a.Name); device {
		if !strings.HasPrefix(a.Identity, namePrefix) {
			return fault.New(fault.Invalid, "a product is named by vendor and product of an advisory, not by %s", quote(a.Identity))
		}
		return nil
	}
	if strings.HasPrefix(a.Identity, "pkg:") {
		if _, err := packageurl.FromString(a.Identity); err != nil {
			return fault.Wrap(fault.Invalid, err, "the identity %s is not a package URL", quote(a.Identity))
		}
		return nil
	}
	if _, err := sbom.ParseCPE(a.Identity); err != nil {
		return fault.Wrap(fault.Invalid, err, "the identity %s is neither a package URL nor a CPE name", quote(a.Identity))
	}
	return nil
}

// AliasKey is equal for suppliers and names that one alias stands for: letter
// case, width, signs and legal forms aside, "name:openbsd|openssh" for "OpenBSD
// Ltd" and "OpenSSH". Without a supplier it is of the name alone, "name:|zlib";
// a name of signs only is kept as it is. It is empty without a name.
func AliasKey(supplier, name string) string {
	if key, ok := nameKey(supplier, name); ok {
		return key
	}
	if product := nameWords(name); len(product) > 0 {
		return namePrefix + "|" + strings.Join(product, " ")
	}
	if sign := strings.TrimSpace(norm.NFKC.String(name)); sign != "" {
		return namePrefix + "|" + sign
	}
	return ""
}

// identities lists how the component can be looked up by what was confirmed.
func (a *Aliases) identities(c *sbom.Component) []identity {
	if a == nil {
		return nil
	}
	var out []identity
	for _, alias := range a.byName[AliasKey(c.Supplier, c.Name)] {
		if !strings.HasPrefix(alias.Identity, "pkg:") {
			name, _ := sbom.ParseCPE(alias.Identity) // checked by NewAliases
			out = append(out, identity{key: cpeKey(name), rule: ByAlias, label: cpeLabel(name), version: c.Version, name: cpeNameOf(name)})
			continue
		}
		p, _ := packageurl.FromString(alias.Identity) // checked by NewAliases
		for _, id := range ofPurlText(c, p) {
			id.rule, id.version = ByAlias, cmp.Or(c.Version, id.version)
			out = append(out, id)
		}
	}
	return out
}

// device lists how a product of our own can be looked up: by the names that
// advisories give it, where a person confirmed that they mean it.
func (a *Aliases) device(productID string, c *sbom.Component) []identity {
	if a == nil {
		return nil
	}
	var out []identity
	for _, alias := range a.byName[AliasKey("", DeviceName(productID))] {
		vendor, product, _ := strings.Cut(strings.TrimPrefix(alias.Identity, namePrefix), "|")
		out = append(out, identity{key: alias.Identity, rule: ByProduct, label: strings.TrimSpace(vendor + " " + product), version: c.Version})
	}
	return out
}

// Keys is the function Keys for a component whose confirmed aliases count, too.
func (a *Aliases) Keys(c sbom.Component) []string { return keysOf(identities(&c, a)) }

// CanonicalIdentity returns an identity as aliases keep it, or an Invalid error
// that says what is wrong with it: a purl or a CPE name, without version.
func CanonicalIdentity(text string) (string, error) {
	text = strings.TrimSpace(text)
	if err := CheckAlias(Alias{Name: "component", Identity: text}); err != nil {
		return "", err
	}
	if strings.HasPrefix(text, "pkg:") {
		p, _ := packageurl.FromString(text) // checked
		if p.Version != "" {
			return "", fault.New(fault.Invalid, "the identity %s names a version: leave it out, since every version of the component is meant", quote(text))
		}
		return p.ToString(), nil
	}
	c, _ := sbom.ParseCPE(text) // checked
	if c.Version != sbom.Any && c.Version != sbom.NA {
		return "", fault.New(fault.Invalid, "the identity %s names a version: leave it out, since every version of the component is meant", quote(text))
	}
	return cpeIdentity(c), nil
}
