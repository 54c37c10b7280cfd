// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"context"
	"net/http"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// matrixRollout is how long creating and updating a deployment takes, in virtual time.
const matrixRollout = 20 * time.Second

// deploymentSteps are the steps of the life of a deployment.
func deploymentSteps() []matrixStep {
	const (
		setTagsPath    = providertest.DeploymentPath + ":setTags"
		deleteTagsPath = providertest.DeploymentPath + ":deleteTags"
	)

	created, slow := createNow, slowRollout
	scaled := configChange(providertest.Values{"max_replica_count": int64(3), "enable_session_affinity": true})
	otherShape := configChange(providertest.Values{"deployment_shape": providertest.FastShape})
	tagged := configChange(providertest.Values{"tags": providertest.Values{"team": "search", "stage": "test"}})
	retagged := configChange(providertest.Values{"tags": providertest.Values{"team": "search", "owner": "ops"}})

	inference := configChange(providertest.Values{"wait_for_inference": true})
	scheduled := configChange(providertest.Values{"autoscaling_policy": providertest.PolicyValues(
		providertest.Values{"scaling_schedules": providertest.Values{"day": stressSchedule(1)}})})
	soft := configChange(providertest.Values{"soft_delete": true})
	protected := configChange(providertest.Values{"deletion_policy": "PREVENT"})
	object := &matrixObject{
		stressedDeployment(), providertest.DeploymentConfig(providertest.Values{"deployment_id": "matrix"}),
		providertest.DeploymentPath,
	}

	return stepsOf(object, []matrixStep{
		{
			name: "plan: deployment ID", method: http.MethodGet, path: providertest.DeploymentPath,
			act: (*matrixCell).planCreate,
		},
		{
			name: "plan: base model", method: http.MethodGet, path: providertest.BaseModelPath,
			act: (*matrixCell).planCreate,
		},
		{name: "plan: shape", method: http.MethodGet, path: providertest.ShapePath, act: (*matrixCell).planCreate},
		{
			name: "plan: dry run", method: http.MethodPost, path: providertest.DeploymentsPath,
			act: (*matrixCell).planCreate,
		},
		{
			name: "create: does it exist", method: http.MethodGet, path: providertest.DeploymentPath, prepare: planNow,
			act: (*matrixCell).apply,
		},
		{
			name: "create", method: http.MethodPost, path: providertest.DeploymentsPath, prepare: planNow,
			act: (*matrixCell).apply,
		},
		{
			name: "create: wait", method: http.MethodGet, path: providertest.DeploymentPath, after: http.MethodPost,
			prepare: both(slow, planNow), act: (*matrixCell).apply,
		},
		{
			name: "create: inference", method: http.MethodPost, path: completionsPath,
			prepare: both(inference, planNow), act: (*matrixCell).apply,
		},
		{
			name: "read", method: http.MethodGet, path: providertest.DeploymentPath, prepare: created,
			act: (*matrixCell).read,
		},
		{
			name: "update", method: http.MethodPatch, path: providertest.DeploymentPath,
			prepare: both(created, scaled, planNow), act: (*matrixCell).apply,
		},
		{
			name: "update: rollout", method: http.MethodGet, path: providertest.DeploymentPath, after: http.MethodPatch,
			prepare: both(created, slow, otherShape, planNow), act: (*matrixCell).apply,
		},
		{
			name: "update: first tags", method: http.MethodGet, path: providertest.DeploymentPath,
			prepare: both(created, tagged, planNow), act: (*matrixCell).apply,
		},
		{
			name: "update: set tags", method: http.MethodPost, path: setTagsPath,
			prepare: both(tagged, created, retagged, planNow), act: (*matrixCell).apply,
		},
		{
			name: "update: delete tags", method: http.MethodPost, path: deleteTagsPath,
			prepare: both(tagged, created, retagged, planNow), act: (*matrixCell).apply,
		},
		{
			name: "update: schedules", method: http.MethodGet, path: providertest.DeploymentPath,
			prepare: both(created, scheduled, planNow), act: (*matrixCell).apply,
		},
		{
			name: "update: ignored", method: http.MethodPatch, path: providertest.DeploymentPath,
			prepare: both(created, scaledOutside), act: (*matrixCell).apply,
		},
		{
			name: "resume", method: http.MethodGet, path: providertest.DeploymentPath,
			prepare: both(slow, interruptedCreation, planNow), act: (*matrixCell).apply,
		},
		{
			name: "delete", method: http.MethodDelete, path: providertest.DeploymentPath, prepare: created,
			act: (*matrixCell).destroy, destroyed: true,
		},
		{
			name: "delete: soft", method: http.MethodDelete, path: providertest.DeploymentPath,
			prepare: both(soft, created), act: (*matrixCell).destroy, destroyed: true,
		},
		{
			name: "delete: prevented", method: http.MethodGet, path: providertest.DeploymentPath,
			prepare: both(protected, created), act: (*matrixCell).runDestroy,
		},
		{
			name: "delete: wait", method: http.MethodGet, path: providertest.DeploymentPath, after: http.MethodDelete,
			prepare: both(created, slow), act: (*matrixCell).destroy, destroyed: true,
		},
		{
			name: "import: account", method: http.MethodGet, path: "/v1/accounts", prepare: created,
			act: (*matrixCell).importObject,
		},
		{
			name: "import: deployment", method: http.MethodGet, path: providertest.DeploymentPath, prepare: created,
			act: (*matrixCell).importObject,
		},
	})
}

// scaledOutside scales the deployment outside Terraform, and plans another change while ignoring that.
func scaledOutside(ctx context.Context, c *matrixCell) {
	d, _ := c.platform.Deployment(c.step.object.find(c.platform.Server, c.config))
	d.MaxReplicaCount = 5
	c.platform.PutDeployment(d)
	c.requireNoDiagnostics(c.read(ctx))

	ignored := providertest.With(c.config, providertest.Values{"display_name": "Chat", "max_replica_count": int64(5)})
	c.plan = c.process().Plan(ctx, c.step.object.typeName, c.current.Stored, ignored)
	c.config = providertest.With(ignored, providertest.Values{"max_replica_count": nil})
	c.requireNoDiagnostics(c.plan.Diagnostics)
}

// slowRollout lets creating and updating a deployment, and loading a model, take some time.
func slowRollout(_ context.Context, c *matrixCell) { c.platform.SetDeploymentTime(matrixRollout) }

// interruptedCreation interrupts the creation at the first GET after it: the next apply resumes the wait.
func interruptedCreation(ctx context.Context, c *matrixCell) {
	posted := false

	c.interruptedApply(ctx, func(r *http.Request) bool {
		interrupt := posted && r.Method == http.MethodGet
		posted = posted || r.Method == http.MethodPost

		return interrupt
	})
}
