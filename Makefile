# Dialpad Sync. `make demo` and `make test` set up everything they need.
# Prerequisites: make, Go 1.26 or later, gcc (for the race detector).

SHELL   := /bin/bash
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.version=$(VERSION)
GOBIN   := $(or $(shell go env GOBIN),$(shell go env GOPATH)/bin)
LINT    := $(GOBIN)/golangci-lint
LINT_VERSION := v2.15.0

# What the tests start for real, as Debian packages.
PACKAGES := chromium gnome-keyring dbus dbus-x11 nodejs npm git-doc

.PHONY: demo build test test-all conformance bench lint deps cross clean

## demo: the main job on embedded doubles, in this terminal
demo: bin/dialpad-sync
	@bin/dialpad-sync demo

## build: the agent and command line
build: bin/dialpad-sync

bin/dialpad-sync: FORCE
	@CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o $@ ./cmd/dialpad-sync

## test: everything that is quick, with the real parts it needs
test: deps
	go test -race -timeout 9m $(GOTESTFLAGS) ./...

## test-all: test, and the long runs: real pages, kills, cross builds
test-all: test conformance cross
	go test -race -timeout 60m -tags long ./...

## conformance: another maker's client against the doubles
conformance:
	go test -race -timeout 5m -tags conformance ./sync/source/zendesk/zendesksim/

## bench: what is measured, with bound and verdict; exit 1 on a miss
bench: bin/dialpad-sync
	go run ./cmd/bench

## lint: golangci-lint with .golangci.yml
lint: $(LINT)
	$(LINT) run ./...

$(LINT):
	go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)

## cross: the agent for the other systems
cross:
	@for target in linux/amd64 linux/arm64 windows/amd64 windows/arm64; do \
		echo "build $$target"; \
		CGO_ENABLED=0 GOOS=$${target%/*} GOARCH=$${target#*/} go build -trimpath -o /dev/null ./cmd/dialpad-sync || exit 1; \
	done

## deps: the only target that installs; needs root or sudo without a password
deps:
	@.ci/deps $(PACKAGES)

clean:
	rm -rf bin dist

FORCE:
