// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"fmt"
	"path"
	"strings"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/deployedmodel"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// soakKind is a kind of resource in the soak.
type soakKind struct {
	*stressedResource
	// configure returns the arguments of a new resource that stay as they are.
	configure func(r *soakResource, id string) providertest.Values
	// relabel changes arguments that are updated in place.
	relabel func(r *soakResource)
	// retarget changes an argument that replaces.
	retarget func(r *soakResource)
	// drift changes the display name, or more, outside Terraform.
	drift func(p *mockapi.Server, name string)
	// created returns the names of all objects that were created by requests and exist.
	created func(p *mockapi.Server) []string
	// remove removes an object that was abandoned.
	remove func(p *mockapi.Server, name string)
	// mustReplace are the errors after which the object is to be replaced with -replace, as they say.
	mustReplace []string
}

// drifted is the display name that the soak sets outside Terraform.
const drifted = "Changed outside Terraform"

// soakKinds are the kinds in the order in which they depend on each other.
func soakKinds() []*soakKind {
	return []*soakKind{soakPromotedModel(), soakDeployment(), soakDeployedModel(), soakRouter()}
}

func soakPromotedModel() *soakKind {
	return &soakKind{
		stressedResource: stressedModel(),
		configure:        func(_ *soakResource, id string) providertest.Values { return providertest.ModelConfig(id) },
		relabel: func(r *soakResource) {
			r.config["public"] = r.random.IntN(2) == 0
			r.config["deletion_policy"] = r.oneOf(deletionPolicies...)
		},
		retarget: func(r *soakResource) {
			r.config["checkpoint_name"] = r.oneOf(providertest.FullCheckpoint, providertest.LoraCheckpoint,
				providertest.SessionCheckpoint)
		},
		drift: func(p *mockapi.Server, name string) {
			model, _ := p.Model(name)
			model.DisplayName = drifted
			p.PutModel(model)
		},
		created: func(p *mockapi.Server) (names []string) {
			for _, model := range p.Models() {
				if p.PromotionsOf(model.Name) > 0 {
					names = append(names, model.Name)
				}
			}

			return names
		},
		remove:      (*mockapi.Server).RemoveModel,
		mustReplace: []string{diagnostic.SummaryModelUnusable, diagnostic.SummaryNotUsable},
	}
}

// deletionPolicies are those that relabeling chooses from.
var deletionPolicies = []string{
	lifecycle.DeletionPolicyDelete, lifecycle.DeletionPolicyDelete, lifecycle.DeletionPolicyAbandon,
	lifecycle.DeletionPolicyPrevent,
}

func soakDeployment() *soakKind {
	return &soakKind{
		stressedResource: stressedDeployment(),
		configure: func(r *soakResource, id string) providertest.Values {
			// The clock runs for weeks, and the platform deletes what is scaled to zero for 7 days.
			return providertest.DeploymentConfig(providertest.Values{"deployment_id": id, "base_model": r.baseModel(),
				"min_replica_count": int64(1), "enable_addons": r.random.IntN(2) == 0})
		},
		relabel: func(r *soakResource) {
			r.config["max_replica_count"] = int64(1 + r.random.IntN(3))
			r.config["enable_session_affinity"] = r.random.IntN(2) == 0
			r.config["force_destroy"] = r.random.IntN(2) == 0
			r.config["soft_delete"] = r.random.IntN(4) == 0
			r.config["wait_for_inference"] = r.random.IntN(4) == 0
			r.config["deletion_policy"] = r.oneOf(deletionPolicies...)
			delete(r.config, "tags")
			delete(r.config, "autoscaling_policy")

			if r.random.IntN(2) == 0 {
				r.config["tags"] = providertest.Values{"team": fmt.Sprint(r.random.IntN(3))}
			}

			if r.random.IntN(2) == 0 {
				schedules := providertest.Values{}
				for day := range r.random.IntN(3) {
					schedules[fmt.Sprintf("day-%d", day)] = stressSchedule(day)
				}

				r.config["autoscaling_policy"] = providertest.PolicyValues(
					providertest.Values{"scaling_schedules": schedules})
			}
		},
		retarget: func(r *soakResource) {
			r.config["base_model"] = r.baseModel()
			r.config["deployment_shape"] = r.oneOf(providertest.ServingShape, providertest.ServingShapeVersion)

			// The other shape is quantized, and does not support addons.
			if r.config["enable_addons"] == false {
				r.config["deployment_shape"] = r.oneOf(providertest.ServingShape, providertest.FastShape)
			}
		},
		drift: func(p *mockapi.Server, name string) {
			deployment, _ := p.Deployment(name)
			deployment.DisplayName, deployment.MaxReplicaCount = drifted, 7
			p.PutDeployment(deployment)
		},
		created: func(p *mockapi.Server) (names []string) {
			for _, deployment := range p.Deployments() {
				if deployment.State != "DELETED" && p.DeploymentsCreated(deployment.Name) > 0 {
					names = append(names, deployment.Name)
				}
			}

			return names
		},
		remove: (*mockapi.Server).RemoveDeployment,
		mustReplace: []string{
			diagnostic.SummaryRolloutFailed, diagnostic.SummaryDeploymentFailed, diagnostic.SummaryNotUsable,
		},
	}
}

// soakLoRAs is how the names of the LoRA models of the soak start.
const soakLoRAs = providertest.DemoModels + "soak-lora-"

func soakDeployedModel() *soakKind {
	return &soakKind{
		stressedResource: stressedDeployedModel(),
		configure: func(r *soakResource, id string) providertest.Values {
			model := soakLoRAs + strings.TrimPrefix(id, "soak-")
			r.platform.PutModel(mockapi.Model{
				Name: model, Kind: deployedmodel.LoraKind, State: "READY",
				PeftDetails: &mockapi.PeftDetails{BaseModel: providertest.QwenBase},
			})

			return providertest.Values{"model": model, "deployment": providertest.AddonsDeployment}
		},
		relabel: func(r *soakResource) {
			r.config["public"] = r.random.IntN(2) == 0
			r.config["wait_for_inference"] = r.random.IntN(4) == 0
		},
		retarget: func(r *soakResource) {
			r.config["deployment"] = r.oneOf(append(r.ready.addons, providertest.AddonsDeployment)...)
		},
		drift: func(p *mockapi.Server, name string) {
			deployed, _ := p.DeployedModel(name)
			deployed.DisplayName = drifted
			p.PutDeployedModel(deployed)
		},
		created: func(p *mockapi.Server) (names []string) {
			for _, d := range p.DeployedModels() {
				if strings.HasPrefix(d.Model, soakLoRAs) {
					names = append(names, d.Name)
				}
			}

			return names
		},
	}
}

func soakRouter() *soakKind {
	return &soakKind{
		stressedResource: stressedRouter(),
		configure: func(_ *soakResource, id string) providertest.Values {
			return providertest.RouterConfig(providertest.Values{"router_id": id})
		},
		relabel: func(r *soakResource) {
			delete(r.config, "description")

			members := []any{providertest.ReadyMember, providertest.AddonsMember}[:1+r.random.IntN(2)]
			if len(r.ready.deployments) > 0 {
				members = append(members, r.oneOf(r.ready.deployments...))
			}

			r.config["deployments"] = members
			r.config["strategy"] = r.oneOf("weighted_random", "even_load")
			r.config["public"] = r.random.IntN(2) == 0
			r.config["deletion_policy"] = r.oneOf(deletionPolicies...)
		},
		retarget: func(r *soakResource) {
			r.config["model"] = r.oneOf(providertest.QwenBase, providertest.DemoModels+"other")
		},
		drift: func(p *mockapi.Server, name string) {
			router, _ := p.Router(name)
			router.DisplayName = drifted
			p.PutRouter(router)
		},
		created: func(p *mockapi.Server) (names []string) {
			for _, router := range p.Routers() {
				if p.RoutersCreated(router.Name) > 0 {
					names = append(names, router.Name)
				}
			}

			return names
		},
		remove:      (*mockapi.Server).RemoveRouter,
		mustReplace: []string{diagnostic.SummaryRouterFailed, diagnostic.SummaryNotUsable},
	}
}

// baseModel is the base model of a deployment: a public one, or a promoted model of the same workspace.
func (r *soakResource) baseModel() string {
	if len(r.ready.models) == 0 || r.random.IntN(2) == 0 {
		return providertest.QwenBase
	}

	return r.oneOf(r.ready.models...)
}

// importID is what a user imports: the full name, or the bare ID.
func (r *soakResource) importID(name string) string {
	if r.random.IntN(2) == 0 {
		return path.Base(name)
	}

	return name
}

// readyObjects are the objects of a workspace that others may refer to: promoted models that can be deployed,
// deployments, and those of them onto which LoRA models can be loaded.
type readyObjects struct{ models, deployments, addons []string }

func (w *soakWorkspace) ready() (ready readyObjects) {
	for _, r := range w.resources {
		if r.current.State["state"] != "READY" {
			continue
		}

		name := fmt.Sprint(r.current.State["id"])

		switch {
		case r.kind.typeName == providerdata.DeploymentType:
			ready.deployments = append(ready.deployments, name)

			if r.current.State["enable_addons"] == true && r.current.State["base_model"] == providertest.QwenBase {
				ready.addons = append(ready.addons, name)
			}
		case r.config["checkpoint_name"] == providertest.FullCheckpoint:
			ready.models = append(ready.models, name)
		}
	}

	return ready
}
