// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"errors"
	"fmt"
	"net/http"
)

// The gRPC codes of the control plane's error responses.
const (
	codeInvalidArgument    = 3
	codeDeadlineExceeded   = 4
	codeNotFound           = 5
	codeAlreadyExists      = 6
	codePermissionDenied   = 7
	codeResourceExhausted  = 8
	codeFailedPrecondition = 9
	codeInternal           = 13
	codeUnavailable        = 14
	codeUnauthenticated    = 16
)

type apiError struct {
	status  int
	code    int
	message string
	details []any
	body    any // in place of the platform's form
}

func (e *apiError) Error() string { return e.message }

func (e *apiError) wire() any {
	if e.body != nil {
		return e.body
	}

	return struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
		Details []any  `json:"details"`
	}{e.code, e.message, append([]any{}, e.details...)}
}

func asAPIError(err error) *apiError {
	if known, ok := errors.AsType[*apiError](err); ok {
		return known
	}

	return &apiError{status: http.StatusInternalServerError, code: codeInternal, message: err.Error()}
}

func invalid(format string, args ...any) error {
	return &apiError{status: http.StatusBadRequest, code: codeInvalidArgument, message: fmt.Sprintf(format, args...)}
}

func notFound(format string, args ...any) error {
	return &apiError{status: http.StatusNotFound, code: codeNotFound, message: fmt.Sprintf(format, args...)}
}

// errNoRoute is the error of the gateway for a path that it does not know. It does not name a resource.
func errNoRoute() error { return notFound("Not Found") }

func alreadyExists(format string, args ...any) error {
	return &apiError{status: http.StatusConflict, code: codeAlreadyExists, message: fmt.Sprintf(format, args...)}
}

func denied(format string, args ...any) error {
	return &apiError{status: http.StatusForbidden, code: codePermissionDenied, message: fmt.Sprintf(format, args...)}
}

func unauthenticated(format string, args ...any) error {
	return &apiError{status: http.StatusUnauthorized, code: codeUnauthenticated, message: fmt.Sprintf(format, args...)}
}

func failedPrecondition(details []any, format string, args ...any) error {
	return &apiError{status: http.StatusBadRequest, code: codeFailedPrecondition, message: fmt.Sprintf(format, args...),
		details: details}
}
