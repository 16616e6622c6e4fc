// Package internal_test holds the imports to the layers of the architecture:
// words <- domain <- app <- edges <- cmd.
package internal_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// layers has every package of internal in its layer; a package imports only
// from its own layer and those below, edges not from one another.
var layers = map[string]int{
	"caldate": 0, "cvss": 0, "fault": 0, "fold": 0, "ident": 0, "untrusted": 0, "version": 0,
	"advisory": 1, "assess": 1, "casefile": 1, "deadline": 1, "intake": 1, "ledger": 1, "match": 1, "openvalue": 1, "readings": 1, "register": 1,
	"render": 1, "report": 1, "rule": 1, "sbom": 1, "term": 1,
	"app":  2,
	"demo": 3, "auth": 3, "cli": 3, "feed": 3, "httpapi": 3, "jobs": 3, "mail": 3, "sqlstore": 3,
}

// files are the edges whose only concern is opening files; the command line
// reads files without a server and may use them.
var allowed = []string{"cli -> feed"}

// pure packages know no clock, disk, network or database.
var impure = []string{"os", "net/http", "database/sql"}

func TestImportsPointInwards(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	const prefix = "mimamori/internal/"
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		name := strings.TrimPrefix(words[0], prefix)
		layer, ok := layers[name]
		if !ok {
			if !strings.Contains(name, "/") && name != "mimamori/internal" {
				t.Errorf("package %s has no layer: give it one here", name)
			}
			continue
		}
		for _, imported := range words[1:] {
			if layer <= 1 && slices.Contains(impure, imported) {
				t.Errorf("%s imports %s: a domain package is pure", name, imported)
			}
			below, ok := strings.CutPrefix(imported, prefix)
			if !ok {
				continue
			}
			below, _, _ = strings.Cut(below, "/")
			pair := name + " -> " + below
			switch to := layers[below]; {
			case to > layer:
				t.Errorf("%s: imports point the wrong way", pair)
			case to == 3 && layer == 3 && !slices.Contains(allowed, pair):
				t.Errorf("%s: edges do not import one another", pair)
			}
		}
	}
}
