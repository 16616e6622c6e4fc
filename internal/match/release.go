package match

import (
	"regexp"
	"strings"
)

var (
	debianReleases = map[string]string{
		"squeeze": "6", "wheezy": "7", "jessie": "8", "stretch": "9", "buster": "10",
		"bullseye": "11", "bookworm": "12", "trixie": "13", "forky": "14",
	}
	ubuntuReleases = map[string]string{
		"trusty": "14.04", "xenial": "16.04", "bionic": "18.04", "focal": "20.04", "jammy": "22.04", "noble": "24.04", "resolute": "26.04",
	}
	leadingNumber = regexp.MustCompile(`^v?(\d+)(?:\.(\d+))?`)
	redHatRelease = regexp.MustCompile(`(?:enterprise_linux|rhel_[a-z_]+):(\d+)`)
	suseRelease   = regexp.MustCompile(`(\d+)(?:[ -]SP(\d+)|\.(\d+))?`)
	ubuntuRelease = regexp.MustCompile(`(\d\d\.\d\d)`)
)

// componentRelease reads the release from a purl's distro qualifier, such as
// "debian-11.6", "ubuntu-20.04", "3.16.0", "bookworm" or "sles-15.2". It is
// empty when the qualifier does not tell.
func componentRelease(ecosystem, distro string) string {
	number := distro[strings.LastIndexByte(distro, '-')+1:]
	m := leadingNumber.FindStringSubmatch(number)
	switch ecosystem {
	case "Debian":
		if release, known := debianReleases[number]; known {
			return release
		}
		if m != nil {
			return m[1]
		}
	case "Ubuntu":
		if release, known := ubuntuReleases[number]; known {
			return release
		}
		if m := ubuntuRelease.FindStringSubmatch(number); m != nil {
			return m[1]
		}
	case "Alpine", "Alpaquita":
		if number == "edge" {
			return "edge"
		}
		if m != nil && m[2] != "" {
			return "v" + m[1] + "." + m[2]
		}
	case "Red Hat", "AlmaLinux", "Rocky Linux", "Mageia":
		if m != nil {
			return m[1]
		}
	case "SUSE", "openSUSE", "Azure Linux", "Photon OS":
		if m != nil && m[2] != "" && m[2] != "0" {
			return m[1] + "." + m[2]
		}
		if m != nil {
			return m[1]
		}
	default:
		return number
	}
	return ""
}

// recordRelease brings the release of an OSV ecosystem ("Ubuntu:20.04:LTS",
// "Red Hat:enterprise_linux:8::baseos") to the same form. special tells of a
// line beside the ordinary release, such as Ubuntu Pro.
func recordRelease(ecosystem, suffix string) (release string, special bool) {
	switch ecosystem {
	case "Ubuntu":
		if m := ubuntuRelease.FindStringSubmatch(suffix); m != nil {
			return m[1], strings.Contains(suffix, "Pro") || strings.Contains(suffix, "FIPS")
		}
		return "", false
	case "Red Hat":
		if m := redHatRelease.FindStringSubmatch(suffix); m != nil {
			return m[1], false
		}
		return "", false
	case "SUSE", "openSUSE":
		m := suseRelease.FindStringSubmatch(suffix)
		switch {
		case m == nil:
			return strings.ToLower(suffix), false
		case m[2] != "":
			return m[1] + "." + m[2], false
		case m[3] != "":
			return m[1] + "." + m[3], false
		}
		return m[1], false
	case "Debian", "AlmaLinux", "Rocky Linux", "Mageia":
		if m := leadingNumber.FindStringSubmatch(suffix); m != nil {
			return m[1], false
		}
	case "Photon OS", "Azure Linux":
		return strings.TrimSuffix(suffix, ".0"), false
	}
	return suffix, false
}

// sameRelease tells whether a record for the given ecosystem speaks of the
// component's release. reason is filled when that is not certain.
func sameRelease(recordEcosystem, componentEcosystem, componentRelease string) (same bool, reason string) {
	base, suffix, found := strings.Cut(recordEcosystem, ":")
	if !strings.EqualFold(base, componentEcosystem) {
		return false, ""
	}
	if !found || suffix == "" {
		return true, ""
	}
	release, special := recordRelease(base, suffix)
	switch {
	case componentRelease == "" || release == "":
		return true, "the SBOM does not tell whether the component is of " + recordEcosystem
	case release != componentRelease:
		return false, ""
	case special:
		return true, "the record is for " + recordEcosystem
	}
	return true, ""
}
