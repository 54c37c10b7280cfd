// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"context"
	"net/http"

	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// dataSourceSteps read each data source.
func dataSourceSteps() []matrixStep {
	data := func(typeName string, config providertest.Values) func(context.Context, *matrixCell) (providertest.Values,
		providertest.Diagnostics) {
		return func(ctx context.Context, c *matrixCell) (providertest.Values, providertest.Diagnostics) {
			return c.process().ReadData(ctx, typeName, config)
		}
	}

	const (
		shapesPath   = "/v1/accounts/fireworks/trainingShapes/*/versions"
		shape        = "accounts/fireworks/trainingShapes/qwen3-8b-128k"
		servingPath  = "/v1/accounts/fireworks/deploymentShapes/*/versions"
		servingModel = "fireworks_deployment_shape"
	)

	account := providertest.Values{"account_id": "demo"}

	return []matrixStep{
		{
			name: "data: job", method: http.MethodGet, path: providertest.ListingPath,
			reads: data("fireworks_checkpoints", providertest.Values{"job_id": providertest.SftJob}),
		},
		{
			name:   "data: account",
			method: http.MethodGet,
			path:   "/v1/accounts",
			reads:  data("fireworks_checkpoints", providertest.Values{"job_id": "sft-qwen3-8b"}),
		},
		{
			name:   "data: session",
			method: http.MethodGet,
			path:   "/v1/accounts/*/trainingSessions/*/checkpoints",
			reads:  data("fireworks_checkpoints", providertest.Values{"session_name": providertest.SftSession}),
		},
		{
			name: "data: shape", method: http.MethodGet, path: shapesPath,
			reads: data("fireworks_training_shape", providertest.Values{"shape_id": shape}),
		},
		{
			name:   "data: shape version",
			method: http.MethodGet,
			path:   shapesPath + "/*",
			reads:  data("fireworks_training_shape", providertest.Values{"shape_id": shape + "/versions/9d4e8f62"}),
		},
		{
			name:   "data: shape search",
			method: http.MethodGet,
			path:   "/v1/accounts/-/trainingShapes/-/versions",
			reads:  data("fireworks_training_shape", providertest.Values{"base_model": providertest.QwenBase}),
		},
		{
			name: "data: model", method: http.MethodGet, path: providertest.BaseModelPath,
			reads: data("fireworks_model", providertest.Values{"name": providertest.QwenBase}),
		},
		{
			name: "data: models", method: http.MethodGet, path: "/v1/accounts/demo/models",
			reads: data("fireworks_models", account),
		},
		{
			name:   "data: deployment",
			method: http.MethodGet,
			path:   providertest.DeploymentPath,
			reads: data("fireworks_deployment",
				providertest.Values{"deployment_id": providertest.DemoDeployments + "qwen3-ready"}),
		},
		{
			name: "data: deployments", method: http.MethodGet, path: providertest.DeploymentsPath,
			reads: data("fireworks_deployments", account),
		},
		{
			name: "data: deployed models", method: http.MethodGet, path: providertest.DeployedModelsPath,
			reads: data("fireworks_deployed_models", account),
		},
		{
			name: "data: fine-tuning job", method: http.MethodGet, path: "/v1/accounts/*/supervisedFineTuningJobs/*",
			reads: data(providertest.JobType,
				providertest.Values{"job_id": providertest.SupervisedJobs + "sft-support-v1"}),
		},
		{
			name: "data: fine-tuning jobs", method: http.MethodGet, path: "/v1/accounts/demo/dpoJobs",
			reads: data(providertest.JobsType, providertest.With(account, providertest.Values{"kind": "dpo"})),
		},
		{
			name: "data: router", method: http.MethodGet, path: "/v1/accounts/demo/routers/*",
			reads: data("fireworks_router",
				providertest.Values{"router_id": providertest.DemoRouters + "support-router"}),
		},
		{
			name: "data: routers", method: http.MethodGet, path: "/v1/accounts/demo/routers",
			reads: data("fireworks_routers", account),
		},
		{
			name: "data: quotas", method: http.MethodGet, path: "/v1/accounts/demo/quotas",
			reads: data("fireworks_quotas", account),
		},
		{
			name: "data: serving shape", method: http.MethodGet, path: servingPath,
			reads: data(servingModel, providertest.Values{"shape_id": providertest.FastShape}),
		},
		{
			name: "data: match", method: http.MethodPost, path: providertest.MatchPath,
			reads: data(servingModel, providertest.Values{"base_model": providertest.QwenBase}),
		},
	}
}
