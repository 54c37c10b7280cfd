// SPDX-License-Identifier: MPL-2.0

package providertest

// This file emulates Terraform core for the protocol tests: TerraformCore decides, as terraform apply does, which
// plugin protocol calls a resource gets, in which order, and what is stored in the state between two runs. In detail:
//
//   - refresh, unless -refresh=false, validate, then plan;
//   - a replacement is planned twice: with the prior state, then without, with the private state of the first plan;
//   - plan and apply run in different provider processes, and apply plans again before it changes anything;
//   - an error from a create taints the resource, and a tainted resource is planned as a create without its prior state;
//   - create_before_destroy keeps the old object as deposed until the new one is created.
//
// Use it to test what depends on several calls, such as replacement, taint and interrupts, when the test must also see
// warnings, private state or every single request, which a CLI hides. Use a CLI (TestAcc…) for what a user sees.
// TestTerraformCore is a short example.

import (
	"context"
	"net/http"
	"reflect"
	"slices"
	"testing"

	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// Instance is what the state file contains of a resource between two runs.
type Instance struct {
	Stored
	Tainted bool
	// Deposed is the object that a create_before_destroy has not destroyed yet.
	Deposed *Stored
}

// Action is the planned action for a resource.
type Action string

const (
	ActionNone    Action = "no-op"
	ActionCreate  Action = "create"
	ActionUpdate  Action = "update"
	ActionReplace Action = "replace"
	ActionDelete  Action = "delete"
)

// RunOptions are the options of terraform apply, and the lifecycle arguments, that change a run.
type RunOptions struct {
	// NoRefresh is -refresh=false.
	NoRefresh bool
	// Replace is -replace.
	Replace bool
	// CreateBeforeDestroy is the lifecycle argument.
	CreateBeforeDestroy bool
	// PlanOnly stops after the plan.
	PlanOnly bool
	// IgnoreChanges is the lifecycle argument. The apply gets the configuration without it.
	IgnoreChanges []string
}

// planned is the configuration that a plan gets: an ignored argument has the value of the prior state.
func (o RunOptions) planned(config, prior Values) Values {
	if config == nil || prior == nil {
		return config
	}

	ignored := Values{}

	for _, name := range o.IgnoreChanges {
		if value, exists := prior[name]; exists {
			ignored[name] = value
		}
	}

	return With(config, ignored)
}

func (p *Platform) core(t testing.TB, typeName string) TerraformCore {
	return TerraformCore{TypeName: typeName, Start: func() *ProtocolServer { return p.Protocol(t) }, Oracle: p.oracle}
}

// PromotedModels returns a Terraform core for one fireworks_promoted_model on the platform.
func (p *Platform) PromotedModels(t testing.TB) TerraformCore {
	return p.core(t, providerdata.PromotedModelType)
}

// Run is the result of a run.
type Run struct {
	Action Action
	// Plan is the last plan before the apply.
	Plan Planned
	// Diagnostics are the diagnostics of all calls.
	Diagnostics Diagnostics
}

// TerraformCore plans and applies one resource as terraform apply does, each plan and each apply in its own provider
// process.
type TerraformCore struct {
	TypeName string
	// Start starts a provider process.
	Start func() *ProtocolServer
	// Oracle, if set, compares what an apply writes with the plan.
	Oracle *PlanOracle
}

// Run plans and applies the configuration, or destroys the resource when config is nil, and updates current as
// Terraform updates the state.
func (c TerraformCore) Run(ctx context.Context, current *Instance, config Values, options RunOptions) Run {
	planner := c.Start()

	c.Oracle.show(current, nil)
	defer c.Oracle.report(planner.T)

	result := c.plan(ctx, planner, current, config, options)
	if options.PlanOnly || len(result.Diagnostics.Errors()) > 0 || result.Action == ActionNone {
		return result
	}

	c.Oracle.ShowCore(c.TypeName, current, result)

	result.Diagnostics = append(result.Diagnostics, c.apply(ctx, current, config, result, options)...)

	return result
}

// Create applies the configuration of a resource that does not exist yet, which must succeed without a warning.
func (c TerraformCore) Create(t *testing.T, config Values) Instance {
	t.Helper()

	var current Instance

	if got := c.Run(t.Context(), &current, config, RunOptions{}); len(got.Diagnostics) > 0 || current.State == nil {
		t.Fatalf("%s was not created: %s", c.TypeName, got.Diagnostics)
	}

	return current
}

// Apply applies the configuration, or destroys the resource when config is nil, and compares the summaries of the
// diagnostics.
func (c TerraformCore) Apply(t *testing.T, current *Instance, config Values, want ...string) Run {
	t.Helper()

	return c.ApplyWith(t, current, config, RunOptions{}, want...)
}

// ApplyWith is Apply with options.
func (c TerraformCore) ApplyWith(
	t *testing.T, current *Instance, config Values, options RunOptions, want ...string,
) Run {
	t.Helper()

	got := c.Run(t.Context(), current, config, options)
	AssertSummaries(t, got.Diagnostics, want...)

	return got
}

// AssertEmptyPlan asserts that a plan of the configuration changes nothing and reports nothing.
func (c TerraformCore) AssertEmptyPlan(t *testing.T, current *Instance, config Values) {
	t.Helper()

	got := c.ApplyWith(t, current, config, RunOptions{PlanOnly: true})
	AssertEqual(t, "action", got.Action, ActionNone)
}

// Interruption is when Ctrl-C is pressed: at the n-th GET of the path. That GET gets no response if hangs is true.
type Interruption struct {
	Path  string
	N     int
	Hangs bool
}

// RunInterrupted is Run with an interruption, which cancels the context of the call, as Ctrl-C does.
func (c TerraformCore) RunInterrupted(
	t *testing.T, p *Platform, current *Instance, config Values, when Interruption,
) Run {
	t.Helper()

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()

	p.OnNthRequest(http.MethodGet, when.Path, when.N, func(r *http.Request) {
		cancel()

		if when.Hangs {
			Hang(r)
		}
	})
	defer p.OnRequest(nil)

	return c.Run(ctx, current, config, RunOptions{})
}

func (c TerraformCore) plan(
	ctx context.Context, s *ProtocolServer, current *Instance, config Values, options RunOptions,
) Run {
	var result Run

	if current.State != nil && !options.NoRefresh {
		read := s.Read(ctx, c.TypeName, current.Stored)

		result.Diagnostics = append(result.Diagnostics, read.Diagnostics...)
		if len(read.Diagnostics.Errors()) > 0 {
			return result
		}

		current.Stored = read.Stored
		current.Tainted = current.Tainted && read.State != nil
	}

	prior := current.Stored
	if current.Tainted && config != nil {
		// Terraform plans a tainted object as a creation: the provider sees neither its state nor its private state.
		prior = Stored{}
	}

	if config != nil {
		result.Diagnostics = append(result.Diagnostics, s.Validate(ctx, c.TypeName, config)...)
	}

	if prior.State == nil && config == nil && !current.Tainted {
		result.Action = ActionNone
		return result
	}

	result.Plan = s.Plan(ctx, c.TypeName, prior, options.planned(config, prior.State))
	result.Diagnostics = append(result.Diagnostics, result.Plan.Diagnostics...)

	result.Action = c.decide(current, prior, config, result.Plan, options)
	if result.Action == ActionReplace && prior.State != nil && len(result.Plan.Diagnostics.Errors()) == 0 {
		// The second plan of a replacement gets the private state of the first.
		result.Plan = s.Plan(ctx, c.TypeName, Stored{Private: result.Plan.Private}, config)
		// Terraform shows the warnings of the second plan only beside an error.
		if len(result.Plan.Diagnostics.Errors()) > 0 {
			result.Diagnostics = append(result.Diagnostics, result.Plan.Diagnostics...)
		}
	}

	return result
}

func (c TerraformCore) decide(current *Instance, prior Stored, config Values, plan Planned, options RunOptions) Action {
	switch {
	case config == nil:
		return ActionDelete
	case prior.State == nil && current.State != nil, options.Replace && prior.State != nil:
		return ActionReplace
	case prior.State == nil:
		return ActionCreate
	case slices.ContainsFunc(plan.Replace,
		func(name string) bool { return !Equal(plan.State[name], prior.State[name]) }):
		return ActionReplace
	case Equal(plan.State, prior.State):
		return ActionNone
	}

	return ActionUpdate
}

func (c TerraformCore) apply(
	ctx context.Context,
	current *Instance,
	config Values,
	decided Run,
	options RunOptions,
) Diagnostics {
	var found Diagnostics

	s, prior := c.Start(), current.Stored

	switch decided.Action {
	case ActionDelete:
		return c.destroy(ctx, s, &current.Stored, decided.Plan.Private)
	case ActionReplace:
		if options.CreateBeforeDestroy {
			old := current.Stored
			current.Deposed = &old
		} else if found = c.destroy(ctx, s, &current.Stored, decided.Plan.Private); len(found.Errors()) > 0 {
			return found
		}

		*current = Instance{Deposed: current.Deposed}
		prior = Stored{}
	}
	// Terraform plans once more right before it applies, and takes that plan.
	again := s.Plan(ctx, c.TypeName, prior, options.planned(config, prior.State))
	if len(again.Diagnostics.Errors()) > 0 {
		return append(found, again.Diagnostics...)
	}

	result := s.Apply(ctx, c.TypeName, prior, again, config)
	found = append(found, result.Diagnostics...)
	current.Stored = result.Stored
	current.Tainted = prior.State == nil && result.State != nil && len(result.Diagnostics.Errors()) > 0

	return append(found, c.settleDeposed(ctx, s, current, len(found.Errors()) > 0)...)
}

// settleDeposed destroys the deposed object of a create_before_destroy, or restores it when the create left no object.
func (c TerraformCore) settleDeposed(
	ctx context.Context, s *ProtocolServer, current *Instance, failed bool,
) Diagnostics {
	switch {
	case current.Deposed == nil:
		return nil
	case current.State == nil:
		*current = Instance{Stored: *current.Deposed}
		return nil
	case failed:
		return nil
	}

	plan := s.Plan(ctx, c.TypeName, *current.Deposed, nil)
	if len(plan.Diagnostics.Errors()) > 0 {
		return plan.Diagnostics
	}

	found := append(plan.Diagnostics, c.destroy(ctx, s, current.Deposed, plan.Private)...)
	if current.Deposed.State == nil {
		current.Deposed = nil
	}

	return found
}

func (c TerraformCore) destroy(ctx context.Context, s *ProtocolServer, object *Stored, private []byte) Diagnostics {
	result := s.Apply(ctx, c.TypeName, *object, Planned{Stored: Stored{Private: private, Identity: object.Identity}},
		nil)
	*object = result.Stored

	return result.Diagnostics
}

func Equal(a, b any) bool { return reflect.DeepEqual(a, b) }
