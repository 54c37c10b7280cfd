package fireworks

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// The states of a deployment.
const (
	DeploymentStateUnspecified = "STATE_UNSPECIFIED"
	// DeploymentStateCreating means that the deployment is being created.
	DeploymentStateCreating = "CREATING"
	// DeploymentStateReady means that the control plane is done; a deployment that is scaled to zero is ready, too.
	DeploymentStateReady = "READY"
	// DeploymentStateUpdating means that a change is rolling out.
	DeploymentStateUpdating = "UPDATING"
	DeploymentStateDeleting = "DELETING"
	// DeploymentStateDeleted means that the deployment was soft-deleted; its ID stays reserved until it is purged.
	DeploymentStateDeleted = "DELETED"
	// DeploymentStateFailed means that the creation failed, for the reason in the status.
	DeploymentStateFailed = "FAILED"
)

// DeploymentShapeDefault is accepted in place of the name of a deployment shape: the server then chooses a validated one.
const DeploymentShapeDefault = "default"

// CreateRequestTimeout is the least time that one request to create a resource is given: a response that is lost leaves
// open whether the resource exists.
const CreateRequestTimeout = 120 * time.Second

// tagPrefix is the prefix of the annotations that users may set.
const tagPrefix = "custom/"

// Deployment is a deployment of the platform. A number is 0 and a text empty when the API omits it.
type Deployment struct {
	// Name is accounts/{account}/deployments/{deployment}.
	Name      string
	BaseModel string
	// DeploymentShape is the versioned name of the shape, empty when the deployment has none.
	DeploymentShape string
	AcceleratorType string
	// AcceleratorCount is the number of GPUs of one replica.
	AcceleratorCount       int64
	Precision              string
	MinReplicaCount        int64
	MaxReplicaCount        int64
	AutoscalingPolicy      *AutoscalingPolicy
	Placement              *Placement
	EnableAddons           bool
	EnableSessionAffinity  bool
	MaxContextLength       int64
	DraftModel             string
	DraftTokenCount        int64
	NgramSpeculationLength int64
	DisplayName            string
	Description            string
	Annotations            map[string]string
	// State is one of the DeploymentState constants, or one that is newer than this client.
	State string
	// StatusCode and StatusMessage are the outcome of the last operation on the deployment.
	StatusCode    string
	StatusMessage string
	// Region is the current location, which may change.
	Region     string
	CreateTime Timestamp
	UpdateTime Timestamp
	DeleteTime Timestamp
	// PurgeTime is when the ID of a soft-deleted deployment becomes free.
	PurgeTime           Timestamp
	ReplicaCount        int64
	DesiredReplicaCount int64
	ReplicaStats        ReplicaStats
}

// AutoscalingPolicy says when replicas are added and removed. The windows are durations in seconds, such as "600s".
type AutoscalingPolicy struct {
	ScaleUpWindow     string             `json:"scaleUpWindow,omitempty"`
	ScaleDownWindow   string             `json:"scaleDownWindow,omitempty"`
	ScaleToZeroWindow string             `json:"scaleToZeroWindow,omitempty"`
	LoadTargets       map[string]float64 `json:"loadTargets,omitempty"`
}

// Placement restricts where a deployment runs. In a request, exactly one field is set.
type Placement struct {
	Region      string   `json:"region,omitempty"`
	MultiRegion string   `json:"multiRegion,omitempty"`
	Regions     []string `json:"regions,omitempty"`
}

// ReplicaStats are the numbers of replicas by what they are doing.
type ReplicaStats struct {
	PendingScheduling, DownloadingModel, Initializing, Ready int64
}

// Tags returns the annotations that users may set, by their keys without the prefix.
func (d Deployment) Tags() map[string]string {
	tags := map[string]string{}

	for key, value := range d.Annotations {
		if tag, ok := strings.CutPrefix(key, tagPrefix); ok {
			tags[tag] = value
		}
	}

	return tags
}

// TagAnnotations returns the annotations that hold the tags: the keys get the prefix that Deployment.Tags removes.
func TagAnnotations(tags map[string]string) map[string]string {
	annotations := make(map[string]string, len(tags))
	for tag, value := range tags {
		annotations[tagPrefix+tag] = value
	}

	return annotations
}

// LastOperationFailed reports whether the last operation on the deployment failed.
func (d Deployment) LastOperationFailed() bool { return isFailure(d.StatusCode) }

// CreateDeploymentRequest is a deployment to be created.
type CreateDeploymentRequest struct {
	Name   DeploymentName
	Fields Fields
	// AcceptShapelessRisk is required without a deployment shape, and refused with one.
	AcceptShapelessRisk bool
	// SkipShapeValidation accepts a version of a shape that is not validated.
	SkipShapeValidation bool
	// DisableSpeculativeDecoding does not take over the speculative decoding of the base model or the shape.
	DisableSpeculativeDecoding bool
}

// DeleteDeploymentOptions says how a deployment is deleted.
type DeleteDeploymentOptions struct {
	// IgnoreChecks deletes the deployment even if it received requests within the last hour.
	IgnoreChecks bool
	// Hard deletes the deployment for good and frees its ID.
	Hard bool
}

func (n DeploymentName) path() string {
	return resourcePath("accounts", n.AccountID, "deployments", n.DeploymentID)
}

// CreateDeployment starts the creation of a deployment and returns it. After a response that may have been lost it is not
// retried: see IsResponseLost.
func (c *Client) CreateDeployment(ctx context.Context, r CreateDeploymentRequest) (Deployment, error) {
	return c.createDeployment(ctx, r, false)
}

// ValidateDeployment makes the server run all checks of a creation and returns the deployment that would be created.
// Without a deployment ID, whether the ID is free is not checked. After a response that may have been lost it is not retried:
// a server that ignores validateOnly would create a second deployment.
func (c *Client) ValidateDeployment(ctx context.Context, r CreateDeploymentRequest) (Deployment, error) {
	return c.createDeployment(ctx, r, true)
}

func (c *Client) createDeployment(ctx context.Context, r CreateDeploymentRequest, validateOnly bool) (Deployment, error) {
	query := url.Values{}
	if r.Name.DeploymentID != "" || !validateOnly {
		query.Set("deploymentId", r.Name.DeploymentID)
	}

	setFlag(query, "validateOnly", validateOnly)
	setFlag(query, "acceptShapelessRisk", r.AcceptShapelessRisk)
	setFlag(query, "skipShapeValidation", r.SkipShapeValidation)
	setFlag(query, "disableSpeculativeDecoding", r.DisableSpeculativeDecoding)

	return c.doDeployment(ctx, request{
		method:  http.MethodPost,
		path:    resourcePath("accounts", r.Name.AccountID, "deployments"),
		query:   query,
		body:    r.Fields,
		retries: retryIfNotSent,
		timeout: max(c.requestTimeout, CreateRequestTimeout),
	})
}

func setFlag(query url.Values, name string, value bool) {
	if value {
		query.Set(name, "true")
	}
}

// GetDeployment returns a deployment. A soft-deleted one is returned, too, in the state DELETED.
func (c *Client) GetDeployment(ctx context.Context, name DeploymentName) (Deployment, error) {
	return c.doDeployment(ctx, request{method: http.MethodGet, path: name.path()})
}

// GetDeploymentOnce is GetDeployment without retries, for callers that poll.
func (c *Client) GetDeploymentOnce(ctx context.Context, name DeploymentName) (Deployment, error) {
	return c.doDeployment(ctx, request{method: http.MethodGet, path: name.path(), retries: retryNever})
}

// UpdateDeployment changes exactly the given fields and returns the deployment. Without fields it only returns the deployment.
func (c *Client) UpdateDeployment(ctx context.Context, name DeploymentName, fields Fields, skipShapeValidation bool) (Deployment, error) {
	// Without a mask, the API resets every field that the body lacks.
	if len(fields) == 0 {
		return c.GetDeployment(ctx, name)
	}

	query := url.Values{"updateMask": {fields.Mask()}}
	setFlag(query, "skipShapeValidation", skipShapeValidation)

	return c.doDeployment(ctx, request{method: http.MethodPatch, path: name.path(), query: query, body: fields})
}

// doDeployment sends a request whose response is a deployment.
func (c *Client) doDeployment(ctx context.Context, r request) (Deployment, error) {
	var w wireDeployment
	if err := c.do(ctx, r, &w); err != nil {
		return Deployment{}, err
	}

	if w.Name == "" {
		return Deployment{}, &DecodeError{Method: r.method, Path: r.path, Reason: "the response is not a deployment: it has no name"}
	}

	return w.deployment(c.redact), nil
}

// ListDeployments returns all deployments of an account, except soft-deleted ones.
func (c *Client) ListDeployments(ctx context.Context, accountID string) ([]Deployment, error) {
	list := listRequest{path: resourcePath("accounts", accountID, "deployments")}

	rows, err := listAll(ctx, c, list, func() page[wireDeployment] { return &deploymentPage{} })
	if err != nil {
		return nil, err
	}

	deployments := make([]Deployment, len(rows))
	for i, row := range rows {
		deployments[i] = row.deployment(c.redact)
	}

	return deployments, nil
}

// SetDeploymentTags adds or replaces tags and keeps all others. The keys have no prefix, as in Deployment.Tags.
func (c *Client) SetDeploymentTags(ctx context.Context, name DeploymentName, tags map[string]string) error {
	if len(tags) == 0 {
		return nil
	}

	body := Fields{"tags": TagAnnotations(tags)}

	return c.do(ctx, request{method: http.MethodPost, path: name.path() + ":setTags", body: body}, nil)
}

// DeleteDeploymentTags removes the tags with the given keys, which have no prefix, as in Deployment.Tags.
func (c *Client) DeleteDeploymentTags(ctx context.Context, name DeploymentName, tags []string) error {
	if len(tags) == 0 {
		return nil
	}

	keys := map[string]bool{}
	for _, tag := range tags {
		keys[tagPrefix+tag] = true
	}

	body := Fields{"keys": slices.Sorted(maps.Keys(keys))}

	return c.do(ctx, request{method: http.MethodPost, path: name.path() + ":deleteTags", body: body}, nil)
}

// DeleteDeployment starts the deletion of a deployment, which stays readable for a while. If the deployment does not exist, the
// error satisfies IsNotFound; if it received requests within the last hour and IgnoreChecks is not set, IsFailedPrecondition.
func (c *Client) DeleteDeployment(ctx context.Context, name DeploymentName, options DeleteDeploymentOptions) error {
	query := url.Values{}
	setFlag(query, "ignoreChecks", options.IgnoreChecks)
	setFlag(query, "hard", options.Hard)

	return c.do(ctx, request{method: http.MethodDelete, path: name.path(), query: query}, nil)
}
