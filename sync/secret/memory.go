package secret

import (
	"context"
	"fmt"
	"io"
	"sync"
)

// Memory returns a store that forgets everything when the process ends.
func Memory() Store { return &memory{held: make(map[string]Secret)} }

type memory struct {
	mu   sync.Mutex
	held map[string]Secret
}

// Format keeps the held secrets out of dumps.
func (*memory) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "secrets in memory") }

func (m *memory) Get(ctx context.Context, name string) (Secret, error) {
	const op = "read a secret"
	if _, err := checkName(name); err != nil {
		return "", fmt.Errorf("%s: %w", op, err)
	}
	if err := ctx.Err(); err != nil {
		return "", fmt.Errorf("%s: %w", op, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.held[name]
	if !ok {
		return "", missing(op)
	}
	return s, nil
}

func (m *memory) Set(ctx context.Context, name string, s Secret) error {
	const op = "save a secret"
	if err := checkEntry(name, s); err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.held[name] = s
	return nil
}

func (m *memory) Delete(ctx context.Context, name string) error {
	const op = "delete a secret"
	if _, err := checkName(name); err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.held, name)
	return nil
}
