package provider

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// destroyCase is a change, or an option of Terraform, that destroys a model.
type destroyCase struct {
	name    string
	change  values
	destroy bool
	taint   bool
	options runOptions
}

var destroyCases = []destroyCase{
	{name: "a destroy", destroy: true},
	{name: "a destroy of a tainted resource", destroy: true, taint: true},
	{name: "a destroy without a refresh", destroy: true, options: runOptions{NoRefresh: true}},
	{name: "a changed checkpoint", change: values{"checkpoint_name": loraCheckpoint}},
	{name: "a changed ID", change: values{"output_model_id": "m2"}},
	{
		name:   "a changed checkpoint and a policy that is changed with it",
		change: values{"checkpoint_name": loraCheckpoint, "deletion_policy": "DELETE"},
	},
	{name: "-replace", options: runOptions{Replace: true}},
	{name: "-replace without a refresh", options: runOptions{Replace: true, NoRefresh: true}},
	{name: "a tainted resource", taint: true},
}

func (d destroyCase) config(config values) values {
	if d.destroy {
		return nil
	}

	return with(config, d.change)
}

// createOrImport returns the promoted model m, which was created with the configuration, or imported and then updated to it.
func (p *platform) createOrImport(t *testing.T, config values, imported bool) instance {
	t.Helper()

	models := p.promotedModels(t)
	if !imported {
		return models.create(t, config)
	}

	p.PutModel(mockapi.Model{Name: demoModels + "m"})

	current, found := p.importModel(t, demoModels+"m", nil)
	assertSummaries(t, found)
	assertConverges(t, models, &current, config, actionUpdate)

	return current
}

func TestDeletionPolicy_PreventAtPlan(t *testing.T) {
	t.Parallel()

	for _, imported := range []bool{false, true} {
		for _, test := range destroyCases {
			t.Run(fmt.Sprintf("%s, imported: %v", test.name, imported), func(t *testing.T) {
				t.Parallel()
				platform := newPlatform(t, mockapi.Options{})
				models := platform.promotedModels(t)
				config := with(modelConfig("m"), values{"deletion_policy": "PREVENT"})
				current := platform.createOrImport(t, config, imported)
				current.Tainted = test.taint
				before := platform.traffic()
				got := models.Run(t.Context(), &current, test.config(config), test.options)
				assertSummaries(t, got.Diagnostics, "ERROR deletion_policy: Destroy prevented by deletion policy")
				assertMentions(t, got.Diagnostics, demoModels+"m", "set deletion_policy to DELETE", "terraform untaint")
				platform.assertTraffic(t, before)

				_, exists := platform.Model(demoModels + "m")
				assertEqual(t, "model exists", exists, true)
				assertEqual(t, "state", current.State["state"], "READY")

				// Follow the message: change the policy alone first, then do the same again.
				current.Tainted = false
				config = with(config, values{"deletion_policy": "DELETE"})
				assertConverges(t, models, &current, config, actionUpdate)
				platform.assertTraffic(t, before)

				current.Tainted = test.taint

				got = models.Run(t.Context(), &current, with(test.config(config), values{}), test.options)
				if !test.destroy && len(got.Diagnostics.Errors()) > 0 {
					t.Errorf("afterwards:\n%s", got.Diagnostics)
				}
			})
		}
	}
}

// Terraform destroys some objects without a plan that the provider sees, such as a deposed object of a create_before_destroy.
func TestDeletionPolicy_PreventAtDelete(t *testing.T) {
	t.Parallel()
	platform := newPlatform(t, mockapi.Options{})
	config := with(modelConfig("m"), values{"deletion_policy": "PREVENT"})

	current := platform.promotedModels(t).create(t, config)
	result := platform.protocol(t).
		Apply(t.Context(), promotedModelType, current.stored, planned{stored: stored{Identity: current.Identity}}, nil)
	assertSummaries(t, result.Diagnostics, "ERROR deletion_policy: Destroy prevented by deletion policy")
	platform.assertTraffic(t, traffic{Requested: 1, Promoted: 1, Listed: 2})

	if result.State["id"] != demoModels+"m" {
		t.Errorf("got %v", result.State)
	}
}

// PREVENT is reported without a request: the API key may still be unknown.
func TestDeletionPolicy_PreventWithoutAPI(t *testing.T) {
	t.Parallel()
	platform := newPlatform(t, mockapi.Options{})
	config := with(modelConfig("m"), values{"deletion_policy": "PREVENT"})

	current := platform.promotedModels(t).create(t, config)

	models := terraformCore{
		typeName: promotedModelType,
		start:    func() *protocolServer { return platform.protocolWith(t, values{"api_key": unknown}) },
	}

	platform.ResetRequests()

	for _, options := range []runOptions{{}, {Replace: true}} {
		var wanted values
		if options.Replace {
			wanted = config
		}

		got := models.Run(t.Context(), &current, wanted, options)
		assertSummaries(t, got.Diagnostics, "ERROR deletion_policy: Destroy prevented by deletion policy")
	}

	current.Tainted = true
	got := models.Run(t.Context(), &current, config, runOptions{})
	assertSummaries(t, got.Diagnostics, "ERROR deletion_policy: Destroy prevented by deletion policy")

	if n := len(platform.Requests()); n != 0 {
		t.Errorf("%d requests", n)
	}
}

// A resource may be created with PREVENT.
func TestDeletionPolicy_PreventAtCreate(t *testing.T) {
	t.Parallel()
	platform := newPlatform(t, mockapi.Options{})

	var current instance
	assertConverges(t, platform.promotedModels(t), &current, with(modelConfig("m"), values{"deletion_policy": "PREVENT"}), actionCreate)
}

func TestDeletionPolicy_Abandon(t *testing.T) {
	t.Parallel()

	for _, imported := range []bool{false, true} {
		t.Run(fmt.Sprintf("imported: %v", imported), func(t *testing.T) {
			t.Parallel()
			platform := newPlatform(t, mockapi.Options{})
			current := platform.createOrImport(t, with(modelConfig("m"), values{"deletion_policy": "ABANDON"}), imported)
			platform.ResetRequests()

			got := platform.promotedModels(t).Run(t.Context(), &current, nil, runOptions{NoRefresh: true})
			assertSummaries(t, got.Diagnostics)

			_, exists := platform.Model(demoModels + "m")
			assertEqual(t, "model exists", exists, true)
			assertEqual(t, "in the state", current.State != nil, false)
			assertEqual(t, "requests", len(platform.Requests()), 0)
		})
	}
}

// Replacing an abandoned model keeps it: with another ID that succeeds, with the same ID it must fail.
func TestDeletionPolicy_AbandonAtReplace(t *testing.T) {
	t.Parallel()
	platform := newPlatform(t, mockapi.Options{})
	models := platform.promotedModels(t)
	config := with(modelConfig("m"), values{"deletion_policy": "ABANDON"})

	current := models.create(t, config)

	for _, options := range []runOptions{{}, {Replace: true}} {
		changed := config
		if !options.Replace {
			changed = with(config, values{"checkpoint_name": loraCheckpoint})
		}

		got := models.Run(t.Context(), &current, changed, options)
		assertSummaries(t, got.Diagnostics, "ERROR output_model_id: Abandoned object keeps its ID")
	}

	assertConverges(t, models, &current, with(config, values{"output_model_id": "m2"}), actionReplace)

	if _, ok := platform.Model(demoModels + "m"); !ok || platform.Count(http.MethodDelete, modelPath) != 0 {
		t.Error("the abandoned model was deleted")
	}
}

func TestDelete(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		arrange func(*platform)
		deleted int
		lasts   time.Duration
	}{
		"at once":            {func(*platform) {}, 1, 0},
		"slowly":             {func(p *platform) { p.SetDeletionTime(5 * time.Minute) }, 1, 5 * time.Minute},
		"of a deleted model": {func(p *platform) { p.RemoveModel(demoModels + "m") }, 1, 0},
		"response lost": {func(p *platform) {
			p.SetFaults(mockapi.Fault{Method: http.MethodDelete, Times: 1, Kind: mockapi.FaultResetAfter})
		}, 2, 0},
		"response lost, slow deletion": {func(p *platform) {
			p.SetDeletionTime(time.Minute)
			p.SetFaults(mockapi.Fault{Method: http.MethodDelete, Times: 1, Kind: mockapi.FaultStatusAfter})
		}, 2, time.Minute},
		"temporary failures during the wait": {func(p *platform) {
			p.SetDeletionTime(time.Minute)
			p.SetFaults(mockapi.Fault{Method: http.MethodGet, Path: modelPath, Times: 5, Kind: mockapi.FaultStatus},
				mockapi.Fault{Method: http.MethodGet, Path: modelPath, Times: 5, Kind: mockapi.FaultGarbage})
		}, 1, time.Minute},
		"of a model that is being promoted": {func(p *platform) {
			p.PutModel(mockapi.Model{Name: demoModels + "m", State: "UPLOADING"})
		}, 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			platform := newPlatform(t, mockapi.Options{})
			models := platform.promotedModels(t)

			current := models.create(t, modelConfig("m"))

			test.arrange(platform)
			start := platform.clock.Now()
			got := models.Run(t.Context(), &current, nil, runOptions{NoRefresh: true})
			assertSummaries(t, got.Diagnostics)
			platform.assertTraffic(t, traffic{Requested: 1, Promoted: 1, Deleted: test.deleted, Listed: 2})

			_, exists := platform.Model(demoModels + "m")
			assertEqual(t, "model exists", exists, false)
			assertEqual(t, "in the state", current.State != nil, false)

			if took := platform.clock.Now().Sub(start); took < test.lasts || took > test.lasts+test.lasts/10+2*time.Second {
				t.Errorf("it took %s, the deletion %s", took, test.lasts)
			}
		})
	}
}

// A failed deletion keeps the model in the state, and the same destroy succeeds once the cause is removed.
func TestDelete_Failures(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		arrange func(p *platform, interrupt func())
		mend    func(*platform)
		timeout string
		want    string
		mention []string
	}{
		"deployed": {
			arrange: func(p *platform, _ func()) { p.Deploy(demoModels+"m", "chat", "accounts/other/deployments/batch") },
			mend:    func(p *platform) { p.Deploy(demoModels + "m") },
			want:    "ERROR: Model still deployed",
			mention: []string{"  accounts/demo/deployments/chat\n  accounts/other/deployments/batch", "FAILED_PRECONDITION"},
		},
		"timeout during the wait": {
			arrange: func(p *platform, _ func()) { p.SetDeletionTime(100_000 * time.Hour) },
			mend:    func(p *platform) { p.RemoveModel(demoModels + "m") },
			timeout: "50ms",
			want:    "ERROR: Timeout while deleting model",
			mention: []string{"The timeout of 50ms (timeouts.delete) expired"},
		},
		"timeout during the request": {
			arrange: func(p *platform, _ func()) { p.SetFaults(unanswered(http.MethodDelete)) },
			mend:    func(p *platform) { p.SetFaults() },
			timeout: "50ms",
			want:    "ERROR: Timeout while deleting model",
		},
		"not allowed": {
			arrange: func(p *platform, _ func()) {
				p.SetFaults(mockapi.Fault{Method: http.MethodDelete, Kind: mockapi.FaultStatus, Status: 403})
			},
			mend:    func(p *platform) { p.SetFaults() },
			want:    "ERROR: Model not deleted",
			mention: []string{"403 Forbidden"},
		},
		"interrupted during the request": {
			arrange: func(p *platform, interrupt func()) {
				p.SetFaults(unanswered(http.MethodDelete))
				p.onRequest(http.MethodDelete, modelPath, 1, func(*http.Request) { interrupt() })
			},
			mend:    func(p *platform) { p.SetFaults() },
			want:    "ERROR: Model not deleted",
			mention: []string{"interrupted", "Try again"},
		},
		"interrupted during the wait": {
			arrange: func(p *platform, interrupt func()) {
				p.SetDeletionTime(time.Hour)
				p.onRequest(http.MethodGet, modelPath, 2, func(*http.Request) { interrupt() })
			},
			mend:    func(p *platform) { p.RemoveModel(demoModels + "m") },
			want:    "ERROR: Model not deleted",
			mention: []string{"interrupted"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			platform := newPlatform(t, mockapi.Options{})
			models := platform.promotedModels(t)

			config := modelConfig("m")
			if test.timeout != "" {
				config["timeouts"] = values{"delete": test.timeout}
			}

			current := models.create(t, config)

			ctx, interrupt := context.WithCancel(t.Context())
			defer interrupt()

			test.arrange(platform, interrupt)

			got := models.Run(ctx, &current, nil, runOptions{NoRefresh: true})
			assertSummaries(t, got.Diagnostics, test.want)
			assertMentions(t, got.Diagnostics, append(test.mention, demoModels+"m")...)

			assertEqual(t, "in the state", current.State != nil, true)
			assertEqual(t, "tainted", current.Tainted, false)

			test.mend(platform)

			current.State["timeouts"] = nil
			got = models.Run(t.Context(), &current, nil, runOptions{NoRefresh: true})
			assertSummaries(t, got.Diagnostics)

			_, exists := platform.Model(demoModels + "m")
			assertEqual(t, "model exists", exists, false)
			assertEqual(t, "in the state", current.State != nil, false)
		})
	}
}

func TestAccDeletionPolicy(t *testing.T) {
	t.Parallel()
	platform := newPlatform(t, mockapi.Options{})
	configuration := func(policy, more string) string {
		return requiredProvider + platform.config(promotedBlock("a", `"m"`, fmt.Sprintf("  deletion_policy = %q\n%s", policy, more)))
	}
	c := platform.newCLI(t, map[string]string{"main.tf": configuration("PREVENT", "")})
	c.expect("apply", nil)

	const protected = "error: Destroy prevented by deletion policy"
	c.expect("plan", []string{"-destroy"}, protected)
	c.expect("plan", []string{"-replace=fireworks_promoted_model.a"}, protected)
	c.write("main.tf", strings.Replace(configuration("PREVENT", ""), "step-200-5e6f7a8b", "step-50-1a2b3c4d", 1))
	c.expect("plan", nil, protected)
	c.must("taint", "-no-color", "fireworks_promoted_model.a")
	c.write("main.tf", configuration("PREVENT", ""))
	c.expect("plan", nil, protected)
	c.must("untaint", "-no-color", "fireworks_promoted_model.a")
	c.write("main.tf", requiredProvider+platform.config(""))
	c.expect("apply", nil, protected)
	c.write("main.tf", configuration("ABANDON", ""))
	c.expect("apply", nil)
	c.expect("destroy", nil)
	// The policy refuses the plans before they check anything.
	platform.assertTraffic(t, traffic{Requested: 1, Promoted: 1, Listed: 1})

	if _, ok := platform.Model(demoModels + "m"); !ok {
		t.Error("the abandoned model was deleted")
	}
}
