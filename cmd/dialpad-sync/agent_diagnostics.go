package main

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/settings"
)

// Diagnostics is a text for whoever helps. It is made of what has no content by
// its type: versions, numbers, times, states and classes of failures. Addresses,
// client ids, names of accounts and texts of errors are left out.
func (a *agent) Diagnostics(ctx context.Context) (string, error) {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("Dialpad Sync %s, %s, %s/%s", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	line("Now: %s", time.Now().Format(time.RFC3339))
	if conf, err := a.home.load(); err != nil {
		line("Settings: %v", classOf(err))
	} else {
		diagnoseSettings(line, conf)
	}
	picture := a.Picture()
	line("Paused: %v, resting: %q", picture.Paused, picture.Resting)
	for i, s := range picture.Accounts {
		diagnoseAccount(line, i+1, s)
	}
	err := a.use(ctx, func(ctx context.Context, sys *system) error {
		runs, err := sys.store.Runs(ctx, time.Now().AddDate(0, 0, -7))
		line("Passes that changed something, last 7 days: %d", len(runs))
		for _, r := range runs[max(0, len(runs)-20):] {
			line("  %s: %d created, %d updated, %d deleted, %d failed", r.Ended.Format(time.RFC3339), r.Created, r.Updated, r.Deleted, r.Failed)
		}
		return err
	})
	if err != nil {
		line("Nothing is wired: %v", classOf(err))
	}
	return b.String(), nil
}

func diagnoseSettings(line func(string, ...any), conf *settings.Settings) {
	d := conf.Dialpad
	line("Dialpad: region %q, sign-in %q, API version pinned %q, at most %d requests a second, list lag %s",
		d.Region, d.SignIn, d.APIVersion, d.MaxRequestsPerSecond, d.ListLag)
	for i, account := range conf.Accounts {
		line("Account %d: %s, %d collections chosen, %d languages, every %s, drafts %v, restricted %v",
			i+1, account.Source, len(account.Collections), len(account.Locales), account.Interval, account.IncludeDrafts, account.IncludeRestricted)
	}
}

func diagnoseAccount(line func(string, ...any), number int, s engine.AccountStatus) {
	s.ID = fmt.Sprint(number)
	if s.Problem != nil {
		problem := *s.Problem
		problem.Detail, problem.Host = "", ""
		s.Problem = &problem
	}
	text, err := json.Marshal(s)
	if err != nil {
		text = []byte("cannot be shown")
	}
	line("Status %d: %s", number, text)
}

// classOf names an error without its text.
func classOf(err error) string {
	p := engine.ProblemOf(err)
	return fmt.Sprintf("%s %s %s", p.Kind, p.Code, p.Op)
}
