package provider

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// matrixModel is the promoted model of the matrix.
func matrixModel() *matrixObject {
	const name = demoModels + "matrix"

	return &matrixObject{
		typeName: promotedModelType,
		importID: func(*mockapi.Server) string { return "matrix" },
		config:   modelConfig("matrix"),
		exists: func(p *mockapi.Server) bool {
			_, exists := p.Model(name)
			return exists
		},
		creations: func(p *mockapi.Server) int { return p.PromotionsOf(name) },
		differences: func(state values, p *mockapi.Server) []string {
			model, _ := p.Model(name)
			return differencesFromTruth(state, model)
		},
		existsSummary: summaryModelExists,
		reports:       reportsOfAModel,
	}
}

// promotedModelSteps are the steps of the life of a promoted model.
func promotedModelSteps() []matrixStep {
	model := matrixModel()

	const sessionPromotePath = "/v1/accounts/*/trainingSessions/*/checkpoints/*:promote"

	created := func(ctx context.Context, c *matrixCell) { c.mustBeCalm(c.run(ctx, runOptions{}).Diagnostics) }
	relabelled := func(ctx context.Context, c *matrixCell) {
		created(ctx, c)
		c.config = with(c.config, values{"display_name": "Another", "public": true})
	}
	noModelInAnswers := func(_ context.Context, c *matrixCell) {
		c.platform.SetPromotionOutcome(mockapi.PromotionSucceedsWithoutResponse)
	}
	labelled := func(_ context.Context, c *matrixCell) {
		c.config = with(c.config, values{"display_name": "One", "description": "Two", "public": true})
	}
	vanishing := func(ctx context.Context, c *matrixCell) {
		created(ctx, c)
		c.platform.SetDeletionTime(3 * time.Second)
	}
	steps := []matrixStep{
		{name: "plan: checkpoint", method: http.MethodGet, path: listingPath, act: (*matrixCell).planCreate},
		{name: "plan: model ID", method: http.MethodGet, path: modelPath, act: (*matrixCell).planCreate},
		{name: "plan: base model", method: http.MethodGet, path: baseModelPath, act: (*matrixCell).planCreate},
		{name: "create: is it there", method: http.MethodGet, path: modelPath, prepare: planNow, act: (*matrixCell).apply},
		{name: "create: promotion", method: http.MethodPost, path: promotePath, prepare: planNow, act: (*matrixCell).apply},
		{
			name:    "create: of a session",
			method:  http.MethodPost,
			path:    sessionPromotePath,
			prepare: both(fromSession, planNow),
			act:     (*matrixCell).apply,
		},
		{name: "create: operation", method: http.MethodGet, path: operationPath, prepare: planNow, act: (*matrixCell).apply},
		{
			name:    "create: model",
			method:  http.MethodGet,
			path:    modelPath,
			after:   http.MethodPost,
			prepare: both(noModelInAnswers, planNow),
			act:     (*matrixCell).apply,
		},
		{name: "create: labels", method: http.MethodPatch, path: modelPath, prepare: both(labelled, planNow), act: (*matrixCell).apply},
		{name: "read", method: http.MethodGet, path: modelPath, prepare: created, act: (*matrixCell).read},
		{name: "update: labels", method: http.MethodPatch, path: modelPath, prepare: both(relabelled, planNow), act: (*matrixCell).apply},
		{name: "resume: operation", method: http.MethodGet, path: operationPath, prepare: both(interrupted, planNow), act: (*matrixCell).apply},
		{
			name:    "resume: model",
			method:  http.MethodGet,
			path:    modelPath,
			prepare: both(noModelInAnswers, interrupted, planNow),
			act:     (*matrixCell).apply,
		},
		{name: "delete", method: http.MethodDelete, path: modelPath, prepare: created, act: (*matrixCell).destroy, destroyed: true},
		{
			name:      "delete: wait",
			method:    http.MethodGet,
			path:      modelPath,
			after:     http.MethodDelete,
			prepare:   vanishing,
			act:       (*matrixCell).destroy,
			destroyed: true,
		},
		{name: "import: account", method: http.MethodGet, path: "/v1/accounts", prepare: created, act: (*matrixCell).importObject},
		{name: "import: model", method: http.MethodGet, path: modelPath, prepare: created, act: (*matrixCell).importObject},
	}

	return stepsOf(model, steps)
}

// stepsOf sets the object of the steps.
func stepsOf(object *matrixObject, steps []matrixStep) []matrixStep {
	for i := range steps {
		steps[i].object = object
	}

	return steps
}

func planNow(ctx context.Context, c *matrixCell) {
	c.plan = c.process().Plan(ctx, c.step.object.typeName, c.current.stored, c.config)
	c.mustBeCalm(c.plan.Diagnostics)
}

func fromSession(_ context.Context, c *matrixCell) {
	c.config = with(c.config, values{"checkpoint_name": sessionCheckpoint})
}

// interrupted leaves a promotion to be waited for, which has ended in the meantime.
func interrupted(ctx context.Context, c *matrixCell) {
	const took = time.Minute
	c.platform.SetPromotionTime(took)
	planNow(ctx, c)
	ctx, cancel := context.WithCancel(ctx)

	c.platform.OnRequest(func(r *http.Request) {
		if strings.Contains(r.URL.Path, "/operations/") {
			cancel()
		}
	})
	result := c.process().Apply(ctx, c.step.object.typeName, c.current.stored, c.plan, c.config)
	c.mustBeCalm(result.Diagnostics.Errors())
	c.platform.OnRequest(nil)
	c.current = instance{stored: result.stored}

	time.Sleep(took) //nolint:forbidigo // Virtual time.
}
