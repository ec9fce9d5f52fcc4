package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/html"

	"dialpadsync.app/sync/signin"
	"dialpadsync.app/sync/source/catalog"
	"dialpadsync.app/ui/view"
)

// browserPatience is how long the demo waits for a person in a real browser
// before it gives the consent itself.
const browserPatience = 60 * time.Second

// demoBrowser opens the sign-in page: in a real browser where there is a
// screen, and by walking through the pages itself where nobody answers.
type demoBrowser struct {
	ctx   context.Context //nolint:containedctx // OpenURL has none to pass on
	stage *stage
	real  bool
	stop  context.CancelFunc
	walks sync.WaitGroup
}

func newDemoBrowser(ctx context.Context, s *stage, allowed bool) *demoBrowser {
	ctx, stop := context.WithCancel(ctx)
	screen := os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != "" || runtime.GOOS == "windows" || runtime.GOOS == "darwin"
	return &demoBrowser{ctx: ctx, stage: s, real: allowed && screen && s.t.Interactive, stop: stop}
}

func (b *demoBrowser) close() {
	b.stop()
	b.walks.Wait()
}

func (b *demoBrowser) open(address string) error {
	wait := time.Duration(0)
	if b.real && signin.Browser(address) == nil {
		wait = browserPatience
		b.stage.say("demo.any_name", view.Args{"wait": wait})
	}
	b.walks.Go(func() {
		select {
		case <-b.ctx.Done():
			return
		case <-time.After(wait):
		}
		if wait == 0 {
			b.stage.say("demo.no_browser")
		}
		if err := walk(b.ctx, address); err != nil && b.ctx.Err() == nil {
			b.stage.say("demo.no_sign_in", view.Args{"error": err})
		}
	})
	return nil
}

// walk fills in the login page and presses Allow, like a person in a hurry.
func walk(ctx context.Context, address string) error {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	client := &http.Client{Jar: jar, Timeout: 10 * time.Second}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	for range 4 {
		response, err := client.Do(request)
		if err != nil {
			return err
		}
		page, err := html.Parse(response.Body)
		_ = response.Body.Close() // read to its end
		if err != nil {
			return err
		}
		next, found, err := submit(ctx, page, response.Request.URL)
		if err != nil || !found {
			return err
		}
		request = next
	}
	return errors.New("the sign-in pages do not end")
}

// submit is the request that the page's form makes, pressing its button for
// yes; found is false on a page without one.
func submit(ctx context.Context, page *html.Node, at *url.URL) (request *http.Request, found bool, err error) {
	form := find(page, func(n *html.Node) bool {
		return n.Data == "form" && find(n, func(c *html.Node) bool { id := attribute(c, "id"); return id == "login" || id == "approve" }) != nil
	})
	if form == nil {
		return nil, false, nil
	}
	values := url.Values{}
	for n := range form.Descendants() {
		name := attribute(n, "name")
		switch {
		case n.Type != html.ElementNode || name == "":
		case n.Data == "input" && attribute(n, "type") == "email" || name == "email":
			values.Set(name, "ada@example.com")
		case n.Data == "input" && attribute(n, "type") == "password":
			values.Set(name, "demo")
		case n.Data == "input":
			values.Set(name, attribute(n, "value"))
		case n.Data == "button" && attribute(n, "id") != "deny":
			values.Set(name, attribute(n, "value"))
		}
	}
	action, err := at.Parse(attribute(form, "action"))
	if err != nil {
		return nil, false, fmt.Errorf("the form's address: %w", err)
	}
	request, err = http.NewRequestWithContext(ctx, http.MethodPost, action.String(), strings.NewReader(values.Encode()))
	if err != nil {
		return nil, false, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Origin", at.Scheme+"://"+at.Host)
	return request, true, nil
}

func find(n *html.Node, is func(*html.Node) bool) *html.Node {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && is(d) {
			return d
		}
	}
	return nil
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// redirects are the addresses a source's sign-in may come back to.
func redirects(name string) []string {
	entry, _ := catalog.Find(name)
	return entry.SignIn(&url.URL{Scheme: "http", Host: "127.0.0.1"}, "", false).RedirectURIs()
}
