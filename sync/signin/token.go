package signin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"strconv"
	"strings"
	"time"

	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/source"
)

// Token is what a vendor gave us. In the secret store it is a JSON object with
// access_token, refresh_token, expiry and refresh_expiry (RFC 3339) and
// expires_in (seconds of life when it was issued); every other field found
// there is kept.
type Token struct {
	Access secret.Secret
	// Refresh is empty where the vendor gave none: then the token works until
	// it expires.
	Refresh secret.Secret
	// Expiry and RefreshExpiry are zero where the vendor does not tell.
	Expiry, RefreshExpiry time.Time
	// Life is the access token's whole life, or 0 where it is not known.
	Life time.Duration

	other map[string]json.RawMessage
}

// Format keeps tokens out of dumps and logs.
func (Token) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[token]") }

// Field returns a further field of the stored token as text, such as "scope",
// or "".
func (t Token) Field(name string) string {
	var text string
	if json.Unmarshal(t.other[name], &text) != nil {
		return strings.Trim(string(t.other[name]), `"`)
	}
	return text
}

// Scopes are the rights the vendor said it granted, or nil where it did not:
// separated by blanks (RFC 6749 §3.3) or, with some vendors, commas.
func (t Token) Scopes() []string {
	return strings.FieldsFunc(t.Field("scope"), func(r rune) bool { return r == ' ' || r == ',' })
}

// Load reads the token under name. An entry that is not a token is answered
// like a missing one: the person has to sign in again.
func Load(ctx context.Context, store secret.Store, name string) (Token, error) {
	t, _, err := load(ctx, store, name)
	return t, err
}

func load(ctx context.Context, store secret.Store, name string) (Token, secret.Secret, error) {
	raw, err := store.Get(ctx, name)
	if err != nil {
		return Token{}, "", fmt.Errorf("load the sign-in: %w", err)
	}
	t, err := decodeToken(raw)
	if err != nil {
		return Token{}, "", &source.Error{
			Kind: source.SignIn, Code: source.CodeSecretMissing, Op: "load the sign-in", Err: err,
		}
	}
	return t, raw, nil
}

// Save stores the token under name.
func Save(ctx context.Context, store secret.Store, name string, t Token) error {
	if err := store.Set(ctx, name, t.encode()); err != nil {
		return fmt.Errorf("save the sign-in: %w", err)
	}
	return nil
}

// encode spells the token as it is stored.
func (t Token) encode() secret.Secret {
	fields := maps.Clone(t.other)
	if fields == nil {
		fields = make(map[string]json.RawMessage)
	}
	text := func(key, value string) {
		if value != "" {
			fields[key], _ = json.Marshal(value) // a string always marshals
		}
	}
	text("access_token", t.Access.Reveal())
	text("refresh_token", t.Refresh.Reveal())
	text("expiry", stamp(t.Expiry))
	text("refresh_expiry", stamp(t.RefreshExpiry))
	if t.Life > 0 {
		fields["expires_in"] = json.RawMessage(strconv.FormatInt(int64(t.Life/time.Second), 10))
	}
	raw, _ := json.Marshal(fields) // every field is valid JSON already
	return secret.Secret(raw)
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

var errNoToken = errors.New("the entry is not a token (JSON with access_token, refresh_token, expiry)")

// decodeToken reads what encode wrote or an operator put there.
func decodeToken(raw secret.Secret) (Token, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal([]byte(raw.Reveal()), &fields); err != nil || fields == nil {
		return Token{}, errNoToken
	}
	var known struct {
		Access        string    `json:"access_token"`
		Refresh       string    `json:"refresh_token"`
		Expiry        looseTime `json:"expiry"`
		RefreshExpiry looseTime `json:"refresh_expiry"`
		Life          seconds   `json:"expires_in"`
	}
	if err := json.Unmarshal([]byte(raw.Reveal()), &known); err != nil {
		return Token{}, errNoToken
	}
	if known.Access == "" && known.Refresh == "" || !printable(known.Access) {
		return Token{}, errNoToken
	}
	for _, key := range []string{"access_token", "refresh_token", "expiry", "refresh_expiry", "expires_in"} {
		delete(fields, key)
	}
	return Token{
		Access: secret.Secret(known.Access), Refresh: secret.Secret(known.Refresh),
		Expiry: time.Time(known.Expiry), RefreshExpiry: time.Time(known.RefreshExpiry),
		Life: known.Life.life(), other: fields,
	}, nil
}

// looseTime reads RFC 3339; an empty text is no time.
type looseTime time.Time

func (l *looseTime) UnmarshalJSON(data []byte) error {
	if string(data) == `""` {
		return nil
	}
	return (*time.Time)(l).UnmarshalJSON(data)
}

// printable says whether a token can stand in a header (RFC 6750 §2.1 allows
// less).
func printable(token string) bool {
	return !strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' })
}

// next is the token after a refresh whose answer is a. Vendors that do not
// rotate send no new refresh token; the old one goes on then.
func (t Token) next(a Token) Token {
	if a.Refresh == "" {
		a.Refresh = t.Refresh
		if a.RefreshExpiry.IsZero() {
			a.RefreshExpiry = t.RefreshExpiry
		}
	}
	kept := maps.Clone(t.other)
	if kept == nil {
		kept = make(map[string]json.RawMessage)
	}
	maps.Copy(kept, a.other)
	a.other = kept
	return a
}

// expired says whether the vendor said that the token no longer works. Wall
// clocks are compared, because the monotonic one stands still while a laptop
// sleeps; a wrong clock costs one refresh too many or one answer 401.
func (t Token) expired() bool {
	return !t.Expiry.IsZero() && !time.Now().Round(0).Before(t.Expiry.Round(0))
}

// runsOut says whether less than early, or than a tenth of the token's life
// where that is shorter, remains.
func (t Token) runsOut(early time.Duration) bool {
	if t.Expiry.IsZero() {
		return false
	}
	if t.Life > 0 {
		early = min(early, t.Life/10)
	}
	return t.Expiry.Round(0).Sub(time.Now().Round(0)) < early
}
