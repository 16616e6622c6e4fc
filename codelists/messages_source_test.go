package codelists_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// message is a text that the program can give to somebody, as it stands in the
// source; parts that the program joins to it by + stand there as %s.
type message struct {
	text string
	at   string // file and line
}

// formatAt has the functions that make texts for people, and the position of
// the format among the arguments. A name with a dot in front is a method.
var formatAt = map[string]int{
	"fault.New": 1, "fault.Wrap": 2, "fault.At": 2, "fault.Fields": 0, ".Add": 2, ".Err": 0, // package fault
	".Sprintf": 0, // of fault.Catalogue
	"add":      2, // sbom: notes a problem of a document
	".fail":    0, // untrusted: what is wrong with JSON
}

// wordAt has the functions that take a noun for such a text.
var wordAt = map[string]int{
	".Require": 2,
	"missing":  1, // app: names the record that a new record refers to
	"one":      2, // sqlstore: names the record that was looked for
	".revise":  2, // sqlstore: names the record that was changed
}

// notShown are places whose texts cannot reach the page or the API, and why.
var notShown = map[string]string{
	"internal/cli/":                "the command line speaks English",
	"internal/demo/":               "the command line speaks English",
	"cmd/mimamori/":                "the command line speaks English",
	"internal/fault/":              "passes on the formats of others",
	"internal/sqlstore/storetest/": "tests",
	"internal/sqlstore/open.go":    "told on the terminal when the server starts",
	"internal/sqlstore/ledger.go":  "told on the terminal when the server starts",
	"internal/rule/load.go":        "the rulebooks are built in and read when the server starts",
	"internal/rule/load_facts.go":  "the rulebooks are built in and read when the server starts",
	"internal/rule/examples.go":    "told on the terminal by rulebook check",
	"internal/rule/check.go":       "told on the terminal by rulebook check",
	"internal/rule/yaml.go":        "the rulebooks are built in and read when the server starts",
	"internal/rule/factsfile.go":   "a file that the command line takes",
	"internal/deadline/":           "the calendar is built in and read when the server starts",
	"internal/readings/load.go":    "the readings are built in and read when the server starts",
	"internal/openvalue/load.go":   "the open values are built in and read when the server starts",
}

// source is what the program can say.
type source struct {
	formats, words []message
}

// readSource reads the Go files of the program, tests apart.
func readSource(t *testing.T) source {
	t.Helper()
	var s source
	for _, root := range []string{"internal", "cmd"} {
		err := fs.WalkDir(os.DirFS(".."), root, func(name string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
				return err
			}
			for place := range notShown {
				if strings.HasPrefix(name, place) {
					return nil
				}
			}
			return s.read(t, name)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(s.formats) < 100 || len(s.words) < 20 {
		t.Fatalf("%d formats and %d words found: the reader of the source misses them", len(s.formats), len(s.words))
	}
	return s
}

func (s *source) read(t *testing.T, name string) error {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, filepath.Join("..", name), nil, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	note := func(list *[]message, node ast.Expr) {
		if passedOn(node) {
			return
		}
		at := fmt.Sprintf("%s:%d", name, files.Position(node.Pos()).Line)
		text, ok := textOf(node)
		if !ok {
			t.Errorf("%s: the text is no constant that a catalogue can have: pass its parts as arguments of a format", at)
			return
		}
		*list = append(*list, message{text, at})
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			fun := callee(n)
			if i, ok := formatAt[fun]; ok && len(n.Args) > i && !internalKind(n) {
				if text, known := textOf(n.Args[i]); known && text != "" || strings.HasPrefix(fun, "fault.") {
					note(&s.formats, n.Args[i])
				}
			}
			if i, ok := wordAt[fun]; ok && len(n.Args) > i {
				if _, variable := n.Args[i].(*ast.Ident); !variable { // what is passed on is noted where it comes from
					note(&s.words, n.Args[i])
				}
			}
		case *ast.CompositeLit:
			if callee(&ast.CallExpr{Fun: n.Type}) != "fault.Field" && n.Type != nil {
				return true
			}
			for _, e := range n.Elts {
				if kv, ok := e.(*ast.KeyValueExpr); ok && callee(&ast.CallExpr{Fun: kv.Key}) == "Message" {
					if text, known := textOf(kv.Value); !known || text != "%s" {
						note(&s.formats, kv.Value)
					}
				}
			}
		}
		return true
	})
	return nil
}

// callee names a function: "one", "fault.New", or ".Add" for a method.
func callee(call *ast.CallExpr) string {
	switch fun := call.Fun.(type) {
	case *ast.IndexExpr:
		return callee(&ast.CallExpr{Fun: fun.X})
	case *ast.Ident:
		return fun.Name
	case *ast.SelectorExpr:
		if pkg, ok := fun.X.(*ast.Ident); ok && (pkg.Name == "fault" || pkg.Name == "fmt") {
			return pkg.Name + "." + fun.Sel.Name
		}
		return "." + fun.Sel.Name
	}
	return ""
}

// passedOn tells whether a function formats what it was given: its own callers
// have the text.
func passedOn(e ast.Expr) bool {
	call, ok := e.(*ast.CallExpr)
	if !ok || callee(call) != "fmt.Sprintf" {
		return false
	}
	format, ok := call.Args[0].(*ast.Ident)
	return ok && format.Name == "format"
}

// internalKind tells whether the call makes an error of which nothing is shown.
func internalKind(call *ast.CallExpr) bool {
	kind, ok := call.Args[0].(*ast.SelectorExpr)
	return ok && kind.Sel.Name == "Internal"
}

// textOf is the constant or the format that an expression is made from; what is
// joined to it at run time is %s.
func textOf(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil && e.Kind == token.STRING
	case *ast.BinaryExpr:
		left, constLeft := textOf(e.X)
		right, constRight := textOf(e.Y)
		if !constLeft {
			left = "%s"
		}
		if !constRight {
			right = "%s"
		}
		return left + right, constLeft || constRight
	case *ast.CallExpr:
		if callee(e) == "fmt.Sprintf" {
			return textOf(e.Args[0])
		}
	}
	return "", false
}
