// SPDX-License-Identifier: MPL-2.0

package promotedmodel_test

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
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/promotedmodel"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// TestAccPromotedModel_Lifecycle follows a full-weight model from its promotion, which takes 40 seconds, to its end.
func TestAccPromotedModel_Lifecycle(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatformAt(t, mockapi.Options{PromotionTime: 40 * time.Second})

	created := map[string]knownvalue.Check{
		"checkpoint_name":        knownvalue.StringExact(providertest.FullCheckpoint),
		"output_model_id":        knownvalue.StringExact("m1"),
		"base_model":             knownvalue.StringExact(providertest.QwenBase),
		"hot_load_deployment_id": knownvalue.Null(),
		"display_name":           knownvalue.Null(),
		"description":            knownvalue.Null(),
		"public":                 knownvalue.Bool(false),
		"deletion_policy":        knownvalue.StringExact("DELETE"),
		"id":                     knownvalue.StringExact(providertest.DemoModels + "m1"),
		"name":                   knownvalue.StringExact(providertest.DemoModels + "m1"),
		"account_id":             knownvalue.StringExact("demo"),
		"state":                  knownvalue.StringExact("READY"),
		"kind":                   knownvalue.StringExact("HF_BASE_MODEL"),
		"create_time":            knownvalue.StringExact("2026-03-10T08:00:00Z"),
		"update_time":            knownvalue.StringExact("2026-03-10T08:00:40Z"),
		"context_length":         knownvalue.Int64Exact(131072),
		"peft_details":           knownvalue.Null(),
	}
	providertest.AssertAllChecked(t, promotedmodel.ResourceSchema(t.Context()).Attributes, created)

	updated := statecheck.CompareValue(compare.ValuesDiffer())
	sameCreateTime := statecheck.CompareValue(compare.ValuesSame())
	updateTime, createTime := tfjsonpath.New("update_time"), tfjsonpath.New("create_time")
	steady := []plancheck.PlanCheck{
		plancheck.ExpectKnownValue(providertest.ModelAddress, tfjsonpath.New("state"), knownvalue.StringExact("READY")),
		plancheck.ExpectKnownValue(providertest.ModelAddress, tfjsonpath.New("kind"),
			knownvalue.StringExact("HF_BASE_MODEL")),
		plancheck.ExpectKnownValue(providertest.ModelAddress, createTime,
			knownvalue.StringExact("2026-03-10T08:00:00Z")),
	}
	p.Run(t,
		resource.TestStep{
			Config: p.Config(providertest.ModelBlock(providertest.FullCheckpoint, "m1", "")),
			ConfigPlanChecks: providertest.ExpectAction(plancheck.ResourceActionCreate,
				plancheck.ExpectKnownValue(providertest.ModelAddress, tfjsonpath.New("id"),
					knownvalue.StringExact(providertest.DemoModels+"m1")),
				plancheck.ExpectKnownValue(providertest.ModelAddress, tfjsonpath.New("name"),
					knownvalue.StringExact(providertest.DemoModels+"m1")),
				plancheck.ExpectKnownValue(providertest.ModelAddress, tfjsonpath.New("account_id"),
					knownvalue.StringExact("demo")),
				plancheck.ExpectUnknownValue(providertest.ModelAddress, tfjsonpath.New("state")),
			),
			ConfigStateChecks: append(providertest.ExpectValues(providertest.ModelAddress, created),
				p.ExpectWrites(providertest.PromotionOf("step-200-5e6f7a8b", "m1")),
				updated.AddStateValue(providertest.ModelAddress, updateTime),
				sameCreateTime.AddStateValue(providertest.ModelAddress, createTime),
			),
		},
		resource.TestStep{
			PreConfig: func() { p.Clock.Advance(time.Minute) },
			Config: p.Config(
				providertest.ModelBlock(providertest.FullCheckpoint, "m1",
					`display_name = "One"`+"\n"+`description = "The first."`+"\n"+`public = true`),
			),
			ConfigPlanChecks: providertest.ExpectAction(
				plancheck.ResourceActionUpdate,
				append(steady, plancheck.ExpectUnknownValue(providertest.ModelAddress, updateTime))...),
			ConfigStateChecks: append(providertest.ExpectValues(providertest.ModelAddress, map[string]knownvalue.Check{
				"display_name": knownvalue.StringExact("One"),
				"description":  knownvalue.StringExact("The first."),
				"public":       knownvalue.Bool(true),
			}),
				p.ExpectWrites(providertest.PatchOf("m1", "description,display_name,public",
					`{"description":"The first.","displayName":"One","public":true}`)),
				updated.AddStateValue(providertest.ModelAddress, updateTime),
				sameCreateTime.AddStateValue(providertest.ModelAddress, createTime),
			),
		},
		resource.TestStep{
			PreConfig: func() { p.Clock.Advance(time.Minute) },
			Config: p.Config(
				providertest.ModelBlock(providertest.FullCheckpoint, "m1",
					`display_name = "One"`+"\n"+`description = "Still the first: \"é\"."`+"\n"+`public = false`),
			),
			ConfigPlanChecks: providertest.ExpectAction(plancheck.ResourceActionUpdate, steady...),
			ConfigStateChecks: append(providertest.ExpectValues(providertest.ModelAddress, map[string]knownvalue.Check{
				"display_name": knownvalue.StringExact("One"),
				"description":  knownvalue.StringExact(`Still the first: "é".`),
				"public":       knownvalue.Bool(false),
			}),
				p.ExpectWrites(providertest.PatchOf("m1", "description,public",
					`{"description":"Still the first: \"é\".","public":false}`)),
				updated.AddStateValue(providertest.ModelAddress, updateTime),
			),
		},
		resource.TestStep{
			Config:           p.Config(providertest.ModelBlock(providertest.FullCheckpoint, "m1", "")),
			ConfigPlanChecks: providertest.ExpectAction(plancheck.ResourceActionNoop, plancheck.ExpectEmptyPlan()),
			ConfigStateChecks: append(providertest.ExpectValues(providertest.ModelAddress, map[string]knownvalue.Check{
				"display_name": knownvalue.StringExact("One"), // Left out is left alone.
			}), p.ExpectWrites()),
		},
		resource.TestStep{
			Config: p.Config(providertest.ModelBlock(providertest.FullCheckpoint, "m1",
				`display_name = ""`+"\n"+`description = ""`)),
			ConfigPlanChecks: providertest.ExpectAction(plancheck.ResourceActionUpdate, steady...),
			ConfigStateChecks: append(providertest.ExpectValues(providertest.ModelAddress, map[string]knownvalue.Check{
				"display_name": knownvalue.StringExact(""),
				"description":  knownvalue.StringExact(""),
			}),
				p.ExpectWrites(providertest.PatchOf("m1", "description,display_name",
					`{"description":"","displayName":""}`)),
				sameCreateTime.AddStateValue(providertest.ModelAddress, createTime),
			),
		},
		resource.TestStep{
			Config:           p.Config(providertest.ModelBlock(providertest.FullCheckpoint, "m1", `display_name = ""`)),
			ConfigPlanChecks: providertest.ExpectAction(plancheck.ResourceActionNoop, plancheck.ExpectEmptyPlan()),
		},
		resource.TestStep{
			Config:           p.Config(providertest.ModelBlock(providertest.FullCheckpoint, "m2", "")),
			ConfigPlanChecks: providertest.ExpectAction(plancheck.ResourceActionDestroyBeforeCreate),
			ConfigStateChecks: append(providertest.ExpectValues(providertest.ModelAddress, map[string]knownvalue.Check{
				"id": knownvalue.StringExact(providertest.DemoModels + "m2"),
			}), p.ExpectWrites(providertest.DeletionOf("m1"), providertest.PromotionOf("step-200-5e6f7a8b", "m2"))),
		},
	)
	p.AssertWrites(t, providertest.DeletionOf("m2"))

	_, exists := p.Model(providertest.DemoModels + "m2")
	providertest.AssertEqual(t, "model exists", exists, false)
	providertest.AssertEqual(t, "promotions", p.Promotions(), 2)
}

// TestAccPromotedModel_NoRequest changes arguments that only Terraform uses, without a write request.
func TestAccPromotedModel_NoRequest(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatformAt(t, mockapi.Options{})
	inPlace := func(arguments, policy string) resource.TestStep {
		return resource.TestStep{
			Config: p.Config(providertest.ModelBlock(providertest.FullCheckpoint, "m", arguments)),
			ConfigPlanChecks: providertest.ExpectAction(plancheck.ResourceActionUpdate,
				plancheck.ExpectKnownValue(providertest.ModelAddress, tfjsonpath.New("update_time"),
					knownvalue.NotNull())),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(providertest.ModelAddress, tfjsonpath.New("deletion_policy"),
					knownvalue.StringExact(policy)),
				p.ExpectWrites(),
			},
		}
	}
	p.Run(t,
		resource.TestStep{
			Config:           p.Config(providertest.ModelBlock(providertest.FullCheckpoint, "m", `display_name = "M"`)),
			ConfigPlanChecks: providertest.ExpectAction(plancheck.ResourceActionCreate),
			ConfigStateChecks: []statecheck.StateCheck{
				p.ExpectWrites(providertest.PromotionOf("step-200-5e6f7a8b", "m"),
					providertest.PatchOf("m", "display_name", `{"displayName":"M"}`)),
			},
		},
		inPlace("timeouts {\n create = \"3h\"\n delete = \"1m\"\n }", "DELETE"),
		inPlace(`deletion_policy = "PREVENT"`, "PREVENT"),
		inPlace(`deletion_policy = "ABANDON"`, "ABANDON"),
		inPlace(``, "DELETE"),
	)
	p.AssertWrites(t, providertest.DeletionOf("m"))
}

func TestAccPromotedModel_LoRA(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{PromotionTime: 5 * time.Second})
	p.Run(t, resource.TestStep{
		Config: p.Config(providertest.ModelBlock(providertest.LoraCheckpoint, "lora", `public = true`)),
		ConfigPlanChecks: providertest.ExpectAction(plancheck.ResourceActionCreate,
			plancheck.ExpectUnknownValue(providertest.ModelAddress, tfjsonpath.New("peft_details"))),
		ConfigStateChecks: append(providertest.ExpectValues(providertest.ModelAddress, map[string]knownvalue.Check{
			"state":  knownvalue.StringExact("READY"),
			"kind":   knownvalue.StringExact("HF_PEFT_ADDON"),
			"public": knownvalue.Bool(true),
			"peft_details": knownvalue.ObjectExact(map[string]knownvalue.Check{
				"base_model":      knownvalue.StringExact(providertest.QwenBase),
				"r":               knownvalue.Int64Exact(32),
				"base_model_type": knownvalue.StringExact("qwen3"),
				"target_modules": knownvalue.ListExact([]knownvalue.Check{
					knownvalue.StringExact("q_proj"), knownvalue.StringExact("k_proj"),
					knownvalue.StringExact("v_proj"), knownvalue.StringExact("o_proj"),
					knownvalue.StringExact("gate_proj"), knownvalue.StringExact("up_proj"),
					knownvalue.StringExact("down_proj"),
				}),
			}),
		}), p.ExpectWrites(providertest.PromotionOf("step-180-6f7a8b9c", "lora"),
			providertest.PatchOf("lora", "public", `{"public":true}`))),
	})
}

// TestAccPromotedModel_Session sends the two fields that a session's promotion has, and no other.
func TestAccPromotedModel_Session(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{})
	p.Run(t, resource.TestStep{
		Config:           p.Config(providertest.ModelBlock(providertest.SessionCheckpoint, "from-session", "")),
		ConfigPlanChecks: providertest.ExpectAction(plancheck.ResourceActionCreate),
		ConfigStateChecks: append(providertest.ExpectValues(providertest.ModelAddress, map[string]knownvalue.Check{
			"id":    knownvalue.StringExact(providertest.DemoModels + "from-session"),
			"state": knownvalue.StringExact("READY"),
			"kind":  knownvalue.StringExact("HF_PEFT_ADDON"),
			"peft_details": knownvalue.ObjectPartial(
				map[string]knownvalue.Check{"r": knownvalue.Int64Exact(8), "target_modules": knownvalue.NotNull()},
			),
		}), p.ExpectWrites(`POST /v1/`+providertest.SessionCheckpoint+`:promote {"base_model":"`+providertest.QwenBase+
			`","output_model":"`+providertest.DemoModels+`from-session"}`)),
	})
	p.AssertWrites(t, providertest.DeletionOf("from-session"))
}

// TestAccPromotedModel_OldServer promotes on a server that rejects async_promotion: one request with the field, one
// without.
func TestAccPromotedModel_OldServer(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{})
	p.SetAsyncPromotion(false)
	p.SetLegacyWire(true)

	request := providertest.PromotionOf("step-180-6f7a8b9c", "old")
	p.Run(t, resource.TestStep{
		Config:           p.Config(providertest.ModelBlock(providertest.LoraCheckpoint, "old", "")),
		ConfigPlanChecks: providertest.ExpectAction(plancheck.ResourceActionCreate),
		ConfigStateChecks: []statecheck.StateCheck{p.ExpectWrites(request,
			strings.Replace(request, `"async_promotion":true,`, "", 1))},
	})

	if p.Promotions() != 1 {
		t.Errorf("%d promotions, want 1", p.Promotions())
	}
}

func TestAccPromotedModel_HotLoadDeployment(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{})
	promotion := func(deployment string) string {
		return strings.Replace(providertest.PromotionOf("step-200-5e6f7a8b", "m"), `,"output_model"`,
			`,"hot_load_deployment_id":"`+deployment+`","output_model"`, 1)
	}
	step := func(action plancheck.ResourceActionType, argument string, writes ...string) resource.TestStep {
		return resource.TestStep{
			Config:            p.Config(providertest.ModelBlock(providertest.FullCheckpoint, "m", argument)),
			ConfigPlanChecks:  providertest.ExpectAction(action),
			ConfigStateChecks: []statecheck.StateCheck{p.ExpectWrites(writes...)},
		}
	}
	p.Run(
		t,
		step(plancheck.ResourceActionCreate, `hot_load_deployment_id = "d1"`,
			promotion("accounts/demo/deployments/d1")),
		step(plancheck.ResourceActionDestroyBeforeCreate, `hot_load_deployment_id = "accounts/demo/deployments/d2"`,
			providertest.DeletionOf("m"), promotion("accounts/demo/deployments/d2")),
		step(plancheck.ResourceActionUpdate, `hot_load_deployment_id = "d2"`),
		step(plancheck.ResourceActionUpdate, ""),
		step(plancheck.ResourceActionDestroyBeforeCreate, `hot_load_deployment_id = "d1"`, providertest.DeletionOf("m"),
			promotion("accounts/demo/deployments/d1")),
	)
}

// TestAccPromotedModel_ReplacingArguments changes each argument that cannot be changed in place, alone.
func TestAccPromotedModel_ReplacingArguments(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{})

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
	p.Run(t,
		resource.TestStep{
			Config:           p.Config(providertest.ModelBlock(providertest.FullCheckpoint, "m", "")),
			ConfigPlanChecks: providertest.ExpectAction(plancheck.ResourceActionCreate),
		},
		resource.TestStep{
			Config:           p.Config(providertest.ModelBlock(anyBase+"/checkpoints/step-1", "m", "")),
			ConfigPlanChecks: providertest.ExpectAction(plancheck.ResourceActionReplace),
		},
		resource.TestStep{
			Config: p.Config(strings.Replace(providertest.ModelBlock(anyBase+"/checkpoints/step-1", "m", ""),
				providertest.QwenBase, otherBase, 1)),
			ConfigPlanChecks: providertest.ExpectAction(plancheck.ResourceActionReplace),
		},
		resource.TestStep{
			Config: p.Config(strings.Replace(providertest.ModelBlock(anyBase+"/checkpoints/step-1", "m2", ""),
				providertest.QwenBase, otherBase, 1)),
			ConfigPlanChecks: providertest.ExpectAction(plancheck.ResourceActionReplace),
		},
	)

	if p.Promotions() != 4 {
		t.Errorf("%d promotions, want 4", p.Promotions())
	}
}

// TestAccPromotedModel_Drift detects changes outside of Terraform: metadata is reset in place, other attributes are
// read.
func TestAccPromotedModel_Drift(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{})
	change := func(f func(*mockapi.Model)) {
		model, ok := p.Model(providertest.DemoModels + "m")
		if !ok {
			t.Error("there is no model to change")
		}

		f(&model)
		p.PutModel(model)
	}
	withMetadata := p.Config(providertest.ModelBlock(providertest.FullCheckpoint, "m",
		`display_name = "Mine"`+"\n"+`description = ""`))
	p.Run(t,
		resource.TestStep{
			Config:           withMetadata,
			ConfigPlanChecks: providertest.ExpectAction(plancheck.ResourceActionCreate),
			ConfigStateChecks: []statecheck.StateCheck{
				p.ExpectWrites(providertest.PromotionOf("step-200-5e6f7a8b", "m"),
					providertest.PatchOf("m", "display_name", `{"displayName":"Mine"}`)),
			},
		},
		resource.TestStep{
			PreConfig: func() {
				change(func(m *mockapi.Model) { m.DisplayName, m.Description, m.Public = "Theirs", "Changed.", true })
			},
			Config:           withMetadata,
			ConfigPlanChecks: providertest.ExpectAction(plancheck.ResourceActionUpdate),
			ConfigStateChecks: append(providertest.ExpectValues(providertest.ModelAddress, map[string]knownvalue.Check{
				"display_name": knownvalue.StringExact("Mine"),
				"description":  knownvalue.StringExact(""),
				"public":       knownvalue.Bool(true), // Not configured, so it is whoever set it.
			}), p.ExpectWrites(providertest.PatchOf("m", "description,display_name",
				`{"description":"","displayName":"Mine"}`))),
		},
		resource.TestStep{
			PreConfig:         func() { change(func(m *mockapi.Model) { m.ContextLength, m.Kind = 4096, "CUSTOM" }) },
			RefreshState:      true,
			RefreshPlanChecks: resource.RefreshPlanChecks{PostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
		},
		resource.TestStep{
			Config:           withMetadata,
			ConfigPlanChecks: providertest.ExpectAction(plancheck.ResourceActionNoop),
			ConfigStateChecks: append(providertest.ExpectValues(providertest.ModelAddress, map[string]knownvalue.Check{
				"context_length": knownvalue.Int64Exact(4096),
				"kind":           knownvalue.StringExact("CUSTOM"),
			}), p.ExpectWrites()),
		},
	)
}

// TestAccPromotedModel_Deleted promotes again after the model was deleted outside of Terraform, and destroys nothing
// when it is deleted again.
func TestAccPromotedModel_Deleted(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{})
	config := p.Config(providertest.ModelBlock(providertest.FullCheckpoint, "m", ""))
	p.Run(t,
		resource.TestStep{Config: config, ConfigPlanChecks: providertest.ExpectAction(plancheck.ResourceActionCreate)},
		resource.TestStep{
			PreConfig:          func() { p.RemoveModel(providertest.DemoModels + "m") },
			RefreshState:       true,
			ExpectNonEmptyPlan: true,
			RefreshPlanChecks: resource.RefreshPlanChecks{
				PostRefresh: []plancheck.PlanCheck{plancheck.ExpectResourceAction(providertest.ModelAddress,
					plancheck.ResourceActionCreate)},
			},
		},
		resource.TestStep{Config: config, ConfigPlanChecks: providertest.ExpectAction(plancheck.ResourceActionCreate)},
	)

	if p.Promotions() != 2 {
		t.Errorf("%d promotions, want 2", p.Promotions())
	}

	c := p.NewCLI(t, map[string]string{"main.tf": providertest.RequiredProvider + config})
	providertest.AssertDiagnostics(t, c.Diagnostics("apply"))
	p.RemoveModel(providertest.DemoModels + "m")
	p.TakeWriteRequests()
	providertest.AssertDiagnostics(t, c.Diagnostics("destroy", "-refresh=false"))
	p.AssertWrites(t, providertest.DeletionOf("m"))
}

// TestAccPromotedModel_Unknown has every argument known only during apply.
func TestAccPromotedModel_Unknown(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{})
	config := func(displayName string) string {
		return p.Config(`
resource "terraform_data" "later" {
  input = { checkpoint = "` + providertest.FullCheckpoint + `", id = "later", base = "` + providertest.QwenBase + `", public = true, policy = "DELETE" }
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
	p.Run(t,
		resource.TestStep{
			Config: config("First"),
			ConfigPlanChecks: providertest.ExpectAction(plancheck.ResourceActionCreate,
				plancheck.ExpectUnknownValue(providertest.ModelAddress, tfjsonpath.New("checkpoint_name")),
				plancheck.ExpectUnknownValue(providertest.ModelAddress, tfjsonpath.New("id")),
				plancheck.ExpectUnknownValue(providertest.ModelAddress, tfjsonpath.New("account_id")),
			),
			ConfigStateChecks: append(providertest.ExpectValues(providertest.ModelAddress, map[string]knownvalue.Check{
				"id":           knownvalue.StringExact(providertest.DemoModels + "later"),
				"account_id":   knownvalue.StringExact("demo"),
				"display_name": knownvalue.StringExact("First"),
				"state":        knownvalue.StringExact("READY"),
			}), p.ExpectWrites(providertest.PromotionOf("step-200-5e6f7a8b", "later"),
				providertest.PatchOf("later", "display_name,public", `{"displayName":"First","public":true}`))),
		},
		resource.TestStep{
			Config: config("Second"),
			ConfigPlanChecks: providertest.ExpectAction(plancheck.ResourceActionUpdate,
				plancheck.ExpectUnknownValue(providertest.ModelAddress, tfjsonpath.New("display_name")),
				plancheck.ExpectKnownValue(providertest.ModelAddress, tfjsonpath.New("id"),
					knownvalue.StringExact(providertest.DemoModels+"later")),
			),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(providertest.ModelAddress, tfjsonpath.New("display_name"),
					knownvalue.StringExact("Second")),
				p.ExpectWrites(providertest.PatchOf("later", "display_name", `{"displayName":"Second"}`)),
			},
		},
	)
	p.AssertWrites(t, providertest.DeletionOf("later"))
}

// TestAccPromotedModel_UnknownAndInvalid must not send an ID that turns out to be invalid: the server would destroy the
// checkpoint's files.
func TestAccPromotedModel_UnknownAndInvalid(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{})
	c := p.NewConfiguredCLI(t, `
resource "terraform_data" "later" {
  input = { id = "My_Model", checkpoint = "step-200" }
}
resource "fireworks_promoted_model" "id" {
  checkpoint_name = "`+providertest.FullCheckpoint+`"
  output_model_id = terraform_data.later.output.id
  base_model      = "`+providertest.QwenBase+`"
}
resource "fireworks_promoted_model" "checkpoint" {
  checkpoint_name = terraform_data.later.output.checkpoint
  output_model_id = "m"
  base_model      = "`+providertest.QwenBase+`"
}
resource "fireworks_promoted_model" "session" {
  checkpoint_name        = "${terraform_data.later.id == "" ? "" : "`+providertest.SftSession+`"}/checkpoints/run-7f3a9c-step-20-2f3a4b5c"
  output_model_id        = "m2"
  base_model             = "`+providertest.QwenBase+`"
  hot_load_deployment_id = "d1"
}
`)
	errs := slices.DeleteFunc(c.Diagnostics("apply"),
		func(d providertest.CLIDiagnostic) bool { return d.Severity == "warning" })
	providertest.AssertDiagnostics(t, errs, `
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
	p.AssertWrites(t)

	if p.Promotions() != 0 {
		t.Errorf("%d promotions, want none", p.Promotions())
	}
}

// TestAccPromotedModel_StillDeployed does not delete a model that serves traffic, and names who uses it.
func TestAccPromotedModel_StillDeployed(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{})
	c := p.NewConfiguredCLI(t, providertest.ModelBlock(providertest.FullCheckpoint, "m", ""))
	providertest.AssertDiagnostics(t, c.Diagnostics("apply"))
	p.Deploy(providertest.DemoModels+"m", "chat", "batch")
	providertest.AssertDiagnostics(t, c.Diagnostics("destroy"), `
error: Model still deployed

Model accounts/demo/models/m was not deleted. It is deployed on:
  accounts/demo/deployments/chat
  accounts/demo/deployments/batch

The API returned 400 Bad Request (FAILED_PRECONDITION): model "accounts/demo/models/m" is deployed and cannot be deleted; undeploy it first
Request: DELETE /v1/accounts/demo/models/m (request ID mock-N)

Delete the deployments, or unload the model from them, and try again. Terraform deletes a fireworks_deployment or \
fireworks_deployed_model of the same configuration first only if it refers to this resource; one that is abandoned \
keeps the model.
`)
	p.Deploy(providertest.DemoModels + "m")
	p.SetDeletionTime(30 * time.Second)
	p.ResetRequests()
	providertest.AssertDiagnostics(t, c.Diagnostics("destroy"))

	if _, left := p.Model(providertest.DemoModels + "m"); left {
		t.Error("the destroy ended before the model was deleted")
	}

	if n := p.Count(http.MethodDelete, providertest.ModelPath); n != 1 {
		t.Errorf("%d deletions, want 1", n)
	}
}
