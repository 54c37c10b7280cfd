// SPDX-License-Identifier: MPL-2.0

package lifecycle

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
	// pending are the states that an object leaves by itself: first that of a creation, then those of an object that
	// was usable before.
	pending []string
	// Failed are the states of an object that does not become usable.
	Failed []string
	// deleting and deleted are the states of an object that is being deleted, and of one that is but can still be read.
	deleting, deleted string
	// statusFails is set if a status with an error means a failure whatever the state; otherwise only a lack of
	// capacity does.
	statusFails bool
}

// The states of an object that is being deleted, and of one that is but can still be read.
const (
	stateDeleting = "DELETING"
	stateDeleted  = "DELETED"
)

// allStates are those of all kinds of objects.
var allStates []objectStates

// newStates adds the states of one more kind of object to allStates.
func newStates(s objectStates) objectStates {
	allStates = append(allStates, s)
	return s
}

var (
	ModelStates = newStates(objectStates{
		usable: fireworks.ModelStateReady, pending: []string{fireworks.ModelStateUploading}, Failed: []string{"FAILED"},
		deleting: stateDeleting, deleted: stateDeleted, statusFails: true,
	})
	DeploymentStates = newStates(objectStates{
		usable:   fireworks.DeploymentStateReady,
		pending:  []string{fireworks.DeploymentStateCreating, fireworks.DeploymentStateUpdating},
		Failed:   []string{fireworks.DeploymentStateFailed},
		deleting: stateDeleting, deleted: stateDeleted,
	})
	DeployedModelStates = newStates(objectStates{
		usable:  fireworks.DeployedModelStateDeployed,
		pending: []string{fireworks.DeployedModelStateDeploying, fireworks.DeployedModelStateUpdating},
		Failed:  []string{"FAILED", fireworks.DeployedModelStateUndeploying},
		deleted: stateDeleted, statusFails: true,
	})
	RouterStates = newStates(objectStates{
		usable:   fireworks.RouterStateReady,
		pending:  []string{fireworks.RouterStateCreating, fireworks.RouterStateUpdating},
		deleting: stateDeleting, deleted: stateDeleted, statusFails: true,
	})
)

func (s objectStates) IsDeleted(state string) bool {
	return state != "" && (state == s.deleting || state == s.deleted)
}

func (s objectStates) isFinal(state string) bool {
	return state == s.usable || slices.Contains(s.Failed, state) || s.IsDeleted(state)
}

// wasUsable reports whether an object in the state was usable at least once.
func (s objectStates) wasUsable(state string) bool {
	return state == s.usable || slices.Contains(s.pending[1:], state)
}

// failureGrace reports whether a status means that the object does not become usable, and for how long it must stay
// until then.
func (s objectStates) failureGrace(status fireworks.Status) (limit time.Duration, fails bool) {
	switch {
	case s.statusFails:
		return StateGracePeriod, status.LastOperationFailed()
	case status.LastOperationFailed():
		return capacityGracePeriod, status.StatusCode == statusNoCapacity
	}

	return 0, false
}

// CreatingKey is the key of a bool in the private state: whether the object was never seen usable since it was created.
// Terraform drops the private state of a tainted object in the plan and the deletion of its replacement.
const CreatingKey = "creating"

// FailedKey marks an object whose creation failed while a resumed apply waited for it, which does not taint it. The plan
// replaces it.
const FailedKey = "failed"

// IsPending reports whether something is pending for the object in the state that an apply must wait for: the object is
// in a pending state, or its creation has not finished. An object that left the usable state by itself is not pending,
// whatever its state.
func (s objectStates) IsPending(ctx context.Context, state types.String, private PrivateReader) bool {
	if slices.Contains(s.pending, state.ValueString()) {
		return true
	}

	creating, known := LoadPrivate[bool](ctx, private, CreatingKey)
	if !known {
		creating = state.ValueString() == "" || state.ValueString() == fireworks.ModelStateUnspecified
	}

	return creating && !s.isFinal(state.ValueString())
}

// IsAwaited reports whether an apply must wait for the object in the state: it is pending, or usable and has not
// responded yet to an inference request that the plan waits for.
func (s objectStates) IsAwaited(
	ctx context.Context, state types.String, waitForInference types.Bool, private PrivateReader,
) bool {
	return s.IsPending(ctx, state, private) ||
		waitForInference.ValueBool() && state.ValueString() == s.usable && HasMark(ctx, private, AwaitingInferenceKey)
}

// isStranded reports whether the object in the state is neither usable nor pending nor known to have failed: it left
// the usable state by itself, or is being deleted.
func (s objectStates) isStranded(ctx context.Context, state types.String, private PrivateReader) bool {
	if s.IsDeleted(state.ValueString()) {
		return true
	}

	return state.ValueString() != "" && !s.isFinal(state.ValueString()) && !s.IsPending(ctx, state, private)
}

// isUnknown reports whether the state is one that the platform added later, whatever the kind of the object.
func isUnknown(state string) bool {
	return state != "" && !slices.ContainsFunc(allStates, func(s objectStates) bool {
		return s.isFinal(state) || slices.Contains(s.pending, state)
	})
}

// RefreshCreating updates CreatingKey after a refresh. An object without the key was imported: how it was created is
// not known, so nothing waits for it and nothing is assumed to have failed.
func RefreshCreating(ctx context.Context, private PrivateState, isUsable bool) diag.Diagnostics {
	if creating, known := LoadPrivate[bool](ctx, private, CreatingKey); known && (!creating || !isUsable) {
		return nil
	}

	return SavePrivate(ctx, private, CreatingKey, false)
}

// NeverUsable reports whether the object in the state never became usable, so that nothing protects it from being
// deleted. The replacement of a tainted object has only the private state that its plan saved. Without any, the state
// attribute decides.
func (s objectStates) NeverUsable(ctx context.Context, state types.String, private PrivateReader) bool {
	switch state.ValueString() {
	case s.usable:
		return false
	case s.pending[0]:
		return true
	}

	if creating, known := LoadPrivate[bool](ctx, private, CreatingKey); known {
		return creating
	}

	if replaced, known := LoadPrivate[ReplacedObject](ctx, private, ReplacedKey); known {
		return replaced.NeverUsable
	}

	return state.ValueString() == "" || slices.Contains(s.Failed, state.ValueString())
}
