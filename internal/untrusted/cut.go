package untrusted

// Cutter finds the end of a JSON value that comes in pieces, by its quotes and
// brackets only: whether it is well-formed inside is for a Parser to say. The
// zero Cutter stands before a value.
type Cutter struct {
	depth          int
	inText, escape bool
	begun          bool // something but blanks came
}

// outside and inside tell at which bytes a Cutter has something to do, outside
// and inside of texts.
var outside, inside = marked(`"{[}],:` + "\n"), marked(`"\`)

func marked(signs string) (out [256]bool) {
	for _, c := range []byte(signs) {
		out[c] = true
	}
	return out
}

// Cut returns how many bytes at the start of chunk belong to the value, and
// whether it ends with them. A value that is neither a text, an object nor a
// list ends before the comma, colon, bracket or line feed that follows it;
// blanks and line feeds before a value belong to it.
func (c *Cutter) Cut(chunk []byte) (n int, done bool) {
	for i := 0; i < len(chunk); i++ {
		if c.escape {
			c.escape = false
			continue
		}
		if c.inText {
			for i < len(chunk) && !inside[chunk[i]] {
				i++
			}
		} else {
			for i < len(chunk) && !outside[chunk[i]] {
				c.begun = c.begun || chunk[i] > ' '
				i++
			}
		}
		if i == len(chunk) {
			break
		}
		if !c.begun && chunk[i] == '\n' {
			continue
		}
		c.begun = true
		switch sign := chunk[i]; {
		case c.inText:
			c.escape = sign == '\\'
			if c.inText = sign != '"'; !c.inText && c.depth == 0 {
				return i + 1, true
			}
		case sign == '"':
			c.inText = true
		case sign == '{' || sign == '[':
			c.depth++
		case sign == '}' || sign == ']':
			switch c.depth--; {
			case c.depth == 0:
				return i + 1, true
			case c.depth < 0: // the end of what a bare value stands in
				return i, true
			}
		case c.depth == 0:
			return i, true
		}
	}
	return len(chunk), false
}

// Depth tells how many brackets and quotes are open.
func (c *Cutter) Depth() int {
	if c.inText {
		return c.depth + 1
	}
	return c.depth
}
