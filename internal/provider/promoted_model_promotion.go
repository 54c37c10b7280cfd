package provider

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// promotion is one promotion, from the request to a model that is ready. The request and the wait are separate steps,
// so that the state is saved in between, and so that another process can resume a wait that was interrupted.
type promotion struct {
	data   *providerData
	waiter *waiter
	name   fireworks.ModelName

	// operation is the name of what to wait for before the model, "" if there is none or it succeeded.
	operation string
	// unreadable is set once the operation could not be read. It stays the pending operation, while the model decides.
	unreadable bool
	// deleting is set if the model is to be deleted. Then a missing model is not awaited because of an unreadable
	// operation.
	deleting bool
	// model is the model as it was last seen, nil if it was never seen or does not exist.
	model *fireworks.Model
}

func (d *providerData) newPromotion(name fireworks.ModelName) *promotion {
	return &promotion{data: d, waiter: d.newWaiter(modelSubject(name)), name: name}
}

// start requests the promotion exactly once. When it returns nil, the promotion was accepted, and the model is ours.
// The errors are those of createOnce, and *fireworks.InvalidModelIDError.
func (p *promotion) start(ctx context.Context, request fireworks.PromotionRequest) error {
	if problems := fireworks.ValidateModelID(request.OutputModelID); len(problems) > 0 {
		return &fireworks.InvalidModelIDError{Problems: problems}
	}

	p.waiter.log(ctx, "Requesting promotion", map[string]any{"checkpoint": request.Checkpoint.String()})

	model, err := createOnce[fireworks.Model]{
		find: p.findModel,
		send: func(ctx context.Context) (*fireworks.Model, error) {
			accepted, err := p.data.client.Promote(ctx, request)
			if accepted.Operation != nil {
				p.operation = accepted.Operation.Name
			}

			return accepted.Model, err
		},
		describe: func(m *fireworks.Model) createdObject {
			object := createdObject{name: m.Name, created: m.CreateTime.Time()}
			if base := m.PEFTDetails; base != nil && base.BaseModel != "" && base.BaseModel != request.BaseModel {
				object.differs = "its base model is " + base.BaseModel
			}

			return object
		},
		retryConflict: func() bool { return p.data.isReusable(p.name) },
		clock:         p.waiter.clock,
		maxRetries:    p.data.client.MaxRetries(),
	}.do(ctx)
	if err != nil {
		return err
	}

	p.model, p.waiter.reached = model, true

	return nil
}

// findModel returns the model, nil if it does not exist.
func (p *promotion) findModel(ctx context.Context) (*fireworks.Model, error) {
	model, err := p.data.client.GetModel(ctx, p.name)

	switch {
	case fireworks.IsNotFound(err):
		return nil, nil //nolint:nilnil // that the model does not exist is not an error
	case err != nil:
		return nil, err
	}

	return &model, nil
}

// wait waits for the operation, and then for the model to be ready.
func (p *promotion) wait(ctx context.Context) *waitError {
	failure := p.waitForOperation(ctx)
	if failure == nil || failure.end != endInterrupted && failure.end != endTimedOut {
		return failure
	}

	// The state should show the model as it is now.
	ctx, cancel := afterEnd(ctx)
	defer cancel()

	if model, err := p.getModelOnce(ctx); err == nil {
		p.model = &model
		failure.last = p.observe(model)
	}

	return failure
}

// waitForOperation waits for the operation, if there is one, and then for the model.
func (p *promotion) waitForOperation(ctx context.Context) *waitError {
	if p.operation != "" {
		if failure := p.waiter.poll(ctx, p.pollOperation); failure != nil {
			return failure
		}

		p.waiter.immediate()
	}

	var failure *waitError

	p.model, failure = waitForState(ctx, p.waiter, stateWait[fireworks.Model]{
		last:    p.model,
		get:     p.getModelOnce,
		observe: p.observe,
		states:  modelStates,
		missing: func() bool { return p.operation != "" && !(p.deleting && p.unreadable) },
	})

	if failure == nil {
		p.waiter.log(ctx, "Promoted model ready", nil)
	}

	return failure
}

func (p *promotion) getModelOnce(ctx context.Context) (fireworks.Model, error) {
	return p.data.client.GetModelOnce(ctx, p.name)
}

func (p *promotion) observe(m fireworks.Model) observation {
	return observation{
		State: string(m.State), Status: m.Status, Operation: p.operation, Progress: p.waiter.seen.Progress,
	}
}

// pollOperation reports whether there is nothing more to learn from the operation. A failure of the operation is a
// *waitError.
func (p *promotion) pollOperation(ctx context.Context) (done bool, err error) {
	operation, err := p.data.getOperation(ctx, p.operation)

	switch {
	case isUnreadable(err):
		p.waiter.log(ctx, "Operation not readable, polling the model instead", map[string]any{"error": err.Error()})
		p.unreadable = true

		return true, nil
	case err != nil:
		return false, err
	}

	seen := p.waiter.seen
	seen.Operation, seen.Progress = p.operation, operation.StatusMessage
	p.waiter.observe(ctx, seen)

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
func (p *promotion) operationFailed(ctx context.Context, failure *fireworks.OperationFailure) *waitError {
	model, err := p.findModel(ctx)

	switch {
	case failure.Code == codeAlreadyExists, err == nil && model != nil && model.State == fireworks.ModelStateReady:
		p.model = nil
		ended := p.waiter.end(endGone, failure)
		ended.foreign = true

		return ended
	case err == nil && model == nil:
		p.model = nil
		return p.waiter.end(endGone, failure)
	case err == nil:
		p.model = model
		p.waiter.observe(ctx, p.observe(*model))
	}

	return p.waiter.end(endFailed, failure)
}

// codeAlreadyExists is the gRPC code ALREADY_EXISTS.
const codeAlreadyExists = 6

// errOperationName is an operation whose name has another form than the one that can be requested.
var errOperationName = errors.New("the name of the operation has an unknown form")

// getOperation gets an operation once, without retries.
func (d *providerData) getOperation(ctx context.Context, name string) (fireworks.Operation, error) {
	parsed, err := fireworks.ParseOperationName(name)
	if err != nil {
		return fireworks.Operation{}, fmt.Errorf("%w: %w", errOperationName, err)
	}

	return d.client.GetOperation(ctx, parsed)
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
func (r *promotedModelResource) resume(
	ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse, limits timeouts.Value, name fireworks.ModelName,
) *fireworks.Model {
	ctx, cancel := withTimeout(ctx, "timeouts.create", limits.Create, defaultCreateTimeout, &resp.Diagnostics)
	defer cancel()

	if resp.Diagnostics.HasError() {
		return nil
	}

	p := r.data.newPromotion(name)
	p.waiter.immediate()
	p.operation, _ = loadPendingPromotion(ctx, req.Private)
	p.waiter.log(ctx, "Resuming wait for promotion", nil)

	failure := p.wait(ctx)
	failed := failure != nil && failure.end == endFailed

	// After a failure the operation stays pending: it shows whether a model that appears later is ours.
	resp.Diagnostics.Append(savePendingPromotion(ctx, resp.Private, p.operation, failed)...)

	if failure != nil {
		failure.report(&resp.Diagnostics, modelSubject(name), phaseResume)
		return nil
	}

	resp.Diagnostics.Append(savePrivate(ctx, resp.Private, creatingKey, false)...)

	return p.model
}

// promotionKey is the key of the pendingPromotion in the private state.
const promotionKey = "promotion"

// pendingPromotion is a promotion that has not succeeded, as far as is known.
type pendingPromotion struct {
	Operation string `json:"operation,omitempty"`
	// Failed is set when the promotion failed and left a model.
	Failed bool `json:"failed,omitempty"`
}

// savePendingPromotion saves the promotion for a later apply, or clears it when there is nothing to resume or to
// replace.
func savePendingPromotion(ctx context.Context, private privateState, operation string, failed bool) diag.Diagnostics {
	if operation == "" && !failed {
		return clearPrivate(ctx, private, promotionKey)
	}

	return savePrivate(ctx, private, promotionKey, pendingPromotion{Operation: operation, Failed: failed})
}

// loadPendingPromotion returns the operation of the promotion, "" if there is none, and whether the promotion failed.
func loadPendingPromotion(ctx context.Context, private privateReader) (operation string, failed bool) {
	pending, _ := loadPrivate[pendingPromotion](ctx, private, promotionKey)
	return pending.Operation, pending.Failed
}
