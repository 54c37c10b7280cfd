package provider

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// planCheckBudget is how long the plan-time checks of one resource may take in all.
const planCheckBudget = 10 * time.Second

// providerData is what resources and data sources are handed. It is safe for concurrent use.
type providerData struct {
	// client is nil while an argument of the provider is unknown.
	client           *fireworks.Client
	unknownArguments []string
	clock            fireworks.Clock
	pace             fireworks.PollInterval
	// checkBudget bounds the plan-time checks of one resource in all.
	checkBudget time.Duration

	// The look-ups of plan-time checks, shared by all resources of this process.
	checkpoints     fireworks.SharedLookup[[]fireworks.Checkpoint]
	baseModels      fireworks.SharedLookup[struct{}]
	refreshedModels refreshedModels
}

func newProviderData(clock fireworks.Clock, pace fireworks.PollInterval, checkBudget time.Duration) *providerData {
	data := &providerData{clock: clock, pace: pace, checkBudget: checkBudget}
	// A little less, so that the look-up itself tells why it has no answer.
	data.checkpoints.Timeout = checkBudget * 9 / 10
	data.baseModels.Timeout = checkBudget * 9 / 10

	return data
}

// providerDataFrom turns what Configure of a resource or data source is given into the provider's data; before the provider is configured that is nil.
func providerDataFrom(given any, diags *diag.Diagnostics) *providerData {
	if given == nil {
		return nil
	}

	data, ok := given.(*providerData)
	if !ok {
		diags.AddError(
			summaryUnexpectedProviderData,
			fmt.Sprintf("Expected *providerData, got %T. This is a bug in the provider; please report it.", given),
		)
	}

	return data
}

// requireClient returns the client, or an error that names the arguments because of which there is none yet.
func (d *providerData) requireClient(diags *diag.Diagnostics) *fireworks.Client {
	if d == nil {
		diags.AddError(
			summaryProviderNotConfigured,
			"The provider was asked for data before it was configured. This is a bug in the provider; please report it.",
		)

		return nil
	}

	if d.client == nil {
		diags.AddError(summaryProviderArgumentUnknown, fmt.Sprintf(
			"This must be read now, but the provider cannot ask the API yet: the value of its argument %s will be known only after apply. "+
				"Apply what makes that value first (terraform apply -target=…), or let this depend on it, so that Terraform reads it during apply.",
			strings.Join(d.unknownArguments, ", ")))
	}

	return d.client
}

// isConfigured tells whether the API can be asked.
func (d *providerData) isConfigured() bool { return d != nil && d.client != nil }

// listCheckpoints is the listing behind a plan-time check: one per job or session and process,
// begun at notBefore or later.
func (d *providerData) listCheckpoints(
	ctx context.Context,
	parent fireworks.CheckpointParent,
	notBefore time.Time,
) ([]fireworks.Checkpoint, error) {
	return d.checkpoints.Get(ctx, parent.String(), notBefore, func(ctx context.Context) ([]fireworks.Checkpoint, error) {
		return d.client.ListCheckpoints(ctx, parent, fireworks.MaxPageSize)
	})
}

// refreshedModels remembers which models the state holds, as far as this process was shown it: a tainted resource is planned
// without its past, so that only the refresh before has told what it holds.
type refreshedModels struct {
	mu     sync.Mutex
	models map[string]refreshedModel
}

type refreshedModel struct {
	deletionPolicy string
	// plannedWithState is set once the model was planned with its prior state: then it is not tainted,
	// and its replacement is told by replacedModel.
	plannedWithState bool
}

func (h *refreshedModels) remember(name string, model refreshedModel) {
	h.mu.Lock()
	defer h.mu.Unlock()

	if h.models == nil {
		h.models = map[string]refreshedModel{}
	}

	h.models[name] = model
}

func (h *refreshedModels) forget(name string) {
	h.mu.Lock()
	defer h.mu.Unlock()

	delete(h.models, name)
}

// tainted returns the model of a resource that must be a tainted one, because it was read and not planned with its prior state.
func (h *refreshedModels) tainted(name string) (refreshedModel, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()

	model, held := h.models[name]

	return model, held && !model.plannedWithState
}
