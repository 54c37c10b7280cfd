// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// queried is a result of a list resource.
type queried struct {
	DisplayName string
	providertest.Stored
	Diagnostics providertest.Diagnostics
}

// List calls ListResource, as terraform query does.
func List(ctx context.Context,
	s *providertest.ProtocolServer, typeName string, config providertest.Values, include bool, limit int64,
) []queried {
	s.T.Helper()

	lister, ok := s.Server.(tfprotov6.ListResourceServer)
	if !ok {
		s.T.Fatal("the provider has no list resources")
	}

	typ := s.Schemas.ListResourceSchemas[typeName].ValueType()

	if config == nil {
		config = providertest.Values{}
	}

	stream, err := lister.ListResource(ctx, &tfprotov6.ListResourceRequest{
		TypeName: typeName, Config: s.Dynamic(typ, config), IncludeResource: include, Limit: limit,
	})
	s.Must("ListResource", err)

	var all []queried

	for result := range stream.Results {
		all = append(all, queried{
			DisplayName: result.DisplayName,
			Stored: providertest.Stored{
				State:    s.Plain(s.Types[typeName], result.Resource),
				Identity: s.PlainIdentity(typeName, result.Identity),
			},
			Diagnostics: providertest.DecodeDiagnostics(result.Diagnostics),
		})
	}

	return all
}

// displayNames are the names of the results, with the summaries of their diagnostics.
func displayNames(all []queried) []string {
	names := []string{}

	for _, result := range all {
		parts := append([]string{result.DisplayName}, result.Diagnostics.Summaries()...)
		names = append(names, strings.Join(parts, " "))
	}

	return names
}

func TestListResources_Filters(t *testing.T) {
	t.Parallel()

	const servedModel = providertest.DemoModels + "served-qwen3"

	p := providertest.NewPlatform(t, mockapi.Options{})
	p.PutDeployment(mockapi.Deployment{Name: providertest.DemoDeployments + "deleting",
		BaseModel: providertest.QwenBase, State: "DELETING"})
	p.PutModel(mockapi.Model{Name: providertest.DemoModels + "flumina", Kind: "FLUMINA_BASE_MODEL", State: "READY"})
	p.PutDeployedModel(mockapi.DeployedModel{
		Name: "accounts/demo/deployedModels/base", Model: providertest.QwenBase,
		Deployment: providertest.AddonsDeployment, State: "DEPLOYED",
	})
	s := p.Protocol(t)

	deployments := []string{
		"qwen3-addons", "qwen3-creating", "qwen3-failed", "qwen3-parked", "qwen3-ready", "qwen3-scaled-to-zero",
		"served-qwen3-in-use",
	}
	models := []string{
		"chat-lora", "served-qwen3", "sft-support-v1", "support-lora-1", "support-lora-2", "support-lora-3",
	}
	loaded := []string{"support-lora-1 on qwen3-addons"}

	for _, test := range []struct {
		name, typeName string
		config         providertest.Values
		limit          int64
		want           []string
	}{
		{"deployments", providerdata.DeploymentType, nil, 100, deployments},
		{"without a limit", providerdata.DeploymentType, nil, 0, deployments},
		{"limit", providerdata.DeploymentType, nil, 2, deployments[:2]},
		{"limit of one", providerdata.DeploymentType, nil, 1, deployments[:1]},
		{"exact limit", providerdata.DeploymentType, nil, 7, deployments},
		{
			"deployments of an account", providerdata.DeploymentType, providertest.Values{"account_id": "demo"}, 100,
			deployments,
		},
		{
			"deployments in a state", providerdata.DeploymentType, providertest.Values{"state": "FAILED"}, 100,
			deployments[2:3],
		},
		{
			"deployments that are deleted", providerdata.DeploymentType, providertest.Values{"state": "DELETING"}, 100,
			[]string{},
		},
		{
			"deployments of a model", providerdata.DeploymentType, providertest.Values{"base_model": servedModel}, 100,
			deployments[6:],
		},
		{"models", providerdata.PromotedModelType, nil, 100, models},
		{
			"models of a kind", providerdata.PromotedModelType, providertest.Values{"kind": "FLUMINA_BASE_MODEL"}, 100,
			[]string{"flumina"},
		},
		{
			"models in a state", providerdata.PromotedModelType, providertest.Values{"state": "UPLOADING"}, 100,
			models[5:],
		},
		{
			"models by ID", providerdata.PromotedModelType, providertest.Values{"name_prefix": "support"}, 100,
			models[3:],
		},
		{
			"models by name", providerdata.PromotedModelType,
			providertest.Values{"name_prefix": providertest.DemoModels + "sft"}, 100, models[2:3],
		},
		{
			"LoRA models", providerdata.PromotedModelType, providertest.Values{"base_model": providertest.QwenBase},
			100, models[2:],
		},
		{"deployed models", providerdata.DeployedModelType, nil, 100, loaded},
		{
			"deployed models by ID", providerdata.DeployedModelType,
			providertest.Values{"model": "support-lora-1", "deployment": "qwen3-addons"},
			100, loaded,
		},
		{
			"deployed models by name", providerdata.DeployedModelType,
			providertest.Values{"model": providertest.DemoModels + "support-lora-1"}, 100, loaded,
		},
		{
			"other deployed models", providerdata.DeployedModelType, providertest.Values{"deployment": "qwen3-ready"},
			100, []string{},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()

			got := List(t.Context(), s, test.typeName, test.config, false, test.limit)
			if diff := cmp.Diff(test.want, displayNames(got)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}

			for _, result := range got {
				if result.Identity["account_id"] != "demo" || result.State != nil {
					t.Errorf("%s has the identity %v, the state %v", result.DisplayName, result.Identity, result.State)
				}
			}
		})
	}
}

// TestListResources_EqualImport compares the resource of each result with what an import of it gives.
func TestListResources_EqualImport(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	s := p.Protocol(t)

	for _, typeName := range []string{providerdata.DeployedModelType, providerdata.DeploymentType,
		providerdata.PromotedModelType} {
		all := List(t.Context(), s, typeName, nil, true, 100)
		if len(all) == 0 {
			t.Errorf("no %s was listed", typeName)
		}

		for _, result := range all {
			imported := s.Import(t.Context(), typeName, "", result.Identity)
			read := s.Read(t.Context(), typeName, imported.Stored)

			want := read.State
			if want["deployment_shape"] != nil {
				want = providertest.With(want,
					providertest.Values{"accelerator_type": nil, "accelerator_count": nil, "precision": nil})
			}

			if diff := cmp.Diff(want, result.State); diff != "" {
				t.Errorf("%s %s differs from its import (-import +list):\n%s", typeName, result.DisplayName, diff)
			}

			if diff := cmp.Diff(read.Identity, result.Identity); diff != "" {
				t.Errorf("%s %s has another identity (-import +list):\n%s", typeName, result.DisplayName, diff)
			}
		}
	}
}

func TestListResources_OddItem(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	p.SetFaults(mockapi.Fault{
		Kind: mockapi.FaultStatus, Status: http.StatusOK, Path: providertest.DeploymentsPath,
		Body: `{"deployments":[{"name":"accounts/demo/deployments/b"},{"name":"odd"},` +
			`{"name":"accounts/demo/deployments/a"}]}`,
	})

	got := displayNames(List(t.Context(), p.Protocol(t), providerdata.DeploymentType, nil, true, 2))
	if want := []string{"a", "b"}; !slices.Equal(got, want) {
		t.Errorf("with a limit of 2: %q, want %q", got, want)
	}

	got = displayNames(List(t.Context(), p.Protocol(t), providerdata.DeploymentType, nil, true, 100))
	if want := []string{"a", "b", " WARNING: Object not listed"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestListResources_Errors(t *testing.T) {
	t.Parallel()

	for typeName, lists := range map[string]map[string]string{
		providerdata.DeploymentType:    {providertest.DeploymentsPath: diagnostic.SummaryDeploymentsNotListed},
		providerdata.PromotedModelType: {"/v1/accounts/demo/models": diagnostic.SummaryModelsNotListed},
		providerdata.DeployedModelType: {
			providertest.DeployedModelsPath: diagnostic.SummaryDeployedModelsNotListed,
			providertest.DeploymentsPath:    diagnostic.SummaryDeploymentsNotListed,
		},
	} {
		for path, summary := range lists {
			p := providertest.NewPlatform(t, mockapi.Options{})
			p.SetFaults(mockapi.Fault{Kind: mockapi.FaultStatus, Path: path, Status: http.StatusForbidden})

			got := displayNames(List(t.Context(), p.Protocol(t), typeName, nil, true, 100))
			if want := []string{" ERROR: " + summary}; !slices.Equal(got, want) {
				t.Errorf("%s: got %q, want %q", typeName, got, want)
			}
		}
	}

	unconfigured := providertest.NewProtocolServer(t, providertest.NewPlatform(t, mockapi.Options{}).Provider())

	unknown := providertest.Values{"base_url": "http://localhost", "api_key": providertest.Unknown}
	if diags := unconfigured.Configure(t.Context(), unknown); len(diags) > 0 {
		t.Fatal(diags)
	}

	got := displayNames(List(t.Context(), unconfigured, providerdata.DeploymentType, nil, true, 100))
	if want := []string{" ERROR: " + diagnostic.SummaryProviderArgumentUnknown}; !slices.Equal(got, want) {
		t.Errorf("without a key: got %q, want %q", got, want)
	}
}
