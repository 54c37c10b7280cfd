package provider

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// reuseDelay is how long an ID may remain taken after a deployment was deleted for good.
const reuseDelay = 2 * time.Minute

// deploymentCheck finds at plan time what would make the creation of a deployment fail.
type deploymentCheck struct {
	data *providerData
	// config is what is configured, with the default replica counts.
	config     *deployment
	fullyKnown bool

	name      fireworks.DeploymentName
	nameKnown bool
	accountID error
	// replaced is the name of the deployment that is deleted before, "" if there is none.
	replaced string
}

// newDeploymentCheck determines the name of the new deployment, which may need the account of the API key.
func (r *deploymentResource) newDeploymentCheck(ctx context.Context, p *deploymentPlan) *deploymentCheck {
	check := &deploymentCheck{data: r.data, config: &p.config, fullyKnown: p.fullyKnown}
	if !r.data.isConfigured() || !isKnown(p.config.DeploymentID) || p.config.AccountID.IsUnknown() {
		return check
	}

	check.name = fireworks.DeploymentName{AccountID: p.config.AccountID.ValueString(), DeploymentID: p.config.DeploymentID.ValueString()}

	if p.config.AccountID.IsNull() {
		ctx, cancel := context.WithTimeout(ctx, r.data.planCheckTimeout)
		defer cancel()

		check.name.AccountID, check.accountID = r.data.client.AccountID(ctx)
	}

	check.nameKnown = check.accountID == nil

	return check
}

// replacement runs the checks of a plan that replaces a deployment.
func (c *deploymentCheck) replacement(ctx context.Context, replaced managedObject) diag.Diagnostics {
	diags := replaced.checkReplace(c.config.DeletionPolicy.ValueString(), "", "")
	diags.Append(c.keptID(replaced)...)

	if diags.HasError() {
		return diags
	}

	c.replaced = replaced.Name

	return withHint(c.run(ctx), destroyInsteadHint)
}

// creation runs the checks of a plan without prior state, which creates a new deployment or replaces a tainted one. The findings
// about a tainted deployment are warnings: terraform destroy starts with the same plan, and an error would make it fail.
func (c *deploymentCheck) creation(ctx context.Context) diag.Diagnostics {
	if c.data == nil || !c.nameKnown {
		return c.run(ctx)
	}

	tainted, ok := c.data.refreshed.claimTainted(c.name.String())
	if !ok {
		return c.run(ctx)
	}

	diags := tainted.checkReplace(c.config.DeletionPolicy.ValueString(), "", "")
	if diags.HasError() {
		return withHint(diags, "If this resource is new and another one manages the deployment, choose another deployment_id.")
	}

	c.replaced = tainted.Name

	findings := c.keptID(*tainted)
	findings.Append(c.run(ctx)...)

	return asWarnings(findings)
}

// keptID finds a replacement that needs the ID that the old deployment keeps.
func (c *deploymentCheck) keptID(replaced managedObject) (diags diag.Diagnostics) {
	if !c.nameKnown || replaced.Name != c.name.String() {
		return nil
	}

	switch {
	case replaced.DeletionPolicy == deletionPolicyAbandon:
		return replaced.checkReplace("", c.name.String(), "deployment_id")
	case replaced.SoftDelete:
		diags.AddAttributeError(path.Root("deployment_id"), summarySoftDeleteKeepsID, fmt.Sprintf(
			"Replacing deployment %s leaves the old one restorable, because its soft_delete is true, so its ID remains reserved "+
				"for about 7 days.\n\nChoose another deployment_id, or set soft_delete to false and apply that change first.\n\n%s",
			c.name, destroyInsteadHint))
	}

	return diags
}

// run runs the checks that need the API: first what exists, then, if that is known to be in order, the platform's own.
func (c *deploymentCheck) run(ctx context.Context) diag.Diagnostics {
	return c.data.runPlanChecks(ctx, func(ctx context.Context) diag.Diagnostics {
		var model *fireworks.Model

		diags := c.data.runPlanChecks(ctx, c.checkID, c.checkShape, func(ctx context.Context) (found diag.Diagnostics) {
			model, found = c.checkBaseModel(ctx)
			return found
		})

		if !diags.HasError() && c.fullyKnown && c.nameKnown && model != nil && model.State == fireworks.ModelStateReady {
			diags.Append(c.dryRun(ctx)...)
		}

		return diags
	})
}

// checkID finds an existing deployment with the ID of the new one.
func (c *deploymentCheck) checkID(ctx context.Context) (diags diag.Diagnostics) {
	attribute := path.Root("deployment_id")
	what := fmt.Sprintf("Whether deployment %s already exists was not checked.", c.config.DeploymentID.ValueString())

	if c.accountID != nil {
		addNotChecked(&diags, attribute, summaryDeploymentIDNotChecked, what, c.accountID)
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
		addDeploymentExists(&diags, c.data.client, c.name, existing)
	}

	return diags
}

// checkBaseModel returns the base model, nil if it cannot be read. Something else may create a missing model before the
// deployment is created, so that is only worth a warning.
func (c *deploymentCheck) checkBaseModel(ctx context.Context) (found *fireworks.Model, diags diag.Diagnostics) {
	attribute := path.Root("base_model")

	name, err := fireworks.ParseModelName(c.config.BaseModel.ValueString())
	if err != nil {
		return nil, nil
	}

	model, err := c.data.lookUpModel(ctx, name)

	if _, planned := c.data.plannedModels.get(name.String()); planned {
		return model, nil
	}

	switch {
	case fireworks.IsNotFound(err):
		diags.AddAttributeWarning(attribute, summaryBaseModelMissing, apiDetail(
			fmt.Sprintf("The base model %s does not exist.", name), err, createdElsewhereHint(promotedModelType, "model")))
	case err != nil:
		addNotChecked(&diags, attribute, summaryBaseModelNotChecked, fmt.Sprintf("Whether the base model %s exists was not checked.", name), err)
	case model != nil && model.State != fireworks.ModelStateReady:
		diags.AddAttributeWarning(attribute, summaryBaseModelNotReady, fmt.Sprintf(
			"The base model %s is in state %s. The platform deploys a model only when it is %s.\n\n"+
				"Wait until the model is ready before this is applied.", name, model.State, fireworks.ModelStateReady))
	}

	return model, diags
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

// isReusable reports whether this process has just deleted the object for good, so that its ID is about to become free.
func (d *providerData) isReusable(name fmt.Stringer) bool {
	deleted, ok := d.deletedNames.get(name.String())
	return ok && d.clock.Now().Sub(deleted) < reuseDelay
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
