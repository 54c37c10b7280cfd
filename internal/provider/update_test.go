package provider

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// applyIgnoring refreshes, plans and applies as Terraform does with ignore_changes: the ignored arguments of the
// configuration have their values in the state in the plan, but not in the apply.
func (c terraformCore) applyIgnoring(t *testing.T, current *instance, config values, ignored ...string) diagnostics {
	t.Helper()

	s := c.start()
	prior := s.Read(t.Context(), c.typeName, current.stored).stored

	filtered := with(config, nil)
	for _, name := range ignored {
		filtered[name] = prior.State[name]
	}

	plan := s.Plan(t.Context(), c.typeName, prior, filtered)
	if len(plan.Replace) > 0 || len(plan.Diagnostics) > 0 {
		t.Fatalf("replace %v\n%s", plan.Replace, plan.Diagnostics)
	}

	result := c.start().Apply(t.Context(), c.typeName, prior, plan, config)
	current.stored = result.stored

	return result.Diagnostics
}

// TestUpdate_IgnoredChanges changes arguments elsewhere that are ignored: an update of another one sends only that.
func TestUpdate_IgnoredChanges(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		core      func(*platform, testing.TB) terraformCore
		config    values
		elsewhere func(*platform, string)
		ignored   []string
		change    values
		// mask and body are those of the expected request, empty for none.
		mask, body string
		// keeps is an argument that is not set to its configured value.
		keeps string
	}{
		"deployment": {
			core: (*platform).deployments,
			config: deploymentConfig(values{
				"max_replica_count": 2, "tags": values{"team": "chat"}, "description": "One.",
				"autoscaling_policy": policyValues(values{"scale_up_window": "1m"}),
			}),
			elsewhere: changeDeployment,
			ignored: []string{
				"max_replica_count", "min_replica_count", "tags", "deployment_shape", "autoscaling_policy", "description",
			},
			change: values{"display_name": "Chat"}, mask: "display_name", body: `{"displayName":"Chat"}`,
			keeps: "description",
		},
		"deployment, an argument without a request": {
			core: (*platform).deployments, config: deploymentConfig(values{"max_replica_count": 2, "tags": values{}}),
			elsewhere: changeDeployment,
			ignored:   []string{"max_replica_count", "min_replica_count", "tags", "deployment_shape"},
			change:    values{"force_destroy": true}, keeps: "max_replica_count",
		},
		"promoted model": {
			core:   (*platform).promotedModels,
			config: with(modelConfig("m"), values{"description": "One.", "public": false}),
			elsewhere: func(p *platform, name string) {
				model, _ := p.Model(name)
				model.Description, model.Public = "Two.", true
				p.PutModel(model)
			},
			ignored: []string{"description", "public"},
			change:  values{"display_name": "M"}, mask: "display_name", body: `{"displayName":"M"}`,
			keeps: "description",
		},
		"deployed model": {
			core: (*platform).deployedModels, config: loraConfig(values{"description": "One.", "public": false}),
			elsewhere: func(p *platform, name string) {
				loaded, _ := p.DeployedModel(name)
				loaded.Description, loaded.Public = "Two.", true
				p.PutDeployedModel(loaded)
			},
			ignored: []string{"description", "public"},
			change:  values{"display_name": "L"}, mask: "display_name", body: `{"displayName":"L"}`,
			keeps: "description",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := newPlatform(t, mockapi.Options{DeploymentTime: time.Minute})
			core := test.core(p, t)
			current := core.create(t, test.config)
			id, _ := current.State["id"].(string)

			test.elsewhere(p, id)
			p.takeWriteRequests()

			if got := core.applyIgnoring(t, &current, with(test.config, test.change), test.ignored...); len(got) > 0 {
				t.Fatal(got)
			}

			if test.mask == "" {
				p.assertWrites(t)
			} else {
				p.assertWrites(t, "PATCH /v1/"+id+"?updateMask="+test.mask+" "+test.body)
			}

			if current.State[test.keeps] == test.config[test.keeps] {
				t.Errorf("%s is %v in the state", test.keeps, current.State[test.keeps])
			}
		})
	}
}

// changeDeployment changes much of a deployment, as something other than Terraform does.
func changeDeployment(p *platform, name string) {
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

	timeouts := values{"create": "1h", "update": "1h", "delete": "1h"}

	for name, test := range map[string]struct {
		core   func(*platform, testing.TB) terraformCore
		config values
		saved  values
	}{
		"deployment": {
			(*platform).deployments, deploymentConfig(values{"deletion_policy": "PREVENT"}),
			values{
				"deletion_policy": "DELETE", "force_destroy": true, "soft_delete": true, "skip_shape_validation": true,
				"accept_shapeless_risk": true, "timeouts": timeouts,
			},
		},
		"promoted model": {
			(*platform).promotedModels, with(modelConfig("m"), values{"deletion_policy": "PREVENT"}),
			values{"deletion_policy": "DELETE", "timeouts": timeouts},
		},
		"deployed model": {(*platform).deployedModels, loraConfig(nil), values{"timeouts": timeouts}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := newPlatform(t, mockapi.Options{})
			core := test.core(p, t)
			current := core.create(t, test.config)

			p.SetFaults(mockapi.Fault{Method: http.MethodPatch, Kind: mockapi.FaultStatus, Status: 400})

			after := with(with(test.config, test.saved), values{"display_name": "New"})

			got := core.Run(t.Context(), &current, after, runOptions{})
			if len(got.Diagnostics.Errors()) != 1 {
				t.Fatal(got.Diagnostics)
			}

			for argument, want := range test.saved {
				if !equal(current.State[argument], want) {
					t.Errorf("%s is %v, want %v", argument, current.State[argument], want)
				}
			}

			assertEqual(t, "display_name", current.State["display_name"], nil)
		})
	}
}

// TestUpdate_NotApplied sends values that the platform accepts and does not apply: a warning after a creation, an
// error after an update, and never a text of the configuration in a message.
func TestUpdate_NotApplied(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		core   func(*platform, testing.TB) terraformCore
		config values
		name   string
	}{
		"promoted model": {(*platform).promotedModels, modelConfig("m"), demoModels + "m"},
		"deployed model": {(*platform).deployedModels, loraConfig(nil), ""},
		"deployment":     {(*platform).deployments, deploymentConfig(nil), chat},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := newPlatform(t, mockapi.Options{})
			core := test.core(p, t)
			config := with(test.config, values{"display_name": " secret "})

			p.SetIgnoredFields("display_name")

			if test.name != "" {
				p.AddMembers(test.name, map[string]any{"displayName": "secret"})
			}

			var current instance

			got := core.Run(t.Context(), &current, config, runOptions{})
			assertEqual(t, "after the creation", got.Diagnostics.summaries(), summaryArgumentNotApplied)
			assertEqual(t, "errors", len(got.Diagnostics.Errors()), 0)

			again := core.Run(t.Context(), &current, config, runOptions{})
			assertEqual(t, "action", again.Action, actionUpdate)
			assertEqual(t, "after the update", again.Diagnostics.summaries(), summaryArgumentNotApplied)
			assertEqual(t, "errors", len(again.Diagnostics.Errors()), 1)

			all := append(got.Diagnostics, again.Diagnostics...)
			assertMentions(t, all, "The platform accepted display_name")

			if strings.Contains(all.String(), "secret") {
				t.Errorf("the value is shown:\n%s", all)
			}
		})
	}
}

// TestUpdate_Stopped says what is known of an update that was interrupted, or whose object was deleted after the plan.
func TestUpdate_Stopped(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		core   func(*platform, testing.TB) terraformCore
		config values
		remove func(*platform, string)
	}{
		"deployment": {
			(*platform).deployments, deploymentConfig(nil),
			func(p *platform, name string) { p.RemoveDeployment(name) },
		},
		"promoted model": {
			(*platform).promotedModels, modelConfig("m"), func(p *platform, name string) { p.RemoveModel(name) },
		},
		"deployed model": {
			(*platform).deployedModels, loraConfig(nil), func(p *platform, name string) { p.RemoveDeployedModel(name) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := newPlatform(t, mockapi.Options{})
			core := test.core(p, t)
			current := core.create(t, test.config)
			id, _ := current.State["id"].(string)
			config := with(test.config, values{"display_name": "New"})
			plan := core.start().Plan(t.Context(), core.typeName, current.stored, config)

			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			p.takeWriteRequests()

			got := core.start().Apply(ctx, core.typeName, current.stored, plan, config).Diagnostics
			assertMentions(t, got, "was requested. Nothing was changed.")
			p.assertWrites(t)

			test.remove(p, id)

			got = core.start().Apply(t.Context(), core.typeName, current.stored, plan, config).Diagnostics
			assertMentions(t, got, "it was deleted after the plan")

			if strings.Contains(got.String(), "base_url") {
				t.Errorf("a wrong next step:\n%s", got)
			}
		})
	}
}

// TestDeployedModel_OtherNames plans nothing although the platform reports the two names in another form.
func TestDeployedModel_OtherNames(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{})
	current := p.deployedModels(t).create(t, loraConfig(nil))
	id, _ := current.State["id"].(string)

	p.AddMembers(id, map[string]any{"model": demoModels + "SUPPORT-LORA-2", "deployment": ""})

	for range 2 {
		got := p.deployedModels(t).Run(t.Context(), &current, loraConfig(nil), runOptions{})
		if got.Action != actionNone || len(got.Diagnostics) > 0 {
			t.Errorf("%s\n%s", got.Action, got.Diagnostics)
		}
	}
}

// TestPromotedModel_HotLoadOfSession accepts a hot-load deployment that may become null beside the checkpoint of a session.
func TestPromotedModel_HotLoadOfSession(t *testing.T) {
	t.Parallel()

	s := newPlatform(t, mockapi.Options{}).protocol(t)

	for want, value := range map[int]any{0: unknown, 1: "d1"} {
		config := with(modelConfig("m"), values{"checkpoint_name": sessionCheckpoint, "hot_load_deployment_id": value})

		if got := s.Validate(t.Context(), promotedModelType, config).Errors(); len(got) != want {
			t.Errorf("%v: %s", value, got)
		}
	}
}
