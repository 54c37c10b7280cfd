// SPDX-License-Identifier: MPL-2.0

package deployment_test

import (
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

// TestDeployment_Destroy destroys a deployment in each of the ways.
func TestDeployment_Destroy(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		change   providertest.Values
		arrange  func(p *providertest.Platform)
		want     string
		requests []string
		// left is the state of what is left on the platform, "" for nothing.
		left string
	}{
		"hard": {requests: []string{providertest.HardDeletion}},
		"soft": {change: providertest.Values{"soft_delete": true},
			requests: []string{"DELETE /v1/" + providertest.Chat}, left: "DELETED"},
		"force": {change: providertest.Values{"force_destroy": true},
			requests: []string{"DELETE /v1/" + providertest.Chat + "?hard=true&ignoreChecks=true"}},
		"in use": {
			arrange: func(p *providertest.Platform) { p.MarkInUse(providertest.Chat) },
			want:    diagnostic.SummaryDeploymentInUse, requests: []string{providertest.HardDeletion}, left: "READY",
		},
		"in use, by force": {
			change:   providertest.Values{"force_destroy": true},
			arrange:  func(p *providertest.Platform) { p.MarkInUse(providertest.Chat) },
			requests: []string{"DELETE /v1/" + providertest.Chat + "?hard=true&ignoreChecks=true"},
		},
		"abandon": {change: providertest.Values{"deletion_policy": lifecycle.DeletionPolicyAbandon}, left: "READY"},
		"prevent": {change: providertest.Values{"deletion_policy": lifecycle.DeletionPolicyPrevent},
			want: diagnostic.SummaryDestroyPrevented, left: "READY"},
		"deleted already": {
			arrange:  func(p *providertest.Platform) { p.RemoveDeployment(providertest.Chat) },
			requests: []string{},
		},
		"refused": {
			arrange: func(p *providertest.Platform) {
				p.SetFaults(mockapi.Fault{Method: http.MethodDelete, Kind: mockapi.FaultStatus, Status: 403})
			},
			want: diagnostic.SummaryDeploymentNotDeleted, requests: []string{providertest.HardDeletion}, left: "READY",
		},
		"refused for another reason": {
			arrange: func(p *providertest.Platform) {
				p.SetFaults(mockapi.Fault{Method: http.MethodDelete, Kind: mockapi.FaultStatus, Status: 400, Code: new(9),
					Reason: "BILLING_DISABLED"})
			},
			want: diagnostic.SummaryDeploymentNotDeleted, requests: []string{providertest.HardDeletion}, left: "READY",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{DeploymentTime: time.Minute})

			current := p.DeploymentCore(t).Create(t, providertest.DeploymentConfig(test.change))
			p.TakeWriteRequests()

			if test.arrange != nil {
				test.arrange(p)
			}

			got := p.DeploymentCore(t).Run(t.Context(), &current, nil, providertest.RunOptions{})
			if got.Diagnostics.Errors().JoinedSummaries() != test.want {
				t.Errorf("%s", got.Diagnostics)
			}

			p.AssertWrites(t, test.requests...)

			left, _ := p.Deployment(providertest.Chat)
			if left.State != test.left {
				t.Errorf("left behind: %q, want %q", left.State, test.left)
			}
		})
	}
}

// TestDeployment_DestroyWhileCreating deletes a deployment that never became ready, although the API reports it as in
// use.
func TestDeployment_DestroyWhileCreating(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{DeploymentTime: time.Minute})
	p.SetDeploymentOutcome(mockapi.DeploymentHangs)

	config := providertest.DeploymentConfig(providertest.Values{"timeouts": providertest.Values{"create": "1s",
		"update": nil, "delete": nil}})

	var current providertest.Instance
	p.DeploymentCore(t).Run(t.Context(), &current, config, providertest.RunOptions{})
	p.MarkInUse(providertest.Chat)
	p.TakeWriteRequests()

	if got := p.DeploymentCore(t).Run(t.Context(), &current, nil, providertest.RunOptions{}); len(got.Diagnostics) > 0 {
		t.Errorf("%s", got.Diagnostics)
	}

	p.AssertWrites(t, providertest.HardDeletion, "DELETE /v1/"+providertest.Chat+"?hard=true&ignoreChecks=true")
}

// TestAccDeployment_WithPromotedModel creates and destroys a promoted model and its deployment in one run each. The
// plan does not report the model as missing, and the model is deleted although the API still counts the deployment for
// a while.
func TestAccDeployment_WithPromotedModel(t *testing.T) {
	providertest.SkipUnlessAcc(t)
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{DeploymentTime: time.Minute, PromotionTime: time.Minute})
	p.SetDeployedModelRefsLag(20 * time.Second)

	c := p.NewConfiguredCLI(t, providertest.ModelBlock(providertest.FullCheckpoint, "m", "")+`
resource "fireworks_deployment" "chat" {
  deployment_id    = "chat"
  base_model       = fireworks_promoted_model.model.name
  deployment_shape = "`+providertest.ServingShape+`"
}
`)

	for _, command := range []string{"plan", "apply", "plan", "destroy"} {
		if got := c.Diagnostics(command); len(got) > 0 {
			t.Errorf("%s: %v", command, got)
		}
	}

	var order []string

	for _, request := range p.TakeWriteRequests() {
		if strings.HasPrefix(request, http.MethodDelete) {
			order = append(order, request)
		}
	}

	if len(order) < 3 || order[0] != providertest.HardDeletion || order[1] != providertest.DeletionOf("m") ||
		order[len(order)-1] != providertest.DeletionOf("m") {
		t.Errorf("deleted in the order %q", order)
	}

	if _, ok := p.Model(providertest.DemoModels + "m"); ok {
		t.Error("the model is left behind")
	}
}

// TestAccDeployment_ReplacedModel replaces a model under its name, and the deployment that serves it. Then a destroy is
// refused because of requests, and its remedy promotes nothing again.
func TestAccDeployment_ReplacedModel(t *testing.T) {
	providertest.SkipUnlessAcc(t)
	t.Parallel()

	const next = providertest.SftJob + "/checkpoints/next"

	p := providertest.NewPlatform(t, mockapi.Options{})
	p.PutCheckpoint(providertest.SftJob, mockapi.Checkpoint{Name: "next", CreateTime: "2030-01-01T00:00:00Z", Promotable: true})

	block := func(checkpoint, arguments string) string {
		return providertest.RequiredProvider + p.Config(providertest.ModelBlock(checkpoint, "m", "")+
			providertest.PromotedBlock("other", `"other"`, "")+strings.Replace(providertest.ShapedBlock(arguments),
			`"`+providertest.QwenBase+`"`, "fireworks_promoted_model.model.name", 1))
	}

	c := p.NewCLI(t, map[string]string{"main.tf": block(providertest.FullCheckpoint, "")})
	c.Expect("apply", nil)
	c.Write("main.tf", block(next, ""))

	shown := fmt.Sprint(c.Diagnostics("apply"))
	if strings.Contains(shown, "error: ") || !strings.Contains(shown, diagnostic.SummaryReplacedWithBaseModel) {
		t.Fatal(shown)
	}

	c.AssertEmptyPlan()

	p.MarkInUse(providertest.Chat)
	c.Expect("destroy", nil, "error: "+diagnostic.SummaryDeploymentInUse)
	c.Write("main.tf", block(next, "  force_destroy = true"))
	c.Must("apply", "-no-color", "-input=false", "-auto-approve", "-target="+providertest.DeploymentAddress)
	c.Expect("destroy", nil)
	providertest.AssertEqual(t, "promotions", p.Promotions(), 3)
	providertest.AssertEqual(t, "models that are left", len(p.CreatedModels()), 0)
}

// TestDeployment_ReadDeleted removes what no longer exists from the state, and says why that may be.
func TestDeployment_ReadDeleted(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		change  providertest.Values
		arrange func(p *providertest.Platform)
		want    string
	}{
		"deleted": {nil,
			func(p *providertest.Platform) { p.RemoveDeployment(providertest.Chat) }, ""},
		"expired": {nil,
			func(p *providertest.Platform) { p.ExpireDeployment(providertest.Chat) },
			diagnostic.SummaryDeploymentDeleted},
		"soft-deleted, a replica always": {providertest.Values{"min_replica_count": 1},
			func(p *providertest.Platform) { p.ExpireDeployment(providertest.Chat) }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{DeploymentTime: time.Minute})

			current := p.DeploymentCore(t).Create(t, providertest.DeploymentConfig(test.change))
			test.arrange(p)

			got := p.Protocol(t).Read(t.Context(), providerdata.DeploymentType, current.Stored)
			providertest.AssertEqual(t, "summaries", got.Diagnostics.JoinedSummaries(), test.want)
			providertest.AssertEqual(t, "in the state", got.State != nil, false)
			providertest.AssertEqual(t, "has an identity", got.Identity != nil, true)
		})
	}
}

// TestDeployment_Drift reports a change outside Terraform for the changed argument only.
func TestDeployment_Drift(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		config providertest.Values
		change func(d *mockapi.Deployment)
		want   string
	}{
		"max_replica_count": {
			nil, func(d *mockapi.Deployment) { d.MaxReplicaCount = 5 },
			providertest.DeploymentPatchOf("max_replica_count", `{"maxReplicaCount":1}`),
		},
		"display_name": {
			providertest.Values{"display_name": "Chat"}, func(d *mockapi.Deployment) { d.DisplayName = "Other" },
			providertest.DeploymentPatchOf("display_name", `{"displayName":"Chat"}`),
		},
		"deployment_shape": {
			nil, func(d *mockapi.Deployment) {
				d.DeploymentShape = "accounts/fireworks/deploymentShapes/qwen3-8b-minimal/versions/e5f60718"
			},
			providertest.DeploymentPatchOf("deployment_shape", `{"deploymentShape":"`+providertest.ServingShape+`"}`),
		},
		"tags": {
			providertest.Values{"tags": providertest.Values{"team": "chat"}},
			func(d *mockapi.Deployment) {
				d.Annotations = map[string]string{"custom/team": "chat", "custom/x": "y", "internal": "z"}
			},
			"POST /v1/" + providertest.Chat + `:deleteTags {"keys":["custom/x"]}`,
		},
		"tags that are not configured": {nil,
			func(d *mockapi.Deployment) { d.Annotations = map[string]string{"custom/x": "y"} }, ""},
		"a name that is not configured": {nil, func(d *mockapi.Deployment) { d.DisplayName = "Other" }, ""},
		"a newer version": {nil,
			func(d *mockapi.Deployment) { d.DeploymentShape = providertest.ServingShapeOlder }, ""},
		"replicas": {nil, func(d *mockapi.Deployment) {
			d.ReplicaCount, d.DesiredReplicaCount = 1, 1
		}, ""},
		"the region":     {nil, func(d *mockapi.Deployment) { d.Region = "US_OHIO_1" }, ""},
		"other hardware": {nil, func(d *mockapi.Deployment) { d.Precision = "FP16" }, ""},
		"a status": {nil, func(d *mockapi.Deployment) {
			d.Status = &mockapi.Status{Code: "INTERNAL",
				Message: "x"}
		}, ""},
		"enable_addons": {
			providertest.Values{"enable_addons": true}, func(d *mockapi.Deployment) { d.EnableAddons = false },
			providertest.DeploymentPatchOf("enable_addons", `{"enableAddons":true}`),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{DeploymentTime: time.Minute})
			config := providertest.DeploymentConfig(test.config)

			current := p.DeploymentCore(t).Create(t, config)

			d, _ := p.Deployment(providertest.Chat)
			test.change(&d)
			p.PutDeployment(d)
			p.TakeWriteRequests()

			got := p.DeploymentCore(t).Run(t.Context(), &current, config, providertest.RunOptions{})
			if wantAction := map[bool]providertest.Action{true: providertest.ActionNone,
				false: providertest.ActionUpdate}[test.want == ""]; got.Action != wantAction {
				t.Errorf("%s\n%s", got.Action, got.Diagnostics)
			}

			if test.want == "" {
				p.AssertWrites(t)
			} else {
				p.AssertWrites(t, test.want)
			}
		})
	}
}

// TestDeployment_Imports imports every fixture by its full name and by its ID; the plan with a matching configuration is
// empty.
func TestDeployment_Imports(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{DeploymentTime: time.Minute})

	for _, d := range p.Deployments() {
		if d.State == fireworks.DeploymentStateDeleted {
			continue
		}

		id := strings.TrimPrefix(d.Name, providertest.DemoDeployments)

		t.Run(id, func(t *testing.T) {
			t.Parallel()

			config := providertest.Values{
				"deployment_id": id, "base_model": d.BaseModel, "min_replica_count": d.MinReplicaCount,
				"max_replica_count": d.MaxReplicaCount,
			}
			if d.DeploymentShape != "" {
				config["deployment_shape"] = d.DeploymentShape
			} else {
				config["accelerator_type"], config["accept_shapeless_risk"] = d.AcceleratorType, true
			}

			for _, importID := range []string{d.Name, id} {
				process := p.Protocol(t)

				imported := process.Import(t.Context(), providerdata.DeploymentType, importID, nil)
				if len(imported.Diagnostics) > 0 {
					t.Fatalf("import %s: %s", importID, imported.Diagnostics)
				}

				current := providertest.Instance{Stored: imported.Stored}

				// A deployment that is being created is waited for by an update.
				want := providertest.ActionNone
				if d.State == fireworks.DeploymentStateCreating {
					want = providertest.ActionUpdate
				}

				got := p.DeploymentCore(t).Run(t.Context(), &current, config, providertest.RunOptions{PlanOnly: true})
				providertest.AssertEqual(t, "action", got.Action, want)
			}
		})
	}
}

// TestDeployment_ImportByIdentity imports by account and ID, and sets for the first time what the API does not report.
func TestDeployment_ImportByIdentity(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{DeploymentTime: time.Minute})

	got := p.Protocol(t).Import(t.Context(), providerdata.DeploymentType, "",
		providertest.Values{"account_id": "demo", "deployment_id": "qwen3-ready"})
	if len(got.Diagnostics) > 0 || got.State["id"] != "accounts/demo/deployments/qwen3-ready" {
		t.Fatalf("%v\n%s", got.State, got.Diagnostics)
	}

	read := p.Protocol(t).Read(t.Context(), providerdata.DeploymentType, got.Stored)
	current := providertest.Instance{Stored: read.Stored}
	d, _ := p.Deployment("accounts/demo/deployments/qwen3-ready")
	config := providertest.Values{
		"deployment_id": "qwen3-ready", "base_model": d.BaseModel, "deployment_shape": d.DeploymentShape,
		"min_replica_count": d.MinReplicaCount, "max_replica_count": d.MaxReplicaCount,
		"disable_speculative_decoding": true,
		"tags":                         providertest.Values{"team": "search"},
	}

	run := p.DeploymentCore(t).Run(t.Context(), &current, config, providertest.RunOptions{})
	if run.Action != providertest.ActionUpdate || len(run.Diagnostics) > 0 {
		t.Errorf("%s\n%s", run.Action, run.Diagnostics)
	}

	p.DeploymentCore(t).AssertEmptyPlan(t, &current, config)

	p.AssertWrites(t)

	config["disable_speculative_decoding"] = false
	if run = p.DeploymentCore(t).Run(t.Context(), &current, config,
		providertest.RunOptions{PlanOnly: true}); run.Action != providertest.ActionReplace {
		t.Errorf("a later change: %s", run.Action)
	}
}
