package fireworks

import (
	"context"
	"net/http"
	"net/url"
)

// The states of a deployed model. A failure has no state: see DeployedModel.LastOperationFailed.
const (
	DeployedModelStateUnspecified = "STATE_UNSPECIFIED"
	DeployedModelStateDeploying   = "DEPLOYING"
	DeployedModelStateDeployed    = "DEPLOYED"
	DeployedModelStateUpdating    = "UPDATING"
	DeployedModelStateUndeploying = "UNDEPLOYING"
)

// DeployedModel is a LoRA addon that is loaded into a deployment.
type DeployedModel struct {
	// Name is accounts/{account}/deployedModels/{deployed-model}; the server chooses the ID.
	Name string
	// Model and Deployment are full names.
	Model       string
	Deployment  string
	DisplayName string
	Description string
	// Default reports whether requests for the model alone, without a deployment, are sent to this deployed model.
	Default bool
	Public  bool
	// State is one of the DeployedModelState constants, or one that is newer than this client.
	State string
	// StatusCode and StatusMessage are the outcome of the last operation on the deployed model.
	StatusCode    string
	StatusMessage string
	CreateTime    Timestamp
	UpdateTime    Timestamp
}

// LastOperationFailed reports whether the last operation on the deployed model failed.
func (d DeployedModel) LastOperationFailed() bool { return isFailure(d.StatusCode) }

type wireDeployedModel struct {
	Name        string     `json:"name"`
	Model       string     `json:"model"`
	Deployment  string     `json:"deployment"`
	DisplayName string     `json:"displayName"`
	Description string     `json:"description"`
	Default     bool       `json:"default"`
	Public      bool       `json:"public"`
	State       jsonEnum   `json:"state"`
	Status      wireStatus `json:"status"`
	CreateTime  Timestamp  `json:"createTime"`
	UpdateTime  Timestamp  `json:"updateTime"`
}

func (w wireDeployedModel) resourceName() string { return w.Name }

type deployedModelPage struct {
	nextPage
	DeployedModels []wireDeployedModel `json:"deployedModels"`
}

func (p *deployedModelPage) rows() []wireDeployedModel { return p.DeployedModels }

func (w wireDeployedModel) deployedModel(r redactor) DeployedModel {
	return DeployedModel{
		Name:          w.Name,
		Model:         w.Model,
		Deployment:    w.Deployment,
		DisplayName:   w.DisplayName,
		Description:   w.Description,
		Default:       w.Default,
		Public:        w.Public,
		State:         string(w.State),
		StatusCode:    string(w.Status.Code),
		StatusMessage: r.text(w.Status.Message),
		CreateTime:    w.CreateTime,
		UpdateTime:    w.UpdateTime,
	}
}

func (n DeployedModelName) path() string {
	return resourcePath("accounts", n.AccountID, "deployedModels", n.DeployedModelID)
}

// CreateDeployedModel starts to load a model into a deployment; the fields "model" and "deployment" are required.
// After a response that may have been lost it is not retried: see IsResponseLost.
func (c *Client) CreateDeployedModel(ctx context.Context, accountID string, fields Fields) (DeployedModel, error) {
	return c.doDeployedModel(ctx, request{
		method:  http.MethodPost,
		path:    resourcePath("accounts", accountID, "deployedModels"),
		body:    fields,
		retries: retryIfNotSent,
		timeout: max(c.requestTimeout, CreateRequestTimeout),
	})
}

// GetDeployedModel returns a deployed model.
func (c *Client) GetDeployedModel(ctx context.Context, name DeployedModelName) (DeployedModel, error) {
	return c.doDeployedModel(ctx, request{method: http.MethodGet, path: name.path()})
}

// GetDeployedModelOnce is GetDeployedModel without retries, for callers that poll.
func (c *Client) GetDeployedModelOnce(ctx context.Context, name DeployedModelName) (DeployedModel, error) {
	return c.doDeployedModel(ctx, request{method: http.MethodGet, path: name.path(), retries: retryNever})
}

// UpdateDeployedModel changes exactly the given fields and returns the deployed model. Without fields it only returns it.
func (c *Client) UpdateDeployedModel(ctx context.Context, name DeployedModelName, fields Fields) (DeployedModel, error) {
	if len(fields) == 0 {
		return c.GetDeployedModel(ctx, name)
	}

	query := url.Values{"updateMask": {fields.Mask()}}

	return c.doDeployedModel(ctx, request{method: http.MethodPatch, path: name.path(), query: query, body: fields})
}

// doDeployedModel sends a request whose response is a deployed model.
func (c *Client) doDeployedModel(ctx context.Context, r request) (DeployedModel, error) {
	var w wireDeployedModel
	if err := c.do(ctx, r, &w); err != nil {
		return DeployedModel{}, err
	}

	if w.Name == "" {
		return DeployedModel{}, &DecodeError{Method: r.method, Path: r.path, Reason: "the response is not a deployed model: it has no name"}
	}

	return w.deployedModel(c.redact), nil
}

// ListDeployedModels returns all deployed models of an account.
func (c *Client) ListDeployedModels(ctx context.Context, accountID string) ([]DeployedModel, error) {
	list := listRequest{path: resourcePath("accounts", accountID, "deployedModels")}

	rows, err := listAll(ctx, c, list, func() page[wireDeployedModel] { return &deployedModelPage{} })
	if err != nil {
		return nil, err
	}

	deployedModels := make([]DeployedModel, len(rows))
	for i, row := range rows {
		deployedModels[i] = row.deployedModel(c.redact)
	}

	return deployedModels, nil
}

// DeleteDeployedModel starts to unload a model from a deployment. If it does not exist, the error satisfies IsNotFound.
func (c *Client) DeleteDeployedModel(ctx context.Context, name DeployedModelName) error {
	return c.do(ctx, request{method: http.MethodDelete, path: name.path()}, nil)
}
