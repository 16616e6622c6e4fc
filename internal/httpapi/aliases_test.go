package httpapi_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/register"
)

// What cannot be matched is listed, decided and undone over the API; texts in
// the address may hold anything.
func TestWhatCannotBeMatched(t *testing.T) {
	s := newServer(t)
	_, b := s.person(t, "psirt@example.jp", app.ProductSecurity)
	var p register.Product
	b.want(t, http.StatusCreated, "POST", "/api/products", pump).into(t, &p)
	var r register.Release
	b.want(t, http.StatusCreated, "POST", "/api/products/"+p.ID+"/releases", map[string]string{"version": "2.4"}).into(t, &r)
	b.want(t, http.StatusCreated, "POST", "/api/releases/"+r.ID+"/sbom?name=bom.json", `{"bomFormat":"CycloneDX","specVersion":"1.5","version":1,"components":[
		{"type":"library","bom-ref":"1","name":"C&A / 部品?#","version":"1","supplier":{"name":"\"x\" 社"}},
		{"type":"library","bom-ref":"2","name":"pump-ui","version":"7"},{"type":"library","bom-ref":"3","name":"pump-net","version":"7"}]}`, "Content-Type", "application/octet-stream")

	list := func() (view app.UnmatchedView) {
		t.Helper()
		for range 100 {
			b.want(t, http.StatusOK, "GET", "/api/unmatched?sort=name", nil).into(t, &view)
			if !view.Behind && view.Ready {
				return view
			}
			time.Sleep(20 * time.Millisecond)
		}
		t.Fatalf("the list does not come in line: %+v", view)
		return view
	}
	view := list()
	if view.Total != 3 || view.Items[0].Name != "C&A / 部品?#" || view.AsOf.IsZero() {
		t.Fatalf("cannot be matched: %+v", view)
	}
	odd := view.Items[0]
	var detail app.UnmatchedDetail
	b.want(t, http.StatusOK, "GET", "/api/unmatched/component?key="+url.QueryEscape(odd.Key), nil).into(t, &detail)
	if detail.Row.Name != odd.Name || len(detail.Examples) != 1 || len(detail.Decisions) != 0 {
		t.Errorf("detail %+v", detail)
	}
	b.want(t, http.StatusNotFound, "GET", "/api/unmatched/component?key=none", nil).problem(t)
	b.want(t, http.StatusUnprocessableEntity, "GET", "/api/unmatched/component", nil).problem(t)
	var effect app.AliasEffect
	b.want(t, http.StatusOK, "GET", "/api/unmatched/effect?key="+url.QueryEscape(odd.Key)+"&identity="+url.QueryEscape("pkg:npm/%40a/b"), nil).into(t, &effect)
	if effect.Known || effect.Findings != 0 || effect.Identity != "pkg:npm/%40a/b" {
		t.Errorf("effect %+v", effect)
	}
	b.want(t, http.StatusUnprocessableEntity, "GET", "/api/unmatched/effect?key="+url.QueryEscape(odd.Key)+"&identity=x", nil).problem(t)

	var done struct{ Items []app.DecidedAlias }
	b.want(t, http.StatusCreated, "POST", "/api/aliases", map[string]any{
		"components": []map[string]string{{"name": "pump-ui"}, {"name": "pump-net"}}, "reason": "自社で作成したプログラム",
	}).into(t, &done)
	if len(done.Items) != 2 || list().Total != 1 {
		t.Errorf("decided %+v, left %+v", done, list())
	}
	b.want(t, http.StatusConflict, "POST", "/api/aliases", map[string]any{"components": []map[string]string{{"name": "Pump UI"}}, "reason": "自社で作成したプログラム"}).problem(t)
	b.want(t, http.StatusUnprocessableEntity, "POST", "/api/aliases", map[string]any{"components": []map[string]string{}, "reason": "自社"}).problem(t)
	b.want(t, http.StatusOK, "POST", "/api/aliases/"+done.Items[0].Alias.ID+"/withdraw", map[string]string{"reason": "誤操作のため取消し"})
	if left := list(); left.Total != 2 {
		t.Errorf("after undoing: %+v", left)
	}
	var kept app.List[app.ComponentAlias]
	b.want(t, http.StatusOK, "GET", "/api/aliases?state=withdrawn&kind=none", nil).into(t, &kept)
	if kept.Total != 1 || kept.Items[0].WithdrawnBy == "" || kept.Items[0].By == "" {
		t.Errorf("withdrawn decisions %+v", kept)
	}
	var found struct{ Items []app.AliasProposal }
	b.want(t, http.StatusOK, "GET", "/api/identities?name=openssl", nil).into(t, &found)

	// A product that nobody proposed can be named all the same.
	var named app.DecidedProductName
	b.want(t, http.StatusCreated, "POST", "/api/products/"+p.ID+"/names", map[string]any{"vendor": "Acme", "name": "Pump", "ours": true, "reason": "海外での販売名である"}).into(t, &named)
	b.want(t, http.StatusConflict, "POST", "/api/products/"+p.ID+"/names", map[string]any{"vendor": "ACME", "name": "pump", "ours": false, "reason": "海外での販売名ではない"}).problem(t)
	b.want(t, http.StatusUnprocessableEntity, "POST", "/api/products/"+p.ID+"/names", map[string]any{"vendor": "", "name": "x", "ours": true, "reason": "理由を書く"}).problem(t)
	var detailed app.ProductNameDetail
	b.want(t, http.StatusOK, "GET", "/api/products/"+p.ID+"/names/detail?key="+url.QueryEscape(named.Name.Key), nil).into(t, &detailed)
	if len(detailed.Releases) != 1 || detailed.Total != 0 {
		t.Errorf("detail of a name %+v", detailed)
	}
	b.want(t, http.StatusOK, "POST", "/api/product-names/"+named.Name.ID+"/withdraw", map[string]string{"reason": "誤操作のため取消し"})
	var names app.List[app.ProductName]
	b.want(t, http.StatusOK, "GET", "/api/product-names?product="+p.ID, nil).into(t, &names)
	if names.Total != 1 || names.Items[0].WithdrawnBy == "" {
		t.Errorf("names %+v", names)
	}
}
