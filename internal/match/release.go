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
	ubuntuRelease = regexp.MustCompile(`(\d\d\.\d\d)`)
	suseRelease   = regexp.MustCompile(`(\d+)(?:[ -]sp(\d+)|\.(\d+))?`)
	notReleasable = regexp.MustCompile(`[^0-9a-z.]+`)

	// Red Hat names products by the end of a CPE: the main stream of a release,
	// streams beside it, and products built for a release ("::el8").
	redHatMain   = regexp.MustCompile(`^(?:enterprise_linux:)?(\d+)`)
	redHatStream = regexp.MustCompile(`^(?:rhel|enterprise_linux)_[a-z0-9_]+:(\d+)`)
	redHatBuild  = regexp.MustCompile(`::el(\d+)`)
)

// componentRelease reads the release from a purl's distro qualifier in lower
// case, such as "debian-11.6", "ubuntu-20.04", "3.16.0", "bookworm",
// "sles-15.2" or "opensuse-tumbleweed-20230101". It is empty when the
// qualifier does not tell.
func componentRelease(ecosystem, distro string) string {
	number := distro[strings.LastIndexByte(distro, '-')+1:]
	m := leadingNumber.FindStringSubmatch(number)
	switch ecosystem {
	case "Debian":
		number, _, _ = strings.Cut(number, "/") // trixie/sid
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
	case "Alpine":
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
	case "SUSE", "openSUSE":
		return suseNumber(distro)
	case "Azure Linux", "Photon OS":
		if m != nil {
			return withoutZero(m[1], m[2])
		}
	case "openEuler":
		return openEulerNumber(strings.TrimPrefix(distro, "openeuler"))
	default:
		return number
	}
	return ""
}

// suseNumber reads "sles-15.5", "sles-15-sp5", "Linux Enterprise Server 15
// SP5-LTSS" and "Leap 15.5", in lower case; Tumbleweed has no number.
func suseNumber(text string) string {
	if strings.Contains(text, "tumbleweed") {
		return "tumbleweed"
	}
	m := suseRelease.FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	return withoutZero(m[1], m[2]+m[3])
}

func withoutZero(major, minor string) string {
	if minor == "" || minor == "0" {
		return major
	}
	return major + "." + minor
}

// openEulerNumber reads "22.03-lts-sp1" and "22.03 (lts-sp1)".
func openEulerNumber(text string) string {
	return strings.Trim(notReleasable.ReplaceAllString(text, "-"), "-")
}

// recordRelease brings the release of an OSV ecosystem ("Ubuntu:20.04:LTS",
// "Red Hat:enterprise_linux:8::baseos") to the same form. special tells of a
// line beside the ordinary release, such as Ubuntu Pro or an extended support
// stream.
func recordRelease(ecosystem, suffix string) (release string, special bool) {
	switch ecosystem {
	case "Ubuntu":
		if m := ubuntuRelease.FindStringSubmatch(suffix); m != nil {
			return m[1], strings.Contains(suffix, "Pro") || strings.Contains(suffix, "FIPS")
		}
		return "", false
	case "Red Hat":
		if m := redHatMain.FindStringSubmatch(suffix); m != nil {
			return m[1], false
		}
		for _, pattern := range []*regexp.Regexp{redHatBuild, redHatStream} {
			if m := pattern.FindStringSubmatch(suffix); m != nil {
				return m[1], true
			}
		}
		return "", true
	case "SUSE", "openSUSE":
		return suseNumber(strings.ToLower(suffix)), false
	case "openEuler":
		return openEulerNumber(strings.ToLower(suffix)), false
	case "Debian", "AlmaLinux", "Rocky Linux", "Mageia":
		if m := leadingNumber.FindStringSubmatch(suffix); m != nil {
			return m[1], false
		}
	case "Photon OS", "Azure Linux":
		if m := leadingNumber.FindStringSubmatch(suffix); m != nil {
			return withoutZero(m[1], m[2]), false
		}
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
	release, special := recordRelease(componentEcosystem, suffix)
	switch {
	case componentRelease == "" || release == "",
		// openEuler's os-release gives 22.03 for all its service packs.
		componentEcosystem == "openEuler" && strings.HasPrefix(release, componentRelease+"-lts"):
		return true, "the SBOM does not tell whether the component is of " + recordEcosystem
	case release != componentRelease:
		return false, ""
	case special:
		return true, "the record is for " + recordEcosystem
	}
	return true, ""
}
