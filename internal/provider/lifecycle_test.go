package provider

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// TestRead_NotFoundOfProxy keeps the object in the state when a proxy in front of the API responds 404.
func TestRead_NotFoundOfProxy(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{})

	for typeName, object := range map[string]struct{ id, path string }{
		promotedModelType: {qwenBase, "/v1/accounts/*/models/*"},
		deploymentType:    {addonsDeployment, deploymentPath},
	} {
		p.SetFaults()

		process := p.protocol(t)
		imported := process.Import(t.Context(), typeName, object.id, nil)

		for name, body := range map[string]string{"page": "<html>not here</html>", "text": "404 page not found"} {
			p.SetFaults(mockapi.Fault{Method: http.MethodGet, Path: object.path, Kind: mockapi.FaultStatus, Status: 404, Body: body})

			got := process.Read(t.Context(), typeName, imported.stored)
			if got.State == nil || len(got.Diagnostics.Errors()) != 1 {
				t.Errorf("%s, %s: state %v\n%s", typeName, name, got.State, got.Diagnostics)
			}
		}

		// Before the first success, a "not found" of the API is confirmed by another request.
		p.SetFaults(
			mockapi.Fault{Method: http.MethodGet, Path: object.path, Kind: mockapi.FaultStatus, Status: 404},
			mockapi.Fault{Method: http.MethodGet, Path: "/v1/accounts", Kind: mockapi.FaultStatus, Status: 403},
		)

		if got := p.protocol(t).Read(t.Context(), typeName, imported.stored); got.State == nil {
			t.Errorf("%s: an unconfirmed 404 removed the object from the state", typeName)
		}
	}
}

// TestRead_LeftUsableState records a state that nothing waits for, with a warning and without an update.
func TestRead_LeftUsableState(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{})
	models := p.promotedModels(t)
	current := models.create(t, modelConfig("m"))

	model, _ := p.Model(demoModels + "m")
	model.State = "ARCHIVED"
	p.PutModel(model)

	got := models.Run(t.Context(), &current, modelConfig("m"), runOptions{})
	assertSummaries(t, got.Diagnostics, "WARNING: Object not usable")
	assertEqual(t, "action", got.Action, actionNone)
	assertEqual(t, "state", current.State["state"], "ARCHIVED")
}

// TestPromotion_TakenByOther removes a model from the state that became ready although the operation of the promotion
// failed.
func TestPromotion_TakenByOther(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{PromotionTime: time.Minute})
	p.SetPromotionOutcome(mockapi.PromotionFailsLeavingModel)
	p.onRequest(http.MethodGet, operationPath, 2, func(*http.Request) {
		p.clock.advance(time.Hour)

		model, _ := p.Model(demoModels + "m")
		model.State = "READY"
		p.PutModel(model)
	})

	var current instance

	got := p.promotedModels(t).Run(t.Context(), &current, modelConfig("m"), runOptions{})
	assertSummaries(t, got.Diagnostics, "ERROR: Promotion failed")
	assertMentions(t, got.Diagnostics, "something else created it", "import {")
	assertEqual(t, "in the state", current.State != nil, false)
}

// TestDelete_WhilePromoting waits for the promotion, so that the model does not appear after the deletion.
func TestDelete_WhilePromoting(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{PromotionTime: 5 * time.Minute})
	models := p.promotedModels(t)

	var current instance

	models.runInterrupted(t, p, &current, modelConfig("m"), interruption{path: operationPath, n: 1})
	started := p.clock.Now()

	got := models.Run(t.Context(), &current, nil, runOptions{})
	assertSummaries(t, got.Diagnostics)
	assertEqual(t, "in the state", current.State != nil, false)

	if waited := p.clock.Now().Sub(started); waited < 4*time.Minute {
		t.Errorf("the deletion waited %s", waited)
	}

	p.assertModels(t, 1, 1)
}

// TestTimeouts_Positive refuses timeouts that have expired before they start.
func TestTimeouts_Positive(t *testing.T) {
	t.Parallel()

	process := newPlatform(t, mockapi.Options{}).protocol(t)

	for typeName, config := range map[string]values{
		promotedModelType: modelConfig("m"), deploymentType: deploymentConfig(nil), deployedModelType: loraConfig(nil),
	} {
		limits := values{"create": "0s", "update": "-5m", "delete": "0"}
		got := process.Validate(t.Context(), typeName, with(config, values{"timeouts": limits}))

		if len(got.Errors()) != 3 || got.Errors()[0].Summary != summaryInvalidTimeout {
			t.Errorf("%s: %s", typeName, got)
		}
	}
}

// TestDelete_NeverReady deletes a deployment that never became ready in spite of its deletion policy, and no other one.
func TestDelete_NeverReady(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		outcome mockapi.DeploymentOutcome
		want    bool
	}{
		"creation failed": {mockapi.DeploymentFails, true},
		"ready":           {mockapi.DeploymentSucceeds, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := newPlatform(t, mockapi.Options{DeploymentTime: time.Minute})
			p.SetDeploymentOutcome(test.outcome)

			var current instance

			config := deploymentConfig(values{"deletion_policy": deletionPolicyPrevent})
			p.deployments(t).Run(t.Context(), &current, config, runOptions{})

			process := p.protocol(t)
			got := process.Apply(t.Context(), deploymentType, current.stored, planned{stored: stored{Identity: current.Identity}}, nil)

			if deleted := got.State == nil && len(got.Diagnostics.Errors()) == 0; deleted != test.want {
				t.Errorf("deleted: %t\n%s", deleted, got.Diagnostics)
			}
		})
	}
}

// TestRead_FailedPromotionOfReadyModel removes a model from the state that is ready although the operation of the
// interrupted promotion failed: something else created it.
func TestRead_FailedPromotionOfReadyModel(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{PromotionTime: time.Minute})
	p.SetPromotionOutcome(mockapi.PromotionFailsLeavingModel)

	var current instance

	p.promotedModels(t).runInterrupted(t, p, &current, modelConfig("m"), interruption{path: operationPath, n: 1})
	p.clock.advance(time.Hour)

	model, _ := p.Model(demoModels + "m")
	model.State = "READY"
	p.PutModel(model)

	got := p.protocol(t).Read(t.Context(), promotedModelType, current.stored)
	assertSummaries(t, got.Diagnostics, "WARNING: Promotion failed")
	assertMentions(t, got.Diagnostics, "created by something else", "import {")
	assertEqual(t, "in the state", got.State != nil, false)
}

// TestPromotion_ReplacedNameIsLate retries a 409 for the name of a model that this process has just deleted, and no other.
func TestPromotion_ReplacedNameIsLate(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		replace bool
		want    []string
	}{
		"replaced": {replace: true},
		"new":      {want: []string{"ERROR output_model_id: Model already exists"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := newPlatform(t, mockapi.Options{})
			models := p.promotedModels(t)

			var current instance
			if test.replace {
				current = models.create(t, modelConfig("m"))
			}

			p.SetFaults(mockapi.Fault{
				Method: http.MethodPost, Path: promotePath, Times: 3, Kind: mockapi.FaultStatus, Status: 409,
				Body: `{"code":6,"message":"model exists"}`,
			})

			got := models.Run(t.Context(), &current, modelConfig("m"), runOptions{Replace: test.replace})
			assertSummaries(t, got.Diagnostics.Errors(), test.want...)
		})
	}
}

// TestDeployedModel_ListIsLate loads a model again that lists still show after it was unloaded.
func TestDeployedModel_ListIsLate(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{})
	models := p.deployedModels(t)
	current := models.create(t, loraConfig(nil))

	p.SetListLag(time.Hour, 0)

	got := models.Run(t.Context(), &current, nil, runOptions{})
	assertSummaries(t, got.Diagnostics)

	got = models.Run(t.Context(), &current, loraConfig(nil), runOptions{})
	assertSummaries(t, got.Diagnostics)
	assertEqual(t, "state", current.State["state"], "DEPLOYED")
}

// TestDeployment_FailedRolloutServes asks before it deletes a deployment that serves although its last rollout failed.
func TestDeployment_FailedRolloutServes(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{DeploymentTime: time.Minute})
	deployments := p.deployments(t)
	current := deployments.create(t, deploymentConfig(nil))

	p.SetUpdateOutcome(mockapi.DeploymentFailsServing)

	got := deployments.Run(t.Context(), &current, deploymentConfig(values{"max_context_length": 8192}), runOptions{})
	assertSummaries(t, got.Diagnostics, "ERROR: Rollout of update failed")

	p.MarkInUse(chat)

	// A tainted deployment has no private state when it is deleted.
	for _, tainted := range []bool{false, true} {
		current.Tainted = tainted

		got = deployments.Run(t.Context(), &current, nil, runOptions{})
		assertSummaries(t, got.Diagnostics, "ERROR force_destroy: Deployment in use")
	}
}

// TestWait_Logs logs each change of what a deployment and a deployed model report, and the time since the start.
func TestWait_Logs(t *testing.T) {
	t.Parallel()

	for typeName, test := range map[string]struct {
		config  values
		message string
		states  []string
	}{
		deploymentType:    {deploymentConfig(nil), "Waiting for deployment", []string{"CREATING", "READY"}},
		deployedModelType: {loraConfig(nil), "Waiting for deployed model", []string{"DEPLOYING", "DEPLOYED"}},
	} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()

			p := newPlatform(t, mockapi.Options{DeploymentTime: 10 * time.Minute})
			core := p.deployments(t)
			core.typeName = typeName

			var (
				log     bytes.Buffer
				current instance
				states  []string
			)

			got := core.Run(tflogtest.RootLogger(t.Context(), &log), &current, test.config, runOptions{})
			assertSummaries(t, got.Diagnostics)

			lines, err := tflogtest.MultilineJSONDecode(&log)
			if err != nil {
				t.Fatal(err)
			}

			repeated := 0

			for _, line := range lines {
				if line["@message"] != test.message {
					continue
				}

				assertEqual(t, "level", line["@level"], "info")

				if state, _ := line["state"].(string); len(states) == 0 || states[len(states)-1] != state {
					states = append(states, state)
				} else {
					repeated++
				}

				if line["elapsed"] == nil {
					t.Errorf("without the time: %v", line)
				}
			}

			assertEqual(t, "states", strings.Join(states, " "), strings.Join(test.states, " "))

			if repeated < 2 || repeated > 12 {
				t.Errorf("logged %d times without news, want about once a minute", repeated)
			}
		})
	}
}
