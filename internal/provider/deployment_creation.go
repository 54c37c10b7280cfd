package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// deploymentCreation creates one deployment exactly once.
type deploymentCreation struct {
	data    *providerData
	config  *deployment
	name    fireworks.DeploymentName
	request fireworks.CreateDeploymentRequest
	// existing is the deployment that has the ID already, nil if none was found.
	existing *fireworks.Deployment
}

func (r *deploymentResource) newCreation(config *deployment, name fireworks.DeploymentName) *deploymentCreation {
	return &deploymentCreation{data: r.data, config: config, name: name, request: config.createRequest(name)}
}

// start requests the creation. It returns the deployment, nil if it was created but cannot be read yet.
func (c *deploymentCreation) start(ctx context.Context) (*fireworks.Deployment, error) {
	return createOnce[fireworks.Deployment]{
		find: c.find,
		send: func(ctx context.Context) (*fireworks.Deployment, error) {
			created, err := c.data.client.CreateDeployment(ctx, c.request)
			return &created, err
		},
		// A dropped shape is reported afterwards: a deployment that was created must not be forgotten.
		isOurs:        func(d *fireworks.Deployment) bool { return d.BaseModel == c.config.BaseModel.ValueString() },
		retryConflict: func(error) bool { return c.data.isReusable(c.name) },
		clock:         c.data.clock,
		maxRetries:    c.data.client.MaxRetries(),
	}.do(ctx)
}

func (c *deploymentCreation) find(ctx context.Context) (*fireworks.Deployment, error) {
	found, err := c.data.client.GetDeployment(ctx, c.name)

	switch {
	case fireworks.IsNotFound(err):
		return nil, nil //nolint:nilnil // a deployment that does not exist is not an error
	case err != nil:
		return nil, err
	case found.State == fireworks.DeploymentStateDeleted && c.data.isReusable(c.name):
		return nil, nil //nolint:nilnil // its ID is about to become free
	}

	c.existing = &found

	return &found, nil
}

func (c *deploymentCreation) addError(ctx context.Context, diags *diag.Diagnostics, err error) {
	if errors.Is(err, errAlreadyExists) && c.existing != nil {
		addDeploymentExists(diags, c.data.client, c.name, *c.existing)
		return
	}

	addNotCreated(ctx, diags, c.name, err)
}

// checkShape reports an error if the platform dropped the shape, and returns whether it did not. The deployment is then tainted:
// on other hardware than requested it is not the one that is wanted.
func (c *deploymentCreation) checkShape(diags *diag.Diagnostics, api fireworks.Deployment) bool {
	shape := c.config.DeploymentShape.ValueString()
	if shape == "" || shapeSatisfies(shape, api.DeploymentShape) {
		return true
	}

	addShapeNotApplied(diags, "The platform created deployment "+c.name.String(), shape, api.DeploymentShape)

	return false
}

// waitUntilReady waits for a deployment that is being created or updated; last is what was last seen of it, nil if nothing.
func (r *deploymentResource) waitUntilReady(
	ctx context.Context, name fireworks.DeploymentName, last *fireworks.Deployment,
) (*fireworks.Deployment, error) {
	return waitForState(ctx, r.data.newWaiter(), stateWait[fireworks.Deployment]{
		last: last,
		get: func(ctx context.Context) (fireworks.Deployment, error) {
			return r.data.client.GetDeploymentOnce(ctx, name)
		},
		state:   func(d fireworks.Deployment) string { return string(d.State) },
		pending: []string{fireworks.DeploymentStateCreating, fireworks.DeploymentStateUpdating},
		target:  []string{fireworks.DeploymentStateReady},
	})
}

// lastCheck gets the deployment once more after ctx ended. It returns what was last seen if that fails.
func (r *deploymentResource) lastCheck(
	ctx context.Context, name fireworks.DeploymentName, last *fireworks.Deployment,
) *fireworks.Deployment {
	return lastKnown(ctx, func(ctx context.Context) (fireworks.Deployment, error) {
		return r.data.client.GetDeploymentOnce(ctx, name)
	}, last)
}

// wasDeleted reports whether a wait ended because the deployment was deleted.
func wasDeleted(last *fireworks.Deployment, err error) bool {
	return errors.Is(err, errObjectNotFound) || last != nil && last.State == fireworks.DeploymentStateDeleted
}
