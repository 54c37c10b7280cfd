// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"fmt"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// stressedResource describes a type of resource to the fault matrix and the soak.
type stressedResource struct {
	typeName string
	// find returns the full name of the object that the configuration stands for, "" if it does not exist.
	find func(p *mockapi.Server, config providertest.Values) string
	// creations counts how often that object was created.
	creations func(p *mockapi.Server, config providertest.Values) int
	// differences are what the state has wrong.
	differences func(p *mockapi.Server, state providertest.Values) []string
	// existsSummary is the error that advises to import the object; reports are those after which it may exist without
	// a state.
	existsSummary string
	reports       []string
}

func stressedModel() *stressedResource {
	name := func(config providertest.Values) string {
		return providertest.DemoModels + fmt.Sprint(config["output_model_id"])
	}

	return &stressedResource{
		typeName: providerdata.PromotedModelType,
		find: func(p *mockapi.Server, config providertest.Values) string {
			if _, exists := p.Model(name(config)); !exists {
				return ""
			}

			return name(config)
		},
		creations: func(p *mockapi.Server, config providertest.Values) int { return p.PromotionsOf(name(config)) },
		differences: func(p *mockapi.Server, state providertest.Values) []string {
			model, _ := p.Model(fmt.Sprint(state["id"]))
			return differencesFromTruth(state, model)
		},
		existsSummary: diagnostic.SummaryModelExists,
		reports: []string{
			diagnostic.SummaryModelExists, diagnostic.SummaryPromotionOutcomeLost, diagnostic.SummaryInterruptedBefore,
			diagnostic.SummaryTimedOutBefore,
		},
	}
}

func stressedDeployment() *stressedResource {
	name := func(config providertest.Values) string {
		return providertest.DemoDeployments + fmt.Sprint(config["deployment_id"])
	}

	return &stressedResource{
		typeName: providerdata.DeploymentType,
		find: func(p *mockapi.Server, config providertest.Values) string {
			if deployment, exists := p.Deployment(name(config)); !exists || deployment.State == "DELETED" {
				return ""
			}

			return name(config)
		},
		creations: func(p *mockapi.Server, config providertest.Values) int {
			return p.DeploymentsCreated(name(config))
		},
		differences: func(p *mockapi.Server, state providertest.Values) []string {
			deployment, _ := p.Deployment(fmt.Sprint(state["id"]))

			return stateDifferences(state, providertest.Values{
				"id":                       deployment.Name,
				"state":                    deployment.State,
				"deployment_shape_version": deployment.DeploymentShape,
				"accelerator_type":         deployment.AcceleratorType,
				"min_replica_count":        int64(deployment.MinReplicaCount),
				"max_replica_count":        int64(deployment.MaxReplicaCount),
				"enable_session_affinity":  deployment.EnableSessionAffinity,
				"enable_addons":            deployment.EnableAddons,
				"create_time":              deployment.CreateTime,
			})
		},
		existsSummary: diagnostic.SummaryDeploymentExists,
		reports: []string{
			diagnostic.SummaryDeploymentExists, diagnostic.SummaryDeploymentOutcomeUnknown,
			diagnostic.SummaryDeploymentInterruptedBefore, diagnostic.SummaryDeploymentTimedOutBefore,
		},
	}
}

// stressedDeployedModel finds by model and deployment: the platform chooses the ID.
func stressedDeployedModel() *stressedResource {
	return &stressedResource{
		typeName: providerdata.DeployedModelType,
		find: func(p *mockapi.Server, config providertest.Values) string {
			for _, d := range p.DeployedModels() {
				if d.Model == config["model"] && d.Deployment == config["deployment"] {
					return d.Name
				}
			}

			return ""
		},
		creations: func(p *mockapi.Server, config providertest.Values) int {
			return p.DeployedModelsCreated(fmt.Sprint(config["model"]))
		},
		differences: func(p *mockapi.Server, state providertest.Values) []string {
			deployed, _ := p.DeployedModel(fmt.Sprint(state["id"]))

			return stateDifferences(state, providertest.Values{
				"id": deployed.Name, "model": deployed.Model, "deployment": deployed.Deployment,
				"state": deployed.State, "public": deployed.Public, "default": deployed.Default,
				"create_time": deployed.CreateTime,
			})
		},
		existsSummary: diagnostic.SummaryModelAlreadyLoaded,
		reports: []string{
			diagnostic.SummaryModelAlreadyLoaded, diagnostic.SummaryLoadOutcomeUnknown,
			diagnostic.SummaryLoadInterruptedBefore, diagnostic.SummaryLoadTimedOutBefore,
		},
	}
}

func stressedRouter() *stressedResource {
	name := func(config providertest.Values) string {
		return providertest.DemoRouters + fmt.Sprint(config["router_id"])
	}

	return &stressedResource{
		typeName: providerdata.RouterType,
		find: func(p *mockapi.Server, config providertest.Values) string {
			if router, exists := p.Router(name(config)); !exists || router.AutoGenerated {
				return ""
			}

			return name(config)
		},
		creations: func(p *mockapi.Server, config providertest.Values) int { return p.RoutersCreated(name(config)) },
		differences: func(p *mockapi.Server, state providertest.Values) []string {
			router, _ := p.Router(fmt.Sprint(state["id"]))

			members := make([]any, len(router.Deployments))
			for i, member := range router.Deployments {
				members[i] = member
			}

			strategy := "weighted_random"
			if router.EvenLoad != nil {
				strategy = "even_load"
			}

			return stateDifferences(state, providertest.Values{
				"id": router.Name, "deployments": members, "strategy": strategy, "public": router.Public,
				"state": router.State, "create_time": router.CreateTime,
			})
		},
		existsSummary: diagnostic.SummaryRouterExists,
		reports: []string{
			diagnostic.SummaryRouterExists, diagnostic.SummaryRouterOutcomeUnknown,
			diagnostic.SummaryRouterInterruptedBefore, diagnostic.SummaryRouterTimedOutBefore,
		},
	}
}

// stateDifferences returns the attributes whose values in the state differ from those on the platform.
func stateDifferences(state, platform providertest.Values) (differences []string) {
	for name, want := range platform {
		if !providertest.Equal(state[name], want) {
			differences = append(differences,
				fmt.Sprintf("%s is %v in the state and %v on the platform", name, state[name], want))
		}
	}

	return differences
}

// stressSchedule is a schedule of a deployment for a week day.
func stressSchedule(day int) providertest.Values {
	return providertest.Values{
		"min_replica_count": int64(1), "schedule": fmt.Sprintf("0 8 * * %d", day), "duration": "10h",
		"timezone": "Europe/Berlin", "description": nil, "disabled": nil,
	}
}
