package intake

import (
	"strings"
	"time"
	"unicode"

	"mimamori/internal/fault"
)

// Attachment is a file that came with safety information. It is never changed
// or taken away.
type Attachment struct {
	ID       string    `json:"id"`
	IntakeID string    `json:"intake_id"`
	Name     string    `json:"name"`   // file name as it came
	SHA256   string    `json:"sha256"` // of the content, hex
	Bytes    int64     `json:"bytes"`
	AddedBy  string    `json:"added_by"` // name of the person
	AddedAt  time.Time `json:"added_at"`
}

// MaxAttachmentBytes is the largest file that is taken in.
const MaxAttachmentBytes = 20 << 20

// PlainFileName tells whether a file on disk can have the name: without folders
// and control characters, at most 255 bytes.
func PlainFileName(name string) bool {
	return name != "." && name != ".." && len(name) <= 255 && !strings.ContainsAny(name, "/\\") && !strings.ContainsFunc(name, unicode.IsControl)
}

// Check returns everything that is wrong with a as an Invalid error, or nil.
func (a Attachment) Check() error {
	var c fault.Checker
	c.Require("/name", a.Name, "file name")
	if !PlainFileName(a.Name) {
		c.Add("/name", "file-name", "this is no plain file name: give it without folders and control characters, 255 bytes at most")
	}
	switch {
	case a.Bytes == 0:
		c.Add("/file", "required", "the file is empty")
	case a.Bytes > MaxAttachmentBytes:
		c.Add("/file", "size", "the file has %d bytes, at most %d fit: split or compress it", a.Bytes, MaxAttachmentBytes)
	}
	return c.Err("the file cannot be kept like this")
}
