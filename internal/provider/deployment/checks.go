// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// planCheck finds at plan time what would make the creation of a deployment fail.
type planCheck struct {
	data *providerdata.Data
	// config is what is configured, with the default replica counts.
	config     *resourceModel
	fullyKnown bool

	creation lifecycle.Creation
	// name is valid if the creation has one.
	name       fireworks.DeploymentName
	deployment lifecycle.Object[fireworks.Deployment]
	// replaced is the name of the deployment that is deleted before, "" if there is none.
	replaced string
	// exists is set by the check that finds a deployment with the ID of the new one.
	exists bool
}

// newDeploymentCheck determines the name of the new deployment.
func (r *Resource) newDeploymentCheck(ctx context.Context, p *resourcePlan) *planCheck {
	c := &planCheck{data: r.Data, config: &p.Config, fullyKnown: p.fullyKnown}
	c.creation, c.name = lifecycle.NewCreation(ctx, r.Data, r.Kind, providerdata.DeploymentNames, p.Config.AccountID,
		p.Config.DeploymentID)
	c.creation.DeletionPolicy = p.Config.DeletionPolicy
	c.creation.SoftDelete = p.Config.SoftDelete
	c.deployment = r.object(c.name, false)

	for _, field := range fieldTable {
		if !attribute.IsWhollyKnown(field.get(&p.Config)) {
			c.creation.Unknown = append(c.creation.Unknown, field.name)
		}
	}

	c.creation.Check = func(ctx context.Context, replaced string) diag.Diagnostics {
		c.replaced = replaced
		return c.run(ctx)
	}

	return c
}

// planHardware plans what a pinned version of a shape stands for, which does not change. In an apply it must be known
// again.
func (c *planCheck) planHardware(ctx context.Context, plan *resourceModel, applying bool) (diags diag.Diagnostics) {
	name, err := fireworks.ParseDeploymentShapeName(c.config.DeploymentShape.ValueString())
	if err != nil || name.VersionID == "" || c.data.Client == nil {
		return nil
	}

	version, err := lookUpDeploymentShape(ctx, c.data, name)

	switch {
	case err == nil:
	case applying && !lifecycle.IsReusable(c.data, c.name.String()):
		c.data.AddAPIError(&diags, path.Root("deployment_shape"), diagnostic.SummaryDeploymentShapeNotChecked,
			fmt.Sprintf("The deployment shape %s could not be read. Nothing was created.", name), err, "")

		return diags
	default:
		return nil
	}

	values := map[string]attr.Value{
		"accelerator_type":   attribute.StringOrNull(version.AcceleratorType),
		"accelerator_count":  attribute.Int64OrNull(version.AcceleratorCount),
		"precision":          attribute.StringOrNull(version.Precision),
		"max_context_length": attribute.Int64OrNull(version.MaxContextLength),
	}
	for _, field := range fieldTable {
		if value := values[field.name]; value != nil && !value.IsNull() && field.get(c.config).IsNull() {
			field.set(plan, value)
		}
	}

	plan.DeploymentShapeVersion = types.StringValue(name.String())

	return nil
}

// run runs the checks that need the API: first what exists, then, if that is known to be valid, the platform's own.
func (c *planCheck) run(ctx context.Context) diag.Diagnostics {
	return c.data.RunPlanChecks(ctx, func(ctx context.Context) diag.Diagnostics {
		var baseReady, draftReady bool

		diags := c.data.RunPlanChecks(ctx, c.checkID, c.checkShape,
			func(ctx context.Context) (found diag.Diagnostics) {
				baseReady, found = c.checkModel(ctx, "base_model", c.config.BaseModel)
				return found
			},
			func(ctx context.Context) (found diag.Diagnostics) {
				draftReady, found = c.checkModel(ctx, "draft_model", c.config.DraftModel)
				return found
			})

		if !diags.HasError() && !c.exists && c.fullyKnown && c.creation.Name != "" && baseReady &&
			(draftReady || c.config.DraftModel.ValueString() == "") {
			diags.Append(c.dryRun(ctx)...)
		}

		return diags
	})
}

// checkID finds an existing deployment with the ID of the new one.
func (c *planCheck) checkID(ctx context.Context) diag.Diagnostics {
	if lifecycle.IsReusable(c.data, c.creation.Name) {
		return nil
	}

	existing, diags := c.deployment.FindExisting(ctx, c.creation, c.replaced)
	c.exists = existing != nil

	if c.exists && lifecycle.ReportExisting(c.data, &diags, c.creation.Kind, c.creation.Name, c.replaced) {
		addExists(&diags, c.data.Client, c.name, *existing)
	}

	return diags
}

// checkModel reports whether a model that the deployment needs is ready. Something else may create a missing model
// before the deployment is created, so that is only worth a warning, unless the plan deletes a deployment first.
func (c *planCheck) checkModel(
	ctx context.Context, argument string, value types.String,
) (ready bool, diags diag.Diagnostics) {
	attribute, noun := path.Root(argument), strings.ReplaceAll(argument, "_", " ")

	name, err := fireworks.ParseModelName(value.ValueString())
	if err != nil {
		return false, nil
	}

	model, err := c.data.LookUpModel(ctx, name)
	ready = model != nil && model.State == fireworks.ModelStateReady

	switch {
	case c.data.Plans.Creates(name.String()):
	case fireworks.IsNotFound(err) && c.creation.Name != "" && c.creation.Name == c.replaced:
		diags.AddAttributeError(attribute, diagnostic.SummaryBaseModelMissing, diagnostic.APIDetail(
			fmt.Sprintf("The %s %s does not exist, or is not visible to this API key. The plan would delete the "+
				"deployment %s before this is "+
				"known.", noun, name, c.replaced), err, "Create the model before, or correct "+argument+"."))
	case fireworks.IsNotFound(err):
		diags.AddAttributeWarning(attribute, diagnostic.SummaryBaseModelMissing, diagnostic.APIDetail(
			fmt.Sprintf("The %s %s does not exist.", noun, name), err,
			diagnostic.CreatedElsewhereHint(providerdata.PromotedModelType, "model")))
	case err != nil:
		providerdata.AddNotChecked(&diags, attribute, diagnostic.SummaryBaseModelNotChecked,
			fmt.Sprintf("Whether the %s %s exists was not checked.", noun, name), err)
	case model != nil && !ready:
		diags.AddAttributeWarning(attribute, diagnostic.SummaryBaseModelNotReady, fmt.Sprintf(
			"The %s %s is in state %s. The platform deploys a model only when it is %s.\n\n"+
				"Wait until the model is ready before this is applied.", noun, name, model.State,
			fireworks.ModelStateReady))
	}

	return ready, diags
}

// checkShape finds a deployment shape that does not exist or is not validated.
func (c *planCheck) checkShape(ctx context.Context) (diags diag.Diagnostics) {
	attribute := path.Root("deployment_shape")

	name, err := fireworks.ParseDeploymentShapeName(c.config.DeploymentShape.ValueString())
	if err != nil {
		return nil
	}

	version, err := lookUpDeploymentShape(ctx, c.data, name)
	skip := c.config.SkipShapeValidation.ValueBool()

	switch {
	case fireworks.IsNotFound(err):
		diags.AddAttributeError(attribute, diagnostic.SummaryNoSuchDeploymentShape, diagnostic.APIDetail(
			fmt.Sprintf("The deployment shape %s does not exist, or is not visible to this API key.", name), err,
			findShapeHint))
	case errors.Is(err, fireworks.ErrNoValidatedVersion):
		if !skip {
			diags.AddAttributeError(attribute, diagnostic.SummaryShapeNotValidated, diagnostic.JoinParagraphs(
				fmt.Sprintf("The deployment shape %s has no validated version.", name), findShapeHint,
				skipValidationHint))
		}
	case err != nil:
		providerdata.AddNotChecked(&diags, attribute, diagnostic.SummaryDeploymentShapeNotChecked,
			fmt.Sprintf("Whether the deployment shape %s exists and is validated was not checked.", name), err)
	case !version.Validated && !skip:
		diags.AddAttributeError(attribute, diagnostic.SummaryShapeNotValidated, diagnostic.JoinParagraphs(
			fmt.Sprintf("The version %s is not validated.", name),
			fmt.Sprintf("Use the latest validated version, which %s without a version stands for.", name.Shape()),
			skipValidationHint))
	default:
		diags.Append(c.config.checkHardware(shapeHardware(version.DeploymentShapeSnapshot))...)
	}

	return diags
}

const (
	findShapeHint = "Choose another shape: the data source fireworks_deployment_shape finds the best one for a " +
		"base model."
	skipValidationHint = "To use it anyway, set skip_shape_validation = true."
)

// dryRun has the platform validate the request. It is sent once: a server that ignores validateOnly would create a
// deployment.
func (c *planCheck) dryRun(ctx context.Context) (diags diag.Diagnostics) {
	name := c.name
	if c.replaced == name.String() || lifecycle.IsReusable(c.data, name.String()) {
		// The old deployment still has the ID.
		name.DeploymentID = ""
	}

	response, err := c.data.Client.ValidateDeployment(ctx, c.config.createRequest(name))
	if err != nil {
		c.addDryRunError(&diags, err)
		return diags
	}

	if response.CreateTime.String() != "" || response.State == fireworks.DeploymentStateCreating {
		addCreatedByDryRun(&diags, c.data.Client, response)
		return diags
	}

	if shape := c.config.DeploymentShape.ValueString(); shape != "" &&
		!shapeSatisfies(shape, response.DeploymentShape) {
		addShapeNotApplied(&diags, fmt.Sprintf("The platform would create deployment %s", c.name), shape,
			response.DeploymentShape, "")

		return diags
	}

	if c.config.DeploymentShape.ValueString() == fireworks.DeploymentShapeDefault {
		diags.Append(c.config.checkHardware(modelFromAPI(response))...)
	}

	return diags
}

func (c *planCheck) addDryRunError(diags *diag.Diagnostics, err error) {
	status := fireworks.StatusOf(err)

	switch {
	case fireworks.IsQuotaExceeded(err):
		detail := "This plan, or something else, may free quota before the deployment is created; then this warning " +
			"can be ignored."
		if c.replaced != "" {
			detail = "The platform counts the deployment that this plan replaces as well, so this may be no problem."
		}

		diags.AddWarning(diagnostic.SummaryQuotaWouldBeExceeded, diagnostic.APIDetail(
			fmt.Sprintf("The quota currently does not suffice for deployment %s.", c.name), err,
			diagnostic.JoinParagraphs(detail, quotaHint)))
	case fireworks.IsConflict(err):
		diags.AddAttributeError(path.Root("deployment_id"), diagnostic.SummaryDeploymentReserved, diagnostic.APIDetail(
			fmt.Sprintf("The ID of deployment %s is taken.", c.name), err, reservedHint))
	case status == http.StatusPreconditionFailed:
		diags.AddError(diagnostic.SummaryAccountSuspended,
			diagnostic.APIDetail(fmt.Sprintf("Deployment %s cannot be created.", c.name), err, suspendedHint))
	case status == http.StatusBadRequest:
		diags.AddError(diagnostic.SummaryDeploymentRefused, diagnostic.APIDetail(
			fmt.Sprintf("The platform would refuse to create deployment %s.", c.name), err, ""))
	default:
		providerdata.AddNotChecked(diags, path.Root("deployment_id"), diagnostic.SummaryDeploymentNotValidated,
			fmt.Sprintf("The platform did not validate the request to create deployment %s.", c.name), err)
	}
}

// lookUpDeploymentShape resolves a shape with a request that all resources of this process share.
func lookUpDeploymentShape(ctx context.Context,
	d *providerdata.Data, name fireworks.DeploymentShapeName,
) (fireworks.DeploymentShapeVersion, error) {
	return d.Lookups.DeploymentShapes.Get(ctx, name.String(), time.Time{},
		func(ctx context.Context) (fireworks.DeploymentShapeVersion, error) {
			return d.Client.ResolveDeploymentShape(ctx, name)
		})
}
