// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// The states of a deployment.
const (
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

// DeploymentShapeDefault is accepted in place of the name of a deployment shape: the server then chooses a validated
// one.
const DeploymentShapeDefault = "default"

// CreateRequestTimeout is the least time that one request to create a resource is given: a response that is lost leaves
// open whether the resource exists.
const CreateRequestTimeout = 120 * time.Second

// tagPrefix is the prefix of the annotations that users may set.
const tagPrefix = "custom/"

// Deployment is a deployment of the platform. A number is 0 and a text empty when the API omits it.
type Deployment struct {
	// Name is accounts/{account}/deployments/{deployment}.
	Name      string `json:"name"`
	BaseModel string `json:"baseModel"`
	// DeploymentShape is the versioned name of the shape, empty when the deployment has none.
	DeploymentShape string `json:"deploymentShape"`
	// DeploymentShapeSnake is the spelling of older servers, always empty after decoding.
	DeploymentShapeSnake string `json:"deployment_shape"`
	AcceleratorType      Enum   `json:"acceleratorType"`
	// AcceleratorCount is the number of GPUs of one replica.
	AcceleratorCount       Int64              `json:"acceleratorCount"`
	Precision              Enum               `json:"precision"`
	MinReplicaCount        Int64              `json:"minReplicaCount"`
	MaxReplicaCount        Int64              `json:"maxReplicaCount"`
	AutoscalingPolicy      *AutoscalingPolicy `json:"autoscalingPolicy"`
	Placement              *Placement         `json:"placement"`
	EnableAddons           bool               `json:"enableAddons"`
	EnableSessionAffinity  bool               `json:"enableSessionAffinity"`
	MaxContextLength       Int64              `json:"maxContextLength"`
	DraftModel             string             `json:"draftModel"`
	DraftTokenCount        Int64              `json:"draftTokenCount"`
	NgramSpeculationLength Int64              `json:"ngramSpeculationLength"`
	DisplayName            string             `json:"displayName"`
	Description            string             `json:"description"`
	Annotations            map[string]string  `json:"annotations"`
	// MaxConcurrencyPerReplica is the number of requests that a replica serves at a time, 0 when it is not set.
	MaxConcurrencyPerReplica Int64 `json:"maxConcurrencyPerReplica"`
	// State is one of the DeploymentState constants, or one that is newer than this client.
	State  Enum `json:"state"`
	Status `json:"status"`
	// Region is the current location, which may change.
	Region     Enum      `json:"region"`
	CreateTime Timestamp `json:"createTime"`
	UpdateTime Timestamp `json:"updateTime"`
	DeleteTime Timestamp `json:"deleteTime"`
	// PurgeTime is when the ID of a soft-deleted deployment becomes free.
	PurgeTime           Timestamp    `json:"purgeTime"`
	ReplicaCount        Int64        `json:"replicaCount"`
	DesiredReplicaCount Int64        `json:"desiredReplicaCount"`
	ReplicaStats        ReplicaStats `json:"replicaStats"`
}

func (d Deployment) resourceName() string { return d.Name }

func (Deployment) kind() string { return "deployment" }

func (d *Deployment) finish(r redactor) {
	d.Status.finish(r)
	d.State = d.State.named("", DeploymentStateCreating, DeploymentStateReady, DeploymentStateDeleting,
		DeploymentStateFailed, DeploymentStateUpdating, DeploymentStateDeleted)
	d.DeploymentShape, d.DeploymentShapeSnake = cmp.Or(d.DeploymentShape, d.DeploymentShapeSnake), ""

	if d.Placement != nil {
		d.Placement.Regions = withoutEmpty(d.Placement.Regions)
	}

	d.Placement = emptyToNil(d.Placement)
	d.AutoscalingPolicy = emptyToNil(d.AutoscalingPolicy)
}

// AutoscalingPolicy says when replicas are added and removed. The windows are durations in seconds, such as "600s".
type AutoscalingPolicy struct {
	ScaleUpWindow     string             `json:"scaleUpWindow,omitempty"`
	ScaleDownWindow   string             `json:"scaleDownWindow,omitempty"`
	ScaleToZeroWindow string             `json:"scaleToZeroWindow,omitempty"`
	LoadTargets       map[string]Float64 `json:"loadTargets,omitempty"`
	// ScalingSchedules are the schedules by name. It is nil if there are none, or if they have another form.
	ScalingSchedules map[string]ScalingSchedule `json:"-"`
	// Members are the members that are not empty as the API sent them, including those that this client does not know:
	// an update replaces the policy as a whole.
	Members map[string]json.RawMessage `json:"-"`
}

// UnmarshalJSON reads the known members, and keeps all of them.
func (p *AutoscalingPolicy) UnmarshalJSON(data []byte) error {
	type knownMembers AutoscalingPolicy

	var known knownMembers
	if err := json.Unmarshal(data, &known); err != nil {
		return err
	}

	if err := json.Unmarshal(data, &known.Members); err != nil {
		return err
	}

	maps.DeleteFunc(known.Members,
		func(_ string, value json.RawMessage) bool { return slices.Contains(emptyJSON, string(value)) })

	if len(known.Members) == 0 {
		known.Members = nil
	}

	var schedules map[string]ScalingSchedule
	if text, ok := known.Members["scalingSchedules"]; ok && json.Unmarshal(text, &schedules) == nil {
		known.ScalingSchedules = schedules
	}

	*p = AutoscalingPolicy(known)

	return nil
}

// emptyJSON are the values that mean the same as absence.
var emptyJSON = []string{"null", `""`, "{}", "[]", "0", "false"}

// Placement restricts where a deployment runs. In a request, exactly one field is set.
type Placement struct {
	Region      Enum   `json:"region,omitempty"`
	MultiRegion Enum   `json:"multiRegion,omitempty"`
	Regions     []Enum `json:"regions,omitempty"`
}

// ReplicaStats are the numbers of replicas by what they are doing.
type ReplicaStats struct {
	PendingScheduling Int64 `json:"pendingSchedulingReplicaCount"`
	DownloadingModel  Int64 `json:"downloadingModelReplicaCount"`
	Initializing      Int64 `json:"initializingReplicaCount"`
	Ready             Int64 `json:"readyReplicaCount"`
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

// CreateDeployment starts the creation of a deployment and returns it. After a response that may have been lost it is
// not retried: see MayHaveSucceeded.
func (c *Client) CreateDeployment(ctx context.Context, r CreateDeploymentRequest) (Deployment, error) {
	return c.createDeployment(ctx, r, false)
}

// ValidateDeployment makes the server run all checks of a creation and returns the deployment that would be created. It
// may have no name. Without a deployment ID, whether the ID is free is not checked. After a response that may have been
// lost it is not retried: a server that ignores validateOnly would create a second deployment.
func (c *Client) ValidateDeployment(ctx context.Context, r CreateDeploymentRequest) (Deployment, error) {
	return c.createDeployment(ctx, r, true)
}

func (c *Client) createDeployment(
	ctx context.Context, r CreateDeploymentRequest, validateOnly bool,
) (Deployment, error) {
	query := url.Values{}
	if r.Name.DeploymentID != "" || !validateOnly {
		query.Set("deploymentId", r.Name.DeploymentID)
	}

	setFlag(query, "validateOnly", validateOnly)
	setFlag(query, "acceptShapelessRisk", r.AcceptShapelessRisk)
	setFlag(query, "skipShapeValidation", r.SkipShapeValidation)
	setFlag(query, "disableSpeculativeDecoding", r.DisableSpeculativeDecoding)

	create := c.createRequest(resourcePath("accounts", r.Name.AccountID, "deployments"), r.Fields)
	create.query = query

	if validateOnly {
		return receiveUnnamed[Deployment](ctx, c, create)
	}

	return receive[Deployment](ctx, c, create)
}

func setFlag(query url.Values, name string, value bool) {
	if value {
		query.Set(name, "true")
	}
}

// GetDeployment returns a deployment. A soft-deleted one is returned, too, in the state DELETED.
func (c *Client) GetDeployment(ctx context.Context, name DeploymentName) (Deployment, error) {
	return receive[Deployment](ctx, c, request{method: http.MethodGet, path: name.path()})
}

// GetDeploymentOnce is GetDeployment without retries, for callers that poll.
func (c *Client) GetDeploymentOnce(ctx context.Context, name DeploymentName) (Deployment, error) {
	return receive[Deployment](ctx, c, request{method: http.MethodGet, path: name.path(), retries: retryNever})
}

// UpdateDeployment changes exactly the given fields and returns the deployment. Without fields it only returns the
// deployment.
func (c *Client) UpdateDeployment(
	ctx context.Context, name DeploymentName, fields Fields, skipShapeValidation bool,
) (Deployment, error) {
	query := url.Values{}
	setFlag(query, "skipShapeValidation", skipShapeValidation)

	return receive[Deployment](ctx, c, updateRequest(name.path(), fields, query))
}

// ListDeployments returns all deployments of an account, except soft-deleted ones.
func (c *Client) ListDeployments(ctx context.Context, accountID string) ([]Deployment, error) {
	return listResources[Deployment](ctx, c, accountID, "deployments")
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

// DeleteDeployment starts the deletion of a deployment, which stays readable for a while. If the deployment does not
// exist, the error satisfies IsNotFound; if it received requests within the last hour and IgnoreChecks is not set,
// IsFailedPrecondition.
func (c *Client) DeleteDeployment(ctx context.Context, name DeploymentName, options DeleteDeploymentOptions) error {
	query := url.Values{}
	setFlag(query, "ignoreChecks", options.IgnoreChecks)
	setFlag(query, "hard", options.Hard)

	return c.do(ctx, request{method: http.MethodDelete, path: name.path(), query: query}, nil)
}
