package main

import (
	"fmt"
	"strconv"
)

// figure is one line of the table.
type figure struct {
	what, setting   string
	value           float64
	measured, bound string // value and bound in words
	ok              bool
}

// String is the line: what, setting, measured, bound, verdict.
func (f figure) String() string {
	verdict := "ok"
	if !f.ok {
		verdict = "MISS"
	}
	return fmt.Sprintf("%-38s  %-68s  %-28s  %-10s  %s", f.what, f.setting, f.measured, f.bound, verdict)
}

// atMost is a figure that must not be greater than its bound.
func atMost(what, setting string, value, bound float64, unit string) figure {
	return figure{what, setting, value, amount(value, unit), "≤ " + amount(bound, unit), value <= bound}
}

// atLeast is a figure that must not be less than its bound.
func atLeast(what, setting string, value, bound float64) figure {
	return figure{what, setting, value, amount(value, ""), "≥ " + amount(bound, ""), value >= bound}
}

// more adds what else is worth knowing to the measured value.
func (f figure) more(format string, args ...any) figure {
	f.measured += " (" + fmt.Sprintf(format, args...) + ")"
	return f
}

// amount writes a value with about three digits and its unit.
func amount(value float64, unit string) string {
	digits := 3
	switch {
	case value == float64(int64(value)):
		digits = 0
	case value >= 10:
		digits = 1
	case value >= 2:
		digits = 2
	}
	text := strconv.FormatFloat(value, 'f', digits, 64)
	switch unit {
	case "", "%":
		return text + unit
	}
	return text + " " + unit
}

func megabytes(bytes int64) float64 { return float64(bytes) / 1e6 }

// many writes a whole number with commas.
func many(n int) string {
	text := strconv.Itoa(n)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}
