// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// creation creates one deployment exactly once.
type creation struct {
	data    *providerdata.Data
	config  *resourceModel
	name    fireworks.DeploymentName
	request fireworks.CreateDeploymentRequest
	// existing is the deployment that has the ID already, nil if none was found.
	existing *fireworks.Deployment
}

func (r *Resource) newCreation(config *resourceModel, name fireworks.DeploymentName) *creation {
	return &creation{data: r.Data, config: config, name: name, request: config.createRequest(name)}
}

// start requests the creation, and returns the deployment. The errors are those of CreateOnce.
func (c *creation) start(ctx context.Context) (*fireworks.Deployment, error) {
	tflog.Info(ctx, "Requesting creation of deployment", map[string]any{"deployment": c.name.String()})

	return lifecycle.CreateOnce[fireworks.Deployment]{
		Find: c.find,
		Send: func(ctx context.Context) (*fireworks.Deployment, error) {
			created, err := c.data.Client.CreateDeployment(ctx, c.request)
			return &created, err
		},
		Describe:      c.Describe,
		RetryConflict: func() bool { return lifecycle.IsReusable(c.data, c.name) },
		Clock:         c.data.Clock,
		MaxRetries:    c.data.Client.MaxRetries(),
	}.Do(ctx)
}

func (c *creation) find(ctx context.Context) (*fireworks.Deployment, error) {
	found, err := c.data.Client.GetDeployment(ctx, c.name)

	switch {
	case fireworks.IsNotFound(err):
		return nil, nil //nolint:nilnil // a deployment that does not exist is not an error
	case err != nil:
		return nil, err
	case lifecycle.DeploymentStates.IsDeleted(string(found.State)) && lifecycle.IsReusable(c.data, c.name):
		return nil, nil //nolint:nilnil // its ID is about to become free
	}

	c.existing = &found

	return &found, nil
}

// Describe leaves out the shape: a dropped one is reported afterwards, because a deployment that was created must not
// be forgotten.
func (c *creation) Describe(d *fireworks.Deployment) lifecycle.CreatedObject {
	object := lifecycle.CreatedObject{Name: d.Name, Created: d.CreateTime.Time()}
	if d.BaseModel != c.config.BaseModel.ValueString() {
		object.Differs = "its base model is " + d.BaseModel
	}

	return object
}

func (c *creation) addError(ctx context.Context, diags *diag.Diagnostics, err error) {
	if errors.Is(err, lifecycle.ErrAlreadyExists) && c.existing != nil {
		addExists(diags, c.data.Client, c.name, *c.existing)
		return
	}

	addNotCreated(ctx, c.data, diags, c.name, err)
}

// checkShape reports an error if the platform dropped the shape, and returns whether it did not. The deployment is then
// tainted: on other hardware than requested it is not the one that is wanted.
func (c *creation) checkShape(diags *diag.Diagnostics, api fireworks.Deployment) bool {
	shape := c.config.DeploymentShape.ValueString()
	if shape == "" || shapeSatisfies(shape, api.DeploymentShape) {
		return true
	}

	addShapeNotApplied(diags, "The platform created deployment "+c.name.String(), shape, api.DeploymentShape)

	return false
}

// deploymentWait describes a wait for a deployment; last is what was last seen of it, nil if nothing.
func (r *Resource) deploymentWait(
	name fireworks.DeploymentName, last *fireworks.Deployment,
) lifecycle.StateWait[fireworks.Deployment] {
	return lifecycle.StateWait[fireworks.Deployment]{
		Last: last,
		Get: func(ctx context.Context) (fireworks.Deployment, error) {
			return r.Data.Client.GetDeploymentOnce(ctx, name)
		},
		Observe: observe,
		States:  lifecycle.DeploymentStates,
	}
}

func observe(d fireworks.Deployment) lifecycle.Observation {
	return lifecycle.Observation{State: string(d.State), Status: d.Status, Replicas: d.ReplicaStats}
}

// waitUntilReady waits for a deployment that is being created or updated; last is what was last seen of it, nil if
// nothing. It returns what it saw last, nil if the deployment does not exist.
func (r *Resource) waitUntilReady(
	ctx context.Context, name fireworks.DeploymentName, last *fireworks.Deployment,
) (*fireworks.Deployment, *lifecycle.WaitError) {
	return lifecycle.WaitForState(ctx, lifecycle.NewWaiter(r.Data, subjectOf(name)), r.deploymentWait(name, last))
}

// WaitForInference waits until a deployment that is ready responds to an inference request.
func (r *Resource) waitForInference(
	ctx context.Context, diags *diag.Diagnostics, name fireworks.DeploymentName,
) *lifecycle.WaitError {
	return lifecycle.WaitForInference(ctx, r.Data, diags, subjectOf(name), name.String(),
		fireworks.DeploymentStateReady)
}

// warnNotApplied warns about what the platform accepted and did not apply to a deployment that is ready.
func (c *creation) warnNotApplied(diags *diag.Diagnostics, last *fireworks.Deployment) {
	if last != nil && last.State == fireworks.DeploymentStateReady && c.checkShape(diags, *last) {
		subjectOf(c.name).WarnNotApplied(diags, c.config.notApplied(*last, c.request.Fields))
	}
}
