// SPDX-License-Identifier: MPL-2.0

package deployedmodel

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
)

// resourceModel is the resource in a configuration, a plan or a state.
type resourceModel struct {
	Model            types.String   `tfsdk:"model"`
	Deployment       types.String   `tfsdk:"deployment"`
	DisplayName      types.String   `tfsdk:"display_name"`
	Description      types.String   `tfsdk:"description"`
	Default          types.Bool     `tfsdk:"default"`
	Public           types.Bool     `tfsdk:"public"`
	WaitForInference types.Bool     `tfsdk:"wait_for_inference"`
	ID               types.String   `tfsdk:"id"`
	Name             types.String   `tfsdk:"name"`
	AccountID        types.String   `tfsdk:"account_id"`
	State            types.String   `tfsdk:"state"`
	CreateTime       types.String   `tfsdk:"create_time"`
	InferenceModel   types.String   `tfsdk:"inference_model"`
	Timeouts         timeouts.Value `tfsdk:"timeouts"`
}

// loadedPair identifies a deployed model before the platform has chosen its ID: a model is loaded once onto a
// deployment.
type loadedPair struct {
	Model      fireworks.ModelName
	Deployment fireworks.DeploymentName
}

// String returns the name to send inference requests to.
func (p loadedPair) String() string { return p.Model.String() + "#" + p.Deployment.String() }

func (p loadedPair) matches(d fireworks.DeployedModel) bool {
	return d.Model == p.Model.String() && d.Deployment == p.Deployment.String()
}

// pair returns the model and the deployment, and whether both are known and valid.
func (m *resourceModel) pair() (loadedPair, bool) {
	model, modelErr := fireworks.ParseModelName(m.Model.ValueString())
	deployment, deploymentErr := fireworks.ParseDeploymentName(m.Deployment.ValueString())

	return loadedPair{Model: model, Deployment: deployment}, modelErr == nil && deploymentErr == nil
}

// setPair sets the attributes that follow from the model and the deployment.
func (m *resourceModel) setPair() {
	if deployment, err := fireworks.ParseDeploymentName(m.Deployment.ValueString()); err == nil {
		m.AccountID = types.StringValue(deployment.AccountID)
	}

	if pair, ok := m.pair(); ok {
		m.InferenceModel = types.StringValue(pair.String())
	}
}

// setName sets the attributes that follow from the name.
func (m *resourceModel) setName(name fireworks.DeployedModelName) {
	m.ID = types.StringValue(name.String())
	m.Name = types.StringValue(name.String())
	m.AccountID = types.StringValue(name.AccountID)
}

// Refresh sets all attributes that the API returns. The two names stay as they are configured, even if the API
// reports them in another form: they cannot change.
func (m *resourceModel) Refresh(api fireworks.DeployedModel) {
	if !attribute.IsKnown(m.Model) {
		m.Model = attribute.StringOrNull(api.Model)
	}

	if !attribute.IsKnown(m.Deployment) {
		m.Deployment = attribute.StringOrNull(api.Deployment)
	}

	m.DisplayName = attribute.MetadataFromAPI(api.DisplayName, m.DisplayName)
	m.Description = attribute.MetadataFromAPI(api.Description, m.Description)
	m.Default = types.BoolValue(api.Default)
	m.Public = types.BoolValue(api.Public)
	m.State = attribute.StringOrNull(api.State)
	m.CreateTime = attribute.StringOrNull(api.CreateTime.String())
	m.setPair()
}

// FillUnknown sets the unknown attributes from the API, or to null without a response.
func (m *resourceModel) FillUnknown(api *fireworks.DeployedModel) { lifecycle.FillUnknown(m, api) }

// metadataNames are the attributes that an update can change.
var metadataNames = []string{"display_name", "description", "default", "public"}

// createFields returns the fields of the request that loads the model: exactly what is configured.
func (m *resourceModel) createFields() fireworks.Fields {
	fields := fireworks.Fields{}
	attribute.AddConfigured(fields, m, "model", "deployment")
	attribute.AddConfigured(fields, m, metadataNames...)

	return fields
}

// changes returns the fields of an update: those that the plan knows and the state does not have.
func (m *resourceModel) changes(state *resourceModel) fireworks.Fields {
	return attribute.Changes(m, state, metadataNames...)
}

// notApplied returns the values that differ from those of the API, among the fields that were sent.
func (m *resourceModel) notApplied(api fireworks.DeployedModel, sent fireworks.Fields) []attribute.Unapplied {
	var reported resourceModel
	reported.Refresh(api)

	return attribute.NotApplied(m, &reported, sent, metadataNames...)
}

// CopyUnsent sets the arguments that an update saves without a request.
func (m *resourceModel) CopyUnsent(plan *resourceModel) {
	m.WaitForInference, m.Timeouts = plan.WaitForInference, plan.Timeouts
}
