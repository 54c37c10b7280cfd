// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"context"
	"net/http"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// matrixRollout is how long creating and updating a deployment takes, in virtual time.
const matrixRollout = 20 * time.Second

// matrixDeployment is the deployment of the matrix.
func matrixDeployment() *matrixObject {
	const name = providertest.DemoDeployments + "matrix"

	return &matrixObject{
		typeName: providerdata.DeploymentType,
		importID: func(*mockapi.Server) string { return "matrix" },
		config: providertest.Values{"deployment_id": "matrix", "base_model": providertest.QwenBase,
			"deployment_shape": providertest.ServingShape},
		exists: func(p *mockapi.Server) bool {
			deployment, exists := p.Deployment(name)
			return exists && deployment.State != "DELETED"
		},
		creations: func(p *mockapi.Server) int { return p.DeploymentsCreated(name) },
		differences: func(state providertest.Values, p *mockapi.Server) []string {
			deployment, _ := p.Deployment(name)
			return deploymentDifferences(state, deployment)
		},
		existsSummary: diagnostic.SummaryDeploymentExists,
		reports: []string{
			diagnostic.SummaryDeploymentExists, diagnostic.SummaryDeploymentOutcomeUnknown,
			diagnostic.SummaryDeploymentInterruptedBefore, diagnostic.SummaryDeploymentTimedOutBefore,
		},
	}
}

// deploymentDifferences compares what the state and the platform say of a deployment.
func deploymentDifferences(state providertest.Values, deployment mockapi.Deployment) []string {
	return stateDifferences(state, providertest.Values{
		"state":                    deployment.State,
		"deployment_shape_version": deployment.DeploymentShape,
		"accelerator_type":         deployment.AcceleratorType,
		"min_replica_count":        int64(deployment.MinReplicaCount),
		"max_replica_count":        int64(deployment.MaxReplicaCount),
		"enable_session_affinity":  deployment.EnableSessionAffinity,
		"create_time":              deployment.CreateTime,
	})
}

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

	return stepsOf(matrixDeployment(), []matrixStep{
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
			name: "resume", method: http.MethodGet, path: providertest.DeploymentPath,
			prepare: both(slow, interruptedCreation, planNow), act: (*matrixCell).apply,
		},
		{
			name: "delete", method: http.MethodDelete, path: providertest.DeploymentPath, prepare: created,
			act: (*matrixCell).destroy, destroyed: true,
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
