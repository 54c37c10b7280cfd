package provider

import (
	"context"
	"reflect"
	"slices"
	"testing"
)

// instance is a resource between two runs: what the state file holds.
type instance struct {
	stored
	Tainted bool
	// Deposed is what a create_before_destroy has not destroyed yet.
	Deposed *stored
}

// action is what a run plans for a resource.
type action string

const (
	actionNone    action = "no-op"
	actionCreate  action = "create"
	actionUpdate  action = "update"
	actionReplace action = "replace"
	actionDelete  action = "delete"
)

// runOptions say how a run differs from a plain terraform apply.
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

// promotedModels is the life of a fireworks_promoted_model on the platform.
func (p *platform) promotedModels(t testing.TB) lifecycle {
	return lifecycle{typeName: promotedModelType, start: func() *protocolServer { return p.protocol(t) }}
}

// run is what happened in a run.
type run struct {
	Action action
	// Plan is the last plan that was made before anything was applied.
	Plan planned
	// Diagnostics are those of all calls together.
	Diagnostics diagnostics
}

// lifecycle does to one resource of the platform what terraform apply would do, each plan and each apply in a process of its own.
// It is the part of Terraform that decides which calls a provider gets.
type lifecycle struct {
	typeName string
	// start begins a process of the provider.
	start func() *protocolServer
}

// Run plans and applies the configuration, or destroys when it is nil, and changes the instance as Terraform would the state.
func (l lifecycle) Run(ctx context.Context, current *instance, config values, options runOptions) run {
	planner := l.start()

	result := l.plan(ctx, planner, current, config, options)
	if options.PlanOnly || len(result.Diagnostics.Errors()) > 0 || result.Action == actionNone {
		return result
	}

	result.Diagnostics = append(result.Diagnostics, l.apply(ctx, l.start(), current, config, result, options)...)

	return result
}

func (l lifecycle) plan(ctx context.Context, s *protocolServer, current *instance, config values, options runOptions) run {
	var result run

	if current.State != nil && !options.NoRefresh {
		read := s.Read(ctx, l.typeName, current.stored)

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
		result.Diagnostics = append(result.Diagnostics, s.Validate(ctx, l.typeName, config)...)
	}

	if prior.State == nil && config == nil && !current.Tainted {
		result.Action = actionNone
		return result
	}

	result.Plan = s.Plan(ctx, l.typeName, prior, config)
	result.Diagnostics = append(result.Diagnostics, result.Plan.Diagnostics...)

	result.Action = l.decide(current, prior, config, result.Plan, options)
	if result.Action == actionReplace && prior.State != nil && len(result.Plan.Diagnostics.Errors()) == 0 {
		// The second plan of a replacement gets the private state of the first.
		result.Plan = s.Plan(ctx, l.typeName, stored{Private: result.Plan.Private}, config)
		// Terraform shows the warnings of the second plan only beside an error.
		if len(result.Plan.Diagnostics.Errors()) > 0 {
			result.Diagnostics = append(result.Diagnostics, result.Plan.Diagnostics...)
		}
	}

	return result
}

func (l lifecycle) decide(current *instance, prior stored, config values, plan planned, options runOptions) action {
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

func (l lifecycle) apply(
	ctx context.Context,
	s *protocolServer,
	current *instance,
	config values,
	decided run,
	options runOptions,
) diagnostics {
	var found diagnostics

	prior := current.stored

	switch decided.Action {
	case actionDelete:
		return l.destroy(ctx, s, &current.stored, decided.Plan.Private)
	case actionReplace:
		if options.CreateBeforeDestroy {
			old := current.stored
			current.Deposed = &old
		} else if found = l.destroy(ctx, s, &current.stored, decided.Plan.Private); len(found.Errors()) > 0 {
			return found
		}

		*current = instance{Deposed: current.Deposed}
		prior = stored{}
	}
	// Terraform plans once more right before it applies, and takes that plan.
	again := s.Plan(ctx, l.typeName, prior, config)
	if len(again.Diagnostics.Errors()) > 0 {
		return append(found, again.Diagnostics...)
	}

	result := s.Apply(ctx, l.typeName, prior, again, config)
	found = append(found, result.Diagnostics...)
	current.stored = result.stored
	current.Tainted = prior.State == nil && result.State != nil && len(result.Diagnostics.Errors()) > 0

	return append(found, l.settleDeposed(ctx, s, current, len(found.Errors()) > 0)...)
}

// settleDeposed destroys what a create_before_destroy has replaced, or takes it back when nothing came of the creation.
func (l lifecycle) settleDeposed(ctx context.Context, s *protocolServer, current *instance, failed bool) diagnostics {
	switch {
	case current.Deposed == nil:
		return nil
	case current.State == nil:
		*current = instance{stored: *current.Deposed}
		return nil
	case failed:
		return nil
	}

	plan := s.Plan(ctx, l.typeName, *current.Deposed, nil)
	if len(plan.Diagnostics.Errors()) > 0 {
		return plan.Diagnostics
	}

	found := append(plan.Diagnostics, l.destroy(ctx, s, current.Deposed, plan.Private)...)
	if current.Deposed.State == nil {
		current.Deposed = nil
	}

	return found
}

func (l lifecycle) destroy(ctx context.Context, s *protocolServer, object *stored, private []byte) diagnostics {
	result := s.Apply(ctx, l.typeName, *object, planned{stored: stored{Private: private, Identity: object.Identity}}, nil)
	*object = result.stored

	return result.Diagnostics
}

func equal(a, b any) bool { return reflect.DeepEqual(a, b) }
