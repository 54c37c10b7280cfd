// SPDX-License-Identifier: MPL-2.0

package providertest

import (
	"fmt"
	"testing"

	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

const (
	frontAddress = providerdata.RouterType + ".front"
	Front        = DemoRouters + "front"
	ReadyMember  = DemoDeployments + "qwen3-ready"
	AddonsMember = DemoDeployments + "qwen3-addons"

	RoutersPath = "/v1/accounts/demo/routers"
	RouterPath  = "/v1/accounts/demo/routers/*"
)

// RouterBlock is the router front with further arguments, over a deployment of the fixtures.
func RouterBlock(arguments string) string {
	return fmt.Sprintf("resource %q \"front\" {\n  router_id = \"front\"\n  deployments = [%q]\n%s\n}\n",
		providerdata.RouterType, ReadyMember, arguments)
}

// RouterConfig is the configuration of RouterBlock, for the protocol.
func RouterConfig(change Values) Values {
	return With(Values{"router_id": "front", "deployments": []any{ReadyMember}}, change)
}

// Routing returns a Terraform core for one fireworks_router on the platform.
func (p *Platform) Routing(t testing.TB) TerraformCore { return p.core(t, providerdata.RouterType) }

func RouterPatchOf(mask, fields string) string {
	return "PATCH /v1/" + Front + "?updateMask=" + mask + " {" + fields + "}"
}
