package provider

import (
	"net/http"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

func TestImport(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		id       string
		identity values
		accounts int
	}{
		"by the full name": {id: demoModels + "m"},
		"by the bare ID":   {id: "m", accounts: 1},
		"by the identity":  {identity: values{"account_id": "demo", "model_id": "m"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			platform := newPlatform(t, mockapi.Options{})
			platform.PutModel(mockapi.Model{Name: demoModels + "m", DisplayName: "M", Description: "d", Public: true})
			models := platform.promotedModels(t)
			current, diags := platform.importModel(t, test.id, test.identity)
			assertSummaries(t, diags)

			if n := platform.Count("", "/v1/accounts"); n != test.accounts {
				t.Errorf("got %d account requests", n)
			}

			wanted := values{
				"id":                     demoModels + "m",
				"output_model_id":        "m",
				"account_id":             "demo",
				"state":                  "READY",
				"deletion_policy":        "DELETE",
				"display_name":           "M",
				"description":            "d",
				"public":                 true,
				"checkpoint_name":        nil,
				"base_model":             nil,
				"hot_load_deployment_id": nil,
				"timeouts":               nil,
			}
			for attribute, want := range wanted {
				if current.State[attribute] != want {
					t.Errorf("%s is %v, want %v", attribute, current.State[attribute], want)
				}
			}

			if !equal(current.Identity, values{"account_id": "demo", "model_id": "m"}) {
				t.Errorf("the identity is %v", current.Identity)
			}

			platform.ResetRequests()

			got := models.Run(t.Context(), &current, modelConfig("m"), runOptions{NoRefresh: true})
			assertSummaries(t, got.Diagnostics)

			assertEqual(t, "action", got.Action, actionUpdate)
			platform.assertWrites(t)

			assertConverges(t, models, &current, modelConfig("m"), actionNone)
			platform.assertTraffic(t, traffic{})

			assertConverges(t, models, &current, with(modelConfig("m"), values{"checkpoint_name": loraCheckpoint}), actionReplace)
			platform.assertTraffic(t, traffic{Requested: 1, Promoted: 1, Deleted: 1, Listed: 2})
		})
	}
}

// What an import cannot know is set in place the first time, whichever arguments come with it, and replaces when it changes later.
func TestImport_ArgumentsAfterwards(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		first, then values
		next        action
	}{
		"the checkpoint":               {nil, values{"checkpoint_name": loraCheckpoint}, actionReplace},
		"the base model":               {nil, values{"base_model": "accounts/fireworks/models/llama-v3p1-8b-instruct"}, actionReplace},
		"the ID":                       {nil, values{"output_model_id": "m2"}, actionReplace},
		"the hot-load deployment":      {values{"hot_load_deployment_id": "d"}, values{"hot_load_deployment_id": "e"}, actionReplace},
		"the hot-load deployment goes": {values{"hot_load_deployment_id": "d"}, values{"hot_load_deployment_id": nil}, actionUpdate},
		"the hot-load deployment in full": {
			values{"hot_load_deployment_id": "d"}, values{"hot_load_deployment_id": "accounts/demo/deployments/d"}, actionUpdate,
		},
		"the hot-load deployment is new": {nil, values{"hot_load_deployment_id": "d"}, actionReplace},
		"timeouts":                       {values{"timeouts": values{"create": "1h"}}, values{"timeouts": nil}, actionUpdate},
		"the deletion policy":            {values{"deletion_policy": "ABANDON"}, values{"deletion_policy": "PREVENT"}, actionUpdate},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			platform := newPlatform(t, mockapi.Options{})
			platform.PutModel(mockapi.Model{Name: demoModels + "m"})
			models := platform.promotedModels(t)
			current, diags := platform.importModel(t, demoModels+"m", nil)
			assertSummaries(t, diags)

			config := with(modelConfig("m"), test.first)
			assertConverges(t, models, &current, config, actionUpdate)
			platform.assertTraffic(t, traffic{Listed: 2})

			got := models.Run(t.Context(), &current, with(config, test.then), runOptions{PlanOnly: true})
			if got.Action != test.next {
				t.Errorf("changing it is a %s, want %s\n%s", got.Action, test.next, got.Diagnostics)
			}
		})
	}
}

// The apply after an import sets the metadata of the configuration.
func TestImport_MetadataAfterwards(t *testing.T) {
	t.Parallel()
	platform := newPlatform(t, mockapi.Options{})
	platform.PutModel(mockapi.Model{Name: demoModels + "m", DisplayName: "Theirs", Description: "kept"})
	models := platform.promotedModels(t)
	current, _ := platform.importModel(t, demoModels+"m", nil)
	assertConverges(t, models, &current, with(modelConfig("m"), values{"display_name": "Ours"}), actionUpdate)
	platform.assertTraffic(t, traffic{Patched: 1, Listed: 2})

	model, _ := platform.Model(demoModels + "m")
	assertEqual(t, "display name", model.DisplayName, "Ours")
	assertEqual(t, "description", model.Description, "kept")
}

// A model that is imported while it is being promoted, as after a kill, is waited for.
func TestImport_UnfinishedModel(t *testing.T) {
	t.Parallel()
	platform := newPlatform(t, mockapi.Options{PromotionTime: time.Hour})
	models := platform.promotedModels(t)

	var lost instance

	models.runInterrupted(t, platform, &lost, modelConfig("m"), interruption{path: operationPath, n: 1})

	current, diags := platform.importModel(t, demoModels+"m", nil)
	assertSummaries(t, diags)

	if current.State["state"] != "UPLOADING" {
		t.Errorf("got %v", current.State)
	}

	assertConverges(t, models, &current, with(modelConfig("m"), values{"display_name": "M"}), actionUpdate)
	platform.assertTraffic(t, traffic{Requested: 1, Promoted: 1, Patched: 1, Listed: 4})
}

func TestImport_Failures(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		arrange  func(*platform)
		id       string
		identity values
		want     []string
		mention  string
	}{
		"no name": {
			id: "accounts/demo/deployments/m", want: []string{"ERROR: Invalid import ID"}, mention: "The bare ID of a model",
		},
		"too many parts": {
			id: demoModels + "m/versions/1", want: []string{"ERROR: Invalid import ID"}, mention: "accounts/{account}/models/{model}",
		},
		"path": {id: "..", want: []string{"ERROR: Invalid import ID"}},
		"identity with a path": {
			identity: values{"account_id": "demo/models/x", "model_id": "m"}, want: []string{"ERROR: Invalid import ID"},
		},
		"several accounts": {
			arrange: func(p *platform) { p.SetAccounts("demo", "other") },
			id:      "m", want: []string{"ERROR: Account not determined"}, mention: "account_id",
		},
		"no account": {
			arrange: func(p *platform) { p.SetAccounts() },
			id:      "m", want: []string{"ERROR: Account not determined"}, mention: "has access to no account",
		},
		"model not found": {id: demoModels + "none"},
		"model not readable": {
			arrange: func(p *platform) { p.SetForbidden(demoModels+"m", true) },
			id:      demoModels + "m", want: []string{"ERROR: Model not read"}, mention: "403 Forbidden",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			platform := newPlatform(t, mockapi.Options{})
			platform.PutModel(mockapi.Model{Name: demoModels + "m"})

			if test.arrange != nil {
				test.arrange(platform)
			}

			current, diags := platform.importModel(t, test.id, test.identity)
			assertSummaries(t, diags, test.want...)
			assertMentions(t, diags, test.mention)

			if len(test.want) == 0 && current.State != nil {
				t.Errorf("got %v", current.State)
			}

			platform.assertTraffic(t, traffic{})
		})
	}
}

func TestImport_UnconfiguredProvider(t *testing.T) {
	t.Parallel()
	platform := newPlatform(t, mockapi.Options{})
	imported := platform.protocolWith(t, values{"api_key": unknown}).Import(t.Context(), promotedModelType, demoModels+"m", nil)
	assertSummaries(t, imported.Diagnostics, "ERROR: Provider argument not known until apply")
	assertMentions(t, imported.Diagnostics, "api_key")
}

// Terraform before 1.12 never sends an identity, a later one always does. Every response must contain it.
func TestIdentity(t *testing.T) {
	t.Parallel()

	want := values{"account_id": "demo", "model_id": "m"}

	for name, forgets := range map[string]bool{"handed back": false, "forgotten": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			platform := newPlatform(t, mockapi.Options{})
			process := platform.protocol(t)
			process.ForgetsIdentity = forgets
			check := func(when string, got values) {
				t.Helper()

				if !equal(got, want) {
					t.Errorf("%s the identity is %v", when, got)
				}
			}
			plan := process.Plan(t.Context(), promotedModelType, stored{}, modelConfig("m"))
			created := process.Apply(t.Context(), promotedModelType, stored{}, plan, modelConfig("m"))
			check("after Create", created.Identity)
			current := created.stored
			read := process.Read(t.Context(), promotedModelType, current)
			check("after Read", read.Identity)

			for _, change := range []values{{"display_name": "M"}, {"deletion_policy": "ABANDON"}, {"timeouts": values{"create": "1h"}}} {
				config := with(modelConfig("m"), change)
				plan = process.Plan(t.Context(), promotedModelType, current, config)
				updated := process.Apply(t.Context(), promotedModelType, current, plan, config)
				assertSummaries(t, updated.Diagnostics)
				check("after Update", updated.Identity)
				current = updated.stored
			}

			platform.SetFaults(mockapi.Fault{Method: http.MethodPatch, Kind: mockapi.FaultStatus, Status: 403})

			config := with(modelConfig("m"), values{"display_name": "N"})
			plan = process.Plan(t.Context(), promotedModelType, current, config)
			failed := process.Apply(t.Context(), promotedModelType, current, plan, config)
			assertSummaries(t, failed.Diagnostics, "ERROR: Model not updated")
			check("after an Update that failed", failed.Identity)

			if failed.State["display_name"] != current.State["display_name"] {
				t.Errorf("a failed update left %v in the state", failed.State)
			}

			platform.RemoveModel(demoModels + "m")

			deleted := process.Read(t.Context(), promotedModelType, current)
			assertSummaries(t, deleted.Diagnostics)

			if deleted.State != nil {
				t.Errorf("after Read of a deleted model: %v", deleted.State)
			}
		})
	}
}

// A state that was written without a private part or an identity, by hand or by an older Terraform, is read as well.
func TestState_Upgrade(t *testing.T) {
	t.Parallel()
	platform := newPlatform(t, mockapi.Options{})
	platform.PutModel(mockapi.Model{Name: demoModels + "m"})
	process := platform.protocol(t)
	upgraded := process.Upgrade(
		t.Context(),
		promotedModelType,
		0,
		`{"id":"`+demoModels+`m","output_model_id":"m","deletion_policy":"DELETE",`+
			`"checkpoint_name":"`+fullCheckpoint+`","base_model":"`+qwenBase+`"}`,
	)
	assertSummaries(t, upgraded.Diagnostics)
	read := process.Read(t.Context(), promotedModelType, upgraded.stored)
	assertSummaries(t, read.Diagnostics)

	assertEqual(t, "name", read.State["name"], demoModels+"m")
	assertEqual(t, "account_id", read.State["account_id"], "demo")
	assertEqual(t, "identity model_id", read.Identity["model_id"], "m")
}
