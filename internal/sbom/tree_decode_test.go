package sbom

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"mimamori/internal/untrusted"
)

// What passes the check is decoded as the standard library decodes it.
func FuzzDecodeTree(f *testing.F) {
	for _, text := range []string{`{}`, `[]`, ` {"a" : [1, 1.10, -2e+3 , "b\né\ud83d\ude00\\"], "c":{"d":null,"e":true,"f":false}} `, `"x"`, `0`, `[[[]]]`, `"\ud800"`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if untrusted.CheckJSON(data, "x") != nil {
			return
		}
		var want any
		d := json.NewDecoder(bytes.NewReader(data))
		d.UseNumber()
		if d.Decode(&want) != nil {
			return
		}
		if got := decodeTree(data); !reflect.DeepEqual(got, want) && bytes.Equal(data, bytes.ToValidUTF8(data, nil)) {
			t.Errorf("%q: got %#v, want %#v", data, got, want)
		}
	})
}
