package httpapi_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"mimamori/internal/app"
)

// allowed says, for every operation, who may: a administrator, p product
// security, s safety officer, r approver, v viewer, o nobody signed in. It is
// written apart from the table of the API on purpose.
var allowed = map[string]string{
	"GET /api/session": "apsrvo", "POST /api/session": "apsrvo", "GET /api/setup": "apsrvo", "POST /api/setup": "apsrvo",
	"DELETE /api/session": "apsrv", "PATCH /api/me": "apsrv", "POST /api/me/password": "apsrv",

	"GET /api/users": "a", "POST /api/users": "a", "PATCH /api/users/{id}": "a", "POST /api/users/{id}/invite": "a",
	"GET /api/holder": "apsrv", "PUT /api/holder": "a",

	"GET /api/today": "apsrv", "GET /api/changes": "apsrv", "GET /api/changes/vulnerabilities": "apsrv", "GET /api/changes/vulnerabilities/{id}": "apsrv",
	"POST /api/changes/seen": "apsrv", "GET /api/counts": "apsrv", "GET /api/search": "apsrv", "GET /api/calendar": "apsrv",
	"GET /api/notifications": "apsrv", "POST /api/notifications/read": "apsrv",
	"GET /api/open-values": "apsrv", "PUT /api/open-values/{id}": "as",
	"GET /api/law": "apsrv", "GET /api/readings/{id}": "apsrv",
	"GET /api/calendar/company-days": "apsrv", "PUT /api/calendar/company-days": "as",

	"GET /api/products": "apsrv", "GET /api/products/{id}": "apsrv", "GET /api/releases": "apsrv", "GET /api/releases/{id}": "apsrv",
	"GET /api/releases/{id}/components": "apsrv", "GET /api/sboms/{id}/file": "apsrv", "GET /api/sboms/{id}/components": "apsrv",
	"GET /api/sboms/{id}/components/{position}": "apsrv", "GET /api/sboms/{id}/tree": "apsrv", "GET /api/sboms/{id}/tree/search": "apsrv", "GET /api/sboms/{id}/changes": "apsrv",
	"GET /api/sites":      "apsrv",
	"GET /api/sites/{id}": "apsrv", "GET /api/installations": "apsrv",
	"POST /api/products": "aps", "PUT /api/products/{id}": "aps", "POST /api/products/{id}/releases": "aps", "PUT /api/releases/{id}": "aps",
	"POST /api/releases/{id}/sbom": "aps", "POST /api/sites": "aps", "PUT /api/sites/{id}": "aps",
	"POST /api/sites/{id}/installations": "aps", "PUT /api/installations/{id}": "aps",

	"GET /api/vulnerabilities": "apsrv", "GET /api/vulnerabilities/{id}": "apsrv", "GET /api/findings": "apsrv", "GET /api/findings/export": "apsrv",
	"GET /api/findings/{id}": "apsrv", "GET /api/assessments": "apsrv", "GET /api/assessments/{id}": "apsrv",
	"POST /api/assessments":            "ps",
	"GET /api/findings/{id}/decisions": "apsrv", "GET /api/unmatched": "apsrv", "GET /api/unmatched/component": "apsrv", "GET /api/unmatched/effect": "apsrv",
	"GET /api/identities": "apsrv", "GET /api/aliases": "apsrv", "POST /api/aliases": "ps", "POST /api/aliases/{id}/withdraw": "ps",
	"GET /api/product-proposals": "apsrv", "GET /api/product-names": "apsrv", "GET /api/products/{id}/names/detail": "apsrv",
	"POST /api/products/{id}/names": "ps", "POST /api/product-names/{id}/withdraw": "ps",

	"GET /api/statements": "apsrv", "POST /api/statements/{id}/accept": "ps", "POST /api/statements/{id}/decline": "ps",
	"GET /api/issuers": "apsrv", "PUT /api/issuers/trust": "ps", "GET /api/releases/{id}/support": "apsrv",

	"GET /api/intakes": "apsrv", "GET /api/intakes/{id}": "apsrv", "POST /api/intakes": "psr",
	"POST /api/intakes/{id}/attachments": "psr", "GET /api/attachments/{id}": "apsrv",
	"GET /api/cases": "apsrv", "GET /api/cases/{id}": "apsrv", "POST /api/cases/{id}/what-if": "apsrv",
	"GET /api/determinations/{id}": "apsrv", "GET /api/obligations": "apsrv",
	"POST /api/cases": "ps", "PUT /api/cases/{id}/facts/{fact}": "ps", "POST /api/cases/{id}/facts/accept": "ps",
	"POST /api/cases/{id}/determinations": "s", "POST /api/obligations/{id}/met": "s", "POST /api/cases/{id}/duties/met": "s",
	"POST /api/cases/{id}/proposals": "ps", "POST /api/cases/{id}/overrides": "sr", "POST /api/determinations/{id}/countersign": "sr",
	"POST /api/determinations/{id}/refuse": "psr", "GET /api/determinations/{id}/record": "apsrv", "GET /api/determinations/{id}/pdf": "apsrv",
	"POST /api/obligations/{id}/rebase": "s", "POST /api/intakes/{id}/dismiss": "s",

	"GET /api/forms": "apsrv", "GET /api/forms/{form}": "apsrv", "POST /api/forms": "a",
	"GET /api/terms": "apsrv", "GET /api/terms/lists": "apsrv", "POST /api/terms": "a",
	"GET /api/reports": "apsrv", "GET /api/reports/export": "apsrv", "GET /api/reports/{id}": "apsrv", "GET /api/reports/{id}/diff": "apsrv",
	"GET /api/reports/{id}/pdf": "apsrv", "GET /api/reports/{id}/json": "apsrv", "GET /api/reports/{id}/xml": "apsrv",
	"GET /api/reports/{id}/xlsx": "apsrv", "GET /api/reports/{id}/package": "apsrv", "GET /api/submissions/{id}/files/{sha256}": "apsrv",
	"POST /api/cases/{id}/reports": "s", "POST /api/obligations/{id}/report": "s", "PUT /api/reports/{id}/values": "s",
	"POST /api/reports/{id}/values/{key}/take": "s", "POST /api/reports/{id}/review": "s", "POST /api/reports/{id}/check": "s",
	"POST /api/reports/{id}/approve": "r", "POST /api/reports/{id}/return": "sr", "POST /api/reports/{id}/submissions": "s",
	"POST /api/submissions/{id}/acknowledgement": "s", "POST /api/submissions/{id}/resolve": "s", "POST /api/reports/{id}/issues": "s",
	"POST /api/reports/{id}/agreements": "s",

	"GET /api/imports": "apsrv", "GET /api/imports/{id}": "apsrv", "GET /api/imports/{id}/events": "apsrv", "GET /api/sources": "apsrv",
	"POST /api/imports": "aps", "POST /api/imports/bundle": "aps", "POST /api/imports/{id}/cancel": "aps",
	"GET /api/feeds/options": "apsrv", "POST /api/feeds": "a", "PUT /api/feeds/{id}": "a", "POST /api/feeds/{id}/accept": "a", "POST /api/feeds/{id}/fetch": "aps",

	"GET /api/ledger": "apsrv", "GET /api/ledger/checkpoint": "apsrv", "POST /api/ledger/verify": "apsrv",
}

var parameter = regexp.MustCompile(`\{\w+\}`)

// Every operation, asked by everybody: 401 or 403 exactly where it is written
// above, and something else where it is not.
func TestEveryOperationForEveryRole(t *testing.T) {
	s := newServer(t)
	people := map[string]*browser{"o": s.browser(t), "a": s.signIn(t, s.admin.Email)}
	for letter, role := range map[string]app.Role{"p": app.ProductSecurity, "s": app.SafetyOfficer, "r": app.Approver, "v": app.Viewer} {
		_, people[letter] = s.person(t, letter+"@example.jp", role)
	}
	// Somebody with every role, disabled while signed in.
	var out app.User
	out, people["disabled"] = s.person(t, "out@example.jp", app.Roles...)
	people["a"].want(t, http.StatusOK, "PATCH", "/api/users/"+out.ID, map[string]any{"name": "out", "roles": app.Roles, "disabled": true, "revision": out.Revision})

	for _, operation := range described(t, s) {
		roles, ok := allowed[operation]
		if !ok {
			t.Errorf("%s is not in the expectation: who may do it?", operation)
			continue
		}
		if operation == "DELETE /api/session" {
			continue // last, below
		}
		for who, b := range people {
			check(t, b, operation, who, roles)
		}
	}
	for operation := range allowed {
		if !slices.Contains(described(t, s), operation) {
			t.Errorf("%s is expected and does not exist", operation)
		}
	}
	for who, b := range people {
		check(t, b, "DELETE /api/session", who, allowed["DELETE /api/session"])
		check(t, b, "GET /api/products", who, "") // nobody is signed in any more
	}
}

func check(t *testing.T, b *browser, operation, who, roles string) {
	t.Helper()
	method, path, _ := strings.Cut(operation, " ")
	var body any
	if method != "GET" && method != "DELETE" {
		body = "{}"
	}
	a := b.do(t, method, parameter.ReplaceAllString(path, "none"), body)
	may := strings.Contains(roles, who)
	if who == "disabled" {
		may = strings.Contains(roles, "o")
	}
	signedOut := who == "o" || who == "disabled" || roles == ""
	switch {
	case may && (a.status == http.StatusUnauthorized || a.status == http.StatusForbidden || a.status >= 500):
		t.Errorf("%s as %s: status %d, but it is allowed: %s", operation, who, a.status, a.body)
	case !may && signedOut && a.status != http.StatusUnauthorized:
		t.Errorf("%s as %s: status %d, want 401: %s", operation, who, a.status, a.body)
	case !may && !signedOut && a.status != http.StatusForbidden:
		t.Errorf("%s as %s: status %d, want 403: %s", operation, who, a.status, a.body)
	}
}

// described returns the operations of the served OpenAPI document.
func described(t *testing.T, s *server) []string {
	t.Helper()
	var doc struct {
		Paths map[string]map[string]json.RawMessage `json:"paths"`
	}
	s.browser(t).want(t, http.StatusOK, "GET", "/api/openapi.json", nil).into(t, &doc)
	var all []string
	for path, methods := range doc.Paths {
		for method := range methods {
			all = append(all, strings.ToUpper(method)+" "+path)
		}
	}
	slices.Sort(all)
	return all
}
