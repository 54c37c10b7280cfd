// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
)

// The states of a model.
const (
	ModelStateUnspecified = "STATE_UNSPECIFIED"
	ModelStateUploading   = "UPLOADING"
	ModelStateReady       = "READY"
)

const (
	// DisplayNameLimit is the number of characters that a display name must stay below.
	DisplayNameLimit = 64
	// DescriptionLimit is the number of characters that a description must stay below.
	DescriptionLimit = 1000
)

// Model is a model of the platform.
type Model struct {
	// Name is accounts/{account}/models/{model}.
	Name        string `json:"name"`
	DisplayName string `json:"displayName"`
	Description string `json:"description"`
	Public      bool   `json:"public"`
	// State is one of the ModelState constants, or a newer one; empty if the API returns none.
	State  Enum `json:"state"`
	Status `json:"status"`
	// Kind is HF_BASE_MODEL, HF_PEFT_ADDON or another one.
	Kind Enum `json:"kind"`
	// PEFTDetails is nil for a model without a base model.
	PEFTDetails *PEFTDetails `json:"peftDetails"`
	// BaseModelDetails is nil when the API sends none, as for a LoRA addon.
	BaseModelDetails *BaseModelDetails `json:"baseModelDetails"`
	// BaseModelDetailsSnake is the spelling of older servers, always nil after decoding.
	BaseModelDetailsSnake *BaseModelDetails `json:"base_model_details"`
	CreateTime            Timestamp         `json:"createTime"`
	UpdateTime            Timestamp         `json:"updateTime"`
	// ContextLength is in tokens, 0 when the API omits it.
	ContextLength      Int64 `json:"contextLength"`
	SupportsImageInput bool  `json:"supportsImageInput"`
	SupportsTools      bool  `json:"supportsTools"`
	// SupportsLora reports whether LoRA addons of the model can be served.
	SupportsLora bool `json:"supportsLora"`
	// Tunable reports whether the model can be fine-tuned.
	Tunable           bool   `json:"tunable"`
	DefaultDraftModel string `json:"defaultDraftModel"`
	HuggingFaceURL    string `json:"huggingFaceUrl"`
	// FineTuningJob is the full name of the job that created the model.
	FineTuningJob string `json:"fineTuningJob"`
	// ImportedFrom is where an uploaded model comes from, such as a bucket.
	ImportedFrom string `json:"importedFrom"`
	// Deployments are the full names of the deployments that serve the model.
	Deployments DeploymentNames `json:"deployedModelRefs"`
}

func (m Model) resourceName() string { return m.Name }

func (Model) kind() string { return "model" }

func (m *Model) finish(r redactor) {
	m.Status.finish(r)
	m.State = m.State.named("", ModelStateUploading, ModelStateReady)

	if m.PEFTDetails != nil {
		m.PEFTDetails.TargetModules = withoutEmpty(m.PEFTDetails.TargetModules)
		if m.PEFTDetails.BaseModel == "" {
			m.PEFTDetails = nil
		}
	}

	m.BaseModelDetails = cmp.Or(emptyToNil(m.BaseModelDetails), emptyToNil(m.BaseModelDetailsSnake))
	m.BaseModelDetailsSnake = nil
}

// PEFTDetails describes a LoRA addon.
type PEFTDetails struct {
	BaseModel     string `json:"baseModel"`
	BaseModelType string `json:"baseModelType"`
	// R is the rank of the adapter, 0 if the API returns none.
	R             Int64    `json:"r"`
	TargetModules []string `json:"targetModules"`
}

// BaseModelDetails describes a model with full weights.
type BaseModelDetails struct {
	// ModelType is the architecture, such as qwen3.
	ModelType string
	// ParameterCount is 0 when the API omits it.
	ParameterCount Int64
}

// UnmarshalJSON reads an object in the spelling of this or of older servers.
func (d *BaseModelDetails) UnmarshalJSON(data []byte) error {
	var wire struct {
		ModelType           string `json:"modelType"`
		ModelTypeSnake      string `json:"model_type"`
		ParameterCount      Int64  `json:"parameterCount"`
		ParameterCountSnake Int64  `json:"parameter_count"`
	}

	err := json.Unmarshal(data, &wire)
	*d = BaseModelDetails{
		ModelType:      cmp.Or(wire.ModelType, wire.ModelTypeSnake),
		ParameterCount: cmp.Or(wire.ParameterCount, wire.ParameterCountSnake),
	}

	return err
}

// DeploymentNames are the full names of deployments.
type DeploymentNames []string

// UnmarshalJSON reads references to deployments, and ignores those without a name.
func (d *DeploymentNames) UnmarshalJSON(data []byte) error {
	var refs []deploymentRef

	err := json.Unmarshal(data, &refs)

	for _, ref := range refs {
		if ref != "" {
			*d = append(*d, string(ref))
		}
	}

	return err
}

// deploymentRef reads the name of a deployment, which is a field of an object or the value itself.
type deploymentRef string

func (d *deploymentRef) UnmarshalJSON(data []byte) error {
	var object struct {
		Name       string `json:"name"`
		Deployment string `json:"deployment"`
	}
	if json.Unmarshal(data, &object) == nil {
		*d = deploymentRef(object.Deployment)
		if object.Deployment == "" {
			*d = deploymentRef(object.Name)
		}

		return nil
	}

	var name string

	err := json.Unmarshal(data, &name)
	*d = deploymentRef(name)

	return err
}

func (n ModelName) path() string { return resourcePath("accounts", n.AccountID, "models", n.ModelID) }

// GetModel returns a model.
func (c *Client) GetModel(ctx context.Context, name ModelName) (Model, error) {
	return receive[Model](ctx, c, request{method: http.MethodGet, path: name.path()})
}

// GetModelOnce is GetModel without retries, for callers that poll.
func (c *Client) GetModelOnce(ctx context.Context, name ModelName) (Model, error) {
	return receive[Model](ctx, c, request{method: http.MethodGet, path: name.path(), retries: retryNever})
}

// UpdateModel changes exactly the given fields and returns the model. Without fields it only returns the model.
func (c *Client) UpdateModel(ctx context.Context, name ModelName, fields Fields) (Model, error) {
	var model Model
	if err := c.do(ctx, updateRequest(name.path(), fields, url.Values{}), &model); err != nil {
		return Model{}, err
	}

	if model.Name == "" {
		return c.GetModel(ctx, name)
	}

	model.finish(c.redact)

	return model, nil
}

// DeleteModel deletes a model, which may stay readable for a while. For a deleted model it fails with an error for
// IsNotFound, for a deployed one with an error for IsFailedPrecondition.
func (c *Client) DeleteModel(ctx context.Context, name ModelName) error {
	return c.do(ctx, request{method: http.MethodDelete, path: name.path()}, nil)
}

// ListModels returns all models of an account, without their deployments, which only GetModel returns.
func (c *Client) ListModels(ctx context.Context, accountID string) ([]Model, error) {
	return listResources[Model](ctx, c, accountID, "models")
}
