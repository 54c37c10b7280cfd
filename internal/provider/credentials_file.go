package provider

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"gopkg.in/ini.v1"
)

// credentialsFile is what a file holds in which the platform's own tools keep a key.
type credentialsFile struct{ path, apiKey, accountID string }

// credentialsSections are where the keys may stand; ini.v1 calls the lines before the first section DEFAULT.
var credentialsSections = []string{"fireworks", ini.DefaultSection, "default"}

// readCredentialsFile reads ~/.fireworks/auth.ini or the one of a profile. A file that does not exist is an empty one, unless a profile asks for it.
func readCredentialsFile(env environment, profile string, diags *diag.Diagnostics) credentialsFile {
	if env.home == "" {
		return credentialsFile{}
	}

	file := credentialsFile{path: filepath.Join(env.home, ".fireworks", "auth.ini")}
	if profile != "" {
		file.path = filepath.Join(env.home, ".fireworks", "profiles", profile, "auth.ini")
	}

	info, err := os.Stat(file.path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && profile == "":
		return file
	case errors.Is(err, fs.ErrNotExist):
		addCredentialsFileUnusable(diags, file.path, fmt.Sprintf("it does not exist, but the profile %q needs it", profile))
		return file
	case err != nil || !info.Mode().IsRegular():
		addCredentialsFileUnusable(diags, file.path, "it is not a file that can be read")
		return file
	}

	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		diags.AddAttributeWarning(path.Root("api_key"), summaryCredentialsFileOpen,
			fmt.Sprintf("Other users of this machine can read or change the API key in %s. Run:\n\n  chmod 600 %s", file.path, file.path))
	}
	// The parser's own errors quote the line, which may hold the key.
	parsed, err := ini.LoadSources(ini.LoadOptions{}, file.path)
	if err != nil {
		addCredentialsFileUnusable(diags, file.path, "it is not an INI file of lines such as api_key = …")
		return file
	}

	file.apiKey = firstCredential(parsed, "api_key")
	file.accountID = firstCredential(parsed, "account_id")

	return file
}

func firstCredential(parsed *ini.File, key string) string {
	for _, name := range credentialsSections {
		section, err := parsed.GetSection(name)
		if err != nil {
			continue
		}

		if value := strings.TrimSpace(section.Key(key).Value()); value != "" {
			return value
		}
	}

	return ""
}

func addCredentialsFileUnusable(diags *diag.Diagnostics, file, why string) {
	diags.AddAttributeError(
		path.Root("api_key"),
		summaryCredentialsFileUnusable,
		fmt.Sprintf(
			"The credentials file %s cannot be used: %s. Write it with firectl set-api-key, or give the key by the environment variable %s.",
			file,
			why,
			envAPIKey,
		),
	)
}
