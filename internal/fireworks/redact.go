package fireworks

import (
	"encoding/json"
	"html"
	"net/url"
	"slices"
	"strings"
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
type redactor struct{ replacer *strings.Replacer }

func newRedactor(secrets []string) redactor {
	var pairs []string
	// Longest first: a secret may contain another.
	slices.SortFunc(secrets, func(a, b string) int { return len(b) - len(a) })
	for _, secret := range secrets {
		if len(secret) < minSecret {
			continue
		}
		quoted, _ := json.Marshal(secret)
		for _, spelling := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret), html.EscapeString(secret), strings.Trim(string(quoted), `"`)} {
			if !slices.Contains(pairs, spelling) {
				pairs = append(pairs, spelling, redacted)
			}
		}
	}
	return redactor{strings.NewReplacer(pairs...)}
}

// text returns s without secrets and not longer than maxText.
func (r redactor) text(s string) string {
	s = r.replacer.Replace(s)
	if len(s) <= maxText {
		return s
	}
	cut := maxText
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "… (cut)"
}

// Redact returns s without the client's secrets and not longer than a message should be.
func (c *Client) Redact(s string) string { return c.redact.text(s) }
