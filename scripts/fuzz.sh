#!/usr/bin/env bash
# Runs every fuzz target of the project for the given time.
set -euo pipefail
term=${1:-10s}
grep -rl --include='*_test.go' '^func Fuzz' internal | while read -r file; do
	grep -o '^func Fuzz[A-Za-z0-9_]*' "$file" | sed 's/^func //' | while read -r target; do
		echo "$target ($(dirname "$file")), $term"
		go test "./$(dirname "$file")" -run '^$' -fuzz "^$target\$" -fuzztime "$term" -fuzzminimizetime 10x
	done
done
