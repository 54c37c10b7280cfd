// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// object returns the deployment as an object of the shared life cycle; responds is set if an apply waits for a response
// to an inference request.
func (r *Resource) object(name fireworks.DeploymentName, responds bool) lifecycle.Object[fireworks.Deployment] {
	object := lifecycle.Object[fireworks.Deployment]{
		Data: r.Data, Subject: subjectOf(name), States: lifecycle.DeploymentStates,
		Get: func(ctx context.Context) (fireworks.Deployment, error) { return r.Data.Client.GetDeployment(ctx, name) },
		GetOnce: func(ctx context.Context) (fireworks.Deployment, error) {
			return r.Data.Client.GetDeploymentOnce(ctx, name)
		},
		Observe: func(d fireworks.Deployment) lifecycle.Observation {
			return lifecycle.Observation{State: string(d.State), Status: d.Status, Replicas: d.ReplicaStats}
		},
	}

	if responds {
		object.Respond = func(ctx context.Context, diags *diag.Diagnostics) *lifecycle.WaitError {
			return lifecycle.WaitForInference(ctx, r.Data, diags, object.Subject, name.String(),
				fireworks.DeploymentStateReady)
		}
	}

	return object
}

// Create creates the deployment with one request. As soon as that is accepted, the state contains the deployment.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var config resourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)

	plan, ok := lifecycle.StartCreate[resourceModel](ctx, r.Data, req, resp)
	if !ok {
		return
	}

	config.setDefaults()

	ctx, cancel := lifecycle.WithTimeout(ctx, "timeouts.create", plan.Timeouts.Create, DefaultCreateTimeout,
		&resp.Diagnostics)
	defer cancel()

	name := providerdata.DeploymentNames.ToCreate(ctx, r.Data, plan.AccountID, plan.DeploymentID, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	deployment, request := r.object(name, plan.waitsForInference()), config.createRequest(name)

	defer deployment.NoteDeleted(resp)

	tflog.Info(ctx, "Requesting creation of deployment", map[string]any{"deployment": name.String()})

	created, err := deployment.CreateOnce(
		func(ctx context.Context) (*fireworks.Deployment, error) {
			created, err := r.Data.Client.CreateDeployment(ctx, request)
			return &created, err
		},
		config.describe,
	).Do(ctx)
	if err != nil {
		addNotCreated(ctx, r.Data, &resp.Diagnostics, name, created, err)
		return
	}

	plan.setName(name, r.Data.Client)

	save := func(last *fireworks.Deployment) {
		saved := plan
		if last == nil || last.State != fireworks.DeploymentStateReady {
			saved.hideRegion()
		}

		lifecycle.SaveCreated(ctx, resp, deployment, saved, providerdata.DeploymentNames.Identity(name), last)
	}

	save(created)

	if !config.checkShape(&resp.Diagnostics, name, *created) {
		return
	}

	last := deployment.AwaitCreated(ctx, resp, created, save)
	if last != nil && config.checkShape(&resp.Diagnostics, name, *last) {
		deployment.Subject.WarnNotApplied(&resp.Diagnostics, config.notApplied(*last, request.Fields))
	}
}

// describe leaves out the shape: a dropped one is reported afterwards, because a deployment that was created must not
// be forgotten.
func (d *resourceModel) describe(found *fireworks.Deployment) lifecycle.CreatedObject {
	object := lifecycle.CreatedObject{Name: found.Name, Created: found.CreateTime.Time()}
	if found.BaseModel != d.BaseModel.ValueString() {
		object.Differs = "its base model is " + found.BaseModel
	}

	return object
}

// checkShape reports an error if the platform dropped the configured shape, and returns whether it did not. The
// deployment is then tainted: on other hardware than requested it is not the one that is wanted.
func (d *resourceModel) checkShape(
	diags *diag.Diagnostics, name fireworks.DeploymentName, api fireworks.Deployment,
) bool {
	shape := d.DeploymentShape.ValueString()
	if shape == "" || shapeSatisfies(shape, api.DeploymentShape) {
		return true
	}

	addShapeNotApplied(diags, "The platform created deployment "+name.String(), shape, api.DeploymentShape,
		"The state contains the deployment, which costs money, and the next apply replaces it.")

	return false
}
