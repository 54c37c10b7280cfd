// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// SetDeployedModelOutcome sets how the models are loaded that are deployed from now on.
func (s *Server) SetDeployedModelOutcome(o DeployedModelOutcome) {
	defer s.lock()()

	s.serving.loadOutcome = o
}

// DeployedModelsCreated returns how many deployed models of a model, given by its full name, were created by requests.
func (s *Server) DeployedModelsCreated(model string) int {
	defer s.lock()()

	return s.serving.modelsDeployed[model]
}

// DeployedModel returns a deployed model as a GET would show it now.
func (s *Server) DeployedModel(name string) (DeployedModel, bool) {
	defer s.lock()()

	record, ok := s.serving.deployedModels[name]
	if !ok {
		return DeployedModel{}, false
	}

	return record.deployedModel.clone(), true
}

// DeployedModels returns all deployed models, those of base models included, in the order of their names.
func (s *Server) DeployedModels() []DeployedModel {
	defer s.lock()()

	return s.allDeployedModels()
}

func (s *Server) allDeployedModels() []DeployedModel {
	all := make([]DeployedModel, 0, len(s.serving.deployedModels))
	for _, name := range sortedKeys(s.serving.deployedModels) {
		all = append(all, s.serving.deployedModels[name].deployedModel.clone())
	}

	return all
}

// PutDeployedModel creates or replaces a deployed model. DEPLOYED is the default of its state, and the server chooses a
// name for it when it has none. PutDeployedModel returns its name.
func (s *Server) PutDeployedModel(d DeployedModel) string {
	defer s.lock()()

	d.State = cmp.Or(d.State, stateDeployed)
	record := s.addDeployedModel(d)
	record.outcome = DeployedModelHangs

	return record.deployedModel.Name
}

// RemoveDeployedModel deletes a deployed model, as if it had never existed.
func (s *Server) RemoveDeployedModel(name string) {
	defer s.lock()()

	delete(s.serving.deployedModels, name)
}

// deployedModelInput is the body of a request that creates or updates a deployed model.
type deployedModelInput struct {
	Name        string `json:"name"`
	Model       string `json:"model"`
	Deployment  string `json:"deployment"`
	DisplayName string `json:"displayName"`
	Description string `json:"description"`
	Default     *bool  `json:"default"`
	Public      bool   `json:"public"`
}

func decodeDeployedModel(body []byte) (*deployedModelInput, error) {
	in := new(deployedModelInput)
	if err := decodeRequest(body, in); err != nil {
		return nil, err
	}

	metadata := modelUpdate{DisplayName: in.DisplayName, Description: in.Description}

	return in, metadata.validate()
}

func (s *Server) createDeployedModel(c *call) (any, error) {
	defer s.lock()()

	account := c.params[0]
	if err := s.requireAccess(account); err != nil {
		return nil, err
	}

	in, err := decodeDeployedModel(c.body)
	if err != nil {
		return nil, err
	}

	if in.Name != "" {
		return nil, invalid("name: is set by the server")
	}

	if err := s.checkDeployedModel(account, in); err != nil {
		return nil, err
	}

	record := s.addDeployedModel(DeployedModel{Model: in.Model, Deployment: in.Deployment})
	s.setDeployedModelFields(record, in, fieldSet{
		"default": in.Default != nil, "description": true, "display_name": true, "public": true,
	})

	record.outcome = nextOutcome(s, record.deployedModel.Name, false, deployedModelOutcomes, s.serving.loadOutcome)
	s.listLate(record.deployedModel.Name, nil)

	record.due = s.now().Add(s.serving.deploymentTime / 3)
	s.serving.modelsDeployed[in.Model]++

	return record.deployedModel.clone(), nil
}

// checkDeployedModel checks that an addon can be loaded onto a deployment.
func (s *Server) checkDeployedModel(account string, in *deployedModelInput) error {
	switch {
	case !modelNamePattern.MatchString(in.Model):
		return invalid("model: %q is not of the form accounts/{account}/models/{model}", in.Model)
	case !strings.HasPrefix(in.Deployment, "accounts/"+account+deploymentsSegment):
		return invalid("deployment: %q is not of the form accounts/%s/deployments/{deployment}", in.Deployment, account)
	}

	model, ok := s.models[in.Model]
	if !ok {
		return notFound("model %q not found", in.Model)
	}

	deployment, ok := s.serving.deployments[in.Deployment]
	if !ok {
		return notFound("deployment %q not found", in.Deployment)
	}

	if err := checkAddon(model.model, deployment.deployment); err != nil {
		return err
	}

	for _, record := range s.serving.deployedModels {
		if record.deployedModel.Model == in.Model && record.deployedModel.Deployment == in.Deployment {
			return alreadyExists("model %q is deployed on %q already", in.Model, in.Deployment)
		}
	}

	return s.checkDeployedModelQuota(account)
}

func checkAddon(model Model, d Deployment) error {
	switch {
	case model.Kind != kindPEFTAddon:
		return invalid("model %q is not a LoRA addon, but %s", model.Name, model.Kind)
	case model.State != stateReady:
		return invalid("model %q is not READY, but %s", model.Name, model.State)
	case !d.EnableAddons:
		return invalid("deployment %q does not have enable_addons", d.Name)
	case model.PeftDetails != nil && model.PeftDetails.BaseModel != d.BaseModel:
		return invalid("model %q is an addon of %q, and deployment %q serves %q", model.Name,
			model.PeftDetails.BaseModel, d.Name, d.BaseModel)
	}

	switch d.State {
	case stateFailed, stateDeleting, stateDeleted:
		return failedPrecondition(nil, "deployment %q is in state %s", d.Name, d.State)
	}

	return nil
}

func (s *Server) checkDeployedModelQuota(account string) error {
	quota, ok := s.findQuota("accounts/" + account + "/quotas/" + deployedModelQuota)
	if !ok {
		return nil
	}

	if inUse := s.quotaUsage(account, deployedModelQuota); inUse+1 > quota.Value {
		return quotaExceeded(deployedModelQuota, account, inUse, quota.Value, 1)
	}

	return nil
}

// setDefault makes a deployed model the only default of its model, or no default.
func (s *Server) setDefault(record *deployedModelRecord, on bool) {
	if on {
		for _, other := range s.serving.deployedModels {
			if other.deployedModel.Model == record.deployedModel.Model {
				other.deployedModel.Default = false
			}
		}
	}

	record.deployedModel.Default = on
}

func (s *Server) findDeployedModel(c *call) (*deployedModelRecord, error) {
	if err := s.requireAccess(c.params[0]); err != nil {
		return nil, err
	}

	record, ok := s.serving.deployedModels["accounts/"+c.params[0]+"/deployedModels/"+c.params[1]]
	if !ok {
		return nil, notFound("deployed model not found")
	}

	return record, nil
}

func (s *Server) getDeployedModel(c *call) (any, error) {
	defer s.lock()()

	record, err := s.findDeployedModel(c)
	if err != nil {
		return nil, err
	}

	return record.deployedModel.clone(), nil
}

var deployedModelFilterFields = []string{"name", "display_name", "state", "model", "deployment", "default", "public",
	"create_time"}

func (d DeployedModel) filterFields() map[string]string {
	return map[string]string{
		"name": d.Name, "display_name": d.DisplayName, "state": d.State, "model": d.Model, "deployment": d.Deployment,
		"default": strconv.FormatBool(d.Default), "public": strconv.FormatBool(d.Public), "create_time": d.CreateTime,
	}
}

func (s *Server) listDeployedModels(c *call) (any, error) {
	defer s.lock()()

	if err := s.requireAccess(c.params[0]); err != nil {
		return nil, err
	}

	keep, err := parseFilter(c.query.Get("filter"), deployedModelFilterFields)
	if err != nil {
		return nil, err
	}

	collection := "accounts/" + c.params[0] + "/deployedModels/"
	all := listed(s, c, collection, s.allDeployedModels(), func(d DeployedModel) string { return d.Name })
	all = slices.DeleteFunc(all, func(d DeployedModel) bool {
		return !strings.HasPrefix(d.Name, collection) || !keep(d.filterFields())
	})

	page, next, err := orderedPage(c, all, func(d DeployedModel) string { return d.CreateTime })
	if err != nil {
		return nil, err
	}

	return struct {
		DeployedModels []DeployedModel `json:"deployedModels,omitempty"`
		NextPageToken  string          `json:"nextPageToken,omitempty"`
		TotalSize      int             `json:"totalSize,omitempty"`
	}{page, next, len(all)}, nil
}

var mutableDeployedModelFields = []string{"default", "description", "display_name", "public"}

func (s *Server) updateDeployedModel(c *call) (any, error) {
	defer s.lock()()

	record, err := s.findDeployedModel(c)
	if err != nil {
		return nil, err
	}

	in, err := decodeDeployedModel(c.body)
	if err != nil {
		return nil, err
	}

	fields, err := parseMask(c.query.Get("updateMask"), mutableDeployedModelFields)
	if err != nil {
		return nil, err
	}

	s.setDeployedModelFields(record, in, fields)
	record.touch(s.now())

	return record.deployedModel.clone(), nil
}

// setDeployedModelFields sets the given fields, except those that the server ignores.
func (s *Server) setDeployedModelFields(record *deployedModelRecord, in *deployedModelInput, fields fieldSet) {
	s.ignoreFields(fields)

	d := &record.deployedModel
	if fields["display_name"] {
		d.DisplayName = in.DisplayName
	}

	if fields["description"] {
		d.Description = in.Description
	}

	if fields["public"] {
		d.Public = in.Public
	}

	if fields["default"] {
		s.setDefault(record, in.Default != nil && *in.Default)
	}
}

func (s *Server) deleteDeployedModel(c *call) (any, error) {
	defer s.lock()()

	record, err := s.findDeployedModel(c)
	if err != nil {
		return nil, err
	}

	if d := &record.deployedModel; d.State != stateUndeploying || record.outcome == DeployedModelUnloads {
		record.automatic = false
		record.outcome = DeployedModelSucceeds
		record.due = s.now().Add(s.serving.deploymentTime / 3)
		d.State = stateUndeploying

		record.touch(s.now())
	}

	return struct{}{}, nil
}

// touch advances the update time, also when the clock stands still.
func (r *deployedModelRecord) touch(now time.Time) {
	if last := parseTime(r.deployedModel.UpdateTime); !now.After(last) {
		now = last.Add(time.Microsecond)
	}

	r.deployedModel.UpdateTime = formatTime(now)
}
