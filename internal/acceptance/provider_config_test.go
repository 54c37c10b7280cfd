// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	fwprovider "github.com/fw-ai/terraform-provider-fireworks/internal/provider"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// providerArguments are the arguments of the provider block.
func providerArguments(t *testing.T) map[string]schema.Attribute {
	t.Helper()

	var resp provider.SchemaResponse
	fwprovider.New("test")().Schema(t.Context(), provider.SchemaRequest{}, &resp)

	return resp.Schema.Attributes
}

// TestProviderConfig_Unknown makes each argument unknown until apply: the plan succeeds without a request.
func TestProviderConfig_Unknown(t *testing.T) {
	t.Parallel()

	tests := map[string]providertest.Values{"additional_headers, one value": {
		"additional_headers": providertest.Values{"X-Proxy": "a", "X-Token": providertest.Unknown},
	}}
	for name := range providerArguments(t) {
		tests[name] = providertest.Values{name: providertest.Unknown}
	}

	for name, arguments := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			name, _, _ := strings.Cut(name, ",")
			p := providertest.NewPlatform(t, mockapi.Options{})
			p.Variables = map[string]string{diagnostic.EnvAPIKey: providertest.TestAPIKey, diagnostic.EnvBaseURL: p.URL,
				diagnostic.EnvAccountID: "demo"}
			s := p.ProtocolWith(t, arguments)

			plan := s.Plan(t.Context(), providerdata.PromotedModelType, providertest.Stored{},
				providertest.ModelConfig("m"))
			if len(plan.Diagnostics) > 0 {
				t.Errorf("unexpected diagnostics:\n%s", plan.Diagnostics)
			}

			providertest.AssertEqual(t, "id", plan.State["id"], providertest.DemoModels+"m")

			created := s.Apply(t.Context(), providerdata.PromotedModelType, providertest.Stored{}, plan,
				providertest.ModelConfig("m"))

			want := "This needs the provider argument " + name + ", whose value is not known until apply."
			if len(created.Diagnostics) != 1 || !strings.HasPrefix(created.Diagnostics[0].Detail, want) ||
				strings.Contains(created.Diagnostics[0].Detail, "depends_on") {
				t.Errorf("got %s, want an error that names %s", created.Diagnostics, name)
			}

			if n := len(p.Requests()); n != 0 {
				t.Errorf("%d requests with an unknown %s", n, name)
			}
		})
	}
}

// TestProviderConfig_SeveralUnknown names all arguments that are not known.
func TestProviderConfig_SeveralUnknown(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	s := p.ProtocolWith(t, providertest.Values{"api_key": providertest.Unknown, "account_id": providertest.Unknown})
	plan := s.Plan(t.Context(), providerdata.PromotedModelType, providertest.Stored{}, providertest.ModelConfig("m"))
	created := s.Apply(t.Context(), providerdata.PromotedModelType, providertest.Stored{}, plan,
		providertest.ModelConfig("m"))

	providertest.AssertMentions(t, created.Diagnostics,
		"This needs the provider arguments api_key, account_id, whose values are not known until apply.")
}

// TestProviderConfig_UnknownRefresh keeps the state of every resource while the key is unknown until apply.
func TestProviderConfig_UnknownRefresh(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})

	for _, resource := range managedResources {
		current := resource.core(p, t).Create(t, resource.config(nil))
		requests := len(p.Requests())

		read := p.ProtocolWith(t, providertest.Values{"api_key": providertest.Unknown}).Read(t.Context(),
			resource.typeName, current.Stored)
		providertest.AssertSummaries(t, read.Diagnostics)
		providertest.AssertEqual(t, resource.typeName, read.State, current.State)
		providertest.AssertEqual(t, "requests", len(p.Requests())-requests, 0)
	}
}

// TestAccProviderConfig_KeyFromSameApply creates the key in the apply that needs it.
func TestAccProviderConfig_KeyFromSameApply(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{})
	// The environment's key is one that the platform would refuse: an unknown key must not fall back to it.
	p.Variables = map[string]string{diagnostic.EnvAPIKey: "fw_other_key"}
	config := `
resource "terraform_data" "key" { input = "` + providertest.TestAPIKey + `" }
provider "fireworks" {
  base_url = "` + p.URL + `"
  api_key  = terraform_data.key.output
}
` + providertest.ModelBlock(providertest.FullCheckpoint, "m", "")
	dataSource := `
data "fireworks_checkpoints" "run" {
  job_id = "sft-qwen3-8b"
%s
}
`
	p.Run(t,
		resource.TestStep{
			Config:      config + strings.ReplaceAll(dataSource, "%s", ""),
			ExpectError: providertest.Wrapped(`This needs the provider argument api_key, whose value is not known until apply.`),
		},
		resource.TestStep{
			Config:           config + strings.ReplaceAll(dataSource, "%s", "depends_on = [terraform_data.key]"),
			ConfigPlanChecks: providertest.ExpectAction(plancheck.ResourceActionCreate),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(providertest.ModelAddress, tfjsonpath.New("state"),
					knownvalue.StringExact("READY")),
			},
		},
	)

	for _, r := range p.Requests() {
		if r.Header.Get("Authorization") != "Bearer "+providertest.TestAPIKey {
			t.Errorf("%s %s was sent with %s", r.Method, r.Path, r.Header.Get("Authorization"))
		}
	}
}

// TestAccProviderConfig_Headers checks the headers that the platform receives.
func TestAccProviderConfig_Headers(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{})
	c := p.NewCLI(
		t,
		map[string]string{"main.tf": providertest.RequiredProvider +
			strings.Replace(p.Config(providertest.ModelBlock(providertest.FullCheckpoint, "m", `public = true`)), "{\n",
				"{\n  additional_headers = { \"X-Proxy-Token\" = \"proxy-canary\" }\n", 1)},
	)
	providertest.AssertDiagnostics(t, c.Diagnostics("apply"))

	requests := p.Requests()
	if len(requests) == 0 {
		t.Fatal("no request arrived")
	}

	version := strings.TrimPrefix(requests[0].Header.Get("User-Agent"), "terraform-provider-fireworks/test Terraform/")
	if parts := strings.SplitN(version, ".", 3); len(parts) != 3 || parts[0] != "1" {
		t.Errorf("User-Agent: %q", requests[0].Header.Get("User-Agent"))
	}

	for _, r := range requests {
		want := map[string]string{
			"Authorization": "Bearer " + providertest.TestAPIKey,
			"User-Agent":    requests[0].Header.Get("User-Agent"),
			"X-Proxy-Token": "proxy-canary",
			"X-Api-Key":     "",
		}
		for name, value := range want {
			if got := r.Header.Get(name); got != value {
				t.Errorf("%s %s: %s is %q, want %q", r.Method, r.Path, name, got, value)
			}
		}
	}
}

// TestAccProviderConfig_NoRequest configures a provider that nothing needs.
func TestAccProviderConfig_NoRequest(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{})
	p.Protocol(t)
	c := p.NewConfiguredCLI(t, `output "id" { value = provider::fireworks::model_id("A b") }`)
	providertest.AssertDiagnostics(t, c.Diagnostics("validate"))
	providertest.AssertDiagnostics(t, c.Diagnostics("apply"))

	if n := len(p.Requests()); n != 0 {
		t.Errorf("%d requests", n)
	}
}

// TestAccProviderConfig_Validate has terraform validate find what Configure would refuse, and not miss a key.
func TestAccProviderConfig_Validate(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{})
	c := p.NewCLI(t, map[string]string{"main.tf": providertest.RequiredProvider + `
provider "fireworks" {
  base_url        = "http://fireworks.example"
  account_id      = "accounts/demo"
  profile         = "a/b"
  max_retries     = -1
  request_timeout = "1"
}
` + providertest.CheckpointsConfig(`job_id = "sft-qwen3-8b"`)})

	var got []string
	for _, d := range c.Diagnostics("validate") {
		got = append(got, d.Severity+": "+d.Summary)
	}

	slices.Sort(got)

	if diff := cmp.Diff(
		[]string{"error: Invalid account ID", "error: Invalid number of retries", "error: Invalid profile",
			"error: Invalid request timeout"},
		got,
	); diff != "" {
		t.Errorf("terraform validate (-want +got):\n%s", diff)
	}
}

// TestAccProviderConfig_TLS rejects an untrusted certificate unless insecure_skip_verify is set.
func TestAccProviderConfig_TLS(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{})
	secure := httptest.NewUnstartedServer(http.HandlerFunc(p.ServeHTTP))
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	t.Cleanup(secure.Close)
	p.URL = secure.URL
	config := p.Config(providertest.CheckpointsConfig(`job_id = "sft-qwen3-8b"`))
	c := p.NewCLI(t, map[string]string{"main.tf": providertest.RequiredProvider + config})
	providertest.AssertDiagnostics(t, c.Diagnostics("plan"), `
error: Account not determined
at: job_id = "sft-qwen3-8b"

The bare trainer job ID "sft-qwen3-8b" needs an account, and none is configured.

No response: tls: failed to verify certificate: x509: certificate signed by unknown authority
Request: GET /v1/accounts

Add the certificate authority of the server, or of a proxy in between, to the system's trust store, and check the host in base_url.
`)

	if n := len(p.Requests()); n != 0 {
		t.Errorf("%d requests got through", n)
	}

	c = p.NewCLI(t, map[string]string{"main.tf": providertest.RequiredProvider +
		strings.Replace(config, "{\n", "{\n  insecure_skip_verify = true\n", 1)})
	providertest.AssertDiagnostics(t, c.Diagnostics("plan"), `
warning: TLS certificates are not verified
at: insecure_skip_verify = true

With insecure_skip_verify = true, anyone on the network path can read the API key and impersonate the API. Remove \
the argument, and add the certificate authority of your proxy to the system's trust store instead.
`)

	if n := p.Count(http.MethodGet, providertest.ListingPath); n != 1 {
		t.Errorf("%d listings, want 1", n)
	}
}
