package auth

import (
	"net/netip"
	"strings"
	"sync"
	"time"
)

// Limits of wrong attempts: some at once, then one every so often.
const (
	perAccount      = 5 // from one address to one account
	perAccountEvery = 30 * time.Second
	perAddress      = 50 // from one address to all accounts
	perAddressEvery = 2 * time.Second
	maxKeys         = 20_000 // remembered at once, about 4 MB
)

// Throttle slows down whoever tries passwords, by account and address and by
// address alone. It remembers a bounded number of both.
type Throttle struct {
	now func() time.Time

	mu   sync.Mutex
	full map[string]time.Time // key → when all its attempts are free again; absent: now
}

// NewThrottle returns a throttle that asks now for the time.
func NewThrottle(now func() time.Time) *Throttle {
	return &Throttle{now: now, full: map[string]time.Time{}}
}

// Allow counts an attempt to sign in to account from address, an IP address
// with or without a port. It returns 0 when the attempt may go on, else how
// long to wait.
func (t *Throttle) Allow(account, address string) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	address = network(address)
	if wait := t.take(address, perAddress, perAddressEvery); wait > 0 {
		return wait
	}
	return t.take(accountKey(account, address), perAccount, perAccountEvery)
}

// Succeeded forgets the attempts on an account from an address: they were the
// person's own.
func (t *Throttle) Succeeded(account, address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.full, accountKey(account, network(address)))
}

// take uses one of burst attempts, each of which comes back after every.
func (t *Throttle) take(key string, burst int, every time.Duration) time.Duration {
	now := t.now()
	full := t.full[key]
	if full.Before(now) {
		full = now
	}
	full = full.Add(every)
	if over := full.Sub(now) - time.Duration(burst)*every; over > 0 {
		return over
	}
	t.makeRoom(now)
	t.full[key] = full
	return 0
}

// makeRoom forgets the keys that are free again, and when that is not enough,
// half of the others: an attacker with that many addresses is not held by
// their memory anyway.
func (t *Throttle) makeRoom(now time.Time) {
	if len(t.full) < maxKeys {
		return
	}
	for key, full := range t.full {
		if full.Before(now) {
			delete(t.full, key)
		}
	}
	for key := range t.full {
		if len(t.full) <= maxKeys/2 {
			return
		}
		delete(t.full, key)
	}
}

func accountKey(account, address string) string {
	const longest = 320 // of an e-mail address, RFC 3696
	account = strings.ToLower(strings.TrimSpace(account))
	return account[:min(len(account), longest)] + "\x1f" + address
}

// network is what counts as one address: the whole of IPv4, the /64 of IPv6
// that one subscriber has.
func network(address string) string {
	ap, err := netip.ParseAddrPort(address)
	ip := ap.Addr()
	if err != nil {
		if ip, err = netip.ParseAddr(address); err != nil {
			return "unknown"
		}
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is4() {
		return ip.String()
	}
	return netip.PrefixFrom(ip, 64).Masked().String()
}
