// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// soakWorkspace is one root module: in each round its resources are planned by one process and applied by another, all
// at a time.
type soakWorkspace struct {
	*soak
	resources []*soakResource
}

func (s *soak) newWorkspace(number int) *soakWorkspace {
	w := &soakWorkspace{soak: s}
	kinds := soakKinds()

	for i := range soakResources {
		w.resources = append(w.resources, &soakResource{
			soak: s, kind: kinds[i%len(kinds)], place: fmt.Sprintf("w%d-r%d", number, i),
			random: rand.New(rand.NewPCG(s.seed, uint64(100*number+i+1))), //nolint:gosec // Repeatable chance is the point.
		})
	}

	return w
}

func (w *soakWorkspace) round(ctx context.Context) {
	ready := w.ready()
	for _, r := range w.resources {
		r.ready = ready
	}

	w.together(providertest.Values{"max_retries": 3, "request_timeout": "500ms"},
		func(r *soakResource, models providertest.TerraformCore) { r.step(ctx, models) })
	w.sampleMemory()
}

// together lets all resources do something at a time, in the same two processes.
func (w *soakWorkspace) together(arguments providertest.Values, do func(*soakResource, providertest.TerraformCore)) {
	planner, applier := w.startProcess(arguments), w.startProcess(arguments)
	defer planner.client.Close()
	defer applier.client.Close()

	var group sync.WaitGroup
	for _, r := range w.resources {
		group.Go(func() {
			processes := []*providertest.ProtocolServer{planner.ProtocolServer, applier.ProtocolServer}

			start := func() *providertest.ProtocolServer {
				next := processes[0]
				processes = append(processes[1:], next)

				return next
			}

			do(r, providertest.TerraformCore{TypeName: r.kind.typeName, Oracle: w.oracle, Start: start})
		})
	}

	group.Wait()
}

// settleRuns is how many runs a resource may need, without faults, until there is nothing left to do.
const settleRuns = 8

// settle lets every resource arrive at its configuration: first the deployments, so that no model is still in use that
// has to be replaced.
func (w *soakWorkspace) settle(ctx context.Context) {
	for _, r := range w.resources {
		w.makeDestroyable(r)
	}

	for _, typeName := range []string{providerdata.DeploymentType, providerdata.PromotedModelType,
		providerdata.DeployedModelType, providerdata.RouterType} {
		w.settleKind(ctx, typeName)
	}

	for _, r := range w.resources {
		if r.config != nil && !r.settled {
			w.t.Errorf("%s did not arrive at its configuration; the last run was %s:\n%s", r.place, r.last.Action,
				r.last.Diagnostics)
		}
	}
}

// makeDestroyable configures the resource so that it can be created and destroyed, whatever happens to the others.
func (w *soakWorkspace) makeDestroyable(r *soakResource) {
	switch {
	case r.config == nil:
		return
	case r.kind.typeName == providerdata.DeploymentType:
		r.config["base_model"], r.config["force_destroy"], r.config["soft_delete"] = providertest.QwenBase, true, false
	case r.kind.typeName == providerdata.RouterType:
		r.config["deployments"] = []any{providertest.ReadyMember, providertest.AddonsMember}
	case r.kind.typeName == providerdata.DeployedModelType:
		serves := func(d *soakResource) bool {
			return d.config["enable_addons"] == true &&
				d.kind.find(w.platform.Server, d.config) == r.config["deployment"]
		}
		if !slices.ContainsFunc(w.resources, serves) {
			r.config["deployment"] = providertest.AddonsDeployment
		}

		return
	}

	r.config["deletion_policy"] = lifecycle.DeletionPolicyDelete
}

func (w *soakWorkspace) settleKind(ctx context.Context, typeName string) {
	for range settleRuns {
		w.together(nil, func(r *soakResource, core providertest.TerraformCore) {
			if r.kind.typeName != typeName || r.config == nil || r.settled {
				return
			}
			// Longer than under faults: now every creation ends.
			r.config["timeouts"] = providertest.Values{"create": "20s"}

			got := r.run(ctx, "settle", core, r.config, r.advised())
			r.settled = got.Action == providertest.ActionNone && len(got.Diagnostics) == 0
			r.last = got
		})
	}
}

// advised is what the last run advises: what is not usable is replaced only when the user requests it, and what is
// protected only after its protection was removed, which a tainted object does not allow; the ID of what can be
// restored is not free.
func (r *soakResource) advised() (options providertest.RunOptions) {
	for _, d := range r.last.Diagnostics {
		switch d.Summary {
		case diagnostic.SummaryDestroyPrevented, diagnostic.SummaryAbandonKeepsID, diagnostic.SummarySoftDeleteKeepsID:
			r.current.Tainted = false
			options.IgnoreChanges = []string{"checkpoint_name", "base_model", "deployment_shape", "model"}
		case diagnostic.SummaryDeploymentReserved:
			r.config["deployment_id"] = fmt.Sprint(r.config["deployment_id"], "-again")
		default:
			options.Replace = options.Replace || slices.Contains(r.kind.mustReplace, d.Summary)
		}
	}

	return options
}

// destroyAll destroys everything, what depends on something first.
func (w *soakWorkspace) destroyAll(ctx context.Context) {
	for _, typeName := range []string{providerdata.DeployedModelType, providerdata.RouterType,
		providerdata.DeploymentType, providerdata.PromotedModelType} {
		w.together(nil, func(r *soakResource, core providertest.TerraformCore) {
			if r.kind.typeName != typeName || r.config == nil {
				return
			}

			got := r.run(ctx, "destroy at the end", core, nil, providertest.RunOptions{})
			if r.current.State != nil || len(got.Diagnostics.Errors()) > 0 {
				r.t.Errorf("%s was not destroyed:\n%s", r.place, got.Diagnostics)
			}
		})
	}
}

// soakResource is one resource in a configuration and a state.
type soakResource struct {
	*soak
	kind   *soakKind
	place  string
	random *rand.Rand
	// ready is what the resource may refer to.
	ready readyObjects

	serial  int
	config  providertest.Values
	current providertest.Instance
	// reported means that a diagnostic named an object that may exist and is not in the state.
	reported bool
	settled  bool
	last     providertest.Run
}

// step does one thing to the resource that a user or a pipeline may do.
func (r *soakResource) step(ctx context.Context, models providertest.TerraformCore) {
	chance := r.random.Float64()
	switch {
	case r.config == nil:
		r.serial++
		r.config = r.kind.configure(r, fmt.Sprintf("soak-%d-%s-%d", r.seed, r.place, r.serial))
		r.kind.retarget(r)
		r.config["timeouts"] = providertest.Values{"create": r.oneOf("5s", "5s", "5s", "30ms")}
		r.relabel()
		r.interruptible(ctx, "create", models, r.config, providertest.RunOptions{CreateBeforeDestroy: chance < .1})
	case r.current.State == nil:
		r.interruptible(ctx, "create again", models, r.config, providertest.RunOptions{})
	case r.current.Tainted && chance < .5:
		r.current.Tainted = false
		r.interruptible(ctx, "untaint", models, r.config, providertest.RunOptions{})
	case chance < .25:
		r.relabel()
		r.interruptible(ctx, "update", models, r.config, providertest.RunOptions{NoRefresh: chance < .03})
	case chance < .40:
		r.serveRequest()
		r.interruptible(ctx, "destroy", models, nil, providertest.RunOptions{})

		if r.current.State == nil {
			r.config = nil
		}
	case chance < .50:
		r.kind.retarget(r)
		r.interruptible(ctx, "replace", models, r.config, providertest.RunOptions{Replace: chance < .43})
	case chance < .55:
		r.rename(ctx, models)
	case chance < .62:
		r.current, r.reported = providertest.Instance{}, true
		r.importObject(ctx, models)
	case chance < .70:
		r.readData(ctx, models)
	case chance < .76:
		if r.current.State["state"] == "READY" || r.current.State["state"] == "DEPLOYED" {
			r.kind.drift(r.platform.Server, fmt.Sprint(r.current.State["id"]))
		}

		r.relabel()
		r.interruptible(ctx, "update with ignore_changes", models, r.config,
			providertest.RunOptions{IgnoreChanges: []string{"display_name", "max_replica_count"}})
	case chance < .83:
		r.interruptible(ctx, "plan", models, r.config, providertest.RunOptions{PlanOnly: true})
	default:
		r.interruptible(ctx, "run again", models, r.config, providertest.RunOptions{})
	}
}

// rename plans the resource under another address, without a moved block.
func (r *soakResource) rename(ctx context.Context, core providertest.TerraformCore) {
	if r.kind.find(r.platform.Server, r.config) != r.current.State["id"] {
		return
	}

	r.count("rename")

	found := planRename(ctx, core.Start(), core.TypeName, r.current.Stored, r.config)
	r.checkClear("rename", providertest.Run{Diagnostics: found})

	exists := r.kind.find(r.platform.Server, r.config) != ""
	if exists && len(found.Errors()) == 0 && !notChecked(found) {
		r.t.Errorf("%s: the rename of %v is planned without an error: %s", r.place, r.config, found)
	}
}

func (r *soakResource) oneOf(texts ...string) string { return texts[r.random.IntN(len(texts))] }

func (r *soakResource) relabel() {
	for _, name := range []string{"display_name", "description"} {
		switch r.random.IntN(4) {
		case 0:
			delete(r.config, name)
		case 1:
			r.config[name] = ""
		default:
			r.config[name] = fmt.Sprintf("%s %d", name, r.random.IntN(1000))
		}
	}

	r.kind.relabel(r)
}

// serveRequest sometimes lets a deployment serve a request right before it is destroyed, which is refused then.
func (r *soakResource) serveRequest() {
	if r.kind.typeName == providerdata.DeploymentType && r.random.IntN(3) == 0 {
		r.platform.MarkInUse(fmt.Sprint(r.current.State["id"]))
	}
}

// interruptible is run, and sometimes an interrupt comes in between.
func (r *soakResource) interruptible(
	ctx context.Context, what string, models providertest.TerraformCore, config providertest.Values,
	options providertest.RunOptions,
) {
	if r.random.IntN(12) == 0 {
		var cancel context.CancelFunc

		ctx, cancel = context.WithCancel(ctx)
		defer cancel()
		defer time.AfterFunc(time.Duration(r.random.IntN(120))*time.Millisecond, cancel).Stop()

		r.count("interrupts")
	}

	r.run(ctx, what, models, config, options)
}

// run is one run of Terraform, and what must be true after any run.
func (r *soakResource) run(
	ctx context.Context, what string, models providertest.TerraformCore, config providertest.Values,
	options providertest.RunOptions,
) providertest.Run {
	before := r.creationsOf(r)
	abandons := config == nil && r.current.State["deletion_policy"] == lifecycle.DeletionPolicyAbandon
	got := models.Run(ctx, &r.current, config, options)
	r.count(what)

	if len(got.Diagnostics.Errors()) > 0 {
		r.count("runs with an error")
	}

	if created := r.creationsOf(r) - before; created > 1 {
		r.t.Errorf("%s, %s: %d creations of %v in one run", r.place, what, created, r.config)
	} else if created == 1 && (options.PlanOnly || got.Action != providertest.ActionCreate &&
		got.Action != providertest.ActionReplace) {
		r.t.Errorf("%s, %s: a creation of %v in a run whose action is %q:\n%s", r.place, what, r.config, got.Action,
			got.Diagnostics)
	}

	r.checkClear(what, got)

	exists := false
	for _, d := range got.Diagnostics.Errors() {
		exists = exists || d.Summary == r.kind.existsSummary
		if slices.Contains(r.kind.reports, d.Summary) {
			r.reported = true
		}
	}

	switch name := r.kind.find(r.platform.Server, r.config); {
	case r.current.State != nil:
		r.reported = false
	case name != "" && abandons && len(got.Diagnostics.Errors()) == 0:
		r.abandon(name)
	case name != "" && !r.reported:
		r.t.Errorf("%s, %s: %s exists, the state does not know it, and no run said so; the last one said:\n%s",
			r.place, what, name, got.Diagnostics)
	case name != "" && exists && config != nil:
		r.importObject(ctx, models)
	}

	return got
}

// importObject takes the object over, as an import block does: an import, a refresh, and from then on plain runs.
func (r *soakResource) importObject(ctx context.Context, core providertest.TerraformCore) {
	name := r.kind.find(r.platform.Server, r.config)
	if name == "" {
		return
	}

	r.count("import")

	process := core.Start()

	imported := process.Import(ctx, core.TypeName, r.importID(name), nil)
	if len(imported.Diagnostics.Errors()) == 0 {
		imported = process.Read(ctx, core.TypeName, imported.Stored)
	}

	r.checkClear("import", providertest.Run{Diagnostics: imported.Diagnostics})

	if len(imported.Diagnostics.Errors()) > 0 || imported.State == nil {
		return
	}

	r.current, r.reported = providertest.Instance{Stored: imported.Stored}, false
}

// soakReads are data sources, and how many rows they have; 0 is not a list, and a negative number the least.
var soakReads = []struct {
	typeName, list string
	config         providertest.Values
	rows           int
}{
	{
		"fireworks_training_shape", "",
		providertest.Values{"shape_id": "accounts/fireworks/trainingShapes/qwen3-8b-128k"}, 0,
	},
	{"fireworks_checkpoints", "checkpoints", providertest.Values{"job_id": "big-run", "page_size": 50}, 250},
	{providertest.JobType, "", providertest.Values{"job_id": providertest.SupervisedJobs + "sft-support-v1"}, 0},
	{providertest.JobsType, "jobs", providertest.Values{"kind": "supervised"}, 226},
	{"fireworks_routers", "routers", providertest.Values{}, -2},
	{"fireworks_deployments", "deployments", providertest.Values{}, -2},
	{"fireworks_deployed_models", "deployed_models", providertest.Values{}, -1},
}

// readData reads a data source: the result must be complete or an error.
func (r *soakResource) readData(ctx context.Context, models providertest.TerraformCore) {
	source := soakReads[r.random.IntN(len(soakReads))]
	r.count("read of " + source.typeName)

	data, found := models.Start().ReadData(ctx, source.typeName, source.config)
	r.checkClear("read", providertest.Run{Diagnostics: found})

	rows, _ := data[source.list].([]any)
	if complete := len(rows) == source.rows || source.rows < 0 && len(rows) >= -source.rows; !complete &&
		len(found.Errors()) == 0 {
		r.t.Errorf("%s: %s has %d rows without an error, want %d", r.place, source.typeName, len(rows), source.rows)
	}
}
