package deadline

import (
	"sync"

	"mimamori/internal/caldate"
	"mimamori/rulebook"
)

// builtIn is the calendar built into the program.
var builtIn = sync.OnceValue(func() *Calendar {
	c, err := LoadCalendar(rulebook.FS, "jp/calendar.yaml")
	if err != nil {
		panic(err) // a file of the program; tests load it on every run
	}
	return c
})

// OfficeHoliday is Calendar.Holiday of the built-in calendar.
func OfficeHoliday(d caldate.Date) (Holiday, bool) { return builtIn().Holiday(d) }

// JapaneseOffices are the days of the built-in calendar.
type JapaneseOffices struct{}

// Open tells whether national offices work on d.
func (JapaneseOffices) Open(d caldate.Date) bool { return builtIn().Open(d) }

// LastOfficeDay is Calendar.LastOpenDay of the built-in calendar.
func LastOfficeDay(due caldate.Date) (caldate.Date, error) { return builtIn().LastOpenDay(due) }
