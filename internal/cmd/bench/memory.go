package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// The CLI starts the provider by itself, and what a process used at most only its parent is told. So this program can take
// the provider's place: it starts the real one as its child, and leaves the child's peak in a file.
const (
	envRealProviders = "FIREWORKS_BENCH_PROVIDERS"
	envPeaks         = "FIREWORKS_BENCH_PEAKS"
)

func isMeasuredProvider() bool { return os.Getenv(envRealProviders) != "" }

func runMeasuredProvider() int {
	provider := filepath.Join(os.Getenv(envRealProviders), filepath.Base(os.Args[0]))
	cmd := exec.CommandContext(context.Background(), provider, os.Args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr

	err := cmd.Run()
	if cmd.ProcessState == nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}

	report := strconv.FormatInt(peakMemory(cmd.ProcessState), 10)
	if err := os.WriteFile(filepath.Join(os.Getenv(envPeaks), strconv.Itoa(os.Getpid())), []byte(report), 0o600); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}

	return cmd.ProcessState.ExitCode()
}

// peaks is where the stand-ins leave what they were told.
type peaks struct{ providers, reports string }

// measuredProviders makes a directory of plugins in which this program stands in for both providers.
func (b *bench) measuredProviders() (plugins string, p *peaks, err error) {
	if !canMeasureMemory {
		return "", nil, errors.New("this system does not tell it")
	}

	self, err := os.Executable()
	if err != nil {
		return "", nil, err
	}

	p = &peaks{providers: filepath.Dir(b.binary(ours)), reports: filepath.Join(b.dir, "peaks")}

	plugins = filepath.Join(b.dir, "measured")
	if err := errors.Join(os.Mkdir(plugins, 0o750), os.Mkdir(p.reports, 0o750)); err != nil {
		return "", nil, err
	}

	for _, name := range []string{ours, floor} {
		if err := os.Symlink(self, filepath.Join(plugins, filepath.Base(b.binary(name)))); err != nil {
			return "", nil, err
		}
	}

	return plugins, p, nil
}

func (p *peaks) env() []string {
	return []string{envRealProviders + "=" + p.providers, envPeaks + "=" + p.reports}
}

// highest returns the most that any process of the last plan used, in bytes: the CLI starts several, of which one does the work.
func (p *peaks) highest() (float64, error) {
	files, err := filepath.Glob(filepath.Join(p.reports, "*"))
	if err != nil {
		return 0, err
	}

	highest := 0.0

	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return 0, err
		}

		peak, err := strconv.ParseFloat(strings.TrimSpace(string(text)), 64)
		if err != nil {
			return 0, err
		}

		highest = max(highest, peak)

		if err := os.Remove(file); err != nil {
			return 0, err
		}
	}

	if highest == 0 {
		return 0, errors.New("no process of the provider told its peak")
	}

	return highest, nil
}
