package provider

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// planCheckTimeout limits the plan-time checks of one resource together.
const planCheckTimeout = 10 * time.Second

// planCheck checks with the API whether an apply would fail. A finding is an error; a check that cannot be made adds a warning.
type planCheck func(ctx context.Context) diag.Diagnostics

// runPlanChecks runs the checks concurrently and returns their findings in the order of the checks.
// Without a client, because an argument of the provider is unknown, it checks nothing.
func (d *providerData) runPlanChecks(ctx context.Context, checks ...planCheck) diag.Diagnostics {
	if d.client == nil {
		return nil
	}

	ctx, cancel := d.withPlanTimeout(ctx)
	defer cancel()

	findings := make([]diag.Diagnostics, len(checks))

	var group sync.WaitGroup
	for i, check := range checks {
		group.Go(func() { findings[i] = check(ctx) })
	}

	group.Wait()

	var diags diag.Diagnostics
	for _, finding := range slices.Concat(findings...) {
		if rejection, ok := finding.(keyRejection); ok {
			d.addKeyRejectedOnce(&diags, rejection.err)
			continue
		}

		diags.Append(finding)
	}

	return diags
}

// withPlanTimeout limits the requests of one plan. Nested limits end with the outer one.
func (d *providerData) withPlanTimeout(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, d.planCheckTimeout,
		fmt.Errorf("no response within %s, including retries", fireworks.DurationText(d.planCheckTimeout)))
}

// notChecked is the warning about a check that could not be made. The result is unknown, so the plan continues,
// unless it deletes something first.
type notChecked struct {
	diag.DiagnosticWithPath
	what string
	err  error
}

// addNotChecked adds a warning about a check that could not be made. Only a rejected key is an error, which runPlanChecks
// reports once.
func addNotChecked(diags *diag.Diagnostics, attribute path.Path, summary, what string, err error) {
	if errors.Is(err, context.Canceled) {
		return
	}

	if isKeyRejected(err) {
		diags.Append(newKeyRejection(err))
		return
	}

	detail := apiDetail(what, err, "The plan continues without this check, and without others that fail for this reason; a problem would be reported "+
		"during apply.\n\n"+remedy(err))
	diags.Append(notChecked{diag.WithPath(attribute, diag.NewWarningDiagnostic(summary, detail)), what, err})
}

// eachCauseOnce leaves out the warnings about checks that could not be made for a cause that this process has reported.
func (d *providerData) eachCauseOnce(findings diag.Diagnostics) diag.Diagnostics {
	return slices.DeleteFunc(findings, func(finding diag.Diagnostic) bool {
		warning, ok := finding.(notChecked)
		return ok && !d.reportedCauses.add(causeOf(warning.err))
	})
}

// causeOf returns what errors that probably have one cause have in common.
func causeOf(err error) string {
	if status := fireworks.StatusOf(err); status != 0 {
		return strconv.Itoa(status)
	}

	if _, ok := errors.AsType[*fireworks.DecodeError](err); ok {
		return "invalid response"
	}

	return "no response"
}

// requireChecked turns the warnings about checks that could not be made into errors.
func requireChecked(findings diag.Diagnostics, nextStep string) diag.Diagnostics {
	required := make(diag.Diagnostics, len(findings))

	for i, finding := range findings {
		required[i] = finding
		if warning, ok := finding.(notChecked); ok {
			summary := warning.Summary()
			required[i] = withPathOf(warning, diag.NewErrorDiagnostic(summary,
				apiDetail(warning.what, warning.err, nextStep+"\n\n"+remedy(warning.err))))
		}
	}

	return required
}

// planLookups are the lookups of the plan-time checks. All resources of a provider process share their requests.
type planLookups struct {
	models           fireworks.SharedLookup[*fireworks.Model]
	checkpoints      fireworks.SharedLookup[[]fireworks.Checkpoint]
	deploymentShapes fireworks.SharedLookup[fireworks.DeploymentShapeVersion]
	deployments      fireworks.SharedLookup[fireworks.Deployment]
	deploymentLists  fireworks.SharedLookup[[]fireworks.Deployment]
	deployedModels   fireworks.SharedLookup[[]fireworks.DeployedModel]
}

// lookUpModel returns a model that other resources refer to, or nil if the API key may use it but not read it.
func (d *providerData) lookUpModel(ctx context.Context, name fireworks.ModelName) (*fireworks.Model, error) {
	return d.lookups.models.Get(ctx, name.String(), time.Time{}, func(ctx context.Context) (*fireworks.Model, error) {
		model, err := d.client.GetModel(ctx, name)
		switch {
		case fireworks.StatusOf(err) == http.StatusForbidden:
			return nil, nil //nolint:nilnil // a model that the key may not read is not an error
		case err != nil:
			return nil, err
		}

		return &model, nil
	})
}

// lookUpCheckpoints lists the checkpoints of a job or session with a request that was started at notBefore or later.
func (d *providerData) lookUpCheckpoints(
	ctx context.Context, parent fireworks.CheckpointParent, notBefore time.Time,
) ([]fireworks.Checkpoint, error) {
	return d.lookups.checkpoints.Get(ctx, parent.String(), notBefore, func(ctx context.Context) ([]fireworks.Checkpoint, error) {
		return d.client.ListCheckpoints(ctx, parent, fireworks.MaxPageSize)
	})
}

// lookUpDeployments lists the deployments of an account with a request that all resources of this process share.
func (d *providerData) lookUpDeployments(ctx context.Context, accountID string) ([]fireworks.Deployment, error) {
	return d.lookups.deploymentLists.Get(ctx, accountID, time.Time{},
		func(ctx context.Context) ([]fireworks.Deployment, error) {
			return d.client.ListDeployments(ctx, accountID)
		})
}

const noSuchTrainingRunHint = "Check the name. The platform keeps the checkpoints of a deleted trainer job for 30 days, " +
	"and those of a training session only as long as the session and its trainer exist. After that they cannot be promoted."
