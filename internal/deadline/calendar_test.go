package deadline_test

import (
	"fmt"
	"io/fs"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"mimamori/internal/caldate"
	"mimamori/internal/deadline"
	"mimamori/internal/fault"
	"mimamori/rulebook"

	"pgregory.net/rapid"
)

// closedBySun is a second computation of the days on which national offices are
// closed, which shares neither file nor code with the calendar: it works from
// time.Time, walks each month for its Mondays, and finds the equinoxes from the
// sun (Meeus, Astronomical Algorithms, 2nd edition, chapter 27) in Japan's time.
func closedBySun(year int) map[string]string {
	named := map[string]string{}
	put := func(m time.Month, d int, name string) {
		named[time.Date(year, m, d, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)] = name
	}
	nth := func(m time.Month, n int, name string) {
		for d := 1; d <= 31; d++ {
			if time.Date(year, m, d, 0, 0, 0, 0, time.UTC).Weekday() == time.Monday {
				if n--; n == 0 {
					put(m, d, name)
				}
			}
		}
	}
	put(1, 1, "元日")
	nth(1, 2, "成人の日")
	put(2, 11, "建国記念の日")
	put(2, 23, "天皇誕生日")
	put(3, sunDay(year, false), "春分の日")
	put(4, 29, "昭和の日")
	put(5, 3, "憲法記念日")
	put(5, 4, "みどりの日")
	put(5, 5, "こどもの日")
	switch year {
	case 2020:
		put(7, 23, "海の日")
		put(7, 24, "スポーツの日")
		put(8, 10, "山の日")
	case 2021:
		put(7, 22, "海の日")
		put(7, 23, "スポーツの日")
		put(8, 8, "山の日")
	default:
		nth(7, 3, "海の日")
		nth(10, 2, "スポーツの日")
		put(8, 11, "山の日")
	}
	nth(9, 3, "敬老の日")
	put(9, sunDay(year, true), "秋分の日")
	put(11, 3, "文化の日")
	put(11, 23, "勤労感謝の日")

	all := map[string]string{}
	owed := false // a Sunday holiday still waits for its day off
	for d := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC); d.Year() == year; d = d.AddDate(0, 0, 1) {
		at := func(n int) string { return d.AddDate(0, 0, n).Format(time.DateOnly) }
		if name, ok := named[at(0)]; ok {
			all[at(0)] = name
			owed = owed || d.Weekday() == time.Sunday
			continue
		}
		if owed {
			all[at(0)] = "振替休日"
			owed = false
			continue
		}
		if named[at(-1)] != "" && named[at(1)] != "" {
			all[at(0)] = "国民の休日"
		}
	}
	return all
}

// sunDay is the day of an equinox in Japan.
func sunDay(year int, autumn bool) int {
	y := (float64(year) - 2000) / 1000
	jde := 2451623.80984 + 365242.37404*y + 0.05169*y*y - 0.00411*y*y*y - 0.00057*y*y*y*y
	if autumn {
		jde = 2451810.21715 + 365242.01767*y - 0.11575*y*y + 0.00337*y*y*y + 0.00078*y*y*y*y
	}
	t := (jde - 2451545) / 36525
	rad := func(deg float64) float64 { return deg * math.Pi / 180 }
	w := rad(35999.373*t - 2.47)
	lambda := 1 + 0.0334*math.Cos(w) + 0.0007*math.Cos(2*w)
	var s float64
	for _, p := range [][3]float64{ // table 27.C
		{485, 324.96, 1934.136},
		{203, 337.23, 32964.467},
		{199, 342.08, 20.186},
		{182, 27.85, 445267.112},
		{156, 73.14, 45036.886},
		{136, 171.52, 22518.443},
		{77, 222.54, 65928.934},
		{74, 296.72, 3034.906},
		{70, 243.58, 9037.513},
		{58, 119.81, 33718.147},
		{52, 297.17, 150.678},
		{50, 21.02, 2281.226},
		{45, 247.54, 29929.562},
		{44, 325.15, 31555.956},
		{29, 60.93, 4443.417},
		{18, 155.12, 67555.328},
		{17, 288.79, 4562.452},
		{16, 198.04, 62894.029},
		{14, 199.76, 31436.921},
		{12, 95.39, 14577.848},
		{12, 287.11, 31931.756},
		{12, 320.81, 34777.259},
		{9, 227.73, 1222.114},
		{8, 15.45, 16859.074},
	} {
		s += p[0] * math.Cos(rad(p[1]+p[2]*t))
	}
	jde += 0.00001 * s / lambda
	const terrestrial = 71.0 // seconds by which terrestrial time is ahead of UTC, about
	seconds := (jde-2440587.5)*86400 - terrestrial
	return time.Unix(int64(seconds), 0).In(time.FixedZone("", 9*3600)).Day()
}

func TestEveryDayAgreesWithASecondComputation(t *testing.T) {
	c := japan(t)
	if c.FirstYear != 2020 || c.LastYear != 2040 {
		t.Fatalf("known from %d to %d, want 2020 to 2040", c.FirstYear, c.LastYear)
	}
	for year := c.FirstYear; year <= c.LastYear; year++ {
		want := closedBySun(year)
		for d := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC); d.Year() == year; d = d.AddDate(0, 0, 1) {
			day := date(d.Format(time.DateOnly))
			name := want[day.String()]
			if name == "" && (d.Month() == 1 && d.Day() <= 3 || d.Month() == 12 && d.Day() >= 29) {
				name = "年末年始の休日"
			}
			h, closed := c.Holiday(day)
			if h.JA != name || closed != (name != "") || closed && (h.On != day || h.EN == "" || h.Rule == "") {
				t.Errorf("%v: got %+v, want %q", day, h, name)
			}
			open := name == "" && d.Weekday() != time.Saturday && d.Weekday() != time.Sunday
			if c.Open(day) != open {
				t.Errorf("%v: open %v, want %v", day, c.Open(day), open)
			}
		}
	}
}

func TestEveryProvisionHasItsSource(t *testing.T) {
	for _, p := range japan(t).Provisions {
		if p.CitationJA == "" || p.CitationEN == "" || p.JA == "" || p.EN == "" || p.From == 0 {
			t.Errorf("%s: a name, a citation or a year is missing: %+v", p.ID, p)
		}
		if p.Confidence != "recall" {
			t.Errorf("%s is %q, but the texts of these acts are not stored", p.ID, p.Confidence)
		}
	}
}

func TestCompanyDays(t *testing.T) {
	c := japan(t)
	summer := c.WithCompanyDays([]deadline.CompanyDay{
		{On: date("2026-08-12"), Name: "夏季休業"}, {On: date("2026-08-13"), Name: "夏季休業"}, {On: date("2026-08-14"), Name: "夏季休業"},
	})
	for _, tt := range []struct{ name, due, office, company string }{
		{"before the summer closure there is Mountain Day on the 11th", "2026-08-14", "2026-08-14", "2026-08-10"},
		{"a Sunday after it", "2026-08-16", "2026-08-14", "2026-08-10"},
		{"an ordinary day", "2026-08-18", "2026-08-18", "2026-08-18"},
	} {
		office, err := summer.LastOpenDay(date(tt.due))
		if err != nil || office != date(tt.office) {
			t.Errorf("%s: last office day %v (%v), want %s", tt.name, office, err, tt.office)
		}
		company, err := summer.LastCompanyDay(date(tt.due))
		if err != nil || company != date(tt.company) {
			t.Errorf("%s: last company day %v (%v), want %s", tt.name, company, err, tt.company)
		}
	}
	if d, ok := summer.CompanyDay(date("2026-08-13")); !ok || d.Name != "夏季休業" {
		t.Errorf("August 13: got %+v", d)
	}
	if d, err := c.LastCompanyDay(date("2026-08-14")); err != nil || d != date("2026-08-14") {
		t.Errorf("the calendar itself was changed: %v (%v)", d, err)
	}
	var always []deadline.CompanyDay
	for d := date("2025-01-01"); d.Year() < 2027; d = d.AddDays(1) {
		always = append(always, deadline.CompanyDay{On: d})
	}
	if d, err := c.WithCompanyDays(always).LastCompanyDay(date("2026-12-31")); err == nil {
		t.Errorf("a company that never works has no last day: got %v", d)
	}
}

func TestLastDaysAreOrdered(t *testing.T) {
	c := japan(t)
	rapid.Check(t, func(t *rapid.T) {
		due := date("2020-06-01").AddDays(rapid.IntRange(0, 7400).Draw(t, "due"))
		closed := rapid.SliceOfN(rapid.IntRange(0, 30), 0, 10).Draw(t, "company days before")
		var days []deadline.CompanyDay
		for _, n := range closed {
			days = append(days, deadline.CompanyDay{On: due.AddDays(-n)})
		}
		with := c.WithCompanyDays(days)
		office, err := with.LastOpenDay(due)
		if err != nil {
			t.Fatal(err)
		}
		company, err := with.LastCompanyDay(due)
		if err != nil {
			t.Fatal(err)
		}
		if office.After(due) || company.After(office) || !c.Open(office) || !c.Open(company) {
			t.Fatalf("due %v, office %v, company %v", due, office, company)
		}
		if before, err := with.LastOpenDay(due.AddDays(-1)); err != nil || before.After(office) {
			t.Fatalf("a day earlier is due, and the last office day %v (%v) is later than %v", before, err, office)
		}
	})
}

// small is a calendar with one provision of each kind.
const small = `question: q
id: jp/calendar
version: 1.0.0
title: {ja: 暦, en: Calendar}
known: {from: 2020, to: 2021}
days:
  - id: week
    name: {ja: 日曜日, en: Sundays}
    citation: {ja: 第1条, en: art. 1}
    in_force: {from: 1990}
    day: {weekdays: [sunday]}
    confidence: recall
  - id: first
    name: {ja: 元日, en: New Year's Day}
    citation: {ja: 第2条, en: art. 2}
    in_force: {from: 1990, until: 2021}
    day: {every_year: 01-01}
    confidence: recall
  - id: moved
    name: {ja: 元日, en: New Year's Day}
    citation: {ja: 第3条, en: art. 3}
    in_force: {from: 2020, until: 2021}
    day: {only: 2020-01-10}
    instead_of: first
    confidence: recall
`

func loadText(text string) (*deadline.Calendar, error) {
	return deadline.LoadCalendar(fstest.MapFS{"c.yaml": {Data: []byte(text)}}, "c.yaml")
}

func TestYearsInForceAndDaysInPlaceOfOthers(t *testing.T) {
	c, err := loadText(small)
	if err != nil {
		t.Fatal(err)
	}
	if h := c.Holidays(2020); len(h) != 1 || h[0].On != date("2020-01-10") || h[0].Rule != "moved" {
		t.Errorf("2020: got %v", h)
	}
	if h := c.Holidays(2021); h != nil {
		t.Errorf("2021: the provision is no longer in force, got %v", h)
	}
	if !c.Open(date("2020-01-04")) || c.Open(date("2020-01-05")) {
		t.Error("Saturday January 4, 2020 is open here, Sunday is not")
	}
}

func TestABadCalendarListsEveryProblemWithItsLine(t *testing.T) {
	tests := []struct {
		name     string
		old, new string // what is changed in the small calendar
		want     []string
	}{
		{"a key that is not known", "version: 1.0.0", "version: 1.0.0\ncolour: red", []string{`line 4: "colour" is not known here`}},
		{
			"several at once", "title: {ja: 暦, en: Calendar}\nknown: {from: 2020, to: 2021}", "title: {ja: 暦}\nknown: {from: 2020, to: 1900}",
			[]string{"line 4: en is missing", `line 5: "1900": expected a whole number from 1980 to 2099`},
		},
		{"years the wrong way round", "from: 2020, to: 2021", "from: 2021, to: 2020", []string{"line 5: known from 2021 to 2020"}},
		{"a version", "version: 1.0.0", "version: one", []string{`line 3: "one": write a version as 1.0.0`}},
		{"a day that not every year has", "01-01", "02-29", []string{`line 17: first: "02-29": write month and day`}},
		{"a weekday that does not exist", "[sunday]", "[sunday, funday]", []string{`line 11: week: "funday": expected monday to sunday`}},
		{"a weekday twice", "[sunday]", "[sunday, sunday]", []string{`line 11: week: "sunday": expected monday to sunday, each once`}},
		{"never open", "[sunday]", "[sunday, monday, tuesday, wednesday, thursday, friday, saturday]", []string{"line 11: week: an office is closed on one to six days"}},
		{"no kind of day", "{weekdays: [sunday]}", "{moon: full}", []string{"line 11: week: expected one of every_year"}},
		{"a fifth Monday", "{every_year: 01-01}", "{monday: 5, month: 13}", []string{`line 17: first: "5": expected a whole number from 1 to 4`, `line 17: first: "13": expected a whole number from 1 to 12`}},
		{"an equinox in winter", "{every_year: 01-01}", "{equinox: winter}", []string{`line 17: first: "winter": expected vernal or autumnal`}},
		{"what follows", "{every_year: 01-01}", "{follows: me}", []string{`line 17: first: "me": expected substitute or between`}},
		{"a single day that does not exist", "2020-01-10", "2020-02-30", []string{`line 23: moved: "2020-02-30" is not a day`}},
		{"a single day out of its years", "2020-01-10", "2022-01-10", []string{"moved: 2022-01-10 is not in a year in which the provision is in force"}},
		{"nobody's place", "instead_of: first", "instead_of: last", []string{`moved: "last" is no other provision`}},
		{"an id twice", "id: moved", "id: first", []string{"line 19: first: this id stands twice"}},
		{"until before from", "from: 1990, until: 2021", "from: 1990, until: 1990", []string{"line 16: first: in force from 1990 until 1990"}},
		{"a confidence", "day: {weekdays: [sunday]}\n    confidence: recall", "day: {weekdays: [sunday]}\n    confidence: sure", []string{`line 12: week: "sure": expected confirmed, inferred or recall`}},
		{"a further day", "    instead_of: first\n", "", nil}, // not a problem: another day
		{"two holidays on one day", "only: 2020-01-10}\n    instead_of: first", "only: 2020-01-01}", []string{"line 19: moved: 2020-01-01 is the day of first too"}},
		{"no list", "days:\n", "days: none\nrest:\n", []string{"line 6: expected a list", `"rest" is not known`}},
		{"an alias", "{ja: 暦, en: Calendar}", "{ja: &a 暦, en: *a}", []string{"line 4: expected a text"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(small, tt.old, tt.new, 1)
			if text == small {
				t.Fatal("nothing was changed")
			}
			_, err := loadText(text)
			if tt.want == nil {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if fault.KindOf(err) != fault.Invalid {
				t.Fatalf("got %v, want an Invalid error", err)
			}
			var all []string
			for _, f := range fault.FieldsOf(err) {
				all = append(all, f.Message)
				if !strings.HasPrefix(f.Pointer, "/") {
					t.Errorf("%q points at %q", f.Message, f.Pointer)
				}
			}
			for _, want := range tt.want {
				if !slices.ContainsFunc(all, func(m string) bool { return strings.Contains(m, want) }) {
					t.Errorf("not told: %q\n got %s", want, strings.Join(all, "\n     "))
				}
			}
		})
	}
	if _, err := loadText("a: [1"); fault.KindOf(err) != fault.Invalid {
		t.Errorf("no YAML: got %v", err)
	}
	if _, err := deadline.LoadCalendar(fstest.MapFS{}, "c.yaml"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("no file: got %v", err)
	}
}

// Any damage to the file is told or changes nothing of how the program behaves:
// no panic, and no calendar that is closed for ever.
func TestDamagedCalendarsDoNotPanic(t *testing.T) {
	data, err := fs.ReadFile(rulebook.FS, rulebook.JapanCalendar)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(data), "\n")
	rapid.Check(t, func(t *rapid.T) {
		broken := slices.Clone(lines)
		for range rapid.IntRange(1, 3).Draw(t, "changes") {
			i := rapid.IntRange(0, len(broken)-1).Draw(t, "line")
			switch rapid.IntRange(0, 2).Draw(t, "how") {
			case 0:
				broken[i] = ""
			case 1:
				broken[i] = fmt.Sprintf("%s%s", broken[i], broken[i])
			case 2:
				at := rapid.IntRange(0, len(broken[i])).Draw(t, "at")
				broken[i] = broken[i][:at] + rapid.SampledFrom([]string{"{", "]", ":", "99", "- ", "*x", "\t", "'"}).Draw(t, "what") + broken[i][at:]
			}
		}
		c, err := loadText(strings.Join(broken, ""))
		if err != nil {
			return
		}
		if _, err := c.LastOpenDay(caldate.MustParse("2026-06-01")); err != nil && c.FirstYear <= 2026 && c.LastYear >= 2026 {
			t.Fatal(err)
		}
	})
}

func BenchmarkLoadCalendar(b *testing.B) {
	for b.Loop() {
		japan(b)
	}
}
