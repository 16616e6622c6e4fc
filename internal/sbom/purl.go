package sbom

import "github.com/package-url/packageurl-go"

// ParsePurl reads a package URL.
func ParsePurl(text string) (packageurl.PackageURL, error) { return packageurl.FromString(text) }

// ValidPurl tells whether text is a package URL that can be read.
func ValidPurl(text string) bool {
	if text == "" {
		return false
	}
	_, err := ParsePurl(text)
	return err == nil
}
