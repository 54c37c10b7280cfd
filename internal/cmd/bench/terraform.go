package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// The two providers that are compared.
const (
	ours  = "fireworks"
	floor = "floor"
)

func (b *bench) binary(provider string) string {
	name := filepath.Join(b.dir, "providers", "terraform-provider-"+provider)
	if runtime.GOOS == "windows" {
		name += ".exe"
	}

	return name
}

// workspace is a directory with a configuration of one provider.
type workspace struct {
	cli string
	dir string
	env []string
}

// workspace writes a configuration whose provider is taken from the directory of plugins, as a developer's own build is.
func (b *bench) workspace(name, provider, plugins, apiURL, body string) (*workspace, error) {
	w := &workspace{cli: b.cli, dir: filepath.Join(b.dir, name)}
	if err := os.MkdirAll(w.dir, 0o750); err != nil {
		return nil, err
	}

	settings := filepath.Join(w.dir, "cli.tfrc")
	w.env = cleanEnv(map[string]string{
		"CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": settings,
		"FIREWORKS_API_KEY": "any-key-will-do", "FIREWORKS_ACCOUNT_ID": "demo", "FIREWORKS_BASE_URL": apiURL,
	})

	return w, errors.Join(
		w.write(
			"cli.tfrc",
			fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"fw-ai/%s\" = %q\n  }\n}\n", provider, filepath.ToSlash(plugins)),
		),
		w.write("main.tf", fmt.Sprintf("terraform {\n  required_providers {\n    %s = { source = \"fw-ai/%[1]s\" }\n  }\n}\n%s", provider, body)),
	)
}

func (w *workspace) write(name, text string) error {
	return os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o600)
}

// cost is what a command of the CLI took, in seconds.
type cost struct {
	wall float64
	// processor is what the CLI and its providers computed, which says more than the wall clock on a busy machine.
	processor float64
}

// run runs the CLI. Changes are what a plan with -detailed-exitcode finds.
func (w *workspace) run(ctx context.Context, args ...string) (took cost, changes bool, err error) {
	cmd := exec.CommandContext(ctx, w.cli, args...)
	cmd.Dir, cmd.Env = w.dir, w.env
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 20 * time.Second

	var output strings.Builder

	cmd.Stdout, cmd.Stderr = &output, &output
	started := time.Now()
	err = cmd.Run()

	took.wall = time.Since(started).Seconds()
	if cmd.ProcessState != nil {
		took.processor = (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
	}

	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 2 && slices.Contains(args, "-detailed-exitcode") {
		return took, true, nil
	}

	if err != nil {
		return took, false, fmt.Errorf("%s %s: %w\n%s", filepath.Base(w.cli), args[0], err, output.String())
	}

	return took, false, nil
}

// plan makes a plan. It fails when there are changes where none are expected, or the other way round.
func (w *workspace) plan(ctx context.Context, wantChanges bool, args ...string) (cost, error) {
	took, changes, err := w.run(ctx, append([]string{"plan", "-input=false", "-no-color", "-lock=false", "-detailed-exitcode"}, args...)...)
	if err == nil && changes != wantChanges {
		err = fmt.Errorf("the plan in %s has changes: %t, want %t", w.dir, changes, wantChanges)
	}

	return took, err
}

// cleanEnv keeps the settings of whoever runs the benchmark out of it.
func cleanEnv(add map[string]string) []string {
	env := slices.DeleteFunc(os.Environ(), func(entry string) bool {
		return strings.HasPrefix(entry, "TF_") || strings.HasPrefix(entry, "FIREWORKS_") || strings.HasPrefix(entry, "GODEBUG=") ||
			strings.HasPrefix(entry, "GOGC=")
	})
	for _, name := range slices.Sorted(maps.Keys(add)) {
		env = append(env, name+"="+add[name])
	}

	return env
}
