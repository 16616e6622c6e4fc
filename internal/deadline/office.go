package deadline

import (
	"sync"

	"mimamori/internal/caldate"
	"mimamori/rulebook"
)

// builtIn is the calendar built into the program.
var builtIn = sync.OnceValue(func() *Calendar {
	c, err := LoadCalendar(rulebook.FS, rulebook.JapanCalendar)
	if err != nil {
		panic(err) // a file of the program; tests load it on every run
	}
	return c
})

// LastOfficeDay is Calendar.LastOpenDay of the built-in calendar.
func LastOfficeDay(due caldate.Date) (caldate.Date, error) { return builtIn().LastOpenDay(due) }
