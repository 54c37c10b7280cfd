package provider

import (
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// deploymentChanges are a change of every argument: the requests that it makes, or that it replaces the deployment.
// An argument that is added later must be added here.
var deploymentChanges = map[string]struct {
	// from is the configuration before, on the shape unless shapeless is set.
	from      values
	shapeless bool
	to        any
	requests  []string
	replaces  bool
}{
	"deployment_id": {to: "other", replaces: true},
	"base_model":    {shapeless: true, to: "accounts/fireworks/models/llama-v3p1-8b-instruct", replaces: true},
	"account_id":    {to: "other", replaces: true},
	"deployment_shape": {
		to: servingShapeOlder, requests: []string{deploymentPatchOf("deployment_shape", `{"deploymentShape":"`+servingShapeOlder+`"}`)},
	},
	"accelerator_type": {
		shapeless: true, to: "NVIDIA_H200_141GB",
		requests: []string{deploymentPatchOf("accelerator_type", `{"acceleratorType":"NVIDIA_H200_141GB"}`)},
	},
	"accelerator_count": {
		shapeless: true, to: 2, requests: []string{deploymentPatchOf("accelerator_count", `{"acceleratorCount":2}`)},
	},
	"precision": {
		shapeless: true, to: "FP16", requests: []string{deploymentPatchOf("precision", `{"precision":"FP16"}`)},
	},
	"accept_shapeless_risk": {from: values{"accept_shapeless_risk": true}, to: false},
	"min_replica_count": {
		from: values{"max_replica_count": 2}, to: 1, requests: []string{deploymentPatchOf("min_replica_count", `{"minReplicaCount":1}`)},
	},
	"max_replica_count": {to: 3, requests: []string{deploymentPatchOf("max_replica_count", `{"maxReplicaCount":3}`)}},
	"autoscaling_policy": {
		from: values{"max_replica_count": 2},
		to: values{
			"scale_up_window": "1m", "scale_down_window": "10m", "scale_to_zero_window": "1h", "load_targets": values{"default": 0.5},
			"scaling_schedules": values{"day": schedule},
		},
		requests: []string{deploymentPatchOf("autoscaling_policy", `{"autoscalingPolicy":{"loadTargets":{"default":0.5},`+
			`"scaleDownWindow":"600s","scaleToZeroWindow":"3600s","scaleUpWindow":"60s","scalingSchedules":{"day":{"duration":"36000s",`+
			`"minReplicaCount":2,"schedule":"0 8 * * 1-5","timezone":"Europe/Berlin"}}}}`)},
	},
	"max_concurrency_per_replica": {
		to: 4, requests: []string{deploymentPatchOf("max_concurrency_per_replica", `{"maxConcurrencyPerReplica":4}`)},
	},
	"placement": {to: values{"region": "US_IOWA_1", "multi_region": nil, "regions": nil}, replaces: true},
	"enable_addons": {
		to: false, requests: []string{deploymentPatchOf("enable_addons", `{"enableAddons":false}`)},
	},
	"enable_session_affinity": {
		to: true, requests: []string{deploymentPatchOf("enable_session_affinity", `{"enableSessionAffinity":true}`)},
	},
	"max_context_length": {to: 8192, requests: []string{deploymentPatchOf("max_context_length", `{"maxContextLength":8192}`)}},
	"draft_model": {
		to:       "accounts/fireworks/models/qwen3-8b-draft",
		requests: []string{deploymentPatchOf("draft_model", `{"draftModel":"accounts/fireworks/models/qwen3-8b-draft"}`)},
	},
	"draft_token_count": {to: 4, requests: []string{deploymentPatchOf("draft_token_count", `{"draftTokenCount":4}`)}},
	"ngram_speculation_length": {
		to: 5, requests: []string{deploymentPatchOf("ngram_speculation_length", `{"ngramSpeculationLength":5}`)},
	},
	"disable_speculative_decoding": {to: true, replaces: true},
	"skip_shape_validation":        {to: true},
	"display_name":                 {to: "Chat", requests: []string{deploymentPatchOf("display_name", `{"displayName":"Chat"}`)}},
	"description":                  {to: "A chat.", requests: []string{deploymentPatchOf("description", `{"description":"A chat."}`)}},
	"tags": {
		from: values{"tags": values{"team": "search", "old": "x"}}, to: values{"team": "chat"},
		requests: []string{
			"POST /v1/" + chat + `:deleteTags {"keys":["custom/old"]}`, "POST /v1/" + chat + `:setTags {"tags":{"custom/team":"chat"}}`,
		},
	},
	"wait_for_inference": {to: true},
	"deletion_policy":    {to: deletionPolicyAbandon},
	"force_destroy":      {to: true},
	"soft_delete":        {to: true},
}

// schedule is a schedule with everything that is required.
var schedule = values{
	"min_replica_count": 2, "schedule": "0 8 * * 1-5", "duration": "10h", "timezone": "Europe/Berlin", "description": nil, "disabled": nil,
}

// TestDeployment_EachArgument changes each argument of the schema alone: one request with exactly that, or a replacement.
func TestDeployment_EachArgument(t *testing.T) {
	t.Parallel()

	for name, attribute := range deploymentSchema(t.Context()).Attributes {
		change, ok := deploymentChanges[name]
		if settable := attribute.IsRequired() || attribute.IsOptional(); settable != ok {
			t.Errorf("%s: settable is %t, but the table has a change: %t", name, settable, ok)
		}

		if !ok {
			continue
		}

		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := newPlatform(t, mockapi.Options{DeploymentTime: time.Minute})
			p.SetAccounts("demo")

			before := deploymentConfig(change.from)
			if change.shapeless {
				before = with(before, values{"deployment_shape": nil, "accelerator_type": "NVIDIA_H100_80GB", "accept_shapeless_risk": true})
			}

			after := with(before, values{name: change.to})

			var current instance
			if got := p.deployments(t).Run(t.Context(), &current, before, runOptions{}); len(got.Diagnostics) > 0 {
				t.Fatal(got.Diagnostics)
			}

			p.takeWriteRequests()

			got := p.deployments(t).Run(t.Context(), &current, after, runOptions{PlanOnly: change.replaces})

			want := actionUpdate
			if change.replaces {
				want = actionReplace
			}

			if got.Action != want || len(got.Diagnostics.Errors()) > 0 {
				t.Fatalf("got %s, want %s\n%s", got.Action, want, got.Diagnostics)
			}

			if change.replaces {
				return
			}

			p.assertWrites(t, change.requests...)

			if got := p.deployments(t).Run(t.Context(), &current, after, runOptions{}); got.Action != actionNone || len(got.Diagnostics) > 0 {
				t.Errorf("afterwards: %s\n%s", got.Action, got.Diagnostics)
			}

			p.assertWrites(t)
		})
	}
}

// TestDeployment_RemovedArguments removes each optional argument: the platform's value is kept, and defaults return.
func TestDeployment_RemovedArguments(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		set      values
		action   action
		requests []string
	}{
		"replica counts": {
			set: values{"min_replica_count": 1, "max_replica_count": 3}, action: actionUpdate,
			requests: []string{deploymentPatchOf("max_replica_count,min_replica_count", `{"maxReplicaCount":1,"minReplicaCount":0}`)},
		},
		"metadata":            {set: values{"display_name": "Chat", "description": "A chat."}, action: actionNone},
		"tags":                {set: values{"tags": values{"team": "chat"}}, action: actionNone},
		"hardware":            {set: values{"max_context_length": 8192, "enable_addons": false}, action: actionNone},
		"speculation":         {set: values{"draft_token_count": 3, "ngram_speculation_length": 2}, action: actionNone},
		"skip validation":     {set: values{"skip_shape_validation": true}, action: actionUpdate},
		"handling":            {set: values{"force_destroy": true, "deletion_policy": deletionPolicyAbandon}, action: actionUpdate},
		"speculation not off": {set: values{"disable_speculative_decoding": false}, action: actionUpdate},
		"speculation off":     {set: values{"disable_speculative_decoding": true}, action: actionReplace},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := newPlatform(t, mockapi.Options{DeploymentTime: time.Minute})

			var current instance

			if got := p.deployments(t).Run(t.Context(), &current, deploymentConfig(test.set), runOptions{}); len(got.Diagnostics) > 0 {
				t.Fatal(got.Diagnostics)
			}

			p.takeWriteRequests()

			got := p.deployments(t).Run(t.Context(), &current, deploymentConfig(nil), runOptions{PlanOnly: test.action == actionReplace})
			if got.Action != test.action || len(got.Diagnostics.Errors()) > 0 {
				t.Fatalf("got %s, want %s\n%s", got.Action, test.action, got.Diagnostics)
			}

			if test.action != actionReplace {
				p.assertWrites(t, test.requests...)
			}
		})
	}
}

// TestAccDeployment_Policy sets a part of the autoscaling policy with the real CLI, which plans the children of an object itself.
func TestAccDeployment_Policy(t *testing.T) {
	skipUnlessAcc(t)
	t.Parallel()

	p := newPlatform(t, mockapi.Options{DeploymentTime: time.Minute})
	policy := func(up, targets string) string {
		return shapedBlock("  autoscaling_policy = {\n    scale_up_window = \"" + up + "\"\n" + targets + "  }\n")
	}
	value := func(child, want string) statecheck.StateCheck {
		return statecheck.ExpectKnownValue(deploymentAddress, tfjsonpath.New("autoscaling_policy").AtMapKey(child), knownvalue.StringExact(want))
	}

	p.run(t,
		resource.TestStep{
			Config: p.config(policy("2m", "")),
			ConfigStateChecks: []statecheck.StateCheck{
				value("scale_up_window", "2m"), value("scale_down_window", "600s"), value("scale_to_zero_window", "3600s"),
			},
		},
		resource.TestStep{Config: p.config(policy("120s", "")), ConfigPlanChecks: expectNoChange()},
		resource.TestStep{
			PreConfig:        func() { p.takeWriteRequests() },
			Config:           p.config(policy("2m", "    load_targets = { default = 0.8, requests_per_second = 0.1 }\n")),
			ConfigPlanChecks: expectDeployment(plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{
				value("scale_up_window", "2m"), value("scale_down_window", "600s"),
				p.expectWrites(deploymentPatchOf("autoscaling_policy", `{"autoscalingPolicy":{"loadTargets":{"default":0.8,`+
					`"requests_per_second":0.1},"scaleDownWindow":"600s","scaleToZeroWindow":"3600s","scaleUpWindow":"120s"}}`)),
			},
		},
		resource.TestStep{
			Config:           p.config(policy("2m", "    load_targets = { requests_per_second = 0.1, default = 0.80 }\n")),
			ConfigPlanChecks: expectNoChange(),
		},
		resource.TestStep{Config: p.config(shapedBlock("  autoscaling_policy = {}\n")), ConfigPlanChecks: expectNoChange()},
		resource.TestStep{Config: p.config(shapedBlock("")), ConfigPlanChecks: expectNoChange()},
	)
}

// TestAccDeployment_ShapeSpelling plans no change between names of the same version.
func TestAccDeployment_ShapeSpelling(t *testing.T) {
	skipUnlessAcc(t)
	t.Parallel()

	p := newPlatform(t, mockapi.Options{DeploymentTime: time.Minute})
	shape := func(name string) string { return p.config(chatBlock("  deployment_shape = \"" + name + "\"\n")) }

	p.run(t,
		resource.TestStep{Config: shape(servingShape)},
		resource.TestStep{Config: shape(servingShapeVersion), ConfigPlanChecks: expectNoChange()},
		resource.TestStep{Config: shape("default"), ConfigPlanChecks: expectNoChange()},
		resource.TestStep{
			PreConfig:        func() { p.takeWriteRequests() },
			Config:           shape(servingShapeOlder),
			ConfigPlanChecks: expectDeployment(plancheck.ResourceActionUpdate),
			ConfigStateChecks: append(expectValues(deploymentAddress, map[string]knownvalue.Check{
				"deployment_shape":         knownvalue.StringExact(servingShapeOlder),
				"deployment_shape_version": knownvalue.StringExact(servingShapeOlder),
			}), p.expectWrites(deploymentPatchOf("deployment_shape", `{"deploymentShape":"`+servingShapeOlder+`"}`))),
		},
		resource.TestStep{Config: shape(servingShape), ConfigPlanChecks: expectNoChange()},
		resource.TestStep{
			Config:           p.config(shapelessBlock("")),
			ConfigPlanChecks: expectDeployment(plancheck.ResourceActionDestroyBeforeCreate),
		},
		resource.TestStep{
			Config:           shape(servingShape),
			ConfigPlanChecks: expectDeployment(plancheck.ResourceActionUpdate),
			ConfigStateChecks: expectValues(deploymentAddress, map[string]knownvalue.Check{
				"accelerator_type":         knownvalue.StringExact("NVIDIA_B200_192GB"),
				"deployment_shape_version": knownvalue.StringExact(servingShapeVersion),
			}),
		},
		resource.TestStep{Config: shape(servingShape), ConfigPlanChecks: expectNoChange()},
	)
}
