package httpapi

import (
	"net/http"

	"mimamori/internal/app"

	"github.com/danielgtaylor/huma/v2"
)

const (
	get    = http.MethodGet
	post   = http.MethodPost
	put    = http.MethodPut
	patch  = http.MethodPatch
	remove = http.MethodDelete
)

// tags are the groups of operations, in the order of the documentation.
var tags = []*huma.Tag{
	{Name: "session", Description: "Signing in, one-time links, the own account"},
	{Name: "people", Description: "Users, their roles, the company"},
	{Name: "today", Description: "First page, search, calendar"},
	{Name: "register", Description: "Products, releases, SBOMs, sites, installations"},
	{Name: "vulnerabilities", Description: "Vulnerabilities, findings, assessments"},
	{Name: "cases", Description: "Intake, cases, determinations, obligations"},
	{Name: "law", Description: "Rulebooks, readings, values that a company must still confirm"},
	{Name: "reports", Description: "Official forms and reports"},
	{Name: "sources", Description: "Imports of vulnerability data"},
	{Name: "ledger", Description: "Audit trail"},
}

// operations is the one table of what can be asked. Routes, permissions, the
// OpenAPI document and the tests come from it.
var operations = []operation{
	{"get-session", get, "/api/session", app.Anyone, "session", "ログイン状態", "Who is signed in", on((*API).session)},
	{"sign-in", post, "/api/session", app.Anyone, "session", "ログイン", "Sign in", on((*API).signIn)},
	{"sign-out", remove, "/api/session", app.SignedIn, "session", "ログアウト", "Sign out", onDone((*API).signOut)},
	{"get-setup", get, "/api/setup", app.Anyone, "session", "初期設定リンクの確認", "What a one-time link is good for", on((*API).setupLink)},
	{"set-up", post, "/api/setup", app.Anyone, "session", "初期設定", "Answer a one-time link", on((*API).setUp)},
	{"update-me", patch, "/api/me", app.SignedIn, "session", "自分の設定の変更", "Change the own name or language", on((*API).updateMe)},
	{"change-password", post, "/api/me/password", app.SignedIn, "session", "パスワードの変更", "Change the own password", onDone((*API).changePassword)},

	{"list-users", get, "/api/users", app.ManageUsers, "people", "利用者一覧", "List users", on((*API).users)},
	{"invite-user", post, "/api/users", app.ManageUsers, "people", "利用者の招待", "Invite a person", created(on((*API).inviteUser))},
	{"update-user", patch, "/api/users/{id}", app.ManageUsers, "people", "利用者の変更", "Change a person's name, roles or access", on((*API).updateUser)},
	{"reinvite-user", post, "/api/users/{id}/invite", app.ManageUsers, "people", "招待リンクの再発行", "New one-time link for a person", on((*API).reinviteUser)},
	{"get-holder", get, "/api/holder", app.Read, "people", "製造販売業者の情報", "The marketing authorization holder", on((*API).holder)},
	{"set-holder", put, "/api/holder", app.ManageSettings, "people", "製造販売業者の情報の変更", "Change the marketing authorization holder", on((*API).setHolder)},

	{"get-today", get, "/api/today", app.Read, "today", "今日", "The first page", on((*API).today)},
	{"get-changes", get, "/api/changes", app.Read, "today", "変化", "What changed in a span of time, and how fresh the sources are", on((*API).changes)},
	{"list-vulnerability-changes", get, "/api/changes/vulnerabilities", app.Read, "today", "変化のあった脆弱性一覧", "Vulnerabilities about which something changed, most urgent first", on((*API).vulnerabilityChanges)},
	{"get-vulnerability-change", get, "/api/changes/vulnerabilities/{id}", app.Read, "today", "脆弱性の変化", "What changed about a vulnerability, and why", on((*API).vulnerabilityChange)},
	{"see-changes", post, "/api/changes/seen", app.SignedIn, "today", "変化の確認の記録", "Note until when one has looked through the changes", on((*API).seenChanges)},
	{"get-counts", get, "/api/counts", app.Read, "today", "件数", "How many things wait", on((*API).counts)},
	{"list-notifications", get, "/api/notifications", app.SignedIn, "today", "お知らせ一覧", "Own notifications, newest first", on((*API).notifications)},
	{"read-notifications", post, "/api/notifications/read", app.SignedIn, "today", "お知らせの既読", "Mark own notifications as read", onDone((*API).readNotifications)},
	{"search", get, "/api/search", app.Read, "today", "検索", "Search everything", on((*API).search)},
	{"get-calendar", get, "/api/calendar", app.Read, "today", "行政機関の暦", "Calendar of national offices", on((*API).calendar)},
	{"get-company-days", get, "/api/calendar/company-days", app.Read, "today", "会社休業日", "Days on which the company does not work", on((*API).companyDays)},
	{"get-law", get, "/api/law", app.Read, "law", "規則", "Rulebooks in force with their rules", on((*API).law)},
	{"get-reading", get, "/api/readings/{id}", app.Read, "law", "解釈", "A recorded reading of an unclear text", on((*API).reading)},
	{"list-open-values", get, "/api/open-values", app.Read, "law", "要確認の値", "Values that the company must still obtain or confirm", on((*API).openValues)},
	{"set-open-value", put, "/api/open-values/{id}", app.SetValues, "law", "要確認の値の変更", "Set or confirm such a value", on((*API).setOpenValue)},
	{"set-company-days", put, "/api/calendar/company-days", app.SetValues, "today", "会社休業日の変更", "Change the days on which the company does not work", on((*API).setCompanyDays)},

	{"list-products", get, "/api/products", app.Read, "register", "品目一覧", "List products", on((*API).products)},
	{"add-product", post, "/api/products", app.EditRegister, "register", "品目の登録", "Register a product", created(on((*API).addProduct))},
	{"get-product", get, "/api/products/{id}", app.Read, "register", "品目", "A product with its releases", on((*API).product)},
	{"update-product", put, "/api/products/{id}", app.EditRegister, "register", "品目の変更", "Change a product", on((*API).updateProduct)},
	{"add-release", post, "/api/products/{id}/releases", app.EditRegister, "register", "製品バージョンの登録", "Register a release", created(on((*API).addRelease))},
	{"list-releases", get, "/api/releases", app.Read, "register", "製品バージョン一覧", "List releases", on((*API).releases)},
	{"get-release", get, "/api/releases/{id}", app.Read, "register", "製品バージョン", "A release with its SBOMs", on((*API).release)},
	{"update-release", put, "/api/releases/{id}", app.EditRegister, "register", "製品バージョンの変更", "Change a release", on((*API).updateRelease)},
	{"upload-sbom", post, "/api/releases/{id}/sbom", app.EditRegister, "register", "SBOMの登録", "Upload an SBOM", uploadOf(maxSBOM, created(on((*API).uploadSBOM)))},
	{"list-components", get, "/api/releases/{id}/components", app.Read, "register", "部品一覧", "Components of the SBOM in use", on((*API).components)},
	{"list-sbom-components", get, "/api/sboms/{id}/components", app.Read, "register", "SBOMの部品", "Components of an SBOM, by number", on((*API).sbomComponents)},
	{"get-sbom-component", get, "/api/sboms/{id}/components/{position}", app.Read, "register", "SBOMの部品の詳細", "A component of an SBOM, with its path and findings", on((*API).sbomComponent)},
	{"get-sbom-tree", get, "/api/sboms/{id}/tree", app.Read, "register", "SBOMの依存関係", "The dependency tree of an SBOM, node by node", on((*API).sbomTree)},
	{"search-sbom-tree", get, "/api/sboms/{id}/tree/search", app.Read, "register", "SBOMの依存関係の検索", "Components where they are in the tree of an SBOM", on((*API).searchSBOMTree)},
	{"compare-sboms", get, "/api/sboms/{id}/changes", app.Read, "register", "SBOMの変更点", "What changed between two SBOMs", on((*API).sbomChanges)},
	{"get-sbom-file", get, "/api/sboms/{id}/file", app.Read, "register", "SBOMファイル", "An SBOM as it was uploaded", stream("application/octet-stream", "binary", (*API).sbomFile)},
	{"get-release-support", get, "/api/releases/{id}/support", app.Read, "register", "構成要素のサポート終了", "How long the components of a release are supported", on((*API).releaseSupport)},
	{"list-sites", get, "/api/sites", app.Read, "register", "医療機関一覧", "List sites", on((*API).sites)},
	{"add-site", post, "/api/sites", app.EditRegister, "register", "医療機関の登録", "Register a site", created(on((*API).addSite))},
	{"get-site", get, "/api/sites/{id}", app.Read, "register", "医療機関", "A site with its installations", on((*API).site)},
	{"update-site", put, "/api/sites/{id}", app.EditRegister, "register", "医療機関の変更", "Change a site", on((*API).updateSite)},
	{"add-installation", post, "/api/sites/{id}/installations", app.EditRegister, "register", "納入の登録", "Register units at a site", created(on((*API).addInstallation))},
	{"list-installations", get, "/api/installations", app.Read, "register", "納入一覧", "List installations", on((*API).installations)},
	{"update-installation", put, "/api/installations/{id}", app.EditRegister, "register", "納入の変更", "Change an installation", on((*API).updateInstallation)},

	{"list-vulnerabilities", get, "/api/vulnerabilities", app.Read, "vulnerabilities", "脆弱性一覧", "List vulnerabilities", on((*API).vulnerabilities)},
	{"get-vulnerability", get, "/api/vulnerabilities/{id}", app.Read, "vulnerabilities", "脆弱性", "A vulnerability and what it touches", on((*API).vulnerability)},
	{"list-findings", get, "/api/findings", app.Read, "vulnerabilities", "検出一覧", "List findings", on((*API).findings)},
	{"get-finding", get, "/api/findings/{id}", app.Read, "vulnerabilities", "検出", "A finding with its evidence", on((*API).finding)},
	{"list-assessments", get, "/api/assessments", app.Read, "vulnerabilities", "評価一覧", "List assessments", on((*API).assessments)},
	{"add-assessment", post, "/api/assessments", app.Assess, "vulnerabilities", "評価の記録", "Assess a vulnerability for a product", created(on((*API).addAssessment))},
	{"get-assessment", get, "/api/assessments/{id}", app.Read, "vulnerabilities", "評価", "An assessment", on((*API).assessment)},
	{"list-statements", get, "/api/statements", app.Read, "vulnerabilities", "VEXの記載一覧", "List VEX statements", on((*API).statements)},
	{"accept-statement", post, "/api/statements/{id}/accept", app.Assess, "vulnerabilities", "VEXの記載を評価に採用", "Take a VEX statement over as the assessment of a product", created(on((*API).acceptStatement))},
	{"decline-statement", post, "/api/statements/{id}/decline", app.Assess, "vulnerabilities", "VEXの記載の不採用", "Decline a VEX statement for a product", created(on((*API).declineStatement))},
	{"list-issuers", get, "/api/issuers", app.Read, "vulnerabilities", "VEXの発行者一覧", "List issuers of VEX statements", on((*API).issuers)},
	{"trust-issuer", put, "/api/issuers/trust", app.Assess, "vulnerabilities", "VEXの発行者の信頼の設定", "Say how far an issuer is trusted", on((*API).trustIssuer)},

	{"list-intakes", get, "/api/intakes", app.Read, "cases", "安全管理情報一覧", "List intake records", on((*API).intakes)},
	{"record-intake", post, "/api/intakes", app.RecordIntake, "cases", "安全管理情報の受付", "Record safety information", created(on((*API).recordIntake))},
	{"get-intake", get, "/api/intakes/{id}", app.Read, "cases", "安全管理情報", "An intake record", on((*API).intake)},
	{"dismiss-intake", post, "/api/intakes/{id}/dismiss", app.Determine, "cases", "事案としない判断", "Open no case from an intake record", on((*API).dismissIntake)},
	{"add-attachment", post, "/api/intakes/{id}/attachments", app.RecordIntake, "cases", "添付ファイルの登録", "Keep a file that came with an intake record", upload(created(on((*API).addAttachment)))},
	{"get-attachment", get, "/api/attachments/{id}", app.Read, "cases", "添付ファイル", "A file that came with an intake record", stream("application/octet-stream", "binary", (*API).attachment)},
	{"list-cases", get, "/api/cases", app.Read, "cases", "事案一覧", "List cases", on((*API).cases)},
	{"open-case", post, "/api/cases", app.WorkCases, "cases", "事案の開始", "Open a case", created(on((*API).openCase))},
	{"get-case", get, "/api/cases/{id}", app.Read, "cases", "事案", "A case with its facts and the answer of the law", on((*API).caseFile)},
	{"answer-fact", put, "/api/cases/{id}/facts/{fact}", app.WorkCases, "cases", "事実の回答", "Answer a fact", on((*API).answerFact)},
	{"accept-suggestions", post, "/api/cases/{id}/facts/accept", app.WorkCases, "cases", "提案の採用", "Take every suggested answer that is still open", on((*API).acceptSuggestions)},
	{"what-if", post, "/api/cases/{id}/what-if", app.Read, "cases", "仮定の判断", "Evaluate other answers without recording them", on((*API).whatIf)},
	{"confirm-determination", post, "/api/cases/{id}/determinations", app.Determine, "cases", "報告要否判断の確定", "Confirm the determination as shown", on((*API).confirmDetermination)},
	{"propose-determination", post, "/api/cases/{id}/proposals", app.WorkCases, "cases", "報告要否判断の提案", "Propose the determination as shown", on((*API).proposeDetermination)},
	{"override-determination", post, "/api/cases/{id}/overrides", app.Override, "cases", "法令の結論と異なる判断（一人目の署名）", "Ask to decide otherwise than the law, first signature", on((*API).overrideDetermination)},
	{"countersign-override", post, "/api/determinations/{id}/countersign", app.Override, "cases", "法令の結論と異なる判断（二人目の署名）", "Countersign an override", on((*API).countersignOverride)},
	{"refuse-determination", post, "/api/determinations/{id}/refuse", app.Refuse, "cases", "提案又は異なる判断の不採用", "Do not take a proposal or an override", on((*API).refuseDetermination)},
	{"get-determination", get, "/api/determinations/{id}", app.Read, "cases", "報告要否判断", "A determination with its record, replayed", on((*API).determination)},
	{"get-determination-record", get, "/api/determinations/{id}/record", app.Read, "cases", "報告要否判断の記録", "The record of a determination, byte for byte", stream("application/json", "", (*API).determinationRecord)},
	{"get-determination-pdf", get, "/api/determinations/{id}/pdf", app.Read, "cases", "報告要否判断の根拠（PDF）", "The proof of a determination as PDF", stream("application/pdf", "binary", (*API).determinationPDF)},
	{"list-obligations", get, "/api/obligations", app.Read, "cases", "義務一覧", "List obligations", on((*API).obligations)},
	{"meet-obligation", post, "/api/obligations/{id}/met", app.Determine, "cases", "義務の履行の記録", "Record that something due was done", on((*API).meetObligation)},
	{"meet-duties", post, "/api/cases/{id}/duties/met", app.Determine, "cases", "事案の義務の履行の記録（まとめて）", "Record that several duties of a case were done together", on((*API).meetDuties)},
	{"rebase-clock", post, "/api/obligations/{id}/rebase", app.Determine, "cases", "起算日の変更", "Base a clock on another day", on((*API).rebaseClock)},

	{"list-forms", get, "/api/forms", app.Read, "reports", "様式一覧", "Every edition of every form", on((*API).forms)},
	{"get-form", get, "/api/forms/{form}", app.Read, "reports", "様式", "An official form", on((*API).form)},
	{"install-form", post, "/api/forms", app.ManageSettings, "reports", "様式の改正版の登録", "Install an amended edition of a form", upload(created(on((*API).installForm)))},
	{"list-terms", get, "/api/terms", app.Read, "reports", "用語の検索", "Terms of the code lists", on((*API).terms)},
	{"list-term-lists", get, "/api/terms/lists", app.Read, "reports", "用語集一覧", "Code lists that are loaded", on((*API).termLists)},
	{"import-terms", post, "/api/terms", app.ManageSettings, "reports", "用語集の取り込み", "Import a code list", upload(on((*API).importTerms))},
	{"create-report", post, "/api/cases/{id}/reports", app.WriteReport, "reports", "報告書の作成", "Draft a report from everything known", created(on((*API).createReport))},
	{"create-periodic-report", post, "/api/obligations/{id}/report", app.WriteReport, "reports", "定期報告書の作成", "Draft the report that an obligation asks for", created(on((*API).createReportFor))},
	{"list-reports", get, "/api/reports", app.Read, "reports", "報告書一覧", "List reports", on((*API).reports)},
	{"export-reports", get, "/api/reports/export", app.Read, "reports", "報告書一覧の出力", "The list of reports as a table", stream(mediaXLSX, "binary", (*API).exportReports)},
	{"get-report", get, "/api/reports/{id}", app.Read, "reports", "報告書", "A report with its problems", on((*API).report)},
	{"edit-report", put, "/api/reports/{id}/values", app.WriteReport, "reports", "報告書の編集", "Change fields of a report", on((*API).editReport)},
	{"take-source", post, "/api/reports/{id}/values/{key}/take", app.WriteReport, "reports", "記録の現在の内容の採用", "Take what the source of a field says now", on((*API).takeSource)},
	{"submit-report", post, "/api/reports/{id}/review", app.WriteReport, "reports", "作成の署名", "Sign as the maker and ask for the check", on((*API).submitReport)},
	{"check-report", post, "/api/reports/{id}/check", app.CheckReports, "reports", "確認の署名", "Sign as the one who checked", on((*API).checkReport)},
	{"approve-report", post, "/api/reports/{id}/approve", app.ApproveReports, "reports", "承認の署名", "Approve a report as shown", on((*API).approveReport)},
	{"return-report", post, "/api/reports/{id}/return", app.ReturnReports, "reports", "報告書の差戻し", "Send a report back", on((*API).returnReport)},
	{"record-submission", post, "/api/reports/{id}/submissions", app.WriteReport, "reports", "提出の記録", "Record how an approved report was sent", formUpload(
		[]string{"channel", "sent_at", "recipient"}, []string{"channel", "sent_at", "recipient", "proof", "late_reason", "digest", "attachments"}, []string{"proof", "attachment"}, created(on((*API).recordSubmission)))},
	{"acknowledge-submission", post, "/api/submissions/{id}/acknowledgement", app.WriteReport, "reports", "受付の通知の記録", "Record what the authority sent back", formUpload(
		[]string{"received_at"}, []string{"registration_number", "identification_number", "text", "received_at"}, []string{"acknowledgement"}, on((*API).acknowledgeSubmission))},
	{"resolve-mismatch", post, "/api/submissions/{id}/resolve", app.WriteReport, "reports", "番号の不一致の解決", "Say which numbers of the authority are right", on((*API).resolveMismatch)},
	{"get-submission-file", get, "/api/submissions/{id}/files/{sha256}", app.Read, "reports", "提出の記録のファイル", "A file of a submission", stream("application/octet-stream", "binary", (*API).submissionFile)},
	{"next-issue", post, "/api/reports/{id}/issues", app.WriteReport, "reports", "次の報の作成", "Begin the next issue of a report that was sent", created(on((*API).nextIssue))},
	{"record-agreement", post, "/api/reports/{id}/agreements", app.WriteReport, "reports", "医療機関の報告との一致の記録", "Record that a report agrees with the hospital's own", created(on((*API).recordAgreement))},
	{"get-report-diff", get, "/api/reports/{id}/diff", app.Read, "reports", "報告書の版の差分", "What differs between two versions", on((*API).reportDiff)},
	{"get-report-pdf", get, "/api/reports/{id}/pdf", app.Read, "reports", "報告書（PDF）", "A report as PDF", stream("application/pdf", "binary", (*API).reportPDF)},
	{"get-report-json", get, "/api/reports/{id}/json", app.Read, "reports", "報告書（JSON）", "A report as JSON", stream("application/json", "", (*API).reportJSON)},
	{"get-report-xml", get, "/api/reports/{id}/xml", app.Read, "reports", "報告書（XML）", "A report as neutral XML", stream("application/xml", "", (*API).reportXML)},
	{"get-report-xlsx", get, "/api/reports/{id}/xlsx", app.Read, "reports", "報告書（表計算）", "A report as a spreadsheet", stream(mediaXLSX, "binary", (*API).reportXLSX)},
	{"get-report-package", get, "/api/reports/{id}/package", app.Read, "reports", "提出用パッケージ", "A report with everything that is sent", stream("application/zip", "binary", (*API).reportPackage)},

	{"list-imports", get, "/api/imports", app.Read, "sources", "取込一覧", "List imports", on((*API).imports)},
	{"start-import", post, "/api/imports", app.ImportFeeds, "sources", "取込の開始", "Import vulnerability data", upload(accepted(on((*API).startImport)))},
	{"get-import", get, "/api/imports/{id}", app.Read, "sources", "取込", "An import and how far it is", on((*API).importRun)},
	{"follow-import", get, "/api/imports/{id}/events", app.Read, "sources", "取込の進捗", "Events of an import", stream("text/event-stream", "", (*API).importEvents)},
	{"cancel-import", post, "/api/imports/{id}/cancel", app.ImportFeeds, "sources", "取込の中止", "Stop an import", on((*API).cancelImport)},
	{"list-feed-options", get, "/api/feeds/options", app.Read, "sources", "取得先の候補", "Kinds, folders and public addresses that feeds can be made of", on((*API).feedOptions)},
	{"add-feed", post, "/api/feeds", app.ManageSettings, "sources", "取得先の登録", "Add a feed", created(on((*API).addFeed))},
	{"update-feed", put, "/api/feeds/{id}", app.ManageSettings, "sources", "取得先の変更", "Change a feed, or switch it on or off", on((*API).updateFeed)},
	{"fetch-feed", post, "/api/feeds/{id}/fetch", app.ImportFeeds, "sources", "取得先からの取得", "Fetch a feed now", accepted(on((*API).fetchFeed))},
	{"accept-feed", post, "/api/feeds/{id}/accept", app.ManageSettings, "sources", "異常の解除", "Take the last run of a feed for right", on((*API).acceptFeed)},
	{"list-sources", get, "/api/sources", app.Read, "sources", "情報源", "Sources and their age", on((*API).sources)},

	{"list-ledger", get, "/api/ledger", app.ReadLedger, "ledger", "監査証跡", "Entries, newest first", on((*API).ledger)},
	{"get-checkpoint", get, "/api/ledger/checkpoint", app.ReadLedger, "ledger", "署名付きチェックポイント", "Newest signed checkpoint", on((*API).checkpoint)},
	{"verify-ledger", post, "/api/ledger/verify", app.ReadLedger, "ledger", "監査証跡の検証", "Compute the whole ledger again", on((*API).verifyLedger)},
}
