package advisory

import (
	"strings"

	"mimamori/internal/version"

	"github.com/package-url/packageurl-go"
)

// cveAffected is an entry of "affected" of a CVE record; NVD passes the same
// on as "affectedData".
type cveAffected struct {
	Vendor        string   `json:"vendor"`
	Product       string   `json:"product"`
	CollectionURL string   `json:"collectionURL"`
	PackageName   string   `json:"packageName"`
	PackageURL    string   `json:"packageURL"`
	CPEs          []string `json:"cpes"`
	Platforms     []string `json:"platforms"`
	Repo          string   `json:"repo"`
	DefaultStatus string   `json:"defaultStatus"`
	Versions      []struct {
		Version         string `json:"version"`
		Type            string `json:"versionType"`
		Status          string `json:"status"`
		LessThan        string `json:"lessThan"`
		LessThanOrEqual string `json:"lessThanOrEqual"`
		Changes         []struct {
			At     string `json:"at"`
			Status string `json:"status"`
		} `json:"changes"`
	} `json:"versions"`
}

// entry is what the source says of one product. Names that only say that there
// is none ("n/a") are left empty: they would be equal to one another.
func (f *cveAffected) entry() Affected {
	stated := &version.Stated{Default: version.StatedStatus(f.DefaultStatus)}
	for _, v := range f.Versions {
		e := version.StatedEntry{Version: v.Version, Before: v.LessThan, UpTo: v.LessThanOrEqual, Type: v.Type, Status: version.StatedStatus(v.Status)}
		if notStated(e.Version) && e.Before+e.UpTo == "" {
			// Some version, nobody says which, has this status: no longer is
			// every other one known to be unaffected.
			if e.Status != version.StatedUnaffected && stated.Default == version.StatedUnaffected {
				stated.Default = version.StatedUnknown
			}
			continue
		}
		for _, c := range v.Changes {
			e.Changes = append(e.Changes, version.StatedChange{At: c.At, Status: version.StatedStatus(c.Status)})
		}
		stated.Entries = append(stated.Entries, e)
	}
	out := Affected{
		Vendor: stripped(f.Vendor), Product: stripped(f.Product), Name: f.PackageName, Purl: f.PackageURL,
		CPEs: f.CPEs, Platform: strings.Join(f.Platforms, ", "), Repo: f.Repo, Stated: stated, Status: KnownAffected,
	}
	if out.Purl == "" {
		out.Purl = collectionPurl(f.CollectionURL, f.PackageName)
	}
	if out.Product == "" {
		out.Product = f.PackageName
	}
	if !stated.MayAffect() {
		out.Status = KnownNotAffected
	}
	return out
}

// notStated tells a text that stands where one was required and none was known.
func notStated(text string) bool {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "", "n/a", "na", "-", "--", "unspecified", "unknown", "none", "not applicable":
		return true
	}
	return false
}

func stripped(text string) string {
	if notStated(text) {
		return ""
	}
	return strings.TrimSpace(text)
}

// collections maps the addresses of package collections to purl types.
var collections = map[string]string{
	"registry.npmjs.org": "npm", "npmjs.com": "npm", "pypi.org": "pypi", "pypi.python.org": "pypi",
	"repo.maven.apache.org": "maven", "repo1.maven.org": "maven", "rubygems.org": "gem", "crates.io": "cargo",
	"packagist.org": "composer", "pkg.go.dev": "golang", "proxy.golang.org": "golang", "nuget.org": "nuget", "hex.pm": "hex", "pub.dev": "pub",
}

// collectionPurl returns the purl, without version, of a package of a known
// collection, or "".
func collectionPurl(collection, name string) string {
	host := strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(collection), "https://"), "http://"), "www.")
	host, _, _ = strings.Cut(host, "/")
	kind, known := collections[host]
	if !known || name == "" || strings.ContainsAny(name, " \t\n,") {
		return ""
	}
	namespace := ""
	cut := strings.LastIndexByte(name, '/')
	if kind == packageurl.TypeMaven {
		if colon := strings.LastIndexByte(name, ':'); colon > 0 {
			cut = colon
		}
	}
	if cut > 0 {
		namespace, name = name[:cut], name[cut+1:]
	}
	return packageurl.NewPackageURL(kind, namespace, name, "", nil, "").ToString()
}
