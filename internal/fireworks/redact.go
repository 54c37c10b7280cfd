package fireworks

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
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
		inHex, strings.ToUpper(inHex), codePoints(secret, `\u%04x`), codePoints(secret, `\u%04X`),
	}, base64Spellings(secret)...)
}

// base64Spellings are what a secret looks like within a longer text in base64, as far as its neighbours have no part in it:
// it may begin at any of three places of a group of three bytes, and only whole groups look the same everywhere.
func base64Spellings(secret string) []string {
	var all []string

	for from := range min(3, len(secret)) {
		whole := []byte(secret[from:])

		whole = whole[:len(whole)/3*3]
		if len(whole) < minSecret {
			continue
		}

		all = append(all, base64.StdEncoding.EncodeToString(whole), base64.URLEncoding.EncodeToString(whole))
	}

	return all
}

// codePoints writes every character as \uXXXX, as JSON allows.
func codePoints(secret, format string) string {
	var text strings.Builder
	for _, unit := range utf16.Encode([]rune(secret)) {
		fmt.Fprintf(&text, format, unit)
	}

	return text.String()
}

var percentEscape = regexp.MustCompile("%[0-9A-F]{2}")

func lowerEscapes(s string) string { return percentEscape.ReplaceAllStringFunc(s, strings.ToLower) }

// text returns s without secrets, without what a terminal or a plugin protocol would choke on, and not longer than maxText.
func (r redactor) text(s string) string {
	// Map also replaces what is not UTF-8. Replaced, not removed: what is left on both sides must not grow together into a secret.
	s = r.withoutSecrets(strings.Map(withoutControl, s))
	if len(s) <= maxText {
		return s
	}

	cut := maxText
	for !utf8.RuneStart(s[cut]) {
		cut--
	}

	return s[:cut] + "… (cut)"
}

// maxPeels is how many times over a text may be escaped for a secret in it to be recognised.
const maxPeels = 3

// withoutSecrets also recognises spellings that were escaped once more, such as a quoted quotation: then the text is returned unescaped.
func (r redactor) withoutSecrets(s string) string {
	s = r.replacer.Replace(s)
	for _, peel := range peels {
		peeled := s
		for range maxPeels {
			next := peel(peeled)
			if next == peeled {
				break
			}

			peeled = r.replacer.Replace(next)
			if peeled != next {
				s = peeled
			}
		}
	}

	return s
}

// peels take one layer of escapes off a text. None of them makes a text longer.
var peels = []func(string) string{
	strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\'`, `'`, `\/`, `/`).Replace,
	func(s string) string {
		return percentEscapes.ReplaceAllStringFunc(s, func(escape string) string {
			char, err := hex.DecodeString(escape[1:])
			if err != nil || char[0] < ' ' || char[0] >= utf8.RuneSelf {
				return escape
			}

			return string(char)
		})
	},
	func(s string) string { return strings.Map(withoutControl, html.UnescapeString(s)) },
}

var percentEscapes = regexp.MustCompile("%[0-9A-Fa-f]{2}")

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
