// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// storedState is an object in a state file of an earlier version, and its configuration.
type storedState struct {
	Name   string
	Config providertest.Values
	// Unfinished objects were not ready when the apply ended, and are not tainted, or no longer.
	Unfinished bool
	Private    []byte
	// Version is the version of the schema.
	Version    int64
	Attributes json.RawMessage
}

// TestUpgrade reads the states that earlier versions stored, in testdata/states.json of each resource. Add a state for
// each new attribute and each new content of the private state. Do not change those that are there.
func TestUpgrade(t *testing.T) {
	t.Parallel()

	files := map[string]string{
		providerdata.PromotedModelType: "promotedmodel",
		providerdata.DeploymentType:    "deployment",
		providerdata.DeployedModelType: "deployedmodel",
		providerdata.RouterType:        "router",
	}

	for typeName := range providertest.NewPlatform(t, mockapi.Options{}).Protocol(t).Schemas.ResourceSchemas {
		if files[typeName] == "" {
			t.Errorf("no states of %s are tested", typeName)
		}
	}

	for typeName, folder := range files {
		content, err := os.ReadFile(filepath.Join(folder, "testdata", "states.json"))
		if err != nil {
			t.Fatal(err)
		}

		var states []storedState
		if err := json.Unmarshal(content, &states); err != nil {
			t.Fatal(err)
		}

		for _, stored := range states {
			t.Run(typeName+"/"+stored.Name, func(t *testing.T) {
				t.Parallel()
				assertUpgrade(t, typeName, stored)
			})
		}
	}
}

// assertUpgrade creates the object of the state, and then plans, applies and destroys it with the stored state.
func assertUpgrade(t *testing.T, typeName string, stored storedState) {
	t.Helper()

	platform := providertest.NewPlatform(t, mockapi.Options{})
	core := providertest.TerraformCore{TypeName: typeName,
		Start: func() *providertest.ProtocolServer { return platform.Protocol(t) }}

	// The mock listens on another port than when the states were recorded.
	attributes := strings.ReplaceAll(string(stored.Attributes), "BASE_URL", platform.URL)
	upgraded := platform.Protocol(t).Upgrade(t.Context(), typeName, stored.Version, attributes)
	providertest.AssertSummaries(t, upgraded.Diagnostics)

	current := providertest.Instance{Stored: upgraded.Stored}
	current.Private = stored.Private
	before := upgraded.State

	createObject(t, platform, core, stored.Config, before)

	wantAction := providertest.ActionNone

	name, _ := before["id"].(string)

	if stored.Unfinished {
		wantAction = providertest.ActionUpdate

		state, _ := before["state"].(string)
		platform.SetState(name, state, mockapi.Status{})
	}

	platform.ResetRequests()

	plan := core.Run(t.Context(), &current, stored.Config, providertest.RunOptions{PlanOnly: true})
	assertNoErrors(t, "plan", plan)
	providertest.AssertEqual(t, "action", plan.Action, wantAction)

	if stored.Unfinished {
		platform.SetState(name, readyStates[typeName], mockapi.Status{})
	} else {
		assertRefreshedOnly(t, before, current.State, "autoscaling_policy", "create_time", "update_time")
	}

	assertNoErrors(t, "apply", core.Run(t.Context(), &current, stored.Config, providertest.RunOptions{}))

	again := core.Run(t.Context(), &current, stored.Config, providertest.RunOptions{PlanOnly: true})
	assertNoErrors(t, "second plan", again)
	providertest.AssertEqual(t, "action of the second plan", again.Action, providertest.ActionNone)
	platform.AssertWrites(t)

	assertNoErrors(t, "destroy", core.Run(t.Context(), &current, nil, providertest.RunOptions{}))
}

// readyStates are the states of the objects once they are created.
var readyStates = map[string]string{
	providerdata.PromotedModelType: fireworks.ModelStateReady,
	providerdata.DeploymentType:    fireworks.DeploymentStateReady,
	providerdata.DeployedModelType: fireworks.DeployedModelStateDeployed,
}

// createObject creates the object that the state describes.
func createObject(
	t *testing.T, platform *providertest.Platform, core providertest.TerraformCore, config, state providertest.Values,
) {
	t.Helper()

	// The platform chooses the ID of a deployed model.
	if core.TypeName == providerdata.DeployedModelType {
		text := func(name string) string { value, _ := state[name].(string); return value }
		platform.PutDeployedModel(mockapi.DeployedModel{Name: text("id"), Model: text("model"),
			Deployment: text("deployment"), DisplayName: text("display_name"), Description: text("description"),
			State: readyStates[core.TypeName]})

		return
	}

	var created providertest.Instance
	assertNoErrors(t, "creation", core.Run(t.Context(), &created, config, providertest.RunOptions{}))
}

func assertNoErrors(t *testing.T, what string, run providertest.Run) {
	t.Helper()

	if errs := run.Diagnostics.Errors(); len(errs) > 0 {
		t.Fatalf("%s: %s", what, errs)
	}
}

// assertRefreshedOnly asserts that a refresh changes only these attributes.
func assertRefreshedOnly(t *testing.T, before, after providertest.Values, names ...string) {
	t.Helper()

	for name, value := range after {
		if !slices.Contains(names, name) && !providertest.Equal(value, before[name]) {
			t.Errorf("the refresh changes %s from %#v to %#v", name, before[name], value)
		}
	}
}
