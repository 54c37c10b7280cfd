// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// TestPromotion_TakenByOther removes a model from the state that became ready although the operation of the promotion
// failed.
func TestPromotion_TakenByOther(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{PromotionTime: time.Minute})
	p.SetPromotionOutcome(mockapi.PromotionFailsLeavingModel)
	p.OnNthRequest(http.MethodGet, providertest.OperationPath, 2, func(*http.Request) {
		p.Clock.Advance(time.Hour)

		p.SetState(providertest.DemoModels+"m", "READY", mockapi.Status{})
	})

	var current providertest.Instance

	got := p.PromotedModels(t).Run(t.Context(), &current, providertest.ModelConfig("m"), providertest.RunOptions{})
	providertest.AssertSummaries(t, got.Diagnostics, "ERROR: Promotion failed")
	providertest.AssertMentions(t, got.Diagnostics, "something else created it", "import {")
	providertest.AssertEqual(t, "in the state", current.State != nil, false)
}

// TestDelete_WhilePromoting waits for the promotion, so that the model does not appear after the deletion.
func TestDelete_WhilePromoting(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{PromotionTime: 5 * time.Minute})
	models := p.PromotedModels(t)

	var current providertest.Instance

	models.RunInterrupted(t, p, &current, providertest.ModelConfig("m"),
		providertest.Interruption{Path: providertest.OperationPath, N: 1})
	started := p.Clock.Now()

	got := models.Run(t.Context(), &current, nil, providertest.RunOptions{})
	providertest.AssertSummaries(t, got.Diagnostics)
	providertest.AssertEqual(t, "in the state", current.State != nil, false)

	if waited := p.Clock.Now().Sub(started); waited < 4*time.Minute {
		t.Errorf("the deletion waited %s", waited)
	}

	p.AssertModels(t, 1, 1)
}

// TestTimeouts_Positive refuses timeouts that have expired before they start.
func TestTimeouts_Positive(t *testing.T) {
	t.Parallel()

	process := providertest.NewPlatform(t, mockapi.Options{}).Protocol(t)

	for typeName, config := range map[string]providertest.Values{
		providerdata.PromotedModelType: providertest.ModelConfig("m"),
		providerdata.DeploymentType:    providertest.DeploymentConfig(nil),
		providerdata.DeployedModelType: providertest.LoraConfig(nil),
		providerdata.RouterType:        providertest.RouterConfig(nil),
	} {
		limits := providertest.Values{"create": "0s", "update": "-5m", "delete": "0"}
		got := process.Validate(t.Context(), typeName,
			providertest.With(config, providertest.Values{"timeouts": limits}))

		if len(got.Errors()) != 3 || got.Errors()[0].Summary != diagnostic.SummaryInvalidTimeout {
			t.Errorf("%s: %s", typeName, got)
		}
	}
}

// TestTimeouts_BeforeCreation leaves nothing in the state if the timeout expires before there is a response.
func TestTimeouts_BeforeCreation(t *testing.T) {
	t.Parallel()

	for typeName, test := range map[string]struct {
		config  func(providertest.Values) providertest.Values
		summary string
	}{
		providerdata.DeploymentType: {providertest.DeploymentConfig, diagnostic.SummaryDeploymentTimedOutBefore},
		providerdata.RouterType:     {providertest.RouterConfig, diagnostic.SummaryRouterTimedOutBefore},
	} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{})
			config := test.config(providertest.Values{"timeouts": providertest.Values{"create": "1s"}})
			process := p.Protocol(t)
			plan := process.Plan(t.Context(), typeName, providertest.Stored{}, config)

			p.SetFaults(providertest.Unanswered(http.MethodPost))

			got := process.Apply(t.Context(), typeName, providertest.Stored{}, plan, config)
			providertest.AssertSummaries(t, got.Diagnostics, "ERROR: "+test.summary)
			providertest.AssertMentions(t, got.Diagnostics, "(timeouts.create) expired", "import block for it")
			providertest.AssertEqual(t, "in the state", got.State != nil, false)
		})
	}
}

// TestDelete_NeverReady deletes a deployment that never became ready in spite of its deletion policy, and no other one.
func TestDelete_NeverReady(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		outcome mockapi.DeploymentOutcome
		change  providertest.Values
		noState bool
		want    bool
	}{
		"creation failed":   {outcome: mockapi.DeploymentFails, want: true},
		"ready":             {outcome: mockapi.DeploymentSucceeds},
		"no state reported": {outcome: mockapi.DeploymentSucceeds, noState: true},
		"rollout failed": {
			outcome: mockapi.DeploymentSucceeds, change: providertest.Values{"max_context_length": 8192},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{DeploymentTime: time.Minute})
			p.SetDeploymentOutcome(test.outcome)

			var current providertest.Instance

			config := providertest.DeploymentConfig(providertest.Values{"deletion_policy": lifecycle.DeletionPolicyPrevent})
			p.DeploymentCore(t).Run(t.Context(), &current, config, providertest.RunOptions{})
			p.SetUpdateOutcome(mockapi.DeploymentFailsServing)

			if test.change != nil {
				p.DeploymentCore(t).Run(t.Context(), &current, providertest.With(config, test.change),
					providertest.RunOptions{})
			}

			if test.noState {
				p.SetState(providertest.Chat, "", mockapi.Status{})
				p.DeploymentCore(t).Run(t.Context(), &current, config, providertest.RunOptions{PlanOnly: true})
			}

			process := p.Protocol(t)
			got := process.Apply(t.Context(), providerdata.DeploymentType, current.Stored,
				providertest.Planned{Stored: providertest.Stored{Identity: current.Identity}}, nil)

			if deleted := got.State == nil && len(got.Diagnostics.Errors()) == 0; deleted != test.want {
				t.Errorf("deleted: %t\n%s", deleted, got.Diagnostics)
			}
		})
	}
}

// TestRead_FailedPromotionOfReadyModel removes a model from the state that is ready although the operation of the
// interrupted promotion failed: something else created it.
func TestRead_FailedPromotionOfReadyModel(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{PromotionTime: time.Minute})
	p.SetPromotionOutcome(mockapi.PromotionFailsLeavingModel)

	var current providertest.Instance

	p.PromotedModels(t).RunInterrupted(t, p, &current, providertest.ModelConfig("m"),
		providertest.Interruption{Path: providertest.OperationPath, N: 1})
	p.Clock.Advance(time.Hour)

	p.SetState(providertest.DemoModels+"m", "READY", mockapi.Status{})

	got := p.Protocol(t).Read(t.Context(), providerdata.PromotedModelType, current.Stored)
	providertest.AssertSummaries(t, got.Diagnostics, "WARNING: Promotion failed")
	providertest.AssertMentions(t, got.Diagnostics, "created by something else", "import {")
	providertest.AssertEqual(t, "in the state", got.State != nil, false)
}

// TestPromotion_ReplacedNameIsLate retries a 409 for the name of a model that this process has just deleted, and no
// other.
func TestPromotion_ReplacedNameIsLate(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		replace bool
		want    []string
	}{
		"replaced": {replace: true},
		"new":      {want: []string{"ERROR output_model_id: Model already exists"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{})
			models := p.PromotedModels(t)

			var current providertest.Instance
			if test.replace {
				current = models.Create(t, providertest.ModelConfig("m"))
			}

			p.SetFaults(mockapi.Fault{
				Method: http.MethodPost, Path: providertest.PromotePath, Times: 3, Kind: mockapi.FaultStatus,
				Status: 409,
				Body:   `{"code":6,"message":"model exists"}`,
			})

			got := models.Run(t.Context(), &current, providertest.ModelConfig("m"),
				providertest.RunOptions{Replace: test.replace})
			providertest.AssertSummaries(t, got.Diagnostics.Errors(), test.want...)
		})
	}
}

// TestDeployedModel_ListIsLate loads a model again that lists still show after it was unloaded.
func TestDeployedModel_ListIsLate(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	models := p.DeployedModelCore(t)
	current := models.Create(t, providertest.LoraConfig(nil))

	p.SetListLag(time.Hour, 0)

	got := models.Run(t.Context(), &current, nil, providertest.RunOptions{})
	providertest.AssertSummaries(t, got.Diagnostics)

	got = models.Run(t.Context(), &current, providertest.LoraConfig(nil), providertest.RunOptions{})
	providertest.AssertSummaries(t, got.Diagnostics)
	providertest.AssertEqual(t, "state", current.State["state"], "DEPLOYED")
}

// TestDeployment_FailedRolloutServes asks before it deletes a deployment that serves although its last rollout failed. An
// update that rolls nothing out does not wait for it, also if it was to respond to an inference request.
func TestDeployment_FailedRolloutServes(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{DeploymentTime: time.Minute})
	deployments := p.DeploymentCore(t)
	current := deployments.Create(t, providertest.DeploymentConfig(providertest.Values{"wait_for_inference": true}))
	longer := providertest.Values{"wait_for_inference": true, "max_context_length": 8192}

	p.SetUpdateOutcome(mockapi.DeploymentFailsServing)

	got := deployments.Run(t.Context(), &current, providertest.DeploymentConfig(longer), providertest.RunOptions{})
	providertest.AssertSummaries(t, got.Diagnostics, "ERROR: Rollout of update failed")

	p.MarkInUse(providertest.Chat)

	// A tainted deployment has no private state when it is deleted.
	for _, tainted := range []bool{false, true} {
		current.Tainted = tainted

		got = deployments.Run(t.Context(), &current, nil, providertest.RunOptions{})
		providertest.AssertSummaries(t, got.Diagnostics.Errors(), "ERROR force_destroy: Deployment in use")

		// A deletion may be that of a deposed object, whose resource is another deployment that serves.
		if text := got.Diagnostics.String(); strings.Contains(text, "terraform destroy") {
			t.Errorf("the message advises to destroy the resource: %s", text)
		}
	}

	current.Tainted, longer["force_destroy"] = false, true
	deployments.Apply(t, &current, providertest.DeploymentConfig(longer), "WARNING: "+diagnostic.SummaryNotUsable)
	deployments.Apply(t, &current, nil, "WARNING: "+diagnostic.SummaryNotUsable)
}

// TestWait_Logs logs the creation or update, each change of what the object reports, and the time since the start, and
// each request.
func TestWait_Logs(t *testing.T) {
	t.Parallel()

	serving := providertest.DeploymentConfig(providertest.Values{"min_replica_count": 1})

	for name, test := range map[string]struct {
		core             func(*providertest.Platform, testing.TB) providertest.TerraformCore
		config, change   providertest.Values
		request, message string
		states           []string
	}{
		"deployment": {
			core: (*providertest.Platform).DeploymentCore, config: serving,
			request: "Requesting creation of deployment", message: "Waiting for deployment",
			states: []string{"CREATING", "READY"},
		},
		"update": {
			core: (*providertest.Platform).DeploymentCore, config: serving,
			change:  providertest.Values{"max_context_length": 8192},
			request: "Requesting update of deployment", message: "Waiting for deployment",
			states: []string{"UPDATING", "READY"},
		},
		"deployed model": {
			core: (*providertest.Platform).DeployedModelCore, config: providertest.LoraConfig(nil),
			request: "Requesting loading of model", message: "Waiting for deployed model",
			states: []string{"DEPLOYING", "DEPLOYED"},
		},
		"metadata": {
			core: (*providertest.Platform).Routing, config: providertest.RouterConfig(nil),
			change:  providertest.Values{"display_name": "F"},
			request: "Requesting update of router", message: "Waiting for router", states: []string{"UPDATING", "READY"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{DeploymentTime: 10 * time.Minute})
			core := test.core(p, t)

			var (
				log     bytes.Buffer
				current providertest.Instance
				states  []string
			)

			if test.change != nil {
				current = core.Create(t, test.config)

				p.ResetRequests()
			}

			got := core.Run(tflogtest.RootLogger(t.Context(), &log), &current,
				providertest.With(test.config, test.change), providertest.RunOptions{})
			providertest.AssertSummaries(t, got.Diagnostics)
			providertest.AssertEqual(t, "logged requests at INFO", strings.Count(log.String(), test.request), 1)

			lines, err := tflogtest.MultilineJSONDecode(&log)
			if err != nil {
				t.Fatal(err)
			}

			repeated, requests := 0, 0

			for _, line := range lines {
				if line["@level"] == "debug" && line["method"] != nil {
					requests++
				}

				if line["@message"] != test.message {
					continue
				}

				providertest.AssertEqual(t, "level", line["@level"], "info")

				if state, _ := line["state"].(string); len(states) == 0 || states[len(states)-1] != state {
					states = append(states, state)
				} else {
					repeated++
				}

				if line["elapsed"] == nil || line["replicas"] == nil && test.message == "Waiting for deployment" {
					t.Errorf("without the time or the replicas: %v", line)
				}
			}

			providertest.AssertEqual(t, "logged requests", requests, len(p.Requests()))
			providertest.AssertEqual(t, "states", strings.Join(states, " "), strings.Join(test.states, " "))

			if core.TypeName != providerdata.RouterType && (repeated < 2 || repeated > 12) {
				t.Errorf("logged %d times without news, want about once a minute", repeated)
			}
		})
	}
}

func outcomeOf(outcome mockapi.Outcome) func(*providertest.Platform, bool) {
	return func(p *providertest.Platform, fail bool) {
		p.SetOutcomes()

		if fail {
			p.SetOutcomes(outcome)
		}
	}
}

// TestAccFailedCreation_NotProtected gets rid of an object whose creation failed in every way, although its arguments
// protect one that is usable.
func TestAccFailedCreation_NotProtected(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		address string
		// fails makes creations fail, or succeed again.
		fails func(p *providertest.Platform, fail bool)
		// failure is the summary of a failed creation, and replaces that of the plan that replaces it.
		failure, replaces string
		protects          map[string]string
		block             func(arguments string) string
	}{
		"deployment": {
			address: "fireworks_deployment.chat",
			fails:   outcomeOf(mockapi.Outcome{Object: providertest.Chat, Outcome: "fails"}),
			failure: diagnostic.SummaryDeploymentFailed, replaces: diagnostic.SummaryReplacingFailedDeployment,
			block: providertest.ShapedBlock,
			protects: map[string]string{
				"PREVENT": `  deletion_policy = "PREVENT"`, "ABANDON": `  deletion_policy = "ABANDON"`,
				"soft": "  soft_delete = true",
			},
		},
		"promoted model": {
			address: "fireworks_promoted_model.a",
			fails:   outcomeOf(mockapi.Outcome{Object: providertest.DemoModels + "m", Outcome: "leaves-broken-model"}),
			failure: diagnostic.SummaryModelUnusable, replaces: diagnostic.SummaryPromotionFailedBefore,
			block: func(arguments string) string { return providertest.PromotedBlock("a", `"m"`, arguments) },
			protects: map[string]string{"PREVENT": `  deletion_policy = "PREVENT"`,
				"ABANDON": `  deletion_policy = "ABANDON"`},
		},
		"router": {
			address: "fireworks_router.front",
			fails: func(p *providertest.Platform, fail bool) {
				p.SetRouterOutcome(map[bool]mockapi.RouterOutcome{true: mockapi.RouterReportsError}[fail])
			},
			failure: diagnostic.SummaryRouterFailed, replaces: diagnostic.SummaryReplacingFailedRouter,
			block: providertest.RouterBlock,
			protects: map[string]string{"PREVENT": `  deletion_policy = "PREVENT"`,
				"ABANDON": `  deletion_policy = "ABANDON"`},
		},
	} {
		for protection, argument := range test.protects {
			t.Run(name+", "+protection, func(t *testing.T) {
				t.Parallel()

				p := providertest.NewPlatform(t, mockapi.Options{})
				block := test.block(argument)
				nothing := providertest.RequiredProvider + p.Config("")
				fail := func(c *providertest.CLI) {
					test.fails(p, true)
					c.Expect("apply", nil, "error: "+test.failure)
					test.fails(p, false)
				}
				assertNothingLeft := func() {
					t.Helper()

					_, routes := p.Router(providertest.Front)
					if models, deployments := p.CreatedModels(), createdDeployments(p); routes ||
						len(models)+len(deployments) > 0 {
						t.Fatalf("left: %v %v, router: %t", models, deployments, routes)
					}
				}

				c := p.NewConfiguredCLI(t, block)

				for _, untaint := range []bool{false, true} {
					for i, remove := range []func(){
						func() { c.Expect("destroy", nil) },
						func() { c.Write("main.tf", nothing); c.Expect("apply", nil) },
					} {
						// The other protections and resources decide in the same place.
						if (untaint || i > 0) && (protection != lifecycle.DeletionPolicyPrevent || name != "deployment") {
							continue
						}

						c.Write("main.tf", providertest.RequiredProvider+p.Config(block))
						fail(c)

						if untaint {
							c.Must("untaint", "-no-color", test.address)
						}

						remove()
						assertNothingLeft()
					}
				}

				c.Write("main.tf", providertest.RequiredProvider+p.Config(block))
				fail(c)
				c.Expect("apply", nil, "warning: "+test.replaces)
				c.AssertEmptyPlan()
			})
		}
	}
}
