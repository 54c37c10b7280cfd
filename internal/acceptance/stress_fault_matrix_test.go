// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"context"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

const (
	// matrixTimeout is the timeout of create, update and delete.
	matrixTimeout = "2m"
	// matrixCellLimit is how long a cell may take under its fault, in virtual time: a step within its timeout,
	// a request that has none nine attempts of a minute each with the back-off between them, and a list has two pages.
	matrixCellLimit = 25 * time.Minute
	// matrixHugeBodies is how many responses are huge under the lasting fault: the client reads each of them up to its
	// limit.
	matrixHugeBodies = 2
	// matrixDelay is longer than one attempt of a request may take.
	matrixDelay = fireworks.DefaultRequestTimeout * 3 / 2
	// matrixSettleRuns is how many runs may be needed, once the fault is lifted, until there is nothing left to do.
	matrixSettleRuns = 6
)

// matrixFault is a column: what goes wrong.
type matrixFault struct {
	name  string
	fault mockapi.Fault
	// lies means that the server denies what exists or what it did, which the provider cannot detect.
	lies bool
}

func matrixFaults() []matrixFault {
	var all []matrixFault
	for _, status := range []int{400, 401, 403, 404, 408, 409, 429, 500, 503} {
		all = append(all,
			matrixFault{fmt.Sprint(status), mockapi.Fault{Kind: mockapi.FaultStatus, Status: status},
				status == http.StatusNotFound})
	}

	for _, kind := range mockapi.FaultKinds() {
		fault := mockapi.Fault{Kind: kind}
		switch kind {
		case mockapi.FaultStatus:
			continue
		case mockapi.FaultSlowHeaders, mockapi.FaultSlowBody:
			fault.Delay = matrixDelay
		case mockapi.FaultHugeBody:
			fault.Bytes = 64 << 20
		case mockapi.FaultRedirect:
			fault.Location = "http://192.0.2.1/elsewhere"
		}

		all = append(all, matrixFault{name: string(kind), fault: fault})
	}

	return all
}

// matrixObject is the one object of a type of resource that the cells manage. read is the path of its GET.
type matrixObject struct {
	*stressedResource
	config providertest.Values
	read   string
}

func (o *matrixObject) exists(p *mockapi.Server) bool { return o.find(p, o.config) != "" }

// matrixStep is a row: a step of the life of a resource, or the reading of a data source, and the requests that go
// wrong in it.
type matrixStep struct {
	name   string
	object *matrixObject
	fail   requests
	// prepare does what the step requires, without faults.
	prepare func(context.Context, *matrixCell)
	// act is the step.
	act func(*matrixCell, context.Context) providertest.Diagnostics
	// destroyed is whether the object must be deleted in the end; otherwise it must exist.
	destroyed bool
	// reads is the data source that the step reads, and what it is to hold once the fault is lifted; else nil.
	reads func(context.Context, *matrixCell) (providertest.Values, providertest.Diagnostics)
}

func both(steps ...func(context.Context, *matrixCell)) func(context.Context, *matrixCell) {
	return func(ctx context.Context, c *matrixCell) {
		for _, step := range steps {
			step(ctx, c)
		}
	}
}

// matrixCell is one step under one fault.
type matrixCell struct {
	*testing.T
	step    matrixStep
	fault   matrixFault
	lasting bool
	// unpopulated means that the platform sends every field.
	unpopulated bool
	platform    *providertest.BubblePlatform

	config  providertest.Values
	current providertest.Instance
	plan    providertest.Planned
}

func (c *matrixCell) process() *providertest.ProtocolServer { return c.platform.Start(c, nil) }

func (c *matrixCell) requireNoDiagnostics(found providertest.Diagnostics) {
	if len(found) > 0 {
		c.Fatalf("without a fault: %s", found)
	}
}

// applyFault applies the fault to the requests of the step.
func (c *matrixCell) applyFault() {
	fault := c.fault.fault

	fault.Method, fault.Path = c.step.fail.method, c.step.fail.path
	switch {
	case !c.lasting:
		fault.Times = 1
	case fault.Kind == mockapi.FaultHugeBody:
		fault.Times = matrixHugeBodies
	}

	if c.step.fail.startsAfter == "" {
		c.platform.SetFaults(fault)
		return
	}

	var once sync.Once

	c.platform.OnRequest(func(r *http.Request) {
		if r.Method == c.step.fail.startsAfter {
			once.Do(func() { c.platform.SetFaults(fault) })
		}
	})
}

// removeFault removes the fault, and returns how often it occurred.
func (c *matrixCell) removeFault() int {
	struck := 0
	for _, n := range c.platform.FaultCounts() {
		struck += n
	}

	c.platform.OnRequest(nil)
	c.platform.SetFaults()

	return struck
}

func (c *matrixCell) planCreate(ctx context.Context) providertest.Diagnostics {
	return c.process().Plan(ctx, c.step.object.typeName, c.current.Stored, c.config).Diagnostics
}

// show tells the oracle what is applied next.
func (c *matrixCell) show(action providertest.Action) {
	c.platform.Oracle.ShowCore(c.step.object.typeName, &c.current, providertest.Run{Action: action, Plan: c.plan})
}

func (c *matrixCell) apply(ctx context.Context) providertest.Diagnostics {
	action := providertest.ActionUpdate
	if c.current.State == nil {
		action = providertest.ActionCreate
	}

	c.show(action)

	result := c.process().Apply(ctx, c.step.object.typeName, c.current.Stored, c.plan, c.config)
	failed := len(result.Diagnostics.Errors()) > 0
	c.current = providertest.Instance{Stored: result.Stored, Tainted: failed && c.current.State == nil &&
		result.State != nil}

	return result.Diagnostics
}

func (c *matrixCell) read(ctx context.Context) providertest.Diagnostics {
	result := c.process().Read(ctx, c.step.object.typeName, c.current.Stored)
	c.current.Stored = result.Stored

	return result.Diagnostics
}

func (c *matrixCell) destroy(ctx context.Context) providertest.Diagnostics {
	c.plan = c.process().Plan(ctx, c.step.object.typeName, c.current.Stored, nil)
	c.show(providertest.ActionDelete)

	result := c.process().Apply(ctx, c.step.object.typeName, c.current.Stored, c.plan, nil)
	c.current = providertest.Instance{Stored: result.Stored}

	return slices.Concat(c.plan.Diagnostics, result.Diagnostics)
}

// importObject forgets the object and imports it, as an import block does.
func (c *matrixCell) importObject(ctx context.Context) providertest.Diagnostics {
	c.current = providertest.Instance{}
	process := c.process()

	id := path.Base(c.step.object.find(c.platform.Server, c.step.object.config))

	result := process.Import(ctx, c.step.object.typeName, id, nil)
	if len(result.Diagnostics.Errors()) > 0 {
		return result.Diagnostics
	}

	read := process.Read(ctx, c.step.object.typeName, result.Stored)
	if len(read.Diagnostics.Errors()) == 0 {
		c.current.Stored = read.Stored
	}

	return slices.Concat(result.Diagnostics, read.Diagnostics)
}

// rename plans the resource under another address, without a moved block: the creation of what exists, and its
// deletion. Terraform applies neither, because one of the plans, or the refresh before, has an error.
func (c *matrixCell) rename(ctx context.Context) providertest.Diagnostics {
	found := planRename(ctx, c.process(), c.step.object.typeName, c.current.Stored, c.config)
	if len(found.Errors()) == 0 && !notChecked(found) && !c.fault.lies {
		c.Errorf("a rename is planned without an error: %s", found)
	}

	return found
}

// planRename returns the diagnostics of the plan of a rename.
func planRename(
	ctx context.Context, process *providertest.ProtocolServer, typeName string, stored providertest.Stored,
	config providertest.Values,
) providertest.Diagnostics {
	read := process.Read(ctx, typeName, stored)
	if len(read.Diagnostics.Errors()) > 0 || read.State == nil {
		return read.Diagnostics
	}

	created := process.Plan(ctx, typeName, providertest.Stored{}, config)
	deleted := process.Plan(ctx, typeName, read.Stored, nil)

	return slices.Concat(read.Diagnostics, created.Diagnostics, deleted.Diagnostics)
}

// notChecked reports whether a warning says that what exists could not be checked.
func notChecked(found providertest.Diagnostics) bool {
	return slices.ContainsFunc(found,
		func(d providertest.Diagnostic) bool { return strings.HasSuffix(d.Summary, "not checked") })
}

// runDestroy is a run that destroys.
func (c *matrixCell) runDestroy(ctx context.Context) providertest.Diagnostics {
	core := providertest.TerraformCore{TypeName: c.step.object.typeName, Start: c.process, Oracle: c.platform.Oracle}
	return core.Run(ctx, &c.current, nil, providertest.RunOptions{}).Diagnostics
}

// run is a whole run without faults.
func (c *matrixCell) run(ctx context.Context, options providertest.RunOptions) providertest.Run {
	object := providertest.TerraformCore{TypeName: c.step.object.typeName, Start: c.process, Oracle: c.platform.Oracle}
	return object.Run(ctx, &c.current, c.config, options)
}

// settle runs until there is nothing left to do, and does what the errors advise.
func (c *matrixCell) settle(ctx context.Context) {
	c.platform.SetDeletionTime(0)
	time.Sleep(time.Minute) //nolint:forbidigo // Virtual time.

	options := providertest.RunOptions{}

	var last providertest.Run
	for range matrixSettleRuns {
		last = c.run(ctx, options)
		options = providertest.RunOptions{}
		advice := fmt.Sprint(last.Diagnostics.Errors())

		exists := c.step.object.exists(c.platform.Server)
		switch {
		case strings.Contains(advice, c.step.object.existsSummary), c.config == nil && exists &&
			c.current.State == nil && c.fault.lies:
			c.requireNoDiagnostics(c.importObject(ctx))
		case strings.Contains(advice, "-replace="):
			options.Replace = true
		case last.Action == providertest.ActionNone && len(last.Diagnostics) == 0 && exists == (c.config != nil):
			return
		}
	}

	c.Errorf("after %d runs without the fault the last one was %s:\n%s", matrixSettleRuns, last.Action,
		last.Diagnostics)
}

// createNow creates the object.
func createNow(ctx context.Context, c *matrixCell) {
	c.requireNoDiagnostics(c.run(ctx, providertest.RunOptions{}).Diagnostics)
}

// planNow plans, for the apply of the step.
func planNow(ctx context.Context, c *matrixCell) {
	c.plan = c.process().Plan(ctx, c.step.object.typeName, c.current.Stored, c.config)
	c.requireNoDiagnostics(c.plan.Diagnostics)
}

// configChange returns a preparation that changes the configuration.
func configChange(change providertest.Values) func(context.Context, *matrixCell) {
	return func(_ context.Context, c *matrixCell) { c.config = providertest.With(c.config, change) }
}

// interruptedApply plans and applies, with an interrupt at a request for which the function returns true.
func (c *matrixCell) interruptedApply(ctx context.Context, at func(*http.Request) bool) {
	planNow(ctx, c)
	c.show(providertest.ActionCreate)

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()

	c.platform.OnRequest(func(r *http.Request) {
		if at(r) {
			cancel()
		}
	})
	result := c.process().Apply(ctx, c.step.object.typeName, c.current.Stored, c.plan, c.config)
	c.platform.OnRequest(nil)
	c.requireNoDiagnostics(result.Diagnostics.Errors())
	c.current = providertest.Instance{Stored: result.Stored}
}

// checkState compares the state with the platform, once everything has settled.
func (c *matrixCell) checkState() {
	object := c.step.object
	exists := object.exists(c.platform.Server)

	switch {
	case exists == c.step.destroyed, exists != (c.current.State != nil):
		c.Errorf("in the end the object exists: %t; in the state: %t", exists, c.current.State != nil)
	case exists:
		for _, difference := range object.differences(c.platform.Server, c.current.State) {
			c.Errorf("%s", difference)
		}
	}

	if err := c.platform.Oracle.Compare(); err != nil {
		c.Error(err)
	}

	if n := object.creations(c.platform.Server, object.config); n != 1 {
		c.Errorf("%d creations, want 1", n)
	}
}

// checkStep checks the result of the step: at most one error, which is readable, and no object that no diagnostic
// mentions.
func (c *matrixCell) checkStep(found providertest.Diagnostics, took time.Duration, struck int) {
	if took > matrixCellLimit {
		c.Errorf("took %s", took)
	}

	if struck == 0 {
		c.Errorf("the fault never struck")
	}

	if len(found.Errors()) > 1 {
		c.Errorf("more than one error")
	}

	for _, d := range found {
		if problem := unclear(d); problem != "" {
			c.Errorf("%s: %s", problem, d)
		}
	}

	if c.step.object == nil {
		return
	}

	exists := c.step.object.exists(c.platform.Server)
	reported := slices.ContainsFunc(found.Errors(),
		func(d providertest.Diagnostic) bool { return slices.Contains(c.step.object.reports, d.Summary) })

	imports := strings.HasPrefix(c.step.name, "import")
	if exists && c.current.State == nil && !reported && !imports && !c.fault.lies {
		c.Errorf("the object exists, and neither the state nor an error mentions it: %s", found)
	}
}

// work runs the cell and returns its outcome.
func (c *matrixCell) work(ctx context.Context) (outcome string) {
	c.platform = providertest.NewBubblePlatform(c, mockapi.Options{EmitUnpopulated: c.unpopulated})
	defer c.platform.Close()

	if c.step.object != nil {
		c.config = providertest.With(c.step.object.config,
			providertest.Values{"timeouts": providertest.Values{"create": matrixTimeout, "update": matrixTimeout,
				"delete": matrixTimeout}})
	}

	var found providertest.Diagnostics
	if c.step.reads != nil {
		found = c.workData(ctx)
	} else {
		found = c.workResource(ctx)
	}

	switch {
	case c.Failed():
		return "!"
	case len(found.Errors()) > 0:
		return "e"
	case len(found) > 0:
		return "w"
	}

	return "s"
}

func (c *matrixCell) workResource(ctx context.Context) providertest.Diagnostics {
	c.step.prepare(ctx, c)
	c.applyFault()

	start := time.Now()
	found := c.step.act(c, ctx)
	took := time.Since(start)
	c.checkStep(found, took, c.removeFault())

	if c.current.Tainted && strings.Contains(fmt.Sprint(found), "terraform untaint") {
		c.current.Tainted = false
	}

	c.config = providertest.With(c.config, providertest.Values{"timeouts": nil})
	if c.step.destroyed {
		c.config = nil
	}

	c.settle(ctx)
	c.checkState()

	return found
}

func (c *matrixCell) workData(ctx context.Context) providertest.Diagnostics {
	want, calm := c.step.reads(ctx, c)
	c.requireNoDiagnostics(calm)
	c.applyFault()

	start := time.Now()
	got, found := c.step.reads(ctx, c)
	took := time.Since(start)
	c.checkStep(found, took, c.removeFault())

	if len(found.Errors()) == 0 && !providertest.Equal(got, want) {
		c.Errorf("a partial response without an error: %v", got)
	}

	again, calm := c.step.reads(ctx, c)
	c.requireNoDiagnostics(calm)

	if !providertest.Equal(again, want) {
		c.Errorf("a different response after the fault: %v", again)
	}

	return found
}

// TestFaultMatrix puts every step of a resource's life, and every data source, under every fault, once and lasting.
// Each cell ends in success or in one clear error; once the fault is removed, runs converge and the state equals the
// platform.
func TestFaultMatrix(t *testing.T) {
	t.Parallel()

	steps := slices.Concat(promotedModelSteps(), deploymentSteps(), deployedModelSteps(), routerSteps(),
		dataSourceSteps())
	faults := matrixFaults()

	// make matrix runs all faults. Other runs stay short with the one that is the most dangerous for a creation.
	if !providertest.Acceptance() || raceEnabled {
		faults = slices.DeleteFunc(faults, func(f matrixFault) bool { return f.fault.Kind != mockapi.FaultResetAfter })
	}

	outcomes := make([][]string, len(steps))

	t.Run("cells", func(t *testing.T) {
		for i, step := range steps {
			outcomes[i] = make([]string, 2*len(faults))
			for j := range outcomes[i] {
				fault, lasting := faults[j/2], j%2 == 1
				t.Run(fmt.Sprintf("%s, %s, lasting %t", step.name, fault.name, lasting), func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						cell := &matrixCell{T: t, step: step, fault: fault, lasting: lasting, unpopulated: (i+j)%2 == 1}
						outcomes[i][j] = cell.work(t.Context())
					})
				})
			}
		}
	})
	t.Log(matrixTable(steps, faults, outcomes))
}

// matrixTable shows a row per step and a column per fault, in each the outcome when the fault strikes once and when it
// lasts.
func matrixTable(steps []matrixStep, faults []matrixFault, outcomes [][]string) string {
	var table strings.Builder

	counts := map[string]int{}

	table.WriteString(
		"The outcome of each step under each fault, once and lasting: s success, w success with a warning, e one " +
			"clear error.\n\n",
	)

	for i, fault := range faults {
		fmt.Fprintf(&table, "%3d %-16s", i+1, fault.name)

		if i%6 == 5 {
			table.WriteByte('\n')
		}
	}

	fmt.Fprintf(&table, "\n\n%-22s", "")

	for i := range faults {
		fmt.Fprintf(&table, "%3d", i+1)
	}

	cells := 0

	for i, step := range steps {
		fmt.Fprintf(&table, "\n%-22s", step.name)

		for j := 0; j < len(outcomes[i]); j += 2 {
			fmt.Fprintf(&table, " %1s%1s", outcomes[i][j], outcomes[i][j+1])
			counts[outcomes[i][j]]++
			counts[outcomes[i][j+1]]++
			cells += 2
		}
	}

	fmt.Fprintf(&table, "\n\n%d cells: %d successes, %d successes with a warning, %d clear errors, %d failed or empty",
		cells, counts["s"], counts["w"], counts["e"], cells-counts["s"]-counts["w"]-counts["e"])

	return table.String()
}
