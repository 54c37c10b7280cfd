package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

type options struct {
	runs       int
	only       []string
	markdown   bool
	cli        string
	benchmarks string
}

// bench is one run of the command: its directory holds everything that it makes.
type bench struct {
	options
	dir        string
	root       string
	goFigures  *goBenchmarks
	cliVersion string
}

// part is a group of figures that are measured together.
type part struct {
	name    string
	measure func(*bench, context.Context) ([]row, error)
}

func parts() []part {
	return []part{
		{"start", (*bench).measureStart},
		{"client", (*bench).measureClient},
		{"list", (*bench).measureListing},
		{"memory", (*bench).measureMemory},
		{"promotion", (*bench).measurePromotions},
		{"scale", (*bench).measureScale},
		{"size", (*bench).measureSize},
	}
}

func partNames() []string {
	var names []string
	for _, p := range parts() {
		names = append(names, p.name)
	}

	return names
}

func run(ctx context.Context, o options) (table string, err error) {
	for _, name := range o.only {
		if !slices.Contains(partNames(), name) {
			return "", fmt.Errorf("-only: there is no part %q, only %s", name, strings.Join(partNames(), ", "))
		}
	}

	if o.runs < 1 {
		return "", errors.New("-runs: at least one run is needed")
	}

	dir, err := os.MkdirTemp("", "fireworks-bench-")
	if err != nil {
		return "", err
	}

	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	b := &bench{options: o, dir: dir}
	if err := b.prepare(ctx); err != nil {
		return "", err
	}

	var rows []row

	for _, p := range parts() {
		if len(o.only) > 0 && !slices.Contains(o.only, p.name) {
			continue
		}

		started := time.Now()

		measured, err := p.measure(b, ctx)
		if err != nil {
			return "", fmt.Errorf("%s: %w", p.name, err)
		}

		rows = append(rows, measured...)

		b.tell("%s: %s", p.name, time.Since(started).Round(time.Second))
	}

	return b.caption() + "\n\n" + format(rows, o.markdown), nil
}

// prepare builds the provider and the floor as a release would, and finds the CLI.
func (b *bench) prepare(ctx context.Context) error {
	goMod, err := runGo(ctx, "", "env", "GOMOD")
	if err != nil {
		return err
	}

	b.root = filepath.Dir(strings.TrimSpace(goMod))
	for name, source := range map[string]string{ours: ".", floor: "./internal/cmd/bench/floor"} {
		b.tell("building %s", filepath.Base(b.binary(name)))

		if _, err := runGo(ctx, b.root, "build", "-trimpath", "-ldflags", "-s -w", "-o", b.binary(name), source); err != nil {
			return err
		}
	}

	if b.cli, err = exec.LookPath(b.cli); err != nil {
		return err
	}

	if b.cli, err = filepath.Abs(b.cli); err != nil {
		return err
	}

	version, err := exec.CommandContext(ctx, b.cli, "version").Output()
	b.cliVersion, _, _ = strings.Cut(string(version), "\n")

	return err
}

// caption says what the figures were measured with.
func (b *bench) caption() string {
	machine := fmt.Sprintf("%s/%s, %d CPUs", runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	if b.goFigures != nil && b.goFigures.cpu != "" {
		machine += " (" + b.goFigures.cpu + ")"
	}

	return fmt.Sprintf(
		"%s, %s, %s. Medians of %d runs (%d times as many of the shortest plan), lowest and highest in brackets.",
		machine,
		b.cliVersion,
		runtime.Version(),
		b.runs,
		plansPerCopy,
	)
}

func (b *bench) tell(format string, values ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", values...)
}

func runGo(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir

	var stderr strings.Builder

	cmd.Stderr = &stderr

	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w\n%s%s", args[0], err, stderr.String(), out)
	}

	return string(out), nil
}
