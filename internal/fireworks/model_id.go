package fireworks

import (
	"errors"
	"fmt"
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

// ErrNoModelID says that no character was left to build a model ID of.
var ErrNoModelID = errors.New("nothing is left for a model ID: no part has a letter a–z or a digit 0–9")

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

func badModelIDCharacter(id string) string {
	position := 0
	for i, r := range id {
		position++

		if isModelIDCharacter(r) {
			continue
		}

		_, size := utf8.DecodeRuneInString(id[i:])

		return fmt.Sprintf("The model ID has %s at position %d; only %s are allowed.%s",
			describeCharacter(id[i:i+size]), position, modelIDCharacters, modelIDSuggestion(id))
	}

	return ""
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
		return "the blank " + quoted
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
		return fmt.Sprintf(" Give the ID alone, without the account: %q.", name.ModelID)
	}

	suggestion, err := BuildModelID(id)
	if err != nil {
		return ""
	}

	return fmt.Sprintf(" For example, %q is valid.", suggestion)
}

// BuildModelID makes a valid model ID of the parts, and shortens the first ones so that the last survives.
func BuildModelID(parts ...string) (string, error) {
	id := ""

	for i := len(parts) - 1; i >= 0; i-- {
		part := cleanModelIDPart(parts[i])
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
		return "", ErrNoModelID
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
