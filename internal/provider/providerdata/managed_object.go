// SPDX-License-Identifier: MPL-2.0

package providerdata

import "github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"

// ManagedObject is an object on the platform that the state contains, for example the one that a replacement would
// remove.
type ManagedObject struct {
	// Noun is what the object is, such as "model".
	Noun           string
	Name           string
	DeletionPolicy string
	// BaseModel is that of a deployment.
	BaseModel string
	// SoftDelete is set if destroying the object keeps its ID reserved.
	SoftDelete bool
	// NeverUsable is set if the object was never ready. Then no policy protects it.
	NeverUsable bool
	// CreationFailed is set if the creation is known to have failed and left the object.
	CreationFailed bool
}

// ObjectKind is what the plans of a resource are about.
type ObjectKind struct {
	// TypeName is the type of the resource, and Noun what the object is, such as "model".
	TypeName, Noun string
	// IDArgument is the argument that chooses another object.
	IDArgument string
	// Exists and NotChecked are the summaries about an existing object, and about one that may exist. ReplacesFailed is
	// that about the replacement of one that never became usable.
	Exists, NotChecked, ReplacesFailed string
}

// The kinds of objects that plans know of each other.
var (
	ModelKind = ObjectKind{PromotedModelType, "model", "output_model_id", diagnostic.SummaryModelExists,
		diagnostic.SummaryModelIDNotChecked, diagnostic.SummaryPromotionFailedBefore}
	DeploymentKind = ObjectKind{DeploymentType, "deployment", "deployment_id", diagnostic.SummaryDeploymentExists,
		diagnostic.SummaryDeploymentIDNotChecked, diagnostic.SummaryReplacingFailedDeployment}
	DeployedModelKind = ObjectKind{DeployedModelType, "deployed model", "model", diagnostic.SummaryModelAlreadyLoaded,
		diagnostic.SummaryLoadedModelsNotChecked, diagnostic.SummaryReplacingUnusableDeployedModel}
	RouterKind = ObjectKind{RouterType, "router", "router_id", diagnostic.SummaryRouterExists,
		diagnostic.SummaryRouterIDNotChecked, diagnostic.SummaryReplacingFailedRouter}
)

// ChosenBy names the arguments that choose another object.
func (k ObjectKind) ChosenBy() string {
	if k == DeployedModelKind {
		return "model or deployment"
	}

	return k.IDArgument
}
