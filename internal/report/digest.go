package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// Digest returns the SHA-256 of the draft's content as 64 hexadecimal digits.
//
// The content is what the authority would read: form, edition, report, case,
// product, issue, version and the text of every filled field. Who typed a text, and
// where it came from, is not part of it. It is hashed as canonical JSON: keys
// in byte order, no blanks, no HTML escapes, UTF-8.
func Digest(d Draft) string {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	// A map prints its keys sorted; a struct would print them as declared.
	content := map[string]any{
		"case": d.CaseID, "edition": d.Edition, "form": d.Form, "product": d.ProductID,
		"report": d.ID, "values": d.Texts(), "version": d.Version,
	}
	if d.Issue > 1 { // so that the first issue keeps the digest it was signed with
		content["issue"] = d.Issue
	}
	err := enc.Encode(content)
	if err != nil {
		panic(fmt.Sprintf("texts and a number do not encode: %v", err))
	}
	sum := sha256.Sum256(bytes.TrimSuffix(text.Bytes(), []byte("\n")))
	return hex.EncodeToString(sum[:])
}
