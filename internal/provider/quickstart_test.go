package provider

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// quickstart is examples/quickstart against the platform, as its reader runs it: key and URL come from the environment.
func (p *platform) quickstart(t *testing.T) *cli {
	t.Helper()

	paths, err := filepath.Glob("../../examples/quickstart/*.tf")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no quickstart: %v", err)
	}

	files := map[string]string{}

	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}

		files[filepath.Base(path)] = string(content)
	}

	p.variables = map[string]string{envBaseURL: p.URL + "/", envAPIKey: testAPIKey}

	return p.newCLI(t, files)
}

// TestAccQuickstart promotes once, with the fields of the contract and no other, and has nothing left to do after that.
func TestAccQuickstart(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, mockapi.Options{PromotionTime: 90 * time.Second})
	c := p.quickstart(t)

	assertDiagnostics(t, c.diagnostics("validate"))

	if n := len(p.Requests()); n != 0 {
		t.Errorf("terraform validate sent %d requests", n)
	}

	assertDiagnostics(t, c.diagnostics("apply"))

	if n := p.Count(http.MethodGet, "/v1/accounts"); n > 1 {
		t.Errorf("got %d account requests from one process", n)
	}

	p.assertWrites(t,
		promotionOf("step-200-5e6f7a8b", "sft-qwen3-8b-latest"),
		patchOf("sft-qwen3-8b-latest", "display_name", `{"displayName":"Latest checkpoint of sft-qwen3-8b"}`),
	)

	if p.Promotions() != 1 {
		t.Errorf("%d promotions, want 1", p.Promotions())
	}

	if out := c.run("plan", "-input=false", "-detailed-exitcode"); out.exitCode != 0 {
		t.Errorf("the second plan is not empty:\n%s%s", out.stdout, out.stderr)
	}

	want := map[string]string{
		"model":            demoModels + "sft-qwen3-8b-latest",
		"model_state":      "READY",
		"deployment_shape": linkedShape,
	}
	if diff := cmp.Diff(want, c.outputs()); diff != "" {
		t.Errorf("outputs (-want +got):\n%s", diff)
	}

	assertDiagnostics(t, c.diagnostics("destroy"))
	p.assertWrites(t, deletionOf("sft-qwen3-8b-latest"))

	if _, left := p.Model(demoModels + "sft-qwen3-8b-latest"); left {
		t.Error("the model is still there after destroy")
	}
}

// outputs are the outputs that are texts.
func (c *cli) outputs() map[string]string {
	c.t.Helper()

	var response map[string]struct {
		Value string `json:"value"`
	}
	if err := json.Unmarshal(c.run("output", "-json").stdout, &response); err != nil {
		c.t.Fatal(err)
	}

	values := map[string]string{}
	for name, output := range response {
		values[name] = output.Value
	}

	return values
}
