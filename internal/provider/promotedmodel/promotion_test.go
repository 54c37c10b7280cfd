// SPDX-License-Identifier: MPL-2.0

package promotedmodel_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// refusals are promotions that end without a model in the state. The next apply must converge once the cause is
// removed.
var refusals = []struct {
	name    string
	arrange func(*providertest.Platform)
	mend    func(*providertest.Platform)
	want    []string
	mention []string
	traffic providertest.Traffic
}{
	{
		name: "a model of the name appears between the check and the request",
		arrange: func(p *providertest.Platform) {
			p.OnNthRequest(http.MethodPost, providertest.PromotePath, 1,
				func(*http.Request) {
					p.PutModel(mockapi.Model{Name: providertest.DemoModels + "m", Description: "strange"})
				})
		},
		mend:    func(p *providertest.Platform) { p.RemoveModel(providertest.DemoModels + "m") },
		want:    []string{"ERROR output_model_id: Model already exists"},
		mention: []string{"409 Conflict", `id = "accounts/demo/models/m"`, "Nothing was promoted or changed."},
		traffic: providertest.Traffic{Requested: 1, Listed: 2},
	},
	{
		name: "a model of the name appears between the plan and the check",
		arrange: func(p *providertest.Platform) {
			p.OnNthRequest(http.MethodGet, providertest.ModelPath, 3,
				func(*http.Request) {
					p.PutModel(mockapi.Model{Name: providertest.DemoModels + "m", Description: "strange"})
				})
		},
		mend:    func(p *providertest.Platform) { p.RemoveModel(providertest.DemoModels + "m") },
		want:    []string{"ERROR output_model_id: Model already exists"},
		mention: []string{`id = "accounts/demo/models/m"`, "Nothing was promoted or changed."},
		traffic: providertest.Traffic{Listed: 2},
	},
	{
		name:    "the operation fails and takes the model away",
		arrange: func(p *providertest.Platform) { p.SetPromotionOutcome(mockapi.PromotionFailsWithoutModel) },
		mend:    func(p *providertest.Platform) { p.SetPromotionOutcome(mockapi.PromotionSucceeds) },
		want:    []string{"ERROR: Promotion failed"},
		mention: []string{
			"copying the checkpoint files failed: object storage returned an internal error (code 13, INTERNAL)",
			"left no model",
		},
		traffic: providertest.Traffic{Requested: 1, Promoted: 1, Listed: 2},
	},
	{
		name: "every response is lost",
		arrange: func(p *providertest.Platform) {
			p.SetFaults(mockapi.Fault{Method: http.MethodPost, Path: providertest.PromotePath,
				Kind: mockapi.FaultStatus, Status: 502})
		},
		mend:    func(p *providertest.Platform) { p.SetFaults() },
		want:    []string{"ERROR: Promotion outcome unknown"},
		mention: []string{"502 Bad Gateway", "Plan again"},
		traffic: providertest.Traffic{Requested: 9, Listed: 2},
	},
	{
		name: "the checkpoint is refused",
		arrange: func(p *providertest.Platform) {
			p.OnNthRequest(http.MethodPost, providertest.PromotePath, 1,
				func(*http.Request) { p.RemoveJob(providertest.SftJob) })
		},
		mend: func(p *providertest.Platform) {
			p.PutCheckpoint(providertest.SftJob, mockapi.Checkpoint{Name: "step-200-5e6f7a8b", Promotable: true})
		},
		want:    []string{"ERROR: Checkpoint not promoted"},
		mention: []string{"404 Not Found", "30 days"},
		traffic: providertest.Traffic{Requested: 1, Listed: 2},
	},
	{
		name: "the model is removed during the promotion",
		arrange: func(p *providertest.Platform) {
			p.OnNthRequest(http.MethodGet, providertest.OperationPath, 2,
				func(*http.Request) { p.RemoveModel(providertest.DemoModels + "m") })
		},
		mend:    func(p *providertest.Platform) { p.OnRequest(nil) },
		want:    []string{"ERROR: Promotion failed"},
		mention: []string{"the model was deleted while it was being promoted", "left no model"},
		traffic: providertest.Traffic{Requested: 1, Promoted: 1, Listed: 2},
	},
}

func TestPromotionFailure_NoModel(t *testing.T) {
	t.Parallel()

	for _, test := range refusals {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			platform := providertest.NewPlatform(t, mockapi.Options{PromotionTime: time.Minute})
			models := platform.PromotedModels(t)
			test.arrange(platform)

			var current providertest.Instance

			got := models.Apply(t, &current, providertest.ModelConfig("m"), test.want...)
			providertest.AssertMentions(t, got.Diagnostics, test.mention...)
			platform.AssertTraffic(t, test.traffic)

			if current.State != nil {
				t.Errorf("unexpected state: %v", current.State)
			}

			providertest.AssertEqual(t, "tainted", current.Tainted, false)

			if model, ok := platform.Model(providertest.DemoModels + "m"); ok && model.Description != "strange" {
				t.Errorf("a model is left behind: %v", model)
			}

			test.mend(platform)
			providertest.AssertConverges(t, models, &current, providertest.ModelConfig("m"), providertest.ActionCreate)
		})
	}
}

// failures are promotions that leave a model behind which is in the state and marked as tainted: the next apply
// replaces it.
func TestPromotionFailure_UnusableModel(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		outcome mockapi.PromotionOutcome
		want    string
		mention []string
	}{
		"the operation fails": {mockapi.PromotionFailsLeavingModel, "ERROR: Promotion failed",
			[]string{
				"object storage returned an internal error (code 13, INTERNAL)",
				"left a model that is not usable",
				"the next apply replaces it",
			}},
		"the model is broken": {mockapi.PromotionLeavesBrokenModel, "ERROR: Promoted model unusable",
			[]string{"state FAILED", "the model's weights cannot be read: shard 3 is truncated"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			platform := providertest.NewPlatform(t, mockapi.Options{PromotionTime: time.Minute})
			platform.SetPromotionOutcome(test.outcome)
			models := platform.PromotedModels(t)

			var current providertest.Instance

			got := models.Apply(t, &current, providertest.ModelConfig("m"), test.want)
			providertest.AssertMentions(t, got.Diagnostics, test.mention...)
			platform.AssertTraffic(t, providertest.Traffic{Requested: 1, Promoted: 1, Listed: 2})

			providertest.AssertEqual(t, "tainted", current.Tainted, true)
			providertest.AssertEqual(t, "id", current.State["id"], providertest.DemoModels+"m")

			platform.SetPromotionOutcome(mockapi.PromotionSucceeds)
			providertest.AssertConverges(t, models, &current, providertest.ModelConfig("m"), providertest.ActionReplace)

			providertest.AssertEqual(t, "promotion requests", platform.Traffic().Requested, 2)
			platform.AssertModels(t, 2, 1)
		})
	}
}

// A resource whose promotion failed is replaced even after the user untainted it.
func TestPromotionFailure_ReplacedAfterUntaint(t *testing.T) {
	t.Parallel()
	platform := providertest.NewPlatform(t, mockapi.Options{PromotionTime: time.Minute})
	platform.SetPromotionOutcome(mockapi.PromotionFailsLeavingModel)
	models := platform.PromotedModels(t)

	var current providertest.Instance
	models.Run(t.Context(), &current, providertest.ModelConfig("m"), providertest.RunOptions{})
	current.Tainted = false

	platform.SetPromotionOutcome(mockapi.PromotionSucceeds)

	got := models.Run(t.Context(), &current, providertest.ModelConfig("m"), providertest.RunOptions{PlanOnly: true})
	providertest.AssertSummaries(t, got.Diagnostics, "WARNING state: Replacing model of failed promotion")
	providertest.AssertConverges(t, models, &current, providertest.ModelConfig("m"), providertest.ActionReplace)

	platform.AssertModels(t, 2, 1)
}

// The model of a promotion that is known to have failed is deleted at once, also when it is tainted.
func TestPromotionFailure_DeletedAtOnce(t *testing.T) {
	t.Parallel()

	for _, replaced := range []bool{true, false} {
		platform := providertest.NewPlatform(t, mockapi.Options{PromotionTime: time.Minute})
		platform.SetPromotionOutcome(mockapi.PromotionFailsLeavingModel)
		models := platform.PromotedModels(t)

		var current providertest.Instance
		models.Run(t.Context(), &current, providertest.ModelConfig("m"), providertest.RunOptions{})
		providertest.AssertEqual(t, "tainted", current.Tainted, true)
		platform.SetPromotionOutcome(mockapi.PromotionSucceeds)
		platform.SetPromotionTime(0)

		var config providertest.Values
		if replaced {
			config = providertest.ModelConfig("m")
		}

		started := platform.Clock.Now()

		var warnings []string
		if replaced {
			warnings = []string{"WARNING state: Replacing model of failed promotion"}
		}

		models.Apply(t, &current, config, warnings...)

		if took := platform.Clock.Now().Sub(started); took > 10*time.Second {
			t.Errorf("replaced is %t: the deletion took %s", replaced, took)
		}
	}
}

func TestPromotion_OtherServers(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		arrange   func(*providertest.Platform)
		requested int
	}{
		"async_promotion is not known":          {func(p *providertest.Platform) { p.SetAsyncPromotion(false); p.SetPromotionTime(0) }, 2},
		"the first response contains the model": {func(p *providertest.Platform) { p.SetModelInPromotionResponse(true) }, 1},
		"the operation ends without a response": {func(p *providertest.Platform) { p.SetPromotionOutcome(mockapi.PromotionSucceedsWithoutResponse) }, 1},
		"response format of older servers":      {func(p *providertest.Platform) { p.SetLegacyWire(true) }, 1},
		"the operation cannot be read by this key": {func(p *providertest.Platform) {
			p.SetFaults(mockapi.Fault{Path: providertest.OperationPath, Kind: mockapi.FaultStatus, Status: 403})
		}, 1},
		"the operation is forgotten": {func(p *providertest.Platform) {
			p.SetFaults(mockapi.Fault{Path: providertest.OperationPath, Match: 3, Kind: mockapi.FaultStatus,
				Status: 404})
		}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			platform := providertest.NewPlatform(t, mockapi.Options{PromotionTime: time.Minute})
			test.arrange(platform)
			models := platform.PromotedModels(t)

			var current providertest.Instance

			models.Apply(t, &current, providertest.ModelConfig("m"))
			platform.AssertTraffic(t, providertest.Traffic{Requested: test.requested, Promoted: 1, Listed: 2})

			providertest.AssertEqual(t, "state", current.State["state"], "READY")
			providertest.AssertEqual(t, "context_length", current.State["context_length"], int64(131072))
			// Only its operation says that a promotion has succeeded.
			providertest.AssertEqual(t, "has a pending operation",
				providertest.PendingOperationName(t, current.Private) != "", strings.HasPrefix(name,
					"the operation is") ||
					strings.HasPrefix(name, "the operation cannot"))

			models.AssertEmptyPlan(t, &current, providertest.ModelConfig("m"))
		})
	}
}

func TestPromotion_MetadataNotSet(t *testing.T) {
	t.Parallel()
	platform := providertest.NewPlatform(t, mockapi.Options{})
	platform.SetFaults(mockapi.Fault{Method: http.MethodPatch, Path: providertest.ModelPath, Times: 1,
		Kind: mockapi.FaultStatus, Status: 403})
	models := platform.PromotedModels(t)
	config := providertest.With(providertest.ModelConfig("m"),
		providertest.Values{"display_name": "M", "description": "d", "public": true})

	var current providertest.Instance

	got := models.Apply(t, &current, config, "WARNING: Model metadata not set")
	providertest.AssertMentions(t, got.Diagnostics, "403 Forbidden", "The model is kept")
	platform.AssertTraffic(t, providertest.Traffic{Requested: 1, Promoted: 1, Patched: 1, Listed: 2})

	providertest.AssertEqual(t, "tainted", current.Tainted, false)
	providertest.AssertEqual(t, "display_name", current.State["display_name"], "M")
	providertest.AssertEqual(t, "public", current.State["public"], true)
	providertest.AssertEqual(t, "state", current.State["state"], "READY")

	providertest.AssertConverges(t, models, &current, config, providertest.ActionUpdate)
	platform.AssertTraffic(t, providertest.Traffic{Requested: 1, Promoted: 1, Patched: 2, Listed: 2})

	model, _ := platform.Model(providertest.DemoModels + "m")
	providertest.AssertEqual(t, "display name", model.DisplayName, "M")
	providertest.AssertEqual(t, "description", model.Description, "d")
	providertest.AssertEqual(t, "public", model.Public, true)
}

// The wait for a model that does not appear after a finished promotion ends long before the timeout.
func TestPromotion_DoneWithoutModel(t *testing.T) {
	t.Parallel()
	platform := providertest.NewPlatform(t, mockapi.Options{PromotionTime: time.Minute})
	platform.SetPromotionOutcome(mockapi.PromotionSucceedsWithoutResponse)
	platform.AfterPromotionRequest(mockapi.Fault{Method: http.MethodGet, Path: providertest.ModelPath,
		Kind: mockapi.FaultStatus, Status: 404})

	var current providertest.Instance

	start := platform.Clock.Now()
	got := platform.PromotedModels(t).Apply(t, &current, providertest.ModelConfig("m"), "ERROR: Promotion failed")
	providertest.AssertMentions(t, got.Diagnostics, "the model does not exist")

	providertest.AssertEqual(t, "in the state", current.State != nil, false)

	waited := platform.Clock.Now().Sub(start) - time.Minute
	if waited < lifecycle.StateGracePeriod || waited > 2*lifecycle.StateGracePeriod {
		t.Errorf("waited %s after the promotion, want one to two times %s", waited, lifecycle.StateGracePeriod)
	}
}

// After a promotion has finished without Terraform, the next apply sets what is left to set, and nothing is left to
// wait for unless Terraform does not refresh.
func TestPromotion_FinishedAfterInterrupt(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		metadata  any
		noRefresh bool
		want      providertest.Action
		patched   int
	}{
		"metadata, without a refresh": {"M", true, providertest.ActionUpdate, 1},
		"metadata":                    {"M", false, providertest.ActionUpdate, 1},
		"nothing to set":              {nil, false, providertest.ActionNone, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			platform := providertest.NewPlatform(t, mockapi.Options{})
			platform.SetPromotionOutcome(mockapi.PromotionHangs)
			models := platform.PromotedModels(t)
			config := providertest.With(providertest.ModelConfig("m"),
				providertest.Values{"display_name": test.metadata})

			var current providertest.Instance

			models.RunInterrupted(t, platform, &current, config,
				providertest.Interruption{Path: providertest.OperationPath, N: 1})
			platform.FinishPromotions()

			got := models.Run(t.Context(), &current, config, providertest.RunOptions{NoRefresh: test.noRefresh})
			providertest.AssertSummaries(t, got.Diagnostics)
			providertest.AssertEqual(t, "action", got.Action, test.want)
			providertest.AssertEqual(t, "state", current.State["state"], "READY")

			platform.AssertTraffic(t,
				providertest.Traffic{Requested: 1, Promoted: 1, Patched: test.patched, Listed: 2})
		})
	}
}

// What only the apply knows is not sent when it is invalid: the platform would destroy the files of the checkpoint.
func TestPromotion_Invalid(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		argument, value string
		more            providertest.Values
		want            string
	}{
		"ID":         {"output_model_id", "Not_Valid", nil, "ERROR output_model_id: Invalid output model ID"},
		"checkpoint": {"checkpoint_name", "step-200", nil, "ERROR checkpoint_name: Invalid resource name"},
		"session with a hot-load deployment": {
			"checkpoint_name", providertest.SessionCheckpoint, providertest.Values{"hot_load_deployment_id": "d1"},
			"ERROR hot_load_deployment_id: Hot-load deployment with a session checkpoint",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			platform := providertest.NewPlatform(t, mockapi.Options{})
			config := providertest.With(providertest.ModelConfig("m"), test.more)
			plan := platform.Protocol(t).Plan(t.Context(), providerdata.PromotedModelType, providertest.Stored{},
				providertest.With(config, providertest.Values{test.argument: providertest.Unknown}))
			providertest.AssertSummaries(t, plan.Diagnostics)
			platform.ResetRequests()

			config[test.argument], plan.State[test.argument] = test.value, test.value
			result := platform.Protocol(t).Apply(t.Context(), providerdata.PromotedModelType, providertest.Stored{},
				plan, config)
			providertest.AssertSummaries(t, result.Diagnostics, test.want)

			if result.State != nil {
				t.Errorf("unexpected state: %v", result.State)
			}

			providertest.AssertEqual(t, "requests", len(platform.Requests()), 0)
		})
	}
}

// A model that existed before the create is never adopted, even when the response is lost.
func TestPromotion_ModelOfOtherCreator(t *testing.T) {
	t.Parallel()
	platform := providertest.NewPlatform(t, mockapi.Options{})
	process := platform.Protocol(t)
	plan := process.Plan(t.Context(), providerdata.PromotedModelType, providertest.Stored{},
		providertest.ModelConfig("m"))

	platform.PutModel(mockapi.Model{Name: providertest.DemoModels + "m"})
	platform.SetFaults(mockapi.Fault{Method: http.MethodPost, Kind: mockapi.FaultResetAfter})

	result := process.Apply(t.Context(), providerdata.PromotedModelType, providertest.Stored{}, plan,
		providertest.ModelConfig("m"))
	providertest.AssertSummaries(t, result.Diagnostics, "ERROR output_model_id: Model already exists")
	platform.AssertTraffic(t, providertest.Traffic{Listed: 1})

	if result.State != nil {
		t.Errorf("got %v", result.State)
	}
}

// A model that is ready while the operation of its promotion cannot be read may be that of another workspace.
func TestPromotion_ResultUnknown(t *testing.T) {
	t.Parallel()

	for name, options := range map[string]providertest.RunOptions{"refreshed": {}, "not refreshed": {NoRefresh: true}} {
		for _, status := range []int{http.StatusForbidden, http.StatusNotFound} {
			t.Run(fmt.Sprintf("%s, %d", name, status), func(t *testing.T) {
				t.Parallel()
				platform := providertest.NewPlatform(t, mockapi.Options{})
				platform.SetPromotionOutcome(mockapi.PromotionHangs)
				models := platform.PromotedModels(t)

				var current providertest.Instance

				models.RunInterrupted(t, platform, &current, providertest.ModelConfig("m"),
					providertest.Interruption{Path: providertest.OperationPath, N: 1})
				platform.PutModel(mockapi.Model{Name: providertest.DemoModels + "m"})

				body := fmt.Sprintf(`{"code":%d,"message":"no operation"}`,
					map[int]int{http.StatusForbidden: 7, http.StatusNotFound: 5}[status])
				platform.SetFaults(mockapi.Fault{Path: providertest.OperationPath, Kind: mockapi.FaultStatus,
					Status: status, Body: body})

				destroyed := current
				got := models.Run(t.Context(), &destroyed, nil, options)

				if !options.NoRefresh {
					providertest.AssertSummaries(t, got.Diagnostics, "WARNING: Promotion outcome unknown",
						"ERROR: Promotion outcome unknown")
				} else {
					providertest.AssertSummaries(t, got.Diagnostics, "ERROR: Promotion outcome unknown")
				}

				providertest.AssertMentions(t, got.Diagnostics, "was not deleted", "could not be determined",
					"terraform state rm", "import it")
				providertest.AssertEqual(t, "in the state", destroyed.State != nil, true)

				got = models.Run(t.Context(), &current, providertest.ModelConfig("m"), options)
				providertest.AssertSummaries(t, got.Diagnostics, "WARNING: Promotion outcome unknown")
				providertest.AssertMentions(t, got.Diagnostics, "stays in the state", "could not be determined")
				providertest.AssertEqual(t, "state", current.State["state"], "READY")

				models.ApplyWith(t, &current, nil, options, "ERROR: Promotion outcome unknown")
				providertest.AssertEqual(t, "deletions", platform.Traffic().Deleted, 0)
			})
		}
	}
}
