package app_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"iter"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"mimamori/internal/app"
	"mimamori/internal/caldate"
	"mimamori/internal/feed"
	"mimamori/internal/ident"
	"mimamori/internal/ledger"
	"mimamori/internal/register"
	"mimamori/internal/sbom"
)

var sharedData = filepath.Join("..", "..", "..", "shared", "data")

// fleetSize says what a generated fleet has.
type fleetSize struct{ products, releases, occurrences, sites, installations int }

// Shape of a generated fleet: releases of a product, releases that a hospital
// has in the mean, and units of a release. Japan has some 8,000 hospitals.
const (
	releasesOfProduct = 10
	releasesOfSite    = 4
	sitesOfRelease    = 3
	mostSites         = 8_000
)

// partReleases is how many releases have ten parts with CPE names of products
// of the NVD each. Nearly all findings come of those parts, some 70 of each:
// with them in all its releases, a fleet of 10 million occurrences would have
// 22 million findings, which no maker judges and this disk does not hold.
const partReleases = 3_400

// generateFleet fills an empty register: releases are the container SBOMs of
// ../shared/data in turn, in each of which one component in ten has a version
// that was drawn. Nothing is matched yet.
func generateFleet(t *testing.T, a *app.App, occurrences int) fleetSize {
	t.Helper()
	size := fleetSize{}
	draw := rand.New(rand.NewPCG(3, 4)) // the same fleet each time
	sboms, parts := realSBOMs(t), partNames(t)
	next, stop := iter.Pull(fleetReleases(sboms, parts, occurrences))
	defer stop()
	for more := true; more; {
		err := a.Store.Write(t.Context(), func(ctx context.Context, tx app.Tx) error {
			product := register.Product{
				ID: ident.New(), BrandName: fmt.Sprintf("装置%05d", size.products), GenericName: "汎用装置", Route: register.Approval, Class: register.ClassII,
				Revision: 1, CreatedAt: a.Clock(), UpdatedAt: a.Clock(),
			}
			size.products++
			tx.Record(ledger.Entry{Action: "product.added", Subject: ledger.Subject{Kind: "product", ID: product.ID, Name: product.BrandName}})
			if err := tx.AddProduct(ctx, product); err != nil {
				return err
			}
			for range releasesOfProduct {
				var list []sbom.Component
				if list, more = next(); !more {
					return nil
				}
				if err := addFleetRelease(ctx, tx, a, product, size.releases, list); err != nil {
					return err
				}
				size.releases++
				size.occurrences += len(list)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	size.sites = min(mostSites, max(1, size.releases*sitesOfRelease/releasesOfSite))
	size.installations = size.releases * sitesOfRelease
	if err := a.Store.Write(t.Context(), func(ctx context.Context, tx app.Tx) error { return addFleetSites(ctx, tx, a, size, draw) }); err != nil {
		t.Fatal(err)
	}
	return size
}

func addFleetRelease(ctx context.Context, tx app.Tx, a *app.App, product register.Product, number int, list []sbom.Component) error {
	r := register.Release{ID: ident.New(), ProductID: product.ID, Version: "1." + strconv.Itoa(number), Revision: 1, CreatedAt: a.Clock(), UpdatedAt: a.Clock()}
	if err := tx.AddRelease(ctx, r); err != nil {
		return err
	}
	file := []byte("SBOM of " + r.ID)
	sum := sha256.Sum256(file)
	s := register.SBOM{
		ID: ident.New(), ReleaseID: r.ID, FileName: "release.spdx.json", SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(file)),
		Format: "SPDX", SpecVersion: "2.3", Components: len(list), UploadedAt: a.Clock(), Problems: []register.Problem{},
	}
	occurrences := make([]register.Occurrence, len(list))
	for i, c := range list {
		occurrences[i] = register.Occurrence{Component: app.IdentityOf(c), Ref: "SPDXRef-Package-" + strconv.Itoa(i)}
	}
	_, err := tx.AddSBOM(ctx, s, occurrences, bytes.NewReader(file), app.Keying(nil))
	return err
}

func addFleetSites(ctx context.Context, tx app.Tx, a *app.App, size fleetSize, draw *rand.Rand) error {
	tx.Record(ledger.Entry{Action: "site.added"})
	sites := make([]string, size.sites)
	for i := range sites {
		s := register.Site{ID: ident.New(), Name: fmt.Sprintf("第%d病院", i), Prefecture: "東京都", Revision: 1, CreatedAt: a.Clock(), UpdatedAt: a.Clock()}
		if err := tx.AddSite(ctx, s); err != nil {
			return err
		}
		sites[i] = s.ID
	}
	for cursor, more := "", true; more; more = cursor != "" {
		page, err := tx.Releases(ctx, app.ListQuery{Cursor: cursor, Limit: 200, Sort: "updated_at"})
		if err != nil {
			return err
		}
		cursor = page.Next
		for _, r := range page.Items {
			for range sitesOfRelease {
				i := register.Installation{
					ID: ident.New(), SiteID: sites[draw.IntN(len(sites))], ReleaseID: r.ID, Units: 1 + draw.IntN(5),
					InstalledOn: caldate.Of(a.Clock(), caldate.Tokyo), Revision: 1, CreatedAt: a.Clock(), UpdatedAt: a.Clock(),
				}
				if err := tx.AddInstallation(ctx, i); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// fleetReleases yields the components of releases until there are n in all.
func fleetReleases(sboms [][]sbom.Component, parts []string, n int) iter.Seq[[]sbom.Component] {
	return func(yield func([]sbom.Component) bool) {
		draw := rand.New(rand.NewPCG(1, 2)) // as above
		count := 0
		for release := 0; count < n; release++ {
			list := slices.Clone(sboms[release%len(sboms)])
			for i := range list {
				if draw.IntN(10) == 0 {
					drawVersion(&list[i], draw)
				}
			}
			for part := 0; part < 10 && release < partReleases; part++ {
				name := parts[int(float64(len(parts))*draw.Float64()*draw.Float64())]
				list = append(list, sbom.Component{Name: "part", CPEs: []string{name}})
			}
			count += len(list)
			if !yield(list) {
				return
			}
		}
	}
}

// drawVersion gives a component another version, in its purl too.
func drawVersion(c *sbom.Component, draw *rand.Rand) {
	at := strings.IndexByte(c.Purl, '@')
	if at < 0 {
		return
	}
	rest := c.Purl[at:]
	end := cmp.Or(max(strings.IndexAny(rest, "?#"), 0), len(rest))
	c.Version = fmt.Sprintf("%d.%d.%d", draw.IntN(6), draw.IntN(20), draw.IntN(5))
	c.Purl = c.Purl[:at+1] + c.Version + rest[end:]
}

// realSBOMs returns the components of the container SBOMs, a release each.
func realSBOMs(t *testing.T) [][]sbom.Component {
	t.Helper()
	var out [][]sbom.Component
	for s, err := range feed.SBOMs(filepath.Join(sharedData, "sbom", "container-spdx-trivy.tar.gz")) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, s.Document.Components)
	}
	return out
}

// partNames returns CPE names that records of the NVD name, one in twenty of them.
func partNames(t *testing.T) (names []string) {
	t.Helper()
	n := 0
	for record, err := range feed.Advisories("nvd", filepath.Join(sharedData, "vuln", "nvd-overrides.jsonl.gz")) {
		if err != nil {
			t.Fatal(err)
		}
		for i := range record.Affected {
			if list := record.Affected[i].CPEs; len(list) > 0 && record.Affected[i].Status.Open() {
				if n++; n%20 == 0 {
					names = append(names, strings.Clone(list[len(list)/2]))
				}
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// loadFast takes the index that costs most to keep away while load runs: a
// fleet of 10 million occurrences is built in minutes so. Only the measurement
// does this.
func loadFast(t *testing.T, path string, load func()) {
	t.Helper()
	const index = "occurrences_component ON occurrences (component_id, sbom_id)"
	change := func(statement string) {
		db, err := sql.Open("sqlite", path+"?_pragma=cache_size(-500000)&_pragma=temp_store_directory('"+filepath.Dir(path)+"')")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	change("DROP INDEX occurrences_component")
	load()
	change("CREATE INDEX " + index)
}
