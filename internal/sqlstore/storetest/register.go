package storetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"testing"

	"mimamori/internal/app"
	"mimamori/internal/caldate"
	"mimamori/internal/fault"
	"mimamori/internal/ident"
	"mimamori/internal/register"
)

func people(t *testing.T, f *fixture) {
	u := app.User{
		ID: ident.New(), Email: "Sato@Example.jp", Name: "佐藤 花子", Roles: []app.Role{app.Approver, app.Viewer}, Lang: "ja",
		PasswordHash: "$argon2id$x", CreatedAt: f.tick(), UpdatedAt: f.now,
	}
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.AddUser(ctx, u) })
	got := must[app.User](t)(f.UserByEmail(f.ctx(), "SATO@example.jp"))
	u.Email, u.Revision = "sato@example.jp", 1
	equal(t, got, u)

	twin := app.User{ID: ident.New(), Email: "SATO@EXAMPLE.JP", Name: "x"}
	wantKind(t, f.try(func(ctx context.Context, tx app.Tx) error { return tx.AddUser(ctx, twin) }), fault.Conflict)

	u.Disabled, u.UpdatedAt = true, f.tick()
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.UpdateUser(ctx, u) })
	wantKind(t, f.try(func(ctx context.Context, tx app.Tx) error { return tx.UpdateUser(ctx, u) }), fault.Conflict) // the revision is stale now
	u.Revision = 2
	equal(t, must[app.User](t)(f.User(f.ctx(), u.ID)), u)
	equal(t, must[[]app.User](t)(f.Users(f.ctx())), []app.User{u})

	missing := u
	missing.ID, missing.Email = ident.New(), "nobody@example.jp"
	wantKind(t, f.try(func(ctx context.Context, tx app.Tx) error { return tx.UpdateUser(ctx, missing) }), fault.NotFound)
	_, err := f.User(f.ctx(), missing.ID)
	wantKind(t, err, fault.NotFound)

	for _, i := range []app.Invitation{{TokenHash: "first", ExpiresAt: f.tick()}, {TokenHash: "second", UserID: u.ID, ExpiresAt: f.tick()}} {
		f.write(func(ctx context.Context, tx app.Tx) error { return tx.AddInvitation(ctx, i) })
		equal(t, must[app.Invitation](t)(f.Invitation(f.ctx(), i.TokenHash)), i)
		at := f.tick()
		f.write(func(ctx context.Context, tx app.Tx) error { return tx.UseInvitation(ctx, i.TokenHash, at) })
		i.UsedAt = at
		equal(t, must[app.Invitation](t)(f.Invitation(f.ctx(), i.TokenHash)), i)
		wantKind(t, f.try(func(ctx context.Context, tx app.Tx) error { return tx.UseInvitation(ctx, i.TokenHash, at) }), fault.Conflict)
	}
	wantKind(t, f.try(func(ctx context.Context, tx app.Tx) error { return tx.UseInvitation(ctx, "none", f.now) }), fault.NotFound)
}

func (f *fixture) product(brand string, change ...func(*register.Product)) register.Product {
	f.t.Helper()
	p := register.Product{
		ID: ident.New(), BrandName: brand, GenericName: "汎用輸液ポンプ", JMDNCode: "13215000", Route: register.Approval, LicenceNumber: "30100BZX00001000",
		LicensedOn: caldate.MustParse("2024-04-01"), Class: register.ClassIII, Connectivity: []register.Link{register.LinkWired, register.LinkWireless},
		Designated: register.Unknown, Revision: 1, CreatedAt: f.tick(), UpdatedAt: f.now,
	}
	for _, c := range change {
		c(&p)
	}
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.AddProduct(ctx, p) })
	return p
}

func products(t *testing.T, f *fixture) {
	eos := func(day string) func(*register.Product) {
		return func(p *register.Product) { p.EOSOn = caldate.MustParse(day) }
	}
	past := f.product("輸液ポンプ A", eos("2026-05-31"), func(p *register.Product) { p.Class = register.ClassIV })
	soon := f.product("輸液ポンプ B", eos("2026-06-01"), func(p *register.Product) { p.SaMD = true })
	last := f.product("輸液ポンプ C", eos("2026-11-28"))
	later := f.product("輸液ポンプ D", eos("2026-11-29"), func(p *register.Product) { p.Class = register.ClassII; p.Route = register.Certification })
	open := f.product("輸液ポンプ E", func(p *register.Product) { p.Connectivity = []register.Link{}; p.Class = register.ClassI })
	equal(t, must[register.Product](t)(f.Product(f.ctx(), soon.ID)), soon)

	brands := func(q app.ListQuery) string {
		t.Helper()
		list := must[app.List[app.ProductRow]](t)(f.Products(f.ctx(), q))
		if list.Total != len(list.Items) {
			t.Fatalf("total %d of %d items", list.Total, len(list.Items))
		}
		var out string
		for _, p := range list.Items {
			out += strings.TrimPrefix(p.BrandName, "輸液ポンプ ")
		}
		return out
	}
	for _, tt := range []struct {
		name string
		q    app.ListQuery
		want string
	}{
		{"own order", app.ListQuery{}, "ABCDE"},
		{"descending", app.ListQuery{Sort: "-brand_name"}, "EDCBA"},
		{"classes count up", app.ListQuery{Sort: "class"}, "EDBCA"},
		{"last changed first", app.ListQuery{Sort: "-updated_at"}, "EDCBA"},
		{"class", only("class", "III"), "BC"},
		{"route", only("route", "certification"), "D"},
		{"an empty filter is none", only("class", ""), "ABCDE"},
		{"support ended the day before", app.ListQuery{Filter: map[string]string{"eos": "past", "today": "2026-06-01"}}, "A"},
		{"support ends today up to in 180 days", app.ListQuery{Filter: map[string]string{"eos": "soon", "today": "2026-06-01"}}, "BC"},
		{"supported, where the day is known", app.ListQuery{Filter: map[string]string{"eos": "supported", "today": "2026-06-01"}}, "BCD"},
		{"licence number", app.ListQuery{Text: "30100bzx"}, "ABCDE"},
	} {
		if got := brands(tt.q); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
	_, err := f.Products(f.ctx(), only("eos", "soon"))
	wantKind(t, err, fault.Invalid)

	open.Note, open.UpdatedAt = "改訂", f.tick()
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.UpdateProduct(ctx, open) })
	wantKind(t, f.try(func(ctx context.Context, tx app.Tx) error { return tx.UpdateProduct(ctx, open) }), fault.Conflict)
	open.Revision++
	equal(t, must[register.Product](t)(f.Product(f.ctx(), open.ID)), open)
	if got := brands(app.ListQuery{Text: "改訂"}); got != "E" {
		t.Errorf("the changed note is not found: %s", got)
	}
	_, _, _ = past, last, later
}

func (f *fixture) release(p register.Product, version string) register.Release {
	f.t.Helper()
	r := register.Release{
		ID: ident.New(), ProductID: p.ID, Version: version, ReleasedOn: caldate.MustParse("2025-10-01"), Revision: 1, CreatedAt: f.tick(), UpdatedAt: f.now,
	}
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.AddRelease(ctx, r) })
	return r
}

// component is a part with one purl that is its only matching key.
func component(name, version string) register.Component {
	purl := "pkg:generic/" + name + "@" + version
	return register.Component{Type: "library", Name: name, Version: version, Purl: purl, Keys: []string{"pkg:generic/" + name}}
}

// keyed is for components that have their keys.
func keyed([]register.Component) {}

// sbom gives the release a new SBOM in use and returns it with its occurrences.
func (f *fixture) sbom(r register.Release, components ...register.Component) (register.SBOM, []register.Occurrence) {
	f.t.Helper()
	s := register.SBOM{
		ID: ident.New(), ReleaseID: r.ID, FileName: "bom.json", Format: "CycloneDX", SpecVersion: "1.6", Components: len(components),
		Problems: []register.Problem{}, UploadedBy: "鈴木", UploadedAt: f.tick(),
	}
	file := []byte("SBOM " + s.ID)
	sum := sha256.Sum256(file)
	s.SHA256, s.Bytes = hex.EncodeToString(sum[:]), int64(len(file))
	var occurrences []register.Occurrence
	for i, c := range components {
		occurrences = append(occurrences, register.Occurrence{Component: c, Ref: "ref" + string(rune('a'+i)), Parent: ""})
	}
	f.write(func(ctx context.Context, tx app.Tx) error {
		_, err := tx.AddSBOM(ctx, s, occurrences, bytes.NewReader(file), keyed)
		return err
	})
	return s, occurrences
}

func releasesAndSBOMs(t *testing.T, f *fixture) {
	p := f.product("輸液ポンプ")
	r := f.release(p, "3.2.1")
	other := f.release(f.product("別の品目"), "1.0")
	equal(t, must[register.Release](t)(f.Release(f.ctx(), r.ID)), r)

	cpe := register.Component{
		Type: "firmware", Name: "RTOS", Version: "7", Supplier: "Acme", CPE: "cpe:2.3:o:acme:rtos:7:*:*:*:*:*:*:*", Keys: []string{"cpe:o:acme:rtos"},
		More: register.MoreIdentity{CPEs: []string{"cpe:2.3:o:acme:rtos:7.0:*:*:*:*:*:*:*"}, SourceName: "rtos"},
	}
	plain := register.Component{Type: "file", Name: "blob", Keys: []string{}}
	first, _ := f.sbom(r, component("zlib", "1.2"))
	second, occurrences := f.sbom(r, component("openssl", "3.0.1"), cpe, plain, component("zlib", "1.2"))

	got := must[register.Release](t)(f.Release(f.ctx(), r.ID))
	if got.SBOMID != second.ID || got.Revision != 1 {
		t.Fatalf("the SBOM in use is %s of revision %d, want %s", got.SBOMID, got.Revision, second.ID)
	}
	equal(t, must[[]register.SBOM](t)(f.SBOMsOfRelease(f.ctx(), r.ID)), []register.SBOM{second, first}) // the old one is kept
	equal(t, must[register.SBOM](t)(f.SBOM(f.ctx(), second.ID)), second)
	equal(t, string(must[[]byte](t)(f.Blob(f.ctx(), second.SHA256))), "SBOM "+second.ID)
	_, err := f.Blob(f.ctx(), "0000")
	wantKind(t, err, fault.NotFound)

	list := must[app.List[register.Occurrence]](t)(f.Occurrences(f.ctx(), second.ID, app.ListQuery{Sort: "name"}))
	equal(t, list.Items, []register.Occurrence{occurrences[1], occurrences[2], occurrences[0], occurrences[3]}) // RTOS, blob, openssl, zlib: by bytes
	for filter, want := range map[string]int{"purl": 2, "cpe": 1, "none": 1} {
		if list := must[app.List[register.Occurrence]](t)(f.Occurrences(f.ctx(), second.ID, only("match", filter))); list.Total != want {
			t.Errorf("match=%s: %d, want %d", filter, list.Total, want)
		}
	}
	equal(t, len(must[[]register.Component](t)(f.ComponentsOfSBOM(f.ctx(), second.ID))), 4)

	// An update from a stale copy of the SBOM does not put the old one back.
	stale := r
	stale.Note = "note"
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.UpdateRelease(ctx, stale) })
	if got := must[register.Release](t)(f.Release(f.ctx(), r.ID)); got.SBOMID != second.ID || got.Note != "note" || got.Revision != 2 {
		t.Fatalf("after the update: %+v", got)
	}

	rows := must[app.List[app.ReleaseRow]](t)(f.Releases(f.ctx(), only("product", p.ID)))
	if rows.Total != 1 || rows.Items[0].SBOM == nil || rows.Items[0].SBOM.ID != second.ID || rows.Items[0].BrandName != "輸液ポンプ" {
		t.Fatalf("releases: %+v", rows)
	}
	if rows := must[app.List[app.ReleaseRow]](t)(f.Releases(f.ctx(), app.ListQuery{Text: "別の 1.0"})); rows.Total != 1 || rows.Items[0].ID != other.ID || rows.Items[0].SBOM != nil {
		t.Fatalf("releases by text: %+v", rows)
	}

	wrong := register.SBOM{ID: ident.New(), ReleaseID: r.ID, SHA256: strings.Repeat("0", 64)}
	wantKind(t, f.try(func(ctx context.Context, tx app.Tx) error {
		_, err := tx.AddSBOM(ctx, wrong, nil, strings.NewReader("x"), keyed)
		return err
	}), fault.Internal)
}

func interning(t *testing.T, f *fixture) {
	p := f.product("輸液ポンプ")
	r1, r2 := f.release(p, "1"), f.release(p, "2")
	a, b := component("openssl", "3.0.1"), component("openssl", "3.0.2")
	_, first := f.sbom(r1, a, b, a)
	if first[0].Component.ID == "" || first[0].Component.ID != first[2].Component.ID || first[0].Component.ID == first[1].Component.ID {
		t.Fatalf("ids %q %q %q", first[0].Component.ID, first[1].Component.ID, first[2].Component.ID)
	}
	better := a
	better.Keys = []string{"pkg:generic/openssl", "pkg:generic/openssl2"} // made by a newer version of the matcher
	_, second := f.sbom(r2, better)
	if second[0].Component.ID != first[0].Component.ID {
		t.Fatal("the same identity was stored twice")
	}
	found := must[[]register.Component](t)(f.ComponentsByKeys(f.ctx(), []string{"pkg:generic/openssl2", "pkg:generic/openssl", "none"}))
	equal(t, len(found), 2)
	i := slices.IndexFunc(found, func(c register.Component) bool { return c.ID == first[0].Component.ID })
	equal(t, found[i].Keys, better.Keys)

	f.sbom(r1, component("other", "1"))
	// 3.0.2 is only in the old SBOM of r1 now: it is matched all the same, since a release may come back to it.
	found = must[[]register.Component](t)(f.ComponentsByKeys(f.ctx(), []string{"pkg:generic/openssl"}))
	equal(t, len(found), 2)
	equal(t, must[map[string][]string](t)(f.ReleasesOf(f.ctx(), []string{first[0].Component.ID, first[1].Component.ID})),
		map[string][]string{first[0].Component.ID: {r2.ID}})
}

// What is new and may meet an advisory, and what got other keys, is told, so
// that only that is matched.
func internedIsTold(t *testing.T, f *fixture) {
	r := f.release(f.product("輸液ポンプ"), "1")
	told := func(components ...register.Component) (names []string) {
		t.Helper()
		occurrences := make([]register.Occurrence, len(components))
		byID := map[string]string{}
		for i, c := range components {
			occurrences[i].Component = c
		}
		f.write(func(ctx context.Context, tx app.Tx) error {
			id := ident.New()
			file := []byte(id)
			fresh, err := tx.AddSBOM(ctx, register.SBOM{ID: id, ReleaseID: r.ID, SHA256: digest(file), UploadedAt: f.tick()}, occurrences, bytes.NewReader(file), keyed)
			for _, o := range occurrences {
				byID[o.Component.ID] = o.Component.Name + o.Component.Version
			}
			names = nil
			for _, id := range fresh {
				names = append(names, byID[id])
			}
			return err
		})
		slices.Sort(names)
		return names
	}
	f.advise(advisory("GHSA-1"))
	a, b, c := component("openssl", "1"), component("openssl", "2"), component("zlib", "1")
	long := []string{"hash:sha512:" + strings.Repeat("0123456789abcdef", 8), "hash:sha512:" + strings.Repeat("0123456789abcdef", 7)} // one entry of the index
	c.Keys = append(c.Keys, long...)
	equal(t, told(a, b, c, a), []string{"openssl1", "openssl2"}) // no advisory has a key of zlib
	equal(t, told(b, c), []string(nil))
	b.Keys = append(b.Keys, "source:openssl")
	equal(t, told(a, b), []string{"openssl2"})
	foundBy := func(keys ...string) (names []string) {
		t.Helper()
		for _, c := range must[[]register.Component](t)(f.ComponentsByKeys(f.ctx(), keys)) {
			names = append(names, c.Name+c.Version)
		}
		return names
	}
	equal(t, foundBy(long[:1]...), []string{"zlib1"})
	c.Keys = []string{long[1], "source:zlib"} // one is gone, one stays, one is new
	equal(t, told(c), []string{"zlib1"})
	equal(t, foundBy("pkg:generic/zlib"), []string(nil))
	equal(t, foundBy("source:zlib"), []string{"zlib1"})
	equal(t, foundBy(long[1]), []string{"zlib1"})
	ofDigest := advisory("GHSA-2")
	ofDigest.Keys = long[:1]
	f.advise(digested(ofDigest))
	equal(t, len(must[[]app.Advisory](t)(f.AdvisoriesByKeys(f.ctx(), long[:1]))), 1)
	equal(t, must[map[string]bool](t)(f.KnownKeys(f.ctx(), []string{long[0], "source:zlib"})), map[string]bool{long[0]: true})
	// Everything is walked once, in both orders.
	var walked, namesakes []string
	for last := ""; ; {
		part := must[[]register.Component](t)(f.ComponentsAfter(f.ctx(), last, 1))
		if len(part) == 0 {
			break
		}
		last = part[0].ID
		walked = append(walked, part[0].Name+part[0].Version)
	}
	for cursor := ""; ; {
		part, next, err := f.NamesakesAfter(f.ctx(), cursor, 1)
		if err != nil {
			t.Fatal(err)
		}
		if len(part) == 0 {
			break
		}
		cursor = next
		namesakes = append(namesakes, part[0].Name+part[0].Version)
	}
	slices.Sort(walked)
	slices.Sort(namesakes)
	equal(t, walked, []string{"openssl1", "openssl2", "zlib1"})
	equal(t, namesakes, walked)
}

func (f *fixture) site(name, prefecture string) register.Site {
	f.t.Helper()
	s := register.Site{ID: ident.New(), Name: name, Prefecture: prefecture, Contact: "ME室", Revision: 1, CreatedAt: f.tick(), UpdatedAt: f.now}
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.AddSite(ctx, s) })
	return s
}

func (f *fixture) install(s register.Site, r register.Release, units int) register.Installation {
	f.t.Helper()
	i := register.Installation{ID: ident.New(), SiteID: s.ID, ReleaseID: r.ID, Units: units, Serials: "SN-" + r.Version, Revision: 1, CreatedAt: f.tick(), UpdatedAt: f.now}
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.AddInstallation(ctx, i) })
	return i
}

func sitesAndInstallations(t *testing.T, f *fixture) {
	p, q := f.product("ポンプ"), f.product("モニタ")
	p1, p2, q1 := f.release(p, "1"), f.release(p, "2"), f.release(q, "9")
	tokyo, osaka, empty := f.site("東京病院", "東京都"), f.site("大阪病院", "大阪府"), f.site("京都病院", "京都府")
	i1 := f.install(tokyo, p1, 3)
	f.install(tokyo, p2, 4)
	f.install(tokyo, q1, 5)
	f.install(osaka, p1, 7)

	equal(t, must[register.Site](t)(f.Site(f.ctx(), tokyo.ID)), tokyo)
	equal(t, must[register.Installation](t)(f.Installation(f.ctx(), i1.ID)), i1)
	rows := must[app.List[app.SiteRow]](t)(f.Sites(f.ctx(), app.ListQuery{Sort: "prefecture"}))
	equal(t, rows.Items, []app.SiteRow{{Site: empty}, {Site: osaka, Installations: 1, Units: 7, Products: 1}, {Site: tokyo, Installations: 3, Units: 12, Products: 2}})
	for filter, want := range map[string]int{"product=" + p.ID: 2, "product=" + q.ID: 1, "release=" + p2.ID: 1, "prefecture=京都府": 1} {
		name, value, _ := strings.Cut(filter, "=")
		if rows := must[app.List[app.SiteRow]](t)(f.Sites(f.ctx(), only(name, value))); rows.Total != want {
			t.Errorf("sites with %s: %d, want %d", filter, rows.Total, want)
		}
	}
	list := must[app.List[app.InstallationRow]](t)(f.Installations(f.ctx(), app.ListQuery{Sort: "-units", Filter: map[string]string{"product": p.ID}}))
	if list.Total != 3 || list.Items[0].Units != 7 || list.Items[0].SiteName != "大阪病院" || list.Items[0].BrandName != "ポンプ" || list.Items[0].Version != "1" || list.Items[0].ProductID != p.ID {
		t.Fatalf("installations: %+v", list)
	}
	prows := must[app.List[app.ProductRow]](t)(f.Products(f.ctx(), app.ListQuery{Text: "ぽんぷ"}))
	if len(prows.Items) != 1+1 && len(prows.Items) != 1 || prows.Items[len(prows.Items)-1].Releases == 0 {
		t.Fatalf("products: %+v", prows)
	}
	for _, row := range prows.Items {
		if row.ID == p.ID && (row.Releases != 2 || row.Sites != 2 || row.Units != 14) {
			t.Errorf("product row: %+v", row)
		}
	}
	counted := must[app.ProductUnits](t)(f.ProductUnits(f.ctx(), p.ID))
	equal(t, counted, app.ProductUnits{Product: must[register.Product](t)(f.Product(f.ctx(), p.ID)), Units: 14})
	_, err := f.ProductUnits(f.ctx(), "none")
	wantKind(t, err, fault.NotFound)
	var walked []string
	for last := ""; ; {
		part := must[[]register.Product](t)(f.ProductsAfter(f.ctx(), last, 1))
		if len(part) == 0 {
			break
		}
		last = part[0].ID
		walked = append(walked, last)
	}
	var listed []string
	for _, row := range must[app.List[app.ProductRow]](t)(f.Products(f.ctx(), app.ListQuery{})).Items {
		listed = append(listed, row.ID)
	}
	equal(t, walked, slices.Sorted(slices.Values(listed)))
	i1.Units, i1.ReleaseID = 4, p2.ID
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.UpdateInstallation(ctx, i1) })
	wantKind(t, f.try(func(ctx context.Context, tx app.Tx) error { return tx.UpdateInstallation(ctx, i1) }), fault.Conflict)
	tokyo.Name = "新東京病院"
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.UpdateSite(ctx, tokyo) })
	wantKind(t, f.try(func(ctx context.Context, tx app.Tx) error { return tx.UpdateSite(ctx, tokyo) }), fault.Conflict)
	if rows := must[app.List[app.ReleaseRow]](t)(f.Releases(f.ctx(), only("product", p.ID))); rows.Items[0].Version != "2" || rows.Items[0].Units != 8 || rows.Items[0].Sites != 1 {
		t.Errorf("release row: %+v", rows.Items[0])
	}
}
