package content

import (
	"strconv"
	"strings"
)

const (
	// offScreen is how far, in pixels, text must be moved to the left or top to
	// count as hidden; beyond is the same for the right and bottom. Layouts move
	// things by a screen's width; hiding uses -999px and more.
	offScreen = 900
	beyond    = 1500
)

// number splits a CSS number from its unit. A calc() of numbers of one unit is
// worked out.
func number(value string) (n float64, unit string, ok bool) {
	value = strings.TrimSpace(value)
	if inner, found := strings.CutPrefix(value, "calc("); found {
		return calculated(strings.TrimSuffix(inner, ")"))
	}
	end := numberEnd(value)
	n, err := strconv.ParseFloat(value[:end], 64)
	return n, strings.TrimSpace(value[end:]), err == nil
}

// numberEnd is where the number ends that a text begins with.
func numberEnd(s string) int {
	i := 0
	digits := func() {
		for i < len(s) && s[i] >= '0' && s[i] <= '9' {
			i++
		}
	}
	if i < len(s) && (s[i] == '+' || s[i] == '-') {
		i++
	}
	digits()
	if i < len(s) && s[i] == '.' {
		i++
		digits()
	}
	at := i
	if i+1 < len(s) && s[i] == 'e' {
		i++
		if s[i] == '+' || s[i] == '-' {
			i++
		}
		if from := i; true {
			if digits(); i > from {
				return i
			}
		}
	}
	return at
}

// calculated works out "100px - 100px" and "0 * 2" from left to right.
func calculated(text string) (n float64, unit string, ok bool) {
	words := strings.Fields(text)
	for i := 0; i < len(words); i += 2 {
		m, u, valid := number(words[i])
		if !valid || u != "" && unit != "" && u != unit {
			return 0, "", false
		}
		if u != "" {
			unit = u
		}
		switch {
		case i == 0:
			n = m
		case words[i-1] == "+":
			n += m
		case words[i-1] == "-":
			n -= m
		case words[i-1] == "*":
			n *= m
		case words[i-1] == "/" && m != 0:
			n /= m
		default:
			return 0, "", false
		}
	}
	return n, unit, len(words)%2 == 1
}

// pixels is about how long a length is.
func pixels(value string) (px float64, ok bool) {
	n, unit, ok := number(value)
	switch unit {
	case "em", "rem", "ch", "ex", "cap", "ic", "lh", "rlh":
		n *= 10
	case "%", "vw", "vh", "vmin", "vmax", "dvh", "dvw", "svh", "svw", "lvh", "lvw", "vi", "vb":
		n *= 9
	case "in":
		n *= 96
	case "cm":
		n *= 38
	case "mm":
		n *= 3.8
	case "pc":
		n *= 16
	case "", "px", "pt", "q":
	default:
		return 0, false
	}
	return n, ok
}

// farOut says whether a length moves something out of everybody's sight.
func farOut(value string) bool {
	px, ok := pixels(value)
	return ok && (px <= -offScreen || px >= beyond)
}

// anyFarOut looks at every length of a value.
func anyFarOut(value string) bool {
	for _, word := range words(value) {
		if farOut(word) {
			return true
		}
	}
	return false
}

// pushedAway judges margins: to the left or top they take the text along, to
// the right or bottom only what follows.
func pushedAway(value string) bool {
	sides := strings.Fields(value)
	for i, side := range sides {
		// top, right, bottom, left; of fewer, the first and last stand for both
		if (i == 0 || i == 3 || i == 1 && len(sides) < 4) && farOut(side) {
			return true
		}
	}
	return false
}

// nothing says that a length leaves no room for text.
func nothing(value string) bool {
	n, unit, ok := number(value)
	switch unit {
	case "", "px", "pt":
		return ok && n <= 1
	}
	return ok && n <= 0.05
}

// words splits a value at spaces, commas and slashes outside parentheses.
func words(value string) []string {
	depth := 0
	return strings.FieldsFunc(value, func(r rune) bool {
		switch r {
		case '(':
			depth++
		case ')':
			depth--
		case ' ', '\t', '\n', '\r', '\f', ',', '/':
			return depth <= 0
		}
		return false
	})
}

// call is what stands in the parentheses of "name(…)", split.
func call(word, name string) ([]string, bool) {
	inner, ok := strings.CutPrefix(word, name+"(")
	if !ok {
		return nil, false
	}
	return words(strings.TrimSuffix(inner, ")")), true
}

// atMost says that a value is a number or a share below a limit.
func atMost(value string, limit float64) bool {
	n, unit, ok := number(value)
	if unit == "%" {
		n /= 100
	}
	return ok && n < limit
}
