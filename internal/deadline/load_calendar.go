package deadline

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"time"

	"mimamori/internal/caldate"
	"mimamori/internal/fault"
	"mimamori/internal/untrusted"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// maxCalendarBytes bounds a calendar file; the Japanese one has about 10 kB.
const maxCalendarBytes = 1 << 20

// LoadCalendar reads and checks a calendar file, for example
// rulebook/jp/calendar.yaml.
//
// A file with a problem is refused with a fault.Invalid error that lists every
// problem with its line and provision: unknown or missing names, days that do not
// exist, years that do not fit, one id or one day given twice.
func LoadCalendar(fsys fs.FS, path string) (*Calendar, error) {
	f, err := fsys.Open(path)
	if err != nil {
		return nil, fault.Wrap(fault.NotFound, err, "calendar %s", path)
	}
	defer f.Close() //nolint:errcheck // only read
	data, err := untrusted.ReadText(f, "calendar "+path, maxCalendarBytes)
	if err != nil {
		return nil, err
	}
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "calendar %s is not readable as YAML", path)
	}
	if len(file.Docs) != 1 || file.Docs[0].Body == nil {
		return nil, fault.New(fault.Invalid, "calendar %s: expected one YAML document, found %d", path, len(file.Docs))
	}
	sum := sha256.Sum256(data)
	r := &calendarReader{calendar: &Calendar{Digest: "sha256:" + hex.EncodeToString(sum[:])}}
	r.file(file.Docs[0].Body)
	if r.check.Err("") == nil { // the days can be worked out only from provisions without problem
		r.calendar.compute()
		r.oneDayTwice()
	}
	if err := r.check.Err("calendar %s", path); err != nil {
		return nil, err
	}
	return r.calendar, nil
}

// calendarReader reads a calendar and notes every problem with its line.
type calendarReader struct {
	check    fault.Checker
	calendar *Calendar
	at       string // id of the provision being read, for the messages
	nodes    []ast.Node
}

var (
	versionGrammar  = regexp.MustCompile(`^[0-9]+\.[0-9]+\.[0-9]+$`)
	readingGrammar  = regexp.MustCompile(`^R-[0-9]{3}$`)
	monthDayGrammar = regexp.MustCompile(`^[0-9]{2}-[0-9]{2}$`)
)

func (r *calendarReader) file(node ast.Node) {
	c := r.calendar
	for key, n := range r.mapping(node, "", "question", "id", "version", "title", "known", "?readings", "days") {
		p := "/" + key
		switch key {
		case "question":
			r.text(n, p)
		case "id":
			c.ID = r.text(n, p)
		case "version":
			if c.Version = r.text(n, p); !versionGrammar.MatchString(c.Version) {
				r.problem(n, p, "grammar", "%q: write a version as 1.0.0", c.Version)
			}
		case "title":
			c.JA, c.EN = r.both(n, p)
		case "known":
			for k, year := range r.mapping(n, p, "from", "to") {
				switch k {
				case "from":
					c.FirstYear = r.number(year, p+"/from", firstEquinox, lastEquinox)
				case "to":
					c.LastYear = r.number(year, p+"/to", firstEquinox, lastEquinox)
				}
			}
			if c.FirstYear > c.LastYear && c.LastYear > 0 {
				r.problem(n, p, "order", "known from %d to %d: the first year comes before the last", c.FirstYear, c.LastYear)
			}
		case "readings":
			for i, reading := range r.list(n, p) {
				if text := r.text(reading, fmt.Sprintf("%s/%d", p, i)); !readingGrammar.MatchString(text) {
					r.problem(reading, fmt.Sprintf("%s/%d", p, i), "grammar", "%q: write a reading as R-005", text)
				}
			}
		case "days":
			for i, day := range r.list(n, p) {
				r.provision(day, fmt.Sprintf("%s/%d", p, i))
			}
			if len(c.Provisions) == 0 {
				r.problem(n, p, "required", "no provision: list at least one")
			}
		}
	}
	for i := range c.Provisions {
		r.reference(i)
	}
}

func (r *calendarReader) provision(node ast.Node, pointer string) {
	p := Provision{}
	r.at = idOf(node)
	defer func() { r.at = "" }()
	for key, n := range r.mapping(node, pointer, "id", "name", "citation", "in_force", "day", "?instead_of", "confidence", "?note") {
		at := pointer + "/" + key
		switch key {
		case "id":
			p.ID = r.text(n, at)
			if slices.ContainsFunc(r.calendar.Provisions, func(o Provision) bool { return o.ID == p.ID }) {
				r.problem(n, at, "unique", "this id stands twice: give each provision its own")
			}
		case "name":
			p.JA, p.EN = r.both(n, at)
		case "citation":
			p.CitationJA, p.CitationEN = r.both(n, at)
		case "in_force":
			for k, year := range r.mapping(n, at, "from", "?until") {
				switch k {
				case "from":
					p.From = r.number(year, at+"/from", 1, 9999)
				case "until":
					p.Until = r.number(year, at+"/until", 1, 9999)
				}
			}
			if p.Until > 0 && p.Until <= p.From {
				r.problem(n, at, "order", "in force from %d until %d: until is the first year no longer in force, so it comes later", p.From, p.Until)
			}
		case "day":
			p.day = r.day(n, at)
		case "instead_of":
			p.InsteadOf = r.text(n, at)
		case "confidence":
			p.Confidence = r.text(n, at)
			if !slices.Contains([]string{"confirmed", "inferred", "recall"}, p.Confidence) {
				r.problem(n, at, "enum", "%q: expected confirmed, inferred or recall", p.Confidence)
			}
		case "note":
			r.text(n, at)
		}
	}
	if p.day.kind == onlyDay && p.From > 0 && !p.inForce(p.day.on.Year()) {
		r.problem(node, pointer+"/day", "order", "%v is not in a year in which the provision is in force", p.day.on)
	}
	r.calendar.Provisions = append(r.calendar.Provisions, p)
	r.nodes = append(r.nodes, node)
}

// forms are the ways to write a day, each with its keys; the first key tells
// which it is.
var forms = [][]string{
	{"every_year", "?to"}, {"monday", "month"}, {"equinox"}, {"only"}, {"weekdays"}, {"follows"},
}

func (r *calendarReader) day(node ast.Node, pointer string) dayRule {
	var out dayRule
	var keys []string
	for _, form := range forms {
		if _, ok := valueOf(node, form[0]); ok {
			keys = form
			break
		}
	}
	if keys == nil {
		r.problem(node, pointer, "enum", "expected one of every_year, monday with month, equinox, only, weekdays, follows")
		return out
	}
	for key, n := range r.mapping(node, pointer, keys...) {
		at := pointer + "/" + key
		switch key {
		case "every_year":
			if out.kind != closure {
				out.kind = fixed
			}
			out.month, out.dayOfMonth = r.monthDay(n, at)
		case "to":
			out.kind = closure
			out.lastMonth, out.lastDay = r.monthDay(n, at)
		case "monday":
			out.kind, out.nth = nthMonday, r.number(n, at, 1, 4)
		case "month":
			out.month = time.Month(r.number(n, at, 1, 12))
		case "equinox":
			out.kind = equinoxDay
			switch text := r.text(n, at); text {
			case "vernal":
				out.month, out.mean = time.March, 20.8431
			case "autumnal":
				out.month, out.mean = time.September, 23.2488
			default:
				r.problem(n, at, "enum", "%q: expected vernal or autumnal", text)
			}
		case "only":
			out.kind = onlyDay
			d, err := caldate.Parse(r.text(n, at))
			if err != nil {
				r.problem(n, at, "date", "%v", err)
			}
			out.on = d
		case "weekdays":
			out.kind = weekly
			out.weekdays = r.weekdays(n, at)
		case "follows":
			switch text := r.text(n, at); text {
			case "substitute":
				out.kind = substitutes
			case "between":
				out.kind = between
			default:
				r.problem(n, at, "enum", "%q: expected substitute or between", text)
			}
		}
	}
	return out
}

func (r *calendarReader) weekdays(node ast.Node, pointer string) (out [7]bool) {
	open := 7
	for i, n := range r.list(node, pointer) {
		name := r.text(n, fmt.Sprintf("%s/%d", pointer, i))
		known := false
		for w := time.Sunday; w <= time.Saturday; w++ {
			if strings.ToLower(w.String()) == name && !out[w] {
				out[w], known = true, true
				open--
			}
		}
		if !known {
			r.problem(n, fmt.Sprintf("%s/%d", pointer, i), "enum", "%q: expected monday to sunday, each once", name)
		}
	}
	if open == 0 || open == 7 {
		r.problem(node, pointer, "values", "an office is closed on one to six days of the week")
	}
	return out
}

// monthDay reads a day that every year has.
func (r *calendarReader) monthDay(node ast.Node, pointer string) (time.Month, int) {
	text := r.text(node, pointer)
	d, err := caldate.Parse("2023-" + text) // no leap year
	if err != nil || !monthDayGrammar.MatchString(text) {
		r.problem(node, pointer, "date", "%q: write month and day as 01-31, a day that every year has", text)
	}
	return d.Month(), d.Day()
}

// reference checks whose day a provision takes.
func (r *calendarReader) reference(i int) {
	p := r.calendar.Provisions[i]
	pointer := fmt.Sprintf("/days/%d/instead_of", i)
	r.at = p.ID
	defer func() { r.at = "" }()
	if p.InsteadOf == "" {
		return
	}
	if p.day.kind != onlyDay && p.day.kind != 0 {
		r.problem(r.nodes[i], pointer, "only", "only a single day (only: 2020-07-23) can take the place of another")
	}
	at := slices.IndexFunc(r.calendar.Provisions, func(o Provision) bool { return o.ID == p.InsteadOf })
	if at < 0 || at == i {
		r.problem(r.nodes[i], pointer, "reference", "%q is no other provision of this calendar", p.InsteadOf)
	}
}

// oneDayTwice finds days that two named provisions give.
func (r *calendarReader) oneDayTwice() {
	told := map[string]bool{}
	for year := r.calendar.FirstYear; year <= r.calendar.LastYear; year++ {
		all := r.calendar.Holidays(year)
		for i := 1; i < len(all); i++ {
			a, b := all[i-1], all[i]
			if pair := a.Rule + " " + b.Rule; a.On == b.On && !told[pair] {
				told[pair] = true
				at := slices.IndexFunc(r.calendar.Provisions, func(p Provision) bool { return p.ID == b.Rule })
				r.at = b.Rule
				r.problem(r.nodes[at], fmt.Sprintf("/days/%d/day", at), "unique", "%v is the day of %s too", b.On, a.Rule)
			}
		}
	}
}
