package app

import (
	"context"
	"fmt"
	"io"
	"regexp"
	"strings"

	"mimamori/internal/fault"
	"mimamori/internal/ledger"
	"mimamori/internal/report"
	"mimamori/internal/term"
)

// ImportTerms is a file of a code list.
type ImportTerms struct {
	List    term.List
	Release string // as its publisher names it, for example "2024"
	Name    string // of the file: .json is an annex as the IMDRF publishes it, everything else a table
	File    io.Reader
}

// ImportedTerms is what became of a file.
type ImportedTerms struct {
	List    term.List `json:"list"`
	Release string    `json:"release"`
	Terms   int       `json:"terms"` // in the file
	Added   int       `json:"added"`
	Changed int       `json:"changed"`
}

// maxTermFile is more than the largest list (JFMDA, IMDRF) has.
const maxTermFile = 64 << 20

// ImportTerms takes a file of a code list over. Further files of the same
// release join it: a Japanese table beside the English annexes.
func (a *App) ImportTerms(ctx context.Context, by Actor, in ImportTerms) (ImportedTerms, error) {
	if err := require(by, ManageSettings); err != nil {
		return ImportedTerms{}, err
	}
	if in.List != term.IMDRF && in.List != term.JFMDA {
		return ImportedTerms{}, fault.Fields("the list of terms cannot be taken", []fault.Field{fault.At("/list", "enum", "list %q: choose imdrf or jfmda", in.List)})
	}
	data, err := io.ReadAll(io.LimitReader(in.File, maxTermFile+1))
	switch {
	case err != nil:
		return ImportedTerms{}, fault.Wrap(fault.Invalid, err, "%s: the upload broke off: send it again", in.Name)
	case len(data) > maxTermFile:
		return ImportedTerms{}, fault.New(fault.Invalid, "the list of terms is larger than %d MB", maxTermFile>>20)
	}
	var terms []term.Term
	if strings.HasSuffix(strings.ToLower(in.Name), ".json") && in.List == term.IMDRF {
		terms, err = term.ReadIMDRF(data, in.Release)
	} else {
		terms, err = term.ReadCSV(data, in.List, in.Release)
	}
	if err != nil {
		return ImportedTerms{}, err
	}
	done := ImportedTerms{List: in.List, Release: in.Release, Terms: len(terms)}
	return done, a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		if done.Added, done.Changed, err = tx.PutTerms(ctx, terms); err != nil {
			return err
		}
		about := ledger.Subject{Kind: "terms", ID: string(in.List) + "/" + in.Release, Name: in.Name}
		tx.Record(by.entry("terms.imported", about, nil, map[string]any{"result": done, "sha256": sha256Hex(data)}, ""))
		return nil
	})
}

// Fields in which a report names a term of a code list, as "A1105 Problem": one
// on each line.
var termFields = []string{"harm_term", "malfunction_term", "investigation"}

// codedLine is a line that begins with an IMDRF code. The shape tells a code
// from other words: a letter of an annex and digits.
var codedLine = regexp.MustCompile(`^([A-G][0-9]{2,12})(?:[ 　:：]|$)`)

// maxCodes bounds the codes of one report that are looked up.
const maxCodes = 50

// termProblems tells of codes that the newest loaded release does not have, or
// that cannot be used. Without a list nothing is said.
func (a *App) termProblems(ctx context.Context, r Reader, form *report.Form, d report.Draft) ([]report.Problem, error) {
	lists, err := r.TermLists(ctx)
	if err != nil {
		return nil, err
	}
	release := ""
	for _, l := range lists { // sorted by release
		if l.List == term.IMDRF {
			release = l.Release
		}
	}
	if release == "" {
		return nil, nil
	}
	var problems []report.Problem
	looked := 0
	for _, key := range termFields {
		field, ok := form.Field(key)
		if !ok {
			continue
		}
		for line := range strings.SplitSeq(d.Text(key), "\n") {
			found := codedLine.FindStringSubmatch(strings.TrimSpace(line))
			if found == nil {
				continue
			}
			if looked++; looked > maxCodes {
				return problems, nil
			}
			problem, err := codeProblem(ctx, r, release, found[1])
			if err != nil {
				return nil, err
			}
			if problem != nil {
				problem.Field, problem.Number, problem.Rule = key, field.Number, "term"
				problems = append(problems, *problem)
			}
		}
	}
	return problems, nil
}

// codeProblem says what is wrong with a code, nil when nothing is.
func codeProblem(ctx context.Context, r Reader, release, code string) (*report.Problem, error) {
	list, err := r.Terms(ctx, ListQuery{Filter: map[string]string{"id": fmt.Sprintf("%s/%s/%s", term.IMDRF, release, code)}, Limit: 1})
	switch {
	case err != nil:
		return nil, err
	case len(list.Items) == 0:
		return &report.Problem{
			Ja: fmt.Sprintf("コード%sは、読み込まれているIMDRF用語集（%s）にありません。用語集から選び直してください。", code, release),
			En: fmt.Sprintf("the code %s is not in the IMDRF terms that are loaded (%s): choose one from the list", code, release),
		}, nil
	case !list.Items[0].Selectable:
		return &report.Problem{
			Ja: fmt.Sprintf("コード%s（%s）は選択できない用語です。より詳しい用語又は現行の用語を選んでください。", code, list.Items[0].Status),
			En: fmt.Sprintf("the code %s cannot be used (%s): choose a more detailed or a present one", code, list.Items[0].Status),
		}, nil
	}
	return nil, nil //nolint:nilnil // no problem
}

// Terms lists terms of the code lists; without a release those of the newest of
// each list.
func (a *App) Terms(ctx context.Context, q ListQuery) (List[TermRow], error) {
	if q.Filter["release"] == "" {
		lists, err := a.Store.TermLists(ctx)
		if err != nil {
			return List[TermRow]{}, err
		}
		newest := map[term.List]string{}
		for _, l := range lists {
			newest[l.List] = l.Release
		}
		wanted := term.List(q.Filter["list"])
		if wanted == "" {
			wanted = term.IMDRF
		}
		filter := map[string]string{"list": string(wanted), "release": newest[wanted]}
		for name, value := range q.Filter {
			if filter[name] == "" {
				filter[name] = value
			}
		}
		if filter["release"] == "" {
			return List[TermRow]{Items: []TermRow{}}, nil
		}
		q.Filter = filter
	}
	return a.Store.Terms(ctx, q)
}
