package sqlstore

import (
	"cmp"
	"context"
	"slices"
	"time"

	"mimamori/internal/advisory"
	"mimamori/internal/app"
	"mimamori/internal/fault"
	"mimamori/internal/ident"
)

// storedStatement is a statement with the columns that find it.
type storedStatement struct {
	app.Statement
	issuer, document, content string
}

func storedStatementOf(s app.Statement) *storedStatement {
	return &storedStatement{Statement: s, issuer: bounded(app.IssuerKey(s.Issuer)), document: bounded(s.DocumentKey()), content: s.Content()}
}

func statementRow(s *storedStatement) row {
	return row{
		{"id", &s.ID},
		{"source", &s.Source},
		{"issuer_key", &s.issuer},
		{"document_key", &s.document},
		{"content", &s.content},
		{"body", nested[advisory.Statement]{&s.Statement.Statement}},
		{"stated_at", instant{&s.StatedAt}},
		{"restated_at", instant{&s.RestatedAt}},
		{"imported_at", instant{&s.ImportedAt}},
		{"superseded_at", instant{&s.SupersededAt}},
	}
}

// readStatement is the shape of a statement with the trust in its issuer.
func readStatement(s *app.Statement) row {
	return row{
		{"s.id", &s.ID},
		{"s.source", &s.Source},
		{"s.body", nested[advisory.Statement]{&s.Statement}},
		{"s.restated_at", instant{&s.RestatedAt}},
		{"s.imported_at", instant{&s.ImportedAt}},
		{"s.superseded_at", instant{&s.SupersededAt}},
		{"COALESCE((SELECT i.trust FROM issuers i WHERE i.issuer_key = s.issuer_key), 'unknown')", &s.Trust},
	}
}

const aboutVulnerability = "s.id IN (SELECT n.statement_id FROM vulnerability_aliases l JOIN statement_names n ON n.name_key = l.alias_key WHERE l.vulnerability_id = ?)"

var statements = listing{
	from: "statements s", id: "s.id", search: []string{"s.issuer_key", "s.document_key"}, order: "-stated_at",
	sorts: map[string]string{"stated_at": "s.stated_at"},
	filters: map[string]filter{
		"vulnerability": within(aboutVulnerability), "issuer": equals("s.issuer_key"), "source": equals("s.source"),
		"state": oneOf(map[string]string{"in_force": "s.superseded_at = ''", "superseded": "s.superseded_at <> ''"}),
	},
}

func (r reader) Statements(ctx context.Context, q app.ListQuery) (app.List[app.Statement], error) {
	return page(ctx, r.queries, statements, q, readStatement)
}

func (r reader) Statement(ctx context.Context, id string) (app.Statement, error) {
	return one(ctx, r.queries, "statement "+id, readStatement, "FROM statements s WHERE s.id = ?", id)
}

func (r reader) VulnerabilitiesNamed(ctx context.Context, names []string) ([]string, error) {
	var out []string
	err := inChunks(upperNames(names), func(part []string) error {
		condition, args := in("alias_key", part)
		ids, err := r.texts(ctx, "DISTINCT vulnerability_id", "FROM vulnerability_aliases WHERE "+condition, args...)
		out = append(out, ids...)
		return err
	})
	slices.Sort(out)
	return slices.Compact(out), err
}

func (r reader) StatementsAbout(ctx context.Context, names []string) ([]app.Statement, error) {
	out, seen := []app.Statement{}, map[string]bool{}
	err := inChunks(upperNames(names), func(part []string) error {
		condition, args := in("name_key", part)
		found, err := all(ctx, r.queries, readStatement,
			"FROM statements s WHERE s.superseded_at = '' AND s.id IN (SELECT statement_id FROM statement_names WHERE "+condition+")", args...)
		for _, s := range found {
			if !seen[s.ID] {
				seen[s.ID] = true
				out = append(out, s)
			}
		}
		return err
	})
	slices.SortFunc(out, func(a, b app.Statement) int { return cmp.Compare(a.ID, b.ID) })
	return out, err
}

func (r reader) VulnerabilitiesOfIssuer(ctx context.Context, key string) ([]string, error) {
	return r.texts(ctx, "DISTINCT l.vulnerability_id", "FROM statements s JOIN statement_names n ON n.statement_id = s.id "+
		"JOIN vulnerability_aliases l ON l.alias_key = n.name_key WHERE s.issuer_key = ? AND s.superseded_at = '' ORDER BY l.vulnerability_id", bounded(key))
}

// documentVersion is the version of one document that PutStatements is given.
type documentVersion struct {
	said []*storedStatement
	at   time.Time // newest StatedAt
}

func (w writer) PutStatements(ctx context.Context, given []app.Statement) ([]app.Statement, error) {
	type place struct{ source, document, issuer string }
	versions, order := map[place]*documentVersion{}, []place{}
	for _, s := range given {
		stored := storedStatementOf(s)
		at := place{s.Source, stored.document, stored.issuer}
		v, known := versions[at]
		if !known {
			v = &documentVersion{}
			versions[at] = v
			order = append(order, at)
		}
		v.at = newest(v.at, s.StatedAt)
		if !slices.ContainsFunc(v.said, func(o *storedStatement) bool { return o.content == stored.content }) {
			v.said = append(v.said, stored)
		}
	}
	changed := []app.Statement{}
	for _, at := range order {
		touched, err := w.putVersion(ctx, versions[at], "s.source = ? AND s.document_key = ? AND s.issuer_key = ?", at.source, at.document, at.issuer)
		if err != nil {
			return nil, err
		}
		changed = append(changed, touched...)
	}
	return changed, w.addIssuers(ctx, given)
}

// putVersion stores one version of the document that the condition finds.
func (w writer) putVersion(ctx context.Context, v *documentVersion, condition string, args ...any) ([]app.Statement, error) {
	old, err := all(ctx, w.queries, func(s *storedStatement) row {
		return append(readStatement(&s.Statement), column{"s.content", &s.content})
	},
		"FROM statements s WHERE "+condition+" ORDER BY s.id", args...)
	if err != nil {
		return nil, err
	}
	inForce, ever := map[string]*storedStatement{}, map[string]bool{}
	var last time.Time // that the version in force was stated
	for i := range old {
		ever[old[i].content] = true
		if old[i].SupersededAt.IsZero() {
			inForce[old[i].content] = &old[i]
			last = newest(last, old[i].RestatedAt)
		}
	}
	outdated := v.at.Before(last)
	var changed []app.Statement
	var added []*storedStatement
	still := map[string]bool{}
	for _, s := range v.said {
		still[s.content] = true
		held, holds := inForce[s.content]
		switch {
		case holds && s.StatedAt.After(held.RestatedAt):
			if _, err := w.set(ctx, "statements", row{{"restated_at", instant{&s.StatedAt}}}, "id = ?", held.ID); err != nil {
				return nil, err
			}
		case holds, outdated && ever[s.content]:
		default:
			s.ID, s.RestatedAt = ident.New(), s.StatedAt
			if outdated {
				s.SupersededAt = s.ImportedAt
			}
			added = append(added, s)
		}
	}
	if !outdated {
		gone, err := w.supersede(ctx, inForce, still, v.said[0].ImportedAt)
		if err != nil {
			return nil, err
		}
		changed = append(changed, gone...)
	}
	for _, s := range added {
		if s.SupersededAt.IsZero() {
			changed = append(changed, s.Statement)
		}
	}
	return changed, w.addStatements(ctx, added)
}

// supersede takes the statements out of force that are not still there.
func (w writer) supersede(ctx context.Context, inForce map[string]*storedStatement, still map[string]bool, at time.Time) ([]app.Statement, error) {
	var gone []app.Statement
	var ids []string
	for _, content := range sortedKeys(inForce) {
		if s := inForce[content]; !still[content] {
			s.SupersededAt = at
			gone, ids = append(gone, s.Statement), append(ids, s.ID)
		}
	}
	return gone, inChunks(ids, func(part []string) error {
		condition, args := in("id", part)
		_, err := w.set(ctx, "statements", row{{"superseded_at", instant{&at}}}, condition, args...)
		return err
	})
}

func (w writer) addStatements(ctx context.Context, added []*storedStatement) error {
	var rows, named []row
	for _, s := range added {
		rows = append(rows, statementRow(s))
		var keys []string
		for _, name := range s.Names() {
			keys = append(keys, aliasKey(name))
		}
		for _, key := range boundedKeys(keys) {
			named = append(named, row{{"name_key", &key}, {"statement_id", &s.ID}})
		}
	}
	if err := w.insert(ctx, "statements", rows...); err != nil {
		return err
	}
	return w.insert(ctx, "statement_names", named...)
}

func (w writer) SupersedeDocument(ctx context.Context, source, document string, at time.Time) ([]app.Statement, error) {
	held, err := all(ctx, w.queries, readStatement, "FROM statements s WHERE s.source = ? AND s.document_key = ? AND s.superseded_at = '' ORDER BY s.id",
		source, bounded(document))
	if err != nil || len(held) == 0 {
		return held, err
	}
	byID := map[string]*storedStatement{}
	for _, s := range held {
		byID[s.ID] = &storedStatement{Statement: s}
	}
	return w.supersede(ctx, byID, nil, at)
}

func issuerRow(i *app.Issuer) row {
	return row{
		{"issuer_key", &i.Key},
		{"name", &i.Name},
		{"trust", &i.Trust},
		{"reason", &i.Reason},
		{"set_by", &i.SetBy},
		{"set_at", instant{&i.SetAt}},
		{"revision", &i.Revision},
	}
}

const issuerStatements = "(SELECT COUNT(*) FROM statements s WHERE s.issuer_key = i.issuer_key AND s.superseded_at = '')"

var issuers = listing{
	from: "issuers i", id: "i.issuer_key", search: []string{"i.issuer_key"}, order: "name", // the key is the folded name
	sorts:   map[string]string{"name": "i.name", "statements": issuerStatements},
	filters: map[string]filter{"trust": equals("i.trust")},
}

func readIssuer(i *app.Issuer) row {
	return append(issuerRow(i).of("i"), column{issuerStatements, &i.Statements})
}

func (r reader) Issuers(ctx context.Context, q app.ListQuery) (app.List[app.Issuer], error) {
	return page(ctx, r.queries, issuers, q, readIssuer)
}

func (r reader) Issuer(ctx context.Context, key string) (app.Issuer, error) {
	return one(ctx, r.queries, "issuer "+key, readIssuer, "FROM issuers i WHERE i.issuer_key = ?", bounded(key))
}

// addIssuers makes the issuers known that nobody has judged yet.
func (w writer) addIssuers(ctx context.Context, given []app.Statement) error {
	fresh := map[string]*app.Issuer{}
	for _, s := range given {
		key := bounded(app.IssuerKey(s.Issuer))
		if fresh[key] == nil {
			fresh[key] = &app.Issuer{Key: key, Name: sortKey(s.Issuer), Trust: app.TrustUnknown}
		}
	}
	var rows []row
	for _, key := range sortedKeys(fresh) {
		rows = append(rows, issuerRow(fresh[key]))
	}
	return w.insertWith(ctx, "issuers", " ON CONFLICT (issuer_key) DO NOTHING", rows...)
}

// PutIssuer changes the trust in an issuer whose statements are stored.
func (w writer) PutIssuer(ctx context.Context, i app.Issuer) error {
	next := i.Revision + 1
	shape := append(issuerRow(&i).without("issuer_key", "name", "revision"), column{"revision", &next})
	n, err := w.set(ctx, "issuers", shape, "issuer_key = ? AND revision = ?", i.Key, i.Revision)
	if err != nil || n > 0 {
		return err
	}
	if _, err := w.Issuer(ctx, i.Key); err != nil {
		return err
	}
	return fault.New(fault.Conflict, "somebody else changed the trust in this issuer: load it again and repeat the change")
}

func decisionRow(d *app.StatementDecision) row {
	return row{
		{"id", &d.ID},
		{"statement_id", &d.StatementID},
		{"product_id", &d.ProductID},
		{"accepted", &d.Accepted},
		{"assessment_id", ref{&d.AssessmentID}},
		{"reason", &d.Reason},
		{"made_by", &d.By},
		{"made_at", instant{&d.At}},
	}
}

func (r reader) StatementDecisions(ctx context.Context, statementIDs []string) ([]app.StatementDecision, error) {
	out := []app.StatementDecision{}
	err := inChunks(statementIDs, func(part []string) error {
		condition, args := in("statement_id", part)
		found, err := all(ctx, r.queries, decisionRow, "FROM statement_decisions WHERE "+condition, args...)
		out = append(out, found...)
		return err
	})
	slices.SortFunc(out, func(a, b app.StatementDecision) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.ID, a.ID)) })
	return out, err
}

func (w writer) AddStatementDecision(ctx context.Context, d app.StatementDecision) error {
	return w.insert(ctx, "statement_decisions", decisionRow(&d))
}
