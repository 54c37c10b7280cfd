package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// Beside a deployment shape, accelerator_type, accelerator_count and precision are assertions: they are compared at
// plan time, and never sent.

// assertsHardware reports whether hardware is configured beside a shape.
func (d *deployment) assertsHardware() bool {
	return !d.DeploymentShape.IsNull() &&
		(isKnown(d.AcceleratorType) || isKnown(d.AcceleratorCount) || isKnown(d.Precision))
}

// checkHardware compares the hardware that is configured beside a shape with that of the shape, or of the deployment
// in the state. What those do not have is not compared.
func (d *deployment) checkHardware(have *deployment) (diags diag.Diagnostics) {
	if !d.assertsHardware() {
		return nil
	}

	for _, field := range deploymentFields {
		wanted, value := field.get(d), field.get(have)
		if !field.asserted || !isKnown(wanted) || !isKnown(value) || field.satisfies(value, wanted) {
			continue
		}

		want, got := field.means().describe(wanted, value)
		diags.AddAttributeError(path.Root(field.name), summaryHardwareDiffers, joinParagraphs(
			fmt.Sprintf("The deployment shape determines %s, and it is not what is configured.", field.name),
			fmt.Sprintf("  configured: %s\n  shape:      %s", want, got),
			"Set it to the value of the shape, choose another deployment_shape, or remove it."))
	}

	return diags
}

// shapeHardware returns the hardware that a shape stands for.
func shapeHardware(shape fireworks.DeploymentShapeSnapshot) *deployment {
	return deploymentFromAPI(fireworks.Deployment{
		AcceleratorType: shape.AcceleratorType, AcceleratorCount: shape.AcceleratorCount, Precision: shape.Precision,
	})
}

// checkChangedHardware compares the hardware that is configured beside a shape at an update: with the new shape, or
// with the state.
func (r *deploymentResource) checkChangedHardware(ctx context.Context, p *deploymentPlan) (diags diag.Diagnostics) {
	if !p.config.assertsHardware() || !isKnown(p.plan.DeploymentShape) {
		return nil
	}

	if p.plan.DeploymentShape.Equal(p.state.DeploymentShape) {
		return withHint(p.config.checkHardware(&p.state), destroyInsteadHint)
	}

	name, err := fireworks.ParseDeploymentShapeName(p.plan.DeploymentShape.ValueString())
	if err != nil {
		return nil
	}

	return r.data.runPlanChecks(ctx, func(ctx context.Context) (diags diag.Diagnostics) {
		version, err := r.data.lookUpDeploymentShape(ctx, name)
		if err != nil {
			addNotChecked(&diags, path.Root("deployment_shape"), summaryDeploymentShapeNotChecked,
				fmt.Sprintf("Whether the deployment shape %s has the hardware that is configured was not checked.", name),
				err)

			return diags
		}

		return withHint(p.config.checkHardware(shapeHardware(version.DeploymentShapeSnapshot)), destroyInsteadHint)
	})
}
