// SPDX-License-Identifier: MPL-2.0

package providertest

// The plan is the oracle of every acceptance test: an apply deletes, creates and changes what its plan showed, and
// nothing else.

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// PlanOracle compares the requests that write with the plans that are being applied.
type PlanOracle struct {
	// Shared means that several resources are applied at a time, each with its own plan.
	Shared bool

	mu sync.Mutex
	// shown are the changes of each plan that is being applied, by what it is applied to.
	shown map[*Instance][]shownChange
	// unshown are the writes that none of them shows.
	unshown []writeRequest
}

// Record passes every request on to the platform, and remembers those that write what no plan shows.
func (o *PlanOracle) Record(platform http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && !isOfNeighbor(r) {
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(body))

			if write, ok := newWriteRequest(r, body); ok {
				o.judge(write)
			}
		}

		platform.ServeHTTP(w, r)
	})
}

func (o *PlanOracle) judge(write writeRequest) {
	o.mu.Lock()
	defer o.mu.Unlock()

	for _, plan := range o.shown {
		if showsWrite(plan, write) {
			return
		}
	}

	o.unshown = append(o.unshown, write)
}

func showsWrite(plan []shownChange, write writeRequest) bool {
	return slices.ContainsFunc(plan, func(c shownChange) bool { return c.shows(write) })
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

	o.show(nil, plan.Changes)

	return err
}

// show replaces the plan that is being applied to an instance.
func (o *PlanOracle) show(instance *Instance, plan []shownChange) {
	if o == nil {
		return
	}

	o.mu.Lock()
	defer o.mu.Unlock()

	if !o.Shared {
		o.unshown = nil
	}

	if o.shown == nil || !o.Shared {
		o.shown = map[*Instance][]shownChange{}
	}

	o.shown[instance] = plan
}

// Compare ends an apply: everything that was written since the last comparison must be shown by the plan.
func (o *PlanOracle) Compare() error {
	o.mu.Lock()
	defer o.mu.Unlock()

	defer func() { o.shown = nil }()

	return o.violations()
}

// violations describes the writes that no plan showed, once.
func (o *PlanOracle) violations() error {
	if len(o.unshown) == 0 {
		return nil
	}

	var text strings.Builder

	for _, write := range o.unshown {
		fmt.Fprintf(&text, "\n%s %s:%s %v %v, but", write.method, write.name, write.verb, write.query, write.body)

		for _, plan := range o.shown {
			for _, c := range plan {
				if c.of(write) || strings.HasPrefix(c.Type, "fireworks_") && !o.Shared {
					fmt.Fprintf(&text, "\n\t%s %v", c.Address, c.Change.Actions)
				}
			}
		}
	}

	o.unshown = nil

	return fmt.Errorf("the plan did not show:%s", text.String())
}

// ShowCore starts an apply of the emulated core. What the plan shows counts until the next run of the instance: a
// request may arrive after the interrupt of its caller.
func (o *PlanOracle) ShowCore(typeName string, current *Instance, planned Run) {
	o.show(current, newShownChange(typeName, current, planned))
}

// report reports what was written and not shown since the last report.
func (o *PlanOracle) report(t testing.TB) {
	if o == nil {
		return
	}

	o.mu.Lock()
	defer o.mu.Unlock()

	if err := o.violations(); err != nil {
		t.Error(err)
	}
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

	c.showPlan(file)

	applied := c.execute(append(apply, file)...)

	c.report(c.Platform.oracle.Compare())

	// An apply that plans itself does not report what it finds out.
	planned := regexp.MustCompile("(?m)^.*Check block assertion known after apply.*$\n").ReplaceAll(out.Stdout, nil)

	stdout, stderr := slices.Concat(planned, applied.Stdout), slices.Concat(out.Stderr, applied.Stderr)

	return CLIOutput{Stdout: stdout, Stderr: stderr, ExitCode: applied.ExitCode}
}

// showPlan starts an apply of the plan in the file, and returns the plan in JSON.
func (c *CLI) showPlan(file string) []byte {
	c.T.Helper()

	plan := c.execute("show", "-json", file).Stdout
	c.report(c.Platform.oracle.Show(plan))

	return plan
}

// report fails the test if there is an error, and continues.
func (c *CLI) report(err error) {
	c.T.Helper()

	if err != nil {
		c.T.Error(err)
	}
}

// ChangedAttributes plans, and returns the names of the attributes that the plan of each resource changes, by address.
func (c *CLI) ChangedAttributes() map[string][]string {
	c.T.Helper()

	file := filepath.Join(c.T.TempDir(), "changed.tfplan")
	c.Must("plan", "-no-color", "-input=false", "-out="+file)

	plan, err := decodeNumbers[shownPlan](c.execute("show", "-json", file).Stdout)
	if err != nil {
		c.T.Fatal(err)
	}

	changed := map[string][]string{}
	for _, planned := range plan.Changes {
		changed[planned.Address] = planned.changedAttributes()
	}

	return changed
}
