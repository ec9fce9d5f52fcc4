//go:build !long

package engine_test

// worldsOf says how many of the guard's worlds there are of each size.
var worldsOf = []struct{ documents, worlds int }{{5, 7000}, {15, 2700}, {100, 280}, {1000, 20}}

// wireWorldsOf says how many there are of each size for every lie on the wire.
var wireWorldsOf = []struct{ documents, worlds int }{{5, 6}, {15, 4}, {100, 1}}

// longRunDays is how long the agent's loop runs.
const longRunDays = 3
