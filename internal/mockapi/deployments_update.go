// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"maps"
	"slices"
	"strings"
)

func (s *Server) updateDeployment(c *call) (any, error) {
	defer s.lock()()

	record, err := s.findLiveDeployment(c)
	if err != nil {
		return nil, err
	}

	if err := s.checkNotSuspended(c.params[0]); err != nil {
		return nil, err
	}

	in, err := s.decodeDeployment(record.deployment.Name, c.body)
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

	if fields["autoscaling_policy"] && !slices.Contains(s.serving.ignoredFields, "autoscaling_policy") {
		s.setPolicyMembers(changed.Name, in.policyMembers)
	}

	s.startUpdate(record, changed)

	return record.deployment.clone(), nil
}

// parseMask returns the fields that an update changes. Without a mask they are all of them: what the body lacks is
// reset.
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
func (s *Server) changedDeployment(
	record *deploymentRecord, in *deploymentInput, fields fieldSet, skip bool,
) (*Deployment, error) {
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

	switch {
	case record.running():
		d.DesiredReplicaCount = min(max(d.ReplicaCount, d.MinReplicaCount), d.MaxReplicaCount)
	case d.State == stateCreating:
		d.DesiredReplicaCount = d.MinReplicaCount
	}

	record.countReplicas()
	record.touch(s.now())

	if d.State == stateCreating || !before.needsRollout(d) {
		return
	}

	outcome := nextOutcome(s, d.Name, true, deploymentOutcomes, s.serving.updateOutcome)
	if s.serving.updateGets == 0 {
		s.startRollout(record, stateUpdating, outcome)
		return
	}

	record.rolloutGets, record.rolloutOutcome = s.serving.updateGets, outcome
}

func (d *Deployment) needsRollout(after *Deployment) bool {
	return d.DeploymentShape != after.DeploymentShape || d.AcceleratorType != after.AcceleratorType ||
		d.AcceleratorCount != after.AcceleratorCount || d.Precision != after.Precision ||
		d.EnableAddons != after.EnableAddons ||
		d.MaxContextLength != after.MaxContextLength || d.DraftModel != after.DraftModel ||
		d.DraftTokenCount != after.DraftTokenCount ||
		d.NgramSpeculationLength != after.NgramSpeculationLength
}
