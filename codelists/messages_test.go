package codelists_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"mimamori/codelists"
	"mimamori/internal/app"
	"mimamori/internal/fault"

	"github.com/danielgtaylor/huma/v2/validation"
	"github.com/goccy/go-yaml"
)

// catalogue has the entries of messages.ja.yaml by their English text.
type catalogue struct {
	Words, Messages map[string]string
}

func readCatalogue(t *testing.T) catalogue {
	t.Helper()
	data, err := os.ReadFile("messages.ja.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var c catalogue
	if err := yaml.Unmarshal(data, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// madeElsewhere are texts that reach people without the functions of package
// fault: as an error of another kind, as a part of a text, or from a library.
// They stand in these files with these very words (%w counts as %s).
var madeElsewhere = map[string][]string{
	"internal/advisory/detect.go": {
		"neither JSON, XML nor CSV of a known kind", "XML that is not of JVN iPedia", "an SBOM; VEX statements inside it are read when the kind vex is named", "a list of advisories, not the advisories",
	},
	"internal/untrusted/elements.go": {
		"unexpected %q after the end of the object", "unexpected %q where a name in quotes should start", "unexpected %q: expected %q", "one value is larger than %s", "a value is missing",
	},
	"internal/untrusted/xml_elements.go": {"one element is larger than %s"},
	"internal/app/run_import.go":         {"an error in the program stopped the import; see the server's log"},
	"internal/app/import_pipeline.go":    {"record %.40q…: its id has more than %d bytes"},
	"internal/auth/passwords.go":         {"too many people sign in at this moment: try again in a few seconds"},
	"internal/caldate/caldate.go":        {"%q is not a day: write it as 2026-06-01", "%04d-%02d-%02d is not a day of the calendar"},
	"internal/fault/fault.go":            {"%s is missing: fill it in"},
	"internal/httpapi/problem.go":        {"too many attempts: try again in %d seconds", "the request cannot be taken like this", "the body is not the JSON that is expected here", "this is missing", "a value of the wrong kind: %s"},
	"internal/httpapi/schema.go":         {"not readable at byte %d: %s"},
	"internal/sbom/cpe.go":               {"the CPE %q has %d attributes instead of 11: correct it", "the CPE %q has a broken %% escape: correct it", "the CPE %q starts neither with cpe:2.3: nor with cpe:/", "the CPE %q has the part %q instead of a, o or h", "the CPE %q names no product"},
	"internal/untrusted/json.go":         {"object", "list", "number", "array"},
	"internal/untrusted/parser.go":       {"end of file", "the top level"},
	"internal/untrusted/position.go":     {"line %d, column %d (byte %d)"},
	"internal/untrusted/read.go":         {"gzip-compressed", "ZIP-compressed", "save the file as UTF-8"},
	"internal/untrusted/xml.go": {
		"the file declares the encoding %s: save it as UTF-8", "a second root element <%s>: remove it", "text after the end of the document: remove it",
		"nested too deep: no real document needs that", "document type declarations (<!DOCTYPE, <!ENTITY) are not accepted: remove them",
	},
	"internal/report/draft.go":        {"Draft", "In review", "Checked", "Returned", "Approved", "Sent"},
	"internal/casefile/obligation.go": {"met", "void"},
}

// ofLibraries are the texts of huma, net/http and encoding/json that requests
// can meet here.
func ofLibraries() []string {
	texts := []string{
		"required query parameter is missing", "unknown query parameter", "invalid integer", "invalid boolean",
		"request body is required", "request body read timeout", "unable to marshal response", "string", "bool",
		validation.MsgUnexpectedProperty, validation.MsgExpectedRFC3339Date, validation.MsgExpectedRFC3339DateTime, validation.MsgExpectedRFC5322Email,
		validation.MsgExpectedBoolean, validation.MsgExpectedNumber, validation.MsgExpectedInteger, validation.MsgExpectedString,
		validation.MsgExpectedArray, validation.MsgExpectedObject, validation.MsgExpectedArrayItemsUnique, validation.MsgExpectedOneOf,
		validation.MsgExpectedMinimumNumber, validation.MsgExpectedExclusiveMinimumNumber, validation.MsgExpectedMaximumNumber, validation.MsgExpectedExclusiveMaximumNumber,
		validation.MsgExpectedMinLength, validation.MsgExpectedMaxLength, validation.MsgExpectedBePattern, validation.MsgExpectedMatchPattern,
		validation.MsgExpectedMinItems, validation.MsgExpectedMaxItems,
	}
	for _, status := range []int{
		http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusNotAcceptable, http.StatusRequestTimeout, http.StatusConflict,
		http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity, http.StatusTooManyRequests, http.StatusInternalServerError,
	} {
		texts = append(texts, http.StatusText(status))
	}
	return texts
}

// allTexts is everything that needs Japanese, with where it comes from.
func allTexts(t *testing.T) (messages, words map[string]string) {
	t.Helper()
	source := readSource(t)
	messages, words = map[string]string{}, map[string]string{}
	for _, m := range source.formats {
		if letters(m.text) > 0 {
			messages[m.text] = m.at
		}
	}
	for _, m := range source.words {
		words[m.text] = m.at
	}
	for _, role := range app.Roles {
		for _, p := range app.PermissionsOf([]app.Role{role}) {
			words[string(p)] = "internal/app/permission.go"
		}
	}
	words[string(app.SignedIn)] = "internal/app/permission.go"
	for _, state := range []string{"done", "failed", "cancelled"} {
		words[state] = "internal/app/start_import.go"
	}
	elsewhere := map[string]string{}
	for file, texts := range madeElsewhere {
		literals := literalsOf(t, file)
		for _, text := range texts {
			if !slices.Contains(literals, text) {
				t.Errorf("%s does not say %q any more: correct the list and the catalogue", file, text)
			}
			elsewhere[text] = file
		}
	}
	for _, text := range ofLibraries() {
		elsewhere[text] = "a library"
	}
	c := readCatalogue(t)
	for text, at := range elsewhere {
		if text = strings.TrimSpace(text); at == "internal/report/draft.go" {
			text = strings.ToLower(text) // as lifecycle.go has it
		}
		if _, ok := c.Words[text]; ok {
			words[text] = at
		} else {
			messages[text] = at
		}
	}
	return messages, words
}

// literalsOf returns every text of a Go file, joined ones as one, %w as %s.
func literalsOf(t *testing.T, name string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", name), nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	ast.Inspect(file, func(n ast.Node) bool {
		if e, ok := n.(ast.Expr); ok {
			if text, ok := textOf(e); ok {
				texts = append(texts, strings.ReplaceAll(text, "%w", "%s"))
				if strings.HasSuffix(text, ": ") {
					texts = append(texts, text+"%s")
				}
			}
		}
		return true
	})
	return texts
}

func TestEveryErrorIsToldInJapanese(t *testing.T) {
	messages, words := allTexts(t)
	c := readCatalogue(t)
	for _, list := range []struct {
		section string
		said    map[string]string
		entries map[string]string
	}{{"messages", messages, c.Messages}, {"words", words, c.Words}} {
		for _, text := range slices.Sorted(maps.Keys(list.said)) {
			if _, ok := list.entries[text]; !ok {
				t.Errorf("%s: no Japanese under %s of messages.ja.yaml for %q", list.said[text], list.section, text)
			}
		}
		for _, text := range slices.Sorted(maps.Keys(list.entries)) {
			if _, ok := list.said[text]; !ok {
				t.Errorf("messages.ja.yaml: nothing says %q any more: take it out of %s", text, list.section)
			}
		}
	}
}

// verbs of a format, with their flags, index, width and precision.
var verbs = regexp.MustCompile(`%([-+# 0]*)(?:\[([0-9]+)\])?([0-9]*(?:\.[0-9]+)?)([a-zA-Z%])`)

// argumentsOf returns the verb that takes each argument of a format: 1 -> "d".
func argumentsOf(t *testing.T, format string) map[int]string {
	t.Helper()
	taken := map[int]string{}
	next := 1
	for _, m := range verbs.FindAllStringSubmatch(format, -1) {
		flags, index, size, verb := m[1], m[2], m[3], m[4]
		if verb == "%" {
			continue
		}
		if index != "" {
			next, _ = strconv.Atoi(index)
		}
		if strings.Contains(flags, "#") {
			verb = "#" + verb
		}
		if size != "" {
			verb = size + verb
		}
		taken[next] = verb
		next++
	}
	if without := verbs.ReplaceAllString(format, ""); strings.Contains(without, "%") {
		t.Errorf("%q: a %% that is no verb", format)
	}
	return taken
}

func TestVerbsAreTheSameInBothLanguages(t *testing.T) {
	c := readCatalogue(t)
	for _, entries := range []map[string]string{c.Messages, c.Words} {
		for english, japanese := range entries {
			want, got := argumentsOf(t, english), argumentsOf(t, japanese)
			for i, verb := range want {
				word := got[i] == "#s" && (verb == "s" || verb == "q" || verb == "v")
				if got[i] != verb && !word {
					t.Errorf("%q takes argument %d as %%%s, %q as %%%s", english, i, verb, japanese, got[i])
				}
			}
			if len(got) != len(want) {
				t.Errorf("%q takes %d arguments, %q takes %d", english, len(want), japanese, len(got))
			}
		}
	}
}

// sample returns arguments that suit a format, words where Japanese takes words.
func sample(t *testing.T, english, japanese string) []any {
	t.Helper()
	want, ja := argumentsOf(t, english), argumentsOf(t, japanese)
	args := make([]any, len(want))
	for i := range args {
		switch verb := want[i+1]; {
		case ja[i+1] == "#s":
			args[i] = "product"
		case strings.HasSuffix(verb, "d"), strings.HasSuffix(verb, "X"), strings.HasSuffix(verb, "x"):
			args[i] = 100 + i
		case verb == "c":
			args[i] = 'z'
		default:
			args[i] = fmt.Sprintf("<%d>", i+1)
		}
	}
	return args
}

// Every entry holds its arguments, is found by its format, and is found again
// by its English text alone, as stored records and libraries have it.
func TestEveryEntryIsRendered(t *testing.T) {
	ja, err := codelists.Messages()
	if err != nil {
		t.Fatal(err)
	}
	c := readCatalogue(t)
	for english, japanese := range c.Messages {
		args := sample(t, english, japanese)
		err := fault.New(fault.Invalid, english, args...)
		told := ja.Error(err)
		if strings.Contains(told, "%!") || told == err.Error() {
			t.Errorf("%q: %s", english, told)
		}
		for i, arg := range args {
			if text := fmt.Sprint(arg); text != "product" && !strings.Contains(told, text) && !strings.ContainsAny(argumentsOf(t, english)[i+1], "cxX") {
				t.Errorf("%q: %s lacks argument %d, %s", english, told, i+1, text)
			}
		}
		if again := ja.Retell(err.Error()); again != told && letters(english) >= 8 {
			t.Errorf("%q: told again from its text: %s, want %s", english, again, told)
		}
		if again := ja.Retell(told); again != told {
			t.Errorf("%q: Japanese is told again as %s", told, again)
		}
	}
}

func letters(format string) (n int) {
	for _, r := range verbs.ReplaceAllString(format, "") {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}

// The style of the texts: です・ます, whole sentences, no blame.
func TestStyleOfMessages(t *testing.T) {
	c := readCatalogue(t)
	for english, japanese := range c.Messages {
		if !strings.ContainsFunc(japanese, func(r rune) bool { return unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Han) }) {
			t.Errorf("%q: %q is not Japanese", english, japanese)
		}
		if strings.ContainsAny(strings.ReplaceAll(japanese, "<!", ""), "!！?？") || strings.Contains(japanese, "あなた") || strings.Contains(japanese, "不正") {
			t.Errorf("%q: %q blames or shouts", english, japanese)
		}
		if strings.TrimSpace(japanese) != japanese || strings.HasSuffix(english, ".") {
			t.Errorf("%q: %q has blanks around it", english, japanese)
		}
	}
}
