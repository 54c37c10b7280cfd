package provider

// The names of environment variables and pages that configuration and messages share.
const (
	envAPIKey    = "FIREWORKS_API_KEY"
	envBaseURL   = "FIREWORKS_BASE_URL"
	envAPIBase   = "FIREWORKS_API_BASE"
	envAccountID = "FIREWORKS_ACCOUNT_ID"
	envProfile   = "FIREWORKS_PROFILE"
	// apiKeysPage is the page on which users create API keys.
	apiKeysPage = "https://app.fireworks.ai/settings/users/api-keys"
)
