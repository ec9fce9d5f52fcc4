//go:build long

package main

var drawnWays = allWays
