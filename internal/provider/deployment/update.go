// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// rolloutPolls is how often a deployment is read after an update until it is known that nothing rolls out: its state
// may change only after the response.
const rolloutPolls = 3

// update is one update in place.
type update struct {
	lifecycle.Object[fireworks.Deployment]

	name        fireworks.DeploymentName
	plan, state resourceModel
	// pending is set if an earlier apply, or something else, is creating or updating the deployment.
	pending bool
	// creating is set if the deployment was never ready since it was created.
	creating bool
	// awaitsInference is set while the deployment is expected to respond to an inference request and has not yet.
	awaitsInference bool
	// resumesRollout is set if an earlier apply did not see its rollout end.
	resumesRollout bool
	// openRollout is set if the rollout failed or was not seen to end, nil if there was none.
	openRollout *bool
	// hasUnknown is set if the plan contains values that only the API knows.
	hasUnknown bool
	// api is the deployment as it was last seen, nil if it was not requested yet.
	api *fireworks.Deployment
	// sent is set once the fields were sent; the tags come after.
	sent bool
	// fields and tags are what differs between the plan and the state.
	fields fireworks.Fields
	tags   tagChanges
}

// Update changes the deployment in place, after resuming the wait for one that is still being created or updated.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, state, name, ok := lifecycle.StartUpdate[resourceModel](ctx, r.Data, providerdata.DeploymentNames, req, resp)
	if !ok {
		return
	}

	u := update{name: name, plan: plan, state: state, hasUnknown: !req.Plan.Raw.IsFullyKnown()}
	u.Object = r.object(u.name, u.plan.WaitForInference.ValueBool())
	u.pending = u.States.IsAwaited(ctx, u.state.State, u.plan.WaitForInference, req.Private)
	u.creating = lifecycle.HasMark(ctx, req.Private, lifecycle.CreatingKey)
	u.resumesRollout = lifecycle.HasMark(ctx, req.Private, rolloutKey)

	resp.Diagnostics.Append(u.run(ctx)...)
	resp.Diagnostics.Append(lifecycle.SavePrivate(ctx, resp.Private, lifecycle.AwaitingInferenceKey,
		u.awaitsInference)...)

	if u.openRollout != nil {
		resp.Diagnostics.Append(lifecycle.SavePrivate(ctx, resp.Private, rolloutKey, *u.openRollout)...)
	}

	if u.api != nil && u.api.State == fireworks.DeploymentStateReady {
		resp.Diagnostics.Append(lifecycle.SavePrivate(ctx, resp.Private, lifecycle.CreatingKey, false)...)
	}

	// After an error the state holds what the platform has, so that the next plan starts from there.
	if resp.Diagnostics.HasError() {
		lastCtx, cancel := lifecycle.AfterEnd(ctx)
		defer cancel()

		u.api = nil
		if current, err := u.GetOnce(lastCtx); err == nil {
			u.api = &current
		}
	}

	lifecycle.SaveUpdated(ctx, resp, &u.plan, &u.state, u.api)
}

func (u *update) run(ctx context.Context) (diags diag.Diagnostics) {
	if u.pending && !u.resume(ctx, &diags) {
		return diags
	}

	ctx, cancel := lifecycle.WithTimeout(ctx, "timeouts.update", u.plan.Timeouts.Update, defaultUpdateTimeout, &diags)
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
func (u *update) resume(ctx context.Context, diags *diag.Diagnostics) bool {
	limits := u.plan.Timeouts

	ctx, cancel := lifecycle.WithTimeout(ctx, "timeouts.create", limits.Create, DefaultCreateTimeout, diags)
	defer cancel()

	if diags.HasError() {
		return false
	}

	last, failure := u.Wait(ctx, nil)
	u.awaitsInference = u.Respond != nil

	if last != nil {
		u.api = last
	}

	if u.resumesRollout && u.rolloutFailed(failure) {
		addRolloutFailed(diags, u.name, u.api)
		return false
	}

	// Before an update, a request would reach, and may wake, replicas with the old settings.
	if failure == nil && len(u.plan.changes(&u.state)) == 0 {
		failure = u.awaitInference(ctx, diags)
	}

	if failure != nil {
		failure.Replaced = u.creating && failure.Last.State == fireworks.DeploymentStateFailed
		failure.Report(diags, u.Subject, lifecycle.PhaseResume)
	}

	return failure == nil
}

// rolloutFailed reports whether the wait for a rollout ended with a failure: the old replicas may serve, so a
// deployment that is ready shows it only in its status.
func (u *update) rolloutFailed(ended *lifecycle.WaitError) bool {
	if ended != nil {
		return ended.End == lifecycle.EndFailed
	}

	return u.api.LastOperationFailed()
}

// awaitInference waits until a deployment that is ready responds to an inference request, if that is configured.
func (u *update) awaitInference(ctx context.Context, diags *diag.Diagnostics) (failure *lifecycle.WaitError) {
	if u.Respond != nil && u.api.MaxReplicaCount > 0 {
		failure = u.Respond(ctx, diags)
	}

	u.awaitsInference = failure != nil

	return failure
}

// findChanges compares the plan with the state. What the state cannot know is requested: the tags, if they were not
// managed before, and the other members of the autoscaling policy.
func (u *update) findChanges(ctx context.Context) error {
	u.fields = u.plan.changes(&u.state)
	policy, changesPolicy := u.fields["autoscaling_policy"].(map[string]any)
	changesTags := attribute.IsKnown(u.plan.Tags) && !u.plan.Tags.Equal(u.state.Tags)

	if err := u.requireAPI(ctx, changesPolicy || changesTags && u.state.Tags.IsNull()); err != nil {
		return lifecycle.NotSent(err)
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

	return lifecycle.CtxError(ctx)
}

// requireAPI requests the deployment if it is needed and was not requested yet.
func (u *update) requireAPI(ctx context.Context, needed bool) error {
	if u.api != nil || !needed {
		return nil
	}

	api, err := u.Get(ctx)
	if err == nil {
		u.api = &api
	}

	return err
}

// sendChanges sends the requests for what differs.
func (u *update) sendChanges(ctx context.Context) error {
	if len(u.fields)+len(u.tags.set)+len(u.tags.remove) > 0 {
		if err := lifecycle.RequireNotDeleting(u.state.State); err != nil {
			return err
		}

		u.LogUpdate(ctx)
	}

	if len(u.fields) > 0 {
		updated, err := u.Data.Client.UpdateDeployment(ctx, u.name, u.fields, u.plan.SkipShapeValidation.ValueBool())
		if err != nil {
			return err
		}

		u.api, u.sent = &updated, true
	}

	return u.tags.apply(ctx, u.Data.Client, u.name)
}

// waitForRollout waits until what the update rolls out is ready, and checks that the changes were applied.
func (u *update) waitForRollout(ctx context.Context) (diags diag.Diagnostics) {
	updating, failure := u.seesRollout(ctx)

	// A deployment that was FAILED before and rolls nothing out is not a failure of this update.
	failedBefore := !updating && u.state.State.ValueString() == fireworks.DeploymentStateFailed
	if failure == nil && rollsOut(u.fields) && !failedBefore {
		var last *fireworks.Deployment
		if last, failure = u.Wait(ctx, u.api); last != nil {
			u.api = last
		}
	}

	switch becomesReady := updating || u.wasParked() || u.awaitsInference; {
	case failure != nil:
		u.awaitsInference = u.Respond != nil && becomesReady
	case u.api.State == fireworks.DeploymentStateReady && becomesReady:
		failure = u.awaitInference(ctx, &diags)
	}

	// A status without a rollout is left from an earlier operation.
	failed := (updating || failure != nil) && u.rolloutFailed(failure)
	if open := failed || failure != nil; open || updating {
		u.openRollout = &open
	}

	switch {
	case failed:
		addRolloutFailed(&diags, u.name, u.api)
	case failure != nil:
		failure.Report(&diags, u.Subject, lifecycle.PhaseUpdate)
	default:
		u.Subject.AddNotApplied(&diags, u.plan.notApplied(*u.api, u.fields))
	}

	return diags
}

// wasParked reports whether the update lets a deployment serve that had no replicas by its configuration.
func (u *update) wasParked() bool {
	return u.state.MaxReplicaCount.ValueInt64() == 0 && u.plan.MaxReplicaCount.ValueInt64() > 0
}

// seesRollout reports whether the update rolls something out, which may become visible only after the response.
func (u *update) seesRollout(ctx context.Context) (bool, *lifecycle.WaitError) {
	isUpdating := func() bool { return u.api.State == fireworks.DeploymentStateUpdating }
	if isUpdating() || !rollsOut(u.fields) {
		return isUpdating(), nil
	}

	polls := 0
	failure := lifecycle.NewWaiter(u.Data, u.Subject).Poll(ctx, func(ctx context.Context) (bool, error) {
		current, err := u.GetOnce(ctx)
		if err != nil {
			return false, err
		}

		u.api = &current
		polls++

		return isUpdating() || polls == rolloutPolls, nil
	})

	return isUpdating(), failure
}

func (u *update) addNotUpdated(ctx context.Context, diags *diag.Diagnostics, err error) {
	if u.AddStopped(ctx, diags, err) {
		return
	}

	what := u.Subject.NotUpdatedText(err)
	if u.sent {
		what = fmt.Sprintf("Deployment %s was not updated completely: the next plan shows what differs.", u.name)
	}

	addRefused(u.Data, diags, diagnostic.SummaryDeploymentNotUpdated, what, err)
}
