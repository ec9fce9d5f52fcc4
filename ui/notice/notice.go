// Package notice sends notifications to the desktop. What is worth one, and in
// which words, is decided by ui/view; here it is only carried: over D-Bus on
// Linux, as a toast on Windows, nowhere else.
package notice

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"
)

// patience bounds how long a desktop may take to accept a notification.
const patience = 5 * time.Second

// errNobody says that this desktop shows no notifications.
var errNobody = errors.New("nobody shows notifications here")

// Sender sends notifications. It connects with the first one. Its methods may
// be called from several goroutines; notifications go out one after another.
type Sender struct {
	log *slog.Logger

	mu     sync.Mutex
	post   post
	nobody bool // said already
}

// New is a sender that tells log what could not be shown, never its text.
func New(log *slog.Logger) *Sender { return &Sender{log: log} }

// Send shows a notification and takes the place of the one before. It returns
// within seconds. A desktop without notifications is told of in the log once.
func (s *Sender) Send(ctx context.Context, title, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := s.post.send(ctx, title, text)
	switch {
	case err == nil:
	case !errors.Is(err, errNobody):
		s.log.Warn("a notification could not be shown", slog.Any("error", err))
	case !s.nobody:
		s.nobody = true
		s.log.Info("notifications cannot be shown on this desktop; the icon and “dialpad-sync status” tell the same", slog.Any("error", err))
	}
}

// Close ends the connection to the desktop. Some desktops take our
// notifications away with it.
func (s *Sender) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.post.close()
}
