package provider

import (
	"fmt"
	"testing"
)

const (
	frontAddress = routerType + ".front"
	front        = demoRouters + "front"
	readyMember  = demoDeployments + "qwen3-ready"
	addonsMember = demoDeployments + "qwen3-addons"

	routersPath = "/v1/accounts/demo/routers"
	routerPath  = "/v1/accounts/demo/routers/*"
)

// routerBlock is the router front with further arguments, over a deployment of the fixtures.
func routerBlock(arguments string) string {
	return fmt.Sprintf("resource %q \"front\" {\n  router_id = \"front\"\n  deployments = [%q]\n%s\n}\n",
		routerType, readyMember, arguments)
}

// routerConfig is the configuration of routerBlock, for the protocol.
func routerConfig(change values) values {
	return with(values{"router_id": "front", "deployments": []any{readyMember}}, change)
}

// routing returns a Terraform core for one fireworks_router on the platform.
func (p *platform) routing(t testing.TB) terraformCore {
	return terraformCore{typeName: routerType, start: func() *protocolServer { return p.protocol(t) }, oracle: p.oracle}
}

func routerPatchOf(mask, fields string) string {
	return "PATCH /v1/" + front + "?updateMask=" + mask + " {" + fields + "}"
}
