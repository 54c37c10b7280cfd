package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-log/tflog"

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

// start requests the creation, and returns the deployment. The errors are those of createOnce.
func (c *deploymentCreation) start(ctx context.Context) (*fireworks.Deployment, error) {
	tflog.Info(ctx, "Requesting creation of deployment", map[string]any{"deployment": c.name.String()})

	return createOnce[fireworks.Deployment]{
		find: c.find,
		send: func(ctx context.Context) (*fireworks.Deployment, error) {
			created, err := c.data.client.CreateDeployment(ctx, c.request)
			return &created, err
		},
		describe:      c.describe,
		retryConflict: func() bool { return c.data.isReusable(c.name) },
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
	case deploymentStates.isDeleted(string(found.State)) && c.data.isReusable(c.name):
		return nil, nil //nolint:nilnil // its ID is about to become free
	}

	c.existing = &found

	return &found, nil
}

// describe leaves out the shape: a dropped one is reported afterwards, because a deployment that was created must not
// be forgotten.
func (c *deploymentCreation) describe(d *fireworks.Deployment) createdObject {
	object := createdObject{name: d.Name, created: d.CreateTime.Time()}
	if d.BaseModel != c.config.BaseModel.ValueString() {
		object.differs = "its base model is " + d.BaseModel
	}

	return object
}

func (c *deploymentCreation) addError(ctx context.Context, diags *diag.Diagnostics, err error) {
	if errors.Is(err, errAlreadyExists) && c.existing != nil {
		addDeploymentExists(diags, c.data.client, c.name, *c.existing)
		return
	}

	c.data.addDeploymentNotCreated(ctx, diags, c.name, err)
}

// checkShape reports an error if the platform dropped the shape, and returns whether it did not. The deployment is then
// tainted: on other hardware than requested it is not the one that is wanted.
func (c *deploymentCreation) checkShape(diags *diag.Diagnostics, api fireworks.Deployment) bool {
	shape := c.config.DeploymentShape.ValueString()
	if shape == "" || shapeSatisfies(shape, api.DeploymentShape) {
		return true
	}

	addShapeNotApplied(diags, "The platform created deployment "+c.name.String(), shape, api.DeploymentShape)

	return false
}

// deploymentWait describes a wait for a deployment; last is what was last seen of it, nil if nothing.
func (r *deploymentResource) deploymentWait(name fireworks.DeploymentName, last *fireworks.Deployment) stateWait[fireworks.Deployment] {
	return stateWait[fireworks.Deployment]{
		last: last,
		get: func(ctx context.Context) (fireworks.Deployment, error) {
			return r.data.client.GetDeploymentOnce(ctx, name)
		},
		observe: observeDeployment,
		states:  deploymentStates,
	}
}

func observeDeployment(d fireworks.Deployment) observation {
	return observation{State: string(d.State), Status: d.Status, Replicas: d.ReplicaStats}
}

// waitUntilReady waits for a deployment that is being created or updated; last is what was last seen of it, nil if
// nothing. It returns what it saw last, nil if the deployment does not exist.
func (r *deploymentResource) waitUntilReady(
	ctx context.Context, name fireworks.DeploymentName, last *fireworks.Deployment,
) (*fireworks.Deployment, *waitError) {
	return waitForState(ctx, r.data.newWaiter(deploymentSubject(name)), r.deploymentWait(name, last))
}

// waitForInference waits until a deployment that is ready responds to an inference request.
func (r *deploymentResource) waitForInference(
	ctx context.Context, diags *diag.Diagnostics, name fireworks.DeploymentName,
) *waitError {
	return r.data.waitForInference(ctx, diags, deploymentSubject(name), name.String(), fireworks.DeploymentStateReady)
}
