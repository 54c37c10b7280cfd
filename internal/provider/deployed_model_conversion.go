package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// deployedModel is the resource in a configuration, a plan or a state.
type deployedModel struct {
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

// refresh sets all attributes that the API returns. The two names stay as they are configured, even if the API
// reports them in another form: they cannot change.
func (m *deployedModel) refresh(api fireworks.DeployedModel) {
	if !isKnown(m.Model) {
		m.Model = stringOrNull(api.Model)
	}

	if !isKnown(m.Deployment) {
		m.Deployment = stringOrNull(api.Deployment)
	}

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

// changes returns the fields of an update: those that the plan knows and the state does not have.
func (m *deployedModel) changes(state *deployedModel) fireworks.Fields {
	fields := fireworks.Fields{}
	addChangedString(fields, "display_name", m.DisplayName, state.DisplayName)
	addChangedString(fields, "description", m.Description, state.Description)
	addChangedBool(fields, "default", m.Default, state.Default)
	addChangedBool(fields, "public", m.Public, state.Public)

	return fields
}

// notApplied returns the values that differ from those of the API, among the fields that were sent.
func (m *deployedModel) notApplied(api fireworks.DeployedModel, sent fireworks.Fields) (all []unapplied) {
	var reported deployedModel
	reported.refresh(api)

	all = addUnappliedText(all, sent, "display_name", m.DisplayName, reported.DisplayName)
	all = addUnappliedText(all, sent, "description", m.Description, reported.Description)
	all = addUnappliedBool(all, sent, "default", m.Default, reported.Default)

	return addUnappliedBool(all, sent, "public", m.Public, reported.Public)
}

// copyUnsent sets the arguments that an update saves without a request.
func (m *deployedModel) copyUnsent(plan *deployedModel) {
	m.WaitForInference, m.Timeouts = plan.WaitForInference, plan.Timeouts
}
