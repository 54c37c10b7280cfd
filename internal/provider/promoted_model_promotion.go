package provider

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

const (
	// interruptGrace is how long the request for a promotion may still be answered after an interrupt:
	// its answer decides whether there is a model to keep in the state.
	interruptGrace = time.Second
	// lastLookTimeout bounds the one look at the model after an interrupt or a timeout.
	lastLookTimeout = 800 * time.Millisecond
	// patience is how long a model may be missing or without a state after its promotion was accepted.
	patience = 30 * time.Second
)

var (
	// errModelExists is a model that was there before the promotion was asked for.
	errModelExists = errors.New("a model with this ID exists already")
	// errNotStarted is what went wrong before the promotion was asked for.
	errNotStarted = errors.New("the promotion was not asked for")
	// errStopped is a promotion of which it is not known whether it was accepted when Terraform or the timeout stopped the wait.
	errStopped = errors.New("stopped before the promotion was confirmed")
)

// unusableModelError is a model that ended in a state from which it does not become ready.
type unusableModelError struct{ model fireworks.Model }

func (e *unusableModelError) Error() string {
	return fmt.Sprintf("the model is in the state %q: %s", e.model.State, e.model.StatusMessage)
}

// missingModelError is a promotion that succeeded, or was answered as if, without a model to show for it.
type missingModelError struct{ name fireworks.ModelName }

func (e *missingModelError) Error() string { return fmt.Sprintf("there is no model %s", e.name) }

// lostResponseError is a promotion whose answer was lost every time, and which left no model to be found.
type lostResponseError struct{ err error }

func (e *lostResponseError) Error() string { return e.err.Error() }
func (e *lostResponseError) Unwrap() error { return e.err }

// promotion is one promotion on its way from the request to a ready model. Asking and waiting are apart,
// so that the state can be written in between, and so that an interrupted wait can be taken up by another process.
type promotion struct {
	client *fireworks.Client
	clock  fireworks.Clock
	pace   fireworks.PollInterval
	name   fireworks.ModelName

	// operation is what to wait for before the model is looked at; nil when there is none.
	operation *fireworks.OperationName
	// model is the last that was seen of it, nil before.
	model *fireworks.Model

	// unreadable is set when the operation cannot be read: then the model alone tells. The operation is remembered all the same.
	unreadable bool
	// connected is set once the API was reached: from then on no failure of the connection is for good.
	connected bool

	begin        time.Time
	statusText   string
	missingSince time.Time
}

func (d *providerData) newPromotion(name fireworks.ModelName) *promotion {
	return &promotion{client: d.client, clock: d.clock, pace: d.pace, name: name, begin: d.clock.Now()}
}

// tell writes one line of the promotion's story to the log, with the time since it began here.
func (p *promotion) tell(ctx context.Context, message string, more map[string]any) {
	fields := map[string]any{"model": p.name.String(), "duration": p.clock.Now().Sub(p.begin).Round(time.Millisecond).String()}
	maps.Copy(fields, more)
	tflog.Info(ctx, message, fields)
}

// ask has the checkpoint promoted, exactly once: after it returned nil the promotion is accepted and the model is ours.
func (p *promotion) ask(ctx context.Context, request fireworks.PromotionRequest) error {
	if problems := fireworks.ValidateModelID(request.OutputModelID); len(problems) > 0 {
		return &fireworks.InvalidModelIDError{Problems: problems}
	}
	// That there is no such model now is what makes a model that is found after a lost answer ours.
	switch found, err := p.find(ctx); {
	case err != nil:
		return fmt.Errorf("%w: %w", errNotStarted, err)
	case found:
		return errModelExists
	}

	graceful, cancel := withGrace(ctx, interruptGrace)
	defer cancel()

	var lost error

	for attempt := 0; ; attempt++ {
		p.tell(ctx, "Asking for the promotion", map[string]any{"checkpoint": request.Checkpoint.String(), "attempt": attempt + 1})

		accepted, err := p.client.Promote(graceful, request)
		if err == nil {
			p.accept(accepted)
			return nil
		}

		if ctx.Err() != nil {
			return p.lastCheck(ctx)
		}

		answerLost := fireworks.IsResponseLost(err)
		if !answerLost && lost == nil {
			return err
		}
		// An earlier request may have been the one that got through: the model decides, not the last answer.
		switch found, findErr := p.find(ctx); {
		case ctx.Err() != nil:
			return p.lastCheck(ctx)
		case found:
			p.tell(ctx, "The answer was lost, but the promotion got through", nil)
			return nil
		case findErr != nil:
			return &lostResponseError{errors.Join(err, findErr)}
		case fireworks.IsConflict(err):
			return nil
		case !answerLost:
			return err
		case attempt >= p.client.MaxRetries():
			return &lostResponseError{err}
		}

		lost = err
		if p.clock.Sleep(ctx, retryDelay(err, attempt)) != nil {
			return p.lastCheck(ctx)
		}
	}
}

// retryDelay is the server's Retry-After, or a second doubled up to ten.
func retryDelay(err error, attempt int) time.Duration {
	var apiError *fireworks.Error
	if errors.As(err, &apiError) && apiError.RetryAfter != nil {
		return *apiError.RetryAfter
	}

	return min(10*time.Second, time.Second<<min(attempt, 4))
}

func (p *promotion) accept(accepted fireworks.Promotion) {
	p.connected = true

	p.model = accepted.Model
	if accepted.Operation == nil {
		return
	}

	if name, err := fireworks.ParseOperationName(accepted.Operation.Name); err == nil {
		p.operation = &name
	}
}

// find tells whether the model exists.
func (p *promotion) find(ctx context.Context) (bool, error) {
	model, err := p.client.GetModel(ctx, p.name)
	switch {
	case err == nil:
		p.model = &model
		return true, nil
	case fireworks.IsNotFound(err):
		return false, nil
	}

	return false, err
}

// lastCheck is the last look when the wait is stopped: a promotion that got through in spite of that must not be lost.
func (p *promotion) lastCheck(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastLookTimeout)
	defer cancel()

	model, err := p.client.GetModelOnce(ctx, p.name)
	if err != nil {
		return errStopped
	}

	p.model = &model

	return nil
}

// withGrace returns a context that outlives ctx by the grace.
func withGrace(ctx context.Context, grace time.Duration) (context.Context, context.CancelFunc) {
	graceful, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		timer := time.AfterFunc(grace, cancel)
		context.AfterFunc(graceful, func() { timer.Stop() })
	})

	return graceful, func() { stop(); cancel() }
}

// wait returns nil once the model is ready. It fails with *fireworks.OperationFailure, *unusableModelError, *missingModelError,
// the error of ctx, or an error of the API that no waiting mends.
func (p *promotion) wait(ctx context.Context, pace fireworks.PollInterval) error {
	if p.isReady() && p.operation == nil {
		return nil
	}

	if err := fireworks.Poll(ctx, p.clock, pace, p.look); err != nil {
		return err
	}

	p.tell(ctx, "The promoted model is ready", nil)

	return nil
}

func (p *promotion) isReady() bool {
	return p.model != nil && p.model.State == fireworks.ModelStateReady
}

// look is one look at the promotion. A name that is not resolved, or a certificate that does not fit, would be a mistake in the
// configuration; after a look that went through it is a network that changes.
func (p *promotion) look(ctx context.Context) (done bool, err error) {
	done, err = p.lookOnce(ctx)

	var connectionError *fireworks.ConnectionError
	switch {
	case err == nil || fireworks.StatusOf(err) != 0:
		p.connected = true
	case p.connected && errors.As(err, &connectionError):
		tflog.Warn(ctx, "The API cannot be reached; asking again", map[string]any{"model": p.name.String(), "error": err.Error()})
		return false, nil
	}

	return done, err
}

// lookOnce asks the operation while it is running, and the model afterwards.
func (p *promotion) lookOnce(ctx context.Context) (done bool, err error) {
	if p.operation != nil && !p.unreadable {
		running, err := p.lookAtOperation(ctx)
		if running || err != nil {
			return false, err
		}

		if p.isReady() {
			return true, nil
		}
	}

	return p.lookAtModel(ctx)
}

func (p *promotion) lookAtOperation(ctx context.Context) (running bool, err error) {
	operation, err := p.client.GetOperation(ctx, *p.operation)
	switch {
	case err != nil && fireworks.IsTransient(err):
		return true, err
	case err != nil && ctx.Err() != nil:
		return true, err
	case err != nil:
		// An operation that cannot be read any more says nothing about the model.
		tflog.Warn(
			ctx,
			"The operation cannot be read; looking at the model instead",
			map[string]any{"operation": p.operation.String(), "error": err.Error()},
		)
		p.unreadable = true

		return false, nil //nolint:nilerr // the model tells how the promotion ends
	}

	if operation.StatusMessage != "" && operation.StatusMessage != p.statusText {
		p.statusText = operation.StatusMessage
		p.tell(ctx, "Promotion: "+operation.StatusMessage, map[string]any{"operation": operation.Name})
	}

	if !operation.Done {
		return true, nil
	}

	if operation.Failure != nil {
		return false, operation.Failure
	}

	p.operation = nil
	if operation.Model != nil && operation.Model.Name == p.name.String() {
		p.model = operation.Model
	}

	return false, nil
}

func (p *promotion) lookAtModel(ctx context.Context) (done bool, err error) {
	model, err := p.client.GetModelOnce(ctx, p.name)
	if fireworks.IsNotFound(err) {
		if p.graceExpired() {
			p.model = nil
			return false, &missingModelError{p.name}
		}

		return false, nil
	}

	if err != nil {
		return false, err
	}

	p.model = &model
	switch model.State {
	case fireworks.ModelStateReady:
		return true, nil
	case fireworks.ModelStateUploading:
		if !model.LastOperationFailed() {
			p.missingSince = time.Time{}
			return false, nil
		}
		// With its operation out of sight, its status is all that tells that nobody is working on it any more.
		if !p.graceExpired() {
			return false, nil
		}
	case fireworks.ModelStateUnspecified, "":
		if !p.graceExpired() {
			return false, nil
		}
	}

	return false, &unusableModelError{model}
}

// graceExpired tells whether the model was not to be seen, said nothing of its state, or told of a failure, for too long.
func (p *promotion) graceExpired() bool {
	now := p.clock.Now()
	if p.missingSince.IsZero() {
		p.missingSince = now
	}

	return now.Sub(p.missingSince) >= patience
}

// modelLeftBehind tells whether a failed promotion left a model behind. When that cannot be told it is taken for there: the state loses nothing then.
func (p *promotion) modelLeftBehind(ctx context.Context) bool {
	found, err := p.find(ctx)
	if err == nil && !found {
		p.model = nil
	}

	return found || err != nil
}
