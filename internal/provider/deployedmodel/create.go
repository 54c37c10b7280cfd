// SPDX-License-Identifier: MPL-2.0

package deployedmodel

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// loading loads one model onto a deployment exactly once.
type loading struct {
	data *providerdata.Data
	pair loadedPair
	// existing is the deployed model that was found before the request, nil if there was none.
	existing *fireworks.DeployedModel
}

// start requests that the model is loaded, and returns the deployed model. The platform chooses its ID, so after a lost
// response it is identified by the model and the deployment. The errors are those of CreateOnce.
func (l *loading) start(ctx context.Context, fields fireworks.Fields) (*fireworks.DeployedModel, error) {
	tflog.Info(ctx, "Requesting loading of model",
		map[string]any{"model": l.pair.Model.String(), "deployment": l.pair.Deployment.String()})

	return lifecycle.CreateOnce[fireworks.DeployedModel]{
		Find: l.find,
		Send: func(ctx context.Context) (*fireworks.DeployedModel, error) {
			created, err := l.data.Client.CreateDeployedModel(ctx, l.pair.Deployment.AccountID, fields)
			return &created, err
		},
		Describe: func(m *fireworks.DeployedModel) lifecycle.CreatedObject {
			return lifecycle.CreatedObject{Name: m.Name, Created: m.CreateTime.Time()}
		},
		Clock:      l.data.Clock,
		MaxRetries: l.data.Client.MaxRetries(),
	}.Do(ctx)
}

// find returns the deployed model of the pair. A list may lag behind, so the deployed model itself confirms that it
// exists.
func (l *loading) find(ctx context.Context) (*fireworks.DeployedModel, error) {
	all, err := l.data.Client.ListDeployedModels(ctx, l.pair.Deployment.AccountID)
	if err != nil {
		return nil, err
	}

	for _, listed := range all {
		if !l.pair.matches(listed) {
			continue
		}

		name, err := fireworks.ParseDeployedModelName(listed.Name)
		if err != nil {
			return nil, err
		}

		found, err := l.data.Client.GetDeployedModel(ctx, name)

		switch {
		case fireworks.IsNotFound(err):
			continue
		case err != nil:
			return nil, err
		}

		l.existing = &found

		return &found, nil
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

// deployedModelWait describes a wait for a deployed model; last is what was last seen of it, nil if nothing.
func (r *Resource) deployedModelWait(
	name fireworks.DeployedModelName, last *fireworks.DeployedModel,
) lifecycle.StateWait[fireworks.DeployedModel] {
	return lifecycle.StateWait[fireworks.DeployedModel]{
		Last: last,
		Get: func(ctx context.Context) (fireworks.DeployedModel, error) {
			return r.Data.Client.GetDeployedModelOnce(ctx, name)
		},
		Observe: observe,
		States:  lifecycle.DeployedModelStates,
	}
}

func observe(m fireworks.DeployedModel) lifecycle.Observation {
	return lifecycle.ObservationOf(m.State, m.Status)
}

// waitUntilDeployed waits until the model is loaded. It returns what it saw last, nil if the deployed model does not
// exist.
func (r *Resource) waitUntilDeployed(
	ctx context.Context, name fireworks.DeployedModelName, last *fireworks.DeployedModel,
) (*fireworks.DeployedModel, *lifecycle.WaitError) {
	return lifecycle.WaitForState(ctx, lifecycle.NewWaiter(r.Data, subjectOf(name)), r.deployedModelWait(name, last))
}

// WaitForInference waits until a loaded model responds to an inference request, if that is configured and its
// deployment is not parked.
func (r *Resource) waitForInference(
	ctx context.Context, diags *diag.Diagnostics, plan *resourceModel,
) *lifecycle.WaitError {
	pair, _ := plan.pair()
	name, _ := fireworks.ParseDeployedModelName(plan.ID.ValueString())

	if !plan.WaitForInference.ValueBool() {
		return nil
	}

	if d, err := r.Data.Client.GetDeployment(ctx, pair.Deployment); err == nil && d.MaxReplicaCount == 0 {
		return nil
	}

	return lifecycle.WaitForInference(ctx, r.Data, diags, subjectOf(name), pair.String(),
		fireworks.DeployedModelStateDeployed)
}

// resume waits for a model that an earlier apply started to load. It returns nil if the model is not loaded, and how
// the wait failed.
func (r *Resource) resume(
	ctx context.Context, diags *diag.Diagnostics, plan *resourceModel, name fireworks.DeployedModelName,
) (*fireworks.DeployedModel, *lifecycle.WaitError) {
	limits := plan.Timeouts

	ctx, cancel := lifecycle.WithTimeout(ctx, "timeouts.create", limits.Create, DefaultCreateTimeout, diags)
	defer cancel()

	if diags.HasError() {
		return nil, nil
	}

	waiter := lifecycle.NewWaiter(r.Data, subjectOf(name)).Immediate()

	last, failure := lifecycle.WaitForState(ctx, waiter, r.deployedModelWait(name, nil))
	if failure == nil {
		failure = r.waitForInference(ctx, diags, plan)
	}

	if failure != nil {
		failure.Report(diags, subjectOf(name), lifecycle.PhaseResume)
		return nil, failure
	}

	return last, nil
}

// unload unloads the model and waits until the deployed model no longer exists. Without its deployment it does not.
func (r *Resource) unload(ctx context.Context, name fireworks.DeployedModelName, deployment string) error {
	err := lifecycle.Deletion[fireworks.DeployedModel]{
		Data: r.Data, Subject: subjectOf(name), Wait: r.deployedModelWait(name, nil),
		Request: func(ctx context.Context) error { return r.Data.Client.DeleteDeployedModel(ctx, name) },
	}.Run(ctx)

	if err != nil && lifecycle.IsDeploymentGone(ctx, r.Data, deployment) {
		return nil
	}

	return err
}
