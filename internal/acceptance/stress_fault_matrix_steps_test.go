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

// requests are those that go wrong in a step.
type requests struct {
	method, path string
	// startsAfter is the method of a request before which nothing goes wrong yet; "" is the start of the step.
	startsAfter string
}

func get(path string) requests   { return requests{method: http.MethodGet, path: path} }
func post(path string) requests  { return requests{method: http.MethodPost, path: path} }
func patch(path string) requests { return requests{method: http.MethodPatch, path: path} }
func del(path string) requests   { return requests{method: http.MethodDelete, path: path} }

func (r requests) after(method string) requests {
	r.startsAfter = method
	return r
}

// The actions of steps.
var (
	plan       = (*matrixCell).planCreate
	apply      = (*matrixCell).apply
	refresh    = (*matrixCell).read
	imports    = (*matrixCell).importObject
	runDestroy = (*matrixCell).runDestroy
)

// step is a step of the life of a resource. The preparations are made without faults.
func step(
	name string, act func(*matrixCell, context.Context) providertest.Diagnostics, fail requests,
	prepare ...func(context.Context, *matrixCell),
) matrixStep {
	return matrixStep{name: name, fail: fail, prepare: both(prepare...), act: act}
}

// destroyStep is a step after which the object must not exist.
func destroyStep(name string, fail requests, prepare ...func(context.Context, *matrixCell)) matrixStep {
	destroys := step(name, (*matrixCell).destroy, fail, prepare...)
	destroys.destroyed = true

	return destroys
}

// reading reads a data source.
func reading(name string, fail requests, typeName string, config providertest.Values) matrixStep {
	read := func(ctx context.Context, c *matrixCell) (providertest.Values, providertest.Diagnostics) {
		return c.process().ReadData(ctx, typeName, config)
	}

	return matrixStep{name: name, fail: fail, reads: read}
}

// stepsOf sets the object of the steps, and adds those that every resource has.
func stepsOf(object *matrixObject, steps []matrixStep) []matrixStep {
	rename := "rename: " + strings.TrimPrefix(object.typeName, "fireworks_")
	steps = append(steps, step(rename, (*matrixCell).rename, get(object.read), createNow))

	for i := range steps {
		steps[i].object = object
	}

	return steps
}

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

	return stepsOf(model, []matrixStep{
		step("plan: checkpoint", plan, get(providertest.ListingPath)),
		step("plan: model ID", plan, get(providertest.ModelPath)),
		step("plan: base model", plan, get(providertest.BaseModelPath)),
		step("create: does it exist", apply, get(providertest.ModelPath), planNow),
		step("create: promotion", apply, post(providertest.PromotePath), planNow),
		step("create: of a session", apply, post(sessionPromotePath),
			configChange(providertest.Values{"checkpoint_name": providertest.SessionCheckpoint}), planNow),
		step("create: operation", apply, get(providertest.OperationPath), planNow),
		step("create: model", apply, get(providertest.ModelPath).after(http.MethodPost), noModelInResponse, planNow),
		step("create: metadata", apply, patch(providertest.ModelPath), withMetadata, planNow),
		step("read", refresh, get(providertest.ModelPath), created),
		step("update: metadata", apply, patch(providertest.ModelPath), changed, planNow),
		step("resume: operation", apply, get(providertest.OperationPath), interrupted, planNow),
		step("resume: model", apply, get(providertest.ModelPath), noModelInResponse, interrupted, planNow),
		destroyStep("delete", del(providertest.ModelPath), created),
		destroyStep("delete: wait", get(providertest.ModelPath).after(http.MethodDelete), slowDeletion),
		step("import: account", imports, get("/v1/accounts"), created),
		step("import: model", imports, get(providertest.ModelPath), created),
	})
}

// interrupted interrupts the wait for a promotion, which finishes before the next apply resumes the wait.
func interrupted(ctx context.Context, c *matrixCell) {
	const took = time.Minute
	c.platform.SetPromotionTime(took)
	c.interruptedApply(ctx, func(r *http.Request) bool { return strings.Contains(r.URL.Path, "/operations/") })

	time.Sleep(took) //nolint:forbidigo // Virtual time.
}

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
		step("plan: deployment ID", plan, get(providertest.DeploymentPath)),
		step("plan: base model", plan, get(providertest.BaseModelPath)),
		step("plan: shape", plan, get(providertest.ShapePath)),
		step("plan: dry run", plan, post(providertest.DeploymentsPath)),
		step("create: does it exist", apply, get(providertest.DeploymentPath), planNow),
		step("create", apply, post(providertest.DeploymentsPath), planNow),
		step("create: wait", apply, get(providertest.DeploymentPath).after(http.MethodPost), slow, planNow),
		step("create: inference", apply, post(completionsPath), inference, planNow),
		step("read", refresh, get(providertest.DeploymentPath), created),
		step("update", apply, patch(providertest.DeploymentPath), created, scaled, planNow),
		step("update: rollout", apply, get(providertest.DeploymentPath).after(http.MethodPatch), created, slow,
			otherShape, planNow),
		step("update: first tags", apply, get(providertest.DeploymentPath), created, tagged, planNow),
		step("update: set tags", apply, post(setTagsPath), tagged, created, retagged, planNow),
		step("update: delete tags", apply, post(deleteTagsPath), tagged, created, retagged, planNow),
		step("update: schedules", apply, get(providertest.DeploymentPath), created, scheduled, planNow),
		step("update: ignored", apply, patch(providertest.DeploymentPath), created, scaledOutside),
		step("resume", apply, get(providertest.DeploymentPath), slow, interruptedCreation, planNow),
		destroyStep("delete", del(providertest.DeploymentPath), created),
		destroyStep("delete: soft", del(providertest.DeploymentPath), soft, created),
		step("delete: prevented", runDestroy, get(providertest.DeploymentPath), protected, created),
		destroyStep("delete: wait", get(providertest.DeploymentPath).after(http.MethodDelete), created, slow),
		step("import: account", imports, get("/v1/accounts"), created),
		step("import: deployment", imports, get(providertest.DeploymentPath), created),
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

// deployedModelSteps are the steps of the life of a deployed model.
func deployedModelSteps() []matrixStep {
	created, slow, described := createNow, slowRollout, configChange(providertest.Values{"description": "Second week"})
	inference := configChange(providertest.Values{"wait_for_inference": true})
	object := &matrixObject{stressedDeployedModel(), providertest.LoraConfig(nil), providertest.DeployedModelPath}

	return stepsOf(object, []matrixStep{
		step("plan: loaded models", plan, get(providertest.DeployedModelsPath)),
		step("plan: LoRA model", plan, get("/v1/"+providertest.SupportLoRA)),
		step("plan: deployment", plan, get(providertest.DeploymentPath)),
		step("load: does it exist", apply, get(providertest.DeployedModelsPath), planNow),
		step("load", apply, post(providertest.DeployedModelsPath), planNow),
		step("load: wait", apply, get(providertest.DeployedModelPath).after(http.MethodPost), slow, planNow),
		step("load: inference", apply, post(completionsPath), inference, planNow),
		step("load: read", refresh, get(providertest.DeployedModelPath), created),
		step("load: update", apply, patch(providertest.DeployedModelPath), created, described, planNow),
		step("load: resume", apply, get(providertest.DeployedModelPath), slow, interruptedCreation, planNow),
		destroyStep("unload", del(providertest.DeployedModelPath), created),
		destroyStep("unload: wait", get(providertest.DeployedModelPath).after(http.MethodDelete), created, slow),
		step("import: loaded", imports, get(providertest.DeployedModelPath), created),
	})
}

// routerSteps are the steps of the life of a router.
func routerSteps() []matrixStep {
	created := createNow
	slow := func(_ context.Context, c *matrixCell) { c.platform.SetRouterTime(matrixRollout) }
	swapped := configChange(providertest.Values{
		"deployments": []any{providertest.AddonsMember}, "strategy": "even_load",
	})
	object := &matrixObject{stressedRouter(), providertest.RouterConfig(nil), providertest.RouterPath}

	return stepsOf(object, []matrixStep{
		step("plan: router ID", plan, get(providertest.RouterPath)),
		step("plan: members", plan, get(providertest.DeploymentsPath)),
		step("route: does it exist", apply, get(providertest.RouterPath), planNow),
		step("route", apply, post(providertest.RoutersPath), planNow),
		step("route: wait", apply, get(providertest.RouterPath).after(http.MethodPost), slow, planNow),
		step("route: read", refresh, get(providertest.RouterPath), created),
		step("route: update", apply, patch(providertest.RouterPath), created, swapped, planNow),
		step("route: update, wait", apply, get(providertest.RouterPath).after(http.MethodPatch), created, slow,
			swapped, planNow),
		step("route: resume", apply, get(providertest.RouterPath), slow, interruptedCreation, planNow),
		destroyStep("route: delete", del(providertest.RouterPath), created),
		destroyStep("route: delete, wait", get(providertest.RouterPath).after(http.MethodDelete), created, slow),
		step("import: router", imports, get(providertest.RouterPath), created),
	})
}

// dataSourceSteps read each data source.
func dataSourceSteps() []matrixStep {
	const (
		shapesPath  = "/v1/accounts/fireworks/trainingShapes/*/versions"
		shape       = "accounts/fireworks/trainingShapes/qwen3-8b-128k"
		servingPath = "/v1/accounts/fireworks/deploymentShapes/*/versions"
	)

	account := providertest.Values{"account_id": "demo"}

	return []matrixStep{
		reading("data: job", get(providertest.ListingPath), "fireworks_checkpoints",
			providertest.Values{"job_id": providertest.SftJob}),
		reading("data: account", get("/v1/accounts"), "fireworks_checkpoints",
			providertest.Values{"job_id": "sft-qwen3-8b"}),
		reading("data: session", get("/v1/accounts/*/trainingSessions/*/checkpoints"), "fireworks_checkpoints",
			providertest.Values{"session_name": providertest.SftSession}),
		reading("data: shape", get(shapesPath), "fireworks_training_shape", providertest.Values{"shape_id": shape}),
		reading("data: shape version", get(shapesPath+"/*"), "fireworks_training_shape",
			providertest.Values{"shape_id": shape + "/versions/9d4e8f62"}),
		reading("data: shape search", get("/v1/accounts/-/trainingShapes/-/versions"), "fireworks_training_shape",
			providertest.Values{"base_model": providertest.QwenBase}),
		reading("data: model", get(providertest.BaseModelPath), "fireworks_model",
			providertest.Values{"name": providertest.QwenBase}),
		reading("data: models", get("/v1/accounts/demo/models"), "fireworks_models", account),
		reading("data: deployment", get(providertest.DeploymentPath), "fireworks_deployment",
			providertest.Values{"deployment_id": providertest.DemoDeployments + "qwen3-ready"}),
		reading("data: deployments", get(providertest.DeploymentsPath), "fireworks_deployments", account),
		reading("data: deployed models", get(providertest.DeployedModelsPath), "fireworks_deployed_models", account),
		reading("data: fine-tuning job", get("/v1/accounts/*/supervisedFineTuningJobs/*"), providertest.JobType,
			providertest.Values{"job_id": providertest.SupervisedJobs + "sft-support-v1"}),
		reading("data: fine-tuning jobs", get("/v1/accounts/demo/dpoJobs"), providertest.JobsType,
			providertest.Values{"account_id": "demo", "kind": "dpo"}),
		reading("data: router", get("/v1/accounts/demo/routers/*"), "fireworks_router",
			providertest.Values{"router_id": providertest.DemoRouters + "support-router"}),
		reading("data: routers", get("/v1/accounts/demo/routers"), "fireworks_routers", account),
		reading("data: quotas", get("/v1/accounts/demo/quotas"), "fireworks_quotas", account),
		reading("data: serving shape", get(servingPath), "fireworks_deployment_shape",
			providertest.Values{"shape_id": providertest.FastShape}),
		reading("data: match", post(providertest.MatchPath), "fireworks_deployment_shape",
			providertest.Values{"base_model": providertest.QwenBase}),
	}
}
