package mockapi

import (
	"maps"
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

// createOptions are the parameters of the query of a request that creates a deployment.
type createOptions struct {
	validateOnly, acceptShapelessRisk, skipShapeValidation, disableSpeculativeDecoding, disableAutoDeploy bool
}

func (c *call) createOptions() (o createOptions, err error) {
	for name, to := range map[string]*bool{
		"validateOnly": &o.validateOnly, "acceptShapelessRisk": &o.acceptShapelessRisk, "skipShapeValidation": &o.skipShapeValidation,
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
	if err := s.own(account); err != nil {
		return nil, err
	}

	if err := s.checkNotSuspended(account); err != nil {
		return nil, err
	}

	options, err := c.createOptions()
	if err != nil {
		return nil, err
	}

	in, err := s.decodeDeployment(c.body)
	if err != nil {
		return nil, err
	}

	d, err := s.newDeployment(account, c.query.Get("deploymentId"), in, options)
	if err != nil {
		return nil, err
	}

	if options.validateOnly && !s.serving.ignoresValidate {
		d.State = stateUnspecified
		return d, nil
	}

	return s.addDeployment(d, options).clone(), nil
}

// newDeployment checks a request and returns the deployment that it asks for.
func (s *Server) newDeployment(account, id string, in *deploymentInput, options createOptions) (*Deployment, error) {
	d := &Deployment{Name: "accounts/" + account + deploymentsSegment + id, BaseModel: in.BaseModel, Annotations: in.Annotations}

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
		return invalid("deploymentId: %q must be 1 to 63 characters of a-z, 0-9 and -, the first and last alphanumeric", id)
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

	s.startRollout(record, stateCreating, outcome)

	if !options.disableAutoDeploy {
		s.autoDeploy(record)
	}

	return &record.deployment
}

func (s *Server) getDeployment(c *call) (any, error) {
	defer s.lock()()

	record, err := s.findDeployment(c)
	if err != nil {
		return nil, err
	}

	return record.deployment.clone(), nil
}

func (s *Server) findDeployment(c *call) (*deploymentRecord, error) {
	if err := s.own(c.params[0]); err != nil {
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
		return nil, failedPrecondition(nil, "deployment %q is in state %s and cannot be changed", record.deployment.Name, state)
	}

	return record, nil
}

var deploymentFilterFields = []string{
	"name", "display_name", "state", "base_model", "deployment_shape", "accelerator_type", "precision", "region", "create_time", "update_time",
}

func (d *Deployment) filterFields() map[string]string {
	return map[string]string{
		"name": d.Name, "display_name": d.DisplayName, "state": d.State, "base_model": d.BaseModel, "deployment_shape": d.DeploymentShape,
		"accelerator_type": d.AcceleratorType, "precision": d.Precision, "region": d.Region,
		"create_time": d.CreateTime, "update_time": d.UpdateTime,
	}
}

func (s *Server) listDeployments(c *call) (any, error) {
	defer s.lock()()

	if err := s.own(c.params[0]); err != nil {
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

	var all []Deployment

	for _, name := range sortedKeys(s.serving.deployments) {
		d := s.serving.deployments[name].deployment
		if strings.HasPrefix(name, "accounts/"+c.params[0]+"/") && (showDeleted || d.State != stateDeleted) && keep(d.filterFields()) {
			all = append(all, d.clone())
		}
	}

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

// orderedPage returns a page of rows that are in the order of their names, sorted by create_time unless orderBy is given.
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
			nil, "deployment %q received inference requests within the last hour; use ignoreChecks to delete it", record.deployment.Name,
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

func (s *Server) updateDeployment(c *call) (any, error) {
	defer s.lock()()

	record, err := s.findLiveDeployment(c)
	if err != nil {
		return nil, err
	}

	if err := s.checkNotSuspended(c.params[0]); err != nil {
		return nil, err
	}

	in, err := s.decodeDeployment(c.body)
	if err != nil {
		return nil, err
	}

	fields, err := parseMask(c.query.Get("updateMask"), mutableDeploymentFields)
	if err != nil {
		return nil, err
	}

	skipValidation, err := c.boolParam("skipShapeValidation")
	if err != nil {
		return nil, err
	}

	changed, err := s.changedDeployment(record, in, fields, skipValidation)
	if err != nil {
		return nil, err
	}

	s.startUpdate(record, changed)

	return record.deployment.clone(), nil
}

// parseMask returns the fields that an update changes. Without a mask they are all of them: what the body lacks is reset.
func parseMask(mask string, mutable []string) (fieldSet, error) {
	if mask == "" || mask == "*" {
		return newFieldSet(mutable), nil
	}

	fields := fieldSet{}

	for path := range strings.SplitSeq(mask, ",") {
		path = strings.TrimSpace(path)
		if !slices.Contains(mutable, path) {
			return nil, invalid("updateMask: %q is not a field that can be changed", path)
		}

		fields[path] = true
	}

	return fields, nil
}

// changedDeployment returns a deployment as an update makes it.
func (s *Server) changedDeployment(record *deploymentRecord, in *deploymentInput, fields fieldSet, skip bool) (*Deployment, error) {
	d := new(record.deployment.clone())

	if err := checkHardwareChange(d, in, fields); err != nil {
		return nil, err
	}

	applied := maps.Clone(fields)
	s.ignoreFields(applied)

	if err := in.setSimpleFields(d, applied); err != nil {
		return nil, err
	}

	var (
		h   *hardware
		err error
	)

	if applied["deployment_shape"] {
		if h, err = s.resolveShape(in.DeploymentShape, d.BaseModel, skip); err != nil {
			return nil, err
		}
	}

	if h != nil && !record.usedDraft {
		h.snapshot.DraftModel, h.snapshot.DraftTokenCount, h.snapshot.NgramSpeculationLength = "", 0, 0
	}

	if err := s.setHardware(d, in, applied, h); err != nil {
		return nil, err
	}

	return d, s.checkQuota(d, &record.deployment)
}

// checkHardwareChange checks that a deployment keeps exactly one of a shape and an accelerator.
func checkHardwareChange(d *Deployment, in *deploymentInput, fields fieldSet) error {
	everything := len(fields) == len(mutableDeploymentFields)
	newShape := fields["deployment_shape"] && in.DeploymentShape != ""
	keepsShape := !fields["deployment_shape"] && d.DeploymentShape != ""
	newType := fields["accelerator_type"] && in.AcceleratorType != ""
	newCount := fields["accelerator_count"] && in.AcceleratorCount != 0

	switch {
	case (newShape || keepsShape) && (newType || newCount):
		return invalid("accelerator_type and accelerator_count must not be set together with deployment_shape")
	case fields["deployment_shape"] && d.DeploymentShape != "" && !newShape && !newType && !everything:
		return invalid("one of deployment_shape and accelerator_type is required")
	}

	return nil
}

// ignoreFields takes out the fields that the server is set to ignore.
func (s *Server) ignoreFields(fields fieldSet) {
	for _, field := range s.serving.ignoredFields {
		delete(fields, field)
	}
}

// startUpdate applies a change. One of hardware, shape or addons is rolled out to new replicas.
func (s *Server) startUpdate(record *deploymentRecord, changed *Deployment) {
	before := record.deployment
	record.deployment = *changed
	d := &record.deployment

	switch d.State {
	case stateReady, stateUpdating:
		d.DesiredReplicaCount = min(max(d.ReplicaCount, d.MinReplicaCount), d.MaxReplicaCount)
	case stateCreating:
		d.DesiredReplicaCount = d.MinReplicaCount
	}

	record.countReplicas()
	record.touch(s.now())

	if d.State != stateCreating && before.needsRollout(d) {
		s.startRollout(record, stateUpdating, s.serving.updateOutcome)
	}
}

func (d *Deployment) needsRollout(after *Deployment) bool {
	return d.DeploymentShape != after.DeploymentShape || d.AcceleratorType != after.AcceleratorType ||
		d.AcceleratorCount != after.AcceleratorCount || d.Precision != after.Precision || d.EnableAddons != after.EnableAddons ||
		d.MaxContextLength != after.MaxContextLength || d.DraftModel != after.DraftModel || d.DraftTokenCount != after.DraftTokenCount ||
		d.NgramSpeculationLength != after.NgramSpeculationLength
}
