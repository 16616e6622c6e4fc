# Mimamori: make help lists the targets. Everything works from a fresh clone
# with Go, Node, npm, git and make.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
export CGO_ENABLED := 0

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
DATA ?= mimamori-data
LISTEN ?= 127.0.0.1:8080
ARTIFACTS ?= artifacts
GO_FILES := $(wildcard $(shell git ls-files -co --exclude-standard '*.go' '*.sql' '*.yaml' '*.json' 2>/dev/null))
WEB_FILES := $(wildcard $(shell git ls-files -co --exclude-standard web codelists 2>/dev/null))

help: ## list the targets
	@awk -F':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

fonts: ## take the fonts for PDFs from npm
	@fonts/install.sh

web/node_modules/.installed: web/package.json web/package-lock.json
	cd web && npm ci --no-audit --no-fund
	@touch $@

web/dist/index.html: web/node_modules/.installed $(WEB_FILES)
	cd web && npm run build
	@touch $@

web: web/dist/index.html ## build the page

bin/mimamori: web/dist/index.html $(GO_FILES) go.mod go.sum
	@fonts/install.sh
	go build -trimpath -ldflags "-s -w -X main.version=$(VERSION)" -o $@ ./cmd/mimamori

build: bin/mimamori ## write bin/mimamori, with the page and the fonts inside

run: bin/mimamori ## start with sample data on LISTEN, kept in DATA
	bin/mimamori serve --demo --data $(DATA) --listen $(LISTEN)

test-deps:
	@scripts/test-deps.sh

test: test-deps bin/mimamori ## run everything that CI runs
	$(MAKE) --no-print-directory vet test-go test-web test-e2e

vet:
	@test -z "$$(gofmt -l $$(git ls-files '*.go') | tee /dev/stderr)" || { echo "gofmt: format the files above"; exit 1; }
	go vet ./...

test-go:
	go test -shuffle=on -timeout 20m ./...

test-web: web/node_modules/.installed
	cd web && npm run check && npm test && npm run size

test-e2e: bin/mimamori
	@mkdir -p $(ARTIFACTS)
	cd web && ARTIFACTS="$(abspath $(ARTIFACTS))" npm run e2e -- --binary "$(abspath bin/mimamori)"

check: vet ## the fast loop: format, vet, lint, race tests, ten seconds of fuzzing each
	scripts/lint.sh
	CGO_ENABLED=1 go test -race -shuffle=on ./internal/...
	scripts/fuzz.sh 10s

generated: bin/mimamori ## write the OpenAPI document and the page's types of it
	bin/mimamori openapi > web/openapi.json
	cd web && npm run api

bench: bin/mimamori ## measure start-up, memory, ledger writes, SBOM import and one decision
	scripts/bench.sh

bench-fleet: ## measure the import of all data, and the store and server at 0.1, 1 and 10 million component occurrences (FLEET="..." for others)
	scripts/bench-fleet.sh

clean: ## remove what was built
	rm -rf bin $(ARTIFACTS) web/dist/assets web/dist/index.html web/node_modules fonts/node_modules

.PHONY: help fonts web build run test-deps test vet test-go test-web test-e2e check generated bench bench-fleet clean
