package provider

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// providerData is what the provider passes to resources and data sources. It is safe for concurrent use.
type providerData struct {
	// client is nil while an argument of the provider is unknown.
	client           *fireworks.Client
	unknownArguments []string
	// keySource and urlSource say where the key and baseURL come from, such as "the argument api_key".
	keySource, baseURL, urlSource string
	// keyRejected is set once an error has reported that the API rejects the key.
	keyRejected atomic.Bool
	// reportedCauses are why checks could not be made, as far as warnings have said so.
	reportedCauses memory[struct{}]

	clock            fireworks.Clock
	pollInterval     fireworks.PollInterval
	planCheckTimeout time.Duration

	lookups planLookups
	reads   dataLookups
	// deletedNames are the times at which this process deleted models and deployments for good.
	deletedNames memory[time.Time]
	plans        Plans
}

func newProviderData(clock fireworks.Clock, pollInterval fireworks.PollInterval, planCheckTimeout time.Duration) *providerData {
	data := &providerData{clock: clock, pollInterval: pollInterval, planCheckTimeout: planCheckTimeout}

	data.lookups.models.Clock = clock
	data.lookups.checkpoints.Clock = clock
	data.lookups.checkpoints.Idle = planCheckTimeout / 5
	data.lookups.deploymentShapes.Clock = clock
	data.lookups.deployments.Clock = clock
	data.lookups.deploymentLists.Clock = clock
	data.lookups.deployedModels.Clock = clock

	data.reads.models.configure(clock, "models", summaryModelsNotListed, (*fireworks.Client).ListModels)
	data.reads.deployments.configure(clock, "deployments", summaryDeploymentsNotListed, (*fireworks.Client).ListDeployments)
	data.reads.deployedModels.configure(clock, "deployed models", summaryDeployedModelsNotListed,
		(*fireworks.Client).ListDeployedModels)
	data.reads.routers.configure(clock, "routers", summaryRoutersNotListed, (*fireworks.Client).ListRouters)
	data.reads.fineTuningJobs = newFineTuningJobListings(clock)
	data.reads.quotas.configure(clock, "quotas", summaryQuotasNotListed, (*fireworks.Client).ListQuotas)

	return data
}

// providerDataFrom returns the provider data that Configure of a resource or data source receives. It is never nil: before the provider
// is configured, it has no client.
func providerDataFrom(received any, diags *diag.Diagnostics) *providerData {
	data, ok := received.(*providerData)
	if ok {
		return data
	}

	if received != nil {
		diags.AddError(summaryUnexpectedProviderData,
			fmt.Sprintf("Expected *providerData, got %T. This is a bug in the provider; please report it.", received))
	}

	return newProviderData(fireworks.SystemClock{}, fireworks.DefaultPollInterval(), planCheckTimeout)
}

// requireClient returns the client, or nil and an error that names the unknown arguments of the provider.
func (d *providerData) requireClient(diags *diag.Diagnostics) *fireworks.Client {
	switch {
	case d.client != nil:
	case len(d.unknownArguments) == 0:
		diags.AddError(summaryProviderNotConfigured,
			"The provider was used before it was configured. This is a bug in the provider; please report it.")
	default:
		diags.AddError(summaryProviderArgumentUnknown, fmt.Sprintf(
			"This needs the provider argument %s, whose value is not known until apply.\n\n"+
				"Apply the resource that sets the value first (terraform apply -target=ADDRESS), and then "+
				"everything. Or set the argument "+
				"from something that is known before, such as a variable, the environment, or a configuration that "+
				"was applied earlier.",
			strings.Join(d.unknownArguments, ", ")))
	}

	return d.client
}

// Account returns the account that bare IDs belong to. All callers of a process share one request, which is retried
// within its own time limit of about two minutes and honors Retry-After. Call it outside of runPlanChecks, whose time
// limit is shorter: a name that an earlier plan showed must not become unknown because of a slow response, so report
// an error as accountID does.
func (d *providerData) Account(ctx context.Context) (string, error) { return d.client.AccountID(ctx) }

// newFineTuningJobListings returns the listing of each kind of jobs.
func newFineTuningJobListings(clock fireworks.Clock) map[fireworks.FineTuningJobKind]*listing[fireworks.FineTuningJob] {
	listings := map[fireworks.FineTuningJobKind]*listing[fireworks.FineTuningJob]{}

	for _, kind := range fireworks.FineTuningJobKinds() {
		listings[kind] = &listing[fireworks.FineTuningJob]{}
		listings[kind].configure(clock, string(kind)+" fine-tuning jobs", summaryFineTuningJobsNotListed,
			func(client *fireworks.Client, ctx context.Context, accountID string) ([]fireworks.FineTuningJob, error) {
				return client.ListFineTuningJobs(ctx, accountID, kind)
			})
	}

	return listings
}
