package main

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/godbus/dbus/v5"
)

// noticeBoard is a desktop that remembers its notifications.
// https://specifications.freedesktop.org/notification-spec/latest/
type noticeBoard struct {
	mu   sync.Mutex
	seen []string
	news chan struct{}
}

// newNoticeBoard shows the notifications of a panel's desktop.
func newNoticeBoard(t *testing.T, p *panel) *noticeBoard {
	t.Helper()
	board := &noticeBoard{news: make(chan struct{}, 1)}
	conn := p.bus.Connect()
	if err := conn.Export(board, "/org/freedesktop/Notifications", "org.freedesktop.Notifications"); err != nil {
		t.Fatal(err)
	}
	p.bus.Own(conn, "org.freedesktop.Notifications")
	return board
}

// GetCapabilities answers for the desktop.
func (*noticeBoard) GetCapabilities() ([]string, *dbus.Error) { return []string{"body"}, nil }

// Notify takes a notification.
func (b *noticeBoard) Notify(_ string, _ uint32, _, title, text string, _ []string, _ map[string]dbus.Variant, _ int32) (uint32, *dbus.Error) {
	b.mu.Lock()
	b.seen = append(b.seen, title+": "+text)
	b.mu.Unlock()
	select {
	case b.news <- struct{}{}:
	default:
	}
	return 1, nil
}

func (b *noticeBoard) all() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.seen)
}

// waitFor returns when a notification with the text has come.
func (b *noticeBoard) waitFor(t *testing.T, text string) {
	t.Helper()
	for {
		if slices.ContainsFunc(b.all(), func(n string) bool { return strings.Contains(n, text) }) {
			return
		}
		select {
		case <-b.news:
		case <-t.Context().Done():
			t.Fatalf("no notification says %q: %q", text, b.all())
		}
	}
}

// TestNotificationsComeOncePerChange runs the built agent: the first copy is
// told, a lost sign-in once, however often it is met, and after a restart not
// again; titles of answers are never in them.
func TestNotificationsComeOncePerChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := newPanel(t)
	board := newNoticeBoard(t, p)
	agent := w.startTray(p)
	w.watch(upToDate)
	board.waitFor(t, "3 ")
	first := len(board.all())

	w.zendesk.RevokeAll()
	w.call("sync").says(t, exitSignIn)
	board.waitFor(t, "sign in again")
	w.call("sync").says(t, exitSignIn)
	w.call("stop").says(t, exitInSync)
	agent.end()
	agent = w.startTray(p)
	w.watch(func(p picture) bool { return p.Icon == "needs-you" })
	w.call("sync").says(t, exitSignIn)
	w.call("stop").says(t, exitInSync)
	agent.end()
	all := board.all()
	if len(all) != first+1 || first != 1 {
		t.Errorf("notifications: %q", all)
	}
	for _, n := range all {
		for _, a := range w.articles() {
			if text, ok := w.zendesk.Text(a, "en-us"); ok && strings.Contains(n, text.Title) {
				t.Errorf("a title is in %q", n)
			}
		}
	}
}
