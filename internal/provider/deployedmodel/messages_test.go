// SPDX-License-Identifier: MPL-2.0

package deployedmodel_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

func newLoadScene(t *testing.T) *providertest.Scene {
	t.Helper()

	return providertest.NewScene(t, mockapi.Options{DeploymentTime: time.Minute},
		(*providertest.Platform).DeployedModelCore, providertest.LoraConfig)
}

// leaveLoading leaves a model that is being loaded in the state, not tainted.
func leaveLoading(s *providertest.Scene) {
	s.SetDeploymentTime(time.Hour)
	s.Interrupt(http.MethodGet, providertest.DeployedModelPath, 2)
	s.Apply()
	s.OnRequest(nil)
}

// leaveUnloading leaves a model that is being unloaded in the state.
func leaveUnloading(s *providertest.Scene) {
	s.Apply()
	s.SetDeploymentTime(3 * time.Hour)
	s.Interrupt(http.MethodGet, providertest.DeployedModelPath, 2)
	s.Destroy()
	s.OnRequest(nil)
}

var described = providertest.Values{"description": "Second week"}

// loadMessages are the failures of a deployed model, each produced by the code that a user meets it in.
var loadMessages = []providertest.MessageCase{
	// The configuration.
	{When: "bare IDs", Provoke: providertest.Validating(providertest.Values{"model": "support-lora-2", "deployment": "qwen3-addons"})},

	// The plan.
	{When: "the model is loaded already", Provoke: func(s *providertest.Scene) {
		s.PutDeployedModel(mockapi.DeployedModel{Name: "accounts/demo/deployedModels/other",
			Model: providertest.SupportLoRA, Deployment: providertest.AddonsDeployment})
		s.Plan()
	}},
	{When: "the model is still being unloaded", Provoke: func(s *providertest.Scene) {
		leaveUnloading(s)
		s.Current = providertest.Instance{}
		s.Plan()
	}},
	{When: "the model is missing", Provoke: providertest.Planning(providertest.Values{"model": providertest.DemoModels + "none"})},
	{When: "the model is not a LoRA", Provoke: providertest.Planning(providertest.Values{"model": providertest.QwenBase})},
	{When: "the model is not ready", Provoke: func(s *providertest.Scene) {
		m, _ := s.Model(providertest.SupportLoRA)
		m.State = "UPLOADING"
		s.PutModel(m)
		s.Plan()
	}},
	{When: "the LoRA of another base model", Provoke: func(s *providertest.Scene) {
		m, _ := s.Model(providertest.SupportLoRA)
		m.PeftDetails = &mockapi.PeftDetails{BaseModel: "accounts/fireworks/models/llama-v3p1-8b-instruct"}
		s.PutModel(m)
		s.Plan()
	}},
	{When: "the deployment is missing", Provoke: providertest.Planning(providertest.Values{"deployment": providertest.DemoDeployments + "none"})},
	{When: "the deployment has no addons", Provoke: providertest.Planning(providertest.Values{"deployment": providertest.ReadyMember})},

	// The loading.
	{
		When:    "the quota is exceeded",
		Provoke: func(s *providertest.Scene) { s.SetQuota("accounts/demo/quotas/deployed-model-count", 0); s.Apply() },
	},
	{When: "the deployment was deleted meanwhile", Provoke: func(s *providertest.Scene) {
		s.AfterPlan(func() { s.RemoveDeployment(providertest.AddonsDeployment) })
	}},
	{When: "the platform rejects it", Provoke: providertest.RefusedCreation(400, "")},
	{When: "the loading is refused", Provoke: providertest.RefusedCreation(403, "")},
	{When: "the model was loaded meanwhile", Provoke: providertest.RefusedCreation(409, "")},
	{When: "every response is lost", Provoke: providertest.RefusedCreation(502, "")},
	{When: "Ctrl-C before the loading", Provoke: func(s *providertest.Scene) {
		s.Interrupt(http.MethodGet, providertest.DeployedModelsPath, 3)
		s.Apply()
	}},
	{When: "Ctrl-C during the loading, which gets no response", Provoke: func(s *providertest.Scene) {
		s.AfterPlan(func() {
			s.SetFaults(providertest.Unanswered(http.MethodPost))
			s.Interrupt(http.MethodPost, providertest.DeployedModelsPath, 1)
		})
	}},
	{When: "Ctrl-C during the wait", Provoke: leaveLoading},
	{When: "timeouts.create expires", Provoke: func(s *providertest.Scene) {
		s.SetDeployedModelOutcome(mockapi.DeployedModelHangs)
		s.Change = providertest.ShortTimeouts
		s.Apply()
	}},
	{When: "the loading fails", Provoke: func(s *providertest.Scene) {
		s.SetDeployedModelOutcome(mockapi.DeployedModelFails)
		s.Apply()
	}},
	{When: "the platform unloads the model", Provoke: func(s *providertest.Scene) {
		s.SetDeployedModelOutcome(mockapi.DeployedModelUnloads)
		s.Apply()
	}},
	{When: "the deployed model disappears", Provoke: func(s *providertest.Scene) {
		s.SetDeployedModelOutcome(mockapi.DeployedModelDisappears)
		s.Apply()
	}},
	{When: "the key is revoked during the wait", Provoke: func(s *providertest.Scene) {
		s.OnNthRequest(http.MethodGet, providertest.DeployedModelPath, 2,
			func(*http.Request) { s.Refuse("", 401, "") })
		s.Apply()
	}},
	{When: "no response to inference requests", Provoke: func(s *providertest.Scene) {
		s.SetDeploymentTime(0)
		s.SetFaults(mockapi.Fault{Path: "/inference/**", Kind: mockapi.FaultStatus, Status: 503})
		s.Change = providertest.With(providertest.ShortTimeouts, providertest.Values{"wait_for_inference": true})
		s.Apply()
	}},
	{When: "inference requests are not allowed", Provoke: func(s *providertest.Scene) {
		s.SetFaults(mockapi.Fault{Path: "/inference/**", Kind: mockapi.FaultStatus, Status: http.StatusForbidden})
		s.Change = providertest.Values{"wait_for_inference": true}
		s.Apply()
	}},

	// Later.
	{When: "Ctrl-C while the next apply waits", Provoke: func(s *providertest.Scene) {
		leaveLoading(s)
		s.Interrupt(http.MethodGet, providertest.DeployedModelPath, 3)
		s.Apply()
	}},
	{When: "the loading of an earlier apply failed", Provoke: func(s *providertest.Scene) {
		s.SetDeployedModelOutcome(mockapi.DeployedModelFails)
		leaveLoading(s)
		s.Clock.Advance(2 * time.Hour)
		s.Apply()
		s.Plan()
	}},
	{When: "the model is unloaded while the next apply waits", Provoke: func(s *providertest.Scene) {
		leaveLoading(s)
		s.OnNthRequest(http.MethodGet, providertest.DeployedModelPath, 2, func(*http.Request) {
			s.RemoveDeployedModel(s.Loaded(providertest.SupportLoRA, providertest.AddonsDeployment)[0])
		})
		s.Apply()
	}},
	{When: "the update is refused", Provoke: providertest.RefusedUpdate(400, "", described)},
	{When: "an update is not applied", Provoke: providertest.UnappliedUpdate("description", described)},
	{When: "the unloading is refused", Provoke: providertest.RefusedDeletion},
	{When: "timeouts.delete expires", Provoke: func(s *providertest.Scene) {
		s.SetDeploymentTime(0)
		s.Change = providertest.ShortTimeouts
		s.Apply()
		s.SetDeploymentTime(10_000 * time.Hour)
		s.Destroy()
	}},
	{When: "Ctrl-C during the unloading", Provoke: leaveUnloading},
	{When: "an invalid import ID", Provoke: providertest.Importing("accounts/demo/models/m")},
}

// TestDeployedModel_Messages compares every message with testdata/messages.golden, so that they can be read as one
// text.
func TestDeployedModel_Messages(t *testing.T) {
	t.Parallel()
	providertest.AssertMessages(t, "messages.golden", loadMessages, newLoadScene)
}
