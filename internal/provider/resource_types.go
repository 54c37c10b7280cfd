package provider

// The types of resources that messages name.
const (
	promotedModelType = "fireworks_promoted_model"
	deploymentType    = "fireworks_deployment"
	deployedModelType = "fireworks_deployed_model"
	routerType        = "fireworks_router"
)
