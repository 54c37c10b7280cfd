package fireworks

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	redacted = "(redacted)"
	// maxText is the length, in bytes, of the longest text of a server that is passed on.
	maxText = 2048
	// minSecret is the length below which a text is no secret worth the damage that replacing it would do to a message.
	minSecret = 4
)

// redactor takes secrets out of texts that come from outside, in the spellings in which a server may echo them.
type redactor struct {
	replacer *strings.Replacer
	// data does the same to what is no message; nil does nothing.
	data *dataRedactor
}

func newRedactor(secrets []string) redactor {
	var all []string
	for _, secret := range secrets {
		if len(secret) >= minSecret {
			all = append(all, spellings(secret)...)
		}
	}
	// Longest first: a spelling may contain another.
	slices.SortStableFunc(all, func(a, b string) int { return len(b) - len(a) })
	var pairs []string
	for _, spelling := range all {
		pairs = append(pairs, spelling, redacted)
	}
	return redactor{replacer: strings.NewReplacer(pairs...)}
}

func spellings(secret string) []string {
	jsonEscaped, _ := json.Marshal(secret)
	quoted, ascii := strconv.Quote(secret), strconv.QuoteToASCII(secret)
	query, path := url.QueryEscape(secret), url.PathEscape(secret)
	inHex := hex.EncodeToString([]byte(secret))
	return append([]string{
		secret, html.EscapeString(secret), query, path, lowerEscapes(query), lowerEscapes(path),
		string(jsonEscaped[1 : len(jsonEscaped)-1]), quoted[1 : len(quoted)-1], ascii[1 : len(ascii)-1],
		inHex, strings.ToUpper(inHex),
	}, base64Spellings(secret)...)
}

// base64Spellings are what a secret looks like within a longer text in base64: it may begin at any of three places of a group of four,
// and the characters at its ends depend on its neighbours.
func base64Spellings(secret string) []string {
	var all []string
	for shift := range 3 {
		bits := 8 * (shift + len(secret))
		encoded := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("\x00", shift) + secret))
		core := encoded[(8*shift+5)/6 : bits/6]
		all = append(all, core, strings.NewReplacer("+", "-", "/", "_").Replace(core))
	}
	return all
}

var percentEscape = regexp.MustCompile("%[0-9A-F]{2}")

func lowerEscapes(s string) string { return percentEscape.ReplaceAllStringFunc(s, strings.ToLower) }

// text returns s without secrets, without what a terminal or a plugin protocol would choke on, and not longer than maxText.
func (r redactor) text(s string) string {
	// Map also replaces what is not UTF-8. Replaced, not removed: what is left on both sides must not grow together into a secret.
	s = r.replacer.Replace(strings.Map(withoutControl, s))
	if len(s) <= maxText {
		return s
	}
	cut := maxText
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "… (cut)"
}

func withoutControl(r rune) rune {
	switch {
	case r == '\r':
		return ' '
	case unicode.IsControl(r) && r != '\n' && r != '\t':
		return utf8.RuneError
	}
	return r
}

// Redact returns s without the client's secrets and not longer than a message should be.
func (c *Client) Redact(s string) string { return c.redact.text(s) }
