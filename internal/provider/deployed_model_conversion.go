package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// deployedModel is the resource in a configuration, a plan or a state.
type deployedModel struct {
	Model          types.String   `tfsdk:"model"`
	Deployment     types.String   `tfsdk:"deployment"`
	DisplayName    types.String   `tfsdk:"display_name"`
	Description    types.String   `tfsdk:"description"`
	Default        types.Bool     `tfsdk:"default"`
	Public         types.Bool     `tfsdk:"public"`
	ID             types.String   `tfsdk:"id"`
	Name           types.String   `tfsdk:"name"`
	AccountID      types.String   `tfsdk:"account_id"`
	State          types.String   `tfsdk:"state"`
	CreateTime     types.String   `tfsdk:"create_time"`
	InferenceModel types.String   `tfsdk:"inference_model"`
	Timeouts       timeouts.Value `tfsdk:"timeouts"`
}

// loadedPair identifies a deployed model before the platform has chosen its ID: a model is loaded once onto a deployment.
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
func (m *deployedModel) pair() (loadedPair, bool) {
	model, modelErr := fireworks.ParseModelName(m.Model.ValueString())
	deployment, deploymentErr := fireworks.ParseDeploymentName(m.Deployment.ValueString())

	return loadedPair{Model: model, Deployment: deployment}, modelErr == nil && deploymentErr == nil
}

// setPair sets the attributes that follow from the model and the deployment.
func (m *deployedModel) setPair() {
	if deployment, err := fireworks.ParseDeploymentName(m.Deployment.ValueString()); err == nil {
		m.AccountID = types.StringValue(deployment.AccountID)
	}

	if pair, ok := m.pair(); ok {
		m.InferenceModel = types.StringValue(pair.String())
	}
}

// setName sets the attributes that follow from the name.
func (m *deployedModel) setName(name fireworks.DeployedModelName) {
	m.ID = types.StringValue(name.String())
	m.Name = types.StringValue(name.String())
	m.AccountID = types.StringValue(name.AccountID)
}

// deployedModelName returns the name of the deployed model in the state.
func (m *deployedModel) deployedModelName() (fireworks.DeployedModelName, error) {
	return fireworks.ParseDeployedModelName(m.ID.ValueString())
}

// refresh sets all attributes that the API returns.
func (m *deployedModel) refresh(api fireworks.DeployedModel) {
	m.Model = types.StringValue(api.Model)
	m.Deployment = types.StringValue(api.Deployment)
	m.DisplayName = metadataFromAPI(api.DisplayName, m.DisplayName)
	m.Description = metadataFromAPI(api.Description, m.Description)
	m.Default = types.BoolValue(api.Default)
	m.Public = types.BoolValue(api.Public)
	m.State = stringOrNull(api.State)
	m.CreateTime = stringOrNull(api.CreateTime.String())
	m.setPair()
}

// fillUnknown sets the unknown attributes from the API, or to null without a response.
func (m *deployedModel) fillUnknown(api *fireworks.DeployedModel) {
	var returned deployedModel
	if api != nil {
		returned.refresh(*api)
	}

	setIfUnknown(&m.DisplayName, returned.DisplayName)
	setIfUnknown(&m.Description, returned.Description)
	setIfUnknown(&m.Default, returned.Default)
	setIfUnknown(&m.Public, returned.Public)
	setIfUnknown(&m.State, returned.State)
	setIfUnknown(&m.CreateTime, returned.CreateTime)
}

// createFields returns the fields of the request that loads the model: exactly what is configured.
func (m *deployedModel) createFields() fireworks.Fields {
	fields := fireworks.Fields{"model": m.Model.ValueString(), "deployment": m.Deployment.ValueString()}

	for name, value := range map[string]types.String{"display_name": m.DisplayName, "description": m.Description} {
		if value.ValueString() != "" {
			fields[name] = value.ValueString()
		}
	}

	for name, value := range map[string]types.Bool{"default": m.Default, "public": m.Public} {
		if isKnown(value) {
			fields[name] = value.ValueBool()
		}
	}

	return fields
}

// changes returns the fields whose planned values differ from the current ones.
func (m *deployedModel) changes(current fireworks.DeployedModel) fireworks.Fields {
	fields := fireworks.Fields{}
	addChangedString(fields, "display_name", m.DisplayName, current.DisplayName)
	addChangedString(fields, "description", m.Description, current.Description)
	addChangedBool(fields, "default", m.Default, current.Default)
	addChangedBool(fields, "public", m.Public, current.Public)

	return fields
}

// notApplied returns the values that differ from those of the API, among the fields that were requested.
func (m *deployedModel) notApplied(api fireworks.DeployedModel, requested fireworks.Fields) []unapplied {
	var (
		returned deployedModel
		all      []unapplied
	)

	returned.refresh(api)
	different := m.changes(api)

	for _, value := range []unapplied{
		{"display_name", m.DisplayName, returned.DisplayName}, {"description", m.Description, returned.Description},
		{"default", m.Default, returned.Default}, {"public", m.Public, returned.Public},
	} {
		if requested[value.name] != nil && different[value.name] != nil {
			all = append(all, value)
		}
	}

	return all
}

// mutable returns the values in the state that an update can change.
func (m *deployedModel) mutable() fireworks.DeployedModel {
	return fireworks.DeployedModel{
		DisplayName: m.DisplayName.ValueString(), Description: m.Description.ValueString(),
		Default: m.Default.ValueBool(), Public: m.Public.ValueBool(),
	}
}
