// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

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
	promoted := w.promotedFull()
	for _, r := range w.resources {
		r.promoted = promoted
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

			do(r, providertest.TerraformCore{TypeName: r.kind.typeName, Start: func() *providertest.ProtocolServer {
				next := processes[0]
				processes = append(processes[1:], next)

				return next
			}})
		})
	}

	group.Wait()
}

// settleRuns is how many runs a resource may need, without faults, until there is nothing left to do.
const settleRuns = 6

// settle lets every resource arrive at its configuration: first the deployments, so that no model is still in use that
// has to be replaced.
func (w *soakWorkspace) settle(ctx context.Context) {
	for _, r := range w.resources {
		if r.kind.typeName == providerdata.DeploymentType && r.config != nil {
			r.config["base_model"], r.config["force_destroy"] = providertest.QwenBase, true
		}
	}

	for _, typeName := range []string{providerdata.DeploymentType, providerdata.PromotedModelType,
		providerdata.DeployedModelType} {
		w.settleKind(ctx, typeName)
	}

	for _, r := range w.resources {
		if r.config != nil && !r.settled {
			w.t.Errorf("%s did not arrive at its configuration; the last run was %s:\n%s", r.place, r.last.Action,
				r.last.Diagnostics)
		}
	}
}

func (w *soakWorkspace) settleKind(ctx context.Context, typeName string) {
	for range settleRuns {
		w.together(nil, func(r *soakResource, core providertest.TerraformCore) {
			if r.kind.typeName != typeName || r.config == nil || r.settled {
				return
			}
			// Longer than under faults: now every creation ends.
			r.config["timeouts"] = providertest.Values{"create": "20s"}
			// What is not usable is replaced only when the user requests it, as the error says.
			replace := slices.ContainsFunc(r.last.Diagnostics,
				func(d providertest.Diagnostic) bool { return slices.Contains(r.kind.mustReplace, d.Summary) })
			got := r.run(ctx, "settle", core, r.config, providertest.RunOptions{Replace: replace})
			r.settled = got.Action == providertest.ActionNone && len(got.Diagnostics) == 0
			r.last = got
		})
	}
}

// destroyAll destroys everything, what depends on something first.
func (w *soakWorkspace) destroyAll(ctx context.Context) {
	for _, typeName := range []string{providerdata.DeployedModelType, providerdata.DeploymentType,
		providerdata.PromotedModelType} {
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
	// promoted are models of the workspace that deployments may serve.
	promoted []string

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
	case chance < .60:
		r.current, r.reported = providertest.Instance{}, true
		r.importObject(ctx, models)
	case chance < .70:
		r.readData(ctx, models)
	case chance < .80:
		r.interruptible(ctx, "plan", models, r.config, providertest.RunOptions{PlanOnly: true})
	default:
		r.interruptible(ctx, "run again", models, r.config, providertest.RunOptions{})
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

	switch name := r.kind.find(r.platform, r.config); {
	case r.current.State != nil:
		r.reported = false
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
	name := r.kind.find(r.platform, r.config)
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

// readData reads a data source: the result must be complete or an error.
func (r *soakResource) readData(ctx context.Context, models providertest.TerraformCore) {
	process := models.Start()

	if r.random.IntN(2) == 0 {
		r.count("read of a training shape")

		_, found := process.ReadData(ctx, "fireworks_training_shape",
			providertest.Values{"shape_id": "accounts/fireworks/trainingShapes/qwen3-8b-128k"})
		r.checkClear("read", providertest.Run{Diagnostics: found})

		return
	}

	r.count("read of checkpoints")
	data, found := process.ReadData(ctx, "fireworks_checkpoints",
		providertest.Values{"job_id": "big-run", "page_size": 20 + r.random.IntN(50)})
	r.checkClear("read", providertest.Run{Diagnostics: found})

	if rows, _ := data["checkpoints"].([]any); len(found.Errors()) == 0 && len(rows) != 250 {
		r.t.Errorf("%s: %d checkpoints read without an error, want 250", r.place, len(rows))
	}
}
