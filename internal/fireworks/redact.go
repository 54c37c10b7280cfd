// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"bytes"
	"encoding/base64"
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
	// maxText is the greatest length, in bytes, of a text from a server that is passed on.
	maxText = 2048
	// minSecret is the length below which a text is not redacted: it may be part of an ordinary word.
	minSecret = 4
	// minLongSecret is the length below which a secret is redacted only where it is a whole word.
	minLongSecret = 8
	// minRefusedKey is the length below which an API key is not searched for in responses, for the same reason.
	minRefusedKey = 16
)

// redactor replaces secrets in texts that come from outside, in the encodings that servers and proxies produce.
type redactor struct {
	replacer *strings.Replacer
	// words are the encodings of short secrets.
	words []string
}

func newRedactor(secrets ...string) redactor {
	var all, words []string

	for _, secret := range secrets {
		switch {
		case len(secret) >= minLongSecret:
			all = append(all, encodings(secret)...)
		case len(secret) >= minSecret:
			words = append(words, encodings(secret)...)
		}
	}

	// Longest first, because an encoding may contain another.
	longestFirst := func(a, b string) int { return len(b) - len(a) }
	slices.SortStableFunc(all, longestFirst)
	slices.SortStableFunc(words, longestFirst)

	var pairs []string
	for _, encoding := range all {
		pairs = append(pairs, encoding, redacted)
	}

	return redactor{strings.NewReplacer(pairs...), words}
}

// replaceWords replaces the words that occur in s between characters which are not part of a word.
func (r redactor) replaceWords(s string) string {
	for _, word := range r.words {
		var kept strings.Builder

		rest := s
		for from := 0; ; {
			i := strings.Index(rest[from:], word)
			if i < 0 {
				break
			}

			start, end := from+i, from+i+len(word)
			if isWordBoundary(rest, start) && isWordBoundary(rest, end) {
				kept.WriteString(rest[:start] + redacted)
				rest, from = rest[end:], 0

				continue
			}

			from = start + 1
		}

		s = kept.String() + rest
	}

	return s
}

// isWordBoundary reports whether a word starts or ends at the position.
func isWordBoundary(s string, position int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:position])
	after, _ := utf8.DecodeRuneInString(s[position:])

	return !isWordCharacter(before) || !isWordCharacter(after)
}

func isWordCharacter(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_')
}

// secretHeaderParts are parts of the names of headers whose values are secrets.
var secretHeaderParts = []string{"auth", "cookie", "credential", "key", "password", "secret", "session", "signature",
	"token"}

// isSecretHeader reports whether the value of a header looks like a secret: by the name of the header, or because it is
// long and contains a digit or letters of both cases. Other values are ordinary words, whose replacement would only
// mangle messages.
func isSecretHeader(name, value string) bool {
	name = strings.ToLower(name)

	if slices.ContainsFunc(secretHeaderParts, func(part string) bool { return strings.Contains(name, part) }) {
		return true
	}

	mixed := strings.ContainsFunc(value, unicode.IsUpper) && strings.ContainsFunc(value, unicode.IsLower)

	return len(value) >= minLongSecret && (mixed || strings.ContainsFunc(value, unicode.IsDigit))
}

// encodings returns the secret unchanged, escaped for JSON, Go, HTML and URLs, each also within JSON, and in base64.
func encodings(secret string) []string {
	quoted := strconv.Quote(secret)
	all := []string{
		secret, escapeJSON(secret), quoted[1 : len(quoted)-1],
		html.EscapeString(secret), url.QueryEscape(secret), url.PathEscape(secret),
	}

	// An error body without a known field for the message is passed on as JSON.
	for _, escaped := range slices.Clone(all) {
		all = append(all, escapeJSON(escaped))
	}

	// Within a longer text, base64 depends on the position modulo 3, and only whole groups of three bytes look the same
	// everywhere.
	for offset := range min(3, len(secret)) {
		groups := []byte(secret[offset:])
		groups = groups[:len(groups)/3*3]

		if len(groups) >= minSecret {
			all = append(all, base64.StdEncoding.EncodeToString(groups), base64.URLEncoding.EncodeToString(groups))
		}
	}

	slices.Sort(all)

	return slices.Compact(all)
}

func escapeJSON(text string) string {
	quoted, _ := json.Marshal(text)
	return string(quoted[1 : len(quoted)-1])
}

// signedQuery is the query of a URL whose signature lets anyone read what it names.
var signedQuery = regexp.MustCompile(`(?i)(://[^\s"'<>?]*\?)[^\s"'<>]*\b` +
	`(?:x-(?:amz|goog)-(?:signature|credential|security-token)|signature|sig)(?:=|%3d)[^\s"'<>]*`)

// text returns s without secrets and control characters, and cut to maxText.
func (r redactor) text(s string) string {
	// Control characters are replaced, not removed: what they separate must not become a secret.
	s = r.replaceWords(r.replacer.Replace(strings.Map(replaceControl, s)))
	if strings.Contains(s, "://") {
		s = signedQuery.ReplaceAllString(s, "${1}"+redacted)
	}

	if len(s) <= maxText {
		return s
	}

	end := maxText
	for !utf8.RuneStart(s[end]) {
		end--
	}

	return s[:end] + "… (cut)"
}

// replaceControl replaces control characters, which a terminal would interpret. As the function of strings.Map it also
// replaces invalid UTF-8, which the plugin protocol refuses.
func replaceControl(r rune) rune {
	switch {
	case r == '\r':
		return ' '
	case unicode.IsControl(r) && r != '\n' && r != '\t':
		return utf8.RuneError
	}

	return r
}

// keyDetector finds the API key in responses. No part of a response that contains the key may become part of a
// Terraform state.
type keyDetector [][]byte

func newKeyDetector(key string) keyDetector {
	if len(key) < minRefusedKey {
		return nil
	}

	var detector keyDetector
	for _, encoding := range encodings(key) {
		detector = append(detector, []byte(encoding))
	}

	return detector
}

func (d keyDetector) matches(body []byte) bool {
	return slices.ContainsFunc(d, func(encoding []byte) bool { return bytes.Contains(body, encoding) })
}
