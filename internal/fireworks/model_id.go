package fireworks

import (
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

// errNoModelID is returned if the parts contain no character for a model ID.
var errNoModelID = errors.New("no part contains a letter a–z or a digit 0–9, so there is nothing to build a model ID from")

// ModelIDRules returns the rules of a model ID as one sentence of Markdown.
func ModelIDRules() string {
	return fmt.Sprintf("A model ID has 1 to %d characters, each one of %s.", MaxModelIDLength, modelIDCharactersMarkdown)
}

// ValidateModelID returns one sentence for every rule that the ID of a model to be created breaks.
func ValidateModelID(id string) []string {
	if id == "" {
		return []string{fmt.Sprintf("The model ID is empty; it needs 1 to %d characters, each one of %s.", MaxModelIDLength, modelIDCharacters)}
	}

	var broken []string
	if message := badModelIDCharacter(id); message != "" {
		broken = append(broken, message)
	}

	if length := utf8.RuneCountInString(id); length > MaxModelIDLength {
		broken = append(broken, fmt.Sprintf("The model ID has %d characters, which is %d too many; at most %d are allowed.",
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

// BuildModelID returns a valid model ID that consists of the parts. It shortens the first parts, so that the last is kept.
func BuildModelID(parts ...string) (string, error) {
	id := ""

	for _, part := range slices.Backward(parts) {
		part := cleanModelIDPart(part)
		if part == "" {
			continue
		}

		separator := "-"
		if id == "" {
			separator = ""
		}

		room := MaxModelIDLength - len(id) - len(separator)
		if room < 1 {
			break
		}

		if len(part) > room {
			return strings.TrimRight(part[:room], "-") + separator + id, nil
		}

		id = part + separator + id
	}

	if id == "" {
		return "", errNoModelID
	}

	return id, nil
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
