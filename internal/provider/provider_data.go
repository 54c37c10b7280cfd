package provider

import (
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// providerData is what the provider passes to resources and data sources. It is safe for concurrent use.
type providerData struct {
	// client is nil while an argument of the provider is unknown.
	client           *fireworks.Client
	unknownArguments []string

	clock            fireworks.Clock
	pollInterval     fireworks.PollInterval
	planCheckTimeout time.Duration

	lookups planLookups
	reads   dataLookups
	// plannedModels are the models that plans of this process create (true), or that are not ready yet (false).
	plannedModels memory[bool]
	// plannedDeployments are the deployments that plans of this process create, or whose addons they may change.
	plannedDeployments memory[plannedDeployment]
	// hardDeleted are the times at which this process deleted deployments for good.
	hardDeleted memory[time.Time]
	refreshed   refreshedObjects
}

func newProviderData(clock fireworks.Clock, pollInterval fireworks.PollInterval, planCheckTimeout time.Duration) *providerData {
	data := &providerData{clock: clock, pollInterval: pollInterval, planCheckTimeout: planCheckTimeout}

	// A lookup ends a little earlier than the checks, so that its error says why.
	lookupTimeout := planCheckTimeout * 9 / 10
	configureLookup(&data.lookups.models, clock, lookupTimeout)
	configureLookup(&data.lookups.checkpoints, clock, lookupTimeout)
	configureLookup(&data.lookups.deploymentShapes, clock, lookupTimeout)
	configureLookup(&data.lookups.deployments, clock, lookupTimeout)
	configureLookup(&data.lookups.deployedModels, clock, lookupTimeout)

	data.reads.models.configure(clock, "models", summaryModelsNotListed, (*fireworks.Client).ListModels)
	data.reads.deployments.configure(clock, "deployments", summaryDeploymentsNotListed, (*fireworks.Client).ListDeployments)
	data.reads.deployedModels.configure(clock, "deployed models", summaryDeployedModelsNotListed,
		(*fireworks.Client).ListDeployedModels)
	data.reads.routers.configure(clock, "routers", summaryRoutersNotListed, (*fireworks.Client).ListRouters)
	data.reads.fineTuningJobs = newFineTuningJobListings(clock)
	data.reads.quotas.configure(clock, "quotas", summaryQuotasNotListed, (*fireworks.Client).ListQuotas)

	return data
}

func configureLookup[V any](lookup *fireworks.SharedLookup[V], clock fireworks.Clock, timeout time.Duration) {
	lookup.Clock, lookup.Timeout = clock, timeout
}

// providerDataFrom returns the provider data that Configure of a resource or data source receives, nil before the provider is configured.
func providerDataFrom(received any, diags *diag.Diagnostics) *providerData {
	if received == nil {
		return nil
	}

	data, ok := received.(*providerData)
	if !ok {
		diags.AddError(summaryUnexpectedProviderData,
			fmt.Sprintf("Expected *providerData, got %T. This is a bug in the provider; please report it.", received))
	}

	return data
}

// requireClient returns the client, or nil and an error that names the unknown arguments of the provider.
func (d *providerData) requireClient(diags *diag.Diagnostics) *fireworks.Client {
	if d == nil {
		diags.AddError(summaryProviderNotConfigured,
			"The provider was used before it was configured. This is a bug in the provider; please report it.")

		return nil
	}

	if d.client == nil {
		diags.AddError(summaryProviderArgumentUnknown, fmt.Sprintf(
			"This needs the provider argument %s, whose value is not known until apply.\n\n"+
				"Apply the resource that sets the value first (terraform apply -target=…), or add a depends_on on it, so that "+
				"Terraform reads this during apply.",
			strings.Join(d.unknownArguments, ", ")))
	}

	return d.client
}

// isConfigured reports whether there is a client.
func (d *providerData) isConfigured() bool { return d != nil && d.client != nil }
