// SPDX-License-Identifier: MPL-2.0

// Package router is the resource fireworks_router, a stable name in front of deployments, with the data sources about
// routers.
package router

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// Resource is a name in front of deployments.
type Resource struct{ providerdata.Resource }

var (
	_ resource.ResourceWithConfigure   = (*Resource)(nil)
	_ resource.ResourceWithIdentity    = (*Resource)(nil)
	_ resource.ResourceWithImportState = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan  = (*Resource)(nil)
)

func NewResource() resource.Resource {
	return &Resource{providerdata.Resource{
		TypeName: providerdata.RouterType, SchemaFunc: resourceSchema, IdentitySchemaFunc: routerNames.IdentitySchema,
	}}
}

// Create creates the router with one request. As soon as that is accepted, the state contains the router.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan resourceModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)

	if resp.Diagnostics.HasError() || !r.Data.RequireClient(&resp.Diagnostics) {
		return
	}

	ctx, cancel := lifecycle.WithTimeout(ctx, "timeouts.create", plan.Timeouts.Create, defaultRouterTimeout,
		&resp.Diagnostics)
	defer cancel()

	name := fireworks.RouterName{AccountID: plan.AccountID.ValueString(), RouterID: plan.RouterID.ValueString()}
	if !attribute.IsKnown(plan.AccountID) {
		name.AccountID = r.Data.AccountID(ctx, path.Root("account_id"), "Router "+name.RouterID, &resp.Diagnostics)
	}

	if resp.Diagnostics.HasError() {
		return
	}

	creation := &creation{data: r.Data, plan: &plan, name: name, fields: plan.createFields()}

	defer lifecycle.NoteDeleted(r.Data, resp, name)

	last, err := creation.start(ctx)
	if err != nil {
		creation.addError(ctx, &resp.Diagnostics, err)
		return
	}

	plan.setName(name, r.Data.Client)
	saveCreated(ctx, resp, plan, name, last)

	last, failure := r.waitUntilReady(ctx, name, last)

	if failure != nil && failure.Report(&resp.Diagnostics, subjectOf(name), lifecycle.PhaseCreate) {
		resp.State.RemoveResource(ctx)
		return
	}

	if failure == nil {
		subjectOf(name).WarnNotApplied(&resp.Diagnostics, plan.notApplied(*last, creation.fields))
	}

	saveCreated(ctx, resp, plan, name, last)
}

// saveCreated saves what is known of the router in the state.
func saveCreated(
	ctx context.Context, resp *resource.CreateResponse, plan resourceModel, name fireworks.RouterName,
	last *fireworks.Router,
) {
	isReady := last != nil && last.State == fireworks.RouterStateReady

	plan.fillUnknown(last)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, routerNames.Identity(name))...)
	resp.Diagnostics.Append(lifecycle.SavePrivate(ctx, resp.Private, lifecycle.CreatingKey, !isReady)...)
}

// Read refreshes the state from the API.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state resourceModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)

	if resp.Diagnostics.HasError() {
		return
	}

	name := routerNames.InState(ctx, state.ID, resp.Identity, &resp.Diagnostics)
	r.Data.Plans.Refresh(state.managed())

	if r.Data.Client == nil || resp.Diagnostics.HasError() {
		return
	}

	api, err := r.Data.Client.GetRouter(ctx, name)
	if !lifecycle.Found(ctx, r.Data, resp, subjectOf(name), name.String(), err) {
		return
	}

	isReady := api.State == fireworks.RouterStateReady

	state.setName(name, r.Data.Client)
	state.refresh(api)
	r.Data.Plans.Refresh(state.managed())
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	resp.Diagnostics.Append(lifecycle.RefreshCreating(ctx, resp.Private, isReady)...)

	if isReady {
		resp.Diagnostics.Append(lifecycle.ClearPrivate(ctx, resp.Private, routerFailedKey)...)
	}

	if lifecycle.RouterStates.IsStranded(ctx, state.State, resp.Private) {
		subjectOf(name).AddUnusable(&resp.Diagnostics, observe(api))
	}
}

// Delete does what the deletion policy says, and waits until a deleted router no longer exists.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state resourceModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)

	if resp.Diagnostics.HasError() {
		return
	}

	ctx, cancel := lifecycle.WithTimeout(ctx, "timeouts.delete", state.Timeouts.Delete, defaultRouterTimeout,
		&resp.Diagnostics)
	defer cancel()

	name := routerNames.InState(ctx, state.ID, resp.Identity, &resp.Diagnostics)

	if resp.Diagnostics.HasError() || !lifecycle.AllowsDeletion(ctx, state.managed(), &resp.Diagnostics) {
		return
	}

	if !r.Data.RequireClient(&resp.Diagnostics) ||
		!lifecycle.RequireAccount(ctx, r.Data, req.Private, &resp.Diagnostics) {
		return
	}

	err := lifecycle.Deletion[fireworks.Router]{
		Data: r.Data, Subject: subjectOf(name), Wait: r.routerWait(name, nil),
		Request: func(ctx context.Context) error { return r.Data.Client.DeleteRouter(ctx, name) },
	}.Run(ctx)
	if err != nil {
		addNotDeleted(ctx, r.Data, &resp.Diagnostics, name, err)
		return
	}

	r.Data.DeletedNames.Put(name.String(),
		providerdata.DeletedObject{At: r.Data.Clock.Now(), What: state.describe()})
}

// ImportState imports a router by its full name, its bare ID, or its identity. One that the platform created is refused
// here, so that an import block fails in the plan.
func (r *Resource) ImportState(
	ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse,
) {
	name, ok := routerNames.Import(ctx, r.Data, req, resp)
	if !ok {
		return
	}

	api, err := r.Data.Client.GetRouter(ctx, name)

	switch {
	case err != nil && !fireworks.IsNotFound(err):
		r.Data.AddAPIError(&resp.Diagnostics, path.Empty(), diagnostic.SummaryRouterNotRead,
			fmt.Sprintf("Router %s could not be read.", name), err, "")

		return
	case api.AutoGenerated:
		resp.Diagnostics.AddError(diagnostic.SummaryRouterAutoGenerated, fmt.Sprintf(
			"%s The platform refuses to change or delete it, so Terraform cannot manage it.\n\n"+
				"Refer to the deployment instead, or read the router with the data source fireworks_router.",
			autoGeneratedText(name)))

		return
	}

	resp.Diagnostics.Append(resp.State.Set(ctx, imported(name, r.Data.Client))...)
}
