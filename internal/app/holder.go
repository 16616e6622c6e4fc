package app

import (
	"context"

	"mimamori/internal/fault"
	"mimamori/internal/ledger"
	"mimamori/internal/report"
)

// Holder is the company in whose name reports are made (製造販売業者), and where
// they go. The addressee is a setting: offices are renamed.
type Holder struct {
	Name           string `json:"name"`
	Address        string `json:"address"`
	Representative string `json:"representative"`
	ContactName    string `json:"contact_name"`
	Department     string `json:"department"`
	Telephone      string `json:"telephone"`
	Email          string `json:"email"`
	Addressee      string `json:"addressee"` // "": the open value pmda-addressee, when somebody set it, else as the form has it
}

const holderKey = "holder"

// Holder returns the company's data; empty when nobody has entered them yet.
func (a *App) Holder(ctx context.Context) (Holder, error) {
	return holder(ctx, a.Store)
}

func holder(ctx context.Context, r Reader) (Holder, error) {
	var h Holder
	err := setting(ctx, r, holderKey, &h)
	return h, err
}

// SetHolder stores the company's data.
func (a *App) SetHolder(ctx context.Context, by Actor, h Holder) (Holder, error) {
	if err := require(by, ManageSettings); err != nil {
		return Holder{}, err
	}
	var c fault.Checker
	c.Require("/name", h.Name, "name of the marketing authorization holder")
	if err := c.Err("the company's data cannot be kept like this"); err != nil {
		return Holder{}, err
	}
	return h, a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		before, err := holder(ctx, tx)
		if err != nil {
			return err
		}
		tx.Record(by.entry("setting.changed", ledger.Subject{Kind: "setting", ID: holderKey, Name: "marketing authorization holder"}, before, h, ""))
		return tx.PutSetting(ctx, holderKey, asJSON(h))
	})
}

func (h Holder) source() report.HolderSource {
	return report.HolderSource{
		Ref: holderKey, Name: h.Name, Address: h.Address, Representative: h.Representative,
		ContactName: h.ContactName, Department: h.Department, Telephone: h.Telephone, Email: h.Email,
	}
}
