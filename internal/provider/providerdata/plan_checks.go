// SPDX-License-Identifier: MPL-2.0

package providerdata

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
)

// PlanCheckTimeout limits the plan-time checks of one resource together.
const PlanCheckTimeout = 10 * time.Second

// planCheck checks with the API whether an apply would fail. A finding is an error; a check that cannot be made adds a
// warning.
type planCheck func(ctx context.Context) diag.Diagnostics

// RunPlanChecks runs the checks concurrently and returns their findings in the order of the checks.
// Without a client, because an argument of the provider is unknown, it checks nothing.
func (d *Data) RunPlanChecks(ctx context.Context, checks ...planCheck) diag.Diagnostics {
	if d.Client == nil {
		return nil
	}

	ctx, cancel := d.WithPlanTimeout(ctx)
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
			d.AddKeyRejectedOnce(&diags, rejection.err)
			continue
		}

		diags.Append(finding)
	}

	return diags
}

// WithPlanTimeout limits the requests of one plan. Nested limits end with the outer one.
func (d *Data) WithPlanTimeout(ctx context.Context) (context.Context, context.CancelFunc) {
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

// AddNotChecked adds a warning about a check that could not be made. Only a rejected key is an error, which
// RunPlanChecks reports once.
func AddNotChecked(diags *diag.Diagnostics, attribute path.Path, summary, what string, err error) {
	if errors.Is(err, context.Canceled) {
		return
	}

	if diagnostic.IsKeyRejected(err) {
		diags.Append(newKeyRejection(err))
		return
	}

	detail := diagnostic.APIDetail(what, err, "The plan continues without this check, and without others that fail "+
		"for this reason; a problem would be reported during apply.\n\n"+diagnostic.Remedy(err))
	diags.Append(notChecked{diag.WithPath(attribute, diag.NewWarningDiagnostic(summary, detail)), what, err})
}

// EachCauseOnce leaves out the warnings about checks that could not be made for a cause that this process has reported.
func (d *Data) EachCauseOnce(findings diag.Diagnostics) diag.Diagnostics {
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

// IsUnchecked reports whether a check could not be made.
func IsUnchecked(findings diag.Diagnostics) bool {
	return slices.ContainsFunc(findings, func(finding diag.Diagnostic) bool {
		_, ok := finding.(notChecked)
		return ok
	})
}

// RequireChecked turns the warnings about checks that could not be made into errors.
func RequireChecked(findings diag.Diagnostics, nextStep string) diag.Diagnostics {
	required := make(diag.Diagnostics, len(findings))

	for i, finding := range findings {
		required[i] = finding
		if warning, ok := finding.(notChecked); ok {
			summary := warning.Summary()
			required[i] = diagnostic.WithPathOf(warning, diag.NewErrorDiagnostic(summary,
				diagnostic.APIDetail(warning.what, warning.err, nextStep+"\n\n"+diagnostic.Remedy(warning.err))))
		}
	}

	return required
}

// planLookups are the lookups of the plan-time checks. All resources of a provider process share their requests.
type planLookups struct {
	models           fireworks.SharedLookup[*fireworks.Model]
	Checkpoints      fireworks.SharedLookup[[]fireworks.Checkpoint]
	DeploymentShapes fireworks.SharedLookup[fireworks.DeploymentShapeVersion]
	Deployments      fireworks.SharedLookup[fireworks.Deployment]
	deploymentLists  fireworks.SharedLookup[[]fireworks.Deployment]
	DeployedModels   fireworks.SharedLookup[[]fireworks.DeployedModel]
}

// LookUpModel returns a model that other resources refer to, or nil if the API key may use it but not read it.
func (d *Data) LookUpModel(ctx context.Context, name fireworks.ModelName) (*fireworks.Model, error) {
	return d.Lookups.models.Get(ctx, name.String(), time.Time{}, func(ctx context.Context) (*fireworks.Model, error) {
		model, err := d.Client.GetModel(ctx, name)
		switch {
		case fireworks.IsPermissionDenied(err):
			return nil, nil //nolint:nilnil // a model that the key may not read is not an error
		case err != nil:
			return nil, err
		}

		return &model, nil
	})
}

// LookUpCheckpoints lists the checkpoints of a job or session with a request that was started at notBefore or later.
func (d *Data) LookUpCheckpoints(
	ctx context.Context, parent fireworks.CheckpointParent, notBefore time.Time,
) ([]fireworks.Checkpoint, error) {
	return d.Lookups.Checkpoints.Get(ctx, parent.String(), notBefore,
		func(ctx context.Context) ([]fireworks.Checkpoint, error) {
			return d.Client.ListCheckpoints(ctx, parent, fireworks.MaxPageSize)
		})
}

// LookUpDeployments lists the deployments of an account with a request that all resources of this process share.
func (d *Data) LookUpDeployments(ctx context.Context, accountID string) ([]fireworks.Deployment, error) {
	return d.Lookups.deploymentLists.Get(ctx, accountID, time.Time{},
		func(ctx context.Context) ([]fireworks.Deployment, error) {
			return d.Client.ListDeployments(ctx, accountID)
		})
}

const NoSuchTrainingRunHint = "Check the name. The platform keeps the checkpoints of a deleted trainer job for 30 " +
	"days, and those of a training session only as long as the session and its trainer exist. After that they cannot " +
	"be promoted."
