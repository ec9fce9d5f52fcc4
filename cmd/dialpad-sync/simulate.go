package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"strings"
	"time"

	"dialpadsync.app/sync/sim"
)

// simulateCommand serves one vendor's double until told to stop.
type simulateCommand struct {
	Zendesk simulateZendesk `cmd:"" help:"A Zendesk help center with its sign-in and a page to edit the articles."`
	Magento simulateMagento `cmd:"" help:"A Magento shop with products, pages and a storefront."`
	Dialpad simulateDialpad `cmd:"" help:"A Dialpad knowledge base with its sign-in and a page that shows what it holds."`
}

// doubleFlags are what every double understands.
type doubleFlags struct {
	Fault  []string `sep:"none" placeholder:"FAULT" help:"Spoil chosen answers, as in “GET /articles nth=2 status=503”. May be repeated; “--fault help” prints the words."`
	Switch []string `sep:"none" placeholder:"NAME=VALUE" help:"Choose what nobody knows for sure about the vendor. May be repeated; “--switch help” prints the names."`
	Seed   uint64   `default:"1" help:"Decides what is left to chance; the same number gives the same double."`
	Key    string   `placeholder:"KEY" help:"What the X-Sim-Key header must say at /__sim/."`
}

// faultHelp is the syntax of package sim on one screen.
const faultHelp = `A fault is written  [METHOD] [/path] key=value…  and says which answers, then what happens to them.
  which: query=NAME[:VALUE] nth=N every=N probability=0…1 times=N from=TIME until=TIME
  what:  status=N effect header=NAME:VALUE body=TEXT retry-after=TEXT html redirect=URL reset=before|after|mid|idle
         truncate[=BYTES] delay=TIME hold=TIME drip=BYTES gzip limit=N/s burst=N parallel=N clock=±TIME`

// addFaults sets the faults of the command line; more is what this double's
// have beside those of package sim.
func (f doubleFlags) addFaults(faults *sim.Faults, more string) error {
	if err := faults.AddText(f.Fault...); err != nil {
		return &usageError{message: fmt.Sprintf("--%v.", err), help: faultHelp + more}
	}
	return nil
}

// setSwitches hands each --switch to set, whose error says what is wrong with
// it. A wrong one is answered with all there are.
func (f doubleFlags) setSwitches(set func(name, value string) error, heading string, all []string) error {
	help := heading + "\n  " + strings.Join(all, "\n  ")
	for _, text := range f.Switch {
		name, value, ok := strings.Cut(text, "=")
		if !ok {
			return &usageError{message: fmt.Sprintf("--switch %s is not written NAME=VALUE.", text), help: help}
		}
		if err := set(name, value); err != nil {
			return &usageError{message: fmt.Sprintf("--switch %s: %v.", text, err), help: help}
		}
	}
	return nil
}

// controlLine says who may use a double's control.
func (f doubleFlags) controlLine(withoutKey string) string {
	if f.Key == "" {
		return withoutKey
	}
	return "with your key in the header X-Sim-Key"
}

// listenLoopback listens where no other computer gets. Port 0 takes a free one.
func listenLoopback(ctx context.Context, addr string) (net.Listener, error) {
	const help = "Use 127.0.0.1:PORT, [::1]:PORT or localhost:PORT; port 0 takes a free one."
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, &usageError{message: fmt.Sprintf("--addr %s is not an address with a port.", addr), help: help}
	}
	if host == "localhost" {
		host = "127.0.0.1" // whatever the hosts file says
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return nil, &usageError{
			message: fmt.Sprintf("--addr %s is not an address of this computer alone. A double accepts invented sign-ins and lets everybody who reaches it change everything.", addr),
			help:    help,
		}
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", net.JoinHostPort(host, port))
	if err != nil {
		return nil, &usageError{message: fmt.Sprintf("--addr %s cannot be used: %v.", addr, err), help: "Choose another port; 0 takes a free one."}
	}
	return listener, nil
}

// finishTime is how long requests under way may take after Ctrl-C.
const finishTime = 500 * time.Millisecond

// serveDouble listens on addr, prints what greet says about the address, and
// serves until ctx ends.
func serveDouble(ctx context.Context, t terminal, addr string, double http.Handler, greet func(base string) string) error {
	listener, err := listenLoopback(ctx, addr)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: double, ReadHeaderTimeout: 10 * time.Second, ErrorLog: log.New(t.Err, "", 0)}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	fmt.Fprint(t.Out, greet("http://"+listener.Addr().String()))
	select {
	case err := <-ended:
		return fmt.Errorf("serve the double: %w", err)
	case <-ctx.Done():
	}
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishTime)
	defer cancel()
	if server.Shutdown(patience) != nil {
		_ = server.Close() // requests that are held hear of it by their broken connection
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve the double: %w", err)
	}
	return nil
}
