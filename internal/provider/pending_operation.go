package provider

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// privateReader and privateState are the private state of a resource: JSON values by key, kept beside the state
// and never shown to the user.
type (
	privateReader interface {
		GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	}
	privateState interface {
		privateReader
		SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
	}
)

// savePrivate saves what a later plan or apply needs, such as the operation that is still running.
func savePrivate[T any](ctx context.Context, private privateState, key string, value T) diag.Diagnostics {
	encoded, err := json.Marshal(value)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic(summaryPendingOperationNotSaved, sentence(err.Error()))}
	}

	return private.SetKey(ctx, key, encoded)
}

// loadPrivate returns what savePrivate saved. A value that cannot be read is treated as missing.
func loadPrivate[T any](ctx context.Context, private privateReader, key string) (value T, ok bool) {
	encoded, _ := private.GetKey(ctx, key)
	if len(encoded) == 0 || json.Unmarshal(encoded, &value) != nil {
		var none T
		return none, false
	}

	return value, true
}

func clearPrivate(ctx context.Context, private privateState, key string) diag.Diagnostics {
	return private.SetKey(ctx, key, nil)
}

// setMark saves a fact about the object, such as that it was imported.
func setMark(ctx context.Context, private privateState, key string) diag.Diagnostics {
	return savePrivate(ctx, private, key, true)
}

func hasMark(ctx context.Context, private privateReader, key string) bool {
	marked, _ := loadPrivate[bool](ctx, private, key)
	return marked
}
