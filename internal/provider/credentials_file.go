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

// credentialsFile is the content of a credentials file, which the platform's own tools write.
type credentialsFile struct{ path, apiKey, accountID string }

// credentialsSections are the sections that may contain the keys; ini.v1 calls the lines before the first section DEFAULT.
var credentialsSections = []string{"fireworks", ini.DefaultSection, "default"}

// readCredentialsFile reads ~/.fireworks/auth.ini, or the file of the profile. A missing file is empty, unless a profile is set.
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
		addCredentialsFileUnusable(diags, file.path, fmt.Sprintf("it does not exist, but the profile %q is set", profile))
		return file
	case err != nil || !info.Mode().IsRegular():
		addCredentialsFileUnusable(diags, file.path, "it is not a readable file")
		return file
	}

	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		diags.AddAttributeWarning(path.Root("api_key"), summaryCredentialsFileOpen,
			fmt.Sprintf("Other users of this machine can read or change the API key in %s. Run:\n\n  chmod 600 %s", file.path, file.path))
	}
	// The errors of the parser quote the line, which may contain the key.
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
			"The credentials file %s cannot be used: %s. Write it with firectl set-api-key, or set the environment variable %s.",
			file,
			why,
			envAPIKey,
		),
	)
}
