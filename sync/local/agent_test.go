package local_test

import (
	"context"
	"fmt"
	"os"

	"dialpadsync.app/sync/local"
)

// asAgent is set for a process that plays the agent of a home.
const asAgent = "LOCAL_TEST_AGENT_OF"

// playAgent serves the agent of a home until it is told to stop.
func playAgent(dir string) error {
	if os.Args[len(os.Args)-1] != "agent" {
		return fmt.Errorf("called with %q", os.Args)
	}
	h, err := local.FindHome(dir)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	f := &fakeEngine{}
	server := &local.Server{Follow: f, Drive: f, Judge: f, Program: "1.2.3", Stop: stop}
	listener, err := server.ListenAt(ctx, h)
	if err != nil {
		return err
	}
	return server.Serve(ctx, listener)
}
