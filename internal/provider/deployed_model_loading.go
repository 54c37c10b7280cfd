package provider

import (
	"context"
	"errors"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// errNotListed is the result of a create request that the API reports as a duplicate of one whose response was lost, while
// the list of deployed models does not contain the result.
var errNotListed = errors.New("the list of deployed models does not contain the model")

// loading loads one model onto a deployment exactly once.
type loading struct {
	data *providerData
	pair loadedPair
	// existing is the deployed model that was found before the request, nil if there was none.
	existing *fireworks.DeployedModel
}

// start requests that the model is loaded, and returns the deployed model. The platform chooses its ID, so after a lost response
// it is identified by the model and the deployment.
func (l *loading) start(ctx context.Context, fields fireworks.Fields) (*fireworks.DeployedModel, error) {
	created, err := createOnce[fireworks.DeployedModel]{
		find: l.find,
		send: func(ctx context.Context) (*fireworks.DeployedModel, error) {
			created, err := l.data.client.CreateDeployedModel(ctx, l.pair.Deployment.AccountID, fields)
			return &created, err
		},
		clock:      l.data.clock,
		maxRetries: l.data.client.MaxRetries(),
	}.do(ctx)
	if err == nil && created == nil {
		err = &lostResponseError{errNotListed}
	}

	return created, err
}

func (l *loading) find(ctx context.Context) (*fireworks.DeployedModel, error) {
	all, err := l.data.client.ListDeployedModels(ctx, l.pair.Deployment.AccountID)
	if err != nil {
		return nil, err
	}

	l.existing = findLoaded(all, l.pair)

	return l.existing, nil
}

func findLoaded(all []fireworks.DeployedModel, pair loadedPair) *fireworks.DeployedModel {
	for i := range all {
		if pair.matches(all[i]) {
			return &all[i]
		}
	}

	return nil
}

// waitUntilDeployed waits until the model is loaded. It returns what was last seen of it, last if nothing was.
func (d *providerData) waitUntilDeployed(
	ctx context.Context, w *waiter, name fireworks.DeployedModelName, last *fireworks.DeployedModel,
) (*fireworks.DeployedModel, error) {
	get := func(ctx context.Context) (fireworks.DeployedModel, error) {
		return d.client.GetDeployedModelOnce(ctx, name)
	}

	last, err := waitForState(ctx, w, stateWait[fireworks.DeployedModel]{
		last:    last,
		get:     get,
		state:   func(m fireworks.DeployedModel) string { return string(m.State) },
		pending: []string{fireworks.DeployedModelStateDeploying, fireworks.DeployedModelStateUpdating},
		target:  []string{fireworks.DeployedModelStateDeployed},
		failed:  fireworks.DeployedModel.LastOperationFailed,
	})

	if ctx.Err() != nil {
		last = lastKnown(ctx, get, last)
	}

	return last, err
}

// unload unloads the model and waits until the deployed model no longer exists. Without its deployment it does not.
func (d *providerData) unload(ctx context.Context, name fireworks.DeployedModelName, deployment string) error {
	err := d.client.DeleteDeployedModel(ctx, name)
	if err == nil {
		err = waitUntilGone(ctx, d.newWaiter().immediate(), func(ctx context.Context) (fireworks.DeployedModel, error) {
			return d.client.GetDeployedModelOnce(ctx, name)
		}, nil)
	}

	if err == nil || fireworks.IsNotFound(err) || d.isDeploymentGone(ctx, deployment) {
		return nil
	}

	return err
}

func (d *providerData) isDeploymentGone(ctx context.Context, deployment string) bool {
	name, err := fireworks.ParseDeploymentName(deployment)
	if err != nil {
		return false
	}

	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastCheckTimeout)
	defer cancel()

	found, err := d.client.GetDeployment(ctx, name)

	return fireworks.IsNotFound(err) || err == nil && found.State == fireworks.DeploymentStateDeleted
}
