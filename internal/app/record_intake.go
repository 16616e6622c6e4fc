package app

import (
	"context"
	"fmt"

	"mimamori/internal/casefile"
	"mimamori/internal/fault"
	"mimamori/internal/ident"
	"mimamori/internal/intake"
	"mimamori/internal/ledger"
)

func subjectIntake(r intake.Record) ledger.Subject {
	return ledger.Subject{Kind: "intake", ID: r.ID, Name: r.Number}
}

// RecordIntake records safety information (安全管理情報) as it came, and makes its
// triage due within the strictest term. The record is never changed afterwards.
func (a *App) RecordIntake(ctx context.Context, by Actor, r intake.Record) (intake.Record, error) {
	if err := require(by, RecordIntake); err != nil {
		return intake.Record{}, err
	}
	if err := r.Check(a.Today()); err != nil {
		return intake.Record{}, err
	}
	r.ID, r.RecordedBy, r.RecordedAt = ident.New(), by.Name, a.now()
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		parents, err := checkLinks(ctx, tx, links{product: r.ProductID, release: r.ReleaseID, site: r.SiteID, vulnerability: r.VulnerabilityID})
		if err != nil {
			return err
		}
		if r.Number, err = a.number(ctx, tx, "IN"); err != nil {
			return err
		}
		e := by.entry("intake.recorded", subjectIntake(r), nil, r, "")
		e.Parents = parents
		tx.Record(e)
		if err := tx.AddIntake(ctx, r); err != nil {
			return err
		}
		_, err = a.addTriage(ctx, tx, by, r)
		return err
	})
	if err != nil {
		return intake.Record{}, err
	}
	return r, nil
}

// addTriage makes the triage of an intake record due: whether a case is opened
// from it has to be decided while the strictest term from its awareness date
// still runs.
func (a *App) addTriage(ctx context.Context, tx Tx, by Actor, r intake.Record) (casefile.Obligation, error) {
	o := casefile.Obligation{
		ID: ident.New(), IntakeID: r.ID, ProductID: r.ProductID, Kind: casefile.DueTriage, Items: []string{},
		AwareOn: r.AwareOn, DueOn: dueAfter(r.AwareOn, strictestDays), State: casefile.ObligationOpen, Revision: 1, CreatedAt: a.now(), UpdatedAt: a.now(),
	}
	o.LastOfficeDay = a.lastOfficeDay(o.DueOn)
	e := by.entry("obligation.added", subjectTriage(r, o), nil, o, "")
	e.Parents = []ledger.Subject{subjectIntake(r)}
	tx.Record(e)
	return o, tx.AddObligation(ctx, o)
}

func subjectTriage(r intake.Record, o casefile.Obligation) ledger.Subject {
	return ledger.Subject{Kind: "obligation", ID: o.ID, Name: r.Number}
}

// triageOf returns the newest triage of an intake record, whatever its state;
// false when it has none.
func triageOf(ctx context.Context, r Reader, intakeID string) (casefile.Obligation, bool, error) {
	list, err := r.Obligations(ctx, ListQuery{Filter: map[string]string{"intake": intakeID, "kind": string(casefile.DueTriage)}, Limit: 200})
	if err != nil || len(list.Items) == 0 {
		return casefile.Obligation{}, false, err
	}
	newest := list.Items[0].Obligation
	for _, row := range list.Items {
		if row.ID > newest.ID {
			newest = row.Obligation
		}
	}
	return newest, true, nil
}

// number takes the next number of a series in the year of today, for example "IN-2026-0007".
func (a *App) number(ctx context.Context, tx Tx, series string) (string, error) {
	year := a.Today().Year()
	n, err := tx.NextNumber(ctx, series, year)
	return fmt.Sprintf("%s-%d-%04d", series, year, n), err
}

// links are the records that another record names; "" names none.
type links struct{ product, release, site, vulnerability string }

// checkLinks returns the named records as ledger subjects, or an Invalid error
// that lists every one that does not exist or does not fit the product.
func checkLinks(ctx context.Context, r Reader, l links) ([]ledger.Subject, error) {
	var c fault.Checker
	var subjects []ledger.Subject
	missing := func(pointer, what string, err error) error {
		if fault.KindOf(err) == fault.NotFound {
			c.Add(pointer, "exists", "there is no such %s: choose one from the list", what)
			return nil
		}
		return err
	}
	if l.product != "" {
		p, err := r.Product(ctx, l.product)
		if err := missing("/product_id", "product", err); err != nil {
			return nil, err
		}
		subjects = append(subjects, subjectProduct(p))
	}
	if l.release != "" {
		rel, err := r.Release(ctx, l.release)
		if err := missing("/release_id", "release", err); err != nil {
			return nil, err
		}
		if err == nil && rel.ProductID != l.product {
			c.Add("/release_id", "fits", "release %s belongs to another product: choose one of this product's releases", rel.Version)
		}
		subjects = append(subjects, ledger.Subject{Kind: "release", ID: rel.ID})
	}
	if l.site != "" {
		s, err := r.Site(ctx, l.site)
		if err := missing("/site_id", "hospital", err); err != nil {
			return nil, err
		}
		subjects = append(subjects, subjectSite(s))
	}
	if l.vulnerability != "" {
		v, err := r.Vulnerability(ctx, l.vulnerability)
		if err := missing("/vulnerability_id", "vulnerability", err); err != nil {
			return nil, err
		}
		subjects = append(subjects, subjectVulnerability(v))
	}
	return subjects, c.Err("the record names something that does not fit")
}

func subjectVulnerability(v Vulnerability) ledger.Subject {
	return ledger.Subject{Kind: "vulnerability", ID: v.ID, Name: v.Name}
}
