package cli

import (
	"cmp"
	"strings"

	"mimamori/internal/app"
)

// IdentityCmd has the commands about components that no source can be asked
// about, and about names that advisories give to products.
type IdentityCmd struct {
	Unmatched IdentityUnmatchedCmd `cmd:"" help:"List components that cannot be matched, the most important first, with the best proposal."`
	Propose   IdentityProposeCmd   `cmd:"" help:"Propose identities for one of them, with what confirming each would do."`
	Confirm   IdentityConfirmCmd   `cmd:"" help:"Say what a component is, for all products, or that it has no identity."`
	Decisions IdentityDecisionsCmd `cmd:"" help:"List what was decided, by whom, when and why."`
	Withdraw  IdentityWithdrawCmd  `cmd:"" help:"Withdraw a decision; findings that rest on it are closed."`
	Named     IdentityNamedCmd     `cmd:"" help:"List names in advisories that may mean products of ours."`
	Name      IdentityNameCmd      `cmd:"" help:"Say whether a name in advisories means a product."`
	Unname    IdentityUnnameCmd    `cmd:"" help:"Withdraw such a decision."`
}

// IdentityUnmatchedCmd lists what cannot be matched.
type IdentityUnmatchedCmd struct {
	Who
	Page
	Reason string `enum:"none,unknown,uncovered," default:"" help:"Only those without identity (none), with one that no source knows (unknown), or registries without a source (uncovered)."`
}

// Run lists what cannot be matched.
func (c IdentityUnmatchedCmd) Run(x *Context) error {
	return c.read(x, func(a *app.App, _ app.Actor) error {
		if err := a.Store.RefreshUnmatched(x.Ctx, a.Clock().UTC()); err != nil {
			return err
		}
		view, err := a.Unmatched(x.Ctx, c.query(map[string]string{"reason": c.Reason}))
		if err != nil {
			return err
		}
		return c.show(x, view, func(line func(...any)) {
			line("SUPPLIER", "NAME", "WHY", "SITES", "PRODUCTS", "RELEASES", "BEST PROPOSAL")
			for _, i := range view.Items {
				best := ""
				if i.Best != nil {
					best = i.Best.Identity
				}
				line(cmp.Or(i.Supplier, "-"), i.Name, i.Reason, i.Sites, i.Products, i.Releases, best)
			}
		})
	})
}

// component names what a command is about.
type component struct {
	Supplier string `help:"Supplier, as the SBOM has it."`
	Name     string `required:"" help:"Name, as the SBOM has it."`
}

// IdentityProposeCmd proposes identities.
type IdentityProposeCmd struct {
	Who
	component
}

// Run proposes identities.
func (c IdentityProposeCmd) Run(x *Context) error {
	return c.read(x, func(a *app.App, _ app.Actor) error {
		proposals, err := a.ProposeIdentities(x.Ctx, c.Supplier, c.Name)
		if err != nil {
			return err
		}
		effects := make([]app.AliasEffect, len(proposals))
		for i, p := range proposals {
			if effects[i], err = a.AliasEffectOf(x.Ctx, c.Supplier, c.Name, p.Identity); err != nil {
				return err
			}
		}
		return c.show(x, effects, func(line func(...any)) {
			line("IDENTITY", "SIMILARITY", "SHARED", "ADVISORIES", "FINDINGS", "AFFECTED")
			for i, p := range proposals {
				line(p.Identity, p.Score, strings.Join(p.Shared, " "), p.Advisories, effects[i].Findings, effects[i].Affected)
			}
		})
	})
}

// IdentityConfirmCmd confirms an identity.
type IdentityConfirmCmd struct {
	Who
	component
	Identity string `xor:"what" required:"" help:"Package URL or CPE name, without version."`
	None     bool   `xor:"what" required:"" help:"The component has no identity that a source could know."`
	Reason   string `required:"" help:"Why."`
}

// Run confirms an identity.
func (c IdentityConfirmCmd) Run(x *Context) error {
	return c.with(x, func(a *app.App, by app.Actor) error {
		done, err := a.ConfirmAlias(x.Ctx, by, app.ConfirmAlias{Supplier: c.Supplier, Name: c.Name, Identity: c.Identity, Reason: c.Reason})
		if err != nil {
			return err
		}
		return c.show(x, done, func(line func(...any)) { line(done.Alias.ID, "opened", done.Opened, "closed", done.Closed) })
	})
}

// IdentityDecisionsCmd lists decisions.
type IdentityDecisionsCmd struct {
	Who
	Page
	State string `enum:"in_force,withdrawn," default:"" help:"in_force or withdrawn."`
}

// Run lists decisions.
func (c IdentityDecisionsCmd) Run(x *Context) error {
	return c.read(x, func(a *app.App, _ app.Actor) error {
		list, err := a.Store.Aliases(x.Ctx, c.query(map[string]string{"state": c.State}))
		if err != nil {
			return err
		}
		return c.show(x, list, func(line func(...any)) {
			line("ID", "COMPONENT", "IDENTITY", "BY", "AT", "REASON", "WITHDRAWN BY")
			for _, d := range list.Items {
				line(d.ID, strings.TrimSpace(d.Supplier+" "+d.Name), cmp.Or(d.Identity, "none"), d.By, d.At.Format("2006-01-02"), d.Reason, d.WithdrawnBy)
			}
		})
	})
}

// IdentityWithdrawCmd withdraws a decision.
type IdentityWithdrawCmd struct {
	Who
	ID     string `arg:"" help:"Decision (id)."`
	Reason string `required:"" help:"Why."`
}

// Run withdraws a decision.
func (c IdentityWithdrawCmd) Run(x *Context) error {
	return c.with(x, func(a *app.App, by app.Actor) error {
		done, err := a.WithdrawAlias(x.Ctx, by, c.ID, c.Reason)
		if err != nil {
			return err
		}
		return c.show(x, done, func(line func(...any)) { line(done.Alias.ID, "closed", done.Closed) })
	})
}

// IdentityNamedCmd lists names that may mean products.
type IdentityNamedCmd struct {
	Who
	Page
}

// Run lists names that may mean products.
func (c IdentityNamedCmd) Run(x *Context) error {
	return c.read(x, func(a *app.App, _ app.Actor) error {
		if _, err := a.ProposeProducts(x.Ctx); err != nil {
			return err
		}
		list, err := a.Store.ProductProposals(x.Ctx, c.query(nil))
		if err != nil {
			return err
		}
		return c.show(x, list, func(line func(...any)) {
			line("PRODUCT", "BRAND NAME", "VENDOR", "NAME", "SIMILARITY", "ADVISORIES")
			for _, p := range list.Items {
				line(p.ProductID, p.BrandName, p.Vendor, p.Name, float64(p.Score)/1000, p.Advisories)
			}
		})
	})
}

// IdentityNameCmd decides about a name.
type IdentityNameCmd struct {
	Who
	Product string `required:"" help:"Product (id)."`
	Vendor  string `required:"" help:"Vendor, as the advisory has it."`
	Name    string `required:"" help:"Product, as the advisory has it."`
	NotOurs bool   `help:"The name does not mean this product."`
	Reason  string `required:"" help:"Why."`
}

// Run decides about a name.
func (c IdentityNameCmd) Run(x *Context) error {
	return c.with(x, func(a *app.App, by app.Actor) error {
		done, err := a.DecideProductName(x.Ctx, by, app.DecideProductName{ProductID: c.Product, Vendor: c.Vendor, Name: c.Name, Ours: !c.NotOurs, Reason: c.Reason})
		if err != nil {
			return err
		}
		return c.show(x, done, func(line func(...any)) { line(done.Name.ID, "opened", done.Opened, "closed", done.Closed) })
	})
}

// IdentityUnnameCmd withdraws a decision about a name.
type IdentityUnnameCmd struct {
	Who
	ID     string `arg:"" help:"Decision (id)."`
	Reason string `required:"" help:"Why."`
}

// Run withdraws a decision about a name.
func (c IdentityUnnameCmd) Run(x *Context) error {
	return c.with(x, func(a *app.App, by app.Actor) error {
		done, err := a.WithdrawProductName(x.Ctx, by, c.ID, c.Reason)
		if err != nil {
			return err
		}
		return c.show(x, done, func(line func(...any)) { line(done.Name.ID, "closed", done.Closed) })
	})
}
