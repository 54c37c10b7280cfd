// SPDX-License-Identifier: MPL-2.0

package router

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
)

// resourceModel is the resource in a configuration, a plan or a state.
type resourceModel struct {
	RouterID         types.String   `tfsdk:"router_id"`
	Deployments      types.Set      `tfsdk:"deployments"`
	AccountID        types.String   `tfsdk:"account_id"`
	Strategy         types.String   `tfsdk:"strategy"`
	Model            types.String   `tfsdk:"model"`
	Public           types.Bool     `tfsdk:"public"`
	DisplayName      types.String   `tfsdk:"display_name"`
	DeletionPolicy   types.String   `tfsdk:"deletion_policy"`
	ID               types.String   `tfsdk:"id"`
	Name             types.String   `tfsdk:"name"`
	InferenceModel   types.String   `tfsdk:"inference_model"`
	InferenceBaseURL types.String   `tfsdk:"inference_base_url"`
	State            types.String   `tfsdk:"state"`
	CreateTime       types.String   `tfsdk:"create_time"`
	CreatedBy        types.String   `tfsdk:"created_by"`
	Timeouts         timeouts.Value `tfsdk:"timeouts"`
}

// imported returns the state of a router that is imported, before it is read.
func imported(name fireworks.RouterName, client *fireworks.Client) resourceModel {
	imported := resourceModel{
		Deployments:    types.SetNull(types.StringType),
		DeletionPolicy: types.StringValue(lifecycle.DeletionPolicyDelete),
		Timeouts:       lifecycle.NoTimeouts(),
	}
	imported.setName(name, client)

	return imported
}

// setName sets the attributes that follow from the name of the router and the base URL of the API.
func (r *resourceModel) setName(name fireworks.RouterName, client *fireworks.Client) {
	r.AccountID = types.StringValue(name.AccountID)
	r.RouterID = types.StringValue(name.RouterID)
	r.ID = types.StringValue(name.String())
	r.Name = types.StringValue(name.String())
	r.InferenceModel = types.StringValue(name.String())
	r.InferenceBaseURL = types.StringValue(client.InferenceBaseURL())
}

// members returns the known deployments, sorted.
func (r *resourceModel) members() []string {
	names := make([]string, 0, len(r.Deployments.Elements()))

	for _, element := range r.Deployments.Elements() {
		if name, ok := element.(types.String); ok && attribute.IsKnown(name) {
			names = append(names, name.ValueString())
		}
	}

	slices.Sort(names)

	return names
}

// hasMembers reports whether the deployments are known and are the given ones. One that is null is none.
func (r *resourceModel) hasMembers(sorted []string) bool {
	return attribute.IsKnown(r.Deployments) && attribute.IsWhollyKnown(r.Deployments) &&
		slices.Equal(r.members(), sorted)
}

// describeDeleted says which router was deleted.
func (r *resourceModel) describeDeleted() string {
	return fmt.Sprintf("router %s with the strategy %s and the deployments %s", r.ID.ValueString(),
		r.Strategy.ValueString(), strings.Join(r.members(), ", "))
}

// Refresh sets all attributes that the API returns. The model, which only a creation can set, stays as it was
// configured, even if the API reports it in another form or not at all: it cannot change before the router is created
// anew, which its create_time shows.
func (r *resourceModel) Refresh(api fireworks.Router) {
	if lifecycle.IsRecreated(r.CreateTime, api.CreateTime) || !attribute.IsKnown(r.Model) {
		r.Model = attribute.StringOrNull(api.Model)
	}

	members := slices.Compact(slices.Sorted(slices.Values(api.Deployments)))
	if !r.hasMembers(members) {
		r.Deployments = types.SetValueMust(types.StringType, attribute.StringList(members).Elements())
	}

	r.Strategy = types.StringValue(api.Strategy())
	r.Public = types.BoolValue(api.Public)
	r.DisplayName = attribute.MetadataFromAPI(api.DisplayName, r.DisplayName)
	r.State = attribute.StringOrNull(api.State)
	r.CreateTime = attribute.StringOrNull(api.CreateTime.String())
	r.CreatedBy = attribute.StringOrNull(api.CreatedBy)
}

// FillUnknown sets the unknown attributes from the API, or to null without a response.
func (r *resourceModel) FillUnknown(api *fireworks.Router) { lifecycle.FillUnknown(r, api) }

// CopyUnsent sets the arguments that an update saves without a request.
func (r *resourceModel) CopyUnsent(plan *resourceModel) {
	r.DeletionPolicy, r.Timeouts = plan.DeletionPolicy, plan.Timeouts
}

// createFields returns the fields of the request that creates the router: what is configured, and the strategy.
func (r *resourceModel) createFields() fireworks.Fields {
	fields := fireworks.Fields{"deployments": r.members()}
	fireworks.SetRouterStrategy(fields, r.Strategy.ValueString())
	attribute.AddConfigured(fields, r, "display_name", "model", "public")

	return fields
}

// changes returns the fields of an update: those that the plan knows and the state does not have. Of the strategy, that
// is only the new one.
func (r *resourceModel) changes(state *resourceModel) fireworks.Fields {
	fields := attribute.Changes(r, state, "display_name", "public")

	if !r.hasMembers(state.members()) {
		fields["deployments"] = r.members()
	}

	if !r.Strategy.Equal(state.Strategy) {
		fireworks.SetRouterStrategy(fields, r.Strategy.ValueString())
	}

	return fields
}

// notApplied returns the values that differ from those of the API, among the fields that were sent.
func (r *resourceModel) notApplied(api fireworks.Router, sent fireworks.Fields) (all []attribute.Unapplied) {
	var reported resourceModel
	reported.Refresh(api)

	all = attribute.NotApplied(r, &reported, sent, "display_name", "public")

	if _, ok := sent["deployments"]; ok && !r.hasMembers(reported.members()) {
		all = append(all, attribute.Unapplied{
			Name: "deployments", Want: strings.Join(r.members(), ", "), Got: strings.Join(reported.members(), ", "),
		})
	}

	if _, ok := sent["model"]; ok && !r.Model.Equal(reported.Model) {
		all = append(all, attribute.Unapplied{Name: "model", CreateOnly: true, Want: attribute.ShownValue(r.Model),
			Got: attribute.ShownValue(reported.Model)})
	}

	if _, ok := sent[r.Strategy.ValueString()]; ok && !r.Strategy.Equal(reported.Strategy) {
		all = append(all, attribute.Unapplied{Name: "strategy", Want: attribute.ShownValue(r.Strategy),
			Got: attribute.ShownValue(reported.Strategy)})
	}

	return all
}
