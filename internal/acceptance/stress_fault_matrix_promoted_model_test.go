// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// promotedModelSteps are the steps of the life of a promoted model.
func promotedModelSteps() []matrixStep {
	model := &matrixObject{stressedModel(), providertest.ModelConfig("matrix"), providertest.ModelPath}

	const sessionPromotePath = "/v1/accounts/*/trainingSessions/*/checkpoints/*:promote"

	created := createNow
	changed := both(created, configChange(providertest.Values{"display_name": "Another", "public": true}))
	noModelInResponse := func(_ context.Context, c *matrixCell) {
		c.platform.SetPromotionOutcome(mockapi.PromotionSucceedsWithoutResponse)
	}
	withMetadata := configChange(providertest.Values{"display_name": "One", "description": "Two", "public": true})
	slowDeletion := func(ctx context.Context, c *matrixCell) {
		created(ctx, c)
		c.platform.SetDeletionTime(3 * time.Second)
	}
	steps := []matrixStep{
		{
			name: "plan: checkpoint", method: http.MethodGet, path: providertest.ListingPath,
			act: (*matrixCell).planCreate,
		},
		{name: "plan: model ID", method: http.MethodGet, path: providertest.ModelPath, act: (*matrixCell).planCreate},
		{
			name: "plan: base model", method: http.MethodGet, path: providertest.BaseModelPath,
			act: (*matrixCell).planCreate,
		},
		{
			name: "create: does it exist", method: http.MethodGet, path: providertest.ModelPath, prepare: planNow,
			act: (*matrixCell).apply,
		},
		{
			name: "create: promotion", method: http.MethodPost, path: providertest.PromotePath, prepare: planNow,
			act: (*matrixCell).apply,
		},
		{
			name:   "create: of a session",
			method: http.MethodPost,
			path:   sessionPromotePath,
			prepare: both(configChange(providertest.Values{"checkpoint_name": providertest.SessionCheckpoint}),
				planNow),
			act: (*matrixCell).apply,
		},
		{
			name: "create: operation", method: http.MethodGet, path: providertest.OperationPath, prepare: planNow,
			act: (*matrixCell).apply,
		},
		{
			name:    "create: model",
			method:  http.MethodGet,
			path:    providertest.ModelPath,
			after:   http.MethodPost,
			prepare: both(noModelInResponse, planNow),
			act:     (*matrixCell).apply,
		},
		{
			name: "create: metadata", method: http.MethodPatch, path: providertest.ModelPath,
			prepare: both(withMetadata, planNow), act: (*matrixCell).apply,
		},
		{name: "read", method: http.MethodGet, path: providertest.ModelPath, prepare: created, act: (*matrixCell).read},
		{
			name: "update: metadata", method: http.MethodPatch, path: providertest.ModelPath,
			prepare: both(changed, planNow), act: (*matrixCell).apply,
		},
		{
			name: "resume: operation", method: http.MethodGet, path: providertest.OperationPath,
			prepare: both(interrupted, planNow), act: (*matrixCell).apply,
		},
		{
			name:    "resume: model",
			method:  http.MethodGet,
			path:    providertest.ModelPath,
			prepare: both(noModelInResponse, interrupted, planNow),
			act:     (*matrixCell).apply,
		},
		{
			name: "delete", method: http.MethodDelete, path: providertest.ModelPath, prepare: created,
			act: (*matrixCell).destroy, destroyed: true,
		},
		{
			name:      "delete: wait",
			method:    http.MethodGet,
			path:      providertest.ModelPath,
			after:     http.MethodDelete,
			prepare:   slowDeletion,
			act:       (*matrixCell).destroy,
			destroyed: true,
		},
		{
			name: "import: account", method: http.MethodGet, path: "/v1/accounts", prepare: created,
			act: (*matrixCell).importObject,
		},
		{
			name: "import: model", method: http.MethodGet, path: providertest.ModelPath, prepare: created,
			act: (*matrixCell).importObject,
		},
	}

	return stepsOf(model, steps)
}

// stepsOf sets the object of the steps, and adds those that every resource has.
func stepsOf(object *matrixObject, steps []matrixStep) []matrixStep {
	steps = append(steps, matrixStep{
		name: "rename: " + strings.TrimPrefix(object.typeName, "fireworks_"), method: http.MethodGet, path: object.read,
		prepare: createNow, act: (*matrixCell).rename,
	})

	for i := range steps {
		steps[i].object = object
	}

	return steps
}

// interrupted interrupts the wait for a promotion, which finishes before the next apply resumes the wait.
func interrupted(ctx context.Context, c *matrixCell) {
	const took = time.Minute
	c.platform.SetPromotionTime(took)
	c.interruptedApply(ctx, func(r *http.Request) bool { return strings.Contains(r.URL.Path, "/operations/") })

	time.Sleep(took) //nolint:forbidigo // Virtual time.
}
