package ledger

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Checkpoint is a signed statement of what the ledger held at one time, in the
// format C2SP tlog-checkpoint: origin, size and root, signed as a note.
type Checkpoint struct {
	Size int64     `json:"size"` // number of entries
	Root tlog.Hash `json:"root"` // base64 in JSON
	Note string    `json:"note"` // the signed text
}

// Key signs checkpoints (Ed25519).
type Key struct {
	signer   note.Signer
	verifier string
}

// NewKey makes a fresh key and returns its secret text, for ParseKey.
func NewKey() (secret string, err error) {
	var id [6]byte
	if _, err := rand.Read(id[:]); err != nil {
		return "", fmt.Errorf("making a ledger key: %w", err)
	}
	secret, verifier, err := note.GenerateKey(rand.Reader, "mimamori-ledger-"+hex.EncodeToString(id[:]))
	if err != nil {
		return "", fmt.Errorf("making a ledger key: %w", err)
	}
	return secret + "\n" + verifier + "\n", nil
}

// ParseKey reads the two lines that NewKey wrote: the secret key and the
// public one. The secret must not get into logs, so errors do not show it.
func ParseKey(secret string) (Key, error) {
	lines := strings.Fields(secret)
	if len(lines) != 2 {
		return Key{}, fmt.Errorf("ledger key: want two lines, the secret key and the public key, found %d", len(lines))
	}
	signer, err := note.NewSigner(lines[0])
	if err != nil {
		return Key{}, fmt.Errorf("ledger key, first line: %w", err)
	}
	verifier, err := note.NewVerifier(lines[1])
	if err != nil {
		return Key{}, fmt.Errorf("ledger key, second line: %w", err)
	}
	if verifier.Name() != signer.Name() || verifier.KeyHash() != signer.KeyHash() {
		return Key{}, fmt.Errorf("ledger key: the public key %s does not belong to the secret key", lines[1])
	}
	return Key{signer: signer, verifier: lines[1]}, nil
}

// Verifier returns the public key as text, for example
// "mimamori-ledger-1a2b3c4d5e6f+0d1e2f3a+AS4…"; whoever has it can check checkpoints.
func (k Key) Verifier() string { return k.verifier }

// Sign returns the checkpoint of a tree.
func (k Key) Sign(t *Tree) (Checkpoint, error) {
	root, err := t.Root()
	if err != nil {
		return Checkpoint{}, err
	}
	text := fmt.Sprintf("%s\n%d\n%s\n", k.signer.Name(), t.Size(), root)
	signed, err := note.Sign(&note.Note{Text: text}, k.signer)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("signing the checkpoint of %d entries: %w", t.Size(), err)
	}
	return Checkpoint{Size: t.Size(), Root: root, Note: string(signed)}, nil
}

// OpenCheckpoint checks the signature of a checkpoint and reads it. verifier
// is the public key as text.
func OpenCheckpoint(signed, verifier string) (Checkpoint, error) {
	v, err := note.NewVerifier(verifier)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("public key of the ledger: %w", err)
	}
	return openCheckpoint(signed, v)
}

func openCheckpoint(signed string, v note.Verifier) (Checkpoint, error) {
	n, err := note.Open([]byte(signed), note.VerifierList(v))
	if err != nil {
		return Checkpoint{}, fmt.Errorf("not signed by the key %s: %w", v.Name(), err)
	}
	lines := strings.Split(n.Text, "\n")
	if len(lines) < 4 || lines[0] != v.Name() {
		return Checkpoint{}, fmt.Errorf("not a checkpoint of %s", v.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return Checkpoint{}, fmt.Errorf("checkpoint with the size %q", lines[1])
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return Checkpoint{}, fmt.Errorf("checkpoint with the root %q: %w", lines[2], err)
	}
	return Checkpoint{Size: size, Root: root, Note: signed}, nil
}
