// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// TestUpdate_IgnoredChanges changes arguments elsewhere that are ignored: an update of another one sends only that.
func TestUpdate_IgnoredChanges(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		core      func(*providertest.Platform, testing.TB) providertest.TerraformCore
		config    providertest.Values
		elsewhere func(*providertest.Platform, string)
		ignored   []string
		change    providertest.Values
		// mask and body are those of the expected request, empty for none.
		mask, body string
		// keeps is an argument that is not set to its configured value.
		keeps string
		// interrupted is the GET at which the creation is interrupted, so that the update resumes the wait for it.
		interrupted int
	}{
		"deployment": {
			core: (*providertest.Platform).DeploymentCore,
			config: providertest.DeploymentConfig(providertest.Values{
				"max_replica_count": 2, "tags": providertest.Values{"team": "chat"}, "description": "One.",
				"autoscaling_policy": providertest.PolicyValues(providertest.Values{"scale_up_window": "1m"}),
			}),
			elsewhere: changeDeployment,
			ignored: []string{
				"max_replica_count", "min_replica_count", "tags", "deployment_shape", "autoscaling_policy",
				"description",
			},
			change: providertest.Values{"display_name": "Chat"}, mask: "display_name", body: `{"displayName":"Chat"}`,
			keeps: "description",
		},
		"deployment, an argument without a request": {
			core: (*providertest.Platform).DeploymentCore,
			config: providertest.DeploymentConfig(providertest.Values{"max_replica_count": 2,
				"tags": providertest.Values{}}),
			elsewhere: changeDeployment,
			ignored:   []string{"max_replica_count", "min_replica_count", "tags", "deployment_shape"},
			change:    providertest.Values{"force_destroy": true}, keeps: "max_replica_count",
		},
		"deployment, resumed": {
			core:        (*providertest.Platform).DeploymentCore,
			config:      providertest.DeploymentConfig(providertest.Values{"max_replica_count": 2}),
			elsewhere:   changeDeployment,
			ignored:     []string{"max_replica_count", "min_replica_count", "deployment_shape"},
			change:      providertest.Values{"force_destroy": true},
			keeps:       "max_replica_count",
			interrupted: 4,
		},
		"router": {
			core: (*providertest.Platform).Routing,
			config: providertest.RouterConfig(providertest.Values{"public": false, "strategy": "weighted_random",
				"deployments": []any{providertest.ReadyMember, providertest.AddonsMember}}),
			elsewhere: func(p *providertest.Platform, name string) {
				router, _ := p.Router(name)
				router.Public, router.EvenLoad, router.Deployments = true, &struct{}{}, router.Deployments[:1]
				p.PutRouter(router)
			},
			ignored: []string{"public", "strategy", "deployments"},
			change:  providertest.Values{"display_name": "F"}, mask: "display_name",
			body: `{"displayName":"F","name":"` + providertest.Front + `"}`, keeps: "strategy",
		},
		"promoted model": {
			core: (*providertest.Platform).PromotedModels,
			config: providertest.With(providertest.ModelConfig("m"),
				providertest.Values{"description": "One.", "public": false}),
			elsewhere: func(p *providertest.Platform, name string) {
				model, _ := p.Model(name)
				model.Description, model.Public = "Two.", true
				p.PutModel(model)
			},
			ignored: []string{"description", "public"},
			change:  providertest.Values{"display_name": "M"}, mask: "display_name", body: `{"displayName":"M"}`,
			keeps: "description",
		},
		"deployed model": {
			core:   (*providertest.Platform).DeployedModelCore,
			config: providertest.LoraConfig(providertest.Values{"description": "One.", "public": false}),
			elsewhere: func(p *providertest.Platform, name string) {
				loaded, _ := p.DeployedModel(name)
				loaded.Description, loaded.Public = "Two.", true
				p.PutDeployedModel(loaded)
			},
			ignored: []string{"description", "public"},
			change:  providertest.Values{"display_name": "L"}, mask: "display_name", body: `{"displayName":"L"}`,
			keeps: "description",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{DeploymentTime: time.Minute})
			core := test.core(p, t)

			var current providertest.Instance

			core.RunInterrupted(t, p, &current, test.config,
				providertest.Interruption{Path: providertest.DeploymentPath, N: test.interrupted})

			id, _ := current.State["id"].(string)

			test.elsewhere(p, id)
			p.TakeWriteRequests()
			p.OnNthRequest(http.MethodGet, "/v1/"+id, 2, func(*http.Request) { p.FinishDeployments() })

			got := core.Run(t.Context(), &current, providertest.With(test.config, test.change),
				providertest.RunOptions{IgnoreChanges: test.ignored})
			if got.Action != providertest.ActionUpdate || len(got.Diagnostics) > 0 {
				t.Fatalf("%s\n%s", got.Action, got.Diagnostics)
			}

			if test.mask == "" {
				p.AssertWrites(t)
			} else {
				p.AssertWrites(t, "PATCH /v1/"+id+"?updateMask="+test.mask+" "+test.body)
			}

			if current.State[test.keeps] == test.config[test.keeps] {
				t.Errorf("%s is %v in the state", test.keeps, current.State[test.keeps])
			}
		})
	}
}

// changeDeployment changes much of a deployment, as something other than Terraform does.
func changeDeployment(p *providertest.Platform, name string) {
	d, _ := p.Deployment(name)
	d.MinReplicaCount, d.MaxReplicaCount = 1, 5
	d.Annotations = map[string]string{"custom/team": "ops", "custom/new": "x"}
	d.DeploymentShape = "accounts/fireworks/deploymentShapes/qwen3-8b-minimal/versions/e5f60718"
	d.AutoscalingPolicy.ScaleUpWindow = "90s"
	d.Description = "Two."
	p.PutDeployment(d)
}

// TestUpdate_SavesWhatNeedsNoRequest fails an update that also changes arguments that need no request: those are in
// the state.
func TestUpdate_SavesWhatNeedsNoRequest(t *testing.T) {
	t.Parallel()

	timeouts := providertest.Values{"create": "1h", "update": "1h", "delete": "1h"}

	for name, test := range map[string]struct {
		core   func(*providertest.Platform, testing.TB) providertest.TerraformCore
		config providertest.Values
		saved  providertest.Values
	}{
		"deployment": {
			(*providertest.Platform).DeploymentCore,
			providertest.DeploymentConfig(providertest.Values{"deletion_policy": "PREVENT"}),
			providertest.Values{
				"deletion_policy": "DELETE", "force_destroy": true, "soft_delete": true, "skip_shape_validation": true,
				"accept_shapeless_risk": true, "timeouts": timeouts,
			},
		},
		"promoted model": {
			(*providertest.Platform).PromotedModels,
			providertest.With(providertest.ModelConfig("m"), providertest.Values{"deletion_policy": "PREVENT"}),
			providertest.Values{"deletion_policy": "DELETE", "timeouts": timeouts},
		},
		"deployed model": {(*providertest.Platform).DeployedModelCore, providertest.LoraConfig(nil),
			providertest.Values{"timeouts": timeouts}},
		"router": {
			(*providertest.Platform).Routing,
			providertest.RouterConfig(providertest.Values{"deletion_policy": "PREVENT"}),
			providertest.Values{"deletion_policy": "DELETE", "timeouts": timeouts},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{})
			core := test.core(p, t)
			current := core.Create(t, test.config)

			p.SetFaults(mockapi.Fault{Method: http.MethodPatch, Kind: mockapi.FaultStatus, Status: 400})

			after := providertest.With(providertest.With(test.config, test.saved),
				providertest.Values{"display_name": "New"})

			got := core.Run(t.Context(), &current, after, providertest.RunOptions{})
			if len(got.Diagnostics.Errors()) != 1 {
				t.Fatal(got.Diagnostics)
			}

			for argument, want := range test.saved {
				if !providertest.Equal(current.State[argument], want) {
					t.Errorf("%s is %v, want %v", argument, current.State[argument], want)
				}
			}

			providertest.AssertEqual(t, "display_name", current.State["display_name"], nil)
		})
	}
}

// TestUpdate_NotApplied sends values that the platform accepts and does not apply: a warning after a creation, an
// error after an update, and never a text of the configuration in a message.
func TestUpdate_NotApplied(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		core   func(*providertest.Platform, testing.TB) providertest.TerraformCore
		config providertest.Values
		name   string
	}{
		"promoted model": {(*providertest.Platform).PromotedModels, providertest.ModelConfig("m"),
			providertest.DemoModels + "m"},
		"deployed model": {(*providertest.Platform).DeployedModelCore, providertest.LoraConfig(nil), ""},
		"deployment": {(*providertest.Platform).DeploymentCore, providertest.DeploymentConfig(nil),
			providertest.Chat},
		"router": {(*providertest.Platform).Routing, providertest.RouterConfig(nil), providertest.Front},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{})
			core := test.core(p, t)
			config := providertest.With(test.config, providertest.Values{"display_name": " secret "})

			p.SetIgnoredFields("display_name")

			if test.name != "" {
				p.AddMembers(test.name, map[string]any{"displayName": "secret"})
			}

			var current providertest.Instance

			got := core.Run(t.Context(), &current, config, providertest.RunOptions{})
			providertest.AssertEqual(t, "after the creation", got.Diagnostics.JoinedSummaries(),
				diagnostic.SummaryArgumentNotApplied)
			providertest.AssertEqual(t, "errors", len(got.Diagnostics.Errors()), 0)

			again := core.Run(t.Context(), &current, config, providertest.RunOptions{})
			providertest.AssertEqual(t, "action", again.Action, providertest.ActionUpdate)
			providertest.AssertEqual(t, "after the update", again.Diagnostics.JoinedSummaries(),
				diagnostic.SummaryArgumentNotApplied)
			providertest.AssertEqual(t, "errors", len(again.Diagnostics.Errors()), 1)

			all := append(got.Diagnostics, again.Diagnostics...)
			providertest.AssertMentions(t, all, "The platform accepted display_name")

			if strings.Contains(all.String(), "secret") {
				t.Errorf("the value is shown:\n%s", all)
			}
		})
	}
}

// TestUpdate_Stopped says what is known of an update that was interrupted, or whose object was deleted after the plan
// or is being deleted. A "not found" about another object says nothing about that.
func TestUpdate_Stopped(t *testing.T) {
	t.Parallel()

	for _, resource := range managedResources {
		t.Run(resource.typeName, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{})
			core := resource.core(p, t)
			current := core.Create(t, resource.config(nil))
			id, _ := current.State["id"].(string)
			config := resource.config(providertest.Values{"display_name": "New"})
			plan := core.Start().Plan(t.Context(), core.TypeName, current.Stored, config)

			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			p.TakeWriteRequests()

			got := core.Start().Apply(ctx, core.TypeName, current.Stored, plan, config).Diagnostics
			providertest.AssertMentions(t, got, "was requested. Nothing was changed.")
			p.AssertWrites(t)

			if resource.typeName != providerdata.DeployedModelType {
				p.SetFaults(mockapi.Fault{Path: "/v1/" + id, Kind: mockapi.FaultEdit, Body: `{"state":"DELETING"}`})

				deleting := current
				got = core.Run(t.Context(), &deleting, config, providertest.RunOptions{}).Diagnostics
				providertest.AssertEqual(t, "warnings", len(got)-len(got.Errors()), 1)
				providertest.AssertMentions(t, got, "is being deleted (state DELETING)", "since before this apply")
				p.AssertWrites(t)
			}

			p.SetFaults(mockapi.Fault{Method: http.MethodPatch, Kind: mockapi.FaultStatus, Status: http.StatusNotFound,
				Message: "the other object was not found"})

			got = core.Start().Apply(t.Context(), core.TypeName, current.Stored, plan, config).Diagnostics
			providertest.AssertMentions(t, got, "the other object was not found")

			if strings.Contains(got.String(), "deleted after") {
				t.Errorf("the object exists:\n%s", got)
			}

			// A page of a proxy stands in place of the response of an update that was made, or of a refusal.
			for _, status := range []int{403, 404} {
				page := mockapi.Fault{Method: http.MethodPatch, Kind: mockapi.FaultStatusAfter, Status: status,
					Body: "<html>"}
				p.SetFaults(page)

				got = core.Start().Apply(t.Context(), core.TypeName, current.Stored, plan, config).Diagnostics
				providertest.AssertMentions(t, got, "may have been updated", "The next plan shows whether it was")

				page.Kind, page.Body = mockapi.FaultStatus, `{"code":7,"message":"denied"}`
				page.Status = 403
				p.SetFaults(page)

				got = core.Start().Apply(t.Context(), core.TypeName, current.Stored, plan, config).Diagnostics
				providertest.AssertMentions(t, got, "was not updated.")
			}

			p.SetFaults()
			resource.remove(p.Server, id)

			got = core.Start().Apply(t.Context(), core.TypeName, current.Stored, plan, config).Diagnostics
			providertest.AssertMentions(t, got, "it was deleted after the plan")

			if strings.Contains(got.String(), "base_url") {
				t.Errorf("a wrong next step:\n%s", got)
			}
		})
	}
}

// TestDeployedModel_OtherNames plans nothing although the platform reports the two names in another form.
func TestDeployedModel_OtherNames(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	current := p.DeployedModelCore(t).Create(t, providertest.LoraConfig(nil))
	id, _ := current.State["id"].(string)

	p.AddMembers(id, map[string]any{"model": providertest.DemoModels + "SUPPORT-LORA-2", "deployment": ""})

	for range 2 {
		got := p.DeployedModelCore(t).Run(t.Context(), &current, providertest.LoraConfig(nil),
			providertest.RunOptions{})
		if got.Action != providertest.ActionNone || len(got.Diagnostics) > 0 {
			t.Errorf("%s\n%s", got.Action, got.Diagnostics)
		}
	}
}

// TestPromotedModel_HotLoadOfSession accepts a hot-load deployment that may become null beside the checkpoint of a
// session.
func TestPromotedModel_HotLoadOfSession(t *testing.T) {
	t.Parallel()

	s := providertest.NewPlatform(t, mockapi.Options{}).Protocol(t)

	for want, value := range map[int]any{0: providertest.Unknown, 1: "d1"} {
		config := providertest.With(providertest.ModelConfig("m"),
			providertest.Values{"checkpoint_name": providertest.SessionCheckpoint, "hot_load_deployment_id": value})

		if got := s.Validate(t.Context(), providerdata.PromotedModelType, config).Errors(); len(got) != want {
			t.Errorf("%v: %s", value, got)
		}
	}
}
