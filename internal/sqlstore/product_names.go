package sqlstore

import (
	"context"

	"mimamori/internal/app"
	"mimamori/internal/fault"
	"mimamori/internal/ident"
	"mimamori/internal/register"
)

func productNameRow(n *app.ProductName) row {
	return row{
		{"id", &n.ID},
		{"product_id", &n.ProductID},
		{"vendor", &n.Vendor},
		{"name", &n.Name},
		{"name_key", &n.Key},
		{"ours", &n.Ours},
		{"reason", &n.Reason},
		{"made_by", &n.By},
		{"made_at", instant{&n.At}},
		{"withdrawn_by", &n.WithdrawnBy},
		{"withdrawn_at", instant{&n.WithdrawnAt}},
		{"withdrawn_reason", &n.WithdrawnReason},
	}
}

var productNames = listing{
	from: "product_names n JOIN products p ON p.id = n.product_id", id: "n.id", search: []string{"p.search"}, order: "-made_at",
	sorts: map[string]string{"made_at": "n.made_at"},
	filters: map[string]filter{
		"product": equals("n.product_id"),
		"state":   oneOf(map[string]string{"in_force": "n.withdrawn_at = ''", "withdrawn": "n.withdrawn_at <> ''"}),
		"ours":    oneOf(map[string]string{"yes": "n.ours = 1", "no": "n.ours = 0"}),
	},
}

var productProposals = listing{
	from: "product_proposals n JOIN products p ON p.id = n.product_id", id: "n.id", search: []string{"p.search"}, order: "-score",
	sorts:   map[string]string{"score": "n.score", "found_at": "n.found_at"},
	base:    "NOT EXISTS (SELECT 1 FROM product_names d WHERE d.product_id = n.product_id AND d.name_key = n.name_key AND d.withdrawn_at = '')",
	filters: map[string]filter{"product": equals("n.product_id")},
}

func (r reader) ProductName(ctx context.Context, id string) (app.ProductName, error) {
	return one(ctx, r.queries, "name of a product "+id, namedRow, "FROM product_names n JOIN products p ON p.id = n.product_id WHERE n.id = ?", id)
}

func namedRow(n *app.ProductName) row {
	return append(productNameRow(n).of("n"), column{"p.brand_name", &n.BrandName})
}

func (r reader) ProductNames(ctx context.Context, q app.ListQuery) (app.List[app.ProductName], error) {
	return page(ctx, r.queries, productNames, q, namedRow)
}

func proposalRow(p *app.ProductProposal) row {
	return row{
		{"id", &p.ID},
		{"product_id", &p.ProductID},
		{"name_key", &p.Key},
		{"vendor", &p.Vendor},
		{"name", &p.Name},
		{"score", &p.Score},
		{"advisories", &p.Advisories},
		{"found_at", instant{&p.FoundAt}},
	}
}

func (r reader) ProductProposals(ctx context.Context, q app.ListQuery) (app.List[app.ProductProposal], error) {
	return page(ctx, r.queries, productProposals, q, func(n *app.ProductProposal) row {
		return append(proposalRow(n).of("n"), column{"p.brand_name", &n.BrandName})
	})
}

const productNamesName = "product names"

func (r reader) ProductNamesComputed(ctx context.Context) (app.Computed, error) {
	return r.computed(ctx, productNamesName)
}

func (r reader) DevicesOf(ctx context.Context, productID string) ([]string, error) {
	return r.texts(ctx, "d.component_id", "FROM devices d JOIN releases r ON r.id = d.release_id WHERE r.product_id = ? ORDER BY d.component_id", productID)
}

func (w writer) AddProductName(ctx context.Context, n app.ProductName) error {
	return w.insert(ctx, "product_names", productNameRow(&n))
}

func (w writer) WithdrawProductName(ctx context.Context, n app.ProductName) error {
	changed, err := w.set(ctx, "product_names", row{
		{"withdrawn_by", &n.WithdrawnBy},
		{"withdrawn_at", instant{&n.WithdrawnAt}},
		{"withdrawn_reason", &n.WithdrawnReason},
	}, "id = ? AND withdrawn_at = ''", n.ID)
	if err != nil || changed > 0 {
		return err
	}
	if _, err := w.ProductName(ctx, n.ID); err != nil {
		return err
	}
	return fault.New(fault.Conflict, "somebody else withdrew this decision: load it again")
}

func (w writer) PutProductProposals(ctx context.Context, proposals []app.ProductProposal, upTo app.Computed) ([]app.ProductProposal, error) {
	stored, err := all(ctx, w.queries, proposalRow, "FROM product_proposals")
	if err != nil {
		return nil, err
	}
	type pair struct{ product, key string }
	known := map[pair]app.ProductProposal{}
	for _, p := range stored {
		known[pair{p.ProductID, p.Key}] = p
	}
	var added []app.ProductProposal
	var rows []row
	for i := range proposals {
		p := &proposals[i]
		at := pair{p.ProductID, p.Key}
		old, ok := known[at]
		delete(known, at)
		if !ok {
			p.ID = ident.New()
			added = append(added, *p)
		} else if p.ID, p.FoundAt = old.ID, old.FoundAt; p.Score == old.Score && p.Advisories == old.Advisories {
			continue
		}
		rows = append(rows, proposalRow(p))
	}
	var gone []string
	for _, p := range known {
		gone = append(gone, p.ID)
	}
	if err := inChunks(gone, func(part []string) error {
		condition, args := in("id", part)
		_, err := w.exec(ctx, "DELETE FROM product_proposals WHERE "+condition, args...)
		return err
	}); err != nil {
		return nil, err
	}
	if err := w.insertWith(ctx, "product_proposals", " ON CONFLICT (id) DO UPDATE SET score = excluded.score, advisories = excluded.advisories", rows...); err != nil {
		return nil, err
	}
	return added, setComputed(ctx, w.queries, productNamesName, upTo)
}

func (w writer) PutDevice(ctx context.Context, releaseID string, c register.Component) (id, before string, err error) {
	occurrence := []register.Occurrence{{Component: c}}
	if _, err := w.intern(ctx, occurrence, func([]register.Component) {}); err != nil {
		return "", "", err
	}
	id = occurrence[0].Component.ID
	was, err := w.texts(ctx, "component_id", "FROM devices WHERE release_id = ?", releaseID)
	if err != nil {
		return "", "", err
	}
	if len(was) > 0 && was[0] != id {
		before = was[0]
	}
	return id, before, w.insertWith(ctx, "devices", " ON CONFLICT (release_id) DO UPDATE SET component_id = excluded.component_id",
		row{{"component_id", &id}, {"release_id", &releaseID}})
}
