package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// loading loads one model onto a deployment exactly once.
type loading struct {
	data *providerData
	pair loadedPair
	// existing is the deployed model that was found before the request, nil if there was none.
	existing *fireworks.DeployedModel
}

// start requests that the model is loaded, and returns the deployed model. The platform chooses its ID, so after a lost
// response it is identified by the model and the deployment. The errors are those of createOnce.
func (l *loading) start(ctx context.Context, fields fireworks.Fields) (*fireworks.DeployedModel, error) {
	tflog.Info(ctx, "Requesting loading of model",
		map[string]any{"model": l.pair.Model.String(), "deployment": l.pair.Deployment.String()})

	return createOnce[fireworks.DeployedModel]{
		find: l.find,
		send: func(ctx context.Context) (*fireworks.DeployedModel, error) {
			created, err := l.data.client.CreateDeployedModel(ctx, l.pair.Deployment.AccountID, fields)
			return &created, err
		},
		describe: func(m *fireworks.DeployedModel) createdObject {
			return createdObject{name: m.Name, created: m.CreateTime.Time()}
		},
		clock:      l.data.clock,
		maxRetries: l.data.client.MaxRetries(),
	}.do(ctx)
}

// find returns the deployed model of the pair. A list may lag behind, so the deployed model itself confirms that it
// exists.
func (l *loading) find(ctx context.Context) (*fireworks.DeployedModel, error) {
	all, err := l.data.client.ListDeployedModels(ctx, l.pair.Deployment.AccountID)
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

		found, err := l.data.client.GetDeployedModel(ctx, name)

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
func (r *deployedModelResource) deployedModelWait(
	name fireworks.DeployedModelName, last *fireworks.DeployedModel,
) stateWait[fireworks.DeployedModel] {
	return stateWait[fireworks.DeployedModel]{
		last: last,
		get: func(ctx context.Context) (fireworks.DeployedModel, error) {
			return r.data.client.GetDeployedModelOnce(ctx, name)
		},
		observe: observeDeployedModel,
		states:  deployedModelStates,
	}
}

func observeDeployedModel(m fireworks.DeployedModel) observation {
	return observationOf(m.State, m.Status)
}

// waitUntilDeployed waits until the model is loaded. It returns what it saw last, nil if the deployed model does not
// exist.
func (r *deployedModelResource) waitUntilDeployed(
	ctx context.Context, name fireworks.DeployedModelName, last *fireworks.DeployedModel,
) (*fireworks.DeployedModel, *waitError) {
	return waitForState(ctx, r.data.newWaiter(deployedModelSubject(name)), r.deployedModelWait(name, last))
}

// waitForInference waits until a loaded model responds to an inference request, if that is configured and its
// deployment is not parked.
func (r *deployedModelResource) waitForInference(
	ctx context.Context, diags *diag.Diagnostics, plan *deployedModel,
) *waitError {
	pair, _ := plan.pair()
	name, _ := plan.deployedModelName()

	if !plan.WaitForInference.ValueBool() {
		return nil
	}

	if d, err := r.data.client.GetDeployment(ctx, pair.Deployment); err == nil && d.MaxReplicaCount == 0 {
		return nil
	}

	return r.data.waitForInference(ctx, diags, deployedModelSubject(name), pair.String(), fireworks.DeployedModelStateDeployed)
}

// resume waits for a model that an earlier apply started to load. It returns nil if the model is not loaded, and how the
// wait failed.
func (r *deployedModelResource) resume(
	ctx context.Context, diags *diag.Diagnostics, plan *deployedModel, name fireworks.DeployedModelName,
) (*fireworks.DeployedModel, *waitError) {
	limits := plan.Timeouts

	ctx, cancel := withTimeout(ctx, "timeouts.create", limits.Create, defaultLoadTimeout, diags)
	defer cancel()

	if diags.HasError() {
		return nil, nil
	}

	waiter := r.data.newWaiter(deployedModelSubject(name)).immediate()

	last, failure := waitForState(ctx, waiter, r.deployedModelWait(name, nil))
	if failure == nil {
		failure = r.waitForInference(ctx, diags, plan)
	}

	if failure != nil {
		failure.report(diags, deployedModelSubject(name), phaseResume)
		return nil, failure
	}

	return last, nil
}

// unload unloads the model and waits until the deployed model no longer exists. Without its deployment it does not.
func (r *deployedModelResource) unload(ctx context.Context, name fireworks.DeployedModelName, deployment string) error {
	err := deletion[fireworks.DeployedModel]{
		data: r.data, subject: deployedModelSubject(name), wait: r.deployedModelWait(name, nil),
		request: func(ctx context.Context) error { return r.data.client.DeleteDeployedModel(ctx, name) },
	}.run(ctx)

	if err != nil && r.data.isDeploymentGone(ctx, deployment) {
		return nil
	}

	return err
}
