// SPDX-License-Identifier: MPL-2.0

package providerdata

// The types of resources that messages name.
const (
	PromotedModelType = "fireworks_promoted_model"
	DeploymentType    = "fireworks_deployment"
	DeployedModelType = "fireworks_deployed_model"
	RouterType        = "fireworks_router"
)
