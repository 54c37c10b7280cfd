// SPDX-License-Identifier: MPL-2.0

package providertest

// The plan is the oracle of every acceptance test: an apply deletes, creates and changes what its plan showed, and
// nothing else.

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// PlanOracle records the requests that write, and compares them with the plan that was shown before.
type PlanOracle struct {
	mu     sync.Mutex
	writes []writeRequest
	// shown are the changes of the plan that is being applied, nil if none is.
	shown []shownChange
}

// Record passes every request on to the platform, and remembers those that write.
func (o *PlanOracle) Record(platform http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && !isOfNeighbor(r) {
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(body))

			if write, ok := newWriteRequest(r, body); ok {
				o.mu.Lock()
				o.writes = append(o.writes, write)
				o.mu.Unlock()
			}
		}

		platform.ServeHTTP(w, r)
	})
}

// decodeNumbers decodes JSON and keeps the spelling of numbers.
func decodeNumbers[T any](text []byte) (value T, err error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()

	return value, decoder.Decode(&value)
}

// Show starts an apply of a plan. There must be no request that writes before it.
func (o *PlanOracle) Show(planJSON []byte) error {
	plan, err := decodeNumbers[shownPlan](planJSON)
	if err != nil {
		return fmt.Errorf("the plan in JSON: %w", err)
	}

	err = o.Compare()

	o.shown = append([]shownChange{}, plan.Changes...)

	return err
}

// Compare ends an apply: everything that was written since the last comparison must be shown by the plan.
func (o *PlanOracle) Compare() error {
	o.mu.Lock()
	defer o.mu.Unlock()

	violations := unshown(o.shown, o.writes)
	o.writes, o.shown = nil, nil

	if len(violations) > 0 {
		return fmt.Errorf("the plan did not show:\n%s", strings.Join(violations, "\n"))
	}

	return nil
}

// watchStep compares what the apply of a step writes with its plan.
func (o *PlanOracle) watchStep(step *resource.TestStep) {
	if step.Config == "" || step.PlanOnly || step.ImportState || step.RefreshState {
		return
	}

	checks := &step.ConfigPlanChecks
	checks.PreApply = append([]plancheck.PlanCheck{planCheckFunc(o.Show)}, checks.PreApply...)
	step.ConfigStateChecks = append([]statecheck.StateCheck{StateCheckFunc(o.Compare)}, step.ConfigStateChecks...)
}

// planCheckFunc checks a plan in JSON.
type planCheckFunc func(planJSON []byte) error

// CheckPlan calls f.
func (f planCheckFunc) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	plan, err := json.Marshal(req.Plan)
	resp.Error = errors.Join(err, f(plan))
}

// watchApply starts an apply of the emulated core, and returns the function that ends it.
func (o *PlanOracle) watchApply(t testing.TB, shown []shownChange) func() {
	if o == nil {
		return func() {}
	}

	o.mu.Lock()
	o.writes, o.shown = nil, shown
	o.mu.Unlock()

	return func() {
		if err := o.Compare(); err != nil {
			t.Error(err)
		}
	}
}

// forget ignores what was written until now.
func (o *PlanOracle) forget() {
	o.mu.Lock()
	defer o.mu.Unlock()

	o.writes, o.shown = nil, nil
}

// unshown describes the writes that the plan does not show.
func unshown(plan []shownChange, writes []writeRequest) (violations []string) {
	for _, write := range writes {
		if slices.ContainsFunc(plan, func(c shownChange) bool { return c.shows(write) }) {
			continue
		}

		text := fmt.Sprintf("%s %s:%s %v %v, but", write.method, write.name, write.verb, write.query, write.body)
		for _, c := range plan {
			if c.of(write) || strings.HasPrefix(c.Type, "fireworks_") {
				text += fmt.Sprintf("\n\t%s %v", c.Address, c.Change.Actions)
			}
		}

		violations = append(violations, text)
	}

	return violations
}

// applyShown is apply or destroy. What is written must be what the plan showed.
func (c *CLI) applyShown(command string, options []string) CLIOutput {
	c.T.Helper()

	file := filepath.Join(c.T.TempDir(), "shown.tfplan")

	plan, apply := []string{"plan", "-out=" + file}, []string{"apply"}
	if command == "destroy" {
		plan = append(plan, "-destroy")
	}

	for _, option := range options {
		name, _, _ := strings.Cut(option, "=")
		if option != "-auto-approve" {
			plan = append(plan, option)
		}

		if slices.Contains([]string{"-json", "-no-color", "-input", "-parallelism"}, name) {
			apply = append(apply, option)
		}
	}

	out := c.execute(plan...)
	if out.ExitCode != 0 {
		return out
	}

	if err := c.Platform.oracle.Show(c.execute("show", "-json", file).Stdout); err != nil {
		c.T.Error(err)
	}

	applied := c.execute(append(apply, file)...)

	if err := c.Platform.oracle.Compare(); err != nil {
		c.T.Error(err)
	}

	// An apply that plans itself does not report what it finds out.
	planned := regexp.MustCompile("(?m)^.*Check block assertion known after apply.*$\n").ReplaceAll(out.Stdout, nil)

	stdout, stderr := slices.Concat(planned, applied.Stdout), slices.Concat(out.Stderr, applied.Stderr)

	return CLIOutput{Stdout: stdout, Stderr: stderr, ExitCode: applied.ExitCode}
}
