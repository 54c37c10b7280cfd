package provider

import (
	"net/http"
	"testing"
	"time"

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
