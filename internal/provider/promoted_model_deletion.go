package provider

import (
	"context"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// deletedDeploymentGrace is how long the API may count a deployment of a model after the deployment was deleted.
const deletedDeploymentGrace = 90 * time.Second

func (r *promotedModelResource) deleteModel(ctx context.Context, name fireworks.ModelName) error {
	err := r.requestDeletion(ctx, name)

	switch {
	case fireworks.IsNotFound(err):
		return nil
	case err != nil:
		return err
	}

	return waitUntilGone(ctx, r.data.newWaiter().immediate(), func(ctx context.Context) (fireworks.Model, error) {
		return r.data.client.GetModelOnce(ctx, name)
	}, nil)
}

// requestDeletion requests the deletion, again as long as it is refused because of deployments that no longer exist.
func (r *promotedModelResource) requestDeletion(ctx context.Context, name fireworks.ModelName) error {
	started := r.data.clock.Now()

	for attempt := 0; ; attempt++ {
		err := r.data.client.DeleteModel(ctx, name)
		if !fireworks.IsFailedPrecondition(err) || !r.isUndeployed(ctx, name) || r.data.clock.Now().Sub(started) >= deletedDeploymentGrace {
			return err
		}

		if r.data.clock.Sleep(ctx, retryDelay(err, attempt)) != nil {
			return context.Cause(ctx)
		}
	}
}

// isUndeployed reports whether all deployments that the API counts for the model were deleted.
func (r *promotedModelResource) isUndeployed(ctx context.Context, name fireworks.ModelName) bool {
	model, err := r.data.client.GetModel(ctx, name)
	if err != nil {
		return false
	}

	for _, deployment := range model.Deployments {
		deploymentName, err := fireworks.ParseDeploymentName(deployment)
		if err != nil {
			return false
		}

		found, err := r.data.client.GetDeployment(ctx, deploymentName)
		if !fireworks.IsNotFound(err) && (err != nil || found.State != fireworks.DeploymentStateDeleted) {
			return false
		}
	}

	return true
}
