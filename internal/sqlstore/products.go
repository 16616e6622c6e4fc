package sqlstore

import (
	"context"

	"mimamori/internal/app"
	"mimamori/internal/caldate"
	"mimamori/internal/fault"
	"mimamori/internal/fold"
	"mimamori/internal/register"
)

func productRow(p *register.Product) row {
	return row{
		{"id", &p.ID},
		{"brand_name", &p.BrandName},
		{"generic_name", &p.GenericName},
		{"jmdn_code", &p.JMDNCode},
		{"route", &p.Route},
		{"licence_number", &p.LicenceNumber},
		{"licensed_on", day{&p.LicensedOn}},
		{"class", &p.Class},
		{"connectivity", listOf(&p.Connectivity)},
		{"samd", &p.SaMD},
		{"eol_on", day{&p.EOLOn}},
		{"eos_on", day{&p.EOSOn}},
		{"designated", &p.Designated},
		{"indication", &p.Indication},
		{"site_of_use", &p.SiteOfUse},
		{"note", &p.Note},
		{"revision", &p.Revision},
		{"created_at", instant{&p.CreatedAt}},
		{"updated_at", instant{&p.UpdatedAt}},
	}
}

func productSearch(p register.Product) column {
	return found(p.BrandName, p.GenericName, p.JMDNCode, p.LicenceNumber, p.Note)
}

var products = listing{
	from: "products p", id: "p.id", search: []string{"p.search"}, order: "brand_name",
	sorts: map[string]string{
		"brand_name": "p.brand_name", "generic_name": "p.generic_name", "licence_number": "p.licence_number",
		"class": "p.class", "eos_on": "p.eos_on", "updated_at": "p.updated_at",
	},
	filters: map[string]filter{
		"class": equals("p.class"), "route": equals("p.route"), "eos": eosFilter,
		"today": func(string, map[string]string) (string, []any, error) { return "", nil, nil }, // belongs to eos
	},
}

// eosFilter compares the end of support with Filter["today"]. A product
// without that day is in none of the three.
func eosFilter(value string, all map[string]string) (string, []any, error) {
	today, err := caldate.Parse(all["today"])
	if err != nil {
		return "", nil, fault.New(fault.Invalid, "the filter today must hold the day to compare with, for example 2026-06-01")
	}
	switch value {
	case "past":
		return "p.eos_on <> '' AND p.eos_on < ?", []any{today.String()}, nil
	case "soon":
		return "p.eos_on >= ? AND p.eos_on <= ?", []any{today.String(), today.AddDays(180).String()}, nil
	case "supported":
		return "p.eos_on >= ?", []any{today.String()}, nil
	default:
		return "", nil, fault.New(fault.Invalid, "%q is not a value of this filter: choose one of past, soon, supported", value)
	}
}

func (r reader) Product(ctx context.Context, id string) (register.Product, error) {
	return one(ctx, r.queries, "product "+id, productRow, "FROM products WHERE id = ?", id)
}

func (r reader) Products(ctx context.Context, q app.ListQuery) (app.List[app.ProductRow], error) {
	return page(ctx, r.queries, products, q, func(p *app.ProductRow) row {
		return append(productRow(&p.Product).of("p"), row{
			{"(SELECT COUNT(*) FROM releases r WHERE r.product_id = p.id)", &p.Releases},
			{"(SELECT COUNT(DISTINCT i.site_id) FROM installations i JOIN releases r ON r.id = i.release_id WHERE r.product_id = p.id)", &p.Sites},
			unitsOfProduct(&p.ProductUnits),
			{"(SELECT COUNT(*) FROM findings f JOIN releases r ON r.id = f.release_id WHERE r.product_id = p.id AND f.state = 'open')", &p.OpenFindings},
			{"(SELECT COUNT(*) FROM cases c WHERE c.product_id = p.id AND c.stage <> 'watch')", &p.OpenCases},
		}...)
	})
}

func unitsOfProduct(p *app.ProductUnits) column {
	return column{"(SELECT COALESCE(SUM(i.units), 0) FROM installations i JOIN releases r ON r.id = i.release_id WHERE r.product_id = p.id)", &p.Units}
}

func (r reader) ProductUnits(ctx context.Context, id string) (app.ProductUnits, error) {
	return one(ctx, r.queries, "product "+id, func(p *app.ProductUnits) row {
		return append(productRow(&p.Product).of("p"), unitsOfProduct(p))
	}, "FROM products p WHERE p.id = ?", id)
}

func (r reader) ProductsAfter(ctx context.Context, id string, limit int) ([]register.Product, error) {
	return all(ctx, r.queries, productRow, "FROM products WHERE id > ? ORDER BY id LIMIT ?", id, limit)
}

func (w writer) AddProduct(ctx context.Context, p register.Product) error {
	p.Revision = max(p.Revision, 1)
	return w.insert(ctx, "products", append(productRow(&p), productSearch(p)))
}

func (w writer) UpdateProduct(ctx context.Context, p register.Product) error {
	if err := w.revise(ctx, "products", "product", p.ID, p.Revision, append(productRow(&p), productSearch(p))); err != nil {
		return err
	}
	search := fold.Text(p.BrandName)
	_, err := w.exec(ctx, "UPDATE findings SET brand_name = ?, search_product = ? WHERE release_id IN (SELECT id FROM releases WHERE product_id = ?) AND search_product <> ?",
		sortKey(p.BrandName), search, p.ID, search)
	return err
}
