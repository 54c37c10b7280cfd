// SPDX-License-Identifier: MPL-2.0

package promotedmodel_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// messages are all failures of a promoted model, each produced by the code that a user meets it in.
var messages = []providertest.MessageCase{
	// The plan.
	{When: "the checkpoint does not exist", Provoke: providertest.Planning(providertest.Values{"checkpoint_name": providertest.SftJob + "/checkpoints/step-999"})},
	{When: "the checkpoint cannot be promoted", Provoke: providertest.Planning(providertest.Values{"checkpoint_name": providertest.SftJob + "/checkpoints/step-210-7a8b9cad"})},
	{When: "no checkpoint of the job can be promoted", Provoke: func(s *providertest.Scene) {
		s.PutCheckpoint("accounts/demo/rlorTrainerJobs/young", mockapi.Checkpoint{Name: "step-1"})
		s.Change = providertest.Values{"checkpoint_name": "accounts/demo/rlorTrainerJobs/young/checkpoints/step-1"}
		s.PlanNew()
	}},
	{When: "the job does not exist", Provoke: providertest.Planning(providertest.Values{"checkpoint_name": "accounts/demo/rlorTrainerJobs/expired-run/checkpoints/step-10-9f8e7d6c"})},
	{
		When: "the model exists", Provoke: func(s *providertest.Scene) {
			s.PutModel(mockapi.Model{Name: providertest.DemoModels + "m"})
			s.PlanNew()
		},
	},
	{When: "the base model does not exist", Provoke: providertest.Planning(providertest.Values{"base_model": "accounts/fireworks/models/none"})},
	{When: "the key may not read", Provoke: func(s *providertest.Scene) { s.Refuse("", 403, ""); s.PlanNew() }},
	{When: "the API is down", Provoke: func(s *providertest.Scene) {
		s.Provider = providertest.Values{"max_retries": 0}
		s.Refuse("", 503, "")
		s.PlanNew()
	}},
	{
		When: "the checks time out",
		Provoke: func(s *providertest.Scene) {
			s.PlanCheckTimeout = 2 * time.Second
			s.OnRequest(providertest.Hang)
			s.PlanNew()
		},
	},
	{When: "the model is protected", Provoke: providertest.Protected},
	{When: "the model is protected too late", Provoke: providertest.ProtectedTooLate(providertest.Values{"output_model_id": "other"})},
	{When: "an abandoned model keeps its ID", Provoke: func(s *providertest.Scene) {
		s.Change = providertest.Values{"deletion_policy": "ABANDON"}
		s.Apply()
		s.Run(s.Config(s.Change), providertest.RunOptions{Replace: true})
	}},
	{When: "a hot-load deployment with a session", Provoke: func(s *providertest.Scene) {
		s.Change = providertest.Values{"checkpoint_name": providertest.SessionCheckpoint, "hot_load_deployment_id": "d"}
		s.Said = s.Protocol(s.T).Validate(s.T.Context(), providerdata.PromotedModelType, s.Config(s.Change)).Errors()
	}},

	// Before the promotion is accepted.
	{When: "the ID is invalid, and known only during apply", Provoke: func(s *providertest.Scene) {
		plan := s.Protocol(s.T).Plan(s.T.Context(), providerdata.PromotedModelType, providertest.Stored{},
			providertest.With(s.Config(s.Change), providertest.Values{"output_model_id": providertest.Unknown}))
		plan.State["output_model_id"] = "Qwen3_8B"
		s.Said = s.Protocol(s.T).Apply(s.T.Context(), providerdata.PromotedModelType, providertest.Stored{}, plan,
			providertest.ModelConfig("Qwen3_8B")).Diagnostics
	}},
	{When: "a model of the name appears before the promotion", Provoke: func(s *providertest.Scene) {
		s.OnNthRequest(http.MethodGet, providertest.ModelPath, 3,
			func(*http.Request) { s.PutModel(mockapi.Model{Name: providertest.DemoModels + "m"}) })
		s.Apply()
	}},
	{When: "a model of the name appears with the promotion", Provoke: func(s *providertest.Scene) {
		s.OnNthRequest(http.MethodPost, providertest.PromotePath, 1,
			func(*http.Request) { s.PutModel(mockapi.Model{Name: providertest.DemoModels + "m"}) })
		s.Apply()
	}},
	{When: "the promotion is refused", Provoke: func(s *providertest.Scene) {
		s.Refuse(http.MethodPost, 400, `{"code":3,"message":"checkpoint \"step-200-5e6f7a8b\" is not promotable"}`)
		s.Apply()
	}},
	{When: "the checkpoint files were deleted", Provoke: func(s *providertest.Scene) {
		s.Refuse(http.MethodPost, 404, `{"code":5,"message":"checkpoint \"step-200-5e6f7a8b\" not found in GCS"}`)
		s.Apply()
	}},
	{When: "the key may not promote", Provoke: func(s *providertest.Scene) {
		s.Refuse(http.MethodPost, 403, "")
		s.Apply()
	}},
	{When: "every response is lost", Provoke: func(s *providertest.Scene) {
		s.Refuse(http.MethodPost, 502, "")
		s.Apply()
	}},
	{When: "the check before the promotion fails", Provoke: func(s *providertest.Scene) {
		s.OnNthRequest(http.MethodGet, providertest.ModelPath, 3, func(*http.Request) { s.Refuse("", 401, "") })
		s.Apply()
	}},
	{
		When:    "Ctrl-C before the promotion",
		Provoke: func(s *providertest.Scene) { s.Interrupt(http.MethodGet, providertest.ModelPath, 3); s.Apply() },
	},
	{When: "Ctrl-C during the request, no response", Provoke: func(s *providertest.Scene) {
		s.SetFaults(providertest.Unanswered(http.MethodPost))
		s.Interrupt(http.MethodPost, providertest.PromotePath, 1)
		s.Apply()
	}},
	{When: "timeouts.create passes before the promotion", Provoke: func(s *providertest.Scene) {
		s.Change = providertest.Values{"timeouts": providertest.Values{"create": "50ms"}}
		s.OnNthRequest(http.MethodGet, providertest.ModelPath, 3,
			func(*http.Request) { s.SetFaults(providertest.Unanswered(http.MethodGet)) })
		s.Apply()
	}},
	{When: "timeouts.create passes during the request", Provoke: func(s *providertest.Scene) {
		s.Change = providertest.Values{"timeouts": providertest.Values{"create": "1s"}}
		s.SetFaults(providertest.Unanswered(http.MethodPost))
		s.Apply()
	}},

	// After the promotion is accepted.
	{
		When:    "Ctrl-C during the wait",
		Provoke: func(s *providertest.Scene) { s.Interrupt(http.MethodGet, providertest.OperationPath, 3); s.Apply() },
	},
	{When: "timeouts.create passes during the wait", Provoke: func(s *providertest.Scene) {
		s.SetPromotionOutcome(mockapi.PromotionHangs)
		s.SetFaults(mockapi.Fault{Path: providertest.OperationPath, Match: 2, Kind: mockapi.FaultSlowHeaders,
			Delay: time.Hour})
		s.Change = providertest.Values{"timeouts": providertest.Values{"create": "1s"}}
		s.Apply()
	}},
	{
		When:    "the promotion fails and leaves nothing",
		Provoke: func(s *providertest.Scene) { s.SetPromotionOutcome(mockapi.PromotionFailsWithoutModel); s.Apply() },
	},
	{
		When:    "the promotion fails and leaves a model",
		Provoke: func(s *providertest.Scene) { s.SetPromotionOutcome(mockapi.PromotionFailsLeavingModel); s.Apply() },
	},
	{When: "the plan after a failure that was untainted", Provoke: func(s *providertest.Scene) {
		s.SetPromotionOutcome(mockapi.PromotionFailsLeavingModel)
		s.Apply()
		s.Current.Tainted = false
		s.Plan()
	}},
	{
		When:    "the model is broken",
		Provoke: func(s *providertest.Scene) { s.SetPromotionOutcome(mockapi.PromotionLeavesBrokenModel); s.Apply() },
	},
	{When: "the model breaks later", Provoke: func(s *providertest.Scene) {
		s.Apply()
		s.SetFaults(mockapi.Fault{Method: http.MethodGet, Path: providertest.ModelPath, Kind: mockapi.FaultEdit,
			Body: `{"state":"FAILED","status":{"message":"the files were removed"}}`})
		s.Apply()
	}},
	{When: "the model does not appear", Provoke: func(s *providertest.Scene) {
		s.SetPromotionOutcome(mockapi.PromotionSucceedsWithoutResponse)
		s.AfterPromotionRequest(mockapi.Fault{Method: http.MethodGet, Path: providertest.ModelPath,
			Kind: mockapi.FaultStatus, Status: 404})
		s.Apply()
	}},
	{When: "the key is revoked during the wait", Provoke: func(s *providertest.Scene) {
		s.AfterPromotionRequest(mockapi.Fault{Method: http.MethodGet, Kind: mockapi.FaultStatus, Status: 401})
		s.Apply()
	}},
	{When: "the metadata cannot be set", Provoke: func(s *providertest.Scene) {
		s.Refuse(http.MethodPatch, 403, "")
		s.Change = providertest.Values{"display_name": "M"}
		s.Apply()
	}},
	{When: "Ctrl-C while the metadata is set", Provoke: func(s *providertest.Scene) {
		s.SetFaults(providertest.Unanswered(http.MethodPatch))
		s.Interrupt(http.MethodPatch, providertest.ModelPath, 1)
		s.Change = providertest.Values{"display_name": "M"}
		s.Apply()
	}},

	// The next apply.
	{When: "Ctrl-C while an apply resumes the wait", Provoke: func(s *providertest.Scene) {
		leaveWaiting(s)
		s.Interrupt(http.MethodGet, providertest.OperationPath, 2)
		s.Apply()
	}},
	{When: "timeouts.create passes while an apply resumes the wait", Provoke: func(s *providertest.Scene) {
		leaveWaiting(s)
		s.SetFaults(mockapi.Fault{Path: providertest.OperationPath, Match: 2, Kind: mockapi.FaultSlowHeaders,
			Delay: time.Hour})
		s.Change = providertest.Values{"timeouts": providertest.Values{"create": "1s"}}
		s.Apply()
	}},
	{When: "the promotion failed in the meantime", Provoke: func(s *providertest.Scene) {
		s.SetPromotionOutcome(mockapi.PromotionFailsLeavingModel)
		s.Interrupt(http.MethodGet, providertest.OperationPath, 1)
		s.Apply()
		s.Apply()
	}},
	{When: "the model cannot be read", Provoke: func(s *providertest.Scene) {
		s.Apply()
		s.Refuse(http.MethodGet, 401, "")
		s.Apply()
	}},
	{When: "the model cannot be changed", Provoke: func(s *providertest.Scene) {
		s.Apply()
		s.Refuse(http.MethodPatch, 403, "")
		s.Change = providertest.Values{"display_name": "M"}
		s.Apply()
	}},
	{When: "timeouts.update passes", Provoke: func(s *providertest.Scene) {
		s.Apply()
		s.SetFaults(providertest.Unanswered(http.MethodPatch))
		s.Change = providertest.Values{"display_name": "M", "timeouts": providertest.Values{"update": "50ms"}}
		s.Apply()
	}},
	{When: "Ctrl-C during a change", Provoke: func(s *providertest.Scene) {
		s.Apply()
		s.SetFaults(providertest.Unanswered(http.MethodPatch))
		s.Interrupt(http.MethodPatch, providertest.ModelPath, 1)
		s.Change = providertest.Values{"display_name": "M"}
		s.Apply()
	}},

	// The end.
	{When: "the model is deployed", Provoke: func(s *providertest.Scene) {
		s.Apply()
		s.Deploy(providertest.DemoModels+"m", "chat", "batch")
		s.Destroy()
	}},
	{When: "the model may not be deleted", Provoke: providertest.RefusedDeletion},
	{When: "timeouts.delete passes", Provoke: func(s *providertest.Scene) {
		s.Change = providertest.Values{"timeouts": providertest.Values{"delete": "1s"}}
		s.Apply()
		s.SetDeletionTime(100_000 * time.Hour)
		s.Destroy()
	}},
	{When: "timeouts.delete expires before a response", Provoke: func(s *providertest.Scene) {
		s.Change = providertest.Values{"timeouts": providertest.Values{"delete": "50ms"}}
		s.Apply()
		s.SetFaults(providertest.Unanswered(http.MethodDelete))
		s.Destroy()
	}},
	{When: "Ctrl-C during a deletion", Provoke: func(s *providertest.Scene) {
		s.Apply()
		s.SetDeletionTime(time.Hour)
		s.Interrupt(http.MethodGet, providertest.ModelPath, 3)
		s.Destroy()
	}},

	// Import.
	{
		When: "an invalid name", Provoke: providertest.Importing("accounts/demo/deployments/m")},
	{
		When:    "a bare ID and several accounts",
		Provoke: func(s *providertest.Scene) { s.SetAccounts("demo", "other"); _, s.Said = s.ImportModel(s.T, "m", nil) },
	},
	{When: "a provider that is not configured yet", Provoke: func(s *providertest.Scene) {
		s.Said = s.ProtocolWith(s.T, providertest.Values{"api_key": providertest.Unknown}).Import(s.T.Context(),
			providerdata.PromotedModelType, providertest.DemoModels+"m", nil).Diagnostics
	}},
}

func newMessageScene(t *testing.T) *providertest.Scene {
	t.Helper()

	return providertest.NewScene(t, mockapi.Options{PromotionTime: time.Minute},
		(*providertest.Platform).PromotedModels, func(change providertest.Values) providertest.Values {
			return providertest.With(providertest.ModelConfig("m"), change)
		})
}

// leaveWaiting creates a model whose promotion continues after an interrupt of Terraform.
func leaveWaiting(s *providertest.Scene) {
	s.SetPromotionOutcome(mockapi.PromotionHangs)
	s.Interrupt(http.MethodGet, providertest.OperationPath, 1)
	s.Apply()
}

// TestMessages compares every message with testdata/messages.golden, so that they can be read as one text.
func TestMessages(t *testing.T) {
	t.Parallel()
	providertest.AssertMessages(t, "messages.golden", messages, newMessageScene)
}
