package provider

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// soakWorkspace is one root module: in each round its resources are planned by one process and applied by another, all at a time.
type soakWorkspace struct {
	*soak
	resources []*soakResource
}

func (s *soak) newWorkspace(number int) *soakWorkspace {
	w := &soakWorkspace{soak: s}
	for i := range soakResources {
		w.resources = append(w.resources, &soakResource{
			soak: s, place: fmt.Sprintf("w%d-r%d", number, i),
			random: rand.New(rand.NewPCG(s.seed, uint64(100*number+i+1))), //nolint:gosec // Repeatable chance is the point.
		})
	}

	return w
}

func (w *soakWorkspace) round(ctx context.Context) {
	w.together(values{"max_retries": 3, "request_timeout": "500ms"}, func(r *soakResource, models terraformCore) { r.step(ctx, models) })
	w.sampleMemory()
}

// together lets all resources do something at a time, in the same two processes.
func (w *soakWorkspace) together(arguments values, do func(*soakResource, terraformCore)) {
	planner, applier := w.startProcess(arguments), w.startProcess(arguments)
	defer planner.client.Close()
	defer applier.client.Close()

	var group sync.WaitGroup
	for _, r := range w.resources {
		group.Go(func() {
			processes := []*protocolServer{planner.protocolServer, applier.protocolServer}

			do(r, terraformCore{typeName: promotedModelType, start: func() *protocolServer {
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

// settle lets every resource arrive at its configuration.
func (w *soakWorkspace) settle(ctx context.Context) {
	for range settleRuns {
		w.together(nil, func(r *soakResource, models terraformCore) {
			if r.config == nil || r.settled {
				return
			}
			// Longer than under faults: now every promotion ends.
			r.config["timeouts"] = values{"create": "20s"}
			// A model that is not usable is replaced only when the user requests it, as the error says.
			unusable := slices.ContainsFunc(r.last.Diagnostics, func(d diagnostic) bool { return d.Summary == summaryModelUnusable })
			got := r.run(ctx, "settle", models, r.config, runOptions{Replace: unusable})
			r.settled = got.Action == actionNone && len(got.Diagnostics) == 0
			r.last = got
		})
	}

	for _, r := range w.resources {
		if r.config != nil && !r.settled {
			w.t.Errorf("%s did not arrive at its configuration; the last run was %s:\n%s", r.place, r.last.Action, r.last.Diagnostics)
		}
	}
}

// soakResource is one resource in a configuration and a state.
type soakResource struct {
	*soak
	place  string
	random *rand.Rand

	serial  int
	config  values
	current instance
	// reported means that a diagnostic named a model that may exist and is not in the state.
	reported bool
	settled  bool
	last     run
}

func (r *soakResource) name() string { return demoModels + fmt.Sprint(r.config["output_model_id"]) }

// step does one thing to the resource that a user or a pipeline may do.
func (r *soakResource) step(ctx context.Context, models terraformCore) {
	chance := r.random.Float64()
	switch {
	case r.config == nil:
		r.serial++
		r.config = modelConfig(fmt.Sprintf("soak-%d-%s-%d", r.seed, r.place, r.serial))
		r.config["checkpoint_name"] = r.oneOf(fullCheckpoint, loraCheckpoint, sessionCheckpoint)
		r.config["timeouts"] = values{"create": "5s"}
		r.relabel()
		r.interruptible(ctx, "create", models, r.config, runOptions{CreateBeforeDestroy: chance < .1})
	case r.current.State == nil:
		r.interruptible(ctx, "create again", models, r.config, runOptions{})
	case r.current.Tainted && chance < .5:
		r.current.Tainted = false
		r.interruptible(ctx, "untaint", models, r.config, runOptions{})
	case chance < .25:
		r.relabel()
		r.interruptible(ctx, "update", models, r.config, runOptions{NoRefresh: chance < .03})
	case chance < .40:
		r.interruptible(ctx, "destroy", models, nil, runOptions{})

		if r.current.State == nil {
			r.config = nil
		}
	case chance < .50:
		r.config["checkpoint_name"] = r.oneOf(fullCheckpoint, loraCheckpoint, sessionCheckpoint)
		r.interruptible(ctx, "replace", models, r.config, runOptions{Replace: chance < .43})
	case chance < .60:
		r.current, r.reported = instance{}, true
		r.importModel(ctx, models)
	case chance < .70:
		r.readData(ctx, models)
	case chance < .80:
		r.interruptible(ctx, "plan", models, r.config, runOptions{PlanOnly: true})
	default:
		r.interruptible(ctx, "run again", models, r.config, runOptions{})
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

	r.config["public"] = r.random.IntN(2) == 0
}

// interruptible is run, and sometimes an interrupt comes in between.
func (r *soakResource) interruptible(ctx context.Context, what string, models terraformCore, config values, options runOptions) {
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
func (r *soakResource) run(ctx context.Context, what string, models terraformCore, config values, options runOptions) run {
	name := r.name()
	before := r.promotionsOf(name)
	got := models.Run(ctx, &r.current, config, options)
	r.count(what)

	if len(got.Diagnostics.Errors()) > 0 {
		r.count("runs with an error")
	}

	if promoted := r.promotionsOf(name) - before; promoted > 1 {
		r.t.Errorf("%s, %s: %d promotions of %s in one run", r.place, what, promoted, name)
	} else if promoted == 1 && (got.Action == actionUpdate || got.Action == actionNone || got.Action == actionDelete) {
		r.t.Errorf("%s, %s: a promotion of %s in a run whose action is %q:\n%s", r.place, what, name, got.Action, got.Diagnostics)
	}

	r.checkClear(what, got)

	exists := false
	for _, d := range got.Diagnostics.Errors() {
		exists = exists || d.Summary == summaryModelExists
		if slices.Contains(reportsOfAModel, d.Summary) {
			r.reported = true
		}
	}

	switch _, there := r.platform.Model(name); {
	case r.current.State != nil:
		r.reported = false
	case there && !r.reported:
		r.t.Errorf(
			"%s, %s: %s exists, the state does not know it, and no run said so; the last one said:\n%s",
			r.place,
			what,
			name,
			got.Diagnostics,
		)
	case there && exists && config != nil:
		r.importModel(ctx, models)
	}

	return got
}

// reportsOfAModel are the errors that name a model that may exist and is not in the state.
var reportsOfAModel = []string{summaryModelExists, summaryPromotionOutcomeLost, summaryInterruptedBefore, summaryTimedOutBefore}

// importModel takes the model over, as an import block does: an import, a refresh, and from then on plain runs.
func (r *soakResource) importModel(ctx context.Context, models terraformCore) {
	r.count("import")

	process := models.start()

	id := r.name()
	if r.random.IntN(2) == 0 {
		id = fmt.Sprint(r.config["output_model_id"])
	}

	imported := process.Import(ctx, promotedModelType, id, nil)
	if len(imported.Diagnostics.Errors()) == 0 {
		imported = process.Read(ctx, promotedModelType, imported.stored)
	}

	r.checkClear("import", run{Diagnostics: imported.Diagnostics})

	if len(imported.Diagnostics.Errors()) > 0 || imported.State == nil {
		return
	}

	r.current, r.reported = instance{stored: imported.stored}, false
}

// readData reads a data source: the result must be complete or an error.
func (r *soakResource) readData(ctx context.Context, models terraformCore) {
	process := models.start()

	if r.random.IntN(2) == 0 {
		r.count("read of a training shape")

		_, found := process.ReadData(ctx, "fireworks_training_shape", values{"shape_id": "accounts/fireworks/trainingShapes/qwen3-8b-128k"})
		r.checkClear("read", run{Diagnostics: found})

		return
	}

	r.count("read of checkpoints")
	data, found := process.ReadData(ctx, "fireworks_checkpoints", values{"job_id": "big-run", "page_size": 20 + r.random.IntN(50)})
	r.checkClear("read", run{Diagnostics: found})

	if rows, _ := data["checkpoints"].([]any); len(found.Errors()) == 0 && len(rows) != 250 {
		r.t.Errorf("%s: %d checkpoints read without an error, want 250", r.place, len(rows))
	}
}
