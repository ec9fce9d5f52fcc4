//go:build long

package main

// spoilings is how many ways to spoil answers TestPrivacy goes through, each at
// both sides.
const (
	spoilings = 19
	bothSides = true
)
