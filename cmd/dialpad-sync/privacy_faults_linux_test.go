package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"time"

	"dialpadsync.app/sync/sim"
)

// signedIn are the texts of the sign-in that is kept now.
func (o *observed) signedIn() (access, refresh string) {
	o.t.Helper()
	text := o.read(filepath.Join(o.secrets, "help-center", "token"))
	between := func(name string) string {
		_, rest, found := strings.Cut(text, `"`+name+`":"`)
		value, _, _ := strings.Cut(rest, `"`)
		if !found || value == "" {
			o.t.Fatalf("the kept sign-in has no %s", name)
		}
		return value
	}
	return between("access_token"), between("refresh_token")
}

// echo is what a careless server says in an error: all it knows.
func (o *observed) echo() string {
	access, refresh := o.signedIn()
	return fmt.Sprintf("%s %s %s %s %s %s %s", access, refresh, o.dialpad.Credentials().Knowledge.ClientSecret,
		canaryTitle, canaryContent(), canaryEmail, canaryCookie)
}

// spoiled lets both sides fail in ways that put what they know into the
// program's hands, while there is something to read and to write.
func (o *observed) spoiled() {
	o.t.Helper()
	elsewhere := httptest.NewServer(http.NotFoundHandler())
	defer elsewhere.Close()
	access, refresh := o.signedIn()
	body := o.echo()
	quoted := strings.NewReplacer(`"`, `\"`).Replace(body)
	for i, spoil := range []sim.Action{
		{Status: 400, Body: ptr(`{"error":"` + quoted + `","error_description":"` + quoted + `"}`)}, {Status: 422, Body: &body},
		{Redirect: elsewhere.URL + "/" + canaryBody + "?access_token=" + access + "&refresh_token=" + refresh + "#" + canaryEmail},
		{Status: 200, Body: ptr(`{"error":"` + quoted + `","message":"` + quoted + `"}`)},
		{Redirect: "http://" + access + ":" + refresh + "@" + canaryURL + "/" + canaryEmail},
		{Status: 400, Body: &body}, {Status: 401, Body: &body}, {Status: 403, Body: &body}, {Status: 404, Body: &body}, {Status: 409, Body: &body},
		{Status: 429, Body: &body}, {Status: 500, Body: &body}, {Status: 503, Body: &body}, {Status: 200, Body: &body},
		{Status: 200, Body: ptr(`{"articles":[{"id":"` + quoted + `"}]}`)}, {Status: 503, RetryAfter: ptr(access)},
		{Header: http.Header{"Location": {body[:40]}, "X-Error": {access}, "Www-Authenticate": {"Bearer " + refresh}}, Status: 401},
		{Reset: sim.CutMid}, {Truncate: -1},
	}[:spoilings] {
		for n, side := range []*sim.Faults{o.zendesk.Faults(), o.dialpad.Faults()} {
			if bothSides || n == i%2 {
				o.spoil(i, side, spoil)
			}
		}
	}
	o.noTLS()
	o.renewed()
}

// spoil edits an answer and lets one side answer everything like this.
func (o *observed) spoil(number int, side *sim.Faults, spoil sim.Action) {
	o.t.Helper()
	o.must(o.zendesk.Edit(o.articles()[0], "en-us", fmt.Sprintf("%s %d", canaryTitle, number), canaryContent()))
	side.Add(sim.Rule{Action: spoil})
	defer side.Clear()
	if said := o.observe(o.program("sync", "--json", "--wait", "1s")); said.code == exitDefect {
		o.t.Errorf("%+v: %s", spoil, said)
	}
	o.observe(o.program("status"))
	o.again()
}

func ptr(s string) *string { return &s }

// again signs in once more, as somebody does who is asked to: some of the
// answers end a sign-in.
func (o *observed) again() {
	o.t.Helper()
	o.access, o.refresh = o.zendesk.Token("admin")
	o.nest.Plant("access token", o.access)
	o.nest.Plant("refresh token", o.refresh)
	o.world.signIn(o.access, o.refresh, time.Now().Add(time.Hour))
}

// noTLS lets both sides be reached by https where there is none.
func (o *observed) noTLS() {
	o.t.Helper()
	whole := o.read(filepath.Join(o.home, "settings.toml"))
	for _, address := range []string{o.zendeskURL, o.dialpadURL} {
		o.settings(strings.Replace(whole, address, "https"+strings.TrimPrefix(address, "http"), 1))
		o.observe(o.program("sync", "--json", "--wait", "1s", "--full"))
	}
	o.settings(whole)
}

// renewed lets the sign-in end, so that it is renewed, and then end for good.
func (o *observed) renewed() {
	o.t.Helper()
	before, refresh := o.signedIn()
	o.world.signIn(before, refresh, time.Now().Add(-time.Hour))
	o.observe(o.program("sync", "--json", "--wait", "20s"))
	if now, _ := o.signedIn(); now == before {
		o.t.Error("the sign-in was not renewed")
	}
	o.zendesk.RevokeAll()
	o.observe(o.program("sync", "--json", "--wait", "1s")).says(o.t, exitSignIn)
	o.again()
	o.observe(o.program("sync", "--full", "--wait", "60s"))
}

// heldAndForgotten archives more than the guard lets pass, shows it, removes it,
// and forgets the account.
func (o *observed) heldAndForgotten() {
	o.t.Helper()
	for _, id := range o.articles() {
		o.must(o.zendesk.Archive(id))
	}
	o.observe(o.program("sync", "--full", "--json", "--wait", "60s")).says(o.t, exitAttention)
	shown := o.observe(o.program("deletions"), "title")
	if !strings.Contains(shown.out, "Titlecanary") {
		o.t.Errorf("the person is not shown what waits: %s", shown)
	}
	o.observe(o.program("deletions", "--delete"), "title")
	account := "help-center"
	if _, err := os.Stat(filepath.Join(o.secrets, account)); err != nil {
		o.t.Fatal(err)
	}
	cmd := o.program("forget", account)
	cmd.Stdin = strings.NewReader("y\n")
	o.observe(cmd)
	o.look()
}
