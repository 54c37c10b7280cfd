// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxModelIDLength is the greatest number of characters in the ID of a model that is to be created.
const MaxModelIDLength = 63

const (
	modelIDCharacters         = `a–z, 0–9 and "-"`
	modelIDCharactersMarkdown = "`a`–`z`, `0`–`9` and `-`"
)

// errNoModelID is returned if there are no parts.
var errNoModelID = errors.New("a model ID needs at least one part")

// ModelIDRules returns the rules of a model ID as one sentence of Markdown.
func ModelIDRules() string {
	return fmt.Sprintf("A model ID has 1 to %d characters, each one of %s.", MaxModelIDLength,
		modelIDCharactersMarkdown)
}

// ValidateModelID returns one sentence for every rule that the ID of a model to be created breaks.
func ValidateModelID(id string) []string {
	if id == "" {
		return []string{fmt.Sprintf("The model ID is empty; it needs 1 to %d characters, each one of %s.",
			MaxModelIDLength, modelIDCharacters)}
	}

	var broken []string
	if message := badModelIDCharacter(id); message != "" {
		broken = append(broken, message)
	}

	if length := utf8.RuneCountInString(id); length > MaxModelIDLength {
		broken = append(broken, fmt.Sprintf("The model ID has %d characters, which is %d too many; at most %d are "+
			"allowed.",
			length, length-MaxModelIDLength, MaxModelIDLength))
	}

	return broken
}

// badModelIDCharacter describes the first character that is not allowed, and lists the others, each once.
func badModelIDCharacter(id string) string {
	var bad []string

	first, position := 0, 0

	for i, r := range id {
		position++

		if isModelIDCharacter(r) {
			continue
		}

		_, size := utf8.DecodeRuneInString(id[i:])
		if character := id[i : i+size]; !slices.Contains(bad, character) {
			bad = append(bad, character)
		}

		if first == 0 {
			first = position
		}
	}

	if len(bad) == 0 {
		return ""
	}

	others := ""
	if len(bad) > 1 {
		others = fmt.Sprintf(" All characters that are not allowed: %s.", quoteCharacters(bad))
	}

	return fmt.Sprintf("The model ID has %s at position %d; only %s are allowed.%s%s",
		describeCharacter(bad[0]), first, modelIDCharacters, others, modelIDSuggestion(id))
}

// The bounds of a message about an ID in another script: the number of characters, and of bytes with their quotes.
const (
	maxQuotedBadCharacters = 20
	maxQuotedBadBytes      = 120
)

func quoteCharacters(characters []string) string {
	var quoted []string

	size := 0

	for _, character := range characters[:min(len(characters), maxQuotedBadCharacters)] {
		text := strconv.Quote(character)
		if size += len(text) + len(", "); size > maxQuotedBadBytes {
			break
		}

		quoted = append(quoted, text)
	}

	list := strings.Join(quoted, ", ")
	if more := len(characters) - len(quoted); more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}

	return list
}

func isModelIDCharacter(r rune) bool {
	return r == '-' || isModelIDAlphanumeric(r)
}

func isModelIDAlphanumeric(r rune) bool {
	return 'a' <= r && r <= 'z' || '0' <= r && r <= '9'
}

func describeCharacter(character string) string {
	r, size := utf8.DecodeRuneInString(character)
	quoted := strconv.Quote(character)

	switch {
	case r == utf8.RuneError && size == 1:
		return "the byte " + quoted + ", which is not valid UTF-8,"
	case r == ' ':
		return "the space " + quoted
	case r == '_':
		return "the underscore " + quoted
	case r == '.':
		return "the dot " + quoted
	case r == '/':
		return "the slash " + quoted
	case unicode.IsUpper(r) && r < utf8.RuneSelf:
		return "the upper-case letter " + quoted
	case unicode.IsControl(r):
		return fmt.Sprintf("the control character %s (%U)", quoted, r)
	case r >= utf8.RuneSelf:
		return fmt.Sprintf("the character %s (%U)", quoted, r)
	}

	return "the character " + quoted
}

func modelIDSuggestion(id string) string {
	if name, err := ParseModelName(id); err == nil && len(ValidateModelID(name.ModelID)) == 0 {
		return fmt.Sprintf(" Use the ID alone, without the account: %q.", name.ModelID)
	}

	suggestion, err := BuildModelID(id)
	if err != nil {
		return ""
	}

	return fmt.Sprintf(" For example, %q is valid.", suggestion)
}

// What remains of a model ID that is too long.
const (
	// ModelIDHashLength is the length of the hash that replaces what was cut.
	ModelIDHashLength = 8
	// ModelIDPartStart is how much of the start of a part remains, unless it is the last part.
	ModelIDPartStart = 8
	// ModelIDLastEnd is how much of the end of the last part remains in any case: more than a step with
	// the suffix of the platform, such as step-200-5e6f7a8b.
	ModelIDLastEnd = 24
)

// BuildModelID returns a valid model ID that consists of the parts. If they are too long, it shortens the first parts
// first, and the last part only at its start. A hash of all parts then replaces what was cut, so that different parts
// give different IDs.
func BuildModelID(parts ...string) (string, error) {
	clean := make([]string, len(parts))

	for i, part := range parts {
		if clean[i] = cleanModelIDPart(part); clean[i] == "" {
			return "", fmt.Errorf("the part %s contains neither a letter a–z nor a digit 0–9", quoteShort(part))
		}
	}

	id := strings.Join(clean, "-")
	if id == "" {
		return "", errNoModelID
	}

	if len(id) <= MaxModelIDLength {
		return id, nil
	}

	if len(clean) == 1 {
		clean = []string{strings.TrimRight(id[:ModelIDPartStart], "-"), id[ModelIDPartStart:]}
	}

	return shortenModelID(clean, hashModelID(id)), nil
}

// shortenModelID returns the parts with the hash before the last one, in at most MaxModelIDLength characters.
func shortenModelID(parts []string, hash string) string {
	starts, last := slices.Clone(parts[:len(parts)-1]), parts[len(parts)-1]
	excess := func() int {
		return len(strings.Join(slices.Concat(starts, []string{hash, last}), "-")) - MaxModelIDLength
	}

	for i, start := range starts {
		if cut := min(excess(), len(start)-ModelIDPartStart); cut > 0 {
			starts[i] = strings.TrimRight(start[:len(start)-cut], "-")
		}
	}

	if cut := min(excess(), len(last)-ModelIDLastEnd); cut > 0 {
		last = strings.TrimLeft(last[cut:], "-")
	}

	for excess() > 0 {
		starts = starts[1:]
	}

	return strings.Join(slices.Concat(starts, []string{hash, last}), "-")
}

// hashModelID returns a hash of an uncut ID that consists of characters of a model ID.
func hashModelID(id string) string {
	sum := sha256.Sum256([]byte(id))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))[:ModelIDHashLength]
}

func cleanModelIDPart(part string) string {
	var clean strings.Builder

	gap := false

	for _, r := range strings.ToLower(part) {
		if !isModelIDAlphanumeric(r) {
			gap = true
			continue
		}

		if gap && clean.Len() > 0 {
			clean.WriteByte('-')
		}

		gap = false

		clean.WriteRune(r)
	}

	return clean.String()
}
