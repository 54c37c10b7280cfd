// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// Fields are the fields of a request, by their name in the API in snake_case, as in an update mask:
// "min_replica_count". A value is anything that encodes to JSON; nested Fields encode to an object.
type Fields map[string]any

// Mask returns the update mask: the names, sorted and separated by commas.
func (f Fields) Mask() string {
	return strings.Join(slices.Sorted(maps.Keys(f)), ",")
}

// MarshalJSON returns an object with the names in lowerCamelCase.
func (f Fields) MarshalJSON() ([]byte, error) {
	body := make(map[string]any, len(f))
	for name, value := range f {
		body[lowerCamelCase(name)] = value
	}

	return json.Marshal(body)
}

func lowerCamelCase(snakeCase string) string {
	words := strings.Split(snakeCase, "_")
	for i, word := range words[1:] {
		if word != "" {
			words[i+1] = strings.ToUpper(word[:1]) + word[1:]
		}
	}

	return strings.Join(words, "")
}
