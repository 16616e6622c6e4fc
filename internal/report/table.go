package report

import "strings"

// Column is one column of a field of type table.
type Column struct {
	Key      string `yaml:"key"` // lower case words joined by _, unique in the table
	Words    `yaml:",inline"`
	Type     Type    `yaml:"type"`  // text, number, date or partial_date
	Unit     string  `yaml:"unit"`  // printed after a number
	Share    float64 `yaml:"share"` // of the width, relative to the other columns; 0 counts as 1
	Required bool    `yaml:"required"`
}

// Rows returns the rows of a table: a row is a line, its cells are divided by
// tabs. Rows may have fewer cells than the table has columns.
func Rows(text string) [][]string {
	var rows [][]string
	for line := range strings.SplitSeq(text, "\n") {
		if strings.TrimSpace(line) != "" {
			rows = append(rows, strings.Split(line, "\t"))
		}
	}
	return rows
}

// WriteTable writes rows as a field of type table holds them. Tabs and line ends
// inside a cell become blanks.
func WriteTable(rows [][]string) string {
	flat := strings.NewReplacer("\t", " ", "\n", " ", "\r", "")
	lines := make([]string, len(rows))
	for i, row := range rows {
		cells := make([]string, len(row))
		for j, cell := range row {
			cells[j] = flat.Replace(cell)
		}
		lines[i] = strings.Join(cells, "\t")
	}
	return strings.Join(lines, "\n")
}
