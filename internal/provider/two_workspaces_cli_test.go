//go:build unix

package provider

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// The response to the first creation is lost, after or before the platform did it.
var (
	done503      = loss{status: http.StatusServiceUnavailable, executed: true}
	notDone503   = loss{status: http.StatusServiceUnavailable}
	doneReset    = loss{reset: true, executed: true}
	notDoneReset = loss{reset: true}
)

const llamaBase = "accounts/fireworks/models/llama-v3p1-8b-instruct"

// races are interleavings of two workspaces that create an object with the same ID.
var races = map[string]race{
	"both create at once":                 {at: atCreation, planned: true},
	"created between lookup and creation": {at: atCreation},
	"interrupted before the creation":     {at: atCreation, planned: true, interrupted: true},
	"response lost, created":              {at: afterCreation, planned: true, lost: done503},
	"response lost, not created":          {at: afterCreation, planned: true, lost: notDone503},
	"response lost, another object":       {at: afterCreation, planned: true, lost: notDone503, differs: true},
	"connection reset, created":           {at: afterCreation, planned: true, lost: doneReset},
	"connection reset, not created":       {at: afterCreation, planned: true, lost: notDoneReset},
	"interrupted after a lost response": {
		at: afterCreation, planned: true, lost: notDoneReset, interrupted: true,
	},
	"interrupted, another object": {
		at: afterCreation, planned: true, lost: notDoneReset, interrupted: true, differs: true,
	},
	"interrupted after a lost response, created": {
		at: afterCreation, planned: true, lost: doneReset, interrupted: true,
	},
}

// TestAccTwoWorkspaces creates the same object in two workspaces, which must not both own it.
func TestAccTwoWorkspaces(t *testing.T) {
	t.Parallel()
	skipUnlessAcc(t)

	providerDirectory := buildProvider(t)

	for resource, test := range map[string]struct {
		configuration, another, creationPath string
		objects                              func(*platform) []string
		summaries                            []string
	}{
		"promoted model": {
			configuration: promotedBlock("a", `"m"`, ""), creationPath: promotePath,
			another: strings.Replace(promotedBlock("a", `"m"`, ""), fullCheckpoint, loraCheckpoint, 1),
			objects: func(p *platform) (names []string) {
				for _, model := range p.createdModels() {
					names = append(names, model.Name)
				}

				return names
			},
			summaries: []string{summaryModelExists, summaryInterruptedBefore, summaryPromotionOutcomeLost},
		},
		"deployment": {
			configuration: shapedBlock(""), creationPath: deploymentsPath,
			another:   strings.Replace(shapelessBlock(""), qwenBase, llamaBase, 1),
			objects:   func(p *platform) []string { return p.createdDeployments() },
			summaries: []string{summaryDeploymentExists, summaryDeploymentInterruptedBefore, summaryDeploymentOutcomeUnknown},
		},
		"deployed model": {
			configuration: loraBlock(""), creationPath: deployedModelsPath,
			another:   loraBlock("  display_name = \"Another\""),
			objects:   func(p *platform) []string { return p.loaded(supportLoRA, addonsDeployment) },
			summaries: []string{summaryModelAlreadyLoaded, summaryLoadInterruptedBefore, summaryLoadOutcomeUnknown},
		},
	} {
		for interleaving, race := range races {
			name := resource + ", " + interleaving
			t.Run(name, func(t *testing.T) {
				t.Parallel()

				other := test.configuration
				if race.differs {
					other = test.another
				}

				// The provider compares the times of the platform with its own.
				p := newPlatform(t, mockapi.Options{Now: time.Now})
				first := p.contend(t, "the first workspace", providerDirectory, test.configuration, test.creationPath)
				second := p.contend(t, "the second workspace", providerDirectory, other, test.creationPath)

				race.run(t, first, second)
				assertOneOwner(t, func() []string { return test.objects(p) }, test.summaries, first, second)
			})
		}
	}
}
