// SPDX-License-Identifier: MPL-2.0

package deployment_test

import (
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/deployment"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// deploymentChanges are a change of every argument: the requests that it makes, or that it replaces the deployment.
// An argument that is added later must be added here.
var deploymentChanges = map[string]struct {
	// from is the configuration before, on the shape unless shapeless is set.
	from      providertest.Values
	shapeless bool
	to        any
	requests  []string
	replaces  bool
}{
	"deployment_id": {to: "other", replaces: true},
	"base_model":    {shapeless: true, to: "accounts/fireworks/models/llama-v3p1-8b-instruct", replaces: true},
	"account_id":    {to: "other", replaces: true},
	"deployment_shape": {
		to: providertest.ServingShapeOlder,
		requests: []string{providertest.DeploymentPatchOf("deployment_shape",
			`{"deploymentShape":"`+providertest.ServingShapeOlder+`"}`)},
	},
	"accelerator_type": {
		shapeless: true, to: "NVIDIA_H200_141GB",
		requests: []string{providertest.DeploymentPatchOf("accelerator_type",
			`{"acceleratorType":"NVIDIA_H200_141GB"}`)},
	},
	"accelerator_count": {
		shapeless: true, to: 2, requests: []string{providertest.DeploymentPatchOf("accelerator_count",
			`{"acceleratorCount":2}`)},
	},
	"precision": {
		shapeless: true, to: "FP16",
		requests: []string{providertest.DeploymentPatchOf("precision", `{"precision":"FP16"}`)},
	},
	"accept_shapeless_risk": {from: providertest.Values{"accept_shapeless_risk": true}, to: false},
	"min_replica_count": {
		from: providertest.Values{"max_replica_count": 2}, to: 1,
		requests: []string{providertest.DeploymentPatchOf("min_replica_count", `{"minReplicaCount":1}`)},
	},
	"max_replica_count": {to: 3,
		requests: []string{providertest.DeploymentPatchOf("max_replica_count", `{"maxReplicaCount":3}`)}},
	"autoscaling_policy": {
		from: providertest.Values{"max_replica_count": 2},
		to: providertest.Values{
			"scale_up_window": "1m", "scale_down_window": "10m", "scale_to_zero_window": "1h",
			"load_targets":      providertest.Values{"default": 0.5},
			"scaling_schedules": providertest.Values{"day": schedule},
		},
		requests: []string{providertest.DeploymentPatchOf("autoscaling_policy",
			`{"autoscalingPolicy":{"loadTargets":{"default":0.5},`+
				`"scaleDownWindow":"600s","scaleToZeroWindow":"3600s","scaleUpWindow":"60s","scalingSchedules":{"day":{"duration":"36000s",`+
				`"minReplicaCount":2,"schedule":"0 8 * * 1-5","timezone":"Europe/Berlin"}}}}`)},
	},
	"max_concurrency_per_replica": {
		to: 4, requests: []string{providertest.DeploymentPatchOf("max_concurrency_per_replica",
			`{"maxConcurrencyPerReplica":4}`)},
	},
	"placement": {to: providertest.Values{"region": "US_IOWA_1", "multi_region": nil, "regions": nil}, replaces: true},
	"enable_addons": {
		to: false, requests: []string{providertest.DeploymentPatchOf("enable_addons", `{"enableAddons":false}`)},
	},
	"enable_session_affinity": {
		to: true, requests: []string{providertest.DeploymentPatchOf("enable_session_affinity",
			`{"enableSessionAffinity":true}`)},
	},
	"max_context_length": {to: 8192,
		requests: []string{providertest.DeploymentPatchOf("max_context_length", `{"maxContextLength":8192}`)}},
	"draft_model": {
		to: "accounts/fireworks/models/qwen3-8b-draft",
		requests: []string{providertest.DeploymentPatchOf("draft_model",
			`{"draftModel":"accounts/fireworks/models/qwen3-8b-draft"}`)},
	},
	"draft_token_count": {to: 4,
		requests: []string{providertest.DeploymentPatchOf("draft_token_count", `{"draftTokenCount":4}`)}},
	"ngram_speculation_length": {
		to: 5, requests: []string{providertest.DeploymentPatchOf("ngram_speculation_length",
			`{"ngramSpeculationLength":5}`)},
	},
	"disable_speculative_decoding": {to: true, replaces: true},
	"skip_shape_validation":        {to: true},
	"display_name": {to: "Chat",
		requests: []string{providertest.DeploymentPatchOf("display_name", `{"displayName":"Chat"}`)}},
	"description": {to: "A chat.",
		requests: []string{providertest.DeploymentPatchOf("description", `{"description":"A chat."}`)}},
	"tags": {
		from: providertest.Values{"tags": providertest.Values{"team": "search", "old": "x"}},
		to:   providertest.Values{"team": "chat", "none": nil},
		requests: []string{
			"POST /v1/" + providertest.Chat + `:deleteTags {"keys":["custom/old"]}`, "POST /v1/" + providertest.Chat +
				`:setTags {"tags":{"custom/team":"chat"}}`,
		},
	},
	"wait_for_inference": {to: true},
	"deletion_policy":    {to: lifecycle.DeletionPolicyAbandon},
	"force_destroy":      {to: true},
	"soft_delete":        {to: true},
}

// schedule is a schedule with everything that is required.
var schedule = providertest.Values{
	"min_replica_count": 2, "schedule": "0 8 * * 1-5", "duration": "10h", "timezone": "Europe/Berlin",
	"description": nil, "disabled": nil,
}

// TestDeployment_EachArgument changes each argument of the schema alone: one request with exactly that, or a
// replacement.
func TestDeployment_EachArgument(t *testing.T) {
	t.Parallel()

	for name, attribute := range deployment.ResourceSchema(t.Context()).Attributes {
		change, ok := deploymentChanges[name]
		if settable := attribute.IsRequired() || attribute.IsOptional(); settable != ok {
			t.Errorf("%s: settable is %t, but the table has a change: %t", name, settable, ok)
		}

		if !ok {
			continue
		}

		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{DeploymentTime: time.Minute})
			p.SetAccounts("demo")

			before := providertest.DeploymentConfig(change.from)
			if change.shapeless {
				before = providertest.With(before,
					providertest.Values{"deployment_shape": nil, "accelerator_type": "NVIDIA_H100_80GB",
						"accept_shapeless_risk": true})
			}

			after := providertest.With(before, providertest.Values{name: change.to})

			var current providertest.Instance
			if got := p.DeploymentCore(t).Run(t.Context(), &current, before,
				providertest.RunOptions{}); len(got.Diagnostics) > 0 {
				t.Fatal(got.Diagnostics)
			}

			p.TakeWriteRequests()

			got := p.DeploymentCore(t).Run(t.Context(), &current, after,
				providertest.RunOptions{PlanOnly: change.replaces})

			want := providertest.ActionUpdate
			if change.replaces {
				want = providertest.ActionReplace
			}

			if got.Action != want || len(got.Diagnostics.Errors()) > 0 {
				t.Fatalf("got %s, want %s\n%s", got.Action, want, got.Diagnostics)
			}

			if change.replaces {
				return
			}

			p.AssertWrites(t, change.requests...)

			p.DeploymentCore(t).AssertEmptyPlan(t, &current, after)

			p.AssertWrites(t)
		})
	}
}

// TestDeployment_RemovedArguments removes each optional argument: the platform's value is kept, and defaults return.
func TestDeployment_RemovedArguments(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		set      providertest.Values
		action   providertest.Action
		requests []string
	}{
		"replica counts": {
			set: providertest.Values{"min_replica_count": 1, "max_replica_count": 3}, action: providertest.ActionUpdate,
			requests: []string{providertest.DeploymentPatchOf("max_replica_count,min_replica_count",
				`{"maxReplicaCount":1,"minReplicaCount":0}`)},
		},
		"metadata": {set: providertest.Values{"display_name": "Chat", "description": "A chat."},
			action: providertest.ActionNone},
		"tags": {set: providertest.Values{"tags": providertest.Values{"team": "chat"}},
			action: providertest.ActionNone},
		"hardware": {set: providertest.Values{"max_context_length": 8192, "enable_addons": false},
			action: providertest.ActionNone},
		"speculation": {set: providertest.Values{"draft_token_count": 3, "ngram_speculation_length": 2},
			action: providertest.ActionNone},
		"skip validation": {set: providertest.Values{"skip_shape_validation": true},
			action: providertest.ActionUpdate},
		"handling": {set: providertest.Values{"force_destroy": true,
			"deletion_policy": lifecycle.DeletionPolicyAbandon}, action: providertest.ActionUpdate},
		"speculation not off": {set: providertest.Values{"disable_speculative_decoding": false},
			action: providertest.ActionUpdate},
		"speculation off": {set: providertest.Values{"disable_speculative_decoding": true},
			action: providertest.ActionReplace},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{DeploymentTime: time.Minute})

			var current providertest.Instance

			if got := p.DeploymentCore(t).Run(t.Context(), &current, providertest.DeploymentConfig(test.set),
				providertest.RunOptions{}); len(got.Diagnostics) > 0 {
				t.Fatal(got.Diagnostics)
			}

			p.TakeWriteRequests()

			got := p.DeploymentCore(t).Run(t.Context(), &current, providertest.DeploymentConfig(nil),
				providertest.RunOptions{PlanOnly: test.action == providertest.ActionReplace})
			if got.Action != test.action || len(got.Diagnostics.Errors()) > 0 {
				t.Fatalf("got %s, want %s\n%s", got.Action, test.action, got.Diagnostics)
			}

			if test.action != providertest.ActionReplace {
				p.AssertWrites(t, test.requests...)
			}
		})
	}
}

// TestAccDeployment_Policy sets a part of the autoscaling policy with the real CLI, which plans the children of an
// object itself.
func TestAccDeployment_Policy(t *testing.T) {
	providertest.SkipUnlessAcc(t)
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{DeploymentTime: time.Minute})
	policy := func(up, targets string) string {
		return providertest.ShapedBlock("  autoscaling_policy = {\n    scale_up_window = \"" + up + "\"\n" + targets +
			"  }\n")
	}
	value := func(child, want string) statecheck.StateCheck {
		return statecheck.ExpectKnownValue(providertest.DeploymentAddress,
			tfjsonpath.New("autoscaling_policy").AtMapKey(child), knownvalue.StringExact(want))
	}

	p.Run(t,
		resource.TestStep{
			Config: p.Config(policy("2m", "")),
			ConfigStateChecks: []statecheck.StateCheck{
				value("scale_up_window", "2m"), value("scale_down_window", "600s"),
				value("scale_to_zero_window", "3600s"),
			},
		},
		resource.TestStep{Config: p.Config(policy("120s", "")), ConfigPlanChecks: providertest.ExpectNoChange()},
		resource.TestStep{
			PreConfig: func() { p.TakeWriteRequests() },
			Config: p.Config(policy("2m",
				"    load_targets = { default = 0.8, requests_per_second = 0.1 }\n")),
			ConfigPlanChecks: providertest.ExpectDeployment(plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{
				value("scale_up_window", "2m"), value("scale_down_window", "600s"),
				p.ExpectWrites(providertest.DeploymentPatchOf("autoscaling_policy",
					`{"autoscalingPolicy":{"loadTargets":{"default":0.8,`+
						`"requests_per_second":0.1},"scaleDownWindow":"600s","scaleToZeroWindow":"3600s","scaleUpWindow":"120s"}}`)),
			},
		},
		resource.TestStep{
			Config: p.Config(policy("2m",
				"    load_targets = { requests_per_second = 0.1, default = 0.80 }\n")),
			ConfigPlanChecks: providertest.ExpectNoChange(),
		},
		resource.TestStep{Config: p.Config(providertest.ShapedBlock("  autoscaling_policy = {}\n")),
			ConfigPlanChecks: providertest.ExpectNoChange()},
		resource.TestStep{Config: p.Config(providertest.ShapedBlock("")),
			ConfigPlanChecks: providertest.ExpectNoChange()},
	)
}

// TestAccDeployment_ShapeSpelling plans no change between names of the same version.
func TestAccDeployment_ShapeSpelling(t *testing.T) {
	providertest.SkipUnlessAcc(t)
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{DeploymentTime: time.Minute})
	shape := func(name string) string {
		return p.Config(providertest.ChatBlock("  deployment_shape = \"" + name + "\"\n"))
	}

	p.Run(t,
		resource.TestStep{Config: shape(providertest.ServingShape)},
		resource.TestStep{Config: shape(providertest.ServingShapeVersion),
			ConfigPlanChecks: providertest.ExpectNoChange()},
		resource.TestStep{Config: shape("default"), ConfigPlanChecks: providertest.ExpectNoChange()},
		resource.TestStep{
			PreConfig:        func() { p.TakeWriteRequests() },
			Config:           shape(providertest.ServingShapeOlder),
			ConfigPlanChecks: providertest.ExpectDeployment(plancheck.ResourceActionUpdate),
			ConfigStateChecks: append(providertest.ExpectValues(providertest.DeploymentAddress,
				map[string]knownvalue.Check{
					"deployment_shape":         knownvalue.StringExact(providertest.ServingShapeOlder),
					"deployment_shape_version": knownvalue.StringExact(providertest.ServingShapeOlder),
				}), p.ExpectWrites(providertest.DeploymentPatchOf("deployment_shape",
				`{"deploymentShape":"`+providertest.ServingShapeOlder+`"}`))),
		},
		resource.TestStep{Config: shape(providertest.ServingShape), ConfigPlanChecks: providertest.ExpectNoChange()},
		resource.TestStep{
			Config:           p.Config(providertest.ShapelessBlock("")),
			ConfigPlanChecks: providertest.ExpectDeployment(plancheck.ResourceActionDestroyBeforeCreate),
		},
		resource.TestStep{
			Config:           shape(providertest.ServingShape),
			ConfigPlanChecks: providertest.ExpectDeployment(plancheck.ResourceActionUpdate),
			ConfigStateChecks: providertest.ExpectValues(providertest.DeploymentAddress, map[string]knownvalue.Check{
				"accelerator_type":         knownvalue.StringExact("NVIDIA_B200_192GB"),
				"deployment_shape_version": knownvalue.StringExact(providertest.ServingShapeVersion),
			}),
		},
		resource.TestStep{Config: shape(providertest.ServingShape), ConfigPlanChecks: providertest.ExpectNoChange()},
	)
}
