package rule

import (
	"io/fs"

	"mimamori/internal/fault"
)

// LoadFactRulebook reads and checks a rulebook that concludes facts. It refuses
// what Load refuses; only a world to which no rule applies is no gap here, since
// the facts of the target then stay open. Rules that leave a fact of the target
// without a value contradict each other and are refused.
//
// Whether the target has the facts and values is checked by Fits.
func LoadFactRulebook(fsys fs.FS, path string) (*FactRulebook, error) {
	rb, err := openBook(Source{FS: fsys, Path: path}).alone()
	if err != nil {
		return nil, err
	}
	if rb.kind != concludes {
		return nil, fault.New(fault.Invalid, "rulebook %s concludes no facts of another rulebook: its kind is %s", path, kinds[rb.kind])
	}
	return &FactRulebook{rb}, nil
}

// Fits returns a fault.Invalid error that lists every fact and value that the
// rulebook can conclude and target does not have.
func (fr *FactRulebook) Fits(target *Rulebook) error {
	var check fault.Checker
	if target.ID != fr.book.target {
		check.Add("/concludes/rulebook", "target", "the facts are those of %s, not of %s", fr.book.target, target.ID)
		return check.Err("rulebook %s does not fit %s", fr.book.ID, target.ID)
	}
	for _, f := range fr.book.targets {
		p := "/concludes/facts/" + escape(f.ID)
		known := target.Fact(f.ID)
		if known == nil {
			check.Add(p, "unknown_fact", "%s has no fact %q", target.ID, f.ID)
			continue
		}
		for _, v := range f.Values {
			if known.value(v.ID) < 0 {
				check.Add(p, "unknown_value", "%s has no value %q", f.ID, v.ID)
			}
		}
		if len(f.Values) < len(known.Values) {
			check.Add(p, "values", "%s has the values %s in %s: name them all, since a fact without a rule keeps all", f.ID, known.valueIDs(), target.ID)
		}
	}
	return check.Err("rulebook %s does not fit %s", fr.book.ID, target.ID)
}
