package provider

import (
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// router is the resource in a configuration, a plan or a state.
type router struct {
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

// importedRouter returns the state of a router that is imported, before it is read.
func importedRouter(name fireworks.RouterName, client *fireworks.Client) router {
	imported := router{
		Deployments:    types.SetNull(types.StringType),
		DeletionPolicy: types.StringValue(deletionPolicyDelete),
		Timeouts:       noTimeouts(),
	}
	imported.setName(name, client)

	return imported
}

// setName sets the attributes that follow from the name of the router and the base URL of the API.
func (r *router) setName(name fireworks.RouterName, client *fireworks.Client) {
	r.AccountID = types.StringValue(name.AccountID)
	r.RouterID = types.StringValue(name.RouterID)
	r.ID = types.StringValue(name.String())
	r.Name = types.StringValue(name.String())
	r.InferenceModel = types.StringValue(name.String())
	r.InferenceBaseURL = types.StringValue(client.InferenceBaseURL())
}

// routerName returns the name of the router in the state.
func (r *router) routerName() (fireworks.RouterName, error) {
	return fireworks.ParseRouterName(r.ID.ValueString())
}

// members returns the known deployments, sorted.
func (r *router) members() []string {
	names := make([]string, 0, len(r.Deployments.Elements()))

	for _, element := range r.Deployments.Elements() {
		if name, ok := element.(types.String); ok && isKnown(name) {
			names = append(names, name.ValueString())
		}
	}

	slices.Sort(names)

	return names
}

// memberSet returns the set of deployments that the API reports.
func memberSet(names []string) types.Set {
	names = slices.Compact(slices.Sorted(slices.Values(names)))
	elements := make([]attr.Value, len(names))

	for i, name := range names {
		elements[i] = types.StringValue(name)
	}

	return types.SetValueMust(types.StringType, elements)
}

// refresh sets all attributes that the API returns.
func (r *router) refresh(api fireworks.Router) {
	r.Deployments = memberSet(api.Deployments)
	r.Strategy = types.StringValue(api.Strategy())
	r.Model = stringOrNull(api.Model)
	r.Public = types.BoolValue(api.Public)
	r.DisplayName = metadataFromAPI(api.DisplayName, r.DisplayName)
	r.State = stringOrNull(api.State)
	r.CreateTime = stringOrNull(api.CreateTime.String())
	r.CreatedBy = stringOrNull(api.CreatedBy)
}

// fillUnknown sets the unknown attributes from the API, or to null without a response.
func (r *router) fillUnknown(api *fireworks.Router) {
	var returned router
	if api != nil {
		returned.refresh(*api)
	}

	setIfUnknown(&r.Model, returned.Model)
	setIfUnknown(&r.Public, returned.Public)
	setIfUnknown(&r.DisplayName, returned.DisplayName)
	setIfUnknown(&r.State, returned.State)
	setIfUnknown(&r.CreateTime, returned.CreateTime)
	setIfUnknown(&r.CreatedBy, returned.CreatedBy)
}

// createFields returns the fields of the request that creates the router: what is configured, and the strategy.
func (r *router) createFields() fireworks.Fields {
	fields := fireworks.Fields{"deployments": r.members()}
	fireworks.SetRouterStrategy(fields, r.Strategy.ValueString())

	for name, value := range map[string]types.String{"display_name": r.DisplayName, "model": r.Model} {
		if value.ValueString() != "" {
			fields[name] = value.ValueString()
		}
	}

	if isKnown(r.Public) {
		fields["public"] = r.Public.ValueBool()
	}

	return fields
}

// changes returns the fields of an update: those that the plan knows and the state does not have. Of the strategy, that
// is only the new one.
func (r *router) changes(state *router) fireworks.Fields {
	fields := fireworks.Fields{}
	addChangedString(fields, "display_name", r.DisplayName, state.DisplayName)
	addChangedBool(fields, "public", r.Public, state.Public)

	if !r.Deployments.Equal(state.Deployments) {
		fields["deployments"] = r.members()
	}

	if !r.Strategy.Equal(state.Strategy) {
		fireworks.SetRouterStrategy(fields, r.Strategy.ValueString())
	}

	return fields
}

// notApplied returns the values that differ from those of the API, among the fields that were sent.
func (r *router) notApplied(api fireworks.Router, sent fireworks.Fields) (all []unapplied) {
	var reported router
	reported.refresh(api)

	all = addUnappliedText(all, sent, "display_name", r.DisplayName, reported.DisplayName)
	all = addUnappliedBool(all, sent, "public", r.Public, reported.Public)

	if _, ok := sent["deployments"]; ok && !r.Deployments.Equal(reported.Deployments) {
		all = append(all, unapplied{
			name: "deployments", want: strings.Join(r.members(), ", "), got: strings.Join(reported.members(), ", "),
		})
	}

	if _, ok := sent[r.Strategy.ValueString()]; ok && !r.Strategy.Equal(reported.Strategy) {
		all = append(all, unapplied{name: "strategy", want: shownValue(r.Strategy), got: shownValue(reported.Strategy)})
	}

	return all
}

// copyUnsent sets the arguments that an update saves without a request.
func (r *router) copyUnsent(plan *router) {
	r.DeletionPolicy, r.Timeouts = plan.DeletionPolicy, plan.Timeouts
}
