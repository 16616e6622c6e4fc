#!/usr/bin/env bash
# Prints the figures of matching that docs/reference/benchmarks.md records: a
# fleet generated from the real SBOMs of ../shared/data at the sizes in FLEET,
# each in a process of its own, and `mimamori match` beside osv-scanner on the
# same SBOMs and records. OSV_SCANNER names the scanner's binary; without one
# that part is skipped and says so.
set -euo pipefail
cd "$(dirname "$0")/.."

data=../shared/data
if [ ! -d "$data" ]; then
	echo "skipped: $data is not beside the repository"
	exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo "machine: $(nproc) cores, $(awk -F': ' '/model name/ {print $2; exit}' /proc/cpuinfo), $(date +%F), load $(cut -d' ' -f1 /proc/loadavg)"

go test -c -o "$work/match.test" ./internal/match
for occurrences in ${FLEET:-100000 1000000 10000000}; do
	limit=900MiB
	if [ "$occurrences" -gt 1000000 ]; then limit=4GiB; fi
	(cd internal/match && FLEET=$occurrences GOMEMLIMIT=$limit "$work/match.test" -test.run '^TestFleetGrowth$' -test.timeout 1h -test.v) |
		sed -n 's/^ *fleet_bench_test.go:[0-9]*: //p'
done

osv=(osv-go osv-pypi osv-rustsec osv-bitnami)
sources=()
for name in "${osv[@]}"; do sources+=(--osv "$data/vuln/$name.jsonl.gz"); done
# measured LABEL COMMAND...: prints elapsed and processor time and memory. Both
# programs end with another code than 0 when they find something.
measured() {
	local label=$1
	shift
	/usr/bin/time -o "$work/time" -f "%e s elapsed, %U s user, %S s system, %M KB" "$@" >"$work/out" 2>"$work/err" || true
	printf '%-14s %s\n' "$label" "$(tail -1 "$work/time")"
}
make --no-print-directory bin/mimamori
measured "mimamori" bin/mimamori match "${sources[@]}" --sbom "$data/sbom/container-spdx-trivy.tar.gz"
echo "               $(($(wc -l <"$work/out") - 1)) rows"

scanner=${OSV_SCANNER:-$(command -v osv-scanner || true)}
if [ -z "$scanner" ]; then
	echo "osv-scanner    skipped: set OSV_SCANNER, or go install github.com/google/osv-scanner/v2/cmd/osv-scanner@v2.5.0"
	exit 0
fi
scripts/osv-scanner-data.py "$data" "$work"
export OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY=$work/records OSV_SCALIBR_LOCAL_DB_CACHE_DIRECTORY=$work/records
measured "osv-scanner" "$scanner" scan source --offline --recursive --no-resolve --all-packages --experimental-plugins sbom --format json "$work/sboms"
measured "mimamori" bin/mimamori match "${sources[@]}" --sbom "$data/sbom/container-spdx-trivy.tar.gz"
