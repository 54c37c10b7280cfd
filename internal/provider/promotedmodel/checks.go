// SPDX-License-Identifier: MPL-2.0

package promotedmodel

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// maxSuggestions is how many promotable checkpoints an error lists.
const maxSuggestions = 5

// confirmationDelay is how long a check waits before it confirms that a checkpoint is missing. Terraform starts checks
// of several resources at about the same time, so that they share the list which is requested then.
const confirmationDelay = 250 * time.Millisecond

// planCheck finds at plan time what would make a promotion fail.
type planCheck struct {
	data *providerdata.Data
	plan resourceModel
	// promoted is the checkpoint in the state, and replaced the model that is deleted before; empty if there is none.
	promoted, replaced string
}

// run runs the checks of a plan that creates a model.
func (c *planCheck) run(ctx context.Context) diag.Diagnostics {
	return c.data.RunPlanChecks(ctx, c.checkCheckpoint, c.checkModelID, c.checkBaseModel, c.checkServed)
}

// recorded warns about a checkpoint that the state of an imported model is to record although it does not exist.
func (c *planCheck) recorded(ctx context.Context) diag.Diagnostics {
	findings := c.data.RunPlanChecks(ctx, c.checkCheckpoint).Errors()

	return diagnostic.AsWarnings(diagnostic.WithHint(findings, "The model was imported, so nothing is promoted, and "+
		"the checkpoint is only recorded in the state. If it is not the one that the model was promoted from, "+
		"correct it before this is applied. To correct it later without a replacement, run terraform state rm and "+
		"import the model again."))
}

// checkCheckpoint finds a checkpoint that does not exist or cannot be promoted. That it can be promoted may come from
// the list of another resource; that it cannot is confirmed by a list request that was started after this check.
func (c *planCheck) checkCheckpoint(ctx context.Context) (diags diag.Diagnostics) {
	attribute := path.Root("checkpoint_name")
	started := c.data.Clock.Now()

	name, err := fireworks.ParseCheckpointName(c.plan.CheckpointName.ValueString())
	if err != nil {
		return nil
	}

	var rows []fireworks.Checkpoint

	for _, notBefore := range []time.Time{{}, started} {
		rows, err = c.data.LookUpCheckpoints(ctx, name.Parent(), notBefore)

		switch {
		case fireworks.IsNotFound(err):
			diags.AddAttributeError(attribute, diagnostic.SummaryNoSuchTrainingRun, diagnostic.APIDetail(
				fmt.Sprintf("%s cannot be promoted: %s does not exist.", name, name.Parent()), err,
				providerdata.NoSuchTrainingRunHint))

			return diags
		case err != nil:
			providerdata.AddNotChecked(&diags, attribute, diagnostic.SummaryCheckpointNotChecked,
				fmt.Sprintf("Whether %s exists and can be promoted was not checked.", name), err)

			return diags
		}

		if row := findCheckpoint(rows, name.String()); row >= 0 && rows[row].Promotable {
			c.checkOlder(&diags, name, rows)
			return diags
		}

		if notBefore.IsZero() {
			_ = c.data.Clock.Sleep(ctx, confirmationDelay) // the next request returns the error, if any
		}
	}

	if findCheckpoint(rows, name.String()) < 0 {
		diags.AddAttributeError(attribute, diagnostic.SummaryNoSuchCheckpoint,
			diagnostic.JoinParagraphs(fmt.Sprintf("%s has no checkpoint %q.", name.Parent(), name.CheckpointID),
				suggestCheckpoints(rows)))

		return diags
	}

	diags.AddAttributeError(attribute, diagnostic.SummaryCheckpointNotPromotable, diagnostic.JoinParagraphs(
		fmt.Sprintf("The platform lists %s as not promotable: it is not a sampler checkpoint, or its files are not "+
			"complete.", name),
		suggestCheckpoints(rows)))

	return diags
}

// checkOlder warns about a replacement of a model whose checkpoint is newer, or can no longer be promoted. Rows are
// oldest first.
func (c *planCheck) checkOlder(diags *diag.Diagnostics, name fireworks.CheckpointName, rows []fireworks.Checkpoint) {
	promoted, err := fireworks.ParseCheckpointName(c.promoted)
	if err != nil || c.replaced == "" || promoted == name || promoted.Parent() != name.Parent() {
		return
	}

	var problem string

	switch old := findCheckpoint(rows, c.promoted); {
	case old < 0 || !rows[old].Promotable:
		problem = "can no longer be promoted, so the model cannot be created again"
	case old > findCheckpoint(rows, name.String()):
		problem = "is newer"
	default:
		return
	}

	diags.AddAttributeWarning(path.Root("checkpoint_name"), diagnostic.SummaryOlderCheckpoint, fmt.Sprintf(
		"This plan replaces the model %s with a model of the checkpoint %s. Its current checkpoint, %s, %s.\n\n"+
			"To keep the model, set checkpoint_name to its current checkpoint.", c.replaced, name, c.promoted, problem))
}

func findCheckpoint(rows []fireworks.Checkpoint, name string) int {
	return slices.IndexFunc(rows, func(row fireworks.Checkpoint) bool { return row.Name == name })
}

// suggestCheckpoints lists the newest checkpoints that could be promoted instead.
func suggestCheckpoints(rows []fireworks.Checkpoint) string {
	promotable := fireworks.Promotable(rows)
	if len(promotable) == 0 {
		return "None of its checkpoints can be promoted. Save a sampler checkpoint in the training run first."
	}

	lines := []string{"Its newest promotable checkpoints are:"}
	for _, row := range promotable[:min(maxSuggestions, len(promotable))] {
		lines = append(lines, fmt.Sprintf("  %s (%s)", row.Name, row.CreateTime))
	}

	return strings.Join(lines, "\n")
}

// checkModelID finds an existing model with the ID of the new one.
func (c *planCheck) checkModelID(ctx context.Context) (diags diag.Diagnostics) {
	attribute := path.Root("output_model_id")

	name, ok := c.plan.outputModel()
	if !ok || len(fireworks.ValidateModelID(name.ModelID)) > 0 || name.String() == c.replaced {
		return nil
	}

	switch _, err := c.data.Client.GetModel(ctx, name); {
	case err == nil && lifecycle.ReportExisting(c.data, &diags, providerdata.ModelKind, name.String(), c.replaced):
		lifecycle.AddExists(&diags, providerdata.ModelKind, name.String())
	case err != nil && !fireworks.IsNotFound(err):
		providerdata.AddNotChecked(&diags, attribute, diagnostic.SummaryModelIDNotChecked,
			fmt.Sprintf("Whether model %s already exists was not checked.", name), err)
	}

	return diags
}

// checkBaseModel finds a base model that does not exist. Some keys may use a model that they do not see, and something
// else may create a model of the own account before this is applied. So it is an error only if the plan deletes a model
// first.
func (c *planCheck) checkBaseModel(ctx context.Context) (diags diag.Diagnostics) {
	attribute := path.Root("base_model")

	name, err := fireworks.ParseModelName(c.plan.BaseModel.ValueString())
	if err != nil || c.data.Plans.Creates(name.String()) {
		return nil
	}

	_, err = c.data.LookUpModel(ctx, name)

	switch output, ok := c.plan.outputModel(); {
	case err == nil || c.data.Plans.Creates(name.String()):
	case !fireworks.IsNotFound(err):
		providerdata.AddNotChecked(&diags, attribute, diagnostic.SummaryBaseModelNotChecked,
			fmt.Sprintf("Whether the base model %s exists was not checked.", name), err)
	case ok && output.String() == c.replaced:
		diags.AddAttributeError(attribute, diagnostic.SummaryNoSuchBaseModel, diagnostic.APIDetail(
			fmt.Sprintf("The base model %s does not exist, or is not visible to this API key. The plan would delete "+
				"the model %s before this is known.", name, c.replaced), err, baseModelHint))
	case ok && output.AccountID == name.AccountID:
		diags.AddAttributeWarning(attribute, diagnostic.SummaryNoSuchBaseModel,
			diagnostic.APIDetail(fmt.Sprintf("The base model %s does not exist.", name), err,
				diagnostic.JoinParagraphs(baseModelHint,
					diagnostic.CreatedElsewhereHint(providerdata.PromotedModelType, "model"))))
	default:
		diags.AddAttributeWarning(attribute, diagnostic.SummaryNoSuchBaseModel, diagnostic.APIDetail(
			fmt.Sprintf("The base model %s does not exist, or is not visible to this API key.", name), err,
			baseModelHint))
	}

	return diags
}

const baseModelHint = "Specify the model that the training run started from, such as " +
	"accounts/fireworks/models/qwen3-8b."

// checkServed warns about deployments of a model that is to be replaced under its name, except those that the plan is
// known to delete: the plan of a deployment that refers to the model comes later.
func (c *planCheck) checkServed(ctx context.Context) (diags diag.Diagnostics) {
	name, ok := c.plan.outputModel()
	if !ok || name.String() != c.replaced {
		return nil
	}

	model, err := c.data.Client.GetModel(ctx, name)
	if err != nil {
		return nil
	}

	deployments := slices.DeleteFunc(model.Deployments, func(deployment string) bool {
		return c.data.Plans.Deletes(deployment) || lifecycle.IsMissingDeployment(ctx, c.data, deployment)
	})
	if len(deployments) > 0 {
		diags.AddAttributeWarning(path.Root("output_model_id"), diagnostic.SummaryModelDeployed, fmt.Sprintf(
			"Model %s, which this plan replaces under its name, is deployed on, or loaded onto:\n  %s\n\n"+
				"Ignore this warning for a fireworks_deployment of this configuration whose base_model refers to the "+
				"name attribute of this resource, and for a fireworks_deployed_model whose model does: it is "+
				"replaced as well, and deleted first. If it uses the literal name, use that reference instead. "+
				"Delete or unload any other one first, or the model cannot be deleted.\n\n"+
				"The guide \"New checkpoint without downtime\" shows how to keep "+
				"serving.", name, strings.Join(deployments, "\n  ")))
	}

	return diags
}
