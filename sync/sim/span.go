package sim

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Span reads a duration: Go's syntax, or one number of days (d), weeks (w) or
// years (y, 365.25 days), with an optional sign: "1h30m", "+10y", "-2d".
func Span(value string) (time.Duration, error) {
	units := map[string]time.Duration{"d": 24 * time.Hour, "w": 7 * 24 * time.Hour, "y": 8766 * time.Hour}
	for unit, length := range units {
		amount, ok := strings.CutSuffix(value, unit)
		if !ok {
			continue
		}
		n, err := strconv.ParseFloat(amount, 64)
		total := n * float64(length)
		// Beyond ±290 years a time.Duration overflows; the comparison is false for NaN too.
		if err != nil || !(total > -290*float64(units["y"]) && total < 290*float64(units["y"])) {
			return 0, fmt.Errorf("%q is not a duration", value)
		}
		return time.Duration(total), nil
	}
	d, err := time.ParseDuration(value)
	if err != nil {
		return 0, fmt.Errorf("%q is not a duration", value)
	}
	return d, nil
}
