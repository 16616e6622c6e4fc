package app

import (
	"context"
	"slices"
	"strings"

	"mimamori/internal/advisory"
	"mimamori/internal/fault"
)

// The kinds of vulnerability data.
const (
	feedOSV  = string(advisory.KindOSV)
	feedCSAF = string(advisory.KindCSAF)
	feedKEV  = string(advisory.KindKEV)
	feedCVE  = string(advisory.KindCVE)
	feedNVD  = string(advisory.KindNVD)
	feedJVN  = string(advisory.KindJVN)
	feedVEX  = string(advisory.KindVEX)
	feedEPSS = string(advisory.KindEPSS)
	feedEOL  = string(advisory.KindEOL)
)

// feedKind is a kind of vulnerability data that can be imported.
type feedKind struct {
	name string
	// take imports everything of the kind at path, a file, folder or archive.
	take func(i *importer, ctx context.Context, path string) error
	// finds tells that findings come from it: while it is in doubt, so is "not affected".
	finds bool
	// canaries is how the canaries name the source; "": it has none.
	canaries advisory.Source
}

// feedKinds is the one table of kinds, in the order in which they are offered.
// A kind that is added needs its line here and in the enumerations of
// httpapi/imports.go and cli/feed.go.
var feedKinds = []feedKind{
	{feedOSV, (*importer).advisories, true, advisory.SourceOSV},
	{feedCVE, (*importer).advisories, true, advisory.SourceCVE},
	{feedNVD, (*importer).advisories, true, advisory.SourceNVD},
	{feedCSAF, (*importer).csaf, true, advisory.SourceCSAF},
	{feedJVN, (*importer).advisories, true, advisory.SourceJVN},
	{feedKEV, (*importer).kev, false, ""},
	{feedVEX, (*importer).vex, false, ""},
	{feedEPSS, (*importer).epss, false, ""},
	{feedEOL, (*importer).eol, false, ""},
}

// feedKindOf returns the line of the table, or an error that names the kinds.
func feedKindOf(name string) (feedKind, error) {
	for _, k := range feedKinds {
		if k.name == name {
			return k, nil
		}
	}
	return feedKind{}, fault.Fields("the import cannot start", []fault.Field{fault.At("/kind", "kind", "kind %q: choose one of %s", name, strings.Join(FeedKinds(), ", "))})
}

// FeedKinds are the names of the kinds that can be imported, in the order in
// which they are offered.
func FeedKinds() []string {
	out := make([]string, len(feedKinds))
	for i, k := range feedKinds {
		out[i] = k.name
	}
	return out
}

// IsFeedKind tells whether data of the kind can be imported.
func IsFeedKind(name string) bool { return slices.Contains(FeedKinds(), name) }
