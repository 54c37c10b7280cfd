// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"encoding/json"
	"strings"
)

var legacyNames = map[string]string{
	"checkpoints":                "rlorTrainerJobCheckpoints",
	"trainingSessionCheckpoints": "training_session_checkpoints",
	"nextPageToken":              "next_page_token",
}

var legacyTrainerModes = map[string]int{"POLICY_TRAINER": 1, "FORWARD_ONLY": 2, "LORA_TRAINER": 3}

// legacyWire converts a response to the format of older servers. It converts the encoded JSON, so handlers need not.
func legacyWire(body []byte) []byte {
	value, err := decodeNumbers(body)
	if err != nil {
		return body
	}

	old, err := json.Marshal(legacyValue("", value))
	if err != nil {
		return body
	}

	return old
}

func legacyValue(key string, value any) any {
	switch v := value.(type) {
	case map[string]any:
		if key == "metadata" {
			return legacyMetadata(v)
		}

		renamed := make(map[string]any, len(v))
		for name, inner := range v {
			newName := name
			if legacy, ok := legacyNames[name]; ok {
				newName = legacy
			}

			renamed[newName] = legacyValue(name, inner)
		}

		return renamed
	case []any:
		for i := range v {
			v[i] = legacyValue("", v[i])
		}

		return v
	case string:
		if key == "parameterCount" {
			return json.Number(v)
		}

		if mode, ok := legacyTrainerModes[v]; ok && key == "trainerMode" {
			return mode
		}
	}

	return value
}

// legacyMetadata wraps an operation's metadata as a message in an Any.
func legacyMetadata(metadata map[string]any) any {
	inner := map[string]any{}
	wrapped := map[string]any{"value": inner}

	for name, value := range metadata {
		if strings.HasPrefix(name, "@") {
			wrapped[name] = value
			continue
		}

		if name == "statusMessage" {
			name = "status_message"
		}

		inner[name] = value
	}

	return wrapped
}
