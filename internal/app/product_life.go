package app

import (
	"context"
	"slices"
	"strings"
	"time"

	"mimamori/internal/advisory"
	"mimamori/internal/fault"
	"mimamori/internal/match"
	"mimamori/internal/register"
	"mimamori/internal/sbom"
)

// Life is how long the release lines of a product are supported, as stored.
type Life struct {
	advisory.ProductLife
	Keys       []string // canonical matching keys of its exact identifiers
	ImportedAt time.Time
}

// LivingComponent is a component with the data about the ends of life that an
// identifier of it names.
type LivingComponent struct {
	Component register.Component
	Life      Life
}

// LifeReader has the reads of ends of life.
type LifeReader interface {
	// LivingComponents returns the components of the SBOM that have a key of a life, or are an operating system of a
	// name of one ("os:debian").
	LivingComponents(ctx context.Context, sbomID string) ([]LivingComponent, error)
}

// LifeWriter keeps ends of life.
type LifeWriter interface {
	PutLives(ctx context.Context, lives []Life) (changed int, err error)
}

// lifeKeys returns the matching keys of the identifiers that name a product
// exactly, and the names of an operating system as "os:debian". The name of a
// distribution's package is none: the distribution goes on to support what
// upstream does not.
func lifeKeys(p advisory.ProductLife) []string {
	var out []string
	add := func(c sbom.Component, prefix string) {
		for _, key := range match.Keys(c) {
			if strings.HasPrefix(key, prefix) && !strings.Contains(key, "*") {
				out = append(out, key)
			}
		}
	}
	for _, purl := range p.Purls {
		if ofDistribution(purl) || strings.ContainsAny(purl, "@?#") {
			continue
		}
		add(sbom.Component{Purl: purl}, "purl:")
	}
	for _, text := range p.CPEs {
		if cpe, err := sbom.ParseCPE(wholeCPE(text)); err == nil && cpe.Version == sbom.Any { // one with a version names a line only
			add(sbom.Component{CPEs: []string{wholeCPE(text)}}, "cpe:")
		}
	}
	if p.Category == "os" {
		for _, name := range append([]string{p.ID, p.Label}, p.Aliases...) {
			out = append(out, "os:"+strings.ToLower(name))
		}
	}
	return out
}

// wholeCPE completes "cpe:2.3:o:canonical:ubuntu_linux", as the data have it, to
// the eleven attributes of a name.
func wholeCPE(text string) string {
	const separators = 12
	if strings.HasPrefix(text, "cpe:2.3:") {
		text += strings.Repeat(":*", max(0, separators-strings.Count(text, ":")))
	}
	return text
}

// ofDistribution tells whether a purl names a package of a distribution.
func ofDistribution(purl string) bool {
	kind, _, _ := strings.Cut(strings.TrimPrefix(purl, "pkg:"), "/")
	switch strings.ToLower(kind) {
	case "deb", "rpm", "apk", "alpm", "ebuild":
		return true
	default:
		return false
	}
}

// eol imports ends of life.
func (i *importer) eol(ctx context.Context, path string) error {
	var lives []Life
	var refusal error
	for p, err := range i.app.Feed.EOL(path) {
		if err == nil && len(p.ID) > maxRecordID {
			err = fault.New(fault.Invalid, "%s: product %.40q…: its id has more than %d bytes", path, p.ID, maxRecordID)
		}
		if err != nil {
			refusal = err
			i.refuse(path, err.Error())
			continue
		}
		lives = append(lives, Life{ProductLife: p, Keys: lifeKeys(p), ImportedAt: i.app.now()})
	}
	if len(lives) == 0 {
		return refusal
	}
	for batch := range slices.Chunk(lives, importBatch) {
		changed := 0
		err := i.commit(ctx, len(batch), func(ctx context.Context, tx Tx) (err error) {
			changed, err = tx.PutLives(ctx, batch)
			i.record(tx, "import.eol", map[string]any{"products": len(batch), "changed": changed})
			return err
		})
		if err != nil {
			return err
		}
		i.run.Changed += changed
	}
	return nil
}
