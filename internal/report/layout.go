package report

// Layout is the paper as data: where each box stands. Lengths are millimetres.
type Layout struct {
	Page          Page    `yaml:"page"`
	LabelWidth    float64 `yaml:"label_width"`     // the column with number and name of a box
	SubLabelWidth float64 `yaml:"sub_label_width"` // the names inside a group
	RowHeight     float64 `yaml:"row_height"`      // least height of a row
	Rows          []Row   `yaml:"rows"`            // from top to bottom
	Closing       Closing `yaml:"closing"`
}

// Page is the paper and its margins.
type Page struct {
	Width  float64 `yaml:"width"`
	Height float64 `yaml:"height"`
	Left   float64 `yaml:"left"`
	Right  float64 `yaml:"right"`
	Top    float64 `yaml:"top"`
	Bottom float64 `yaml:"bottom"`
}

// Row is either a section's heading or boxes side by side, of equal width.
type Row struct {
	Section string `yaml:"section"`
	Cells   []Cell `yaml:"cells"`
}

// Cell is one box.
type Cell struct {
	Field    string         `yaml:"field"`     // a field or a group
	Lines    [][]string     `yaml:"lines"`     // of a group: its members, line by line, side by side
	Choices  bool           `yaml:"choices"`   // code fields show their whole list with the chosen one marked
	MinLines map[string]int `yaml:"min_lines"` // by key: room kept even when empty; 1 when absent
	MaxLines map[string]int `yaml:"max_lines"` // by key: longer texts go to an annex 別紙; 4 when absent
}

// Room returns how many printed lines the field has at least and at most.
func (c Cell) Room(key string) (least, most int) {
	least, most = 1, 4
	if n, ok := c.MinLines[key]; ok {
		least = n
	}
	if n, ok := c.MaxLines[key]; ok {
		most = n
	}
	return least, max(least, most)
}

// Keys lists the fields printed in the box, line by line.
func (c Cell) Keys() []string {
	if len(c.Lines) == 0 {
		return []string{c.Field}
	}
	var keys []string
	for _, line := range c.Lines {
		keys = append(keys, line...)
	}
	return keys
}

// Closing is the block below the boxes: who reports to whom.
type Closing struct {
	Declaration     string            `yaml:"declaration"`
	DeclarationMark Mark              `yaml:"declaration_mark"`
	Date            string            `yaml:"date"`  // a date field, also printed in its box
	Lines           []string          `yaml:"lines"` // fields, top to bottom
	Notes           map[string]string `yaml:"notes"` // by key: printed small under the name
	Addressee       string            `yaml:"addressee"`
}
