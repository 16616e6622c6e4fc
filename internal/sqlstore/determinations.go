package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"mimamori/internal/app"
	"mimamori/internal/casefile"
	"mimamori/internal/fault"
)

func determinationRow(d *casefile.Determination) row {
	return row{
		{"id", &d.ID},
		{"case_id", &d.CaseID},
		{"version", &d.Version},
		{"status", &d.Status},
		{"aware_on", day{&d.AwareOn}},
		{"result", &d.Result},
		{"form", &d.Form},
		{"term_days", &d.TermDays},
		{"periodic", &d.Periodic},
		{"due_on", day{&d.DueOn}},
		{"first_report", &d.FirstReport},
		{"items", listOf(&d.Items)},
		{"override", optional[casefile.Override]{&d.Override}},
		{"record", raw{&d.Record}},
		{"digest", &d.Digest},
		{"comment", &d.Comment},
		{"made_by", &d.MadeBy},
		{"made_by_id", &d.MadeByID},
		{"made_at", instant{&d.MadeAt}},
		{"superseded", &d.Superseded},
	}
}

// signed is the condition that persons signed a determination; governing, that
// it governs its case (alias d). Each case has at most one that does. They are
// spelled as in the index determinations_governing.
const (
	signed    = "status IN ('confirmed', 'overridden')"
	governing = "d.superseded = 0 AND d." + signed
)

// outcome reads what a governing determination comes to: the result of its
// override, which is JSON, or its own result; "" when nothing governs.
type outcome struct{ p *string }

func (o outcome) Scan(src any) error {
	text, err := textFrom(src)
	*o.p = text
	if err != nil || !strings.HasPrefix(text, "{") {
		return err
	}
	var override casefile.Override
	if err := json.Unmarshal([]byte(text), &override); err != nil {
		return fmt.Errorf("an override: %w", err)
	}
	*o.p = override.Result
	return nil
}

func (r reader) Determinations(ctx context.Context, caseID string) ([]casefile.Determination, error) {
	return all(ctx, r.queries, determinationRow, "FROM determinations WHERE case_id = ? ORDER BY version DESC", caseID)
}

func (r reader) Determination(ctx context.Context, id string) (casefile.Determination, error) {
	return one(ctx, r.queries, "determination "+id, determinationRow, "FROM determinations WHERE id = ?", id)
}

func (r reader) DecidedCases(ctx context.Context, afterID string, limit int) ([]app.DecidedCase, error) {
	if limit < 1 {
		return nil, fault.New(fault.Internal, "decided cases were asked for %d at a time", limit)
	}
	return all(ctx, r.queries, func(d *app.DecidedCase) row {
		columns := append(caseRow(&d.Case).of("c"), determinationRow(&d.Determination).without("record").of("d")...)
		return append(columns, column{"p.licensed_on", day{&d.LicensedOn}})
	}, "FROM cases c JOIN determinations d ON d.case_id = c.id AND "+governing+" JOIN products p ON p.id = c.product_id "+
		"WHERE d.case_id > ? AND c.stage IN ('report', 'watch') ORDER BY d.case_id LIMIT ?", afterID, limit)
}

func (w writer) AddDetermination(ctx context.Context, d casefile.Determination) error {
	d.Superseded = false
	older := ""
	if !d.Status.Signed() && d.Status != casefile.Provisional {
		older = " AND NOT " + signed
	}
	if _, err := w.exec(ctx, "UPDATE determinations SET superseded = 1 WHERE case_id = ? AND superseded = 0"+older, d.CaseID); err != nil {
		return err
	}
	return w.insert(ctx, "determinations", determinationRow(&d))
}

// SettleDetermination stores the status with who gave it, when and with what
// comment; the answer of the law and its record stay.
func (w writer) SettleDetermination(ctx context.Context, d casefile.Determination) error {
	settled := row{
		{"status", &d.Status},
		{"comment", &d.Comment},
		{"made_by", &d.MadeBy},
		{"made_by_id", &d.MadeByID},
		{"made_at", instant{&d.MadeAt}},
	}
	if d.Status.Signed() {
		if _, err := w.exec(ctx, "UPDATE determinations SET superseded = 1 WHERE superseded = 0 AND id <> ? "+
			"AND case_id = (SELECT o.case_id FROM determinations o WHERE o.id = ?)", d.ID, d.ID); err != nil {
			return err
		}
		governs := false
		settled = append(settled, column{"superseded", &governs})
	}
	n, err := w.set(ctx, "determinations", settled, "id = ?", d.ID)
	if err == nil && n == 0 {
		_, err = w.Determination(ctx, d.ID) // NotFound
	}
	return err
}
