#!/usr/bin/env bash
# Prints the figures of fleets that docs/reference/benchmarks.md records: the
# import of all of ../shared/data/vuln into an empty database, and for each size
# in FLEET (component occurrences) a database of generated releases with all
# that data, measured through the use cases and the real server; then
# `mimamori match` beside osv-scanner on the same SBOMs and records. Each size
# has processes and files of its own, which are removed. The largest needs
# 20 GB below TMPDIR. PARTS chooses among "store match"; OSV_SCANNER names the
# scanner's binary; without one that part is skipped and says so.
set -euo pipefail
cd "$(dirname "$0")/.."

data=../shared/data
if [ ! -d "$data" ]; then
	echo "skipped: $data is not beside the repository"
	exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
load() { cut -d' ' -f1-3 /proc/loadavg; }
echo "machine: $(nproc) cores, $(awk -F': ' '/model name/ {print $2; exit}' /proc/cpuinfo), $(date '+%F %R'), load $(load)"
make --no-print-directory bin/mimamori

# measured LABEL COMMAND...: prints elapsed and processor time and memory. Some
# programs end with another code than 0 when they find something.
measured() {
	local label=$1
	shift
	/usr/bin/time -o "$work/time" -f "%e s elapsed, %U s user, %S s system, %M KB" "$@" >"$work/out" 2>"$work/err" || true
	printf '%-14s %s\n' "$label" "$(tail -1 "$work/time")"
}

store() {
	measured "import of all" bin/mimamori feed import --data "$work/base" "$data/vuln/nvd" "$data"/vuln/*.jsonl.gz \
		"$data/vuln/kev/known_exploited_vulnerabilities@2025-08-25.json" "$data/vuln/jvn-fixtures.zip" "$data/csaf/cisa-icsma.zip" "$data/vuln/epss"
	awk 'NR > 1 && NF > 4 {r += $(NF-3); c += $(NF-2)} END {print "               " r " records, " c " taken over"}' "$work/out"
	echo "               database $(du -m "$work/base/mimamori.db" | cut -f1) MB, load $(load)"
	go test -c -o "$work/app.test" ./internal/app
	for occurrences in ${FLEET:-100000 1000000 10000000}; do
		rm -rf "$work/fleet"
		cp -r "$work/base" "$work/fleet"
		echo "--- $occurrences occurrences, load $(load)"
		# The limit on the heap is the program's own (cmd/mimamori/memory.go).
		(cd internal/app && GOMEMLIMIT=560MiB FLEET=$occurrences FLEET_DATA=$work/fleet FLEET_BINARY=$OLDPWD/bin/mimamori FLEET_TABLE=$work/table TMPDIR=$work \
			"$work/app.test" -test.run '^TestFleet$' -test.timeout 3h -test.v) | sed -n 's/^ *[a-z_]*_test.go:[0-9]*: //p'
	done
	rm -rf "$work/fleet" "$work/base"
	echo "--- growth"
	column -t -s $'\t' "$work/table"
}

match() {
	local sources=() name
	for name in osv-go osv-pypi osv-rustsec osv-bitnami; do sources+=(--osv "$data/vuln/$name.jsonl.gz"); done
	measured "mimamori" bin/mimamori match "${sources[@]}" --sbom "$data/sbom/container-spdx-trivy.tar.gz"
	echo "               $(($(wc -l <"$work/out") - 1)) rows"
	local scanner=${OSV_SCANNER:-$(command -v osv-scanner || true)}
	if [ -z "$scanner" ]; then
		echo "osv-scanner    skipped: set OSV_SCANNER, or go install github.com/google/osv-scanner/v2/cmd/osv-scanner@v2.5.0"
		return
	fi
	scripts/osv-scanner-data.py "$data" "$work"
	export OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY=$work/records OSV_SCALIBR_LOCAL_DB_CACHE_DIRECTORY=$work/records
	measured "osv-scanner" "$scanner" scan source --offline --recursive --no-resolve --all-packages --experimental-plugins sbom --format json "$work/sboms"
	measured "mimamori" bin/mimamori match "${sources[@]}" --sbom "$data/sbom/container-spdx-trivy.tar.gz"
}

for part in ${PARTS:-store match}; do $part; done
