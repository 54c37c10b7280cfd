// SPDX-License-Identifier: MPL-2.0

// Package providerdata has what the provider passes to resources and data sources: the client and the account, the
// names of objects and their import, shared lookups, the plans of this process, and the embedded base types.
package providerdata

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
)

// Data is what the provider passes to resources and data sources. It is safe for concurrent use.
type Data struct {
	// Client is nil while an argument of the provider is unknown.
	Client           *fireworks.Client
	UnknownArguments []string
	// KeySource and URLSource say where the key and BaseURL come from, such as "the argument api_key".
	KeySource, BaseURL, URLSource string
	// keyRejected is set once an error has reported that the API rejects the key.
	keyRejected atomic.Bool
	// reportedCauses are why checks could not be made, as far as a warning has reported it.
	reportedCauses memory[struct{}]

	Clock            fireworks.Clock
	PollInterval     fireworks.PollInterval
	planCheckTimeout time.Duration

	Lookups planLookups
	reads   dataLookups
	// DeletedNames are the objects that this process deleted for good.
	DeletedNames memory[DeletedObject]
	Plans        Plans
}

// DeletedObject is an object that was deleted.
type DeletedObject struct {
	At   time.Time
	Noun string
	// What describes it, so that it can be created again.
	What string
}

func New(clock fireworks.Clock, pollInterval fireworks.PollInterval, planCheckTimeout time.Duration) *Data {
	data := &Data{Clock: clock, PollInterval: pollInterval, planCheckTimeout: planCheckTimeout}

	data.Lookups.models.Clock = clock
	data.Lookups.Checkpoints.Clock = clock
	data.Lookups.Checkpoints.Idle = planCheckTimeout / 5
	data.Lookups.DeploymentShapes.Clock = clock
	data.Lookups.Deployments.Clock = clock
	data.Lookups.deploymentLists.Clock = clock
	data.Lookups.DeployedModels.Clock = clock

	return data
}

// From returns the provider data that Configure of a resource or data source receives. It is never nil: before the
// provider is configured, it has no client.
func From(received any, diags *diag.Diagnostics) *Data {
	data, ok := received.(*Data)
	if ok {
		return data
	}

	if received != nil {
		diags.AddError(diagnostic.SummaryUnexpectedProviderData,
			fmt.Sprintf("Expected *providerData, got %T. This is a bug in the provider; please report it.", received))
	}

	return New(fireworks.SystemClock{}, fireworks.DefaultPollInterval(), PlanCheckTimeout)
}

// RequireClient reports whether there is a client. If there is none, it adds an error that names the unknown arguments
// of the provider.
func (d *Data) RequireClient(diags *diag.Diagnostics) bool {
	switch {
	case d.Client != nil:
	case len(d.UnknownArguments) == 0:
		diags.AddError(diagnostic.SummaryProviderNotConfigured,
			"The provider was used before it was configured. This is a bug in the provider; please report it.")
	default:
		needed := "argument " + d.UnknownArguments[0] + ", whose value is"
		if len(d.UnknownArguments) > 1 {
			needed = "arguments " + strings.Join(d.UnknownArguments, ", ") + ", whose values are"
		}

		diags.AddError(diagnostic.SummaryProviderArgumentUnknown, fmt.Sprintf(
			"This needs the provider %s not known until apply.\n\n"+
				"Apply the resource that sets the value first (terraform apply -target=ADDRESS), and then "+
				"everything. Or set the argument from something that is known before, such as a variable, the "+
				"environment, or a configuration that was applied earlier.", needed))
	}

	return d.Client != nil
}

// Account returns the account that bare IDs belong to. All callers of a process share one request, which is retried
// within its own time limit of about two minutes and honors Retry-After. Call it outside of RunPlanChecks, whose time
// limit is shorter: a name that an earlier plan showed must not become unknown because of a slow response, so report
// an error as AccountID does.
func (d *Data) Account(ctx context.Context) (string, error) { return d.Client.AccountID(ctx) }
