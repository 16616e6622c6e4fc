package app

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"mimamori/internal/caldate"
	"mimamori/internal/fault"
	"mimamori/internal/fold"
	"mimamori/internal/ledger"
	"mimamori/internal/openvalue"
	"mimamori/internal/register"
)

// States of an open value.
const (
	toBeConfirmed  = "to_be_confirmed" // 要確認
	valueConfirmed = "confirmed"
)

// Ids of the open values that the program itself uses.
const (
	valueDesignated  = "designated-devices"
	valueAddressee   = "pmda-addressee"
	valueFirstReport = "first-report-target-hours"
)

// OpenValueView is a value that the company must still obtain or confirm, as it
// stands.
type OpenValueView struct {
	ID      string         `json:"id"`
	Label   Words          `json:"label"`
	Help    Words          `json:"help"`
	Kind    openvalue.Kind `json:"kind"`
	Choices []OpenChoice   `json:"choices"`
	Value   string         `json:"value"`
	State   string         `json:"state"`   // to_be_confirmed or confirmed
	Source  string         `json:"source"`  // where the value comes from
	Mark    openvalue.Mark `json:"mark"`    // how sure the value is that holds until somebody sets it
	UsedIn  []string       `json:"used_in"` // rulebooks and forms that rest on it
	By      string         `json:"by"`      // who set it; "" for nobody
	On      caldate.Date   `json:"on"`
}

// OpenChoice is one answer of a value of kind choice.
type OpenChoice struct {
	ID    string `json:"id"`
	Label Words  `json:"label"`
}

// setValue is a value as somebody set it.
type setValue struct {
	Value  string       `json:"value"`
	State  string       `json:"state"`
	Source string       `json:"source"`
	By     string       `json:"by"`
	On     caldate.Date `json:"on"`
}

const openValuesKey = "open-values"

// OpenValues returns every open value as it stands, in the order of their file.
func (a *App) OpenValues(ctx context.Context) ([]OpenValueView, error) {
	return a.openValues(ctx, a.Store)
}

func (a *App) openValues(ctx context.Context, r Reader) ([]OpenValueView, error) {
	set, err := setValues(ctx, r)
	if err != nil {
		return nil, err
	}
	views := make([]OpenValueView, len(a.Values))
	for i, v := range a.Values {
		views[i] = openValueView(v, set)
	}
	return views, nil
}

func setValues(ctx context.Context, r Reader) (map[string]setValue, error) {
	set := map[string]setValue{}
	err := setting(ctx, r, openValuesKey, &set)
	return set, err
}

func openValueView(v openvalue.OpenValue, set map[string]setValue) OpenValueView {
	view := OpenValueView{
		ID: v.ID, Label: words(v.Label), Help: words(v.Help), Kind: v.Kind, Choices: []OpenChoice{},
		Value: v.Default, State: toBeConfirmed, Source: v.Source, Mark: v.Mark, UsedIn: append([]string{}, v.UsedIn...),
	}
	for _, c := range v.Choices {
		view.Choices = append(view.Choices, OpenChoice{c.ID, words(c.Label)})
	}
	if s, ok := set[v.ID]; ok {
		view.Value, view.State, view.Source, view.By, view.On = s.Value, s.State, cmp.Or(s.Source, v.Source), s.By, s.On
	}
	return view
}

// SetOpenValue is what a person says about an open value.
type SetOpenValue struct {
	ID     string
	Value  string
	State  string // to_be_confirmed or confirmed
	Source string // where the value comes from; needed to confirm it
}

// SetOpenValue stores a value that the company obtained, or confirms it.
func (a *App) SetOpenValue(ctx context.Context, by Actor, in SetOpenValue) (OpenValueView, error) {
	if err := require(by, SetValues); err != nil {
		return OpenValueView{}, err
	}
	i := slices.IndexFunc(a.Values, func(v openvalue.OpenValue) bool { return v.ID == in.ID })
	if i < 0 {
		return OpenValueView{}, notThere(in.ID)
	}
	v := a.Values[i]
	in.Value, in.Source = strings.TrimSpace(strings.ReplaceAll(in.Value, "\r\n", "\n")), strings.TrimSpace(in.Source)
	if err := checkOpenValue(v, in); err != nil {
		return OpenValueView{}, err
	}
	after := setValue{Value: in.Value, State: in.State, Source: in.Source, By: by.Name, On: a.Today()}
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		set, err := setValues(ctx, tx)
		if err != nil {
			return err
		}
		var before any
		if old, ok := set[in.ID]; ok {
			before = old
		}
		set[in.ID] = after
		tx.Record(by.entry("openvalue.set", ledger.Subject{Kind: "open_value", ID: in.ID, Name: v.Label.JA}, before, after, in.Source))
		return tx.PutSetting(ctx, openValuesKey, asJSON(set))
	})
	return openValueView(v, map[string]setValue{in.ID: after}), err
}

func checkOpenValue(v openvalue.OpenValue, in SetOpenValue) error {
	const maxSource = 2000 // bytes
	problems := fault.FieldsOf(v.Check(in.Value))
	add := func(f fault.Field) { problems = append(problems, f) }
	switch {
	case in.State != toBeConfirmed && in.State != valueConfirmed:
		add(fault.At("/state", "enum", "state %q: choose to_be_confirmed or confirmed", in.State))
	case in.State == valueConfirmed && in.Source == "":
		add(fault.At("/source", "required", "say what confirms the value: a document with its number, or who said so when"))
	}
	if in.State == valueConfirmed && v.Kind == openvalue.Line && in.Value == "" {
		add(fault.At("/value", "required", "nothing cannot be confirmed: fill the value in"))
	}
	if len(in.Source) > maxSource {
		add(fault.At("/source", "length", "the text has %d bytes, at most %d fit: shorten it", len(in.Source), maxSource))
	}
	return fault.Fields("the value cannot be kept like this", problems)
}

// openValue returns an open value as it stands; false when the program has none
// with that id.
func (a *App) openValue(ctx context.Context, r Reader, id string) (OpenValueView, bool, error) {
	i := slices.IndexFunc(a.Values, func(v openvalue.OpenValue) bool { return v.ID == id })
	if i < 0 {
		return OpenValueView{}, false, nil
	}
	set, err := setValues(ctx, r)
	return openValueView(a.Values[i], set), err == nil, err
}

// designatedByList tells whether the list of designated devices (施行規則第228条の
// 20第2項第1号ニ) names the generic name of a product, and whether a person
// confirmed the list. A list that is not confirmed says yes or nothing: what
// it lacks may have been left out.
func (a *App) designatedByList(ctx context.Context, product register.Product) (register.Known, bool) {
	list, ok, err := a.openValue(ctx, a.Store, valueDesignated)
	if err != nil || !ok {
		return register.Unknown, false // a suggestion only: without the list there is none
	}
	confirmed := list.State == valueConfirmed
	for line := range strings.Lines(list.Value) {
		if fold.Text(line) == fold.Text(product.GenericName) {
			return register.Yes, confirmed
		}
	}
	if confirmed {
		return register.No, true
	}
	return register.Unknown, false
}

// firstReportTarget is the company's own target where the law says "promptly"
// (速やかに); it holds before anybody confirms it, too (reading R-023).
func (a *App) firstReportTarget(ctx context.Context, r Reader) time.Duration {
	const usual = 24 * time.Hour
	v, ok, err := a.openValue(ctx, r, valueFirstReport)
	if err != nil || !ok {
		return usual // the target is no term of the law: better one than none
	}
	hours, err := strconv.Atoi(v.Value)
	if err != nil {
		return usual
	}
	return time.Duration(hours) * time.Hour
}
