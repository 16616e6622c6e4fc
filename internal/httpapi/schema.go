package httpapi

import (
	"encoding/json"
	"fmt"
	"io"
	"path"
	"reflect"
	"strings"
	"time"

	"mimamori/internal/caldate"

	"github.com/danielgtaylor/huma/v2"
)

const schemaPrefix = "#/components/schemas/"

// humaConfig is huma without its own documents and without $schema links.
func humaConfig(version string) huma.Config {
	c := huma.DefaultConfig("Mimamori", version)
	c.Info.Description = "Post-market cybersecurity vigilance for medical devices. Every operation states its permission (x-permission). " +
		"Days are texts such as 2026-11-23, empty for none; times are RFC 3339 in UTC, 0001-01-01T00:00:00Z for none. " +
		"Errors are RFC 9457 problems; errors[].location is the RFC 6901 pointer of the field in the body, /query/name for a parameter. " +
		"Texts of errors are in the language of the account that is signed in, whatever Accept-Language says; " +
		"when nobody is signed in, in the better of Japanese and English by Accept-Language, Japanese without it. Content-Language names the one taken."
	c.Info.License = &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = "", "", ""
	c.CreateHooks = nil
	jsonFormat := huma.Format{Marshal: writeJSON, Unmarshal: readJSON}
	c.Formats = map[string]huma.Format{"application/json": jsonFormat, "json": jsonFormat}
	c.Tags = tags
	registry := huma.NewMapRegistry(schemaPrefix, schemaName)
	registry.RegisterTypeAlias(reflect.TypeFor[caldate.Date](), reflect.TypeFor[day]())
	c.Components.Schemas = registry
	return c
}

// schemaName is the type's own name. The words of the register, of cases and
// of the use cases stand alone; those of other packages have the package before
// them, since they use the same words in their own sense.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	name := huma.DefaultSchemaNamer(t, hint)
	switch pkg := path.Base(t.PkgPath()); pkg {
	case "ledger", "report", "intake", "rule":
		return strings.ToUpper(pkg[:1]) + pkg[1:] + name
	case "v2":
		return "Problem" + strings.TrimPrefix(name, "Error")
	default:
		return name
	}
}

// day is a caldate.Date in a request: a text that is no day is told at its
// field, together with everything else that is wrong.
type day struct {
	caldate.Date
	wrong string
}

// UnmarshalText reads a day; it keeps a wrong text for Resolve.
func (d *day) UnmarshalText(text []byte) error {
	if err := d.Date.UnmarshalText(text); err != nil {
		d.wrong = err.Error()
	}
	return nil
}

// Resolve tells what is wrong with the text.
func (d *day) Resolve(_ huma.Context, at *huma.PathBuffer) []error {
	if d.wrong == "" {
		return nil
	}
	return []error{&huma.ErrorDetail{Location: at.String(), Message: d.wrong}}
}

// Schema describes a day. Its format is written but not checked by huma, which
// would refuse the empty text; Resolve checks it.
func (*day) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Type: huma.TypeString, Extensions: map[string]any{"format": "date"},
		Examples: []any{"2026-11-23"},
	}
}

// finishSchemas states what Go types cannot: lists are never null (writeJSON
// sees to it), and a pointer to a record can be.
func finishSchemas(doc *huma.OpenAPI) {
	registry := doc.Components.Schemas
	for name, schema := range registry.Map() {
		lists(schema)
		t := registry.TypeFromRef(schemaPrefix + name)
		for _, f := range reflect.VisibleFields(t) {
			property := schema.Properties[strings.Split(f.Tag.Get("json"), ",")[0]]
			if property != nil && property.Ref != "" && f.Type.Kind() == reflect.Pointer {
				ref := *property
				*property = huma.Schema{Description: ref.Description, AnyOf: []*huma.Schema{{Ref: ref.Ref}, {Type: "null"}}}
			}
		}
	}
}

func lists(s *huma.Schema) {
	if s == nil {
		return
	}
	if s.Type == huma.TypeArray {
		s.Nullable = false
	}
	lists(s.Items)
	for _, p := range s.Properties {
		lists(p)
	}
	if values, ok := s.AdditionalProperties.(*huma.Schema); ok {
		lists(values)
	}
}

// readJSON reads one JSON value; errors say where.
func readJSON(data []byte, v any) error {
	err := json.Unmarshal(data, v)
	if syntax, ok := err.(*json.SyntaxError); ok { //nolint:errorlint // Unmarshal returns it bare
		return fmt.Errorf("not readable at byte %d: %w", syntax.Offset, err)
	}
	return err
}

// writeJSON writes v with empty lists where Go has nil ones.
func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(withLists(reflect.ValueOf(v)).Interface())
}

var (
	marshaler = reflect.TypeFor[json.Marshaler]()
	instant   = reflect.TypeFor[time.Time]()
	calendar  = reflect.TypeFor[caldate.Date]()
)

// withLists returns v with empty slices and maps in the place of nil ones. v
// itself is not touched: others may be reading it.
func withLists(v reflect.Value) reflect.Value {
	if !v.IsValid() || v.Type() == instant || v.Type() == calendar || v.Type().Implements(marshaler) {
		return v
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return v
		}
		inner := withLists(v.Elem())
		if v.Kind() == reflect.Interface {
			return inner
		}
		p := reflect.New(v.Type().Elem())
		p.Elem().Set(inner)
		return p
	case reflect.Struct:
		out := reflect.New(v.Type()).Elem()
		out.Set(v)
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				out.Field(i).Set(withLists(v.Field(i)))
			}
		}
		return out
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return v
		}
		out := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for i := range v.Len() {
			out.Index(i).Set(withLists(v.Index(i)))
		}
		return out
	case reflect.Map:
		out := reflect.MakeMapWithSize(v.Type(), v.Len())
		for _, k := range v.MapKeys() {
			out.SetMapIndex(k, withLists(v.MapIndex(k)))
		}
		return out
	default:
		return v
	}
}
