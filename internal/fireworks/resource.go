// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"context"
	"net/http"
	"net/url"
	"slices"
)

// Status is the outcome of the last operation on a resource.
type Status struct {
	// StatusCode is the name of a gRPC code, or another text; empty for OK.
	StatusCode    Enum   `json:"code"`
	StatusMessage string `json:"message"`
}

// LastOperationFailed reports whether the status contains a gRPC code other than OK.
func (s Status) LastOperationFailed() bool {
	return slices.Index(codeNames[:], string(s.StatusCode.named(codeNames[:]...))) > 0
}

// finish names the code of a decoded status, of which OK is the same as none, and redacts the message.
func (s *Status) finish(r redactor) {
	s.StatusCode = s.StatusCode.named(codeNames[:]...)
	if s.StatusCode == "OK" {
		s.StatusCode = ""
	}

	s.StatusMessage = r.text(s.StatusMessage)
}

// resource is a pointer to a decoded resource.
type resource[T any] interface {
	*T
	row
	// kind names the type of the resource in messages.
	kind() string
	// finish is called after decoding.
	finish(r redactor)
}

// receive sends a request whose response is a resource.
func receive[T any, P resource[T]](ctx context.Context, c *Client, r request) (T, error) {
	received, err := receiveUnnamed[T, P](ctx, c, r)
	if p := P(&received); err == nil && p.resourceName() == "" {
		var none T

		reason := "the response is not a " + p.kind() + ": it has no name"

		return none, &DecodeError{Method: r.method, Path: r.path, Reason: reason}
	}

	return received, err
}

// receiveUnnamed is receive for a response that may have no name.
func receiveUnnamed[T any, P resource[T]](ctx context.Context, c *Client, r request) (T, error) {
	var received, none T
	if err := c.do(ctx, r, &received); err != nil {
		return none, err
	}

	P(&received).finish(c.redact)

	return received, nil
}

// listResources lists the resources in a collection of an account.
func listResources[T row, P resource[T]](ctx context.Context, c *Client, accountID, name string) ([]T, error) {
	all, err := listAll[T](ctx, c, listRequest{path: resourcePath("accounts", accountID, name)})
	for i := range all {
		P(&all[i]).finish(c.redact)
	}

	return all, err
}

// createRequest returns the request that creates a resource in the collection at path. After a response that may have
// been lost it is not retried: see MayHaveSucceeded.
func (c *Client) createRequest(path string, fields Fields) request {
	timeout := max(c.requestTimeout, CreateRequestTimeout)

	return request{method: http.MethodPost, path: path, body: fields, retries: retryIfNotSent, timeout: timeout}
}

// updateRequest returns the request that changes exactly the given fields of a resource, or without fields the one that
// gets the resource: without a mask, the API resets every field that the body lacks. query is that of the change
// besides the mask.
func updateRequest(path string, fields Fields, query url.Values) request {
	if len(fields) == 0 {
		return request{method: http.MethodGet, path: path}
	}

	query.Set("updateMask", fields.Mask())

	return request{method: http.MethodPatch, path: path, query: query, body: fields}
}
