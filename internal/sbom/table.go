package sbom

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"mimamori/internal/fault"
)

// Column is one column of the table form (docs/reference/sbom-template.md).
type Column struct {
	ID       string
	Ja, En   string   // heading in the template
	Also     []string // other headings that are understood
	Example  string
	Required bool
}

// Columns are the columns of the table form, in the order of the template. The
// headings that are understood besides include those of the minimum elements
// of NTIA and of the guide of METI (SBOM導入の手引).
var Columns = []Column{
	{ID: "ref", Ja: "部品番号", En: "Ref", Also: []string{"ID", "bom-ref", "SPDX Identifier", "番号"}, Example: "C-1"},
	{ID: "name", Ja: "部品名", En: "Name", Also: []string{"Component", "Component name", "Package name", "Software name", "コンポーネント名", "ソフトウェア名", "名称"}, Example: "openssl", Required: true},
	{ID: "version", Ja: "バージョン", En: "Version", Also: []string{"Component version", "Version of the component", "Package version", "Software version", "コンポーネントのバージョン", "版"}, Example: "3.0.14"},
	{ID: "supplier", Ja: "供給者", En: "Supplier", Also: []string{"Supplier name", "Component supplier", "Package supplier", "Vendor", "Manufacturer", "サプライヤー名", "サプライヤー", "サプライヤ名", "サプライヤ", "供給元", "製造元"}, Example: "OpenSSL Software Foundation"},
	{ID: "author", Ja: "作成者", En: "Author", Also: []string{"Authors", "Component author", "Package originator", "開発者"}},
	{ID: "type", Ja: "種別", En: "Type", Also: []string{"Component type"}, Example: "library"},
	{ID: "group", Ja: "グループ", En: "Group"},
	{ID: "purl", Ja: "purl", En: "purl", Also: []string{"Package URL", "PackageURL"}, Example: "pkg:generic/openssl@3.0.14"},
	{ID: "cpe", Ja: "CPE", En: "CPE", Also: []string{"CPE 2.3", "CPE name"}, Example: "cpe:2.3:a:openssl:openssl:3.0.14:*:*:*:*:*:*:*"},
	{ID: "identifier", Ja: "その他の識別子", En: "Other identifiers", Also: []string{"Other unique identifiers", "Unique identifier", "その他の一意な識別子", "一意な識別子"}},
	{ID: "swid", Ja: "SWIDタグID", En: "SWID tag id", Also: []string{"SWID"}},
	{ID: "hash", Ja: "ハッシュ値", En: "Hash", Also: []string{"Hashes", "Checksum", "Package checksum", "Component hash", "ハッシュ"}, Example: "SHA-256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
	{ID: "licence", Ja: "ライセンス", En: "Licence", Also: []string{"License", "License concluded"}, Example: "Apache-2.0"},
	{ID: "parent", Ja: "上位部品", En: "Parent", Also: []string{"Part of", "Included in"}},
	{ID: "depends", Ja: "依存先", En: "Depends on", Also: []string{"Dependencies", "Dependency relationship", "Relationship", "依存関係"}},
	{ID: "patched", Ja: "修正済みの脆弱性", En: "Patched vulnerabilities", Also: []string{"Patched", "Resolved vulnerabilities", "修正済み脆弱性"}, Example: "CVE-2026-0001"},
}

// heading folds a heading for comparison: letters and digits in lower case.
func heading(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == 'ー' {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}

// columnOf returns the id of the column with that heading, or "".
func columnOf(text string) string {
	text = heading(text)
	for _, c := range Columns {
		if text == heading(c.Ja) || text == heading(c.En) || slices.ContainsFunc(c.Also, func(also string) bool { return text == heading(also) }) {
			return c.ID
		}
	}
	return ""
}

// isHeading tells whether a row has the headings of a table of components:
// the name and one more that is understood.
func isHeading(row []string) bool {
	found := map[string]bool{}
	for _, cell := range row {
		found[columnOf(cell)] = true
	}
	delete(found, "")
	return found["name"] && len(found) > 1
}

// maxHeadingRow is how many rows may stand above the headings.
const maxHeadingRow = 20

// table turns rows into components.
type table struct {
	*builder
	columns []string // id of the column in each place; empty: not understood
	rows    int      // seen so far
	byName  map[string]string
	later   []tableLink // resolved when every row is known
}

type tableLink struct {
	ref, row string
	parent   string
	depends  []string
}

func newTable(name string) *table {
	return &table{builder: newBuilder(name), byName: map[string]string{}}
}

// row takes one row; number is the row's number in the file, as a person sees it.
func (t *table) row(cells []string, number int) error {
	t.rows++
	if t.columns == nil {
		if isHeading(cells) {
			return t.heading(cells, number)
		}
		if t.rows >= maxHeadingRow {
			return fault.New(fault.Invalid, "%s: no headings are in the first %d rows: a table of components starts with headings such as \"Name\" and \"Version\"; see mimamori sbom template", t.name, maxHeadingRow)
		}
		return nil
	}
	values := map[string]string{}
	for i, cell := range cells {
		if i < len(t.columns) && t.columns[i] != "" {
			values[t.columns[i]] = strings.TrimSpace(cell)
		}
	}
	if strings.Join(mapValues(values), "") == "" {
		return nil // an empty row
	}
	place := "row " + strconv.Itoa(number)
	c := Component{
		Ref: firstOf(values["ref"], place), Type: strings.ToLower(values["type"]), Group: values["group"], Name: values["name"], Version: values["version"],
		Supplier: firstOf(values["supplier"], values["author"]), SWID: values["swid"], CPEs: several(values["cpe"]),
	}
	if author := values["author"]; author != "" {
		c.Authors = []string{author}
	}
	for _, purl := range several(values["purl"]) {
		c.identify("purl", purl)
	}
	for _, id := range several(values["identifier"]) {
		switch {
		case strings.HasPrefix(id, "pkg:"):
			c.identify("purl", id)
		case strings.HasPrefix(id, "cpe:"):
			c.identify("cpe23", id)
		case strings.HasPrefix(id, "swid:"):
			c.identify("swid", id)
		}
	}
	for _, text := range several(values["hash"]) {
		h, ok := tableHash(text)
		if !ok {
			t.note(fault.At(place, "hash", "%q is no hash: write the algorithm, a colon and the value, for example \"SHA-256:…\"", short(text)))
			continue
		}
		c.Hashes = append(c.Hashes, h)
	}
	if values["licence"] != "" {
		c.Licenses = []string{values["licence"]}
	}
	if ids := several(values["patched"]); len(ids) > 0 {
		patch := Patch{}
		for _, id := range ids {
			patch.Resolves = append(patch.Resolves, Issue{Type: "security", ID: id})
		}
		c.Pedigree = &Pedigree{Patches: []Patch{patch}}
	}
	if _, twice := t.byName[c.Name]; twice {
		t.byName[c.Name] = "" // a name of several rows means none of them
	} else {
		t.byName[c.Name] = c.Ref
	}
	if values["parent"] != "" || values["depends"] != "" {
		t.later = append(t.later, tableLink{ref: c.Ref, row: place, parent: values["parent"], depends: several(values["depends"])})
	}
	return t.add(c, place)
}

func mapValues(m map[string]string) []string {
	out := make([]string, 0, len(m))
	for _, v := range m {
		out = append(out, v)
	}
	return out
}

// heading takes the row of the headings.
func (t *table) heading(cells []string, number int) error {
	t.columns = make([]string, len(cells))
	var unknown []string
	for i, cell := range cells {
		id := columnOf(cell)
		if id != "" && slices.Contains(t.columns, id) {
			return fault.New(fault.Invalid, "%s: row %d: two columns mean the same: %q; remove one of them", t.name, number, short(strings.TrimSpace(cell)))
		}
		if t.columns[i] = id; id == "" && strings.TrimSpace(cell) != "" {
			unknown = append(unknown, strings.TrimSpace(cell))
		}
	}
	if len(unknown) > 0 {
		t.note(fault.At(fmt.Sprintf("row %d", number), "heading", "columns that are not understood were left out: %s", short(strings.Join(unknown, ", "))))
	}
	return nil
}

// several splits a cell of several values: at semicolons, commas and white space.
func several(cell string) []string {
	return strings.FieldsFunc(cell, func(r rune) bool { return r == ';' || r == ',' || r == '、' || unicode.IsSpace(r) })
}

// tableHash reads "SHA-256:ab12"; the algorithm may be missing when the length tells it.
func tableHash(text string) (Hash, bool) {
	algorithm, value, ok := strings.Cut(text, ":")
	if !ok {
		algorithm, value = map[int]string{32: "MD5", 40: "SHA-1", 64: "SHA-256", 96: "SHA-384", 128: "SHA-512"}[len(text)], text
	}
	value = strings.ToLower(value)
	if algorithm == "" || value == "" || strings.Trim(value, "0123456789abcdef") != "" {
		return Hash{}, false
	}
	return Hash{hashName(algorithm), value}, true
}

// done links the rows with one another and checks the table as a whole.
func (t *table) done(encoding string) (*Document, error) {
	if t.columns == nil {
		return nil, fault.New(fault.Invalid, "%s: no headings are in the first %d rows: a table of components starts with headings such as \"Name\" and \"Version\"; see mimamori sbom template", t.name, maxHeadingRow)
	}
	t.d.Format, t.d.Encoding = Table, encoding
	find := func(text, row string) string {
		if t.refs[text] {
			return text
		}
		if ref := t.byName[text]; ref != "" {
			return ref
		}
		t.note(fault.At(row, "reference", "%q is neither the number nor the name of exactly one row: correct it", short(text)))
		return ""
	}
	places := map[string]int{}
	for i := range t.d.Components {
		places[t.d.Components[i].Ref] = i
	}
	for _, link := range t.later {
		if link.parent != "" {
			t.d.Components[places[link.ref]].Parent = find(link.parent, link.row)
		}
		for _, to := range link.depends {
			if err := t.depend(link.ref, find(to, link.row), ""); err != nil {
				return nil, err
			}
		}
	}
	return t.finish(), nil
}
