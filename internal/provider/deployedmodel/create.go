// SPDX-License-Identifier: MPL-2.0

package deployedmodel

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// object returns the deployed model as an object of the shared life cycle; plan is what an apply is to reach, nil if it
// does not wait for anything.
func (r *Resource) object(
	name fireworks.DeployedModelName, plan *resourceModel,
) lifecycle.Object[fireworks.DeployedModel] {
	object := lifecycle.Object[fireworks.DeployedModel]{
		Data: r.Data, Subject: subjectOf(name), States: lifecycle.DeployedModelStates,
		Get: func(ctx context.Context) (fireworks.DeployedModel, error) {
			return r.Data.Client.GetDeployedModel(ctx, name)
		},
		GetOnce: func(ctx context.Context) (fireworks.DeployedModel, error) {
			return r.Data.Client.GetDeployedModelOnce(ctx, name)
		},
		Observe: func(api fireworks.DeployedModel) lifecycle.Observation {
			return lifecycle.ObservationOf(api.State, api.Status)
		},
	}

	if plan != nil && plan.WaitForInference.ValueBool() {
		object.Respond = func(ctx context.Context, diags *diag.Diagnostics) *lifecycle.WaitError {
			return r.waitForInference(ctx, diags, object.Subject, plan)
		}
	}

	return object
}

// Create loads the model with one request. As soon as that is accepted, the state contains the deployed model.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, ok := lifecycle.StartCreate[resourceModel](ctx, r.Data, req, resp)
	if !ok {
		return
	}

	ctx, cancel := lifecycle.WithTimeout(ctx, "timeouts.create", plan.Timeouts.Create, DefaultCreateTimeout,
		&resp.Diagnostics)
	defer cancel()

	if resp.Diagnostics.HasError() {
		return
	}

	// The validators have checked both names, also those that were unknown in the plan.
	pair, _ := plan.pair()
	plan.setPair()

	// The platform chooses the name.
	defer r.object(fireworks.DeployedModelName{}, &plan).NoteDeleted(resp)

	fields := plan.createFields()

	created, err := r.load(ctx, pair, fields)
	if err != nil {
		addNotLoaded(ctx, r.Data, &resp.Diagnostics, pair, created, err)
		return
	}

	name, err := fireworks.ParseDeployedModelName(created.Name)
	if err != nil {
		addNotLoaded(ctx, r.Data, &resp.Diagnostics, pair, nil, err)
		return
	}

	plan.setName(name)

	deployed := r.object(name, &plan)

	save := func(last *fireworks.DeployedModel) {
		lifecycle.SaveCreated(ctx, resp, deployed, plan, providerdata.DeployedModelNames.Identity(name), last)
	}

	save(created)

	if last := deployed.AwaitCreated(ctx, resp, created, save); last != nil {
		deployed.Subject.WarnNotApplied(&resp.Diagnostics, plan.notApplied(*last, fields))
	}
}

// load loads a model onto a deployment exactly once. The platform chooses the ID of the deployed model, so after a lost
// response it is identified by the model and the deployment. The results are those of CreateOnce.
func (r *Resource) load(
	ctx context.Context, pair loadedPair, fields fireworks.Fields,
) (*fireworks.DeployedModel, error) {
	tflog.Info(ctx, "Requesting loading of model",
		map[string]any{"model": pair.Model.String(), "deployment": pair.Deployment.String()})

	return lifecycle.CreateOnce[fireworks.DeployedModel]{
		Find: func(ctx context.Context) (*fireworks.DeployedModel, error) { return r.find(ctx, pair) },
		Send: func(ctx context.Context) (*fireworks.DeployedModel, error) {
			created, err := r.Data.Client.CreateDeployedModel(ctx, pair.Deployment.AccountID, fields)
			return &created, err
		},
		Describe: func(m *fireworks.DeployedModel) lifecycle.CreatedObject {
			return lifecycle.CreatedObject{Name: m.Name, Created: m.CreateTime.Time()}
		},
		Clock:      r.Data.Clock,
		MaxRetries: r.Data.Client.MaxRetries(),
	}.Do(ctx)
}

// find returns the deployed model of the pair. A list may lag behind, so the deployed model itself confirms that it
// exists.
func (r *Resource) find(ctx context.Context, pair loadedPair) (*fireworks.DeployedModel, error) {
	all, err := r.Data.Client.ListDeployedModels(ctx, pair.Deployment.AccountID)
	if err != nil {
		return nil, err
	}

	for _, listed := range all {
		if !pair.matches(listed) {
			continue
		}

		name, err := fireworks.ParseDeployedModelName(listed.Name)
		if err != nil {
			return nil, err
		}

		if found, err := r.object(name, nil).Find(ctx); err != nil || found != nil {
			return found, err
		}
	}

	return nil, nil //nolint:nilnil // a model that is not loaded is not an error
}

func findLoaded(all []fireworks.DeployedModel, pair loadedPair) *fireworks.DeployedModel {
	for i := range all {
		if pair.matches(all[i]) {
			return &all[i]
		}
	}

	return nil
}

// waitForInference waits until a loaded model responds to an inference request, unless its deployment is parked.
func (r *Resource) waitForInference(
	ctx context.Context, diags *diag.Diagnostics, subject lifecycle.Subject, plan *resourceModel,
) *lifecycle.WaitError {
	pair, _ := plan.pair()

	if d, err := r.Data.Client.GetDeployment(ctx, pair.Deployment); err == nil && d.MaxReplicaCount == 0 {
		return nil
	}

	return lifecycle.WaitForInference(ctx, r.Data, diags, subject, pair.String(), fireworks.DeployedModelStateDeployed)
}
