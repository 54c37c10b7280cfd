// SPDX-License-Identifier: MPL-2.0

package providertest

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

const (
	DeploymentAddress   = providerdata.DeploymentType + ".chat"
	Chat                = "accounts/demo/deployments/chat"
	ServingShape        = "accounts/fireworks/deploymentShapes/rft-qwen3-8b"
	ServingShapeVersion = ServingShape + "/versions/d2f40c1b"
	ServingShapeOlder   = ServingShape + "/versions/a91c3e07"

	DeploymentsPath = "/v1/accounts/demo/deployments"
	DeploymentPath  = "/v1/accounts/demo/deployments/*"
	ShapePath       = "/v1/accounts/fireworks/deploymentShapes/**"
)

// ChatBlock is the deployment chat with further arguments.
func ChatBlock(arguments string) string {
	return fmt.Sprintf("resource %q \"chat\" {\n  deployment_id = \"chat\"\n  base_model = %q\n%s\n}\n",
		providerdata.DeploymentType, QwenBase, arguments)
}

// ShapedBlock is the deployment chat on the shape.
func ShapedBlock(arguments string) string {
	return ChatBlock(fmt.Sprintf("  deployment_shape = %q\n%s", ServingShape, arguments))
}

// ShapelessBlock is the deployment chat without a shape.
func ShapelessBlock(arguments string) string {
	return ChatBlock("  accelerator_type = \"NVIDIA_H100_80GB\"\n  accept_shapeless_risk = true\n" + arguments)
}

// DeploymentConfig is the configuration of a deployment on the shape, for the protocol.
func DeploymentConfig(change Values) Values {
	return With(Values{"deployment_id": "chat", "base_model": QwenBase, "deployment_shape": ServingShape}, change)
}

// DeploymentCore returns a Terraform core for one fireworks_deployment on the platform.
func (p *Platform) DeploymentCore(t testing.TB) TerraformCore {
	return p.core(t, providerdata.DeploymentType)
}

// DryRunOf and CreationOf are the requests that create a deployment; both have the same body.
func DryRunOf(query, body string) string {
	return "POST " + DeploymentsPath + "?" + query + "&validateOnly=true " + body
}

func CreationOf(query, body string) string {
	return "POST " + DeploymentsPath + "?" + query + " " + body
}

func DeploymentPatchOf(mask, body string) string {
	return "PATCH /v1/" + Chat + "?updateMask=" + mask + " " + body
}

const HardDeletion = "DELETE /v1/" + Chat + "?hard=true"

func ExpectDeployment(action plancheck.ResourceActionType, more ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	checks := []plancheck.PlanCheck{plancheck.ExpectResourceAction(DeploymentAddress, action)}

	return resource.ConfigPlanChecks{PreApply: append(checks, more...)}
}

// ExpectNoChange is for steps that change the spelling of the configuration only.
func ExpectNoChange() resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}
}
