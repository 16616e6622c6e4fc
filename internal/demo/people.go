package demo

import (
	"context"

	"mimamori/internal/app"
)

// Accounts are the e-mail addresses of the sample people with what each is
// there for, in the order in which a newcomer meets them. Nobody has a
// password: the server prints one-time links.
var Accounts = []struct{ Email, Name, Duty string }{
	{"safety@sample.example", "佐藤 美咲", "安全管理責任者 / safety officer"},
	{"psirt@sample.example", "鈴木 翔太", "製品セキュリティ（PSIRT） / product security"},
	{"approver@sample.example", "高橋 健一", "総括製造販売責任者 / approver"},
	{"viewer@sample.example", "田中 由美", "閲覧者 / viewer"},
	{"admin@sample.example", "加藤 直樹", "管理者 / administrator"},
}

var roleOf = map[string]app.Role{
	"safety@sample.example": app.SafetyOfficer, "psirt@sample.example": app.ProductSecurity, "approver@sample.example": app.Approver,
	"viewer@sample.example": app.Viewer, "admin@sample.example": app.Administrator,
}

// The short names of people in the tables of this package.
const (
	safety   = "safety@sample.example"
	psirt    = "psirt@sample.example"
	approver = "approver@sample.example"
	admin    = "admin@sample.example"
)

func (l *loader) loadPeople(ctx context.Context) error {
	for _, p := range Accounts {
		u, _, err := l.InviteUser(ctx, app.System, app.InviteUser{Email: p.Email, Name: p.Name, Roles: []app.Role{roleOf[p.Email]}, Lang: "ja"})
		if err != nil {
			return err
		}
		l.people[p.Email] = app.Actor{UserID: u.ID, Name: u.Name, Roles: u.Roles, Via: "web"}
	}
	_, err := l.SetHolder(ctx, l.people[admin], app.Holder{
		Name: "みまもりメディカル株式会社（架空）", Address: "東京都架空区見本町1-2-3（実在しません）", Representative: "代表取締役 見本 太郎",
		ContactName: "佐藤 美咲", Department: "安全管理部（見本）", Telephone: "00-0000-0000", Email: safety,
	})
	return err
}
