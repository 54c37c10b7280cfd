// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"fmt"
	"maps"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/checkpoint"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

const (
	// benchmarkLatency is the time that the mock API takes for a request.
	benchmarkLatency = 5 * time.Millisecond
)

// benchmarkCheckpoints returns the checkpoints of a long training run.
func benchmarkCheckpoints(t testing.TB, rows int) []fireworks.Checkpoint {
	t.Helper()

	at, err := fireworks.ParseTimestamp("2026-05-01T10:00:00.123456Z")
	if err != nil {
		t.Fatal(err)
	}

	checkpoints := make([]fireworks.Checkpoint, rows)
	for i := range checkpoints {
		checkpoints[i] = fireworks.Checkpoint{
			Name: fmt.Sprintf("%s/checkpoints/step-%d", providertest.SftJob, i), CreateTime: at, UpdateTime: at,
			Type: "CHECKPOINT_TYPE_INFERENCE_ARC_V2", Promotable: i%5 == 4,
		}
	}

	return checkpoints
}

// BenchmarkSchema measures the first call that every provider process serves.
func BenchmarkSchema(b *testing.B) {
	for b.Loop() {
		server := providerserver.NewProtocol6(provider.New("bench")())()
		if _, err := server.GetProviderSchema(b.Context(), &tfprotov6.GetProviderSchemaRequest{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkReadCheckpoints measures a read of fireworks_checkpoints with 10,000 rows: requests, decoding, and state.
// The state alone is its floor.
func BenchmarkReadCheckpoints(b *testing.B) {
	b.Run("read", func(b *testing.B) {
		const typeName = "fireworks_checkpoints"

		platform := providertest.NewPlatform(b,
			mockapi.Options{BigJobCheckpoints: providertest.BenchmarkRows, Latency: benchmarkLatency})
		protocol := platform.Protocol(b)

		schemas, err := protocol.Server.GetProviderSchema(b.Context(), &tfprotov6.GetProviderSchemaRequest{})
		if err != nil {
			b.Fatal(err)
		}

		config := protocol.Dynamic(schemas.DataSourceSchemas[typeName].ValueType(),
			providertest.Values{"job_id": "accounts/demo/rlorTrainerJobs/big-run"})

		for b.Loop() {
			// Reads that start at the same time share one listing.
			platform.Clock.Advance(time.Second)

			resp, err := protocol.Server.ReadDataSource(b.Context(),
				&tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: config})
			if err != nil || len(resp.Diagnostics) > 0 {
				b.Fatal(err, providertest.DecodeDiagnostics(resp.Diagnostics))
			}
		}

		b.ReportMetric(float64(len(platform.Requests()))/float64(b.N), "requests/op")
	})

	b.Run("state", func(b *testing.B) {
		rows := benchmarkCheckpoints(b, providertest.BenchmarkRows)
		stateType := checkpoint.DataSourceSchema().Type().TerraformType(b.Context())

		for b.Loop() {
			checkpoint.CheckpointsState(stateType, checkpoint.DataSourceArguments{}, providertest.SftJob, rows)
		}
	})
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
				plan := newPlanBenchmark(b, fmt.Sprintf(planKinds[kind], count), count)
				name := fmt.Sprintf("%s=%d/%s", kind, count, state)

				if state == "existing" {
					plan.run(b, plugins, "apply", "-auto-approve", "-parallelism=100")
				}

				b.Run(name, func(b *testing.B) { plan.measure(b, plugins) })
				b.Run(name+"/floor", func(b *testing.B) { plan.measure(b, floor) })
			}
		}
	}
}

// buildPlugin builds the provider in a package of the module, and returns the directory of the binary.
func buildPlugin(b *testing.B, packagePath string) (directory string) {
	b.Helper()

	directory = b.TempDir()
	build := exec.CommandContext(b.Context(), "go", "build", "-o",
		filepath.Join(directory, "terraform-provider-fireworks"), packagePath)
	build.Dir = providertest.ModuleRoot

	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}

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
