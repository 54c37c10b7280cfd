// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
)

// maxMaxRetries keeps a typing error from retrying a request for days.
const maxMaxRetries = 100

type providerConfig struct {
	APIKey             types.String `tfsdk:"api_key"`
	BaseURL            types.String `tfsdk:"base_url"`
	AccountID          types.String `tfsdk:"account_id"`
	Profile            types.String `tfsdk:"profile"`
	AdditionalHeaders  types.Map    `tfsdk:"additional_headers"`
	InsecureSkipVerify types.Bool   `tfsdk:"insecure_skip_verify"`
	MaxRetries         types.Int64  `tfsdk:"max_retries"`
	RequestTimeout     types.String `tfsdk:"request_timeout"`
}

// Environment is the source of arguments that are not configured.
type Environment struct {
	// Variable returns the value of an environment variable, empty if it is not set.
	Variable func(name string) string
	// Home is the home directory, which contains the credentials files; empty if unknown.
	Home string
}

// SystemEnvironment returns the environment of the process.
func SystemEnvironment() Environment {
	home, err := os.UserHomeDir()
	if err != nil {
		home = ""
	}

	return Environment{Variable: os.Getenv, Home: home}
}

// argument returns the value of an argument and its source for messages: the configured value, or else that of the
// first variable that is set.
func (e Environment) argument(name string, configured types.String, variables ...string) (value, source string) {
	if value := configured.ValueString(); value != "" {
		return value, "the argument " + name
	}

	for _, variable := range variables {
		if value := strings.TrimSpace(e.Variable(variable)); value != "" {
			return value, "the environment variable " + variable
		}
	}

	return "", ""
}

// UnknownArguments returns the names of the arguments whose values are not known until apply.
// They do not fall back to the environment: a plan with another key would be wrong.
func (c providerConfig) unknownArguments() []string {
	var names []string

	for _, argument := range []struct {
		name    string
		unknown bool
	}{
		{"api_key", c.APIKey.IsUnknown()},
		{"base_url", c.BaseURL.IsUnknown()},
		{"account_id", c.AccountID.IsUnknown()},
		{"profile", c.Profile.IsUnknown()},
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

// clientSettings are the settings of the client, and the sources of those that messages about requests name.
type clientSettings struct {
	fireworks.Config

	keySource, urlSource string
}

// clientSettings returns the settings of the client: from the configuration, else the environment, the credentials
// file, or the default.
func (c providerConfig) clientSettings(env Environment) (clientSettings, diag.Diagnostics) {
	var diags diag.Diagnostics

	c.addEmptyArguments(&diags)

	if diags.HasError() {
		return clientSettings{}, diags
	}

	key, keySource, account := c.credentials(env, &diags)
	base, urlSource := c.baseURL(env, &diags)

	config := fireworks.Config{
		APIKey:             key,
		BaseURL:            base,
		AccountID:          account,
		AdditionalHeaders:  c.additionalHeaders(&diags),
		InsecureSkipVerify: c.InsecureSkipVerify.ValueBool(),
		MaxRetries:         c.maxRetries(&diags),
		RequestTimeout:     c.requestTimeout(&diags),
	}
	if config.InsecureSkipVerify {
		diags.AddAttributeWarning(path.Root("insecure_skip_verify"), diagnostic.SummaryTLSNotVerified,
			"With insecure_skip_verify = true, anyone on the network path can read the API key and impersonate the "+
				"API. Remove the argument, and add the certificate authority of your proxy to the system's trust "+
				"store instead.")
	}

	return clientSettings{config, keySource, urlSource}, diags
}

// addEmptyArguments reports arguments with an empty value: a default in their place would be a surprise, such as
// another account.
func (c providerConfig) addEmptyArguments(diags *diag.Diagnostics) {
	for _, argument := range []struct {
		name, summary string
		value         types.String
	}{
		{"api_key", diagnostic.SummaryInvalidAPIKey, c.APIKey},
		{"base_url", diagnostic.SummaryInvalidBaseURL, c.BaseURL},
		{"account_id", diagnostic.SummaryInvalidAccountID, c.AccountID},
		{"profile", diagnostic.SummaryInvalidProfile, c.Profile},
	} {
		if attribute.IsKnown(argument.value) && strings.TrimSpace(argument.value.ValueString()) == "" {
			diags.AddAttributeError(path.Root(argument.name), argument.summary, fmt.Sprintf(
				"The argument %s is empty. Set it to a value; or set it to null, or remove it, to use the "+
					"default.", argument.name))
		}
	}
}

// validate reports invalid values in the configuration, without the environment.
func (c providerConfig) validate() diag.Diagnostics {
	var diags diag.Diagnostics

	nothing := Environment{Variable: func(string) string { return "" }}

	c.addEmptyArguments(&diags)

	if diags.HasError() {
		return diags
	}

	if key, source := nothing.argument("api_key", c.APIKey); key != "" {
		checkAPIKey(key, source, &diags)
	}

	if id, source := nothing.argument("account_id", c.AccountID); id != "" {
		checkAccountID(id, source, &diags)
	}

	c.profile(nothing, &diags)
	c.baseURL(nothing, &diags)
	c.additionalHeaders(&diags)

	if !c.MaxRetries.IsUnknown() {
		c.maxRetries(&diags)
	}

	if !c.RequestTimeout.IsUnknown() {
		c.requestTimeout(&diags)
	}

	return diags.Errors()
}

// credentials returns the key, its source, and the account. A profile in the provider block beats the environment.
// The account of a credentials file is used only together with its key: it is wrong for any other key.
func (c providerConfig) credentials(env Environment, diags *diag.Diagnostics) (key, source, account string) {
	hasProfile := c.Profile.ValueString() != ""
	account, accountSource := env.argument("account_id", c.AccountID, diagnostic.EnvAccountID)

	if !hasProfile {
		key, source = env.argument("api_key", c.APIKey, diagnostic.EnvAPIKey)
	} else {
		key, source = env.argument("api_key", c.APIKey)
	}

	if key == "" {
		file := readCredentialsFile(env, c.profile(env, diags), diags)
		if diags.HasError() {
			return "", "", ""
		}

		if file.apiKey == "" {
			addMissingAPIKey(diags, file, hasProfile)
		} else {
			key, source = file.apiKey, "the file "+file.path
		}

		if file.accountID != "" && (account == "" || hasProfile && c.AccountID.IsNull()) {
			account, accountSource = file.accountID, "the file "+file.accountPath
		}
	}

	if account != "" {
		checkAccountID(account, accountSource, diags)
	}

	if key != "" {
		key = checkAPIKey(key, source, diags)
	}

	return key, source, account
}

func addMissingAPIKey(diags *diag.Diagnostics, file credentialsFile, hasProfile bool) {
	detail := "The provider needs a Fireworks API key. Set the environment variable " + diagnostic.EnvAPIKey +
		", or the argument api_key from a sensitive variable."

	switch {
	case hasProfile:
		detail = "The argument profile names the " +
			"file " + file.path + ", which contains no API key. Run firectl set-api-key to write one, " +
			"or remove the argument and set the environment variable " + diagnostic.EnvAPIKey + "."
	case file.signedIn:
		detail += " The file " + file.path + " contains an empty api_key, as after signing in with a browser; " +
			"firectl set-api-key writes one."
	case file.path != "":
		detail += " The file " + file.path + " contains no key either."
	}

	diags.AddAttributeError(path.Root("api_key"), diagnostic.SummaryMissingAPIKey,
		detail+" Create keys at "+diagnostic.APIKeysPage+"; training endpoints need a training-scoped key.")
}

func checkAPIKey(key, source string, diags *diag.Diagnostics) string {
	trimmed, err := fireworks.CheckAPIKey(key)
	if err != nil {
		diags.AddAttributeError(path.Root("api_key"), diagnostic.SummaryInvalidAPIKey,
			diagnostic.SentenceStart(source)+" contains no valid "+
				"key: "+err.Error()+". Copy the key again from "+diagnostic.APIKeysPage+", as one line.")
	}

	return trimmed
}

// profile returns the name of the profile, "" for the default credentials file.
func (c providerConfig) profile(env Environment, diags *diag.Diagnostics) string {
	name, source := env.argument("profile", c.Profile, diagnostic.EnvProfile)
	if name == "" {
		return ""
	}

	if err := fireworks.ValidateID("profile", name); err != nil || strings.Contains(name, `\`) {
		diags.AddAttributeError(path.Root("profile"), diagnostic.SummaryInvalidProfile,
			fmt.Sprintf("%s is %.64q; it must be the bare name of a directory in %s.",
				diagnostic.SentenceStart(source), name, filepath.Join("~", ".fireworks", "profiles")))

		return ""
	}

	return name
}

func (c providerConfig) baseURL(env Environment, diags *diag.Diagnostics) (base, source string) {
	text, source := env.argument("base_url", c.BaseURL, diagnostic.EnvBaseURL, diagnostic.EnvAPIBase)
	if text == "" {
		return fireworks.DefaultBaseURL, "the default"
	}

	base, err := fireworks.CheckBaseURL(strings.TrimSpace(text))
	if err != nil {
		diags.AddAttributeError(
			path.Root("base_url"),
			diagnostic.SummaryInvalidBaseURL,
			fmt.Sprintf("%s is not a valid URL: %s. Set an http or https URL such as %s, or remove "+
				"it.", diagnostic.SentenceStart(source), err,
				fireworks.DefaultBaseURL),
		)

		return "", ""
	}

	if fireworks.IsPlainHTTP(base) {
		diags.AddAttributeWarning(path.Root("base_url"), diagnostic.SummaryPlainHTTP,
			diagnostic.SentenceStart(source)+" is a plain http URL of another host, so anyone on the network path "+
				"can read the API key. Use https.")
	}

	return base, source
}

func checkAccountID(id, source string, diags *diag.Diagnostics) {
	if err := fireworks.ValidateID("account ID", id); err != nil {
		diags.AddAttributeError(path.Root("account_id"), diagnostic.SummaryInvalidAccountID,
			fmt.Sprintf("%s cannot be used: %s", diagnostic.SentenceStart(source), err))
	}
}

func (c providerConfig) additionalHeaders(diags *diag.Diagnostics) map[string]string {
	headers := map[string]string{}

	for name, element := range c.AdditionalHeaders.Elements() {
		value, ok := element.(types.String)
		if !ok || value.IsNull() || value.IsUnknown() {
			continue
		}

		if err := fireworks.CheckHeader(name, value.ValueString()); err != nil {
			diags.AddAttributeError(path.Root("additional_headers"), diagnostic.SummaryInvalidHeader,
				diagnostic.Sentence(err.Error())+" Remove it from additional_headers, or fix it.")

			continue
		}

		headers[name] = value.ValueString()
	}

	if err := fireworks.CheckHeaderNames(headers); err != nil {
		diags.AddAttributeError(path.Root("additional_headers"), diagnostic.SummaryInvalidHeader,
			diagnostic.Sentence(err.Error())+" Remove one of them.")
	}

	return headers
}

func (c providerConfig) maxRetries(diags *diag.Diagnostics) int {
	if c.MaxRetries.IsNull() {
		return fireworks.DefaultMaxRetries
	}

	retries := c.MaxRetries.ValueInt64()
	if retries < 0 || retries > maxMaxRetries {
		diags.AddAttributeError(path.Root("max_retries"), diagnostic.SummaryInvalidMaxRetries,
			fmt.Sprintf("max_retries is %d; it must be between 0, which disables retries, and %d.", retries,
				maxMaxRetries))

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
		diags.AddAttributeError(
			path.Root("request_timeout"),
			diagnostic.SummaryInvalidRequestTimeout,
			fmt.Sprintf(
				"request_timeout is %.64q; it must be a duration above zero with a unit, such as \"60s\" or \"2m\".",
				c.RequestTimeout.ValueString(),
			),
		)

		return 0
	}

	return timeout
}

// logRequest logs the requests of the client, which contain no secrets.
func logRequest(ctx context.Context, message string, fields map[string]any) {
	tflog.Debug(ctx, message, fields)
}
