//go:build !long

package main

// spoilings is how many ways to spoil answers TestPrivacy goes through, each at
// one side.
const (
	spoilings = 5
	bothSides = false
)
