package httpapi_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"unicode"

	"mimamori/internal/app"
	"mimamori/internal/register"
)

// errorTexts are the errors of one situation in both languages.
type errorTexts struct {
	detail string
	fields map[string]string
}

// The same requests by two officers, one of whom reads Japanese and the other
// English. Both send the Accept-Language of a browser in the other language:
// that of the account goes first.
func TestErrorsAreInTheLanguageOfTheAccount(t *testing.T) {
	s := newServer(t)
	_, ja := s.person(t, "ja@example.jp", app.SafetyOfficer, app.Approver)
	_, en := s.person(t, "en@example.jp", app.SafetyOfficer, app.Approver)
	en.want(t, http.StatusOK, "PATCH", "/api/me", map[string]string{"lang": "en"})

	var p register.Product
	ja.want(t, http.StatusCreated, "POST", "/api/products", pump).into(t, &p)
	var r register.Release
	ja.want(t, http.StatusCreated, "POST", "/api/products/"+p.ID+"/releases", map[string]any{"version": "3.2.1"}).into(t, &r)
	stale := maps.Clone(pump)
	stale["revision"] = 1
	ja.want(t, http.StatusOK, "PUT", "/api/products/"+p.ID, stale)

	intake := map[string]any{"source": "hospital", "from": "ME室", "title": "停止", "text": "止まった", "aware_on": "2999-01-01"}
	bad := maps.Clone(pump)
	bad["brand_name"], bad["jmdn_code"], bad["class"] = " ", "12", "V"
	today := s.app.Today().String()
	tests := []struct {
		name, method, path string
		body               any
		status             int
		ja, en             errorTexts
	}{
		{
			"a product with three problems", "POST", "/api/products", bad, 422,
			errorTexts{"品目を登録できません。次の項目を直してください。", map[string]string{
				"/brand_name": "販売名が入力されていません。入力してください。",
				"/jmdn_code":  `JMDNコードは8桁の数字です（入力は"12"）。`, "/class": `クラス分類"V"はありません。I、II、III、IVから選んでください。`,
			}},
			errorTexts{"the product cannot be kept like this", map[string]string{
				"/brand_name": "brand name (販売名) is missing: fill it in",
				"/jmdn_code":  `a JMDN code has 8 digits, this is "12"`, "/class": `class "V": choose I, II, III or IV`,
			}},
		},
		{
			"a stale revision", "PUT", "/api/products/" + p.ID, stale, 409,
			errorTexts{"この品目は、ほかの利用者が先に変更しました（現在の改訂は2、表示中の改訂は1）。読み込み直してから、もう一度変更してください。", nil},
			errorTexts{"somebody else changed this product (revision 2, yours is 1): load it again and repeat the change", nil},
		},
		{
			"an unknown product", "GET", "/api/products/none", nil, 404,
			errorTexts{"該当する記録が見つかりません。", nil},
			errorTexts{"there is no such record", nil},
		},
		{
			"a record that the store misses", "PUT", "/api/products/none", stale, 404,
			errorTexts{"品目 none が見つかりません。", nil},
			errorTexts{"there is no product none", nil},
		},
		{
			"an awareness date in the future", "POST", "/api/intakes", intake, 422,
			errorTexts{"安全管理情報を記録できません。次の項目を直してください。", map[string]string{"/aware_on": "情報入手日2999-01-01は今日（" + today + "）より後の日です。年と日を確認してください。"}},
			errorTexts{"the record cannot be kept like this", map[string]string{"/aware_on": "awareness date 2999-01-01 is after today, " + today + ": check the year and the day"}},
		},
		{
			"a broken SBOM", "POST", "/api/releases/" + r.ID + "/sbom?name=pump.json", strings.NewReader(`{"bomFormat": "CycloneDX",`), 422,
			errorTexts{"pump.json: JSONに誤りがあります（1行目、27文字目）: ファイルが途中で切れています。もう一度出力してください。", nil},
			errorTexts{"pump.json: not valid JSON at line 1, column 27: the file ends too early: it is cut off, export it again", nil},
		},
		{
			"a permission that is missing", "GET", "/api/users", nil, 403,
			errorTexts{"この操作には「利用者の管理」の権限が必要です。管理者に相談してください。", nil},
			errorTexts{`this needs the permission "users.manage", which your roles do not give: ask an administrator`, nil},
		},
		{
			"a property that huma misses", "POST", "/api/cases/c/determinations",
			map[string]any{"comment": 7},
			422,
			errorTexts{"入力に不備があります。次の項目を直してください。", map[string]string{"/shown": "入力されていません。入力してください。", "/comment": "文字列が必要です。"}},
			errorTexts{"the request cannot be taken like this", map[string]string{"/shown": "this is missing", "/comment": "expected string"}},
		},
		{
			"a day that is none", "POST", "/api/products",
			map[string]any{"licensed_on": "soon"},
			422,
			errorTexts{"入力に不備があります。次の項目を直してください。", map[string]string{"/licensed_on": `"soon"は日付ではありません。2026-06-01の形で入力してください。`}},
			errorTexts{"the request cannot be taken like this", map[string]string{"/licensed_on": `"soon" is not a day: write it as 2026-06-01`}},
		},
		{"no JSON", "POST", "/api/products", "{", 400, errorTexts{"送信された内容は、ここで必要なJSONではありません。", nil}, errorTexts{"the body is not the JSON that is expected here", nil}},
		{
			"a parameter out of its range", "GET", "/api/products?limit=900", nil, 422,
			errorTexts{"入力に不備があります。次の項目を直してください。", map[string]string{"/query/limit": "200以下の数にしてください。"}},
			errorTexts{"the request cannot be taken like this", map[string]string{"/query/limit": "expected number <= 200"}},
		},
		{
			"an unknown parameter", "GET", "/api/products?colour=red", nil, 422,
			errorTexts{"入力に不備があります。次の項目を直してください。", map[string]string{"/query/colour": "この名前の指定はありません。"}},
			errorTexts{"the request cannot be taken like this", map[string]string{"/query/colour": "unknown query parameter"}},
		},
		{
			"a body that is too large", "POST", "/api/products", strings.Repeat(" ", 1<<20+1), 413,
			errorTexts{"送信された内容が大きすぎます（上限は1048576バイト）。", nil},
			errorTexts{"the body is too large: at most 1048576 bytes are taken here", nil},
		},
		{
			"an operation that does not exist", "GET", "/api/nothing", nil, 404,
			errorTexts{"操作GET /api/nothingはありません。/api/docsをご覧ください。", nil},
			errorTexts{"there is no operation GET /api/nothing: see /api/docs", nil},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for lang, want := range map[string]errorTexts{"ja": tt.ja, "en": tt.en} {
				b, other := ja, "en"
				if lang == "en" {
					b, other = en, "ja"
				}
				if reader, ok := tt.body.(*strings.Reader); ok {
					_, _ = reader.Seek(0, 0) // never fails at 0
				}
				a := b.want(t, tt.status, tt.method, tt.path, tt.body, "Accept-Language", other)
				got := a.problem(t)
				if a.header.Get("Content-Language") != lang || hasJapanese(got.Title) != (lang == "ja") {
					t.Errorf("%s: Content-Language %q, title %q", lang, a.header.Get("Content-Language"), got.Title)
				}
				if got.Detail != want.detail {
					t.Errorf("%s: detail %q, want %q", lang, got.Detail, want.detail)
				}
				for _, at := range slices.Sorted(maps.Keys(want.fields)) {
					if got.locations()[at] != want.fields[at] {
						t.Errorf("%s: %s: %q, want %q", lang, at, got.locations()[at], want.fields[at])
					}
				}
			}
		})
	}
}

// Before anybody is signed in the browser says the language, Japanese by default.
func TestErrorsBeforeSignIn(t *testing.T) {
	s := newServer(t)
	wrong := map[string]string{"email": "admin@example.jp", "password": "not the password"}
	for accept, want := range map[string]string{
		"":                                   "メールアドレス又はパスワードが違います。",
		"ja":                                 "メールアドレス又はパスワードが違います。",
		"ja-JP,ja;q=0.9,en;q=0.8":            "メールアドレス又はパスワードが違います。",
		"fr-FR":                              "メールアドレス又はパスワードが違います。",
		"*":                                  "メールアドレス又はパスワードが違います。",
		"en":                                 "e-mail address or password is wrong",
		"en-US,en;q=0.9,ja;q=0.8":            "e-mail address or password is wrong",
		"de, en-GB;q=0.5":                    "e-mail address or password is wrong",
		";;;q=,," + strings.Repeat("a", 500): "メールアドレス又はパスワードが違います。",
	} {
		a := s.browser(t).do(t, "POST", "/api/session", wrong, "Accept-Language", accept)
		if a.status == http.StatusTooManyRequests { // the last few are slowed down, in the same language
			want = map[bool]string{true: "試行回数が多すぎます。", false: "too many attempts"}[hasJapanese(want)]
		}
		if p := a.problem(t); !strings.HasPrefix(p.Detail, want) {
			t.Errorf("Accept-Language %q: %q, want %q", accept, p.Detail, want)
		}
	}
}

// What a report lacks, and what its state does not allow, is told in the language of the account.
func TestErrorsOfReportsInBothLanguages(t *testing.T) {
	s := newServer(t)
	for lang, want := range map[string]struct{ lacks, draft string }{
		"ja": {"報告書に不備があります。次の項目を直してください。", "承認できるのは確認の署名がある報告書だけです。この報告書は「下書き」です。"},
		"en": {"the report is not complete", "only a report that was checked can be approved; this one is draft"},
	} {
		_, b := s.person(t, lang+"-both@example.jp", app.SafetyOfficer, app.Approver)
		b.want(t, http.StatusOK, "PATCH", "/api/me", map[string]string{"lang": lang})
		var p register.Product
		b.want(t, http.StatusCreated, "POST", "/api/products", pump).into(t, &p)
		var c struct{ ID string }
		b.want(t, http.StatusCreated, "POST", "/api/cases", map[string]any{"title": "停止", "product_id": p.ID, "aware_on": "2026-11-16"}).into(t, &c)
		var r app.ReportView
		b.want(t, http.StatusCreated, "POST", "/api/cases/"+c.ID+"/reports", map[string]any{"form": "form8"}).into(t, &r)
		got := b.want(t, http.StatusUnprocessableEntity, "POST", "/api/reports/"+r.Report.ID+"/review", map[string]any{"revision": r.Report.Revision, "password": password}).problem(t)
		if got.Detail != want.lacks || len(got.Errors) != len(r.Problems) {
			t.Errorf("%s: %d problems, %q", lang, len(got.Errors), got.Detail)
		}
		for i, problem := range r.Problems {
			if told := map[string]string{"ja": problem.Ja, "en": problem.En}[lang]; got.Errors[i].Message != told {
				t.Errorf("%s: %q, want %q", lang, got.Errors[i].Message, told)
			}
		}
		approve := map[string]any{"revision": r.Report.Revision, "digest": r.Digest, "password": password}
		if got := b.want(t, http.StatusConflict, "POST", "/api/reports/"+r.Report.ID+"/approve", approve).problem(t); got.Detail != want.draft {
			t.Errorf("%s: %q, want %q", lang, got.Detail, want.draft)
		}
	}
}

// Warnings about an SBOM are stored in English and read in either language.
func TestStoredProblemsAreToldInTheLanguageOfTheReader(t *testing.T) {
	s := newServer(t)
	b := s.signIn(t, "admin@example.jp")
	var p register.Product
	b.want(t, http.StatusCreated, "POST", "/api/products", pump).into(t, &p)
	var r register.Release
	b.want(t, http.StatusCreated, "POST", "/api/products/"+p.ID+"/releases", map[string]any{"version": "1"}).into(t, &r)
	sbom := `{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"library","name":"openssl","cpe":"cpe:2.3:z:a:b:1:*:*:*:*:*:*:*"},{"type":"library","name":"","version":"1"}]}`
	b.want(t, http.StatusCreated, "POST", "/api/releases/"+r.ID+"/sbom?name=a.json", strings.NewReader(sbom))
	for lang, want := range map[string][]string{
		"ja": {"\"openssl\"にバージョンがありません。照合の結果は「要確認」にしかなりません。追加してください。", "\"openssl\": CPE \"cpe:2.3:z:a:b:1:*:*:*:*:*:*:*\"の種別がa、o、hではなく\"z\"です。", "部品に名前がありません。追加してください。"},
		"en": {`"openssl" has no version: matches can only be "possible"; add it`, `"openssl": the CPE "cpe:2.3:z:a:b:1:*:*:*:*:*:*:*" has the part "z" instead of a, o or h`, "component without a name: add it"},
	} {
		b.want(t, http.StatusOK, "PATCH", "/api/me", map[string]string{"lang": lang})
		var view struct{ SBOMs []register.SBOM }
		b.want(t, http.StatusOK, "GET", "/api/releases/"+r.ID, nil).into(t, &view)
		var got []string
		for _, p := range view.SBOMs[0].Problems {
			got = append(got, p.Message)
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
	}
}

func hasJapanese(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Han) })
}
