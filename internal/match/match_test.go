package match_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"mimamori/internal/advisory"
	"mimamori/internal/match"
	"mimamori/internal/sbom"

	"pgregory.net/rapid"
)

// osv makes a record with one affected entry from events such as
// "introduced 0", "fixed 1.2.3".
func osv(ecosystem, name string, kind advisory.RangeKind, events ...string) advisory.Advisory {
	a := advisory.Advisory{Source: advisory.SourceOSV, ID: "R", Affected: []advisory.Affected{{Ecosystem: ecosystem, Name: name, Status: advisory.KnownAffected}}}
	if len(events) > 0 {
		a.Affected[0].Ranges = []advisory.Range{{Kind: kind, Events: eventList(events)}}
	}
	return a
}

func eventList(texts []string) []advisory.Event {
	var out []advisory.Event
	for _, text := range texts {
		word, v, _ := strings.Cut(text, " ")
		switch word {
		case "introduced":
			out = append(out, advisory.Event{Introduced: v})
		case "fixed":
			out = append(out, advisory.Event{Fixed: v})
		case "last":
			out = append(out, advisory.Event{LastAffected: v})
		case "limit":
			out = append(out, advisory.Event{Limit: v})
		}
	}
	return out
}

func purl(text string) sbom.Component { return sbom.Component{Name: "c", Purl: text} }

func meet(a advisory.Advisory, c sbom.Component) []match.Finding {
	var x match.Index
	x.Add(a)
	return x.Component(c)
}

func TestOSVPackages(t *testing.T) {
	semver, eco := advisory.RangeSemVer, advisory.RangeEcosystem
	upTo := []string{"introduced 0", "fixed 1.2.3"}
	tests := []struct {
		name   string
		record advisory.Advisory
		c      sbom.Component
		want   string // class, or "" for no finding
	}{
		{"npm, inside", osv("npm", "lodash", semver, upTo...), purl("pkg:npm/lodash@1.2.2"), "affected"},
		{"npm, the fixed version", osv("npm", "lodash", semver, upTo...), purl("pkg:npm/lodash@1.2.3"), ""},
		{"npm, pre-release of the fixed version is before it", osv("npm", "lodash", semver, upTo...), purl("pkg:npm/lodash@1.2.3-rc.1"), "affected"},
		{"npm scope", osv("npm", "@angular/core", semver, upTo...), purl("pkg:npm/%40angular/core@1.0.0"), "affected"},
		{"another registry of the same name", osv("PyPI", "lodash", eco, upTo...), purl("pkg:npm/lodash@1.0.0"), ""},
		{"ecosystem in another letter case", osv("pypi", "Flask", eco, upTo...), purl("pkg:pypi/flask@1.0"), "affected"},
		{"PyPI names by PEP 503", osv("PyPI", "zope.interface_x", eco, upTo...), purl("pkg:pypi/Zope-Interface.X@1.0"), "affected"},
		{"Go module, purl in lower case", osv("Go", "github.com/Masterminds/goutils", semver, upTo...), purl("pkg:golang/github.com/masterminds/goutils@v1.1.0"), "affected"},
		{"Go pseudo-version", osv("Go", "golang.org/x/crypto", semver, "introduced 0", "fixed 0.0.0-20220314234659-1baeb1ce4c0b"), purl("pkg:golang/golang.org/x/crypto@v0.0.0-20210921155107-089bfa567519"), "affected"},
		{"Go standard library", osv("Go", "stdlib", semver, upTo...), purl("pkg:golang/std@go1.2.1"), "affected"},
		{"Go binary without version", osv("Go", "m.org/m", semver, upTo...), purl("pkg:golang/m.org/m@(devel)"), "possible"},
		{"a module below another module", osv("Go", "m.org/m", semver, upTo...), purl("pkg:golang/m.org/m/sub@v1.0.0"), ""},
		{"Maven", osv("Maven", "org.apache.logging.log4j:log4j-core", eco, "introduced 2.0-beta9", "fixed 2.15.0"), purl("pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1"), "affected"},
		{"crates.io, - and _", osv("crates.io", "openssl-src", semver, upTo...), purl("pkg:cargo/openssl_src@1.0.0"), "affected"},
		{"RubyGems", osv("RubyGems", "rack", eco, upTo...), purl("pkg:gem/rack@1.2.2.1"), "affected"},
		{"Packagist", osv("Packagist", "symfony/yaml", eco, upTo...), purl("pkg:composer/Symfony/Yaml@v1.2.2"), "affected"},
		{"Packagist branch", osv("Packagist", "symfony/yaml", eco, upTo...), purl("pkg:composer/symfony/yaml@dev-master"), "possible"},
		{"NuGet ignores case", osv("NuGet", "Newtonsoft.Json", eco, upTo...), purl("pkg:nuget/newtonsoft.json@1.0.0"), "affected"},
		{"Bitnami", osv("Bitnami", "activemq", semver, "introduced 5.15.12", "last 5.15.12"), purl("pkg:bitnami/activemq@5.15.12"), "affected"},
		{"Bitnami, above the last affected", osv("Bitnami", "activemq", semver, "introduced 5.15.12", "last 5.15.12"), purl("pkg:bitnami/activemq@5.15.13?arch=amd64"), ""},
		{"no version in purl, one in the component", osv("npm", "x", semver, upTo...), sbom.Component{Name: "x", Version: "2.0.0", Purl: "pkg:npm/x"}, ""},
		{"no version at all", osv("npm", "x", semver, upTo...), purl("pkg:npm/x"), "possible"},
		{"no version, but every version is affected", osv("npm", "x", semver, "introduced 0"), purl("pkg:npm/x"), "affected"},
		{"between two ranges", osv("npm", "x", semver, "introduced 0", "fixed 1.0.0", "introduced 2.0.0", "fixed 2.1.0"), purl("pkg:npm/x@1.5.0"), ""},
		{"fixed and introduced at one version", osv("npm", "x", semver, "introduced 0", "fixed 1.0.0", "introduced 1.0.0", "fixed 2.0.0"), purl("pkg:npm/x@1.0.0"), "affected"},
		{"events out of order", osv("npm", "x", semver, "fixed 2.1.0", "introduced 2.0.0"), purl("pkg:npm/x@2.0.5"), "affected"},
		{"limit", osv("npm", "x", semver, "introduced 0", "limit 1.0.0"), purl("pkg:npm/x@1.0.0"), ""},
		{"event that is no version", osv("npm", "x", semver, "introduced 0", "fixed soon"), purl("pkg:npm/x@1.0.0"), "possible"},
		{"commits only", osv("npm", "x", advisory.RangeGit, "introduced 0", "fixed 1baeb1c"), purl("pkg:npm/x@1.0.0"), "possible"},
		{"no range and no version", osv("npm", "x", semver), purl("pkg:npm/x@1.0.0"), "possible"},
		{"Debian by source package", osv("Debian:11", "util-linux", eco, "introduced 0", "fixed 2.36.1-8"), sbom.Component{Name: "libblkid1", Purl: "pkg:deb/debian/libblkid1@2.36.1-7?distro=debian-11.6", SourceName: "util-linux", SourceVersion: "2.36.1-7"}, "affected"},
		{"Debian, upstream qualifier", osv("Debian:11", "gcc-10", eco, "introduced 0", "fixed 11-1"), purl("pkg:deb/debian/libgcc-s1@10.2.1-6?distro=debian-11&upstream=gcc-10"), "affected"},
		{"Debian, another release", osv("Debian:12", "curl", eco, "introduced 0", "fixed 8-1"), purl("pkg:deb/debian/curl@7.74.0-1.3?distro=debian-11.6"), ""},
		{"Debian, release not told", osv("Debian:12", "curl", eco, "introduced 0", "fixed 8-1"), purl("pkg:deb/debian/curl@7.74.0-1.3"), "possible"},
		{"Debian, code name", osv("Debian:12", "curl", eco, "introduced 0", "fixed 8-1"), purl("pkg:deb/debian/curl@7.74.0-1.3?distro=bookworm"), "affected"},
		{"binary package of the name of another source", osv("Debian:11", "gcc", eco, "introduced 0"), sbom.Component{Name: "gcc", Purl: "pkg:deb/debian/gcc@10.2?distro=debian-11", SourceName: "gcc-defaults"}, ""},
		{"Ubuntu LTS", osv("Ubuntu:20.04:LTS", "curl", eco, "introduced 0", "fixed 8-1"), purl("pkg:deb/ubuntu/curl@7.68.0-1ubuntu2?distro=ubuntu-20.04"), "affected"},
		{"Ubuntu Pro", osv("Ubuntu:Pro:20.04:LTS", "curl", eco, "introduced 0", "fixed 8-1"), purl("pkg:deb/ubuntu/curl@7.68.0-1ubuntu2?distro=ubuntu-20.04"), "possible"},
		{"Alpine", osv("Alpine:v3.16", "busybox", eco, "introduced 0", "fixed 1.35.0-r17"), purl("pkg:apk/alpine/busybox@1.35.0-r15?distro=3.16.1"), "affected"},
		{"Red Hat", osv("Red Hat:enterprise_linux:8::baseos", "openssl", eco, "introduced 0", "fixed 1:1.1.1k-9.el8"), purl("pkg:rpm/redhat/openssl@1.1.1k-6.el8?arch=x86_64&epoch=1&distro=redhat-8.6"), "affected"},
		{"SUSE service pack", osv("SUSE:Linux Enterprise Server 15 SP2", "libgcrypt", eco, "introduced 0", "fixed 1.9-1"), sbom.Component{Name: "libgcrypt20", Purl: "pkg:rpm/sles/libgcrypt20@1.8.2-8?distro=sles-15.2", SourceName: "libgcrypt"}, "affected"},
		{"Debian, epoch in a qualifier", osv("Debian:12", "bsd", eco, "introduced 0", "fixed 1:2.1-1"), purl("pkg:deb/debian/bsd@2.2-1?arch=amd64&distro=debian-12&epoch=1"), ""},
		{"Debian, epoch of a version that is none", osv("Debian:12", "bsd", eco, "introduced 0", "fixed 1:2.1-1"), purl("pkg:deb/debian/bsd@unknown?distro=debian-12&epoch=2"), "possible"},
		{"Debian, security update and ~", osv("Debian:12", "curl", eco, "introduced 0", "fixed 7.88.1-10+deb12u5"), purl("pkg:deb/debian/curl@7.88.1-10%2Bdeb12u5~bpo11+1?distro=debian-12"), "affected"},
		{"Debian, upstream with + and its own version", osv("Debian:12", "gtk+3.0", eco, "introduced 0", "fixed 3.24-2"), purl("pkg:deb/debian/libgtk-3-0@9:9-9?upstream=gtk%2B3.0%403.24-1&distro=debian-12"), "affected"},
		{"Debian, source and sourceversion", osv("Debian:12", "gcc-12", eco, "introduced 0", "fixed 12-2"), purl("pkg:deb/debian/libgcc-s1@99-1?distro=bookworm&source=gcc-12&sourceversion=12-1"), "affected"},
		{"RPM, sourcerpm", osv("Rocky Linux:8", "openssl", eco, "introduced 0", "fixed 1:1.1.1k-7.el8"), purl("pkg:rpm/rocky/openssl-libs@1.1.1k-6.el8?distro=rocky-8.6&epoch=1&sourcerpm=openssl-1.1.1k-6.el8.src.rpm"), "affected"},
		{"Debian, record of the whole distribution", osv("Debian", "curl", eco, "introduced 0", "fixed 8-1"), purl("pkg:deb/debian/curl@7-1?distro=debian-12"), "affected"},
		{"Debian, release in distro_name", osv("Debian:11", "curl", eco, "introduced 0"), purl("pkg:deb/debian/curl@7-1?distro_name=bookworm"), ""},
		{"capital letters and order of the qualifiers", osv("Debian:12", "curl", eco, "introduced 0", "fixed 8-1"), purl("pkg:DEB/Debian/Curl@7-1?distro=debian-12&arch=amd64"), "affected"},
		{"Alpine, origin qualifier", osv("Alpine:v3.18", "openssl", eco, "introduced 0", "fixed 3.1.4-r1"), purl("pkg:apk/alpine/libcrypto3@3.1.4-r0?arch=x86_64&distro=alpine-3.18.4&origin=openssl"), "affected"},
		{"Alpine, v3.1 is not v3.18", osv("Alpine:v3.1", "openssl", eco, "introduced 0"), purl("pkg:apk/alpine/openssl@3.1.4-r0?distro=alpine-3.18"), ""},
		{"Wolfi has no releases", osv("Wolfi", "openssl", eco, "introduced 0", "fixed 3.1.4-r1"), purl("pkg:apk/wolfi/libssl3@3.1.4-r0?distro=wolfi-20230201&upstream=openssl"), "affected"},
		{"Alpaquita", osv("Alpaquita:stream", "openssl", eco, "introduced 0"), purl("pkg:apk/alpaquita/openssl@3.1.4-r0?distro=alpaquita-stream"), "affected"},
		{"Alpaquita, another line", osv("Alpaquita:23", "openssl", eco, "introduced 0"), purl("pkg:apk/alpaquita/openssl@3.1.4-r0?distro=alpaquita-stream"), ""},
		{"BellSoft", osv("BellSoft Hardened Containers:23", "openssl", eco, "introduced 0", "fixed 3.2-r0"), purl("pkg:apk/bellsoft-hardened-containers/openssl@3.1.4-r0?distro=bellsoft-hardened-containers-23"), "affected"},
		{"Rocky Linux as its records write it; the source has the epoch of the package", osv("Rocky Linux:8", "openssl", eco, "introduced 0", "fixed 1:1.1.1k-5.el8"), purl("pkg:rpm/rocky-linux/openssl-libs@1.1.1k-6.el8?distro=rocky-8.6&epoch=1&upstream=openssl-1.1.1k-6.el8.src.rpm"), ""},
		{"AlmaLinux names packages, not sources", osv("AlmaLinux:8", "openssl", eco, "introduced 0", "fixed 1:1.1.1k-7.el8"), purl("pkg:rpm/almalinux/openssl-libs@1.1.1k-6.el8?distro=almalinux-8.6&epoch=1&upstream=openssl-1.1.1k-6.el8.src.rpm"), "possible"},
		{"RPM, version and epoch apart", osv("AlmaLinux:8", "openssl", eco, "introduced 0", "fixed 1:1.1.1k-5.el8"), sbom.Component{Name: "openssl", Version: "1.1.1k-6.el8", Purl: "pkg:rpm/almalinux/openssl?epoch=1&distro=almalinux-8"}, ""},
		{"Red Hat, extended support stream", osv("Red Hat:rhel_e4s:8.1::baseos", "openssl", eco, "introduced 0"), purl("pkg:rpm/redhat/openssl@1.1.1k-6.el8?distro=redhat-8.6"), "possible"},
		{"Red Hat, stream of another release", osv("Red Hat:rhel_eus:9.2::baseos", "openssl", eco, "introduced 0"), purl("pkg:rpm/redhat/openssl@1.1.1k-6.el8?distro=redhat-8.6"), ""},
		{"Red Hat, product built for another release", osv("Red Hat:rhel_software_collections:3::el7", "openssl", eco, "introduced 0"), purl("pkg:rpm/redhat/openssl@1.1.1k-6.el8?distro=redhat-8.6"), ""},
		{"SUSE, service pack in words", osv("SUSE:Linux Enterprise Server 15 SP5", "openssl", eco, "introduced 0"), purl("pkg:rpm/suse/openssl@1-1?distro=sles-15-SP5"), "affected"},
		{"openSUSE Leap", osv("openSUSE:Leap 15.5", "openssl", eco, "introduced 0"), purl("pkg:rpm/opensuse/openssl@1-1?distro=opensuse-leap-15.5"), "affected"},
		{"openSUSE Tumbleweed", osv("openSUSE:Tumbleweed", "openssl", eco, "introduced 0"), purl("pkg:rpm/opensuse-tumbleweed/openssl@1-1?distro=opensuse-tumbleweed-20230101"), "affected"},
		{"openSUSE, Leap record for Tumbleweed", osv("openSUSE:Leap 15.5", "openssl", eco, "introduced 0"), purl("pkg:rpm/opensuse/openssl@1-1?distro=opensuse-tumbleweed"), ""},
		{"openEuler", osv("openEuler:22.03-LTS-SP1", "openssl", eco, "introduced 0"), purl("pkg:rpm/openEuler/openssl@1-1?distro=openEuler-22.03-LTS-SP1"), "affected"},
		{"openEuler, service pack not told", osv("openEuler:22.03-LTS-SP1", "openssl", eco, "introduced 0"), purl("pkg:rpm/openeuler/openssl@1-1?distro=openEuler-22.03"), "possible"},
		{"openEuler, another release", osv("openEuler:24.03-LTS", "openssl", eco, "introduced 0"), purl("pkg:rpm/openeuler/openssl@1-1?distro=openEuler-22.03"), ""},
		{"Photon OS has RPM versions", osv("Photon OS:4.0", "openssl", eco, "introduced 0", "fixed 1.12~rc1-1.ph4"), purl("pkg:rpm/photon/openssl@1.12-1.ph4?distro=photon-4.0"), ""},
		{"Azure Linux by its old name", osv("Azure Linux:2", "openssl", eco, "introduced 0", "fixed 1.1.1k-2.cm2"), purl("pkg:rpm/cbl-mariner/openssl@1.1.1k-1.cm2?distro=cbl-mariner-2.0.20230101"), "affected"},
		{"a gem for one platform is not a pre-release", osv("RubyGems", "nokogiri", eco, "introduced 0", "fixed 1.13.6"), purl("pkg:gem/nokogiri@1.13.6-x86_64-linux"), ""},
		{"a gem for one platform, inside", osv("RubyGems", "nokogiri", eco, "introduced 0", "fixed 1.13.6"), purl("pkg:gem/nokogiri@1.13.5-java"), "affected"},
		{"Maven classifier and capital letters", osv("Maven", "com.Foo:Bar", eco, upTo...), purl("pkg:maven/com.Foo/Bar@1.2.3-SNAPSHOT?classifier=sources&type=jar"), "affected"},
		{"SwiftURL", osv("SwiftURL", "github.com/apple/swift-nio", semver, upTo...), purl("pkg:swift/github.com/Apple/swift-nio@1.0.0"), "affected"},
		{"GitHub Actions, tag and subpath", osv("GitHub Actions", "tj-actions/changed-files", eco, "introduced 0", "fixed 46.0.1"), purl("pkg:github/tj-actions/changed-files@v45#x"), "affected"},
		{"GitHub Actions, a commit says nothing of the version", osv("GitHub Actions", "tj-actions/changed-files", eco, "introduced 0", "fixed 46.0.1"), purl("pkg:githubactions/tj-actions/changed-files@0e58ed8671d6b60d0890c21b07f8835ace038e67"), "possible"},
		{"Kubernetes", osv("Kubernetes", "k8s.io/kubelet", semver, upTo...), purl("pkg:k8s/k8s.io/kubelet@1.2.2"), "affected"},
		{"Julia without the uuid that its purls need", osv("Julia", "HTTP", semver, upTo...), purl("pkg:julia/HTTP@1.0.0"), "possible"},
		{"npm scope in the name", osv("npm", "@angular/core", semver, upTo...), purl("pkg:npm/%40angular%2Fcore@1.0.0"), "affected"},
		{"no namespace, distribution told", osv("Debian:12", "curl", eco, "introduced 0", "fixed 8-1"), purl("pkg:deb/curl@7-1?distro=debian-12"), "affected"},
		{"ConanCenter, OpenSSL's letters", osv("ConanCenter", "openssl", semver, "introduced 0", "fixed 1.1.1n"), purl("pkg:conan/openssl@1.1.1q?user=_"), ""},
		{"Pub, what follows + counts", osv("Pub", "dio", eco, "introduced 0", "fixed 1.0.0+2"), purl("pkg:pub/dio@1.0.0%2B1"), "affected"},
		{"a generic purl names no registry", osv("OSS-Fuzz", "openssl", eco, "introduced 0"), purl("pkg:generic/openssl@1.1"), "possible"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found := meet(tt.record, tt.c)
			got := ""
			if len(found) > 0 {
				got = string(found[0].Class)
			}
			if got != tt.want || len(found) > 1 {
				t.Errorf("got %q, want %q: %+v", got, tt.want, found)
			}
			if len(found) > 0 && (found[0].Class == match.Possible) != (found[0].Evidence[0].Reason != "") {
				t.Errorf("reason %q for class %s", found[0].Evidence[0].Reason, found[0].Class)
			}
		})
	}
}

// A record may name a repository and no package, or a package by its purl
// alone.
func TestOSVWithoutPackageName(t *testing.T) {
	entry := func(f advisory.Affected) advisory.Advisory {
		f.Status = advisory.KnownAffected
		return advisory.Advisory{Source: advisory.SourceOSV, ID: "R", Affected: []advisory.Affected{f}}
	}
	git := advisory.Range{Kind: advisory.RangeGit, Repo: "https://github.com/OpenSSL/openssl.git", Events: eventList([]string{"introduced 0", "fixed abc"})}
	tags := entry(advisory.Affected{Ranges: []advisory.Range{git}, Versions: []string{"openssl-3.0.1", "openssl-3.0.2"}})
	commits := entry(advisory.Affected{Ranges: []advisory.Range{git}})
	curl := entry(advisory.Affected{Purl: "pkg:deb/debian/curl?distro=bookworm", Ranges: []advisory.Range{{Kind: advisory.RangeEcosystem, Events: eventList([]string{"introduced 0", "fixed 8-1"})}}})
	for _, tt := range []struct {
		name   string
		record advisory.Advisory
		purl   string
		want   string
	}{
		{"tag of the repository", tags, "pkg:github/openssl/openssl@openssl-3.0.1", "affected"},
		{"tag, repository in a qualifier", tags, "pkg:generic/openssl@openssl-3.0.1?vcs_url=git%2Bhttps://github.com/openssl/openssl.git%40abcdef", "affected"},
		{"another tag", tags, "pkg:github/openssl/openssl@openssl-3.0.3", ""},
		{"another repository", tags, "pkg:github/openssl/web@openssl-3.0.1", ""},
		{"a commit beside tags", tags, "pkg:github/openssl/openssl@0e58ed8671d6b60d0890c21b07f8835ace038e67", "possible"},
		{"commits only", commits, "pkg:github/openssl/openssl@openssl-3.0.1", "possible"},
		{"purl of the same release", curl, "pkg:deb/debian/curl@7-1?distro=debian-12", "affected"},
		{"purl of another release", curl, "pkg:deb/debian/curl@7-1?distro=debian-11", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			if found := meet(tt.record, purl(tt.purl)); len(found) > 0 {
				got = string(found[0].Class)
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestEvidenceSaysEverything(t *testing.T) {
	found := meet(osv("Go", "golang.org/x/net", advisory.RangeSemVer, "introduced 0", "fixed 1.2.3"), purl("pkg:golang/golang.org/x/net@v1.1.0"))
	if want := "OSV R: pkg:golang/golang.org/x/net v1.1.0 in [0, 1.2.3) SEMVER by purl"; found[0].Evidence[0].Text != want {
		t.Errorf("got  %s\nwant %s", found[0].Evidence[0].Text, want)
	}
}

func TestListedVersions(t *testing.T) {
	record := osv("PyPI", "x", "")
	record.Affected[0].Versions = []string{"1.0", "1.1rc1"}
	for v, want := range map[string]int{"1.0": 1, "1.0.0": 1, "1.1.rc1": 1, "1.2": 0} {
		if found := meet(record, purl("pkg:pypi/x@"+v)); len(found) != want {
			t.Errorf("%s: got %+v", v, found)
		}
	}
}

func TestWithdrawnAndClosed(t *testing.T) {
	a := osv("npm", "x", advisory.RangeSemVer, "introduced 0")
	a.Withdrawn = a.Withdrawn.AddDate(2000, 0, 0)
	if found := meet(a, purl("pkg:npm/x@1.0.0")); len(found) != 0 || match.AdvisoryKeys(a) != nil {
		t.Errorf("withdrawn: %+v", found)
	}
	a = osv("npm", "x", advisory.RangeSemVer, "introduced 0")
	a.Affected[0].Status = advisory.Fixed
	if found := meet(a, purl("pkg:npm/x@1.0.0")); len(found) != 0 {
		t.Errorf("fixed: %+v", found)
	}
}

func TestImportPath(t *testing.T) {
	a := osv("Go", "m.org/m", advisory.RangeSemVer, "introduced 0", "fixed 2.0.0")
	a.Affected[0].Imports = []string{"m.org/m", "m.org/m/sub"}
	if found := meet(a, purl("pkg:golang/m.org/m/sub@v1.0.0")); len(found) != 1 || found[0].Class != match.Possible {
		t.Errorf("package of the module: %+v", found)
	}
	a.Affected = append(a.Affected, osv("Go", "m.org/m/sub", advisory.RangeSemVer, "introduced 0", "fixed 0.9.0").Affected...)
	if found := meet(a, purl("pkg:golang/m.org/m/sub@v1.0.0")); len(found) != 0 {
		t.Errorf("the path is a module of its own: %+v", found)
	}
}

func csaf(f advisory.Affected) advisory.Advisory {
	if f.Status == "" {
		f.Status = advisory.KnownAffected
	}
	return advisory.Advisory{Source: advisory.SourceCSAF, ID: "C", Part: "CVE-2026-1", Affected: []advisory.Affected{f}}
}

func TestCPEAndCSAF(t *testing.T) {
	cpe := func(text, version string) sbom.Component {
		return sbom.Component{Name: "x", Version: version, CPEs: []string{text}}
	}
	bitnami := osv("Bitnami", "openssl", advisory.RangeSemVer, "introduced 0", "fixed 3.0.8")
	bitnami.Affected[0].CPEs = []string{"cpe:2.3:a:openssl:openssl:*:*:*:*:*:*:*:*"}
	device := advisory.Affected{Vendor: "Philips Healthcare, Inc.", Product: "IntelliVue Information Center iX", VersionText: "<= B.02"}
	named := func(supplier, name, version string) sbom.Component {
		return sbom.Component{Name: name, Version: version, Supplier: supplier}
	}
	tests := []struct {
		name   string
		record advisory.Advisory
		c      sbom.Component
		want   string
	}{
		{"CPE and range of an OSV record", bitnami, cpe("cpe:2.3:a:openssl:openssl:3.0.1:*:*:*:*:*:*:*", ""), "affected"},
		{"CPE, fixed", bitnami, cpe("cpe:2.3:a:openssl:openssl:3.0.8:*:*:*:*:*:*:*", ""), ""},
		{"CPE without version, component has one", bitnami, cpe("cpe:/a:openssl:openssl", "3.0.1"), "affected"},
		{"CPE without any version", bitnami, cpe("cpe:/a:openssl:openssl", ""), "possible"},
		{"CPE, letter version against SemVer", bitnami, cpe("cpe:2.3:a:openssl:openssl:1.0.2k:*:*:*:*:*:*:*", ""), "affected"},
		{"CPE of a distribution's package", bitnami, sbom.Component{Name: "x", Purl: "pkg:deb/debian/openssl@3.0.1-1", CPEs: []string{"cpe:2.3:a:openssl:openssl:3.0.1-1:*:*:*:*:*:*:*"}}, "possible"},
		{"the Linux kernel has a CPE and no purl", osv("Linux", "Kernel", advisory.RangeEcosystem, "introduced 5.10.0", "fixed 5.10.200"), cpe("cpe:2.3:o:linux:linux_kernel:5.10.104:*:*:*:*:*:*:*", ""), "affected"},
		{"the Linux kernel, another branch", osv("Linux", "Kernel", advisory.RangeEcosystem, "introduced 5.10.0", "fixed 5.10.200"), cpe("cpe:/o:linux:linux_kernel:6.1", ""), ""},
		{"CPE of another vendor", bitnami, cpe("cpe:2.3:a:other:openssl:3.0.1:*:*:*:*:*:*:*", ""), ""},
		{"CSAF CPE with version", csaf(advisory.Affected{CPEs: []string{"cpe:2.3:o:acme:os:1.2:*:*:*:*:*:*:*"}}), cpe("cpe:/o:acme:os:1.2", ""), "affected"},
		{"CSAF CPE, another version", csaf(advisory.Affected{CPEs: []string{"cpe:2.3:o:acme:os:1.2:*:*:*:*:*:*:*"}}), cpe("cpe:/o:acme:os:1.3", ""), ""},
		{"CSAF CPE, another update", csaf(advisory.Affected{CPEs: []string{"cpe:2.3:o:acme:os:1.2:sp1:*:*:*:*:*:*"}}), cpe("cpe:/o:acme:os:1.2:sp2", ""), "possible"},
		{"CSAF CPE without version, range in words", csaf(advisory.Affected{CPEs: []string{"cpe:/h:acme:pump"}, VersionText: "< 2.0"}), cpe("cpe:/h:acme:pump:1.9", ""), "affected"},
		{"CSAF CPE without any version", csaf(advisory.Affected{CPEs: []string{"cpe:/h:acme:pump"}}), cpe("cpe:/h:acme:pump:1.9", ""), "possible"},
		{"CSAF purl", csaf(advisory.Affected{Purl: "pkg:rpm/redhat/curl@7.61-1.el8?arch=x86_64"}), purl("pkg:rpm/redhat/curl@7.61-1.el8?arch=x86_64"), "affected"},
		{"CSAF purl, another version", csaf(advisory.Affected{Purl: "pkg:rpm/redhat/curl@7.61-1.el8"}), purl("pkg:rpm/redhat/curl@7.61-2.el8"), ""},
		{"CSAF purl without version", csaf(advisory.Affected{Purl: "pkg:rpm/redhat/curl"}), purl("pkg:rpm/redhat/curl@7.61-2.el8"), "possible"},
		{"CSAF 2.1, the second purl", csaf(advisory.Affected{Purl: "pkg:npm/a@1.0.0", Purls: []string{"pkg:npm/b@1.0.0"}}), purl("pkg:npm/b@1.0.0"), "affected"},
		{"CSAF purl of a source package", csaf(advisory.Affected{Purl: "pkg:rpm/redhat/openssl@1.1.1k-6.el8?arch=src&epoch=1"}), purl("pkg:rpm/redhat/openssl-libs@1.1.1k-6.el8?arch=x86_64&epoch=1&upstream=openssl-1.1.1k-6.el8.src.rpm"), "affected"},
		{"CSAF purl of a source package, source not told", csaf(advisory.Affected{Purl: "pkg:rpm/redhat/openssl@1.1.1k-6.el8?arch=src&epoch=1"}), purl("pkg:rpm/redhat/openssl@1.1.1k-6.el8?arch=x86_64&epoch=1"), "affected"},
		{"CSAF purl of a package of the same source", csaf(advisory.Affected{Purl: "pkg:rpm/redhat/openssl@1.1.1k-6.el8?arch=x86_64&epoch=1"}), purl("pkg:rpm/redhat/openssl-libs@1.1.1k-6.el8?arch=x86_64&epoch=1&upstream=openssl-1.1.1k-6.el8.src.rpm"), ""},
		{"CSAF purl, epoch told on one side only", csaf(advisory.Affected{Purl: "pkg:rpm/redhat/openssl@1.1.1k-6.el8?epoch=1"}), purl("pkg:rpm/redhat/openssl@1.1.1k-6.el8?arch=x86_64"), "possible"},
		{"CSAF purl of another release", csaf(advisory.Affected{Purl: "pkg:deb/debian/curl?distro=bookworm"}), purl("pkg:deb/debian/curl@7-1?distro=debian-11"), ""},
		{"CSAF purl and range, 2.2 CPE beside it", csaf(advisory.Affected{Purl: "pkg:npm/%40acme/lib", CPEs: []string{"cpe:/a:acme:lib"}, VersionText: "vers:semver/>=1.0.0|!=1.5.0|<2.0.0"}), purl("pkg:npm/@acme/lib@1.5.0"), ""},
		{"CSAF hash", csaf(advisory.Affected{Hashes: []advisory.Hash{{Algorithm: "sha256", Value: "ab"}}}), sbom.Component{Name: "x", Hashes: []sbom.Hash{{Algorithm: "SHA-256", Value: "AB"}}}, "affected"},
		{"CSAF under investigation", csaf(advisory.Affected{Purl: "pkg:npm/x@1.0.0", Status: advisory.UnderInvestigation}), purl("pkg:npm/x@1.0.0"), "possible"},
		{"CSAF not affected", csaf(advisory.Affected{Purl: "pkg:npm/x@1.0.0", Status: advisory.KnownNotAffected}), purl("pkg:npm/x@1.0.0"), ""},
		{"names agree, version inside", csaf(device), named("PHILIPS Healthcare", "Philips Healthcare IntelliVue Information Center iX", "B.01"), "possible"},
		{"names agree, version outside", csaf(device), named("Philips Healthcare", "IntelliVue Information Center iX", "C.01"), ""},
		{"names agree, version cannot be compared", csaf(device), named("Philips Healthcare", "IntelliVue information center IX", "2024"), "possible"},
		{"another product", csaf(device), named("Philips Healthcare", "IntelliVue", "B.01"), ""},
		{"supplier not told", csaf(device), named("", "IntelliVue Information Center iX", "B.01"), ""},
		{"full-width letters", csaf(advisory.Affected{Vendor: "Ｏｍｒｏｎ", Product: "ＨＥＭ", VersionText: "vers:all/*"}), named("OMRON", "HEM", "1"), "possible"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found := meet(tt.record, tt.c)
			got := ""
			if len(found) > 0 {
				got = string(found[0].Class)
			}
			if got != tt.want {
				t.Errorf("got %q, want %q: %+v", got, tt.want, found)
			}
		})
	}
}

func TestKeys(t *testing.T) {
	c := sbom.Component{
		Name: "libblkid1", Supplier: "Acme", Version: "1", SourceName: "util-linux", Purl: "pkg:deb/debian/libblkid1@1?distro=debian-11",
		CPEs: []string{"cpe:2.3:a:Kernel:util-linux:1:*:*:*:*:*:*:*"}, Hashes: []sbom.Hash{{Algorithm: "SHA-1", Value: "AB"}},
	}
	want := []string{"osv:debian:util-linux", "source:deb/debian/util-linux", "purl:deb/debian/libblkid1", "hash:sha1:ab", "cpe:a:kernel:util-linux", "cpe:a:*:util-linux", "name:acme|libblkid1"}
	if got := match.Keys(c); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if got := match.AdvisoryKeys(osv("Debian:11", "util-linux", "")); !slices.Equal(got, want[:1]) {
		t.Errorf("got %q", got)
	}
}

// The second computation: over versions that are plain numbers, a range is the
// set of numbers that its events switch on, counted one by one.
func TestRangesAgreeWithCounting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		points := rapid.SliceOfNDistinct(rapid.IntRange(1, 30), 1, 6, rapid.ID[int]).Draw(t, "points")
		slices.Sort(points)
		state := make([]bool, 40) // state[v]: is 1.v.0 affected?
		var events []string
		on := rapid.Bool().Draw(t, "fromStart")
		if on {
			events = append(events, "introduced 0")
		}
		lastEvent := 0
		fill := func(until int) {
			for v := lastEvent; v < until && v < len(state); v++ {
				state[v] = on
			}
			lastEvent = until
		}
		for _, p := range points {
			switch {
			case !on:
				fill(p)
				events, on = append(events, fmt.Sprintf("introduced 1.%d.0", p)), true
			case rapid.Bool().Draw(t, "last"):
				fill(p + 1)
				events, on = append(events, fmt.Sprintf("last 1.%d.0", p)), false
			default:
				fill(p)
				events, on = append(events, fmt.Sprintf("fixed 1.%d.0", p)), false
			}
		}
		fill(len(state))
		record := osv("npm", "x", advisory.RangeSemVer, rapid.Permutation(events).Draw(t, "order")...)
		if slices.ContainsFunc(events, func(e string) bool { return strings.HasPrefix(e, "last") }) {
			record = osv("npm", "x", advisory.RangeSemVer, events...) // at one version, the record's order decides
		}
		for v := range state {
			found := meet(record, purl(fmt.Sprintf("pkg:npm/x@1.%d.0", v)))
			if (len(found) > 0) != state[v] || len(found) > 0 && found[0].Class != match.Affected {
				t.Fatalf("1.%d.0 in %q: got %+v, want %v", v, events, found, state[v])
			}
		}
	})
}

// A shared key is what a finding needs: nothing is found without one, so a
// store that looks up by key misses nothing.
func TestFindingsShareAKey(t *testing.T) {
	purls := []string{"pkg:npm/x@1.0.0", "pkg:golang/m.org/m/sub@v1", "pkg:deb/debian/x@1?distro=debian-11", "pkg:pypi/a.b@1", "", "no purl"}
	rapid.Check(t, func(t *rapid.T) {
		c := sbom.Component{
			Name: rapid.SampledFrom([]string{"x", "Pump", ""}).Draw(t, "name"), Supplier: rapid.SampledFrom([]string{"Acme", ""}).Draw(t, "supplier"),
			Purl: rapid.SampledFrom(purls).Draw(t, "purl"), SourceName: rapid.SampledFrom([]string{"", "src"}).Draw(t, "source"),
		}
		records := []advisory.Advisory{
			osv("npm", "x", ""), osv("Debian:11", "src", ""), osv("PyPI", "A_b", ""), osv("Go", "m.org/m", ""),
			csaf(advisory.Affected{Vendor: "ACME", Product: "pump"}),
		}
		records[3].Affected[0].Imports = []string{"m.org/m/sub"}
		for _, a := range records {
			keys := match.Keys(c)
			shared := slices.ContainsFunc(match.AdvisoryKeys(a), func(k string) bool { return slices.Contains(keys, k) })
			if found := meet(a, c); (len(found) > 0) != shared {
				t.Fatalf("%+v and %q: %d findings, shared key %v", c, match.AdvisoryKeys(a), len(found), shared)
			}
		}
	})
}
