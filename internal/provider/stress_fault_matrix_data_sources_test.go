package provider

import (
	"context"
	"net/http"
)

// dataSourceSteps read each data source.
func dataSourceSteps() []matrixStep {
	data := func(typeName string, config values) func(context.Context, *matrixCell) (values, diagnostics) {
		return func(ctx context.Context, c *matrixCell) (values, diagnostics) {
			return c.process().ReadData(ctx, typeName, config)
		}
	}

	const (
		shapesPath   = "/v1/accounts/fireworks/trainingShapes/*/versions"
		shape        = "accounts/fireworks/trainingShapes/qwen3-8b-128k"
		servingPath  = "/v1/accounts/fireworks/deploymentShapes/*/versions"
		servingModel = "fireworks_deployment_shape"
	)

	account := values{"account_id": "demo"}

	return []matrixStep{
		{name: "data: job", method: http.MethodGet, path: listingPath, reads: data("fireworks_checkpoints", values{"job_id": sftJob})},
		{
			name:   "data: account",
			method: http.MethodGet,
			path:   "/v1/accounts",
			reads:  data("fireworks_checkpoints", values{"job_id": "sft-qwen3-8b"}),
		},
		{
			name:   "data: session",
			method: http.MethodGet,
			path:   "/v1/accounts/*/trainingSessions/*/checkpoints",
			reads:  data("fireworks_checkpoints", values{"session_name": sftSession}),
		},
		{name: "data: shape", method: http.MethodGet, path: shapesPath, reads: data("fireworks_training_shape", values{"shape_id": shape})},
		{
			name:   "data: shape version",
			method: http.MethodGet,
			path:   shapesPath + "/*",
			reads:  data("fireworks_training_shape", values{"shape_id": shape + "/versions/9d4e8f62"}),
		},
		{
			name:   "data: shape search",
			method: http.MethodGet,
			path:   "/v1/accounts/-/trainingShapes/-/versions",
			reads:  data("fireworks_training_shape", values{"base_model": qwenBase}),
		},
		{name: "data: model", method: http.MethodGet, path: baseModelPath, reads: data("fireworks_model", values{"name": qwenBase})},
		{name: "data: models", method: http.MethodGet, path: "/v1/accounts/demo/models", reads: data("fireworks_models", account)},
		{
			name:   "data: deployment",
			method: http.MethodGet,
			path:   deploymentPath,
			reads:  data("fireworks_deployment", values{"deployment_id": demoDeployments + "qwen3-ready"}),
		},
		{name: "data: deployments", method: http.MethodGet, path: deploymentsPath, reads: data("fireworks_deployments", account)},
		{
			name: "data: deployed models", method: http.MethodGet, path: deployedModelsPath,
			reads: data("fireworks_deployed_models", account),
		},
		{
			name: "data: fine-tuning job", method: http.MethodGet, path: "/v1/accounts/*/supervisedFineTuningJobs/*",
			reads: data(jobType, values{"job_id": supervisedJobs + "sft-support-v1"}),
		},
		{
			name: "data: fine-tuning jobs", method: http.MethodGet, path: "/v1/accounts/demo/dpoJobs",
			reads: data(jobsType, with(account, values{"kind": "dpo"})),
		},
		{
			name: "data: router", method: http.MethodGet, path: "/v1/accounts/demo/routers/*",
			reads: data("fireworks_router", values{"router_id": demoRouters + "support-router"}),
		},
		{
			name: "data: routers", method: http.MethodGet, path: "/v1/accounts/demo/routers",
			reads: data("fireworks_routers", account),
		},
		{name: "data: quotas", method: http.MethodGet, path: "/v1/accounts/demo/quotas", reads: data("fireworks_quotas", account)},
		{name: "data: serving shape", method: http.MethodGet, path: servingPath, reads: data(servingModel, values{"shape_id": fastShape})},
		{name: "data: match", method: http.MethodPost, path: matchPath, reads: data(servingModel, values{"base_model": qwenBase})},
	}
}
