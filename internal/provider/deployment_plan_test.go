package provider

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// deploymentPlanChecks are what a plan of a new deployment finds.
var deploymentPlanChecks = map[string]struct {
	arrange  func(p *platform)
	change   values
	errors   string
	warnings string
	// dryRuns is how many validations are requested.
	dryRuns int
}{
	"nothing": {dryRuns: 1},
	"the ID is taken": {
		arrange: func(p *platform) { p.PutDeployment(mockapi.Deployment{Name: chat, BaseModel: qwenBase}) }, errors: summaryDeploymentExists,
	},
	"the ID is reserved": {change: values{"deployment_id": "qwen3-deleted"}, errors: summaryDeploymentReserved},
	"the ID cannot be checked": {
		arrange: func(p *platform) {
			p.SetFaults(mockapi.Fault{Method: http.MethodGet, Path: deploymentPath, Kind: mockapi.FaultStatus, Status: 403})
		},
		warnings: summaryDeploymentIDNotChecked, dryRuns: 1,
	},
	"the base model is missing": {change: values{"base_model": demoModels + "none"}, warnings: summaryBaseModelMissing},
	"the base model is not ready": {
		arrange: func(p *platform) { p.PutModel(mockapi.Model{Name: demoModels + "m", State: "UPLOADING"}) },
		change:  values{"base_model": demoModels + "m"}, warnings: summaryBaseModelNotReady,
	},
	"the base model cannot be checked": {
		arrange: func(p *platform) {
			p.SetFaults(mockapi.Fault{Method: http.MethodGet, Path: baseModelPath, Kind: mockapi.FaultStatus, Status: 400})
		},
		warnings: summaryBaseModelNotChecked,
	},
	"the shape is missing": {
		change: values{"deployment_shape": "accounts/fireworks/deploymentShapes/none"}, errors: summaryNoSuchDeploymentShape,
	},
	"the version is missing": {change: values{"deployment_shape": servingShape + "/versions/none"}, errors: summaryNoSuchDeploymentShape},
	"the shape cannot be checked": {
		arrange:  func(p *platform) { p.SetFaults(mockapi.Fault{Path: shapePath, Kind: mockapi.FaultStatus, Status: 403}) },
		warnings: summaryDeploymentShapeNotChecked, dryRuns: 1,
	},
	"the platform refuses it": {
		change: values{"deployment_shape": nil, "accelerator_type": "NVIDIA_A100_80GB", "accept_shapeless_risk": true},
		errors: summaryDeploymentRefused, dryRuns: 1,
	},
	"the platform drops the shape": {
		arrange: func(p *platform) { p.SetDropShapes(true) }, errors: summaryShapeNotApplied, dryRuns: 1,
	},
	"the quota does not suffice": {
		arrange: func(p *platform) {
			p.SetFaults(mockapi.Fault{Method: http.MethodPost, Kind: mockapi.FaultStatus, Status: 429, Body: quotaBody})
		},
		warnings: summaryQuotaWouldBeExceeded, dryRuns: 1,
	},
	"the quota does not suffice, with 403": {
		arrange: func(p *platform) {
			p.SetFaults(mockapi.Fault{Method: http.MethodPost, Kind: mockapi.FaultStatus, Status: 403, Body: quotaBody})
		},
		warnings: summaryQuotaWouldBeExceeded, dryRuns: 1,
	},
	"the account is suspended": {
		arrange: func(p *platform) { p.SetSuspended(true) }, errors: summaryAccountSuspended, dryRuns: 1,
	},
	"the platform cannot validate": {
		arrange: func(p *platform) {
			p.SetFaults(mockapi.Fault{Method: http.MethodPost, Kind: mockapi.FaultStatus, Status: 503})
		},
		warnings: summaryDeploymentNotValidated, dryRuns: 1,
	},
	"the response to the validation is lost": {
		arrange:  func(p *platform) { p.SetFaults(mockapi.Fault{Method: http.MethodPost, Kind: mockapi.FaultResetAfter}) },
		warnings: summaryDeploymentNotValidated, dryRuns: 1,
	},
	"an argument is unknown":    {change: values{"display_name": unknown}},
	"the base model is unknown": {change: values{"base_model": unknown}},
	"the ID is unknown":         {change: values{"deployment_id": unknown}},
}

// TestDeployment_PlanChecks plans a new deployment: what is found, and that a plan validates at most once and creates nothing.
func TestDeployment_PlanChecks(t *testing.T) {
	t.Parallel()

	for name, test := range deploymentPlanChecks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := newPlatform(t, mockapi.Options{DeploymentTime: time.Minute})
			if test.arrange != nil {
				test.arrange(p)
			}

			got := p.protocol(t).Plan(t.Context(), deploymentType, stored{}, deploymentConfig(test.change))

			if summary := got.Diagnostics.Errors().summaries(); summary != test.errors {
				t.Errorf("errors %q, want %q\n%s", summary, test.errors, got.Diagnostics)
			}

			if summary := got.Diagnostics.Warnings().summaries(); summary != test.warnings {
				t.Errorf("warnings %q, want %q\n%s", summary, test.warnings, got.Diagnostics)
			}

			writes := p.takeWriteRequests()
			if len(writes) != test.dryRuns || strings.Count(strings.Join(writes, "\n"), "validateOnly=true") != test.dryRuns {
				t.Errorf("%d validations are wanted, and these are the requests: %q", test.dryRuns, writes)
			}

			if n := p.DeploymentsCreated(""); n != 0 {
				t.Errorf("the plan created %d deployments", n)
			}
		})
	}
}

// TestDeployment_ServerIgnoresValidateOnly names what such a server created, and how to delete it.
func TestDeployment_ServerIgnoresValidateOnly(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{DeploymentTime: time.Minute})
	p.SetIgnoreValidateOnly(true)

	got := p.protocol(t).Plan(t.Context(), deploymentType, stored{}, deploymentConfig(nil))
	if got.Diagnostics.summaries() != summaryCreatedByDryRun {
		t.Fatal(got.Diagnostics)
	}

	for _, want := range []string{chat, "curl -X DELETE", p.URL + "/v1/" + chat + "?ignoreChecks=true&hard=true"} {
		if !strings.Contains(got.Diagnostics.String(), want) {
			t.Errorf("%q is not in\n%s", want, got.Diagnostics)
		}
	}

	if n := len(p.takeWriteRequests()); n != 1 {
		t.Errorf("%d requests, want one", n)
	}
}

// TestDeployment_DestroyAfterFailure destroys a tainted deployment although its configuration would be refused by now:
// terraform destroy starts with a plan of the configuration.
func TestDeployment_DestroyAfterFailure(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{DeploymentTime: time.Minute})
	p.SetDeploymentOutcome(mockapi.DeploymentFails)

	config := deploymentConfig(values{"soft_delete": true})

	var current instance
	p.deployments(t).Run(t.Context(), &current, config, runOptions{})

	if !current.Tainted {
		t.Fatal("not tainted")
	}

	p.SetFaults(mockapi.Fault{Method: http.MethodPost, Kind: mockapi.FaultStatus, Status: 400})

	got := p.deployments(t).Run(t.Context(), &current, config, runOptions{PlanOnly: true})
	if got.Diagnostics.summaries() != summaryDeploymentRefused || len(got.Diagnostics.Errors()) > 0 {
		t.Errorf("%s", got.Diagnostics)
	}

	if got := p.deployments(t).Run(t.Context(), &current, nil, runOptions{}); len(got.Diagnostics) > 0 || current.State != nil {
		t.Errorf("%s", got.Diagnostics)
	}
}

// TestDeployment_Replacements finds at plan time what would make the second half of a replacement fail.
func TestDeployment_Replacements(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		before, after values
		want          string
	}{
		"soft delete keeps the ID":  {values{"soft_delete": true}, nil, summarySoftDeleteKeepsID},
		"abandoning keeps the ID":   {values{"deletion_policy": deletionPolicyAbandon}, nil, summaryAbandonKeepsID},
		"prevented":                 {values{"deletion_policy": deletionPolicyPrevent}, nil, summaryDestroyPrevented},
		"prevented from now on":     {nil, values{"deletion_policy": deletionPolicyPrevent}, summaryDestroyPrevented},
		"another ID":                {values{"soft_delete": true}, values{"soft_delete": true, "deployment_id": "other"}, ""},
		"shape missing":             {nil, values{"deployment_shape": servingShape + "/versions/none"}, summaryNoSuchDeploymentShape},
		"the same ID, deleted hard": {nil, nil, summaryDeletedFirst},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := newPlatform(t, mockapi.Options{DeploymentTime: time.Minute})

			current := p.deployments(t).create(t, deploymentConfig(test.before))
			p.takeWriteRequests()

			after := with(deploymentConfig(test.after), values{"disable_speculative_decoding": true})

			got := p.deployments(t).Run(t.Context(), &current, after, runOptions{PlanOnly: true})
			if got.Action != actionReplace || got.Diagnostics.summaries() != test.want {
				t.Errorf("%s\n%s", got.Action, got.Diagnostics)
			}

			if len(got.Diagnostics.Errors()) > 0 {
				return
			}

			writes := p.takeWriteRequests()
			if len(writes) != 1 || !strings.Contains(writes[0], "validateOnly=true") {
				t.Errorf("requests: %q", writes)
			}
		})
	}
}
