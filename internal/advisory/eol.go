package advisory

import (
	"bytes"
	"encoding/json"
	"io"
	"iter"
	"path"
	"strings"

	"mimamori/internal/caldate"
	"mimamori/internal/fault"
	"mimamori/internal/untrusted"
)

// ProductLife is how long the release lines of one product are supported, as
// endoflife.date publishes it.
type ProductLife struct {
	ID       string // "ubuntu"
	Label    string
	Category string // "os", "framework"; empty in the old form
	Aliases  []string
	Purls    []string // without version
	CPEs     []string // without version: "cpe:2.3:o:canonical:ubuntu_linux"
	Lines    []ReleaseLine
	Digest   string
}

// ReleaseLine is one line of releases, for example 24.04 or 11-24h2-e.
type ReleaseLine struct {
	Name       string
	Label      string
	ReleasedOn caldate.Date
	LTS        bool
	// Support is active support, Security the updates that everybody gets;
	// the end of Security is the end of life. Extended has to be paid for.
	Support, Security, Extended Phase
	Latest                      string
	LatestOn                    caldate.Date
}

// Phase is a time of support, up to its end.
type Phase struct {
	State PhaseState
	End   caldate.Date // the first day without; zero when no day is named
}

// PhaseState says what is known of a phase besides its day. With a day, the day
// decides.
type PhaseState string

// The states of a phase.
const (
	PhaseUnknown PhaseState = ""      // nothing is said
	PhaseEnded   PhaseState = "ended" // true in the data
	PhaseGoesOn  PhaseState = "goes_on"
)

// Over tells whether the phase has ended on the day; known is false when the
// data do not tell.
func (p Phase) Over(day caldate.Date) (over, known bool) {
	if !p.End.IsZero() {
		return !day.Before(p.End), true
	}
	return p.State == PhaseEnded, p.State != PhaseUnknown
}

// EOL yields the products of r: one product or all of them in the form of API
// v1, or the list of one product's release lines of the old API, whose name is
// then that of the file.
//
// A product that cannot be read is yielded as an error and the rest goes on; an
// input without any product yields an error.
func EOL(r io.Reader, name string) iter.Seq2[ProductLife, error] {
	return func(yield func(ProductLife, error) bool) {
		n := 0
		var old *ProductLife
		for record, err := range untrusted.Elements(r, name, "result") {
			n++
			var p ProductLife
			isLine := false
			if err == nil {
				p, isLine, err = parseEOL(record.Data, record.Name)
			}
			switch {
			case err != nil:
			case isLine && old == nil:
				id, _, _ := strings.Cut(path.Base(name), ".")
				old = &p
				old.ID, old.Label = id, id
				continue
			case isLine:
				old.Lines = append(old.Lines, p.Lines...)
				old.Digest = digest([]byte(old.Digest + p.Digest))
				continue
			}
			if !yield(p, err) {
				return
			}
		}
		switch {
		case old != nil:
			yield(*old, nil)
		case n == 0:
			yield(ProductLife{}, fault.New(fault.Invalid, "%s: holds no end-of-life data", name))
		}
	}
}

type eolProduct struct {
	Name        string          `json:"name"`
	Label       string          `json:"label"`
	Category    string          `json:"category"`
	Aliases     []string        `json:"aliases"`
	Result      json.RawMessage `json:"result"` // the answer about one product
	Identifiers []struct {
		Type string `json:"type"`
		ID   string `json:"id"`
	} `json:"identifiers"`
	Releases []eolRelease `json:"releases"`
	eolCycle
}

type eolRelease struct {
	Name         string `json:"name"`
	Label        string `json:"label"`
	ReleaseDate  string `json:"releaseDate"`
	LTS          bool   `json:"isLts"`
	IsEOAS       *bool  `json:"isEoas"`
	EOASFrom     string `json:"eoasFrom"`
	IsEOL        *bool  `json:"isEol"`
	EOLFrom      string `json:"eolFrom"`
	IsEOES       *bool  `json:"isEoes"`
	EOESFrom     string `json:"eoesFrom"`
	Discontinued *bool  `json:"isDiscontinued"`
	Latest       *struct {
		Name string `json:"name"`
		Date string `json:"date"`
	} `json:"latest"`
}

// eolCycle is a release line of the old API: days, or true and false.
type eolCycle struct {
	Cycle       json.RawMessage `json:"cycle"`
	ReleaseDate string          `json:"releaseDate"`
	EOL         json.RawMessage `json:"eol"`
	Support     json.RawMessage `json:"support"`
	Extended    json.RawMessage `json:"extendedSupport"`
	LTS         json.RawMessage `json:"lts"`
	Latest      string          `json:"latest"`
	LatestDate  string          `json:"latestReleaseDate"`
}

func parseEOL(data []byte, name string) (p ProductLife, isLine bool, err error) {
	var in eolProduct
	if err := untrusted.DecodeJSON(data, name, &in); err != nil {
		return p, false, err
	}
	if len(in.Result) > 0 {
		body := in.Result
		in = eolProduct{}
		if err := untrusted.DecodeCheckedJSON(body, name+" /result", &in); err != nil {
			return p, false, err
		}
	}
	p.Digest = digest(data)
	if len(in.Cycle) > 0 {
		c := &in.eolCycle
		p.Lines = []ReleaseLine{{
			Name: plainText(c.Cycle), ReleasedOn: dayOrNone(c.ReleaseDate), LTS: oldPhase(c.LTS).State == PhaseEnded || !oldPhase(c.LTS).End.IsZero(),
			Security: oldPhase(c.EOL), Support: oldPhase(c.Support), Extended: oldPhase(c.Extended), Latest: c.Latest, LatestOn: dayOrNone(c.LatestDate),
		}}
		return p, true, nil
	}
	if in.Name == "" || in.Releases == nil {
		return p, false, fault.New(fault.Invalid, "%s: is not a product with its ends of life: /name or /releases is missing", name)
	}
	p.ID, p.Label, p.Category, p.Aliases = in.Name, in.Label, in.Category, in.Aliases
	for _, id := range in.Identifiers {
		switch id.Type {
		case "purl":
			p.Purls = append(p.Purls, id.ID)
		case "cpe":
			p.CPEs = append(p.CPEs, id.ID)
		}
	}
	for _, r := range in.Releases {
		line := ReleaseLine{
			Name: r.Name, Label: r.Label, ReleasedOn: dayOrNone(r.ReleaseDate), LTS: r.LTS,
			Support: newPhase(r.IsEOAS, r.EOASFrom), Security: newPhase(r.IsEOL, r.EOLFrom), Extended: newPhase(r.IsEOES, r.EOESFrom),
		}
		if r.Latest != nil {
			line.Latest, line.LatestOn = r.Latest.Name, dayOrNone(r.Latest.Date)
		}
		p.Lines = append(p.Lines, line)
	}
	return p, false, nil
}

func newPhase(over *bool, from string) Phase {
	p := Phase{End: dayOrNone(from)}
	switch {
	case over == nil:
	case *over:
		p.State = PhaseEnded
	default:
		p.State = PhaseGoesOn
	}
	return p
}

// oldPhase reads "2026-01-17", true (ended) or false (no end is known).
func oldPhase(raw json.RawMessage) Phase {
	switch {
	case bytes.Equal(raw, []byte("true")):
		return Phase{State: PhaseEnded}
	case bytes.Equal(raw, []byte("false")):
		return Phase{State: PhaseGoesOn}
	}
	return Phase{End: dayOrNone(plainText(raw))}
}

// plainText is a text, or a number as it is written.
func plainText(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	return string(raw)
}

// dayOrNone reads a day; what is no day is none.
func dayOrNone(text string) caldate.Date {
	day, _ := caldate.Parse(text) // the zero day is the answer then
	return day
}
