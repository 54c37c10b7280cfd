package provider

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// queried is a result of a list resource.
type queried struct {
	DisplayName string
	stored
	Diagnostics diagnostics
}

// List calls ListResource, as terraform query does.
func (s *protocolServer) List(
	ctx context.Context, typeName string, config values, include bool, limit int64,
) []queried {
	s.t.Helper()

	lister, ok := s.server.(tfprotov6.ListResourceServer)
	if !ok {
		s.t.Fatal("the provider has no list resources")
	}

	typ := s.schemas.ListResourceSchemas[typeName].ValueType()
	if config == nil {
		config = values{}
	}

	stream, err := lister.ListResource(ctx, &tfprotov6.ListResourceRequest{
		TypeName: typeName, Config: s.dynamic(typ, config), IncludeResource: include, Limit: limit,
	})
	s.must("ListResource", err)

	var all []queried

	for result := range stream.Results {
		all = append(all, queried{
			DisplayName: result.DisplayName,
			stored: stored{
				State:    s.plain(s.types[typeName], result.Resource),
				Identity: s.plainIdentity(typeName, result.Identity),
			},
			Diagnostics: decodeDiagnostics(result.Diagnostics),
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

	const servedModel = demoModels + "served-qwen3"

	p := newPlatform(t, mockapi.Options{})
	p.PutDeployment(mockapi.Deployment{Name: demoDeployments + "deleting", BaseModel: qwenBase, State: "DELETING"})
	p.PutModel(mockapi.Model{Name: demoModels + "flumina", Kind: "FLUMINA_BASE_MODEL", State: "READY"})
	p.PutDeployedModel(mockapi.DeployedModel{
		Name: "accounts/demo/deployedModels/base", Model: qwenBase, Deployment: addonsDeployment, State: "DEPLOYED",
	})
	s := p.protocol(t)

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
		config         values
		limit          int64
		want           []string
	}{
		{"deployments", deploymentType, nil, 100, deployments},
		{"without a limit", deploymentType, nil, 0, deployments},
		{"limit", deploymentType, nil, 2, deployments[:2]},
		{"limit of one", deploymentType, nil, 1, deployments[:1]},
		{"exact limit", deploymentType, nil, 7, deployments},
		{"deployments of an account", deploymentType, values{"account_id": "demo"}, 100, deployments},
		{"deployments in a state", deploymentType, values{"state": "FAILED"}, 100, deployments[2:3]},
		{"deployments that are deleted", deploymentType, values{"state": "DELETING"}, 100, []string{}},
		{"deployments of a model", deploymentType, values{"base_model": servedModel}, 100, deployments[6:]},
		{"models", promotedModelType, nil, 100, models},
		{"models of a kind", promotedModelType, values{"kind": "FLUMINA_BASE_MODEL"}, 100, []string{"flumina"}},
		{"models in a state", promotedModelType, values{"state": "UPLOADING"}, 100, models[5:]},
		{"models by ID", promotedModelType, values{"name_prefix": "support"}, 100, models[3:]},
		{"models by name", promotedModelType, values{"name_prefix": demoModels + "sft"}, 100, models[2:3]},
		{"LoRA models", promotedModelType, values{"base_model": qwenBase}, 100, models[2:]},
		{"deployed models", deployedModelType, nil, 100, loaded},
		{
			"deployed models by ID", deployedModelType, values{"model": "support-lora-1", "deployment": "qwen3-addons"},
			100, loaded,
		},
		{"deployed models by name", deployedModelType, values{"model": demoModels + "support-lora-1"}, 100, loaded},
		{"other deployed models", deployedModelType, values{"deployment": "qwen3-ready"}, 100, []string{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()

			got := s.List(t.Context(), test.typeName, test.config, false, test.limit)
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

	p := newPlatform(t, mockapi.Options{})
	s := p.protocol(t)

	for _, typeName := range []string{deployedModelType, deploymentType, promotedModelType} {
		all := s.List(t.Context(), typeName, nil, true, 100)
		if len(all) == 0 {
			t.Errorf("no %s was listed", typeName)
		}

		for _, result := range all {
			imported := s.Import(t.Context(), typeName, "", result.Identity)
			read := s.Read(t.Context(), typeName, imported.stored)

			want := read.State
			if want["deployment_shape"] != nil {
				want = with(want, values{"accelerator_type": nil, "accelerator_count": nil, "precision": nil})
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

	p := newPlatform(t, mockapi.Options{})
	p.SetFaults(mockapi.Fault{
		Kind: mockapi.FaultStatus, Status: http.StatusOK, Path: deploymentsPath,
		Body: `{"deployments":[{"name":"accounts/demo/deployments/b"},{"name":"odd"},` +
			`{"name":"accounts/demo/deployments/a"}]}`,
	})

	got := displayNames(p.protocol(t).List(t.Context(), deploymentType, nil, true, 2))
	if want := []string{"a", "b"}; !slices.Equal(got, want) {
		t.Errorf("with a limit of 2: %q, want %q", got, want)
	}

	got = displayNames(p.protocol(t).List(t.Context(), deploymentType, nil, true, 100))
	if want := []string{"a", "b", " WARNING: Object not listed"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestListResources_Errors(t *testing.T) {
	t.Parallel()

	for typeName, lists := range map[string]map[string]string{
		deploymentType:    {deploymentsPath: summaryDeploymentsNotListed},
		promotedModelType: {"/v1/accounts/demo/models": summaryModelsNotListed},
		deployedModelType: {
			deployedModelsPath: summaryDeployedModelsNotListed,
			deploymentsPath:    summaryDeploymentsNotListed,
		},
	} {
		for path, summary := range lists {
			p := newPlatform(t, mockapi.Options{})
			p.SetFaults(mockapi.Fault{Kind: mockapi.FaultStatus, Path: path, Status: http.StatusForbidden})

			got := displayNames(p.protocol(t).List(t.Context(), typeName, nil, true, 100))
			if want := []string{" ERROR: " + summary}; !slices.Equal(got, want) {
				t.Errorf("%s: got %q, want %q", typeName, got, want)
			}
		}
	}

	unconfigured := newProtocolServer(t, newPlatform(t, mockapi.Options{}).provider())

	unknown := values{"base_url": "http://localhost", "api_key": unknown}
	if diags := unconfigured.Configure(t.Context(), unknown); len(diags) > 0 {
		t.Fatal(diags)
	}

	got := displayNames(unconfigured.List(t.Context(), deploymentType, nil, true, 100))
	if want := []string{" ERROR: " + summaryProviderArgumentUnknown}; !slices.Equal(got, want) {
		t.Errorf("without a key: got %q, want %q", got, want)
	}
}
