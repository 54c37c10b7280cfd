// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"context"
	"net/http"
)

// DeploymentShapeVersion is a version of a deployment shape, with the settings that it stands for.
type DeploymentShapeVersion struct {
	ShapeVersion
	DeploymentShapeSnapshot `json:"snapshot"`
}

// DeploymentShapeSnapshot is what a version of a deployment shape stands for.
type DeploymentShapeSnapshot struct {
	DisplayName     string `json:"displayName"`
	Description     string `json:"description"`
	BaseModel       string `json:"baseModel"`
	ModelType       string `json:"modelType"`
	ParameterCount  Int64  `json:"parameterCount"`
	AcceleratorType Enum   `json:"acceleratorType"`
	// AcceleratorCount is the number of GPUs of one replica.
	AcceleratorCount       Int64  `json:"acceleratorCount"`
	Precision              Enum   `json:"precision"`
	MaxContextLength       Int64  `json:"maxContextLength"`
	EnableAddons           bool   `json:"enableAddons"`
	DraftModel             string `json:"draftModel"`
	DraftTokenCount        Int64  `json:"draftTokenCount"`
	NgramSpeculationLength Int64  `json:"ngramSpeculationLength"`
	// PresetType is MINIMAL, FAST, THROUGHPUT, FULL_PRECISION or another.
	PresetType Enum `json:"presetType"`
}

func (DeploymentShapeVersion) kind() string { return "deployment shape version" }

func (v *DeploymentShapeVersion) finish(redactor) { v.splitName(deploymentShapeVersionPattern) }

// ResolveDeploymentShape returns the named version of a deployment shape, or without a version the latest validated
// one. If no version is validated, the error is ErrNoValidatedVersion.
func (c *Client) ResolveDeploymentShape(ctx context.Context, name DeploymentShapeName) (DeploymentShapeVersion, error) {
	path := resourcePath("accounts", name.AccountID, "deploymentShapes", name.ShapeID, "versions")

	return resolveVersion[DeploymentShapeVersion](ctx, c, path, name.VersionID)
}

// MatchDeploymentShapes returns versions of deployment shapes that fit a model, best first; there may be none. The
// account must be the caller's own. With enableAddons, only shapes that serve several LoRA addons fit. A server that
// does not know the call yet responds with 404: see IsRouteNotFound.
func (c *Client) MatchDeploymentShapes(
	ctx context.Context, accountID, baseModel string, enableAddons bool,
) ([]DeploymentShapeVersion, error) {
	path := resourcePath("accounts", accountID, "deploymentShapeVersions:match")
	body := Fields{"create_deployment_request": Fields{
		"parent":     "accounts/" + accountID,
		"deployment": Fields{"base_model": baseModel, "enable_addons": enableAddons},
	}}

	// The first page is enough: it holds the best matches.
	var matches page[DeploymentShapeVersion]

	match := request{method: http.MethodPost, path: path, body: body}
	if err := c.do(ctx, match, &matches); err != nil {
		return nil, err
	}

	return finishVersions(c, match, matches.rows)
}
