package match

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"

	"mimamori/internal/advisory"
	"mimamori/internal/sbom"
	"mimamori/internal/version"

	"github.com/package-url/packageurl-go"
)

// Named is something that sources name and that a component or a product of
// ours may be: an identity, or a product of an advisory without identifiers.
type Named struct {
	Supplier, Name string
	Identity       string      // purl or CPE name without version; empty for a product of an advisory
	Advisory       AdvisoryKey // of a product of an advisory
	Versions       string      // what the advisory says about versions, as written
	Records        int         // advisories that name it, where that is known

	key string // of a product of advisories: its AliasKey
}

// Key is the AliasKey of a product of advisories.
func (n Named) Key() string { return n.key }

// Proposal is a Named that may be meant. It is for a person to confirm and
// never a match by itself.
type Proposal struct {
	Named
	Score float64 `json:"score"` // 0 to 1: how much of both names is the same, rare words counting more
	// Shared are the words that both names have, as ours spells them; Supplier
	// tells that the suppliers have one in common, too.
	Shared       []string `json:"shared"`
	SameSupplier bool     `json:"same_supplier"`
	// Version is whether our version is one of those that the advisory names;
	// empty for identities.
	Version version.Membership `json:"version,omitempty"`
}

// Limits of one search.
const (
	maxProposals  = 10
	leastScore    = 0.3
	maxCandidates = 2000 // that are compared
	maxSpread     = 5000 // items a word may occur in and still be searched by
	maxNameWords  = 40   // of one name that are compared
)

// Catalogue finds Named items by their words. It does not change once made.
type Catalogue struct {
	items  []catalogued
	byWord map[string][]uint32 // word → items, ascending
}

type catalogued struct {
	Named
	name, supplier []string // words, sorted
}

// NewCatalogue returns a catalogue of the items, each once, whatever their
// order.
func NewCatalogue(list []Named) *Catalogue {
	list = slices.Clone(list)
	slices.SortFunc(list, compareNamed)
	list = slices.CompactFunc(list, func(a, b Named) bool { return compareNamed(a, b) == 0 })
	out := &Catalogue{byWord: map[string][]uint32{}}
	for _, item := range list {
		c := catalogued{item, similarWords(item.Name), supplierWords(item.Supplier)}
		if len(c.name) == 0 {
			continue
		}
		n := uint32(len(out.items)) //nolint:gosec // four billion items do not fit into memory
		out.items = append(out.items, c)
		for _, word := range c.name {
			out.byWord[word] = append(out.byWord[word], n)
		}
	}
	return out
}

func compareNamed(a, b Named) int {
	return cmp.Or(cmp.Compare(a.Identity, b.Identity), compareAdvisoryKeys(a.Advisory, b.Advisory), cmp.Compare(a.Supplier, b.Supplier), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Versions, b.Versions))
}

// Len is how many items the catalogue has.
func (c *Catalogue) Len() int { return len(c.items) }

// ProposeAliases returns what identities a component may have, the best first:
// the most similar names, and of equally similar ones those that more
// advisories name.
func ProposeAliases(c sbom.Component, catalogue *Catalogue) []Proposal {
	name := c.Name
	if c.Group != "" {
		name = c.Group + " " + name
	}
	return catalogue.search(c.Supplier, name, func(n *Named) bool { return n.Identity != "" })
}

// ProposeAdvisories returns which products of advisories a product of ours may
// be, the best first; the versions they name are compared with ours.
func ProposeAdvisories(supplier, name, ourVersion string, catalogue *Catalogue) []Proposal {
	out := catalogue.searchBy(supplier, comparableName(name), func(n *Named) bool { return n.Identity == "" }, catalogue.scoreProduct)
	for i := range out {
		out[i].Version = version.ParseVendorRange(out[i].Versions).Contains(ourVersion)
	}
	return out
}

// comparableName leaves words of scripts out that no advisory uses, where others
// are left: "Alaris 8015 PC ユニット".
func comparableName(name string) string {
	words := slices.DeleteFunc(nameWords(name), func(word string) bool {
		return !strings.ContainsFunc(word, func(r rune) bool { return r < unicode.MaxLatin1 })
	})
	if len(words) == 0 {
		return name
	}
	return strings.Join(words, " ")
}

// A name that says less than the other is the same all the same, where they
// share a word that is rare: "IntelliSpace Portal" and "IntelliSpace Portal 8.0.x".
const (
	rareWord     = 50  // items it occurs in, at most
	leastLetters = 4   // that it has
	mostOfIt     = 0.7 // of the shorter name, that they share
	partOfOther  = 0.9
)

// scoreProduct is score for names of products, which advisories write with
// models and versions, or shortened.
func (c *Catalogue) scoreProduct(words, supplier []string, item *catalogued) float64 {
	score := c.score(words, supplier, item)
	common, shorter := 0.0, math.Inf(1)
	rare := false
	for _, list := range [][]string{words, item.name} {
		all := 0.0
		for _, word := range list {
			all += c.weigh(word)
		}
		shorter = min(shorter, all)
	}
	for _, word := range words {
		if _, found := slices.BinarySearch(item.name, word); found {
			common += c.weigh(word)
			rare = rare || len(c.byWord[word]) <= rareWord && len([]rune(word)) >= leastLetters && !unicode.IsDigit([]rune(word)[0])
		}
	}
	if !rare || common < mostOfIt*shorter {
		return score
	}
	return max(score, math.Round(common/shorter*partOfOther*untoldSupplier*1000)/1000)
}

// search compares items that share a word with the name, beginning with the
// rarest word, so that the work does not grow with the catalogue.
func (c *Catalogue) search(supplier, name string, takes func(*Named) bool) []Proposal {
	return c.searchBy(supplier, name, takes, c.score)
}

func (c *Catalogue) searchBy(supplier, name string, takes func(*Named) bool, rate func(words, supplier []string, item *catalogued) float64) []Proposal {
	words, by := similarWords(name), supplierWords(supplier)
	rare := slices.Clone(words)
	slices.SortFunc(rare, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(c.byWord[a]), len(c.byWord[b])), cmp.Compare(a, b))
	})
	seen := map[uint32]bool{}
	var out []Proposal
	for _, word := range rare {
		if len(c.byWord[word]) > maxSpread {
			break
		}
		for _, n := range c.byWord[word] {
			item := &c.items[n]
			if seen[n] || len(seen) >= maxCandidates || !takes(&item.Named) {
				continue
			}
			seen[n] = true
			if score := rate(words, by, item); score >= leastScore {
				out = append(out, Proposal{Named: item.Named, Score: score})
			}
		}
	}
	slices.SortFunc(out, func(a, b Proposal) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(b.Records, a.Records), compareNamed(a.Named, b.Named))
	})
	out = out[:min(len(out), maxProposals)]
	for i := range out {
		out[i].explain(supplier, name)
	}
	return out
}

// explain tells why something is proposed for a supplier and name.
func (p *Proposal) explain(supplier, name string) {
	p.Shared = []string{}
	theirs := similarWords(p.Name)
	for _, word := range nameWords(name) {
		parts := similarWords(word)
		common := len(parts) > 0
		for _, part := range parts {
			_, found := slices.BinarySearch(theirs, part)
			common = common && found
		}
		if common && !slices.Contains(p.Shared, word) {
			p.Shared = append(p.Shared, word)
		}
	}
	vendor := supplierWords(p.Supplier)
	for _, word := range supplierWords(supplier) {
		_, found := slices.BinarySearch(vendor, word)
		p.SameSupplier = p.SameSupplier || found
	}
}

// supplierShare is what the suppliers count where both are told; where one is
// not, the names count alone and a little less.
const supplierShare, untoldSupplier = 0.35, 0.85

func (c *Catalogue) score(words, supplier []string, item *catalogued) float64 {
	name := c.similarity(words, item.name)
	out := name * untoldSupplier
	if len(supplier) > 0 && len(item.supplier) > 0 {
		// A supplier repeats in the product's name as often as not.
		by := max(c.similarity(supplier, item.supplier), containment(supplier, item.supplier))
		out = name*(1-supplierShare) + by*supplierShare
	}
	return math.Round(out*1000) / 1000
}

// similarity is the weight of the common words over that of all words, the
// rarer of which weigh more.
func (c *Catalogue) similarity(a, b []string) float64 {
	common, all := 0.0, 0.0
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case j == len(b) || i < len(a) && a[i] < b[j]:
			all += c.weigh(a[i])
			i++
		case i == len(a) || b[j] < a[i]:
			all += c.weigh(b[j])
			j++
		default:
			common += c.weigh(a[i])
			all += c.weigh(a[i])
			i, j = i+1, j+1
		}
	}
	if all == 0 {
		return 0
	}
	return common / all
}

// weigh is what a word counts: the rarer, the more.
func (c *Catalogue) weigh(word string) float64 {
	return math.Log1p(float64(len(c.items)+1) / float64(len(c.byWord[word])+1))
}

// containment is how much of the shorter list is in the longer one.
func containment(a, b []string) float64 {
	common := 0
	for _, word := range a {
		if _, found := slices.BinarySearch(b, word); found {
			common++
		}
	}
	const notSure = 0.9
	return notSure * float64(common) / float64(min(len(a), len(b)))
}

// similarWords cuts a name into words that are the same in its spellings:
// letters and digits apart, letters doubled by some written once ("Phillips").
// The result is sorted, without duplicates.
func similarWords(text string) []string {
	var out []string
	for _, word := range nameWords(text) {
		digit := false
		var part strings.Builder
		flush := func() {
			if part.Len() > 0 {
				out = append(out, part.String())
			}
			part.Reset()
		}
		last := rune(-1)
		for i, r := range word {
			if isDigit := unicode.IsDigit(r); i > 0 && isDigit != digit {
				flush()
				last = -1
				digit = isDigit
			} else if i == 0 {
				digit = isDigit
			}
			if r != last || digit {
				part.WriteRune(r)
			}
			last = r
		}
		flush()
	}
	slices.Sort(out)
	out = slices.Compact(out)
	return out[:min(len(out), maxNameWords)]
}

// supplierWords is similarWords without legal forms and with the initials of
// several words: "General Electric (GE)" has ge.
func supplierWords(text string) []string {
	words := slices.DeleteFunc(nameWords(text), func(word string) bool { return slices.Contains(legalForms, word) || word == "and" || word == "the" })
	out := similarWords(strings.Join(words, " "))
	if len(words) > 1 {
		var initials strings.Builder
		for _, word := range words[:min(len(words), 4)] {
			initials.WriteString(string([]rune(word)[:1]))
		}
		out = append(out, initials.String())
		for n := 2; n < len(words) && n < 4; n++ { // without what follows the name proper
			out = append(out, initials.String()[:min(n, initials.Len())])
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// NamesOf lists what an advisory names: identities without version, and the
// products of entries that have no identifier.
func NamesOf(a advisory.Advisory) []Named {
	var out []Named
	add := func(n Named) {
		if n.Name != "" && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	for i := range a.Affected {
		f := &a.Affected[i]
		if !f.Status.Open() {
			continue
		}
		identified := false
		for _, text := range append([]string{f.Purl}, f.Purls...) {
			if p, err := packageurl.FromString(text); err == nil {
				identified = true
				p.Version, p.Qualifiers, p.Subpath = "", nil, ""
				add(Named{Supplier: p.Namespace, Name: p.Name, Identity: p.ToString()})
			}
		}
		for _, text := range f.CPEs {
			if c, err := sbom.ParseCPE(text); err == nil {
				identified = true
				add(Named{Supplier: spaced(c.Vendor), Name: spaced(c.Product), Identity: cpeIdentity(c)})
			}
		}
		if !identified {
			add(Named{Supplier: f.Vendor, Name: cmp.Or(f.Product, f.ProductName), Advisory: keyOf(&a), Versions: f.VersionText})
		}
	}
	return out
}

func spaced(text string) string { return strings.ReplaceAll(text, "_", " ") }

// escaped writes a value as the formatted string of a CPE name wants it.
func escaped(value string) string {
	var b strings.Builder
	for _, r := range value {
		if r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
