// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// TestPlan_KeyRejectedOnce plans several resources with a rejected key in one process: a single error, and no warning.
func TestPlan_KeyRejectedOnce(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{})
	p.Variables = map[string]string{diagnostic.EnvAPIKey: "fw_wrong_key"}
	process := p.ProtocolWith(t, providertest.Values{"api_key": nil})

	var (
		mu    sync.Mutex
		group sync.WaitGroup
		all   providertest.Diagnostics
	)

	for _, resource := range managedResources {
		group.Go(func() {
			plan := process.Plan(t.Context(), resource.typeName, providertest.Stored{}, resource.config(nil))

			mu.Lock()
			defer mu.Unlock()

			all = append(all, plan.Diagnostics...)
		})
	}

	group.Wait()

	providertest.AssertSummaries(t, all, "ERROR: API key rejected")
	providertest.AssertMentions(t, all, "which comes from the environment variable FIREWORKS_API_KEY.",
		"401 Unauthorized", diagnostic.APIKeysPage)

	// The next process reports it again.
	plan := p.ProtocolWith(t, providertest.Values{"api_key": "fw_wrong_key"}).Plan(t.Context(),
		providerdata.PromotedModelType, providertest.Stored{}, providertest.ModelConfig("m"))
	providertest.AssertSummaries(t, plan.Diagnostics, "ERROR: API key rejected")
	providertest.AssertMentions(t, plan.Diagnostics, "which comes from the argument api_key.")
}

// TestRead_KeyRejected reports a rejected key once for all refreshes of a process, which keep the state.
func TestRead_KeyRejected(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	model := p.PromotedModels(t).Create(t, providertest.ModelConfig("m"))
	deployment := p.DeploymentCore(t).Create(t, providertest.DeploymentConfig(nil))
	process := p.ProtocolWith(t, providertest.Values{"api_key": "fw_wrong_key"})

	first := process.Read(t.Context(), providerdata.PromotedModelType, model.Stored)
	providertest.AssertSummaries(t, first.Diagnostics, "ERROR: API key rejected")

	second := process.Read(t.Context(), providerdata.DeploymentType, deployment.Stored)
	providertest.AssertSummaries(t, second.Diagnostics)

	if diff := cmp.Diff(deployment.State, second.State); diff != "" {
		t.Errorf("the state changed: %s", diff)
	}

	destroyed := process.Plan(t.Context(), providerdata.DeploymentType, second.Stored, nil)
	gone := process.Apply(t.Context(), providerdata.DeploymentType, second.Stored, destroyed, nil)
	providertest.AssertSummaries(t, gone.Diagnostics, "ERROR: API key rejected")
}

// TestDataSources_NotRead names what could not be read in the summary, and the next step for each response. Only the
// API says that something does not exist, or that the key is not permitted.
func TestDataSources_NotRead(t *testing.T) {
	t.Parallel()

	account := providertest.Values{"account_id": "demo"}
	responses := []struct {
		fault            mockapi.Fault
		mention, summary string
	}{
		{fault: mockapi.Fault{Status: 403}, mention: "account"},
		{fault: mockapi.Fault{Status: 403, ContentType: "text/html"}, mention: "a proxy or another server"},
		{fault: mockapi.Fault{Status: 404, ContentType: "text/html"}, mention: "a proxy or another server"},
		{fault: mockapi.Fault{Status: 404, Message: "Not Found"}, mention: "does not know this path"},
		{fault: mockapi.Fault{Status: 500}, mention: "Try again later"},
		{fault: mockapi.Fault{Status: 401}, mention: "the argument api_key", summary: diagnostic.SummaryAPIKeyRejected},
	}

	for name, test := range map[string]struct {
		config  providertest.Values
		summary string
	}{
		"fireworks_checkpoints": {providertest.Values{"job_id": providertest.SftJob},
			diagnostic.SummaryCheckpointsNotRead},
		"fireworks_model":           {providertest.Values{"name": providertest.QwenBase}, diagnostic.SummaryModelNotRead},
		"fireworks_models":          {account, diagnostic.SummaryModelsNotListed},
		"fireworks_deployed_models": {account, diagnostic.SummaryDeployedModelsNotListed},
		"fireworks_deployments":     {account, diagnostic.SummaryDeploymentsNotListed},
		"fireworks_deployment": {providertest.Values{"deployment_id": providertest.AddonsDeployment},
			diagnostic.SummaryDeploymentNotRead},
		"fireworks_routers": {account, diagnostic.SummaryRoutersNotListed},
		"fireworks_router": {providertest.Values{"router_id": providertest.DemoRouters + "support-router"},
			diagnostic.SummaryRouterNotRead},
		"fireworks_fine_tuning_jobs": {account, diagnostic.SummaryFineTuningJobsNotListed},
		"fireworks_fine_tuning_job": {providertest.Values{"job_id": providertest.SupervisedJobs + "sft-support-v1"},
			diagnostic.SummaryFineTuningJobNotRead},
		"fireworks_quotas": {account, diagnostic.SummaryQuotasNotListed},
		"fireworks_training_shape": {
			providertest.Values{"shape_id": "accounts/fireworks/trainingShapes/qwen3-8b-128k"},
			diagnostic.SummaryTrainingShapeNotRead,
		},
		"fireworks_deployment_shape": {providertest.Values{"shape_id": providertest.ServingShape},
			diagnostic.SummaryDeploymentShapeNotRead},
	} {
		for _, response := range responses {
			response.fault.Kind = mockapi.FaultStatus

			p := providertest.NewPlatform(t, mockapi.Options{})
			p.SetFaults(response.fault)

			process := p.ProtocolWith(t, providertest.Values{"max_retries": 0})
			_, got := process.ReadData(t.Context(), name, test.config)
			providertest.AssertMentions(t, got, response.mention)

			if response.summary == "" {
				response.summary = test.summary
			}

			providertest.AssertEqual(t, name, got.JoinedSummaries(), response.summary)
		}
	}
}

// TestAddAPIError_KeyRejected has an operation fail whose error is not the first about the key.
func TestAddAPIError_KeyRejected(t *testing.T) {
	t.Parallel()

	var diags diag.Diagnostics

	data, rejected := &providerdata.Data{KeySource: "the file auth.ini"}, &fireworks.Error{StatusCode: 401,
		Message: "no"}
	for range 3 {
		data.AddAPIError(&diags, path.Root("name"), diagnostic.SummaryModelNotRead, "Model m could not be read.",
			rejected, "")
	}

	// Equal diagnostics are added once.
	data.AddAPIError(&diags, path.Root("name"), diagnostic.SummaryModelNotRead, "Model m could not be read.",
		&fireworks.Error{StatusCode: 403}, "")

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
	providertest.AssertEqual(t, "errors", strings.Join(got, "\n"), strings.Join(want, "\n"))
}

// TestRemedy checks the next step after each kind of response.
func TestRemedy(t *testing.T) {
	t.Parallel()

	const details = `"details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":%q}]`

	reason := func(code int, reason string) string {
		return fmt.Sprintf(`{"code":%d,"message":"refused",`+details+`}`, code, reason)
	}

	for name, test := range map[string]struct {
		status     int
		body       string
		retryAfter string
		post       bool
		want, not  string
	}{
		"wrong key":     {status: 401, body: `{"code":16,"message":"m"}`, want: diagnostic.APIKeysPage},
		"not permitted": {status: 403, body: `{"code":7,"message":"m"}`, want: "not permitted to do this"},
		"quota": {status: 403, body: reason(7, "QUOTA_EXCEEDED"), post: true, want: "request more quota",
			not: "not permitted"},
		"tier": {status: 403, body: reason(7, "TIER_REQUIRED"), post: true, want: "request more quota",
			not: "not permitted"},
		"capacity": {status: 429, body: reason(0, "INSUFFICIENT_CAPACITY"), post: true,
			want: "no free hardware", not: "-parallelism"},
		"page of a proxy": {status: 403, body: "<html>denied</html>", want: "a proxy or another server",
			not: "not permitted"},
		"404 of a proxy": {status: 404, body: "page not found", want: "a proxy or another server"},
		"404 of a route": {status: 404, body: `{"code":5,"message":"Not Found"}`, want: "does not know this path"},
		"404 of the object": {status: 404, body: `{"code":5,"message":"model \"m\" not found"}`,
			want: "Check the name"},
		"rate limit":         {status: 429, body: `{"code":8,"message":"m"}`, want: "-parallelism"},
		"demands a wait":     {status: 429, retryAfter: "3600", want: "Try again after 1h", not: "max_retries"},
		"unavailable, waits": {status: 503, retryAfter: "600", want: "Try again after 10m", not: "max_retries"},
		"unavailable":        {status: 503, body: `{"code":14,"message":"m"}`, want: "increase max_retries"},
		"refused":            {status: 400, body: `{"code":3,"message":"m"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if test.retryAfter != "" {
					w.Header().Set("Retry-After", test.retryAfter)
				}

				w.WriteHeader(test.status)
				_, _ = io.WriteString(w, test.body)
			}))
			t.Cleanup(server.Close)

			client := fireworks.New(fireworks.Config{APIKey: providertest.TestAPIKey, BaseURL: server.URL,
				RequestTimeout: time.Minute})

			var err error

			if test.post {
				_, err = client.CreateDeployedModel(t.Context(), "demo", nil)
			} else {
				_, err = client.GetModel(t.Context(), fireworks.ModelName{AccountID: "demo", ModelID: "m"})
			}

			got := diagnostic.Remedy(err)
			if !strings.Contains(got, test.want) || test.want == "" && got != "" {
				t.Errorf("got %q, want %q: %v", got, test.want, err)
			}

			if test.not != "" && strings.Contains(got, test.not) {
				t.Errorf("got %q, which mentions %q", got, test.not)
			}
		})
	}
}
