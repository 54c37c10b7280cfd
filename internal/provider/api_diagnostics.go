package provider

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// apiDetail is the detail of a diagnostic about a failed call: what could not be done, the server's own words, and the next step.
// An empty next step means the usual one for the kind of failure.
func apiDetail(what string, err error, nextStep string) string {
	if nextStep == "" {
		nextStep = remedy(err)
	}

	return joinParagraphs(what, errorDetail(err), nextStep)
}

func joinParagraphs(paragraphs ...string) string {
	var kept []string

	for _, paragraph := range paragraphs {
		if paragraph != "" {
			kept = append(kept, paragraph)
		}
	}

	return strings.Join(kept, "\n\n")
}

// errorDetail passes on what the API, or the network on the way to it, said.
func errorDetail(err error) string {
	var (
		apiError        *fireworks.Error
		connectionError *fireworks.ConnectionError
		decodeError     *fireworks.DecodeError
		failure         *fireworks.OperationFailure
		accountError    *fireworks.AccountError
	)
	switch {
	case errors.As(err, &apiError):
		words := fmt.Sprintf("The API answered %s: %s\nRequest: %s %s", apiError.Status(), apiError.Message, apiError.Method, apiError.Path)
		if apiError.RequestID != "" {
			words += " (request ID " + apiError.RequestID + ")"
		}

		return words
	case errors.As(err, &connectionError):
		return fmt.Sprintf("There was no answer: %s\nRequest: %s %s", connectionError.Reason, connectionError.Method, connectionError.Path)
	case errors.As(err, &decodeError):
		return fmt.Sprintf("The answer could not be used: %s\nRequest: %s %s", decodeError.Reason, decodeError.Method, decodeError.Path)
	case errors.As(err, &failure):
		return "The platform said: " + failure.Error()
	case errors.As(err, &accountError):
		return sentence(accountError.Error())
	case errors.Is(err, context.Canceled):
		return "The run was interrupted before there was an answer."
	case errors.Is(err, context.DeadlineExceeded):
		return "There was no answer in time."
	}

	return sentence(err.Error())
}

// remedy is decided by the kind of failure and the status, never by a message.
func remedy(err error) string {
	if errors.Is(err, context.Canceled) {
		return "Run it again."
	}

	var accountError *fireworks.AccountError
	if errors.As(err, &accountError) {
		if len(accountError.Names) == 0 {
			return "Check that the key is the right one, or make a new one at " + apiKeysPage + "."
		}

		return "Say which one is meant with the provider's argument account_id or the environment variable " + envAccountID + "."
	}

	switch status := fireworks.StatusOf(err); {
	case status == http.StatusUnauthorized:
		return "Check the API key (the argument api_key, or the environment variable " + envAPIKey + "): it may be mistyped, revoked, or for inference only. " +
			"Training endpoints need a training-scoped key; keys are made at " + apiKeysPage + "."
	case status == http.StatusForbidden:
		return "The key is valid but may not do this. Check that it belongs to the account in the name, and its role there."
	case status == http.StatusNotFound:
		return "Check the name, the account in it, and base_url."
	case status == http.StatusTooManyRequests:
		return "Run it again later, or with a lower -parallelism."
	case status >= 500:
		return "The failure is the API's. Nothing was lost; run it again later. A higher max_retries makes the provider more patient."
	case status != 0:
		return "Correct what the message names and run it again."
	}

	var decodeError *fireworks.DecodeError
	if errors.As(err, &decodeError) {
		return "Check that base_url points at the Fireworks control plane and that no proxy changes its answers."
	}

	if fireworks.IsCertificateError(err) {
		return "Add the certificate authority of the server, or of the proxy on the way, to the system's trust store, and check the host in base_url."
	}

	return "Check base_url, the network and the proxy settings, then run it again."
}

// accountSummary names what was wanted when the look-up of the account failed like any request, and the account itself when its answer was of no use.
func accountSummary(err error, wanted string) string {
	var accountError *fireworks.AccountError
	if errors.As(err, &accountError) {
		return summaryAccountUnknown
	}

	return wanted
}

// addAPIError adds an error about a failed call, on the attribute when one is to blame.
func addAPIError(diags *diag.Diagnostics, attribute path.Path, summary, what string, err error, nextStep string) {
	detail := apiDetail(what, err, nextStep)
	if attribute.Equal(path.Empty()) {
		diags.AddError(summary, detail)
		return
	}

	diags.AddAttributeError(attribute, summary, detail)
}
