package provider

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// The environment variables behind the arguments of the provider.
const (
	envAPIKey    = "FIREWORKS_API_KEY"
	envBaseURL   = "FIREWORKS_BASE_URL"
	envAccountID = "FIREWORKS_ACCOUNT_ID"
)

// apiKeysPage is where users make API keys.
const apiKeysPage = "https://app.fireworks.ai/settings/users/api-keys"

// maxMaxRetries keeps a slip of the finger from repeating a request for days.
const maxMaxRetries = 100

type providerConfig struct {
	APIKey             types.String `tfsdk:"api_key"`
	BaseURL            types.String `tfsdk:"base_url"`
	AccountID          types.String `tfsdk:"account_id"`
	AdditionalHeaders  types.Map    `tfsdk:"additional_headers"`
	InsecureSkipVerify types.Bool   `tfsdk:"insecure_skip_verify"`
	MaxRetries         types.Int64  `tfsdk:"max_retries"`
	RequestTimeout     types.String `tfsdk:"request_timeout"`
}

// environment is where arguments that the configuration leaves out come from.
type environment struct {
	variable func(name string) string
}

func systemEnvironment() environment {
	return environment{variable: os.Getenv}
}

// unknownArguments names the arguments whose values will be known only later, such as a key that this very apply makes.
// None of them falls back to the environment: a plan with another key would lie.
func (c providerConfig) unknownArguments() []string {
	var names []string
	for _, argument := range []struct {
		name    string
		unknown bool
	}{
		{"api_key", c.APIKey.IsUnknown()},
		{"base_url", c.BaseURL.IsUnknown()},
		{"account_id", c.AccountID.IsUnknown()},
		{"additional_headers", c.AdditionalHeaders.IsUnknown() || hasUnknownElement(c.AdditionalHeaders)},
		{"insecure_skip_verify", c.InsecureSkipVerify.IsUnknown()},
		{"max_retries", c.MaxRetries.IsUnknown()},
		{"request_timeout", c.RequestTimeout.IsUnknown()},
	} {
		if argument.unknown {
			names = append(names, argument.name)
		}
	}
	return names
}

func hasUnknownElement(m types.Map) bool {
	for _, element := range m.Elements() {
		if element.IsUnknown() {
			return true
		}
	}
	return false
}

// clientConfig decides every setting: configuration over environment over default.
func (c providerConfig) clientConfig(env environment) (fireworks.Config, diag.Diagnostics) {
	var diags diag.Diagnostics
	config := fireworks.Config{
		APIKey:             c.apiKey(env, &diags),
		BaseURL:            c.baseURL(env, &diags),
		AccountID:          c.accountID(env, &diags),
		AdditionalHeaders:  c.additionalHeaders(&diags),
		InsecureSkipVerify: c.InsecureSkipVerify.ValueBool(),
		MaxRetries:         c.maxRetries(&diags),
		RequestTimeout:     c.requestTimeout(&diags),
	}
	if config.InsecureSkipVerify {
		diags.AddAttributeWarning(path.Root("insecure_skip_verify"), summaryTLSNotVerified,
			"With insecure_skip_verify = true any server on the way can read the API key and answer in the place of the API. "+
				"Remove the argument, and add the certificate authority of your proxy to the system's trust store instead.")
	}
	return config, diags
}

// validate reports what is wrong with the values that are written in the configuration; terraform validate asks for nothing more.
func (c providerConfig) validate() diag.Diagnostics {
	var diags diag.Diagnostics
	nothing := environment{variable: func(string) string { return "" }}
	if strings.TrimSpace(c.APIKey.ValueString()) != "" {
		c.apiKey(nothing, &diags)
	}
	c.baseURL(nothing, &diags)
	c.accountID(nothing, &diags)
	c.additionalHeaders(&diags)
	if !c.MaxRetries.IsUnknown() {
		c.maxRetries(&diags)
	}
	if !c.RequestTimeout.IsUnknown() {
		c.requestTimeout(&diags)
	}
	return diags.Errors()
}

func (c providerConfig) apiKey(env environment, diags *diag.Diagnostics) string {
	key, source := c.APIKey.ValueString(), "The argument api_key"
	if strings.TrimSpace(key) == "" {
		key, source = env.variable(envAPIKey), "The environment variable "+envAPIKey
	}
	if strings.TrimSpace(key) == "" {
		diags.AddAttributeError(path.Root("api_key"), summaryMissingAPIKey,
			"The provider needs a Fireworks API key to talk to the platform. Set the environment variable "+envAPIKey+
				", or the argument api_key from a sensitive variable. Keys are made at "+apiKeysPage+"; training endpoints need a training-scoped key.")
		return ""
	}
	trimmed, err := fireworks.CheckAPIKey(key)
	if err != nil {
		diags.AddAttributeError(path.Root("api_key"), summaryInvalidAPIKey,
			source+" holds no usable key: "+err.Error()+". Copy the key again from "+apiKeysPage+", as one line.")
	}
	return trimmed
}

func (c providerConfig) baseURL(env environment, diags *diag.Diagnostics) string {
	text, source := c.BaseURL.ValueString(), "The argument base_url"
	if text == "" {
		text, source = env.variable(envBaseURL), "The environment variable "+envBaseURL
	}
	if text == "" {
		return fireworks.DefaultBaseURL
	}
	base, err := fireworks.CheckBaseURL(strings.TrimSpace(text))
	if err != nil {
		diags.AddAttributeError(path.Root("base_url"), summaryInvalidBaseURL,
			fmt.Sprintf("%s is not a URL that the provider can use: %s. Give an http or https URL such as %s, or leave it out.", source, err, fireworks.DefaultBaseURL))
		return ""
	}
	if fireworks.SendsInTheClear(base) {
		diags.AddAttributeWarning(path.Root("base_url"), summaryPlainHTTP,
			source+" is a plain http URL of another machine, so everybody on the way can read the API key. Use https.")
	}
	return base
}

func (c providerConfig) accountID(env environment, diags *diag.Diagnostics) string {
	id, source := c.AccountID.ValueString(), "The argument account_id"
	if id == "" {
		id, source = env.variable(envAccountID), "The environment variable "+envAccountID
	}
	if id == "" {
		return ""
	}
	if err := fireworks.ValidateID("account ID", id); err != nil {
		diags.AddAttributeError(path.Root("account_id"), summaryInvalidAccountID,
			fmt.Sprintf("%s must be a bare account ID: %s Write \"my-account\", not \"accounts/my-account\".", source, sentence(err.Error())))
	}
	return id
}

func (c providerConfig) additionalHeaders(diags *diag.Diagnostics) map[string]string {
	headers := map[string]string{}
	for name, element := range c.AdditionalHeaders.Elements() {
		value, ok := element.(types.String)
		if !ok || value.IsNull() || value.IsUnknown() {
			continue
		}
		if err := fireworks.CheckHeader(name, value.ValueString()); err != nil {
			diags.AddAttributeError(path.Root("additional_headers"), summaryInvalidHeader,
				sentence(err.Error())+" Remove it from additional_headers, or correct it.")
			continue
		}
		headers[name] = value.ValueString()
	}
	return headers
}

func (c providerConfig) maxRetries(diags *diag.Diagnostics) int {
	if c.MaxRetries.IsNull() {
		return fireworks.DefaultMaxRetries
	}
	retries := c.MaxRetries.ValueInt64()
	if retries < 0 || retries > maxMaxRetries {
		diags.AddAttributeError(path.Root("max_retries"), summaryInvalidMaxRetries,
			fmt.Sprintf("max_retries is %d; it must be between 0, which turns repetitions off, and %d.", retries, maxMaxRetries))
		return 0
	}
	return int(retries)
}

func (c providerConfig) requestTimeout(diags *diag.Diagnostics) time.Duration {
	if c.RequestTimeout.IsNull() {
		return fireworks.DefaultRequestTimeout
	}
	timeout, err := time.ParseDuration(c.RequestTimeout.ValueString())
	if err != nil || timeout <= 0 {
		diags.AddAttributeError(path.Root("request_timeout"), summaryInvalidRequestTimeout,
			fmt.Sprintf("request_timeout is %.64q; it must be a duration above zero with a unit, such as \"60s\" or \"2m\".", c.RequestTimeout.ValueString()))
		return 0
	}
	return timeout
}

// logRequest writes what the client tells of its requests; there is nothing secret in it.
func logRequest(ctx context.Context, message string, fields map[string]any) {
	tflog.Debug(ctx, message, fields)
}

// sentence makes an error's text a sentence of its own.
func sentence(text string) string {
	if text == "" {
		return ""
	}
	text = strings.ToUpper(text[:1]) + text[1:]
	if strings.HasSuffix(text, ".") {
		return text
	}
	return text + "."
}
