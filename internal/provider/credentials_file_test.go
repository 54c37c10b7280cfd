// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
)

const (
	authFile     = ".fireworks/auth.ini"
	settingsFile = ".fireworks/settings.ini"
	profileFile  = ".fireworks/profiles/work/auth.ini"
)

// TestCredentials_Precedence is the table of where the key and its account come from.
func TestCredentials_Precedence(t *testing.T) {
	t.Parallel()

	plain := map[string]string{authFile: "api_key = fw_file_key\naccount_id = file-account\n"}
	both := map[string]string{authFile: "api_key = fw_file_key\n",
		profileFile: "api_key = fw_profile_key\naccount_id = profile-account\n"}

	tests := map[string]struct {
		config    providerConfig
		variables map[string]string
		files     map[string]string
		key       string
		account   string
		// summary and mention are those of the only error.
		summary, mention string
	}{
		"configuration wins over everything": {
			config:    providerConfig{APIKey: types.StringValue("fw_config_key")},
			variables: map[string]string{diagnostic.EnvAPIKey: "fw_env_key"}, files: plain, key: "fw_config_key",
		},
		"environment wins over the file": {variables: map[string]string{diagnostic.EnvAPIKey: "fw_env_key"},
			files: plain, key: "fw_env_key"},
		"the file gives key and account": {files: plain, key: "fw_file_key", account: "file-account"},
		"the configured account wins over the file's": {
			config: providerConfig{AccountID: types.StringValue("mine")}, files: plain, key: "fw_file_key",
			account: "mine",
		},
		"the account of the environment wins over the file's": {
			variables: map[string]string{diagnostic.EnvAccountID: "mine"},
			files:     plain,
			key:       "fw_file_key",
			account:   "mine",
		},
		"the profile of the configuration": {
			config:    providerConfig{Profile: types.StringValue("work")},
			variables: map[string]string{diagnostic.EnvProfile: "other"}, files: both, key: "fw_profile_key",
			account: "profile-account",
		},
		"the profile of the environment": {
			variables: map[string]string{diagnostic.EnvProfile: "work"},
			files:     both,
			key:       "fw_profile_key",
			account:   "profile-account",
		},
		"the profile of the configuration wins over the environment": {
			config:    providerConfig{Profile: types.StringValue("work")},
			variables: map[string]string{diagnostic.EnvAPIKey: "fw_env_key", diagnostic.EnvAccountID: "env-account"},
			files:     both,
			key:       "fw_profile_key", account: "profile-account",
		},
		"the account of the environment for a profile without one": {
			config:    providerConfig{Profile: types.StringValue("work")},
			variables: map[string]string{diagnostic.EnvAccountID: "env-account"},
			files:     map[string]string{profileFile: "api_key = fw_profile_key\n"}, key: "fw_profile_key",
			account: "env-account",
		},
		"the configured account wins over that of the profile": {
			config: providerConfig{Profile: types.StringValue("work"), AccountID: types.StringValue("mine")},
			files:  both,
			key:    "fw_profile_key", account: "mine",
		},
		"the configured key wins over the profile": {
			config: providerConfig{Profile: types.StringValue("work"), APIKey: types.StringValue("fw_config_key")},
			files:  both,
			key:    "fw_config_key",
		},
		"the key of the environment wins over the profile of the environment": {
			variables: map[string]string{diagnostic.EnvProfile: "absent", diagnostic.EnvAPIKey: "fw_env_key"},
			files:     both,
			key:       "fw_env_key",
		},
		"section fireworks": {
			files: map[string]string{authFile: "[other]\napi_key = no\n[fireworks]\napi_key = \"fw_section_key\"\n"},
			key:   "fw_section_key",
		},
		"section DEFAULT": {
			files: map[string]string{authFile: "# comment\n[DEFAULT]\napi_key = fw_default_key ; comment\n"},
			key:   "fw_default_key",
		},
		"section default": {
			files: map[string]string{authFile: "[default]\napi_key = fw_default_key\n"},
			key:   "fw_default_key",
		},
		"the account of the settings file": {
			files: map[string]string{authFile: "api_key = fw_file_key\n",
				settingsFile: "# written by firectl\nAccount_ID = settings-account\n"},
			key:     "fw_file_key",
			account: "settings-account",
		},
		"the account of the credentials file over that of the settings file": {
			files: map[string]string{authFile: "API_KEY = fw_file_key\nACCOUNT_ID = file-account\n",
				settingsFile: "account_id = other\n"},
			key: "fw_file_key", account: "file-account",
		},
		"the account of the profile's settings file": {
			config: providerConfig{Profile: types.StringValue("work")},
			files: map[string]string{
				profileFile:                             "api_key = fw_profile_key\n",
				".fireworks/profiles/work/settings.ini": "[fireworks]\naccount_id=work-account\n",
				settingsFile:                            "account_id = other\n",
			},
			key: "fw_profile_key", account: "work-account",
		},
		"no account of a settings file for another key": {
			variables: map[string]string{diagnostic.EnvAPIKey: "fw_env_key"},
			files:     map[string]string{settingsFile: "account_id = other\n"}, key: "fw_env_key",
		},
		"a settings file that is no INI": {
			files:   map[string]string{authFile: "api_key = fw_file_key\n", settingsFile: "fw_secret_line\n"},
			summary: diagnostic.SummaryCredentialsFileUnusable,
		},
		"a number sign in the key": {files: map[string]string{authFile: "api_key = fw_#a;b#\t# comment\n"},
			key: "fw_#a;b#"},
		"a comment after quotation marks": {
			files: map[string]string{authFile: "api_key = 'fw_file_key' ; \"comment\"\n"}, key: "fw_file_key",
		},
		"a key with its scheme": {files: map[string]string{authFile: "api_key = Bearer fw_secret\n"},
			summary: diagnostic.SummaryInvalidAPIKey},
		"an empty key": {
			files: map[string]string{authFile: "api_key =\naccount_id = a\n"}, summary: diagnostic.SummaryMissingAPIKey,
			mention: "firectl set-api-key",
		},
		"a profile of the configuration without a key": {
			config:    providerConfig{Profile: types.StringValue("work")},
			variables: map[string]string{diagnostic.EnvAPIKey: "fw_env_key"},
			files:     map[string]string{profileFile: "account_id = a\n"}, summary: diagnostic.SummaryMissingAPIKey,
			mention: "The argument profile names",
		},
		"a profile of the configuration without a file": {
			config:    providerConfig{Profile: types.StringValue("absent")},
			variables: map[string]string{diagnostic.EnvAPIKey: "fw_env_key"},
			summary:   diagnostic.SummaryCredentialsFileUnusable, mention: "remove the profile",
		},
		"nothing anywhere": {summary: diagnostic.SummaryMissingAPIKey},
		"a file without a key": {files: map[string]string{authFile: "account_id = a\n"},
			summary: diagnostic.SummaryMissingAPIKey},
		"a profile without a file": {variables: map[string]string{diagnostic.EnvProfile: "absent"},
			summary: diagnostic.SummaryCredentialsFileUnusable},
		"a file that is no INI": {
			files:   map[string]string{authFile: "fw_secret_line_without_key\n"},
			summary: diagnostic.SummaryCredentialsFileUnusable,
		},
		"a profile that leaves its directory": {config: providerConfig{Profile: types.StringValue("../x")},
			summary: diagnostic.SummaryInvalidProfile},
		"a file whose account is no bare ID": {
			files:   map[string]string{authFile: "api_key = fw_file_key\naccount_id = accounts/a\n"},
			summary: diagnostic.SummaryInvalidAccountID,
		},
		"a key with a line break in its middle": {variables: map[string]string{diagnostic.EnvAPIKey: "fw_secret\nline"},
			summary: diagnostic.SummaryInvalidAPIKey},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := Environment{Variable: func(name string) string { return test.variables[name] },
				Home: homeWith(t, test.files, 0o600)}

			config, diags := test.config.clientSettings(env)
			if test.summary != "" {
				if len(diags) != 1 || diags[0].Summary() != test.summary {
					t.Fatalf("got %v, want one error %q", diags, test.summary)
				}

				if detail := diags[0].Detail(); strings.Contains(detail, "fw_secret") ||
					!strings.Contains(detail, test.mention) {
					t.Errorf("the detail shows the key, or does not mention %q: %s", test.mention, detail)
				}

				return
			}

			if len(diags) > 0 {
				t.Fatalf("unexpected diagnostics: %v", diags)
			}

			if got, want := config.APIKey, test.key; got != want {
				t.Errorf("%s: got %v, want %v", "API key", got, want)
			}

			if got, want := config.AccountID, test.account; got != want {
				t.Errorf("%s: got %v, want %v", "account ID", got, want)
			}
		})
	}
}

func TestCredentials_ReadableByOthers(t *testing.T) {
	t.Parallel()

	if runtime.GOOS == "windows" {
		return // Permission bits say nothing there.
	}

	env := Environment{
		Variable: func(string) string { return "" },
		Home:     homeWith(t, map[string]string{authFile: "api_key = fw_file_key\n"}, 0o644),
	}

	config, diags := providerConfig{}.clientSettings(env)
	if config.APIKey != "fw_file_key" {
		t.Errorf("the key was not read: %q", config.APIKey)
	}

	if len(diags) != 1 || diags[0].Severity() != diag.SeverityWarning ||
		diags[0].Summary() != diagnostic.SummaryCredentialsFileOpen {
		t.Errorf("got %v, want one warning", diags)
	}
}

func TestBaseURL_APIBaseFallback(t *testing.T) {
	t.Parallel()

	variables := map[string]string{diagnostic.EnvAPIKey: "fw_env_key",
		diagnostic.EnvAPIBase: "https://fallback.example/"}

	env := Environment{Variable: func(name string) string { return variables[name] }}
	if config, diags := (providerConfig{}).clientSettings(env); config.BaseURL != "https://fallback.example" ||
		len(diags) > 0 {
		t.Errorf("got %q, %v", config.BaseURL, diags)
	}

	variables[diagnostic.EnvBaseURL] = "https://first.example"

	if config, diags := (providerConfig{}).clientSettings(env); config.BaseURL != "https://first.example" ||
		len(diags) > 0 {
		t.Errorf("got %q, %v", config.BaseURL, diags)
	}
}

// homeWith returns a home directory with the given files.
func homeWith(t *testing.T, files map[string]string, mode os.FileMode) string {
	t.Helper()

	home := t.TempDir()
	for name, content := range files {
		file := filepath.Join(home, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}

		if err := os.WriteFile(file, []byte(content), mode); err != nil {
			t.Fatal(err)
		}
	}

	return home
}
