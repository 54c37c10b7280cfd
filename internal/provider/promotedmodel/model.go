// SPDX-License-Identifier: MPL-2.0

package promotedmodel

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
)

// resourceModel is the resource in a configuration, a plan or a state.
type resourceModel struct {
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
func (m *resourceModel) promotionRequest() (fireworks.PromotionRequest, error) {
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
func (m *resourceModel) setName(name fireworks.ModelName) {
	m.ID = types.StringValue(name.String())
	m.Name = types.StringValue(name.String())
	m.AccountID = types.StringValue(name.AccountID)
}

// Refresh sets all attributes that the API returns.
func (m *resourceModel) Refresh(model fireworks.Model) {
	m.DisplayName = attribute.MetadataFromAPI(model.DisplayName, m.DisplayName)
	m.Description = attribute.MetadataFromAPI(model.Description, m.Description)
	m.Public = types.BoolValue(model.Public)
	m.State = attribute.StringOrNull(model.State)
	m.Kind = attribute.StringOrNull(model.Kind)
	m.CreateTime = attribute.StringOrNull(model.CreateTime.String())
	m.UpdateTime = attribute.StringOrNull(model.UpdateTime.String())
	m.ContextLength = attribute.Int64OrNull(model.ContextLength)
	m.PEFTDetails = attribute.PEFTDetails(model.PEFTDetails)
}

// FillUnknown sets the unknown attributes from the model, or to null without one.
func (m *resourceModel) FillUnknown(model *fireworks.Model) {
	returned := resourceModel{PEFTDetails: types.ObjectNull(attribute.PEFTDetailsTypes)}
	if model != nil {
		returned.Refresh(*model)
	}

	attribute.FillUnknown(m, &returned)
}

// metadataNames are the attributes that an update can change.
var metadataNames = []string{"display_name", "description", "public"}

// changes returns the fields of an update: those that the plan knows and the state does not have.
func (m *resourceModel) changes(state *resourceModel) fireworks.Fields {
	return attribute.Changes(m, state, metadataNames...)
}

// notApplied returns the values that differ from those of the API, among the fields that were sent.
func (m *resourceModel) notApplied(model fireworks.Model, sent fireworks.Fields) []attribute.Unapplied {
	var reported resourceModel
	reported.Refresh(model)

	return attribute.NotApplied(m, &reported, sent, metadataNames...)
}

// CopyUnsent sets the arguments that an update saves without a request.
func (m *resourceModel) CopyUnsent(plan *resourceModel) {
	attribute.Copy(m, plan, "checkpoint_name", "base_model", "hot_load_deployment_id", "deletion_policy", "timeouts")
}
