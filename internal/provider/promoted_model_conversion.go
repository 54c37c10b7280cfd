package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// promotedModel is the resource as Terraform holds it: configuration, plan or state.
type promotedModel struct {
	CheckpointName      types.String   `tfsdk:"checkpoint_name"`
	OutputModelID       types.String   `tfsdk:"output_model_id"`
	BaseModel           types.String   `tfsdk:"base_model"`
	HotLoadDeploymentID types.String   `tfsdk:"hot_load_deployment_id"`
	DisplayName         types.String   `tfsdk:"display_name"`
	Description         types.String   `tfsdk:"description"`
	Public              types.Bool     `tfsdk:"public"`
	DeletionPolicy      types.String   `tfsdk:"deletion_policy"`
	ID                  types.String   `tfsdk:"id"`
	Name                types.String   `tfsdk:"name"`
	AccountID           types.String   `tfsdk:"account_id"`
	State               types.String   `tfsdk:"state"`
	Kind                types.String   `tfsdk:"kind"`
	CreateTime          types.String   `tfsdk:"create_time"`
	UpdateTime          types.String   `tfsdk:"update_time"`
	ContextLength       types.Int64    `tfsdk:"context_length"`
	PEFTDetails         types.Object   `tfsdk:"peft_details"`
	Timeouts            timeouts.Value `tfsdk:"timeouts"`
}

// promotedModelIdentity is what names the resource to Terraform 1.12 and later.
type promotedModelIdentity struct {
	AccountID types.String `tfsdk:"account_id"`
	ModelID   types.String `tfsdk:"model_id"`
}

func identityOf(name fireworks.ModelName) promotedModelIdentity {
	return promotedModelIdentity{AccountID: types.StringValue(name.AccountID), ModelID: types.StringValue(name.ModelID)}
}

// promotionRequest is the promotion that the plan asks for. It fails on names that only now became known and have the wrong form.
func (m promotedModel) promotionRequest() (fireworks.PromotionRequest, error) {
	checkpoint, err := fireworks.ParseCheckpointName(m.CheckpointName.ValueString())
	if err != nil {
		return fireworks.PromotionRequest{}, err
	}

	return fireworks.PromotionRequest{
		Checkpoint:          checkpoint,
		OutputModelID:       m.OutputModelID.ValueString(),
		BaseModel:           m.BaseModel.ValueString(),
		HotLoadDeploymentID: m.HotLoadDeploymentID.ValueString(),
	}, nil
}

// setName fills what follows from the name of the model alone.
func (m *promotedModel) setName(name fireworks.ModelName) {
	m.ID = types.StringValue(name.String())
	m.Name = types.StringValue(name.String())
	m.AccountID = types.StringValue(name.AccountID)
}

// modelName is the model that the state holds.
func (m promotedModel) modelName() (fireworks.ModelName, error) {
	return fireworks.ParseModelName(m.ID.ValueString())
}

// refresh takes over everything that the API says.
func (m *promotedModel) refresh(model fireworks.Model) {
	m.DisplayName = stringOrCleared(model.DisplayName, m.DisplayName)
	m.Description = stringOrCleared(model.Description, m.Description)
	m.Public = types.BoolValue(model.Public)
	m.State = stringOrNull(model.State)
	m.Kind = stringOrNull(model.Kind)
	m.CreateTime = stringOrNull(model.CreateTime.String())
	m.UpdateTime = stringOrNull(model.UpdateTime.String())
	m.ContextLength = int64OrNull(model.ContextLength)
	m.PEFTDetails = peftDetails(model.PEFTDetails)
}

// fillUnknown takes over what the plan left open and keeps what it promised: Terraform rejects a state that breaks its plan.
// Without a model every open value becomes null.
func (m *promotedModel) fillUnknown(model *fireworks.Model) {
	var seen promotedModel

	seen.PEFTDetails = types.ObjectNull(peftDetailsTypes)
	if model != nil {
		seen.refresh(*model)
	}

	for value, replacement := range map[*types.String]types.String{
		&m.DisplayName: seen.DisplayName, &m.Description: seen.Description, &m.State: seen.State, &m.Kind: seen.Kind,
		&m.CreateTime: seen.CreateTime, &m.UpdateTime: seen.UpdateTime,
	} {
		if value.IsUnknown() {
			*value = replacement
		}
	}

	if m.Public.IsUnknown() {
		m.Public = seen.Public
	}

	if m.ContextLength.IsUnknown() {
		m.ContextLength = seen.ContextLength
	}

	if m.PEFTDetails.IsUnknown() {
		m.PEFTDetails = seen.PEFTDetails
	}
}

// modelUpdate is what must be set so that the model has the labels of the plan; labels that the plan leaves open stay as they are.
func (m promotedModel) modelUpdate(displayName, description string, public bool) fireworks.ModelUpdate {
	var change fireworks.ModelUpdate
	if isKnown(m.DisplayName) && m.DisplayName.ValueString() != displayName {
		change.DisplayName = m.DisplayName.ValueStringPointer()
	}

	if isKnown(m.Description) && m.Description.ValueString() != description {
		change.Description = m.Description.ValueStringPointer()
	}

	if isKnown(m.Public) && m.Public.ValueBool() != public {
		change.Public = m.Public.ValueBoolPointer()
	}

	return change
}

func isKnown(value attr.Value) bool { return !value.IsNull() && !value.IsUnknown() }

// stringOrCleared keeps "" where the configuration cleared a label: the API does not tell it from one that was never set.
func stringOrCleared(text string, prior types.String) types.String {
	if text == "" && isKnown(prior) && prior.ValueString() == "" {
		return prior
	}

	return stringOrNull(text)
}

func stringOrNull(text string) types.String {
	if text == "" {
		return types.StringNull()
	}

	return types.StringValue(text)
}

func int64OrNull(number int64) types.Int64 {
	if number == 0 {
		return types.Int64Null()
	}

	return types.Int64Value(number)
}

func peftDetails(details *fireworks.PEFTDetails) types.Object {
	if details == nil {
		return types.ObjectNull(peftDetailsTypes)
	}

	modules := types.ListNull(types.StringType)

	if len(details.TargetModules) > 0 {
		elements := make([]attr.Value, len(details.TargetModules))
		for i, module := range details.TargetModules {
			elements[i] = types.StringValue(module)
		}

		modules = types.ListValueMust(types.StringType, elements)
	}

	return types.ObjectValueMust(peftDetailsTypes, map[string]attr.Value{
		"base_model":      stringOrNull(details.BaseModel),
		"r":               int64OrNull(details.R),
		"target_modules":  modules,
		"base_model_type": stringOrNull(details.BaseModelType),
	})
}
