package fireworks

import (
	"context"
	"errors"
	"net/http"
	"net/url"
)

// DeploymentShapeVersion is a version of a deployment shape, with the settings that it stands for.
type DeploymentShapeVersion struct {
	// Name is the full name of the version, Shape the same without the version, VersionID its last part.
	Name            string
	Shape           string
	VersionID       string
	CreateTime      Timestamp
	Validated       bool
	LatestValidated bool
	Public          bool
	DisplayName     string
	Description     string
	BaseModel       string
	ModelType       string
	ParameterCount  int64
	AcceleratorType string
	// AcceleratorCount is the number of GPUs of one replica.
	AcceleratorCount       int64
	Precision              string
	MaxContextLength       int64
	EnableAddons           bool
	DraftModel             string
	DraftTokenCount        int64
	NgramSpeculationLength int64
	// PresetType is MINIMAL, FAST, THROUGHPUT, FULL_PRECISION or another.
	PresetType string
}

type wireDeploymentShapeVersion struct {
	Name            string    `json:"name"`
	CreateTime      Timestamp `json:"createTime"`
	Validated       bool      `json:"validated"`
	LatestValidated bool      `json:"latestValidated"`
	Public          bool      `json:"public"`
	Snapshot        struct {
		DisplayName            string    `json:"displayName"`
		Description            string    `json:"description"`
		BaseModel              string    `json:"baseModel"`
		ModelType              string    `json:"modelType"`
		ParameterCount         jsonInt64 `json:"parameterCount"`
		AcceleratorType        jsonEnum  `json:"acceleratorType"`
		AcceleratorCount       jsonInt64 `json:"acceleratorCount"`
		Precision              jsonEnum  `json:"precision"`
		MaxContextLength       jsonInt64 `json:"maxContextLength"`
		EnableAddons           bool      `json:"enableAddons"`
		DraftModel             string    `json:"draftModel"`
		DraftTokenCount        jsonInt64 `json:"draftTokenCount"`
		NgramSpeculationLength jsonInt64 `json:"ngramSpeculationLength"`
		PresetType             jsonEnum  `json:"presetType"`
	} `json:"snapshot"`
}

func (w wireDeploymentShapeVersion) resourceName() string { return w.Name }

type deploymentShapePage struct {
	nextPage
	Versions []wireDeploymentShapeVersion `json:"deploymentShapeVersions"`
}

func newDeploymentShapePage() page[wireDeploymentShapeVersion] { return &deploymentShapePage{} }

func (p *deploymentShapePage) rows() []wireDeploymentShapeVersion { return p.Versions }

func (w wireDeploymentShapeVersion) version() (DeploymentShapeVersion, error) {
	name, err := ParseDeploymentShapeName(w.Name)
	if err != nil || name.VersionID == "" {
		return DeploymentShapeVersion{}, errors.New("the response is not a deployment shape version: its name is missing or invalid")
	}

	snapshot := w.Snapshot

	return DeploymentShapeVersion{
		Name:                   w.Name,
		Shape:                  name.Shape(),
		VersionID:              name.VersionID,
		CreateTime:             w.CreateTime,
		Validated:              w.Validated,
		LatestValidated:        w.LatestValidated,
		Public:                 w.Public,
		DisplayName:            snapshot.DisplayName,
		Description:            snapshot.Description,
		BaseModel:              snapshot.BaseModel,
		ModelType:              snapshot.ModelType,
		ParameterCount:         int64(snapshot.ParameterCount),
		AcceleratorType:        string(snapshot.AcceleratorType),
		AcceleratorCount:       int64(snapshot.AcceleratorCount),
		Precision:              string(snapshot.Precision),
		MaxContextLength:       int64(snapshot.MaxContextLength),
		EnableAddons:           snapshot.EnableAddons,
		DraftModel:             snapshot.DraftModel,
		DraftTokenCount:        int64(snapshot.DraftTokenCount),
		NgramSpeculationLength: int64(snapshot.NgramSpeculationLength),
		PresetType:             string(snapshot.PresetType),
	}, nil
}

// ResolveDeploymentShape returns the named version of a deployment shape, or without a version the latest validated one.
// If no version is validated, the error is ErrNoValidatedVersion.
func (c *Client) ResolveDeploymentShape(ctx context.Context, name DeploymentShapeName) (DeploymentShapeVersion, error) {
	path := resourcePath("accounts", name.AccountID, "deploymentShapes", name.ShapeID, "versions")

	var (
		w   wireDeploymentShapeVersion
		err error
	)

	if name.VersionID != "" {
		path += "/" + url.PathEscape(name.VersionID)
		err = c.do(ctx, request{method: http.MethodGet, path: path}, &w)
	} else {
		w, err = latestValidated(ctx, c, path, newDeploymentShapePage)
	}

	if err != nil {
		return DeploymentShapeVersion{}, err
	}

	version, err := w.version()
	if err != nil {
		return DeploymentShapeVersion{}, &DecodeError{Method: http.MethodGet, Path: path, Reason: err.Error()}
	}

	return version, nil
}

// MatchDeploymentShapes returns versions of deployment shapes that fit a model, best first; there may be none. The account must be
// the caller's own. With enableAddons, only shapes that serve several LoRA addons fit. A server that does not know the call yet
// responds with 404.
func (c *Client) MatchDeploymentShapes(
	ctx context.Context, accountID, baseModel string, enableAddons bool,
) ([]DeploymentShapeVersion, error) {
	path := resourcePath("accounts", accountID, "deploymentShapeVersions:match")
	body := Fields{"create_deployment_request": Fields{
		"parent":     "accounts/" + accountID,
		"deployment": Fields{"base_model": baseModel, "enable_addons": enableAddons},
	}}

	// The first page is enough: it holds the best matches.
	var matches deploymentShapePage
	if err := c.do(ctx, request{method: http.MethodPost, path: path, body: body}, &matches); err != nil {
		return nil, err
	}

	versions := make([]DeploymentShapeVersion, 0, len(matches.Versions))

	for _, w := range matches.Versions {
		version, err := w.version()
		if err != nil {
			return nil, &DecodeError{Method: http.MethodPost, Path: path, Reason: err.Error()}
		}

		versions = append(versions, version)
	}

	return versions, nil
}
