package provider

import (
	"net/http"
	"path"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// matrixDeployedModel is the deployed model of the matrix. Its ID is chosen by the platform.
func matrixDeployedModel() *matrixObject {
	find := func(p *mockapi.Server) (found mockapi.DeployedModel) {
		for _, d := range p.DeployedModels() {
			if d.Model == supportLoRA && d.Deployment == addonsDeployment {
				found = d
			}
		}

		return found
	}

	return &matrixObject{
		typeName:  deployedModelType,
		importID:  func(p *mockapi.Server) string { return path.Base(find(p).Name) },
		config:    loraConfig(nil),
		exists:    func(p *mockapi.Server) bool { return find(p).Name != "" },
		creations: func(p *mockapi.Server) int { return p.DeployedModelsCreated(supportLoRA) },
		differences: func(state values, p *mockapi.Server) []string {
			loaded := find(p)

			return stateDifferences(state, values{
				"id": loaded.Name, "model": loaded.Model, "deployment": loaded.Deployment, "state": loaded.State,
				"default": loaded.Default, "create_time": loaded.CreateTime,
			})
		},
		existsSummary: summaryModelAlreadyLoaded,
		reports: []string{
			summaryModelAlreadyLoaded, summaryLoadOutcomeUnknown, summaryLoadInterruptedBefore, summaryLoadTimedOutBefore,
		},
	}
}

// deployedModelSteps are the steps of the life of a deployed model.
func deployedModelSteps() []matrixStep {
	created, slow, described := createNow, slowRollout, configChange(values{"description": "Second week"})

	return stepsOf(matrixDeployedModel(), []matrixStep{
		{name: "plan: loaded models", method: http.MethodGet, path: deployedModelsPath, act: (*matrixCell).planCreate},
		{name: "plan: LoRA model", method: http.MethodGet, path: "/v1/" + supportLoRA, act: (*matrixCell).planCreate},
		{name: "plan: deployment", method: http.MethodGet, path: deploymentPath, act: (*matrixCell).planCreate},
		{name: "load: does it exist", method: http.MethodGet, path: deployedModelsPath, prepare: planNow, act: (*matrixCell).apply},
		{name: "load", method: http.MethodPost, path: deployedModelsPath, prepare: planNow, act: (*matrixCell).apply},
		{
			name: "load: wait", method: http.MethodGet, path: deployedModelPath, after: http.MethodPost,
			prepare: both(slow, planNow), act: (*matrixCell).apply,
		},
		{name: "load: read", method: http.MethodGet, path: deployedModelPath, prepare: created, act: (*matrixCell).read},
		{
			name: "load: update", method: http.MethodPatch, path: deployedModelPath,
			prepare: both(created, described, planNow), act: (*matrixCell).apply,
		},
		{
			name: "load: resume", method: http.MethodGet, path: deployedModelPath,
			prepare: both(slow, interruptedCreation, planNow), act: (*matrixCell).apply,
		},
		{
			name: "unload", method: http.MethodDelete, path: deployedModelPath, prepare: created,
			act: (*matrixCell).destroy, destroyed: true,
		},
		{
			name: "unload: wait", method: http.MethodGet, path: deployedModelPath, after: http.MethodDelete,
			prepare: both(created, slow), act: (*matrixCell).destroy, destroyed: true,
		},
		{name: "import: loaded", method: http.MethodGet, path: deployedModelPath, prepare: created, act: (*matrixCell).importObject},
	})
}
