// SPDX-License-Identifier: MPL-2.0

package mockapi

// SetState sets the state of a deployment, a model or a deployed model, given by its full name, and reports whether
// there is one. It may be a state that does not exist yet, such as PROVISIONING. The state stays until
// FinishDeployments, the end of a promotion, or a request changes it. A deployment that was running and is FAILED still
// serves, as after a failed update.
func (s *Server) SetState(name, state string, status Status) bool {
	defer s.lock()()

	if record, ok := s.serving.deployments[name]; ok {
		record.failedServing = state == stateFailed && record.running()
		record.deployment.State, record.deployment.Status = state, &status
		record.outcome = DeploymentHangs
		record.countReplicas()
		record.touch(s.now())

		return true
	}

	if record, ok := s.models[name]; ok {
		record.model.State, record.model.Status = state, &status
		record.touch(s.now())

		return true
	}

	record, ok := s.serving.deployedModels[name]
	if ok {
		record.deployedModel.State, record.deployedModel.Status = state, &status
		record.automatic, record.outcome = false, DeployedModelHangs
		record.touch(s.now())
	}

	return ok
}
