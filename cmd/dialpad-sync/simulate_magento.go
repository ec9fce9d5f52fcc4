package main

import (
	"context"
	"fmt"

	"dialpadsync.app/sync/source/magento/magentosim"
)

type simulateMagento struct {
	Addr     string `default:"127.0.0.1:7402" placeholder:"HOST:PORT" help:"Where to listen; on this computer only. Port 0 takes a free one."`
	Products uint   `default:"60" placeholder:"N" help:"Make up so many products."`
	Pages    uint   `default:"12" placeholder:"N" help:"Make up so many pages."`
	doubleFlags
}

// Run serves the double until ctx ends.
func (c *simulateMagento) Run(ctx context.Context, t terminal) error {
	config := magentosim.Config{Products: int(c.Products), Pages: int(c.Pages), Seed: c.Seed, Key: c.Key}
	switches := map[string]func(on bool){
		"bearer":        func(on bool) { config.Bearer = on },
		"repeat_last":   func(on bool) { config.RepeatLast = on },
		"own_view_only": func(on bool) { config.OwnViewOnly = on },
		"input_limit": func(on bool) {
			if on {
				config.PageLimit = 20
			}
		},
	}
	set := func(name, value string) error {
		do, ok := switches[name]
		if !ok {
			return fmt.Errorf("there is no switch %q", name)
		}
		if value != "on" && value != "off" {
			return fmt.Errorf("%q is neither off nor on", value)
		}
		do(value == "on")
		return nil
	}
	names := []string{"bearer=off|on", "repeat_last=off|on", "own_view_only=off|on", "input_limit=off|on"}
	if err := c.setSwitches(set, "Switches, each with its default first:", names); err != nil {
		return err
	}
	shop, err := magentosim.New(config)
	if err != nil {
		return &usageError{message: fmt.Sprintf("Cannot %v.", err), help: "Run “dialpad-sync simulate magento --help”."}
	}
	if err := c.addFaults(shop.Faults(), ""); err != nil {
		return err
	}
	return serveDouble(ctx, t, c.Addr, shop, func(base string) string { return c.greeting(base, shop) })
}

// greeting is what the command prints first: where, the keys, and what to type.
func (c *simulateMagento) greeting(base string, shop *magentosim.Server) string {
	k := shop.Keys()
	return fmt.Sprintf(`Magento double at %[1]s

  shop      %[1]s/  (%[2]d products, %[3]d pages, store views default and german)
  control   %[1]s/__sim/  (faults, clock, journal; %[4]s)

Keys of its integration:
  Consumer Key         %[5]s
  Consumer Secret      %[6]s
  Access Token         %[7]s
  Access Token Secret  %[8]s

Connect it:
  printf '%[5]s\n%[6]s\n%[7]s\n%[8]s\n' | dialpad-sync connect magento --url %[1]s

`, base, c.Products, c.Pages, c.controlLine("start it with --key KEY to use it"), k.ConsumerKey, k.ConsumerSecret, k.AccessToken, k.AccessTokenSecret)
}
