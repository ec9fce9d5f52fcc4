package sim

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Parse reads one fault in the syntax of the package comment. Domain are the
// further keys that the double understands.
func Parse(text string, domain ...string) (Rule, error) {
	rule, err := parse(text, domain)
	if err != nil {
		return Rule{}, fmt.Errorf("fault %q: %w", text, err)
	}
	return rule, nil
}

func parse(text string, domain []string) (Rule, error) {
	var rule Rule
	words, err := split(text)
	if err != nil {
		return rule, err
	}
	if len(words) > 0 && isMethods(words[0]) {
		if words[0] != "*" {
			rule.Match.Methods = strings.Split(words[0], ",")
		}
		words = words[1:]
	}
	if len(words) > 0 && strings.HasPrefix(words[0], "/") {
		rule.Match.Path = words[0]
		words = words[1:]
	}
	for _, word := range words {
		key, value, hasValue := strings.Cut(word, "=")
		if err := rule.set(key, value, hasValue, domain); err != nil {
			return rule, err
		}
	}
	return rule, rule.check()
}

// split cuts at spaces, except inside a Go string that follows a "=".
func split(text string) ([]string, error) {
	var words []string
	for rest := strings.TrimSpace(text); rest != ""; rest = strings.TrimLeft(rest, " \t\r\n") {
		end := strings.IndexAny(rest, " \t\r\n")
		if end < 0 {
			end = len(rest)
		}
		word := rest[:end]
		if key := strings.Index(word, `="`); key >= 0 {
			value, length, err := unquote(rest[key+1:])
			if err != nil {
				return nil, fmt.Errorf("%s has a quotation without an end", word[:key])
			}
			end = key + 1 + length
			word = rest[:key+1] + value
		}
		words = append(words, word)
		rest = rest[end:]
	}
	return words, nil
}

// unquote reads the Go string that text begins with.
func unquote(text string) (value string, length int, err error) {
	quoted, err := strconv.QuotedPrefix(text)
	if err != nil {
		return "", 0, err
	}
	value, err = strconv.Unquote(quoted)
	return value, len(quoted), err
}

func isMethods(word string) bool {
	if word == "*" {
		return true
	}
	return strings.Trim(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ,") == "" && !strings.HasPrefix(word, ",") && !strings.HasSuffix(word, ",")
}

// set reads one key. A key that needs no value is a flag.
func (rule *Rule) set(key, value string, hasValue bool, domain []string) error {
	if slices.Contains(domain, key) {
		if rule.Action.Domain == nil {
			rule.Action.Domain = make(map[string]string)
		}
		rule.Action.Domain[key] = value
		return nil
	}
	if rule.Action.setFlag(key, hasValue) {
		return nil
	}
	if !hasValue {
		return fmt.Errorf("%q is not a word of the fault syntax, or lacks a value", key)
	}
	known, err := rule.Match.set(key, value)
	if !known {
		known, err = rule.Action.set(key, value)
	}
	if !known {
		return fmt.Errorf("unknown key %q", key)
	}
	if err != nil {
		return fmt.Errorf("%s=%s: %w", key, value, err)
	}
	return nil
}

func (m *Match) set(key, value string) (known bool, err error) {
	switch key {
	case "query":
		m.Query = value
	case "nth":
		m.Nth, err = positive(value)
	case "every":
		m.Every, err = positive(value)
	case "times":
		m.Times, err = positive(value)
	case "probability":
		m.Probability, err = number(value, 1)
	case "from":
		m.From, err = span(value)
	case "until":
		m.Until, err = span(value)
	default:
		return false, nil
	}
	return true, err
}

func (a *Action) setFlag(key string, hasValue bool) bool {
	if hasValue {
		return false
	}
	switch key {
	case "effect":
		a.Effect = true
	case "html":
		a.HTML = true
	case "gzip":
		a.Gzip = true
	case "truncate":
		a.Truncate = -1
	default:
		return false
	}
	return true
}

func (a *Action) set(key, value string) (known bool, err error) {
	switch key {
	case "status":
		a.Status, err = status(value)
	case "header":
		err = a.addHeader(value)
	case "body":
		a.Body = &value
	case "retry-after":
		a.RetryAfter = &value
	case "redirect":
		a.Redirect, err = absolute(value)
	case "reset":
		a.Reset, err = cut(value)
	case "truncate":
		a.Truncate, err = positive(value)
	case "delay":
		a.Delay, err = span(value)
	case "hold":
		a.Hold, err = span(value)
	case "drip":
		a.Drip, err = positive(value)
	case "limit":
		a.Limit.PerSecond, err = number(strings.TrimSuffix(value, "/s"), 0)
	case "burst":
		a.Limit.Burst, err = number(value, 0)
	case "parallel":
		a.Limit.Parallel, err = positive(value)
	case "clock":
		a.Skew, err = Span(value)
	default:
		return false, nil
	}
	return true, err
}

func (a *Action) addHeader(value string) error {
	name, v, ok := strings.Cut(value, ":")
	if !ok || name == "" {
		return fmt.Errorf("a header is written Name:value")
	}
	if a.Header == nil {
		a.Header = make(http.Header)
	}
	a.Header.Add(name, strings.TrimSpace(v))
	return nil
}

// check refuses rules that would do nothing, or two things at once.
func (rule *Rule) check() error {
	m, a := rule.Match, rule.Action
	switch {
	case m.Until > 0 && m.Until <= m.From:
		return fmt.Errorf("until is not after from")
	case a.Effect && a.Status == 0:
		return fmt.Errorf("effect needs a status")
	case a.Limit.Burst > 0 && a.Limit.PerSecond == 0:
		return fmt.Errorf("burst needs a limit")
	case a.Limit.Burst > 0 && a.Limit.Burst < 1:
		return fmt.Errorf("burst is at least 1")
	case a.isZero():
		return fmt.Errorf("it says nothing that should happen")
	}
	return nil
}

func (a Action) isZero() bool {
	return !a.replaces() && a.RetryAfter == nil && len(a.Header) == 0 && a.Truncate == 0 && a.Delay == 0 &&
		a.Hold == 0 && a.Drip == 0 && !a.Gzip && !a.Limit.any() && a.Skew == 0 && len(a.Domain) == 0
}

func positive(value string) (int, error) {
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("want a whole number from 1 on")
	}
	return n, nil
}

// number reads a positive number, at most limit if that is not 0.
func number(value string, limit float64) (float64, error) {
	n, err := strconv.ParseFloat(value, 64)
	if err != nil || !(n > 0) || n > 1e9 || (limit > 0 && n > limit) {
		if limit > 0 {
			return 0, fmt.Errorf("want a number above 0, at most %g", limit)
		}
		return 0, fmt.Errorf("want a number above 0")
	}
	return n, nil
}

func status(value string) (int, error) {
	n, err := strconv.Atoi(value)
	if err != nil || n < 200 || n > 599 {
		return 0, fmt.Errorf("want a status from 200 to 599")
	}
	return n, nil
}

func absolute(value string) (string, error) {
	u, err := url.Parse(value)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return "", fmt.Errorf("want an absolute http(s) URL")
	}
	return value, nil
}

func cut(value string) (Cut, error) {
	c := Cut(value)
	if !slices.Contains([]Cut{CutBefore, CutAfter, CutMid, CutIdle}, c) {
		return "", fmt.Errorf("want before, after, mid or idle")
	}
	return c, nil
}

func span(value string) (time.Duration, error) {
	d, err := Span(value)
	if err == nil && d < 0 {
		err = fmt.Errorf("want a duration that is not negative")
	}
	return d, err
}
