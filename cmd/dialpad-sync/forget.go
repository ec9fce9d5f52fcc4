package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/sync/source/catalog"
	"dialpadsync.app/ui/view"
)

type forgetCommand struct {
	Account         string `arg:"" help:"help.forget_account"`
	DeleteDocuments bool   `help:"help.delete_documents"`
	Yes             bool   `help:"help.no_question"`
}

// forgetting is what it takes to forget an account.
type forgetting interface {
	Setup(ctx context.Context) (local.Setup, error)
	Forget(ctx context.Context, ask local.ForgetRequest, f func(local.ForgetStep)) error
}

// Run withdraws the sign-in at the source and removes what this computer knows
// of the account, and the copied answers where that is wished.
func (c *forgetCommand) Run(ctx context.Context, t terminal, h *home) error {
	at, leave, err := h.atDesk(ctx)
	if err != nil {
		return err
	}
	defer leave()
	entry, err := c.entry(ctx, at)
	if err != nil {
		return err
	}
	if sure, err := c.sure(ctx, t); err != nil || !sure {
		return err
	}
	last, err := c.forget(ctx, t, at)
	if err != nil {
		return err
	}
	return about(entry.Title, c.tell(t, last, entry))
}

// entry is the source of the account, empty for one that settings.toml no longer
// names.
func (c *forgetCommand) entry(ctx context.Context, at forgetting) (catalog.Entry, error) {
	known, err := at.Setup(ctx)
	if err != nil {
		return catalog.Entry{}, err
	}
	if i := accountIn(known, c.Account); i >= 0 {
		entry, _ := catalog.Find(known.Accounts[i].Source)
		return entry, nil
	}
	if slices.ContainsFunc(known.Leftovers, func(l local.Leftover) bool { return l.Account == c.Account }) {
		return catalog.Entry{Place: source.HelpCenter}, nil
	}
	return catalog.Entry{}, named(c.Account, engine.ErrUnknownAccount)
}

func (c *forgetCommand) sure(ctx context.Context, t terminal) (bool, error) {
	if c.Yes {
		return true, nil
	}
	what := t.text("cli.keeps_answers")
	if c.DeleteDocuments {
		what = t.text("cli.removes_answers")
	}
	answer, err := question(ctx, t, t.text("cli.forget", view.Args{"account": c.Account, "what": what}), false)
	if err != nil {
		return false, err
	}
	if !slices.Contains(strings.Fields(t.text("cli.yes")), strings.ToLower(answer)) {
		fmt.Fprintln(t.Out, t.text("cli.nothing_changed"))
		return false, nil
	}
	return true, nil
}

// forget shows how the removal gets on and returns the last piece of news.
func (c *forgetCommand) forget(ctx context.Context, t terminal, at forgetting) (last local.ForgetStep, err error) {
	bar, began := &progress{t: t}, time.Now()
	err = at.Forget(ctx, local.ForgetRequest{Account: c.Account, DeleteDocuments: c.DeleteDocuments}, func(s local.ForgetStep) {
		if last = s; !s.Done && s.Problem == nil {
			bar.show(engine.Status{Accounts: []engine.AccountStatus{{
				ID: c.Account, Phase: engine.Removing, Done: s.Removed, Total: s.Total, Began: began, Imported: true,
			}}})
		}
	})
	bar.clear()
	return last, err
}

// tell says how it ended.
func (c *forgetCommand) tell(t terminal, last local.ForgetStep, entry catalog.Entry) error {
	if last.Problem != nil {
		if c.DeleteDocuments {
			fmt.Fprintln(t.Err, t.text("cli.some_removed", t.counted(entry.Place, last.Removed)))
		}
		return last.Problem.AsError()
	}
	if c.DeleteDocuments {
		fmt.Fprintln(t.Out, t.text("cli.were_removed", t.counted(entry.Place, last.Removed)))
	}
	if last.NotConfirmed {
		title := entry.Title
		if title == "" {
			title = t.text("noun.source")
		}
		fmt.Fprintln(t.Err, t.text("cli.not_withdrawn", view.Args{"source": title}))
	}
	fmt.Fprintln(t.Out, t.text("cli.forgotten", view.Args{"account": c.Account}))
	return nil
}
