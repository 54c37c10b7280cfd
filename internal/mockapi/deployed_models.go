// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// The states of deployed models.
const (
	stateDeploying   = "DEPLOYING"
	stateDeployed    = "DEPLOYED"
	stateUndeploying = "UNDEPLOYING"
)

// DeployedModelOutcome is how loading a model onto a deployment finishes.
type DeployedModelOutcome int

const (
	// DeployedModelSucceeds finishes with a deployed model that is DEPLOYED.
	DeployedModelSucceeds DeployedModelOutcome = iota
	// DeployedModelHangs stays DEPLOYING.
	DeployedModelHangs
	// DeployedModelFails stays DEPLOYING, with an error in its status.
	DeployedModelFails
	// DeployedModelUnloads goes to UNDEPLOYING, with an error in its status.
	DeployedModelUnloads
	// DeployedModelDisappears is deleted: a GET returns 404.
	DeployedModelDisappears
)

// DeployedModel is a model that is loaded onto a deployment, as on the wire.
type DeployedModel struct {
	Name        string  `json:"name,omitempty"`
	DisplayName string  `json:"displayName,omitempty"`
	Description string  `json:"description,omitempty"`
	CreateTime  string  `json:"createTime,omitempty"`
	UpdateTime  string  `json:"updateTime,omitempty"`
	State       string  `json:"state,omitempty"`
	Status      *Status `json:"status,omitempty"`
	Model       string  `json:"model,omitempty"`
	Deployment  string  `json:"deployment,omitempty"`
	Default     bool    `json:"default,omitempty"`
	Public      bool    `json:"public,omitempty"`
}

type deployedModelRecord struct {
	deployedModel DeployedModel
	due           time.Time
	outcome       DeployedModelOutcome
	automatic     bool // loaded with the deployment, as its base model
}

func (d DeployedModel) clone() DeployedModel {
	if d.Status != nil {
		d.Status = new(*d.Status)
	}

	return d
}

// chooseID returns an ID that the server has not used before.
func (s *Server) chooseID() string {
	s.serving.serial++
	return fmt.Sprintf("%08x", uint32(s.serving.serial)*2654435761) //nolint:gosec // Wraps around on purpose.
}

// autoDeploy loads the base model of a deployment.
func (s *Server) autoDeploy(record *deploymentRecord) {
	deployed := s.addDeployedModel(DeployedModel{Model: record.deployment.BaseModel,
		Deployment: record.deployment.Name})
	deployed.automatic = true
}

// addDeployedModel adds a deployed model in the account of its deployment. The first one of a model is its default.
func (s *Server) addDeployedModel(d DeployedModel) *deployedModelRecord {
	account, _, _ := strings.Cut(d.Deployment, "/deployments/")
	now := s.now()

	d.Name = cmp.Or(d.Name, account+"/deployedModels/"+lastSegment(d.Model)+"-"+s.chooseID())
	d.CreateTime = cmp.Or(d.CreateTime, formatTime(now))
	d.UpdateTime = cmp.Or(d.UpdateTime, d.CreateTime)
	d.State = cmp.Or(d.State, stateDeploying)
	d.Status = &Status{Code: statusOK}
	d.Default = d.Default || !s.isDeployed(d.Model)

	record := &deployedModelRecord{deployedModel: d}
	s.serving.deployedModels[d.Name] = record

	return record
}

func (s *Server) isDeployed(model string) bool {
	for _, record := range s.serving.deployedModels {
		if record.deployedModel.Model == model {
			return true
		}
	}

	return false
}

// removeDeployedModels deletes what is loaded onto a deployment.
func (s *Server) removeDeployedModels(deployment string) {
	for _, name := range sortedKeys(s.serving.deployedModels) {
		if s.serving.deployedModels[name].deployedModel.Deployment == deployment {
			s.removeDeployedModel(name)
		}
	}
}

func (s *Server) removeDeployedModel(name string) {
	d := s.serving.deployedModels[name].deployedModel
	delete(s.serving.deployedModels, name)
	delete(s.members, name)

	row := d.clone()
	row.State = stateDeployed
	s.listLate(name, row)

	if s.serving.refsLag > 0 {
		expires := s.now().Add(s.serving.refsLag)
		s.serving.staleRefs = append(s.serving.staleRefs, staleRef{model: d.Model, ref: d.ref(), expires: expires})
	}
}

func (d DeployedModel) ref() DeployedModelRef {
	return DeployedModelRef{Name: d.Name, Deployment: d.Deployment, State: d.State, Default: d.Default,
		Public: d.Public}
}

// deployedRefs returns where a model is deployed, besides what Deploy set.
func (s *Server) deployedRefs(model string) []DeployedModelRef {
	var refs []DeployedModelRef

	for _, name := range sortedKeys(s.serving.deployedModels) {
		if d := s.serving.deployedModels[name].deployedModel; d.Model == model {
			refs = append(refs, d.ref())
		}
	}

	for _, stale := range s.serving.staleRefs {
		if stale.model == model {
			refs = append(refs, stale.ref)
		}
	}

	return refs
}

// withRefs returns a copy of a model with all references to where it is deployed.
func (s *Server) withRefs(m Model) Model {
	m = m.clone()
	m.DeployedModelRefs = slices.Concat(m.DeployedModelRefs, s.deployedRefs(m.Name))

	return m
}

// advanceDeployedModels does what has become due by now. A base model is deployed once its deployment is ready.
func (s *Server) advanceDeployedModels(now time.Time) {
	for _, name := range sortedKeys(s.serving.deployedModels) {
		record := s.serving.deployedModels[name]
		if record.automatic {
			record.followDeployment(s.serving.deployments[record.deployedModel.Deployment])
			continue
		}

		deployment := s.serving.deployments[record.deployedModel.Deployment]
		if deployment == nil || deployment.deployment.State != stateCreating {
			s.advanceDeployedModel(record, now)
		}
	}
}

func (r *deployedModelRecord) followDeployment(deployment *deploymentRecord) {
	if deployment != nil && deployment.running() && r.deployedModel.State == stateDeploying {
		r.deployedModel.State = stateDeployed
	}
}

func (s *Server) advanceDeployedModel(record *deployedModelRecord, now time.Time) {
	d := &record.deployedModel
	if now.Before(record.due) {
		return
	}

	switch {
	case d.State == stateUndeploying && record.outcome != DeployedModelUnloads:
		s.removeDeployedModel(d.Name)
	case d.State != stateDeploying:
	case record.outcome == DeployedModelSucceeds:
		d.State = stateDeployed
	case record.outcome == DeployedModelFails:
		d.Status = &Status{Code: "INTERNAL", Message: loadFailedMessage}
	case record.outcome == DeployedModelUnloads:
		d.State, d.Status = stateUndeploying, &Status{Code: "INTERNAL", Message: loadFailedMessage}
	case record.outcome == DeployedModelDisappears:
		s.removeDeployedModel(d.Name)
	}
}

const loadFailedMessage = "loading the addon failed: its rank 128 is greater than the deployment's maximum of 64"
