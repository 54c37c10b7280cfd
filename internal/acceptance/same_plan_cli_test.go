// SPDX-License-Identifier: MPL-2.0

//go:build unix

package acceptance_test

import (
	"strings"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// TestAccPlan_OneIDTwice has two resources with one ID, one of which exists: the error is the same in every run.
func TestAccPlan_OneIDTwice(t *testing.T) {
	t.Parallel()

	chat, model, lora := providertest.ShapedBlock(""), providertest.ModelBlock(providertest.FullCheckpoint, "m",
		""), providertest.LoraBlock("")

	for name, test := range map[string]struct {
		runs           int
		configurations [2]string
		want           string
	}{
		"deployment":     {20, [2]string{chat, renamed(chat, "chat", "other")}, diagnostic.SummaryDeploymentExists},
		"promoted model": {6, [2]string{model, renamed(model, "model", "other")}, diagnostic.SummaryModelExists},
		"deployed model": {6, [2]string{lora, renamed(lora, "lora", "other")}, diagnostic.SummaryModelAlreadyLoaded},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			prepare := func(t *testing.T, directory string, latency time.Duration) *providertest.Workspace {
				p := providertest.NewPlatform(t, mockapi.Options{Latency: latency})
				w := p.NewWorkspace(t, directory, test.configurations[0])
				w.ExpectExit(0, providertest.ApplyCommand...)
				w.Write("other.tf", test.configurations[1])

				return w
			}

			got := providertest.SamePlanEveryRun(t, test.runs, prepare)
			providertest.AssertEqual(t, "outcome", got,
				providertest.PlanOutcome{ExitCode: 1, Summaries: []string{"error: " + test.want}})
		})
	}
}

// renamed is a block with another label.
func renamed(block, from, to string) string {
	return strings.Replace(block, `"`+from+`" {`, `"`+to+`" {`, 1)
}
