// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// mistake is a configuration that is wrong, and the whole of what its author gets to read.
type mistake struct {
	// provider are the arguments of the provider block; "" is the key and the URL of the platform.
	provider string
	config   string
	// command is plan, unless terraform validate finds the mistake.
	command string
	want    string
}

// TestAccUserMistakes are the ten most likely mistakes of a new user, some in several forms. Each gives one error that
// says what to do.
func TestAccUserMistakes(t *testing.T) {
	providertest.SkipUnlessAcc(t)
	t.Parallel()

	portal := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte("<!doctype html><title>Fireworks</title>"))
	}))
	t.Cleanup(portal.Close)
	// Port 1 is closed; the error message is that of the operating system.
	const closedPort = "127.0.0.1:1"

	_, refused := new(net.Dialer).DialContext(t.Context(), "tcp", closedPort)
	if refused == nil {
		t.Fatalf("a server listens on %s", closedPort)
	}

	job := providertest.CheckpointsConfig(`job_id = "sft-qwen3-8b"`)

	tests := map[string]mistake{
		"wrong key": {
			provider: `api_key = "fw_wrong_key"`, config: job,
			want: `
error: API key rejected
at: data "fireworks_checkpoints" "run" {

The API rejects the API key, which comes from the argument api_key.

The API returned 401 Unauthorized (UNAUTHENTICATED): invalid API key, or one without access to the training API
Request: GET /v1/accounts (request ID mock-N)

The key may be mistyped, revoked, or restricted to inference. Training endpoints need a training-scoped key; create \
one at https://app.fireworks.ai/settings/users/api-keys, and use it instead of the rejected one.
`,
		},
		"no key": {
			provider: "\n", config: job,
			want: `
error: Missing API key
at: provider "fireworks" {

The provider needs a Fireworks API key. Set the environment variable FIREWORKS_API_KEY, or the argument api_key \
from a sensitive variable. Create keys at https://app.fireworks.ai/settings/users/api-keys; training endpoints need \
a training-scoped key.
`,
		},
		"wrong URL, the web site": {
			provider: `base_url = "` + portal.URL + `"` + "\n" + `api_key = "fw_key"`, config: job,
			want: `
error: Account not determined
at: job_id = "sft-qwen3-8b"

The bare trainer job ID "sft-qwen3-8b" needs an account, and none is configured.

Invalid response: the response is an HTML page instead of JSON, as a proxy or a wrong base URL returns
Request: GET /v1/accounts

Check that base_url is the URL of the Fireworks control plane, and that no proxy changes its responses.
`,
		},
		"wrong URL, closed port": {
			provider: `base_url = "http://` + closedPort + `"` + "\n" + `api_key = "fw_key"` + "\nmax_retries = 0",
			config:   job,
			want: `
error: API not reachable
at: data "fireworks_checkpoints" "run" {

The bare trainer job ID "sft-qwen3-8b" needs an account, and none is configured.

The API at http://` + closedPort + ` cannot be reached. The URL comes from the argument base_url.

No response: ` + refused.Error() + `
Request: GET /v1/accounts

Check the URL, that a server listens there, the network and the proxy settings.
`,
		},
		"wrong URL, no scheme": {
			provider: `base_url = "api.fireworks.ai"` + "\n" + `api_key = "fw_key"`, config: job, command: "validate",
			want: `
error: Invalid base URL
at: base_url = "api.fireworks.ai"

The argument base_url is not a valid URL: it does not start with https:// or http://. Set an http or https URL such \
as https://api.fireworks.ai, or remove it.
`,
		},
		"wrong URL, that of inference": {
			provider: `base_url = "https://api.fireworks.ai/inference/v1"` + "\n" + `api_key = "fw_key"`, config: job,
			command: "validate",
			want: `
error: Invalid base URL
at: base_url = "https://api.fireworks.ai/inference/v1"

The argument base_url is not a valid URL: its path contains "/inference", which the provider adds itself where it is \
needed; write https://api.fireworks.ai. Set an http or https URL such as https://api.fireworks.ai, or remove it.
`,
		},
		"short checkpoint name": {
			config: providertest.ModelBlock("step-200-5e6f7a8b", "m", ""), command: "validate",
			want: `
error: Invalid resource name
at: checkpoint_name = "step-200-5e6f7a8b"

"step-200-5e6f7a8b" is not a valid checkpoint name: it is only an ID; the full name is required, as \
data.fireworks_checkpoints returns it. The expected form is \
accounts/{account}/rlorTrainerJobs/{job}/checkpoints/{checkpoint} or \
accounts/{account}/trainingSessions/{session}/checkpoints/{checkpoint}.
`,
		},
		"model ID with an underscore": {
			config: providertest.ModelBlock(providertest.FullCheckpoint, "my_model", ""), command: "validate",
			want: `
error: Invalid output model ID
at: output_model_id = "my_model"

The model ID has the underscore "_" at position 3; only a–z, 0–9 and "-" are allowed. For example, "my-model" is valid.
`,
		},
		"both kinds of source": {
			config: providertest.CheckpointsConfig("job_id = \"sft-qwen3-8b\"\nsession_name = \"" +
				providertest.SftSession + "\""), command: "validate",
			want: `
error: Invalid Attribute Combination
at: job_id = "sft-qwen3-8b"

Exactly one of these attributes must be configured: [job_id,session_name]
`,
		},
		"unknown shape": {
			config: providertest.ShapeConfig("accounts/fireworks/trainingShapes/qwen3-80b-128k"),
			want: `
error: No such training shape
at: shape_id = "accounts/fireworks/trainingShapes/qwen3-80b-128k"

The training shape accounts/fireworks/trainingShapes/qwen3-80b-128k does not exist.

The API returned 404 Not Found (NOT_FOUND): "accounts/fireworks/trainingShapes/qwen3-80b-128k" not found
Request: GET /v1/accounts/fireworks/trainingShapes/qwen3-80b-128k/versions (request ID mock-N)

Check the name; public shapes are named accounts/fireworks/trainingShapes/{shape}.
`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.run(t)
		})
	}
}

func (m mistake) run(t *testing.T) {
	t.Helper()
	p := providertest.NewPlatform(t, mockapi.Options{})
	p.Variables = map[string]string{diagnostic.EnvBaseURL: p.URL}

	config := fmt.Sprintf("provider \"fireworks\" {\n%s\n}\n%s", m.provider, m.config)
	if m.provider == "" && m.config != "" {
		config = p.Config(m.config)
	}

	c := p.NewCLI(t, map[string]string{"main.tf": providertest.RequiredProvider + config})

	command := m.command
	if command == "" {
		command = "plan"

		providertest.AssertDiagnostics(t, c.Diagnostics("validate"))
	}

	providertest.AssertDiagnostics(t, c.Diagnostics(command), m.want)

	if n := len(p.Requests()); command == "validate" && n != 0 {
		t.Errorf("terraform validate sent %d requests", n)
	}

	p.AssertWrites(t)
}

// TestAccInvalidValues gives every validated argument of the resource and the data sources a value that terraform
// validate refuses, without a request.
func TestAccInvalidValues(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{})
	model := func(name, arguments string) string {
		return fmt.Sprintf("resource \"fireworks_promoted_model\" %q {\n%s\n}\n", name, arguments)
	}
	valid := fmt.Sprintf("checkpoint_name = %q\noutput_model_id = \"m\"\nbase_model = %q\n",
		providertest.FullCheckpoint, providertest.QwenBase)
	c := p.NewConfiguredCLI(t,
		model("names", `
  checkpoint_name = "accounts/demo/rlorTrainerJobs/sft-qwen3-8b"
  output_model_id = "-Modell für Köln_"
  base_model      = "qwen3-8b"
`)+model("labels", valid+`
  hot_load_deployment_id = "accounts/demo/models/d1"
  display_name    = "`+strings.Repeat("n", 64)+`"
  description     = "`+strings.Repeat("d", 1000)+`"
  deletion_policy = "delete"
  timeouts {
    create = "two hours"
  }
`)+model("session", `
  checkpoint_name        = "`+providertest.SessionCheckpoint+`"
  output_model_id        = "m"
  base_model             = "`+providertest.QwenBase+`"
  hot_load_deployment_id = "d1"
`)+`
data "fireworks_checkpoints" "neither" {
}
data "fireworks_checkpoints" "job" {
  job_id    = "accounts/demo/trainingSessions/serverless-1"
  page_size = 201
}
data "fireworks_checkpoints" "session" {
  session_name = "accounts/demo/serverless-1"
}
data "fireworks_training_shape" "bare" {
  shape_id = "qwen3-8b-128k"
}
`)

	var got []string

	for _, d := range c.Diagnostics("validate") {
		if d.Severity == "error" {
			got = append(got, d.Summary+" at "+strings.Join(strings.Fields(d.Snippet.Code), " "))
		}
	}

	slices.Sort(got)

	want := []string{
		`Hot-load deployment with a session checkpoint at hot_load_deployment_id = "d1"`,
		`Invalid Attribute Value Length at description = "` + strings.Repeat("d", 1000) + `"`,
		`Invalid Attribute Value Length at display_name = "` + strings.Repeat("n", 64) + `"`,
		`Invalid Attribute Value Match at deletion_policy = "delete"`,
		`Invalid Attribute Value Time Duration at create = "two hours"`,
		`Invalid Attribute Value at page_size = 201`,
		`Invalid output model ID at output_model_id = "-Modell für Köln_"`,
		`Invalid resource name at base_model = "qwen3-8b"`,
		`Invalid resource name at checkpoint_name = "accounts/demo/rlorTrainerJobs/sft-qwen3-8b"`,
		`Invalid resource name at hot_load_deployment_id = "accounts/demo/models/d1"`,
		`Invalid resource name at job_id = "accounts/demo/trainingSessions/serverless-1"`,
		`Invalid resource name at session_name = "accounts/demo/serverless-1"`,
		`Invalid resource name at shape_id = "qwen3-8b-128k"`,
		`Missing Attribute Configuration at data "fireworks_checkpoints" "neither" {`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("terraform validate (-want +got):\n%s", diff)
	}

	if n := len(p.Requests()); n != 0 {
		t.Errorf("terraform validate sent %d requests", n)
	}
}
