// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// TestAccAdvice provokes the errors whose advice takes several steps, and follows it to the letter.
func TestAccAdvice(t *testing.T) {
	providertest.SkipUnlessAcc(t)
	t.Parallel()

	for name, follow := range map[string]func(adviser){
		"a deployment in use": followInUse, "a replaced deployment in use": followInUseReplaced,
		"a deposed deployment in use": followInUseDeposed, "a tainted deployment in use": followInUseTainted,
		"a promotion whose outcome is unknown": followOutcomeUnknown,
		"a model of another workspace":         followForeignModel,
		"a deposed object alone":               followDeposedAlone,
		"a failed creation, created first":     followFailedCreatedFirst,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{})
			follow(adviser{p.NewConfiguredCLI(t, ""), p})
		})
	}
}

// adviser is a user who does what messages say.
type adviser struct {
	*providertest.CLI
	p *providertest.Platform
}

// configure writes another configuration.
func (a adviser) configure(configuration string) {
	a.T.Helper()
	a.Write("main.tf", providertest.RequiredProvider+a.p.Config(configuration))
}

// succeeds runs a command that reports no error.
func (a adviser) succeeds(command string, args ...string) {
	a.T.Helper()

	if got := providertest.ErrorsOf(a.Diagnostics(command, args...)); len(got) > 0 {
		a.T.Fatalf("%s %v: %q", command, args, got)
	}
}

// fails runs a command that reports one error, which contains the advice.
func (a adviser) fails(command, summary string, advice ...string) {
	a.T.Helper()

	found := a.Diagnostics(command)
	text := fmt.Sprint(found)

	if got := providertest.ErrorsOf(found); len(got) != 1 || got[0] != "error: "+summary {
		a.T.Fatalf("%s reported\n%s", command, text)
	}

	for _, part := range advice {
		if !strings.Contains(text, part) {
			a.T.Fatalf("no %q in\n%s", part, text)
		}
	}
}

// importBlock writes an import block.
func (a adviser) importBlock(address, name string) {
	a.T.Helper()
	a.Write("import.tf", fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", address, name))
}

// use applies a deployment and sends an inference request to it, so that it is in use.
func (a adviser) use(configuration string) {
	a.T.Helper()
	a.configure(configuration)
	a.succeeds("apply")
	assertResponds(a.p, a.T, providertest.Chat)
}

const (
	running      = "  min_replica_count = 1\n"
	forced       = running + "  force_destroy = true\n"
	targetChat   = "-target=" + providertest.DeploymentAddress
	modelAddress = "fireworks_promoted_model.a"
)

func followInUse(a adviser) {
	front := strings.Replace(providertest.RouterBlock(""), `"`+providertest.ReadyMember+`"`,
		providertest.DeploymentAddress+".name", 1)
	a.use(providertest.ShapedBlock(running) + front)
	a.fails("destroy", diagnostic.SummaryDeploymentInUse, "set force_destroy = true", "terraform apply -target=")

	a.configure(providertest.ShapedBlock(forced) + front)
	a.succeeds("apply", targetChat)
	a.succeeds("destroy")
}

// followFailedCreatedFirst has a deployment that takes create_before_destroy over from its router.
func followFailedCreatedFirst(a adviser) {
	providertest.SkipWithOpenTofu(a.T, providertest.StaysDeposed)

	const first = "  lifecycle {\n    create_before_destroy = true\n  }\n"

	router := func(more string) string {
		return strings.Replace(providertest.RouterBlock(more), `"`+providertest.ReadyMember+`"`,
			providertest.DeploymentAddress+".name", 1)
	}

	a.p.SetDeploymentOutcome(mockapi.DeploymentFails)
	a.configure(providertest.ShapedBlock("") + router(first))
	a.fails("apply", diagnostic.SummaryDeploymentFailed, "or remove create_before_destroy for one apply")

	a.p.SetDeploymentOutcome(mockapi.DeploymentSucceeds)
	a.fails("apply", diagnostic.SummaryDeploymentExists, diagnostic.SummaryReplacingFailedDeployment,
		"or remove create_before_destroy for one apply")

	a.configure(providertest.ShapedBlock("") + router(""))
	a.succeeds("apply")
	a.AssertEmptyPlan()
}

func followInUseReplaced(a adviser) {
	const placed = "  placement = { region = \"US_IOWA_1\" }\n"

	a.use(providertest.ShapedBlock(running))
	a.configure(providertest.ShapedBlock(running + placed))
	a.fails("apply", diagnostic.SummaryDeploymentInUse,
		"If an argument of it or of what it refers to changed, undo that")

	a.configure(providertest.ShapedBlock(forced))
	a.succeeds("apply", targetChat)
	a.configure(providertest.ShapedBlock(forced + placed))
	a.succeeds("apply")
	a.AssertEmptyPlan()
}

func followInUseDeposed(a adviser) {
	one := providertest.ShapedBlock(running + "  lifecycle {\n    create_before_destroy = true\n  }")
	a.use(one)
	a.configure(strings.Replace(one, `"chat"`+"\n", `"chat2"`+"\n", 1))
	a.fails("apply", diagnostic.SummaryDeploymentInUse, "delete the old deployment outside of Terraform")

	a.p.RemoveDeployment(providertest.Chat)
	a.succeeds("apply")
	a.AssertEmptyPlan()

	if d, ok := a.p.Deployment(providertest.Chat + "2"); !ok || d.State != "READY" {
		a.T.Errorf("the new deployment is %+v", d)
	}
}

func followInUseTainted(a adviser) {
	const waits = "  wait_for_inference = true\n"

	silent := mockapi.Fault{Path: completionsPath, Kind: mockapi.FaultStatus, Status: http.StatusServiceUnavailable}
	limited := "  timeouts {\n    create = \"2s\"\n  }\n"

	a.p.SetFaults(silent)
	a.configure(providertest.ShapedBlock(running + waits + limited))
	a.fails("apply", diagnostic.SummaryDeploymentWaitTimedOut)

	a.p.SetFaults()
	assertResponds(a.p, a.T, providertest.Chat)
	a.p.SetFaults(silent)
	a.fails("destroy", diagnostic.SummaryDeploymentInUse, "run terraform untaint first, and remove wait_for_inference")

	a.Must("untaint", "-no-color", providertest.DeploymentAddress)
	a.configure(providertest.ShapedBlock(forced + limited))
	a.succeeds("apply", targetChat)
	a.succeeds("destroy")
}

// timeOutPromotion leaves a model in the state whose promotion is still running.
func (a adviser) timeOutPromotion() {
	a.T.Helper()

	a.p.SetPromotionOutcome(mockapi.PromotionHangs)
	a.configure(providertest.PromotedBlock("a", `"m"`, "  timeouts {\n    create = \"2s\"\n  }"))
	a.fails("apply", diagnostic.SummaryPromotionTimedOut, "terraform untaint")
	a.Must("untaint", "-no-color", modelAddress)
}

func followOutcomeUnknown(a adviser) {
	a.timeOutPromotion()
	a.p.FinishPromotions()
	a.p.SetFaults(mockapi.Fault{Path: providertest.OperationPath, Kind: mockapi.FaultStatus, Status: 403})
	a.succeeds("apply")
	a.fails("destroy", diagnostic.SummaryPromotionOutcomeLost, "terraform state rm", "import it afterwards")

	a.Must("state", "rm", modelAddress)
	a.Must("import", "-no-color", modelAddress, providertest.DemoModels+"m")
	a.succeeds("destroy")

	if _, exists := a.p.Model(providertest.DemoModels + "m"); exists {
		a.T.Error("the model exists")
	}
}

func followForeignModel(a adviser) {
	a.timeOutPromotion()
	a.p.OnNthRequest(http.MethodGet, providertest.OperationPath, 1, func(*http.Request) {
		a.p.PutModel(mockapi.Model{Name: providertest.DemoModels + "m"})
		a.p.SetFaults(mockapi.Fault{Path: providertest.OperationPath, Kind: mockapi.FaultStatus, Status: 200,
			Body: `{"name":"accounts/demo/operations/promote-1","done":true,"error":{"code":6,"message":"taken"}}`})
	})
	a.fails("apply", diagnostic.SummaryPromotionFailed, "Run terraform apply -refresh-only", "import {")

	a.succeeds("apply", "-refresh-only")
	a.importBlock(modelAddress, providertest.DemoModels+"m")
	a.succeeds("apply")
	a.AssertEmptyPlan()

	if _, exists := a.p.Model(providertest.DemoModels + "m"); !exists {
		a.T.Error("the model does not exist")
	}
}

func followDeposedAlone(a adviser) {
	a.configure(providertest.ShapedBlock(""))
	a.succeeds("apply")
	a.Depose(providertest.DeploymentAddress)

	found := a.Diagnostics("apply")
	if got := providertest.ErrorsOf(found); !slices.Equal(got, []string{"error: " + diagnostic.SummaryDeploymentExists}) {
		a.T.Fatal(found)
	}

	// The second text is that of a plan in which Terraform plans the deposed object last.
	if text := fmt.Sprint(found); !strings.Contains(text,
		"remove that resource with terraform state rm, which deletes nothing, and import the deployment") &&
		!strings.Contains(text, "has no object but a deposed one, run terraform state rm before the import") {
		a.T.Fatal(text)
	}

	a.Must("state", "rm", providertest.DeploymentAddress)
	a.importBlock(providertest.DeploymentAddress, providertest.Chat)
	a.succeeds("apply")
	a.AssertEmptyPlan()
	providertest.AssertEqual(a.T, "deletions", a.p.Count(http.MethodDelete, providertest.DeploymentPath), 0)
}
