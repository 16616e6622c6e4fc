#!/usr/bin/env bash
# Prints the figures that docs/reference/benchmarks.md records: start-up time,
# idle memory, ledger writes a second, upload of a 3,000-component SBOM with
# matching, one decision, and uploads through the server up to 300,000 components. Talks to loopback only and stops by itself.
set -euo pipefail
cd "$(dirname "$0")/.."

data=$(mktemp -d)
server=
trap 'if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; fi; rm -rf "$data"' EXIT

# start LABEL ARGS...: starts the server, prints the time until it answers and
# its resident memory five seconds later, stops it.
start() {
	local label=$1 begun
	shift
	begun=$(date +%s%N)
	bin/mimamori serve --data "$data" --listen 127.0.0.1:18765 "$@" >"$data/log" 2>&1 &
	server=$!
	for _ in $(seq 300); do
		if curl -fs -o "$data/answer" http://127.0.0.1:18765/healthz; then break; fi
		sleep 0.02
	done
	printf '%-46s %8d ms\n' "$label: start to first answer" $((($(date +%s%N) - begun) / 1000000))
	sleep 5
	printf '%-46s %8d MB\n' "$label: resident memory, idle" $(($(awk '/VmRSS/ {print $2}' "/proc/$server/status") / 1024))
	kill "$server"
	wait "$server" || true
	server=
}

echo "machine: $(nproc) cores, $(awk -F': ' '/model name/ {print $2; exit}' /proc/cpuinfo), $(date +%F)"
start "sample data written at start" --demo
start "sample data already there"
go test ./internal/sqlstore -run '^$' -bench . -benchtime 1s | grep -E '^Benchmark' || true
go test ./internal/app -run '^$' -bench . -benchtime 1s | grep -E '^Benchmark'
go test ./internal/rule -run '^$' -bench . -benchtime 1s | grep -E '^Benchmark'
go test ./internal/match -run '^$' -bench . -benchtime 1s | grep -E '^Benchmark' || true
go test ./internal/render -run '^$' -bench . -benchtime 1s | grep -E '^Benchmark' || true
scripts/bench-sbom.py bin/mimamori 3000 300000
