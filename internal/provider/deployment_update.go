package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// deploymentUpdate is one update in place.
type deploymentUpdate struct {
	deploymentResource

	name                fireworks.DeploymentName
	plan, config, state deployment
	// pending is set if an earlier apply, or something else, is creating or updating the deployment.
	pending bool
	// hasUnknown is set if the plan contains values that only the API knows.
	hasUnknown bool
	// api is the deployment as it was last seen, nil if it was not requested yet.
	api *fireworks.Deployment
	// fields and tags are what differs between the configuration and the deployment.
	fields fireworks.Fields
	tags   tagChanges
}

// Update changes the deployment in place, after resuming the wait for one that is still being created or updated.
func (r *deploymentResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	u := deploymentUpdate{deploymentResource: *r, hasUnknown: !req.Plan.Raw.IsFullyKnown()}
	resp.Diagnostics.Append(req.Plan.Get(ctx, &u.plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &u.config)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &u.state)...)

	if resp.Diagnostics.HasError() || r.data.requireClient(&resp.Diagnostics) == nil {
		return
	}

	var err error
	if u.name, err = u.state.deploymentName(); err != nil {
		resp.Diagnostics.AddError(summaryDeploymentNotUpdated, err.Error())
		return
	}

	u.pending = deploymentStates.isPending(ctx, u.state.State, req.Private)
	u.config.setDefaults()
	resp.Diagnostics.Append(resp.Identity.Set(ctx, deploymentNames.identity(u.name))...)
	resp.Diagnostics.Append(clearPrivate(ctx, resp.Private, replacedKey)...)

	resp.Diagnostics.Append(u.run(ctx)...)

	if u.api != nil && u.api.State == fireworks.DeploymentStateReady {
		resp.Diagnostics.Append(savePrivate(ctx, resp.Private, creatingKey, false)...)
	}

	if !resp.Diagnostics.HasError() {
		u.plan.fillUnknown(u.api)
		resp.Diagnostics.Append(resp.State.Set(ctx, u.plan)...)

		return
	}

	// After an error the state holds what the platform has, so that the next plan starts from there.
	lastCtx, cancel := afterEnd(ctx)
	defer cancel()

	if current, err := r.data.client.GetDeploymentOnce(lastCtx, u.name); err == nil {
		u.plan.fillUnknown(&current)
		u.plan.refresh(current)
		resp.Diagnostics.Append(resp.State.Set(ctx, u.plan)...)
	}
}

func (u *deploymentUpdate) run(ctx context.Context) (diags diag.Diagnostics) {
	if u.pending {
		u.api = u.resume(ctx, &diags, u.plan.Timeouts, u.name)
		if u.api == nil {
			return diags
		}
	}

	ctx, cancel := withTimeout(ctx, "timeouts.update", u.plan.Timeouts.Update, defaultDeploymentUpdateTimeout, &diags)
	defer cancel()

	if diags.HasError() {
		return diags
	}

	err := u.findChanges(ctx)
	if err == nil {
		err = u.sendChanges(ctx)
	}

	if err == nil {
		err = u.requireAPI(ctx, u.hasUnknown)
	}

	if err != nil {
		u.addNotUpdated(ctx, &diags, err)
		return diags
	}

	if len(u.fields) > 0 {
		diags.Append(u.waitForRollout(ctx)...)
	}

	return diags
}

// findChanges compares the configuration with the deployment: with the state, or with the deployment itself if that was requested.
func (u *deploymentUpdate) findChanges(ctx context.Context) error {
	if err := u.requireAPI(ctx, u.state.Tags.IsNull() && !u.config.Tags.IsNull()); err != nil {
		return err
	}

	current, tags := u.state, tagsOf(u.state.Tags)
	if u.api != nil {
		current.refresh(*u.api)
		tags = u.api.Tags()
	}

	u.fields = u.config.changes(current.served())

	if !u.config.Tags.IsNull() {
		u.tags = newTagChanges(tags, tagsOf(u.config.Tags))
	}

	return nil
}

// requireAPI requests the deployment if it is needed and was not requested yet.
func (u *deploymentUpdate) requireAPI(ctx context.Context, needed bool) error {
	if u.api != nil || !needed {
		return nil
	}

	api, err := u.data.client.GetDeployment(ctx, u.name)
	if err == nil {
		u.api = &api
	}

	return err
}

// sendChanges sends the requests for what differs.
func (u *deploymentUpdate) sendChanges(ctx context.Context) error {
	if len(u.fields) > 0 {
		updated, err := u.data.client.UpdateDeployment(ctx, u.name, u.fields, u.config.SkipShapeValidation.ValueBool())
		if err != nil {
			return err
		}

		u.api = &updated
	}

	return u.tags.apply(ctx, u.data.client, u.name)
}

// waitForRollout waits until the deployment is ready again, and checks that the changes were applied.
func (u *deploymentUpdate) waitForRollout(ctx context.Context) (diags diag.Diagnostics) {
	rollsOut := u.api.State == fireworks.DeploymentStateUpdating

	last, failure := u.waitUntilReady(ctx, u.name, u.api)

	switch {
	case failure != nil && failure.end == endFailed,
		// A status without a rollout is left from an earlier operation.
		failure == nil && rollsOut && last.LastOperationFailed():
		u.api = last
		addRolloutFailed(&diags, u.name, last)

		return diags
	case failure != nil:
		failure.report(&diags, deploymentSubject(u.name), phaseUpdate)
		return diags
	}

	u.api = last

	addNotApplied(&diags, "deployment "+u.name.String(), u.config.notApplied(*last, u.fields))

	return diags
}

func (u *deploymentUpdate) addNotUpdated(ctx context.Context, diags *diag.Diagnostics, err error) {
	if ctx.Err() != nil || fireworks.IsNotFound(err) {
		addNotUpdated(ctx, diags, summaryDeploymentNotUpdated, "deployment "+u.name.String(), err)
		return
	}

	addDeploymentRefused(diags, summaryDeploymentNotUpdated, fmt.Sprintf("Deployment %s was not updated, or not completely.", u.name), err)
}
