package advisory

// VEXDocument is one VEX document as found.
type VEXDocument struct {
	Path       string
	SHA256     string // of the file, hexadecimal
	Statements []Statement
	Problems   []error // statements that cannot be used, with their places; or why the document cannot
}
