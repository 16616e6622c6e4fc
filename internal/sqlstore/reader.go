package sqlstore

// reader has every read.
type reader struct{ queries }

// writer has every change.
type writer struct{ reader }
