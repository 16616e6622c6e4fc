package httpapi_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/register"
)

var pump = map[string]any{
	"brand_name": "みまもり輸液ポンプ", "generic_name": "汎用輸液ポンプ", "jmdn_code": "13215002", "route": "approval", "licence_number": "22800BZX00001000",
	"licensed_on": "2016-04-01", "class": "III", "connectivity": []string{"wireless", "wired"}, "eos_on": "2030-03-31", "designated": "no",
}

func TestEverythingWrongIsToldAtItsField(t *testing.T) {
	s := newServer(t)
	b := s.signIn(t, "admin@example.jp")
	bad := map[string]any{"brand_name": " ", "jmdn_code": "12", "class": "V", "connectivity": []string{"none", "wired"}, "eol_on": "2030-01-01", "eos_on": "2029-01-01"}
	at := b.want(t, http.StatusUnprocessableEntity, "POST", "/api/products", bad).problem(t).locations()
	for _, pointer := range []string{"/brand_name", "/generic_name", "/jmdn_code", "/class", "/route", "/connectivity", "/eos_on"} {
		if at[pointer] == "" {
			t.Errorf("nothing is told about %s: %v", pointer, at)
		}
	}
	// What the schema refuses has the same form.
	bad = map[string]any{"brand_name": 5, "connectivity": []any{"wired", 7}, "colour": "red", "licensed_on": "2026-02-30", "eos_on": "soon"}
	p := b.want(t, http.StatusUnprocessableEntity, "POST", "/api/products", bad).problem(t)
	for _, pointer := range []string{"/brand_name", "/connectivity/1", "/colour"} {
		if p.locations()[pointer] == "" {
			t.Errorf("nothing is told about %s: %+v", pointer, p)
		}
	}
	bad = map[string]any{"licensed_on": "2026-02-30", "eos_on": "soon"}
	p = b.want(t, http.StatusUnprocessableEntity, "POST", "/api/products", bad).problem(t)
	for pointer, text := range map[string]string{"/licensed_on": "2026-02-30", "/eos_on": "soon"} {
		if !strings.Contains(p.locations()[pointer], text) {
			t.Errorf("%s: %+v", pointer, p)
		}
	}
	for _, e := range p.Errors {
		if e.Value != nil {
			t.Errorf("the input is repeated: %v", e.Value)
		}
	}
	for _, body := range []string{`{"brand_name":`, `[]`, ``, `null`, "\xff\xfe", strings.Repeat("[", 100_000)} {
		a := b.do(t, "POST", "/api/products", body)
		if a.status != http.StatusBadRequest && a.status != http.StatusUnprocessableEntity {
			t.Errorf("body %.20q: status %d %s", body, a.status, a.body)
		}
		a.problem(t)
	}
}

func TestProductReleaseSiteRoundTrip(t *testing.T) {
	s := newServer(t)
	b := s.signIn(t, "admin@example.jp")
	var p register.Product
	b.want(t, http.StatusCreated, "POST", "/api/products", pump).into(t, &p)
	if p.ID == "" || p.Revision != 1 || p.EOSOn.String() != "2030-03-31" || len(p.Connectivity) != 2 {
		t.Fatalf("product %+v", p)
	}
	change := map[string]any{"revision": p.Revision}
	for k, v := range pump {
		change[k] = v
	}
	change["note"] = "1"
	b.want(t, http.StatusOK, "PUT", "/api/products/"+p.ID, change)
	if pr := b.want(t, http.StatusConflict, "PUT", "/api/products/"+p.ID, change).problem(t); pr.Detail == "" {
		t.Error("a stale revision is not explained")
	}
	b.want(t, http.StatusNotFound, "PUT", "/api/products/none", change).problem(t)

	var r register.Release
	b.want(t, http.StatusCreated, "POST", "/api/products/"+p.ID+"/releases", map[string]any{"version": "3.2.1", "released_on": ""}).into(t, &r)
	if r.ProductID != p.ID || !r.ReleasedOn.IsZero() {
		t.Errorf("release %+v", r)
	}
	b.want(t, http.StatusNotFound, "POST", "/api/products/none/releases", map[string]any{"version": "1"}).problem(t)
	var site register.Site
	b.want(t, http.StatusCreated, "POST", "/api/sites", map[string]any{"name": "東京中央病院", "prefecture": "東京都"}).into(t, &site)
	b.want(t, http.StatusCreated, "POST", "/api/sites/"+site.ID+"/installations", map[string]any{"release_id": r.ID, "units": 12})

	var view struct {
		Product  app.ProductRow   `json:"product"`
		Releases []app.ReleaseRow `json:"releases"`
	}
	b.want(t, http.StatusOK, "GET", "/api/products/"+p.ID, nil).into(t, &view)
	if view.Product.Units != 12 || view.Product.Sites != 1 || len(view.Releases) != 1 || view.Releases[0].Units != 12 {
		t.Errorf("product page %+v", view)
	}
	var release struct {
		Release app.ReleaseRow `json:"release"`
		SBOMs   []any          `json:"sboms"`
	}
	b.want(t, http.StatusOK, "GET", "/api/releases/"+r.ID, nil).into(t, &release)
	if release.Release.ID != r.ID || release.SBOMs == nil {
		t.Errorf("release page %+v", release)
	}
	var place struct {
		Site          app.SiteRow           `json:"site"`
		Installations []app.InstallationRow `json:"installations"`
	}
	b.want(t, http.StatusOK, "GET", "/api/sites/"+site.ID, nil).into(t, &place)
	if place.Site.Units != 12 || len(place.Installations) != 1 || place.Installations[0].BrandName != p.BrandName {
		t.Errorf("site page %+v", place)
	}
	var entries app.List[map[string]any]
	b.want(t, http.StatusOK, "GET", "/api/ledger?subject_kind=product&subject_id="+p.ID, nil).into(t, &entries)
	if entries.Total < 3 { // added, changed, release added
		t.Errorf("%d ledger entries about the product: %+v", entries.Total, entries.Items)
	}
	var verified struct {
		OK       bool `json:"ok"`
		FirstBad any  `json:"first_bad"`
	}
	b.want(t, http.StatusOK, "POST", "/api/ledger/verify", nil).into(t, &verified)
	if !verified.OK {
		t.Errorf("ledger %+v", verified)
	}
	var checkpoint struct {
		Size int64  `json:"size"`
		Root string `json:"root"`
		Note string `json:"note"`
	}
	b.want(t, http.StatusOK, "GET", "/api/ledger/checkpoint", nil).into(t, &checkpoint)
	if checkpoint.Size < 3 || len(checkpoint.Root) != 44 || !strings.Contains(checkpoint.Note, checkpoint.Root) {
		t.Errorf("checkpoint %+v", checkpoint)
	}
}

func TestListParameters(t *testing.T) {
	s := newServer(t)
	b := s.signIn(t, "admin@example.jp")
	for i := range 3 {
		product := map[string]any{}
		for k, v := range pump {
			product[k] = v
		}
		product["brand_name"] = fmt.Sprintf("ポンプ%d", i)
		b.want(t, http.StatusCreated, "POST", "/api/products", product)
	}
	var page app.List[app.ProductRow]
	var names []string
	path := "/api/products?limit=2&sort=-brand_name&q=" + "%EF%BE%8E%EF%BE%9F%EF%BE%9D%EF%BE%8C%EF%BE%9F" // half width ﾎﾟﾝﾌﾟ
	for next := ""; ; next = "&cursor=" + page.Next {
		page = app.List[app.ProductRow]{}
		b.want(t, http.StatusOK, "GET", path+next, nil).into(t, &page)
		for _, p := range page.Items {
			names = append(names, p.BrandName)
		}
		if page.Next == "" {
			break
		}
	}
	if got := strings.Join(names, " "); got != "ポンプ2 ポンプ1 ポンプ0" || page.Total != 3 {
		t.Errorf("pages: %s, total %d", got, page.Total)
	}
	for query, pointer := range map[string]string{
		"limit=0": "/query/limit", "limit=201": "/query/limit", "limit=x": "/query/limit", "sort=colour": "/query/sort",
		"class=V": "/query/class", "colour=red": "/query/colour",
	} {
		if p := b.want(t, http.StatusUnprocessableEntity, "GET", "/api/products?"+query, nil).problem(t); p.locations()[pointer] == "" {
			t.Errorf("%s: %+v", query, p)
		}
	}
	for query, pointer := range map[string]string{"from=2026-01-01&to=soon": "/query/to", "from=2026-01-02&to=2026-01-01": "/query/to", "to=2026-01-01": "/query/from"} {
		if p := b.want(t, http.StatusUnprocessableEntity, "GET", "/api/calendar?"+query, nil).problem(t); p.locations()[pointer] == "" {
			t.Errorf("%s: %+v", query, p)
		}
	}
	var days struct {
		Days []app.DayView `json:"days"`
	}
	b.want(t, http.StatusOK, "GET", "/api/calendar?from=2026-11-22&to=2026-11-24", nil).into(t, &days)
	if len(days.Days) != 3 || days.Days[1].Holiday == nil || days.Days[1].Holiday.Ja != "勤労感謝の日" || !days.Days[1].Closed || days.Days[2].Closed {
		t.Errorf("calendar %+v", days)
	}
}

const smallSBOM = `{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"components":[
 {"type":"library","name":"openssl","version":"1.0.1f","purl":"pkg:generic/openssl@1.0.1f","bom-ref":"a"},
 {"type":"library","name":"own code","version":"1","bom-ref":"b"}]}`

func TestUploadOfAnSBOM(t *testing.T) {
	s := newServer(t)
	b := s.signIn(t, "admin@example.jp")
	var p register.Product
	b.want(t, http.StatusCreated, "POST", "/api/products", pump).into(t, &p)
	var r register.Release
	b.want(t, http.StatusCreated, "POST", "/api/products/"+p.ID+"/releases", map[string]any{"version": "3.2.1"}).into(t, &r)
	var up struct {
		SBOM register.SBOM `json:"sbom"`
	}
	b.want(t, http.StatusCreated, "POST", "/api/releases/"+r.ID+"/sbom?name=%E3%83%9D%E3%83%B3%E3%83%97.cdx.json", strings.NewReader(smallSBOM)).into(t, &up)
	if up.SBOM.Components != 2 || up.SBOM.Unmatchable != 1 || up.SBOM.FileName != "ポンプ.cdx.json" {
		t.Errorf("SBOM %+v", up.SBOM)
	}
	var parts app.List[register.Occurrence]
	b.want(t, http.StatusOK, "GET", "/api/releases/"+r.ID+"/components?match=none", nil).into(t, &parts)
	if parts.Total != 1 || parts.Items[0].Component.Name != "own code" {
		t.Errorf("components without identifier: %+v", parts)
	}
	a := b.want(t, http.StatusOK, "GET", "/api/sboms/"+up.SBOM.ID+"/file", nil)
	if string(a.body) != smallSBOM || !strings.HasPrefix(a.header.Get("Content-Disposition"), "attachment; filename*=utf-8''") {
		t.Errorf("file as uploaded: %q %s", a.header.Get("Content-Disposition"), a.body)
	}
	broken := b.do(t, "POST", "/api/releases/"+r.ID+"/sbom?name=x.json", strings.NewReader(`{"bomFormat":`))
	if broken.status != http.StatusUnprocessableEntity {
		t.Errorf("a broken file: status %d %s", broken.status, broken.body)
	}
	broken.problem(t)
}

// A huge body is refused from its announced size, before it is sent.
func TestHugeBodyIsRefusedEarly(t *testing.T) {
	s := newServer(t)
	b := s.signIn(t, "admin@example.jp")
	var cookie string
	for _, c := range b.Jar.Cookies(mustParse(t, s.URL)) {
		cookie = c.String()
	}
	for path, size := range map[string]int64{"/api/products": 1 << 30, "/api/releases/none/sbom?name=x": 2 << 30, "/api/imports?kind=osv&name=x": 1100 << 20} {
		conn, err := net.Dial("tcp", s.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nCookie: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", path, cookie, size)
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("%s: status %d, want 413", path, res.StatusCode)
		}
	}
}

// endless is a body without a size; it counts what was taken.
type endless struct{ taken int64 }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	e.taken += int64(len(p))
	return len(p), nil
}

func TestEndlessBodyIsCutOff(t *testing.T) {
	s := newServer(t)
	b := s.signIn(t, "admin@example.jp")
	body := &endless{}
	r, err := http.NewRequestWithContext(t.Context(), "POST", s.URL+"/api/products", io.NopCloser(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	res, err := b.Do(r)
	if err == nil { // the server may close the connection while the client still writes
		defer res.Body.Close()
		if res.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("status %d, want 413", res.StatusCode)
		}
	}
	if body.taken > 64<<20 {
		t.Errorf("%d bytes taken of a body of at most 1 MB", body.taken)
	}
}
