package sbom

import (
	"reflect"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// Components end up as a stable sort of the components themselves puts them.
func TestSortComponents(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var list []Component
		for i := range rapid.IntRange(0, 40).Draw(t, "n") {
			list = append(list, Component{
				Name: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "name"), Version: rapid.SampledFrom([]string{"1", "2"}).Draw(t, "version"),
				Type: strconv.Itoa(i), // tells equal ones apart
			})
		}
		want := slices.Clone(list)
		slices.SortStableFunc(want, func(x, y Component) int { return compareComponents(&x, &y) })
		if sortComponents(list); !reflect.DeepEqual(list, want) {
			t.Errorf("got %v, want %v", list, want)
		}
	})
}
