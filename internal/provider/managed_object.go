package provider

// managedObject is an object on the platform that the state contains, for example the one that a replacement would remove.
type managedObject struct {
	// Noun is what the object is, such as "model".
	Noun           string
	Name           string
	DeletionPolicy string
	// SoftDelete is set if destroying the object keeps its ID reserved.
	SoftDelete bool
	// NeverUsable is set if the object was never ready. Then no policy protects it.
	NeverUsable bool
}

// objectKind is what the plans of a resource are about.
type objectKind struct {
	noun string
	// idArgument is the argument that chooses another object, and exists the summary of the error about an existing one.
	idArgument, exists string
}

// The kinds of objects that plans know of each other.
var (
	modelKind         = objectKind{"model", "output_model_id", summaryModelExists}
	deploymentKind    = objectKind{"deployment", "deployment_id", summaryDeploymentExists}
	deployedModelKind = objectKind{"deployed model", "model", summaryModelAlreadyLoaded}
	routerKind        = objectKind{"router", "router_id", summaryRouterExists}
)
