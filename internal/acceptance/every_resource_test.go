// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// objectPath matches the requests for one object of the account.
const objectPath = "/v1/accounts/demo/*/*"

// atCreation sets the faults when the request that creates an object arrives, which they concern, too.
func atCreation(p *providertest.Platform, faults ...mockapi.Fault) {
	p.OnRequest(func(r *http.Request) {
		if r.Method == http.MethodPost && !r.URL.Query().Has("validateOnly") {
			p.OnRequest(nil)
			p.SetFaults(faults...)
		}
	})
}

// TestNotFound_NotBelieved takes nothing for deleted if a 404 is not the API's, is about the path of the request, or is
// not confirmed by another request.
func TestNotFound_NotBelieved(t *testing.T) {
	t.Parallel()

	for _, resource := range managedResources {
		t.Run(resource.typeName, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{})
			core := resource.core(p, t)
			page := mockapi.Fault{Path: objectPath, Kind: mockapi.FaultStatus, Status: 404, Body: "<html>not here</html>"}

			// Pages do not end the wait for a creation.
			polls := page
			polls.Method, polls.Times = http.MethodGet, 40
			atCreation(p, polls)

			current := core.Create(t, resource.config(nil))
			providertest.AssertEqual(t, "pages", p.FaultCounts()[0], polls.Times)

			for body, forbidden := range map[string]string{
				page.Body: "/none", "404 page not found": "/none", `{"code":5,"message":"Not Found"}`: "/none",
				`{"code":5,"message":"no such object"}`: "/v1/accounts",
			} {
				page.Body = body
				p.SetFaults(page, mockapi.Fault{Path: forbidden, Kind: mockapi.FaultStatus, Status: 403})

				read := p.Protocol(t).Read(t.Context(), resource.typeName, current.Stored)
				destroyed := current
				deleted := core.Run(t.Context(), &destroyed, nil, providertest.RunOptions{NoRefresh: true})

				if len(read.Diagnostics.Errors()) != 1 || len(deleted.Diagnostics.Errors()) != 1 || read.State == nil ||
					destroyed.State == nil {
					t.Errorf("%s: read %v, destroyed %v\n%s%s", body, read.State, destroyed.State, read.Diagnostics,
						deleted.Diagnostics)
				}
			}
		})
	}
}

// TestCreation_NotDetermined loses the response of a creation, and those of the lookups after it.
func TestCreation_NotDetermined(t *testing.T) {
	t.Parallel()

	for _, resource := range managedResources {
		t.Run(resource.typeName, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{})
			process, config := p.ProtocolWith(t, providertest.Values{"max_retries": 0}), resource.config(nil)
			plan := process.Plan(t.Context(), resource.typeName, providertest.Stored{}, config)

			atCreation(p, mockapi.Fault{Method: http.MethodPost, Kind: mockapi.FaultResetAfter},
				mockapi.Fault{Kind: mockapi.FaultStatus, Status: 500})

			got := process.Apply(t.Context(), resource.typeName, providertest.Stored{}, plan, config)
			providertest.AssertMentions(t, got.Diagnostics, "Whether it exists could not be determined.", "Plan again")

			if text := got.Diagnostics.String(); got.State != nil || len(got.Diagnostics.Errors()) != 1 ||
				strings.Contains(text, "does not exist") || strings.Contains(text, "was not") {
				t.Errorf("the state contains %v:\n%s", got.State, text)
			}

			p.SetFaults()
			resource.core(p, t).Apply(t, &providertest.Instance{}, config, resource.exists)
		})
	}
}

// TestWait_UnknownState waits for a creation in a state that is not known. An object that left its usable state by
// itself is kept, without a wait, and every plan says so.
func TestWait_UnknownState(t *testing.T) {
	t.Parallel()

	for _, resource := range managedResources {
		t.Run(resource.typeName, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{})
			p.SetPromotionOutcome(mockapi.PromotionSucceedsWithoutResponse)
			atCreation(p, mockapi.Fault{Kind: mockapi.FaultEdit, Body: `{"state":"PROVISIONING"}`, Times: 6})

			core := resource.core(p, t)
			current := core.Create(t, resource.config(nil))
			providertest.AssertEqual(t, "unknown states", p.FaultCounts()[0], 6)

			for state, hint := range map[string]string{"ARCHIVED": "", "FAILED": "terraform apply -replace=" + resource.typeName} {
				p.SetFaults(mockapi.Fault{Path: objectPath, Kind: mockapi.FaultEdit, Body: fmt.Sprintf(`{"state":%q}`, state)})

				for range 2 {
					got := core.Apply(t, &current, resource.config(nil), "WARNING: "+diagnostic.SummaryNotUsable)
					providertest.AssertEqual(t, "action", got.Action, providertest.ActionNone)
					providertest.AssertEqual(t, "state", current.State["state"], state)
					providertest.AssertMentions(t, got.Diagnostics, "(state "+state+")", hint)
				}
			}
		})
	}
}

// TestRefresh_Recreated refreshes an object that something else deleted and created again: the run that records it warns.
func TestRefresh_Recreated(t *testing.T) {
	t.Parallel()

	for _, resource := range managedResources {
		if resource.typeName == providerdata.DeployedModelType {
			continue // The platform chooses its name, and chooses another one.
		}

		t.Run(resource.typeName, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{})
			core := resource.core(p, t)
			current := core.Create(t, resource.config(nil))

			p.SetFaults(mockapi.Fault{
				Path: objectPath, Kind: mockapi.FaultEdit, Body: `{"createTime":"2026-09-09T09:09:09Z"}`,
			})

			destroyed := current
			destroy := core.Run(t.Context(), &destroyed, nil, providertest.RunOptions{PlanOnly: true})
			providertest.AssertMentions(t, destroy.Diagnostics, "A destroy would delete it.", "This plan deletes it.")

			got := core.Apply(t, &current, resource.config(nil), "WARNING: "+diagnostic.SummaryRecreated)
			providertest.AssertEqual(t, "action", got.Action, providertest.ActionNone)
			providertest.AssertMentions(t, got.Diagnostics, "at 2026-09-09T09:09:09Z",
				"terraform state rm "+resource.typeName)
			core.AssertEmptyPlan(t, &current, resource.config(nil))
		})
	}
}

// TestTimeouts_ReadyAtLast creates an object that is ready when it is polled for the last time, after the timeout.
func TestTimeouts_ReadyAtLast(t *testing.T) {
	t.Parallel()

	for _, resource := range managedResources {
		t.Run(resource.typeName, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{})
			atCreation(p,
				mockapi.Fault{Method: http.MethodPost, Kind: mockapi.FaultEdit, Body: `{"state":"PROVISIONING"}`},
				mockapi.Fault{Path: objectPath, Times: 1, Kind: mockapi.FaultSlowHeaders, Delay: time.Hour})

			timeouts := providertest.Values{"timeouts": providertest.Values{"create": "1s"}}
			resource.core(p, t).Create(t, resource.config(timeouts))
			providertest.AssertEqual(t, "polls without a response", p.FaultCounts()[1], 1)
		})
	}
}

// TestAccUnknownValues applies arguments that the plan does not know, and that become null or a value.
func TestAccUnknownValues(t *testing.T) {
	providertest.SkipUnlessAcc(t)
	t.Parallel()

	const label = `display_name = "A", public = true`

	for name, test := range map[string]struct {
		block     func(string) string
		arguments string
	}{
		providerdata.PromotedModelType: {
			func(more string) string { return providertest.PromotedBlock("a", `"m"`, more) }, label,
		},
		providerdata.DeployedModelType: {providertest.LoraBlock, label},
		providerdata.RouterType:        {providertest.RouterBlock, label + `, strategy = "even_load"`},
		providerdata.DeploymentType: {providertest.ShapedBlock, `display_name = "A", tags = { team = "a" }, ` +
			`max_context_length = 8192, placement = { region = "US_IOWA_1" }, ` +
			`autoscaling_policy = { scale_up_window = "1m" }`},
		"a shape or an accelerator": {providertest.ChatBlock, `deployment_shape = "` + providertest.ServingShape +
			`", accelerator_type = "NVIDIA_H100_80GB", accept_shapeless_risk = true`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{})
			c := p.NewConfiguredCLI(t, "")

			for i, operator := range []string{"==", "!=", "=="} {
				block := fmt.Sprintf("resource \"terraform_data\" \"later%d\" {}\n", i)
				lines := ""

				for line := range strings.SplitSeq(test.arguments, ", ") {
					argument, value, _ := strings.Cut(line, " = ")
					if argument == "deployment_shape" {
						value = "null : " + value
					} else {
						value += " : null"
					}

					lines += fmt.Sprintf("  %s = terraform_data.later%d.id %s \"\" ? %s\n", argument, i, operator, value)
				}

				c.Write("main.tf", providertest.RequiredProvider+p.Config(block+test.block(lines)))

				if got := providertest.ErrorsOf(c.Diagnostics("apply")); len(got) > 0 {
					t.Fatal(got)
				}

				c.AssertEmptyPlan()
			}
		})
	}
}

// TestDelete_NeverUsableUnconfirmed leaves an object alone that was never usable, and that its policy abandons, while
// the platform does not say whether it is usable now.
func TestDelete_NeverUsableUnconfirmed(t *testing.T) {
	t.Parallel()

	for _, resource := range managedResources {
		if resource.typeName == providerdata.DeployedModelType {
			continue // It has no deletion policy.
		}

		t.Run(resource.typeName, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{})
			p.SetPromotionOutcome(mockapi.PromotionSucceedsWithoutResponse)

			state := fireworks.DeploymentStateCreating
			if resource.typeName == providerdata.PromotedModelType {
				state = fireworks.ModelStateUploading
			}

			pending := mockapi.Fault{Path: objectPath, Kind: mockapi.FaultEdit, Body: fmt.Sprintf(`{"state":%q}`, state)}

			ctx, interrupt := context.WithCancel(t.Context())
			defer interrupt()

			p.OnRequest(func(r *http.Request) {
				switch {
				case r.Method == http.MethodPost && !r.URL.Query().Has("validateOnly"):
					p.SetFaults(pending)
				case len(p.FaultCounts()) > 0 && p.FaultCounts()[0] == 3:
					interrupt()
				}
			})

			core := resource.core(p, t)
			current := providertest.Instance{}
			config := resource.config(providertest.Values{"deletion_policy": lifecycle.DeletionPolicyAbandon})
			core.Run(ctx, &current, config, providertest.RunOptions{})
			providertest.AssertEqual(t, "state", current.State["state"], state)
			p.OnRequest(nil)

			p.SetFaults(mockapi.Fault{Method: http.MethodGet, Path: objectPath, Kind: mockapi.FaultStatus, Status: 403})
			p.ResetRequests()

			kept := core.Run(t.Context(), &current, nil, providertest.RunOptions{NoRefresh: true})
			if errors := kept.Diagnostics.Errors(); len(errors) != 1 || current.State == nil ||
				p.Count(http.MethodDelete, objectPath) != 0 {
				t.Fatalf("%d deletions, the state contains %v:\n%s", p.Count(http.MethodDelete, objectPath),
					current.State, kept.Diagnostics)
			}

			providertest.AssertMentions(t, kept.Diagnostics, "was not deleted: whether it was ever usable",
				"terraform state rm "+resource.typeName)

			pending.Times = 3
			p.SetFaults(pending)
			core.ApplyWith(t, &current, nil, providertest.RunOptions{NoRefresh: true})
			providertest.AssertEqual(t, "deletions", p.Count(http.MethodDelete, objectPath), 1)
		})
	}
}

// TestReplacement_Unchecked replaces an object by one of another name while the checks fail: each plan warns that the
// old object may be deleted first. When the creation then fails, its error says what was deleted.
func TestReplacement_Unchecked(t *testing.T) {
	t.Parallel()

	for _, resource := range managedResources {
		t.Run(resource.typeName, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{})
			p.PutLoRAs(1)

			core := resource.core(p, t)
			current := core.Create(t, resource.config(nil))
			name := fmt.Sprint(current.State["name"])

			p.SetFaults(
				mockapi.Fault{Method: http.MethodGet, Path: "/v1/accounts/*/*", Kind: mockapi.FaultStatus, Status: 403},
				mockapi.Fault{Method: http.MethodGet, Path: objectPath, Kind: mockapi.FaultStatus, Status: 403},
			)
			p.OnRequest(func(r *http.Request) {
				switch {
				case r.Method == http.MethodDelete:
					p.SetFaults()
				case r.Method == http.MethodPost && !r.URL.Query().Has("validateOnly"):
					p.SetFaults(mockapi.Fault{Method: http.MethodPost, Kind: mockapi.FaultStatus, Status: 400})
				}
			})

			argument, _, _ := strings.Cut(strings.TrimPrefix(resource.exists, "ERROR "), ":")
			got := core.Run(t.Context(), &current, resource.config(resource.other),
				providertest.RunOptions{NoRefresh: true})
			providertest.AssertEqual(t, "action", got.Action, providertest.ActionReplace)
			providertest.AssertMentions(t, got.Diagnostics, "WARNING ["+argument+"] Replacement not checked",
				"Without create_before_destroy, the old one is deleted first", "This run deleted ", name)
		})
	}
}

// TestReplacement_ProtectionNotApplied sets what protects an object in the plan that replaces it, also in the one that
// imports it: the deletion would follow the state. Nothing is deleted, and the error says what requires the replacement.
func TestReplacement_ProtectionNotApplied(t *testing.T) {
	t.Parallel()

	for _, resource := range managedResources {
		protections := []providertest.Values{{"deletion_policy": "PREVENT"}, {"deletion_policy": "ABANDON"}}

		switch resource.typeName {
		case providerdata.DeployedModelType:
			continue
		case providerdata.DeploymentType:
			protections = append(protections, providertest.Values{"soft_delete": true})
		}

		t.Run(resource.typeName, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{})
			core := resource.core(p, t)
			created := core.Create(t, resource.config(nil))
			argument, _, _ := strings.Cut(strings.TrimPrefix(resource.exists, "ERROR "), ":")

			process := p.Protocol(t)
			imported := process.Import(t.Context(), resource.typeName, fmt.Sprint(created.State["id"]), nil)
			imported = process.Read(t.Context(), resource.typeName, imported.Stored)

			for _, protection := range protections {
				change := resource.config(providertest.With(resource.other, protection))

				for _, state := range []providertest.Stored{created.Stored, imported.Stored} {
					current := providertest.Instance{Stored: state}
					got := core.Run(t.Context(), &current, change, providertest.RunOptions{})
					providertest.AssertMentions(t, got.Diagnostics, diagnostic.SummaryProtectionNotApplied,
						"The replacement is required by "+argument+". To keep", "with another apply")

					for name, value := range protection {
						ignoring := providertest.RunOptions{IgnoreChanges: []string{name}}
						got = core.Run(t.Context(), &current, change, ignoring)
						providertest.AssertMentions(t, got.Diagnostics, diagnostic.SummaryProtectionNotApplied,
							fmt.Sprintf("sets %s to %v", name, value))

						change[name] = providertest.Unknown
						got = core.Run(t.Context(), &current, change, providertest.RunOptions{PlanOnly: true})
						providertest.AssertMentions(t, got.Diagnostics, diagnostic.SummaryReplacementNotChecked,
							"deleted whatever "+name+" will be")
						change[name] = value
					}
				}

				tainted := providertest.Instance{Stored: created.Stored, Tainted: true}
				got := core.Run(t.Context(), &tainted, resource.config(protection), providertest.RunOptions{})
				providertest.AssertMentions(t, got.Diagnostics, diagnostic.SummaryProtectionNotApplied,
					"terraform untaint keeps")

				// Alone, it is applied.
				current := created
				core.Apply(t, &current, resource.config(protection))
			}

			providertest.AssertEqual(t, "deletions", p.Count(http.MethodDelete, objectPath), 0)
		})
	}
}

// TestRead_DamagedState says how to get out of a state whose ID something else has changed.
func TestRead_DamagedState(t *testing.T) {
	t.Parallel()

	for _, resource := range managedResources {
		t.Run(resource.typeName, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{})
			stored := resource.core(p, t).Create(t, resource.config(nil)).Stored
			stored.State = providertest.With(stored.State, providertest.Values{"id": ""})
			deletion := providertest.Instance{Stored: stored}

			read := p.Protocol(t).Read(t.Context(), resource.typeName, stored)
			deleted := resource.core(p, t).Run(t.Context(), &deletion, nil, providertest.RunOptions{NoRefresh: true})

			for _, found := range []providertest.Diagnostics{read.Diagnostics, deleted.Diagnostics} {
				providertest.AssertSummaries(t, found, "ERROR id: "+diagnostic.SummaryInvalidResourceName)
				providertest.AssertMentions(t, found, "terraform state rm", "import the ")
			}

			providertest.AssertEqual(t, "deletions", p.Count(http.MethodDelete, objectPath), 0)
		})
	}
}
