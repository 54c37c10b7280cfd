package provider

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

const (
	authFile    = ".fireworks/auth.ini"
	profileFile = ".fireworks/profiles/work/auth.ini"
)

// TestCredentials_Precedence is the table of where the key and its account come from.
func TestCredentials_Precedence(t *testing.T) {
	t.Parallel()

	plain := map[string]string{authFile: "api_key = fw_file_key\naccount_id = file-account\n"}
	both := map[string]string{authFile: "api_key = fw_file_key\n", profileFile: "api_key = fw_profile_key\naccount_id = profile-account\n"}

	tests := map[string]struct {
		config    providerConfig
		variables map[string]string
		files     map[string]string
		key       string
		account   string
		summary   string
	}{
		"configuration wins over everything": {
			config:    providerConfig{APIKey: types.StringValue("fw_config_key")},
			variables: map[string]string{envAPIKey: "fw_env_key"}, files: plain, key: "fw_config_key",
		},
		"environment wins over the file": {variables: map[string]string{envAPIKey: "fw_env_key"}, files: plain, key: "fw_env_key"},
		"an empty argument is none": {
			config:    providerConfig{APIKey: types.StringValue("")},
			variables: map[string]string{envAPIKey: "fw_env_key"},
			key:       "fw_env_key",
		},
		"the file gives key and account": {files: plain, key: "fw_file_key", account: "file-account"},
		"the configured account wins over the file's": {
			config: providerConfig{AccountID: types.StringValue("mine")}, files: plain, key: "fw_file_key", account: "mine",
		},
		"the account of the environment wins over the file's": {
			variables: map[string]string{envAccountID: "mine"},
			files:     plain,
			key:       "fw_file_key",
			account:   "mine",
		},
		"the profile of the configuration": {
			config:    providerConfig{Profile: types.StringValue("work")},
			variables: map[string]string{envProfile: "other"}, files: both, key: "fw_profile_key", account: "profile-account",
		},
		"the profile of the environment": {
			variables: map[string]string{envProfile: "work"},
			files:     both,
			key:       "fw_profile_key",
			account:   "profile-account",
		},
		"environment wins over the profile": {
			variables: map[string]string{envProfile: "absent", envAPIKey: "fw_env_key"},
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
		"nothing anywhere":         {summary: summaryMissingAPIKey},
		"a file without a key":     {files: map[string]string{authFile: "account_id = a\n"}, summary: summaryMissingAPIKey},
		"a profile without a file": {variables: map[string]string{envProfile: "absent"}, summary: summaryCredentialsFileUnusable},
		"a file that is no INI": {
			files:   map[string]string{authFile: "fw_secret_line_without_key\n"},
			summary: summaryCredentialsFileUnusable,
		},
		"a profile that leaves its directory": {config: providerConfig{Profile: types.StringValue("../x")}, summary: summaryInvalidProfile},
		"a file whose account is no bare ID": {
			files:   map[string]string{authFile: "api_key = fw_file_key\naccount_id = accounts/a\n"},
			summary: summaryInvalidAccountID,
		},
		"a key with a line break in its middle": {variables: map[string]string{envAPIKey: "fw_secret\nline"}, summary: summaryInvalidAPIKey},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := environment{variable: func(name string) string { return test.variables[name] }, home: homeWith(t, test.files, 0o600)}

			config, diags := test.config.clientConfig(env)
			if test.summary != "" {
				if len(diags) != 1 || diags[0].Summary() != test.summary {
					t.Fatalf("got %v, want one error %q", diags, test.summary)
				}

				if detail := diags[0].Detail(); strings.Contains(detail, "fw_secret") {
					t.Errorf("the detail shows the key: %s", detail)
				}

				return
			}

			if len(diags) > 0 {
				t.Fatalf("unexpected diagnostics: %v", diags)
			}

			assertEqual(t, "API key", config.APIKey, test.key)
			assertEqual(t, "account ID", config.AccountID, test.account)
		})
	}
}

func TestCredentials_ReadableByOthers(t *testing.T) {
	t.Parallel()

	if runtime.GOOS == "windows" {
		return // Permission bits say nothing there.
	}

	env := environment{
		variable: func(string) string { return "" },
		home:     homeWith(t, map[string]string{authFile: "api_key = fw_file_key\n"}, 0o644),
	}

	config, diags := providerConfig{}.clientConfig(env)
	if config.APIKey != "fw_file_key" {
		t.Errorf("the key was not read: %q", config.APIKey)
	}

	if len(diags) != 1 || diags[0].Severity() != diag.SeverityWarning || diags[0].Summary() != summaryCredentialsFileOpen {
		t.Errorf("got %v, want one warning", diags)
	}
}

func TestBaseURL_APIBaseFallback(t *testing.T) {
	t.Parallel()

	variables := map[string]string{envAPIKey: "fw_env_key", envAPIBase: "https://fallback.example/"}

	env := environment{variable: func(name string) string { return variables[name] }}
	if config, diags := (providerConfig{}).clientConfig(env); config.BaseURL != "https://fallback.example" || len(diags) > 0 {
		t.Errorf("got %q, %v", config.BaseURL, diags)
	}

	variables[envBaseURL] = "https://first.example"

	if config, diags := (providerConfig{}).clientConfig(env); config.BaseURL != "https://first.example" || len(diags) > 0 {
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
