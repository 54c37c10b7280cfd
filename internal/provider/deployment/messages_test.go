// SPDX-License-Identifier: MPL-2.0

package deployment_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// deploymentScene is where a message about a deployment is provoked.
type deploymentScene struct{ *providertest.Scene }

func newDeploymentScene(t *testing.T) *deploymentScene {
	t.Helper()

	return &deploymentScene{providertest.NewScene(t, mockapi.Options{DeploymentTime: time.Minute},
		(*providertest.Platform).DeploymentCore)}
}

func (s *deploymentScene) plan() {
	s.Said = s.Protocol(s.T).Plan(s.T.Context(), providerdata.DeploymentType, providertest.Stored{},
		providertest.DeploymentConfig(s.Change)).Diagnostics
}

func (s *deploymentScene) validate(config providertest.Values) {
	s.Said = s.Protocol(s.T).Validate(s.T.Context(), providerdata.DeploymentType, config)
}

func (s *deploymentScene) create() {
	s.Run(providertest.DeploymentConfig(s.Change), providertest.RunOptions{})
}

func (s *deploymentScene) update(change providertest.Values) {
	s.Run(providertest.DeploymentConfig(providertest.With(s.Change, change)), providertest.RunOptions{})
}

func (s *deploymentScene) destroy() { s.Run(nil, providertest.RunOptions{}) }

// afterPlan plans, then arranges, and applies in another process, so that what is arranged meets the creation alone.
func (s *deploymentScene) afterPlan(arrange func()) {
	config := providertest.DeploymentConfig(s.Change)
	plan := s.Protocol(s.T).Plan(s.T.Context(), providerdata.DeploymentType, providertest.Stored{}, config)

	arrange()

	s.Said = s.Protocol(s.T).Apply(s.Ctx, providerdata.DeploymentType, providertest.Stored{}, plan, config).Diagnostics
}

// leaveCreating leaves a deployment that is being created in the state, not tainted.
func (s *deploymentScene) leaveCreating() {
	s.SetDeploymentOutcome(mockapi.DeploymentHangs)
	s.Interrupt(http.MethodGet, providertest.DeploymentPath, 4)
	s.create()
	s.OnRequest(nil)
}

var shortTimeouts = providertest.Values{"timeouts": providertest.Values{"create": "1s", "update": "1s", "delete": "1s"}}

// withWindow sets one window of the policy: the framework validates the attributes of an object in any order.
func withWindow(name string, value any, more ...providertest.Values) providertest.Values {
	policy := providertest.PolicyValues(providertest.Values{name: value})

	config := providertest.DeploymentConfig(providertest.Values{"autoscaling_policy": policy})
	for _, change := range more {
		config = providertest.With(config, change)
	}

	return config
}

// deploymentMessages are the failures of a deployment, each produced by the code that a user meets it in.
var deploymentMessages = []providertest.MessageCase[*deploymentScene]{
	// The configuration.
	{When: "an invalid ID", Provoke: func(s *deploymentScene) {
		s.validate(providertest.DeploymentConfig(providertest.Values{"deployment_id": "Chat_Bot"}))
	}},
	{When: "an ID that ends with a hyphen and is too long", Provoke: func(s *deploymentScene) {
		s.validate(providertest.DeploymentConfig(providertest.Values{"deployment_id": strings.Repeat("a", 63) + "-"}))
	}},
	{When: "an accelerator type in lower case, no risk accepted", Provoke: func(s *deploymentScene) {
		s.validate(providertest.DeploymentConfig(providertest.Values{"deployment_shape": nil,
			"accelerator_type": "nvidia_h100_80gb"}))
	}},
	{When: "neither a shape nor an accelerator", Provoke: func(s *deploymentScene) {
		s.validate(providertest.DeploymentConfig(providertest.Values{"deployment_shape": nil}))
	}},
	{When: "an invalid shape", Provoke: func(s *deploymentScene) {
		s.validate(providertest.DeploymentConfig(providertest.Values{"deployment_shape": "fast"}))
	}},
	{When: "replica counts", Provoke: func(s *deploymentScene) {
		s.validate(providertest.DeploymentConfig(providertest.Values{"min_replica_count": 3, "max_replica_count": 2}))
	}},
	{When: "schedules", Provoke: func(s *deploymentScene) {
		s.validate(withWindow("scaling_schedules",
			providertest.Values{"day": providertest.With(schedule, providertest.Values{
				"min_replica_count": 9, "schedule": "at 8", "duration": "4m", "timezone": "Europe / Berlin",
			})}, providertest.Values{"max_replica_count": 2}))
		// The framework validates the attributes of an object in any order.
		slices.SortFunc(s.Said, func(a, b providertest.Diagnostic) int {
			return strings.Compare(a.Attribute+a.Detail, b.Attribute+b.Detail)
		})
	}},
	{
		When:    "a window that is too long",
		Provoke: func(s *deploymentScene) { s.validate(withWindow("scale_up_window", "2h")) },
	},
	{
		When:    "a window that is too short",
		Provoke: func(s *deploymentScene) { s.validate(withWindow("scale_to_zero_window", "1m")) },
	},
	{
		When:    "an invalid duration of a window",
		Provoke: func(s *deploymentScene) { s.validate(withWindow("scale_down_window", "soon")) },
	},
	{
		When:    "a window of more than a duration can have",
		Provoke: func(s *deploymentScene) { s.validate(withWindow("scale_to_zero_window", "9999999h")) },
	},
	{When: "an empty region", Provoke: func(s *deploymentScene) {
		s.validate(providertest.DeploymentConfig(providertest.Values{
			"placement": providertest.Values{"region": "", "multi_region": nil, "regions": nil},
		}))
	}},
	{When: "two placements", Provoke: func(s *deploymentScene) {
		s.validate(providertest.DeploymentConfig(providertest.Values{
			"placement": providertest.Values{"region": "US_IOWA_1", "multi_region": "US", "regions": nil},
		}))
	}},
	{When: "a tag with the prefix", Provoke: func(s *deploymentScene) {
		s.validate(providertest.DeploymentConfig(providertest.Values{"tags": providertest.Values{"custom/team": ""}}))
	}},

	// The plan.
	{When: "the deployment exists", Provoke: func(s *deploymentScene) {
		s.PutDeployment(mockapi.Deployment{Name: providertest.Chat, BaseModel: providertest.QwenBase})
		s.plan()
	}},
	{When: "the ID is reserved", Provoke: func(s *deploymentScene) {
		s.create()
		s.Change = nil
		d, _ := s.Deployment(providertest.Chat)
		d.State, d.PurgeTime = "DELETED", "2099-01-01T00:00:00Z"
		s.PutDeployment(d)
		s.plan()
	}},
	{When: "the base model is missing", Provoke: func(s *deploymentScene) {
		s.Change = providertest.Values{"base_model": providertest.DemoModels + "none"}
		s.plan()
	}},
	{When: "the base model is not ready", Provoke: func(s *deploymentScene) {
		s.PutModel(mockapi.Model{Name: providertest.DemoModels + "m", State: "UPLOADING"})
		s.Change = providertest.Values{"base_model": providertest.DemoModels + "m"}
		s.plan()
	}},
	{When: "the shape is missing", Provoke: func(s *deploymentScene) {
		s.Change = providertest.Values{"deployment_shape": providertest.ServingShape + "/versions/none"}
		s.plan()
	}},
	{When: "the platform would reject it", Provoke: func(s *deploymentScene) {
		s.Change = providertest.Values{"deployment_shape": nil, "accelerator_type": "NVIDIA_A100_80GB",
			"accept_shapeless_risk": true}
		s.plan()
	}},
	{When: "the hardware of the shape differs", Provoke: func(s *deploymentScene) {
		s.Change = providertest.Values{"accelerator_type": "NVIDIA_H100_80GB", "accelerator_count": 2,
			"precision": "BF16"}
		s.plan()
	}},
	{When: "the platform would drop the shape", Provoke: func(s *deploymentScene) { s.SetDropShapes(true); s.plan() }},
	{
		When:    "the quota would be exceeded",
		Provoke: func(s *deploymentScene) { s.Refuse(http.MethodPost, 429, quotaBody); s.plan() },
	},
	{When: "the quota of a replacement", Provoke: func(s *deploymentScene) {
		s.create()
		s.Refuse(http.MethodPost, 429, quotaBody)
		s.Run(providertest.DeploymentConfig(providertest.Values{"disable_speculative_decoding": true}),
			providertest.RunOptions{PlanOnly: true})
	}},
	{When: "the account is suspended", Provoke: func(s *deploymentScene) { s.SetSuspended(true); s.plan() }},
	{
		When:    "the platform cannot validate it",
		Provoke: func(s *deploymentScene) { s.Refuse(http.MethodPost, 503, ""); s.plan() },
	},
	{When: "a soft-deleted deployment keeps its ID", Provoke: func(s *deploymentScene) {
		s.Change = providertest.Values{"soft_delete": true}
		s.create()
		s.Run(providertest.DeploymentConfig(providertest.Values{"soft_delete": true}),
			providertest.RunOptions{Replace: true})
	}},
	{When: "the deployment is protected", Provoke: func(s *deploymentScene) {
		s.Change = providertest.Values{"deletion_policy": "PREVENT"}
		s.create()
		s.destroy()
	}},

	// The creation.
	{
		When:    "the quota is exceeded",
		Provoke: func(s *deploymentScene) { s.afterPlan(func() { s.Refuse(http.MethodPost, 429, quotaBody) }) },
	},
	{
		When:    "the account was suspended",
		Provoke: func(s *deploymentScene) { s.afterPlan(func() { s.SetSuspended(true) }) },
	},
	{
		When:    "the creation is refused",
		Provoke: func(s *deploymentScene) { s.afterPlan(func() { s.Refuse(http.MethodPost, 403, "") }) },
	},
	{When: "the ID was taken meanwhile", Provoke: func(s *deploymentScene) {
		s.afterPlan(func() { s.ReserveDeploymentID(providertest.Chat, time.Hour) })
	}},
	{
		When:    "every response is lost",
		Provoke: func(s *deploymentScene) { s.afterPlan(func() { s.Refuse(http.MethodPost, 502, "") }) },
	},
	{When: "Ctrl-C before the creation", Provoke: func(s *deploymentScene) {
		s.Interrupt(http.MethodGet, providertest.DeploymentPath, 3)
		s.create()
	}},
	{When: "Ctrl-C during the creation, which gets no response", Provoke: func(s *deploymentScene) {
		s.afterPlan(func() {
			s.SetFaults(providertest.Unanswered(http.MethodPost))
			s.Interrupt(http.MethodPost, providertest.DeploymentsPath, 1)
		})
	}},
	{When: "Ctrl-C during the wait", Provoke: func(s *deploymentScene) { s.leaveCreating() }},
	{When: "timeouts.create expires", Provoke: func(s *deploymentScene) {
		s.SetDeploymentOutcome(mockapi.DeploymentHangs)
		s.Change = shortTimeouts
		s.create()
	}},
	{
		When:    "the creation fails",
		Provoke: func(s *deploymentScene) { s.SetDeploymentOutcome(mockapi.DeploymentFails); s.create() },
	},
	{When: "the shape is dropped", Provoke: func(s *deploymentScene) { s.afterPlan(func() { s.SetDropShapes(true) }) }},
	{When: "an argument is not applied", Provoke: func(s *deploymentScene) {
		s.SetIgnoredFields("max_context_length")
		s.Change = providertest.Values{"max_context_length": 8192}
		s.create()
	}},
	{When: "the key is revoked during the wait", Provoke: func(s *deploymentScene) {
		s.OnNthRequest(http.MethodGet, providertest.DeploymentPath, 4, func(*http.Request) {
			s.Refuse("", 401, "")
		})
		s.create()
	}},

	// Later.
	{When: "the failed creation of an earlier apply", Provoke: func(s *deploymentScene) {
		s.leaveCreating()
		d, _ := s.Deployment(providertest.Chat)
		d.State, d.Status = "FAILED", &mockapi.Status{Code: "RESOURCE_EXHAUSTED", Message: "no capacity"}
		s.PutDeployment(d)
		s.Run(providertest.DeploymentConfig(nil), providertest.RunOptions{PlanOnly: true})
	}},
	{When: "Ctrl-C while the next apply waits", Provoke: func(s *deploymentScene) {
		s.leaveCreating()
		s.Interrupt(http.MethodGet, providertest.DeploymentPath, 3)
		s.update(nil)
	}},
	{When: "the deployment is deleted while the next apply waits", Provoke: func(s *deploymentScene) {
		s.leaveCreating()
		s.OnNthRequest(http.MethodGet, providertest.DeploymentPath, 2,
			func(*http.Request) { s.ExpireDeployment(providertest.Chat) })
		s.update(nil)
	}},
	{When: "the platform deletes it", Provoke: func(s *deploymentScene) {
		s.create()
		d, _ := s.Deployment(providertest.Chat)
		d.State, d.DeleteTime, d.PurgeTime = "DELETED", "2026-12-01T00:00:00Z", "2099-01-01T00:00:00Z"
		s.PutDeployment(d)
		s.Said = s.Protocol(s.T).Read(s.T.Context(), providerdata.DeploymentType, s.Current.Stored).Diagnostics
	}},
	{When: "the update is refused", Provoke: func(s *deploymentScene) {
		s.create()
		s.Refuse(http.MethodPatch, 400, "")
		s.update(providertest.Values{"max_context_length": 8192})
	}},
	{When: "the quota of an update", Provoke: func(s *deploymentScene) {
		s.create()
		s.Refuse(http.MethodPatch, 429, quotaBody)
		s.update(providertest.Values{"max_replica_count": 9})
	}},
	{When: "the rollout fails", Provoke: func(s *deploymentScene) {
		s.create()
		s.SetUpdateOutcome(mockapi.DeploymentKeepsError)
		s.update(providertest.Values{"max_context_length": 8192})
	}},
	{When: "timeouts.update expires", Provoke: func(s *deploymentScene) {
		s.Change = shortTimeouts
		s.SetDeploymentTime(0)
		s.create()
		s.SetUpdateOutcome(mockapi.DeploymentHangs)
		s.SetDeploymentTime(time.Minute)
		s.update(providertest.Values{"max_context_length": 8192})
	}},
	{When: "a text that an update does not apply", Provoke: func(s *deploymentScene) {
		s.create()
		s.SetIgnoredFields("display_name")
		s.update(providertest.Values{"display_name": "A secret."})
	}},
	{When: "Ctrl-C before the update is requested", Provoke: func(s *deploymentScene) {
		s.create()
		s.Interrupt(http.MethodGet, providertest.DeploymentPath, 2)
		s.update(providertest.Values{"autoscaling_policy": providertest.PolicyValues(providertest.Values{"scale_up_window": "1m"})})
	}},
	{When: "the deployment is deleted before the update", Provoke: func(s *deploymentScene) {
		s.create()
		s.OnNthRequest(http.MethodPatch, providertest.DeploymentPath, 1,
			func(*http.Request) { s.RemoveDeployment(providertest.Chat) })
		s.update(providertest.Values{"display_name": "Chat"})
	}},
	{When: "an update is not applied", Provoke: func(s *deploymentScene) {
		s.create()
		s.SetIgnoredFields("max_context_length")
		s.update(providertest.Values{"max_context_length": 8192})
	}},
	{
		When: "it is in use", Provoke: func(s *deploymentScene) { s.create(); s.MarkInUse(providertest.Chat); s.destroy() },
	},
	{
		When:    "the deletion is refused",
		Provoke: func(s *deploymentScene) { s.create(); s.Refuse(http.MethodDelete, 403, ""); s.destroy() },
	},
	{When: "timeouts.delete expires", Provoke: func(s *deploymentScene) {
		s.Change = shortTimeouts
		s.SetDeploymentTime(0)
		s.create()
		s.SetDeploymentTime(10_000 * time.Hour)
		s.destroy()
	}},
	{When: "Ctrl-C during the deletion", Provoke: func(s *deploymentScene) {
		s.create()
		s.SetDeploymentTime(3 * time.Hour)
		s.Interrupt(http.MethodGet, providertest.DeploymentPath, 2)
		s.destroy()
	}},
	{When: "an invalid import ID", Provoke: func(s *deploymentScene) {
		s.Said = s.Protocol(s.T).Import(s.T.Context(), providerdata.DeploymentType, "accounts/demo/models/m",
			nil).Diagnostics
	}},
}

// TestDeployment_Messages compares every message with testdata/messages.golden, so that they can be read as one text.
func TestDeployment_Messages(t *testing.T) {
	t.Parallel()
	providertest.AssertMessages(t, "messages.golden", deploymentMessages, newDeploymentScene)
}
