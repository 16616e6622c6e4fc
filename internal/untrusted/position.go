package untrusted

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// Position says where the byte at offset stands: "line 3, column 14 (byte
// 120)". Lines and columns count from 1, columns in characters.
func Position(data []byte, offset int) string {
	offset = max(0, min(offset, len(data)))
	before := data[:offset]
	line := bytes.Count(before, []byte("\n")) + 1
	column := utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
	return fmt.Sprintf("line %d, column %d (byte %d)", line, column, offset)
}

// size prints a number of bytes with its unit.
func size(n int64) string {
	switch {
	case n >= 1<<20:
		return fmt.Sprintf("%d MiB", n>>20)
	case n >= 1<<10:
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return fmt.Sprintf("%d bytes", n)
}
