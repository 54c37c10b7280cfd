// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"context"
	"net/http"
	"net/url"
)

// The states of a deployed model. A failure has no state: see DeployedModel.LastOperationFailed.
const (
	DeployedModelStateDeploying   = "DEPLOYING"
	DeployedModelStateDeployed    = "DEPLOYED"
	DeployedModelStateUpdating    = "UPDATING"
	DeployedModelStateUndeploying = "UNDEPLOYING"
)

// DeployedModel is a LoRA addon that is loaded into a deployment.
type DeployedModel struct {
	// Name is accounts/{account}/deployedModels/{deployed-model}; the server chooses the ID.
	Name string `json:"name"`
	// Model and Deployment are full names.
	Model       string `json:"model"`
	Deployment  string `json:"deployment"`
	DisplayName string `json:"displayName"`
	Description string `json:"description"`
	// Default reports whether requests for the model alone, without a deployment, are sent to this deployed model.
	Default bool `json:"default"`
	Public  bool `json:"public"`
	// State is one of the DeployedModelState constants, or one that is newer than this client.
	State      Enum `json:"state"`
	Status     `json:"status"`
	CreateTime Timestamp `json:"createTime"`
	UpdateTime Timestamp `json:"updateTime"`
}

func (d DeployedModel) resourceName() string { return d.Name }

func (DeployedModel) kind() string { return "deployed model" }

func (d *DeployedModel) finish(r redactor) {
	d.Status.finish(r)
	d.State = d.State.named("", DeployedModelStateUndeploying, DeployedModelStateDeploying, DeployedModelStateDeployed,
		DeployedModelStateUpdating)
}

func (n DeployedModelName) path() string {
	return resourcePath("accounts", n.AccountID, "deployedModels", n.DeployedModelID)
}

// CreateDeployedModel starts to load a model into a deployment; the fields "model" and "deployment" are required.
// After a response that may have been lost it is not retried: see MayHaveSucceeded.
func (c *Client) CreateDeployedModel(ctx context.Context, accountID string, fields Fields) (DeployedModel, error) {
	return receive[DeployedModel](ctx, c,
		c.createRequest(resourcePath("accounts", accountID, "deployedModels"), fields))
}

// GetDeployedModel returns a deployed model.
func (c *Client) GetDeployedModel(ctx context.Context, name DeployedModelName) (DeployedModel, error) {
	return receive[DeployedModel](ctx, c, request{method: http.MethodGet, path: name.path()})
}

// GetDeployedModelOnce is GetDeployedModel without retries, for callers that poll.
func (c *Client) GetDeployedModelOnce(ctx context.Context, name DeployedModelName) (DeployedModel, error) {
	return receive[DeployedModel](ctx, c, request{method: http.MethodGet, path: name.path(), retries: retryNever})
}

// UpdateDeployedModel changes exactly the given fields and returns the deployed model. Without fields it only returns
// it.
func (c *Client) UpdateDeployedModel(
	ctx context.Context, name DeployedModelName, fields Fields,
) (DeployedModel, error) {
	return receive[DeployedModel](ctx, c, updateRequest(name.path(), fields, url.Values{}))
}

// ListDeployedModels returns all deployed models of an account.
func (c *Client) ListDeployedModels(ctx context.Context, accountID string) ([]DeployedModel, error) {
	return listResources[DeployedModel](ctx, c, accountID, "deployedModels")
}

// DeleteDeployedModel starts to unload a model from a deployment. If it does not exist, the error satisfies IsNotFound.
func (c *Client) DeleteDeployedModel(ctx context.Context, name DeployedModelName) error {
	return c.do(ctx, request{method: http.MethodDelete, path: name.path()}, nil)
}
