// SPDX-License-Identifier: MPL-2.0

//go:build unix

package acceptance_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// The response to the first creation is lost, after or before the platform did it.
var (
	done503      = providertest.Loss{Status: http.StatusServiceUnavailable, Executed: true}
	notDone503   = providertest.Loss{Status: http.StatusServiceUnavailable}
	doneReset    = providertest.Loss{Reset: true, Executed: true}
	notDoneReset = providertest.Loss{Reset: true}
)

const llamaBase = "accounts/fireworks/models/llama-v3p1-8b-instruct"

// races are interleavings of two workspaces that create an object with the same ID.
var races = map[string]providertest.Race{
	"both create at once":                 {At: providertest.AtCreation, Planned: true},
	"created between lookup and creation": {At: providertest.AtCreation},
	"interrupted before the creation":     {At: providertest.AtCreation, Planned: true, Interrupted: true},
	"response lost, created":              {At: providertest.AfterCreation, Planned: true, Lost: done503},
	"response lost, not created":          {At: providertest.AfterCreation, Planned: true, Lost: notDone503},
	"response lost, another object": {At: providertest.AfterCreation, Planned: true, Lost: notDone503,
		Differs: true},
	"connection reset, created":     {At: providertest.AfterCreation, Planned: true, Lost: doneReset},
	"connection reset, not created": {At: providertest.AfterCreation, Planned: true, Lost: notDoneReset},
	"interrupted after a lost response": {
		At: providertest.AfterCreation, Planned: true, Lost: notDoneReset, Interrupted: true,
	},
	"interrupted, another object": {
		At: providertest.AfterCreation, Planned: true, Lost: notDoneReset, Interrupted: true, Differs: true,
	},
	"interrupted after a lost response, created": {
		At: providertest.AfterCreation, Planned: true, Lost: doneReset, Interrupted: true,
	},
}

// TestAccTwoWorkspaces creates the same object in two workspaces, which must not both own it.
func TestAccTwoWorkspaces(t *testing.T) {
	t.Parallel()
	providertest.SkipUnlessAcc(t)

	providerDirectory := providertest.BuildProvider(t)

	for resource, test := range map[string]struct {
		configuration, another, creationPath string
		objects                              func(*providertest.Platform) []string
		summaries                            []string
	}{
		"promoted model": {
			configuration: providertest.PromotedBlock("a", `"m"`, ""), creationPath: providertest.PromotePath,
			another: strings.Replace(providertest.PromotedBlock("a", `"m"`, ""), providertest.FullCheckpoint,
				providertest.LoraCheckpoint, 1),
			objects: func(p *providertest.Platform) (names []string) {
				for _, model := range p.CreatedModels() {
					names = append(names, model.Name)
				}

				return names
			},
			summaries: []string{diagnostic.SummaryModelExists, diagnostic.SummaryInterruptedBefore,
				diagnostic.SummaryPromotionOutcomeLost},
		},
		"deployment": {
			configuration: providertest.ShapedBlock(""), creationPath: providertest.DeploymentsPath,
			another: strings.Replace(providertest.ShapelessBlock(""), providertest.QwenBase, llamaBase, 1),
			objects: func(p *providertest.Platform) []string { return createdDeployments(p) },
			summaries: []string{diagnostic.SummaryDeploymentExists, diagnostic.SummaryDeploymentInterruptedBefore,
				diagnostic.SummaryDeploymentOutcomeUnknown},
		},
		"deployed model": {
			configuration: providertest.LoraBlock(""), creationPath: providertest.DeployedModelsPath,
			another: providertest.LoraBlock("  display_name = \"Another\""),
			objects: func(p *providertest.Platform) []string {
				return p.Loaded(providertest.SupportLoRA, providertest.AddonsDeployment)
			},
			summaries: []string{diagnostic.SummaryModelAlreadyLoaded, diagnostic.SummaryLoadInterruptedBefore,
				diagnostic.SummaryLoadOutcomeUnknown},
		},
	} {
		for interleaving, race := range races {
			name := resource + ", " + interleaving
			t.Run(name, func(t *testing.T) {
				t.Parallel()

				other := test.configuration
				if race.Differs {
					other = test.another
				}

				// The provider compares the times of the platform with its own.
				p := providertest.NewPlatform(t, mockapi.Options{Now: time.Now})
				first := p.Contend(t, "the first workspace", providerDirectory, test.configuration, test.creationPath)
				second := p.Contend(t, "the second workspace", providerDirectory, other, test.creationPath)

				race.Run(t, first, second)
				providertest.AssertOneOwner(t, func() []string { return test.objects(p) }, test.summaries, first,
					second)
			})
		}
	}
}

// TestAccPlan_OneIDTwice has two resources with one ID, one of which exists: the error is the same in every run.
func TestAccPlan_OneIDTwice(t *testing.T) {
	t.Parallel()

	// One with each latency.
	const runs = 3

	chat, model, lora := providertest.ShapedBlock(""), providertest.ModelBlock(providertest.FullCheckpoint, "m",
		""), providertest.LoraBlock("")

	for name, test := range map[string]struct {
		configurations [2]string
		want           string
	}{
		"deployment":     {[2]string{chat, renamed(chat, "chat", "other")}, diagnostic.SummaryDeploymentExists},
		"promoted model": {[2]string{model, renamed(model, "model", "other")}, diagnostic.SummaryModelExists},
		"deployed model": {[2]string{lora, renamed(lora, "lora", "other")}, diagnostic.SummaryModelAlreadyLoaded},
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

			got := providertest.SamePlanEveryRun(t, runs, prepare)
			providertest.AssertEqual(t, "outcome", got,
				providertest.PlanOutcome{ExitCode: 1, Summaries: []string{"error: " + test.want}})
		})
	}
}

// renamed is a block with another label.
func renamed(block, from, to string) string {
	return strings.Replace(block, `"`+from+`" {`, `"`+to+`" {`, 1)
}
