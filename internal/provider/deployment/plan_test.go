// SPDX-License-Identifier: MPL-2.0

package deployment_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// deploymentPlanChecks are what a plan of a new deployment finds.
var deploymentPlanChecks = map[string]struct {
	arrange  func(p *providertest.Platform)
	change   providertest.Values
	errors   string
	warnings string
	// dryRuns is how many validations are requested.
	dryRuns int
}{
	"nothing": {dryRuns: 1},
	"the ID is taken": {
		arrange: func(p *providertest.Platform) {
			p.PutDeployment(mockapi.Deployment{Name: providertest.Chat, BaseModel: providertest.QwenBase})
		}, errors: diagnostic.SummaryDeploymentExists,
	},
	"the ID is reserved": {change: providertest.Values{"deployment_id": "qwen3-deleted"},
		errors: diagnostic.SummaryDeploymentReserved},
	"the ID cannot be checked": {
		arrange: func(p *providertest.Platform) {
			p.SetFaults(mockapi.Fault{Method: http.MethodGet, Path: providertest.DeploymentPath,
				Kind: mockapi.FaultStatus, Status: 403})
		},
		warnings: diagnostic.SummaryDeploymentIDNotChecked, dryRuns: 1,
	},
	"the base model is missing": {change: providertest.Values{"base_model": providertest.DemoModels + "none"},
		warnings: diagnostic.SummaryBaseModelMissing},
	"the base model is not ready": {
		arrange: func(p *providertest.Platform) {
			p.PutModel(mockapi.Model{Name: providertest.DemoModels + "m", State: "UPLOADING"})
		},
		change:   providertest.Values{"base_model": providertest.DemoModels + "m"},
		warnings: diagnostic.SummaryBaseModelNotReady,
	},
	"the base model cannot be checked": {
		arrange: func(p *providertest.Platform) {
			p.SetFaults(mockapi.Fault{Method: http.MethodGet, Path: providertest.BaseModelPath,
				Kind: mockapi.FaultStatus, Status: 400})
		},
		warnings: diagnostic.SummaryBaseModelNotChecked,
	},
	"the shape is missing": {
		change: providertest.Values{"deployment_shape": "accounts/fireworks/deploymentShapes/none"},
		errors: diagnostic.SummaryNoSuchDeploymentShape,
	},
	"the version is missing": {change: providertest.Values{"deployment_shape": providertest.ServingShape +
		"/versions/none"}, errors: diagnostic.SummaryNoSuchDeploymentShape},
	"the version is not validated": {
		change: providertest.Values{"deployment_shape": providertest.FastShape + "/versions/9c8d7e6f"},
		errors: diagnostic.SummaryShapeNotValidated,
	},
	"no version is validated": {
		change: providertest.Values{"deployment_shape": providertest.DeploymentShapes + "qwen3-8b-preview"},
		errors: diagnostic.SummaryShapeNotValidated,
	},
	"the version is not validated, and used anyway": {change: providertest.Values{
		"deployment_shape": providertest.FastShape + "/versions/9c8d7e6f", "skip_shape_validation": true}, dryRuns: 1},
	"the shape cannot be checked": {
		arrange: func(p *providertest.Platform) {
			p.SetFaults(mockapi.Fault{Path: providertest.ShapePath, Kind: mockapi.FaultStatus, Status: 403})
		},
		warnings: diagnostic.SummaryDeploymentShapeNotChecked, dryRuns: 1,
	},
	"the platform refuses it": {
		change: providertest.Values{"deployment_shape": nil, "accelerator_type": "NVIDIA_A100_80GB",
			"accept_shapeless_risk": true},
		errors: diagnostic.SummaryDeploymentRefused, dryRuns: 1,
	},
	"the platform drops the shape": {
		arrange: func(p *providertest.Platform) { p.SetDropShapes(true) }, errors: diagnostic.SummaryShapeNotApplied,
		dryRuns: 1,
	},
	"the quota does not suffice": {
		arrange: func(p *providertest.Platform) {
			p.SetFaults(mockapi.Fault{Method: http.MethodPost, Kind: mockapi.FaultStatus, Status: 429, Body: quotaBody})
		},
		warnings: diagnostic.SummaryQuotaWouldBeExceeded, dryRuns: 1,
	},
	"the quota does not suffice, with 403": {
		arrange: func(p *providertest.Platform) {
			p.SetFaults(mockapi.Fault{Method: http.MethodPost, Kind: mockapi.FaultStatus, Status: 403, Body: quotaBody})
		},
		warnings: diagnostic.SummaryQuotaWouldBeExceeded, dryRuns: 1,
	},
	"the account is suspended": {
		arrange: func(p *providertest.Platform) { p.SetSuspended(true) }, errors: diagnostic.SummaryAccountSuspended,
		dryRuns: 1,
	},
	"the platform cannot validate": {
		arrange: func(p *providertest.Platform) {
			p.SetFaults(mockapi.Fault{Method: http.MethodPost, Kind: mockapi.FaultStatus, Status: 503})
		},
		warnings: diagnostic.SummaryDeploymentNotValidated, dryRuns: 1,
	},
	"the response to the validation is lost": {
		arrange: func(p *providertest.Platform) {
			p.SetFaults(mockapi.Fault{Method: http.MethodPost, Kind: mockapi.FaultResetAfter})
		},
		warnings: diagnostic.SummaryDeploymentNotValidated, dryRuns: 1,
	},
	"an argument is unknown":    {change: providertest.Values{"display_name": providertest.Unknown}},
	"the base model is unknown": {change: providertest.Values{"base_model": providertest.Unknown}},
	"the ID is unknown":         {change: providertest.Values{"deployment_id": providertest.Unknown}},
}

// TestDeployment_PlanChecks plans a new deployment: what is found, and that a plan validates at most once and creates
// nothing.
func TestDeployment_PlanChecks(t *testing.T) {
	t.Parallel()

	for name, test := range deploymentPlanChecks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{DeploymentTime: time.Minute})
			if test.arrange != nil {
				test.arrange(p)
			}

			got := p.Protocol(t).Plan(t.Context(), providerdata.DeploymentType, providertest.Stored{},
				providertest.DeploymentConfig(test.change))

			if summary := got.Diagnostics.Errors().JoinedSummaries(); summary != test.errors {
				t.Errorf("errors %q, want %q\n%s", summary, test.errors, got.Diagnostics)
			}

			if test.errors != "" {
				providertest.AssertMentions(t, got.Diagnostics, "terraform destroy -refresh=false")
			}

			if summary := got.Diagnostics.Warnings().JoinedSummaries(); summary != test.warnings {
				t.Errorf("warnings %q, want %q\n%s", summary, test.warnings, got.Diagnostics)
			}

			writes := p.TakeWriteRequests()
			if len(writes) != test.dryRuns ||
				strings.Count(strings.Join(writes, "\n"), "validateOnly=true") != test.dryRuns {
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

	p := providertest.NewPlatform(t, mockapi.Options{DeploymentTime: time.Minute})
	p.SetIgnoreValidateOnly(true)

	got := p.Protocol(t).Plan(t.Context(), providerdata.DeploymentType, providertest.Stored{},
		providertest.DeploymentConfig(nil))
	if got.Diagnostics.JoinedSummaries() != diagnostic.SummaryCreatedByDryRun {
		t.Fatal(got.Diagnostics)
	}

	for _, want := range []string{providertest.Chat, "curl -X DELETE", p.URL + "/v1/" + providertest.Chat +
		"?ignoreChecks=true&hard=true"} {
		if !strings.Contains(got.Diagnostics.String(), want) {
			t.Errorf("%q is not in\n%s", want, got.Diagnostics)
		}
	}

	if n := len(p.TakeWriteRequests()); n != 1 {
		t.Errorf("%d requests, want one", n)
	}
}

// TestDeployment_DestroyAfterFailure destroys a tainted deployment although its configuration would be refused by now:
// terraform destroy starts with a plan of the configuration.
func TestDeployment_DestroyAfterFailure(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{DeploymentTime: time.Minute})
	p.SetDeploymentOutcome(mockapi.DeploymentFails)

	config := providertest.DeploymentConfig(providertest.Values{"soft_delete": true})

	var current providertest.Instance
	p.DeploymentCore(t).Run(t.Context(), &current, config, providertest.RunOptions{})

	if !current.Tainted {
		t.Fatal("not tainted")
	}

	p.SetFaults(mockapi.Fault{Method: http.MethodPost, Kind: mockapi.FaultStatus, Status: 400})

	got := p.DeploymentCore(t).Run(t.Context(), &current, config, providertest.RunOptions{PlanOnly: true})
	providertest.AssertSummaries(t, got.Diagnostics, replacingFailed, "WARNING: "+diagnostic.SummaryDeploymentRefused)

	if got := p.DeploymentCore(t).Run(t.Context(), &current, nil,
		providertest.RunOptions{}); len(got.Diagnostics) > 0 || current.State != nil {
		t.Errorf("%s", got.Diagnostics)
	}
}

// TestDeployment_Replacements finds at plan time what would make the second half of a replacement fail.
func TestDeployment_Replacements(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		before, after providertest.Values
		want          string
	}{
		"soft delete keeps the ID": {providertest.Values{"soft_delete": true}, nil,
			diagnostic.SummarySoftDeleteKeepsID},
		"abandoning keeps the ID": {providertest.Values{"deletion_policy": lifecycle.DeletionPolicyAbandon}, nil,
			diagnostic.SummaryAbandonKeepsID},
		"prevented": {providertest.Values{"deletion_policy": lifecycle.DeletionPolicyPrevent}, nil,
			diagnostic.SummaryDestroyPrevented},
		"prevented from now on": {nil, providertest.Values{"deletion_policy": lifecycle.DeletionPolicyPrevent},
			diagnostic.SummaryProtectionNotApplied},
		"another ID": {providertest.Values{"soft_delete": true},
			providertest.Values{"soft_delete": true, "deployment_id": "other"}, ""},
		"shape missing": {nil,
			providertest.Values{"deployment_shape": providertest.ServingShape + "/versions/none"},
			diagnostic.SummaryNoSuchDeploymentShape},
		"base model missing": {nil, providertest.Values{"base_model": providertest.DemoModels + "none"},
			diagnostic.SummaryBaseModelMissing},
		"base model of others missing": {
			nil, providertest.Values{"base_model": "accounts/fireworks/models/none"},
			diagnostic.SummaryBaseModelMissing,
		},
		"base model missing, another ID": {
			nil, providertest.Values{"base_model": providertest.DemoModels + "none", "deployment_id": "other"},
			diagnostic.SummaryBaseModelMissing,
		},
		"the same ID, deleted hard": {nil, nil, diagnostic.SummaryDeletedFirst},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{DeploymentTime: time.Minute})

			current := p.DeploymentCore(t).Create(t, providertest.DeploymentConfig(test.before))
			p.TakeWriteRequests()

			after := providertest.With(providertest.DeploymentConfig(test.after),
				providertest.Values{"disable_speculative_decoding": true})

			got := p.DeploymentCore(t).Run(t.Context(), &current, after, providertest.RunOptions{PlanOnly: true})
			if got.Action != providertest.ActionReplace || got.Diagnostics.JoinedSummaries() != test.want {
				t.Errorf("%s\n%s", got.Action, got.Diagnostics)
			}

			if fails := strings.HasSuffix(name, "missing"); fails && len(got.Diagnostics.Errors()) == 0 {
				t.Errorf("no error:\n%s", got.Diagnostics)
			}

			if len(got.Diagnostics.Errors()) > 0 {
				if test.want != diagnostic.SummaryDestroyPrevented {
					providertest.AssertMentions(t, got.Diagnostics, "terraform destroy -refresh=false")
				}

				return
			}

			if test.want == diagnostic.SummaryBaseModelMissing {
				return
			}

			writes := p.TakeWriteRequests()
			if len(writes) != 1 || !strings.Contains(writes[0], "validateOnly=true") {
				t.Errorf("requests: %q", writes)
			}
		})
	}
}

// TestDeployment_DeletedFirst says what the deletion of a replacement under its name can meet: requests, and models that
// a deployed model with the literal name keeps, whichever of the two plans comes first.
func TestDeployment_DeletedFirst(t *testing.T) {
	t.Parallel()

	const refused, loaded = "force_destroy = true is applied before", "models that this plan keeps"

	plan := func(t *testing.T, forced bool, order string) (replaced providertest.Planned, kept providertest.Planned) {
		t.Helper()

		p := providertest.NewPlatform(t, mockapi.Options{})
		config := providertest.DeploymentConfig(providertest.Values{"enable_addons": true, "force_destroy": forced})
		current := p.DeploymentCore(t).Create(t, config)
		lora := providertest.LoraConfig(providertest.Values{"deployment": providertest.Chat})
		model := p.DeployedModelCore(t).Create(t, lora)

		config = providertest.With(config, providertest.Values{"disable_speculative_decoding": true})
		process := p.Protocol(t)

		for _, call := range order {
			switch call {
			case 'd':
				replaced = process.Plan(t.Context(), providerdata.DeploymentType, current.Stored, config)
			case 'm':
				kept = process.Plan(t.Context(), providerdata.DeployedModelType, model.Stored, lora)
			}
		}

		return replaced, kept
	}

	for name, test := range map[string]struct {
		forced  bool
		order   string
		want    []string
		without []string
		// reloads is set if the deployed model is replaced as well.
		reloads bool
	}{
		"alone":                    {order: "d", want: []string{refused}, without: []string{loaded}},
		"by force":                 {order: "d", forced: true, without: []string{refused, loaded}},
		"after the deployed model": {order: "md", want: []string{refused, loaded, providertest.SupportLoRA}},
		"before the deployed model": {order: "dm", want: []string{refused}, without: []string{loaded},
			reloads: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			replaced, kept := plan(t, test.forced, test.order)
			providertest.AssertSummaries(t, replaced.Diagnostics,
				"WARNING deployment_id: "+diagnostic.SummaryDeletedFirst)
			providertest.AssertMentions(t, replaced.Diagnostics, test.want...)
			providertest.AssertEqual(t, "reloads", len(kept.Replace) > 0, test.reloads)

			for _, text := range test.without {
				if strings.Contains(replaced.Diagnostics.String(), text) {
					t.Errorf("%q is in %s", text, replaced.Diagnostics)
				}
			}
		})
	}
}
