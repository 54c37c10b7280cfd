package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// routerResource is a name in front of deployments.
type routerResource struct{ baseResource }

var (
	_ resource.ResourceWithConfigure   = (*routerResource)(nil)
	_ resource.ResourceWithIdentity    = (*routerResource)(nil)
	_ resource.ResourceWithImportState = (*routerResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*routerResource)(nil)
)

func newRouterResource() resource.Resource {
	return &routerResource{baseResource{
		typeName: routerType, schema: routerSchema, identitySchema: routerNames.identitySchema,
	}}
}

// Create creates the router with one request. As soon as that is accepted, the state contains the router.
func (r *routerResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan router
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)

	if resp.Diagnostics.HasError() || r.data.requireClient(&resp.Diagnostics) == nil {
		return
	}

	ctx, cancel := withTimeout(ctx, "timeouts.create", plan.Timeouts.Create, defaultRouterTimeout, &resp.Diagnostics)
	defer cancel()

	name := fireworks.RouterName{AccountID: plan.AccountID.ValueString(), RouterID: plan.RouterID.ValueString()}
	if !isKnown(plan.AccountID) {
		name.AccountID = r.data.accountID(ctx, path.Root("account_id"), "Router "+name.RouterID, &resp.Diagnostics)
	}

	if resp.Diagnostics.HasError() {
		return
	}

	creation := &routerCreation{data: r.data, plan: &plan, name: name, fields: plan.createFields()}

	last, err := creation.start(ctx)
	if err != nil {
		creation.addError(ctx, &resp.Diagnostics, err)
		return
	}

	plan.setName(name, r.data.client)
	saveCreatedRouter(ctx, resp, plan, name, last)

	last, failure := r.waitUntilReady(ctx, name, last)

	if failure != nil && failure.report(&resp.Diagnostics, routerSubject(name), phaseCreate) {
		resp.State.RemoveResource(ctx)
		return
	}

	if failure == nil {
		warnNotApplied(&resp.Diagnostics, "router "+name.String(), plan.notApplied(*last, creation.fields))
	}

	saveCreatedRouter(ctx, resp, plan, name, last)
}

// saveCreatedRouter saves what is known of the router in the state.
func saveCreatedRouter(
	ctx context.Context, resp *resource.CreateResponse, plan router, name fireworks.RouterName, last *fireworks.Router,
) {
	isReady := last != nil && last.State == fireworks.RouterStateReady

	plan.fillUnknown(last)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, routerNames.identity(name))...)
	resp.Diagnostics.Append(savePrivate(ctx, resp.Private, creatingKey, !isReady)...)
}

// Read refreshes the state from the API.
func (r *routerResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state router
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)

	if resp.Diagnostics.HasError() {
		return
	}

	name, err := state.routerName()
	if err != nil {
		resp.Diagnostics.AddError(summaryRouterNotRead, err.Error())
		return
	}

	// Terraform requires an identity even if the router does not exist.
	resp.Diagnostics.Append(resp.Identity.Set(ctx, routerNames.identity(name))...)
	r.data.plans.refresh(state.managed())

	if r.data.client == nil {
		return
	}

	api, err := r.data.client.GetRouter(ctx, name)

	if r.data.isGone(ctx, &resp.Diagnostics, routerSubject(name), summaryRouterNotRead, err) {
		r.data.plans.forget(name.String())
		resp.State.RemoveResource(ctx)

		return
	}

	if err != nil {
		return
	}

	isReady := api.State == fireworks.RouterStateReady

	state.setName(name, r.data.client)
	state.refresh(api)
	r.data.plans.refresh(state.managed())
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	resp.Diagnostics.Append(refreshCreating(ctx, resp.Private, isReady)...)

	if isReady {
		resp.Diagnostics.Append(clearPrivate(ctx, resp.Private, routerFailedKey)...)
	}

	if routerStates.isStranded(ctx, state.State, resp.Private) {
		routerSubject(name).addUnusable(&resp.Diagnostics, observeRouter(api))
	}
}

// Delete does what the deletion policy says, and waits until a deleted router no longer exists.
func (r *routerResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state router
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)

	if resp.Diagnostics.HasError() {
		return
	}

	ctx, cancel := withTimeout(ctx, "timeouts.delete", state.Timeouts.Delete, defaultRouterTimeout, &resp.Diagnostics)
	defer cancel()

	name, err := state.routerName()
	if err != nil {
		resp.Diagnostics.AddError(summaryRouterNotDeleted, err.Error())
	}

	if resp.Diagnostics.HasError() || !state.managed().allowsDeletion(ctx, &resp.Diagnostics) {
		return
	}

	if r.data.requireClient(&resp.Diagnostics) == nil || !r.data.requireAccount(ctx, req.Private, &resp.Diagnostics) {
		return
	}

	err = deletion[fireworks.Router]{
		data: r.data, subject: routerSubject(name), wait: r.routerWait(name, nil),
		request: func(ctx context.Context) error { return r.data.client.DeleteRouter(ctx, name) },
	}.run(ctx)
	if err != nil {
		routerSubject(name).addNotDeleted(ctx, r.data, &resp.Diagnostics, err)
	}
}

// ImportState imports a router by its full name, its bare ID, or its identity. One that the platform created is refused
// here, so that an import block fails in the plan.
func (r *routerResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	client := r.data.requireClient(&resp.Diagnostics)
	if client == nil {
		return
	}

	name, diags := routerNames.imported(ctx, r.data, req)
	resp.Diagnostics.Append(diags...)

	if resp.Diagnostics.HasError() {
		return
	}

	if api, err := client.GetRouter(ctx, name); err == nil && api.AutoGenerated {
		resp.Diagnostics.AddError(summaryRouterAutoGenerated, fmt.Sprintf(
			"%s The platform refuses to change or delete it, so Terraform cannot manage it.\n\n"+
				"Refer to the deployment instead, or read the router with the data source fireworks_router.", autoGeneratedText(name)))

		return
	}

	resp.Diagnostics.Append(resp.State.Set(ctx, importedRouter(name, client))...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, routerNames.identity(name))...)
}
