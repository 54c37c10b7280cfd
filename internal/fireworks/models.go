package fireworks

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
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
	Name        string
	DisplayName string
	Description string
	Public      bool
	// State is one of the ModelState constants, or a newer one; empty if the API returns none.
	State string
	// StatusCode and StatusMessage are the outcome of the last operation on the model.
	StatusCode    string
	StatusMessage string
	// Kind is HF_BASE_MODEL, HF_PEFT_ADDON or another one.
	Kind string
	// PEFTDetails is nil for a full-weight model.
	PEFTDetails *PEFTDetails
	// BaseModelDetails is nil for a LoRA addon.
	BaseModelDetails *BaseModelDetails
	CreateTime       Timestamp
	UpdateTime       Timestamp
	// ContextLength and TrainingContextLength are in tokens, 0 when the API omits them.
	ContextLength         int64
	TrainingContextLength int64
	SupportsImageInput    bool
	SupportsTools         bool
	// SupportsLora reports whether LoRA addons of the model can be served.
	SupportsLora bool
	// Tunable reports whether the model can be fine-tuned.
	Tunable           bool
	DefaultDraftModel string
	HuggingFaceURL    string
	// Deployments are the full names of the deployments that serve the model.
	Deployments []string
}

// LastOperationFailed reports whether the last operation on the model failed.
func (m Model) LastOperationFailed() bool { return isFailure(m.StatusCode) }

// isFailure reports whether the code of a status is a gRPC code other than OK.
func isFailure(code string) bool {
	return slices.Index(codeNames[:], jsonEnum(code).named(codeNames[:]...)) > 0
}

// PEFTDetails describes a LoRA addon.
type PEFTDetails struct {
	BaseModel     string
	BaseModelType string
	// R is the rank of the adapter, 0 if the API returns none.
	R             int64
	TargetModules []string
}

// BaseModelDetails describes a model with full weights.
type BaseModelDetails struct {
	// ModelType is the architecture, such as qwen3.
	ModelType string
	// ParameterCount is 0 when the API omits it.
	ParameterCount   int64
	DefaultPrecision string
	// MixtureOfExperts reports whether the model is a mixture of experts.
	MixtureOfExperts bool
	WorldSize        int64
	CheckpointFormat string
}

// ModelUpdate holds the fields of a model to be changed; nil leaves a field as it is.
type ModelUpdate struct {
	DisplayName *string
	Description *string
	Public      *bool
}

// IsEmpty reports whether there is nothing to change.
func (c ModelUpdate) IsEmpty() bool { return c == ModelUpdate{} }

func (c ModelUpdate) fields() Fields {
	fields := Fields{}
	if c.DisplayName != nil {
		fields["display_name"] = *c.DisplayName
	}

	if c.Description != nil {
		fields["description"] = *c.Description
	}

	if c.Public != nil {
		fields["public"] = *c.Public
	}

	return fields
}

type wireModel struct {
	Name        string     `json:"name"`
	DisplayName string     `json:"displayName"`
	Description string     `json:"description"`
	Public      bool       `json:"public"`
	State       jsonEnum   `json:"state"`
	Status      wireStatus `json:"status"`
	Kind        jsonEnum   `json:"kind"`
	PEFTDetails *struct {
		BaseModel     string    `json:"baseModel"`
		BaseModelType string    `json:"baseModelType"`
		R             jsonInt64 `json:"r"`
		TargetModules []string  `json:"targetModules"`
	} `json:"peftDetails"`
	BaseModelDetails *struct {
		ModelType        string    `json:"modelType"`
		ParameterCount   jsonInt64 `json:"parameterCount"`
		DefaultPrecision jsonEnum  `json:"defaultPrecision"`
		MOE              bool      `json:"moe"`
		WorldSize        jsonInt64 `json:"worldSize"`
		CheckpointFormat jsonEnum  `json:"checkpointFormat"`
	} `json:"baseModelDetails"`
	CreateTime            Timestamp       `json:"createTime"`
	UpdateTime            Timestamp       `json:"updateTime"`
	ContextLength         jsonInt64       `json:"contextLength"`
	TrainingContextLength jsonInt64       `json:"trainingContextLength"`
	SupportsImageInput    bool            `json:"supportsImageInput"`
	SupportsTools         bool            `json:"supportsTools"`
	SupportsLora          bool            `json:"supportsLora"`
	Tunable               bool            `json:"tunable"`
	DefaultDraftModel     string          `json:"defaultDraftModel"`
	HuggingFaceURL        string          `json:"huggingFaceUrl"`
	DeployedModelRefs     []deploymentRef `json:"deployedModelRefs"`
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

func (w wireModel) resourceName() string { return w.Name }

func (w wireModel) model(r redactor) Model {
	model := Model{
		Name:                  w.Name,
		DisplayName:           w.DisplayName,
		Description:           w.Description,
		Public:                w.Public,
		State:                 w.State.named(ModelStateUnspecified, ModelStateUploading, ModelStateReady),
		StatusCode:            string(w.Status.Code),
		StatusMessage:         r.text(w.Status.Message),
		Kind:                  string(w.Kind),
		CreateTime:            w.CreateTime,
		UpdateTime:            w.UpdateTime,
		ContextLength:         int64(w.ContextLength),
		TrainingContextLength: int64(w.TrainingContextLength),
		SupportsImageInput:    w.SupportsImageInput,
		SupportsTools:         w.SupportsTools,
		SupportsLora:          w.SupportsLora,
		Tunable:               w.Tunable,
		DefaultDraftModel:     w.DefaultDraftModel,
		HuggingFaceURL:        w.HuggingFaceURL,
	}

	if details := w.PEFTDetails; details != nil {
		model.PEFTDetails = &PEFTDetails{
			BaseModel:     details.BaseModel,
			BaseModelType: details.BaseModelType,
			R:             int64(details.R),
			TargetModules: details.TargetModules,
		}
	}

	if details := w.BaseModelDetails; details != nil {
		model.BaseModelDetails = &BaseModelDetails{
			ModelType:        details.ModelType,
			ParameterCount:   int64(details.ParameterCount),
			DefaultPrecision: string(details.DefaultPrecision),
			MixtureOfExperts: details.MOE,
			WorldSize:        int64(details.WorldSize),
			CheckpointFormat: string(details.CheckpointFormat),
		}
	}

	for _, ref := range w.DeployedModelRefs {
		if ref != "" {
			model.Deployments = append(model.Deployments, string(ref))
		}
	}

	return model
}

func (n ModelName) path() string { return resourcePath("accounts", n.AccountID, "models", n.ModelID) }

// GetModel reads a model.
func (c *Client) GetModel(ctx context.Context, name ModelName) (Model, error) {
	return c.getModel(ctx, name, retryTransient)
}

// GetModelOnce reads a model without retries, for callers that poll.
func (c *Client) GetModelOnce(ctx context.Context, name ModelName) (Model, error) {
	return c.getModel(ctx, name, retryNever)
}

func (c *Client) getModel(ctx context.Context, name ModelName, retries retryRule) (Model, error) {
	var response wireModel
	if err := c.do(ctx, request{method: http.MethodGet, path: name.path(), retries: retries}, &response); err != nil {
		return Model{}, err
	}

	if response.Name == "" {
		return Model{}, &DecodeError{Method: http.MethodGet, Path: name.path(), Reason: "the response is not a model: it has no name"}
	}

	return response.model(c.redact), nil
}

// UpdateModel changes exactly the fields that are set in change and returns the model as it is then.
func (c *Client) UpdateModel(ctx context.Context, name ModelName, change ModelUpdate) (Model, error) {
	// An empty mask is none, and without one the API clears every field that the body lacks.
	if change.IsEmpty() {
		return c.GetModel(ctx, name)
	}

	fields := change.fields()

	var response wireModel

	query := url.Values{"updateMask": {fields.Mask()}}
	if err := c.do(ctx, request{method: http.MethodPatch, path: name.path(), query: query, body: fields}, &response); err != nil {
		return Model{}, err
	}

	if response.Name == "" {
		return c.GetModel(ctx, name)
	}

	return response.model(c.redact), nil
}

// DeleteModel deletes a model, which may stay readable for a while. For a deleted model it fails with an error for IsNotFound,
// for a deployed one with an error for IsFailedPrecondition.
func (c *Client) DeleteModel(ctx context.Context, name ModelName) error {
	return c.do(ctx, request{method: http.MethodDelete, path: name.path()}, nil)
}

type modelPage struct {
	nextPage
	Models []wireModel `json:"models"`
}

func (p *modelPage) rows() []wireModel { return p.Models }

// ListModels returns all models of an account, without their deployments, which only GetModel returns.
func (c *Client) ListModels(ctx context.Context, accountID string) ([]Model, error) {
	list := listRequest{path: resourcePath("accounts", accountID, "models")}

	rows, err := listAll(ctx, c, list, func() page[wireModel] { return &modelPage{} })
	if err != nil {
		return nil, err
	}

	models := make([]Model, len(rows))
	for i, row := range rows {
		models[i] = row.model(c.redact)
	}

	return models, nil
}
