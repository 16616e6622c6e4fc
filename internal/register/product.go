// Package register has what the manufacturer ships: products, their releases
// with SBOMs, and the sites where they are installed.
package register

import (
	"strings"
	"time"

	"mimamori/internal/caldate"
	"mimamori/internal/fault"
)

// Class is the class of a device under Japanese law: I 一般医療機器, II 管理医療機器,
// III and IV 高度管理医療機器.
type Class string

// The four classes.
const (
	ClassI   Class = "I"
	ClassII  Class = "II"
	ClassIII Class = "III"
	ClassIV  Class = "IV"
)

// Link is a way by which a device can be reached. The CS notice, section 2,
// counts exchange by media too.
type Link string

// The ways. LinkNone says that somebody looked and found none; an empty list
// says that nobody has looked yet.
const (
	LinkWired    Link = "wired"
	LinkWireless Link = "wireless"
	LinkMedia    Link = "media"
	LinkNone     Link = "none"
)

// MarketRoute is how the product was admitted to the market.
type MarketRoute string

// 承認, 認証, 届出.
const (
	Approval      MarketRoute = "approval"
	Certification MarketRoute = "certification"
	Notification  MarketRoute = "notification"
)

// Known is an answer that can be missing: unknown is a value.
type Known string

// The three answers.
const (
	Yes     Known = "yes"
	No      Known = "no"
	Unknown Known = "unknown"
)

// Valid tells whether k is one of the three answers.
func (k Known) Valid() bool { return k == Yes || k == No || k == Unknown }

// Product is one approved, certified or notified device (品目).
type Product struct {
	ID            string       `json:"id"`
	BrandName     string       `json:"brand_name"`     // 販売名
	GenericName   string       `json:"generic_name"`   // 一般的名称
	JMDNCode      string       `json:"jmdn_code"`      // code of the generic name, 8 digits
	Route         MarketRoute  `json:"route"`          // 承認, 認証 or 届出
	LicenceNumber string       `json:"licence_number"` // 承認/認証/届出番号
	LicensedOn    caldate.Date `json:"licensed_on"`    // its date; periodic reports count from here
	Class         Class        `json:"class"`
	Connectivity  []Link       `json:"connectivity"` // sorted, no duplicates; empty: not yet looked at
	SaMD          bool         `json:"samd"`         // プログラム医療機器
	EOLOn         caldate.Date `json:"eol_on"`
	EOSOn         caldate.Date `json:"eos_on"`
	Designated    Known        `json:"designated"` // 規則228条の20第2項1号ニ: rate known beforehand
	Indication    string       `json:"indication"` // 使用目的又は効果
	SiteOfUse     string       `json:"site_of_use"`
	Note          string       `json:"note"`
	Revision      int          `json:"revision"` // 1 when new; one more with every change
	CreatedAt     time.Time    `json:"created_at"`
	UpdatedAt     time.Time    `json:"updated_at"`
}

// Check returns everything that is wrong with p as an Invalid error, or nil.
func (p Product) Check() error {
	var c fault.Checker
	c.Require("/brand_name", p.BrandName, "brand name (販売名)")
	c.Require("/generic_name", p.GenericName, "generic name (一般的名称)")
	if p.JMDNCode != "" && (len(p.JMDNCode) != 8 || strings.Trim(p.JMDNCode, "0123456789") != "") {
		c.Add("/jmdn_code", "jmdn", "a JMDN code has 8 digits, this is %q", p.JMDNCode)
	}
	switch p.Class {
	case ClassI, ClassII, ClassIII, ClassIV:
	default:
		c.Add("/class", "class", "class %q: choose I, II, III or IV", p.Class)
	}
	switch p.Route {
	case Approval, Certification, Notification:
	default:
		c.Add("/route", "route", "route %q: choose approval, certification or notification", p.Route)
	}
	for _, link := range p.Connectivity {
		switch link {
		case LinkWired, LinkWireless, LinkMedia:
		case LinkNone:
			if len(p.Connectivity) > 1 {
				c.Add("/connectivity", "connectivity", "none cannot stand beside another way of connection")
			}
		default:
			c.Add("/connectivity", "connectivity", "way of connection %q: choose wired, wireless, media or none", link)
		}
	}
	if !p.Designated.Valid() {
		c.Add("/designated", "known", "designated %q: choose yes, no or unknown", p.Designated)
	}
	if !p.EOLOn.IsZero() && !p.EOSOn.IsZero() && p.EOSOn.Before(p.EOLOn) {
		c.Add("/eos_on", "eos-after-eol", "support ends on %v, before end of life on %v: check both dates", p.EOSOn, p.EOLOn)
	}
	checkLengths(&c, map[string]string{
		"/brand_name": p.BrandName, "/generic_name": p.GenericName,
		"/licence_number": p.LicenceNumber, "/indication": p.Indication, "/site_of_use": p.SiteOfUse, "/note": p.Note,
	})
	return c.Err("the product cannot be kept like this")
}

// maxText is the longest text of one field, in bytes: room for pages of text,
// and a bound for what a hostile client can store.
const maxText = 20_000

func checkLengths(c *fault.Checker, fields map[string]string) {
	for pointer, text := range fields {
		if len(text) > maxText {
			c.Add(pointer, "length", "the text has %d bytes, at most %d fit: shorten it", len(text), maxText)
		}
	}
}
