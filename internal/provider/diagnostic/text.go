// SPDX-License-Identifier: MPL-2.0

// Package diagnostic has the texts of errors and warnings: the summaries, the detail in three parts (what happened, the
// error of the API, the next step), and what follows from the kind of an error.
package diagnostic

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// Sentence returns the text of an error as a separate sentence.
func Sentence(text string) string {
	if text == "" || strings.HasSuffix(text, ".") {
		return SentenceStart(text)
	}

	return SentenceStart(text) + "."
}

func SentenceStart(text string) string {
	if text == "" {
		return ""
	}

	return strings.ToUpper(text[:1]) + text[1:]
}

// APIDetail returns the detail of a diagnostic about a failed request: what could not be done, the error message, and
// the next step. An empty next step means the usual one for the kind of error.
func APIDetail(what string, err error, nextStep string) string {
	if nextStep == "" {
		nextStep = Remedy(err)
	}

	return JoinParagraphs(what, ErrorDetail(err), nextStep)
}

// JoinParagraphs joins the paragraphs that are not empty.
func JoinParagraphs(paragraphs ...string) string { return joinNonEmpty("\n\n", paragraphs) }

func joinNonEmpty(separator string, texts []string) string {
	return strings.Join(slices.DeleteFunc(texts, func(text string) bool { return text == "" }), separator)
}

// ErrorDetail returns the message of the API or of the network, with the request.
func ErrorDetail(err error) string {
	var (
		apiError        *fireworks.Error
		connectionError *fireworks.ConnectionError
		decodeError     *fireworks.DecodeError
		failure         *fireworks.OperationFailure
		accountError    *fireworks.AccountError
	)
	switch {
	case errors.As(err, &apiError):
		message := fmt.Sprintf("The API returned %s: %s\nRequest: %s %s", apiError.Status(), apiError.Message,
			apiError.Method, apiError.Path)
		if apiError.RequestID != "" {
			message += " (request ID " + apiError.RequestID + ")"
		}

		return message
	case errors.As(err, &connectionError):
		return fmt.Sprintf("No response: %s\nRequest: %s %s", connectionError.Reason, connectionError.Method,
			connectionError.Path)
	case errors.As(err, &decodeError):
		return fmt.Sprintf("Invalid response: %s\nRequest: %s %s", decodeError.Reason, decodeError.Method,
			decodeError.Path)
	case errors.As(err, &failure):
		return "The platform reported: " + failure.Error()
	case errors.As(err, &accountError):
		return Sentence(accountError.Error())
	case errors.Is(err, context.Canceled):
		return "The run was interrupted before a response was received."
	case errors.Is(err, context.DeadlineExceeded):
		return "No response was received in time."
	}

	return Sentence(err.Error())
}

// Remedy returns the next step for an error. It depends on the kind of error and the status, never on the message.
func Remedy(err error) string {
	if errors.Is(err, context.Canceled) {
		return "Try again."
	}

	if accountError, ok := errors.AsType[*fireworks.AccountError](err); ok {
		if len(accountError.Names) == 0 {
			return "Check the API key, or create a new one at " + APIKeysPage + "."
		}

		return "Set the provider argument account_id or the environment variable " + EnvAccountID +
			" to the one to use."
	}

	switch status := fireworks.StatusOf(err); {
	case fireworks.IsRouteNotFound(err):
		return "The server does not know this path, which says nothing about the object. Check that base_url is the " +
			"URL of the Fireworks control plane."
	case fireworks.IsProxyResponse(err):
		return "The response is not the API's, but that of a proxy or another server. Check that base_url is the URL " +
			"of the Fireworks control plane, and the proxy settings."
	case fireworks.IsQuotaExceeded(err):
		return "The quota of the account does not allow this. Free what is not needed, or request more quota."
	case fireworks.IsInsufficientCapacity(err):
		return "The platform has no free hardware for this. Try again later, or choose other hardware or another " +
			"placement."
	case status == http.StatusUnauthorized:
		return "Check the API key (the argument api_key, or the environment variable " + EnvAPIKey + "): it may be " +
			"mistyped, revoked, or restricted to inference. Training endpoints need a training-scoped key; create " +
			"one at " + APIKeysPage + "."
	case fireworks.IsPermissionDenied(err):
		return "The API key is valid but not permitted to do this. Check that it belongs to the account in the name, " +
			"and its role in that account."
	case fireworks.IsNotFound(err):
		return "Check the name and the account in the name."
	case demandedWait(err) > fireworks.MaxRetryAfter:
		return "Try again after " + fireworks.DurationText(demandedWait(err).Round(time.Second)) +
			": the provider does not wait that long."
	case status == http.StatusTooManyRequests:
		return "Try again later, or with a lower -parallelism."
	case status >= 500:
		return "The API failed. Try again later, or increase max_retries."
	case status != 0:
		return ""
	}

	if _, ok := errors.AsType[*fireworks.DecodeError](err); ok {
		return "Check that base_url is the URL of the Fireworks control plane, and that no proxy changes its responses."
	}

	if fireworks.IsCertificateError(err) {
		return "Add the certificate authority of the server, or of a proxy in between, to the system's trust store, " +
			"and check the host in base_url."
	}

	return "Check base_url, the network and the proxy settings, and try again."
}

// demandedWait returns the Retry-After of an error response, 0 if there is none.
func demandedWait(err error) time.Duration {
	if apiError, ok := errors.AsType[*fireworks.Error](err); ok && apiError.RetryAfter != nil {
		return *apiError.RetryAfter
	}

	return 0
}

// AddErrorAt adds an error on the attribute, or on the whole block if the path is empty, for which Terraform would show
// no position.
func AddErrorAt(diags *diag.Diagnostics, attribute path.Path, summary, detail string) {
	if attribute.Equal(path.Empty()) {
		diags.AddError(summary, detail)
		return
	}

	diags.AddAttributeError(attribute, summary, detail)
}

// PlatformReason returns the reason for a failure that the platform reports in the status of an object.
func PlatformReason(status fireworks.Status) string {
	switch {
	case status.StatusMessage == "":
		return "The platform gave no reason."
	case status.LastOperationFailed():
		return fmt.Sprintf("The platform reported: %s (%s)", status.StatusMessage, status.StatusCode)
	}

	return "The platform reported: " + status.StatusMessage
}

// LastSeen describes what was last seen of an object, as the end of a sentence. Empty parts are left out.
func LastSeen(parts ...string) string {
	joined := joinNonEmpty(", ", parts)
	if joined == "" {
		return ""
	}

	return " (" + joined + ")"
}

// Quoted returns a text of the API in quotes, or the empty string.
func Quoted(text string) string {
	if text == "" {
		return ""
	}

	return strconv.Quote(text)
}

// IsKeyRejected reports whether the API rejected the key itself, so that every other request will fail as well.
func IsKeyRejected(err error) bool { return fireworks.StatusOf(err) == http.StatusUnauthorized }
