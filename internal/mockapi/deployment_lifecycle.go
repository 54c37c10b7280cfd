// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

const (
	statusOK            = "OK"
	softDeleteRetention = 7 * 24 * time.Hour
	idleLimit           = 7 * 24 * time.Hour
	inUseWindow         = time.Hour
)

// DeploymentOutcome is how the creation or the update of a deployment finishes.
type DeploymentOutcome int

const (
	// DeploymentSucceeds finishes with a deployment that is READY.
	DeploymentSucceeds DeploymentOutcome = iota
	// DeploymentHangs finishes only by FinishDeployments or a deletion.
	DeploymentHangs
	// DeploymentFails finishes with a deployment that is FAILED, with the reason in its status.
	DeploymentFails
	// DeploymentKeepsError finishes with a deployment that is READY, with an error in its status.
	DeploymentKeepsError
	// DeploymentLacksCapacity is like DeploymentHangs, with RESOURCE_EXHAUSTED in its status meanwhile.
	DeploymentLacksCapacity
	// DeploymentFailsServing finishes with a deployment that is FAILED, and whose replicas continue to serve.
	DeploymentFailsServing
)

const (
	noCapacityMessage     = "no capacity: the requested accelerators are not available in any region of the placement"
	rolloutStoppedMessage = "the rollout was stopped: new replicas did not become ready"
)

// FinishDeployments makes every deployment that is being created or updated READY now, hanging ones and those in an
// unknown state too.
func (s *Server) FinishDeployments() {
	defer s.lock()()

	for _, record := range s.serving.deployments {
		switch record.deployment.State {
		case stateReady, stateFailed, stateDeleting, stateDeleted:
		default:
			record.outcome = DeploymentSucceeds
			s.finishRollout(record, s.now())
		}
	}
}

// ExpireDeployment deletes a deployment as the platform does after 7 days without requests.
func (s *Server) ExpireDeployment(name string) {
	defer s.lock()()

	if record, ok := s.serving.deployments[name]; ok {
		s.softDelete(record, s.now())
	}
}

// advanceServing does what has become due by now.
func (s *Server) advanceServing(now time.Time) {
	for _, name := range sortedKeys(s.serving.deployments) {
		s.advanceDeployment(s.serving.deployments[name], now)
	}

	for name, until := range s.serving.reservedUntil {
		if !now.Before(until) {
			delete(s.serving.reservedUntil, name)
		}
	}

	s.serving.staleRefs = slices.DeleteFunc(s.serving.staleRefs,
		func(r staleRef) bool { return !now.Before(r.expires) })

	s.advanceDeployedModels(now)
}

func (s *Server) advanceDeployment(record *deploymentRecord, now time.Time) {
	d := &record.deployment
	due := !now.Before(record.due)

	switch d.State {
	case stateCreating, stateUpdating:
		if due && record.outcome != DeploymentHangs && record.outcome != DeploymentLacksCapacity {
			s.finishRollout(record, record.due)
		}
	case stateDeleting:
		switch {
		case !due || record.outcome == DeploymentHangs:
		case record.hardDelete:
			s.purge(record, record.due)
		default:
			s.softDelete(record, record.due)
		}
	}

	switch d.State {
	case stateReady:
		s.advanceReady(record, now)
	case stateDeleted:
		if !now.Before(parseTime(d.PurgeTime)) {
			s.purge(record, now)
		}
	}
}

// advanceReady deletes a deployment that was idle for too long, or scales it to zero.
func (s *Server) advanceReady(record *deploymentRecord, now time.Time) {
	d := &record.deployment
	minimum := d.minimumReplicas(now)

	lastActivity := record.idleSince
	if record.lastRequest.After(lastActivity) {
		lastActivity = record.lastRequest
	}

	idle := now.Sub(lastActivity)

	switch {
	case minimum > 0:
		if minimum > d.MinReplicaCount && minimum > d.ReplicaCount {
			d.DesiredReplicaCount = minimum

			record.countReplicas()
		}
	case idle >= idleLimit:
		s.softDelete(record, lastActivity.Add(idleLimit))
	case d.ReplicaCount > 0 && idle >= d.AutoscalingPolicy.scaleToZeroWindow():
		d.DesiredReplicaCount = 0

		record.countReplicas()
	}
}

// finishRollout finishes the creation or the update of a deployment with its outcome.
func (s *Server) finishRollout(record *deploymentRecord, at time.Time) {
	d := &record.deployment
	if d.State == stateCreating {
		record.respondsAt = at.Add(s.routing.readyBeforeInference)
	}

	d.State, d.Status = stateReady, &Status{Code: statusOK}
	record.idleSince = at
	record.failedServing = record.outcome == DeploymentFailsServing

	switch record.outcome {
	case DeploymentFails:
		d.State, d.Status = stateFailed, &Status{Code: "RESOURCE_EXHAUSTED", Message: noCapacityMessage}
		d.DesiredReplicaCount = 0

		s.removeDeployedModels(d.Name)
	case DeploymentKeepsError:
		d.Status = &Status{Code: "INTERNAL", Message: rolloutStoppedMessage}
	case DeploymentFailsServing:
		d.State, d.Status = stateFailed, &Status{Code: "INTERNAL", Message: rolloutStoppedMessage}
	case DeploymentSucceeds, DeploymentHangs, DeploymentLacksCapacity:
	}

	if record.running() {
		d.Region = d.Placement.region()
	}

	record.countReplicas()
	record.touch(at)
}

// startRollout puts a deployment into a state that ends by itself.
func (s *Server) startRollout(record *deploymentRecord, state string, outcome DeploymentOutcome) {
	record.deployment.State = state
	record.outcome = outcome
	record.rolloutGets = 0

	if outcome == DeploymentLacksCapacity {
		record.deployment.Status = &Status{Code: "RESOURCE_EXHAUSTED", Message: noCapacityMessage}
	}

	record.due = s.now().Add(s.serving.deploymentTime)
	record.countReplicas()
}

// countReplicas sets the number of replicas that follows from the state and the desired number.
func (r *deploymentRecord) countReplicas() {
	d := &r.deployment
	d.ReplicaStats = nil

	switch {
	case r.running():
		d.ReplicaCount = d.DesiredReplicaCount
		if d.ReplicaCount > 0 {
			d.ReplicaStats = &ReplicaStats{ReadyReplicaCount: d.ReplicaCount}
		}
	case d.State == stateCreating:
		d.ReplicaCount = 0
		if d.DesiredReplicaCount > 0 {
			d.ReplicaStats = &ReplicaStats{PendingSchedulingReplicaCount: d.DesiredReplicaCount}
		}
	default:
		d.ReplicaCount = 0
	}
}

// running reports whether the replicas of a deployment can serve.
func (r *deploymentRecord) running() bool {
	state := r.deployment.State
	return state == stateReady || state == stateUpdating || state == stateFailed && r.failedServing
}

// startDeletion starts the deletion of a deployment. A deletion that is under way becomes final when the new one is.
func (s *Server) startDeletion(record *deploymentRecord, hard bool) {
	now := s.now()

	switch d := &record.deployment; d.State {
	case stateDeleting:
		record.hardDelete = record.hardDelete || hard
	case stateDeleted:
		if hard {
			s.purge(record, now)
		}
	default:
		record.hardDelete = hard
		record.outcome = DeploymentSucceeds
		record.rolloutGets = 0
		record.due = now.Add(s.serving.deploymentTime / 3)
		d.State, d.DesiredReplicaCount = stateDeleting, 0

		record.countReplicas()
		record.touch(now)
	}
}

func (s *Server) softDelete(record *deploymentRecord, at time.Time) {
	d := &record.deployment
	s.listDeleted(d)
	d.State, d.DesiredReplicaCount = stateDeleted, 0
	d.DeleteTime, d.PurgeTime = formatTime(at), formatTime(at.Add(softDeleteRetention))

	record.countReplicas()
	record.touch(at)

	s.removeDeployedModels(d.Name)
}

// listDeleted makes lists that lag show a deployment that is deleted.
func (s *Server) listDeleted(d *Deployment) {
	row := d.clone()
	row.State = stateReady
	s.listLate(d.Name, row)
}

// purge deletes a deployment for good.
func (s *Server) purge(record *deploymentRecord, at time.Time) {
	name := record.deployment.Name
	if record.deployment.State != stateDeleted {
		s.listDeleted(&record.deployment)
	}

	s.removeDeployedModels(name)
	delete(s.serving.deployments, name)
	delete(s.members, name)

	if s.serving.hardDeleteLag > 0 {
		s.serving.reservedUntil[name] = at.Add(s.serving.hardDeleteLag)
	}
}

func (s *Server) checkNotSuspended(account string) error {
	if !s.serving.suspended {
		return nil
	}

	return &apiError{
		status:  http.StatusPreconditionFailed,
		code:    codeFailedPrecondition,
		message: "account " + account + " is suspended; check its payment method and its spending limit",
	}
}

// checkQuota refuses a deployment that needs more accelerators than are left. replaced is what it needs already.
func (s *Server) checkQuota(d *Deployment, replaced *Deployment) error {
	account := strings.Split(d.Name, "/")[1]
	id := quotaID(d.AcceleratorType)

	quota, ok := s.findQuota("accounts/" + account + "/quotas/" + id)
	if !ok {
		return nil
	}

	inUse := s.acceleratorsInUse(account, id)
	if replaced != nil && quotaID(replaced.AcceleratorType) == id {
		inUse -= replaced.accelerators()
	}

	if requested := d.accelerators(); requested > 0 && inUse+requested > quota.Value {
		return quotaExceeded(id, account, inUse, quota.Value, requested)
	}

	return nil
}
