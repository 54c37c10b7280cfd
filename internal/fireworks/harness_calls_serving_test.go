// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"context"
	"net/url"
)

var (
	testDeployment             = DeploymentName{AccountID: "acme", DeploymentID: "serve"}
	testDeployedModel          = DeployedModelName{AccountID: "acme", DeployedModelID: "dm-1"}
	testDeploymentShape        = DeploymentShapeName{AccountID: "fireworks", ShapeID: "qwen3-8b"}
	testDeploymentShapeVersion = DeploymentShapeName{AccountID: "fireworks", ShapeID: "qwen3-8b", VersionID: "v2"}
	testCreateDeployment       = CreateDeploymentRequest{Name: testDeployment,
		Fields: Fields{"base_model": "accounts/acme/models/tuned"}}
	testShapeQuery = TrainingShapeQuery{
		BaseModel:   ModelName{AccountID: "fireworks", ModelID: "qwen3-8b"},
		TrainerMode: TrainerModeLoRA,
	}
)

const (
	deploymentsPath      = "/v1/accounts/acme/deployments"
	deploymentPath       = deploymentsPath + "/serve"
	deployedModelsPath   = "/v1/accounts/acme/deployedModels"
	deployedModelPath    = deployedModelsPath + "/dm-1"
	deploymentShapesPath = "/v1/accounts/fireworks/deploymentShapes/qwen3-8b/versions"
	matchPath            = "/v1/accounts/acme/deploymentShapeVersions:match"
	searchPath           = "/v1/accounts/-/trainingShapes/-/versions"

	deploymentReply         = `{"name":"accounts/acme/deployments/serve"}`
	deployedModelReply      = `{"name":"accounts/acme/deployedModels/dm-1"}`
	deploymentShapeReply    = `{"name":"accounts/fireworks/deploymentShapes/qwen3-8b/versions/v2","latestValidated":true}`
	deploymentShapesReply   = `{"deploymentShapeVersions":[` + deploymentShapeReply + `]}`
	trainingShapesReply     = `{"trainingShapeVersions":[` + trainingShapeFoundReply + `]}`
	trainingShapeFoundReply = `{"name":"accounts/fireworks/trainingShapes/qwen3-8b-128k/versions/v7","latestValidated":true,` +
		`"snapshot":{"baseModel":"accounts/fireworks/models/qwen3-8b","trainerMode":"LORA_TRAINER"}}`
)

// servingCalls are the calls for serving models, as apiCalls for the others; servingRequests has what each of them
// sends.
func servingCalls() []apiCall {
	return append(append(deploymentCalls(), routingCalls()...), []apiCall{
		{"ResolveDeploymentShape, latest", deploymentShapesReply, true, func(ctx context.Context, c *Client) error {
			_, err := c.ResolveDeploymentShape(ctx, testDeploymentShape)
			return err
		}},
		{"ResolveDeploymentShape, exact", deploymentShapeReply, true, func(ctx context.Context, c *Client) error {
			_, err := c.ResolveDeploymentShape(ctx, testDeploymentShapeVersion)
			return err
		}},
		{"MatchDeploymentShapes", deploymentShapesReply, true, func(ctx context.Context, c *Client) error {
			_, err := c.MatchDeploymentShapes(ctx, "acme", "accounts/acme/models/tuned", false)
			return err
		}},
		{"CreateDeployedModel", deployedModelReply, false, func(ctx context.Context, c *Client) error {
			_, err := c.CreateDeployedModel(ctx, "acme",
				Fields{"model": "accounts/acme/models/tuned", "deployment": testDeployment.String()})

			return err
		}},
		{"GetDeployedModel", deployedModelReply, true, func(ctx context.Context, c *Client) error {
			_, err := c.GetDeployedModel(ctx, testDeployedModel)
			return err
		}},
		{"GetDeployedModelOnce", deployedModelReply, false, func(ctx context.Context, c *Client) error {
			_, err := c.GetDeployedModelOnce(ctx, testDeployedModel)
			return err
		}},
		{"UpdateDeployedModel", deployedModelReply, true, func(ctx context.Context, c *Client) error {
			_, err := c.UpdateDeployedModel(ctx, testDeployedModel, Fields{"display_name": "", "default": true})
			return err
		}},
		{"ListDeployedModels", `{}`, true, func(ctx context.Context, c *Client) error {
			_, err := c.ListDeployedModels(ctx, "acme")
			return err
		}},
		{"DeleteDeployedModel", `{}`, true, func(ctx context.Context, c *Client) error {
			return c.DeleteDeployedModel(ctx, testDeployedModel)
		}},
		{"ListQuotas", `{}`, true, func(ctx context.Context, c *Client) error {
			_, err := c.ListQuotas(ctx, "acme")
			return err
		}},
		{"FindTrainingShapes", trainingShapesReply, true, func(ctx context.Context, c *Client) error {
			_, err := c.FindTrainingShapes(ctx, testShapeQuery)
			return err
		}},
	}...)
}

func deploymentCalls() []apiCall {
	return []apiCall{
		{"CreateDeployment", deploymentReply, false, func(ctx context.Context, c *Client) error {
			_, err := c.CreateDeployment(ctx, testCreateDeployment)
			return err
		}},
		{"ValidateDeployment", deploymentReply, false, func(ctx context.Context, c *Client) error {
			_, err := c.ValidateDeployment(ctx, testCreateDeployment)
			return err
		}},
		{"GetDeployment", deploymentReply, true, func(ctx context.Context, c *Client) error {
			_, err := c.GetDeployment(ctx, testDeployment)
			return err
		}},
		{"GetDeploymentOnce", deploymentReply, false, func(ctx context.Context, c *Client) error {
			_, err := c.GetDeploymentOnce(ctx, testDeployment)
			return err
		}},
		{"ListDeployments", `{}`, true, func(ctx context.Context, c *Client) error {
			_, err := c.ListDeployments(ctx, "acme")
			return err
		}},
		{"UpdateDeployment", deploymentReply, true, func(ctx context.Context, c *Client) error {
			_, err := c.UpdateDeployment(ctx, testDeployment, Fields{"min_replica_count": 0, "max_replica_count": 0},
				false)

			return err
		}},
		{"SetDeploymentTags", `{}`, true, func(ctx context.Context, c *Client) error {
			return c.SetDeploymentTags(ctx, testDeployment, map[string]string{"team": "x"})
		}},
		{"DeleteDeploymentTags", `{}`, true, func(ctx context.Context, c *Client) error {
			return c.DeleteDeploymentTags(ctx, testDeployment, []string{"team"})
		}},
		{"DeleteDeployment", `{}`, true, func(ctx context.Context, c *Client) error {
			return c.DeleteDeployment(ctx, testDeployment, DeleteDeploymentOptions{})
		}},
	}
}

func servingRequests() map[string]wantRequest {
	id := func(more ...string) url.Values {
		query := url.Values{"deploymentId": {"serve"}}
		for i := 0; i+1 < len(more); i += 2 {
			query.Set(more[i], more[i+1])
		}

		return query
	}
	mask := func(fields string) url.Values { return url.Values{"updateMask": {fields}} }
	latest := url.Values{"filter": {"latest_validated=true"}, "pageSize": {"200"}}
	search := pageQuery("orderBy", "create_time desc", "filter",
		`snapshot.base_model="accounts/fireworks/models/qwen3-8b" AND snapshot.trainer_mode="LORA_TRAINER" AND latest_validated=true`)

	const (
		model = `{"baseModel":"accounts/acme/models/tuned"}`
		match = `{"createDeploymentRequest":{"deployment":{"baseModel":"accounts/acme/models/tuned","enableAddons":false},` +
			`"parent":"accounts/acme"}}`
	)

	return map[string]wantRequest{
		"CreateDeployment":   {"POST", deploymentsPath, id(), model},
		"ValidateDeployment": {"POST", deploymentsPath, id("validateOnly", "true"), model},
		"GetDeployment":      {"GET", deploymentPath, nil, ""},
		"GetDeploymentOnce":  {"GET", deploymentPath, nil, ""},
		"ListDeployments":    {"GET", deploymentsPath, pageQuery(), ""},
		"UpdateDeployment": {"PATCH", deploymentPath, mask("max_replica_count,min_replica_count"),
			`{"maxReplicaCount":0,"minReplicaCount":0}`},
		"SetDeploymentTags":    {"POST", deploymentPath + ":setTags", nil, `{"tags":{"custom/team":"x"}}`},
		"DeleteDeploymentTags": {"POST", deploymentPath + ":deleteTags", nil, `{"keys":["custom/team"]}`},
		"DeleteDeployment":     {"DELETE", deploymentPath, nil, ""},

		"ResolveDeploymentShape, latest": {"GET", deploymentShapesPath, latest, ""},
		"ResolveDeploymentShape, exact":  {"GET", deploymentShapesPath + "/v2", nil, ""},
		"MatchDeploymentShapes":          {"POST", matchPath, nil, match},

		"CreateDeployedModel": {"POST", deployedModelsPath, nil,
			`{"deployment":"accounts/acme/deployments/serve","model":"accounts/acme/models/tuned"}`},
		"GetDeployedModel":     {"GET", deployedModelPath, nil, ""},
		"GetDeployedModelOnce": {"GET", deployedModelPath, nil, ""},
		"UpdateDeployedModel": {"PATCH", deployedModelPath, mask("default,display_name"),
			`{"default":true,"displayName":""}`},
		"ListDeployedModels":  {"GET", deployedModelsPath, pageQuery(), ""},
		"DeleteDeployedModel": {"DELETE", deployedModelPath, nil, ""},

		"ListQuotas":         {"GET", "/v1/accounts/acme/quotas", pageQuery(), ""},
		"FindTrainingShapes": {"GET", searchPath, search, ""},
	}
}
