// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/deployedmodel"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// soakKind is a kind of resource in the soak.
type soakKind struct {
	typeName string
	// configure returns the arguments of a new resource that stay as they are.
	configure func(r *soakResource, id string) providertest.Values
	// relabel changes arguments that are updated in place.
	relabel func(r *soakResource)
	// retarget changes an argument that replaces.
	retarget func(r *soakResource)
	// find returns the full name of the object that the configuration stands for, "" if it does not exist.
	find func(p *providertest.Platform, config providertest.Values) string
	// creations counts how often that object was created.
	creations func(p *providertest.Platform, config providertest.Values) int
	// differences compares a state with the platform.
	differences func(p *providertest.Platform, state providertest.Values) []string
	// created returns the names of all objects that were created by requests and exist.
	created func(p *providertest.Platform) []string
	// existsSummary is the error for an object that exists and is not in the state.
	existsSummary string
	// reports are the errors that name an object that may exist and is not in the state.
	reports []string
	// mustReplace are the errors after which the object is to be replaced with -replace, as they say.
	mustReplace []string
}

// soakKinds are the kinds in the order in which they depend on each other.
func soakKinds() []*soakKind {
	return []*soakKind{soakPromotedModel(), soakDeployment(), soakDeployedModel()}
}

func soakPromotedModel() *soakKind {
	name := func(config providertest.Values) string {
		return providertest.DemoModels + fmt.Sprint(config["output_model_id"])
	}
	choose := func(r *soakResource) {
		r.config["checkpoint_name"] = r.oneOf(providertest.FullCheckpoint, providertest.LoraCheckpoint,
			providertest.SessionCheckpoint)
	}

	return &soakKind{
		typeName:  providerdata.PromotedModelType,
		configure: func(_ *soakResource, id string) providertest.Values { return providertest.ModelConfig(id) },
		relabel:   func(r *soakResource) { r.config["public"] = r.random.IntN(2) == 0 },
		retarget:  choose,
		find: func(p *providertest.Platform, config providertest.Values) string {
			if _, exists := p.Model(name(config)); !exists {
				return ""
			}

			return name(config)
		},
		creations: func(p *providertest.Platform,
			config providertest.Values) int {
			return p.PromotionsOf(name(config))
		},
		differences: func(p *providertest.Platform, state providertest.Values) []string {
			model, exists := p.Model(fmt.Sprint(state["id"]))
			if !exists {
				return []string{"the model does not exist"}
			}

			return differencesFromTruth(state, model)
		},
		created: func(p *providertest.Platform) (names []string) {
			for _, model := range p.CreatedModels() {
				names = append(names, model.Name)
			}

			return names
		},
		existsSummary: diagnostic.SummaryModelExists,
		reports:       reportsOfAModel,
		mustReplace:   []string{diagnostic.SummaryModelUnusable},
	}
}

// reportsOfAModel are the errors that name a model that may exist and is not in the state.
var reportsOfAModel = []string{diagnostic.SummaryModelExists, diagnostic.SummaryPromotionOutcomeLost,
	diagnostic.SummaryInterruptedBefore, diagnostic.SummaryTimedOutBefore}

func soakDeployment() *soakKind {
	find := func(p *providertest.Platform, config providertest.Values) string {
		name := providertest.DemoDeployments + fmt.Sprint(config["deployment_id"])
		if deployment, exists := p.Deployment(name); !exists || deployment.State == "DELETED" {
			return ""
		}

		return name
	}

	return &soakKind{
		typeName: providerdata.DeploymentType,
		configure: func(r *soakResource, id string) providertest.Values {
			// The clock runs for weeks, and the platform deletes what is scaled to zero for 7 days.
			return providertest.DeploymentConfig(providertest.Values{"deployment_id": id, "base_model": r.baseModel(),
				"min_replica_count": int64(1)})
		},
		relabel: func(r *soakResource) {
			r.config["max_replica_count"] = int64(1 + r.random.IntN(3))
			r.config["enable_session_affinity"] = r.random.IntN(2) == 0
			r.config["force_destroy"] = r.random.IntN(2) == 0
			delete(r.config, "tags")

			if r.random.IntN(2) == 0 {
				r.config["tags"] = providertest.Values{"team": fmt.Sprint(r.random.IntN(3))}
			}
		},
		retarget: func(r *soakResource) {
			r.config["base_model"] = r.baseModel()
			r.config["deployment_shape"] = r.oneOf(providertest.ServingShape, providertest.ServingShapeVersion,
				providertest.FastShape)
		},
		find: find,
		creations: func(p *providertest.Platform, config providertest.Values) int {
			return p.DeploymentsCreated(providertest.DemoDeployments + fmt.Sprint(config["deployment_id"]))
		},
		differences: func(p *providertest.Platform, state providertest.Values) []string {
			deployment, exists := p.Deployment(fmt.Sprint(state["id"]))
			if !exists {
				return []string{"the deployment does not exist"}
			}

			return deploymentDifferences(state, deployment)
		},
		created: func(p *providertest.Platform) (names []string) {
			for _, deployment := range p.Deployments() {
				if deployment.State != "DELETED" && p.DeploymentsCreated(deployment.Name) > 0 {
					names = append(names, deployment.Name)
				}
			}

			return names
		},
		existsSummary: diagnostic.SummaryDeploymentExists,
		reports: []string{
			diagnostic.SummaryDeploymentExists, diagnostic.SummaryDeploymentOutcomeUnknown,
			diagnostic.SummaryDeploymentInterruptedBefore, diagnostic.SummaryDeploymentTimedOutBefore,
		},
		mustReplace: []string{diagnostic.SummaryRolloutFailed, diagnostic.SummaryDeploymentFailed},
	}
}

// soakLoRAs is how the names of the LoRA models of the soak start.
const soakLoRAs = providertest.DemoModels + "soak-lora-"

func soakDeployedModel() *soakKind {
	find := func(p *providertest.Platform, config providertest.Values) string {
		for _, d := range p.DeployedModels() {
			if d.Model == config["model"] && d.Deployment == config["deployment"] {
				return d.Name
			}
		}

		return ""
	}

	return &soakKind{
		typeName: providerdata.DeployedModelType,
		configure: func(r *soakResource, id string) providertest.Values {
			model := soakLoRAs + strings.TrimPrefix(id, "soak-")
			r.platform.PutModel(mockapi.Model{
				Name: model, Kind: deployedmodel.LoraKind, State: "READY",
				PeftDetails: &mockapi.PeftDetails{BaseModel: providertest.QwenBase},
			})

			return providertest.Values{"model": model, "deployment": providertest.AddonsDeployment}
		},
		relabel:  func(r *soakResource) { r.config["public"] = r.random.IntN(2) == 0 },
		retarget: func(*soakResource) {},
		find:     find,
		creations: func(p *providertest.Platform, config providertest.Values) int {
			return p.DeployedModelsCreated(fmt.Sprint(config["model"]))
		},
		differences: func(p *providertest.Platform, state providertest.Values) []string {
			deployed, exists := p.DeployedModel(fmt.Sprint(state["id"]))
			if !exists {
				return []string{"the deployed model does not exist"}
			}

			return deployedModelTruth(state, deployed)
		},
		created: func(p *providertest.Platform) (names []string) {
			for _, d := range p.DeployedModels() {
				if strings.HasPrefix(d.Model, soakLoRAs) {
					names = append(names, d.Name)
				}
			}

			return names
		},
		existsSummary: diagnostic.SummaryModelAlreadyLoaded,
		reports: []string{
			diagnostic.SummaryModelAlreadyLoaded, diagnostic.SummaryLoadOutcomeUnknown,
			diagnostic.SummaryLoadInterruptedBefore, diagnostic.SummaryLoadTimedOutBefore,
		},
	}
}

// deployedModelTruth compares a state with what the platform has.
func deployedModelTruth(state providertest.Values, deployed mockapi.DeployedModel) (differences []string) {
	for name, truth := range map[string]any{
		"model": deployed.Model, "deployment": deployed.Deployment, "state": deployed.State,
		"public": deployed.Public, "default": deployed.Default, "create_time": deployed.CreateTime,
	} {
		if !providertest.Equal(state[name], truth) {
			differences = append(differences,
				fmt.Sprintf("%s is %v in the state and %v on the platform", name, state[name], truth))
		}
	}

	return differences
}

// baseModel is the base model of a deployment: a public one, or a promoted model of the same workspace.
func (r *soakResource) baseModel() string {
	if len(r.promoted) == 0 || r.random.IntN(2) == 0 {
		return providertest.QwenBase
	}

	return r.oneOf(r.promoted...)
}

// importID is what a user imports: the full name, or the bare ID.
func (r *soakResource) importID(name string) string {
	if r.random.IntN(2) == 0 {
		return path.Base(name)
	}

	return name
}

// promotedFull returns the promoted models of the workspace that can be deployed.
func (w *soakWorkspace) promotedFull() (names []string) {
	for _, r := range w.resources {
		if r.kind.typeName == providerdata.PromotedModelType && r.current.State["state"] == "READY" &&
			r.config["checkpoint_name"] == providertest.FullCheckpoint {
			names = append(names, fmt.Sprint(r.current.State["id"]))
		}
	}

	return slices.Sorted(slices.Values(names))
}
