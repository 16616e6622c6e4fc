package sqlstore

import (
	"bytes"
	"cmp"
	"context"
	"iter"
	"slices"
)

// componentKey is a matching key, as it is indexed, with a component that has it.
type componentKey struct{ key, component string }

// componentKeys are many of them. Those of a large SBOM are more than a million:
// without a pointer in them, the collector passes them by.
type componentKeys struct {
	ids  []string // of components
	text [][]byte // the keys, in pieces of pieceBytes
	keys []placedKey
}

// placedKey says where in the text a key stands, and whose it is.
type placedKey struct {
	from      int // piece × pieceBytes + place in the piece
	bytes, of int32
}

const pieceBytes = 64 << 10 // many times maxIndexed

// add takes the keys of a component.
func (k *componentKeys) add(id string, keys []string) {
	for _, key := range boundedKeys(keys) {
		last := len(k.text) - 1
		if last < 0 || len(k.text[last])+len(key) > pieceBytes {
			k.text = append(k.text, make([]byte, 0, pieceBytes))
			last++
		}
		k.keys = append(k.keys, placedKey{last*pieceBytes + len(k.text[last]), int32(len(key)), int32(len(k.ids))}) //nolint:gosec // at most maxIndexed; fewer components than that
		k.text[last] = append(k.text[last], key...)
	}
	k.ids = append(k.ids, id)
}

func (k *componentKeys) at(p placedKey) []byte {
	from := p.from % pieceBytes
	return k.text[p.from/pieceBytes][from : from+int(p.bytes)]
}

// sort sorts by key, then component: the order of the table.
func (k *componentKeys) sort() {
	slices.SortFunc(k.keys, func(a, b placedKey) int {
		return cmp.Or(bytes.Compare(k.at(a), k.at(b)), cmp.Compare(k.ids[a.of], k.ids[b.of]))
	})
}

// parts returns all of them, so many at a time.
func (k *componentKeys) parts(most int) iter.Seq[[]componentKey] {
	return func(yield func([]componentKey) bool) {
		for part := range slices.Chunk(k.keys, most) {
			out := make([]componentKey, len(part))
			for i, p := range part {
				out[i] = componentKey{string(k.at(p)), k.ids[p.of]}
			}
			if !yield(out) {
				return
			}
		}
	}
}

// addComponentKeys stores keys, which it sorts.
func (w writer) addComponentKeys(ctx context.Context, keys *componentKeys) error {
	keys.sort()
	for part := range keys.parts(maxParameters / 2) {
		rows := make([]row, len(part))
		for i := range part {
			rows[i] = row{{"match_key", &part[i].key}, {"component_id", &part[i].component}}
		}
		if err := w.insert(ctx, "component_keys", rows...); err != nil {
			return err
		}
	}
	return nil
}

// meeting returns the components of which an advisory has a key, sorted.
func (r reader) meeting(ctx context.Context, keys *componentKeys) ([]string, error) {
	var out []string
	for part := range keys.parts(maxParameters / 2) {
		asked := make([]string, len(part))
		for i := range part {
			asked[i] = part[i].key
		}
		slices.Sort(asked)
		known, err := r.knownKeys(ctx, slices.Compact(asked))
		if err != nil {
			return nil, err
		}
		for _, k := range part {
			if known[k.key] {
				out = append(out, k.component)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}
