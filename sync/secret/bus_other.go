//go:build !unix || darwin

package secret

// sessionBus is nil: the keyring of this system needs no bus.
func sessionBus() error { return nil }

// noSecretService is false: the keyring is part of this system.
func noSecretService(error) bool { return false }
