#!/usr/bin/env bash
# Runs the linters at the pinned version; the first run builds them.
set -euo pipefail
exec go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.8.0 run ./...
