//go:build unix

package provider

import (
	"net/http"
	"testing"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// races are interleavings of two workspaces that create the same object.
var races = map[string]race{
	"both create at once":                     {at: atCreation, planned: true},
	"created between lookup and creation":     {at: atCreation},
	"interrupted before the creation":         {at: atCreation, interrupted: true},
	"response lost, created":                  {at: afterCreation, planned: true, lost: loss{status: http.StatusServiceUnavailable, executed: true}},
	"response lost, not created":              {at: afterCreation, planned: true, lost: loss{status: http.StatusServiceUnavailable}},
	"connection reset, created":               {at: afterCreation, planned: true, lost: loss{reset: true, executed: true}},
	"connection reset, not created":           {at: afterCreation, planned: true, lost: loss{reset: true}},
	"interrupted after a lost response":       {at: afterCreation, planned: true, lost: loss{reset: true}, interrupted: true},
	"interrupted after a lost response, done": {at: afterCreation, planned: true, lost: loss{reset: true, executed: true}, interrupted: true},
}

// knownFailures are cases of TestAccTwoWorkspaces that fail, with the reason.
var knownFailures = map[string]string{}

// TestAccTwoWorkspaces creates the same object in two workspaces, which must not both own it.
func TestAccTwoWorkspaces(t *testing.T) {
	t.Parallel()
	skipUnlessAcc(t)

	providerDirectory := buildProvider(t)

	for resource, test := range map[string]struct {
		configuration, creationPath string
		objects                     func(*platform) []string
		summaries                   []string
	}{
		"promoted model": {
			configuration: promotedBlock("a", `"m"`, ""), creationPath: promotePath,
			objects: func(p *platform) (names []string) {
				for _, model := range p.createdModels() {
					names = append(names, model.Name)
				}

				return names
			},
			summaries: []string{"Model already exists"},
		},
		"deployment": {
			configuration: shapedBlock(""), creationPath: deploymentsPath,
			objects:   func(p *platform) []string { return p.createdDeployments() },
			summaries: []string{"Deployment already exists"},
		},
		"deployed model": {
			configuration: loraBlock(""), creationPath: deployedModelsPath,
			objects:   func(p *platform) []string { return p.loaded(supportLoRA, addonsDeployment) },
			summaries: []string{"Model already loaded"},
		},
	} {
		for interleaving, race := range races {
			name := resource + ", " + interleaving
			t.Run(name, func(t *testing.T) {
				t.Parallel()

				if reason := knownFailures[name]; reason != "" {
					t.Skip(reason)
				}

				p := newPlatform(t, mockapi.Options{})
				first := p.contend(t, "the first workspace", providerDirectory, test.configuration, test.creationPath)
				second := p.contend(t, "the second workspace", providerDirectory, test.configuration, test.creationPath)

				race.run(t, first, second)
				assertOneOwner(t, func() []string { return test.objects(p) }, test.summaries, first, second)
			})
		}
	}
}
