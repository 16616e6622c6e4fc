// Package codelists has the official terms of the field in Japanese and
// English. Screens, forms and messages take their words from here, so that the
// same thing has the same name everywhere.
package codelists

import (
	_ "embed"
	"encoding/json"
	"fmt"
)

//go:embed glossary.json
var glossary []byte

// Term is one official term in both languages.
type Term struct {
	Ja string `json:"ja"`
	En string `json:"en"`
}

// Glossary returns every term by its key, for example "aware_on". Values of
// records stand under the name of the field and the value: "harm.serious".
// It fails when the embedded file is no JSON object of terms.
func Glossary() (map[string]Term, error) {
	terms := map[string]Term{}
	if err := json.Unmarshal(glossary, &terms); err != nil {
		return nil, fmt.Errorf("reading the embedded glossary: %w", err)
	}
	return terms, nil
}
