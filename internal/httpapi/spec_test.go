package httpapi

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// document is the part of an OpenAPI document that the tests look at.
type document struct {
	OpenAPI string `json:"openapi"`
	Paths   map[string]map[string]struct {
		OperationID string           `json:"operationId"`
		Permission  string           `json:"x-permission"`
		SummaryJa   string           `json:"x-summary-ja"`
		Summary     string           `json:"summary"`
		Tags        []string         `json:"tags"`
		Responses   map[string]any   `json:"responses"`
		Parameters  []map[string]any `json:"parameters"`
	} `json:"paths"`
	Components struct {
		Schemas map[string]any `json:"schemas"`
	} `json:"components"`
}

func parseSpec(t *testing.T) document {
	t.Helper()
	var doc document
	if err := json.Unmarshal(Spec("test"), &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestSpecIsTheSameEveryTime(t *testing.T) {
	first := Spec("test")
	for range 3 {
		if !bytes.Equal(first, Spec("test")) {
			t.Fatal("the OpenAPI document changes from call to call")
		}
	}
}

func TestSpecDescribesEveryOperationOfTheTable(t *testing.T) {
	doc := parseSpec(t)
	if doc.OpenAPI != "3.1.0" {
		t.Errorf("version %q, want 3.1.0", doc.OpenAPI)
	}
	described := 0
	for _, methods := range doc.Paths {
		described += len(methods)
	}
	if described != len(operations) {
		t.Errorf("%d operations described, %d in the table", described, len(operations))
	}
	ids := map[string]bool{}
	for _, op := range operations {
		got := doc.Paths[op.Path][strings.ToLower(op.Method)]
		want := string(op.Permission)
		if want == "" {
			want = "anyone"
		}
		if got.OperationID != op.ID || got.Permission != want {
			t.Errorf("%s %s is described as %q with permission %q, want %q with %q", op.Method, op.Path, got.OperationID, got.Permission, op.ID, want)
		}
		if ids[op.ID] {
			t.Errorf("two operations are called %s", op.ID)
		}
		ids[op.ID] = true
		if got.Summary == "" || got.SummaryJa == "" {
			t.Errorf("%s lacks a summary in one language", op.ID)
		}
		if len(got.Tags) != 1 || !slices.Contains(tagNames(), got.Tags[0]) {
			t.Errorf("%s has tags %v, want one of %v", op.ID, got.Tags, tagNames())
		}
	}
}

func tagNames() []string {
	var names []string
	for _, t := range tags {
		names = append(names, t.Name)
	}
	return names
}

// Every $ref must lead somewhere, every schema must be used.
func TestSpecReferencesResolve(t *testing.T) {
	var whole any
	if err := json.Unmarshal(Spec("test"), &whole); err != nil {
		t.Fatal(err)
	}
	schemas := parseSpec(t).Components.Schemas
	used := map[string]bool{}
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if ref, ok := v["$ref"].(string); ok {
				name := strings.TrimPrefix(ref, schemaPrefix)
				used[name] = true
				if schemas[name] == nil {
					t.Errorf("%s leads nowhere", ref)
				}
			}
			for _, x := range v {
				walk(x)
			}
		case []any:
			for _, x := range v {
				walk(x)
			}
		}
	}
	walk(whole)
	for name := range schemas {
		if !used[name] {
			t.Errorf("schema %s is used nowhere", name)
		}
	}
}

// A day is a date in requests and in answers; lists are never null.
func TestSpecStatesDaysAndLists(t *testing.T) {
	schemas := parseSpec(t).Components.Schemas
	for _, name := range []string{"ProductInput", "ProductRow"} {
		schema, ok := schemas[name].(map[string]any)
		if !ok {
			t.Fatalf("no schema %s", name)
		}
		properties, _ := schema["properties"].(map[string]any)
		eos, _ := properties["eos_on"].(map[string]any)
		if eos["type"] != "string" || eos["format"] != "date" {
			t.Errorf("%s.eos_on is %v, want a string of format date", name, eos)
		}
		links, _ := properties["connectivity"].(map[string]any)
		if links["type"] != "array" {
			t.Errorf("%s.connectivity is of type %v, want array", name, links["type"])
		}
	}
}

// Every route of the server is in the table or is one of the few that are none.
func TestEveryRouteIsInTheTable(t *testing.T) {
	a := &API{mux: newMux()}
	a.register()
	want := []string{}
	for _, op := range operations {
		want = append(want, op.Method+" "+op.Path)
	}
	slices.Sort(want)
	if got := a.mux.patterns(); !slices.Equal(got, want) {
		t.Errorf("routes\n%v\ntable\n%v", got, want)
	}
}
