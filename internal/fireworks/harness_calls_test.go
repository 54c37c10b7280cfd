// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
)

// apiCall is one method of the client, for tests that hold for all of them.
type apiCall struct {
	name    string
	retries retryRule
	request wantRequest
	// response is the smallest response that the method accepts.
	response string
	do       func(context.Context, *Client) (any, error)
}

// err makes the call and returns its error alone.
func (c apiCall) err(ctx context.Context, client *Client) error {
	_, err := c.do(ctx, client)
	return err
}

// wantRequest is an expected request.
type wantRequest struct {
	method, path string
	query        url.Values
	body         string
}

// forEachCall runs a test in a synctest bubble for each call.
func forEachCall(t *testing.T, test func(*testing.T, apiCall)) {
	t.Helper()

	for _, call := range apiCalls() {
		t.Run(call.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { test(t, call) })
		})
	}
}

func apiCalls() []apiCall {
	return slices.Concat(trainingCalls(), modelCalls(), deploymentCalls(), deployedModelCalls(), routingCalls())
}

// queryOf returns the query with the given names and values.
func queryOf(pairs ...string) url.Values {
	query := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		query.Set(pairs[i], pairs[i+1])
	}

	return query
}

// pageQuery returns the query of a page of a list.
func pageQuery(more ...string) url.Values { return queryOf(append(more, "pageSize", "200")...) }

var (
	testJob           = JobName{AccountID: "acme", JobID: "sft"}
	testSession       = SessionName{AccountID: "acme", SessionID: "serverless"}
	testModel         = ModelName{AccountID: "acme", ModelID: "tuned"}
	testOperation     = OperationName{AccountID: "acme", OperationID: "op-1"}
	testShape         = TrainingShapeName{AccountID: "fireworks", ShapeID: "qwen3-8b-128k"}
	testShapeVersion  = TrainingShapeName{AccountID: "fireworks", ShapeID: "qwen3-8b-128k", VersionID: "v7"}
	testJobCheckpoint = CheckpointName{AccountID: "acme", JobID: "sft", CheckpointID: "step-50-0a1b2c3d"}
	testSessionCkpt   = CheckpointName{AccountID: "acme", SessionID: "serverless",
		CheckpointID: "run-9f-step-50-0a1b2c3d"}
	testPromotion        = PromotionRequest{testJobCheckpoint, "tuned", baseModel, ""}
	testSessionPromotion = PromotionRequest{testSessionCkpt, "tuned", baseModel, ""}

	testShapeQuery = TrainingShapeQuery{
		BaseModel:   ModelName{AccountID: "fireworks", ModelID: "qwen3-8b"},
		TrainerMode: TrainerModeLoRA,
	}
	testDeployment             = DeploymentName{AccountID: "acme", DeploymentID: "serve"}
	testDeployedModel          = DeployedModelName{AccountID: "acme", DeployedModelID: "dm-1"}
	testDeploymentShape        = DeploymentShapeName{AccountID: "fireworks", ShapeID: "qwen3-8b"}
	testDeploymentShapeVersion = DeploymentShapeName{AccountID: "fireworks", ShapeID: "qwen3-8b", VersionID: "v2"}
	testCreateDeployment       = CreateDeploymentRequest{Name: testDeployment,
		Fields: Fields{"base_model": "accounts/acme/models/tuned"}}
	testRouter        = RouterName{AccountID: "acme", RouterID: "support"}
	testFineTuningJob = FineTuningJobName{AccountID: "acme", Kind: FineTuningJobDPO, JobID: "tone"}
)

const (
	account              = "/v1/accounts/acme"
	deploymentPath       = account + "/deployments/serve"
	deployedModelPath    = account + "/deployedModels/dm-1"
	routerPath           = account + "/routers/support"
	trainingShapePath    = "/v1/accounts/fireworks/trainingShapes/qwen3-8b-128k/versions"
	deploymentShapesPath = "/v1/accounts/fireworks/deploymentShapes/qwen3-8b/versions"
	searchPath           = "/v1/accounts/-/trainingShapes/-/versions"

	accountReply         = `{"accounts":[{"name":"accounts/acme"}]}`
	promotedModel        = `{"name":"accounts/acme/models/tuned","state":"READY"}`
	promotionReply       = `{"model":` + promotedModel + `}`
	deploymentReply      = `{"name":"accounts/acme/deployments/serve"}`
	deployedModelReply   = `{"name":"accounts/acme/deployedModels/dm-1"}`
	routerReply          = `{"name":"accounts/acme/routers/support"}`
	trainingShapeReply   = `{"name":"` + shapeVersionName + `","latestValidated":true}`
	deploymentShapeReply = `{"name":"accounts/fireworks/deploymentShapes/qwen3-8b/versions/v2","latestValidated":true}`
	deploymentShapeList  = `{"deploymentShapeVersions":[` + deploymentShapeReply + `]}`
	trainingShapesFound  = `{"trainingShapeVersions":[{"name":"` + shapeVersionName + `","latestValidated":true,` +
		`"snapshot":{"baseModel":"` + baseModel + `","trainerMode":"LORA_TRAINER"}}]}`
)

func trainingCalls() []apiCall {
	const (
		promoteJob     = account + "/checkpoints/step-50-0a1b2c3d:promote"
		promoteSession = account + "/trainingSessions/serverless/checkpoints/run-9f-step-50-0a1b2c3d:promote"
		outputModel    = `{"output_model":"accounts/acme/models/tuned",`
		sessionBody    = outputModel + `"base_model":"` + baseModel + `"}`
		jobBody        = outputModel + `"trainer_job_id":"accounts/acme/rlorTrainerJobs/sft",` +
			`"base_model":"` + baseModel + `","async_promotion":true}`
	)

	latest := queryOf("filter", "latest_validated=true", "pageSize", "200")

	return []apiCall{
		{"AccountID", retryTransient, wantRequest{"GET", "/v1/accounts", queryOf("pageSize", "2"), ""}, accountReply,
			func(ctx context.Context, c *Client) (any, error) { return c.AccountID(ctx) }},
		{"ListCheckpoints of a job", retryTransient,
			wantRequest{"GET", account + "/rlorTrainerJobs/sft/checkpoints", pageQuery(), ""}, `{}`,
			func(ctx context.Context, c *Client) (any, error) { return c.ListCheckpoints(ctx, testJob, 0) }},
		{"ListCheckpoints of a session", retryTransient,
			wantRequest{"GET", account + "/trainingSessions/serverless/checkpoints", pageQuery(), ""}, `{}`,
			func(ctx context.Context, c *Client) (any, error) { return c.ListCheckpoints(ctx, testSession, 0) }},
		{"Promote a job's checkpoint", retryIfNotSent, wantRequest{"POST", promoteJob, nil, jobBody}, promotionReply,
			func(ctx context.Context, c *Client) (any, error) { return c.Promote(ctx, testPromotion) }},
		{"Promote a session's checkpoint", retryIfNotSent,
			wantRequest{"POST", promoteSession, nil, sessionBody}, promotionReply,
			func(ctx context.Context, c *Client) (any, error) { return c.Promote(ctx, testSessionPromotion) }},
		{"GetOperation", retryNever, wantRequest{"GET", account + "/operations/op-1", nil, ""}, `{}`,
			func(ctx context.Context, c *Client) (any, error) { return c.GetOperation(ctx, testOperation) }},
		{"ResolveTrainingShape, latest", retryTransient, wantRequest{"GET", trainingShapePath, latest, ""},
			`{"trainingShapeVersions":[` + trainingShapeReply + `]}`,
			func(ctx context.Context, c *Client) (any, error) { return c.ResolveTrainingShape(ctx, testShape) }},
		{"ResolveTrainingShape, exact", retryTransient, wantRequest{"GET", trainingShapePath + "/v7", nil, ""},
			trainingShapeReply,
			func(ctx context.Context, c *Client) (any, error) {
				return c.ResolveTrainingShape(ctx, testShapeVersion)
			}},
		{"FindTrainingShapes", retryTransient, searchRequest(byModelFilter), trainingShapesFound,
			func(ctx context.Context, c *Client) (any, error) { return c.FindTrainingShapes(ctx, testShapeQuery) }},
	}
}

func modelCalls() []apiCall {
	const path = account + "/models/tuned"

	fields := Fields{"display_name": "", "public": false}

	return []apiCall{
		{"GetModel", retryTransient, wantRequest{"GET", path, nil, ""}, promotedModel,
			func(ctx context.Context, c *Client) (any, error) { return c.GetModel(ctx, testModel) }},
		{"GetModelOnce", retryNever, wantRequest{"GET", path, nil, ""}, promotedModel,
			func(ctx context.Context, c *Client) (any, error) { return c.GetModelOnce(ctx, testModel) }},
		{"UpdateModel", retryTransient,
			wantRequest{"PATCH", path, queryOf("updateMask", "display_name,public"),
				`{"displayName":"","public":false}`}, promotedModel,
			func(ctx context.Context, c *Client) (any, error) { return c.UpdateModel(ctx, testModel, fields) }},
		{"DeleteModel", retryTransient, wantRequest{"DELETE", path, nil, ""}, `{}`,
			func(ctx context.Context, c *Client) (any, error) { return nil, c.DeleteModel(ctx, testModel) }},
		{"ListModels", retryTransient, wantRequest{"GET", account + "/models", pageQuery(), ""}, `{}`,
			func(ctx context.Context, c *Client) (any, error) { return c.ListModels(ctx, "acme") }},
	}
}

func deploymentCalls() []apiCall {
	const body = `{"baseModel":"accounts/acme/models/tuned"}`

	fields := Fields{"min_replica_count": 0, "max_replica_count": 0}
	tags := map[string]string{"team": "x"}

	return []apiCall{
		{"CreateDeployment", retryIfNotSent,
			wantRequest{"POST", account + "/deployments", queryOf("deploymentId", "serve"), body}, deploymentReply,
			func(ctx context.Context, c *Client) (any, error) {
				return c.CreateDeployment(ctx, testCreateDeployment)
			}},
		{"ValidateDeployment", retryIfNotSent,
			wantRequest{"POST", account + "/deployments",
				queryOf("deploymentId", "serve", "validateOnly", "true"), body}, deploymentReply,
			func(ctx context.Context, c *Client) (any, error) {
				return c.ValidateDeployment(ctx, testCreateDeployment)
			}},
		{"GetDeployment", retryTransient, wantRequest{"GET", deploymentPath, nil, ""}, deploymentReply,
			func(ctx context.Context, c *Client) (any, error) { return c.GetDeployment(ctx, testDeployment) }},
		{"GetDeploymentOnce", retryNever, wantRequest{"GET", deploymentPath, nil, ""}, deploymentReply,
			func(ctx context.Context, c *Client) (any, error) { return c.GetDeploymentOnce(ctx, testDeployment) }},
		{"ListDeployments", retryTransient, wantRequest{"GET", account + "/deployments", pageQuery(), ""}, `{}`,
			func(ctx context.Context, c *Client) (any, error) { return c.ListDeployments(ctx, "acme") }},
		{"UpdateDeployment", retryTransient,
			wantRequest{"PATCH", deploymentPath, queryOf("updateMask", "max_replica_count,min_replica_count"),
				`{"maxReplicaCount":0,"minReplicaCount":0}`}, deploymentReply,
			func(ctx context.Context, c *Client) (any, error) {
				return c.UpdateDeployment(ctx, testDeployment, fields, false)
			}},
		{"SetDeploymentTags", retryTransient,
			wantRequest{"POST", deploymentPath + ":setTags", nil, `{"tags":{"custom/team":"x"}}`}, `{}`,
			func(ctx context.Context, c *Client) (any, error) {
				return nil, c.SetDeploymentTags(ctx, testDeployment, tags)
			}},
		{"DeleteDeploymentTags", retryTransient,
			wantRequest{"POST", deploymentPath + ":deleteTags", nil, `{"keys":["custom/team"]}`}, `{}`,
			func(ctx context.Context, c *Client) (any, error) {
				return nil, c.DeleteDeploymentTags(ctx, testDeployment, []string{"team"})
			}},
		{"DeleteDeployment", retryTransient, wantRequest{"DELETE", deploymentPath, nil, ""}, `{}`,
			func(ctx context.Context, c *Client) (any, error) {
				return nil, c.DeleteDeployment(ctx, testDeployment, DeleteDeploymentOptions{})
			}},
		{"ResolveDeploymentShape, latest", retryTransient,
			wantRequest{"GET", deploymentShapesPath, pageQuery("filter", "latest_validated=true"), ""},
			deploymentShapeList,
			func(ctx context.Context, c *Client) (any, error) {
				return c.ResolveDeploymentShape(ctx, testDeploymentShape)
			}},
		{"ResolveDeploymentShape, exact", retryTransient, wantRequest{"GET", deploymentShapesPath + "/v2", nil, ""},
			deploymentShapeReply,
			func(ctx context.Context, c *Client) (any, error) {
				return c.ResolveDeploymentShape(ctx, testDeploymentShapeVersion)
			}},
		{"MatchDeploymentShapes", retryTransient, wantRequest{"POST", account + "/deploymentShapeVersions:match", nil,
			`{"createDeploymentRequest":{"deployment":{"baseModel":"accounts/acme/models/tuned",` +
				`"enableAddons":false},"parent":"accounts/acme"}}`}, deploymentShapeList,
			func(ctx context.Context, c *Client) (any, error) {
				return c.MatchDeploymentShapes(ctx, "acme", testModel.String(), false)
			}},
	}
}

func deployedModelCalls() []apiCall {
	created := Fields{"model": testModel.String(), "deployment": testDeployment.String()}
	changed := Fields{"display_name": "", "default": true}

	return []apiCall{
		{"CreateDeployedModel", retryIfNotSent, wantRequest{"POST", account + "/deployedModels", nil,
			`{"deployment":"accounts/acme/deployments/serve","model":"accounts/acme/models/tuned"}`},
			deployedModelReply,
			func(ctx context.Context, c *Client) (any, error) { return c.CreateDeployedModel(ctx, "acme", created) }},
		{"GetDeployedModel", retryTransient, wantRequest{"GET", deployedModelPath, nil, ""}, deployedModelReply,
			func(ctx context.Context, c *Client) (any, error) { return c.GetDeployedModel(ctx, testDeployedModel) }},
		{"GetDeployedModelOnce", retryNever, wantRequest{"GET", deployedModelPath, nil, ""}, deployedModelReply,
			func(ctx context.Context, c *Client) (any, error) {
				return c.GetDeployedModelOnce(ctx, testDeployedModel)
			}},
		{"UpdateDeployedModel", retryTransient,
			wantRequest{"PATCH", deployedModelPath, queryOf("updateMask", "default,display_name"),
				`{"default":true,"displayName":""}`}, deployedModelReply,
			func(ctx context.Context, c *Client) (any, error) {
				return c.UpdateDeployedModel(ctx, testDeployedModel, changed)
			}},
		{"ListDeployedModels", retryTransient, wantRequest{"GET", account + "/deployedModels", pageQuery(), ""}, `{}`,
			func(ctx context.Context, c *Client) (any, error) { return c.ListDeployedModels(ctx, "acme") }},
		{"DeleteDeployedModel", retryTransient, wantRequest{"DELETE", deployedModelPath, nil, ""}, `{}`,
			func(ctx context.Context, c *Client) (any, error) {
				return nil, c.DeleteDeployedModel(ctx, testDeployedModel)
			}},
		{"ListQuotas", retryTransient, wantRequest{"GET", account + "/quotas", pageQuery(), ""}, `{}`,
			func(ctx context.Context, c *Client) (any, error) { return c.ListQuotas(ctx, "acme") }},
	}
}

// routingCalls are the calls for routers and fine-tuning jobs.
func routingCalls() []apiCall {
	created := Fields{"deployments": []string{testDeployment.String()}, "public": false}
	SetRouterStrategy(created, RouterStrategyWeightedRandom)

	changed := Fields{"display_name": ""}
	SetRouterStrategy(changed, RouterStrategyEvenLoad)

	return []apiCall{
		{"CreateRouter", retryIfNotSent, wantRequest{"POST", account + "/routers", queryOf("routerId", "support"),
			`{"deployments":["accounts/acme/deployments/serve"],"public":false,"weightedRandom":{}}`}, routerReply,
			func(ctx context.Context, c *Client) (any, error) { return c.CreateRouter(ctx, testRouter, created) }},
		{"GetRouter", retryTransient, wantRequest{"GET", routerPath, nil, ""}, routerReply,
			func(ctx context.Context, c *Client) (any, error) { return c.GetRouter(ctx, testRouter) }},
		{"GetRouterOnce", retryNever, wantRequest{"GET", routerPath, nil, ""}, routerReply,
			func(ctx context.Context, c *Client) (any, error) { return c.GetRouterOnce(ctx, testRouter) }},
		{"UpdateRouter", retryTransient,
			wantRequest{"PATCH", routerPath, queryOf("updateMask", "display_name,even_load"),
				`{"displayName":"","evenLoad":{},"name":"accounts/acme/routers/support"}`}, routerReply,
			func(ctx context.Context, c *Client) (any, error) { return c.UpdateRouter(ctx, testRouter, changed) }},
		{"ListRouters", retryTransient, wantRequest{"GET", account + "/routers", pageQuery(), ""}, `{}`,
			func(ctx context.Context, c *Client) (any, error) { return c.ListRouters(ctx, "acme") }},
		{"DeleteRouter", retryTransient, wantRequest{"DELETE", routerPath, nil, ""}, `{}`,
			func(ctx context.Context, c *Client) (any, error) { return nil, c.DeleteRouter(ctx, testRouter) }},
		{"GetFineTuningJob", retryTransient, wantRequest{"GET", account + "/dpoJobs/tone", nil, ""},
			`{"name":"accounts/acme/dpoJobs/tone"}`,
			func(ctx context.Context, c *Client) (any, error) { return c.GetFineTuningJob(ctx, testFineTuningJob) }},
		{"ListFineTuningJobs", retryTransient, wantRequest{"GET", account + "/dpoJobs", pageQuery(), ""}, `{}`,
			func(ctx context.Context, c *Client) (any, error) {
				return c.ListFineTuningJobs(ctx, "acme", FineTuningJobDPO)
			}},
	}
}

// checkDecoding checks that all calls for a collection of the account decode a resource with this body to want.
func checkDecoding[T any](t *testing.T, collection, body string, want T) {
	t.Helper()

	path := account + "/" + collection
	client := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && r.URL.Path == path {
			_, _ = io.WriteString(w, `{"`+collection+`":[`+body+`]}`)
			return
		}

		_, _ = io.WriteString(w, body)
	}))

	for _, call := range apiCalls() {
		if !strings.HasPrefix(call.request.path, path) || call.ignoresResponse() {
			continue
		}

		expected := any(want)
		if call.response == `{}` {
			expected = []T{want}
		}

		got, err := call.do(t.Context(), client)
		checkEqual(t, "error of "+call.name, err, nil)
		wantNoDiff(t, call.name, expected, got)
	}
}
