package advisory

import (
	"encoding/json"
	"slices"
	"strings"
)

type csafTree struct {
	Branches         []csafBranch       `json:"branches"`
	FullProductNames []csafProduct      `json:"full_product_names"`
	Relationships    []csafRelationship `json:"relationships"` // CSAF 2.0
	Paths            []struct {
		Beginning string      `json:"beginning_product_reference"`
		Product   csafProduct `json:"full_product_name"`
		Subpaths  []struct {
			Next string `json:"next_product_reference"`
		} `json:"subpaths"`
	} `json:"product_paths"` // CSAF 2.1
	Groups []struct {
		ID       string   `json:"group_id"`
		Products []string `json:"product_ids"`
	} `json:"product_groups"`
}

type csafRelationship struct {
	Product csafProduct `json:"full_product_name"`
	Of      string      `json:"product_reference"`
	On      string      `json:"relates_to_product_reference"`
}

type csafBranch struct {
	Category string       `json:"category"`
	Name     string       `json:"name"`
	Branches []csafBranch `json:"branches"`
	Product  *csafProduct `json:"product"`
}

type csafProduct struct {
	ID     string     `json:"product_id"`
	Name   string     `json:"name"`
	Helper csafHelper `json:"product_identification_helper"`
}

type csafHelper struct {
	CPE    string `json:"cpe"`
	Purl   string `json:"purl"`  // CSAF 2.0
	Purls  texts  `json:"purls"` // CSAF 2.1
	Hashes []struct {
		Values []struct {
			Algorithm string `json:"algorithm"`
			Value     string `json:"value"`
		} `json:"file_hashes"`
	} `json:"hashes"`
}

// texts is a list of texts; another shape is no text.
type texts []string

func (t *texts) UnmarshalJSON(data []byte) error {
	var list []string
	if json.Unmarshal(data, &list) == nil {
		*t = list
	}
	return nil
}

// products resolves every product id of the tree.
func (t *csafTree) products() map[string]Affected {
	out := map[string]Affected{}
	for i := range t.Branches {
		t.Branches[i].walk(Affected{}, out)
	}
	for _, p := range t.FullProductNames {
		out[p.ID] = p.affected(Affected{Product: p.Name})
	}
	// A relationship names a new product made of two others; the first one is
	// what is affected, the second where it runs. One relationship may build on
	// another, so the list is gone through until nothing new is resolved.
	relationships := slices.Clone(t.Relationships)
	for _, p := range t.Paths { // the last product of a path is what all is on
		if len(p.Subpaths) > 0 {
			relationships = append(relationships, csafRelationship{Product: p.Product, Of: p.Beginning, On: p.Subpaths[len(p.Subpaths)-1].Next})
		}
	}
	for open := len(relationships); open > 0; {
		before := open
		open = 0
		for _, r := range relationships {
			if _, done := out[r.Product.ID]; done {
				continue
			}
			part, known := out[r.Of]
			if !known {
				open++
				continue
			}
			part.Platform = r.On
			if platform, known := out[r.On]; known && platform.ProductName != "" {
				part.Platform = platform.ProductName
			}
			out[r.Product.ID] = r.Product.affected(part)
		}
		if open == before {
			break
		}
	}
	return out
}

// walk carries vendor, product and version down the branches.
func (b *csafBranch) walk(path Affected, out map[string]Affected) {
	switch b.Category {
	case "vendor":
		path.Vendor = b.Name
	case "product_name":
		path.Product = b.Name
	case "product_version", "product_version_range":
		path.VersionText = b.Name
	case "service_pack", "patch_level":
		// Part of the version, and written freely: the text then compares with
		// nothing unless it is simple.
		path.VersionText = strings.TrimSpace(path.VersionText + " " + b.Name)
	}
	if b.Product != nil {
		out[b.Product.ID] = b.Product.affected(path)
	}
	for i := range b.Branches {
		b.Branches[i].walk(path, out)
	}
}

func (p *csafProduct) affected(a Affected) Affected {
	a.ProductID, a.ProductName = p.ID, p.Name
	if p.Helper.CPE != "" {
		a.CPEs = []string{p.Helper.CPE}
	}
	switch {
	case p.Helper.Purl != "":
		a.Purl, a.Purls = p.Helper.Purl, nil
	case len(p.Helper.Purls) > 0:
		a.Purl, a.Purls = p.Helper.Purls[0], p.Helper.Purls[1:]
	}
	for _, file := range p.Helper.Hashes {
		for _, h := range file.Values {
			a.Hashes = append(a.Hashes, Hash{strings.ToLower(h.Algorithm), strings.ToLower(h.Value)})
		}
	}
	return a
}
