package sbom

import (
	"strings"
)

// spdxHeadings are the columns of the spreadsheet form of SPDX 2 that are
// read, with the members of the JSON form that they hold.
var spdxHeadings = map[string]map[string]string{
	"Document Info": {
		"SPDX Version": "spdxVersion", "Document Name": "name", "Document Namespace": "documentNamespace", "Creator": "creator",
	},
	"Package Info": {
		"Package Name": "name", "SPDX Identifier": "SPDXID", "Package Version": "versionInfo", "Package Supplier": "supplier",
		"Package Originator": "originator", "Package Checksum": "checksum", "Source Info": "sourceInfo", "License Declared": "licenseDeclared",
		"License Concluded": "licenseConcluded", "Primary Package Purpose": "primaryPackagePurpose",
	},
	"External Refs": {"Package ID": "package", "Type": "referenceType", "Locator": "referenceLocator"},
	"Relationships": {"SPDX Identifier A": "spdxElementId", "Relationship": "relationshipType", "SPDX Identifier B": "relatedSpdxElement"},
	"Per File Info": {"SPDX Identifier": "SPDXID"},
}

// readSPDXSheets reads the spreadsheet form of SPDX 2.
func readSPDXSheets(w *workbook) (*Document, *breaches, error) {
	records := map[string][]map[string]string{}
	for _, s := range w.sheets {
		members, wanted := spdxHeadings[s.name]
		if !wanted {
			continue
		}
		var columns []string
		err := w.rows(s, func(_ int, cells []cell) error {
			if columns == nil {
				for _, c := range cells {
					columns = append(columns, members[strings.TrimSpace(c.text)])
				}
				return nil
			}
			record := map[string]string{}
			for i, c := range cells {
				if i < len(columns) && columns[i] != "" && strings.TrimSpace(c.text) != "" {
					record[columns[i]] = c.text
				}
			}
			if len(record) > 0 {
				records[s.name] = append(records[s.name], record)
			}
			return nil
		})
		if err != nil {
			return nil, nil, err
		}
	}
	b := newSPDX2(w.name)
	for _, info := range records["Document Info"] { // the further rows have further creators
		for _, member := range []string{"spdxVersion", "name", "documentNamespace"} {
			if v, ok := info[member]; ok {
				if err := b.member(member, -1, treeOf(v)); err != nil {
					return nil, nil, err
				}
			}
		}
		if creator := strings.TrimSpace(info["creator"]); creator != "" {
			b.d.Creators = append(b.d.Creators, creator)
		}
	}
	refs := map[string][]any{}
	for _, r := range records["External Refs"] {
		id := strings.TrimSpace(r["package"])
		refs[id] = append(refs[id], texts(r))
	}
	for i, p := range records["Package Info"] {
		pack := texts(p)
		pack["externalRefs"] = refs[strings.TrimSpace(p["SPDXID"])]
		var checksums []any
		for line := range strings.Lines(strings.TrimSpace(p["checksum"])) {
			algorithm, value, _ := strings.Cut(line, ":")
			checksums = append(checksums, map[string]any{"algorithm": strings.TrimSpace(algorithm), "checksumValue": strings.TrimSpace(value)})
		}
		pack["checksums"] = checksums
		if err := b.member("packages", i, treeOf(pack)); err != nil {
			return nil, nil, err
		}
	}
	for sheet, member := range map[string]string{"Relationships": "relationships", "Per File Info": "files"} {
		for i, r := range records[sheet] {
			if err := b.member(member, i, treeOf(texts(r))); err != nil {
				return nil, nil, err
			}
		}
	}
	d, err := b.done("XLSX")
	return d, nil, err
}

// texts is a row as treeOf takes it.
func texts(row map[string]string) map[string]any {
	out := make(map[string]any, len(row)+2)
	for member, text := range row {
		out[member] = text
	}
	return out
}
