// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"net/http"
	"path"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// matrixDeployedModel is the deployed model of the matrix. Its ID is chosen by the platform.
func matrixDeployedModel() *matrixObject {
	find := func(p *mockapi.Server) (found mockapi.DeployedModel) {
		for _, d := range p.DeployedModels() {
			if d.Model == providertest.SupportLoRA && d.Deployment == providertest.AddonsDeployment {
				found = d
			}
		}

		return found
	}

	return &matrixObject{
		typeName:  providerdata.DeployedModelType,
		importID:  func(p *mockapi.Server) string { return path.Base(find(p).Name) },
		config:    providertest.LoraConfig(nil),
		exists:    func(p *mockapi.Server) bool { return find(p).Name != "" },
		creations: func(p *mockapi.Server) int { return p.DeployedModelsCreated(providertest.SupportLoRA) },
		differences: func(state providertest.Values, p *mockapi.Server) []string {
			loaded := find(p)

			return stateDifferences(state, providertest.Values{
				"id": loaded.Name, "model": loaded.Model, "deployment": loaded.Deployment, "state": loaded.State,
				"default": loaded.Default, "create_time": loaded.CreateTime,
			})
		},
		existsSummary: diagnostic.SummaryModelAlreadyLoaded,
		reports: []string{
			diagnostic.SummaryModelAlreadyLoaded, diagnostic.SummaryLoadOutcomeUnknown,
			diagnostic.SummaryLoadInterruptedBefore, diagnostic.SummaryLoadTimedOutBefore,
		},
	}
}

// deployedModelSteps are the steps of the life of a deployed model.
func deployedModelSteps() []matrixStep {
	created, slow, described := createNow, slowRollout, configChange(providertest.Values{"description": "Second week"})

	return stepsOf(matrixDeployedModel(), []matrixStep{
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
