// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestPromotion_Asynchronous(t *testing.T) {
	t.Parallel()

	h := start(t, Options{PromotionTime: 30 * time.Second})

	var first promotionReply
	h.promote(latest, jobPromotion("m")).want(http.StatusOK).lacks("response").into(&first)

	if first.Operation == nil {
		t.Fatalf("no operation in the first response: %+v", first)
	}

	checkEqual(t, "model in the first response", first.Model, nil)
	checkEqual(t, "done", first.Operation.Done, false)

	m := h.mustModel("m")
	checkEqual(t, "state", m.State, "UPLOADING")
	checkEqual(t, "status", m.Status, nil)
	checkEqual(t, "kind", m.Kind, "HF_BASE_MODEL")

	if h.Promotions() != 1 {
		t.Errorf("%d promotions, want 1", h.Promotions())
	}

	for _, step := range []struct {
		wait time.Duration
		text string
		done bool
	}{
		{0, "Validating checkpoint", false},
		{9 * time.Second, "Validating checkpoint", false},
		{time.Second, "Copying files", false},
		{10 * time.Second, "Registering model", false},
		{10*time.Second - 1, "Registering model", false},
		{1, "Promotion finished", true},
	} {
		h.clock.advance(step.wait)

		op := h.operation(first.Operation.Name)
		checkEqual(t, "done after another "+step.wait.String(), op.Done, step.done)
		checkEqual(t, "status message after another "+step.wait.String(), op.Metadata.StatusMessage, step.text)
	}

	want := Model{
		Name: "accounts/demo/models/m", CreateTime: "2026-04-01T12:00:00Z", UpdateTime: "2026-04-01T12:00:30Z",
		State: "READY", Status: &Status{Code: "OK"}, Kind: "HF_BASE_MODEL", ContextLength: 131072, SupportsLora: true,
		BaseModelDetails: &BaseModelDetails{ModelType: "qwen3", ParameterCount: 8190735360},
	}
	if diff := cmp.Diff(want, h.mustModel("m")); diff != "" {
		t.Error(diff)
	}

	op := h.operation(first.Operation.Name)
	if op.Response == nil {
		t.Fatalf("no response in the finished operation: %+v", op)
	}

	checkEqual(t, "error", op.Error, nil)
	checkEqual(t, "type", op.Response.Type, "type.googleapis.com/gateway.Model")

	if diff := cmp.Diff(want, op.Response.Model); diff != "" {
		t.Error(diff)
	}
}

func TestPromotion_FinishedAtFirstPoll(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})

	var first promotionReply
	h.promote(latest, jobPromotion("m")).want(http.StatusOK).into(&first)

	if first.Operation.Done {
		t.Error("done in the first response")
	}

	if !h.operation(first.Operation.Name).Done {
		t.Error("not done at the first poll")
	}
}

func TestPromotion_LoRA(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	h.promote(loraLatest, jobPromotion("m")).want(http.StatusOK)
	m := h.mustModel("m")

	want := &PeftDetails{
		BaseModel: qwen, R: 32, BaseModelType: "qwen3",
		TargetModules: []string{"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"},
	}
	if diff := cmp.Diff(want, m.PeftDetails); diff != "" {
		t.Error(diff)
	}

	checkEqual(t, "kind", m.Kind, "HF_PEFT_ADDON")
	checkEqual(t, "base model details", m.BaseModelDetails, nil)
	checkEqual(t, "supports LoRA", m.SupportsLora, false)
	checkEqual(t, "context length", m.ContextLength, 131072)
}

func TestPromotion_ModelInFirstResponse(t *testing.T) {
	t.Parallel()

	h := start(t, Options{PromotionTime: time.Second})
	h.SetModelInPromotionResponse(true)

	var first promotionReply
	h.promote(latest, jobPromotion("m")).want(http.StatusOK).into(&first)

	if first.Operation == nil || first.Model == nil {
		t.Fatalf("got %+v", first)
	}

	checkEqual(t, "state", first.Model.State, "UPLOADING")
}

func TestPromotion_Rejected(t *testing.T) {
	t.Parallel()

	const demoModels = "accounts/demo/models/"

	for _, test := range []struct {
		field  string
		value  any // nil removes the field
		status int
		want   string
	}{
		{"display_name", "x", 400, `unknown field \"display_name\"`},
		{"baseModel", qwen, 400, `\"baseModel\"`},
		{"output_model", nil, 400, "output_model"},
		{"base_model", nil, 400, "base_model"},
		{"trainer_job_id", nil, 400, "trainer_job_id"},
		{"trainer_job_id", "sft-qwen3-8b", 400, "trainer_job_id"},
		{"trainer_job_id", "accounts/x/rlorTrainerJobs/j", 400, "trainer_job_id"},
		{"trainer_job_id", "accounts/demo/rlorTrainerJobs/no", 404, `"code":5,"message":"trainer job`},
		{"trainer_job_id", "accounts/demo/rlorTrainerJobs/expired-run", 404, "expired-run"},
		{"async_promotion", "yes", 400, "async_promotion"},
		{"hot_load_deployment_id", "d", 400, "hot_load_deployment_id"},
		{"output_model", "m", 400, "output_model"},
		{"output_model", "accounts/x/models/m", 400, "output_model"},
		{"output_model", demoModels + "taken", 409, "already exists"},
		{"output_model", demoModels + "My-model", 400, "characters"},
		{"output_model", demoModels + "a_b", 400, "characters"},
		{"output_model", demoModels + "a/b", 400, "characters"},
		{"output_model", demoModels, 400, "empty"},
		{"output_model", demoModels + strings.Repeat("a", 64), 400, "63"},
		{"base_model", "accounts/fireworks/models/nope", 400, "does not exist"},
		{"base_model", llama, 400, "does not match"},
		{"checkpoint", "step-1", 404, `checkpoint \"step-1\" not found`},
		{"checkpoint", "step-10-0a1b2c3d", 404, "not found"}, // of another job
		{"checkpoint", "step-200", 400, "not promotable"},
	} {
		h := start(t, Options{})
		h.PutModel(Model{Name: demoModels + "taken"})

		before, checkpoint, request := len(h.Models()), latest, jobPromotion("m")

		switch id, ok := test.value.(string); {
		case test.field == "checkpoint" && ok:
			checkpoint = id
		case test.value == nil:
			request = request.without(test.field)
		default:
			request = request.with(test.field, test.value)
		}

		h.promote(checkpoint, request).want(test.status, test.want)
		checkEqual(t, "models", len(h.Models()), before)
		checkEqual(t, "promotions", h.Promotions(), 0)
	}
}

func TestPromotion_InvalidBody(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	for _, body := range []string{"", "null", "[]", `"x"`, "{", "{} {}"} {
		h.do(http.MethodPost, "/v1/accounts/demo/checkpoints/c:promote", body).want(http.StatusBadRequest,
			"not a JSON object")
	}
}

func TestPromotion_InvalidModelIDOrphansCheckpoint(t *testing.T) {
	t.Parallel()

	for _, id := range []string{"", "a_b", strings.Repeat("a", 64)} {
		h := start(t, Options{})
		h.promote(latest, jobPromotion("m").with("base_model", llama)).want(http.StatusBadRequest)
		h.promote(latest, jobPromotion(id)).want(http.StatusBadRequest)
		h.promote(latest, jobPromotion("m")).want(http.StatusNotFound, `checkpoint \"`+latest+`\" not found in GCS`)
		h.get("/v1/"+sftJob+"/checkpoints").want(http.StatusOK, latest)
		h.promote(loraLatest, jobPromotion("m")).want(http.StatusOK)
	}
}

func TestPromotion_Accepted(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	h.promote("step-10-0a1b2c3d",
		jobPromotion("of-a-deleted-job").with("trainer_job_id", "accounts/demo/rlorTrainerJobs/deleted-run")).
		want(http.StatusOK)
	h.promote(latest, jobPromotion(strings.Repeat("a", 63))).want(http.StatusOK)
	h.promote(latest, jobPromotion("hot").with("hot_load_deployment_id",
		"accounts/demo/deployments/d")).want(http.StatusOK)

	if m := h.mustModel("hot"); m.State != "READY" {
		t.Errorf("the model is %s", m.State)
	}

	if h.Promotions() != 3 {
		t.Errorf("%d promotions, want 3", h.Promotions())
	}
}

func TestPromotion_AsyncFieldUnknown(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	h.SetAsyncPromotion(false)
	h.promote(latest, jobPromotion("m")).want(http.StatusBadRequest, `\"async_promotion\"`)
	h.promote(latest, jobPromotion("m").without("async_promotion")).want(http.StatusOK, `"model":{`,
		`"READY"`).lacks("operation")
	h.SetAsyncPromotion(true)
	h.promote(latest, jobPromotion("m2")).want(http.StatusOK, "operation")
}

func TestPromotion_Synchronous(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		s, err := New(Options{PromotionTime: time.Minute})
		if err != nil {
			t.Fatal(err)
		}

		h := &harness{Server: s, t: t}
		started := time.Now()

		responses := make(chan reply)
		go func() { responses <- h.promote(latest, jobPromotion("m").with("async_promotion", false)) }()

		<-time.After(59 * time.Second)

		if m := h.mustModel("m"); m.State != "UPLOADING" {
			t.Errorf("the model being promoted is %s", m.State)
		}

		(<-responses).want(http.StatusOK, `"READY"`)

		if elapsed := time.Since(started); elapsed != time.Minute {
			t.Errorf("took %s, want 1m", elapsed)
		}
	})
}

func TestPromotion_Session(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	path := "/v1/" + session + "/checkpoints/run-7f3a9c-step-20-2f3a4b5c:promote"
	h.do(http.MethodPost, path,
		`{"output_model":"accounts/demo/models/m","base_model":"`+qwen+`","async_promotion":true}`).
		want(http.StatusBadRequest, "async_promotion")
	h.do(http.MethodPost, path,
		`{"output_model":"accounts/demo/models/m","base_model":"`+qwen+`","trainer_job_id":"`+sftJob+`"}`).
		want(http.StatusBadRequest, "trainer_job_id")
	h.do(http.MethodPost, path,
		`{"output_model":"accounts/demo/models/m","base_model":"`+llama+`"}`).want(http.StatusBadRequest)
	h.do(http.MethodPost, path, `{"output_model":"accounts/demo/models/m","base_model":"`+qwen+`"}`).
		want(http.StatusOK, `"model":{`, `"HF_PEFT_ADDON"`, `"r":8`)
	h.do(http.MethodPost, strings.Replace(path, "serverless-1", "no", 1),
		`{"output_model":"accounts/demo/models/n","base_model":"`+qwen+`"}`).
		want(http.StatusNotFound)
}

func TestPromotion_Outcomes(t *testing.T) {
	t.Parallel()

	type want struct {
		done, response bool
		errorCode      int
		state          string // "" is no model
		status         string
		syncStatus     int
	}

	for name, test := range map[string]struct {
		outcome PromotionOutcome
		want    want
	}{
		"succeeds":                  {PromotionSucceeds, want{true, true, 0, "READY", "OK", 200}},
		"fails without a model":     {PromotionFailsWithoutModel, want{true, false, 13, "", "", 500}},
		"fails leaving a model":     {PromotionFailsLeavingModel, want{true, false, 13, "UPLOADING", "INTERNAL", 500}},
		"leaves a broken model":     {PromotionLeavesBrokenModel, want{true, true, 0, "FAILED", "INTERNAL", 200}},
		"succeeds without response": {PromotionSucceedsWithoutResponse, want{true, false, 0, "READY", "OK", 200}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			h := start(t, Options{PromotionTime: time.Second})
			h.SetPromotionOutcome(test.outcome)

			var first promotionReply
			h.promote(latest, jobPromotion("m")).want(http.StatusOK).into(&first)

			if m := h.mustModel("m"); m.State != "UPLOADING" {
				t.Errorf("the model being promoted is %s", m.State)
			}

			h.clock.advance(time.Second)
			op := h.operation(first.Operation.Name)

			got := want{done: op.Done, response: op.Response != nil}
			if op.Error != nil {
				got.errorCode = op.Error.Code
			}

			if m, ok := h.Model("accounts/demo/models/m"); ok {
				got.state, got.status = m.State, m.Status.Code
			}

			h.SetPromotionTime(0)

			got.syncStatus = h.promote(latest, jobPromotion("n").without("async_promotion")).status
			if got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestPromotion_Hangs(t *testing.T) {
	t.Parallel()

	h := start(t, Options{PromotionTime: time.Second})
	h.SetPromotionOutcome(PromotionHangs)

	var first promotionReply
	h.promote(latest, jobPromotion("m")).want(http.StatusOK).into(&first)
	h.clock.advance(1000 * time.Hour)

	op := h.operation(first.Operation.Name)
	checkEqual(t, "done", op.Done, false)
	checkEqual(t, "status message", op.Metadata.StatusMessage, "Copying files")

	h.FinishPromotions()

	op = h.operation(first.Operation.Name)
	if op.Response == nil {
		t.Fatalf("got %+v", op)
	}

	checkEqual(t, "done", op.Done, true)
	checkEqual(t, "state", op.Response.State, "READY")
}

func TestPromotion_SynchronousCanceled(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	h.SetPromotionOutcome(PromotionHangs)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()

	body := strings.NewReader(`{"output_model":"accounts/demo/models/m","trainer_job_id":"` + sftJob +
		`","base_model":"` + qwen + `"}`)
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/v1/accounts/demo/checkpoints/"+latest+":promote", body)
	r.Header.Set("X-Api-Key", "key")
	h.ServeHTTP(httptest.NewRecorder(), r)

	if m := h.mustModel("m"); m.State != "UPLOADING" {
		t.Errorf("the model is %s", m.State)
	}
}

func TestPromotion_ModelDeletedMeanwhile(t *testing.T) {
	t.Parallel()

	h := start(t, Options{PromotionTime: time.Second})

	var first promotionReply
	h.promote(latest, jobPromotion("m")).want(http.StatusOK).into(&first)
	h.do(http.MethodDelete, "/v1/accounts/demo/models/m", "").want(http.StatusOK)
	h.PutModel(Model{Name: "accounts/demo/models/m", State: "UPLOADING"})
	h.clock.advance(time.Second)

	op := h.operation(first.Operation.Name)
	if op.Error == nil {
		t.Fatalf("got %+v", op)
	}

	checkEqual(t, "code", op.Error.Code, 5)
	checkEqual(t, "status message", op.Metadata.StatusMessage, "Promotion failed")

	if m := h.mustModel("m"); m.State != "UPLOADING" {
		t.Error("the promotion finished not managed model")
	}
}

func TestOperation_NotFound(t *testing.T) {
	t.Parallel()

	start(t, Options{}).get("/v1/accounts/demo/operations/none").want(http.StatusNotFound, "operation")
}
