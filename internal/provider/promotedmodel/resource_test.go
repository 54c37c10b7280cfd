// SPDX-License-Identifier: MPL-2.0

package promotedmodel_test

import (
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
	updateTime, createTime := tfjsonpath.New("update_time"), tfjsonpath.New("create_time")
	update := func(arguments string, values map[string]knownvalue.Check, mask, body string) resource.TestStep {
		return resource.TestStep{
			PreConfig: func() { p.Clock.Advance(time.Minute) },
			Config:    p.Config(providertest.ModelBlock(providertest.FullCheckpoint, "m1", arguments)),
			ConfigPlanChecks: providertest.ExpectAction(plancheck.ResourceActionUpdate,
				plancheck.ExpectKnownValue(providertest.ModelAddress, tfjsonpath.New("state"), created["state"]),
				plancheck.ExpectKnownValue(providertest.ModelAddress, tfjsonpath.New("kind"), created["kind"]),
				plancheck.ExpectKnownValue(providertest.ModelAddress, createTime, created["create_time"]),
				plancheck.ExpectUnknownValue(providertest.ModelAddress, updateTime)),
			ConfigStateChecks: append(providertest.ExpectValues(providertest.ModelAddress, values),
				p.ExpectWrites(providertest.PatchOf("m1", mask, body)),
				updated.AddStateValue(providertest.ModelAddress, updateTime),
				statecheck.ExpectKnownValue(providertest.ModelAddress, createTime, created["create_time"])),
		}
	}
	unchanged := func(arguments string) resource.TestStep {
		return resource.TestStep{
			Config:            p.Config(providertest.ModelBlock(providertest.FullCheckpoint, "m1", arguments)),
			ConfigPlanChecks:  providertest.ExpectAction(plancheck.ResourceActionNoop, plancheck.ExpectEmptyPlan()),
			ConfigStateChecks: []statecheck.StateCheck{p.ExpectWrites()},
		}
	}
	p.Run(t,
		resource.TestStep{
			Config: p.Config(providertest.ModelBlock(providertest.FullCheckpoint, "m1", "")),
			ConfigPlanChecks: providertest.ExpectAction(plancheck.ResourceActionCreate,
				plancheck.ExpectKnownValue(providertest.ModelAddress, tfjsonpath.New("id"), created["id"]),
				plancheck.ExpectKnownValue(providertest.ModelAddress, tfjsonpath.New("name"), created["name"]),
				plancheck.ExpectKnownValue(providertest.ModelAddress, tfjsonpath.New("account_id"),
					created["account_id"]),
				plancheck.ExpectUnknownValue(providertest.ModelAddress, tfjsonpath.New("state")),
			),
			ConfigStateChecks: append(providertest.ExpectValues(providertest.ModelAddress, created),
				p.ExpectWrites(providertest.PromotionOf("step-200-5e6f7a8b", "m1")),
				updated.AddStateValue(providertest.ModelAddress, updateTime),
			),
		},
		update(`display_name = "One"`+"\n"+`description = "The first."`+"\n"+`public = true`,
			map[string]knownvalue.Check{
				"display_name": knownvalue.StringExact("One"),
				"description":  knownvalue.StringExact("The first."),
				"public":       knownvalue.Bool(true),
			}, "description,display_name,public",
			`{"description":"The first.","displayName":"One","public":true}`),
		update(`display_name = "One"`+"\n"+`description = "Still the first: \"é\"."`+"\n"+`public = false`,
			map[string]knownvalue.Check{
				"description": knownvalue.StringExact(`Still the first: "é".`), "public": knownvalue.Bool(false),
			}, "description,public", `{"description":"Still the first: \"é\".","public":false}`),
		unchanged(""), // Left out is left alone.
		update(`display_name = ""`+"\n"+`description = ""`,
			map[string]knownvalue.Check{
				"display_name": knownvalue.StringExact(""), "description": knownvalue.StringExact(""),
			}, "description,display_name", `{"description":"","displayName":""}`),
		unchanged(`display_name = ""`),
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

// TestPromotedModel_Drift resets changed metadata in place, and records changes of other attributes.
func TestPromotedModel_Drift(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{})
	change := func(change func(*mockapi.Model)) {
		model, _ := p.Model(providertest.DemoModels + "m")
		change(&model)
		p.PutModel(model)
		p.TakeWriteRequests()
	}
	config := providertest.With(providertest.ModelConfig("m"),
		providertest.Values{"display_name": "Mine", "description": ""})
	current := p.PromotedModels(t).Create(t, config)
	p.AssertWrites(t, providertest.PromotionOf("step-200-5e6f7a8b", "m"),
		providertest.PatchOf("m", "display_name", `{"displayName":"Mine"}`))

	change(func(m *mockapi.Model) { m.DisplayName, m.Description, m.Public = "Theirs", "Changed.", true })
	providertest.AssertConverges(t, p.PromotedModels(t), &current, config, providertest.ActionUpdate)
	p.AssertWrites(t, providertest.PatchOf("m", "description,display_name", `{"description":"","displayName":"Mine"}`))
	// What is not configured is whoever set it.
	providertest.AssertEqual(t, "public", current.State["public"], true)

	change(func(m *mockapi.Model) { m.ContextLength, m.Kind = 4096, "CUSTOM" })
	providertest.AssertConverges(t, p.PromotedModels(t), &current, config, providertest.ActionNone)
	p.AssertWrites(t)
	providertest.AssertEqual(t, "context_length", current.State["context_length"], int64(4096))
	providertest.AssertEqual(t, "kind", current.State["kind"], "CUSTOM")
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
