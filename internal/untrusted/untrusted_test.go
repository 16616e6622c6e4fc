package untrusted_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"mimamori/internal/fault"
	"mimamori/internal/untrusted"

	"pgregory.net/rapid"
)

// endless yields the same byte n times without holding it in memory.
type endless struct {
	c byte
	n int64
}

func (e *endless) Read(p []byte) (int, error) {
	if e.n == 0 {
		return 0, io.EOF
	}
	n := int(min(int64(len(p)), e.n))
	for i := range p[:n] {
		p[i] = e.c
	}
	e.n -= int64(n)
	return n, nil
}

func TestReadTextRefuses(t *testing.T) {
	tests := []struct {
		name string
		in   io.Reader
		want string
	}{
		{"nothing", strings.NewReader(""), "empty"},
		{"white space only", strings.NewReader(" \n\t "), "nothing but white space"},
		{"a gigabyte of spaces is not read to the end", &endless{' ', 1 << 30}, "white space"},
		{"more than the limit", &endless{'x', 1 << 20}, "more than"},
		{"UTF-16 little endian", strings.NewReader("\xff\xfe{\x00}\x00"), "UTF-16"},
		{"UTF-16 without mark shows NUL", strings.NewReader("{\x00}\x00"), "NUL byte at line 1, column 2"},
		{"Latin-1", strings.NewReader("{\"a\":\n\"\xe9t\xe9\"}"), "byte 0xE9 at line 2, column 2 (byte 7)"},
		{"gzip by another name", strings.NewReader("\x1f\x8b\x08"), "unpack"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			start := time.Now()
			_, err := untrusted.ReadText(tt.in, "a.json", 100<<10)
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.HasPrefix(err.Error(), "a.json") || fault.KindOf(err) != fault.Invalid {
				t.Errorf("got %v, want an invalid-input error with %q", err, tt.want)
			}
			if took := time.Since(start); took > time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
	if got, err := untrusted.ReadText(strings.NewReader("\ufeff{}"), "a", 10); err != nil || string(got) != "{}" {
		t.Errorf("byte order mark: got %q, %v", got, err)
	}
}

func TestCheckJSONSaysWhereAndWhat(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"duplicate name hides content", `{"a":[{"b":1,"b":2}]}`, `line 1, column 14 (byte 13), in /a/0: the name "b" occurs twice`},
		{"duplicate name in another spelling", `{"b":1,"\u0062":2}`, "occurs twice"},
		{"duplicate among many names", `{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1,"j":1,"k":1,"l":1,"m":1,"n":1,"o":1,"p":1,"q":1,"r":1,"s":1,"a":1}`, "occurs twice"},
		{"deep nesting", strings.Repeat("[", 100_000), "nested deeper than 200"},
		{"cut off", "{\n\"a\": [1, ", "line 2, column 10 (byte 11), in /a/1: the file ends too early"},
		{"trailing garbage", "{} x", "unexpected 'x' after the end"},
		{"missing comma", `{"a":1 "b":2}`, "expected ',' or '}'"},
		{"trailing comma", `{"a":1,}`, "where a name in quotes"},
		{"raw line feed in text", "{\"a\":\"x\ny\"}", "control character 0x0A"},
		{"single quotes", `{'a':1}`, "where a name in quotes"},
		{"NaN", `{"a":NaN}`, "where a value should start"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := untrusted.CheckJSON([]byte(tt.in), "f")
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

// A text of many small values takes no more memory than its values may.
func TestCheckJSONIsBounded(t *testing.T) {
	if raceDetector {
		t.Skip("skipped: reads 34 MB byte by byte")
	}
	err := untrusted.CheckJSON([]byte("["+strings.Repeat("0,", untrusted.MaxValues)), "f")
	if err == nil || !strings.Contains(err.Error(), "more than 16777216 values") {
		t.Errorf("got %v", err)
	}
}

// The grammar agrees with the standard library's, duplicates and depth aside.
func FuzzCheckJSON(f *testing.F) {
	for _, s := range []string{`{"a":[1,2.5e-3,true,null,"\u00e9"]}`, `[]`, `"x"`, `01`, `{"a":}`, `-`, `1.`, `[1,]`, " {} \n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		err := untrusted.CheckJSON(data, "f")
		if (err == nil) == json.Valid(data) {
			return
		}
		if err != nil && (strings.Contains(err.Error(), "occurs twice") || strings.Contains(err.Error(), "nested deeper")) {
			return
		}
		t.Errorf("%q: got %v, standard library says valid=%v", data, err, json.Valid(data))
	})
}

func TestDecodeXMLRefuses(t *testing.T) {
	type doc struct {
		A string `xml:"a"`
	}
	laughs := `<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><doc><a>&b;</a></doc>`
	tests := []struct{ name, in, want string }{
		{"entity expansion", laughs, "document type declarations"},
		{"unknown entity", "<doc><a>&x;</a></doc>", "entity"},
		{"outside entity", `<!DOCTYPE d SYSTEM "file:///etc/passwd"><doc/>`, "document type"},
		{"deep nesting", "<doc>" + strings.Repeat("<a>", 100_000), "nested too deep"},
		{"cut off", "<doc>\n<a>", "line 2"},
		{"Latin-1 declared", `<?xml version="1.0" encoding="ISO-8859-1"?><doc/>`, "UTF-8"},
		{"second root", `<doc/><doc/>`, "second root"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var d doc
			err := untrusted.DecodeXML([]byte(tt.in), "f.xml", &d)
			if err == nil || !strings.Contains(err.Error(), tt.want) || fault.KindOf(err) != fault.Invalid {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestGunzipStopsBombs(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.Copy(z, &endless{' ', 64 << 20}); err != nil {
		t.Fatal(err)
	}
	_ = z.Close()
	r, err := untrusted.Gunzip(bytes.NewReader(b.Bytes()), "x.gz", 1<<40)
	if err != nil {
		t.Fatal(err)
	}
	n, err := io.Copy(io.Discard, r)
	if err == nil || !strings.Contains(err.Error(), "bomb") || n > 20<<20 {
		t.Errorf("read %d bytes, error %v", n, err)
	}
}

func collect(in string) (found []string, problems []string) {
	for rec, err := range untrusted.Records(strings.NewReader(in), "r") {
		if err != nil {
			problems = append(problems, err.Error())
			continue
		}
		found = append(found, string(rec.Data))
	}
	return found, problems
}

func TestRecords(t *testing.T) {
	tests := []struct {
		name, in string
		want     []string
		problems int
	}{
		{"one object", "{\n \"a\": {\"b\": \"}\"}\n}\n", []string{"{\n \"a\": {\"b\": \"}\"}\n}"}, 0},
		{"lines", "{\"a\":1}\n\n{\"a\":2}\n", []string{`{"a":1}`, `{"a":2}`}, 0},
		{"list", `[{"a":1}, {"a":"\"]"}]`, []string{`{"a":1}`, `{"a":"\"]"}`}, 0},
		{"empty list", `[]`, nil, 0},
		{"a cut-off line costs one record", "{\"a\":1}\n{\"a\":{\n{\"a\":3}\n", []string{`{"a":1}`, `{"a":3}`}, 1},
		{"a garbage line costs one error", "{\"a\":1}\nfoo bar\n{\"a\":3}\n", []string{`{"a":1}`, `{"a":3}`}, 1},
		{"cut-off file", "{\"a\":1}\n{\"a\":", []string{`{"a":1}`}, 1},
		{"cut-off list", `[{"a":1},`, []string{`{"a":1}`}, 1},
		{"missing comma in list", `[{"a":1}{"a":2}]`, []string{`{"a":1}`}, 1},
		{"empty", "", nil, 1},
		{"UTF-16", "\xff\xfe{\x00", nil, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found, problems := collect(tt.in)
			if strings.Join(found, "|") != strings.Join(tt.want, "|") || len(problems) != tt.problems {
				t.Errorf("got %q, problems %q", found, problems)
			}
		})
	}
}

// Whatever the texts hold, objects come out as they went in.
func TestRecordsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOfN(rapid.String(), 1, 8).Draw(t, "texts")
		asList := rapid.Bool().Draw(t, "list")
		indent := rapid.Bool().Draw(t, "indent")
		var parts []string
		for _, text := range texts {
			value := map[string]any{"text": text, "list": []string{text, "{"}}
			data, _ := json.Marshal(value)
			if indent {
				data, _ = json.MarshalIndent(value, "", "  ")
			}
			parts = append(parts, string(data))
		}
		in := strings.Join(parts, "\n")
		if asList {
			in = "[" + strings.Join(parts, ",") + "]"
		}
		found, problems := collect(in)
		if len(problems) > 0 || strings.Join(found, "\x00") != strings.Join(parts, "\x00") {
			t.Fatalf("got %q, problems %q, want %q", found, problems, parts)
		}
	})
}
