// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// PrivateReader and PrivateState are the private state of a resource: JSON values by key, kept beside the state
// and never shown to the user.
type (
	PrivateReader interface {
		GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	}
	PrivateState interface {
		PrivateReader
		SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
	}
)

// SavePrivate saves what a later plan or apply needs, such as the operation that is still running.
func SavePrivate[T any](ctx context.Context, private PrivateState, key string, value T) diag.Diagnostics {
	encoded, _ := json.Marshal(value) // the values are bools, and structs of texts and bools

	return private.SetKey(ctx, key, encoded)
}

// LoadPrivate returns what SavePrivate saved. A value that cannot be read is treated as missing.
func LoadPrivate[T any](ctx context.Context, private PrivateReader, key string) (value T, ok bool) {
	encoded, _ := private.GetKey(ctx, key)
	if len(encoded) == 0 || json.Unmarshal(encoded, &value) != nil {
		var none T
		return none, false
	}

	return value, true
}

func ClearPrivate(ctx context.Context, private PrivateState, key string) diag.Diagnostics {
	return private.SetKey(ctx, key, nil)
}

// SetMark saves a fact about the object, such as that it was imported.
func SetMark(ctx context.Context, private PrivateState, key string) diag.Diagnostics {
	return SavePrivate(ctx, private, key, true)
}

func HasMark(ctx context.Context, private PrivateReader, key string) bool {
	marked, _ := LoadPrivate[bool](ctx, private, key)
	return marked
}
