package demo

import (
	"context"

	"mimamori/internal/app"
)

// Accounts are the sample people in the order in which a newcomer meets them.
// Nobody has a password: the server prints one-time links.
var Accounts = []struct {
	Email, Name string
	Role        app.Role
}{
	{safety, "佐藤 美咲", app.SafetyOfficer},
	{approver, "高橋 健一", app.Approver},
	{psirt, "鈴木 翔太", app.ProductSecurity},
	{viewer, "田中 由美", app.Viewer},
	{admin, "加藤 直樹", app.Administrator},
}

// The short names of people in the tables of this package.
const (
	safety   = "safety@sample.example"
	psirt    = "psirt@sample.example"
	approver = "approver@sample.example"
	viewer   = "viewer@sample.example"
	admin    = "admin@sample.example"
)

func (l *loader) loadPeople(ctx context.Context) error {
	for _, p := range Accounts {
		u, _, err := l.InviteUser(ctx, app.System, app.InviteUser{Email: p.Email, Name: p.Name, Roles: []app.Role{p.Role}, Lang: "ja"})
		if err != nil {
			return err
		}
		l.people[p.Email] = app.Actor{UserID: u.ID, Name: u.Name, Roles: u.Roles, Via: "web"}
	}
	_, err := l.SetHolder(ctx, l.people[admin], app.Holder{
		Name: holderName, Address: "東京都架空区見本町1-2-3（実在しません）", Representative: "代表取締役 見本 太郎",
		ContactName: "佐藤 美咲", Department: "安全管理部（見本）", Telephone: "00-0000-0000", Email: safety,
	})
	return err
}
