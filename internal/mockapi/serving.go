// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"time"
)

// serving is the part of a server's state that models are served from.
type serving struct {
	deployments    map[string]*deploymentRecord
	deployedModels map[string]*deployedModelRecord
	quotas         []Quota // in the order of their names
	serial         int     // of the IDs that the server chooses

	deploymentTime time.Duration
	outcome        DeploymentOutcome
	outcomes       map[string]DeploymentOutcome // by the name of a deployment
	updateOutcome  DeploymentOutcome
	loadOutcome    DeployedModelOutcome
	modelsDeployed map[string]int // by the name of the model
	created        map[string]int
	reservedUntil  map[string]time.Time // names of deployments that are deleted, but not free yet
	staleRefs      []staleRef
	ignoredFields  []string
	updateGets     int

	hardDeleteLag   time.Duration
	refsLag         time.Duration
	suspended       bool
	dropsShapes     bool
	ignoresValidate bool
	matchUnknown    bool
}

// staleRef is a reference to a deployment that is deleted, which a model still shows until it expires.
type staleRef struct {
	model   string
	ref     DeployedModelRef
	expires time.Time
}

func newServing(o Options) serving {
	return serving{
		deployments:    map[string]*deploymentRecord{},
		deployedModels: map[string]*deployedModelRecord{},
		deploymentTime: o.DeploymentTime,
		outcomes:       map[string]DeploymentOutcome{},
		created:        map[string]int{},
		reservedUntil:  map[string]time.Time{},
		modelsDeployed: map[string]int{},
	}
}

// SetDeploymentTime sets how long creating and updating deployments takes from now on; deleting one takes a third of
// it.
func (s *Server) SetDeploymentTime(d time.Duration) {
	defer s.lock()()

	s.serving.deploymentTime = d
}

// SetDeploymentOutcome sets how the deployments finish that are created from now on: all of them, or those with these
// full names.
func (s *Server) SetDeploymentOutcome(o DeploymentOutcome, names ...string) {
	defer s.lock()()

	if len(names) == 0 {
		s.serving.outcome = o
	}

	for _, name := range names {
		s.serving.outcomes[name] = o
	}
}

// SetUpdateOutcome sets how the rollouts finish that updates of deployments start from now on.
func (s *Server) SetUpdateOutcome(o DeploymentOutcome) {
	defer s.lock()()

	s.serving.updateOutcome = o
}

// SetUpdateStart sets at which GET after an update its rollout starts and the deployment is UPDATING; 0 is immediately.
func (s *Server) SetUpdateStart(get int) {
	defer s.lock()()

	s.serving.updateGets = get
}

// SetSuspended sets whether the account is suspended: creating and updating deployments is refused with 412.
func (s *Server) SetSuspended(on bool) {
	defer s.lock()()

	s.serving.suspended = on
}

// SetDropShapes sets whether deployments lose the shape that they were created or updated with.
func (s *Server) SetDropShapes(on bool) {
	defer s.lock()()

	s.serving.dropsShapes = on
}

// SetIgnoreValidateOnly sets whether the server ignores the parameter validateOnly, and creates the deployment.
func (s *Server) SetIgnoreValidateOnly(on bool) {
	defer s.lock()()

	s.serving.ignoresValidate = on
}

// SetIgnoredFields sets the fields of deployments and deployed models, in snake_case, that the server accepts and does
// not apply.
func (s *Server) SetIgnoredFields(fields ...string) {
	defer s.lock()()

	s.serving.ignoredFields = fields
}

// SetHardDeleteLag sets how long the ID of a deployment stays taken after it was deleted for good.
func (s *Server) SetHardDeleteLag(d time.Duration) {
	defer s.lock()()

	s.serving.hardDeleteLag = d
}

// SetDeployedModelRefsLag sets how long a model still refers to a deployment that was deleted, and so cannot be deleted
// itself.
func (s *Server) SetDeployedModelRefsLag(d time.Duration) {
	defer s.lock()()

	s.serving.refsLag = d
}

// ReserveDeploymentID makes the name of a deployment that does not exist taken for a while.
func (s *Server) ReserveDeploymentID(name string, d time.Duration) {
	defer s.lock()()

	s.serving.reservedUntil[name] = s.now().Add(d)
}

// MarkInUse records an inference request to a deployment.
func (s *Server) MarkInUse(name string) {
	defer s.lock()()

	if record, ok := s.serving.deployments[name]; ok {
		record.lastRequest = s.now()
	}
}
