package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// loraKind is the kind of a LoRA model.
const loraKind = "HF_PEFT_ADDON"

// deployedModelCheck finds at plan time what would make the loading of a model fail.
type deployedModelCheck struct {
	data *providerData
	plan *deployedModel
	// replaced is the pair that is unloaded before, "" if there is none.
	replaced string
}

// replacement runs the checks of a plan that replaces a deployed model.
func (c *deployedModelCheck) replacement(ctx context.Context, replaced string) diag.Diagnostics {
	c.replaced = replaced
	return withHint(c.run(ctx), destroyInsteadHint)
}

// creation runs the checks of a plan without prior state. The findings about a tainted deployed model are warnings:
// terraform destroy starts with the same plan, and an error would make it fail.
func (c *deployedModelCheck) creation(ctx context.Context) diag.Diagnostics {
	pair, ok := c.plan.pair()
	if !ok || c.data == nil {
		return c.run(ctx)
	}

	tainted, ok := c.data.refreshed.claimTainted(pair.String())
	if !ok {
		return c.run(ctx)
	}

	c.replaced = tainted.Name

	return asWarnings(c.run(ctx))
}

func (c *deployedModelCheck) run(ctx context.Context) diag.Diagnostics {
	return c.data.runPlanChecks(ctx, func(ctx context.Context) diag.Diagnostics {
		var (
			model      *fireworks.Model
			deployment *fireworks.Deployment
		)

		diags := c.data.runPlanChecks(ctx, c.checkPair,
			func(ctx context.Context) (found diag.Diagnostics) {
				model, found = c.checkModel(ctx)
				return found
			},
			func(ctx context.Context) (found diag.Diagnostics) {
				deployment, found = c.checkDeployment(ctx)
				return found
			})

		if !diags.HasError() && model != nil && deployment != nil {
			checkSameBaseModel(&diags, model, deployment)
		}

		return diags
	})
}

// checkPair finds out whether the model is loaded onto the deployment already. That it is may come from a list that is older
// than the unloading by this process, so it is confirmed.
func (c *deployedModelCheck) checkPair(ctx context.Context) (diags diag.Diagnostics) {
	pair, ok := c.plan.pair()
	if !ok || pair.String() == c.replaced {
		return nil
	}

	attribute := path.Root("model")
	what := fmt.Sprintf("Whether %s is already loaded onto %s was not checked.", pair.Model, pair.Deployment)

	all, err := c.data.lookUpDeployedModels(ctx, pair.Deployment.AccountID)
	if err != nil {
		addNotChecked(&diags, attribute, summaryLoadedModelsNotChecked, what, err)
		return diags
	}

	listed := findLoaded(all, pair)
	if listed == nil {
		return nil
	}

	name, err := fireworks.ParseDeployedModelName(listed.Name)
	if err != nil {
		addNotChecked(&diags, attribute, summaryLoadedModelsNotChecked, what, err)
		return diags
	}

	current, err := c.data.client.GetDeployedModel(ctx, name)

	switch {
	case fireworks.IsNotFound(err):
	case err != nil:
		addNotChecked(&diags, attribute, summaryLoadedModelsNotChecked, what, err)
	default:
		addAlreadyLoaded(&diags, pair, current)
	}

	return diags
}

// checkModel returns the model, nil if it cannot be read or the same plan creates it. Something else may create a missing model
// before this is applied, so that is only worth a warning.
func (c *deployedModelCheck) checkModel(ctx context.Context) (*fireworks.Model, diag.Diagnostics) {
	var diags diag.Diagnostics

	attribute := path.Root("model")

	name, err := fireworks.ParseModelName(c.plan.Model.ValueString())
	if err != nil {
		return nil, nil
	}

	if _, planned := c.data.plannedModels.get(name.String()); planned {
		return nil, nil
	}

	model, err := c.data.lookUpModel(ctx, name)

	switch {
	case fireworks.IsNotFound(err):
		diags.AddAttributeWarning(attribute, summaryNoSuchModel, apiDetail(
			fmt.Sprintf("The model %s does not exist.", name), err, createdElsewhereHint(promotedModelType, "model")))
	case err != nil:
		addNotChecked(&diags, attribute, summaryLoRANotChecked, fmt.Sprintf("Whether %s is a LoRA model was not checked.", name), err)
	case model != nil && model.Kind != "" && model.Kind != loraKind:
		diags.AddAttributeError(attribute, summaryModelNotLoRA, fmt.Sprintf(
			"The model %s is of the kind %s. Only LoRA models (%s) can be loaded onto a deployment.\n\n"+
				"Use a model that was promoted from a LoRA checkpoint. To serve a full-weight model, make it the base_model of a "+
				"fireworks_deployment.", name, model.Kind, loraKind))
	case model != nil && model.State != fireworks.ModelStateReady:
		diags.AddAttributeWarning(attribute, summaryLoRANotReady, fmt.Sprintf(
			"The model %s is in state %s. The platform loads a model only when it is %s.\n\nWait until the model is ready before this is applied.",
			name, model.State, fireworks.ModelStateReady))
	}

	return model, diags
}

// checkDeployment returns the deployment, nil if it cannot be read or the same plan creates or changes it.
func (c *deployedModelCheck) checkDeployment(ctx context.Context) (*fireworks.Deployment, diag.Diagnostics) {
	var diags diag.Diagnostics

	attribute := path.Root("deployment")

	name, err := fireworks.ParseDeploymentName(c.plan.Deployment.ValueString())
	if err != nil {
		return nil, nil
	}

	if planned, ok := c.data.plannedDeployments.get(name.String()); ok {
		if isKnown(planned.EnableAddons) && !planned.EnableAddons.ValueBool() {
			addAddonsDisabled(&diags, name)
		}

		return nil, diags
	}

	deployment, err := c.data.lookUpDeployment(ctx, name)

	switch {
	case fireworks.IsNotFound(err), err == nil && deployment.State == fireworks.DeploymentStateDeleted:
		diags.AddAttributeWarning(attribute, summaryNoSuchDeployment, joinParagraphs(
			fmt.Sprintf("The deployment %s does not exist.", name), createdElsewhereHint(deploymentType, "deployment")))

		return nil, diags
	case err != nil:
		addNotChecked(&diags, attribute, summaryDeploymentNotChecked,
			fmt.Sprintf("Whether models can be loaded onto deployment %s was not checked.", name), err)

		return nil, diags
	case !deployment.EnableAddons:
		addAddonsDisabled(&diags, name)
	}

	return &deployment, diags
}

func addAddonsDisabled(diags *diag.Diagnostics, name fireworks.DeploymentName) {
	diags.AddAttributeError(path.Root("deployment"), summaryAddonsDisabled, fmt.Sprintf(
		"No model can be loaded onto deployment %s, because its enable_addons is false.\n\n"+
			"Set enable_addons = true for the deployment, or choose another deployment.", name))
}

// checkSameBaseModel warns about a LoRA of a base model that the deployment does not serve. The platform has the last word.
func checkSameBaseModel(diags *diag.Diagnostics, model *fireworks.Model, deployment *fireworks.Deployment) {
	if model.PEFTDetails == nil || model.PEFTDetails.BaseModel == "" || model.PEFTDetails.BaseModel == deployment.BaseModel {
		return
	}

	diags.AddAttributeWarning(path.Root("model"), summaryOtherBaseModel, fmt.Sprintf(
		"The model %s is a LoRA of %s, but deployment %s serves %s. The platform may refuse to load it.\n\n"+
			"Choose a deployment of the base model that the LoRA was trained on.",
		model.Name, model.PEFTDetails.BaseModel, deployment.Name, deployment.BaseModel))
}

// lookUpDeployedModels lists the deployed models of an account with a request that all resources of this process share.
func (d *providerData) lookUpDeployedModels(ctx context.Context, accountID string) ([]fireworks.DeployedModel, error) {
	return d.lookups.deployedModels.Get(ctx, accountID, time.Time{}, func(ctx context.Context) ([]fireworks.DeployedModel, error) {
		return d.client.ListDeployedModels(ctx, accountID)
	})
}

// lookUpDeployment returns a deployment that other resources refer to, with a request that all resources of this process share.
func (d *providerData) lookUpDeployment(ctx context.Context, name fireworks.DeploymentName) (fireworks.Deployment, error) {
	return d.lookups.deployments.Get(ctx, name.String(), time.Time{}, func(ctx context.Context) (fireworks.Deployment, error) {
		return d.client.GetDeployment(ctx, name)
	})
}
