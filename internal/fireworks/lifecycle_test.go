// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

func TestLifecycle_PromotedModel(t *testing.T) {
	t.Parallel()
	forEachWireFormat(t, mockapi.Options{PromotionTime: 3 * time.Minute},
		func(t *testing.T, server *mockapi.Server, client *Client) {
			ctx := t.Context()
			if account, err := client.AccountID(ctx); account != "demo" || err != nil {
				t.Fatalf("account %q, error %v", account, err)
			}

			checkpoint := latest(t, client, demoJob)
			if checkpoint.CheckpointID != "step-200-5e6f7a8b" {
				t.Errorf("the latest promotable checkpoint is %s", checkpoint)
			}

			start := time.Now()

			promotion, err := client.Promote(ctx,
				PromotionRequest{Checkpoint: checkpoint, OutputModelID: "tuned", BaseModel: baseModel})
			if err != nil || promotion.Operation == nil {
				t.Fatalf("promotion %+v, error %v", promotion, err)
			}

			if model, err := client.GetModelOnce(ctx, demoName); err != nil || model.State != ModelStateUploading {
				t.Errorf("model %+v, error %v", model, err)
			}

			operation := waitForOperation(t, client, promotion.Operation)
			if took := time.Since(start); took < 3*time.Minute || took > 3*time.Minute+18*time.Second {
				t.Errorf("the wait took %s", took)
			}

			if operation.Model == nil {
				t.Fatalf("operation without a model: %+v", operation)
			}

			checkEqual(t, "has failed", operation.Failure != nil, false)
			checkEqual(t, "name", operation.Model.Name, demoModel)
			checkEqual(t, "state", operation.Model.State, ModelStateReady)

			checkUpdateAndDeletion(t, server, client)
		})
}

func checkUpdateAndDeletion(t *testing.T, server *mockapi.Server, client *Client) {
	t.Helper()
	ctx := t.Context()

	model, err := client.GetModel(ctx, demoName)
	if err != nil {
		t.Fatal(err)
	}

	checkEqual(t, "state", model.State, ModelStateReady)
	checkEqual(t, "kind", model.Kind, "HF_BASE_MODEL")
	checkEqual(t, "has PEFT details", model.PEFTDetails != nil, false)
	checkEqual(t, "context length", model.ContextLength, 131072)

	fields := Fields{"display_name": "Tuned", "description": "By step 200.", "public": true}
	if _, err := client.UpdateModel(ctx, demoName, fields); err != nil {
		t.Fatal(err)
	}

	model, err = client.UpdateModel(ctx, demoName, Fields{"description": ""})
	if err != nil {
		t.Fatal(err)
	}

	checkEqual(t, "DisplayName", model.DisplayName, "Tuned")
	checkEqual(t, "Description", model.Description, "")
	checkEqual(t, "Public", model.Public, true)

	server.Deploy(demoModel, "accounts/demo/deployments/serving")

	if err := client.DeleteModel(ctx, demoName); !IsFailedPrecondition(err) {
		t.Errorf("deleting a deployed model: error %v", err)
	}

	model, err = client.GetModel(ctx, demoName)
	if err != nil {
		t.Fatal(err)
	}

	wantNoDiff(t, "deployments", DeploymentNames{"accounts/demo/deployments/serving"}, model.Deployments)

	server.Deploy(demoModel)

	if err := client.DeleteModel(ctx, demoName); err != nil {
		t.Error(err)
	}

	if _, err := client.GetModel(ctx, demoName); !IsNotFound(err) {
		t.Errorf("reading a deleted model: error %v", err)
	}

	if err := client.DeleteModel(ctx, demoName); !IsNotFound(err) {
		t.Errorf("deleting a deleted model: error %v", err)
	}
}

func TestLifecycle_LoRACheckpoint(t *testing.T) {
	t.Parallel()
	forEachWireFormat(t, mockapi.Options{}, func(t *testing.T, _ *mockapi.Server, client *Client) {
		checkpoint := parseCheckpoint(t, demoJob.String()+"/checkpoints/step-100-3c4d5e6f")
		if _, err := client.Promote(t.Context(),
			PromotionRequest{Checkpoint: checkpoint, OutputModelID: "tuned", BaseModel: baseModel}); err != nil {
			t.Fatal(err)
		}

		model, err := client.GetModel(t.Context(), demoName)
		if err != nil {
			t.Fatal(err)
		}

		checkEqual(t, "kind", model.Kind, "HF_PEFT_ADDON")

		if model.PEFTDetails == nil {
			t.Fatal("no PEFT details")
		}

		details := model.PEFTDetails
		checkEqual(t, "BaseModel", details.BaseModel, baseModel)
		checkEqual(t, "R", details.R, 32)
		checkEqual(t, "number of TargetModules", len(details.TargetModules), 7)
	})
}

func TestLifecycle_SessionCheckpoint(t *testing.T) {
	t.Parallel()
	forEachWireFormat(t, mockapi.Options{}, func(t *testing.T, server *mockapi.Server, client *Client) {
		rows, err := client.ListCheckpoints(t.Context(), demoSession, 1)
		if err != nil || len(rows) != 4 || rows[0].SessionCheckpointID == "" ||
			rows[0].ID() != rows[0].SessionCheckpointID {
			t.Fatalf("rows %+v, error %v", rows, err)
		}

		checkpoint := latest(t, client, demoSession)

		promotion, err := client.Promote(t.Context(),
			PromotionRequest{Checkpoint: checkpoint, OutputModelID: "tuned", BaseModel: baseModel})
		if err != nil {
			t.Fatal(err)
		}

		if promotion.Model == nil {
			t.Fatal("a promotion without a model")
		}

		checkEqual(t, "has an operation", promotion.Operation != nil, false)
		checkEqual(t, "name", promotion.Model.Name, demoModel)

		if n := server.Promotions(); n != 1 {
			t.Errorf("%d promotions", n)
		}
	})
}

func TestLifecycle_DeletedAndExpiredJobs(t *testing.T) {
	t.Parallel()
	forEachWireFormat(t, mockapi.Options{}, func(t *testing.T, _ *mockapi.Server, client *Client) {
		checkpoint := latest(t, client, JobName{AccountID: "demo", JobID: "deleted-run"})
		if _, err := client.Promote(t.Context(),
			PromotionRequest{Checkpoint: checkpoint, OutputModelID: "tuned", BaseModel: baseModel}); err != nil {
			t.Errorf("a checkpoint of a deleted job: error %v", err)
		}

		for _, job := range []string{"expired-run", "never-was"} {
			name := JobName{AccountID: "demo", JobID: job}
			if _, err := client.ListCheckpoints(t.Context(), name, 0); !IsNotFound(err) {
				t.Errorf("%s: error %v", job, err)
			}

			checkpoint := CheckpointName{AccountID: "demo", JobID: job, CheckpointID: "step-10-9f8e7d6c"}
			if _, err := client.Promote(t.Context(),
				PromotionRequest{Checkpoint: checkpoint, OutputModelID: "x", BaseModel: baseModel}); !IsNotFound(err) {
				t.Errorf("%s: error %v", job, err)
			}
		}
	})
}

func TestLifecycle_NoAsyncPromotion(t *testing.T) {
	t.Parallel()
	forEachWireFormat(t, mockapi.Options{PromotionTime: 4 * time.Minute},
		func(t *testing.T, server *mockapi.Server, client *Client) {
			server.SetAsyncPromotion(false)

			promotion, err := client.Promote(t.Context(),
				PromotionRequest{Checkpoint: latest(t, client, demoJob), OutputModelID: "tuned", BaseModel: baseModel})
			if err != nil {
				t.Fatal(err)
			}

			if promotion.Model == nil {
				t.Fatal("a promotion without a model")
			}

			checkEqual(t, "has an operation", promotion.Operation != nil, false)
			checkEqual(t, "state", promotion.Model.State, ModelStateReady)

			if posts, promotions := server.Count(http.MethodPost, ""), server.Promotions(); posts != 2 || promotions != 1 {
				t.Errorf("%d requests, %d promotions", posts, promotions)
			}
		})
}

func TestLifecycle_TransientFailuresOfReads(t *testing.T) {
	t.Parallel()

	for _, kind := range []mockapi.FaultKind{
		mockapi.FaultStatus, mockapi.FaultResetBefore, mockapi.FaultResetAfter, mockapi.FaultStatusAfter,
		mockapi.FaultTruncated, mockapi.FaultWrongLength,
		mockapi.FaultSlowHeaders, mockapi.FaultSlowBody, mockapi.FaultPanic,
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				server, client := mock(t, mockapi.Options{}, withRetries(2), withTimeout(20*time.Second))
				base := ModelName{AccountID: "fireworks", ModelID: "qwen3-8b"}

				for name, read := range map[string]func() (any, error){
					"account":     func() (any, error) { return client.AccountID(t.Context()) },
					"checkpoints": func() (any, error) { return client.ListCheckpoints(t.Context(), demoJob, 0) },
					"model":       func() (any, error) { return client.GetModel(t.Context(), base) },
					"models":      func() (any, error) { return client.ListModels(t.Context(), "demo") },
					"shape":       func() (any, error) { return client.ResolveTrainingShape(t.Context(), testShape) },
				} {
					server.SetFaults(newFault(kind, 2))

					if _, err := read(); err != nil {
						t.Errorf("%s: %v", name, err)
					}
				}

				checkNoSlotHeld(t, client)
			})
		})
	}
}

func TestLifecycle_FailedPromotion(t *testing.T) {
	t.Parallel()
	forEachWireFormat(t, mockapi.Options{PromotionTime: time.Minute},
		func(t *testing.T, server *mockapi.Server, client *Client) {
			server.SetPromotionOutcome(mockapi.PromotionFailsLeavingModel)

			promotion, err := client.Promote(t.Context(),
				PromotionRequest{Checkpoint: latest(t, client, demoJob), OutputModelID: "tuned", BaseModel: baseModel})
			if err != nil {
				t.Fatal(err)
			}

			if operation := waitForOperation(t, client,
				promotion.Operation); operation.Failure == nil || operation.Failure.Code != 13 ||
				operation.Model != nil {
				t.Errorf("operation %+v", operation)
			}

			model, err := client.GetModel(t.Context(), demoName)
			if err != nil {
				t.Fatal(err)
			}

			checkEqual(t, "status code", model.StatusCode, "INTERNAL")
			checkEqual(t, "has a status message", model.StatusMessage != "", true)
		})
}

func TestLifecycle_TrainingShapes(t *testing.T) {
	t.Parallel()
	forEachWireFormat(t, mockapi.Options{}, func(t *testing.T, _ *mockapi.Server, client *Client) {
		shape := func(id, version string) TrainingShapeName {
			return TrainingShapeName{AccountID: "fireworks", ShapeID: id, VersionID: version}
		}

		policy, err := client.ResolveTrainingShape(t.Context(), shape("qwen3-8b-128k", ""))
		if err != nil {
			t.Fatal(err)
		}

		checkEqual(t, "TrainingShapeVersion", policy.Name, testShape.String()+"/versions/9d4e8f62")
		checkEqual(t, "TrainerMode", policy.TrainerMode, "POLICY_TRAINER")
		checkEqual(t, "ParameterCount", policy.ParameterCount, 8190735360)
		checkEqual(t, "PipelineParallelism", policy.PipelineParallelism, 2)
		checkEqual(t, "TensorParallelism", policy.TensorParallelism, 4)
		checkEqual(t, "ExpertParallelism", policy.ExpertParallelism, 1)
		checkEqual(t, "LatestValidated", policy.LatestValidated, true)

		older, err := client.ResolveTrainingShape(t.Context(), shape("qwen3-8b-128k", "3b7c0e51"))
		if err != nil {
			t.Fatal(err)
		}

		checkEqual(t, "TrainerImageTag", older.TrainerImageTag, "0.58.0")
		checkEqual(t, "LatestValidated", older.LatestValidated, false)

		lora, err := client.ResolveTrainingShape(t.Context(), shape("qwen3-8b-128k-lora", ""))
		if err != nil {
			t.Fatal(err)
		}

		checkEqual(t, "SupportsLoRA()", lora.SupportsLoRA(), true)
		checkEqual(t, "PipelineParallelism", lora.PipelineParallelism, 1)

		unlinked, err := client.ResolveTrainingShape(t.Context(), shape("qwen3-8b-unlinked", ""))
		if err != nil {
			t.Fatal(err)
		}

		checkEqual(t, "DeploymentShapeVersion", unlinked.DeploymentShapeVersion, "")
		checkEqual(t, "TrainerMode", unlinked.TrainerMode, "FORWARD_ONLY")
		checkEqual(t, "NodeCount", unlinked.NodeCount, 1)

		if _, err := client.ResolveTrainingShape(t.Context(), shape("qwen3-8b-unvalidated", "")); !errors.Is(err,
			ErrNoValidatedVersion) {
			t.Errorf("error %v", err)
		}

		if _, err := client.ResolveTrainingShape(t.Context(), shape("qwen3-8b-128k", "nope")); !IsNotFound(err) {
			t.Errorf("error %v", err)
		}
	})
}
