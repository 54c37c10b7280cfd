package provider

import (
	"context"
	"net/http"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// matrixRollout is how long creating and updating a deployment takes, in virtual time.
const matrixRollout = 20 * time.Second

// matrixDeployment is the deployment of the matrix.
func matrixDeployment() *matrixObject {
	const name = demoDeployments + "matrix"

	return &matrixObject{
		typeName: deploymentType,
		importID: func(*mockapi.Server) string { return "matrix" },
		config:   values{"deployment_id": "matrix", "base_model": qwenBase, "deployment_shape": servingShape},
		exists: func(p *mockapi.Server) bool {
			deployment, exists := p.Deployment(name)
			return exists && deployment.State != "DELETED"
		},
		creations: func(p *mockapi.Server) int { return p.DeploymentsCreated(name) },
		differences: func(state values, p *mockapi.Server) []string {
			deployment, _ := p.Deployment(name)
			return deploymentDifferences(state, deployment)
		},
		existsSummary: summaryDeploymentExists,
		reports: []string{
			summaryDeploymentExists, summaryDeploymentOutcomeUnknown, summaryDeploymentInterruptedBefore, summaryDeploymentTimedOutBefore,
		},
	}
}

// deploymentDifferences compares what the state and the platform say of a deployment.
func deploymentDifferences(state values, deployment mockapi.Deployment) []string {
	return stateDifferences(state, values{
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
		setTagsPath    = deploymentPath + ":setTags"
		deleteTagsPath = deploymentPath + ":deleteTags"
	)

	created, slow := createNow, slowRollout
	scaled := configChange(values{"max_replica_count": int64(3), "enable_session_affinity": true})
	otherShape := configChange(values{"deployment_shape": fastShape})
	tagged := configChange(values{"tags": values{"team": "search", "stage": "test"}})
	retagged := configChange(values{"tags": values{"team": "search", "owner": "ops"}})

	return stepsOf(matrixDeployment(), []matrixStep{
		{name: "plan: deployment ID", method: http.MethodGet, path: deploymentPath, act: (*matrixCell).planCreate},
		{name: "plan: base model", method: http.MethodGet, path: baseModelPath, act: (*matrixCell).planCreate},
		{name: "plan: shape", method: http.MethodGet, path: shapePath, act: (*matrixCell).planCreate},
		{name: "plan: dry run", method: http.MethodPost, path: deploymentsPath, act: (*matrixCell).planCreate},
		{name: "create: does it exist", method: http.MethodGet, path: deploymentPath, prepare: planNow, act: (*matrixCell).apply},
		{name: "create", method: http.MethodPost, path: deploymentsPath, prepare: planNow, act: (*matrixCell).apply},
		{
			name: "create: wait", method: http.MethodGet, path: deploymentPath, after: http.MethodPost,
			prepare: both(slow, planNow), act: (*matrixCell).apply,
		},
		{name: "read", method: http.MethodGet, path: deploymentPath, prepare: created, act: (*matrixCell).read},
		{
			name: "update", method: http.MethodPatch, path: deploymentPath,
			prepare: both(created, scaled, planNow), act: (*matrixCell).apply,
		},
		{
			name: "update: rollout", method: http.MethodGet, path: deploymentPath, after: http.MethodPatch,
			prepare: both(created, slow, otherShape, planNow), act: (*matrixCell).apply,
		},
		{
			name: "update: first tags", method: http.MethodGet, path: deploymentPath,
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
			name: "resume", method: http.MethodGet, path: deploymentPath,
			prepare: both(slow, interruptedCreation, planNow), act: (*matrixCell).apply,
		},
		{
			name: "delete", method: http.MethodDelete, path: deploymentPath, prepare: created,
			act: (*matrixCell).destroy, destroyed: true,
		},
		{
			name: "delete: wait", method: http.MethodGet, path: deploymentPath, after: http.MethodDelete,
			prepare: both(created, slow), act: (*matrixCell).destroy, destroyed: true,
		},
		{name: "import: account", method: http.MethodGet, path: "/v1/accounts", prepare: created, act: (*matrixCell).importObject},
		{name: "import: deployment", method: http.MethodGet, path: deploymentPath, prepare: created, act: (*matrixCell).importObject},
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
