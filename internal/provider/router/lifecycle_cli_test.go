// SPDX-License-Identifier: MPL-2.0

package router_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

const frontAddress = providerdata.RouterType + ".front"

// testUnpopulated runs a test against a platform that sends only the fields that are set, and against one that sends
// all.
func testUnpopulated(t *testing.T, test func(*testing.T, *providertest.Platform)) {
	t.Helper()
	providertest.SkipUnlessAcc(t)
	t.Parallel()

	for name, unpopulated := range map[string]bool{"populated": false, "unpopulated": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, providertest.NewPlatform(t, mockapi.Options{EmitUnpopulated: unpopulated}))
		})
	}
}

// frontOf is the router front with exactly the arguments.
func frontOf(arguments string) string {
	return fmt.Sprintf("resource %q \"front\" {\n  router_id = \"front\"\n%s\n}\n", providerdata.RouterType, arguments)
}

// TestAccRouter_Lifecycle creates, changes, repairs and destroys a router; the plan after each step is empty.
// TestRouter_Lifecycle changes each argument.
func TestAccRouter_Lifecycle(t *testing.T) { //nolint:paralleltest // testUnpopulated is parallel
	testUnpopulated(t, func(t *testing.T, p *providertest.Platform) {
		t.Helper()

		const (
			one  = "  deployments = [\"" + providertest.ReadyMember + "\"]\n"
			both = "  deployments = [\"" + providertest.ReadyMember + "\", \"" + providertest.AddonsMember + "\"]\n"
		)

		c := p.NewCLI(t, nil)
		create := "POST " + providertest.RoutersPath +
			`?routerId=front {"deployments":["` + providertest.ReadyMember + `"],"weightedRandom":{}}`
		patchBoth := providertest.RouterPatchOf("deployments",
			`"deployments":["`+providertest.AddonsMember+`","`+providertest.ReadyMember+`"],"name":"`+providertest.Front+`"`)

		for _, step := range []struct {
			name, arguments string
			change          func()
			want            []string
		}{
			{"create", one, nil, []string{create}},
			{"members", both, nil, []string{patchBoth}},
			{"drift", both, func() {
				router, _ := p.Router(providertest.Front)
				router.Deployments = []string{providertest.ReadyMember}
				p.PutRouter(router)
			}, []string{patchBoth}},
			{"deleted", one, func() { p.RemoveRouter(providertest.Front) }, []string{create}},
			{
				"tainted", one, func() { c.Must("taint", "-no-color", frontAddress) },
				[]string{"DELETE /v1/" + providertest.Front, create},
			},
		} {
			if step.change != nil {
				step.change()
			}

			c.Write("main.tf", providertest.RequiredProvider+p.Config(frontOf(step.arguments)))

			if step.name == "create" {
				c.Must("init", "-no-color", "-input=false")
			}

			c.Expect("apply", nil)
			p.AssertWrites(t, step.want...)
			c.AssertEmptyPlan()

			if t.Failed() {
				t.Fatal(step.name)
			}
		}

		p.TakeWriteRequests()
		c.Expect("destroy", nil)
		p.AssertWrites(t, "DELETE /v1/"+providertest.Front)
	})
}

// TestAccRouter_ReplacedBeforeDestroyed replaces a router under another ID, and not under its own.
func TestAccRouter_ReplacedBeforeDestroyed(t *testing.T) { //nolint:paralleltest // testUnpopulated is parallel
	testUnpopulated(t, func(t *testing.T, p *providertest.Platform) {
		t.Helper()

		const lifecycle = "  lifecycle {\n    create_before_destroy = true\n  }"

		providertest.SkipWithOpenTofu(t, providertest.StaysDeposed)

		c := p.NewConfiguredCLI(t, providertest.RouterBlock(lifecycle))
		c.Expect("apply", nil)
		p.TakeWriteRequests()

		if got := providertest.ErrorsOf(c.Diagnostics("apply", "-replace="+frontAddress)); len(got) != 1 {
			t.Errorf("with an unchanged ID: %q", got)
		}

		p.AssertWrites(t)
		c.AssertEmptyPlan()

		renamed := strings.Replace(providertest.RouterBlock(lifecycle), `router_id = "front"`, `router_id = "other"`, 1)
		c.Write("main.tf", providertest.RequiredProvider+p.Config(renamed))
		c.Expect("apply", nil)
		p.AssertWrites(t,
			"POST "+providertest.RoutersPath+`?routerId=other {"deployments":["`+providertest.ReadyMember+
				`"],"weightedRandom":{}}`,
			"DELETE /v1/"+providertest.Front)
		c.AssertEmptyPlan()
	})
}

// TestAccRouter_Prevent protects a router, but not one whose creation failed.
func TestAccRouter_Prevent(t *testing.T) { //nolint:paralleltest // testUnpopulated is parallel
	testUnpopulated(t, func(t *testing.T, p *providertest.Platform) {
		t.Helper()

		block := providertest.RouterBlock(`  deletion_policy = "PREVENT"`)
		c := p.NewConfiguredCLI(t, block)

		p.SetRouterOutcome(mockapi.RouterReportsError)
		c.Expect("apply", nil, "error: "+diagnostic.SummaryRouterFailed)
		p.SetRouterOutcome(mockapi.RouterSucceeds)

		// The failed router is tainted: it is replaced.
		c.Expect("apply", nil, "warning: "+diagnostic.SummaryReplacingFailedRouter)
		c.AssertEmptyPlan()
		p.TakeWriteRequests()

		c.Expect("destroy", nil, "error: "+diagnostic.SummaryDestroyPrevented)
		p.AssertWrites(t)

		c.Write("main.tf", providertest.RequiredProvider+p.Config(providertest.RouterBlock("")))
		c.Expect("apply", nil)
		c.Expect("destroy", nil)
		p.AssertWrites(t, "DELETE /v1/"+providertest.Front)

		c.Write("main.tf", providertest.RequiredProvider+p.Config(block))
		p.SetRouterOutcome(mockapi.RouterReportsError)
		c.Expect("apply", nil, "error: "+diagnostic.SummaryRouterFailed)
		c.Expect("destroy", nil)
	})
}
