// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// The reasons in the details of error bodies that decide about what to do.
const (
	reasonAlreadyExists        = "ALREADY_EXISTS"
	reasonInsufficientCapacity = "INSUFFICIENT_CAPACITY"
	reasonQuotaExceeded        = "QUOTA_EXCEEDED"
	reasonTierRequired         = "TIER_REQUIRED"
)

// bodyKind is the form of an error body.
type bodyKind int

const (
	// bodyHTML is a page of a proxy. Anything that is neither that nor an error as JSON, also nothing, has no kind.
	bodyHTML bodyKind = iota + 1
	// bodyJSON is a JSON object with a message, a code that is not a gRPC code, or an error member of unknown form.
	bodyJSON
	// bodyAPI is a JSON object with a gRPC code or an error member, as the API sends it.
	bodyAPI
)

// errorBody is what decides about what to do after an error response. It holds the original texts, which are never
// shown: redacting them could change the decision.
type errorBody struct {
	kind    bodyKind
	message string
	// reason is that of the details, or the code if it is not a gRPC code.
	reason   string
	metadata map[string]any
	// routeUnknown is set if the message does not name a resource: the path itself is unknown.
	routeUnknown bool
}

// text returns the message and the reason, not redacted.
func (b errorBody) text(status int) string {
	message := cmp.Or(b.message, "(no message)")

	switch {
	// The message of a page is not shown.
	case b.kind == bodyHTML:
		return "(the response is an HTML page, possibly from a proxy in front of the API)"
	case b.routeUnknown:
		return message + " (the API does not know the path of the request: check base_url)"
	case status == http.StatusNotFound && b.kind != bodyAPI:
		return message + " (the response is not from the API, possibly from a proxy in front of it)"
	case b.reason == "":
		return message
	}

	parts := []string{"reason: " + b.reason}
	for _, key := range slices.Sorted(maps.Keys(b.metadata)) {
		parts = append(parts, fmt.Sprintf("%s: %v", key, b.metadata[key]))
	}

	return message + " (" + strings.Join(parts, ", ") + ")"
}

// maxErrorBody is how much of the body of an error response is read.
const maxErrorBody = 64 << 10

func (c *Client) errorFromResponse(r request, response *http.Response) *Error {
	text, _ := io.ReadAll(io.LimitReader(response.Body, maxErrorBody))

	return c.newError(r, response, text)
}

func (c *Client) newError(r request, response *http.Response, text []byte) *Error {
	code, body := parseErrorBody(text)
	if looksLikeHTML(response, text) && !json.Valid(text) {
		code, body = 0, errorBody{kind: bodyHTML}
	}

	header := response.Header
	isNotFound := response.StatusCode == http.StatusNotFound && (code == 0 || code == codeNotFound)
	// A gateway reports an unknown path like this; the message about a resource names it.
	body.routeUnknown = isNotFound && body.kind == bodyAPI &&
		strings.EqualFold(strings.TrimSpace(body.message), "not found")

	apiError := Error{
		StatusCode: response.StatusCode,
		Code:       code,
		Message:    c.redact.text(body.text(response.StatusCode)),
		Method:     r.method,
		Path:       r.path,
		RequestID: c.redact.text(cmp.Or(
			header.Get("X-Request-Id"), header.Get("X-Fireworks-Request-Id"), header.Get("Cf-Ray"))),
		body: body,
	}

	if wait := retryAfter(header, time.Now()); wait > 0 {
		apiError.RetryAfter = &wait
	}

	return &apiError
}

// wireError is a gRPC error as JSON.
type wireError struct {
	Code    grpcCode    `json:"code"`
	Message string      `json:"message"`
	Details wireDetails `json:"details"`
}

// wireDetails is the first reason in the details of an error, with its metadata.
type wireDetails struct {
	Reason   string
	Metadata map[string]any
}

// UnmarshalJSON never fails: details of another form are ignored.
func (d *wireDetails) UnmarshalJSON(data []byte) error {
	var details []json.RawMessage

	_ = json.Unmarshal(data, &details)
	for _, detail := range details {
		var info struct {
			Reason   string         `json:"reason"`
			Metadata map[string]any `json:"metadata"`
		}
		if json.Unmarshal(detail, &info) == nil && info.Reason != "" {
			*d = wireDetails{info.Reason, info.Metadata}
			break
		}
	}

	return nil
}

func (w wireError) isEmpty() bool {
	return w.Code == grpcCode{} && w.Message == "" && w.Details.Reason == ""
}

func (w wireError) body(kind bodyKind) (int, errorBody) {
	reason := w.Details.Reason
	// A code that is a number, such as the HTTP status, is no reason.
	if reason == "" && strings.ContainsFunc(w.Code.Other, func(r rune) bool { return r < '0' || r > '9' }) {
		reason = w.Code.Other
	}

	return w.Code.Number, errorBody{kind: kind, message: w.Message, reason: reason, metadata: w.Details.Metadata}
}

// parseErrorBody understands {"code":5,"message":"…","details":[…]}, {"error":{"code":"…","message":"…"}} and
// {"error":"…"}; anything else is the message itself.
func parseErrorBody(text []byte) (code int, body errorBody) {
	var outer struct {
		wireError
		Error json.RawMessage `json:"error"`
	}

	trimmed := bytes.TrimSpace(text)
	if json.Unmarshal(trimmed, &outer) != nil {
		return 0, errorBody{message: string(trimmed)}
	}

	var (
		inner   wireError
		message string
	)

	switch {
	case json.Unmarshal(outer.Error, &message) == nil && message != "":
		outer.Message = message
		return outer.body(bodyAPI)
	case json.Unmarshal(outer.Error, &inner) == nil && !inner.isEmpty():
		if inner.Details.Reason == "" {
			inner.Details = outer.Details
		}

		return inner.body(bodyAPI)
	case outer.Code.Number != 0:
		return outer.body(bodyAPI)
	case outer.isEmpty() && len(outer.Error) > 0 && string(outer.Error) != "null":
		return 0, errorBody{message: string(trimmed), kind: bodyJSON}
	case outer.isEmpty() && (string(trimmed) == "{}" || string(trimmed) == "null"):
		return 0, errorBody{}
	case outer.isEmpty():
		return 0, errorBody{message: string(trimmed)}
	}

	return outer.body(bodyJSON)
}
