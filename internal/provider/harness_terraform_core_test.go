package provider

// This file emulates Terraform core for the protocol tests: terraformCore decides, as terraform apply does, which plugin protocol
// calls a resource gets, in which order, and what is stored in the state between two runs. In detail:
//
//   - refresh, unless -refresh=false, validate, then plan;
//   - a replacement is planned twice: with the prior state, then without, with the private state of the first plan;
//   - plan and apply run in different provider processes, and apply plans again before it changes anything;
//   - an error from a create taints the resource, and a tainted resource is planned as a create without its prior state;
//   - create_before_destroy keeps the old object as deposed until the new one is created.
//
// Use it to test what depends on several calls, such as replacement, taint and interrupts, when the test must also see warnings,
// private state or every single request, which a CLI hides. Use a CLI (TestAcc…) for what a user sees. TestTerraformCore is a
// short example.

import (
	"context"
	"net/http"
	"reflect"
	"slices"
	"testing"
)

// instance is what the state file contains of a resource between two runs.
type instance struct {
	stored
	Tainted bool
	// Deposed is the object that a create_before_destroy has not destroyed yet.
	Deposed *stored
}

// action is the planned action for a resource.
type action string

const (
	actionNone    action = "no-op"
	actionCreate  action = "create"
	actionUpdate  action = "update"
	actionReplace action = "replace"
	actionDelete  action = "delete"
)

// runOptions are the options of terraform apply, and the lifecycle arguments, that change a run.
type runOptions struct {
	// NoRefresh is -refresh=false.
	NoRefresh bool
	// Replace is -replace.
	Replace bool
	// CreateBeforeDestroy is the lifecycle argument.
	CreateBeforeDestroy bool
	// PlanOnly stops after the plan.
	PlanOnly bool
}

// promotedModels returns a Terraform core for one fireworks_promoted_model on the platform.
func (p *platform) promotedModels(t testing.TB) terraformCore {
	return terraformCore{typeName: promotedModelType, start: func() *protocolServer { return p.protocol(t) }, oracle: p.oracle}
}

// run is the result of a run.
type run struct {
	Action action
	// Plan is the last plan before the apply.
	Plan planned
	// Diagnostics are the diagnostics of all calls.
	Diagnostics diagnostics
}

// terraformCore plans and applies one resource as terraform apply does, each plan and each apply in its own provider process.
type terraformCore struct {
	typeName string
	// start starts a provider process.
	start func() *protocolServer
	// oracle, if set, compares what an apply writes with the plan.
	oracle *planOracle
}

// Run plans and applies the configuration, or destroys the resource when config is nil, and updates current as Terraform
// updates the state.
func (c terraformCore) Run(ctx context.Context, current *instance, config values, options runOptions) run {
	planner := c.start()

	result := c.plan(ctx, planner, current, config, options)
	if options.PlanOnly || len(result.Diagnostics.Errors()) > 0 || result.Action == actionNone {
		return result
	}

	defer c.oracle.watchApply(planner.t, newShownChange(c.typeName, current, result))()

	result.Diagnostics = append(result.Diagnostics, c.apply(ctx, current, config, result, options)...)

	return result
}

// create applies the configuration of a resource that does not exist yet, which must succeed without a warning.
func (c terraformCore) create(t *testing.T, config values) instance {
	t.Helper()

	var current instance

	if got := c.Run(t.Context(), &current, config, runOptions{}); len(got.Diagnostics) > 0 || current.State == nil {
		t.Fatalf("%s was not created: %s", c.typeName, got.Diagnostics)
	}

	return current
}

// interruption is when Ctrl-C is pressed: at the n-th GET of the path. That GET gets no response if hangs is true.
type interruption struct {
	path  string
	n     int
	hangs bool
}

// runInterrupted is Run with an interruption, which cancels the context of the call, as Ctrl-C does.
func (c terraformCore) runInterrupted(t *testing.T, p *platform, current *instance, config values, when interruption) run {
	t.Helper()

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()

	p.onRequest(http.MethodGet, when.path, when.n, func(r *http.Request) {
		cancel()

		if when.hangs {
			hang(r)
		}
	})
	defer p.OnRequest(nil)

	return c.Run(ctx, current, config, runOptions{})
}

func (c terraformCore) plan(ctx context.Context, s *protocolServer, current *instance, config values, options runOptions) run {
	var result run

	if current.State != nil && !options.NoRefresh {
		read := s.Read(ctx, c.typeName, current.stored)

		result.Diagnostics = append(result.Diagnostics, read.Diagnostics...)
		if len(read.Diagnostics.Errors()) > 0 {
			return result
		}

		current.stored = read.stored
		current.Tainted = current.Tainted && read.State != nil
	}

	prior := current.stored
	if current.Tainted && config != nil {
		// Terraform plans a tainted object as a creation: the provider sees neither its state nor its private state.
		prior = stored{}
	}

	if config != nil {
		result.Diagnostics = append(result.Diagnostics, s.Validate(ctx, c.typeName, config)...)
	}

	if prior.State == nil && config == nil && !current.Tainted {
		result.Action = actionNone
		return result
	}

	result.Plan = s.Plan(ctx, c.typeName, prior, config)
	result.Diagnostics = append(result.Diagnostics, result.Plan.Diagnostics...)

	result.Action = c.decide(current, prior, config, result.Plan, options)
	if result.Action == actionReplace && prior.State != nil && len(result.Plan.Diagnostics.Errors()) == 0 {
		// The second plan of a replacement gets the private state of the first.
		result.Plan = s.Plan(ctx, c.typeName, stored{Private: result.Plan.Private}, config)
		// Terraform shows the warnings of the second plan only beside an error.
		if len(result.Plan.Diagnostics.Errors()) > 0 {
			result.Diagnostics = append(result.Diagnostics, result.Plan.Diagnostics...)
		}
	}

	return result
}

func (c terraformCore) decide(current *instance, prior stored, config values, plan planned, options runOptions) action {
	switch {
	case config == nil:
		return actionDelete
	case prior.State == nil && current.State != nil, options.Replace && prior.State != nil:
		return actionReplace
	case prior.State == nil:
		return actionCreate
	case slices.ContainsFunc(plan.Replace, func(name string) bool { return !equal(plan.State[name], prior.State[name]) }):
		return actionReplace
	case equal(plan.State, prior.State):
		return actionNone
	}

	return actionUpdate
}

func (c terraformCore) apply(
	ctx context.Context,
	current *instance,
	config values,
	decided run,
	options runOptions,
) diagnostics {
	var found diagnostics

	s, prior := c.start(), current.stored

	switch decided.Action {
	case actionDelete:
		return c.destroy(ctx, s, &current.stored, decided.Plan.Private)
	case actionReplace:
		if options.CreateBeforeDestroy {
			old := current.stored
			current.Deposed = &old
		} else if found = c.destroy(ctx, s, &current.stored, decided.Plan.Private); len(found.Errors()) > 0 {
			return found
		}

		*current = instance{Deposed: current.Deposed}
		prior = stored{}
	}
	// Terraform plans once more right before it applies, and takes that plan.
	again := s.Plan(ctx, c.typeName, prior, config)
	if len(again.Diagnostics.Errors()) > 0 {
		return append(found, again.Diagnostics...)
	}

	result := s.Apply(ctx, c.typeName, prior, again, config)
	found = append(found, result.Diagnostics...)
	current.stored = result.stored
	current.Tainted = prior.State == nil && result.State != nil && len(result.Diagnostics.Errors()) > 0

	return append(found, c.settleDeposed(ctx, s, current, len(found.Errors()) > 0)...)
}

// settleDeposed destroys the deposed object of a create_before_destroy, or restores it when the create left no object.
func (c terraformCore) settleDeposed(ctx context.Context, s *protocolServer, current *instance, failed bool) diagnostics {
	switch {
	case current.Deposed == nil:
		return nil
	case current.State == nil:
		*current = instance{stored: *current.Deposed}
		return nil
	case failed:
		return nil
	}

	plan := s.Plan(ctx, c.typeName, *current.Deposed, nil)
	if len(plan.Diagnostics.Errors()) > 0 {
		return plan.Diagnostics
	}

	found := append(plan.Diagnostics, c.destroy(ctx, s, current.Deposed, plan.Private)...)
	if current.Deposed.State == nil {
		current.Deposed = nil
	}

	return found
}

func (c terraformCore) destroy(ctx context.Context, s *protocolServer, object *stored, private []byte) diagnostics {
	result := s.Apply(ctx, c.typeName, *object, planned{stored: stored{Private: private, Identity: object.Identity}}, nil)
	*object = result.stored

	return result.Diagnostics
}

func equal(a, b any) bool { return reflect.DeepEqual(a, b) }
