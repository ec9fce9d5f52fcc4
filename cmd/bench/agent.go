package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"dialpadsync.app/sync/checkpoint"
	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/settings"
)

// agent starts the program as it is shipped on a home with two accounts whose
// documents are copied, over TLS, lets it compare everything once and watches it
// idle.
func agent(ctx context.Context, b *bench) ([]figure, error) {
	trusted := filepath.Join(b.dir, "trusted.pem")
	certificate, err := certify(trusted)
	if err != nil {
		return nil, err
	}
	w, err := b.newWorld(ctx, b.sizes.agent/2, []string{"en-us"}, certificate)
	if err != nil {
		return nil, err
	}
	defer w.close()
	second, err := w.second(ctx, certificate)
	if err != nil {
		return nil, err
	}
	defer second.left.close()
	env := "SSL_CERT_FILE=" + trusted
	if err := errors.Join(w.importAll(ctx, env), second.importAll(ctx, env)); err != nil {
		return nil, err
	}
	if err := settleForAgent(ctx, w, second); err != nil {
		return nil, err
	}
	program, err := b.build(ctx)
	if err != nil {
		return nil, err
	}
	p, err := newPanel(ctx, b.dir)
	if err != nil {
		return nil, err
	}
	defer func() { _ = p.close() }() // what was measured has been
	a, err := start(ctx, program, w.home, env, "DBUS_SESSION_BUS_ADDRESS="+p.address)
	if err != nil {
		return nil, err
	}
	defer a.stop()
	shown, err := p.registered(ctx)
	if err != nil {
		return nil, err
	}
	if err := a.waitForProof(ctx); err != nil {
		return nil, err
	}
	idle, err := watch(ctx, a.cmd.Process.Pid, b.sizes.calm, b.sizes.idle)
	if err != nil {
		return nil, err
	}
	setting := fmt.Sprintf("icon in the panel, idle for %v after comparing %s documents of 2 accounts over TLS", b.sizes.idle, many(b.sizes.agent))
	return []figure{
		atMost("agent: memory", setting, megabytes(idle.memory), 20, "MB"),
		atMost("agent: CPU a minute", setting, idle.cpu.Seconds()*1000, 5, "ms"),
		atMost("agent: wake-ups a minute", setting, idle.wakeUps, 20, "").more("all threads"),
		atMost("agent: start → icon in the panel", many(b.sizes.agent)+" documents in the checkpoint, on a bus of its own", shown.Sub(a.began).Seconds()*1000, 50, "ms"),
		atMost("agent: start → answers", many(b.sizes.agent)+" documents in the checkpoint, hello on its socket", a.ready.Seconds()*1000, 500, "ms"),
	}, nil
}

// settleForAgent writes settings.toml and makes a comparison of everything due,
// at a rate that need not be learned first.
func settleForAgent(ctx context.Context, accounts ...*world) error {
	w := accounts[0]
	conf := settings.Default()
	conf.HomeID = settings.NewHomeID()
	conf.Dialpad.Region, conf.Dialpad.CustomURL = settings.RegionCustom, w.right.address
	conf.Dialpad.ClientID = w.job().ClientID
	conf.Dialpad.MaxRequestsPerSecond = settings.HighestMaxRequestsPerSecond
	for _, one := range accounts {
		a := settings.NewAccount(one.account, "zendesk")
		a.URL, a.ClientID, a.Locales, a.SourceValue = one.left.address, clientID, one.locales, one.sourceValue()
		conf.Accounts = append(conf.Accounts, a)
	}
	if err := conf.Save(filepath.Join(w.home, "settings.toml")); err != nil {
		return err
	}
	store, err := openStore(ctx, w.home)
	if err != nil {
		return err
	}
	for _, one := range accounts {
		err = errors.Join(err, dueAgain(ctx, store, one.account))
	}
	return errors.Join(err, store.Close())
}

// dueAgain makes a comparison of everything due.
func dueAgain(ctx context.Context, store *checkpoint.Store, account string) error {
	state, _, err := store.Load(ctx, account)
	if err != nil {
		return err
	}
	state.Compared, state.Proved, state.Listed = time.Time{}, time.Time{}, time.Time{}
	state.Rates, err = json.Marshal(map[string]rest.LearnedRate{
		"source": {PerSecond: plenty}, "dialpad": {PerSecond: settings.HighestMaxRequestsPerSecond},
	})
	return errors.Join(err, store.Commit(ctx, account, engine.Batch{State: &state}))
}

// build makes the program as it is shipped.
func (b *bench) build(ctx context.Context) (string, error) {
	program := filepath.Join(b.dir, "dialpad-sync")
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", program, "dialpadsync.app/cmd/dialpad-sync")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if text, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the program: %w: %s", err, text)
	}
	return program, nil
}

// running is an agent.
type running struct {
	cmd    *exec.Cmd
	words  strings.Builder
	socket string
	began  time.Time
	ready  time.Duration // from the start to the first answer
}

// patience bounds what an agent may take to answer.
const patience = 30 * time.Second

// start starts an agent and waits until it answers.
func start(ctx context.Context, program, home string, env ...string) (*running, error) {
	socket, err := local.Socket(home)
	if err != nil {
		return nil, err
	}
	a := &running{socket: socket, began: time.Now()}
	a.cmd = exec.CommandContext(ctx, program, "--home", home, "--secrets", "dir:"+filepath.Join(home, "secrets"), "agent")
	a.cmd.Env = append(os.Environ(), env...)
	a.cmd.Stderr = &a.words
	a.cmd.Cancel = func() error { return a.cmd.Process.Signal(syscall.SIGTERM) }
	a.cmd.WaitDelay = 10 * time.Second
	if err := a.cmd.Start(); err != nil {
		return nil, err
	}
	for time.Since(a.began) < patience {
		if agent, err := local.Dial(ctx, socket); err == nil {
			a.ready = time.Since(a.began)
			agent.Close()
			return a, nil
		}
		if err := sleep(ctx, time.Millisecond); err != nil {
			break
		}
	}
	a.stop()
	return nil, fmt.Errorf("the agent does not answer: %s", a.words.String())
}

// stop ends the agent, by force where it does not go by itself.
func (a *running) stop() {
	_ = a.cmd.Process.Signal(syscall.SIGTERM) // one that has ended is fine
	force := time.AfterFunc(a.cmd.WaitDelay, func() { _ = a.cmd.Process.Kill() })
	defer force.Stop()
	_ = a.cmd.Wait() // how it ends is measured elsewhere
}

// waitForProof returns when the agent's first pass has proved both sides equal.
func (a *running) waitForProof(ctx context.Context) error {
	client, err := local.Dial(ctx, a.socket)
	if err != nil {
		return err
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	var last []engine.AccountStatus
	proved := false
	err = client.Watch(ctx, func(s local.Picture) {
		if len(s.Accounts) == 0 {
			return // it is being wired
		}
		last = s.Accounts
		open := func(s engine.AccountStatus) bool { return s.Phase != engine.Idle || !s.Proved.After(a.began) }
		if proved = !slices.ContainsFunc(last, open); proved {
			cancel()
		}
	})
	if !proved {
		return fmt.Errorf("the agent has proved nothing: %+v: %w: %s", last, err, a.words.String())
	}
	return nil
}

// idleness is what a process costs while nothing happens.
type idleness struct {
	memory  int64         // bytes, the larger of beginning and end
	cpu     time.Duration // a minute
	wakeUps float64       // a minute
}

// watch looks at a process for a while, once it has calmed down.
func watch(ctx context.Context, pid int, calm, while time.Duration) (idleness, error) {
	if err := sleep(ctx, calm); err != nil {
		return idleness{}, err
	}
	memory0, cpu0, wakeUps0, err := look(pid)
	if err != nil {
		return idleness{}, err
	}
	if err := sleep(ctx, while); err != nil {
		return idleness{}, err
	}
	memory1, cpu1, wakeUps1, err := look(pid)
	share := float64(time.Minute) / float64(while)
	return idleness{
		memory:  max(memory0, memory1),
		cpu:     time.Duration(float64(cpu1-cpu0) * share),
		wakeUps: float64(wakeUps1-wakeUps0) * share,
	}, err
}

func look(pid int) (memory int64, cpu time.Duration, wakeUps int64, err error) {
	memory, err = memoryOf(pid, "VmRSS")
	if err == nil {
		cpu, err = cpuOf(pid)
	}
	if err == nil {
		wakeUps, err = wakeUpsOf(pid)
	}
	return memory, cpu, wakeUps, err
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
