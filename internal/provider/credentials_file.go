// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"gopkg.in/ini.v1"

	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
)

// credentialsFile is the content of a credentials file, which the platform's own tools write, and of the settings
// file beside it.
type credentialsFile struct {
	path, apiKey string
	// signedIn is set if the file contains an empty key, as after signing in with a browser.
	signedIn bool
	// AccountID comes from the file accountPath.
	accountID, accountPath string
}

// credentialsSections are the sections that may contain the keys; ini.v1 calls the lines before the first section
// DEFAULT.
var credentialsSections = []string{"fireworks", ini.DefaultSection, "default"}

// inlineComment is a comment in a line with a value. A "#" within a value is part of it.
var inlineComment = regexp.MustCompile(`(^|\s)[#;].*`)

// readCredentialsFile reads ~/.fireworks/auth.ini and settings.ini, or the files of the profile. A missing file is
// empty, unless it is the credentials file of a profile.
func readCredentialsFile(env Environment, profile string, diags *diag.Diagnostics) credentialsFile {
	if env.Home == "" {
		return credentialsFile{}
	}

	directory := filepath.Join(env.Home, ".fireworks")
	remedy := "Write it with firectl set-api-key, or set the environment variable " + diagnostic.EnvAPIKey + "."

	if profile != "" {
		directory = filepath.Join(directory, "profiles", profile)
		remedy = "Write it with firectl set-api-key, or remove the profile and set the environment " +
			"variable " + diagnostic.EnvAPIKey + "."
	}

	file := credentialsFile{path: filepath.Join(directory, "auth.ini")}

	credentials, problem := readINI(file.path)
	switch {
	case problem != "":
		addCredentialsFileUnusable(diags, file.path, problem, remedy)
	case credentials == nil && profile != "":
		why := fmt.Sprintf("it does not exist, but the profile %q is set", profile)
		addCredentialsFileUnusable(diags, file.path, why, remedy)
	}

	if credentials == nil {
		return file
	}

	warnIfOpen(file.path, diags)

	var hasKey bool

	file.apiKey, hasKey = firstCredential(credentials, "api_key")
	file.signedIn = hasKey && file.apiKey == ""
	file.accountID, _ = firstCredential(credentials, "account_id")
	file.accountPath = file.path

	if file.accountID == "" {
		file.accountPath = filepath.Join(directory, "settings.ini")

		settings, problem := readINI(file.accountPath)
		if problem != "" {
			addCredentialsFileUnusable(diags, file.accountPath, problem, "Fix or remove it.")
		}

		file.accountID, _ = firstCredential(settings, "account_id")
	}

	return file
}

// readINI returns the content of a file, nil if it does not exist or cannot be used because of the problem.
func readINI(name string) (content *ini.File, problem string) {
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, ""
	case err != nil || !info.Mode().IsRegular():
		return nil, "it is not a readable file"
	}

	// The errors of the parser quote the line, which may contain the key. The library takes any "#" in a value for a
	// comment.
	content, err = ini.LoadSources(ini.LoadOptions{
		InsensitiveKeys: true, IgnoreContinuation: true, IgnoreInlineComment: true, PreserveSurroundedQuote: true,
	}, name)
	if err != nil {
		return nil, "it is not an INI file of lines such as api_key = …"
	}

	return content, ""
}

func warnIfOpen(file string, diags *diag.Diagnostics) {
	info, err := os.Stat(file)
	if err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		diags.AddAttributeWarning(path.Root("api_key"), diagnostic.SummaryCredentialsFileOpen,
			fmt.Sprintf("Other users of this machine can read or change the API key in %s. Run:\n\n"+
				"  chmod 600 %s", file, file))
	}
}

// firstCredential returns the first value of the key that is not empty, and whether the file has the key.
func firstCredential(content *ini.File, key string) (value string, ok bool) {
	for _, name := range credentialsSections {
		if content == nil || !content.HasSection(name) || !content.Section(name).HasKey(key) {
			continue
		}

		ok = true

		if value := credentialValue(content.Section(name).Key(key).Value()); value != "" {
			return value, true
		}
	}

	return "", ok
}

// credentialValue returns a value without a comment and without quotation marks around it.
func credentialValue(text string) string {
	value := strings.TrimSpace(inlineComment.ReplaceAllString(text, ""))

	for _, mark := range []string{`"`, "'"} {
		if len(value) > 1 && strings.HasPrefix(value, mark) && strings.HasSuffix(value, mark) {
			return strings.TrimSpace(value[1 : len(value)-1])
		}
	}

	return value
}

func addCredentialsFileUnusable(diags *diag.Diagnostics, file, why, remedy string) {
	diags.AddAttributeError(path.Root("api_key"), diagnostic.SummaryCredentialsFileUnusable,
		fmt.Sprintf("The credentials file %s cannot be used: %s. %s", file, why, remedy))
}
