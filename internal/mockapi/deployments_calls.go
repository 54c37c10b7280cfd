// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

const deploymentsSegment = "/deployments/"

var modelNamePattern = regexp.MustCompile(`^accounts/[^/]+/models/[^/]+$`)

// boolParam reads a parameter of the query; a missing one is false.
func (c *call) boolParam(name string) (bool, error) {
	text := c.query.Get(name)
	if text == "" {
		return false, nil
	}

	value, err := strconv.ParseBool(text)
	if err != nil {
		return false, invalid("%s: %q is neither true nor false", name, text)
	}

	return value, nil
}

func (s *Server) getDeployment(c *call) (any, error) {
	defer s.lock()()

	record, err := s.findDeployment(c)
	if err != nil {
		return nil, err
	}

	if record.rolloutGets > 0 {
		if record.rolloutGets--; record.rolloutGets == 0 {
			s.startRollout(record, stateUpdating, record.rolloutOutcome)
		}
	}

	return record.deployment.clone(), nil
}

func (s *Server) findDeployment(c *call) (*deploymentRecord, error) {
	if err := s.requireAccess(c.params[0]); err != nil {
		return nil, err
	}

	record, ok := s.serving.deployments["accounts/"+c.params[0]+deploymentsSegment+c.params[1]]
	if !ok {
		return nil, notFound("deployment not found")
	}

	return record, nil
}

// findLiveDeployment is for calls that change a deployment: one that is deleted cannot be changed.
func (s *Server) findLiveDeployment(c *call) (*deploymentRecord, error) {
	record, err := s.findDeployment(c)
	if err != nil {
		return nil, err
	}

	if state := record.deployment.State; state == stateDeleting || state == stateDeleted {
		return nil, failedPrecondition(nil, "deployment %q is in state %s and cannot be changed",
			record.deployment.Name, state)
	}

	return record, nil
}

var deploymentFilterFields = []string{
	"name", "display_name", "state", "base_model", "deployment_shape", "accelerator_type", "precision", "region",
	"create_time", "update_time",
}

func (d *Deployment) filterFields() map[string]string {
	return map[string]string{
		"name": d.Name, "display_name": d.DisplayName, "state": d.State, "base_model": d.BaseModel,
		"deployment_shape": d.DeploymentShape,
		"accelerator_type": d.AcceleratorType, "precision": d.Precision, "region": d.Region,
		"create_time": d.CreateTime, "update_time": d.UpdateTime,
	}
}

func (s *Server) listDeployments(c *call) (any, error) {
	defer s.lock()()

	if err := s.requireAccess(c.params[0]); err != nil {
		return nil, err
	}

	keep, err := parseFilter(c.query.Get("filter"), deploymentFilterFields)
	if err != nil {
		return nil, err
	}

	showDeleted, err := c.boolParam("showDeleted")
	if err != nil {
		return nil, err
	}

	collection := "accounts/" + c.params[0] + deploymentsSegment

	var all []Deployment

	for name, record := range s.serving.deployments {
		if strings.HasPrefix(name, collection) && (showDeleted || record.deployment.State != stateDeleted) {
			all = append(all, record.deployment.clone())
		}
	}

	all = listed(s, c, collection, all, func(d Deployment) string { return d.Name })
	all = slices.DeleteFunc(all, func(d Deployment) bool { return !keep(d.filterFields()) })

	page, next, err := orderedPage(c, all, func(d Deployment) string { return d.CreateTime })
	if err != nil {
		return nil, err
	}

	return struct {
		Deployments   []Deployment `json:"deployments,omitempty"`
		NextPageToken string       `json:"nextPageToken,omitempty"`
		TotalSize     int          `json:"totalSize,omitempty"`
	}{page, next, len(all)}, nil
}

// orderedPage returns a page of rows that are in the order of their names, sorted by create_time unless orderBy is
// given.
func orderedPage[T any](c *call, rows []T, createTime func(T) string) (page []T, next string, err error) {
	if c.query.Get("orderBy") == "" {
		c.query.Set("orderBy", "create_time")
	}

	if err := orderRows(c, rows, createTime); err != nil {
		return nil, "", err
	}

	return paginate(c, rows)
}

func (s *Server) deleteDeployment(c *call) (any, error) {
	defer s.lock()()

	record, err := s.findDeployment(c)
	if err != nil {
		return nil, err
	}

	ignoreChecks, err := c.boolParam("ignoreChecks")
	if err != nil {
		return nil, err
	}

	hard, err := c.boolParam("hard")
	if err != nil {
		return nil, err
	}

	inUse := !record.lastRequest.IsZero() && s.now().Sub(record.lastRequest) < inUseWindow
	if state := record.deployment.State; inUse && !ignoreChecks && state != stateDeleting && state != stateDeleted {
		return nil, failedPrecondition(
			nil, "deployment %q received inference requests within the last hour; use ignoreChecks to delete it",
			record.deployment.Name,
		)
	}

	s.startDeletion(record, hard)

	return struct{}{}, nil
}

func (s *Server) undeleteDeployment(c *call) (any, error) {
	defer s.lock()()

	record, err := s.findDeployment(c)
	if err != nil {
		return nil, err
	}

	d := &record.deployment
	if d.State != stateDeleted {
		return nil, failedPrecondition(nil, "deployment %q is in state %s and not deleted", d.Name, d.State)
	}

	if err := s.checkNotSuspended(c.params[0]); err != nil {
		return nil, err
	}

	d.DeleteTime, d.PurgeTime = "", ""
	d.DesiredReplicaCount = d.MinReplicaCount
	record.lastRequest = time.Time{}

	s.startRollout(record, stateCreating, DeploymentSucceeds)
	s.autoDeploy(record)
	record.touch(s.now())

	return d.clone(), nil
}
