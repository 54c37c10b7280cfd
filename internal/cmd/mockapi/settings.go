// SPDX-License-Identifier: MPL-2.0

package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// programName is the name of the released command. In a clone, use go run ./internal/cmd/mockapi.
const programName = "fireworks-mockapi"

// settings are the values of the flags.
type settings struct {
	listen         string
	log            bool
	apiKey         string
	promotionTime  time.Duration
	deploymentTime time.Duration
	readyBefore    time.Duration
	latency        time.Duration
	checkpoints    int
	seed           string
	faults         string
	randomSeed     int64
	listLag        time.Duration
	unpopulated    bool
	printFixtures  bool
	version        bool
}

func newFlagSet(s *settings) *flag.FlagSet {
	f := flag.NewFlagSet(programName, flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.StringVar(&s.listen, "listen", "127.0.0.1:8089", "`address` to listen on; port 0 picks a free one")
	f.BoolVar(&s.log, "log", false, "write one JSON line per request to standard error")
	f.StringVar(&s.apiKey, "api-key", "", "the only accepted `key` (default: every key that is not empty)")
	f.DurationVar(&s.promotionTime, "promotion-time", 3*time.Second, "duration of a promotion")
	f.DurationVar(&s.deploymentTime, "deployment-time", 3*time.Second,
		"duration of the creation or update of a deployment")
	f.DurationVar(&s.readyBefore, "ready-before-inference", 0, "how long a new deployment that is READY does not "+
		"respond")
	f.DurationVar(&s.latency, "latency", 5*time.Millisecond, "minimum duration of a request")
	f.IntVar(&s.checkpoints, "checkpoints", 0,
		"`number` of checkpoints of the job big-run (default: as in the fixtures, 250 in the built-in ones)")
	f.StringVar(&s.seed, "seed", "", "`file` with JSON fixtures that replace the built-in ones; see -print-fixtures")
	f.StringVar(&s.faults, "faults", "", "`file` with a JSON list of faults, such as\n"+
		`[{"method":"GET","path":"/v1/accounts/*/operations/*","times":2,"kind":"status","status":503}]`)
	f.BoolVar(&s.unpopulated, "emit-unpopulated", false,
		"respond with every field that is not set, with its default value")
	f.DurationVar(&s.listLag, "list-lag", 0, "duration for which lists show deleted objects and lack new ones")
	f.Int64Var(&s.randomSeed, "random-seed", 0, "random seed, a `number`, for the probabilities of faults")
	f.BoolVar(&s.printFixtures, "print-fixtures", false, "print the built-in fixtures and exit")
	f.BoolVar(&s.version, "version", false, "print the version and exit")

	return f
}

func parseSettings(args []string) (settings, error) {
	var s settings

	f := newFlagSet(&s)
	if err := f.Parse(args); err != nil {
		return s, err
	}

	switch {
	case f.NArg() > 0:
		return s, fmt.Errorf("unexpected argument %q", f.Arg(0))
	case s.promotionTime < 0:
		return s, fmt.Errorf("-promotion-time %s is negative", s.promotionTime)
	case s.deploymentTime < 0:
		return s, fmt.Errorf("-deployment-time %s is negative", s.deploymentTime)
	case s.readyBefore < 0:
		return s, fmt.Errorf("-ready-before-inference %s is negative", s.readyBefore)
	case s.latency < 0:
		return s, fmt.Errorf("-latency %s is negative", s.latency)
	case s.listLag < 0:
		return s, fmt.Errorf("-list-lag %s is negative", s.listLag)
	case s.checkpoints < 0:
		return s, fmt.Errorf("-checkpoints %d is negative", s.checkpoints)
	}

	return s, nil
}

// options returns the options of the server. It reads the files that the flags name.
func (s settings) options(stderr io.Writer) (mockapi.Options, error) {
	o := mockapi.Options{
		APIKey:         s.apiKey,
		PromotionTime:  s.promotionTime,
		DeploymentTime: s.deploymentTime,
		Latency:        s.latency,

		ReadyBeforeInference: s.readyBefore,

		BigJobCheckpoints: s.checkpoints,
		Seed:              s.randomSeed,
		ForgetRequests:    true,
		EmitUnpopulated:   s.unpopulated,
		ListLag:           s.listLag,
	}
	if s.log {
		o.Log = stderr
	}

	if s.seed != "" {
		fixtures, err := readFile("-seed", s.seed, mockapi.ReadFixtures)
		if err != nil {
			return o, err
		}

		o.Fixtures = fixtures
	}

	if s.faults != "" {
		faults, err := readFile("-faults", s.faults, mockapi.ReadFaults)
		if err != nil {
			return o, err
		}

		o.Faults = faults
	}

	return o, nil
}

func readFile[T any](option, path string, read func(io.Reader) (T, error)) (T, error) {
	var none T

	file, err := os.Open(path)
	if err != nil {
		return none, fmt.Errorf("%s: %w", option, err)
	}

	defer func() { _ = file.Close() }()

	content, err := read(file)
	if err != nil {
		return none, fmt.Errorf("%s %s: %w", option, path, err)
	}

	return content, nil
}

func versionLine() string {
	line := programName + " " + version
	if commit != "" {
		line += " (" + commit + ")"
	}

	return fmt.Sprintf("%s %s %s/%s", line, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

func printHelp(w io.Writer) {
	_, _ = io.WriteString(
		w,
		`fireworks-mockapi serves an in-memory Fireworks control plane: accounts, checkpoints, promotions, models, shapes,
deployments, deployed models, routers, fine-tuning jobs and quotas; and the inference API of these deployments, with
canned completions.
Once it listens, it prints one line with its address. It stops on an interrupt.

  fireworks-mockapi -listen 127.0.0.1:8089
  export FIREWORKS_BASE_URL=http://127.0.0.1:8089 FIREWORKS_API_KEY=any
  terraform plan

Flags:
`,
	)
	f := newFlagSet(new(settings))
	f.SetOutput(w)
	f.PrintDefaults()
}
