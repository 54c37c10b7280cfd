package provider

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// TestPlan_KeyRejectedOnce plans several resources with a rejected key in one process: a single error, and no warning.
func TestPlan_KeyRejectedOnce(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, mockapi.Options{})
	p.variables = map[string]string{envAPIKey: "fw_wrong_key"}
	process := p.protocolWith(t, values{"api_key": nil})

	var (
		mu    sync.Mutex
		group sync.WaitGroup
		all   diagnostics
	)

	for i := range 6 {
		group.Go(func() {
			typeName, config := promotedModelType, modelConfig(fmt.Sprintf("m%d", i))
			if i%2 == 0 {
				typeName, config = deploymentType, deploymentConfig(values{"deployment_id": fmt.Sprintf("d%d", i), "account_id": "demo"})
			}

			plan := process.Plan(t.Context(), typeName, stored{}, config)

			mu.Lock()
			defer mu.Unlock()

			all = append(all, plan.Diagnostics...)
		})
	}

	group.Wait()

	assertSummaries(t, all, "ERROR: API key rejected")
	assertMentions(t, all, "which comes from the environment variable FIREWORKS_API_KEY.", "401 Unauthorized", apiKeysPage)

	// The next process reports it again.
	plan := p.protocolWith(t, values{"api_key": "fw_wrong_key"}).Plan(t.Context(), promotedModelType, stored{}, modelConfig("m"))
	assertSummaries(t, plan.Diagnostics, "ERROR: API key rejected")
	assertMentions(t, plan.Diagnostics, "which comes from the argument api_key.")
}

// TestAddAPIError_KeyRejected has an operation fail whose error is not the first about the key.
func TestAddAPIError_KeyRejected(t *testing.T) {
	t.Parallel()

	var diags diag.Diagnostics

	data, rejected := &providerData{keySource: "the file auth.ini"}, &fireworks.Error{StatusCode: 401, Message: "no"}
	for range 3 {
		data.addAPIError(&diags, path.Root("name"), summaryModelNotRead, "Model m could not be read.", rejected, "")
	}

	// Equal diagnostics are added once.
	data.addAPIError(&diags, path.Root("name"), summaryModelNotRead, "Model m could not be read.", &fireworks.Error{StatusCode: 403}, "")

	var got []string
	for _, d := range diags {
		paragraph, _, _ := strings.Cut(d.Detail(), "\n")
		got = append(got, d.Summary()+": "+paragraph)
	}

	want := []string{
		"API key rejected: The API rejects the API key, which comes from the file auth.ini.",
		"API key rejected: The API rejects the API key, as another error of this run explains.",
		"Model not read: Model m could not be read.",
	}
	assertEqual(t, "errors", strings.Join(got, "\n"), strings.Join(want, "\n"))
}

// TestAccKeyRejected plans three resources and a data source with a wrong key.
func TestAccKeyRejected(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, mockapi.Options{})
	config := fmt.Sprintf("provider \"fireworks\" {\n  base_url = %q\n  api_key = \"fw_wrong_key\"\n}\n", p.URL) +
		promotedBlock("a", `"a"`, "") + promotedBlock("b", `"b"`, "") + shapedBlock("")
	c := p.newCLI(t, map[string]string{"main.tf": requiredProvider + config})

	got := c.diagnostics("plan")
	if len(got) != 1 || got[0].Severity != "error" || got[0].Summary != summaryAPIKeyRejected {
		t.Errorf("got %v, want one error %q", got, summaryAPIKeyRejected)
	}
}
