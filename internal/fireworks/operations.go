// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

// Operation is a long-running operation of the platform.
type Operation struct {
	// Name is accounts/{account}/operations/{operation}.
	Name string
	Done bool
	// StatusMessage is the progress reported by the API; it may be empty.
	StatusMessage string
	// Model is the result of an operation that is done, if it has one.
	Model *Model
	// Failure is set if the operation failed.
	Failure *OperationFailure
}

// OperationFailure is the error of a failed operation.
type OperationFailure struct {
	// Code is a gRPC code.
	Code int
	// Message is the message of the API, redacted.
	Message string
}

func (f *OperationFailure) Error() string {
	if name := codeName(f.Code); name != "" {
		return fmt.Sprintf("%s (code %d, %s)", f.Message, f.Code, name)
	}

	return fmt.Sprintf("%s (code %d)", f.Message, f.Code)
}

// operationStatus is the status message of the metadata in the spellings that servers use.
type operationStatus struct {
	StatusMessage      string `json:"statusMessage"`
	StatusMessageSnake string `json:"status_message"`
}

type wireOperation struct {
	Name     string          `json:"name"`
	Done     bool            `json:"done"`
	Metadata json.RawMessage `json:"metadata"`
	Response json.RawMessage `json:"response"`
	Error    wireError       `json:"error"`
}

func (w wireOperation) operation(r redactor) Operation {
	operation := Operation{Name: w.Name, Done: w.Done, StatusMessage: r.text(w.statusText())}
	if !w.Done {
		return operation
	}

	// An error without a code, or with the code OK, is none.
	if (w.Error.Code != grpcCode{}) {
		operation.Failure = &OperationFailure{Code: w.Error.Code.Number, Message: r.text(w.Error.Message)}
		return operation
	}

	var model Model
	if json.Unmarshal(w.Response, &model) == nil && model.Name != "" {
		model.finish(r)
		operation.Model = &model
	}

	return operation
}

// statusText ignores metadata of an unknown form: the text is only logged.
func (w wireOperation) statusText() string {
	var metadata struct {
		operationStatus
		Value operationStatus `json:"value"`
	}

	_ = json.Unmarshal(w.Metadata, &metadata)
	for _, text := range []string{
		metadata.StatusMessage, metadata.StatusMessageSnake, metadata.Value.StatusMessage,
		metadata.Value.StatusMessageSnake,
	} {
		if text != "" {
			return text
		}
	}

	return ""
}

// GetOperation returns an operation without retries, for callers that poll. An operation that does not exist, or that
// the API key is not permitted to read, is an error and not a finished one: see IsNotFound and IsPermissionDenied.
func (c *Client) GetOperation(ctx context.Context, name OperationName) (Operation, error) {
	var response wireOperation

	path := resourcePath("accounts", name.AccountID, "operations", name.OperationID)
	if err := c.do(ctx, request{method: http.MethodGet, path: path, retries: retryNever}, &response); err != nil {
		return Operation{}, err
	}

	return response.operation(c.redact), nil
}
