// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"context"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// IsMissingDeployment reports whether a deployment that a list or another object still names does not exist.
func IsMissingDeployment(ctx context.Context, d *providerdata.Data, deployment string) bool {
	name, err := fireworks.ParseDeploymentName(deployment)
	if err != nil {
		return false
	}

	found, err := LookUpDeployment(ctx, d, name)

	return fireworks.IsNotFound(err) || err == nil && found.State == fireworks.DeploymentStateDeleted
}

// IsReusable reports whether this process has just deleted the object for good, so that its ID is about to become free.
func IsReusable(d *providerdata.Data, name string) bool {
	deleted, ok := d.DeletedNames.Get(name)
	return ok && d.Clock.Now().Sub(deleted.At) < reuseDelay
}

// IsDeploymentGone reports whether the deployment does not exist any more.
func IsDeploymentGone(ctx context.Context, d *providerdata.Data, deployment string) bool {
	_, gone := DeploymentDeletion(ctx, d, deployment)
	return gone
}

// DeploymentDeletion reports whether the deployment is being deleted, and whether it does not exist any more.
func DeploymentDeletion(ctx context.Context, d *providerdata.Data, deployment string) (deleting, gone bool) {
	name, err := fireworks.ParseDeploymentName(deployment)
	if err != nil {
		return false, false
	}

	ctx, cancel := AfterEnd(ctx)
	defer cancel()

	found, err := d.Client.GetDeployment(ctx, name)
	if fireworks.IsNotFound(err) {
		return false, confirmNotFound(ctx, d, err) == nil
	}

	if err != nil {
		return false, false
	}

	return found.State == fireworks.DeploymentStateDeleting, found.State == fireworks.DeploymentStateDeleted
}

// LookUpDeployment returns a deployment that other resources refer to, with a request that all resources of this
// process share.
func LookUpDeployment(
	ctx context.Context, d *providerdata.Data, name fireworks.DeploymentName,
) (fireworks.Deployment, error) {
	return d.Lookups.Deployments.Get(ctx, name.String(), time.Time{},
		func(ctx context.Context) (fireworks.Deployment, error) {
			return d.Client.GetDeployment(ctx, name)
		})
}

// reuseDelay is how long an ID may remain taken after a deployment was deleted for good.
const reuseDelay = 2 * time.Minute
