#!/usr/bin/env bash
# Installs what the tests need beside Go and Node: Chromium for the page,
# PostgreSQL for the store, poppler-utils to read PDFs. Where it cannot
# install, it says what is missing; the tests that need it say that they skip.
set -euo pipefail

missing=()
command -v chromium >/dev/null || missing+=(chromium)
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || missing+=(postgresql)
command -v pdftotext >/dev/null || missing+=(poppler-utils)
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" = 0 ] && [ -e /etc/debian_version ] && command -v apt-get >/dev/null; then
	echo "installing ${missing[*]}"
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -qq
	apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
	exit 0
fi
echo "missing for the tests: ${missing[*]}. Install them; without them the tests that need them are skipped." >&2
