// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// The states of deployments, besides READY and FAILED.
const (
	stateUnspecified = "STATE_UNSPECIFIED"
	stateCreating    = "CREATING"
	stateUpdating    = "UPDATING"
	stateDeleting    = "DELETING"
	stateDeleted     = "DELETED"
)

// Deployment is a deployment, as on the wire.
type Deployment struct {
	Name                   string             `json:"name,omitempty"`
	DisplayName            string             `json:"displayName,omitempty"`
	Description            string             `json:"description,omitempty"`
	CreateTime             string             `json:"createTime,omitempty"`
	UpdateTime             string             `json:"updateTime,omitempty"`
	DeleteTime             string             `json:"deleteTime,omitempty"`
	PurgeTime              string             `json:"purgeTime,omitempty"`
	State                  string             `json:"state,omitempty"`
	Status                 *Status            `json:"status,omitempty"`
	Annotations            map[string]string  `json:"annotations,omitempty"`
	BaseModel              string             `json:"baseModel,omitempty"`
	DeploymentShape        string             `json:"deploymentShape,omitempty"`
	AcceleratorType        string             `json:"acceleratorType,omitempty"`
	AcceleratorCount       int32              `json:"acceleratorCount,omitempty"`
	Precision              string             `json:"precision,omitempty"`
	MinReplicaCount        int32              `json:"minReplicaCount,omitempty"`
	MaxReplicaCount        int32              `json:"maxReplicaCount,omitempty"`
	DesiredReplicaCount    int32              `json:"desiredReplicaCount,omitempty"`
	ReplicaCount           int32              `json:"replicaCount,omitempty"`
	ReplicaStats           *ReplicaStats      `json:"replicaStats,omitempty"`
	AutoscalingPolicy      *AutoscalingPolicy `json:"autoscalingPolicy,omitempty"`
	Placement              *Placement         `json:"placement,omitempty"`
	Region                 string             `json:"region,omitempty"`
	EnableAddons           bool               `json:"enableAddons,omitempty"`
	EnableSessionAffinity  bool               `json:"enableSessionAffinity,omitempty"`
	MaxContextLength       int32              `json:"maxContextLength,omitempty"`
	DraftModel             string             `json:"draftModel,omitempty"`
	DraftTokenCount        int32              `json:"draftTokenCount,omitempty"`
	NgramSpeculationLength int32              `json:"ngramSpeculationLength,omitempty"`

	MaxConcurrencyPerReplica int32 `json:"maxConcurrencyPerReplica,omitempty"`
}

// ReplicaStats counts the replicas of a deployment by what they are doing.
type ReplicaStats struct {
	PendingSchedulingReplicaCount int32 `json:"pendingSchedulingReplicaCount,omitempty"`
	DownloadingModelReplicaCount  int32 `json:"downloadingModelReplicaCount,omitempty"`
	InitializingReplicaCount      int32 `json:"initializingReplicaCount,omitempty"`
	ReadyReplicaCount             int32 `json:"readyReplicaCount,omitempty"`
}

// AutoscalingPolicy is when a deployment gets more or fewer replicas. Durations are in seconds, such as "600s".
type AutoscalingPolicy struct {
	ScaleUpWindow     string             `json:"scaleUpWindow,omitempty"`
	ScaleDownWindow   string             `json:"scaleDownWindow,omitempty"`
	ScaleToZeroWindow string             `json:"scaleToZeroWindow,omitempty"`
	LoadTargets       map[string]float64 `json:"loadTargets,omitempty"`

	ScalingSchedules map[string]ScalingSchedule `json:"scalingSchedules,omitempty"`
}

// Placement is where a deployment may run: exactly one of its fields is set.
type Placement struct {
	Region      string   `json:"region,omitempty"`
	MultiRegion string   `json:"multiRegion,omitempty"`
	Regions     []string `json:"regions,omitempty"`
}

// clone returns a copy of a deployment that shares nothing with the server's own.
func (d Deployment) clone() Deployment {
	if d.Status != nil {
		d.Status = new(*d.Status)
	}

	if d.ReplicaStats != nil {
		d.ReplicaStats = new(*d.ReplicaStats)
	}

	if d.AutoscalingPolicy != nil {
		d.AutoscalingPolicy = new(*d.AutoscalingPolicy)
		d.AutoscalingPolicy.LoadTargets = maps.Clone(d.AutoscalingPolicy.LoadTargets)
		d.AutoscalingPolicy.ScalingSchedules = maps.Clone(d.AutoscalingPolicy.ScalingSchedules)
	}

	if d.Placement != nil {
		d.Placement = new(*d.Placement)
		d.Placement.Regions = slices.Clone(d.Placement.Regions)
	}

	d.Annotations = maps.Clone(d.Annotations)

	return d
}

// deploymentRecord is a deployment and what the server knows about it besides.
type deploymentRecord struct {
	deployment  Deployment
	due         time.Time // when the state it is passing through ends
	outcome     DeploymentOutcome
	hardDelete  bool
	idleSince   time.Time
	lastRequest time.Time // zero when it never received an inference request
	// failedServing reports whether the replicas of a FAILED deployment serve.
	failedServing bool
	// rolloutGets is at which GET the rollout of an update starts, and rolloutOutcome how it finishes; 0 is none.
	rolloutGets    int
	rolloutOutcome DeploymentOutcome
	respondsAt     time.Time // when inference requests succeed after its creation
	usedDraft      bool      // false when it was created without speculative decoding
}

// touch advances the update time, also when the clock stands still.
func (r *deploymentRecord) touch(now time.Time) {
	if last := parseTime(r.deployment.UpdateTime); !now.After(last) {
		now = last.Add(time.Microsecond)
	}

	r.deployment.UpdateTime = formatTime(now)
}

// Deployment returns a deployment as a GET would show it now.
func (s *Server) Deployment(name string) (Deployment, bool) {
	defer s.lock()()

	record, ok := s.serving.deployments[name]
	if !ok {
		return Deployment{}, false
	}

	return record.deployment.clone(), true
}

// Deployments returns all deployments, soft-deleted ones included, in the order of their names.
func (s *Server) Deployments() []Deployment {
	defer s.lock()()

	all := make([]Deployment, 0, len(s.serving.deployments))
	for _, name := range sortedKeys(s.serving.deployments) {
		all = append(all, s.serving.deployments[name].deployment.clone())
	}

	return all
}

// DeploymentsCreated returns how many deployments of this full name were created, one after the other; "" counts all.
func (s *Server) DeploymentsCreated(name string) int {
	defer s.lock()()

	if name != "" {
		return s.serving.created[name]
	}

	total := 0
	for _, n := range s.serving.created {
		total += n
	}

	return total
}

// PutDeployment creates or replaces a deployment. Its state stays as given until a request changes it; READY is the
// default. One that is FAILED and has replicas serves.
func (s *Server) PutDeployment(d Deployment) {
	defer s.lock()()

	s.putDeployment(d.clone())
}

func (s *Server) putDeployment(d Deployment) *deploymentRecord {
	now := s.now()
	d.CreateTime = cmp.Or(d.CreateTime, formatTime(now))
	d.UpdateTime = cmp.Or(d.UpdateTime, d.CreateTime)
	d.State = cmp.Or(d.State, stateReady)
	d.AutoscalingPolicy = cmp.Or(d.AutoscalingPolicy, defaultAutoscalingPolicy())
	d.Placement = cmp.Or(d.Placement, defaultPlacement())

	if d.Status == nil {
		d.Status = &Status{Code: statusOK}
	}

	s.removeDeployedModels(d.Name)

	record := &deploymentRecord{deployment: d, outcome: DeploymentHangs, idleSince: now, usedDraft: true}
	s.serving.deployments[d.Name] = record

	if d.State == stateFailed && d.ReplicaCount > 0 {
		record.failedServing = true
		record.deployment.DesiredReplicaCount = d.ReplicaCount
	}

	if (d.State != stateFailed || record.failedServing) && d.State != stateDeleted && d.BaseModel != "" {
		s.autoDeploy(record)
	}

	record.countReplicas()

	return record
}

// RemoveDeployment deletes a deployment for good, as if it had never existed.
func (s *Server) RemoveDeployment(name string) {
	defer s.lock()()

	s.removeDeployedModels(name)
	delete(s.serving.deployments, name)
	delete(s.members, name)
}
