package app

import (
	"cmp"
	"io/fs"
	"slices"
	"strings"

	"mimamori/internal/fold"
	"mimamori/internal/register"

	"github.com/goccy/go-yaml"
)

// ExampleView compares a case with one example case of the CS notice, annex
// 4(2). It is shown beside the answer and decides nothing.
type ExampleView struct {
	ID        string  `json:"id"`
	Text      Words   `json:"text"`      // in Japanese the words of the notice
	Citation  Words   `json:"citation"`  // where it stands
	Same      []Words `json:"same"`      // features that the case has too
	Different []Words `json:"different"` // features that it does not have
	Open      []Words `json:"open"`      // features of which the records do not tell
	NotAlone  Words   `json:"not_alone"` // the sentence of the notice: the examples alone must not be the basis
}

// noticeExamples are the example cases as the data file has them.
type noticeExamples struct {
	NotAlone Words `yaml:"not_alone"`
	Features map[string]Words
	Examples []noticeExample // in the order of the text
}

type noticeExample struct {
	ID             string
	Text, Citation Words
	Device         *deviceKind // nil: any device
	Features       []string
}

// deviceKind recognizes a kind of device by its generic name (一般的名称).
type deviceKind struct {
	Label  Words
	Words  []string // one of them makes it a device of the kind
	Not    []string // unless one of these makes it another one
	Others bool     // the text says 等: another device may be one too
}

// readExamples reads the example cases. They are built in, so its errors reach
// nobody but who edits the file.
func readExamples(fsys fs.FS, path string) (noticeExamples, error) {
	var out noticeExamples
	data, err := fs.ReadFile(fsys, path)
	if err != nil {
		return out, err
	}
	return out, yaml.UnmarshalWithOptions(data, &out, yaml.DisallowUnknownField())
}

// compare holds a case against every example: first those of which it has most
// features, then those from which it differs least, else in the order of the
// text. known has what the records tell of the features; one that is missing is
// unknown. genericName is that of the product.
func (e noticeExamples) compare(known map[string]register.Known, genericName string) []ExampleView {
	out := []ExampleView{}
	for _, x := range e.Examples {
		view := ExampleView{ID: x.ID, Text: x.Text, Citation: x.Citation, Same: []Words{}, Different: []Words{}, Open: []Words{}, NotAlone: e.NotAlone}
		if x.Device != nil {
			view.add(x.Device.Label, x.Device.is(genericName))
		}
		for _, f := range x.Features {
			view.add(e.Features[f], known[f])
		}
		out = append(out, view)
	}
	slices.SortStableFunc(out, func(a, b ExampleView) int {
		return cmp.Or(cmp.Compare(len(b.Same), len(a.Same)), cmp.Compare(len(a.Different), len(b.Different)))
	})
	return out
}

// add sorts one feature of the example by what is known of it.
func (v *ExampleView) add(feature Words, known register.Known) {
	switch known {
	case register.Yes:
		v.Same = append(v.Same, feature)
	case register.No:
		v.Different = append(v.Different, feature)
	case register.Unknown, "": // "": nobody said anything
		v.Open = append(v.Open, feature)
	}
}

// is tells whether a device with the generic name is of the kind.
func (k deviceKind) is(genericName string) register.Known {
	switch {
	case genericName == "":
		return register.Unknown
	case mentions(genericName, k.Words) && !mentions(genericName, k.Not):
		return register.Yes
	case k.Others:
		return register.Unknown
	}
	return register.No
}

// mentions tells whether one of the words stands in a text, full width or half,
// in capitals or not.
func mentions(text string, words []string) bool {
	text = fold.Text(text)
	return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(text, fold.Text(word)) })
}
