package provider

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// deploymentScene is where a message about a deployment is provoked.
type deploymentScene struct{ *scene }

func newDeploymentScene(t *testing.T) *deploymentScene {
	t.Helper()

	return &deploymentScene{newScene(t, mockapi.Options{DeploymentTime: time.Minute}, (*platform).deployments)}
}

func (s *deploymentScene) plan() {
	s.said = s.protocol(s.t).Plan(s.t.Context(), deploymentType, stored{}, deploymentConfig(s.change)).Diagnostics
}

func (s *deploymentScene) validate(config values) {
	s.said = s.protocol(s.t).Validate(s.t.Context(), deploymentType, config)
}

func (s *deploymentScene) create() { s.run(deploymentConfig(s.change), runOptions{}) }

func (s *deploymentScene) update(change values) {
	s.run(deploymentConfig(with(s.change, change)), runOptions{})
}

func (s *deploymentScene) destroy() { s.run(nil, runOptions{}) }

// afterPlan plans, then arranges, and applies in another process, so that what is arranged meets the creation alone.
func (s *deploymentScene) afterPlan(arrange func()) {
	config := deploymentConfig(s.change)
	plan := s.protocol(s.t).Plan(s.t.Context(), deploymentType, stored{}, config)

	arrange()

	s.said = s.protocol(s.t).Apply(s.ctx, deploymentType, stored{}, plan, config).Diagnostics
}

// leaveCreating leaves a deployment that is being created in the state, not tainted.
func (s *deploymentScene) leaveCreating() {
	s.SetDeploymentOutcome(mockapi.DeploymentHangs)
	s.interrupt(http.MethodGet, deploymentPath, 4)
	s.create()
	s.OnRequest(nil)
}

var shortTimeouts = values{"timeouts": values{"create": "1s", "update": "1s", "delete": "1s"}}

// withWindow sets one window of the policy: the framework validates the attributes of an object in any order.
func withWindow(name string, value any, more ...values) values {
	config := deploymentConfig(values{"autoscaling_policy": policyValues(values{name: value})})
	for _, change := range more {
		config = with(config, change)
	}

	return config
}

// deploymentMessages are the failures of a deployment, each produced by the code that a user meets it in.
var deploymentMessages = []messageCase[*deploymentScene]{
	// The configuration.
	{when: "an invalid ID", provoke: func(s *deploymentScene) { s.validate(deploymentConfig(values{"deployment_id": "Chat_Bot"})) }},
	{when: "an ID that ends with a hyphen and is too long", provoke: func(s *deploymentScene) {
		s.validate(deploymentConfig(values{"deployment_id": strings.Repeat("a", 63) + "-"}))
	}},
	{when: "an accelerator type in lower case, no risk accepted", provoke: func(s *deploymentScene) {
		s.validate(deploymentConfig(values{"deployment_shape": nil, "accelerator_type": "nvidia_h100_80gb"}))
	}},
	{when: "neither a shape nor an accelerator", provoke: func(s *deploymentScene) { s.validate(deploymentConfig(values{"deployment_shape": nil})) }},
	{when: "an invalid shape", provoke: func(s *deploymentScene) { s.validate(deploymentConfig(values{"deployment_shape": "fast"})) }},
	{when: "replica counts", provoke: func(s *deploymentScene) {
		s.validate(deploymentConfig(values{"min_replica_count": 3, "max_replica_count": 2}))
	}},
	{when: "schedules", provoke: func(s *deploymentScene) {
		s.validate(withWindow("scaling_schedules", values{"day": with(schedule, values{
			"min_replica_count": 9, "schedule": "at 8", "duration": "4m", "timezone": "Europe / Berlin",
		})}, values{"max_replica_count": 2}))
		// The framework validates the attributes of an object in any order.
		slices.SortFunc(s.said, func(a, b diagnostic) int { return strings.Compare(a.Attribute+a.Detail, b.Attribute+b.Detail) })
	}},
	{when: "a window that is too long", provoke: func(s *deploymentScene) { s.validate(withWindow("scale_up_window", "2h")) }},
	{when: "a window that is too short", provoke: func(s *deploymentScene) { s.validate(withWindow("scale_to_zero_window", "1m")) }},
	{when: "an invalid duration of a window", provoke: func(s *deploymentScene) { s.validate(withWindow("scale_down_window", "soon")) }},
	{when: "two placements", provoke: func(s *deploymentScene) {
		s.validate(deploymentConfig(values{"placement": values{"region": "US_IOWA_1", "multi_region": "US", "regions": nil}}))
	}},
	{when: "a tag with the prefix", provoke: func(s *deploymentScene) { s.validate(deploymentConfig(values{"tags": values{"custom/team": ""}})) }},

	// The plan.
	{when: "the deployment exists", provoke: func(s *deploymentScene) {
		s.PutDeployment(mockapi.Deployment{Name: chat, BaseModel: qwenBase})
		s.plan()
	}},
	{when: "the ID is reserved", provoke: func(s *deploymentScene) {
		s.create()
		s.change = nil
		d, _ := s.Deployment(chat)
		d.State, d.PurgeTime = "DELETED", "2099-01-01T00:00:00Z"
		s.PutDeployment(d)
		s.plan()
	}},
	{when: "the base model is missing", provoke: func(s *deploymentScene) { s.change = values{"base_model": demoModels + "none"}; s.plan() }},
	{when: "the base model is not ready", provoke: func(s *deploymentScene) {
		s.PutModel(mockapi.Model{Name: demoModels + "m", State: "UPLOADING"})
		s.change = values{"base_model": demoModels + "m"}
		s.plan()
	}},
	{when: "the shape is missing", provoke: func(s *deploymentScene) {
		s.change = values{"deployment_shape": servingShape + "/versions/none"}
		s.plan()
	}},
	{when: "the platform would reject it", provoke: func(s *deploymentScene) {
		s.change = values{"deployment_shape": nil, "accelerator_type": "NVIDIA_A100_80GB", "accept_shapeless_risk": true}
		s.plan()
	}},
	{when: "the hardware of the shape differs", provoke: func(s *deploymentScene) {
		s.change = values{"accelerator_type": "NVIDIA_H100_80GB", "accelerator_count": 2, "precision": "BF16"}
		s.plan()
	}},
	{when: "the platform would drop the shape", provoke: func(s *deploymentScene) { s.SetDropShapes(true); s.plan() }},
	{when: "the quota would be exceeded", provoke: func(s *deploymentScene) { s.refuse(http.MethodPost, 429, quotaBody); s.plan() }},
	{when: "the quota of a replacement", provoke: func(s *deploymentScene) {
		s.create()
		s.refuse(http.MethodPost, 429, quotaBody)
		s.run(deploymentConfig(values{"disable_speculative_decoding": true}), runOptions{PlanOnly: true})
	}},
	{when: "the account is suspended", provoke: func(s *deploymentScene) { s.SetSuspended(true); s.plan() }},
	{when: "the platform cannot validate it", provoke: func(s *deploymentScene) { s.refuse(http.MethodPost, 503, ""); s.plan() }},
	{when: "a soft-deleted deployment keeps its ID", provoke: func(s *deploymentScene) {
		s.change = values{"soft_delete": true}
		s.create()
		s.run(deploymentConfig(values{"soft_delete": true}), runOptions{Replace: true})
	}},
	{when: "the deployment is protected", provoke: func(s *deploymentScene) {
		s.change = values{"deletion_policy": "PREVENT"}
		s.create()
		s.destroy()
	}},

	// The creation.
	{when: "the quota is exceeded", provoke: func(s *deploymentScene) { s.afterPlan(func() { s.refuse(http.MethodPost, 429, quotaBody) }) }},
	{when: "the account was suspended", provoke: func(s *deploymentScene) { s.afterPlan(func() { s.SetSuspended(true) }) }},
	{when: "the creation is refused", provoke: func(s *deploymentScene) { s.afterPlan(func() { s.refuse(http.MethodPost, 403, "") }) }},
	{when: "the ID was taken meanwhile", provoke: func(s *deploymentScene) {
		s.afterPlan(func() { s.ReserveDeploymentID(chat, time.Hour) })
	}},
	{when: "every response is lost", provoke: func(s *deploymentScene) { s.afterPlan(func() { s.refuse(http.MethodPost, 502, "") }) }},
	{when: "Ctrl-C before the creation", provoke: func(s *deploymentScene) {
		s.interrupt(http.MethodGet, deploymentPath, 3)
		s.create()
	}},
	{when: "Ctrl-C during the creation, which gets no response", provoke: func(s *deploymentScene) {
		s.afterPlan(func() {
			s.SetFaults(unanswered(http.MethodPost))
			s.interrupt(http.MethodPost, deploymentsPath, 1)
		})
	}},
	{when: "Ctrl-C during the wait", provoke: func(s *deploymentScene) { s.leaveCreating() }},
	{when: "timeouts.create expires", provoke: func(s *deploymentScene) {
		s.SetDeploymentOutcome(mockapi.DeploymentHangs)
		s.change = shortTimeouts
		s.create()
	}},
	{when: "the creation fails", provoke: func(s *deploymentScene) { s.SetDeploymentOutcome(mockapi.DeploymentFails); s.create() }},
	{when: "the shape is dropped", provoke: func(s *deploymentScene) { s.afterPlan(func() { s.SetDropShapes(true) }) }},
	{when: "an argument is not applied", provoke: func(s *deploymentScene) {
		s.SetIgnoredFields("max_context_length")
		s.change = values{"max_context_length": 8192}
		s.create()
	}},
	{when: "the key is revoked during the wait", provoke: func(s *deploymentScene) {
		s.onRequest(http.MethodGet, deploymentPath, 4, func(*http.Request) {
			s.refuse("", 401, "")
		})
		s.create()
	}},

	// Later.
	{when: "the failed creation of an earlier apply", provoke: func(s *deploymentScene) {
		s.leaveCreating()
		d, _ := s.Deployment(chat)
		d.State, d.Status = "FAILED", &mockapi.Status{Code: "RESOURCE_EXHAUSTED", Message: "no capacity"}
		s.PutDeployment(d)
		s.run(deploymentConfig(nil), runOptions{PlanOnly: true})
	}},
	{when: "Ctrl-C while the next apply waits", provoke: func(s *deploymentScene) {
		s.leaveCreating()
		s.interrupt(http.MethodGet, deploymentPath, 3)
		s.update(nil)
	}},
	{when: "the deployment is deleted while the next apply waits", provoke: func(s *deploymentScene) {
		s.leaveCreating()
		s.onRequest(http.MethodGet, deploymentPath, 2, func(*http.Request) { s.ExpireDeployment(chat) })
		s.update(nil)
	}},
	{when: "the platform deletes it", provoke: func(s *deploymentScene) {
		s.create()
		d, _ := s.Deployment(chat)
		d.State, d.DeleteTime, d.PurgeTime = "DELETED", "2026-12-01T00:00:00Z", "2099-01-01T00:00:00Z"
		s.PutDeployment(d)
		s.said = s.protocol(s.t).Read(s.t.Context(), deploymentType, s.current.stored).Diagnostics
	}},
	{when: "the update is refused", provoke: func(s *deploymentScene) {
		s.create()
		s.refuse(http.MethodPatch, 400, "")
		s.update(values{"max_context_length": 8192})
	}},
	{when: "the quota of an update", provoke: func(s *deploymentScene) {
		s.create()
		s.refuse(http.MethodPatch, 429, quotaBody)
		s.update(values{"max_replica_count": 9})
	}},
	{when: "the rollout fails", provoke: func(s *deploymentScene) {
		s.create()
		s.SetUpdateOutcome(mockapi.DeploymentKeepsError)
		s.update(values{"max_context_length": 8192})
	}},
	{when: "timeouts.update expires", provoke: func(s *deploymentScene) {
		s.change = shortTimeouts
		s.SetDeploymentTime(0)
		s.create()
		s.SetUpdateOutcome(mockapi.DeploymentHangs)
		s.SetDeploymentTime(time.Minute)
		s.update(values{"max_context_length": 8192})
	}},
	{when: "a text that an update does not apply", provoke: func(s *deploymentScene) {
		s.create()
		s.SetIgnoredFields("display_name")
		s.update(values{"display_name": "A secret."})
	}},
	{when: "Ctrl-C before the update is requested", provoke: func(s *deploymentScene) {
		s.create()
		s.interrupt(http.MethodGet, deploymentPath, 2)
		s.update(values{"autoscaling_policy": policyValues(values{"scale_up_window": "1m"})})
	}},
	{when: "the deployment is deleted before the update", provoke: func(s *deploymentScene) {
		s.create()
		s.onRequest(http.MethodPatch, deploymentPath, 1, func(*http.Request) { s.RemoveDeployment(chat) })
		s.update(values{"display_name": "Chat"})
	}},
	{when: "an update is not applied", provoke: func(s *deploymentScene) {
		s.create()
		s.SetIgnoredFields("max_context_length")
		s.update(values{"max_context_length": 8192})
	}},
	{when: "it is in use", provoke: func(s *deploymentScene) { s.create(); s.MarkInUse(chat); s.destroy() }},
	{when: "the deletion is refused", provoke: func(s *deploymentScene) { s.create(); s.refuse(http.MethodDelete, 403, ""); s.destroy() }},
	{when: "timeouts.delete expires", provoke: func(s *deploymentScene) {
		s.change = shortTimeouts
		s.SetDeploymentTime(0)
		s.create()
		s.SetDeploymentTime(10_000 * time.Hour)
		s.destroy()
	}},
	{when: "Ctrl-C during the deletion", provoke: func(s *deploymentScene) {
		s.create()
		s.SetDeploymentTime(3 * time.Hour)
		s.interrupt(http.MethodGet, deploymentPath, 2)
		s.destroy()
	}},
	{when: "an invalid import ID", provoke: func(s *deploymentScene) {
		s.said = s.protocol(s.t).Import(s.t.Context(), deploymentType, "accounts/demo/models/m", nil).Diagnostics
	}},
}

// TestDeployment_Messages compares every message with testdata/deployment_messages.golden, so that they can be read as one text.
func TestDeployment_Messages(t *testing.T) {
	t.Parallel()
	assertMessages(t, "deployment_messages.golden", deploymentMessages, newDeploymentScene)
}
