package auth

import (
	"strings"
	"unicode/utf8"

	"mimamori/internal/fault"
)

const (
	minPassword = 12    // characters
	maxPassword = 1_000 // bytes; more is no password but an attempt to keep us busy
)

// worst are the passwords of 12 and more characters that head the public lists
// of leaked ones, and what people would try first with this program.
var worst = map[string]bool{
	"123456789012": true, "1234567890123": true, "12345678901234": true, "123456789123": true, "111111111111": true,
	"000000000000": true, "qwertyuiop12": true, "qwertyuiop123": true, "qwertyuiopasdf": true, "1qaz2wsx3edc": true,
	"1q2w3e4r5t6y": true, "password1234": true, "password12345": true, "passwordpassword": true, "administrator": true,
	"administrator1": true, "abcdefghijkl": true, "abc123456789": true, "iloveyou1234": true, "changeme1234": true,
	"mimamorimimamori": true, "mimamori1234": true, "mimamoriadmin": true, "welcome12345": true, "letmeinletmein": true,
}

// Check holds a new password to the policy: at least 12 characters, not the
// person's own e-mail address, not one of the worst known, not one character
// over and over. There are no rules about kinds of characters: length is what
// counts (NIST SP 800-63B, 5.1.1.2). It fails with fault.Invalid at /password.
func (p *Passwords) Check(password, email string) error {
	const pointer = "/password"
	var c fault.Checker
	folded := strings.ToLower(normal(password))
	local, _, _ := strings.Cut(email, "@")
	switch {
	case len(password) > maxPassword:
		c.Add(pointer, "password-length", "the password has %d bytes, at most %d fit", len(password), maxPassword)
	case utf8.RuneCountInString(normal(password)) < minPassword:
		c.Add(pointer, "password-length", "the password needs at least %d characters: a few words in a row are good", minPassword)
	case email != "" && (folded == strings.ToLower(email) || folded == strings.ToLower(local)):
		c.Add(pointer, "password-email", "the e-mail address is no password: choose something that nobody can look up")
	case worst[folded] || strings.Trim(folded, folded[:1]) == "":
		c.Add(pointer, "password-worst", "this password is among the first that attackers try: choose another")
	}
	return c.Err("the password cannot be used")
}
