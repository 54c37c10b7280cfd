// SPDX-License-Identifier: MPL-2.0

//go:build unix

package providertest

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Shell is the shell of a user who types the commands of a page and confirms each apply. Its directory and its exported
// variables last from one block of commands to the next.
type Shell struct {
	t   *testing.T
	Dir string
	env []string
	// session is a script that restores the directory and the variables.
	session string
}

// NewShell starts in the directory, with the programs in the directory bin before the others.
func NewShell(t *testing.T, home, dir, bin string) *Shell {
	t.Helper()

	s := &Shell{t: t, Dir: dir, session: filepath.Join(t.TempDir(), "session")}
	s.env = []string{
		"HOME=" + home, "PATH=" + bin + string(os.PathListSeparator) + os.Getenv("PATH"), "XDG_CONFIG_HOME=",
		"XDG_DATA_HOME=", "SESSION=" + s.session,
	}
	WriteFile(t, s.session, "")

	return s
}

// LinkCLI puts the CLI under a name into a directory.
func (i *Installation) LinkCLI(t *testing.T, directory, name string) {
	t.Helper()

	path, err := filepath.Abs(i.cli)
	if err != nil {
		t.Fatal(err)
	}

	if err := os.Symlink(path, filepath.Join(directory, name)); err != nil {
		t.Fatal(err)
	}
}

// IsOpenTofu reports whether the CLI is OpenTofu.
func (i *Installation) IsOpenTofu() bool { return i.product == "OpenTofu" }

// Export sets variables, such as "NAME=value".
func (s *Shell) Export(variables ...string) {
	s.t.Helper()

	session := ReadFile(s.t, s.session)
	for _, variable := range variables {
		session += "export '" + variable + "'\n"
	}

	WriteFile(s.t, s.session, session)
}

// confirmations is what a user types at every prompt.
type confirmations struct{}

func (confirmations) Read(p []byte) (int, error) {
	return copy(p, strings.Repeat("yes\n", len(p)/4)), nil
}

// atExit saves the session, and ends the programs in the background of a block that fails.
const atExit = `trap '[ $? = 0 ] || { trap "" TERM; kill 0; }; { export -p; printf "cd %q\n" "$PWD"; } >"$SESSION"' EXIT`

// Start starts to run a block of commands, which ends with the first command that fails.
func (s *Shell) Start(block string) *Process {
	s.t.Helper()

	return startProcess(s.t, s.Dir, s.env, confirmations{}, "bash", "-euo", "pipefail", "-c",
		". \"$SESSION\"\n"+atExit+"\n"+block)
}

var terminalColor = regexp.MustCompile(`\x1b\[[0-9;]*m`)

// Type runs a block of commands and returns what it printed, without colors.
func (s *Shell) Type(block string) (exitCode int, output string) {
	s.t.Helper()

	exitCode, output = s.Start(block).Wait()

	return exitCode, terminalColor.ReplaceAllString(output, "")
}

// Must runs a block of commands that must succeed.
func (s *Shell) Must(block string) string {
	s.t.Helper()

	exitCode, output := s.Type(block)
	if exitCode != 0 {
		s.t.Fatalf("%s\nended with %d:\n%s", block, exitCode, output)
	}

	return output
}

// ApplyUntilWait starts an apply and returns when the platform receives the first GET of this kind.
func (s *Shell) ApplyUntilWait(platform *Platform, pathPattern string) *Process {
	s.t.Helper()

	return startUntil(platform, http.MethodGet, pathPattern, 1, func() {},
		func() *Process { return s.Start("exec terraform apply -auto-approve") })
}
