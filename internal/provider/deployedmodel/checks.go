// SPDX-License-Identifier: MPL-2.0

package deployedmodel

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// LoraKind is the kind of a LoRA model.
const LoraKind = "HF_PEFT_ADDON"

// planCheck finds at plan time what would make the loading of a model fail.
type planCheck struct {
	data *providerdata.Data
	plan *resourceModel
	// replaced is the pair that is unloaded before, "" if there is none.
	replaced string
}

// run runs the checks of a plan that loads a model.
func (c *planCheck) run(ctx context.Context) diag.Diagnostics {
	return c.data.RunPlanChecks(ctx, func(ctx context.Context) diag.Diagnostics {
		var trainedOn, served string

		diags := c.data.RunPlanChecks(ctx, c.checkPair,
			func(ctx context.Context) (found diag.Diagnostics) {
				trainedOn, found = c.checkModel(ctx)
				return found
			},
			func(ctx context.Context) (found diag.Diagnostics) {
				served, found = c.checkDeployment(ctx)
				return found
			})

		// What is loaded already is the base model of the deployment then, which nobody is to import.
		if slices.ContainsFunc(diags, hasSummary(diagnostic.SummaryModelNotLoRA)) {
			diags = slices.DeleteFunc(diags, hasSummary(diagnostic.SummaryModelAlreadyLoaded))
		}

		if !diags.HasError() && trainedOn != "" && served != "" && trainedOn != served {
			diags.AddAttributeWarning(path.Root("model"), diagnostic.SummaryOtherBaseModel, fmt.Sprintf(
				"The model %s is a LoRA of %s, but deployment %s serves %s. The platform may refuse to load it.\n\n"+
					"Choose a deployment of the base model that the LoRA was trained on.",
				c.plan.Model.ValueString(), trainedOn, c.plan.Deployment.ValueString(), served))
		}

		return diags
	})
}

func hasSummary(summary string) func(diag.Diagnostic) bool {
	return func(d diag.Diagnostic) bool { return d.Summary() == summary }
}

// checkPair finds out whether the model is loaded onto the deployment already. That it is may come from a list that is
// older than the unloading by this process, so it is confirmed.
func (c *planCheck) checkPair(ctx context.Context) (diags diag.Diagnostics) {
	pair, ok := c.plan.pair()
	if !ok || pair.String() == c.replaced {
		return nil
	}

	argument := path.Root("model")
	what := fmt.Sprintf("Whether %s is already loaded onto %s was not checked.", pair.Model, pair.Deployment)

	all, err := lookUpDeployedModels(ctx, c.data, pair.Deployment.AccountID)
	if err != nil {
		providerdata.AddNotChecked(&diags, argument, diagnostic.SummaryLoadedModelsNotChecked, what, err)
		return diags
	}

	listed := findLoaded(all, pair)
	if listed == nil {
		return nil
	}

	name, err := fireworks.ParseDeployedModelName(listed.Name)
	if err != nil {
		providerdata.AddNotChecked(&diags, argument, diagnostic.SummaryLoadedModelsNotChecked, what, err)
		return diags
	}

	current, err := c.data.Client.GetDeployedModel(ctx, name)

	switch {
	case fireworks.IsNotFound(err):
	case err != nil:
		providerdata.AddNotChecked(&diags, argument, diagnostic.SummaryLoadedModelsNotChecked, what, err)
	case pair.matches(current) && lifecycle.ReportExisting(c.data, &diags, providerdata.DeployedModelKind,
		pair.String(), c.replaced):
		addAlreadyLoaded(&diags, pair, current)
	}

	return diags
}

// checkModel returns the base model that the LoRA was trained on, if it is known. Something else may create a missing
// model before this is applied, so that is only worth a warning.
func (c *planCheck) checkModel(ctx context.Context) (trainedOn string, diags diag.Diagnostics) {
	argument := path.Root("model")

	name, err := fireworks.ParseModelName(c.plan.Model.ValueString())
	if err != nil {
		return "", nil
	}

	if c.data.Plans.Creates(name.String()) {
		planned, _ := c.data.Plans.Planned(name.String())
		return planned.BaseModel.ValueString(), nil
	}

	model, err := c.data.LookUpModel(ctx, name)
	if model != nil && model.PEFTDetails != nil {
		trainedOn = model.PEFTDetails.BaseModel
	}

	switch {
	case c.data.Plans.Creates(name.String()):
	case fireworks.IsNotFound(err):
		diags.AddAttributeWarning(argument, diagnostic.SummaryNoSuchModel, diagnostic.APIDetail(
			fmt.Sprintf("The model %s does not exist.", name), err,
			diagnostic.CreatedElsewhereHint(providerdata.PromotedModelType, "model")))
	case err != nil:
		providerdata.AddNotChecked(&diags, argument, diagnostic.SummaryLoRANotChecked,
			fmt.Sprintf("Whether %s is a LoRA model was not checked.", name), err)
	case model != nil && model.Kind != "" && model.Kind != LoraKind:
		diags.AddAttributeError(argument, diagnostic.SummaryModelNotLoRA, fmt.Sprintf(
			"The model %s is of the kind %s. Only LoRA models (%s) can be loaded onto a deployment.\n\n"+
				"Use a model that was promoted from a LoRA checkpoint. To serve a full-weight model, make it the "+
				"base_model of a fireworks_deployment.", name, model.Kind, LoraKind))
	case model != nil && model.State != fireworks.ModelStateReady:
		diags.AddAttributeWarning(argument, diagnostic.SummaryLoRANotReady, fmt.Sprintf(
			"The model %s is in state %s. The platform loads a model only when it is %s.\n\nWait until the model is "+
				"ready before this is applied.",
			name, model.State, fireworks.ModelStateReady))
	}

	return trainedOn, diags
}

// checkDeployment returns the base model that the deployment serves, if it is known. Something else may create a
// missing deployment or switch addons on before this is applied: only this plan is certain.
func (c *planCheck) checkDeployment(ctx context.Context) (served string, diags diag.Diagnostics) {
	argument := path.Root("deployment")

	name, err := fireworks.ParseDeploymentName(c.plan.Deployment.ValueString())
	if err != nil {
		return "", nil
	}

	if planned, ok := c.data.Plans.Planned(name.String()); ok {
		if attribute.IsKnown(planned.EnableAddons) && !planned.EnableAddons.ValueBool() {
			diags.AddAttributeError(argument, diagnostic.SummaryAddonsDisabled, addonsDisabledDetail(name))
		}

		return planned.BaseModel.ValueString(), diags
	}

	deployment, err := lifecycle.LookUpDeployment(ctx, c.data, name)

	switch {
	case fireworks.IsNotFound(err), err == nil && deployment.State == fireworks.DeploymentStateDeleted:
		diags.AddAttributeWarning(argument, diagnostic.SummaryNoSuchDeployment, diagnostic.JoinParagraphs(
			fmt.Sprintf("The deployment %s does not exist.", name),
			diagnostic.CreatedElsewhereHint(providerdata.DeploymentType, "deployment")))

		return "", diags
	case err != nil:
		providerdata.AddNotChecked(&diags, argument, diagnostic.SummaryDeploymentNotChecked,
			fmt.Sprintf("Whether models can be loaded onto deployment %s was not checked.", name), err)
	case !deployment.EnableAddons:
		diags.AddAttributeWarning(argument, diagnostic.SummaryAddonsDisabled,
			diagnostic.JoinParagraphs(addonsDisabledDetail(name),
				"If another resource sets it before this is applied, ignore this warning."))
	}

	return deployment.BaseModel, diags
}

func addonsDisabledDetail(name fireworks.DeploymentName) string {
	return fmt.Sprintf("No model can be loaded onto deployment %s, because its enable_addons is false.\n\n"+
		"Set enable_addons = true for the deployment, or choose another deployment.", name)
}

// lookUpDeployedModels lists the deployed models of an account with a request that all resources of this process share.
func lookUpDeployedModels(
	ctx context.Context, d *providerdata.Data, accountID string,
) ([]fireworks.DeployedModel, error) {
	return d.Lookups.DeployedModels.Get(ctx, accountID, time.Time{},
		func(ctx context.Context) ([]fireworks.DeployedModel, error) {
			return d.Client.ListDeployedModels(ctx, accountID)
		})
}
