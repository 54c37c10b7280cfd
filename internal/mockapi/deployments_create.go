// SPDX-License-Identifier: MPL-2.0

package mockapi

// createOptions are the parameters of the query of a request that creates a deployment.
type createOptions struct {
	validateOnly, acceptShapelessRisk, skipShapeValidation, disableSpeculativeDecoding, disableAutoDeploy bool
}

func (c *call) createOptions() (o createOptions, err error) {
	for name, to := range map[string]*bool{
		"validateOnly": &o.validateOnly, "acceptShapelessRisk": &o.acceptShapelessRisk,
		"skipShapeValidation":        &o.skipShapeValidation,
		"disableSpeculativeDecoding": &o.disableSpeculativeDecoding, "disableAutoDeploy": &o.disableAutoDeploy,
	} {
		if *to, err = c.boolParam(name); err != nil {
			return o, err
		}
	}

	return o, nil
}

func (s *Server) createDeployment(c *call) (any, error) {
	defer s.lock()()

	account := c.params[0]
	if err := s.requireAccess(account); err != nil {
		return nil, err
	}

	if err := s.checkNotSuspended(account); err != nil {
		return nil, err
	}

	options, err := c.createOptions()
	if err != nil {
		return nil, err
	}

	id := c.query.Get("deploymentId")

	in, err := s.decodeDeployment("accounts/"+account+deploymentsSegment+id, c.body)
	if err != nil {
		return nil, err
	}

	d, err := s.newDeployment(account, id, in, options)
	if err != nil {
		return nil, err
	}

	if options.validateOnly && !s.serving.ignoresValidate {
		d.State = stateUnspecified
		return d, nil
	}

	if len(in.policyMembers) > 0 {
		s.setPolicyMembers(d.Name, in.policyMembers)
	}

	return s.addDeployment(d, options).clone(), nil
}

// newDeployment checks a request and returns the requested deployment.
func (s *Server) newDeployment(account, id string, in *deploymentInput, options createOptions) (*Deployment, error) {
	d := &Deployment{Name: "accounts/" + account + deploymentsSegment + id, BaseModel: in.BaseModel,
		Annotations: in.Annotations}

	if err := s.checkDeploymentName(d, id); err != nil {
		return nil, err
	}

	if err := s.checkCreate(in, options); err != nil {
		return nil, err
	}

	d.Placement = defaultPlacement()
	if in.Placement != nil {
		d.Placement = in.Placement
	}

	all := newFieldSet(mutableDeploymentFields)
	if err := in.setSimpleFields(d, all); err != nil {
		return nil, err
	}

	h, err := s.resolveShape(in.DeploymentShape, d.BaseModel, options.skipShapeValidation)
	if err != nil {
		return nil, err
	}

	if h != nil && options.disableSpeculativeDecoding {
		h.snapshot.DraftModel, h.snapshot.DraftTokenCount, h.snapshot.NgramSpeculationLength = "", 0, 0
	}

	if err := s.setHardware(d, in, all, h); err != nil {
		return nil, err
	}

	return d, s.checkQuota(d, nil)
}

// checkDeploymentName checks the ID of a new deployment; without one the server chooses it.
func (s *Server) checkDeploymentName(d *Deployment, id string) error {
	if id == "" {
		d.Name += s.chooseID()
		return nil
	}

	if !deploymentIDPattern.MatchString(id) {
		return invalid("deploymentId: %q must be 1 to 63 characters of a-z, 0-9 and -, the first and last alphanumeric",
			id)
	}

	_, taken := s.serving.deployments[d.Name]
	if _, reserved := s.serving.reservedUntil[d.Name]; taken || reserved {
		return alreadyExists("deployment ID already exists")
	}

	return nil
}

func (s *Server) checkCreate(in *deploymentInput, options createOptions) error {
	switch {
	case in.Name != "":
		return invalid("name: is set by the server; pass the ID as deploymentId")
	case in.DeploymentShape == "" && in.AcceleratorType == "" && in.AcceleratorCount != 0:
		return invalid("accelerator_count: needs accelerator_type")
	case in.DeploymentShape == "" && in.AcceleratorType == "":
		return invalid("one of deployment_shape and accelerator_type is required")
	case in.DeploymentShape != "" && (in.AcceleratorType != "" || in.AcceleratorCount != 0):
		return invalid("accelerator_type and accelerator_count must not be set together with deployment_shape")
	case in.DeploymentShape == "" && !options.acceptShapelessRisk:
		return invalid("a deployment without deployment_shape needs acceptShapelessRisk")
	case in.DeploymentShape != "" && options.acceptShapelessRisk:
		return invalid("acceptShapelessRisk must not be set together with deployment_shape")
	}

	if err := s.checkBaseModel(in.BaseModel); err != nil {
		return err
	}

	if in.Placement != nil {
		if err := in.Placement.check(); err != nil {
			return err
		}
	}

	return checkTags(in.Annotations)
}

func (s *Server) checkBaseModel(name string) error {
	if !modelNamePattern.MatchString(name) {
		return invalid("base_model: %q is not of the form accounts/{account}/models/{model}", name)
	}

	base, ok := s.models[name]
	switch {
	case !ok:
		return notFound("base_model: model %q not found", name)
	case base.model.State != stateReady:
		return invalid("base_model: model %q is not READY, but %s", name, base.model.State)
	}

	return nil
}

// addDeployment starts the creation of a deployment that has passed all checks.
func (s *Server) addDeployment(d *Deployment, options createOptions) *Deployment {
	now := s.now()
	d.CreateTime, d.UpdateTime = formatTime(now), formatTime(now)
	d.DesiredReplicaCount = d.MinReplicaCount

	record := &deploymentRecord{deployment: d.clone(), idleSince: now, usedDraft: !options.disableSpeculativeDecoding}
	s.serving.deployments[d.Name] = record
	s.serving.created[d.Name]++

	outcome, ok := s.serving.outcomes[d.Name]
	if !ok {
		outcome = s.serving.outcome
	}

	s.startRollout(record, stateCreating, nextOutcome(s, d.Name, false, deploymentOutcomes, outcome))
	s.listLate(d.Name, nil)

	if !options.disableAutoDeploy {
		s.autoDeploy(record)
	}

	return &record.deployment
}
