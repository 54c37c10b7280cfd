package provider

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// refusals are promotions that end without a model in the state. The next apply must converge once the cause is removed.
var refusals = []struct {
	name    string
	arrange func(*platform)
	mend    func(*platform)
	want    []string
	mention []string
	traffic traffic
}{
	{
		name: "a model of the name appears between the check and the request",
		arrange: func(p *platform) {
			p.onRequest(http.MethodPost, promotePath, 1,
				func(*http.Request) { p.PutModel(mockapi.Model{Name: demoModels + "m", Description: "strange"}) })
		},
		mend:    func(p *platform) { p.RemoveModel(demoModels + "m") },
		want:    []string{"ERROR output_model_id: Model already exists"},
		mention: []string{"409 Conflict", `id = "accounts/demo/models/m"`, "Nothing was promoted or changed."},
		traffic: traffic{Requested: 1, Listed: 2},
	},
	{
		name: "a model of the name appears between the plan and the check",
		arrange: func(p *platform) {
			p.onRequest(http.MethodGet, modelPath, 3,
				func(*http.Request) { p.PutModel(mockapi.Model{Name: demoModels + "m", Description: "strange"}) })
		},
		mend:    func(p *platform) { p.RemoveModel(demoModels + "m") },
		want:    []string{"ERROR output_model_id: Model already exists"},
		mention: []string{`id = "accounts/demo/models/m"`, "Nothing was promoted or changed."},
		traffic: traffic{Listed: 2},
	},
	{
		name:    "the operation fails and takes the model away",
		arrange: func(p *platform) { p.SetPromotionOutcome(mockapi.PromotionFailsWithoutModel) },
		mend:    func(p *platform) { p.SetPromotionOutcome(mockapi.PromotionSucceeds) },
		want:    []string{"ERROR: Promotion failed"},
		mention: []string{
			"copying the checkpoint files failed: object storage returned an internal error (code 13, INTERNAL)",
			"left no model",
		},
		traffic: traffic{Requested: 1, Promoted: 1, Listed: 2},
	},
	{
		name: "every response is lost",
		arrange: func(p *platform) {
			p.SetFaults(mockapi.Fault{Method: http.MethodPost, Path: promotePath, Kind: mockapi.FaultStatus, Status: 502})
		},
		mend:    func(p *platform) { p.SetFaults() },
		want:    []string{"ERROR: Promotion outcome unknown"},
		mention: []string{"502 Bad Gateway", "Plan again"},
		traffic: traffic{Requested: 9, Listed: 2},
	},
	{
		name: "the checkpoint is refused",
		arrange: func(p *platform) {
			p.onRequest(http.MethodPost, promotePath, 1, func(*http.Request) { p.RemoveJob(sftJob) })
		},
		mend: func(p *platform) {
			p.PutCheckpoint(sftJob, mockapi.Checkpoint{Name: "step-200-5e6f7a8b", Promotable: true})
		},
		want:    []string{"ERROR: Checkpoint not promoted"},
		mention: []string{"404 Not Found", "30 days"},
		traffic: traffic{Requested: 1, Listed: 2},
	},
	{
		name: "the platform refuses the promotion",
		arrange: func(p *platform) {
			p.SetFaults(
				mockapi.Fault{
					Method: http.MethodPost,
					Path:   promotePath,
					Kind:   mockapi.FaultStatus,
					Status: 400,
					Body:   `{"code":3,"message":"checkpoint is being written"}`,
				},
			)
		},
		mend:    func(p *platform) { p.SetFaults() },
		want:    []string{"ERROR: Checkpoint not promoted"},
		mention: []string{"checkpoint is being written", "fireworks_checkpoints"},
		traffic: traffic{Requested: 1, Listed: 2},
	},
	{
		name: "the key may not promote",
		arrange: func(p *platform) {
			p.SetFaults(mockapi.Fault{Method: http.MethodPost, Path: promotePath, Kind: mockapi.FaultStatus, Status: 403})
		},
		mend:    func(p *platform) { p.SetFaults() },
		want:    []string{"ERROR: Checkpoint not promoted"},
		mention: []string{"403 Forbidden"},
		traffic: traffic{Requested: 1, Listed: 2},
	},
	{
		name: "the model is removed during the promotion",
		arrange: func(p *platform) {
			p.onRequest(http.MethodGet, operationPath, 2, func(*http.Request) { p.RemoveModel(demoModels + "m") })
		},
		mend:    func(p *platform) { p.OnRequest(nil) },
		want:    []string{"ERROR: Promotion failed"},
		mention: []string{"the model was deleted while it was being promoted", "left no model"},
		traffic: traffic{Requested: 1, Promoted: 1, Listed: 2},
	},
}

func TestPromotionFailure_NoModel(t *testing.T) {
	t.Parallel()

	for _, test := range refusals {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			platform := newPlatform(t, mockapi.Options{PromotionTime: time.Minute})
			models := platform.promotedModels(t)
			test.arrange(platform)

			var current instance

			got := models.Run(t.Context(), &current, modelConfig("m"), runOptions{})
			assertSummaries(t, got.Diagnostics, test.want...)
			assertMentions(t, got.Diagnostics, test.mention...)
			platform.assertTraffic(t, test.traffic)

			if current.State != nil {
				t.Errorf("unexpected state: %v", current.State)
			}

			assertEqual(t, "tainted", current.Tainted, false)

			if model, ok := platform.Model(demoModels + "m"); ok && model.Description != "strange" {
				t.Errorf("a model is left behind: %v", model)
			}

			test.mend(platform)
			assertConverges(t, models, &current, modelConfig("m"), actionCreate)
		})
	}
}

// failures are promotions that leave a model behind which is in the state and marked as tainted: the next apply replaces it.
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
			platform := newPlatform(t, mockapi.Options{PromotionTime: time.Minute})
			platform.SetPromotionOutcome(test.outcome)
			models := platform.promotedModels(t)

			var current instance

			got := models.Run(t.Context(), &current, modelConfig("m"), runOptions{})
			assertSummaries(t, got.Diagnostics, test.want)
			assertMentions(t, got.Diagnostics, test.mention...)
			platform.assertTraffic(t, traffic{Requested: 1, Promoted: 1, Listed: 2})

			assertEqual(t, "tainted", current.Tainted, true)
			assertEqual(t, "id", current.State["id"], demoModels+"m")

			platform.SetPromotionOutcome(mockapi.PromotionSucceeds)
			assertConverges(t, models, &current, modelConfig("m"), actionReplace)

			assertEqual(t, "promotion requests", platform.traffic().Requested, 2)
			platform.assertModels(t, 2, 1)
		})
	}
}

// A resource whose promotion failed is replaced even after the user untainted it.
func TestPromotionFailure_ReplacedAfterUntaint(t *testing.T) {
	t.Parallel()
	platform := newPlatform(t, mockapi.Options{PromotionTime: time.Minute})
	platform.SetPromotionOutcome(mockapi.PromotionFailsLeavingModel)
	models := platform.promotedModels(t)

	var current instance
	models.Run(t.Context(), &current, modelConfig("m"), runOptions{})
	current.Tainted = false

	platform.SetPromotionOutcome(mockapi.PromotionSucceeds)

	got := models.Run(t.Context(), &current, modelConfig("m"), runOptions{PlanOnly: true})
	assertSummaries(t, got.Diagnostics, "WARNING state: Replacing model of failed promotion")
	assertConverges(t, models, &current, modelConfig("m"), actionReplace)

	platform.assertModels(t, 2, 1)
}

func TestPromotion_OtherServers(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		arrange   func(*platform)
		requested int
	}{
		"async_promotion is not known":          {func(p *platform) { p.SetAsyncPromotion(false); p.SetPromotionTime(0) }, 2},
		"the first response contains the model": {func(p *platform) { p.SetModelInPromotionResponse(true) }, 1},
		"the operation ends without a response": {func(p *platform) { p.SetPromotionOutcome(mockapi.PromotionSucceedsWithoutResponse) }, 1},
		"response format of older servers":      {func(p *platform) { p.SetLegacyWire(true) }, 1},
		"the operation cannot be read by this key": {func(p *platform) {
			p.SetFaults(mockapi.Fault{Path: operationPath, Kind: mockapi.FaultStatus, Status: 403})
		}, 1},
		"the operation is forgotten": {func(p *platform) {
			p.SetFaults(mockapi.Fault{Path: operationPath, Match: 3, Kind: mockapi.FaultStatus, Status: 404})
		}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			platform := newPlatform(t, mockapi.Options{PromotionTime: time.Minute})
			test.arrange(platform)
			models := platform.promotedModels(t)

			var current instance

			got := models.Run(t.Context(), &current, modelConfig("m"), runOptions{})
			assertSummaries(t, got.Diagnostics)
			platform.assertTraffic(t, traffic{Requested: test.requested, Promoted: 1, Listed: 2})

			assertEqual(t, "state", current.State["state"], "READY")
			assertEqual(t, "context_length", current.State["context_length"], int64(131072))
			// Only its operation says that a promotion has succeeded.
			assertEqual(t, "has a pending operation", pendingOperationName(t, current.Private) != "", strings.HasPrefix(name, "the operation is") ||
				strings.HasPrefix(name, "the operation cannot"))

			if got := models.Run(t.Context(), &current, modelConfig("m"), runOptions{}); got.Action != actionNone {
				t.Errorf("the plan after it: %s\n%s", got.Action, got.Diagnostics)
			}
		})
	}
}

func TestPromotion_MetadataNotSet(t *testing.T) {
	t.Parallel()
	platform := newPlatform(t, mockapi.Options{})
	platform.SetFaults(mockapi.Fault{Method: http.MethodPatch, Path: modelPath, Times: 1, Kind: mockapi.FaultStatus, Status: 403})
	models := platform.promotedModels(t)
	config := with(modelConfig("m"), values{"display_name": "M", "description": "d", "public": true})

	var current instance

	got := models.Run(t.Context(), &current, config, runOptions{})
	assertSummaries(t, got.Diagnostics, "WARNING: Model metadata not set")
	assertMentions(t, got.Diagnostics, "403 Forbidden", "The model is kept")
	platform.assertTraffic(t, traffic{Requested: 1, Promoted: 1, Patched: 1, Listed: 2})

	assertEqual(t, "tainted", current.Tainted, false)
	assertEqual(t, "display_name", current.State["display_name"], "M")
	assertEqual(t, "public", current.State["public"], true)
	assertEqual(t, "state", current.State["state"], "READY")

	assertConverges(t, models, &current, config, actionUpdate)
	platform.assertTraffic(t, traffic{Requested: 1, Promoted: 1, Patched: 2, Listed: 2})

	model, _ := platform.Model(demoModels + "m")
	assertEqual(t, "display name", model.DisplayName, "M")
	assertEqual(t, "description", model.Description, "d")
	assertEqual(t, "public", model.Public, true)
}

// The wait for a model that does not appear after a finished promotion ends long before the timeout.
func TestPromotion_DoneWithoutModel(t *testing.T) {
	t.Parallel()
	platform := newPlatform(t, mockapi.Options{PromotionTime: time.Minute})
	platform.SetPromotionOutcome(mockapi.PromotionSucceedsWithoutResponse)
	platform.afterPromotionRequest(mockapi.Fault{Method: http.MethodGet, Path: modelPath, Kind: mockapi.FaultStatus, Status: 404})

	var current instance

	start := platform.clock.Now()
	got := platform.promotedModels(t).Run(t.Context(), &current, modelConfig("m"), runOptions{})
	assertSummaries(t, got.Diagnostics, "ERROR: Promotion failed")
	assertMentions(t, got.Diagnostics, "the model does not exist")

	assertEqual(t, "in the state", current.State != nil, false)

	waited := platform.clock.Now().Sub(start) - time.Minute
	if waited < stateGracePeriod || waited > 2*stateGracePeriod {
		t.Errorf("waited %s after the promotion, want one to two times %s", waited, stateGracePeriod)
	}
}

// The next apply resumes the wait also without a refresh.
func TestPromotion_ResumeWithoutRefresh(t *testing.T) {
	t.Parallel()
	platform := newPlatform(t, mockapi.Options{})
	platform.SetPromotionOutcome(mockapi.PromotionHangs)
	models := platform.promotedModels(t)
	config := with(modelConfig("m"), values{"display_name": "M"})

	var current instance

	models.runInterrupted(t, platform, &current, config, interruption{path: operationPath, n: 1})
	platform.FinishPromotions()

	got := models.Run(t.Context(), &current, config, runOptions{NoRefresh: true})
	assertSummaries(t, got.Diagnostics)
	assertEqual(t, "action", got.Action, actionUpdate)
	assertEqual(t, "state", current.State["state"], "READY")

	platform.assertTraffic(t, traffic{Requested: 1, Promoted: 1, Patched: 1, Listed: 2})
}

// An ID that only the apply knows is not sent when it is invalid: the platform would destroy the files of the checkpoint.
func TestPromotion_InvalidID(t *testing.T) {
	t.Parallel()
	platform := newPlatform(t, mockapi.Options{})
	process := platform.protocol(t)
	plan := process.Plan(t.Context(), promotedModelType, stored{}, with(modelConfig(""), values{"output_model_id": unknown}))
	assertSummaries(t, plan.Diagnostics)
	platform.ResetRequests()

	plan.State["output_model_id"] = "Not_Valid"
	result := platform.protocol(t).Apply(t.Context(), promotedModelType, stored{}, plan, modelConfig("Not_Valid"))
	assertSummaries(t, result.Diagnostics, "ERROR output_model_id: Invalid output model ID")

	if result.State != nil {
		t.Errorf("unexpected state: %v", result.State)
	}

	assertEqual(t, "requests", len(platform.Requests()), 0)
}

// A model that existed before the create is never adopted, even when the response is lost.
func TestPromotion_ModelOfOtherCreator(t *testing.T) {
	t.Parallel()
	platform := newPlatform(t, mockapi.Options{})
	process := platform.protocol(t)
	plan := process.Plan(t.Context(), promotedModelType, stored{}, modelConfig("m"))

	platform.PutModel(mockapi.Model{Name: demoModels + "m"})
	platform.SetFaults(mockapi.Fault{Method: http.MethodPost, Kind: mockapi.FaultResetAfter})

	result := process.Apply(t.Context(), promotedModelType, stored{}, plan, modelConfig("m"))
	assertSummaries(t, result.Diagnostics, "ERROR output_model_id: Model already exists")
	platform.assertTraffic(t, traffic{Listed: 1})

	if result.State != nil {
		t.Errorf("got %v", result.State)
	}
}
