package register

import (
	"time"

	"mimamori/internal/caldate"
	"mimamori/internal/fault"
)

// Site is a hospital or other place where devices are used (医療機関).
type Site struct {
	ID         string    `json:"id"`
	Name       string    `json:"name"`
	Prefecture string    `json:"prefecture"`
	Contact    string    `json:"contact"` // person or department, for example "ME室"
	Email      string    `json:"email"`
	Phone      string    `json:"phone"`
	Note       string    `json:"note"`
	Revision   int       `json:"revision"`
	CreatedAt  time.Time `json:"created_at"`
	UpdatedAt  time.Time `json:"updated_at"`
}

// Check returns everything that is wrong with s as an Invalid error, or nil.
func (s Site) Check() error {
	var c fault.Checker
	c.Require("/name", s.Name, "name of the hospital")
	checkLengths(&c, map[string]string{
		"/name": s.Name, "/contact": s.Contact, "/note": s.Note,
		"/email": s.Email, "/phone": s.Phone, "/prefecture": s.Prefecture,
	})
	return c.Err("the site cannot be kept like this")
}

// Installation is a unit or a batch of units at a site, with the release they run (納入).
type Installation struct {
	ID          string       `json:"id"`
	SiteID      string       `json:"site_id"`
	ReleaseID   string       `json:"release_id"`
	Units       int          `json:"units"`   // 1 or more
	Serials     string       `json:"serials"` // serial or lot numbers as written by people
	InstalledOn caldate.Date `json:"installed_on"`
	Note        string       `json:"note"`
	Revision    int          `json:"revision"`
	CreatedAt   time.Time    `json:"created_at"`
	UpdatedAt   time.Time    `json:"updated_at"`
}

// Check returns everything that is wrong with i as an Invalid error, or nil.
func (i Installation) Check() error {
	var c fault.Checker
	c.Require("/release_id", i.ReleaseID, "release")
	if i.Units < 1 || i.Units > 1_000_000 {
		c.Add("/units", "units", "%d units: give a number from 1 to 1,000,000", i.Units)
	}
	checkLengths(&c, map[string]string{"/serials": i.Serials, "/note": i.Note})
	return c.Err("the installation cannot be kept like this")
}
