// SPDX-License-Identifier: MPL-2.0

package promotedmodel_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// destroyCase is a change, or an option of Terraform, that destroys a model.
type destroyCase struct {
	name    string
	change  providertest.Values
	destroy bool
	taint   bool
	options providertest.RunOptions
}

var destroyCases = []destroyCase{
	{name: "a destroy", destroy: true},
	{name: "a destroy of a tainted resource", destroy: true, taint: true},
	{name: "a destroy without a refresh", destroy: true, options: providertest.RunOptions{NoRefresh: true}},
	{name: "a changed checkpoint", change: providertest.Values{"checkpoint_name": providertest.LoraCheckpoint}},
	{name: "a changed ID", change: providertest.Values{"output_model_id": "m2"}},
	{
		name:   "a changed checkpoint and a policy that is changed with it",
		change: providertest.Values{"checkpoint_name": providertest.LoraCheckpoint, "deletion_policy": "DELETE"},
	},
	{name: "-replace", options: providertest.RunOptions{Replace: true}},
	{name: "-replace without a refresh", options: providertest.RunOptions{Replace: true, NoRefresh: true}},
	{name: "a tainted resource", taint: true},
}

func (d destroyCase) config(config providertest.Values) providertest.Values {
	if d.destroy {
		return nil
	}

	return providertest.With(config, d.change)
}

// createOrImport returns the promoted model m, which was created with the configuration, or imported and then updated
// to it.
func createOrImport(
	p *providertest.Platform, t *testing.T, config providertest.Values, imported bool,
) providertest.Instance {
	t.Helper()

	models := p.PromotedModels(t)
	if !imported {
		return models.Create(t, config)
	}

	p.PutModel(mockapi.Model{Name: providertest.DemoModels + "m"})

	current, found := p.ImportModel(t, providertest.DemoModels+"m", nil)
	providertest.AssertSummaries(t, found)
	providertest.AssertConverges(t, models, &current, config, providertest.ActionUpdate)

	return current
}

func TestDeletionPolicy_PreventAtPlan(t *testing.T) {
	t.Parallel()

	for _, imported := range []bool{false, true} {
		for _, test := range destroyCases {
			t.Run(fmt.Sprintf("%s, imported: %v", test.name, imported), func(t *testing.T) {
				t.Parallel()
				platform := providertest.NewPlatform(t, mockapi.Options{})
				models := platform.PromotedModels(t)
				config := providertest.With(providertest.ModelConfig("m"),
					providertest.Values{"deletion_policy": "PREVENT"})
				current := createOrImport(platform, t, config, imported)
				current.Tainted = test.taint
				before := platform.Traffic()
				got := models.ApplyWith(t, &current, test.config(config), test.options,
					"ERROR deletion_policy: Destroy prevented by deletion policy")
				providertest.AssertMentions(t, got.Diagnostics, providertest.DemoModels+"m",
					"set deletion_policy to DELETE", "terraform untaint")
				platform.AssertTraffic(t, before)

				_, exists := platform.Model(providertest.DemoModels + "m")
				providertest.AssertEqual(t, "model exists", exists, true)
				providertest.AssertEqual(t, "state", current.State["state"], "READY")

				// Follow the message: change the policy alone first, then do the same again.
				current.Tainted = false
				config = providertest.With(config, providertest.Values{"deletion_policy": "DELETE"})
				providertest.AssertConverges(t, models, &current, config, providertest.ActionUpdate)
				platform.AssertTraffic(t, before)

				current.Tainted = test.taint

				got = models.Run(t.Context(), &current, providertest.With(test.config(config), providertest.Values{}),
					test.options)
				if !test.destroy && len(got.Diagnostics.Errors()) > 0 {
					t.Errorf("afterwards:\n%s", got.Diagnostics)
				}
			})
		}
	}
}

// Terraform destroys some objects without a plan that the provider sees, such as a deposed object of a
// create_before_destroy.
func TestDeletionPolicy_PreventAtDelete(t *testing.T) {
	t.Parallel()
	platform := providertest.NewPlatform(t, mockapi.Options{})
	config := providertest.With(providertest.ModelConfig("m"), providertest.Values{"deletion_policy": "PREVENT"})

	current := platform.PromotedModels(t).Create(t, config)
	result := platform.Protocol(t).
		Apply(t.Context(), providerdata.PromotedModelType, current.Stored,
			providertest.Planned{Stored: providertest.Stored{Identity: current.Identity}}, nil)
	providertest.AssertSummaries(t, result.Diagnostics, "ERROR deletion_policy: Destroy prevented by deletion policy")
	platform.AssertTraffic(t, providertest.Traffic{Requested: 1, Promoted: 1, Listed: 2})

	if result.State["id"] != providertest.DemoModels+"m" {
		t.Errorf("got %v", result.State)
	}
}

// PREVENT is reported without a request: the API key may still be unknown.
func TestDeletionPolicy_PreventWithoutAPI(t *testing.T) {
	t.Parallel()
	platform := providertest.NewPlatform(t, mockapi.Options{})
	config := providertest.With(providertest.ModelConfig("m"), providertest.Values{"deletion_policy": "PREVENT"})

	current := platform.PromotedModels(t).Create(t, config)

	models := providertest.TerraformCore{
		TypeName: providerdata.PromotedModelType,
		Start: func() *providertest.ProtocolServer {
			return platform.ProtocolWith(t, providertest.Values{"api_key": providertest.Unknown})
		},
	}

	platform.ResetRequests()

	for _, options := range []providertest.RunOptions{{}, {Replace: true}} {
		var wanted providertest.Values
		if options.Replace {
			wanted = config
		}

		models.ApplyWith(t, &current, wanted, options, "ERROR deletion_policy: Destroy prevented by deletion policy")
	}

	current.Tainted = true
	models.Apply(t, &current, config, "ERROR deletion_policy: Destroy prevented by deletion policy")

	if n := len(platform.Requests()); n != 0 {
		t.Errorf("%d requests", n)
	}
}

// A resource may be created with PREVENT.
func TestDeletionPolicy_PreventAtCreate(t *testing.T) {
	t.Parallel()
	platform := providertest.NewPlatform(t, mockapi.Options{})

	var current providertest.Instance
	providertest.AssertConverges(t, platform.PromotedModels(t), &current,
		providertest.With(providertest.ModelConfig("m"), providertest.Values{"deletion_policy": "PREVENT"}),
		providertest.ActionCreate)
}

// PREVENT protects a model that was ready: destroying one whose promotion still runs waits for its end, and deletes the
// model.
func TestDeletionPolicy_PreventWhilePromoting(t *testing.T) {
	t.Parallel()
	platform := providertest.NewPlatform(t, mockapi.Options{PromotionTime: time.Hour})
	models := platform.PromotedModels(t)
	config := providertest.With(providertest.ModelConfig("m"), providertest.Values{"deletion_policy": "PREVENT"})

	var current providertest.Instance

	models.RunInterrupted(t, platform, &current, config,
		providertest.Interruption{Path: providertest.OperationPath, N: 2})

	start := platform.Clock.Now()

	models.Apply(t, &current, nil)

	if took := platform.Clock.Now().Sub(start); took < 50*time.Minute || current.State != nil {
		t.Errorf("after %s, the state contains %v", took, current.State)
	}

	platform.AssertModels(t, 1, 1)
}

func TestDeletionPolicy_Abandon(t *testing.T) {
	t.Parallel()

	for _, imported := range []bool{false, true} {
		t.Run(fmt.Sprintf("imported: %v", imported), func(t *testing.T) {
			t.Parallel()
			platform := providertest.NewPlatform(t, mockapi.Options{})
			current := createOrImport(platform, t,
				providertest.With(providertest.ModelConfig("m"), providertest.Values{"deletion_policy": "ABANDON"}),
				imported)
			platform.ResetRequests()

			platform.PromotedModels(t).ApplyWith(t, &current, nil, providertest.RunOptions{NoRefresh: true})

			_, exists := platform.Model(providertest.DemoModels + "m")
			providertest.AssertEqual(t, "model exists", exists, true)
			providertest.AssertEqual(t, "in the state", current.State != nil, false)
			providertest.AssertEqual(t, "requests", len(platform.Requests()), 0)
		})
	}
}

// Replacing an abandoned model keeps it: with another ID that succeeds, with the same ID it must fail.
func TestDeletionPolicy_AbandonAtReplace(t *testing.T) {
	t.Parallel()
	platform := providertest.NewPlatform(t, mockapi.Options{})
	models := platform.PromotedModels(t)
	config := providertest.With(providertest.ModelConfig("m"), providertest.Values{"deletion_policy": "ABANDON"})

	current := models.Create(t, config)

	for _, options := range []providertest.RunOptions{{}, {Replace: true}} {
		changed := config
		if !options.Replace {
			changed = providertest.With(config, providertest.Values{"checkpoint_name": providertest.LoraCheckpoint})
		}

		models.ApplyWith(t, &current, changed, options, "ERROR output_model_id: Abandoned object keeps its ID")
	}

	providertest.AssertConverges(t, models, &current,
		providertest.With(config, providertest.Values{"output_model_id": "m2"}), providertest.ActionReplace)

	if _, ok := platform.Model(providertest.DemoModels + "m"); !ok ||
		platform.Count(http.MethodDelete, providertest.ModelPath) != 0 {
		t.Error("the abandoned model was deleted")
	}
}

func TestDelete(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		arrange func(*providertest.Platform)
		deleted int
		lasts   time.Duration
	}{
		"at once": {func(*providertest.Platform) {}, 1, 0},
		"slowly": {func(p *providertest.Platform) { p.SetDeletionTime(5 * time.Minute) }, 1,
			5 * time.Minute},
		"of a deleted model": {func(p *providertest.Platform) { p.RemoveModel(providertest.DemoModels + "m") }, 1, 0},
		"response lost": {func(p *providertest.Platform) {
			p.SetFaults(mockapi.Fault{Method: http.MethodDelete, Times: 1, Kind: mockapi.FaultResetAfter})
		}, 2, 0},
		"response lost, slow deletion": {func(p *providertest.Platform) {
			p.SetDeletionTime(time.Minute)
			p.SetFaults(mockapi.Fault{Method: http.MethodDelete, Times: 1, Kind: mockapi.FaultStatusAfter})
		}, 2, time.Minute},
		"temporary failures during the wait": {func(p *providertest.Platform) {
			p.SetDeletionTime(time.Minute)
			p.SetFaults(mockapi.Fault{Method: http.MethodGet, Path: providertest.ModelPath, Times: 5,
				Kind: mockapi.FaultStatus},
				mockapi.Fault{Method: http.MethodGet, Path: providertest.ModelPath, Times: 5,
					Kind: mockapi.FaultGarbage})
		}, 1, time.Minute},
		"of a model that is being promoted": {func(p *providertest.Platform) {
			p.PutModel(mockapi.Model{Name: providertest.DemoModels + "m", State: "UPLOADING"})
		}, 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			platform := providertest.NewPlatform(t, mockapi.Options{})
			models := platform.PromotedModels(t)

			current := models.Create(t, providertest.ModelConfig("m"))

			test.arrange(platform)
			start := platform.Clock.Now()

			models.ApplyWith(t, &current, nil, providertest.RunOptions{NoRefresh: true})
			platform.AssertTraffic(t, providertest.Traffic{Requested: 1, Promoted: 1, Deleted: test.deleted, Listed: 2})

			_, exists := platform.Model(providertest.DemoModels + "m")
			providertest.AssertEqual(t, "model exists", exists, false)
			providertest.AssertEqual(t, "in the state", current.State != nil, false)

			if took := platform.Clock.Now().Sub(start); took < test.lasts ||
				took > test.lasts+test.lasts/10+2*time.Second {
				t.Errorf("it took %s, the deletion %s", took, test.lasts)
			}
		})
	}
}

// A failed deletion keeps the model in the state, and the same destroy succeeds once the cause is removed.
func TestDelete_Failures(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		arrange func(p *providertest.Platform, interrupt func())
		mend    func(*providertest.Platform)
		timeout string
		want    string
		mention []string
	}{
		"deployed": {
			arrange: func(p *providertest.Platform, _ func()) {
				p.Deploy(providertest.DemoModels+"m", "chat", "accounts/other/deployments/batch")
			},
			mend: func(p *providertest.Platform) { p.Deploy(providertest.DemoModels + "m") },
			want: "ERROR: Model still deployed",
			mention: []string{"  accounts/demo/deployments/chat\n  accounts/other/deployments/batch",
				"FAILED_PRECONDITION"},
		},
		"timeout during the wait": {
			arrange: func(p *providertest.Platform, _ func()) { p.SetDeletionTime(100_000 * time.Hour) },
			mend:    func(p *providertest.Platform) { p.RemoveModel(providertest.DemoModels + "m") },
			timeout: "50ms",
			want:    "ERROR: Timeout while deleting model",
			mention: []string{"The timeout of 50ms (timeouts.delete) expired"},
		},
		"timeout during the request": {
			arrange: func(p *providertest.Platform,
				_ func()) {
				p.SetFaults(providertest.Unanswered(http.MethodDelete))
			},
			mend:    func(p *providertest.Platform) { p.SetFaults() },
			timeout: "50ms",
			want:    "ERROR: Timeout while deleting model",
		},
		"not allowed": {
			arrange: func(p *providertest.Platform, _ func()) {
				p.SetFaults(mockapi.Fault{Method: http.MethodDelete, Kind: mockapi.FaultStatus, Status: 403})
			},
			mend:    func(p *providertest.Platform) { p.SetFaults() },
			want:    "ERROR: Model not deleted",
			mention: []string{"403 Forbidden"},
		},
		"interrupted during the request": {
			arrange: func(p *providertest.Platform, interrupt func()) {
				p.SetFaults(providertest.Unanswered(http.MethodDelete))
				p.OnNthRequest(http.MethodDelete, providertest.ModelPath, 1, func(*http.Request) { interrupt() })
			},
			mend:    func(p *providertest.Platform) { p.SetFaults() },
			want:    "ERROR: Model not deleted",
			mention: []string{"interrupted", "Try again"},
		},
		"interrupted during the wait": {
			arrange: func(p *providertest.Platform, interrupt func()) {
				p.SetDeletionTime(time.Hour)
				p.OnNthRequest(http.MethodGet, providertest.ModelPath, 2, func(*http.Request) { interrupt() })
			},
			mend:    func(p *providertest.Platform) { p.RemoveModel(providertest.DemoModels + "m") },
			want:    "ERROR: Model not deleted",
			mention: []string{"interrupted"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			platform := providertest.NewPlatform(t, mockapi.Options{})
			models := platform.PromotedModels(t)

			config := providertest.ModelConfig("m")
			if test.timeout != "" {
				config["timeouts"] = providertest.Values{"delete": test.timeout}
			}

			current := models.Create(t, config)

			ctx, interrupt := context.WithCancel(t.Context())
			defer interrupt()

			test.arrange(platform, interrupt)

			got := models.Run(ctx, &current, nil, providertest.RunOptions{NoRefresh: true})
			providertest.AssertSummaries(t, got.Diagnostics, test.want)
			providertest.AssertMentions(t, got.Diagnostics, append(test.mention, providertest.DemoModels+"m")...)

			providertest.AssertEqual(t, "in the state", current.State != nil, true)
			providertest.AssertEqual(t, "tainted", current.Tainted, false)

			test.mend(platform)

			current.State["timeouts"] = nil
			models.ApplyWith(t, &current, nil, providertest.RunOptions{NoRefresh: true})

			_, exists := platform.Model(providertest.DemoModels + "m")
			providertest.AssertEqual(t, "model exists", exists, false)
			providertest.AssertEqual(t, "in the state", current.State != nil, false)
		})
	}
}

// The platform counts a deployment until it is deleted, which may take long, and for a while after that.
func TestDelete_DeploymentsBeingDeleted(t *testing.T) {
	t.Parallel()

	for state, want := range map[string]string{"DELETING": "", "READY": "ERROR: Model still deployed"} {
		t.Run(state, func(t *testing.T) {
			t.Parallel()
			platform := providertest.NewPlatform(t, mockapi.Options{})
			models := platform.PromotedModels(t)
			current := models.Create(t, providertest.ModelConfig("m"))

			platform.PutDeployment(mockapi.Deployment{Name: providertest.Chat, BaseModel: providertest.QwenBase,
				State: state})
			platform.Deploy(providertest.DemoModels+"m", "chat")
			platform.OnNthRequest(http.MethodDelete, providertest.ModelPath, 30,
				func(*http.Request) { platform.Deploy(providertest.DemoModels + "m") })

			start := platform.Clock.Now()
			got := models.Run(t.Context(), &current, nil, providertest.RunOptions{NoRefresh: true})

			if want != "" {
				providertest.AssertSummaries(t, got.Diagnostics, want)
				return
			}

			providertest.AssertSummaries(t, got.Diagnostics)

			if took := platform.Clock.Now().Sub(start); took < 3*time.Minute {
				t.Errorf("it took %s", took)
			}
		})
	}
}

func TestAccDeletionPolicy(t *testing.T) {
	t.Parallel()
	platform := providertest.NewPlatform(t, mockapi.Options{})
	configuration := func(policy, more string) string {
		return providertest.RequiredProvider +
			platform.Config(providertest.PromotedBlock("a", `"m"`,
				fmt.Sprintf("  deletion_policy = %q\n%s", policy, more)))
	}
	c := platform.NewCLI(t, map[string]string{"main.tf": configuration("PREVENT", "")})
	c.Expect("apply", nil)

	const protected = "error: Destroy prevented by deletion policy"
	c.Expect("plan", []string{"-destroy"}, protected)
	c.Expect("plan", []string{"-replace=fireworks_promoted_model.a"}, protected)
	c.Write("main.tf", strings.Replace(configuration("PREVENT", ""), "step-200-5e6f7a8b", "step-50-1a2b3c4d", 1))
	c.Expect("plan", nil, protected)
	c.Must("taint", "-no-color", "fireworks_promoted_model.a")
	c.Write("main.tf", configuration("PREVENT", ""))
	c.Expect("plan", nil, protected)
	c.Must("untaint", "-no-color", "fireworks_promoted_model.a")
	c.Write("main.tf", providertest.RequiredProvider+platform.Config(""))
	c.Expect("apply", nil, protected)
	c.Write("main.tf", configuration("ABANDON", ""))
	c.Expect("apply", nil)
	c.Expect("destroy", nil)
	// The policy refuses the plans before they check anything.
	platform.AssertTraffic(t, providertest.Traffic{Requested: 1, Promoted: 1, Listed: 1})

	if _, ok := platform.Model(providertest.DemoModels + "m"); !ok {
		t.Error("the abandoned model was deleted")
	}

	// Terraform's own protection goes with the block.
	platform.RemoveModel(providertest.DemoModels + "m")
	c.Write("main.tf", configuration("DELETE", "  lifecycle {\n    prevent_destroy = true\n  }"))
	c.Expect("apply", nil)

	// Terraform and OpenTofu word this error in two ways.
	if got := providertest.ErrorsOf(c.Diagnostics("plan", "-destroy")); len(got) != 1 ||
		!strings.HasSuffix(got[0], "nstance cannot be destroyed") {
		t.Errorf("prevent_destroy: %q", got)
	}

	c.Write("main.tf", providertest.RequiredProvider+platform.Config(""))
	c.Expect("apply", nil)
	platform.AssertModels(t, 2, 1)
}
