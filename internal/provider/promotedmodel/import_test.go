// SPDX-License-Identifier: MPL-2.0

package promotedmodel_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

func TestImport(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		id       string
		identity providertest.Values
		accounts int
	}{
		"by the full name": {id: providertest.DemoModels + "m"},
		"by the bare ID":   {id: "m", accounts: 1},
		"by the identity":  {identity: providertest.Values{"account_id": "demo", "model_id": "m"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			platform := providertest.NewPlatform(t, mockapi.Options{})
			platform.PutModel(mockapi.Model{Name: providertest.DemoModels + "m", DisplayName: "M", Description: "d",
				Public: true})
			models := platform.PromotedModels(t)
			current, diags := platform.ImportModel(t, test.id, test.identity)
			providertest.AssertSummaries(t, diags)

			if n := platform.Count("", "/v1/accounts"); n != test.accounts {
				t.Errorf("got %d account requests", n)
			}

			wanted := providertest.Values{
				"id":                     providertest.DemoModels + "m",
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

			if !providertest.Equal(current.Identity, providertest.Values{"account_id": "demo", "model_id": "m"}) {
				t.Errorf("the identity is %v", current.Identity)
			}

			platform.ResetRequests()

			got := models.ApplyWith(t, &current, providertest.ModelConfig("m"),
				providertest.RunOptions{NoRefresh: true})

			providertest.AssertEqual(t, "action", got.Action, providertest.ActionUpdate)
			platform.AssertWrites(t)

			providertest.AssertConverges(t, models, &current, providertest.ModelConfig("m"), providertest.ActionNone)
			platform.AssertTraffic(t, providertest.Traffic{})

			providertest.AssertConverges(t, models, &current,
				providertest.With(providertest.ModelConfig("m"),
					providertest.Values{"checkpoint_name": providertest.LoraCheckpoint}), providertest.ActionReplace)
			platform.AssertTraffic(t, providertest.Traffic{Requested: 1, Promoted: 1, Deleted: 1, Listed: 2})
		})
	}
}

// What an import cannot know is set in place the first time, whichever arguments come with it, and replaces when it
// changes later.
func TestImport_ArgumentsAfterwards(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		first, then providertest.Values
		next        providertest.Action
	}{
		"the checkpoint": {nil, providertest.Values{"checkpoint_name": providertest.LoraCheckpoint},
			providertest.ActionReplace},
		"the base model": {nil,
			providertest.Values{"base_model": "accounts/fireworks/models/llama-v3p1-8b-instruct"},
			providertest.ActionReplace},
		"the ID": {nil, providertest.Values{"output_model_id": "m2"}, providertest.ActionReplace},
		"the hot-load deployment": {providertest.Values{"hot_load_deployment_id": "d"},
			providertest.Values{"hot_load_deployment_id": "e"}, providertest.ActionReplace},
		"the hot-load deployment goes": {providertest.Values{"hot_load_deployment_id": "d"},
			providertest.Values{"hot_load_deployment_id": nil}, providertest.ActionUpdate},
		"the hot-load deployment in full": {
			providertest.Values{"hot_load_deployment_id": "d"},
			providertest.Values{"hot_load_deployment_id": "accounts/demo/deployments/d"}, providertest.ActionUpdate,
		},
		"the hot-load deployment is new": {nil, providertest.Values{"hot_load_deployment_id": "d"},
			providertest.ActionReplace},
		"timeouts": {providertest.Values{"timeouts": providertest.Values{"create": "1h"}},
			providertest.Values{"timeouts": nil}, providertest.ActionUpdate},
		"the deletion policy": {providertest.Values{"deletion_policy": "ABANDON"},
			providertest.Values{"deletion_policy": "PREVENT"}, providertest.ActionUpdate},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			platform := providertest.NewPlatform(t, mockapi.Options{})
			platform.PutModel(mockapi.Model{Name: providertest.DemoModels + "m"})
			models := platform.PromotedModels(t)
			current, diags := platform.ImportModel(t, providertest.DemoModels+"m", nil)
			providertest.AssertSummaries(t, diags)

			config := providertest.With(providertest.ModelConfig("m"), test.first)
			providertest.AssertConverges(t, models, &current, config, providertest.ActionUpdate)
			platform.AssertTraffic(t, providertest.Traffic{Listed: 2})

			got := models.Run(t.Context(), &current, providertest.With(config, test.then),
				providertest.RunOptions{PlanOnly: true})
			if got.Action != test.next {
				t.Errorf("changing it is a %s, want %s\n%s", got.Action, test.next, got.Diagnostics)
			}
		})
	}
}

// The apply after an import sets the metadata of the configuration.
func TestImport_MetadataAfterwards(t *testing.T) {
	t.Parallel()
	platform := providertest.NewPlatform(t, mockapi.Options{})
	platform.PutModel(mockapi.Model{Name: providertest.DemoModels + "m", DisplayName: "Theirs", Description: "kept"})
	models := platform.PromotedModels(t)
	current, _ := platform.ImportModel(t, providertest.DemoModels+"m", nil)
	providertest.AssertConverges(t, models, &current,
		providertest.With(providertest.ModelConfig("m"), providertest.Values{"display_name": "Ours"}),
		providertest.ActionUpdate)
	platform.AssertTraffic(t, providertest.Traffic{Patched: 1, Listed: 2})

	model, _ := platform.Model(providertest.DemoModels + "m")
	providertest.AssertEqual(t, "display name", model.DisplayName, "Ours")
	providertest.AssertEqual(t, "description", model.Description, "kept")
}

// A model that is imported while it is being promoted, as after a kill, is waited for.
func TestImport_UnfinishedModel(t *testing.T) {
	t.Parallel()
	platform := providertest.NewPlatform(t, mockapi.Options{PromotionTime: time.Hour})
	models := platform.PromotedModels(t)

	var lost providertest.Instance

	models.RunInterrupted(t, platform, &lost, providertest.ModelConfig("m"),
		providertest.Interruption{Path: providertest.OperationPath, N: 1})

	current, diags := platform.ImportModel(t, providertest.DemoModels+"m", nil)
	providertest.AssertSummaries(t, diags)

	if current.State["state"] != "UPLOADING" {
		t.Errorf("got %v", current.State)
	}

	providertest.AssertConverges(t, models, &current,
		providertest.With(providertest.ModelConfig("m"), providertest.Values{"display_name": "M"}),
		providertest.ActionUpdate)
	platform.AssertTraffic(t, providertest.Traffic{Requested: 1, Promoted: 1, Patched: 1, Listed: 4})
}

func TestImport_Failures(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		arrange  func(*providertest.Platform)
		id       string
		identity providertest.Values
		want     []string
		mention  string
	}{
		"no name": {
			id: "accounts/demo/deployments/m", want: []string{"ERROR: Invalid import ID"},
			mention: "The bare ID of a model",
		},
		"too many parts": {
			id: providertest.DemoModels + "m/versions/1", want: []string{"ERROR: Invalid import ID"},
			mention: "accounts/{account}/models/{model}",
		},
		"path": {id: "..", want: []string{"ERROR: Invalid import ID"}},
		"identity with a path": {
			identity: providertest.Values{"account_id": "demo/models/x", "model_id": "m"},
			want:     []string{"ERROR: Invalid import ID"},
		},
		"several accounts": {
			arrange: func(p *providertest.Platform) { p.SetAccounts("demo", "other") },
			id:      "m", want: []string{"ERROR: Account not determined"}, mention: "account_id",
		},
		"no account": {
			arrange: func(p *providertest.Platform) { p.SetAccounts() },
			id:      "m", want: []string{"ERROR: Account not determined"}, mention: "has access to no account",
		},
		"model not found": {id: providertest.DemoModels + "none"},
		"model not readable": {
			arrange: func(p *providertest.Platform) { p.SetForbidden(providertest.DemoModels+"m", true) },
			id:      providertest.DemoModels + "m", want: []string{"ERROR: Model not read"}, mention: "403 Forbidden",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			platform := providertest.NewPlatform(t, mockapi.Options{})
			platform.PutModel(mockapi.Model{Name: providertest.DemoModels + "m"})

			if test.arrange != nil {
				test.arrange(platform)
			}

			current, diags := platform.ImportModel(t, test.id, test.identity)
			providertest.AssertSummaries(t, diags, test.want...)
			providertest.AssertMentions(t, diags, test.mention)

			if len(test.want) == 0 && current.State != nil {
				t.Errorf("got %v", current.State)
			}

			platform.AssertTraffic(t, providertest.Traffic{})
		})
	}
}

func TestImport_UnconfiguredProvider(t *testing.T) {
	t.Parallel()
	platform := providertest.NewPlatform(t, mockapi.Options{})
	imported := platform.ProtocolWith(t, providertest.Values{"api_key": providertest.Unknown}).Import(t.Context(),
		providerdata.PromotedModelType, providertest.DemoModels+"m", nil)
	providertest.AssertSummaries(t, imported.Diagnostics, "ERROR: Provider argument not known until apply")
	providertest.AssertMentions(t, imported.Diagnostics, "api_key")
}

// Terraform before 1.12 never sends an identity, a later one always does. Every response must contain it.
func TestIdentity(t *testing.T) {
	t.Parallel()

	want := providertest.Values{"account_id": "demo", "model_id": "m"}

	for name, forgets := range map[string]bool{"handed back": false, "forgotten": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			platform := providertest.NewPlatform(t, mockapi.Options{})
			process := platform.Protocol(t)
			process.ForgetsIdentity = forgets
			check := func(when string, got providertest.Values) {
				t.Helper()

				if !providertest.Equal(got, want) {
					t.Errorf("%s the identity is %v", when, got)
				}
			}
			plan := process.Plan(t.Context(), providerdata.PromotedModelType, providertest.Stored{},
				providertest.ModelConfig("m"))
			created := process.Apply(t.Context(), providerdata.PromotedModelType, providertest.Stored{}, plan,
				providertest.ModelConfig("m"))
			check("after Create", created.Identity)
			current := created.Stored
			read := process.Read(t.Context(), providerdata.PromotedModelType, current)
			check("after Read", read.Identity)

			for _, change := range []providertest.Values{{"display_name": "M"}, {"deletion_policy": "ABANDON"},
				{"timeouts": providertest.Values{"create": "1h"}}} {
				config := providertest.With(providertest.ModelConfig("m"), change)
				plan = process.Plan(t.Context(), providerdata.PromotedModelType, current, config)
				updated := process.Apply(t.Context(), providerdata.PromotedModelType, current, plan, config)
				providertest.AssertSummaries(t, updated.Diagnostics)
				check("after Update", updated.Identity)
				current = updated.Stored
			}

			platform.SetFaults(mockapi.Fault{Method: http.MethodPatch, Kind: mockapi.FaultStatus, Status: 403})

			config := providertest.With(providertest.ModelConfig("m"), providertest.Values{"display_name": "N"})
			plan = process.Plan(t.Context(), providerdata.PromotedModelType, current, config)
			failed := process.Apply(t.Context(), providerdata.PromotedModelType, current, plan, config)
			providertest.AssertSummaries(t, failed.Diagnostics, "ERROR: Model not updated")
			check("after an Update that failed", failed.Identity)

			if failed.State["display_name"] != current.State["display_name"] {
				t.Errorf("a failed update left %v in the state", failed.State)
			}

			platform.RemoveModel(providertest.DemoModels + "m")

			deleted := process.Read(t.Context(), providerdata.PromotedModelType, current)
			providertest.AssertSummaries(t, deleted.Diagnostics)

			if deleted.State != nil {
				t.Errorf("after Read of a deleted model: %v", deleted.State)
			}
		})
	}
}

// A state that was written without a private part or an identity, by hand or by an older Terraform, is read as well.
func TestState_Upgrade(t *testing.T) {
	t.Parallel()
	platform := providertest.NewPlatform(t, mockapi.Options{})
	platform.PutModel(mockapi.Model{Name: providertest.DemoModels + "m"})
	process := platform.Protocol(t)
	upgraded := process.Upgrade(
		t.Context(),
		providerdata.PromotedModelType,
		0,
		`{"id":"`+providertest.DemoModels+`m","output_model_id":"m","deletion_policy":"DELETE",`+
			`"checkpoint_name":"`+providertest.FullCheckpoint+`","base_model":"`+providertest.QwenBase+`"}`,
	)
	providertest.AssertSummaries(t, upgraded.Diagnostics)
	read := process.Read(t.Context(), providerdata.PromotedModelType, upgraded.Stored)
	providertest.AssertSummaries(t, read.Diagnostics)

	providertest.AssertEqual(t, "name", read.State["name"], providertest.DemoModels+"m")
	providertest.AssertEqual(t, "account_id", read.State["account_id"], "demo")
	providertest.AssertEqual(t, "identity model_id", read.Identity["model_id"], "m")
}
