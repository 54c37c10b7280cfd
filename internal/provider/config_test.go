// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
)

// TestProviderConfig is the table of every setting: configuration over environment over default, and what is refused.
// Where a key comes from when neither gives one is in TestCredentials_Precedence.
func TestProviderConfig(t *testing.T) {
	t.Parallel()

	headers := func(pairs ...string) types.Map {
		elements := map[string]attr.Value{}
		for pair := range slices.Chunk(pairs, 2) {
			elements[pair[0]] = types.StringValue(pair[1])
		}

		return types.MapValueMust(types.StringType, elements)
	}
	env := func(pairs ...string) map[string]string {
		variables := map[string]string{diagnostic.EnvAPIKey: "fw_env_key"}
		for pair := range slices.Chunk(pairs, 2) {
			variables[pair[0]] = pair[1]
		}

		return variables
	}
	defaults := fireworks.Config{
		APIKey:            "fw_env_key",
		BaseURL:           "https://api.fireworks.ai",
		AdditionalHeaders: map[string]string{},
		MaxRetries:        8,
		RequestTimeout:    time.Minute,
	}
	and := func(change func(*fireworks.Config)) fireworks.Config {
		changed := defaults
		change(&changed)

		return changed
	}

	tests := map[string]struct {
		config    providerConfig
		variables map[string]string
		want      fireworks.Config
		// problem is the whole of the only diagnostic; an error comes without a configuration.
		problem string
	}{
		"defaults": {want: defaults},

		"api_key, configuration over environment": {
			config: providerConfig{APIKey: types.StringValue("fw_config_key")},
			want:   and(func(c *fireworks.Config) { c.APIKey = "fw_config_key" }),
		},
		"api_key, white space around it": {
			variables: env(diagnostic.EnvAPIKey, " fw_file_key\r\n"),
			want:      and(func(c *fireworks.Config) { c.APIKey = "fw_file_key" }),
		},
		"api_key, nowhere": {variables: env(diagnostic.EnvAPIKey, " "), problem: `ERROR [api_key] Missing API key
The provider needs a Fireworks API key. Set the environment variable FIREWORKS_API_KEY, or the argument api_key \
from a sensitive variable. Create keys at https://app.fireworks.ai/settings/users/api-keys; training endpoints need \
a training-scoped key.`},
		"api_key, control character": {
			config: providerConfig{APIKey: types.StringValue("fw_canary\nfw_canary")},
			problem: `ERROR [api_key] Invalid API key
The argument api_key contains no valid key: the API key contains a control character, such as a line break, or is \
not valid UTF-8. Copy the key again from https://app.fireworks.ai/settings/users/api-keys, as one line.`,
		},
		"api_key, empty": {
			config: providerConfig{APIKey: types.StringValue("")},
			problem: `ERROR [api_key] Invalid API key
The argument api_key is empty. Set it to a value; or set it to null, or remove it, to use the default.`,
		},
		"api_key, quoted": {variables: env(diagnostic.EnvAPIKey, `"fw_canary"`), problem: `ERROR [api_key] Invalid API key
The environment variable FIREWORKS_API_KEY contains no valid key: the API key is in quotation marks, which are not \
part of it; remove them. Copy the key again from https://app.fireworks.ai/settings/users/api-keys, as one line.`},
		"api_key, with its scheme": {
			config: providerConfig{APIKey: types.StringValue("Bearer fw_canary")},
			problem: `ERROR [api_key] Invalid API key
The argument api_key contains no valid key: the API key starts with "Bearer ", which the provider adds itself; remove \
it. Copy the key again from https://app.fireworks.ai/settings/users/api-keys, as one line.`,
		},

		"base_url, empty": {
			config: providerConfig{BaseURL: types.StringValue(" ")}, variables: env(diagnostic.EnvBaseURL, "https://env.example"),
			problem: `ERROR [base_url] Invalid base URL
The argument base_url is empty. Set it to a value; or set it to null, or remove it, to use the default.`,
		},
		"base_url, of the inference API": {
			variables: env(diagnostic.EnvAPIBase, "https://proxy.example/fw/inference/v1"),
			problem: `ERROR [base_url] Invalid base URL
The environment variable FIREWORKS_API_BASE is not a valid URL: its path contains "/inference", which the provider \
adds itself where it is needed; write https://proxy.example/fw. Set an http or https URL such as \
https://api.fireworks.ai, or remove it.`,
		},
		"base_url, configuration over environment": {
			config:    providerConfig{BaseURL: types.StringValue("https://config.example/fw/")},
			variables: env(diagnostic.EnvBaseURL, "https://env.example"),
			want:      and(func(c *fireworks.Config) { c.BaseURL = "https://config.example/fw" }),
		},
		"base_url, environment": {
			variables: env(diagnostic.EnvBaseURL, "https://env.example/"),
			want:      and(func(c *fireworks.Config) { c.BaseURL = "https://env.example" }),
		},
		"base_url, loopback": {
			variables: env(diagnostic.EnvBaseURL, "http://localhost:8089"),
			want:      and(func(c *fireworks.Config) { c.BaseURL = "http://localhost:8089" }),
		},
		"base_url, no URL in the environment": {variables: env(diagnostic.EnvBaseURL, "fireworks"), problem: `ERROR [base_url] Invalid base URL
The environment variable FIREWORKS_BASE_URL is not a valid URL: it does not start with https:// or http://. Set an \
http or https URL such as https://api.fireworks.ai, or remove it.`},
		"base_url, another scheme": {
			config: providerConfig{BaseURL: types.StringValue("ftp://fireworks.ai")},
			problem: `ERROR [base_url] Invalid base URL
The argument base_url is not a valid URL: it does not start with https:// or http://. Set an http or https URL such \
as https://api.fireworks.ai, or remove it.`,
		},
		"base_url, a password": {
			config: providerConfig{BaseURL: types.StringValue("https://me:fw_canary@fireworks.ai")},
			problem: `ERROR [base_url] Invalid base URL
The argument base_url is not a valid URL: it contains a user name or password; set the API key in api_key instead. \
Set an http or https URL such as https://api.fireworks.ai, or remove it.`,
		},
		"base_url, plain http": {
			config: providerConfig{
				BaseURL: types.StringValue("http://fireworks.example"),
			},
			want: and(func(c *fireworks.Config) { c.BaseURL = "http://fireworks.example" }),
			problem: `WARNING [base_url] API key sent over plain HTTP
The argument base_url is a plain http URL of another host, so anyone on the network path can read the API key. Use https.`,
		},

		"account_id, configuration over environment": {
			config: providerConfig{
				AccountID: types.StringValue("mine"),
			},
			variables: env(diagnostic.EnvAccountID, "other"),
			want:      and(func(c *fireworks.Config) { c.AccountID = "mine" }),
		},
		"account_id, environment": {
			variables: env(diagnostic.EnvAccountID, "mine"),
			want:      and(func(c *fireworks.Config) { c.AccountID = "mine" }),
		},
		"account_id, empty": {
			config: providerConfig{AccountID: types.StringValue("")}, variables: env(diagnostic.EnvAccountID, "mine"),
			problem: `ERROR [account_id] Invalid account ID
The argument account_id is empty. Set it to a value; or set it to null, or remove it, to use the default.`,
		},
		"profile, empty": {
			config: providerConfig{Profile: types.StringValue("")},
			problem: `ERROR [profile] Invalid profile
The argument profile is empty. Set it to a value; or set it to null, or remove it, to use the default.`,
		},
		"account_id, full name": {
			config: providerConfig{AccountID: types.StringValue("accounts/mine")},
			problem: `ERROR [account_id] Invalid account ID
The argument account_id cannot be used: "accounts/mine" is not a valid account ID: it contains a slash. Did you \
mean "mine"? The expected form is an ID without a slash.`,
		},

		"additional_headers": {
			config: providerConfig{AdditionalHeaders: headers("X-Proxy", "a", "x-team", "b")},
			want:   and(func(c *fireworks.Config) { c.AdditionalHeaders = map[string]string{"X-Proxy": "a", "x-team": "b"} }),
		},
		"additional_headers, of a gateway": {
			config: providerConfig{AdditionalHeaders: headers("authorization", "Basic Zm9v")},
			want:   and(func(c *fireworks.Config) { c.AdditionalHeaders = map[string]string{"authorization": "Basic Zm9v"} }),
		},
		"additional_headers, one twice": {
			config: providerConfig{AdditionalHeaders: headers("X-Team", "fw_canary", "x-team", "fw_canary")},
			problem: `ERROR [additional_headers] Invalid additional header
The headers "X-Team" and "x-team" differ only by case, so they are the same header. Remove one of them.`,
		},
		"additional_headers, the other authentication": {
			config: providerConfig{AdditionalHeaders: headers("X-API-Key", "fw_canary")},
			problem: `ERROR [additional_headers] Invalid additional header
The header X-Api-Key is set by the provider and cannot be overridden. Remove it from additional_headers, or fix it.`,
		},
		"additional_headers, no name": {
			config: providerConfig{AdditionalHeaders: headers("my header", "fw_canary")},
			problem: `ERROR [additional_headers] Invalid additional header
The header name that starts with "my" is not valid: it is longer than 128 characters or contains a character other \
than letters, digits and hyphens. Remove it from additional_headers, or fix it.`,
		},
		"additional_headers, line break": {
			config: providerConfig{AdditionalHeaders: headers("X-Proxy", "fw_canary\nX-Other: b")},
			problem: `ERROR [additional_headers] Invalid additional header
The value of the header X-Proxy contains a control character or is not valid UTF-8. Remove it from additional_headers, or fix it.`,
		},

		"insecure_skip_verify, false": {config: providerConfig{InsecureSkipVerify: types.BoolValue(false)}, want: defaults},
		"insecure_skip_verify, true": {
			config: providerConfig{InsecureSkipVerify: types.BoolValue(true)}, want: and(func(c *fireworks.Config) { c.InsecureSkipVerify = true }),
			problem: `WARNING [insecure_skip_verify] TLS certificates are not verified
With insecure_skip_verify = true, anyone on the network path can read the API key and impersonate the API. Remove \
the argument, and add the certificate authority of your proxy to the system's trust store instead.`,
		},

		"max_retries, none": {config: providerConfig{MaxRetries: types.Int64Value(0)}, want: and(func(c *fireworks.Config) { c.MaxRetries = 0 })},
		"max_retries, negative": {
			config: providerConfig{MaxRetries: types.Int64Value(-1)},
			problem: `ERROR [max_retries] Invalid number of retries
max_retries is -1; it must be between 0, which disables retries, and 100.`,
		},
		"max_retries, for days": {
			config: providerConfig{MaxRetries: types.Int64Value(100000)},
			problem: `ERROR [max_retries] Invalid number of retries
max_retries is 100000; it must be between 0, which disables retries, and 100.`,
		},

		"request_timeout": {
			config: providerConfig{RequestTimeout: types.StringValue("2m30s")},
			want:   and(func(c *fireworks.Config) { c.RequestTimeout = 150 * time.Second }),
		},
		"request_timeout, no unit": {
			config: providerConfig{RequestTimeout: types.StringValue("60")},
			problem: `ERROR [request_timeout] Invalid request timeout
request_timeout is "60"; it must be a duration above zero with a unit, such as "60s" or "2m".`,
		},
		"request_timeout, zero": {
			config: providerConfig{RequestTimeout: types.StringValue("0s")},
			problem: `ERROR [request_timeout] Invalid request timeout
request_timeout is "0s"; it must be a duration above zero with a unit, such as "60s" or "2m".`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			variables := test.variables
			if variables == nil {
				variables = env()
			}

			got, diags := test.config.clientSettings(Environment{Variable: func(name string) string { return variables[name] }})

			var problems []string

			for _, d := range diags {
				attribute := ""
				if at, ok := d.(interface{ Path() path.Path }); ok {
					attribute = at.Path().String()
				}

				problems = append(problems, fmt.Sprintf("%s [%s] %s\n%s",
					strings.ToUpper(d.Severity().String()), attribute, d.Summary(), d.Detail()))
			}

			if diff := cmp.Diff(strings.ReplaceAll(test.problem, "\\\n", ""), strings.Join(problems, "\n")); diff != "" {
				t.Errorf("diagnostics (-want +got):\n%s", diff)
			}

			if strings.Contains(strings.Join(problems, "\n"), "fw_canary") {
				t.Errorf("a secret is shown: %s", problems)
			}

			if diags.HasError() {
				return
			}

			if diff := cmp.Diff(test.want, got.Config); diff != "" {
				t.Errorf("configuration of the client (-want +got):\n%s", diff)
			}
		})
	}
}
