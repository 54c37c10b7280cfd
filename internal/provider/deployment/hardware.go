// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// Beside a deployment shape, accelerator_type, accelerator_count and precision are assertions: they are compared at
// plan time, and never sent.

// assertsHardware reports whether hardware is configured beside a shape.
func (d *resourceModel) assertsHardware() bool {
	return !d.DeploymentShape.IsNull() &&
		(attribute.IsKnown(d.AcceleratorType) || attribute.IsKnown(d.AcceleratorCount) ||
			attribute.IsKnown(d.Precision))
}

// checkHardware compares the hardware that is configured beside a shape with that of the shape, or of the deployment
// in the state. What those do not have is not compared.
func (d *resourceModel) checkHardware(have *resourceModel) (diags diag.Diagnostics) {
	if !d.assertsHardware() {
		return nil
	}

	for _, field := range fieldTable {
		wanted, value := field.get(d), field.get(have)
		if !field.asserted || !attribute.IsKnown(wanted) || !attribute.IsKnown(value) ||
			field.satisfies(value, wanted) {
			continue
		}

		want, got := field.means().Describe(wanted, value)
		diags.AddAttributeError(path.Root(field.name), diagnostic.SummaryHardwareDiffers, diagnostic.JoinParagraphs(
			fmt.Sprintf("The deployment shape determines %s, and it is not what is configured.", field.name),
			fmt.Sprintf("  configured: %s\n  shape:      %s", want, got),
			"Set it to the value of the shape, choose another deployment_shape, or remove it."))
	}

	return diags
}

// shapeHardware returns the hardware that a shape stands for.
func shapeHardware(shape fireworks.DeploymentShapeSnapshot) *resourceModel {
	return modelFromAPI(fireworks.Deployment{
		AcceleratorType: shape.AcceleratorType, AcceleratorCount: shape.AcceleratorCount, Precision: shape.Precision,
	})
}

// checkChangedHardware compares the hardware that is configured beside a shape at an update: with the new shape, or
// with the state.
func (r *Resource) checkChangedHardware(ctx context.Context, p *resourcePlan) (diags diag.Diagnostics) {
	if !p.Config.assertsHardware() || !attribute.IsKnown(p.Plan.DeploymentShape) {
		return nil
	}

	if p.Plan.DeploymentShape.Equal(p.State.DeploymentShape) {
		return diagnostic.WithHint(p.Config.checkHardware(&p.State), diagnostic.DestroyInsteadHint)
	}

	name, err := fireworks.ParseDeploymentShapeName(p.Plan.DeploymentShape.ValueString())
	if err != nil {
		return nil
	}

	return r.Data.RunPlanChecks(ctx, func(ctx context.Context) (diags diag.Diagnostics) {
		version, err := lookUpDeploymentShape(ctx, r.Data, name)
		if err != nil {
			providerdata.AddNotChecked(&diags, path.Root("deployment_shape"),
				diagnostic.SummaryDeploymentShapeNotChecked,
				fmt.Sprintf("Whether the deployment shape %s has the hardware that is configured was not checked.",
					name),
				err)

			return diags
		}

		return diagnostic.WithHint(p.Config.checkHardware(shapeHardware(version.DeploymentShapeSnapshot)),
			diagnostic.DestroyInsteadHint)
	})
}
