// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
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

// BenchmarkAccPlan measures terraform plan with the provider as its own process, beside a plan of as many
// terraform_data resources, which need no provider process: the floor.
func BenchmarkAccPlan(b *testing.B) {
	providertest.SkipUnlessAcc(b)

	plugins := b.TempDir()

	build := exec.CommandContext(b.Context(), "go", "build", "-o",
		filepath.Join(plugins, "terraform-provider-fireworks"), providertest.ModuleRoot)
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}

	for _, count := range []int{1, 200} {
		models := fmt.Sprintf(`
resource "fireworks_promoted_model" "this" {
  count           = %d
  checkpoint_name = %q
  output_model_id = "m-${count.index}"
  base_model      = %q
}
`, count, providertest.FullCheckpoint, providertest.QwenBase)
		floor := fmt.Sprintf("resource \"terraform_data\" \"this\" {\n  count = %d\n  input = \"m-${count.index}\"\n}\n", count)

		for _, existing := range []bool{false, true} {
			kind := map[bool]string{false: "new", true: "existing"}[existing]

			b.Run(fmt.Sprintf("%s=%d", kind, count),
				func(b *testing.B) { benchmarkPlan(b, plugins, providertest.RequiredProvider+models, existing) })
			b.Run(fmt.Sprintf("%s=%d/floor", kind, count),
				func(b *testing.B) { benchmarkPlan(b, plugins, floor, existing) })
		}
	}
}

// benchmarkPlan measures terraform plan, after an apply if the resources are to exist.
func benchmarkPlan(b *testing.B, plugins, config string, existing bool) {
	b.Helper()

	api, err := mockapi.New(mockapi.Options{PromotionTime: time.Millisecond, Latency: benchmarkLatency})
	if err != nil {
		b.Fatal(err)
	}

	server := httptest.NewServer(api)
	b.Cleanup(server.Close)

	dir := b.TempDir()
	settings := filepath.Join(dir, "cli.tfrc")
	overrides := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"fw-ai/fireworks\" = %q\n  }\n}\n",
		filepath.ToSlash(plugins))

	for name, text := range map[string]string{settings: overrides, filepath.Join(dir, "main.tf"): config} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
	}

	// run returns the processor time of the CLI and its provider processes, which depends less on the load of the
	// machine.
	run := func(args ...string) time.Duration {
		command := exec.CommandContext(b.Context(), providertest.CLIPath(b), args...)
		command.Dir = dir

		command.Env = append(providertest.EnvironmentWithoutSettings(),
			"CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE="+settings, "FIREWORKS_API_KEY="+providertest.TestAPIKey,
			"FIREWORKS_BASE_URL="+server.URL)

		if out, err := command.CombinedOutput(); err != nil {
			b.Fatalf("%v: %v\n%s", args, err, out)
		}

		return command.ProcessState.UserTime() + command.ProcessState.SystemTime()
	}

	if existing {
		run("apply", "-auto-approve", "-parallelism=100")
	}

	api.ResetRequests()

	var processorTime time.Duration

	for b.Loop() {
		processorTime += run("plan")
	}

	b.ReportMetric(float64(processorTime.Milliseconds())/float64(b.N), "cpu-ms/op")
	b.ReportMetric(float64(len(api.Requests()))/float64(b.N), "requests/op")
}
