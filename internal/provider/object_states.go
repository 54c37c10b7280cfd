package provider

import (
	"context"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// objectStates are the states of one kind of object. A state that is not among them is one that the platform added
// later.
type objectStates struct {
	// usable is the state of an object that is ready to use.
	usable string
	// pending are the states that an object leaves by itself.
	pending []string
	// failed are the states of an object that does not become usable.
	failed []string
	// deleting and deleted are the states of an object that is being deleted, and of one that is but can still be read.
	deleting, deleted string
	// statusFails is set if a status with an error means a failure whatever the state; otherwise only a lack of
	// capacity does.
	statusFails bool
}

var (
	modelStates = objectStates{
		usable: fireworks.ModelStateReady, pending: []string{fireworks.ModelStateUploading}, failed: []string{"FAILED"},
		deleting: "DELETING", deleted: "DELETED", statusFails: true,
	}
	deploymentStates = objectStates{
		usable:   fireworks.DeploymentStateReady,
		pending:  []string{fireworks.DeploymentStateCreating, fireworks.DeploymentStateUpdating},
		failed:   []string{fireworks.DeploymentStateFailed},
		deleting: fireworks.DeploymentStateDeleting, deleted: fireworks.DeploymentStateDeleted,
	}
	deployedModelStates = objectStates{
		usable:  fireworks.DeployedModelStateDeployed,
		pending: []string{fireworks.DeployedModelStateDeploying, fireworks.DeployedModelStateUpdating},
		failed:  []string{"FAILED", fireworks.DeployedModelStateUndeploying},
		deleted: "DELETED", statusFails: true,
	}
	routerStates = objectStates{
		usable:   fireworks.RouterStateReady,
		pending:  []string{fireworks.RouterStateCreating, fireworks.RouterStateUpdating},
		deleting: fireworks.RouterStateDeleting, deleted: "DELETED", statusFails: true,
	}
)

func (s objectStates) isDeleted(state string) bool {
	return state != "" && (state == s.deleting || state == s.deleted)
}

func (s objectStates) isFinal(state string) bool {
	return state == s.usable || slices.Contains(s.failed, state) || s.isDeleted(state)
}

// failureGrace reports whether a status means that the object does not become usable, and for how long it must stay
// until then.
func (s objectStates) failureGrace(status fireworks.Status) (limit time.Duration, fails bool) {
	switch {
	case s.statusFails:
		return stateGracePeriod, status.LastOperationFailed()
	case status.LastOperationFailed():
		return capacityGracePeriod, status.StatusCode == statusNoCapacity
	}

	return 0, false
}

// creatingKey is the key of a bool in the private state: whether the object was never seen usable since it was created.
// Terraform drops the private state of a tainted object in the plan and the deletion of its replacement.
const creatingKey = "creating"

// isPending reports whether something is pending for the object in the state that an apply must wait for: the object is
// in a pending state, or its creation has not finished. An object that left the usable state by itself is not pending,
// whatever its state.
func (s objectStates) isPending(ctx context.Context, state types.String, private privateReader) bool {
	if slices.Contains(s.pending, state.ValueString()) {
		return true
	}

	creating, known := loadPrivate[bool](ctx, private, creatingKey)
	if !known {
		creating = state.ValueString() == "" || state.ValueString() == fireworks.ModelStateUnspecified
	}

	return creating && !s.isFinal(state.ValueString())
}

// isStranded reports whether the object in the state is neither usable nor pending nor known to have failed: it left
// the usable state by itself.
func (s objectStates) isStranded(ctx context.Context, state types.String, private privateReader) bool {
	return state.ValueString() != "" && !s.isFinal(state.ValueString()) && !s.isPending(ctx, state, private)
}

// refreshCreating updates creatingKey after a refresh. An object without the key was imported: how it was created is
// not known, so nothing waits for it and nothing is assumed to have failed.
func refreshCreating(ctx context.Context, private privateState, isUsable bool) diag.Diagnostics {
	if creating, known := loadPrivate[bool](ctx, private, creatingKey); known && (!creating || !isUsable) {
		return nil
	}

	return savePrivate(ctx, private, creatingKey, false)
}

// neverUsable reports whether the object in the state never became usable, so that nothing protects it from being
// deleted. The replacement of a tainted object has only the private state that its plan saved. Without any, the state
// attribute decides.
func (s objectStates) neverUsable(ctx context.Context, state types.String, private privateReader) bool {
	switch state.ValueString() {
	case s.usable:
		return false
	case s.pending[0]:
		return true
	}

	if creating, known := loadPrivate[bool](ctx, private, creatingKey); known {
		return creating
	}

	if replaced, known := loadPrivate[replacedObject](ctx, private, replacedKey); known {
		return replaced.NeverUsable
	}

	return state.ValueString() == "" || slices.Contains(s.failed, state.ValueString())
}
