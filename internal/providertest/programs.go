// SPDX-License-Identifier: MPL-2.0

package providertest

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
)

// ModuleRoot is the top of the repository, as a path relative to the package that is tested.
var ModuleRoot = moduleRoot()

func moduleRoot() string {
	root := "."
	for range 8 {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			return root
		}

		root = filepath.Join(root, "..")
	}

	panic("the tests do not run in the repository")
}

// programs are the programs of this module that are built once for all tests of a package, because linking takes
// seconds. Main removes the directory.
var programs struct {
	sync.Mutex
	directory string
	// paths are those of the programs by their names.
	paths map[string]string
}

// BuildProvider returns a directory that contains the built provider.
func BuildProvider(t *testing.T) (directory string) {
	t.Helper()

	return filepath.Dir(buildProgram(t, "terraform-provider-fireworks", "."))
}

// BuildMock returns the path of the built mock API.
func BuildMock(t *testing.T) string {
	t.Helper()

	return buildProgram(t, "fireworks-mockapi", "internal/cmd/mockapi")
}

func buildProgram(t *testing.T, name, packagePath string) string {
	t.Helper()
	programs.Lock()
	defer programs.Unlock()

	if path, built := programs.paths[name]; built {
		return path
	}

	if programs.paths == nil {
		directory, err := os.MkdirTemp("", "fireworks-programs-") //nolint:usetesting // It outlives the test.
		if err != nil {
			t.Fatal(err)
		}

		programs.directory, programs.paths = directory, map[string]string{}
	}

	path := filepath.Join(programs.directory, name, name)
	if runtime.GOOS == "windows" {
		path += ".exe"
	}

	BuildCommand(t, path, "-ldflags", "-w -X main.version="+installedVersion, ModuleRoot+"/"+packagePath)
	programs.paths[name] = path

	return path
}

// BuildCommand builds a program of this module.
func BuildCommand(t testing.TB, program string, args ...string) {
	t.Helper()

	build := exec.CommandContext(t.Context(), "go", append([]string{"build", "-o", program}, args...)...)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}
