package provider

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// TestDeployment_Destroy destroys a deployment in each of the ways.
func TestDeployment_Destroy(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		change   values
		arrange  func(p *platform)
		want     string
		requests []string
		// left is the state of what is left on the platform, "" for nothing.
		left string
	}{
		"hard":  {requests: []string{hardDeletion}},
		"soft":  {change: values{"soft_delete": true}, requests: []string{"DELETE /v1/" + chat}, left: "DELETED"},
		"force": {change: values{"force_destroy": true}, requests: []string{"DELETE /v1/" + chat + "?hard=true&ignoreChecks=true"}},
		"in use": {
			arrange: func(p *platform) { p.MarkInUse(chat) }, want: summaryDeploymentInUse, requests: []string{hardDeletion}, left: "READY",
		},
		"in use, by force": {
			change: values{"force_destroy": true}, arrange: func(p *platform) { p.MarkInUse(chat) },
			requests: []string{"DELETE /v1/" + chat + "?hard=true&ignoreChecks=true"},
		},
		"abandon": {change: values{"deletion_policy": deletionPolicyAbandon}, left: "READY"},
		"prevent": {change: values{"deletion_policy": deletionPolicyPrevent}, want: summaryDestroyPrevented, left: "READY"},
		"deleted already": {
			arrange:  func(p *platform) { p.RemoveDeployment(chat) },
			requests: []string{},
		},
		"refused": {
			arrange: func(p *platform) {
				p.SetFaults(mockapi.Fault{Method: http.MethodDelete, Kind: mockapi.FaultStatus, Status: 403})
			},
			want: summaryDeploymentNotDeleted, requests: []string{hardDeletion}, left: "READY",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := newPlatform(t, mockapi.Options{DeploymentTime: time.Minute})

			current := p.deployments(t).create(t, deploymentConfig(test.change))
			p.takeWriteRequests()

			if test.arrange != nil {
				test.arrange(p)
			}

			got := p.deployments(t).Run(t.Context(), &current, nil, runOptions{})
			if got.Diagnostics.Errors().summaries() != test.want {
				t.Errorf("%s", got.Diagnostics)
			}

			p.assertWrites(t, test.requests...)

			left, _ := p.Deployment(chat)
			if left.State != test.left {
				t.Errorf("left behind: %q, want %q", left.State, test.left)
			}
		})
	}
}

// TestDeployment_DestroyWhileCreating deletes a deployment that never became ready, although the API reports it as in use.
func TestDeployment_DestroyWhileCreating(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{DeploymentTime: time.Minute})
	p.SetDeploymentOutcome(mockapi.DeploymentHangs)

	config := deploymentConfig(values{"timeouts": values{"create": "1s", "update": nil, "delete": nil}})

	var current instance
	p.deployments(t).Run(t.Context(), &current, config, runOptions{})
	p.MarkInUse(chat)
	p.takeWriteRequests()

	if got := p.deployments(t).Run(t.Context(), &current, nil, runOptions{}); len(got.Diagnostics) > 0 {
		t.Errorf("%s", got.Diagnostics)
	}

	p.assertWrites(t, hardDeletion, "DELETE /v1/"+chat+"?hard=true&ignoreChecks=true")
}

// TestAccDeployment_WithPromotedModel creates and destroys a promoted model and its deployment in one run each. The plan does not
// report the model as missing, and the model is deleted although the API still counts the deployment for a while.
func TestAccDeployment_WithPromotedModel(t *testing.T) {
	skipUnlessAcc(t)
	t.Parallel()

	p := newPlatform(t, mockapi.Options{DeploymentTime: time.Minute, PromotionTime: time.Minute})
	p.SetDeployedModelRefsLag(20 * time.Second)

	c := p.newConfiguredCLI(t, modelBlock(fullCheckpoint, "m", "")+`
resource "fireworks_deployment" "chat" {
  deployment_id    = "chat"
  base_model       = fireworks_promoted_model.model.name
  deployment_shape = "`+servingShape+`"
}
`)

	for _, command := range []string{"plan", "apply", "plan", "destroy"} {
		if got := c.diagnostics(command); len(got) > 0 {
			t.Errorf("%s: %v", command, got)
		}
	}

	var order []string

	for _, request := range p.takeWriteRequests() {
		if strings.HasPrefix(request, http.MethodDelete) {
			order = append(order, request)
		}
	}

	if len(order) < 3 || order[0] != hardDeletion || order[1] != deletionOf("m") || order[len(order)-1] != deletionOf("m") {
		t.Errorf("deleted in the order %q", order)
	}

	if _, ok := p.Model(demoModels + "m"); ok {
		t.Error("the model is left behind")
	}
}

// TestDeployment_ReadDeleted removes what no longer exists from the state, and says why that may be.
func TestDeployment_ReadDeleted(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		change  values
		arrange func(p *platform)
		want    string
	}{
		"deleted":                        {nil, func(p *platform) { p.RemoveDeployment(chat) }, ""},
		"expired":                        {nil, func(p *platform) { p.ExpireDeployment(chat) }, summaryDeploymentDeleted},
		"soft-deleted, a replica always": {values{"min_replica_count": 1}, func(p *platform) { p.ExpireDeployment(chat) }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := newPlatform(t, mockapi.Options{DeploymentTime: time.Minute})

			current := p.deployments(t).create(t, deploymentConfig(test.change))
			test.arrange(p)

			got := p.protocol(t).Read(t.Context(), deploymentType, current.stored)
			assertEqual(t, "summaries", got.Diagnostics.summaries(), test.want)
			assertEqual(t, "in the state", got.State != nil, false)
			assertEqual(t, "has an identity", got.Identity != nil, true)
		})
	}
}

// TestDeployment_Drift reports a change outside Terraform for the changed argument only.
func TestDeployment_Drift(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		config values
		change func(d *mockapi.Deployment)
		want   string
	}{
		"max_replica_count": {
			nil, func(d *mockapi.Deployment) { d.MaxReplicaCount = 5 },
			deploymentPatchOf("max_replica_count", `{"maxReplicaCount":1}`),
		},
		"display_name": {
			values{"display_name": "Chat"}, func(d *mockapi.Deployment) { d.DisplayName = "Other" },
			deploymentPatchOf("display_name", `{"displayName":"Chat"}`),
		},
		"deployment_shape": {
			nil, func(d *mockapi.Deployment) {
				d.DeploymentShape = "accounts/fireworks/deploymentShapes/qwen3-8b-minimal/versions/e5f60718"
			},
			deploymentPatchOf("deployment_shape", `{"deploymentShape":"`+servingShape+`"}`),
		},
		"tags": {
			values{"tags": values{"team": "chat"}},
			func(d *mockapi.Deployment) {
				d.Annotations = map[string]string{"custom/team": "chat", "custom/x": "y", "internal": "z"}
			},
			"POST /v1/" + chat + `:deleteTags {"keys":["custom/x"]}`,
		},
		"tags that are not configured":  {nil, func(d *mockapi.Deployment) { d.Annotations = map[string]string{"custom/x": "y"} }, ""},
		"a name that is not configured": {nil, func(d *mockapi.Deployment) { d.DisplayName = "Other" }, ""},
		"a newer version":               {nil, func(d *mockapi.Deployment) { d.DeploymentShape = servingShapeOlder }, ""},
		"replicas": {nil, func(d *mockapi.Deployment) {
			d.ReplicaCount, d.DesiredReplicaCount = 1, 1
		}, ""},
		"the region":     {nil, func(d *mockapi.Deployment) { d.Region = "US_OHIO_1" }, ""},
		"other hardware": {nil, func(d *mockapi.Deployment) { d.Precision = "FP16" }, ""},
		"a status":       {nil, func(d *mockapi.Deployment) { d.Status = &mockapi.Status{Code: "INTERNAL", Message: "x"} }, ""},
		"enable_addons": {
			values{"enable_addons": true}, func(d *mockapi.Deployment) { d.EnableAddons = false },
			deploymentPatchOf("enable_addons", `{"enableAddons":true}`),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := newPlatform(t, mockapi.Options{DeploymentTime: time.Minute})
			config := deploymentConfig(test.config)

			current := p.deployments(t).create(t, config)

			d, _ := p.Deployment(chat)
			test.change(&d)
			p.PutDeployment(d)
			p.takeWriteRequests()

			got := p.deployments(t).Run(t.Context(), &current, config, runOptions{})
			if wantAction := map[bool]action{true: actionNone, false: actionUpdate}[test.want == ""]; got.Action != wantAction {
				t.Errorf("%s\n%s", got.Action, got.Diagnostics)
			}

			if test.want == "" {
				p.assertWrites(t)
			} else {
				p.assertWrites(t, test.want)
			}
		})
	}
}

// TestAccDeployment_Imports imports every fixture by its full name; the plan with a matching configuration is empty.
func TestAccDeployment_Imports(t *testing.T) {
	skipUnlessAcc(t)
	t.Parallel()

	p := newPlatform(t, mockapi.Options{DeploymentTime: time.Minute})

	for _, d := range p.Deployments() {
		if d.State == "DELETED" {
			continue
		}

		id := strings.TrimPrefix(d.Name, "accounts/demo/deployments/")

		t.Run(id, func(t *testing.T) {
			t.Parallel()

			hardware := "deployment_shape = \"" + d.DeploymentShape + "\""
			if d.DeploymentShape == "" {
				hardware = "accelerator_type = \"" + d.AcceleratorType + "\"\n  accept_shapeless_risk = true"
			}

			block := "resource \"fireworks_deployment\" \"chat\" {\n  deployment_id = \"" + id + "\"\n  base_model = \"" + d.BaseModel + "\"\n  " +
				hardware + "\n" + replicaArguments(d) + "\n}\n"

			c := p.newConfiguredCLI(t, block)

			for _, importID := range []string{d.Name, id} {
				if out := c.run("import", "-no-color", deploymentAddress, importID); out.exitCode != 0 {
					t.Fatalf("import %s: %s%s", importID, out.stdout, out.stderr)
				}

				// A deployment that is being created is waited for by an update.
				want := 0
				if d.State == "CREATING" {
					want = 2
				}

				if out := c.run("plan", "-no-color", "-detailed-exitcode"); out.exitCode != want {
					t.Errorf("plan: %s%s", out.stdout, out.stderr)
				}

				c.run("state", "rm", deploymentAddress)
			}
		})
	}
}

func replicaArguments(d mockapi.Deployment) string {
	return fmt.Sprintf("  min_replica_count = %d\n  max_replica_count = %d", d.MinReplicaCount, d.MaxReplicaCount)
}

// TestDeployment_ImportByIdentity imports by account and ID, and sets for the first time what the API does not report.
func TestDeployment_ImportByIdentity(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{DeploymentTime: time.Minute})

	got := p.protocol(t).Import(t.Context(), deploymentType, "", values{"account_id": "demo", "deployment_id": "qwen3-ready"})
	if len(got.Diagnostics) > 0 || got.State["id"] != "accounts/demo/deployments/qwen3-ready" {
		t.Fatalf("%v\n%s", got.State, got.Diagnostics)
	}

	read := p.protocol(t).Read(t.Context(), deploymentType, got.stored)
	current := instance{stored: read.stored}
	d, _ := p.Deployment("accounts/demo/deployments/qwen3-ready")
	config := values{
		"deployment_id": "qwen3-ready", "base_model": d.BaseModel, "deployment_shape": d.DeploymentShape,
		"min_replica_count": d.MinReplicaCount, "max_replica_count": d.MaxReplicaCount, "disable_speculative_decoding": true,
		"tags": values{"team": "search"},
	}

	run := p.deployments(t).Run(t.Context(), &current, config, runOptions{})
	if run.Action != actionUpdate || len(run.Diagnostics) > 0 {
		t.Errorf("%s\n%s", run.Action, run.Diagnostics)
	}

	if run = p.deployments(t).Run(t.Context(), &current, config, runOptions{}); run.Action != actionNone {
		t.Errorf("afterwards: %s", run.Action)
	}

	p.assertWrites(t)

	config["disable_speculative_decoding"] = false
	if run = p.deployments(t).Run(t.Context(), &current, config, runOptions{PlanOnly: true}); run.Action != actionReplace {
		t.Errorf("a later change: %s", run.Action)
	}
}
