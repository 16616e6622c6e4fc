package cli

import (
	"mimamori/internal/app"
	"mimamori/internal/fault"
)

// UserCmd has the commands about people.
type UserCmd struct {
	List UserListCmd `cmd:"" help:"List people."`
	Add  UserAddCmd  `cmd:"" help:"Invite a person; prints a one-time link."`
	Link UserLinkCmd `cmd:"" help:"Make a new one-time link for a person."`
}

// UserListCmd lists people.
type UserListCmd struct{ Who }

// Run lists people.
func (c UserListCmd) Run(x *Context) error {
	return c.read(x, func(a *app.App, by app.Actor) error {
		if !by.System && !app.May(by.Roles, app.ManageUsers) {
			return fault.New(fault.Forbidden, "only an administrator sees the list of people")
		}
		users, err := a.Store.Users(x.Ctx)
		if err != nil {
			return err
		}
		return c.show(x, users, func(line func(...any)) {
			line("ID", "E-MAIL", "NAME", "ROLES", "DISABLED")
			for _, u := range users {
				line(u.ID, u.Email, u.Name, u.Roles, u.Disabled)
			}
		})
	})
}

// UserAddCmd invites a person.
type UserAddCmd struct {
	Who
	Email string     `required:"" help:"E-mail address, used to sign in."`
	Name  string     `required:"" help:"Name."`
	Role  []app.Role `required:"" help:"administrator, product_security, safety_officer, approver or viewer; repeatable."`
	Lang  string     `default:"ja" enum:"ja,en" help:"Language of the page: ja or en."`
}

// Run invites a person.
func (c UserAddCmd) Run(x *Context) error {
	return c.with(x, func(a *app.App, by app.Actor) error {
		u, token, err := a.InviteUser(x.Ctx, by, app.InviteUser{Email: c.Email, Name: c.Name, Roles: c.Role, Lang: c.Lang})
		if err != nil {
			return err
		}
		return c.link(x, u, token)
	})
}

func (w Who) link(x *Context, u app.User, token string) error {
	path := "/setup?token=" + token
	return w.show(x, map[string]any{"user": u, "setup_path": path}, func(line func(...any)) {
		line(u.ID, u.Email)
		line("One-time link, good for 72 hours, on the server's address:", path)
	})
}

// UserLinkCmd makes a new one-time link.
type UserLinkCmd struct {
	Who
	Email string `arg:"" help:"E-mail address of the person."`
}

// Run makes a new one-time link.
func (c UserLinkCmd) Run(x *Context) error {
	return c.with(x, func(a *app.App, by app.Actor) error {
		u, err := a.Store.UserByEmail(x.Ctx, c.Email)
		if err != nil {
			return err
		}
		token, err := a.ReinviteUser(x.Ctx, by, u.ID)
		if err != nil {
			return err
		}
		return c.link(x, u, token)
	})
}
