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

func newDeploymentScene(t *testing.T) *providertest.Scene {
	t.Helper()

	return providertest.NewScene(t, mockapi.Options{DeploymentTime: time.Minute},
		(*providertest.Platform).DeploymentCore, providertest.DeploymentConfig)
}

// leaveCreating leaves a deployment that is being created in the state, not tainted.
func leaveCreating(s *providertest.Scene) {
	s.SetDeploymentOutcome(mockapi.DeploymentHangs)
	s.Interrupt(http.MethodGet, providertest.DeploymentPath, 4)
	s.Apply()
	s.OnRequest(nil)
}

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
var deploymentMessages = []providertest.MessageCase{
	// The configuration.
	{When: "an invalid ID", Provoke: providertest.Validating(providertest.Values{"deployment_id": "Chat_Bot"})},
	{When: "an ID that ends with a hyphen and is too long", Provoke: providertest.Validating(providertest.Values{"deployment_id": strings.Repeat("a", 63) + "-"})},
	{When: "an accelerator type in lower case, no risk accepted", Provoke: providertest.Validating(providertest.Values{"deployment_shape": nil,
		"accelerator_type": "nvidia_h100_80gb"})},
	{When: "neither a shape nor an accelerator", Provoke: providertest.Validating(providertest.Values{"deployment_shape": nil})},
	{When: "an invalid shape", Provoke: providertest.Validating(providertest.Values{"deployment_shape": "fast"})},
	{When: "replica counts", Provoke: providertest.Validating(providertest.Values{"min_replica_count": 3, "max_replica_count": 2})},
	{When: "schedules", Provoke: func(s *providertest.Scene) {
		s.ValidateConfig(withWindow("scaling_schedules",
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
		Provoke: func(s *providertest.Scene) { s.ValidateConfig(withWindow("scale_up_window", "2h")) },
	},
	{
		When:    "a window that is too short",
		Provoke: func(s *providertest.Scene) { s.ValidateConfig(withWindow("scale_to_zero_window", "1m")) },
	},
	{
		When:    "an invalid duration of a window",
		Provoke: func(s *providertest.Scene) { s.ValidateConfig(withWindow("scale_down_window", "soon")) },
	},
	{
		When:    "a window of more than a duration can have",
		Provoke: func(s *providertest.Scene) { s.ValidateConfig(withWindow("scale_to_zero_window", "9999999h")) },
	},
	{When: "an empty region", Provoke: providertest.Validating(providertest.Values{
		"placement": providertest.Values{"region": "", "multi_region": nil, "regions": nil},
	})},
	{When: "two placements", Provoke: providertest.Validating(providertest.Values{
		"placement": providertest.Values{"region": "US_IOWA_1", "multi_region": "US", "regions": nil},
	})},
	{When: "a tag with the prefix", Provoke: providertest.Validating(providertest.Values{"tags": providertest.Values{"custom/team": ""}})},

	// The plan.
	{When: "the deployment exists", Provoke: func(s *providertest.Scene) {
		s.PutDeployment(mockapi.Deployment{Name: providertest.Chat, BaseModel: providertest.QwenBase})
		s.PlanNew()
	}},
	{When: "the ID is reserved", Provoke: func(s *providertest.Scene) {
		s.Apply()
		s.Change = nil
		d, _ := s.Deployment(providertest.Chat)
		d.State, d.PurgeTime = "DELETED", "2099-01-01T00:00:00Z"
		s.PutDeployment(d)
		s.PlanNew()
	}},
	{When: "the base model is missing", Provoke: providertest.Planning(providertest.Values{"base_model": providertest.DemoModels + "none"})},
	{When: "the base model is not ready", Provoke: func(s *providertest.Scene) {
		s.PutModel(mockapi.Model{Name: providertest.DemoModels + "m", State: "UPLOADING"})
		s.Change = providertest.Values{"base_model": providertest.DemoModels + "m"}
		s.PlanNew()
	}},
	{When: "the shape is missing", Provoke: providertest.Planning(providertest.Values{"deployment_shape": providertest.ServingShape + "/versions/none"})},
	{When: "the platform would reject it", Provoke: providertest.Planning(providertest.Values{"deployment_shape": nil, "accelerator_type": "NVIDIA_A100_80GB",
		"accept_shapeless_risk": true})},
	{When: "the hardware of the shape differs", Provoke: providertest.Planning(providertest.Values{"accelerator_type": "NVIDIA_H100_80GB", "accelerator_count": 2,
		"precision": "BF16"})},
	{When: "the platform would drop the shape", Provoke: func(s *providertest.Scene) { s.SetDropShapes(true); s.PlanNew() }},
	{
		When:    "the quota would be exceeded",
		Provoke: func(s *providertest.Scene) { s.Refuse(http.MethodPost, 429, quotaBody); s.PlanNew() },
	},
	{When: "the quota of a replacement", Provoke: func(s *providertest.Scene) {
		s.Apply()
		s.Refuse(http.MethodPost, 429, quotaBody)
		s.Run(providertest.DeploymentConfig(providertest.Values{"disable_speculative_decoding": true}),
			providertest.RunOptions{PlanOnly: true})
	}},
	{When: "the account is suspended", Provoke: func(s *providertest.Scene) { s.SetSuspended(true); s.PlanNew() }},
	{
		When:    "the platform cannot validate it",
		Provoke: func(s *providertest.Scene) { s.Refuse(http.MethodPost, 503, ""); s.PlanNew() },
	},
	{When: "a soft-deleted deployment keeps its ID", Provoke: func(s *providertest.Scene) {
		s.Change = providertest.Values{"soft_delete": true}
		s.Apply()
		s.Run(providertest.DeploymentConfig(providertest.Values{"soft_delete": true}),
			providertest.RunOptions{Replace: true})
	}},
	{When: "the deployment is protected", Provoke: providertest.Protected},
	{When: "the deployment is protected too late", Provoke: providertest.ProtectedTooLate(providertest.Values{"deployment_id": "other"})},

	// The creation.
	{When: "the quota is exceeded", Provoke: providertest.RefusedCreation(429, quotaBody)},
	{
		When:    "the account was suspended",
		Provoke: func(s *providertest.Scene) { s.AfterPlan(func() { s.SetSuspended(true) }) },
	},
	{When: "the creation is refused", Provoke: providertest.RefusedCreation(403, "")},
	{When: "the ID was taken meanwhile", Provoke: func(s *providertest.Scene) {
		s.AfterPlan(func() { s.ReserveDeploymentID(providertest.Chat, time.Hour) })
	}},
	{When: "every response is lost", Provoke: providertest.RefusedCreation(502, "")},
	{When: "Ctrl-C before the creation", Provoke: func(s *providertest.Scene) {
		s.Interrupt(http.MethodGet, providertest.DeploymentPath, 3)
		s.Apply()
	}},
	{When: "Ctrl-C during the creation, which gets no response", Provoke: func(s *providertest.Scene) {
		s.AfterPlan(func() {
			s.SetFaults(providertest.Unanswered(http.MethodPost))
			s.Interrupt(http.MethodPost, providertest.DeploymentsPath, 1)
		})
	}},
	{When: "Ctrl-C during the wait", Provoke: func(s *providertest.Scene) { leaveCreating(s) }},
	{When: "timeouts.create expires", Provoke: func(s *providertest.Scene) {
		s.SetDeploymentOutcome(mockapi.DeploymentHangs)
		s.Change = providertest.ShortTimeouts
		s.Apply()
	}},
	{
		When:    "the creation fails",
		Provoke: func(s *providertest.Scene) { s.SetDeploymentOutcome(mockapi.DeploymentFails); s.Apply() },
	},
	{When: "the shape is dropped", Provoke: func(s *providertest.Scene) { s.AfterPlan(func() { s.SetDropShapes(true) }) }},
	{When: "an argument is not applied", Provoke: func(s *providertest.Scene) {
		s.SetIgnoredFields("max_context_length")
		s.Change = providertest.Values{"max_context_length": 8192}
		s.Apply()
	}},
	{When: "the key is revoked during the wait", Provoke: func(s *providertest.Scene) {
		s.OnNthRequest(http.MethodGet, providertest.DeploymentPath, 4, func(*http.Request) {
			s.Refuse("", 401, "")
		})
		s.Apply()
	}},

	// Later.
	{When: "the failed creation of an earlier apply", Provoke: func(s *providertest.Scene) {
		leaveCreating(s)
		d, _ := s.Deployment(providertest.Chat)
		d.State, d.Status = "FAILED", &mockapi.Status{Code: "RESOURCE_EXHAUSTED", Message: "no capacity"}
		s.PutDeployment(d)
		s.Run(providertest.DeploymentConfig(nil), providertest.RunOptions{PlanOnly: true})
	}},
	{When: "Ctrl-C while the next apply waits", Provoke: func(s *providertest.Scene) {
		leaveCreating(s)
		s.Interrupt(http.MethodGet, providertest.DeploymentPath, 3)
		s.Update(nil)
	}},
	{When: "the deployment is deleted while the next apply waits", Provoke: func(s *providertest.Scene) {
		leaveCreating(s)
		s.OnNthRequest(http.MethodGet, providertest.DeploymentPath, 2,
			func(*http.Request) { s.ExpireDeployment(providertest.Chat) })
		s.Update(nil)
	}},
	{When: "the platform deletes it", Provoke: func(s *providertest.Scene) {
		s.Apply()
		d, _ := s.Deployment(providertest.Chat)
		d.State, d.DeleteTime, d.PurgeTime = "DELETED", "2026-12-01T00:00:00Z", "2099-01-01T00:00:00Z"
		s.PutDeployment(d)
		s.Said = s.Protocol(s.T).Read(s.T.Context(), providerdata.DeploymentType, s.Current.Stored).Diagnostics
	}},
	{When: "the update is refused", Provoke: providertest.RefusedUpdate(400, "", providertest.Values{"max_context_length": 8192})},
	{When: "the quota of an update", Provoke: providertest.RefusedUpdate(429, quotaBody, providertest.Values{"max_replica_count": 9})},
	{When: "the rollout fails", Provoke: func(s *providertest.Scene) {
		s.Apply()
		s.SetUpdateOutcome(mockapi.DeploymentKeepsError)
		s.Update(providertest.Values{"max_context_length": 8192})
	}},
	{When: "timeouts.update expires", Provoke: func(s *providertest.Scene) {
		s.Change = providertest.ShortTimeouts
		s.SetDeploymentTime(0)
		s.Apply()
		s.SetUpdateOutcome(mockapi.DeploymentHangs)
		s.SetDeploymentTime(time.Minute)
		s.Update(providertest.Values{"max_context_length": 8192})
	}},
	{When: "a text that an update does not apply", Provoke: providertest.UnappliedUpdate("display_name", providertest.Values{"display_name": "A secret."})},
	{When: "Ctrl-C before the update is requested", Provoke: func(s *providertest.Scene) {
		s.Apply()
		s.Interrupt(http.MethodGet, providertest.DeploymentPath, 2)
		s.Update(providertest.Values{"autoscaling_policy": providertest.PolicyValues(providertest.Values{"scale_up_window": "1m"})})
	}},
	{When: "the deployment is deleted before the update", Provoke: func(s *providertest.Scene) {
		s.Apply()
		s.OnNthRequest(http.MethodPatch, providertest.DeploymentPath, 1,
			func(*http.Request) { s.RemoveDeployment(providertest.Chat) })
		s.Update(providertest.Values{"display_name": "Chat"})
	}},
	{When: "an update is not applied", Provoke: providertest.UnappliedUpdate("max_context_length", providertest.Values{"max_context_length": 8192})},
	{
		When: "it is in use", Provoke: func(s *providertest.Scene) { s.Apply(); s.MarkInUse(providertest.Chat); s.Destroy() },
	},
	{When: "the deletion is refused", Provoke: providertest.RefusedDeletion},
	{When: "timeouts.delete expires", Provoke: func(s *providertest.Scene) {
		s.Change = providertest.ShortTimeouts
		s.SetDeploymentTime(0)
		s.Apply()
		s.SetDeploymentTime(10_000 * time.Hour)
		s.Destroy()
	}},
	{When: "Ctrl-C during the deletion", Provoke: func(s *providertest.Scene) {
		s.Apply()
		s.SetDeploymentTime(3 * time.Hour)
		s.Interrupt(http.MethodGet, providertest.DeploymentPath, 2)
		s.Destroy()
	}},
	{When: "an invalid import ID", Provoke: providertest.Importing("accounts/demo/models/m")},
}

// TestDeployment_Messages compares every message with testdata/messages.golden, so that they can be read as one text.
func TestDeployment_Messages(t *testing.T) {
	t.Parallel()
	providertest.AssertMessages(t, "messages.golden", deploymentMessages, newDeploymentScene)
}
