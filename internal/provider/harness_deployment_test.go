package provider

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
)

const (
	deploymentAddress   = deploymentType + ".chat"
	chat                = "accounts/demo/deployments/chat"
	servingShape        = "accounts/fireworks/deploymentShapes/rft-qwen3-8b"
	servingShapeVersion = servingShape + "/versions/d2f40c1b"
	servingShapeOlder   = servingShape + "/versions/a91c3e07"

	deploymentsPath = "/v1/accounts/demo/deployments"
	deploymentPath  = "/v1/accounts/demo/deployments/*"
	shapePath       = "/v1/accounts/fireworks/deploymentShapes/**"
)

// chatBlock is the deployment chat with further arguments.
func chatBlock(arguments string) string {
	return fmt.Sprintf("resource %q \"chat\" {\n  deployment_id = \"chat\"\n  base_model = %q\n%s\n}\n", deploymentType, qwenBase, arguments)
}

// shapedBlock is the deployment chat on the shape.
func shapedBlock(arguments string) string {
	return chatBlock(fmt.Sprintf("  deployment_shape = %q\n%s", servingShape, arguments))
}

// shapelessBlock is the deployment chat without a shape.
func shapelessBlock(arguments string) string {
	return chatBlock("  accelerator_type = \"NVIDIA_H100_80GB\"\n  accept_shapeless_risk = true\n" + arguments)
}

// deploymentConfig is the configuration of a deployment on the shape, for the protocol.
func deploymentConfig(change values) values {
	return with(values{"deployment_id": "chat", "base_model": qwenBase, "deployment_shape": servingShape}, change)
}

// deployments is the life of a fireworks_deployment on the platform.
func (p *platform) deployments(t testing.TB) terraformCore {
	return terraformCore{typeName: deploymentType, start: func() *protocolServer { return p.protocol(t) }, oracle: p.oracle}
}

// dryRunOf and creationOf are the requests that create a deployment; both have the same body.
func dryRunOf(query, body string) string {
	return "POST " + deploymentsPath + "?" + query + "&validateOnly=true " + body
}

func creationOf(query, body string) string {
	return "POST " + deploymentsPath + "?" + query + " " + body
}

func deploymentPatchOf(mask, body string) string {
	return "PATCH /v1/" + chat + "?updateMask=" + mask + " " + body
}

const hardDeletion = "DELETE /v1/" + chat + "?hard=true"

func expectDeployment(action plancheck.ResourceActionType, more ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	checks := []plancheck.PlanCheck{plancheck.ExpectResourceAction(deploymentAddress, action)}

	return resource.ConfigPlanChecks{PreApply: append(checks, more...)}
}

// expectNoChange is for steps that change the spelling of the configuration only.
func expectNoChange() resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}
}
