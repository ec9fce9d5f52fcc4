# Dialpad Sync. `make demo` and `make test` set up everything they need.
# Prerequisites: make, Go 1.26 or later, gcc (for the race detector).

SHELL   := /bin/bash
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.version=$(VERSION)
GOBIN   := $(or $(shell go env GOBIN),$(shell go env GOPATH)/bin)
LINT    := $(GOBIN)/golangci-lint
LINT_VERSION := v2.15.0

# How tests are built: with the race detector in everything but a few libraries
# that do nothing but reckon on what they are given, and are two to five times
# slower with the detector's and the pointer checks' calls in them: SQLite (C in
# Go's clothes, used by one connection at a time), the shaping of text, pictures.
PLAIN := modernc.org github.com/go-text github.com/srwiley golang.org/x/image
RACE  := -race $(foreach library,$(PLAIN),-gcflags='$(library)/...=-race=false -d=checkptr=0')

# What the tests start for real, as Debian packages.
PACKAGES := chromium gnome-keyring dbus dbus-x11 nodejs npm git-doc \
	gcc pkg-config libgl1-mesa-dev xorg-dev libgl1-mesa-dri xvfb openbox xdotool wmctrl imagemagick
# What the long runs build besides.
LONG_PACKAGES := gcc-mingw-w64-x86-64 zip

.PHONY: demo build window install install-files uninstall windows test test-all fuzz conformance storybook bench comparison lint deps deps-long cross clean

## demo: the main job on embedded doubles, in this terminal; with a screen also as icon and window
demo: build
	@bin/dialpad-sync demo

## build: the agent and command line; the window too, where a C compiler and the OpenGL headers are
build: bin/dialpad-sync
	@if .ci/window-headers; then $(MAKE) --no-print-directory bin/dialpad-sync-window; \
	else echo "Without the window. For it: sudo apt-get install gcc pkg-config libgl1-mesa-dev xorg-dev, then make window"; fi

bin/dialpad-sync: FORCE
	@CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o $@ ./cmd/dialpad-sync

## window: the window, which needs a C compiler and the OpenGL headers
window: bin/dialpad-sync-window

bin/dialpad-sync-window: FORCE
	@CGO_ENABLED=1 go build -trimpath -ldflags '$(LDFLAGS)' -o $@ ./cmd/dialpad-sync-window

# Where `make install` puts things: the person's own folders.
PREFIX    ?= $(HOME)/.local
BINDIR    := $(PREFIX)/bin
DATADIR   := $(PREFIX)/share
ICONS     := 16 24 32 48 64 128 256 512
DESKTOP   := $(DATADIR)/applications/dialpad-sync.desktop
hicolor    = $(DATADIR)/icons/hicolor/$(1)x$(1)/apps/dialpad-sync.png

## install: both programs, menu entry and icons, for this user; AUTOSTART=1 also starts with the computer
install: bin/dialpad-sync bin/dialpad-sync-window install-files
	@if [ -n "$(AUTOSTART)" ]; then "$(BINDIR)/dialpad-sync" login on; fi
	@echo "Installed. Start it from the menu, or with $(BINDIR)/dialpad-sync"

install-files:
	@install -d "$(BINDIR)" "$(dir $(DESKTOP))"
	@install -m 755 bin/dialpad-sync bin/dialpad-sync-window "$(BINDIR)/"
	@sed 's|@BINDIR@|$(BINDIR)|' assets/desktop/dialpad-sync.desktop >"$(DESKTOP)"
	@$(foreach size,$(ICONS),install -D -m 644 assets/icons/app-$(size).png "$(call hicolor,$(size))";)

## uninstall: takes back what install did; settings, sign-ins and records stay (the window removes those)
uninstall:
	@if [ -x "$(BINDIR)/dialpad-sync" ]; then "$(BINDIR)/dialpad-sync" stop >/dev/null 2>&1 || true; "$(BINDIR)/dialpad-sync" login off >/dev/null; fi
	@rm -f "$(BINDIR)/dialpad-sync" "$(BINDIR)/dialpad-sync-window" "$(DESKTOP)" $(foreach size,$(ICONS),"$(call hicolor,$(size))")

## windows: a zip with all programs for Windows; needs gcc-mingw-w64-x86-64 and zip
windows:
	@rm -rf dist/windows && mkdir -p dist/windows
	CGO_ENABLED=0 GOOS=windows GOARCH=amd64 go build -trimpath -ldflags '$(LDFLAGS)' -o dist/windows/dialpad-sync.exe ./cmd/dialpad-sync
	CGO_ENABLED=0 GOOS=windows GOARCH=amd64 go build -trimpath -ldflags '$(LDFLAGS) -H=windowsgui' -o dist/windows/dialpad-sync-agent.exe ./cmd/dialpad-sync
	CGO_ENABLED=1 GOOS=windows GOARCH=amd64 CC=x86_64-w64-mingw32-gcc go build -trimpath -ldflags '$(LDFLAGS) -H=windowsgui' -o dist/windows/dialpad-sync-window.exe ./cmd/dialpad-sync-window
	@sed 's/$$/\r/' assets/windows/README.txt >dist/windows/README.txt
	@cd dist/windows && zip -q ../dialpad-sync-windows.zip *.exe README.txt && echo "dist/dialpad-sync-windows.zip"

## test: everything that is quick, with the real parts it needs
test: deps
	go test $(RACE) -timeout 9m $(GOTESTFLAGS) ./...

## test-all: test, and the long runs: real pages, kills, the whole desktop, cross builds, the zip for Windows
test-all: deps-long test fuzz conformance cross windows
	DIALPAD_SYNC_SHOTS=$(CURDIR)/dist/shots go test $(RACE) -timeout 60m -tags long ./...

## fuzz: every decoder and the cleaner of HTML, each for FUZZTIME; finds are kept under testdata/fuzz
FUZZTIME ?= 30s
fuzz:
	@grep -rl --include=*_test.go '^func Fuzz' sync | xargs -n1 dirname | sort -u | while read -r dir; do \
		for target in $$(grep -ho '^func Fuzz[A-Za-z]*' $$dir/*_test.go | cut -c6-); do \
			echo "$$dir $$target"; \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) ./$$dir || exit 1; \
		done; \
	done

## conformance: another maker's client against the doubles
conformance:
	go test $(RACE) -timeout 5m -tags conformance ./sync/source/zendesk/zendesksim/

## storybook: every screen and tray state as pictures, in dist/storybook; needs no display
storybook:
	@LC_ALL=en_US.UTF-8 CGO_ENABLED=0 go run ./cmd/storybook -out dist/storybook

## bench: what is measured, with bound and verdict; exit 1 on a miss
bench: bin/dialpad-sync
	LC_ALL=en_US.UTF-8 go run ./cmd/bench

## comparison: docs/COMPARISON.md and its picture, measured anew: us beside two scripts on the same doubles
comparison:
	LC_ALL=en_US.UTF-8 go run ./cmd/bench -only '^comparison$$' -docs docs

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

deps-long:
	@.ci/deps $(PACKAGES) $(LONG_PACKAGES)

clean:
	rm -rf bin dist

FORCE:
