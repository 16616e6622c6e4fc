package app

import (
	"context"
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
)

// feedKind is a kind of vulnerability data that can be imported.
type feedKind struct {
	name string
	// take imports everything of the kind at path, a file, folder or archive.
	take func(i *importer, ctx context.Context, path string) error
	// canaries is how the canaries name the source; "": it has none.
	canaries advisory.Source
}

// feedKinds is the one table of kinds, in the order in which they are offered.
// A kind that is added needs its line here and in the enumerations of
// httpapi/imports.go and cli/feed.go.
var feedKinds = []feedKind{
	{feedOSV, (*importer).advisories, advisory.SourceOSV},
	{feedCVE, (*importer).advisories, advisory.SourceCVE},
	{feedNVD, (*importer).advisories, advisory.SourceNVD},
	{feedCSAF, (*importer).advisories, advisory.SourceCSAF},
	{feedJVN, (*importer).advisories, advisory.SourceJVN},
	{feedKEV, (*importer).kev, ""},
}

// feedKindOf returns the line of the table, or an error that names the kinds.
func feedKindOf(name string) (feedKind, error) {
	var names []string
	for _, k := range feedKinds {
		if k.name == name {
			return k, nil
		}
		names = append(names, k.name)
	}
	return feedKind{}, fault.Fields("the import cannot start", []fault.Field{fault.At("/kind", "kind", "kind %q: choose one of %s", name, strings.Join(names, ", "))})
}
