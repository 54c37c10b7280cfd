package provider

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// TestAccPromotedModel_Lifecycle follows a full-weight model from its promotion, which takes 40 seconds, to its end.
func TestAccPromotedModel_Lifecycle(t *testing.T) {
	t.Parallel()
	p := newPlatformAt(t, mockapi.Options{PromotionTime: 40 * time.Second})

	created := map[string]knownvalue.Check{
		"checkpoint_name":        knownvalue.StringExact(fullCheckpoint),
		"output_model_id":        knownvalue.StringExact("m1"),
		"base_model":             knownvalue.StringExact(qwenBase),
		"hot_load_deployment_id": knownvalue.Null(),
		"display_name":           knownvalue.Null(),
		"description":            knownvalue.Null(),
		"public":                 knownvalue.Bool(false),
		"deletion_policy":        knownvalue.StringExact("DELETE"),
		"id":                     knownvalue.StringExact(demoModels + "m1"),
		"name":                   knownvalue.StringExact(demoModels + "m1"),
		"account_id":             knownvalue.StringExact("demo"),
		"state":                  knownvalue.StringExact("READY"),
		"kind":                   knownvalue.StringExact("HF_BASE_MODEL"),
		"create_time":            knownvalue.StringExact("2026-03-10T08:00:00Z"),
		"update_time":            knownvalue.StringExact("2026-03-10T08:00:40Z"),
		"context_length":         knownvalue.Int64Exact(131072),
		"peft_details":           knownvalue.Null(),
	}
	assertAllChecked(t, promotedModelSchema(t.Context()).Attributes, created)

	updated := statecheck.CompareValue(compare.ValuesDiffer())
	sameCreateTime := statecheck.CompareValue(compare.ValuesSame())
	updateTime, createTime := tfjsonpath.New("update_time"), tfjsonpath.New("create_time")
	steady := []plancheck.PlanCheck{
		plancheck.ExpectKnownValue(modelAddress, tfjsonpath.New("state"), knownvalue.StringExact("READY")),
		plancheck.ExpectKnownValue(modelAddress, tfjsonpath.New("kind"), knownvalue.StringExact("HF_BASE_MODEL")),
		plancheck.ExpectKnownValue(modelAddress, createTime, knownvalue.StringExact("2026-03-10T08:00:00Z")),
	}
	p.run(t,
		resource.TestStep{
			Config: p.config(modelBlock(fullCheckpoint, "m1", "")),
			ConfigPlanChecks: expectAction(plancheck.ResourceActionCreate,
				plancheck.ExpectKnownValue(modelAddress, tfjsonpath.New("id"), knownvalue.StringExact(demoModels+"m1")),
				plancheck.ExpectKnownValue(modelAddress, tfjsonpath.New("name"), knownvalue.StringExact(demoModels+"m1")),
				plancheck.ExpectKnownValue(modelAddress, tfjsonpath.New("account_id"), knownvalue.StringExact("demo")),
				plancheck.ExpectUnknownValue(modelAddress, tfjsonpath.New("state")),
			),
			ConfigStateChecks: append(expectValues(modelAddress, created),
				p.expectWrites(promotionOf("step-200-5e6f7a8b", "m1")),
				updated.AddStateValue(modelAddress, updateTime),
				sameCreateTime.AddStateValue(modelAddress, createTime),
			),
		},
		resource.TestStep{
			PreConfig: func() { p.clock.advance(time.Minute) },
			Config: p.config(
				modelBlock(fullCheckpoint, "m1", `display_name = "One"`+"\n"+`description = "The first."`+"\n"+`public = true`),
			),
			ConfigPlanChecks: expectAction(
				plancheck.ResourceActionUpdate,
				append(steady, plancheck.ExpectUnknownValue(modelAddress, updateTime))...),
			ConfigStateChecks: append(expectValues(modelAddress, map[string]knownvalue.Check{
				"display_name": knownvalue.StringExact("One"),
				"description":  knownvalue.StringExact("The first."),
				"public":       knownvalue.Bool(true),
			}),
				p.expectWrites(patchOf("m1", "description,display_name,public", `{"description":"The first.","displayName":"One","public":true}`)),
				updated.AddStateValue(modelAddress, updateTime),
				sameCreateTime.AddStateValue(modelAddress, createTime),
			),
		},
		resource.TestStep{
			PreConfig: func() { p.clock.advance(time.Minute) },
			Config: p.config(
				modelBlock(fullCheckpoint, "m1", `display_name = "One"`+"\n"+`description = "Still the first: \"é\"."`+"\n"+`public = false`),
			),
			ConfigPlanChecks: expectAction(plancheck.ResourceActionUpdate, steady...),
			ConfigStateChecks: append(expectValues(modelAddress, map[string]knownvalue.Check{
				"display_name": knownvalue.StringExact("One"),
				"description":  knownvalue.StringExact(`Still the first: "é".`),
				"public":       knownvalue.Bool(false),
			}),
				p.expectWrites(patchOf("m1", "description,public", `{"description":"Still the first: \"é\".","public":false}`)),
				updated.AddStateValue(modelAddress, updateTime),
			),
		},
		resource.TestStep{
			Config:           p.config(modelBlock(fullCheckpoint, "m1", "")),
			ConfigPlanChecks: expectAction(plancheck.ResourceActionNoop, plancheck.ExpectEmptyPlan()),
			ConfigStateChecks: append(expectValues(modelAddress, map[string]knownvalue.Check{
				"display_name": knownvalue.StringExact("One"), // Left out is left alone.
			}), p.expectWrites()),
		},
		resource.TestStep{
			Config:           p.config(modelBlock(fullCheckpoint, "m1", `display_name = ""`+"\n"+`description = ""`)),
			ConfigPlanChecks: expectAction(plancheck.ResourceActionUpdate, steady...),
			ConfigStateChecks: append(expectValues(modelAddress, map[string]knownvalue.Check{
				"display_name": knownvalue.StringExact(""),
				"description":  knownvalue.StringExact(""),
			}),
				p.expectWrites(patchOf("m1", "description,display_name", `{"description":"","displayName":""}`)),
				sameCreateTime.AddStateValue(modelAddress, createTime),
			),
		},
		resource.TestStep{
			Config:           p.config(modelBlock(fullCheckpoint, "m1", `display_name = ""`)),
			ConfigPlanChecks: expectAction(plancheck.ResourceActionNoop, plancheck.ExpectEmptyPlan()),
		},
		resource.TestStep{
			Config:           p.config(modelBlock(fullCheckpoint, "m2", "")),
			ConfigPlanChecks: expectAction(plancheck.ResourceActionDestroyBeforeCreate),
			ConfigStateChecks: append(expectValues(modelAddress, map[string]knownvalue.Check{
				"id": knownvalue.StringExact(demoModels + "m2"),
			}), p.expectWrites(deletionOf("m1"), promotionOf("step-200-5e6f7a8b", "m2"))),
		},
	)
	p.assertWrites(t, deletionOf("m2"))

	_, exists := p.Model(demoModels + "m2")
	assertEqual(t, "model exists", exists, false)
	assertEqual(t, "promotions", p.Promotions(), 2)
}

// TestAccPromotedModel_NoRequest changes arguments that only Terraform uses, without a write request.
func TestAccPromotedModel_NoRequest(t *testing.T) {
	t.Parallel()
	p := newPlatformAt(t, mockapi.Options{})
	inPlace := func(arguments, policy string) resource.TestStep {
		return resource.TestStep{
			Config: p.config(modelBlock(fullCheckpoint, "m", arguments)),
			ConfigPlanChecks: expectAction(plancheck.ResourceActionUpdate,
				plancheck.ExpectKnownValue(modelAddress, tfjsonpath.New("update_time"), knownvalue.NotNull())),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(modelAddress, tfjsonpath.New("deletion_policy"), knownvalue.StringExact(policy)),
				p.expectWrites(),
			},
		}
	}
	p.run(t,
		resource.TestStep{
			Config:           p.config(modelBlock(fullCheckpoint, "m", `display_name = "M"`)),
			ConfigPlanChecks: expectAction(plancheck.ResourceActionCreate),
			ConfigStateChecks: []statecheck.StateCheck{
				p.expectWrites(promotionOf("step-200-5e6f7a8b", "m"), patchOf("m", "display_name", `{"displayName":"M"}`)),
			},
		},
		inPlace("timeouts {\n create = \"3h\"\n delete = \"1m\"\n }", "DELETE"),
		inPlace(`deletion_policy = "PREVENT"`, "PREVENT"),
		inPlace(`deletion_policy = "ABANDON"`, "ABANDON"),
		inPlace(``, "DELETE"),
	)
	p.assertWrites(t, deletionOf("m"))
}

func TestAccPromotedModel_LoRA(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, mockapi.Options{PromotionTime: 5 * time.Second})
	p.run(t, resource.TestStep{
		Config: p.config(modelBlock(loraCheckpoint, "lora", `public = true`)),
		ConfigPlanChecks: expectAction(plancheck.ResourceActionCreate,
			plancheck.ExpectUnknownValue(modelAddress, tfjsonpath.New("peft_details"))),
		ConfigStateChecks: append(expectValues(modelAddress, map[string]knownvalue.Check{
			"state":  knownvalue.StringExact("READY"),
			"kind":   knownvalue.StringExact("HF_PEFT_ADDON"),
			"public": knownvalue.Bool(true),
			"peft_details": knownvalue.ObjectExact(map[string]knownvalue.Check{
				"base_model":      knownvalue.StringExact(qwenBase),
				"r":               knownvalue.Int64Exact(32),
				"base_model_type": knownvalue.StringExact("qwen3"),
				"target_modules": knownvalue.ListExact([]knownvalue.Check{
					knownvalue.StringExact("q_proj"), knownvalue.StringExact("k_proj"), knownvalue.StringExact("v_proj"), knownvalue.StringExact("o_proj"),
					knownvalue.StringExact("gate_proj"), knownvalue.StringExact("up_proj"), knownvalue.StringExact("down_proj"),
				}),
			}),
		}), p.expectWrites(promotionOf("step-180-6f7a8b9c", "lora"), patchOf("lora", "public", `{"public":true}`))),
	})
}

// TestAccPromotedModel_Session sends the two fields that a session's promotion has, and no other.
func TestAccPromotedModel_Session(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, mockapi.Options{})
	p.run(t, resource.TestStep{
		Config:           p.config(modelBlock(sessionCheckpoint, "from-session", "")),
		ConfigPlanChecks: expectAction(plancheck.ResourceActionCreate),
		ConfigStateChecks: append(expectValues(modelAddress, map[string]knownvalue.Check{
			"id":    knownvalue.StringExact(demoModels + "from-session"),
			"state": knownvalue.StringExact("READY"),
			"kind":  knownvalue.StringExact("HF_PEFT_ADDON"),
			"peft_details": knownvalue.ObjectPartial(
				map[string]knownvalue.Check{"r": knownvalue.Int64Exact(8), "target_modules": knownvalue.NotNull()},
			),
		}), p.expectWrites(`POST /v1/`+sessionCheckpoint+`:promote {"base_model":"`+qwenBase+`","output_model":"`+demoModels+`from-session"}`)),
	})
	p.assertWrites(t, deletionOf("from-session"))
}

// TestAccPromotedModel_OldServer promotes on a server that rejects async_promotion: one request with the field, one without.
func TestAccPromotedModel_OldServer(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, mockapi.Options{})
	p.SetAsyncPromotion(false)
	p.SetLegacyWire(true)

	request := promotionOf("step-180-6f7a8b9c", "old")
	p.run(t, resource.TestStep{
		Config:            p.config(modelBlock(loraCheckpoint, "old", "")),
		ConfigPlanChecks:  expectAction(plancheck.ResourceActionCreate),
		ConfigStateChecks: []statecheck.StateCheck{p.expectWrites(request, strings.Replace(request, `"async_promotion":true,`, "", 1))},
	})

	if p.Promotions() != 1 {
		t.Errorf("%d promotions, want 1", p.Promotions())
	}
}

func TestAccPromotedModel_HotLoadDeployment(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, mockapi.Options{})
	promotion := func(deployment string) string {
		return strings.Replace(promotionOf("step-200-5e6f7a8b", "m"), `,"output_model"`,
			`,"hot_load_deployment_id":"`+deployment+`","output_model"`, 1)
	}
	step := func(action plancheck.ResourceActionType, argument string, writes ...string) resource.TestStep {
		return resource.TestStep{
			Config:            p.config(modelBlock(fullCheckpoint, "m", argument)),
			ConfigPlanChecks:  expectAction(action),
			ConfigStateChecks: []statecheck.StateCheck{p.expectWrites(writes...)},
		}
	}
	p.run(
		t,
		step(plancheck.ResourceActionCreate, `hot_load_deployment_id = "d1"`, promotion("accounts/demo/deployments/d1")),
		step(plancheck.ResourceActionDestroyBeforeCreate, `hot_load_deployment_id = "accounts/demo/deployments/d2"`,
			deletionOf("m"), promotion("accounts/demo/deployments/d2")),
		step(plancheck.ResourceActionUpdate, `hot_load_deployment_id = "d2"`),
		step(plancheck.ResourceActionUpdate, ""),
		step(plancheck.ResourceActionDestroyBeforeCreate, `hot_load_deployment_id = "d1"`, deletionOf("m"),
			promotion("accounts/demo/deployments/d1")),
	)
}

// TestAccPromotedModel_ReplacingArguments changes each argument that cannot be changed in place, alone.
func TestAccPromotedModel_ReplacingArguments(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, mockapi.Options{})

	const otherBase = "accounts/fireworks/models/llama-v3p1-8b-instruct"

	anyBase := "accounts/demo/rlorTrainerJobs/any-base"
	p.PutCheckpoint(
		anyBase,
		mockapi.Checkpoint{
			Name:           "step-1",
			CreateTime:     "2026-03-01T12:00:00Z",
			CheckpointType: "CHECKPOINT_TYPE_INFERENCE_BASE",
			Promotable:     true,
		},
	)
	p.run(t,
		resource.TestStep{
			Config:           p.config(modelBlock(fullCheckpoint, "m", "")),
			ConfigPlanChecks: expectAction(plancheck.ResourceActionCreate),
		},
		resource.TestStep{
			Config:           p.config(modelBlock(anyBase+"/checkpoints/step-1", "m", "")),
			ConfigPlanChecks: expectAction(plancheck.ResourceActionReplace),
		},
		resource.TestStep{
			Config:           p.config(strings.Replace(modelBlock(anyBase+"/checkpoints/step-1", "m", ""), qwenBase, otherBase, 1)),
			ConfigPlanChecks: expectAction(plancheck.ResourceActionReplace),
		},
		resource.TestStep{
			Config:           p.config(strings.Replace(modelBlock(anyBase+"/checkpoints/step-1", "m2", ""), qwenBase, otherBase, 1)),
			ConfigPlanChecks: expectAction(plancheck.ResourceActionReplace),
		},
	)

	if p.Promotions() != 4 {
		t.Errorf("%d promotions, want 4", p.Promotions())
	}
}

// TestAccPromotedModel_Drift detects changes outside of Terraform: metadata is reset in place, other attributes are read.
func TestAccPromotedModel_Drift(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, mockapi.Options{})
	change := func(f func(*mockapi.Model)) {
		model, ok := p.Model(demoModels + "m")
		if !ok {
			t.Error("there is no model to change")
		}

		f(&model)
		p.PutModel(model)
	}
	withMetadata := p.config(modelBlock(fullCheckpoint, "m", `display_name = "Mine"`+"\n"+`description = ""`))
	p.run(t,
		resource.TestStep{
			Config:           withMetadata,
			ConfigPlanChecks: expectAction(plancheck.ResourceActionCreate),
			ConfigStateChecks: []statecheck.StateCheck{
				p.expectWrites(promotionOf("step-200-5e6f7a8b", "m"), patchOf("m", "display_name", `{"displayName":"Mine"}`)),
			},
		},
		resource.TestStep{
			PreConfig: func() {
				change(func(m *mockapi.Model) { m.DisplayName, m.Description, m.Public = "Theirs", "Changed.", true })
			},
			Config:           withMetadata,
			ConfigPlanChecks: expectAction(plancheck.ResourceActionUpdate),
			ConfigStateChecks: append(expectValues(modelAddress, map[string]knownvalue.Check{
				"display_name": knownvalue.StringExact("Mine"),
				"description":  knownvalue.StringExact(""),
				"public":       knownvalue.Bool(true), // Not configured, so it is whoever set it.
			}), p.expectWrites(patchOf("m", "description,display_name", `{"description":"","displayName":"Mine"}`))),
		},
		resource.TestStep{
			PreConfig:         func() { change(func(m *mockapi.Model) { m.ContextLength, m.Kind = 4096, "CUSTOM" }) },
			RefreshState:      true,
			RefreshPlanChecks: resource.RefreshPlanChecks{PostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
		},
		resource.TestStep{
			Config:           withMetadata,
			ConfigPlanChecks: expectAction(plancheck.ResourceActionNoop),
			ConfigStateChecks: append(expectValues(modelAddress, map[string]knownvalue.Check{
				"context_length": knownvalue.Int64Exact(4096),
				"kind":           knownvalue.StringExact("CUSTOM"),
			}), p.expectWrites()),
		},
	)
}

// TestAccPromotedModel_Deleted promotes again after the model was deleted outside of Terraform, and destroys nothing when it
// is deleted again.
func TestAccPromotedModel_Deleted(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, mockapi.Options{})
	config := p.config(modelBlock(fullCheckpoint, "m", ""))
	p.run(t,
		resource.TestStep{Config: config, ConfigPlanChecks: expectAction(plancheck.ResourceActionCreate)},
		resource.TestStep{
			PreConfig:          func() { p.RemoveModel(demoModels + "m") },
			RefreshState:       true,
			ExpectNonEmptyPlan: true,
			RefreshPlanChecks: resource.RefreshPlanChecks{
				PostRefresh: []plancheck.PlanCheck{plancheck.ExpectResourceAction(modelAddress, plancheck.ResourceActionCreate)},
			},
		},
		resource.TestStep{Config: config, ConfigPlanChecks: expectAction(plancheck.ResourceActionCreate)},
	)

	if p.Promotions() != 2 {
		t.Errorf("%d promotions, want 2", p.Promotions())
	}

	c := p.newCLI(t, map[string]string{"main.tf": requiredProvider + config})
	assertDiagnostics(t, c.diagnostics("apply"))
	p.RemoveModel(demoModels + "m")
	p.takeWriteRequests()
	assertDiagnostics(t, c.diagnostics("destroy", "-refresh=false"))
	p.assertWrites(t, deletionOf("m"))
}

// TestAccPromotedModel_Unknown has every argument known only during apply.
func TestAccPromotedModel_Unknown(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, mockapi.Options{})
	config := func(displayName string) string {
		return p.config(`
resource "terraform_data" "later" {
  input = { checkpoint = "` + fullCheckpoint + `", id = "later", base = "` + qwenBase + `", public = true, policy = "DELETE" }
}
resource "terraform_data" "label" { input = "` + displayName + `" }
resource "fireworks_promoted_model" "model" {
  checkpoint_name = terraform_data.later.output.checkpoint
  output_model_id = terraform_data.later.output.id
  base_model      = terraform_data.later.output.base
  display_name    = terraform_data.label.output
  public          = terraform_data.later.output.public
  deletion_policy = terraform_data.later.output.policy
}
`)
	}
	p.run(t,
		resource.TestStep{
			Config: config("First"),
			ConfigPlanChecks: expectAction(plancheck.ResourceActionCreate,
				plancheck.ExpectUnknownValue(modelAddress, tfjsonpath.New("checkpoint_name")),
				plancheck.ExpectUnknownValue(modelAddress, tfjsonpath.New("id")),
				plancheck.ExpectUnknownValue(modelAddress, tfjsonpath.New("account_id")),
			),
			ConfigStateChecks: append(expectValues(modelAddress, map[string]knownvalue.Check{
				"id":           knownvalue.StringExact(demoModels + "later"),
				"account_id":   knownvalue.StringExact("demo"),
				"display_name": knownvalue.StringExact("First"),
				"state":        knownvalue.StringExact("READY"),
			}), p.expectWrites(promotionOf("step-200-5e6f7a8b", "later"),
				patchOf("later", "display_name,public", `{"displayName":"First","public":true}`))),
		},
		resource.TestStep{
			Config: config("Second"),
			ConfigPlanChecks: expectAction(plancheck.ResourceActionUpdate,
				plancheck.ExpectUnknownValue(modelAddress, tfjsonpath.New("display_name")),
				plancheck.ExpectKnownValue(modelAddress, tfjsonpath.New("id"), knownvalue.StringExact(demoModels+"later")),
			),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(modelAddress, tfjsonpath.New("display_name"), knownvalue.StringExact("Second")),
				p.expectWrites(patchOf("later", "display_name", `{"displayName":"Second"}`)),
			},
		},
	)
	p.assertWrites(t, deletionOf("later"))
}

// TestAccPromotedModel_UnknownAndInvalid must not send an ID that turns out to be invalid: the server would destroy the checkpoint's files.
func TestAccPromotedModel_UnknownAndInvalid(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, mockapi.Options{})
	c := p.newConfiguredCLI(t, `
resource "terraform_data" "later" {
  input = { id = "My_Model", checkpoint = "step-200" }
}
resource "fireworks_promoted_model" "id" {
  checkpoint_name = "`+fullCheckpoint+`"
  output_model_id = terraform_data.later.output.id
  base_model      = "`+qwenBase+`"
}
resource "fireworks_promoted_model" "checkpoint" {
  checkpoint_name = terraform_data.later.output.checkpoint
  output_model_id = "m"
  base_model      = "`+qwenBase+`"
}
resource "fireworks_promoted_model" "session" {
  checkpoint_name        = "${terraform_data.later.id == "" ? "" : "`+sftSession+`"}/checkpoints/run-7f3a9c-step-20-2f3a4b5c"
  output_model_id        = "m2"
  base_model             = "`+qwenBase+`"
  hot_load_deployment_id = "d1"
}
`)
	errs := slices.DeleteFunc(c.diagnostics("apply"), func(d cliDiagnostic) bool { return d.Severity == "warning" })
	assertDiagnostics(t, errs, `
error: Invalid output model ID
at: output_model_id = terraform_data.later.output.id

The model ID has the upper-case letter "M" at position 1; only a–z, 0–9 and "-" are allowed. All characters that \
are not allowed: "M", "_". For example, "my-model" is valid.
`, `
error: Invalid resource name
at: checkpoint_name = terraform_data.later.output.checkpoint

"step-200" is not a valid checkpoint name: it is only an ID; the full name is required, as \
data.fireworks_checkpoints returns it. The expected form is \
accounts/{account}/rlorTrainerJobs/{job}/checkpoints/{checkpoint} or \
accounts/{account}/trainingSessions/{session}/checkpoints/{checkpoint}.
`, `
error: Hot-load deployment with a session checkpoint
at: hot_load_deployment_id = "d1"

checkpoint_name is the checkpoint of a training session, and sessions have no hot-load deployment. Remove hot_load_deployment_id.
`)
	p.assertWrites(t)

	if p.Promotions() != 0 {
		t.Errorf("%d promotions, want none", p.Promotions())
	}
}

// TestAccPromotedModel_StillDeployed does not delete a model that serves traffic, and names who uses it.
func TestAccPromotedModel_StillDeployed(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, mockapi.Options{})
	c := p.newConfiguredCLI(t, modelBlock(fullCheckpoint, "m", ""))
	assertDiagnostics(t, c.diagnostics("apply"))
	p.Deploy(demoModels+"m", "chat", "batch")
	assertDiagnostics(t, c.diagnostics("destroy"), `
error: Model still deployed

Model accounts/demo/models/m was not deleted. It is deployed on:
  accounts/demo/deployments/chat
  accounts/demo/deployments/batch

The API returned 400 Bad Request (FAILED_PRECONDITION): model "accounts/demo/models/m" is deployed and cannot be deleted; undeploy it first
Request: DELETE /v1/accounts/demo/models/m (request ID mock-N)

Delete the deployments, or unload the model from them, and try again. Terraform destroys a deployment of the same \
configuration first only if its base_model refers to this resource, and replaces it only if the name of the model changes.
`)
	p.Deploy(demoModels + "m")
	p.SetDeletionTime(30 * time.Second)
	p.ResetRequests()
	assertDiagnostics(t, c.diagnostics("destroy"))

	if _, left := p.Model(demoModels + "m"); left {
		t.Error("the destroy ended before the model was deleted")
	}

	if n := p.Count(http.MethodDelete, modelPath); n != 1 {
		t.Errorf("%d deletions, want 1", n)
	}
}
