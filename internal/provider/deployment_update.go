package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// rolloutPolls is how often a deployment is read after an update until it is known that nothing rolls out: its state
// may change only after the response.
const rolloutPolls = 3

// deploymentUpdate is one update in place.
type deploymentUpdate struct {
	deploymentResource

	name        fireworks.DeploymentName
	plan, state deployment
	// pending is set if an earlier apply, or something else, is creating or updating the deployment.
	pending bool
	// awaitsInference is set while the deployment is expected to respond to an inference request and has not yet.
	awaitsInference bool
	// hasUnknown is set if the plan contains values that only the API knows.
	hasUnknown bool
	// api is the deployment as it was last seen, nil if it was not requested yet.
	api *fireworks.Deployment
	// fields and tags are what differs between the plan and the state.
	fields fireworks.Fields
	tags   tagChanges
}

// Update changes the deployment in place, after resuming the wait for one that is still being created or updated.
func (r *deploymentResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	u := deploymentUpdate{deploymentResource: *r, hasUnknown: !req.Plan.Raw.IsFullyKnown()}
	resp.Diagnostics.Append(req.Plan.Get(ctx, &u.plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &u.state)...)

	if resp.Diagnostics.HasError() || r.data.requireClient(&resp.Diagnostics) == nil {
		return
	}

	var err error
	if u.name, err = u.state.deploymentName(); err != nil {
		resp.Diagnostics.AddError(summaryDeploymentNotUpdated, err.Error())
		return
	}

	u.pending = deploymentStates.isPending(ctx, u.state.State, req.Private) ||
		u.plan.WaitForInference.ValueBool() && hasMark(ctx, req.Private, awaitingInferenceKey)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, deploymentNames.identity(u.name))...)
	resp.Diagnostics.Append(clearPrivate(ctx, resp.Private, replacedKey)...)

	resp.Diagnostics.Append(u.run(ctx)...)
	resp.Diagnostics.Append(savePrivate(ctx, resp.Private, awaitingInferenceKey, u.awaitsInference)...)

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

	u.state.copyUnsent(&u.plan)

	if current, err := r.data.client.GetDeploymentOnce(lastCtx, u.name); err == nil {
		u.state.refresh(current)
	}

	resp.Diagnostics.Append(resp.State.Set(ctx, u.state)...)
}

func (u *deploymentUpdate) run(ctx context.Context) (diags diag.Diagnostics) {
	if u.pending && !u.resume(ctx, &diags) {
		return diags
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

// resume waits for a deployment that an earlier apply is creating or updating. It reports whether that is ready.
func (u *deploymentUpdate) resume(ctx context.Context, diags *diag.Diagnostics) bool {
	limits := u.plan.Timeouts

	ctx, cancel := withTimeout(ctx, "timeouts.create", limits.Create, defaultDeploymentCreateTimeout, diags)
	defer cancel()

	if diags.HasError() {
		return false
	}

	waiter := u.data.newWaiter(deploymentSubject(u.name)).immediate()

	last, failure := waitForState(ctx, waiter, u.deploymentWait(u.name, nil))
	u.awaitsInference = u.plan.WaitForInference.ValueBool()

	if failure == nil {
		u.api = last
		failure = u.awaitInference(ctx, diags)
	}

	if failure != nil {
		failure.report(diags, deploymentSubject(u.name), phaseResume)
	}

	return failure == nil
}

// awaitInference waits until a deployment that is ready responds to an inference request, if that is configured.
func (u *deploymentUpdate) awaitInference(ctx context.Context, diags *diag.Diagnostics) (failure *waitError) {
	if u.plan.WaitForInference.ValueBool() && u.api.MaxReplicaCount > 0 {
		failure = u.waitForInference(ctx, diags, u.name)
	}

	u.awaitsInference = failure != nil

	return failure
}

// findChanges compares the plan with the state. What the state cannot know is requested: the tags, if they were not
// managed before, and the other members of the autoscaling policy.
func (u *deploymentUpdate) findChanges(ctx context.Context) error {
	u.fields = u.plan.changes(&u.state)
	policy, changesPolicy := u.fields["autoscaling_policy"].(map[string]any)
	changesTags := isKnown(u.plan.Tags) && !u.plan.Tags.Equal(u.state.Tags)

	if err := u.requireAPI(ctx, changesPolicy || changesTags && u.state.Tags.IsNull()); err != nil {
		return notSent(err)
	}

	if changesPolicy {
		u.fields["autoscaling_policy"] = mergePolicy(u.api.AutoscalingPolicy, policy)
	}

	if changesTags {
		tags := tagsOf(u.state.Tags)
		if u.state.Tags.IsNull() {
			tags = u.api.Tags()
		}

		u.tags = newTagChanges(tags, tagsOf(u.plan.Tags))
	}

	return ctxError(ctx)
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
		updated, err := u.data.client.UpdateDeployment(ctx, u.name, u.fields, u.plan.SkipShapeValidation.ValueBool())
		if err != nil {
			return err
		}

		u.api = &updated
	}

	return u.tags.apply(ctx, u.data.client, u.name)
}

// waitForRollout waits until what the update rolls out is ready, and checks that the changes were applied.
func (u *deploymentUpdate) waitForRollout(ctx context.Context) (diags diag.Diagnostics) {
	updating, failure := u.seesRollout(ctx)

	// A deployment that was FAILED before and rolls nothing out is not a failure of this update.
	failedBefore := !updating && u.state.State.ValueString() == fireworks.DeploymentStateFailed
	if failure == nil && rollsOut(u.fields) && !failedBefore {
		var last *fireworks.Deployment
		if last, failure = u.waitUntilReady(ctx, u.name, u.api); last != nil {
			u.api = last
		}
	}

	if failure == nil && u.api.State == fireworks.DeploymentStateReady && (updating || u.wasParked()) {
		failure = u.awaitInference(ctx, &diags)
	}

	switch {
	case failure != nil && failure.end == endFailed,
		// A status without a rollout is left from an earlier operation.
		failure == nil && updating && u.api.LastOperationFailed():
		addRolloutFailed(&diags, u.name, u.api)
	case failure != nil:
		failure.report(&diags, deploymentSubject(u.name), phaseUpdate)
	default:
		addNotApplied(&diags, "deployment "+u.name.String(), u.plan.notApplied(*u.api, u.fields))
	}

	return diags
}

// wasParked reports whether the update lets a deployment serve that had no replicas by its configuration.
func (u *deploymentUpdate) wasParked() bool {
	return u.state.MaxReplicaCount.ValueInt64() == 0 && u.plan.MaxReplicaCount.ValueInt64() > 0
}

// seesRollout reports whether the update rolls something out, which may become visible only after the response.
func (u *deploymentUpdate) seesRollout(ctx context.Context) (bool, *waitError) {
	isUpdating := func() bool { return u.api.State == fireworks.DeploymentStateUpdating }
	if isUpdating() || !rollsOut(u.fields) {
		return isUpdating(), nil
	}

	polls := 0
	failure := u.data.newWaiter(deploymentSubject(u.name)).poll(ctx, func(ctx context.Context) (bool, error) {
		current, err := u.data.client.GetDeploymentOnce(ctx, u.name)
		if err != nil {
			return false, err
		}

		u.api = &current
		polls++

		return isUpdating() || polls == rolloutPolls, nil
	})

	return isUpdating(), failure
}

func (u *deploymentUpdate) addNotUpdated(ctx context.Context, diags *diag.Diagnostics, err error) {
	if addUpdateStopped(ctx, diags, deploymentSubject(u.name), summaryDeploymentNotUpdated, err) {
		return
	}

	u.data.addDeploymentRefused(diags, summaryDeploymentNotUpdated,
		fmt.Sprintf("Deployment %s was not updated, or not completely.", u.name), err)
}
