package provider

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
)

// deploymentCheck finds at plan time what would make the creation of a deployment fail.
type deploymentCheck struct {
	data *providerData
	// config is what is configured, with the default replica counts.
	config     *deployment
	fullyKnown bool

	name      fireworks.DeploymentName
	nameKnown bool
	// accountErr is why the account of the API key is not known.
	accountErr error
	// replaced is the name of the deployment that is deleted before, "" if there is none.
	replaced string
	// exists is set by the check that finds a deployment with the ID of the new one.
	exists bool
}

// newDeploymentCheck determines the name of the new deployment, which may need the account of the API key. That request has a time
// limit of its own: a name that one plan knows must not be unknown in the next.
func (r *deploymentResource) newDeploymentCheck(ctx context.Context, p *deploymentPlan) *deploymentCheck {
	check := &deploymentCheck{data: r.data, config: &p.config, fullyKnown: p.fullyKnown}
	if r.data.client == nil || !isKnown(p.config.DeploymentID) || p.config.AccountID.IsUnknown() {
		return check
	}

	check.name = fireworks.DeploymentName{AccountID: p.config.AccountID.ValueString(), DeploymentID: p.config.DeploymentID.ValueString()}

	if p.config.AccountID.IsNull() {
		check.name.AccountID, check.accountErr = r.data.client.AccountID(ctx)
	}

	check.nameKnown = check.accountErr == nil

	return check
}

// planHardware plans what a pinned version of a shape stands for, which does not change. In an apply it must be known again.
func (c *deploymentCheck) planHardware(ctx context.Context, plan *deployment, applying bool) (diags diag.Diagnostics) {
	name, err := fireworks.ParseDeploymentShapeName(c.config.DeploymentShape.ValueString())
	if err != nil || name.VersionID == "" || c.data.client == nil {
		return nil
	}

	version, err := c.data.lookUpDeploymentShape(ctx, name)

	switch {
	case err == nil:
	case applying && !c.data.isReusable(c.name):
		c.data.addAPIError(&diags, path.Root("deployment_shape"), summaryDeploymentShapeNotChecked,
			fmt.Sprintf("The deployment shape %s could not be read. Nothing was created.", name), err, "")

		return diags
	default:
		return nil
	}

	values := map[string]attr.Value{
		"accelerator_type": stringOrNull(version.AcceleratorType), "accelerator_count": int64OrNull(version.AcceleratorCount),
		"precision": stringOrNull(version.Precision), "max_context_length": int64OrNull(version.MaxContextLength),
	}
	for _, field := range deploymentFields {
		if value := values[field.name]; value != nil && !value.IsNull() && field.get(c.config).IsNull() {
			field.set(plan, value)
		}
	}

	plan.DeploymentShapeVersion = types.StringValue(name.String())

	return nil
}

// run runs the checks that need the API: first what exists, then, if that is known to be in order, the platform's own.
func (c *deploymentCheck) run(ctx context.Context) diag.Diagnostics {
	return c.data.runPlanChecks(ctx, func(ctx context.Context) diag.Diagnostics {
		var baseReady, draftReady bool

		diags := c.data.runPlanChecks(ctx, c.checkID, c.checkShape,
			func(ctx context.Context) (found diag.Diagnostics) {
				baseReady, found = c.checkModel(ctx, "base_model", c.config.BaseModel)
				return found
			},
			func(ctx context.Context) (found diag.Diagnostics) {
				draftReady, found = c.checkModel(ctx, "draft_model", c.config.DraftModel)
				return found
			})

		if !diags.HasError() && !c.exists && c.fullyKnown && c.nameKnown && baseReady && (draftReady || c.config.DraftModel.ValueString() == "") {
			diags.Append(c.dryRun(ctx)...)
		}

		return diags
	})
}

// checkID finds an existing deployment with the ID of the new one.
func (c *deploymentCheck) checkID(ctx context.Context) (diags diag.Diagnostics) {
	attribute := path.Root("deployment_id")
	what := fmt.Sprintf("Whether deployment %s already exists was not checked.", c.config.DeploymentID.ValueString())

	if c.accountErr != nil {
		addNotChecked(&diags, attribute, summaryDeploymentIDNotChecked, what, c.accountErr)
	}

	if !c.nameKnown || c.name.String() == c.replaced || c.data.isReusable(c.name) {
		return diags
	}

	existing, err := c.data.client.GetDeployment(ctx, c.name)

	switch {
	case fireworks.IsNotFound(err):
	case err != nil:
		addNotChecked(&diags, attribute, summaryDeploymentIDNotChecked, what, err)
	default:
		if c.exists = true; c.data.plans.reportExisting(c.name.String()) {
			addDeploymentExists(&diags, c.data.client, c.name, existing)
		}
	}

	return diags
}

// checkModel reports whether a model that the deployment needs is ready. Something else may create a missing model before the
// deployment is created, so that is only worth a warning.
func (c *deploymentCheck) checkModel(ctx context.Context, argument string, value types.String) (ready bool, diags diag.Diagnostics) {
	attribute, noun := path.Root(argument), strings.ReplaceAll(argument, "_", " ")

	name, err := fireworks.ParseModelName(value.ValueString())
	if err != nil {
		return false, nil
	}

	model, err := c.data.lookUpModel(ctx, name)
	ready = model != nil && model.State == fireworks.ModelStateReady

	switch {
	case c.data.plans.creates(name.String()):
	case fireworks.IsNotFound(err):
		diags.AddAttributeWarning(attribute, summaryBaseModelMissing, apiDetail(
			fmt.Sprintf("The %s %s does not exist.", noun, name), err, createdElsewhereHint(promotedModelType, "model")))
	case err != nil:
		addNotChecked(&diags, attribute, summaryBaseModelNotChecked, fmt.Sprintf("Whether the %s %s exists was not checked.", noun, name), err)
	case model != nil && !ready:
		diags.AddAttributeWarning(attribute, summaryBaseModelNotReady, fmt.Sprintf(
			"The %s %s is in state %s. The platform deploys a model only when it is %s.\n\n"+
				"Wait until the model is ready before this is applied.", noun, name, model.State, fireworks.ModelStateReady))
	}

	return ready, diags
}

// checkShape finds a deployment shape that does not exist or is not validated.
func (c *deploymentCheck) checkShape(ctx context.Context) (diags diag.Diagnostics) {
	attribute := path.Root("deployment_shape")

	name, err := fireworks.ParseDeploymentShapeName(c.config.DeploymentShape.ValueString())
	if err != nil {
		return nil
	}

	version, err := c.data.lookUpDeploymentShape(ctx, name)
	skip := c.config.SkipShapeValidation.ValueBool()

	switch {
	case fireworks.IsNotFound(err):
		diags.AddAttributeError(attribute, summaryNoSuchDeploymentShape, apiDetail(
			fmt.Sprintf("The deployment shape %s does not exist, or is not visible to this API key.", name), err, findShapeHint))
	case errors.Is(err, fireworks.ErrNoValidatedVersion):
		if !skip {
			diags.AddAttributeError(attribute, summaryShapeNotValidated, joinParagraphs(
				fmt.Sprintf("The deployment shape %s has no validated version.", name), findShapeHint, skipValidationHint))
		}
	case err != nil:
		addNotChecked(&diags, attribute, summaryDeploymentShapeNotChecked,
			fmt.Sprintf("Whether the deployment shape %s exists and is validated was not checked.", name), err)
	case !version.Validated && !skip:
		diags.AddAttributeError(attribute, summaryShapeNotValidated, joinParagraphs(
			fmt.Sprintf("The version %s is not validated.", name),
			fmt.Sprintf("Use the latest validated version, which %s without a version stands for.", name.Shape()), skipValidationHint))
	default:
		diags.Append(c.config.checkHardware(shapeHardware(version.DeploymentShapeSnapshot))...)
	}

	return diags
}

const (
	findShapeHint      = "Choose another shape: the data source fireworks_deployment_shape finds the best one for a base model."
	skipValidationHint = "To use it all the same, set skip_shape_validation = true."
)

// dryRun has the platform validate the request. It is sent once: a server that ignores validateOnly would create a deployment.
func (c *deploymentCheck) dryRun(ctx context.Context) (diags diag.Diagnostics) {
	name := c.name
	if c.replaced == name.String() || c.data.isReusable(name) {
		// The old deployment still has the ID.
		name.DeploymentID = ""
	}

	response, err := c.data.client.ValidateDeployment(ctx, c.config.createRequest(name))
	if err != nil {
		c.addDryRunError(&diags, err)
		return diags
	}

	if response.CreateTime.String() != "" || response.State == fireworks.DeploymentStateCreating {
		addCreatedByDryRun(&diags, c.data.client, response)
		return diags
	}

	if shape := c.config.DeploymentShape.ValueString(); shape != "" && !shapeSatisfies(shape, response.DeploymentShape) {
		addShapeNotApplied(&diags, fmt.Sprintf("The platform would create deployment %s", c.name), shape, response.DeploymentShape)
		return diags
	}

	if c.config.DeploymentShape.ValueString() == fireworks.DeploymentShapeDefault {
		diags.Append(c.config.checkHardware(deploymentFromAPI(response))...)
	}

	return diags
}

func (c *deploymentCheck) addDryRunError(diags *diag.Diagnostics, err error) {
	status := fireworks.StatusOf(err)

	switch {
	case fireworks.IsQuotaExceeded(err):
		detail := "This plan, or something else, may free quota before the deployment is created; then this warning can be ignored."
		if c.replaced != "" {
			detail = "The platform counts the deployment that this plan replaces as well, so this may be no problem."
		}

		diags.AddWarning(summaryQuotaWouldBeExceeded, apiDetail(
			fmt.Sprintf("The quota does not suffice for deployment %s at present.", c.name), err, joinParagraphs(detail, quotaHint)))
	case fireworks.IsConflict(err):
		diags.AddAttributeError(path.Root("deployment_id"), summaryDeploymentReserved, apiDetail(
			fmt.Sprintf("The ID of deployment %s is taken.", c.name), err, reservedHint))
	case status == http.StatusPreconditionFailed:
		diags.AddError(summaryAccountSuspended, apiDetail(fmt.Sprintf("Deployment %s cannot be created.", c.name), err, suspendedHint))
	case status == http.StatusBadRequest:
		diags.AddError(summaryDeploymentRefused, apiDetail(
			fmt.Sprintf("The platform would refuse to create deployment %s.", c.name), err, ""))
	default:
		addNotChecked(diags, path.Root("deployment_id"), summaryDeploymentNotValidated,
			fmt.Sprintf("The platform did not validate the request to create deployment %s.", c.name), err)
	}
}

// lookUpDeploymentShape resolves a shape with a request that all resources of this process share.
func (d *providerData) lookUpDeploymentShape(
	ctx context.Context, name fireworks.DeploymentShapeName,
) (fireworks.DeploymentShapeVersion, error) {
	return d.lookups.deploymentShapes.Get(ctx, name.String(), time.Time{},
		func(ctx context.Context) (fireworks.DeploymentShapeVersion, error) {
			return d.client.ResolveDeploymentShape(ctx, name)
		})
}
