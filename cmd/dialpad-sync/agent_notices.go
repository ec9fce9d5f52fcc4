package main

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"time"

	"dialpadsync.app/sync/checkpoint"
	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/ui/notice"
	"dialpadsync.app/ui/view"
)

// noticeEvery is how often a status that does not change is looked at: a wait
// becomes worth telling by lasting.
const noticeEvery = 5 * time.Minute

// toldValue names what keeps in the records what notifications have told, so
// that a restart tells nothing twice.
const toldValue = "told"

// notify sends the notifications that pictures are worth until ctx ends.
func (a *agent) notify(ctx context.Context) {
	sender := notice.New(a.log)
	defer sender.Close()
	told := a.told(ctx)
	look := time.NewTicker(noticeEvery)
	defer look.Stop()
	pictures := a.Watch(ctx, 0)
	for {
		select {
		case _, open := <-pictures:
			if !open {
				return
			}
		case n := <-a.notices:
			sender.Send(ctx, n.Title, n.Text)
			continue
		case <-look.C:
		}
		told = a.tell(ctx, a.words.Load(), told, a.Picture().Status, sender.Send)
	}
}

// tell sends what a status is worth and returns what has been told by then.
func (a *agent) tell(ctx context.Context, words *view.Words, before view.Told, s engine.Status, send func(context.Context, string, string)) view.Told {
	told, notices := words.Notices(before, s, time.Now())
	for _, n := range notices {
		send(ctx, n.Title, n.Text)
	}
	if len(notices) > 0 {
		a.keepTold(ctx, told)
	}
	return told
}

func (a *agent) told(ctx context.Context) (told view.Told) {
	err := a.remembered(ctx, func(ctx context.Context, store *checkpoint.Store) error {
		text, err := store.Value(ctx, toldValue)
		if err != nil || text == nil {
			return err
		}
		return json.Unmarshal(text, &told)
	})
	if err != nil && source.CodeOf(err) != source.CodeNotSetUp {
		a.log.Info("what was told before is not known", slog.Any("error", err))
	}
	return told
}

func (a *agent) keepTold(ctx context.Context, told view.Told) {
	err := a.remembered(ctx, func(ctx context.Context, store *checkpoint.Store) error {
		text, err := json.Marshal(told)
		if err != nil {
			return err
		}
		return store.SetValue(ctx, toldValue, text)
	})
	if err != nil && ctx.Err() == nil {
		a.log.Info("what was told could not be kept", slog.Any("error", err))
	}
}

// remembered does something with the records, also while nothing is wired: at
// login the password store is often locked for a while.
func (a *agent) remembered(ctx context.Context, f func(context.Context, *checkpoint.Store) error) error {
	wired := false
	err := a.use(ctx, func(ctx context.Context, sys *system) error {
		wired = true
		return f(ctx, sys.store)
	})
	if wired || ctx.Err() != nil || !exists(a.home.checkpoint()) {
		return err
	}
	store, unread := checkpoint.Peek(ctx, a.home.checkpoint())
	switch {
	case errors.Is(unread, fs.ErrNotExist): // nothing has been noted down yet
		return err
	case unread != nil:
		return unread
	}
	return errors.Join(f(ctx, store), store.Close())
}
