// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"context"
	"net/http"

	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// deployedModelSteps are the steps of the life of a deployed model.
func deployedModelSteps() []matrixStep {
	created, slow, described := createNow, slowRollout, configChange(providertest.Values{"description": "Second week"})
	inference := configChange(providertest.Values{"wait_for_inference": true})
	object := &matrixObject{stressedDeployedModel(), providertest.LoraConfig(nil), providertest.DeployedModelPath}

	return stepsOf(object, []matrixStep{
		{
			name: "plan: loaded models", method: http.MethodGet, path: providertest.DeployedModelsPath,
			act: (*matrixCell).planCreate,
		},
		{
			name: "plan: LoRA model", method: http.MethodGet, path: "/v1/" + providertest.SupportLoRA,
			act: (*matrixCell).planCreate,
		},
		{
			name: "plan: deployment", method: http.MethodGet, path: providertest.DeploymentPath,
			act: (*matrixCell).planCreate,
		},
		{
			name: "load: does it exist", method: http.MethodGet, path: providertest.DeployedModelsPath,
			prepare: planNow, act: (*matrixCell).apply,
		},
		{
			name: "load", method: http.MethodPost, path: providertest.DeployedModelsPath, prepare: planNow,
			act: (*matrixCell).apply,
		},
		{
			name: "load: wait", method: http.MethodGet, path: providertest.DeployedModelPath, after: http.MethodPost,
			prepare: both(slow, planNow), act: (*matrixCell).apply,
		},
		{
			name: "load: inference", method: http.MethodPost, path: completionsPath,
			prepare: both(inference, planNow), act: (*matrixCell).apply,
		},
		{
			name: "load: read", method: http.MethodGet, path: providertest.DeployedModelPath, prepare: created,
			act: (*matrixCell).read,
		},
		{
			name: "load: update", method: http.MethodPatch, path: providertest.DeployedModelPath,
			prepare: both(created, described, planNow), act: (*matrixCell).apply,
		},
		{
			name: "load: resume", method: http.MethodGet, path: providertest.DeployedModelPath,
			prepare: both(slow, interruptedCreation, planNow), act: (*matrixCell).apply,
		},
		{
			name: "unload", method: http.MethodDelete, path: providertest.DeployedModelPath, prepare: created,
			act: (*matrixCell).destroy, destroyed: true,
		},
		{
			name: "unload: wait", method: http.MethodGet, path: providertest.DeployedModelPath,
			after:   http.MethodDelete,
			prepare: both(created, slow), act: (*matrixCell).destroy, destroyed: true,
		},
		{
			name: "import: loaded", method: http.MethodGet, path: providertest.DeployedModelPath, prepare: created,
			act: (*matrixCell).importObject,
		},
	})
}

// routerSteps are the steps of the life of a router.
func routerSteps() []matrixStep {
	created := createNow
	slow := func(_ context.Context, c *matrixCell) { c.platform.SetRouterTime(matrixRollout) }
	swapped := configChange(providertest.Values{
		"deployments": []any{providertest.AddonsMember}, "strategy": "even_load",
	})
	object := &matrixObject{stressedRouter(), providertest.RouterConfig(nil), providertest.RouterPath}

	return stepsOf(object, []matrixStep{
		{
			name: "plan: router ID", method: http.MethodGet, path: providertest.RouterPath,
			act: (*matrixCell).planCreate,
		},
		{
			name: "plan: members", method: http.MethodGet, path: providertest.DeploymentsPath,
			act: (*matrixCell).planCreate,
		},
		{
			name: "route: does it exist", method: http.MethodGet, path: providertest.RouterPath, prepare: planNow,
			act: (*matrixCell).apply,
		},
		{
			name: "route", method: http.MethodPost, path: providertest.RoutersPath, prepare: planNow,
			act: (*matrixCell).apply,
		},
		{
			name: "route: wait", method: http.MethodGet, path: providertest.RouterPath, after: http.MethodPost,
			prepare: both(slow, planNow), act: (*matrixCell).apply,
		},
		{
			name: "route: read", method: http.MethodGet, path: providertest.RouterPath, prepare: created,
			act: (*matrixCell).read,
		},
		{
			name: "route: update", method: http.MethodPatch, path: providertest.RouterPath,
			prepare: both(created, swapped, planNow), act: (*matrixCell).apply,
		},
		{
			name: "route: update, wait", method: http.MethodGet, path: providertest.RouterPath, after: http.MethodPatch,
			prepare: both(created, slow, swapped, planNow), act: (*matrixCell).apply,
		},
		{
			name: "route: resume", method: http.MethodGet, path: providertest.RouterPath,
			prepare: both(slow, interruptedCreation, planNow), act: (*matrixCell).apply,
		},
		{
			name: "route: delete", method: http.MethodDelete, path: providertest.RouterPath, prepare: created,
			act: (*matrixCell).destroy, destroyed: true,
		},
		{
			name: "route: delete, wait", method: http.MethodGet, path: providertest.RouterPath,
			after: http.MethodDelete, prepare: both(created, slow), act: (*matrixCell).destroy, destroyed: true,
		},
		{
			name: "import: router", method: http.MethodGet, path: providertest.RouterPath, prepare: created,
			act: (*matrixCell).importObject,
		},
	})
}
