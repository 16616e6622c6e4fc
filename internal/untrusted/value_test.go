package untrusted_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"mimamori/internal/untrusted"
)

var jsonSeeds = []string{
	`{"a":[1,2.5e-3,true,null,"\u00e9"]}`, `[]`, `"x"`, `01`, `{"a":}`, `-`, `1.`, `[1,]`, " {} \n", `"\ud800"`, `{"\u0061":1}`,
	` {"a" : [1, 1.10, -2e+3 , "b\né\ud83d\ude00\\"], "c":{"d":null,"e":true,"f":false}} `, `0`, `[[[]]]`, "\"\xff\"", `{"é":1}`,
	`{"text":"a","Flag":true,"list":["x",null],"inner":{"TEXT":"y","next":{"text":"z"}},"groups":[{},null,{"n":3}],"raw":{"a": 1},"own":"2026-01-02T03:04:05Z","any":{"b":[1]},"many":{"k":["v"]}}`,
	`{"text":1}`, `{"list":"x"}`, `{"list":[1]}`, `{"inner":[]}`, `{"flag":"true"}`, `{"num":"x"}`, `{"num":3}`, `{"bytes":"aGk="}`, `{"embedded":"x","Text":"y","text":"z"}`, `{"quoted":"3"}`,
	"{\"te\u212At\":\"\",\"tex\u0131\":1}", `{"date":"2026-01-02","pair":["a","b","c"]}`, `{"word":"x","x":1,"-":2,"Hidden":3}`, `null`, `{"inner":null,"groups":null,"own":null,"raw":null}`,
}

// What passes the check reads as the standard library reads it.
func FuzzParse(f *testing.F) {
	for _, s := range jsonSeeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var p untrusted.Parser
		v, err := p.Parse(data, "f")
		if err != nil {
			return
		}
		var want any
		d := json.NewDecoder(bytes.NewReader(data))
		d.UseNumber()
		if err := d.Decode(&want); err != nil {
			t.Fatal(err)
		}
		for how, got := range map[string]untrusted.Value{"parsed": v, "cloned": v.Clone(), "made": untrusted.Made(want)} {
			if tree := plain(t, got); !reflect.DeepEqual(tree, want) {
				t.Errorf("%s %q: got %#v, want %#v", how, data, tree, want)
			}
		}
	})
}

// plain returns a value as encoding/json decodes it into an any.
func plain(t *testing.T, v untrusted.Value) any {
	switch v.Kind() {
	case untrusted.True, untrusted.False:
		return v.Kind() == untrusted.True
	case untrusted.Number:
		return json.Number(v.Bytes())
	case untrusted.Text:
		return string(v.Bytes())
	case untrusted.List:
		out := []any{}
		for e := range v.Elements() {
			out = append(out, plain(t, e))
		}
		return out
	case untrusted.Object:
		out := map[string]any{}
		for name, m := range v.Members() {
			if v.Member(string(name)) != m {
				t.Errorf("the member %q is not found by its name", name)
			}
			out[string(name)] = plain(t, m)
		}
		if v.Member("\x00 no such name") != (untrusted.Value{}) {
			t.Error("a member that is not there was found")
		}
		return out
	default:
		return nil
	}
}

type word string

// embedded and the rest of target have every shape that a decoder may ask for.
type embedded struct {
	Embedded string `json:"embedded"`
}

type inner struct {
	Text string `json:"text"`
	Next *inner `json:"next"`
	N    int    `json:"n"`
}

type target struct {
	Text   string              `json:"text"`
	Flag   bool                `json:"flag,omitempty"`
	List   []string            `json:"list"`
	Inner  inner               `json:"inner"`
	Groups []inner             `json:"groups"`
	Links  []*inner            `json:"links"`
	Raw    json.RawMessage     `json:"raw"`
	Own    time.Time           `json:"own"`
	Any    any                 `json:"any"`
	Many   map[string][]string `json:"many"`
	Num    json.Number         `json:"num"`
	Bytes  []byte              `json:"bytes"`
	Float  *float64            `json:"float"`
	Pair   [2]string           `json:"pair"`
	Word   word                `json:"word"`
	Hidden string              `json:"-"`
	Dash   int                 `json:"-,"`
	Bare   string
	unseen string
}

type outer struct {
	embedded
	Text string `json:"text"`
	target2
}

type target2 struct {
	List []string `json:"list"`
}

type rare struct {
	embedded
	Embedded string `json:"embedded"` // hides the other
	Text     string `json:"text"`
	Quoted   int    `json:"quoted,string"`
}

// DecodeJSON takes what json.Unmarshal takes, and as it does; what is refused
// besides is refused by the check.
func FuzzDecodeJSON(f *testing.F) {
	for _, s := range jsonSeeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if untrusted.CheckJSON(data, "f") != nil {
			return
		}
		for _, kind := range []reflect.Type{reflect.TypeFor[target](), reflect.TypeFor[rare](), reflect.TypeFor[outer](), reflect.TypeFor[[]inner](), reflect.TypeFor[string](), reflect.TypeFor[map[string]any]()} {
			want, got := reflect.New(kind), reflect.New(kind)
			wantErr := json.Unmarshal(data, want.Interface())
			gotErr := untrusted.DecodeJSON(data, "f", got.Interface())
			if (wantErr == nil) != (gotErr == nil) {
				t.Errorf("%s %q: got error %v, want %v", kind, data, gotErr, wantErr)
			}
			if wantErr == nil && !reflect.DeepEqual(got.Interface(), want.Interface()) {
				t.Errorf("%s %q: got %+v, want %+v", kind, data, got.Elem(), want.Elem())
			}
		}
	})
}

func TestDecodeJSONTakesAllShapes(t *testing.T) {
	var got target
	if err := untrusted.DecodeJSON([]byte(jsonSeeds[16]), "f", &got); err != nil {
		t.Fatal(err)
	}
	if got.Text != "a" || !got.Flag || !slices.Equal(got.List, []string{"x", ""}) || got.Inner.Text != "y" || got.Inner.Next.Text != "z" || len(got.Groups) != 3 || got.Groups[2].N != 3 ||
		string(got.Raw) != `{"a": 1}` || got.Own.Year() != 2026 || len(slices.Collect(maps.Keys(got.Many))) != 1 || got.unseen != "" {
		t.Errorf("got %+v", got)
	}
	var none untrusted.Value
	if none.Kind() != untrusted.None || none.Bytes() != nil || none.Member("a") != none || none.Clone() != none {
		t.Error("the zero Value is something")
	}
}
