package sbom_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mimamori/internal/sbom"
)

// The reference page lists the columns that there are.
func TestTemplatePage(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "reference", "sbom-template.md"))
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for line := range strings.Lines(string(page)) {
		if strings.HasPrefix(line, "| ") {
			rows++
		}
	}
	for _, c := range sbom.Columns {
		if !strings.Contains(string(page), fmt.Sprintf("| %s | %s | %s |", c.ID, c.Ja, c.En)) {
			t.Errorf("column %s is not on the page", c.ID)
		}
	}
	if rows != len(sbom.Columns)+1 {
		t.Errorf("%d rows on the page, want %d", rows, len(sbom.Columns)+1)
	}
}
