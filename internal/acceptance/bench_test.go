// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

const (
	// benchmarkLatency is the time that the mock API takes for a request.
	benchmarkLatency = 5 * time.Millisecond
)

// BenchmarkSchema measures the first call that every provider process serves.
func BenchmarkSchema(b *testing.B) {
	for b.Loop() {
		server := providerserver.NewProtocol6(provider.New("bench")())()
		if _, err := server.GetProviderSchema(b.Context(), &tfprotov6.GetProviderSchemaRequest{}); err != nil {
			b.Fatal(err)
		}
	}
}

// listedRow are rows of listings as the API sends them, with their number for %[1]d.
var listedRow = map[string]string{
	"checkpoints": `{"name":"` + providertest.SftJob + `/checkpoints/step-%[1]d","createTime":` +
		`"2026-05-01T10:00:00.123456Z","updateTime":"2026-05-01T10:00:00.123456Z","checkpointType":` +
		`"CHECKPOINT_TYPE_INFERENCE_LORA","promotable":true}`,
	"models": `{"name":"accounts/demo/models/m-%[1]d","displayName":"Model %[1]d","state":"READY","status":` +
		`{"code":"OK"},"kind":"HF_PEFT_ADDON","createTime":"2026-05-01T10:00:00.%06[1]dZ","updateTime":` +
		`"2026-05-01T10:00:00Z","peftDetails":{"baseModel":"accounts/fireworks/models/qwen3-8b","r":16,` +
		`"targetModules":["q_proj","v_proj"]},"contextLength":131072,"supportsTools":true}`,
	"deployments": `{"name":"accounts/demo/deployments/d-%[1]d","displayName":"Deployment %[1]d","state":"READY",` +
		`"status":{"code":"OK"},"createTime":"2026-05-01T10:00:00.%06[1]dZ","updateTime":"2026-05-01T10:00:00Z",` +
		`"baseModel":"accounts/fireworks/models/qwen3-8b","deploymentShape":` +
		`"accounts/fireworks/deploymentShapes/rft-qwen3-8b/versions/v1","acceleratorType":"NVIDIA_H200_141GB",` +
		`"acceleratorCount":1,"maxReplicaCount":2,"autoscalingPolicy":{"scaleUpWindow":"30s","loadTargets":` +
		`{"default":0.8}},"placement":{"region":"US_IOWA_1"},"annotations":{"custom/team":"a"}}`,
}

// serveRows serves a listing of BenchmarkRows rows, whose pages are ready, so that a benchmark does not measure them.
func serveRows(noun, row string) http.HandlerFunc {
	const pageSize = fireworks.MaxPageSize

	pages := make([]string, providertest.BenchmarkRows/pageSize)
	for i := range pages {
		rows := make([]string, pageSize)
		for j := range rows {
			rows[j] = fmt.Sprintf(row, i*pageSize+j)
		}

		pages[i] = fmt.Sprintf(`{"%s":[%s],"nextPageToken":"%d"}`, noun, strings.Join(rows, ","), i+1)
	}

	pages[len(pages)-1] = strings.Replace(pages[len(pages)-1], fmt.Sprintf(`"%d"}`, len(pages)), `""}`, 1)

	return func(w http.ResponseWriter, r *http.Request) {
		number, _ := strconv.Atoi(r.URL.Query().Get("pageToken"))
		_, _ = io.WriteString(w, pages[number])
	}
}

// BenchmarkReadList measures reads of data sources with 10,000 rows: requests, decoding, and state.
func BenchmarkReadList(b *testing.B) {
	for noun, row := range listedRow {
		b.Run(noun, func(b *testing.B) {
			server := httptest.NewServer(serveRows(noun, row))
			b.Cleanup(server.Close)

			protocol := providertest.NewProtocolServer(b, provider.New("bench")())
			protocol.Configure(b.Context(), providertest.Values{"base_url": server.URL,
				"api_key": providertest.TestAPIKey, "account_id": "demo"})

			arguments := providertest.Values{}
			if noun == "checkpoints" {
				arguments["job_id"] = providertest.SftJob
			}

			typeName := "fireworks_" + noun
			config := protocol.Dynamic(protocol.Schemas.DataSourceSchemas[typeName].ValueType(), arguments)

			b.ReportAllocs()

			for b.Loop() {
				resp, err := protocol.Server.ReadDataSource(b.Context(),
					&tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: config})
				if err != nil || len(resp.Diagnostics) > 0 {
					b.Fatal(err, providertest.DecodeDiagnostics(resp.Diagnostics))
				}
			}
		})
	}
}

// BenchmarkWaitForPromotion reports in virtual time how long after the end of its promotion an apply finishes.
func BenchmarkWaitForPromotion(b *testing.B) {
	for _, length := range []time.Duration{time.Second, 3 * time.Second, 8 * time.Second, 30 * time.Second} {
		b.Run(length.String(), func(b *testing.B) {
			platform := providertest.NewPlatform(b, mockapi.Options{PromotionTime: length})
			models := platform.PromotedModels(b)

			var late, worst time.Duration

			count := 0

			for b.Loop() {
				start := platform.Clock.Now()

				result := models.Run(b.Context(), &providertest.Instance{},
					providertest.ModelConfig(fmt.Sprintf("m-%d", count)), providertest.RunOptions{})
				if len(result.Diagnostics) > 0 {
					b.Fatal(result.Diagnostics)
				}

				over := platform.Clock.Now().Sub(start) - length
				late, worst, count = late+over, max(worst, over), count+1
			}

			b.ReportMetric(float64(late.Milliseconds())/float64(count), "late-ms/op")
			b.ReportMetric(float64(worst.Milliseconds()), "late-ms-max")
			b.ReportMetric(float64(len(platform.Requests()))/float64(count), "requests/op")
		})
	}
}

// planKinds are the configurations whose plans are measured, each with a %d for the number of objects.
var planKinds = map[string]string{
	"models": `
resource "fireworks_promoted_model" "this" {
  count           = %d
  checkpoint_name = "` + providertest.FullCheckpoint + `"
  output_model_id = "m-${count.index}"
  base_model      = "` + providertest.QwenBase + `"
}
`,
	"deployments": `
resource "fireworks_deployment" "this" {
  count            = %d
  deployment_id    = "d-${count.index}"
  base_model       = "` + providertest.QwenBase + `"
  deployment_shape = "` + providertest.ServingShape + `"
}
`,
	"deployed_models": `
resource "fireworks_deployed_model" "this" {
  count      = %d
  model      = "` + providertest.DemoModels + `lora-${count.index}"
  deployment = "` + providertest.AddonsDeployment + `"
}
`,
	"routers": `
resource "fireworks_router" "this" {
  count       = %d
  router_id   = "r-${count.index}"
  deployments = ["` + providertest.ReadyMember + `"]
}
`,
}

// BenchmarkAccPlan measures terraform plan with the provider as its own process, beside the floor: a provider with the
// same schemas that responds from memory, and writes the logs of the libraries to the CLI.
func BenchmarkAccPlan(b *testing.B) {
	providertest.SkipUnlessAcc(b)

	plugins, floor := buildPlugin(b, "."), buildPlugin(b, "./internal/acceptance/testdata/floor")

	for _, kind := range slices.Sorted(maps.Keys(planKinds)) {
		for _, count := range []int{1, 50, 200, 500} {
			for _, state := range []string{"new", "existing"} {
				b.Run(fmt.Sprintf("%s=%d/%s", kind, count, state), func(b *testing.B) {
					plan := newPlanBenchmark(b, fmt.Sprintf(planKinds[kind], count), count)

					if state == "existing" {
						plan.run(b, plugins, "apply", "-auto-approve", "-parallelism=100")
					}

					b.Run("provider", func(b *testing.B) { plan.measure(b, plugins) })
					b.Run("floor", func(b *testing.B) { plan.measure(b, floor) })
				})
			}
		}
	}
}

// buildPlugin builds the provider in a package of the module, and returns the directory of the binary.
func buildPlugin(b *testing.B, packagePath string) (directory string) {
	b.Helper()

	directory = b.TempDir()
	providertest.BuildCommand(b, filepath.Join(directory, "terraform-provider-fireworks"),
		providertest.ModuleRoot+"/"+packagePath)

	return directory
}

// planBenchmark is a workspace whose plan is measured.
type planBenchmark struct {
	platform       *providertest.Platform
	dir, cliConfig string
}

func newPlanBenchmark(b *testing.B, config string, count int) *planBenchmark {
	b.Helper()

	p := &planBenchmark{
		platform: providertest.NewPlatform(b, mockapi.Options{Now: time.Now, Latency: benchmarkLatency}),
		dir:      b.TempDir(), cliConfig: filepath.Join(b.TempDir(), "cli.tfrc"),
	}
	p.platform.PutLoRAs(count)

	for _, quota := range []string{"deployed-model-count", "global--h100-count", "global--h200-count", "global--b200-count"} {
		p.platform.SetQuota("accounts/demo/quotas/"+quota, 10_000)
	}

	providertest.WriteFile(b, filepath.Join(p.dir, "main.tf"), providertest.RequiredProvider+config)

	return p
}

// run returns the processor time of the CLI and its provider processes, which depends less on the load of the machine
// than the time that passes.
func (p *planBenchmark) run(b *testing.B, plugins string, args ...string) time.Duration {
	b.Helper()

	providertest.WriteFile(b, p.cliConfig, fmt.Sprintf(
		"provider_installation {\n  dev_overrides {\n    \"fw-ai/fireworks\" = %q\n  }\n}\n", filepath.ToSlash(plugins)))

	command := exec.CommandContext(b.Context(), providertest.CLIPath(b), args...)
	command.Dir = p.dir
	command.Env = append(providertest.EnvironmentWithoutSettings(), "CHECKPOINT_DISABLE=1",
		"TF_CLI_CONFIG_FILE="+p.cliConfig, "FIREWORKS_API_KEY="+providertest.TestAPIKey,
		"FIREWORKS_BASE_URL="+p.platform.URL)

	if out, err := command.CombinedOutput(); err != nil {
		b.Fatalf("%v: %v\n%s", args, err, out)
	}

	return command.ProcessState.UserTime() + command.ProcessState.SystemTime()
}

func (p *planBenchmark) measure(b *testing.B, plugins string) {
	p.platform.ResetRequests()

	var processorTime time.Duration

	for b.Loop() {
		processorTime += p.run(b, plugins, "plan")
	}

	b.ReportMetric(float64(processorTime.Milliseconds())/float64(b.N), "cpu-ms/op")
	b.ReportMetric(float64(len(p.platform.Requests()))/float64(b.N), "requests/op")
}
