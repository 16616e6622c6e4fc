// Package storetest is the suite that every app.Store passes.
package storetest

import (
	"context"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/fault"
	"mimamori/internal/ledger"
)

// Run runs the suite. open returns a fresh, empty store that is closed after
// the test and can enqueue jobs of kind "import".
func Run(t *testing.T, open func(t *testing.T) app.Store) {
	t.Helper()
	tests := map[string]func(*testing.T, *fixture){
		"people":                               people,
		"products":                             products,
		"releases and SBOMs":                   releasesAndSBOMs,
		"components are stored once":           interning,
		"files":                                files,
		"places of an SBOM":                    places,
		"graphs of SBOMs":                      graphs,
		"new components are told":              internedIsTold,
		"sites and installations":              sitesAndInstallations,
		"settings and numbers":                 settingsAndNumbers,
		"imports":                              imports,
		"feeds":                                feeds,
		"records gone from feeds":              goneFromFeeds,
		"notices of sources":                   sourceNotices,
		"intake to report":                     intakeToReport,
		"obligations by urgency":               obligationsByUrgency,
		"assessments supersede":                assessmentsSupersede,
		"paging over ties":                     pagingOverTies,
		"lists refuse what they do not know":   listsRefuse,
		"search finds however typed":           searchFinds,
		"search over everything":               searchOverEverything,
		"write is all or nothing":              writeIsAllOrNothing,
		"write needs an entry":                 writeNeedsEntry,
		"write survives a panic":               writeSurvivesPanic,
		"write stops when cancelled":           writeStopsWhenCancelled,
		"writers at once":                      writersAtOnce,
		"ledger lists":                         ledgerLists,
		"references must exist":                referencesMustExist,
		"alias groups join":                    aliasGroupsJoin,
		"alias groups keep what hangs on them": aliasGroupsKeep,
		"import twice is import once":          importTwice,
		"advisories in any order":              orderOfAdvisories,
		"states in any order":                  statesInAnyOrder,
		"older states":                         olderStates,
		"advisory changes":                     advisoryChanges,
		"known exploited":                      knownExploited,
		"findings follow matches":              findingsFollowMatches,
		"conditions by release":                settlements,
		"counters of findings":                 counters,
		"findings follow the SBOM":             findingsFollowSBOM,
		"findings list":                        findingsList,
		"what changed":                         whatChanged,
		"hostile text":                         hostileText,
		"attachments":                          attachments,
		"determinations govern":                determinationsGovern,
		"decided cases":                        decidedCases,
		"obligations hang on several things":   obligationsHang,
		"obligation changed at once":           obligationChangedAtOnce,
		"intakes wait":                         intakesWait,
		"clock changes":                        clockChanges,
		"signatures":                           signatures,
		"notifications":                        notifications,
		"notified at once":                     notifiedAtOnce,
		"rulebook texts":                       rulebookTexts,
		"submissions":                          submissions,
		"versions and agreements of reports":   reportVersions,
		"register of reports":                  reportRegister,
		"deadlines of reports":                 reportDeadlines,
		"what follows a report":                followUps,
		"terms":                                terms,
		"terms ranked":                         termsRanked,
		"installed forms":                      installedForms,
		"statements supersede":                 statementsSupersede,
		"issuers and decisions":                issuersAndDecisions,
		"EPSS scores":                          epssScores,
		"ends of life":                         endsOfLife,
		"aliases":                              aliases,
		"what cannot be matched":               unmatched,
		"names of products":                    productNames,
	}
	for _, name := range slices.Sorted(maps.Keys(tests)) {
		t.Run(name, func(t *testing.T) {
			f := &fixture{t: t, Store: open(t), now: time.Date(2026, 6, 1, 0, 0, 0, 123_456_000, time.UTC)}
			tests[name](t, f)
			f.verified()
		})
	}
}

// fixture is a store with short ways to write into it.
type fixture struct {
	app.Store
	t   *testing.T
	now time.Time
}

func (f *fixture) ctx() context.Context { return f.t.Context() }

// tick returns an instant one second after the last one.
func (f *fixture) tick() time.Time {
	f.now = f.now.Add(time.Second)
	return f.now
}

// write runs fn and records one entry.
func (f *fixture) write(fn func(ctx context.Context, tx app.Tx) error) {
	f.t.Helper()
	if err := f.try(fn); err != nil {
		f.t.Fatal(err)
	}
}

func (f *fixture) try(fn func(ctx context.Context, tx app.Tx) error) error {
	return f.Write(f.ctx(), func(ctx context.Context, tx app.Tx) error {
		tx.Record(entry("test.written", "test", "1"))
		return fn(ctx, tx)
	})
}

func entry(action, kind, id string, parents ...ledger.Subject) ledger.Entry {
	return ledger.Entry{
		Actor: ledger.Actor{ID: "u1", Name: "佐藤 花子", Via: "web"}, Action: action,
		Subject: ledger.Subject{Kind: kind, ID: id, Name: kind + " " + id}, Parents: parents, After: json.RawMessage(`{"a":"<b>&","z":1}`),
	}
}

// verified holds the ledger to be whole.
func (f *fixture) verified() {
	f.t.Helper()
	report, err := f.VerifyLedger(f.ctx())
	if err != nil {
		f.t.Fatal(err)
	}
	if !report.OK {
		f.t.Fatalf("the ledger does not verify: %+v", *report.FirstBad)
	}
}

func wantKind(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	if fault.KindOf(err) != kind {
		t.Fatalf("got error %v of kind %q, want kind %q", err, fault.KindOf(err), kind)
	}
}

func equal(t *testing.T, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("\ngot  %+v\nwant %+v", got, want)
	}
}

// must unwraps a result of which the test needs no error.
func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// only is a list query with one filter.
func only(name, value string) app.ListQuery {
	return app.ListQuery{Filter: map[string]string{name: value}}
}
