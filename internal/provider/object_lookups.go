package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// isMissingDeployment reports whether a deployment that a list or another object still names does not exist.
func (d *providerData) isMissingDeployment(ctx context.Context, deployment string) bool {
	name, err := fireworks.ParseDeploymentName(deployment)
	if err != nil {
		return false
	}

	found, err := d.lookUpDeployment(ctx, name)

	return fireworks.IsNotFound(err) || err == nil && found.State == fireworks.DeploymentStateDeleted
}

// isReusable reports whether this process has just deleted the object for good, so that its ID is about to become free.
func (d *providerData) isReusable(name fmt.Stringer) bool {
	deleted, ok := d.deletedNames.get(name.String())
	return ok && d.clock.Now().Sub(deleted) < reuseDelay
}

func (d *providerData) isDeploymentGone(ctx context.Context, deployment string) bool {
	name, err := fireworks.ParseDeploymentName(deployment)
	if err != nil {
		return false
	}

	ctx, cancel := afterEnd(ctx)
	defer cancel()

	found, err := d.client.GetDeployment(ctx, name)
	if fireworks.IsNotFound(err) {
		return d.confirmNotFound(ctx, err) == nil
	}

	return err == nil && found.State == fireworks.DeploymentStateDeleted
}

// lookUpDeployment returns a deployment that other resources refer to, with a request that all resources of this process share.
func (d *providerData) lookUpDeployment(ctx context.Context, name fireworks.DeploymentName) (fireworks.Deployment, error) {
	return d.lookups.deployments.Get(ctx, name.String(), time.Time{}, func(ctx context.Context) (fireworks.Deployment, error) {
		return d.client.GetDeployment(ctx, name)
	})
}

// reuseDelay is how long an ID may remain taken after a deployment was deleted for good.
const reuseDelay = 2 * time.Minute
