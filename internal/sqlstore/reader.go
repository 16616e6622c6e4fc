package sqlstore

// reader has every read.
type reader struct{ queries }

// writer has every change of one write.
type writer struct {
	reader
	news *news
}
