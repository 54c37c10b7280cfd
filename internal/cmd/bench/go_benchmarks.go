package main

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
)

// goBenchmarks are the results of the Go benchmarks: by name and unit, run by run.
type goBenchmarks struct {
	cpu     string
	results map[string]map[string]samples
}

// goBenchmarks runs the Go benchmarks when they are first needed.
func (b *bench) benchmarked(ctx context.Context) (*goBenchmarks, error) {
	if b.goFigures != nil {
		return b.goFigures, nil
	}

	out, err := runGo(
		ctx,
		b.root,
		"test",
		"-run",
		"^$",
		"-bench",
		".",
		"-benchmem",
		"-count",
		strconv.Itoa(b.runs),
		"./internal/fireworks",
		"./internal/provider",
	)
	if err != nil {
		return nil, err
	}

	if b.benchmarks != "" {
		if err := os.WriteFile(b.benchmarks, []byte(out), 0o600); err != nil {
			return nil, err
		}

		b.tell("the output of the Go benchmarks is in %s, to be compared with benchstat", b.benchmarks)
	}

	b.goFigures, err = parseBenchmarks(out)

	return b.goFigures, err
}

// processors is the -8 at the end of a benchmark's name.
var processors = regexp.MustCompile(`-\d+$`)

func parseBenchmarks(out string) (*goBenchmarks, error) {
	found := &goBenchmarks{results: map[string]map[string]samples{}}

	for line := range strings.Lines(out) {
		if cpu, ok := strings.CutPrefix(line, "cpu: "); ok {
			found.cpu = strings.TrimSpace(cpu)
		}

		fields := strings.Fields(line)
		if len(fields) < 4 || !strings.HasPrefix(line, "Benchmark") {
			continue
		}

		name := processors.ReplaceAllString(strings.TrimPrefix(fields[0], "Benchmark"), "")
		if found.results[name] == nil {
			found.results[name] = map[string]samples{}
		}

		for i := 2; i+1 < len(fields); i += 2 {
			value, err := strconv.ParseFloat(fields[i], 64)
			if err != nil {
				return nil, fmt.Errorf("the line %q of the benchmarks: %w", line, err)
			}

			found.results[name][fields[i+1]] = append(found.results[name][fields[i+1]], value)
		}
	}

	return found, nil
}

// of returns the figures of a benchmark in the unit, divided.
func (g *goBenchmarks) of(name, unit string, divisor float64) (samples, error) {
	found := g.results[name][unit]
	if len(found) == 0 {
		return nil, fmt.Errorf("there is no benchmark %s with %s", name, unit)
	}

	return found.with(found, func(value, _ float64) float64 { return value / divisor }), nil
}
