// SPDX-License-Identifier: MPL-2.0

package deployment_test

import (
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

const shapedBody = `{"baseModel":"` + providertest.QwenBase + `","deploymentShape":"` + providertest.ServingShape +
	`","maxReplicaCount":1,"minReplicaCount":0}`

// TestAccDeployment_Lifecycle follows a deployment on a shape from its creation, which takes five minutes, to its end.
func TestAccDeployment_Lifecycle(t *testing.T) {
	providertest.SkipUnlessAcc(t)
	t.Parallel()

	p := providertest.NewPlatformAt(t, mockapi.Options{DeploymentTime: 5 * time.Minute})
	dryRun, create := providertest.DryRunOf("deploymentId=chat",
		shapedBody), providertest.CreationOf("deploymentId=chat", shapedBody)

	p.Run(t,
		resource.TestStep{
			Config: p.Config(providertest.ShapedBlock("")),
			ConfigPlanChecks: providertest.ExpectDeployment(plancheck.ResourceActionCreate,
				plancheck.ExpectKnownValue(providertest.DeploymentAddress, tfjsonpath.New("id"),
					knownvalue.StringExact(providertest.Chat)),
				plancheck.ExpectKnownValue(providertest.DeploymentAddress, tfjsonpath.New("inference_model"),
					knownvalue.StringExact(providertest.Chat)),
				plancheck.ExpectKnownValue(providertest.DeploymentAddress, tfjsonpath.New("inference_base_url"),
					knownvalue.StringExact(p.URL+"/inference/v1")),
			),
			ConfigStateChecks: append(providertest.ExpectValues(providertest.DeploymentAddress,
				map[string]knownvalue.Check{
					"id":                           knownvalue.StringExact(providertest.Chat),
					"name":                         knownvalue.StringExact(providertest.Chat),
					"account_id":                   knownvalue.StringExact("demo"),
					"deployment_shape":             knownvalue.StringExact(providertest.ServingShape),
					"deployment_shape_version":     knownvalue.StringExact(providertest.ServingShapeVersion),
					"accelerator_type":             knownvalue.StringExact("NVIDIA_B200_192GB"),
					"accelerator_count":            knownvalue.Int64Exact(1),
					"precision":                    knownvalue.StringExact("BF16"),
					"min_replica_count":            knownvalue.Int64Exact(0),
					"max_replica_count":            knownvalue.Int64Exact(1),
					"enable_addons":                knownvalue.Bool(true),
					"enable_session_affinity":      knownvalue.Bool(false),
					"max_context_length":           knownvalue.Int64Exact(131072),
					"draft_model":                  knownvalue.Null(),
					"disable_speculative_decoding": knownvalue.Null(),
					"display_name":                 knownvalue.Null(),
					"tags":                         knownvalue.Null(),
					"deletion_policy":              knownvalue.StringExact("DELETE"),
					"force_destroy":                knownvalue.Bool(false),
					"soft_delete":                  knownvalue.Bool(false),
					"state":                        knownvalue.StringExact("READY"),
					"region":                       knownvalue.StringExact("US_IOWA_1"),
					"create_time":                  knownvalue.StringExact("2026-03-10T08:00:00Z"),
					"inference_model":              knownvalue.StringExact(providertest.Chat),
				}), p.ExpectWrites(dryRun, create)),
		},
		resource.TestStep{Config: p.Config(providertest.ShapedBlock("")),
			ConfigPlanChecks: providertest.ExpectNoChange()},
		resource.TestStep{
			Config:           p.Config(providertest.ShapedBlock("  display_name = \"Chat\"\n")),
			ConfigPlanChecks: providertest.ExpectDeployment(plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{p.ExpectWrites(providertest.DeploymentPatchOf("display_name",
				`{"displayName":"Chat"}`))},
		},
	)

	p.AssertWrites(t, providertest.HardDeletion)

	if n := p.DeploymentsCreated(""); n != 1 {
		t.Errorf("%d deployments were created", n)
	}

	if left, ok := p.Deployment(providertest.Chat); ok {
		t.Errorf("left behind: %v", left)
	}
}
