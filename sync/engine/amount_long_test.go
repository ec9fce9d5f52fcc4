//go:build long

package engine_test

// worldsOf says how many of the guard's worlds there are of each size.
var worldsOf = []struct{ documents, worlds int }{{5, 12000}, {15, 8000}, {100, 2500}, {1000, 300}}

// wireWorldsOf says how many there are of each size for every lie on the wire.
var wireWorldsOf = []struct{ documents, worlds int }{{5, 20}, {15, 15}, {100, 4}, {1000, 1}}

// longRunDays is how long the agent's loop runs.
const longRunDays = 56
