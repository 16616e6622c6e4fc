package app

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"unicode"

	"mimamori/internal/advisory"
	"mimamori/internal/fault"
	"mimamori/internal/ident"
	"mimamori/internal/ledger"
	"mimamori/internal/match"
	"mimamori/internal/register"
)

// leastProductScore is the similarity from which on a name is proposed: half of
// what both names consist of. Below, nearly all is noise.
const leastProductScore = 0.5

// ProposeProducts looks whether advisories name products of ours, if anything
// changed since it last did, and returns what is new. It decides nothing.
func (a *App) ProposeProducts(ctx context.Context) ([]ProductProposal, error) {
	_, behind, err := a.fleetMoved(ctx, a.Store.ProductNamesComputed)
	if err != nil || !behind {
		return nil, err
	}
	upTo := Computed{At: a.now()}
	if upTo.Seq, err = a.Store.LastFleetChange(ctx); err != nil {
		return nil, err
	}
	catalogue, err := readProductNames(ctx, a.Store)
	if err != nil {
		return nil, err
	}
	proposals, err := a.compareProducts(ctx, catalogue)
	if err != nil {
		return nil, err
	}
	var added []ProductProposal
	return added, a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		if added, err = tx.PutProductProposals(ctx, proposals, upTo); err != nil {
			return err
		}
		tx.Record(System.entry("products.compared", ledger.Subject{Kind: "setting", ID: "product-names", Name: "names of products"}, nil,
			map[string]int{"names": catalogue.Len(), "proposals": len(proposals), "new": len(added)}, ""))
		for _, p := range added {
			e := System.entry("product.named", ledger.Subject{Kind: "product", ID: p.ProductID, Name: p.BrandName}, nil, p, "")
			tx.Record(e)
		}
		return nil
	})
}

// proposeSoon is ProposeProducts in the background.
func (a *App) proposeSoon(ctx context.Context) {
	a.names.names.run(ctx, func(ctx context.Context) error {
		_, err := a.ProposeProducts(ctx)
		return err
	})
}

// readProductNames reads vendors and products that advisories name.
func readProductNames(ctx context.Context, r Reader) (*match.Catalogue, error) {
	var list []match.Named
	err := r.AdvisoryKeyCounts(ctx, func(key string, advisories int) error {
		if named, ok := match.NamedByKey(key, advisories); ok && named.Key() != "" && len(list) < maxIdentities {
			list = append(list, named)
		}
		return nil
	})
	return match.NewCatalogue(list), err
}

func (a *App) compareProducts(ctx context.Context, catalogue *match.Catalogue) ([]ProductProposal, error) {
	company, err := a.Holder(ctx)
	if err != nil {
		return nil, err
	}
	var out []ProductProposal
	err = eachProduct(ctx, a.Store, func(p register.Product) error {
		for _, found := range match.ProposeAdvisories(latin(company.Name), p.BrandName, "", catalogue) {
			if found.Score < leastProductScore || !strings.ContainsFunc(strings.Join(found.Shared, ""), unicode.IsLetter) {
				continue
			}
			vendor, name, err := a.spelled(ctx, found.Key())
			if err != nil {
				return err
			}
			out = append(out, ProductProposal{
				ProductID: p.ID, BrandName: p.BrandName, Key: found.Key(), Vendor: vendor, Name: name,
				Score: int(found.Score * 1000), Advisories: found.Records, FoundAt: a.now(),
			})
		}
		return nil
	})
	return out, err
}

// latin leaves out a company name in a script that no advisory uses: it
// would only count against every vendor.
func latin(company string) string {
	if strings.ContainsFunc(company, func(r rune) bool { return r < unicode.MaxLatin1 && unicode.IsLetter(r) }) {
		return company
	}
	return ""
}

// spelled returns vendor and product of a key as an advisory spells them.
func (a *App) spelled(ctx context.Context, key string) (vendor, name string, err error) {
	list, err := a.Store.AdvisoriesByKeys(ctx, []string{key})
	if err != nil {
		return "", "", err
	}
	for _, stored := range list {
		for _, f := range affectedOf(stored) {
			if match.AliasKey(f.Vendor, f.Product) == key {
				return f.Vendor, f.Product, nil
			}
		}
	}
	vendor, name, _ = strings.Cut(strings.TrimPrefix(key, "name:"), "|")
	return vendor, name, nil
}

// affectedOf reads what an advisory is about; what cannot be read is nothing.
func affectedOf(stored Advisory) []advisory.Affected {
	var record advisory.Advisory
	if json.Unmarshal(stored.Body, &record) != nil {
		return nil
	}
	return record.Affected
}

// NamedRelease is what an advisory would be for one release.
type NamedRelease struct {
	ReleaseID string `json:"release_id"`
	Version   string `json:"version"`
	Affected  int    `json:"affected"` // vulnerabilities
	Possible  int    `json:"possible"`
}

// NamingAdvisory is an advisory that names a vendor and product.
type NamingAdvisory struct {
	Source          string   `json:"source"`
	RecordID        string   `json:"record_id"`
	Title           string   `json:"title"`
	Vulnerability   string   `json:"vulnerability"`
	VulnerabilityID string   `json:"vulnerability_id"`
	Versions        []string `json:"versions"` // as it writes them
}

// ProductNameDetail is everything that helps to decide whether a name is a
// product of ours.
type ProductNameDetail struct {
	Advisories []NamingAdvisory `json:"advisories"` // the first 50
	Total      int              `json:"total"`
	Releases   []NamedRelease   `json:"releases"` // what confirming would give
}

// ProductNameDetail returns the advisories that name the vendor and product of
// a key, and what they would be for the releases of a product.
func (a *App) ProductNameDetail(ctx context.Context, productID, key string) (ProductNameDetail, error) {
	product, err := a.Store.Product(ctx, productID)
	if err != nil {
		return ProductNameDetail{}, err
	}
	stored, err := a.Store.AdvisoriesByKeys(ctx, []string{key})
	if err != nil {
		return ProductNameDetail{}, err
	}
	d := ProductNameDetail{Advisories: []NamingAdvisory{}, Total: len(stored), Releases: []NamedRelease{}}
	const most = 50
	for _, s := range stored[:min(len(stored), most)] {
		n := NamingAdvisory{Source: s.Source, RecordID: s.RecordID, Title: s.Title, VulnerabilityID: s.VulnerabilityID, Versions: []string{}}
		if n.Vulnerability = s.Part; n.Vulnerability == "" && len(s.Aliases) > 0 {
			n.Vulnerability = s.Aliases[0]
		}
		for _, f := range affectedOf(s) {
			if text := versionsOf(f); match.AliasKey(f.Vendor, f.Product) == key && text != "" && !slices.Contains(n.Versions, text) {
				n.Versions = append(n.Versions, text)
			}
		}
		d.Advisories = append(d.Advisories, n)
	}
	aliases := match.NewAliases([]match.Alias{{Name: match.DeviceName(product.ID), Identity: key}})
	m, err := newMatcher(aliases, stored)
	if err != nil {
		return d, err
	}
	releases, err := releasesOfProduct(ctx, a.Store, product.ID)
	if err != nil {
		return d, err
	}
	for _, r := range releases {
		fits := map[string]string{}
		for _, f := range m.matches([]register.Component{deviceOf(product, r, "")}) {
			for _, s := range stored {
				if s.ID == f.AdvisoryID && (fits[s.VulnerabilityID] == "" || f.Class < fits[s.VulnerabilityID]) {
					fits[s.VulnerabilityID] = f.Class
				}
			}
		}
		n := NamedRelease{ReleaseID: r.ID, Version: r.Version}
		for _, class := range fits {
			if class == string(match.Affected) {
				n.Affected++
			} else {
				n.Possible++
			}
		}
		d.Releases = append(d.Releases, n)
	}
	return d, nil
}

// versionsOf is what an entry says about versions, in one text.
func versionsOf(f advisory.Affected) string {
	if f.VersionText != "" {
		return f.VersionText
	}
	return strings.TrimSpace(strings.TrimPrefix(affectedText(f), strings.TrimSpace(f.Vendor+" "+f.Product)))
}

func releasesOfProduct(ctx context.Context, r Reader, productID string) ([]register.Release, error) {
	var out []register.Release
	q := ListQuery{Filter: map[string]string{"product": productID}, Sort: "version", Limit: 200}
	for {
		page, err := r.Releases(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, row := range page.Items {
			out = append(out, row.Release)
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return out, nil
		}
	}
}

// DecideProductName says whether advisories that name a vendor and product mean
// a product of ours.
type DecideProductName struct {
	ProductID string
	Vendor    string
	Name      string
	Ours      bool
	Reason    string
}

// DecidedProductName is a decision with what it did at once.
type DecidedProductName struct {
	Name   ProductName `json:"name"`
	Opened int         `json:"opened"` // findings opened or opened again
	Closed int         `json:"closed"`
}

// maxNameText bounds vendor and name, in bytes: both are one key of an index.
const maxNameText = 200

// DecideProductName records a decision; where the product is ours its releases
// are compared with every advisory that names it.
func (a *App) DecideProductName(ctx context.Context, by Actor, in DecideProductName) (DecidedProductName, error) {
	if err := require(by, Identify); err != nil {
		return DecidedProductName{}, err
	}
	var c fault.Checker
	c.Require("/vendor", in.Vendor, "vendor")
	c.Require("/name", in.Name, "name of the product")
	addReason(&c, "/reason", in.Reason)
	for pointer, text := range map[string]string{"/vendor": in.Vendor, "/name": in.Name} {
		if len(text) > maxNameText {
			c.Add(pointer, "length", "the text has %d bytes, at most %d fit: shorten it", len(text), maxNameText)
		}
	}
	if err := c.Err("the decision cannot be kept like this"); err != nil {
		return DecidedProductName{}, err
	}
	done := DecidedProductName{Name: ProductName{
		ID: ident.New(), ProductID: in.ProductID, Key: match.AliasKey(in.Vendor, in.Name), Vendor: strings.TrimSpace(in.Vendor), Name: strings.TrimSpace(in.Name),
		Ours: in.Ours, Reason: strings.TrimSpace(in.Reason), By: by.Name, At: a.now(),
	}}
	return done, a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		product, err := tx.Product(ctx, in.ProductID)
		if err != nil {
			return err
		}
		done.Name.BrandName = product.BrandName
		if err := tx.AddProductName(ctx, done.Name); err != nil {
			return err
		}
		tx.Record(by.nameEntry("product_name.decided", product, nil, done.Name, done.Name.Reason))
		done.Opened, done.Closed, err = a.syncDevices(ctx, tx, by, product)
		return err
	})
}

// WithdrawProductName takes a decision back. Findings that rest on it are
// closed; their history stays.
func (a *App) WithdrawProductName(ctx context.Context, by Actor, id, reason string) (DecidedProductName, error) {
	if err := require(by, Identify); err != nil {
		return DecidedProductName{}, err
	}
	if err := checkReason(reason); err != nil {
		return DecidedProductName{}, err
	}
	var done DecidedProductName
	return done, a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		before, err := tx.ProductName(ctx, id)
		if err != nil {
			return err
		}
		if !before.WithdrawnAt.IsZero() {
			return fault.New(fault.Conflict, "%s withdrew this decision before: nothing is left to do", before.WithdrawnBy)
		}
		product, err := tx.Product(ctx, before.ProductID)
		if err != nil {
			return err
		}
		after := before
		after.WithdrawnBy, after.WithdrawnAt, after.WithdrawnReason = by.Name, a.now(), strings.TrimSpace(reason)
		if err := tx.WithdrawProductName(ctx, after); err != nil {
			return err
		}
		tx.Record(by.nameEntry("product_name.withdrawn", product, before, after, after.WithdrawnReason))
		done.Name = after
		done.Opened, done.Closed, err = a.syncDevices(ctx, tx, by, product)
		return err
	})
}

func (by Actor) nameEntry(action string, p register.Product, before, after any, reason string) ledger.Entry {
	n, _ := after.(ProductName) // by both callers
	e := by.entry(action, ledger.Subject{Kind: "product_name", ID: n.ID, Name: n.Vendor + " " + n.Name}, before, after, reason)
	e.Parents = []ledger.Subject{subjectProduct(p)}
	return e
}

// deviceOf is the component that stands for a release itself.
func deviceOf(p register.Product, r register.Release, company string) register.Component {
	return register.Component{Type: "device", Name: p.BrandName, Version: r.Version, Supplier: company, Purl: match.DevicePurl(p.ID, r.ID)}
}

// syncDevices brings the components that stand for the releases of a product
// in line with register and decisions, with their findings. A product that
// nobody said to be named has none.
func (a *App) syncDevices(ctx context.Context, tx Tx, by Actor, p register.Product) (opened, closed int, err error) {
	ids, err := tx.DevicesOf(ctx, p.ID)
	if err != nil {
		return 0, 0, err
	}
	named, err := tx.ProductNames(ctx, ListQuery{Filter: map[string]string{"product": p.ID, "state": "in_force", "ours": "yes"}, Limit: 1})
	if err != nil {
		return 0, 0, err
	}
	if named.Total > 0 {
		company, err := holder(ctx, tx)
		if err != nil {
			return 0, 0, err
		}
		releases, err := releasesOfProduct(ctx, tx, p.ID)
		if err != nil {
			return 0, 0, err
		}
		for _, r := range releases {
			id, _, err := tx.PutDevice(ctx, r.ID, deviceOf(p, r, company.Name))
			if err != nil {
				return 0, 0, err
			}
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	if ids = slices.Compact(ids); len(ids) == 0 {
		return 0, 0, nil
	}
	changes, err := a.rematchComponents(ctx, tx, by, ids)
	if err != nil {
		return 0, 0, err
	}
	// Another component may stand for a release although no match changed.
	moved, err := a.align(ctx, tx, ids)
	recordFindings(tx, by, moved)
	opened, closed = countChanges(append(changes, moved...))
	return opened, closed, err
}

// ProductProposals lists names that may mean products of ours; the list is
// brought in line in the background.
func (a *App) ProductProposals(ctx context.Context, q ListQuery) (List[ProductProposal], error) {
	a.proposeSoon(ctx)
	return a.Store.ProductProposals(ctx, q)
}
