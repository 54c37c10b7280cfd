package provider

import (
	"net/http"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// messages are all failures of a promoted model, each produced by the code that a user meets it in.
var messages = []messageCase[*messageScene]{
	// The plan.
	{when: "the checkpoint does not exist", provoke: func(s *messageScene) {
		s.change = values{"checkpoint_name": sftJob + "/checkpoints/step-999"}
		s.plan()
	}},
	{when: "the checkpoint cannot be promoted", provoke: func(s *messageScene) {
		s.change = values{"checkpoint_name": sftJob + "/checkpoints/step-210-7a8b9cad"}
		s.plan()
	}},
	{when: "no checkpoint of the job can be promoted", provoke: func(s *messageScene) {
		s.PutCheckpoint("accounts/demo/rlorTrainerJobs/young", mockapi.Checkpoint{Name: "step-1"})
		s.change = values{"checkpoint_name": "accounts/demo/rlorTrainerJobs/young/checkpoints/step-1"}
		s.plan()
	}},
	{when: "the job does not exist", provoke: func(s *messageScene) {
		s.change = values{"checkpoint_name": "accounts/demo/rlorTrainerJobs/expired-run/checkpoints/step-10-9f8e7d6c"}
		s.plan()
	}},
	{when: "the model exists", provoke: func(s *messageScene) { s.PutModel(mockapi.Model{Name: demoModels + "m"}); s.plan() }},
	{when: "the base model does not exist", provoke: func(s *messageScene) { s.change = values{"base_model": "accounts/fireworks/models/none"}; s.plan() }},
	{when: "the key may not read", provoke: func(s *messageScene) { s.refuse("", 403, ""); s.plan() }},
	{when: "the API is down", provoke: func(s *messageScene) {
		s.provider = values{"max_retries": 0}
		s.refuse("", 503, "")
		s.plan()
	}},
	{when: "the checks time out", provoke: func(s *messageScene) { s.planCheckTimeout = 2 * time.Second; s.OnRequest(hang); s.plan() }},
	{when: "the model is protected", provoke: func(s *messageScene) {
		s.change = values{"deletion_policy": "PREVENT"}
		s.create()
		s.run(nil, runOptions{})
	}},
	{when: "an abandoned model keeps its ID", provoke: func(s *messageScene) {
		s.change = values{"deletion_policy": "ABANDON"}
		s.create()
		s.run(s.config(), runOptions{Replace: true})
	}},
	{when: "a hot-load deployment with a session", provoke: func(s *messageScene) {
		s.change = values{"checkpoint_name": sessionCheckpoint, "hot_load_deployment_id": "d"}
		s.said = s.protocol(s.t).Validate(s.t.Context(), promotedModelType, s.config()).Errors()
	}},

	// Before the promotion is accepted.
	{when: "the ID is invalid, and known only during apply", provoke: func(s *messageScene) {
		plan := s.protocol(s.t).Plan(s.t.Context(), promotedModelType, stored{}, with(s.config(), values{"output_model_id": unknown}))
		plan.State["output_model_id"] = "Qwen3_8B"
		s.said = s.protocol(s.t).Apply(s.t.Context(), promotedModelType, stored{}, plan, modelConfig("Qwen3_8B")).Diagnostics
	}},
	{when: "a model of the name appears before the promotion", provoke: func(s *messageScene) {
		s.onRequest(http.MethodGet, modelPath, 3, func(*http.Request) { s.PutModel(mockapi.Model{Name: demoModels + "m"}) })
		s.create()
	}},
	{when: "a model of the name appears with the promotion", provoke: func(s *messageScene) {
		s.onRequest(http.MethodPost, promotePath, 1, func(*http.Request) { s.PutModel(mockapi.Model{Name: demoModels + "m"}) })
		s.create()
	}},
	{when: "the promotion is refused", provoke: func(s *messageScene) {
		s.refuse(http.MethodPost, 400, `{"code":3,"message":"checkpoint \"step-200-5e6f7a8b\" is not promotable"}`)
		s.create()
	}},
	{when: "the checkpoint files were deleted", provoke: func(s *messageScene) {
		s.refuse(http.MethodPost, 404, `{"code":5,"message":"checkpoint \"step-200-5e6f7a8b\" not found in GCS"}`)
		s.create()
	}},
	{when: "the key may not promote", provoke: func(s *messageScene) {
		s.refuse(http.MethodPost, 403, "")
		s.create()
	}},
	{when: "every response is lost", provoke: func(s *messageScene) {
		s.refuse(http.MethodPost, 502, "")
		s.create()
	}},
	{when: "the check before the promotion fails", provoke: func(s *messageScene) {
		s.onRequest(http.MethodGet, modelPath, 3, func(*http.Request) { s.refuse("", 401, "") })
		s.create()
	}},
	{when: "Ctrl-C before the promotion", provoke: func(s *messageScene) { s.interrupt(http.MethodGet, modelPath, 3); s.create() }},
	{when: "Ctrl-C during the request, no response", provoke: func(s *messageScene) {
		s.SetFaults(unanswered(http.MethodPost))
		s.interrupt(http.MethodPost, promotePath, 1)
		s.create()
	}},
	{when: "timeouts.create passes before the promotion", provoke: func(s *messageScene) {
		s.change = values{"timeouts": values{"create": "50ms"}}
		s.onRequest(http.MethodGet, modelPath, 3, func(*http.Request) { s.SetFaults(unanswered(http.MethodGet)) })
		s.create()
	}},
	{when: "timeouts.create passes during the request", provoke: func(s *messageScene) {
		s.change = values{"timeouts": values{"create": "1s"}}
		s.SetFaults(unanswered(http.MethodPost))
		s.create()
	}},

	// After the promotion is accepted.
	{when: "Ctrl-C during the wait", provoke: func(s *messageScene) { s.interrupt(http.MethodGet, operationPath, 3); s.create() }},
	{when: "timeouts.create passes during the wait", provoke: func(s *messageScene) {
		s.SetPromotionOutcome(mockapi.PromotionHangs)
		s.SetFaults(mockapi.Fault{Path: operationPath, Match: 2, Kind: mockapi.FaultSlowHeaders, Delay: time.Hour})
		s.change = values{"timeouts": values{"create": "1s"}}
		s.create()
	}},
	{
		when:    "the promotion fails and leaves nothing",
		provoke: func(s *messageScene) { s.SetPromotionOutcome(mockapi.PromotionFailsWithoutModel); s.create() },
	},
	{
		when:    "the promotion fails and leaves a model",
		provoke: func(s *messageScene) { s.SetPromotionOutcome(mockapi.PromotionFailsLeavingModel); s.create() },
	},
	{when: "the plan after a failure that was untainted", provoke: func(s *messageScene) {
		s.SetPromotionOutcome(mockapi.PromotionFailsLeavingModel)
		s.create()
		s.current.Tainted = false
		s.run(s.config(), runOptions{PlanOnly: true})
	}},
	{when: "the model is broken", provoke: func(s *messageScene) { s.SetPromotionOutcome(mockapi.PromotionLeavesBrokenModel); s.create() }},
	{when: "the model breaks later", provoke: func(s *messageScene) {
		s.create()
		s.PutModel(mockapi.Model{Name: demoModels + "m", State: "FAILED", Status: &mockapi.Status{Message: "the files were removed"}})
		s.run(s.config(), runOptions{})
	}},
	{when: "the model does not appear", provoke: func(s *messageScene) {
		s.SetPromotionOutcome(mockapi.PromotionSucceedsWithoutResponse)
		s.afterPromotionRequest(mockapi.Fault{Method: http.MethodGet, Path: modelPath, Kind: mockapi.FaultStatus, Status: 404})
		s.create()
	}},
	{when: "the key is revoked during the wait", provoke: func(s *messageScene) {
		s.afterPromotionRequest(mockapi.Fault{Method: http.MethodGet, Kind: mockapi.FaultStatus, Status: 401})
		s.create()
	}},
	{when: "the metadata cannot be set", provoke: func(s *messageScene) {
		s.refuse(http.MethodPatch, 403, "")
		s.change = values{"display_name": "M"}
		s.create()
	}},
	{when: "Ctrl-C while the metadata is set", provoke: func(s *messageScene) {
		s.SetFaults(unanswered(http.MethodPatch))
		s.interrupt(http.MethodPatch, modelPath, 1)
		s.change = values{"display_name": "M"}
		s.create()
	}},

	// The next apply.
	{when: "Ctrl-C while an apply resumes the wait", provoke: func(s *messageScene) {
		s.leaveWaiting()
		s.interrupt(http.MethodGet, operationPath, 2)
		s.run(s.config(), runOptions{})
	}},
	{when: "timeouts.create passes while an apply resumes the wait", provoke: func(s *messageScene) {
		s.leaveWaiting()
		s.SetFaults(mockapi.Fault{Path: operationPath, Match: 2, Kind: mockapi.FaultSlowHeaders, Delay: time.Hour})
		s.change = values{"timeouts": values{"create": "1s"}}
		s.run(s.config(), runOptions{})
	}},
	{when: "the promotion failed in the meantime", provoke: func(s *messageScene) {
		s.SetPromotionOutcome(mockapi.PromotionFailsLeavingModel)
		s.interrupt(http.MethodGet, operationPath, 1)
		s.create()
		s.run(s.config(), runOptions{})
	}},
	{when: "the model cannot be read", provoke: func(s *messageScene) {
		s.create()
		s.refuse(http.MethodGet, 401, "")
		s.run(s.config(), runOptions{})
	}},
	{when: "the model cannot be changed", provoke: func(s *messageScene) {
		s.create()
		s.refuse(http.MethodPatch, 403, "")
		s.change = values{"display_name": "M"}
		s.run(s.config(), runOptions{})
	}},
	{when: "timeouts.update passes", provoke: func(s *messageScene) {
		s.create()
		s.SetFaults(unanswered(http.MethodPatch))
		s.change = values{"display_name": "M", "timeouts": values{"update": "50ms"}}
		s.run(s.config(), runOptions{})
	}},
	{when: "Ctrl-C during a change", provoke: func(s *messageScene) {
		s.create()
		s.SetFaults(unanswered(http.MethodPatch))
		s.interrupt(http.MethodPatch, modelPath, 1)
		s.change = values{"display_name": "M"}
		s.run(s.config(), runOptions{})
	}},

	// The end.
	{when: "the model is deployed", provoke: func(s *messageScene) { s.create(); s.Deploy(demoModels+"m", "chat", "batch"); s.run(nil, runOptions{}) }},
	{when: "the model may not be deleted", provoke: func(s *messageScene) {
		s.create()
		s.refuse(http.MethodDelete, 403, "")
		s.run(nil, runOptions{})
	}},
	{when: "timeouts.delete passes", provoke: func(s *messageScene) {
		s.change = values{"timeouts": values{"delete": "50ms"}}
		s.create()
		s.SetDeletionTime(100_000 * time.Hour)
		s.run(nil, runOptions{})
	}},
	{when: "timeouts.delete expires before a response", provoke: func(s *messageScene) {
		s.change = values{"timeouts": values{"delete": "50ms"}}
		s.create()
		s.SetFaults(unanswered(http.MethodDelete))
		s.run(nil, runOptions{})
	}},
	{when: "Ctrl-C during a deletion", provoke: func(s *messageScene) {
		s.create()
		s.SetDeletionTime(time.Hour)
		s.interrupt(http.MethodGet, modelPath, 3)
		s.run(nil, runOptions{})
	}},

	// Import.
	{when: "an invalid name", provoke: func(s *messageScene) { _, s.said = s.importModel(s.t, "accounts/demo/deployments/m", nil) }},
	{when: "a bare ID and several accounts", provoke: func(s *messageScene) { s.SetAccounts("demo", "other"); _, s.said = s.importModel(s.t, "m", nil) }},
	{when: "a provider that is not configured yet", provoke: func(s *messageScene) {
		s.said = s.protocolWith(s.t, values{"api_key": unknown}).Import(s.t.Context(), promotedModelType, demoModels+"m", nil).Diagnostics
	}},
}

// messageScene is where a message about a promoted model is provoked.
type messageScene struct {
	*scene
	provider values
}

func newMessageScene(t *testing.T) *messageScene {
	t.Helper()

	return &messageScene{scene: newScene(t, mockapi.Options{PromotionTime: time.Minute}, (*platform).promotedModels)}
}

func (s *messageScene) config() values { return with(modelConfig("m"), s.change) }

func (s *messageScene) plan() {
	s.said = s.protocolWith(s.t, s.provider).Plan(s.t.Context(), promotedModelType, stored{}, s.config()).Diagnostics
}

func (s *messageScene) create() { s.run(s.config(), runOptions{}) }

// leaveWaiting creates a model whose promotion continues after an interrupt of Terraform.
func (s *messageScene) leaveWaiting() {
	s.SetPromotionOutcome(mockapi.PromotionHangs)
	s.interrupt(http.MethodGet, operationPath, 1)
	s.create()
}

// TestMessages compares every message with testdata/messages.golden, so that they can be read as one text.
func TestMessages(t *testing.T) {
	t.Parallel()
	assertMessages(t, "messages.golden", messages, newMessageScene)
}
