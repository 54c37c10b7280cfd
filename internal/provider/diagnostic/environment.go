// SPDX-License-Identifier: MPL-2.0

package diagnostic

// The names of environment variables and pages that configuration and messages share.
const (
	EnvAPIKey    = "FIREWORKS_API_KEY"
	EnvBaseURL   = "FIREWORKS_BASE_URL"
	EnvAPIBase   = "FIREWORKS_API_BASE"
	EnvAccountID = "FIREWORKS_ACCOUNT_ID"
	EnvProfile   = "FIREWORKS_PROFILE"
	// APIKeysPage is the page on which users create API keys.
	APIKeysPage = "https://app.fireworks.ai/settings/users/api-keys"
)
