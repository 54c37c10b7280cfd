package provider

import (
	"context"
	"errors"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// promotion is one promotion, from the request to a model that is ready. The request and the wait are separate steps,
// so that the state is saved in between, and so that another process can resume a wait that was interrupted.
type promotion struct {
	client *fireworks.Client
	waiter *waiter
	name   fireworks.ModelName

	// operation is what to wait for before the model, nil if there is none or it succeeded.
	operation *fireworks.OperationName
	// model is the model as it was last seen, nil if it was never seen or does not exist.
	model *fireworks.Model

	started       time.Time
	statusMessage string
}

func (d *providerData) newPromotion(name fireworks.ModelName) *promotion {
	return &promotion{client: d.client, waiter: d.newWaiter(), name: name, started: d.clock.Now()}
}

func (p *promotion) logProgress(ctx context.Context, message string, more map[string]any) {
	fields := map[string]any{
		"model":    p.name.String(),
		"duration": p.waiter.clock.Now().Sub(p.started).Round(time.Millisecond).String(),
	}
	maps.Copy(fields, more)
	tflog.Info(ctx, message, fields)
}

// start requests the promotion exactly once. When it returns nil, the promotion was accepted, and the model is ours.
// The errors are those of createOnce, and *fireworks.InvalidModelIDError.
func (p *promotion) start(ctx context.Context, request fireworks.PromotionRequest) error {
	if problems := fireworks.ValidateModelID(request.OutputModelID); len(problems) > 0 {
		return &fireworks.InvalidModelIDError{Problems: problems}
	}

	p.logProgress(ctx, "Requesting promotion", map[string]any{"checkpoint": request.Checkpoint.String()})

	model, err := createOnce[fireworks.Model]{
		find: p.findModel,
		send: func(ctx context.Context) (*fireworks.Model, error) {
			accepted, err := p.client.Promote(ctx, request)
			if accepted.Operation != nil {
				p.operation = parseOperationName(accepted.Operation.Name)
			}

			return accepted.Model, err
		},
		clock:      p.waiter.clock,
		maxRetries: p.client.MaxRetries(),
	}.do(ctx)
	if err != nil {
		return err
	}

	p.model, p.waiter.reached = model, true

	return nil
}

func parseOperationName(text string) *fireworks.OperationName {
	name, err := fireworks.ParseOperationName(text)
	if err != nil {
		return nil
	}

	return &name
}

// findModel returns the model, nil if it does not exist.
func (p *promotion) findModel(ctx context.Context) (*fireworks.Model, error) {
	model, err := p.client.GetModel(ctx, p.name)
	switch {
	case fireworks.IsNotFound(err):
		return nil, nil //nolint:nilnil // that the model does not exist is not an error
	case err != nil:
		return nil, err
	}

	return &model, nil
}

// outcome is how a wait for a promotion ended.
type outcome int

const (
	// outcomeReady is a model that is ready.
	outcomeReady outcome = iota
	// outcomeInterrupted is a promotion that was still running when Terraform was interrupted.
	outcomeInterrupted
	// outcomeTimedOut is a promotion that was still running when timeouts.create expired.
	outcomeTimedOut
	// outcomeFailedGone is a promotion that failed and left no model.
	outcomeFailedGone
	// outcomeFailedLeft is a promotion that failed and left a model that is not usable.
	outcomeFailedLeft
	// outcomeLost is a promotion whose progress the API does not report, for example because the key was revoked.
	outcomeLost
)

// settle waits until the model is ready, and returns how that ended, with the error unless the model is ready.
func (p *promotion) settle(ctx context.Context) (outcome, error) {
	err := p.wait(ctx)

	var (
		failure    *fireworks.OperationFailure
		unexpected *unexpectedStateError
	)

	switch {
	case err == nil:
		p.operation = nil
		p.logProgress(ctx, "Promoted model ready", nil)

		return outcomeReady, nil
	case isInterrupted(ctx):
		return outcomeInterrupted, err
	case ctx.Err() != nil:
		return outcomeTimedOut, err
	case errors.Is(err, errObjectNotFound):
		return outcomeFailedGone, err
	case errors.As(err, &failure) && !p.modelLeftBehind(ctx):
		return outcomeFailedGone, err
	case errors.As(err, &failure), errors.As(err, &unexpected):
		return outcomeFailedLeft, err
	}

	return outcomeLost, err
}

// wait waits for the operation, and then for the model to be ready.
func (p *promotion) wait(ctx context.Context) error {
	modelWaiter := p.waiter

	if p.operation != nil {
		if err := p.waiter.poll(ctx, p.pollOperation); err != nil {
			return err
		}

		modelWaiter = p.waiter.immediate()
	}

	var err error

	p.model, err = waitForState(ctx, modelWaiter, stateWait[fireworks.Model]{
		last:    p.model,
		get:     p.getModelOnce,
		state:   func(m fireworks.Model) string { return string(m.State) },
		pending: []string{fireworks.ModelStateUploading},
		target:  []string{fireworks.ModelStateReady},
		failed:  fireworks.Model.LastOperationFailed,
	})

	return err
}

func (p *promotion) getModelOnce(ctx context.Context) (fireworks.Model, error) {
	return p.client.GetModelOnce(ctx, p.name)
}

// pollOperation reports whether there is nothing more to learn from the operation.
func (p *promotion) pollOperation(ctx context.Context) (done bool, err error) {
	operation, err := p.client.GetOperation(ctx, *p.operation)

	switch {
	case err != nil && (fireworks.IsTransient(err) || fireworks.StatusOf(err) == 0):
		return false, err
	case err != nil:
		// An operation that can no longer be read says nothing about the model. It stays the pending operation.
		tflog.Warn(ctx, "Operation not readable, polling the model instead",
			map[string]any{"operation": p.operation.String(), "error": err.Error()})

		return true, nil //nolint:nilerr // the model decides
	}

	if operation.StatusMessage != "" && operation.StatusMessage != p.statusMessage {
		p.statusMessage = operation.StatusMessage
		p.logProgress(ctx, "Promotion status changed", map[string]any{"operation": operation.Name, "status": operation.StatusMessage})
	}

	switch {
	case !operation.Done:
		return false, nil
	case operation.Failure != nil:
		return false, operation.Failure
	}

	p.operation = nil
	if operation.Model != nil && operation.Model.Name == p.name.String() {
		p.model = operation.Model
	}

	return true, nil
}

// modelLeftBehind reports whether a failed promotion left a model. When that is not known, the state keeps it.
func (p *promotion) modelLeftBehind(ctx context.Context) bool {
	model, err := p.findModel(ctx)
	if err != nil {
		return true
	}

	p.model = model

	return model != nil
}

// lastCheck gets the model once more after a wait was stopped, so that the state is recent.
func (p *promotion) lastCheck(ctx context.Context) {
	p.model = lastKnown(ctx, p.getModelOnce, p.model)
}

// promotionKey is the key of the pendingPromotion in the private state.
const promotionKey = "promotion"

// pendingPromotion is a promotion that has not succeeded yet, as far as is known.
type pendingPromotion struct {
	Operation string `json:"operation,omitempty"`
	// Failed is set when the promotion failed and left a model.
	Failed bool `json:"failed,omitempty"`
}

// savePendingPromotion saves the promotion for a later apply, or clears it when there is nothing to resume or to replace.
func savePendingPromotion(ctx context.Context, private privateState, operation *fireworks.OperationName, failed bool) diag.Diagnostics {
	if operation == nil && !failed {
		return clearPrivate(ctx, private, promotionKey)
	}

	pending := pendingPromotion{Failed: failed}
	if operation != nil {
		pending.Operation = operation.String()
	}

	return savePrivate(ctx, private, promotionKey, pending)
}

// loadPendingPromotion returns the operation of the promotion, nil if there is none, and whether the promotion failed.
func loadPendingPromotion(ctx context.Context, private privateReader) (operation *fireworks.OperationName, failed bool) {
	pending, _ := loadPrivate[pendingPromotion](ctx, private, promotionKey)
	return parseOperationName(pending.Operation), pending.Failed
}
