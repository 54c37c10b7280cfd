// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// ResourcePlan is one plan of a resource whose model is M.
type ResourcePlan[M any] struct {
	Req  resource.ModifyPlanRequest
	Resp *resource.ModifyPlanResponse
	// Plan and State are what is planned and in the state. Config is what is configured, once ReadConfig was called.
	Plan, State, Config M
	// Replaced is what a replacement would destroy. The resource sets its NeedsAccount.
	Replaced ReplacedObject

	data *providerdata.Data
}

// managed is the model of a resource, M.
type managed[M any] interface {
	*M
	// Managed returns the object in the state. Its name is empty if the state does not contain it yet.
	Managed(ctx context.Context, private PrivateReader) providerdata.ManagedObject
}

// ModifyPlan reports at plan time what would otherwise fail during apply: create plans a new object, or the create half
// of a replacement, and update an object in the state. What they change of the plan is saved.
func ModifyPlan[M any, P managed[M]](
	ctx context.Context, r providerdata.Resource, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
	create, update func(context.Context, *ResourcePlan[M]),
) {
	p := &ResourcePlan[M]{Req: req, Resp: resp, data: r.Data}
	p.read(ctx)

	proposed := p.Plan

	switch {
	case resp.Diagnostics.HasError():
		return
	case req.Plan.Raw.IsNull():
		resp.Diagnostics.Append(planDestroy(ctx, r.Data, r.Kind, P(&p.State).Managed(ctx, req.Private), req.Private)...)
		return
	case req.State.Raw.IsNull():
		create(ctx, p)
	default:
		p.Replaced.ManagedObject = P(&p.State).Managed(ctx, req.Private)
		resp.Diagnostics.Append(planKeep(r.Data, r.Kind, p.Replaced.ManagedObject)...)

		update(ctx, p)
		resp.Diagnostics.Append(SavePrivate(ctx, resp.Private, ReplacedKey, p.Replaced)...)
	}

	resp.Diagnostics.Append(providerdata.SetIfChanged(ctx, &resp.Plan, proposed, p.Plan)...)
	resp.Diagnostics = r.Data.EachCauseOnce(resp.Diagnostics)
}

// read reads the plan and the state. A destroy has only a state, and a creation has none.
func (p *ResourcePlan[M]) read(ctx context.Context) {
	diags := &p.Resp.Diagnostics

	if !p.Req.State.Raw.IsNull() {
		diags.Append(p.Req.State.Get(ctx, &p.State)...)
	}

	switch {
	case p.Req.Plan.Raw.IsNull():
	case p.Req.Plan.Raw.Equal(p.Req.State.Raw):
		// Most plans change nothing, and a comparison takes a third of a conversion.
		p.Plan = p.State
	default:
		diags.Append(p.Req.Plan.Get(ctx, &p.Plan)...)
	}
}

// ReadConfig reads the configuration, which takes a tenth of a plan. Only it shows which arguments are not set.
func (p *ResourcePlan[M]) ReadConfig(ctx context.Context) {
	p.Resp.Diagnostics.Append(p.Req.Config.Get(ctx, &p.Config)...)
}

// CheckCreation runs the checks of a plan without prior state: of a new object, of the create half of a replacement, or
// of a tainted resource. A destroy starts with the same plan, so findings about an object that never became usable are
// warnings, as are those about an object that the refresh has just found to be missing.
func (p *ResourcePlan[M]) CheckCreation(ctx context.Context, c Creation) {
	d, diags := p.data, &p.Resp.Diagnostics
	replaced, isReplacement := LoadPrivate[ReplacedObject](ctx, p.Req.Private, ReplacedKey)

	if c.AccountErr != nil && (isReplacement || IsApplying(p.Req)) {
		c.AddAccountUnknown(d, diags)
		return
	}

	var tainted *providerdata.ManagedObject

	if c.Name != "" {
		var found providerdata.PlanConflict
		if tainted, found = d.Plans.Create(c.Name, replaced.Name); found != providerdata.NoConflict {
			diags.Append(conflictDiagnostics(c.Kind, found, c.Name)...)
			return
		}

		if c.takesRouterID(d) {
			c.addRouterIDTaken(diags)
			return
		}
	}

	switch {
	case IsApplying(p.Req):
	case replaced.Checked:
		// Only this plan of a replacement sees an argument that ignore_changes contains.
		diags.Append(c.checkPolicy(replaced.ManagedObject)...)
	case isReplacement:
		diags.Append(checkReplacement(ctx, d, c, replaced.ManagedObject)...)
	case tainted != nil:
		// The deletion gets this private state, and no other.
		p.Replaced.ManagedObject, p.Replaced.Checked = *tainted, true
		diags.Append(SavePrivate(ctx, p.Resp.Private, ReplacedKey, p.Replaced)...)

		if tainted.NeverUsable {
			AddReplacesFailed(diags, c.Kind, fmt.Sprintf(
				"The %s %s never became usable and is tainted, so this plan replaces it.", tainted.Noun, tainted.Name))
			diags.Append(diagnostic.AsWarnings(c.Check(ctx, tainted.Name))...)
		} else {
			// A warning would also be about a resource that is to create an object which another one has.
			diags.Append(checkReplacement(ctx, d, c, *tainted)...)
		}
	default:
		findings := c.Check(ctx, "")
		if d.Plans.IsMissing(c.Name) {
			findings = diagnostic.AsWarnings(findings)
		}

		diags.Append(diagnostic.WithHint(findings, diagnostic.DestroyPlanHint)...)
	}
}

// RequireReplacement requires a replacement because of the attributes, unless there is an error, and runs its checks:
// Terraform drops the warnings of the second plan of a replacement.
func (p *ResourcePlan[M]) RequireReplacement(ctx context.Context, c Creation, because path.Paths) {
	diags := &p.Resp.Diagnostics

	switch {
	case diags.HasError():
	case c.AccountErr != nil:
		c.AddAccountUnknown(p.data, diags)
	default:
		p.Resp.RequiresReplace = append(p.Resp.RequiresReplace, because...)
		p.Replaced.Checked, c.Because = true, because
		diags.Append(planReplacement(ctx, p.data, c, p.Replaced.ManagedObject)...)
	}
}

// IsApplying reports whether the plan is probably the one that Terraform makes during an apply, right before it creates
// or updates something. OpenTofu does not say so. Then the checks were made before, or are made by the request itself.
func IsApplying(req resource.ModifyPlanRequest) bool { return req.ClientCapabilities.DeferralAllowed }
