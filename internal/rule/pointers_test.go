package rule_test

import "mimamori/internal/caldate"

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func number(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}

func day(d *caldate.Date) string {
	if d == nil {
		return ""
	}
	return d.String()
}
