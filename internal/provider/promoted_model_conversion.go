package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// promotedModel is the resource in a configuration, a plan or a state.
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

// promotionRequest returns the request for the promotion. It fails on a name that was unknown before and has the
// wrong form.
func (m *promotedModel) promotionRequest() (fireworks.PromotionRequest, error) {
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

// setName sets the attributes that follow from the name of the model.
func (m *promotedModel) setName(name fireworks.ModelName) {
	m.ID = types.StringValue(name.String())
	m.Name = types.StringValue(name.String())
	m.AccountID = types.StringValue(name.AccountID)
}

// modelName returns the name of the model in the state.
func (m *promotedModel) modelName() (fireworks.ModelName, error) {
	return fireworks.ParseModelName(m.ID.ValueString())
}

// refresh sets all attributes that the API returns.
func (m *promotedModel) refresh(model fireworks.Model) {
	m.DisplayName = metadataFromAPI(model.DisplayName, m.DisplayName)
	m.Description = metadataFromAPI(model.Description, m.Description)
	m.Public = types.BoolValue(model.Public)
	m.State = stringOrNull(model.State)
	m.Kind = stringOrNull(model.Kind)
	m.CreateTime = stringOrNull(model.CreateTime.String())
	m.UpdateTime = stringOrNull(model.UpdateTime.String())
	m.ContextLength = int64OrNull(model.ContextLength)
	m.PEFTDetails = peftDetails(model.PEFTDetails)
}

// fillUnknown sets the unknown attributes from the model, or to null without one.
func (m *promotedModel) fillUnknown(model *fireworks.Model) {
	returned := promotedModel{PEFTDetails: types.ObjectNull(peftDetailsTypes)}
	if model != nil {
		returned.refresh(*model)
	}

	setIfUnknown(&m.DisplayName, returned.DisplayName)
	setIfUnknown(&m.Description, returned.Description)
	setIfUnknown(&m.Public, returned.Public)
	setIfUnknown(&m.State, returned.State)
	setIfUnknown(&m.Kind, returned.Kind)
	setIfUnknown(&m.CreateTime, returned.CreateTime)
	setIfUnknown(&m.UpdateTime, returned.UpdateTime)
	setIfUnknown(&m.ContextLength, returned.ContextLength)
	setIfUnknown(&m.PEFTDetails, returned.PEFTDetails)
}

// changes returns the fields of an update: those that the plan knows and the state does not have.
func (m *promotedModel) changes(state *promotedModel) fireworks.Fields {
	fields := fireworks.Fields{}
	addChangedString(fields, "display_name", m.DisplayName, state.DisplayName)
	addChangedString(fields, "description", m.Description, state.Description)
	addChangedBool(fields, "public", m.Public, state.Public)

	return fields
}

// notApplied returns the values that differ from those of the API, among the fields that were sent.
func (m *promotedModel) notApplied(model fireworks.Model, sent fireworks.Fields) (all []unapplied) {
	var reported promotedModel
	reported.refresh(model)

	all = addUnappliedText(all, sent, "display_name", m.DisplayName, reported.DisplayName)
	all = addUnappliedText(all, sent, "description", m.Description, reported.Description)

	return addUnappliedBool(all, sent, "public", m.Public, reported.Public)
}

// copyUnsent sets the arguments that an update saves without a request.
func (m *promotedModel) copyUnsent(plan *promotedModel) {
	m.CheckpointName = plan.CheckpointName
	m.BaseModel = plan.BaseModel
	m.HotLoadDeploymentID = plan.HotLoadDeploymentID
	m.DeletionPolicy = plan.DeletionPolicy
	m.Timeouts = plan.Timeouts
}
