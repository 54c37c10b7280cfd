// SPDX-License-Identifier: MPL-2.0

package promotedmodel

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// object returns the model as an object of the shared life cycle.
func object(d *providerdata.Data, name fireworks.ModelName) lifecycle.Object[fireworks.Model] {
	return lifecycle.Object[fireworks.Model]{
		Data: d, Subject: subjectOf(name), States: lifecycle.ModelStates,
		Get:     func(ctx context.Context) (fireworks.Model, error) { return d.Client.GetModel(ctx, name) },
		GetOnce: func(ctx context.Context) (fireworks.Model, error) { return d.Client.GetModelOnce(ctx, name) },
		Observe: func(m fireworks.Model) lifecycle.Observation { return lifecycle.ObservationOf(m.State, m.Status) },
	}
}

// promotion is one promotion, from the request to a model that is ready. The request and the wait are separate steps,
// so that the state is saved in between, and so that another process can resume a wait that was interrupted.
type promotion struct {
	lifecycle.Object[fireworks.Model]

	waiter *lifecycle.Waiter
	name   fireworks.ModelName

	// operation is the name of what to wait for before the model, "" if there is none or it succeeded.
	operation string
	// unreadable is why the operation cannot be read. It stays the pending operation, while the model decides.
	unreadable error
	// deleting is set if the model is to be deleted. Then a missing model is not awaited because of an unreadable
	// operation.
	deleting bool
	// model is the model as it was last seen, nil if it was never seen or does not exist.
	model *fireworks.Model
}

func newPromotion(d *providerdata.Data, name fireworks.ModelName) *promotion {
	return &promotion{Object: object(d, name), waiter: lifecycle.NewWaiter(d, subjectOf(name)), name: name}
}

// start requests the promotion exactly once. When it returns nil, the promotion was accepted and creates the model.
// The errors are those of CreateOnce, and *fireworks.InvalidModelIDError.
func (p *promotion) start(ctx context.Context, request fireworks.PromotionRequest) error {
	if problems := fireworks.ValidateModelID(request.OutputModelID); len(problems) > 0 {
		return &fireworks.InvalidModelIDError{Problems: problems}
	}

	p.waiter.Log(ctx, "Requesting promotion", map[string]any{"checkpoint": request.Checkpoint.String()})

	model, err := p.CreateOnce(
		func(ctx context.Context) (*fireworks.Model, error) {
			accepted, err := p.Data.Client.Promote(ctx, request)
			if accepted.Operation != nil {
				p.operation = accepted.Operation.Name
			}

			return accepted.Model, err
		},
		func(m *fireworks.Model) lifecycle.CreatedObject {
			object := lifecycle.CreatedObject{Name: m.Name, Created: m.CreateTime.Time()}
			if base := m.PEFTDetails; base != nil && base.BaseModel != "" && base.BaseModel != request.BaseModel {
				object.Differs = "its base model is " + base.BaseModel
			}

			return object
		},
	).Do(ctx)
	if err != nil {
		return err
	}

	p.model, p.waiter.Reached = model, true

	return nil
}

// wait waits for the operation, and then for the model to be ready.
func (p *promotion) wait(ctx context.Context) *lifecycle.WaitError {
	failure := p.waitForOperation(ctx)
	if failure == nil || failure.End != lifecycle.EndInterrupted && failure.End != lifecycle.EndTimedOut {
		return failure
	}

	// The state should show the model as it is now.
	ctx, cancel := lifecycle.AfterEnd(ctx)
	defer cancel()

	if model, err := p.GetOnce(ctx); err == nil {
		p.model = &model
		failure.Last = p.observe(model)
	}

	return failure
}

// waitForOperation waits for the operation, if there is one, and then for the model.
func (p *promotion) waitForOperation(ctx context.Context) *lifecycle.WaitError {
	if p.operation != "" {
		if failure := p.waiter.Poll(ctx, p.pollOperation); failure != nil {
			return failure
		}

		p.waiter.Immediate()
	}

	var failure *lifecycle.WaitError

	p.model, failure = lifecycle.WaitForState(ctx, p.waiter, lifecycle.StateWait[fireworks.Model]{
		Last:    p.model,
		Get:     p.GetOnce,
		Observe: p.observe,
		States:  lifecycle.ModelStates,
		Missing: func() bool { return p.operation != "" && (!p.deleting || p.unreadable == nil) },
	})
	if failure == nil {
		p.waiter.Log(ctx, "Promoted model ready", nil)
	}

	return failure
}

func (p *promotion) observe(m fireworks.Model) lifecycle.Observation {
	return lifecycle.Observation{
		State: string(m.State), Status: m.Status, Operation: p.operation, Progress: p.waiter.Seen.Progress,
	}
}

// pollOperation reports whether there is nothing more to learn from the operation. A failure of the operation is a
// *WaitError.
func (p *promotion) pollOperation(ctx context.Context) (done bool, err error) {
	operation, err := getOperation(ctx, p.Data, p.operation)

	switch {
	case isUnreadable(err):
		p.waiter.Log(ctx, "Operation not readable, polling the model instead", map[string]any{"error": err.Error()})
		p.unreadable = err

		return true, nil
	case err != nil:
		return false, err
	}

	seen := p.waiter.Seen
	seen.Operation, seen.Progress = p.operation, operation.StatusMessage
	p.waiter.Observe(ctx, seen)

	switch {
	case !operation.Done:
		return false, nil
	case operation.Failure != nil:
		return false, p.operationFailed(ctx, operation.Failure)
	}

	p.operation = ""
	if operation.Model != nil && operation.Model.Name == p.name.String() {
		p.model = operation.Model
	}

	return true, nil
}

// operationFailed decides what a failed operation means for the model of that name. A model that is ready is not the
// result of a promotion that failed, and neither is one that the operation found.
func (p *promotion) operationFailed(ctx context.Context, failure *fireworks.OperationFailure) *lifecycle.WaitError {
	model, err := p.Find(ctx)

	switch {
	case failure.Code == codeAlreadyExists, err == nil && model != nil && model.State == fireworks.ModelStateReady:
		p.model = nil
		ended := p.waiter.End(lifecycle.EndGone, failure)
		ended.Foreign = true

		return ended
	case err == nil && model == nil:
		p.model = nil
		return p.waiter.End(lifecycle.EndGone, failure)
	case err == nil:
		p.model = model
		p.waiter.Observe(ctx, p.observe(*model))
	}

	return p.waiter.End(lifecycle.EndFailed, failure)
}

// codeAlreadyExists is the gRPC code ALREADY_EXISTS.
const codeAlreadyExists = 6

// errOperationName is an operation whose name has another form than the one that can be requested.
var errOperationName = errors.New("the name of the operation has an unknown form")

// getOperation gets an operation once, without retries.
func getOperation(ctx context.Context, d *providerdata.Data, name string) (fireworks.Operation, error) {
	parsed, err := fireworks.ParseOperationName(name)
	if err != nil {
		return fireworks.Operation{}, fmt.Errorf("%w: %w", errOperationName, err)
	}

	return d.Client.GetOperation(ctx, parsed)
}

// isUnreadable reports whether the error means that the operation cannot be read, now or later. It says nothing about
// the promotion.
func isUnreadable(err error) bool {
	status := fireworks.StatusOf(err)

	return errors.Is(err, errOperationName) ||
		status != 0 && status != http.StatusUnauthorized && !fireworks.IsTransient(err)
}

// resume waits for a promotion that an earlier apply started. It returns nil and an error if the model does not become
// ready.
func (r *Resource) resume(
	ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse, limits timeouts.Value,
	name fireworks.ModelName,
) *fireworks.Model {
	ctx, cancel := lifecycle.WithTimeout(ctx, "timeouts.create", limits.Create, DefaultCreateTimeout, &resp.Diagnostics)
	defer cancel()

	if resp.Diagnostics.HasError() {
		return nil
	}

	p := newPromotion(r.Data, name)
	p.waiter.Immediate()
	p.operation, _ = loadPendingPromotion(ctx, req.Private)
	p.waiter.Log(ctx, "Resuming wait for promotion", nil)

	failure := p.wait(ctx)
	failed := failure != nil && failure.End == lifecycle.EndFailed

	// After a failure the operation stays pending: it shows whether this promotion created a model that appears later.
	resp.Diagnostics.Append(savePendingPromotion(ctx, resp.Private, p.operation, failed)...)

	if failure != nil {
		failure.Replaced = failed
		failure.Report(&resp.Diagnostics, subjectOf(name), lifecycle.PhaseResume)

		return nil
	}

	if p.unreadable != nil {
		warnResultUnknown(&resp.Diagnostics, name, p.unreadable)
	}

	resp.Diagnostics.Append(lifecycle.SavePrivate(ctx, resp.Private, lifecycle.CreatingKey, false)...)

	return p.model
}

// PromotionKey is the key of the pendingPromotion in the private state.
const PromotionKey = "promotion"

// pendingPromotion is a promotion that has not succeeded, as far as is known.
type pendingPromotion struct {
	Operation string `json:"operation,omitempty"`
	// Failed is set when the promotion failed and left a model.
	Failed bool `json:"failed,omitempty"`
}

// savePendingPromotion saves the promotion for a later apply, or clears it when there is nothing to resume or to
// replace.
func savePendingPromotion(
	ctx context.Context, private lifecycle.PrivateState, operation string, failed bool,
) diag.Diagnostics {
	if operation == "" && !failed {
		return lifecycle.ClearPrivate(ctx, private, PromotionKey)
	}

	return lifecycle.SavePrivate(ctx, private, PromotionKey, pendingPromotion{Operation: operation, Failed: failed})
}

// loadPendingPromotion returns the operation of the promotion, "" if there is none, and whether the promotion failed.
func loadPendingPromotion(ctx context.Context, private lifecycle.PrivateReader) (operation string, failed bool) {
	pending, _ := lifecycle.LoadPrivate[pendingPromotion](ctx, private, PromotionKey)
	return pending.Operation, pending.Failed
}
