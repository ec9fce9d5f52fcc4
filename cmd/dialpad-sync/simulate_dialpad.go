package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"dialpadsync.app/sync/dialpad/dialpadsim"
)

type simulateDialpad struct {
	Addr    string `default:"127.0.0.1:7400" placeholder:"HOST:PORT" help:"Where to listen; on this computer only. Port 0 takes a free one."`
	Foreign uint   `placeholder:"N" help:"Begin with so many documents of other people: of another source, without one, and of another type."`
	doubleFlags
}

// Run serves the double until ctx ends.
func (c *simulateDialpad) Run(ctx context.Context, t terminal) error {
	config := dialpadsim.Config{Seed: c.Seed, Key: c.Key}
	names, err := dialpadSwitches()
	if err != nil {
		return err
	}
	if err := c.setSwitches(config.Switches.Set, "Switches and their defaults:", names); err != nil {
		return err
	}
	server, err := dialpadsim.New(config)
	if err != nil {
		return fmt.Errorf("set up the Dialpad double: %w", err)
	}
	if err := c.addFaults(server.Faults(), "\n  for Dialpad also: page=loop|repeat|empty|short|invalid|gone token=expired|revoked"); err != nil {
		return err
	}
	n := int(c.Foreign)
	server.Seed(dialpadsim.Foreign((n+2)/3, (n+1)/3, n/3)...)
	return serveDouble(ctx, t, c.Addr, server, func(base string) string { return c.greeting(base, server.Credentials()) })
}

// dialpadSwitches lists every switch with its default, as a double tells them.
func dialpadSwitches() ([]string, error) {
	server, err := dialpadsim.New(dialpadsim.Config{})
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(server.Switches())
	if err != nil {
		return nil, err
	}
	var values map[string]json.RawMessage
	if err := json.Unmarshal(text, &values); err != nil {
		return nil, err
	}
	var out []string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		value := strings.ReplaceAll(strings.Trim(string(values[name]), `"[]`), `","`, ",")
		out = append(out, name+"="+strings.TrimPrefix(value, "null"))
	}
	return out, nil
}

// greeting is what the command prints first: where, how to sign in, and what
// to paste.
func (c *simulateDialpad) greeting(base string, pairs dialpadsim.Credentials) string {
	return fmt.Sprintf(`Dialpad double at %[1]s

  documents  %[1]s/  (%[2]d of other people); edit, unpublish and delete them there, as in Dialpad itself
  control    %[1]s/__sim/  (faults, switches, clock, journal, state; %[3]s)

Sign in with client credentials:
  client id      %[4]s
  client secret  %[5]s   (the secret dialpad/client_secret)
  read only      %[6]s, %[7]s
Or in the browser, which opens the knowledge base with --switch dialpad_tokens=on only:
  client id      %[8]s, with the secret %[9]s or none
  redirects      http://127.0.0.1:PORT/callback, any port

For settings.toml:

[dialpad]
region = "custom"
api_url = "%[1]s"
sign_in = "credentials"
client_id = "%[4]s"
# For the browser: sign_in = "browser", sign_in_url = "%[1]s", client_id = "%[8]s"

Ctrl-C ends it.
`, base, c.Foreign, c.controlLine("closed; --key KEY opens it"),
		pairs.Knowledge.ClientID, pairs.Knowledge.ClientSecret, pairs.ReadOnly.ClientID, pairs.ReadOnly.ClientSecret,
		pairs.SignIn.ClientID, pairs.SignIn.ClientSecret)
}
