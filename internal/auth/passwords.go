// Package auth has sign-in: passwords, their policy, sessions and the throttle
// of wrong attempts.
package auth

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/alexedwards/argon2id"
	"golang.org/x/text/unicode/norm"
)

// cost is the work of one password hash: 32 MiB, three passes, one lane, about
// 0.1 s on one core. It is above the minimum of the OWASP Password Storage
// Cheat Sheet (19 MiB, two passes).
var cost = argon2id.Params{Memory: 32 * 1024, Iterations: 3, Parallelism: 1, SaltLength: 16, KeyLength: 32}

const (
	atOnce  = 4  // hashes computed at the same time: 128 MiB at most
	waiting = 32 // further ones that may wait for their turn
)

// Passwords hashes and compares passwords with argon2id. At most a few hashes
// are computed at once, so that a flood of sign-ins cannot eat the memory.
// Make one with NewPasswords and share it.
type Passwords struct {
	turns  chan struct{}
	queued atomic.Int32
	nobody func() string // a hash that no password matches, for unknown people
}

// NewPasswords returns a Passwords.
func NewPasswords() *Passwords {
	p := &Passwords{turns: make(chan struct{}, atOnce)}
	p.nobody = sync.OnceValue(func() string {
		// The decoy only has to cost the same; what it was made from does not matter.
		hash, err := argon2id.CreateHash("", &cost)
		if err != nil {
			panic("no random numbers: " + err.Error())
		}
		return hash
	})
	return p
}

// Hash returns the argon2id hash of a password, in the form of the reference
// implementation. It fails with Busy.
func (p *Passwords) Hash(password string) (string, error) {
	if err := p.enter(); err != nil {
		return "", err
	}
	defer p.leave()
	return argon2id.CreateHash(normal(password), &cost)
}

// Match tells whether the password belongs to the hash. With an empty hash
// (nobody of that name, or an invitation that was never used) it does the same
// work and says no, so that the time of an answer does not tell who exists. It
// fails with Busy, and when the hash is broken.
func (p *Passwords) Match(password, hash string) (bool, error) {
	if len(password) > maxPassword {
		return false, nil
	}
	if err := p.enter(); err != nil {
		return false, err
	}
	defer p.leave()
	if hash == "" {
		_, err := argon2id.ComparePasswordAndHash(normal(password), p.nobody())
		return false, err
	}
	return argon2id.ComparePasswordAndHash(normal(password), hash)
}

func (p *Passwords) enter() error {
	if p.queued.Add(1) > waiting+atOnce {
		p.queued.Add(-1)
		return &Busy{Wait: 5 * time.Second}
	}
	p.turns <- struct{}{}
	return nil
}

func (p *Passwords) leave() {
	<-p.turns
	p.queued.Add(-1)
}

// normal makes the same password of the same keys on every system: the
// composed and the full-width forms of a character count as one (NIST SP
// 800-63B, 5.1.1.2).
func normal(password string) string { return norm.NFKC.String(password) }

// Busy says that too many people sign in at this moment.
type Busy struct{ Wait time.Duration }

func (b *Busy) Error() string {
	return "too many people sign in at this moment: try again in a few seconds"
}

// RetryAfter says when to try again.
func (b *Busy) RetryAfter() time.Duration { return b.Wait }
