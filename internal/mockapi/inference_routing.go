// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"net/http"
	"strings"
	"time"
)

// acceptInference returns the model and the deployment that respond to an inference request, and counts it.
func (s *Server) acceptInference(name string) (model string, record *deploymentRecord, err error) {
	var respondsAt time.Time

	if strings.Contains(name, routersSegment) {
		if record, err = s.routedTo(name); err != nil {
			return "", nil, err
		}

		model, respondsAt = record.deployment.BaseModel, record.respondsAt
	} else if model, record = s.servedBy(name); record != nil {
		respondsAt = s.respondsAt(model, record)
	}

	now := s.now()
	if record == nil || now.Before(respondsAt.Add(-s.routing.readyBeforeInference/2)) {
		return "", nil, modelNotFound()
	}

	err = record.receive(now)
	if now.Before(respondsAt) {
		err = newInferenceError(http.StatusServiceUnavailable, inferenceError{
			Message: "The deployment is not ready for requests yet", Type: "service_unavailable", Code: "UNAVAILABLE",
		})
	}

	return model, record, err
}

func modelNotFound() error {
	return newInferenceError(http.StatusNotFound, inferenceError{
		Message: "Model not found, inaccessible, and/or not deployed",
		Type:    "invalid_request_error", Param: "model", Code: "NOT_FOUND",
	})
}

// respondsAt returns when the first inference request can succeed: some time after the deployment and the addon became
// ready.
func (s *Server) respondsAt(model string, record *deploymentRecord) time.Time {
	latest := record.respondsAt

	for _, loaded := range s.serving.deployedModels {
		d := loaded.deployedModel
		if d.Model != model || d.Deployment != record.deployment.Name || loaded.due.IsZero() {
			continue
		}

		if at := loaded.due.Add(s.routing.readyBeforeInference); at.After(latest) {
			latest = at
		}
	}

	return latest
}

// routedTo returns the deployment to which a router sends a request. Without replicas it is the first one, to be woken.
func (s *Server) routedTo(name string) (*deploymentRecord, error) {
	record := s.findRouter(name)
	if record == nil || record.router.State == stateCreating || record.router.State == stateDeleting {
		return nil, modelNotFound()
	}

	if !record.router.Public && s.requireAccess(strings.Split(name, "/")[1]) != nil {
		return nil, modelNotFound()
	}

	var first *deploymentRecord

	replicas := map[string]int32{}

	for _, member := range record.router.Deployments {
		deployment, ok := s.serving.deployments[member]
		if !ok || !deployment.serves() {
			continue
		}

		if first == nil {
			first = deployment
		}

		if deployment.deployment.ReplicaCount > 0 {
			replicas[member] = deployment.deployment.ReplicaCount
		}
	}

	switch {
	case len(replicas) > 0:
		return s.serving.deployments[record.next(replicas)], nil
	case first == nil:
		return nil, scalingUp()
	}

	return first, nil
}

// next returns the deployment for the next request. Requests take no time, so every replica has the same load, and for
// both strategies the replicas take turns: a deployment gets exactly its share of the replicas.
func (r *routerRecord) next(replicas map[string]int32) string {
	if r.credit == nil {
		r.credit = map[string]int32{}
	}

	var (
		chosen string
		total  int32
	)

	for _, name := range sortedKeys(replicas) {
		r.credit[name] += replicas[name]
		total += replicas[name]

		if chosen == "" || r.credit[name] > r.credit[chosen] {
			chosen = name
		}
	}

	r.credit[chosen] -= total

	return chosen
}
