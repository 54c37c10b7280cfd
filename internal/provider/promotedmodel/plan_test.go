// SPDX-License-Identifier: MPL-2.0

package promotedmodel_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// planChecks are configurations that a plan checks, beside those of the messages.
var planChecks = []struct {
	name    string
	arrange func(*providertest.Platform)
	change  providertest.Values
	want    []string
	mention []string
}{
	{
		name: "everything is well",
	},
	{
		name:    "a session without such a checkpoint",
		change:  providertest.Values{"checkpoint_name": providertest.SftSession + "/checkpoints/gone"},
		want:    []string{"ERROR checkpoint_name: No such checkpoint"},
		mention: []string{"  " + providertest.SessionCheckpoint + " (2026-03-02T09:00:00.25Z)\n"},
	},
	{
		name:    "no such job",
		change:  providertest.Values{"checkpoint_name": "accounts/demo/rlorTrainerJobs/none/checkpoints/c"},
		want:    []string{"ERROR checkpoint_name: No such trainer job or training session"},
		mention: []string{"accounts/demo/rlorTrainerJobs/none does not exist", "404 Not Found", "30 days"},
	},
	{
		name:   "a job that was deleted three days ago",
		change: providertest.Values{"checkpoint_name": "accounts/demo/rlorTrainerJobs/deleted-run/checkpoints/step-10-0a1b2c3d"},
	},
	{
		name:    "no such session",
		change:  providertest.Values{"checkpoint_name": "accounts/demo/trainingSessions/none/checkpoints/c"},
		want:    []string{"ERROR checkpoint_name: No such trainer job or training session"},
		mention: []string{"as long as the session"},
	},
	{
		name:    "no such base model in the own account, which another resource may create",
		change:  providertest.Values{"base_model": providertest.DemoModels + "none"},
		want:    []string{"WARNING base_model: No such base model"},
		mention: []string{"404 Not Found", "refer to its name attribute"},
	},
	{
		name:    "a base model that the key may not read",
		arrange: func(p *providertest.Platform) { p.SetForbidden(providertest.QwenBase, true) },
	},
	{
		name:    "everything is wrong",
		arrange: func(p *providertest.Platform) { p.PutModel(mockapi.Model{Name: providertest.DemoModels + "m"}) },
		change: providertest.Values{"checkpoint_name": providertest.SftJob + "/checkpoints/step-999",
			"base_model": "accounts/fireworks/models/none"},
		want: []string{
			"ERROR checkpoint_name: No such checkpoint",
			"ERROR output_model_id: Model already exists",
			"WARNING base_model: No such base model",
		},
	},
}

func TestPlan_Create(t *testing.T) {
	t.Parallel()

	for _, test := range planChecks {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()

			platform := providertest.NewPlatform(t, mockapi.Options{})
			if test.arrange != nil {
				test.arrange(platform)
			}

			plan := platform.Protocol(t).Plan(t.Context(), providerdata.PromotedModelType, providertest.Stored{},
				providertest.With(providertest.ModelConfig("m"), test.change))
			providertest.AssertSummaries(t, plan.Diagnostics, test.want...)
			providertest.AssertMentions(t, plan.Diagnostics, test.mention...)
			platform.AssertTraffic(t, providertest.Traffic{Listed: 1})

			if len(plan.Diagnostics.Errors()) > 0 {
				providertest.AssertMentions(t, plan.Diagnostics, "terraform destroy -refresh=false")
			}

			providertest.AssertEqual(t, "id", plan.State["id"], providertest.DemoModels+"m")
			providertest.AssertEqual(t, "account_id", plan.State["account_id"], "demo")
		})
	}
}

func TestPlan_SuggestedCheckpoints(t *testing.T) {
	t.Parallel()
	platform := providertest.NewPlatform(t, mockapi.Options{})
	plan := platform.Protocol(t).
		Plan(t.Context(), providerdata.PromotedModelType, providertest.Stored{},
			providertest.With(providertest.ModelConfig("m"),
				providertest.Values{"checkpoint_name": "accounts/demo/rlorTrainerJobs/big-run/checkpoints/none"}))
	providertest.AssertSummaries(t, plan.Diagnostics, "ERROR checkpoint_name: No such checkpoint")

	text := plan.Diagnostics.String()
	if n := strings.Count(text,
		"\n  accounts/demo/rlorTrainerJobs/big-run/checkpoints/step-"); n != 5 ||
		!strings.Contains(text, "/step-2500-") ||
		strings.Contains(text, "/step-2250-") {
		t.Errorf("%d suggestions:\n%s", n, text)
	}
}

// replacements are the ways in which a plan comes to replace the model.
var replacements = []struct {
	name    string
	change  providertest.Values
	taint   bool
	options providertest.RunOptions
	// want is what a plan reports that passes all checks.
	want []string
}{
	{
		name:   "a changed argument",
		change: providertest.Values{"base_model": "accounts/fireworks/models/llama-v3p1-8b-instruct"},
		want:   []string{"WARNING output_model_id: Replacement deletes first"},
	},
	{name: "a changed ID", change: providertest.Values{"output_model_id": "m2"}},
	{name: "-replace", options: providertest.RunOptions{Replace: true}},
	{name: "-replace without a refresh", options: providertest.RunOptions{Replace: true, NoRefresh: true}},
	{name: "a tainted resource", taint: true},
	{
		name:    "a tainted resource and a changed ID without a refresh",
		taint:   true,
		change:  providertest.Values{"output_model_id": "m2"},
		options: providertest.RunOptions{NoRefresh: true},
	},
	{
		name:    "a tainted resource and a changed ID, the new model first",
		taint:   true,
		change:  providertest.Values{"output_model_id": "m2"},
		options: providertest.RunOptions{CreateBeforeDestroy: true},
	},
	{
		name: "a changed ID, the new model first", change: providertest.Values{"output_model_id": "m2"},
		options: providertest.RunOptions{CreateBeforeDestroy: true},
	},
}

// A valid replacement passes: the resource's own model is not reported as existing. The model is not destroyed when the
// checkpoint no longer exists.
func TestPlan_Replacement(t *testing.T) {
	t.Parallel()

	for _, test := range replacements {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			platform := providertest.NewPlatform(t, mockapi.Options{})

			const job = "accounts/demo/rlorTrainerJobs/any-base"
			platform.PutCheckpoint(job, mockapi.Checkpoint{Name: "c", Promotable: true})
			models := platform.PromotedModels(t)
			config := providertest.With(providertest.ModelConfig("m"),
				providertest.Values{"checkpoint_name": job + "/checkpoints/c"})

			current := models.Create(t, config)
			before := current.State
			current.Tainted = test.taint

			platform.RemoveCheckpoint(job + "/checkpoints/c")

			got := models.Run(t.Context(), &current, providertest.With(config, test.change), test.options)
			providertest.AssertSummaries(t, got.Diagnostics, "ERROR checkpoint_name: No such checkpoint")
			platform.AssertTraffic(t, providertest.Traffic{Requested: 1, Promoted: 1, Listed: 3})

			_, exists := platform.Model(providertest.DemoModels + "m")
			providertest.AssertEqual(t, "model exists", exists, true)
			providertest.AssertEqual(t, "state", current.State, before)

			platform.PutCheckpoint(job, mockapi.Checkpoint{Name: "c", Promotable: true})

			got = models.ApplyWith(t, &current, providertest.With(config, test.change), test.options, test.want...)
			platform.AssertTraffic(t, providertest.Traffic{Requested: 2, Promoted: 2, Deleted: 1, Listed: 5})

			providertest.AssertEqual(t, "action", got.Action, providertest.ActionReplace)
			providertest.AssertEqual(t, "tainted", current.Tainted, false)

			if current.Deposed != nil {
				t.Errorf("unexpected deposed object: %v", current.Deposed)
			}

			models.AssertEmptyPlan(t, &current, providertest.With(config, test.change))
		})
	}
}

// The replacement of a model whose promotion failed is checked as well.
func TestPlan_ReplacementAfterFailure(t *testing.T) {
	t.Parallel()
	platform := providertest.NewPlatform(t, mockapi.Options{})
	platform.SetPromotionOutcome(mockapi.PromotionFailsLeavingModel)
	models := platform.PromotedModels(t)

	var current providertest.Instance
	models.Run(t.Context(), &current, providertest.ModelConfig("m"), providertest.RunOptions{})
	current.Tainted = false

	platform.RemoveCheckpoint(providertest.FullCheckpoint)

	models.Apply(t, &current, providertest.ModelConfig("m"), "WARNING state: Replacing model of failed promotion",
		"ERROR checkpoint_name: No such checkpoint")

	platform.AssertModels(t, 1, 0)
}

// Without a refresh, Terraform sends the provider nothing of the state of a tainted resource. The plan fails, changes
// nothing, and names the remedy.
func TestPlan_TaintedWithoutRefresh(t *testing.T) {
	t.Parallel()
	platform := providertest.NewPlatform(t, mockapi.Options{})
	models := platform.PromotedModels(t)

	current := models.Create(t, providertest.ModelConfig("m"))
	current.Tainted = true
	got := models.Run(t.Context(), &current, providertest.ModelConfig("m"), providertest.RunOptions{NoRefresh: true})
	providertest.AssertSummaries(t, got.Diagnostics, "ERROR output_model_id: Model already exists")
	providertest.AssertMentions(t, got.Diagnostics, "is tainted, run terraform untaint, or plan without -refresh=false")
	platform.AssertTraffic(t, providertest.Traffic{Requested: 1, Promoted: 1, Listed: 3})
	providertest.AssertConverges(t, models, &current, providertest.ModelConfig("m"), providertest.ActionReplace)
}

// With create_before_destroy two models of one name would have to exist at a time. Terraform shows the provider nothing
// of it in the plan; the apply fails before anything is changed, and goes through with another ID.
func TestPlan_CreateBeforeDestroySameName(t *testing.T) {
	t.Parallel()
	platform := providertest.NewPlatform(t, mockapi.Options{})
	models := platform.PromotedModels(t)
	options := providertest.RunOptions{Replace: true, CreateBeforeDestroy: true}

	current := models.Create(t, providertest.ModelConfig("m"))
	got := models.Run(t.Context(), &current, providertest.ModelConfig("m"), options)
	providertest.AssertSummaries(t, got.Diagnostics, "ERROR output_model_id: Model already exists")
	providertest.AssertMentions(t, got.Diagnostics, "with create_before_destroy, which",
		"choose another output_model_id, or remove create_before_destroy for one apply")
	platform.AssertTraffic(t, providertest.Traffic{Requested: 1, Promoted: 1, Listed: 4})
	models.Apply(t, &current, providertest.ModelConfig("m2"))

	platform.AssertModels(t, 2, 1)
	providertest.AssertEqual(t, "id", current.State["id"], providertest.DemoModels+"m2")
	providertest.AssertEqual(t, "has a deposed object", current.Deposed != nil, false)
}

// A model that was deleted outside of Terraform is planned as a new one, whatever its deletion policy was.
func TestPlan_ModelDeletedElsewhere(t *testing.T) {
	t.Parallel()

	for _, policy := range []string{"DELETE", "ABANDON", "PREVENT"} {
		t.Run(policy, func(t *testing.T) {
			t.Parallel()
			platform := providertest.NewPlatform(t, mockapi.Options{})
			models := platform.PromotedModels(t)
			config := providertest.With(providertest.ModelConfig("m"), providertest.Values{"deletion_policy": policy})

			current := models.Create(t, config)

			platform.RemoveModel(providertest.DemoModels + "m")
			providertest.AssertConverges(t, models, &current, config, providertest.ActionCreate)
		})
	}
}

func TestPlan_UnknownArguments(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		unknown []string
		listed  int
		models  int
		bases   int
	}{
		"the checkpoint": {[]string{"checkpoint_name"}, 0, 0, 1},
		"the ID":         {[]string{"output_model_id"}, 1, 0, 1},
		"the base model": {[]string{"base_model"}, 1, 1, 0},
		"all arguments": {[]string{
			"checkpoint_name", "output_model_id", "base_model", "display_name", "public", "deletion_policy",
			"hot_load_deployment_id",
		}, 0, 0, 0},
		"none that matters for it": {[]string{"display_name", "description", "public", "deletion_policy"}, 1, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			platform := providertest.NewPlatform(t, mockapi.Options{})

			config := providertest.ModelConfig("m")
			for _, argument := range test.unknown {
				config[argument] = providertest.Unknown
			}

			plan := platform.Protocol(t).Plan(t.Context(), providerdata.PromotedModelType, providertest.Stored{},
				config)
			providertest.AssertSummaries(t, plan.Diagnostics)

			got := []int{platform.Count("", providertest.ListingPath), platform.Count("", providertest.ModelPath),
				platform.Count("", providertest.BaseModelPath)}
			if want := []int{test.listed, test.models, test.bases}; !slices.Equal(got, want) {
				t.Errorf("listings, models and base models: %v, want %v", got, want)
			}
		})
	}
}

func TestPlan_UnknownProviderConfig(t *testing.T) {
	t.Parallel()

	for _, argument := range []string{
		"api_key", "base_url", "account_id", "max_retries", "request_timeout", "insecure_skip_verify",
		"additional_headers",
	} {
		t.Run(argument, func(t *testing.T) {
			t.Parallel()
			platform := providertest.NewPlatform(t, mockapi.Options{})
			process := platform.ProtocolWith(t, providertest.Values{argument: providertest.Unknown})
			plan := process.Plan(t.Context(), providerdata.PromotedModelType, providertest.Stored{},
				providertest.With(providertest.ModelConfig("m"),
					providertest.Values{"checkpoint_name": providertest.SftJob + "/checkpoints/none"}))
			providertest.AssertSummaries(t, plan.Diagnostics)

			if n := len(platform.Requests()); n != 0 {
				t.Errorf("%d requests", n)
			}
		})
	}
}

// uncheckable are the ways in which a check itself fails, which says nothing about the checked object.
var uncheckable = []struct {
	name    string
	arrange func(*providertest.Platform)
	mention string
}{
	{
		"403", func(p *providertest.Platform) { p.SetFaults(mockapi.Fault{Kind: mockapi.FaultStatus, Status: 403}) },
		"403 Forbidden",
	},
	{"503", func(p *providertest.Platform) { p.SetFaults(mockapi.Fault{Kind: mockapi.FaultStatus, Status: 503}) }, ""},
	{"429 for an hour", func(p *providertest.Platform) {
		p.SetFaults(mockapi.Fault{Kind: mockapi.FaultStatus, Status: 429,
			Headers: map[string]string{"Retry-After": "3600"}})
	}, ""},
	{
		"a page of a proxy", func(p *providertest.Platform) { p.SetFaults(mockapi.Fault{Kind: mockapi.FaultHTML}) },
		"HTML page",
	},
	{"no response", func(p *providertest.Platform) { p.OnRequest(providertest.Hang) }, ""},
	{"the list never ends", func(p *providertest.Platform) {
		p.SetFaults(mockapi.Fault{Path: providertest.ListingPath, Kind: mockapi.FaultEndlessPages},
			mockapi.Fault{Kind: mockapi.FaultStatus, Status: 403})
	}, ""},
}

func TestPlan_ChecksFail(t *testing.T) {
	t.Parallel()

	for _, test := range uncheckable {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			platform := providertest.NewPlatform(t, mockapi.Options{})
			platform.PlanCheckTimeout = 2 * time.Second
			test.arrange(platform)
			process := platform.Protocol(t)
			start := time.Now()

			plan := process.Plan(t.Context(), providerdata.PromotedModelType, providertest.Stored{},
				providertest.ModelConfig("m"))
			if took := time.Since(start); took > 10*time.Second {
				t.Errorf("the plan took %s", took)
			}

			// Some requests are still being retried when the time is over, which is another cause.
			if n := len(plan.Diagnostics); n != 1 && n != 2 {
				t.Errorf("got the diagnostics %q, want one for each cause", plan.Diagnostics)
			}

			for _, d := range plan.Diagnostics {
				providertest.AssertEqual(t, "severity", d.Severity, "WARNING")
			}

			providertest.AssertMentions(
				t,
				plan.Diagnostics,
				"Whether "+providertest.FullCheckpoint+" exists and can be promoted was not checked.",
				"The plan continues without this check",
				test.mention,
			)

			if plan.State["output_model_id"] != "m" {
				t.Errorf("the plan did not go on: %v", plan.State)
			}
		})
	}
}

// A replacement that deletes the model first needs all checks. With another ID, a check that cannot be made is a
// warning. Terraform drops the warnings of the second plan of a replacement, so they must come with the first.
func TestPlan_ReplacementChecksFail(t *testing.T) {
	t.Parallel()
	platform := providertest.NewPlatform(t, mockapi.Options{})
	models := platform.PromotedModels(t)

	current := models.Create(t, providertest.ModelConfig("m"))

	platform.SetFaults(mockapi.Fault{Path: providertest.ListingPath, Kind: mockapi.FaultStatus, Status: 403})

	change := providertest.Values{"checkpoint_name": providertest.LoraCheckpoint, "output_model_id": "m2"}
	got := models.ApplyWith(t, &current, providertest.With(providertest.ModelConfig("m"), change),
		providertest.RunOptions{PlanOnly: true}, "WARNING output_model_id: Replacement not checked",
		"WARNING checkpoint_name: Checkpoint not checked")

	providertest.AssertEqual(t, "action", got.Action, providertest.ActionReplace)
	providertest.AssertEqual(t, "listings", platform.Count("", providertest.ListingPath), 3)
}

func TestPlan_DestroyMakesNoRequest(t *testing.T) {
	t.Parallel()
	platform := providertest.NewPlatform(t, mockapi.Options{})

	current := platform.PromotedModels(t).Create(t, providertest.ModelConfig("m"))
	platform.ResetRequests()
	plan := platform.Protocol(t).Plan(t.Context(), providerdata.PromotedModelType, current.Stored, nil)
	providertest.AssertSummaries(t, plan.Diagnostics)

	if plan.State != nil {
		t.Errorf("unexpected state: %v", plan.State)
	}

	providertest.AssertEqual(t, "requests", len(platform.Requests()), 0)
}

// An update shows what it may change as known after apply, and nothing else.
func TestPlan_Update(t *testing.T) {
	t.Parallel()
	platform := providertest.NewPlatform(t, mockapi.Options{PromotionTime: time.Hour})
	models := platform.PromotedModels(t)

	var ready, unready providertest.Instance
	models.Run(t.Context(), &ready, providertest.ModelConfig("ready"), providertest.RunOptions{})
	ctx, cancel := context.WithCancel(t.Context())

	platform.OnNthRequest(http.MethodGet, providertest.OperationPath, 1, func(*http.Request) { cancel() })
	models.Run(ctx, &unready, providertest.ModelConfig("unready"), providertest.RunOptions{})
	platform.OnRequest(nil)
	platform.ResetRequests()
	t.Cleanup(func() {
		if n := len(platform.Requests()); n != 0 {
			t.Errorf("%d requests", n)
		}
	})

	for name, test := range map[string]struct {
		prior  providertest.Instance
		change providertest.Values
		want   []string
	}{
		"nothing changes": {ready, nil, nil},
		"metadata":        {ready, providertest.Values{"display_name": "D"}, []string{"update_time"}},
		"unknown metadata": {ready, providertest.Values{"description": providertest.Unknown},
			[]string{"description", "update_time"}},
		"the deletion policy": {ready, providertest.Values{"deletion_policy": "ABANDON"}, nil},
		"the timeouts":        {ready, providertest.Values{"timeouts": providertest.Values{"create": "3h"}}, nil},
		"a model that is not ready": {unready, nil,
			[]string{"context_length", "create_time", "kind", "peft_details", "state", "update_time"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			config := providertest.With(providertest.ModelConfig(""),
				providertest.Values{"output_model_id": test.prior.State["output_model_id"]})
			plan := platform.Protocol(t).Plan(t.Context(), providerdata.PromotedModelType, test.prior.Stored,
				providertest.With(config, test.change))
			providertest.AssertSummaries(t, plan.Diagnostics)

			if diff := cmp.Diff(test.want, providertest.UnknownNames(plan.State)); diff != "" {
				t.Errorf("unknown attributes (-want +got):\n%s", diff)
			}

			if len(plan.Replace) > 0 {
				t.Errorf("replaced because of %q", plan.Replace)
			}
		})
	}
}
